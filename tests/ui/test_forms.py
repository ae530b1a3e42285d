"""Forms: every record opens, saves, refuses at the field, and loses nothing that was typed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fluffydesk.errors import DiskFull, Refusal
from fluffydesk.mirror import numbers
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import choices, one
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.records.enums import Role, Status
from fluffydesk.records.enums.livestock import Purpose
from fluffydesk.records.farm import WeightLog
from fluffydesk.records.livestock import Livestock, LivestockBatch
from fluffydesk.records.payments import Invoice
from fluffydesk.records.types import new_id, today
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.forms import FormDialog, RecordForm, open_form
from fluffydesk.work import Work
from tests.sampled import empty_mirror

Settle = Callable[[Work], None]


@pytest.fixture
def group(mirror: Mirror) -> UUID:
    """A group of animals called "Heifers"."""
    with mirror.unit("Add a group") as unit:
        return unit.insert(LivestockBatch, {"name": "Heifers", "purpose": Purpose.YOUNG_STOCK})


@pytest.fixture
def form(work: Work, qtbot: QtBot) -> RecordForm:
    made = RecordForm(work, LivestockBatch)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A window to open dialogs over."""
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def kept(mirror: Mirror, record: type[Record], row_id: UUID) -> Any:
    with mirror.read() as connection:
        return one(connection, record, row_id)


def type_into(form: RecordForm, qtbot: QtBot, name: str, text: str) -> None:
    line: Any = form.editor(name).field
    line.selectAll()
    qtbot.keyClicks(line, text)


@pytest.mark.parametrize("record", MIRRORED, ids=lambda record: record.__tablename__)
def test_every_record_has_a_form(work: Work, qtbot: QtBot, settle: Settle, record: Any) -> None:
    made = RecordForm(work, record)
    qtbot.addWidget(made)
    made.new()
    settle(work)
    assert made.rows
    assert not made.changed
    made.grab()


def test_a_new_row_has_its_defaults_and_is_saved(
    form: RecordForm, work: Work, mirror: Mirror, qtbot: QtBot, settle: Settle
) -> None:
    saved: list[UUID] = []
    form.saved.connect(saved.append)
    form.new()
    assert form.editor("purpose").value() is Purpose.OTHER
    type_into(form, qtbot, "name", "Dry cows")
    assert form.changed
    form.save()
    settle(work)
    row = kept(mirror, LivestockBatch, saved[0])
    assert (row.name, row.purpose, row.status) == ("Dry cows", Purpose.OTHER, Status.ACTIVE)
    assert not form.changed


def test_defaults_that_are_functions_are_asked(work: Work, qtbot: QtBot) -> None:
    made = RecordForm(work, WeightLog)
    qtbot.addWidget(made)
    made.new({"weight_kg": Decimal("50.5")})
    assert made.editor("weighed_on").value() == today()
    assert made.editor("weight_kg").value() == Decimal("50.5")


def test_only_what_was_changed_is_written(
    form: RecordForm, work: Work, mirror: Mirror, group: UUID, qtbot: QtBot, settle: Settle
) -> None:
    form.edit(group)
    settle(work)
    assert form.editor("name").value() == "Heifers"
    with mirror.unit("From another window") as unit:
        unit.update(LivestockBatch, group, {"location": "North barn"})
    type_into(form, qtbot, "name", "Young stock")
    form.save()
    settle(work)
    row = kept(mirror, LivestockBatch, group)
    assert (row.name, row.location) == ("Young stock", "North barn")


def test_saving_without_a_change_writes_nothing(
    form: RecordForm, work: Work, group: UUID, qtbot: QtBot, settle: Settle
) -> None:
    changes: list[Changes] = []
    work.changed.connect(changes.append)
    form.edit(group)
    settle(work)
    with qtbot.waitSignal(form.saved):
        form.save()
    settle(work)
    assert changes == []


def test_every_error_stands_under_its_field_and_nothing_is_lost(
    work: Work, qtbot: QtBot, settle: Settle
) -> None:
    made = RecordForm(work, Livestock)
    qtbot.addWidget(made)
    made.show()
    made.new()
    type_into(made, qtbot, "weight_kg", "60o")
    type_into(made, qtbot, "birth_date", "31.4.2026")
    type_into(made, qtbot, "parity", "99")
    made.save()
    settle(work)
    wrong = {name for name, line in made.rows.items() if line.error()}
    assert wrong == {"tag_number", "species_id", "weight_kg", "birth_date", "parity"}
    assert made.rows["parity"].error() == "Parity must be at most 30."
    assert made.editor("weight_kg").field.text() == "60o"  # type: ignore[attr-defined]
    type_into(made, qtbot, "weight_kg", "600")
    assert made.rows["weight_kg"].error() == ""


def test_a_refusal_while_writing_lands_at_its_field_or_below(
    work: Work, qtbot: QtBot, settle: Settle
) -> None:
    refusals = iter(
        [Refusal("Name is taken.", "Choose another.", field="name"), DiskFull("The disk is full.")]
    )

    def saver(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> Changes:
        raise next(refusals)

    made = RecordForm(work, LivestockBatch, saver=saver)
    qtbot.addWidget(made)
    made.show()
    made.new()
    type_into(made, qtbot, "name", "Calves")
    made.save()
    settle(work)
    assert made.rows["name"].error() == "Name is taken. Choose another."
    made.save()
    settle(work)
    assert made.trouble.text() == "The disk is full."
    assert made.trouble.isVisible()
    assert made.editor("name").value() == "Calves"
    assert made.changed


def test_a_row_that_is_gone_is_said(form: RecordForm, work: Work, settle: Settle) -> None:
    form.edit(UUID(int=1))
    settle(work)
    assert form.trouble.text().startswith("Group is not there any more.")


def test_values_of_unseen_columns_go_with_a_new_row(
    work: Work, mirror: Mirror, qtbot: QtBot, settle: Settle
) -> None:
    saved: list[UUID] = []
    made = RecordForm(work, LivestockBatch, ("name",))
    qtbot.addWidget(made)
    made.saved.connect(saved.append)
    made.new({"purpose": Purpose.DAIRY, "name": "Milkers"})
    made.save()
    settle(work)
    assert kept(mirror, LivestockBatch, saved[0]).purpose is Purpose.DAIRY


def test_a_viewer_may_look_but_not_type(
    window: QWidget, tmp_path: Path, qtbot: QtBot, settle: Settle
) -> None:
    with empty_mirror(tmp_path / "viewer.db", role=Role.VIEWER) as mirror:
        work = Work(mirror)
        dialog = _open(work, window)
        settle(work)
        assert "your role is viewer" in dialog.form.lock.text()
        type_into(dialog.form, qtbot, "name", "Nope")
        assert dialog.form.editor("name").value() is None
        assert not dialog.save_button.isVisible()
        dialog.close()
        work.close()


def _open(work: Work, window: QWidget, row_id: UUID | None = None) -> FormDialog:
    return open_form(window, work, LivestockBatch, row_id)


def test_keys_save_and_close(
    window: QWidget, work: Work, mirror: Mirror, qtbot: QtBot, settle: Settle
) -> None:
    saved: list[UUID] = []
    dialog = _open(work, window)
    dialog.saved.connect(saved.append)
    type_into(dialog.form, qtbot, "name", "Bulls")
    with qtbot.waitSignal(dialog.finished):
        dialog._save()
    settle(work)
    assert kept(mirror, LivestockBatch, saved[0]).name == "Bulls"


def test_esc_closes_at_once_when_nothing_was_typed(
    window: QWidget, work: Work, qtbot: QtBot
) -> None:
    dialog = _open(work, window)
    with qtbot.waitSignal(dialog.finished):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_esc_asks_when_something_was_typed(window: QWidget, work: Work, qtbot: QtBot) -> None:
    dialog = _open(work, window)
    type_into(dialog.form, qtbot, "name", "Bulls")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.question is not None
    assert dialog.question.buttons()[0].text() == "Save"
    throw = next(b for b in dialog.question.buttons() if b.text() == "Throw away")
    with qtbot.waitSignal(dialog.finished):
        throw.click()


def test_deleting_names_what_goes_and_deletes_it(
    window: QWidget, work: Work, mirror: Mirror, group: UUID, qtbot: QtBot, settle: Settle
) -> None:
    dialog = _open(work, window, group)
    settle(work)
    assert dialog.delete_button.isVisible()
    dialog.delete_button.click()
    assert dialog.question is not None
    assert "Heifers" in dialog.question.informativeText()
    delete = next(b for b in dialog.question.buttons() if b.text() == "Delete")
    with qtbot.waitSignal(dialog.removed):
        delete.click()
    settle(work)
    assert kept(mirror, LivestockBatch, group) is None


def test_choices_of_the_sample_are_found(sample_farm: Mirror) -> None:
    with sample_farm.read() as connection:
        assert choices(connection, Livestock, "103")


def _reserve(mirror: Mirror, series: str, first: int, last: int) -> None:
    with mirror.apply() as connection:
        epoch = mirror.state.get(connection, "epoch")
        block = numbers.Block(str(new_id()), series, first, last, first, first, epoch)
        numbers.keep(connection, [block])


def test_a_new_animal_shows_the_tag_reserved_for_it_and_what_to_do_without(
    qtbot: QtBot, work: Work, mirror: Mirror, settle: Settle
) -> None:
    _reserve(mirror, "livestock", 41, 41)
    form = RecordForm(work, Livestock)
    qtbot.addWidget(form)
    form.new()
    settle(work)
    assert form.editor("tag_number").value() == "41"
    assert "41 is the next one reserved for this PC" in form.rows["tag_number"].noted()
    assert not form.changed, "a suggestion is nothing that was typed"
    qtbot.keyClicks(form.editor("tag_number").field, "B9")
    assert form.editor("tag_number").value() == "B9", "what is typed replaces it"
    form.editor("tag_number").set_value("41")
    species = choices_of(mirror)
    form.editor("species_id").set_value(species)
    settle(work)
    form.save()
    settle(work)
    assert form.trouble.text() == ""
    again = RecordForm(work, Livestock)
    qtbot.addWidget(again)
    again.new()
    settle(work)
    assert again.editor("tag_number").is_empty()
    assert "No reserved number is left on this PC." in again.rows["tag_number"].noted()
    assert "go online" in again.rows["tag_number"].noted()


def test_a_tag_that_is_given_or_typed_is_not_written_over(
    qtbot: QtBot, work: Work, mirror: Mirror, settle: Settle
) -> None:
    _reserve(mirror, "livestock", 41, 50)
    form = RecordForm(work, Livestock)
    qtbot.addWidget(form)
    form.new({"tag_number": "B7"})
    settle(work)
    assert form.editor("tag_number").value() == "B7"
    assert "41" in form.rows["tag_number"].noted()


def test_an_invoice_says_which_number_it_gets_when_posted(
    qtbot: QtBot, work: Work, mirror: Mirror, settle: Settle
) -> None:
    form = RecordForm(work, Invoice)
    qtbot.addWidget(form)
    form.new()
    settle(work)
    assert "it gets one from central" in form.rows["number"].noted()
    _reserve(mirror, f"invoices/{today().year}", 3, 9)
    form.new()
    settle(work)
    assert form.editor("number").is_empty()
    assert form.rows["number"].noted().startswith(f"{today().year}-00003 once it is posted")


def choices_of(mirror: Mirror) -> UUID:
    """Return a species."""
    with mirror.read() as connection:
        found = connection.exec_driver_sql("SELECT id FROM livestock_species LIMIT 1")
        return UUID(str(found.scalar_one()))
