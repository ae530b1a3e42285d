"""The breeding screen: worklists, and entry by keyboard of services, births and hatches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions.saving import change
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.breeding import BreedingOutcome
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import HatcheryRecord, LambingRecord
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import today
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screen import Notice, Place
from fluffydesk.ui.screens.births_foster import FosterDialog
from fluffydesk.ui.screens.breeding import BreedingScreen
from fluffydesk.ui.screens.breeding_session import ServiceSession
from fluffydesk.ui.screens.reading.worklists import Todo
from fluffydesk.work import Work

Settle = Callable[[Work], None]
_ANIMALS = Livestock.__table__.c


@pytest.fixture
def screen(qtbot: QtBot, farm_work: Work, settle: Settle) -> BreedingScreen:
    made = BreedingScreen(farm_work)
    qtbot.addWidget(made)
    made.resize(1024, 700)
    made.show()
    made.activateWindow()
    settle(farm_work)
    return made


def rows(mirror: Mirror, record: Any, *where: Any) -> list[Any]:
    with mirror.read() as connection:
        return list(connection.execute(select(record.__table__).where(*where)))


def shown(kind: type[QWidget]) -> Any:
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, kind)]
    return next(one for one in found if one.isVisible())


def press(qtbot: QtBot, screen: BreedingScreen, key: Qt.Key) -> None:
    """Press Ctrl with a key, in the list that is shown."""
    screen.activateWindow()
    qtbot.keyClick(screen._table().table, key, Qt.KeyboardModifier.ControlModifier)


def type_cell(qtbot: QtBot, dialog: FormDialog, text: str) -> None:
    editor = dialog.form.grid.editor  # type: ignore[attr-defined]
    assert editor is not None
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def test_each_worklist_is_shown_by_its_part_and_counted(
    screen: BreedingScreen, farm_work: Work, settle: Settle
) -> None:
    found = screen._found.lists
    assert found.due
    assert f"{len(found.due)} due" in screen.said.text()
    for todo in Todo:
        screen.arrive(Place("breeding", part=todo.value))
        model = screen.todo.model
        shown_rows = [model.row_at(number) for number in range(model.rowCount())]
        assert [one.todo for one in shown_rows] == [todo] * len(getattr(found, todo.value))
        if shown_rows:
            screen.todo.select(shown_rows[-1].id)
            assert screen.acts._chosen().female_id == shown_rows[-1].id


def test_a_calving_of_twins_by_keys_makes_the_calf_and_is_undone(
    qtbot: QtBot, screen: BreedingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    screen.arrive(Place("breeding", part="due"))
    dam = screen.todo.current()
    before = rows(sample_farm, Livestock, _ANIMALS.id == dam.id)[0]
    births = len(rows(sample_farm, LambingRecord))
    told: list[Notice] = []
    screen.told.connect(told.append)
    press(qtbot, screen, Qt.Key.Key_4)
    settle(farm_work)
    dialog = shown(FormDialog)
    for text in ("f", "", "7001", "38,5", "m", "s", "", ""):
        type_cell(qtbot, dialog, text)
    assert dialog.form.said.text() == "2 born, 1 living."
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(farm_work)
    (calf,) = rows(sample_farm, Livestock, _ANIMALS.tag_number == "7001")
    assert (calf.dam_id, calf.sex, calf.birth_date) == (dam.id, Sex.FEMALE, today())
    assert calf.species_id == before.species_id
    after = rows(sample_farm, Livestock, _ANIMALS.id == dam.id)[0]
    assert (after.calved_on, after.parity) == (today(), before.parity + 1)
    assert len(rows(sample_farm, LambingRecord)) == births + 1
    assert told[-1].undo is not None
    told[-1].undo()
    settle(farm_work)
    assert rows(sample_farm, Livestock, _ANIMALS.tag_number == "7001") == []
    undone = rows(sample_farm, Livestock, _ANIMALS.id == dam.id)[0]
    assert (undone.calved_on, undone.parity) == (before.calved_on, before.parity)
    assert len(rows(sample_farm, LambingRecord)) == births


def test_what_cannot_be_in_a_cell_stays_typed_and_nothing_is_saved(
    qtbot: QtBot, screen: BreedingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    screen.arrive(Place("breeding", part="due"))
    births = len(rows(sample_farm, LambingRecord))
    screen.acts.birth()
    settle(farm_work)
    dialog = shown(FormDialog)
    type_cell(qtbot, dialog, "x")
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(farm_work)
    assert dialog.isVisible()
    assert "Type f for female" in dialog.form.trouble.text()
    assert dialog.form.grid.editor.text() == "x"
    assert len(rows(sample_farm, LambingRecord)) == births


def test_many_females_are_served_by_scanning_and_the_last_is_taken_back(
    qtbot: QtBot, screen: BreedingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    heifers = rows(
        sample_farm,
        Livestock,
        _ANIMALS.status == LivestockStatus.ACTIVE,
        _ANIMALS.sex == Sex.FEMALE,
        _ANIMALS.parity == 0,
        _ANIMALS.birth_date < today() - timedelta(days=400),
    )[:3]
    bull = rows(
        sample_farm,
        Livestock,
        _ANIMALS.sex == Sex.MALE,
        _ANIMALS.status == LivestockStatus.ACTIVE,
        _ANIMALS.name == "Dorian",
    )[0]
    press(qtbot, screen, Qt.Key.Key_2)
    settle(farm_work)
    session = shown(ServiceSession)
    session.form.editor("male_id").set_value(bull.id)
    settle(farm_work)
    for heifer in (*heifers, bull):
        qtbot.keyClicks(session.scan.line, heifer.tag_number)
        qtbot.keyClick(session.scan.line, Qt.Key.Key_Return)
        settle(farm_work)
    assert len(heifers) == 3
    assert session.total.text() == "3 served"
    assert "Dorian is male" in session.trouble.text()
    service = BreedingRecord.__table__.c
    mine = (service.served_on == today(), service.male_id == bull.id)
    served = rows(sample_farm, BreedingRecord, *mine)
    assert {one.female_id for one in served} == {one.id for one in heifers}
    assert {one.due_on for one in served} == {today() + timedelta(days=283)}
    qtbot.keyClick(session.scan.line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(farm_work)
    assert session.total.text() == "2 served"
    assert len(rows(sample_farm, BreedingRecord, *mine)) == 2
    session.accept()


def test_a_calf_is_fostered_by_two_scans(
    qtbot: QtBot, screen: BreedingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    screen.arrive(Place("breeding", part="births"))
    births = screen._found.births
    calves = {one.dam_id: one for one in rows(sample_farm, Livestock) if one.status == "active"}
    own = next(one for one in births if one.on == getattr(calves.get(one.dam_id), "birth_date", 0))
    nurse = next(one for one in births if one.dam_id != own.dam_id)
    told: list[str] = []
    screen.told.connect(lambda notice: told.append(notice.text))
    press(qtbot, screen, Qt.Key.Key_7)
    settle(farm_work)
    dialog = shown(FosterDialog)
    for tag in (calves[own.dam_id].tag_number, nurse.dam.rpartition(" ")[2]):
        qtbot.keyClicks(dialog.scan.line, tag)
        qtbot.keyClick(dialog.scan.line, Qt.Key.Key_Return)
        settle(farm_work)
    assert "is reared by" in told[-1]
    table = LambingRecord.__table__.c
    assert rows(sample_farm, LambingRecord, table.id == own.id)[0].fostered_off == 1
    assert rows(sample_farm, LambingRecord, table.id == nurse.id)[0].fostered_on == 1


def test_a_check_of_the_chosen_animal_moves_her_off_the_list(
    qtbot: QtBot, screen: BreedingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    screen.arrive(Place("breeding", part="check"))
    cow = screen.todo.current()
    press(qtbot, screen, Qt.Key.Key_3)
    settle(farm_work)
    dialog = shown(FormDialog)
    dialog.save_button.click()
    settle(farm_work)
    service = BreedingRecord.__table__.c
    outcomes = {
        one.outcome
        for one in rows(sample_farm, BreedingRecord, service.female_id == cow.id)
        if one.checked_on == today()
    }
    assert outcomes == {BreedingOutcome.PREGNANT}
    assert cow.id not in [one.id for one in screen._found.lists.check]


def test_dry_off_is_one_key_and_undone(
    qtbot: QtBot, screen: BreedingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    told: list[Notice] = []
    screen.told.connect(told.append)
    screen.arrive(Place("breeding", part="open"))
    cow = screen.todo.current()
    assert cow is not None
    earlier = rows(sample_farm, Livestock, _ANIMALS.id == cow.id)[0].calved_on - timedelta(days=55)
    change(sample_farm, Livestock, cow.id, {"dried_off_on": earlier})
    press(qtbot, screen, Qt.Key.Key_5)
    settle(farm_work)
    assert rows(sample_farm, Livestock, _ANIMALS.id == cow.id)[0].dried_off_on == today()
    assert told[-1].undo is not None
    told[-1].undo()
    settle(farm_work)
    assert rows(sample_farm, Livestock, _ANIMALS.id == cow.id)[0].dried_off_on == earlier


def test_eggs_are_candled_and_hatched_within_what_was_set(
    qtbot: QtBot, screen: BreedingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    screen.arrive(Place("breeding", part="hatching"))
    waiting = next(one for one in screen._found.hatches if one.hatched is None)
    screen.hatching.select(waiting.id)
    press(qtbot, screen, Qt.Key.Key_2)
    settle(farm_work)
    dialog = shown(FormDialog)
    for name, text in (("hatched", "300"), ("infertile", "30")):
        dialog.form.editor(name).field.setText(text)
        dialog.form.editor(name).changed.emit()
    dialog.save_button.click()
    settle(farm_work)
    assert "Only 290 eggs could hatch" in dialog.form.rows["hatched"].error()
    dialog.form.editor("hatched").field.setText("280")
    dialog.form.editor("hatched").changed.emit()
    dialog.save_button.click()
    settle(farm_work)
    hatched = rows(sample_farm, HatcheryRecord, HatcheryRecord.__table__.c.id == waiting.id)[0]
    assert (hatched.hatched, hatched.infertile) == (280, 30)
    shown_row = next(one for one in screen._found.hatches if one.id == waiting.id)
    assert round(shown_row.of_set or 0, 1) == 87.5


def test_an_empty_farm_says_what_belongs_there(qtbot: QtBot, work: Work, settle: Settle) -> None:
    made = BreedingScreen(work)
    qtbot.addWidget(made)
    made.show()
    settle(work)
    for view, title in (
        ("todo", "Nothing to do today"),
        ("services", "No services yet"),
        ("births", "No births yet"),
        ("sires", "No sires yet"),
        ("hatching", "No eggs are set"),
    ):
        made.views.set_value(view)
        assert made.tables[view].empty._title.text() == title


def test_the_births_of_the_year_are_summed_up(screen: BreedingScreen) -> None:
    screen.arrive(Place("breeding", part="births"))
    (cattle,) = screen._found.results
    assert f"Cattle, 12 months: {cattle.births} births, {cattle.born} born" in screen.said.text()
    assert "ewes" not in screen.said.text()
