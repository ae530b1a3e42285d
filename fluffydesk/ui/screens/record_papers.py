"""What is written and printed from a record: drugs, vaccinations, results, and their papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from fluffydesk.actions import saving
from fluffydesk.actions.reminding import day_words
from fluffydesk.actions.vaccinations import reminded_on
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import LabResult, PetVaccination, Prescription
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.permits import why_not
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.reading.records_of_pets import Papers
from fluffydesk.ui.screens.reading.records_scroll import Entry
from fluffydesk.ui.screens.record_drug import PrescriptionForm
from fluffydesk.ui.screens.record_lab import LabDialog
from fluffydesk.ui.screens.record_print import card_dialog, label_dialog
from fluffydesk.ui.screens.record_vaccine import VaccinationForm
from fluffydesk.ui.screens.reporting.labels import Label
from fluffydesk.ui.screens.reporting.records_labels import certificate_of, label_of
from fluffydesk.ui.screens.reporting.report import Report


class PaperActs(QObject):
    """Opens the forms and papers of the pet on the screen; each has its notice and its Undo."""

    def __init__(
        self,
        screen: Screen,
        found: Callable[[], Papers | None],
        note: Callable[[], UUID | None],
        save_first: Callable[[Callable[[], object]], bool],
    ) -> None:
        """`save_first` saves a note that is not there yet, then does what it is given."""
        super().__init__(screen)
        self._screen, self._found, self._note = screen, found, note
        self._save_first = save_first
        self.dialog: QDialog | None = None

    def prescribe(self) -> None:
        """Write a prescription; its label is shown once it is saved."""
        found = self._may(Prescription, self.prescribe)
        if found is not None:
            pet = found.patient
            form = PrescriptionForm(self._screen.work, pet.warning)
            given = {"pet_id": pet.id, "record_id": self._note(), "weight_kg": pet.weight_kg}
            title = f"Prescription for {pet.name}"
            dialog = open_form(
                self._screen, self._screen.work, Prescription, None, given, title=title, form=form
            )
            dialog.saved.connect(self._prescribed)
            self.dialog = dialog

    def vaccinate(self) -> None:
        """Write a vaccination."""
        found = self._may(PetVaccination, self.vaccinate)
        if found is not None:
            pet = found.patient
            form = VaccinationForm(self._screen.work, pet.id)
            given = {"pet_id": pet.id, "record_id": self._note()}
            title = f"Vaccination of {pet.name}"
            dialog = open_form(
                self._screen, self._screen.work, PetVaccination, None, given, title=title, form=form
            )
            dialog.saved.connect(self._vaccinated)
            self.dialog = dialog

    def lab(self) -> None:
        """Ask for tests, or type what was found."""
        found = self._may(LabResult, self.lab)
        if found is not None:
            self._open_lab(found)

    def certificate(self) -> None:
        """Show the pet's vaccinations as they are printed."""
        found = self._found()
        if found is not None:
            job = partial(certificate_of, pet_id=found.patient.id)
            self._screen.work.on_mirror(job, self._show_certificate, latest=True)

    def files(self) -> None:
        """Go to the photos and documents on the pet's card."""
        found = self._found()
        if found is not None:
            self._screen.go.emit(Place("pet", found.patient.id))

    def _take_back(self, record: type[Record], row_id: UUID) -> None:
        """Take back a prescription or vaccination; its stock comes back."""
        job = partial(saving.remove, record=record, row_id=row_id)
        self._screen.work.act(job, self._undone, self._screen.refuse)

    def _undone(self, changes: Changes) -> None:
        self._screen.tell("It is taken back.", "Its stock is in the store again.", tone="info")

    def open(self, entry: Entry) -> None:
        """Open what a line of the history is about."""
        found = self._found()
        if entry.kind == "prescription":
            job = partial(label_of, prescription_id=entry.id)
            self._screen.work.on_mirror(job, self._show_label, latest=True)
        elif entry.kind == "vaccination":
            self.certificate()
        elif entry.kind == "lab" and found is not None:
            self._screen.work.on_mirror(
                partial(_sheet_of, row_id=entry.id), self._show_sheet, latest=True
            )
        elif entry.kind == "file":
            self.files()

    def _may(self, record: type[Record], again: Callable[[], object]) -> Papers | None:
        """Return the papers; None where the role forbids it, or while the note is saved first.

        What is given belongs to a note, and is billed with its visit.
        """
        locked = why_not(self._screen.work.whose, record)
        if locked:
            self._screen.tell(locked, tone="warning")
            return None
        return None if self._save_first(again) else self._found()

    def _prescribed(self, row_id: UUID) -> None:
        self._tell("The prescription is saved.", "Its stock is taken.", Prescription, row_id)
        self._screen.work.on_mirror(
            partial(label_of, prescription_id=row_id), self._show_label, latest=True
        )

    def _vaccinated(self, row_id: UUID) -> None:
        job = partial(_reminded, row_id=row_id)
        self._screen.work.on_mirror(job, self._tell_vaccinated)

    def _tell_vaccinated(self, found: tuple[UUID, date | None]) -> None:
        row_id, on = found
        advice = "" if on is None else f"Reminder on {day_words(on)}."
        self._tell("The vaccination is saved.", advice, PetVaccination, row_id)

    def _tell(self, text: str, advice: str, record: type[Record], row_id: UUID) -> None:
        self._screen.tell(text, advice, undo=partial(self._take_back, record, row_id))

    def _show_label(self, label: Label | None) -> None:
        if label is not None:
            self._open(label_dialog(label, self._screen))

    def _show_certificate(self, report: Report | None) -> None:
        if report is not None:
            self._open(card_dialog(report, self._screen))

    def _show_sheet(self, sheet: tuple[Any, ...] | None) -> None:
        found = self._found()
        if sheet is not None and found is not None:
            self._open_lab(found).show_sheet(*sheet)

    def _open_lab(self, found: Papers) -> LabDialog:
        pet = found.patient
        dialog = LabDialog(self._screen.work, pet.id, pet.name, self._note(), self._screen)
        self._open(dialog)
        return dialog

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.open()


def _reminded(mirror: Mirror, row_id: UUID) -> tuple[UUID, date | None]:
    return row_id, reminded_on(mirror, row_id)


def _sheet_of(mirror: Mirror, row_id: UUID) -> tuple[Any, ...] | None:
    with mirror.read() as connection:
        row = saving.row_with(connection, LabResult, id=row_id)
        return None if row is None else (row.taken_on, row.panel)
