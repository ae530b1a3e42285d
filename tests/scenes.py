"""What is rendered: every screen, and the states it can be in, as steps a person would take."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from sqlalchemy import select

from fluffydesk.account.home import Account
from fluffydesk.actions import saving
from fluffydesk.actions.exits import Exit
from fluffydesk.actions.own_fields import keep_own_fact
from fluffydesk.actions.several import Done, LeftOut
from fluffydesk.errors import Offline, Refusal, SignInRefused
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums.farm_resources import FarmProduct
from fluffydesk.records.enums.reviews import CustomFieldKind, CustomFieldSubject
from fluffydesk.records.farm_resources import FarmProductSale
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.pets import Pet
from fluffydesk.records.reviews import CustomFieldDefinition
from fluffydesk.records.types import new_id
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.fields.date_editors import DateEditor
from fluffydesk.ui.filters import FilterBar
from fluffydesk.ui.forms import FormDialog, open_form
from fluffydesk.ui.link import link_of
from fluffydesk.ui.parts.card import Page
from fluffydesk.ui.screen import Notice, Place, Screen
from fluffydesk.ui.screens.animals import AnimalsScreen
from fluffydesk.ui.screens.animals_several import LeftOutDialog
from fluffydesk.ui.screens.money import MoneyScreen
from fluffydesk.ui.screens.money_sale import SaleForm
from fluffydesk.ui.screens.settings import Settings
from fluffydesk.ui.screens.sign_in import Several, SignInWindow
from fluffydesk.ui.screens.stores_count import StocktakeScreen
from fluffydesk.ui.screens.today import TodayScreen
from fluffydesk.ui.screens.weigh import WeighScreen
from fluffydesk.ui.shell import Shell
from fluffydesk.ui.status import SyncStatus
from fluffydesk.ui.undoing import WayBack
from tests.animal_scenes import animal_scenes, one_of_each
from tests.barn_scenes import barn_scenes
from tests.boarding_scenes import boarding_scenes
from tests.breeding_scenes import breeding_scenes
from tests.calendar_scenes import calendar_scenes
from tests.client_scenes import client_scenes
from tests.contradiction_scenes import contradiction_scenes, desk_scenes
from tests.health_scenes import health_parts, health_scenes
from tests.imports_scenes import imports_scenes
from tests.money_scenes import money_scenes
from tests.one_clinic import one_clinic_scenes
from tests.photo_scenes import photo_scenes
from tests.record_scenes import record_scenes
from tests.reminder_scenes import reminder_scenes
from tests.stores_scenes import stores_scenes
from tests.sync_scenes import clinic_scenes, farm_scenes
from tests.task_scenes import task_parts, task_scenes
from tests.waiting_scenes import waiting_scenes

Step = Callable[[Shell], object]
Scene = tuple[str, tuple[Step, ...]]
"""A name, and the steps to it; after each one everything that was asked for comes."""

_ACCOUNT = Account(
    "postgresql://central.example/fluffypet",
    "ruth@brookside.example",
    "1",
    "Ruth Aldercroft",
    "2",
    "Brookside Farm",
    {},
    {},
)
LONG = "Bartholomew of the Upper Meadow beyond the Old Mill, called Bart by everyone who milks him"
RIGHT_TO_LEFT = "ברקת בת השדה"


def scenes_of(screens: Sequence[type[Screen]], kind: str, mirror: Mirror) -> list[Scene]:
    """Return the scenes of one kind of mirror: farm, clinic, or an empty one of either.

    Reads and fills the mirror, so nothing else may work on it yet.
    """
    found: list[Scene] = [
        (f"{kind}-{one.key}", (partial(_visit, place=Place(one.key)),))
        for one in screens
        if one.group
    ]
    if kind == "farm":
        found += _farm(mirror)
    elif kind == "clinic":
        found += _clinic(mirror)
    elif kind in ("long-farm", "turned-farm", "imperial-farm"):
        forms = [*breeding_scenes(_visit), *barn_scenes(_visit, _some(mirror, Livestock, 9))]
        found += [(name.replace("farm", kind, 1), steps) for name, steps in forms]
    elif kind in ("long-clinic", "turned-clinic", "imperial-clinic"):
        words = (LONG, RIGHT_TO_LEFT)
        forms = [*record_scenes(mirror, _visit, *words), *client_scenes(mirror, _visit, *words)]
        found += [(name.replace("clinic", kind, 1), steps) for name, steps in forms]
    elif kind == "one-farm":
        found += one_of_each(mirror, _visit)
    elif kind == "one-clinic":
        found += one_clinic_scenes(mirror, _visit)
    if kind in ("milked-farm", "owned-empty-farm", "long-farm", "turned-farm"):
        found += [*health_parts(kind, _visit), *task_parts(kind, _visit)]
    if kind.endswith("clinic"):
        found += boarding_scenes(kind, _visit)
        found += money_scenes(kind, _visit)
    if kind.endswith("farm"):
        found += stores_scenes(kind, _visit)
    if "empty" in kind:
        return found
    return [
        *found,
        (f"{kind}-palette", (Shell.find_anything, _type("be"))),
        (f"{kind}-notices", (_notices,)),
        (f"{kind}-help", (_tidy, lambda shell: shell.help.toggle())),
        (f"{kind}-rail-narrow", (_narrow,)),
        (f"{kind}-crash", (_wide, lambda shell: shell.show_crash(ValueError("an example")))),
    ]


def _farm(mirror: Mirror) -> list[Scene]:
    cow, bull = _some(mirror, Livestock, 9), _some(mirror, Livestock, 0)
    ids = (new_id(), new_id())
    _unsettled(mirror, Livestock, cow, ids)
    animals, form = partial(_visit, place=Place("animals")), partial(_form, Livestock, bull)
    _own_fields(mirror, cow)
    sync = farm_scenes(mirror, cow, _some(mirror, Livestock, 12))
    rows = [
        (f"farm-rows-{what}", (partial(_visit, place=Place("rows", part=what)),))
        for what in ("milk", "feed", "deaths", "long", "revenues")
    ]
    rows.append(("farm-stores-short", (partial(_visit, place=Place("stores", part="short")),)))
    rows.append(("farm-today-nearer", (partial(_visit, place=Place("today")), _see_nearer)))
    return [
        *imports_scenes(mirror),
        *animal_scenes(mirror, _visit),
        ("farm-animal-card", (partial(_visit, place=Place("animal", cow)),)),
        ("farm-weigh-animal", (partial(_visit, place=Place("weigh")), _scan_one)),
        ("farm-weigh-unknown", (partial(_visit, place=Place("weigh")), _scan_unknown)),
        ("farm-animal-bull", (partial(_visit, place=Place("animal", bull)),)),
        *rows,
        ("farm-stocktake", (partial(_visit, place=Place("stocktake")), _count_two)),
        *sync,
        *breeding_scenes(_visit),
        *barn_scenes(_visit, cow),
        *task_scenes(mirror, _visit),
        *health_scenes(mirror, _visit),
        *photo_scenes(mirror, _visit, cow, bull, (LONG, RIGHT_TO_LEFT)),
        *contradiction_scenes(mirror, _visit, LONG, RIGHT_TO_LEFT),
        ("farm-treat", (partial(_visit, place=Place("treat")),)),
        (
            "farm-treat-unknown",
            (partial(_visit, place=Place("treat", text="LA 982 000017383201")),),
        ),
        ("farm-animals-menu", (animals, _open_menu)),
        ("farm-animals-leave", (animals, _leave_together)),
        ("farm-animals-left-out", (animals, _left_out)),
        ("farm-settings-farm", (partial(_visit, place=Place("settings")), _to_conventions)),
        ("farm-settings-own", (partial(_visit, place=Place("settings")), _to_own_fields)),
        ("farm-settings-wrong", (partial(_visit, place=Place("settings")), _no_such_zone)),
        ("farm-form", (animals, form)),
        ("farm-form-wrong", (animals, form, _wrong)),
        ("farm-form-calendar", (animals, form, _calendar)),
        ("farm-form-link", (animals, form, _search_link)),
        ("farm-form-asks", (animals, form, _wrong, lambda _: _dialog().reject())),
        ("farm-sync-offline", (partial(_visit, place=Place("sync")), _offline)),
        (
            "farm-long-names",
            (partial(_rename, cow, LONG), partial(_visit, place=Place("animal", cow))),
        ),
        (
            "farm-right-to-left",
            (partial(_rename, cow, RIGHT_TO_LEFT), partial(_visit, place=Place("animal", cow))),
        ),
        ("farm-money-sale", (partial(_visit, place=Place("money")), _sell_eggs)),
        ("farm-money-animals", (partial(_visit, place=Place("money")), _sell_animals)),
        ("farm-animals-names", (partial(_rename, cow, LONG), animals)),
    ]


def _count_two(shell: Shell) -> None:
    screen = shell.screen_for("stocktake")
    assert isinstance(screen, StocktakeScreen)
    for text in ("12", "many"):
        editor = screen.grid.editor
        if editor is not None:
            QTest.keyClicks(editor, text)
            QTest.keyClick(editor, Qt.Key.Key_Return)


def _sell_animals(shell: Shell) -> None:
    _sell_eggs(shell)
    form = _dialog().form
    assert isinstance(form, SaleForm)
    form.choose(FarmProduct.LIVE_ANIMALS)
    for tag in ("104", "107"):
        form.animals.scan.ask(tag)


def _sell_eggs(shell: Shell) -> None:
    screen = shell.screen_for("money")
    assert isinstance(screen, MoneyScreen)
    screen.kinds.set_value(FarmProductSale)
    screen.add()


def _leave_together(shell: Shell) -> None:
    screen = shell.screen_for("animals")
    assert isinstance(screen, AnimalsScreen)
    screen.list.table.selectRow(1)
    screen.leave_chosen(Exit.SALE)


def _left_out(shell: Shell) -> None:
    screen = shell.screen_for("animals")
    assert isinstance(screen, AnimalsScreen)
    why = "{} is under withdrawal of meat until 4 December 2026 18:00 (Penicillin)."
    names = ("104 · Bella", "117 · אורה של גבעת הזית", f"118 · {LONG}")
    out = tuple(LeftOut(new_id(), name, why.format(name)) for name in names)
    LeftOutDialog(
        Done(Changes(), (new_id(),) * 12, out), "left the farm", screen._open, screen
    ).open()


def _scan_one(shell: Shell) -> None:
    screen = shell.screen_for("weigh")
    assert isinstance(screen, WeighScreen)
    screen.scan.ask("104")


def _scan_unknown(shell: Shell) -> None:
    screen = shell.screen_for("weigh")
    assert isinstance(screen, WeighScreen)
    screen.scan.ask("LA 982 000017383201")


def _own_fields(mirror: Mirror, cow: UUID) -> None:
    kinds = CustomFieldKind
    for name, kind, unit, typed in (
        ("Height", kinds.NUMBER, "cm", "141.5"),
        ("Polled", kinds.BOOLEAN, None, "no"),
        ("Insured until", kinds.DATE, None, "2027-03-31"),
        (LONG, kinds.TEXT, None, RIGHT_TO_LEFT),
    ):
        values = {"name": name, "kind": kind, "unit": unit}
        saving.add(mirror, CustomFieldDefinition, values)
        keep_own_fact(mirror, CustomFieldSubject.ANIMALS, cow, name, typed)
    flocks = {"name": "Lights on", "subject": CustomFieldSubject.FLOCKS}
    saving.add(mirror, CustomFieldDefinition, flocks)


def _to_conventions(shell: Shell) -> None:
    screen = shell.current
    assert isinstance(screen, Settings)
    _scroll(screen, screen.conventions)


def _to_own_fields(shell: Shell) -> None:
    screen = shell.current
    assert isinstance(screen, Settings)
    _scroll(screen, screen.own_fields)


def _no_such_zone(shell: Shell) -> None:
    screen = shell.current
    assert isinstance(screen, Settings)
    screen.conventions.form.editor("time_zone").set_value("Europe/Atlantis")
    screen.conventions.form.save()
    _scroll(screen, screen.conventions)


def _see_nearer(shell: Shell) -> None:
    screen = shell.current
    assert isinstance(screen, TodayScreen)
    bar = screen.findChild(Page).verticalScrollBar()
    bar.setValue(bar.maximum())
    screen.milk.setFocus()
    QTest.keyClicks(screen.milk, "++")
    for _ in range(30):
        QTest.keyClick(screen.milk, Qt.Key.Key_Left)


def _scroll(screen: Screen, to: QWidget) -> None:
    page = screen.findChild(Page)
    page.verticalScrollBar().setValue(to.y() - 16)


def _clinic(mirror: Mirror) -> list[Scene]:
    pet, visit = _some(mirror, Pet, 3), _some(mirror, Appointment, 9)
    _unsettled(mirror, Pet, pet, (new_id(), new_id()))
    today = partial(_visit, place=Place("clinic_today"))
    calendar = partial(_visit, place=Place("calendar"))
    return [
        *reminder_scenes(mirror, _visit, LONG, RIGHT_TO_LEFT),
        *record_scenes(mirror, _visit, LONG, RIGHT_TO_LEFT),
        *clinic_scenes(mirror),
        *client_scenes(mirror, _visit, LONG, RIGHT_TO_LEFT),
        ("clinic-form", (today, partial(_form, Appointment, visit))),
        ("clinic-form-calendar", (today, partial(_form, Appointment, visit), _calendar)),
        ("clinic-calendar-room", (calendar, lambda shell: _press("Rooms"))),
        ("clinic-calendar-list", (calendar, lambda shell: _press("List"))),
        *calendar_scenes(),
        *waiting_scenes(_visit),
        *desk_scenes(mirror, _visit, LONG, RIGHT_TO_LEFT),
        ("clinic-calendar-new", (calendar, lambda shell: shell.current.primary()[1]())),  # type: ignore[union-attr, index]
    ]


def _some(mirror: Mirror, record: type[Record], number: int) -> UUID:
    table = record.__table__
    with mirror.read() as connection:
        found = select(table.c.id).order_by(table.c.id).limit(1).offset(number)
        row_id: UUID = connection.execute(found).scalar_one()
    return row_id


def _visit(shell: Shell, place: Place) -> None:
    shell.go(place)


def _notices(shell: Shell) -> None:
    shell.go(Place(shell.rail.keys[0]))
    shell.set_status(SyncStatus(online=False, waiting=12))
    shell.notify(Notice("Morning milking saved: 42 cows, 612.4 kg", undo=WayBack(list)))
    shell.notify(Notice("Weight must be at most 2000 kg.", "Check the unit.", "warning"))
    shell.notify(Notice("The file could not be read.", "Choose another one.", "danger"))


def _tidy(shell: Shell) -> None:
    for slip in shell.notices.slips():
        slip.gone.emit(slip)
    shell.set_status(SyncStatus(online=True, conflicts=2, verified_at=datetime.now(UTC)))


def _narrow(shell: Shell) -> None:
    shell.help.hide()
    shell.rail.set_narrow(True)


def _wide(shell: Shell) -> None:
    shell.rail.set_narrow(False)


def _offline(shell: Shell) -> None:
    link_of(shell.work).say(online=False, trouble="Central cannot be reached.")
    shell.set_status(SyncStatus(online=False, waiting=12, conflicts=1, refused=1))


def _rename(row_id: UUID, name: str, shell: Shell) -> None:
    def write(mirror: Mirror) -> Any:
        with mirror.unit("Rename") as unit:
            unit.update(Livestock, row_id, {"name": name})
        return unit.changes

    shell.work.act(write)


def _form(record: type[Record], row_id: UUID, shell: Shell) -> None:
    open_form(shell, shell.work, record, row_id)


def _dialog() -> FormDialog:
    return next(
        widget
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, FormDialog) and widget.isVisible()
    )


def _wrong(shell: Shell) -> None:
    form = _dialog().form
    form.editor("tag_number").field.setText("")
    form.editor("weight_kg").field.setText("heavy")
    form.editor("birth_date").field.setText("tomorrow week or so")
    form.editor("name").changed.emit()
    form.save()


def _calendar(shell: Shell) -> None:
    dialog = _dialog()
    next(iter(dialog.findChildren(DateEditor))).pick()


def _search_link(shell: Shell) -> None:
    editor: Any = _dialog().form.editor("breed_id")
    editor.line.setFocus()
    editor.set_value(None)
    editor._search()


def _open_menu(shell: Shell) -> None:
    assert shell.current is not None
    bar = next(iter(shell.current.findChildren(FilterBar)))
    button = next(button for button in bar.findChildren(QPushButton) if button.menu())
    menu = button.menu()
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))


def _press(text: str) -> None:
    for widget in QApplication.allWidgets():
        if isinstance(widget, QPushButton) and widget.text() == text and widget.isVisible():
            widget.click()


def _type(text: str) -> Step:
    def typed(shell: Shell) -> None:
        assert shell._palette is not None
        shell._palette.field.setText(text)

    return typed


def _unsettled(mirror: Mirror, record: type[Record], row_id: UUID, ids: tuple[UUID, UUID]) -> None:
    """Write an open conflict and a refused edit, as a sync would leave them."""
    moment = int(datetime.now(UTC).timestamp() * 1_000_000)
    table = record.__table__.name
    sent: list[dict[str, Any]] = [
        {"table": table, "id": str(row_id), "op": "update", "version": 1, "values": {"name": "x"}}
    ]
    sent[0]["image"] = None
    with mirror.apply() as connection:
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO conflicts (id, table_name, row_id, column_name, base, mine, "
            "theirs, their_user, their_device, their_at, noticed_at) "
            "VALUES (?, ?, ?, 'name', ?, ?, ?, ?, ?, ?, ?)",
            (
                str(ids[0]),
                table,
                str(row_id),
                *(json.dumps(name) for name in ("Biscuit", "Biscuit the Second", "Sir Biscuit")),
                "Theo Fennmere",
                "Office PC",
                moment,
                moment,
            ),
        )
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO quarantine (id, units, rows, code, constraint_name, table_name, "
            "row_id, column_name, message, advice, at) "
            "VALUES (?, '[]', ?, '42501', '', ?, ?, 'name', ?, ?, ?)",
            (
                str(ids[1]),
                json.dumps(sent),
                table,
                str(row_id),
                "Your role may not change this record.",
                "Ask an owner or a manager, or discard the edit.",
                moment,
            ),
        )


def windows() -> list[tuple[str, tuple[Callable[[SignInWindow], object], ...]]]:
    """Return what happens in the window that signs in, step by step."""

    def refused(refusal: Refusal) -> Callable[[SignInWindow], object]:
        return lambda window: window._refused(refusal)

    def known(window: SignInWindow) -> None:
        window._known = _ACCOUNT
        window._show_form()

    wrong = SignInRefused("This e-mail and password do not fit together.", "Type them again.")
    away = Offline("central.example cannot be reached.", "Check the address and the network.")
    several = Several((("Brookside Farm", "a"), ("Riverbend Veterinary Clinic", "b")))
    return [
        ("sign-in", ()),
        ("sign-in-missing", (SignInWindow.submit,)),
        ("sign-in-wrong", (refused(wrong),)),
        ("sign-in-offline", (refused(away),)),
        ("sign-in-several", (lambda window: window._offer(several),)),
        ("sign-in-unlock", (known, refused(wrong))),
    ]
