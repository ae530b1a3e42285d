"""Health: who is withheld, courses, vaccinations due and episodes, in the real screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions import saving
from fluffydesk.actions.conventions import choose
from fluffydesk.actions.stock import move_stock
from fluffydesk.actions.treatments import treat, vaccinate
from fluffydesk.figures.withdrawal import Food
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm_resources import StockMovement, StockUnit
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.medical import HealthDiagnosis, HealthTreatment, VaccineLog
from fluffydesk.records.types import now, today
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.health import HealthScreen
from fluffydesk.ui.screens.reading.health import medicine_given
from fluffydesk.work import Work
from tests.sampled import without_medicine

Settle = Callable[[Work], None]
DAY = timedelta(days=1)


@pytest.fixture
def cows(sample_farm: Mirror) -> list[UUID]:
    """Three treated cows: finished, not finished, and twice ill."""
    without_medicine(sample_farm)
    table = Livestock.__table__
    with sample_farm.read() as connection:
        query = select(table.c.id).where(table.c.status == LivestockStatus.ACTIVE)
        born = table.c.birth_date < today() - timedelta(days=700)
        found = list(connection.execute(query.where(born).order_by(table.c.id).limit(3)).scalars())
    given = {"reason": "Mastitis", "product": "Penicillin", "dose": Decimal(20), "milk_hours": 96}
    for cow, days, doses in ((0, 1, 1), (1, 1, 4), (2, 60, 1), (2, 50, 1), (2, 20, 1)):
        course = {"animal_id": found[cow], "given_at": now() - days * DAY, "doses": doses}
        treat(sample_farm, {**given, **course})
    shot = {"vaccine": "Invented", "given_at": now() - 400 * DAY}
    due = {"next_due_on": today() - timedelta(days=35)}
    vaccinate(sample_farm, {"animal_id": found[0], **shot, **due})
    return found


@pytest.fixture
def screen(qtbot: QtBot, cows: list[UUID], farm_work: Work, settle: Settle) -> HealthScreen:
    made = HealthScreen(farm_work)
    qtbot.addWidget(made)
    made.resize(1072, 680)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    settle(farm_work)
    return made


def shown(screen: HealthScreen) -> list[list[str]]:
    model = screen._table().model
    columns = range(model.columnCount())
    return [
        [str(model.index(row, column).data() or "") for column in columns]
        for row in range(model.rowCount())
    ]


def turn(screen: HealthScreen, part: str, settle: Settle) -> list[list[str]]:
    screen.arrive(Place("health", part=part))
    settle(screen.work)
    return shown(screen)


def forms() -> list[FormDialog]:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, FormDialog)]
    return [dialog for dialog in found if dialog.isVisible()]


def _more(gone: list[Place], before: int) -> bool:
    return len(gone) > before


def press(qtbot: QtBot, screen: HealthScreen, key: Qt.Key) -> None:
    qtbot.keyClick(screen._table().table, key, Qt.KeyboardModifier.ControlModifier)


def opened(qtbot: QtBot, screen: HealthScreen, key: Qt.Key, settle: Settle) -> FormDialog:
    """Press Ctrl and a key, and return the form that opens."""
    press(qtbot, screen, key)
    qtbot.waitUntil(lambda: len(forms()) == 1)
    settle(screen.work)
    return forms()[0]


def put(dialog: FormDialog, **values: Any) -> None:
    for name, value in values.items():
        editor = dialog.form.editor(name)
        editor.set_value(value)
        editor.changed.emit()


def rows(mirror: Mirror, record: Any) -> list[Any]:
    with mirror.read() as connection:
        return list(connection.execute(select(record.__table__)))


def test_who_is_withheld_stands_there_with_the_open_course_last(
    screen: HealthScreen, cows: list[UUID]
) -> None:
    found = shown(screen)
    assert [row[1] for row in found] == ["No tank"] * 2
    assert [row[5] for row in found] == ["", "Not finished"]
    assert [one.id for one in screen.withheld.model._rows] == cows[:2]
    assert all(row[2] for row in found)
    assert screen.count.text() == "2 rows"


def test_courses_say_what_is_due_and_the_last_dose_ends_them_by_keys(
    qtbot: QtBot, screen: HealthScreen, sample_farm: Mirror, settle: Settle
) -> None:
    found = turn(screen, "courses", settle)
    assert found[0][4] == "2 of 4 due"
    assert {row[4] for row in found[1:]} == {"Finished"}
    dialog = opened(qtbot, screen, Qt.Key.Key_3, settle)
    dialog.form.editor("last_dose_at").set_value(now() - timedelta(hours=1))
    dialog.form.editor("last_dose_at").changed.emit()
    dialog.save_button.click()
    settle(screen.work)
    assert {row[4] for row in shown(screen)} == {"Finished"}


def test_rule_16_voiding_asks_why_and_the_row_stays(
    qtbot: QtBot, screen: HealthScreen, sample_farm: Mirror, settle: Settle
) -> None:
    before = len(turn(screen, "courses", settle))
    dialog = opened(qtbot, screen, Qt.Key.Key_4, settle)
    field = dialog.form.editor("void_reason").field
    qtbot.keyClicks(field, "Wrong cow")
    qtbot.keyClick(field, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(screen.work)
    found = shown(screen)
    assert len(found) == before
    assert [row[7] for row in found if row[4] == "Void"] == ["Wrong cow"]
    assert len([r for r in rows(sample_farm, HealthTreatment) if r.void_reason]) == 1


def test_rule_18_a_dose_that_is_due_is_given_once_and_leaves_the_list(
    qtbot: QtBot, screen: HealthScreen, sample_farm: Mirror, settle: Settle
) -> None:
    mine = [row for row in turn(screen, "due", settle) if row[1] == "Invented"]
    assert [row[4] for row in mine] == ["35 late"]
    shot = next(one for one in screen.due.model._rows if one.vaccine == "Invented")
    screen.due.select(shot.id)
    dialog = opened(qtbot, screen, Qt.Key.Key_2, settle)
    assert dialog.form.editor("vaccine").value() == "Invented"
    dialog.save_button.click()
    settle(screen.work)
    given = [row for row in rows(sample_farm, VaccineLog) if row.vaccine == "Invented"]
    assert sorted(row.dose_number for row in given) == [1, 2]
    assert not [row for row in shown(screen) if row[1] == "Invented"]


def test_enter_gives_the_dose_that_is_due(
    qtbot: QtBot, screen: HealthScreen, settle: Settle
) -> None:
    turn(screen, "due", settle)
    shot = next(one for one in screen.due.model._rows if one.vaccine == "Invented")
    screen.due.select(shot.id)
    qtbot.keyClick(screen.due.table, Qt.Key.Key_Return)
    settle(screen.work)
    dialog = forms()[-1]
    assert dialog.form.editor("vaccine").value() == "Invented"


def test_treatments_close_together_are_one_episode(
    screen: HealthScreen, settle: Settle, cows: list[UUID]
) -> None:
    found = turn(screen, "episodes", settle)
    assert sorted((row[4], row[5]) for row in found) == [
        ("1", "1"),
        ("1", "1"),
        ("1", "2"),
        ("2", "1"),
    ]


def test_the_session_and_the_printed_lists_are_a_step_away(
    qtbot: QtBot, screen: HealthScreen
) -> None:
    gone: list[Place] = []
    screen.go.connect(gone.append)
    screen.to_session()
    for key in (Qt.Key.Key_5, Qt.Key.Key_6):
        before = len(gone)
        press(qtbot, screen, key)
        qtbot.waitUntil(partial(_more, gone, before))
    assert gone == [
        Place("treat"),
        Place("reports", part="medicine"),
        Place("reports", part="parlour"),
    ]


def test_an_empty_farm_says_what_belongs_there(qtbot: QtBot, work: Work, settle: Settle) -> None:
    made = HealthScreen(work)
    qtbot.addWidget(made)
    made.show()
    settle(work)
    assert made.withheld.empty.title() == "Nothing is withheld"
    assert made.courses.empty.title() == "Nobody was treated in a year"


def test_rule_18_everybody_due_is_vaccinated_at_once_and_the_next_dose_is_due_once(
    qtbot: QtBot, screen: HealthScreen, sample_farm: Mirror, cows: list[UUID], settle: Settle
) -> None:
    again = {"vaccine": "Invented", "given_at": now() - 390 * DAY, "next_due_on": today()}
    vaccinate(sample_farm, {"animal_id": cows[1], **again})
    screen.reload()
    turn(screen, "due", settle)
    form = opened(qtbot, screen, Qt.Key.Key_7, settle)
    assert "2 are due" in form.windowTitle()
    form.form.editor("lot").set_value("V9")
    form.save_button.click()
    settle(screen.work)
    given = [row for row in rows(sample_farm, VaccineLog) if row.lot == "V9"]
    assert {(row.animal_id, row.dose_number) for row in given} == {(cows[0], 2), (cows[1], 2)}
    assert screen.due.model.rowCount() == 0


def test_the_schedule_of_the_species_here_begins_a_vaccination(
    qtbot: QtBot, screen: HealthScreen, settle: Settle
) -> None:
    screen.arrive(Place("health", part="schedule"))
    settle(screen.work)
    steps = [screen.schedule.model.row_at(n) for n in range(screen.schedule.model.rowCount())]
    assert "Cattle" in {one.species for one in steps}
    assert any(one.then_after for one in steps)
    screen.schedule.opened.emit(steps[0])
    settle(screen.work)
    form = forms()[-1].form
    assert form.editor("vaccine").value() == steps[0].vaccine
    assert form.editor("dose_number").value() == steps[0].dose


def test_how_close_treatments_make_one_illness_is_a_setting(
    screen: HealthScreen, sample_farm: Mirror, settle: Settle
) -> None:
    def ill() -> int:
        screen.reload()
        settle(screen.work)
        return screen.episodes.model.rowCount()

    before = ill()
    whose = screen.work.whose.organization_id
    assert whose is not None
    choose(sample_farm, whose, {"episode_gap_days": 35})
    assert ill() == before - 1


def test_rule_16_a_course_of_twelve_hours_is_planned_so(
    screen: HealthScreen, sample_farm: Mirror, cows: list[UUID], settle: Settle
) -> None:
    began = now() - 13 * DAY / 24
    course = {"reason": "Cough", "product": "Tylosin", "dose": Decimal(5), "doses": 4}
    hours = {"hours_between": 12, "milk_hours": 24}
    treat(sample_farm, {"animal_id": cows[2], "given_at": began, **course, **hours})
    screen.reload()
    settle(screen.work)
    shown = [screen.courses.model.row_at(n) for n in range(screen.courses.model.rowCount())]
    mine = next(one for one in shown if one.product == "Tylosin")
    assert (mine.due, mine.next_at) == (2, began + DAY)
    held = [screen.withheld.model.row_at(n) for n in range(screen.withheld.model.rowCount())]
    until = next(one.until for one in held if one.id == cows[2])
    assert until[Food.MILK] == began + 36 * DAY / 24 + DAY


def test_the_medicine_book_has_vaccinations_suppliers_and_what_left_the_store(
    barn_medicine: Mirror,
) -> None:
    with barn_medicine.read() as connection:
        first, second = medicine_given(connection, now() - DAY, now() + DAY)
    assert (first.product, first.supplier, first.taken, first.taken_unit) == (
        "Penicillin",
        "Hill Vets",
        Decimal("0.06"),
        "L",
    )
    assert not first.is_vaccine
    assert set(first.free_from) == {Food.MILK}
    assert (second.is_vaccine, second.product, second.taken) == (True, "Invented", None)


@pytest.fixture
def barn_medicine(sample_farm: Mirror) -> Mirror:
    without_medicine(sample_farm)
    item, _ = saving.add(
        sample_farm,
        FarmInventory,
        {"name": "Penicillin", "unit": StockUnit.LITRE, "supplier": "Hill Vets"},
    )
    move_stock(sample_farm, item, StockMovement.RECEIPT, Decimal(1), today() - DAY, lot="L1")
    cow = next(
        one.id for one in rows(sample_farm, Livestock) if one.status == LivestockStatus.ACTIVE
    )
    given = {"reason": "Mastitis", "product": "Penicillin", "dose": Decimal(20), "doses": 3}
    store = {"item_id": item, "lot": "L1", "milk_hours": 96, "given_at": now() - DAY / 24}
    treat(sample_farm, {"animal_id": cow, **given, **store})
    vaccinate(sample_farm, {"animal_id": cow, "vaccine": "Invented"})
    return sample_farm


def test_rule_18_one_dose_from_two_pcs_makes_the_next_due_once(
    screen: HealthScreen, sample_farm: Mirror, cows: list[UUID], settle: Settle
) -> None:
    shot = {"animal_id": cows[0], "vaccine": "Invented", "dose_number": 2}
    due = {"next_due_on": today() + timedelta(days=9)}
    for hour in (1, 2):  # both PCs were offline, and both wrote it down
        vaccinate(sample_farm, {**shot, **due, "given_at": now() - hour * DAY / 24})
    screen.reload()
    turn(screen, "due", settle)
    model = screen.due.model
    mine = [one for n in range(model.rowCount()) if (one := model.row_at(n)).vaccine == "Invented"]
    assert [(one.dose, one.days) for one in mine] == [(3, 9)]


def test_a_diagnosis_is_written_down_treated_and_over_by_keys(
    qtbot: QtBot, screen: HealthScreen, cows: list[UUID], settle: Settle, sample_farm: Mirror
) -> None:
    assert turn(screen, "diagnoses", settle) == []
    qtbot.keyClick(screen, Qt.Key.Key_8, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(forms()) == 1)
    settle(screen.work)
    dialog = forms()[0]
    put(dialog, animal_id=cows[0], condition="Mastitis", site="Left hind")
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not forms())
    settle(screen.work)
    (line,) = shown(screen)
    assert line[1] == "Mastitis"
    assert line[-2:] == ["", "0"]

    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    dialog = opened(qtbot, screen, Qt.Key.Key_1, settle)
    put(dialog, product="Penicillin", dose=Decimal(20))
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not forms())
    settle(screen.work)
    (made,) = rows(sample_farm, HealthDiagnosis)
    (given,) = [one for one in rows(sample_farm, HealthTreatment) if one.diagnosis_id == made.id]
    assert (given.animal_id, given.reason) == (cows[0], "Mastitis, Left hind")
    assert shown(screen)[0][-1] == "1"

    qtbot.keyClick(screen._table().table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(forms()) == 1)
    settle(screen.work)
    put(forms()[0], recovered_on=today())
    qtbot.keyClick(forms()[0], Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not forms())
    settle(screen.work)
    assert rows(sample_farm, HealthDiagnosis)[0].recovered_on == today()


def test_a_diagnosis_begins_the_episode_that_its_treatment_belongs_to(
    screen: HealthScreen, cows: list[UUID], settle: Settle, sample_farm: Mirror
) -> None:
    seen = {"animal_id": cows[0], "condition": "mastitis", "seen_on": today() - 3 * DAY}
    saving.add(sample_farm, HealthDiagnosis, seen)
    seen = {"animal_id": cows[1], "condition": "Lame", "recovered_on": today()}
    saving.add(sample_farm, HealthDiagnosis, seen | {"seen_on": today() - 9 * DAY})
    screen.reload()
    settle(screen.work)
    found = turn(screen, "episodes", settle)
    assert [line[4] for line in found if line[1] == "Lame"] == ["0"]
    assert [line[4] for line in found if line[1] == "mastitis"] == ["1"]
