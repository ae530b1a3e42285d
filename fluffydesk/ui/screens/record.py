"""The medical record of one pet: the visit note at the left, all that happened at the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from fluffydesk.records.clinic import LabResult, PetVaccination, Prescription
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.permits import Permit
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.reading.records_of_pets import (
    Papers,
    Template,
    papers,
    templates,
    to_finish,
)
from fluffydesk.ui.screens.reading.records_scroll import Entry
from fluffydesk.ui.screens.reading.unbilled import things_words
from fluffydesk.ui.screens.record_pane import NotePane
from fluffydesk.ui.screens.record_papers import PaperActs
from fluffydesk.ui.screens.record_scroll import ScrollList
from fluffydesk.ui.screens.record_templates import TemplatePicker, TemplateSaver
from fluffydesk.ui.screens.record_waiting import Waiting
from fluffydesk.wording import apart
from fluffydesk.work import Work

_KEYS = (
    ("Ctrl+S", "Save the note"),
    ("Ctrl+T", "Put in a template, below what is typed"),
    ("Ctrl+Shift+T", "Keep the note's words as a template"),
    ("F8", "Sign the note; once more to confirm"),
    ("Ctrl+E", "Amend a signed note"),
    ("Ctrl+R", "Prescribe"),
    ("Ctrl+I", "Vaccinate"),
    ("Ctrl+L", "Laboratory"),
    ("Ctrl+B", "Write the visit's invoice"),
    ("Ctrl+Z", "Take back the prescription or vaccination that was written last"),
    ("F6", "From the note to the history and back"),
    ("Space, Enter", "In the history: open what it says, go there"),
)


class RecordScreen(Screen):
    """Opened from the calendar, the waiting room and a pet's card; F6 goes from side to side."""

    key = "record"
    title = "Medical record"
    icon = "health"
    home = "pets"
    adds = MedicalRecord
    watches = frozenset(
        {
            *("medical_records", "prescriptions", "pet_vaccinations", "lab_results"),
            *("attachments", "appointments", "pets", "clinic_patients", "clinic_clients"),
            *("invoices", "invoice_items"),
        }
    )
    searches = "Words in the history"
    help = (
        "The record of one pet. At the left is a visit note: what is told, found, thought and "
        "planned. What you type is kept at once as a draft on this PC; Ctrl+S saves it for all.\n"
        "Amber values are outside what is usual for the species; they may be kept.\n"
        "A signed note is never edited. Amend it: what you write then stands beside it, with what "
        "was changed marked. An edit that another desk's signature overtook is kept, and can be "
        "made an amendment.\n"
        "With no pet chosen it lists the notes that nobody has signed and the results that are "
        "awaited; Enter opens the record.\n"
        "At the right is all that happened, newest first: notes, prescriptions, vaccinations, "
        "results, visits and files. Space opens what a line says, Enter goes there."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._where: UUID | None = None
        self._asked = False
        self.found: Papers | None = None
        self.about = Words("", role="muted", wrap=True)
        self.warning = Banner("", "warning")
        self.died = Banner("", "info")
        self.unbilled = Banner("", "info")
        self.pane = NotePane(work, self.open)
        self.pane.saved.connect(self._saved)
        self.pane.amended.connect(self._amended)
        self.pane.form.failed.connect(self._not_saved)
        self.none_open = Empty(
            "No note is open",
            "Begin one for this visit, or choose an older one in the history.",
            step="New note",
            take=self.begin,
        )
        self.waiting = Waiting(self.show_papers)
        self.history = ScrollList()
        self.history.chosen.connect(self._chosen)
        self.nothing = Empty(
            "Nothing is written down yet",
            "Notes, drugs, vaccinations, results, visits and files stand here, the newest first.",
            icon_role="list",
        )
        self.heading = Words("History", Type.HEADING)
        self.count = Words("", Type.SMALL, "muted")
        self._then: Callable[[], object] | None = None
        self.acts = PaperActs(
            self, lambda: self.found, lambda: self.pane.open_note, self._save_first
        )
        self._arrange()
        self._shortcuts()
        self.setAccessibleName(self.title)

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return _KEYS

    def primary(self) -> Primary | None:
        return "New note", self.begin

    def arrive(self, place: Place) -> None:
        """Show the papers of a pet, or a note, or the note of an appointment, by its id."""
        self.pane.form.keep_draft()
        self._where, self._asked = place.id, True
        if place.id is None:
            self._leave()
        self.reload()

    def show_papers(self, where: UUID) -> None:
        """Show the papers that an id is about: a pet's, a note's or an appointment's."""
        self.arrive(Place("record", where))

    def reload(self) -> None:
        if self._where is None:
            self.work.on_mirror(to_finish, self.waiting.show_rows, latest=True)
        else:
            job = partial(papers, where=self._where)
            self.work.on_mirror(job, self._show, latest=True)

    def search(self, text: str) -> None:
        self.history.rows.search(text)
        self.waiting.search(text)
        self._count()

    def open(self, note_id: UUID) -> None:
        """Show a note in the form; what was typed into another one is kept as its draft."""
        note = None if self.found is None else self.found.note(note_id)
        if self.found is not None and note is not None:
            self.pane.show_note(note, self.found)
            self.left.setCurrentIndex(1)
            self.history.choose(note_id)

    def begin(self, values: Mapping[str, Any] | None = None) -> None:
        """Begin a new note of the pet; a draft that was not saved is gone on with."""
        if self.found is None:
            self.tell("Choose a pet first.", "Its record opens from its card.", tone="info")
            return
        self.pane.begin(self.found, values or {})
        self.left.setCurrentIndex(1)

    def hideEvent(self, event: QHideEvent) -> None:
        self.pane.form.keep_draft()
        super().hideEvent(event)

    def switch(self) -> None:
        """Go from the note to the history, or back."""
        if self.history.hasFocus():
            self.pane.start()
            return
        if not self.history.currentIndex().isValid() and self.history.rows.rowCount():
            self.history.setCurrentIndex(self.history.rows.index(0))
        self.history.setFocus()

    def choose_template(self) -> None:
        """Choose a template by keys, and put its words in below what is typed."""
        if self.found is not None and self.pane.may_type:
            job = partial(templates, species=self.found.patient.species)
            self.work.on_mirror(job, self._offer, latest=True)

    def keep_template(self) -> None:
        """Keep the note's words as a new template."""
        if self.found is None or self.left.currentIndex() != 1:
            return
        words, species = self.pane.form.words(), self.found.patient.species
        asking = TemplateSaver(self.work, words, species, self)
        asking.saved.connect(self._template_kept)
        asking.open()
        asking.name.editor.begin()

    def to_bill(self) -> None:
        """Go to the invoice of the visit whose note is open."""
        note, found = self.pane.note, self.found
        visit = None if found is None or found.appointment is None else found.appointment.id
        if note is not None:
            visit = note.values["appointment_id"]
        if visit is None:
            self.tell(
                "No visit's note is open.",
                "Open the note of the visit, or begin the invoice under Money.",
                tone="info",
            )
        else:
            self.go.emit(Place("money", visit, part="visit"))

    def _offer(self, found: tuple[Template, ...]) -> None:
        picker = TemplatePicker(found, self.pane.form.words()["kind"], self)
        picker.taken.connect(self.pane.put_template)
        picker.open()
        picker.line.setFocus()

    def _template_kept(self, name: str) -> None:
        self.tell(f"“{apart(name)}” is kept as a template.")

    def _arrange(self) -> None:
        self.prescribe = Button("Prescribe", self.acts.prescribe, icon_role="use")
        self.vaccinate = Button("Vaccinate", self.acts.vaccinate, icon_role="health")
        self.lab = Button("Laboratory", self.acts.lab, icon_role="chart")
        self.certificate = Button("Vaccination card", self.acts.certificate, icon_role="print")
        self.bill = Button("Invoice", self.to_bill, icon_role="money")
        self.bill.setToolTip("What was done and handed out at this visit (Ctrl+B)")
        self.files = Button("Files", self.acts.files, kind="quiet", icon_role="photo")
        for button, record, keys in (
            (self.prescribe, Prescription, "Ctrl+R"),
            (self.vaccinate, PetVaccination, "Ctrl+I"),
            (self.lab, LabResult, "Ctrl+L"),
        ):
            button.setToolTip(keys)
            Permit(button, self.work, record)
        buttons = Flow(
            self.prescribe, self.vaccinate, self.lab, self.certificate, self.bill, self.files
        )
        left = QWidget()
        left.setMaximumWidth(measures.FORM_WIDTH + 2 * measures.GROUP)
        self.left = QStackedLayout(left)
        self.left.addWidget(self.none_open)
        self.left.addWidget(self.pane)
        right = QVBoxLayout()
        right.setSpacing(measures.STEP)
        right.addLayout(row(self.heading, None, self.count))
        right.addWidget(self.history, 1)
        right.addWidget(self.nothing, 1)
        sides: QHBoxLayout = row(spacing=measures.CARD)
        sides.addWidget(left, 3)
        sides.addLayout(right, 2)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.CARD)
        column.setSpacing(measures.STEP)
        for part in (self.about, self.died, self.warning, self.unbilled, buttons):
            column.addWidget(part)
        column.addLayout(sides, 1)
        self.pages = QStackedLayout(self)
        self.pages.addWidget(self.waiting)
        self.pages.addWidget(body)

    def _shortcuts(self) -> None:
        bind(
            self,
            {
                "Ctrl+S": self.pane.save,
                "Ctrl+T": self.choose_template,
                "Ctrl+Shift+T": self.keep_template,
                "F8": self.pane.sign,
                "Ctrl+E": self.pane.amend,
                "Ctrl+R": self.acts.prescribe,
                "Ctrl+I": self.acts.vaccinate,
                "Ctrl+L": self.acts.lab,
                "Ctrl+B": self.to_bill,
                "Ctrl+Z": self.undo,
                "F6": self.switch,
            },
        )

    def _show(self, found: Papers | None) -> None:
        fresh, self._asked = self._asked, False
        self.found = found
        self.pages.setCurrentIndex(1)
        if found is None:
            self._leave()
            self.reload()
            return
        patient = found.patient
        self.titled.emit(patient.name)
        owner = " · ".join(part for part in (apart(patient.client), patient.phone) if part)
        self.about.setText("\n".join(part for part in (patient.about, owner) if part))
        self.warning.say(patient.warning, "warning")
        self.died.say(patient.died, "info")
        left = things_words(found.unbilled)
        self.unbilled.say(f"Not billed yet: {left}. Invoice (Ctrl+B) writes it." if left else "")
        chosen = self.history.entry()
        self.history.rows.show_entries(found.entries)
        self._count()
        if fresh:
            self._first(found)
        elif (note := found.note(self.pane.note_id)) is not None:
            self.pane.show_note(note, found)
        opened = fresh and chosen is not None and chosen.kind == "note" and self.pane.note_id
        if chosen is not None:
            self.history.choose(opened or chosen.id)

    def _leave(self) -> None:
        """Show no pet: what is left to finish in the papers of all of them stands there."""
        self._where = self.found = None
        self.pane.put_aside()
        self.pages.setCurrentIndex(0)
        self.titled.emit(self.title)

    def _first(self, found: Papers) -> None:
        """Show the note that was asked for, or begin that of the visit."""
        note = found.note(found.open_id)
        visit = found.appointment
        if note is not None:
            self.open(note.id)
        elif visit is not None:
            given = {"veterinarian_id": visit.veterinarian_id, "reason": visit.reason}
            self.begin({"appointment_id": visit.id, **given})
        elif found.draft_new:
            self.begin()
        else:
            self.pane.put_aside()
            self.left.setCurrentIndex(0)

    def _count(self) -> None:
        shown, rows = self.history.rows.rowCount(), self.history.rows
        is_empty = self.found is None or not self.found.entries
        self.history.setVisible(not is_empty)
        self.nothing.setVisible(is_empty)
        if self.found is None or is_empty:
            self.count.setText("")
        elif rows.narrowed:
            self.count.setText(f"{shown} of {len(self.found.entries)}")
        else:
            self.count.setText("The newest" if self.found.is_cut else "")

    def _chosen(self, entry: Entry) -> None:
        if entry.kind == "note":
            self.open(entry.id)
            self.pane.start()
        elif entry.kind == "visit":
            self.go.emit(Place("calendar", entry.id))
        else:
            self.acts.open(entry)

    def _saved(self, note_id: UUID, was_signed: bool) -> None:
        self._where, self._asked = note_id, True
        words = "The note is signed." if was_signed else "The note is saved."
        self.tell(words, "It is amended from now on, never edited." if was_signed else "")
        self.reload()
        then, self._then = self._then, None
        if then is not None:
            then()

    def _save_first(self, then: Callable[[], object]) -> bool:
        """Save a note that is not there yet, then go on; says whether it has to be saved."""
        if self.left.currentIndex() != 1 or not self.pane.is_new:
            return False
        self._then = then
        self.pane.save()
        if not self.pane.form.saving:  # what cannot be read is said at its field
            self._then = None
        return True

    def _not_saved(self, refusal: object) -> None:
        self._then = None

    def _amended(self, note_id: UUID) -> None:
        self._where, self._asked = note_id, True
        self.tell(
            "An amendment is begun.", "The signed note stays as it is beside it.", tone="info"
        )
        self.reload()
