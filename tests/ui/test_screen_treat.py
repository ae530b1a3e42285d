"""The treatment session, driven by keys as a stick and a person would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions.saving import add
from fluffydesk.actions.stock import balance, move_stock
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.records.types import today
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.health import HealthScreen
from fluffydesk.ui.screens.treat import TAKEN_BACK, TreatScreen
from fluffydesk.ui.shell import Shell
from fluffydesk.work import Work

Settle = Callable[[Work], None]
Enter = Qt.Key.Key_Return
HERD = 40


@pytest.fixture
def wormer(sample_farm: Mirror) -> UUID:
    """Two litres of a drench in two lots; L1 goes first."""
    values = {
        "name": "Ewe drench",
        "category": InventoryCategory.MEDICINE,
        "unit": StockUnit.LITRE,
    }
    item, _ = add(sample_farm, FarmInventory, values)
    for lot, days in (("L2", 300), ("L1", 90)):
        moved = (StockMovement.RECEIPT, Decimal(1), today() - timedelta(days=1))
        ends = today() + timedelta(days=days)
        move_stock(sample_farm, item, *moved, lot=lot, expires_on=ends)
    return item


@pytest.fixture
def screen(qtbot: QtBot, wormer: UUID, farm_work: Work, settle: Settle) -> TreatScreen:
    made = TreatScreen(farm_work)
    qtbot.addWidget(made)
    made.resize(1024, 700)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    settle(farm_work)
    return made


def rows(mirror: Mirror) -> list[Any]:
    table = HealthTreatment.__table__
    with mirror.read() as connection:
        found = select(table).where(table.c.product == "Ewe drench").order_by(table.c.given_at)
        return list(connection.execute(found))


def animals(mirror: Mirror, count: int) -> list[Any]:
    table = Livestock.__table__
    with mirror.read() as connection:
        query = select(table).where(
            table.c.status == LivestockStatus.ACTIVE, table.c.eid.is_not(None)
        )
        return list(connection.execute(query.order_by(table.c.id).limit(count)))


def focused() -> Any:
    return QApplication.focusWidget()


def set_up(qtbot: QtBot, screen: TreatScreen, wormer: UUID, settle: Settle) -> None:
    """Type what is given, Enter after each field, as the tags come next."""
    screen.plan.rows["item_id"].editor.set_value(wormer)
    screen.plan.rows["item_id"].editor.changed.emit()
    settle(screen.work)
    screen.plan.rows["item_id"].editor.setFocus()
    typed = {"reason": "Worms", "dose": "10", "meat_hours": "336", "milk_hours": "96"}
    for name in screen.plan.rows:
        field = focused()
        assert field is screen.plan.rows[name].editor.field, name
        if name in typed:
            field.selectAll()
            qtbot.keyClicks(field, typed[name])
        qtbot.keyClick(field, Enter)
    assert focused() is screen.scan.line


def scan(qtbot: QtBot, screen: TreatScreen, text: str) -> None:
    qtbot.keyClicks(focused(), text)
    qtbot.keyClick(focused(), Enter)
    assert focused() is screen.scan.line


def test_forty_are_treated_without_the_mouse_and_each_is_saved_at_once(
    qtbot: QtBot, screen: TreatScreen, wormer: UUID, sample_farm: Mirror, settle: Settle
) -> None:
    set_up(qtbot, screen, wormer, settle)
    herd = animals(sample_farm, HERD)
    assert len(herd) == HERD
    forms = (
        lambda eid: eid,
        lambda eid: f"0{eid}",
        lambda eid: f"LA {eid[:3]} {eid[3:]}",
        lambda eid: f"A 00000 0 {eid[:3]} {eid[3:]}",
        lambda eid: f"{(1 << 63) | (int(eid[:3]) << 38) | int(eid[3:]):016X}",
    )
    for number, animal in enumerate(herd):
        scan(qtbot, screen, forms[number % len(forms)](animal.eid))
    settle(screen.work)
    found = rows(sample_farm)
    assert {row.animal_id for row in found} == {animal.id for animal in herd}
    assert len(found) == HERD
    assert {(row.reason, row.dose, row.lot, row.meat_hours) for row in found} == {
        ("Worms", Decimal(10), "L1", 336)
    }
    assert screen.count.text() == str(HERD)
    assert screen.list.model.rowCount() == HERD
    with sample_farm.read() as connection:
        assert balance(connection, wormer) == Decimal("1.6")
        units = connection.exec_driver_sql("select count(*) from units where title = 'Treatment'")
        assert units.scalar_one() == HERD


def test_the_last_and_then_the_session_are_undone_by_keys(
    qtbot: QtBot, screen: TreatScreen, wormer: UUID, sample_farm: Mirror, settle: Settle
) -> None:
    set_up(qtbot, screen, wormer, settle)
    for animal in animals(sample_farm, 3):
        scan(qtbot, screen, animal.eid)
    settle(screen.work)
    last = screen.treated[-1].id
    qtbot.keyClick(focused(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(screen.work)
    assert [row.id for row in rows(sample_farm) if row.void_reason] == [last]
    assert screen.count.text() == "2"
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(focused(), Qt.Key.Key_Z, both)
    settle(screen.work)
    assert {row.void_reason for row in rows(sample_farm)} == {TAKEN_BACK}
    assert screen.count.text() == "0"
    with sample_farm.read() as connection:
        assert balance(connection, wormer) == 2


def test_undo_right_after_a_scan_takes_back_that_one_and_not_the_one_before(
    qtbot: QtBot, screen: TreatScreen, wormer: UUID, sample_farm: Mirror, settle: Settle
) -> None:
    set_up(qtbot, screen, wormer, settle)
    first, second, third = animals(sample_farm, 3)
    scan(qtbot, screen, first.eid)
    settle(screen.work)
    scan(qtbot, screen, second.eid)
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(focused(), Qt.Key.Key_Z, control)
    settle(screen.work)
    assert [one.animal for one in screen.treated] == [first.id]
    assert [row.animal_id for row in rows(sample_farm) if row.void_reason] == [second.id]
    scan(qtbot, screen, third.eid)
    qtbot.keyClick(focused(), Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    settle(screen.work)
    assert {row.void_reason for row in rows(sample_farm)} == {TAKEN_BACK}


def test_on_the_next_day_the_same_animal_gets_its_next_dose(
    qtbot: QtBot, screen: TreatScreen, wormer: UUID, sample_farm: Mirror, settle: Settle
) -> None:
    set_up(qtbot, screen, wormer, settle)
    (animal,) = animals(sample_farm, 1)
    scan(qtbot, screen, animal.eid)
    settle(screen.work)
    screen.turn_day(today() - timedelta(days=1))
    assert screen.treated == ()
    scan(qtbot, screen, animal.eid)
    settle(screen.work)
    assert [row.animal_id for row in rows(sample_farm)] == [animal.id, animal.id]


def test_a_tag_scanned_twice_is_treated_once_and_an_unknown_one_is_asked_about(
    qtbot: QtBot, screen: TreatScreen, wormer: UUID, sample_farm: Mirror, settle: Settle
) -> None:
    set_up(qtbot, screen, wormer, settle)
    (animal,) = animals(sample_farm, 1)
    scan(qtbot, screen, animal.eid)
    scan(qtbot, screen, animal.eid)
    settle(screen.work)
    assert len(rows(sample_farm)) == 1
    assert "already" in screen.said.text()
    scan(qtbot, screen, "LA 982 000017383201")
    settle(screen.work)
    assert screen.scan.asking
    qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    assert not screen.scan.asking
    assert "skipped" in screen.said.text()


def test_what_is_missing_is_said_at_its_field_and_nobody_is_treated(
    qtbot: QtBot, screen: TreatScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    assert focused() is screen.plan.rows["item_id"].editor.field
    (animal,) = animals(sample_farm, 1)
    screen.scan.ask(animal.eid)
    settle(farm_work)
    assert rows(sample_farm) == []
    assert "is missing" in screen.plan.rows["reason"].error()
    assert "was not treated" in screen.said.text()


def test_a_lot_that_holds_too_little_is_said_and_the_rest_goes_on(
    qtbot: QtBot, screen: TreatScreen, wormer: UUID, sample_farm: Mirror, settle: Settle
) -> None:
    set_up(qtbot, screen, wormer, settle)
    screen.plan.rows["dose"].editor.set_value(Decimal(900))
    one, other = animals(sample_farm, 2)
    scan(qtbot, screen, one.eid)
    scan(qtbot, screen, other.eid)
    settle(screen.work)
    assert [row.animal_id for row in rows(sample_farm)] == [one.id]
    assert "was not treated" in screen.said.text()
    assert screen.progress.text().endswith("1 not treated")


def test_another_drug_comes_with_its_own_dose_and_periods(
    qtbot: QtBot, screen: TreatScreen, wormer: UUID, sample_farm: Mirror, settle: Settle
) -> None:
    """Nothing of the drug before stays, and what was given before is given so again."""
    set_up(qtbot, screen, wormer, settle)
    scan(qtbot, screen, animals(sample_farm, 1)[0].eid)
    settle(screen.work)
    values = {"name": "Tonic", "category": InventoryCategory.MEDICINE, "unit": StockUnit.LITRE}
    tonic, _ = add(sample_farm, FarmInventory, values)
    plan, item = screen.plan, screen.plan.rows["item_id"].editor
    names = ("dose", "milk_hours", "meat_hours")
    found = []
    for drug in (tonic, wormer):
        item.set_value(drug)
        item.changed.emit()
        settle(screen.work)
        found.append(tuple(plan.rows[name].editor.value() for name in names))
    assert found == [(None, 0, 0), (Decimal(10), 96, 336)]


def test_ctrl_n_begins_a_new_session_in_the_window(
    qtbot: QtBot, farm_work: Work, wormer: UUID, sample_farm: Mirror, settle: Settle
) -> None:
    shell = Shell(farm_work, (HealthScreen, TreatScreen))
    qtbot.addWidget(shell)
    shell.show()
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    shell.go(Place("treat"))
    settle(farm_work)
    screen = shell.screen_for("treat")
    assert isinstance(screen, TreatScreen)
    set_up(qtbot, screen, wormer, settle)
    scan(qtbot, screen, animals(sample_farm, 1)[0].eid)
    settle(farm_work)
    assert len(screen.treated) == 1
    shell.go(Place("health"))
    shell.go(Place("treat"))
    settle(farm_work)
    assert focused() is screen.scan.line, "what is given is set: the tags come next"
    qtbot.keyClick(focused(), Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert screen.treated == ()
    assert focused() is screen.plan.rows["item_id"].editor.field
    assert focused().selectedText() == "Ewe drench", "the next drug is typed over it"


@pytest.mark.usefixtures("viewer_farm")
def test_a_viewer_looks_but_treats_nobody(qtbot: QtBot, farm_work: Work, settle: Settle) -> None:
    made = TreatScreen(farm_work)
    qtbot.addWidget(made)
    made.show()
    settle(farm_work)
    assert "your role is viewer" in made.lock.text()
    assert not made.scan.isEnabled()
