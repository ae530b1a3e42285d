"""The medical record, driven by keys through the real widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPageSize
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from fluffydesk.actions import records, saving
from fluffydesk.actions.lab import ask_for
from fluffydesk.actions.prescriptions import prescribe
from fluffydesk.actions.vaccinations import vaccinate
from fluffydesk.records.clinic import LabResult, NoteTemplate, PetVaccination, Prescription
from fluffydesk.records.enums.medical import DoseUnit, MedicalRecordKind
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import new_id, today
from fluffydesk.ui.fields.texts import use_place
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screen import Notice, Place, Screen
from fluffydesk.ui.screens.calendar import Calendar
from fluffydesk.ui.screens.clinic_today import ClinicToday
from fluffydesk.ui.screens.pets import Pets
from fluffydesk.ui.screens.reading.records_of_pets import unsigned
from fluffydesk.ui.screens.record import RecordScreen
from fluffydesk.ui.screens.record_drug import PrescriptionForm
from fluffydesk.ui.screens.record_lab import LabDialog
from fluffydesk.ui.screens.record_note import VitalRow
from fluffydesk.ui.screens.record_print import LabelPreview, PaperDialog
from fluffydesk.ui.screens.record_results import FINDING, REMARK, VALUE
from fluffydesk.ui.screens.record_templates import TemplatePicker, TemplateSaver
from fluffydesk.ui.screens.record_vaccine import VaccinationForm
from fluffydesk.ui.screens.reporting.labels import HEIGHT_MM, WIDTH_MM, Label, layout_of
from fluffydesk.ui.screens.waiting import WaitingRoom
from fluffydesk.ui.screens.waiting_column import StageList
from fluffydesk.work import Work
from tests.actions.consulting import Room, ago, make_room
from tests.mirrors import new_mirror

S = TypeVar("S", bound=Screen)
Settle = Callable[[Work], None]
Key = Qt.Key


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with new_mirror(tmp_path / "clinic.db") as opened:
        yield make_room(opened)


@pytest.fixture
def desk(qtbot: QtBot, room: Room, settle: Settle) -> Iterator[RecordScreen]:
    work = Work(room.mirror)
    use_place(work.whose)
    crashes: list[Exception] = []
    work.crashed.connect(crashes.append)
    screen = RecordScreen(work)
    qtbot.addWidget(screen)
    screen.resize(1072, 760)
    with qtbot.waitExposed(screen):
        screen.show()
    screen.activateWindow()
    settle(work)  # a test writes by itself, which nothing may read meanwhile
    yield screen
    settle(work)
    work.close()
    assert not crashes


def words_on(part: QWidget) -> str:
    return "\n".join(one.text() for one in part.findChildren(QLabel) if one.isVisible())


def come(screen: RecordScreen, where: UUID, settle: Settle) -> None:
    screen.arrive(Place("record", where))
    for _ in range(3):  # what is read first asks for more
        settle(screen.work)


def put(screen: RecordScreen, name: str, text: str, qtbot: QtBot) -> None:
    field = screen.pane.form.editor(name).field
    field.setFocus()
    qtbot.keyClicks(field, text)


def note(room: Room, **values: Any) -> UUID:
    row_id, _ = records.keep_note(room.mirror, None, {"pet_id": room.dog, **values})
    return row_id


def press(qtbot: QtBot, screen: RecordScreen, key: Qt.Key, control: bool = False) -> None:
    held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(screen, key, held)


def drug(room: Room, **values: Any) -> UUID:
    given = {
        "pet_id": room.dog,
        "product": "Carprofen 50 mg",
        "item_id": room.tablets,
        "dose": Decimal(1),
        "dose_unit": DoseUnit.TABLET,
        "hours_between": 12,
        "days": 5,
        "quantity": Decimal(10),
        "instructions": "with food",
        **values,
    }
    return prescribe(room.mirror, given)[0]


def test_without_a_pet_it_lists_what_is_left_to_finish(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle
) -> None:
    assert "No pet is chosen" in words_on(desk)
    assert "Every note is signed" in words_on(desk)
    come(desk, new_id(), settle)
    assert "No pet is chosen" in words_on(desk)
    settle(desk.work)
    old = note(room, visited_on=ago(1), diagnosis="Otitis")
    ask_for(room.mirror, room.dog, "Kidney", ago(2))
    desk.arrive(Place("record"))
    results, notes = desk.waiting.results, desk.waiting.notes
    qtbot.waitUntil(lambda: results.current() is not None and notes.current() is not None)
    assert [one.pet for one in results.model.rows()] == ["Biscuit"]
    qtbot.keyClick(results.table, Key.Key_Return)
    qtbot.waitUntil(lambda: desk.pages.currentIndex() == 1)
    assert "Pending" in [one.state for one in desk.history.rows.entries]
    desk.arrive(Place("record"))
    settle(desk.work)
    qtbot.keyClick(notes.table, Key.Key_Return)
    qtbot.waitUntil(lambda: desk.pane.note_id == old)


def test_a_visit_is_written_saved_and_found_in_the_history(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle
) -> None:
    visit = room.sample["Biscuit visit"]
    come(desk, visit, settle)
    assert desk.pane.form.isVisible()
    put(desk, "history", "Coughs at night", qtbot)
    put(desk, "weight_kg", "12.4", qtbot)
    press(qtbot, desk, Key.Key_S, control=True)
    settle(desk.work)
    settle(desk.work)
    [row] = room.rows(MedicalRecord)
    assert (row.history, row.weight_kg) == ("Coughs at night", Decimal("12.4"))
    assert row.appointment_id == visit
    assert row.veterinarian_id == room.sample["Dr Osei Lund"]
    titles = [entry.kind for entry in desk.history.rows.entries]
    assert titles == ["note"]
    come(desk, visit, settle)
    assert desk.pane.note_id == row.id


def test_what_is_typed_is_a_draft_until_it_is_saved(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle
) -> None:
    first = note(room, history="Eats", diagnosis="Well")
    come(desk, first, settle)
    put(desk, "treatment", "Rest for a week", qtbot)
    put(desk, "heart_rate", "9x", qtbot)
    come(desk, room.sample["Mango"], settle)
    assert desk.none_open.isVisible()
    come(desk, first, settle)
    form = desk.pane.form
    assert form.editor("treatment").value() == "Rest for a week"
    assert "whole number" in form.editor("heart_rate").text_error
    assert "not saved yet" in desk.pane.state.text()
    [row] = room.rows(MedicalRecord)
    assert row.treatment is None


def test_a_new_notes_draft_comes_back(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle
) -> None:
    come(desk, room.dog, settle)
    assert desk.none_open.isVisible()
    desk.begin()
    settle(desk.work)
    put(desk, "diagnosis", "Otitis", qtbot)
    desk.hide()
    settle(desk.work)
    desk.show()
    come(desk, room.dog, settle)
    assert desk.pane.form.editor("diagnosis").value() == "Otitis"
    desk.pane.save()
    settle(desk.work)
    with room.mirror.read() as connection:
        assert records.draft_of(connection, room.dog) == {}


def test_unusual_vitals_are_marked_and_kept(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle
) -> None:
    come(desk, note(room, history="Eats"), settle)
    line = desk.pane.form.rows["temperature_c"]
    assert isinstance(line, VitalRow)
    assert line.noted() == "Usual 37.9 to 39.2"
    put(desk, "temperature_c", "40.1", qtbot)
    assert line.noted() == "High: usual 37.9 to 39.2"
    assert line.editor.field.accessibleDescription().startswith("High")
    press(qtbot, desk, Key.Key_S, control=True)
    settle(desk.work)
    assert room.rows(MedicalRecord)[0].temperature_c == Decimal("40.1")


def test_signing_asks_once_more_and_a_signed_note_is_amended(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle
) -> None:
    """Rule 22 at the screen."""
    first = note(room, diagnosis="Otitis", treatment="Drops")
    come(desk, first, settle)
    press(qtbot, desk, Key.Key_F8)
    assert "once more" in desk.pane.state.text()
    assert room.rows(MedicalRecord)[0].signed_at is None
    press(qtbot, desk, Key.Key_F8)
    settle(desk.work)
    settle(desk.work)
    assert room.rows(MedicalRecord)[0].signed_at is not None
    assert not desk.pane.save_button.isVisible()
    put(desk, "treatment", "None", qtbot)
    assert desk.pane.form.editor("treatment").value() == "Drops"
    press(qtbot, desk, Key.Key_E, control=True)
    settle(desk.work)
    settle(desk.work)
    second = desk.pane.note_id
    assert second != first
    entry = desk.history.entry()
    assert entry is not None
    assert entry.id == second, "the history marks the note that is in the form"
    put(desk, "treatment", ", twice a day", qtbot)
    press(qtbot, desk, Key.Key_S, control=True)
    settle(desk.work)
    settle(desk.work)
    shown = words_on(desk.pane.chain)
    assert "Drops" in shown
    assert "Amendment of" in shown
    states = [entry.state for entry in desk.history.rows.entries if entry.kind == "note"]
    assert sorted(states) == ["Amending", "Signed"]


def test_a_template_goes_below_what_was_typed(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle
) -> None:
    words = {"history": "Appetite:", "kind": MedicalRecordKind.CONSULTATION}
    for name, species in (("Annual check", "Dog"), ("Annual check, cat", "Cat")):
        records.save_template(room.mirror, name, {**words, "species": species})
    come(desk, note(room, history="Coughs"), settle)
    press(qtbot, desk, Key.Key_T, control=True)
    settle(desk.work)
    picker = desk.findChild(TemplatePicker)
    assert isinstance(picker, TemplatePicker)
    assert picker.list.count() == 1
    qtbot.keyClicks(picker.line, "check")
    qtbot.keyClick(picker.line, Key.Key_Return)
    assert desk.pane.form.editor("history").value() == "Coughs\nAppetite:"
    desk.keep_template()
    asking = desk.findChild(TemplateSaver)
    assert isinstance(asking, TemplateSaver)
    asking.save()
    settle(desk.work)
    assert "Name" in asking.trouble.text()
    qtbot.keyClicks(asking.name.editor.field, "Cough")
    asking.save()
    settle(desk.work)
    kept = {row.name: row.history for row in room.rows(NoteTemplate)}
    assert kept["Cough"] == "Coughs\nAppetite:"


def test_a_dose_by_weight_and_its_label(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle, tmp_path: Path
) -> None:
    saving.change(room.mirror, Pet, room.dog, {"weight_kg": Decimal("12.4")})
    come(desk, room.dog, settle)
    press(qtbot, desk, Key.Key_R, control=True)
    dialog = desk.acts.dialog
    assert isinstance(dialog, FormDialog)
    form = dialog.form
    assert isinstance(form, PrescriptionForm)
    assert form.editor("quantity").field.text() == "0"
    form.editor("item_id").set_value(room.tablets)
    form.editor("item_id").changed.emit()
    settle(desk.work)
    for name, text in (("dose_per_kg", "4"), ("hours_between", "12"), ("days", "5")):
        qtbot.keyClicks(form.editor(name).field, text)
    qtbot.keyClicks(form.editor("instructions").field, "with food")
    settle(desk.work)
    per_kg = form.editor("dose_per_kg").field
    for dose, role in (("0.5", "danger"), ("4", "muted")):  # twice what the weight asks for is red
        per_kg.selectAll()
        qtbot.keyClicks(per_kg, dose)
        assert form.told.property("role") == role
    assert form.told.text().startswith("4 mg/kg × 12.40 kg = 0.992 tablet, rounded to 1 tablet")
    directions = "1 tablet every 12 hours for 5 days, with food"
    assert directions in form.view.label.texts
    form.save()
    settle(desk.work)
    settle(desk.work)
    [row] = room.rows(Prescription)
    assert (row.quantity, row.lot) == (Decimal(10), "A")
    paper = desk.acts.dialog
    assert isinstance(paper, PaperDialog)
    shown = words_on(paper)
    for text in (directions, "Carprofen 50 mg · 10 tablets", "Biscuit (Dog) · Noor Vale"):
        assert text in shown
    assert "For animal treatment only" in shown
    assert "Canal Street Clinic" in shown
    paper.write_to(str(tmp_path / "label.pdf"))
    assert (tmp_path / "label.pdf").read_bytes().startswith(b"%PDF-")
    paper.print_it()
    preview = paper.findChild(LabelPreview)
    assert isinstance(preview, LabelPreview)
    preview.close()
    paper.close()


def test_more_than_a_lot_holds_is_handed_out_of_several_which_form_and_label_name(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle
) -> None:
    come(desk, room.dog, settle)
    press(qtbot, desk, Key.Key_R, control=True)
    dialog = desk.acts.dialog
    assert isinstance(dialog, FormDialog)
    form = dialog.form
    assert isinstance(form, PrescriptionForm)
    form.editor("item_id").set_value(room.tablets)
    form.editor("item_id").changed.emit()
    settle(desk.work)
    lot = form.rows["lot"]
    assert (lot.editor.value(), lot.noted()) == ("A", "The one to use first.")
    for name, text in (("dose", "1"), ("quantity", "110")):
        form.editor(name).field.selectAll()
        qtbot.keyClicks(form.editor(name).field, text)
    settle(desk.work)
    assert lot.noted() == "Of A (20) and B (90): no one lot holds all of it."
    both = form.view.label.texts[-2]
    assert both.startswith("Lot A, expires ")
    assert "; lot B, expires " in both
    form.save()
    settle(desk.work)
    settle(desk.work)
    assert room.left(room.tablets) == Decimal(129 - 110)
    paper = desk.acts.dialog
    assert isinstance(paper, PaperDialog)
    assert both in words_on(paper)
    paper.close()
    told = [line for entry in desk.found.entries for line in entry.lines]
    assert "Lots A and B" in told


def test_a_dose_follows_the_unit_that_is_chosen_for_it(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle
) -> None:
    come(desk, room.dog, settle)
    press(qtbot, desk, Key.Key_R, control=True)
    dialog = desk.acts.dialog
    assert isinstance(dialog, FormDialog)
    form = dialog.form
    assert isinstance(form, PrescriptionForm)
    for name, text in (("product", "Meloxicam 1.5 mg/mL"), ("weight_kg", "59.3")):
        form.editor(name).field.selectAll()
        qtbot.keyClicks(form.editor(name).field, text)
    qtbot.keyClicks(form.editor("dose_per_kg").field, "0.1")
    dose, unit = form.editor("dose"), form.editor("dose_unit")
    assert (dose.value(), unit.value()) == (Decimal("4.0"), DoseUnit.MILLILITRE)
    dose.field.selectAll()
    qtbot.keyClicks(dose.field, "40")
    assert form.told.text().endswith("= 3.953 mL, typed is 40 mL: 912 % more.")
    assert form.told.property("role") == "danger"
    dose.field.selectAll()
    qtbot.keyClicks(dose.field, "4")
    qtbot.keyClicks(unit.field, "m")  # from mL to mg
    assert (dose.value(), unit.value()) == (Decimal("5.9"), DoseUnit.MILLIGRAM)
    assert form.told.text().endswith("= 5.93 mg, rounded to 5.9 mg: 1 % less.")


def test_a_unit_that_the_weight_says_nothing_of_empties_the_dose(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle
) -> None:
    come(desk, room.dog, settle)
    press(qtbot, desk, Key.Key_R, control=True)
    dialog = desk.acts.dialog
    assert isinstance(dialog, FormDialog)
    form = dialog.form
    qtbot.keyClicks(form.editor("product").field, "Syrup")
    for name, text in (("weight_kg", "10"), ("dose_per_kg", "2")):
        form.editor(name).field.selectAll()
        qtbot.keyClicks(form.editor(name).field, text)
    assert form.editor("dose").value() == 20
    qtbot.keyClicks(form.editor("dose_unit").field, "m")  # 20 mg are not 20 mL
    assert form.editor("dose_unit").value() == DoseUnit.MILLILITRE
    assert form.editor("dose").value() is None
    assert isinstance(form, PrescriptionForm)
    assert form.told.text().startswith("The weight asks for 20 mg.")


def test_what_is_given_belongs_to_the_note_of_the_visit(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle
) -> None:
    """A note that is not there yet is saved first, so that the visit's bill finds its papers."""
    come(desk, room.sample["Biscuit visit"], settle)
    put(desk, "history", "Coughs", qtbot)
    press(qtbot, desk, Key.Key_R, control=True)
    for _ in range(3):
        settle(desk.work)
    [row] = room.rows(MedicalRecord)
    dialog = desk.acts.dialog
    assert isinstance(dialog, FormDialog)
    form = dialog.form
    qtbot.keyClicks(form.editor("product").field, "Ear drops")
    qtbot.keyClicks(form.editor("dose").field, "1")
    form.save()
    for _ in range(3):
        settle(desk.work)
    [drug] = room.rows(Prescription)
    assert (row.history, drug.record_id) == ("Coughs", row.id)


def test_undo_of_a_prescription_gives_the_stock_back(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle
) -> None:
    told: list[Notice] = []
    desk.told.connect(told.append)
    come(desk, room.dog, settle)
    before = room.left(room.tablets)
    desk.acts._prescribed(drug(room))
    settle(desk.work)
    assert room.left(room.tablets) == before - 10
    desk.acts._prescribed(drug(room))
    settle(desk.work)
    first, second = (one.undo for one in told)
    assert first is not None
    assert second is not None
    first()  # the notice of the first takes the first back, though there is a second by now
    settle(desk.work)
    assert room.left(room.tablets) == before - 10
    assert (first.is_open, second.is_open) == (False, True)
    assert desk.acts.dialog is not None
    desk.acts.dialog.close()
    desk.activateWindow()
    desk.history.setFocus()
    qtbot.waitUntil(desk.history.hasFocus)
    qtbot.keyClick(desk.history, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(desk.work)
    assert room.left(room.tablets) == before
    assert told[-1].text == "It is taken back."


def test_a_long_label_is_longer_and_never_smaller(qtbot: QtBot) -> None:
    heights = []
    for words in ("1 tablet once a day", "1 tablet once a day, with food " * 30):
        layout = layout_of(Label("Label", (("main", words), ("plain", "For animals only"))))
        size = layout.pageSize().size(QPageSize.Unit.Millimeter)
        assert size.width() == WIDTH_MM
        heights.append(size.height())
    assert heights[0] == HEIGHT_MM < heights[1]


def test_an_allergy_is_asked_about_in_the_form(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle
) -> None:
    saving.change(room.mirror, Pet, room.dog, {"allergies": "Carprofen"})
    come(desk, room.dog, settle)
    assert "Allergies: Carprofen" in desk.warning.text()
    desk.acts.prescribe()
    dialog = desk.acts.dialog
    assert isinstance(dialog, FormDialog)
    form = dialog.form
    assert isinstance(form, PrescriptionForm)
    assert "Carprofen" in form.allergies.text()
    qtbot.keyClicks(form.editor("product").field, "Carprofen 50 mg")
    qtbot.keyClicks(form.editor("dose").field, "1")
    form.save()
    settle(desk.work)
    assert "card says: Carprofen" in form.doubt.text()
    assert room.rows(Prescription) == []
    form.anyway.click()
    settle(desk.work)
    assert len(room.rows(Prescription)) == 1


def test_a_vaccination_fills_in_the_dose_and_its_card_is_printed(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle, tmp_path: Path
) -> None:
    vaccinate(room.mirror, {"pet_id": room.dog, "vaccine": "Rabies", "given_on": ago(400)})
    told: list[Notice] = []
    desk.told.connect(told.append)
    come(desk, room.dog, settle)
    press(qtbot, desk, Key.Key_I, control=True)
    dialog = desk.acts.dialog
    assert isinstance(dialog, FormDialog)
    form = dialog.form
    assert isinstance(form, VaccinationForm)
    form.editor("item_id").set_value(room.vaccine)
    form.editor("item_id").changed.emit()
    settle(desk.work)
    settle(desk.work)
    assert form.editor("vaccine").value() == "Rabies"
    assert form.editor("dose_number").value() == 2
    assert form.editor("next_due_on").value() == today() + timedelta(days=1095)
    form.save()
    settle(desk.work)
    settle(desk.work)
    next_on = today() + timedelta(days=1095)
    assert told[-1].text == "The vaccination is saved."
    assert told[-1].advice == f"Reminder on {next_on.day} {next_on:%B %Y}."
    assert sorted(row.lot or "" for row in room.rows(PetVaccination)) == ["", "R1"]
    desk.acts.certificate()
    settle(desk.work)
    card = desk.acts.dialog
    assert isinstance(card, PaperDialog)
    assert "Lot R1" in words_on(card)
    card.write_to(str(tmp_path / "card.pdf"))
    assert (tmp_path / "card.pdf").stat().st_size > 1000
    card.close()


def test_results_are_typed_in_a_grid_and_judged(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle
) -> None:
    old, _ = ask_for(room.mirror, room.dog, "Kidney", ago(90))
    usual = {"value": Decimal(120), "usual_from": Decimal(44), "usual_to": Decimal(159)}
    saving.change(room.mirror, LabResult, old[0], usual)
    come(desk, room.dog, settle)
    press(qtbot, desk, Key.Key_L, control=True)
    dialog = desk.acts.dialog
    assert isinstance(dialog, LabDialog)
    dialog.ask()
    assert dialog.panel.error() != ""
    qtbot.keyClicks(dialog.panel.editor.field, "Kidney")
    dialog.ask()
    settle(desk.work)
    settle(desk.work)
    model = dialog.model
    assert [one.result.test for one in model.lines][:2] == ["Creatinine", "Urea"]
    assert model.pending == len(model.lines)
    editor = dialog.grid.editor
    assert editor is not None
    qtbot.keyClicks(editor, "210")
    qtbot.keyClick(editor, Key.Key_Return)
    settle(desk.work)
    assert model.index(0, REMARK).data(Qt.ItemDataRole.ToolTipRole) == "H: high (44 to 159)"
    assert "Creatinine over time" in dialog.trend.text()
    assert "210 on" in dialog.chart.accessibleName()
    assert not model.commit(model.index(1, VALUE), "many")
    assert model.commit(model.index(1, FINDING), "Haemolytic")
    settle(desk.work)
    qtbot.keyClicks(dialog.more, "Lipase")
    qtbot.keyClick(dialog.more, Key.Key_Return)
    settle(desk.work)
    settle(desk.work)
    assert model.lines[-1].result.test == "Lipase"
    qtbot.keyClicks(dialog.more, "12.5")  # a value, typed where the next test is named
    qtbot.keyClick(dialog.more, Key.Key_Return)
    settle(desk.work)
    assert model.lines[-1].result.test == "Lipase"
    assert "is no test's name" in dialog.trouble.text()
    dialog.more.clear()
    qtbot.keyClick(dialog.more, Key.Key_Return)
    assert dialog.grid.currentIndex().row() == 2, "the first test without a value"
    dialog.close()
    settle(desk.work)
    entry = desk.history.rows.entries[0]
    assert "pending" in entry.state
    assert entry.lines[0] == "Creatinine: 210 µmol/L H (44 to 159)"
    desk.acts.open(entry)
    settle(desk.work)
    again = desk.acts.dialog
    assert isinstance(again, LabDialog)
    assert again.model.lines[0].warning.startswith("H")
    again.close()


def test_the_history_opens_folds_and_is_searched_by_keys(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle
) -> None:
    note(room, visited_on=ago(3), diagnosis="Otitis", history="Shakes its head")
    drug(room)
    come(desk, room.dog, settle)
    kinds = [entry.kind for entry in desk.history.rows.entries]
    assert kinds == ["prescription", "visit", "note"]
    press(qtbot, desk, Key.Key_F6)
    history = desk.history
    QApplication.processEvents()
    qtbot.keyClick(history, Key.Key_End)
    folded = history.sizeHintForIndex(history.currentIndex()).height()
    qtbot.keyClick(history, Key.Key_Right)
    assert history.sizeHintForIndex(history.currentIndex()).height() > folded
    qtbot.keyClick(history, Key.Key_Left)
    assert history.sizeHintForIndex(history.currentIndex()).height() == folded
    desk.search("shakes head")
    assert [entry.kind for entry in history.rows.entries] == ["note"]
    assert "1 of 3" in desk.count.text()
    history.setCurrentIndex(history.rows.index(0))
    qtbot.keyClick(history, Key.Key_Return)
    settle(desk.work)
    assert desk.pane.form.editor("diagnosis").value() == "Otitis"
    went: list[Place] = []
    desk.go.connect(went.append)
    desk.search("")
    history.chosen.emit(history.rows.entries[1])
    assert went == [Place("calendar", room.sample["Biscuit visit"])]


def test_yesterdays_notes_that_nobody_signed_are_listed(room: Room) -> None:
    old = note(room, visited_on=ago(1), diagnosis="Otitis")
    signed = note(room, visited_on=ago(1), diagnosis="Well")
    records.sign(room.mirror, signed, {})
    note(room, diagnosis="Cough")
    with room.mirror.read() as connection:
        found = unsigned(connection, today())
    assert [(one.id, one.pet, one.title) for one in found] == [(old, "Biscuit", "Otitis")]


def test_a_signature_of_another_desk_never_loses_what_is_typed(
    qtbot: QtBot, desk: RecordScreen, room: Room, settle: Settle
) -> None:
    """Rule 22, while somebody types: what came too late becomes an amendment."""
    first = note(room, diagnosis="Otitis")
    come(desk, first, settle)
    put(desk, "treatment", "Drops", qtbot)
    _, changes = records.sign(room.mirror, first, {})
    desk.work.announce(changes)
    settle(desk.work)
    settle(desk.work)
    assert "signed while you typed" in desk.pane.late.text()
    desk.pane.late_button.click()
    settle(desk.work)
    settle(desk.work)
    rows = {row.id: row for row in room.rows(MedicalRecord)}
    assert rows[first].treatment is None
    [amendment] = [row for row in rows.values() if row.amends_id == first]
    assert amendment.treatment == "Drops"
    assert desk.pane.note_id == amendment.id


def test_the_record_is_opened_by_a_key_from_where_the_patient_is(
    qtbot: QtBot, room: Room, settle: Settle
) -> None:
    work = Work(room.mirror)
    use_place(work.whose)
    went: list[Place] = []

    def shown(screen: S) -> S:
        """Show a screen alone, in a window that hears keys."""
        screen.clock = lambda: room.sample.at(9, 40)  # type: ignore[attr-defined]
        screen.go.connect(went.append)
        qtbot.addWidget(screen)
        screen.resize(1072, 760)
        with qtbot.waitExposed(screen):
            screen.show()
        screen.activateWindow()
        qtbot.waitUntil(screen.isActiveWindow)
        settle(work)
        settle(work)
        return screen

    visit = room.sample["Rex visit"]
    today_screen = shown(ClinicToday(work))
    today_screen.list.choose(visit)
    qtbot.keyClick(today_screen.list, Key.Key_R)
    today_screen.hide()
    calendar = shown(Calendar(work))
    calendar.arrive(Place("calendar", visit))
    settle(work)
    settle(work)
    qtbot.keyClick(calendar.grid, Key.Key_R)
    calendar.hide()
    pets = shown(Pets(work))
    pets.arrive(Place("pets", room.dog))
    qtbot.waitUntil(lambda: pets.list.current() == room.dog)
    settle(work)
    pets.activateWindow()
    qtbot.waitUntil(pets.isActiveWindow)
    pets.list.table.setFocus()
    qtbot.waitUntil(pets.list.table.hasFocus)
    qtbot.keyClick(pets.list.table, Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    pets.hide()
    waiting = shown(WaitingRoom(work))
    waiting.board.take_keys()
    for column in waiting.board.findChildren(StageList):
        qtbot.keyClick(column, Key.Key_R)
    work.close()
    assert [place.key for place in went] == ["record"] * len(went)
    assert [place.id for place in went[:3]] == [visit, visit, room.dog]
    assert len(went) > 3
