"""The left half of a record: one note in its form, what is so about it, and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.actions import records
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import day_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner, Card, Page
from fluffydesk.ui.parts.chip import Chip
from fluffydesk.ui.parts.controls import Button, Words, dismiss, row
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.permits import Permit, why_not
from fluffydesk.ui.screens.reading.records_of_pets import Papers, Template
from fluffydesk.ui.screens.reading.records_scroll import Note, changes_between
from fluffydesk.ui.screens.record_chain import Chain, changed_lines
from fluffydesk.ui.screens.record_note import NoteForm
from fluffydesk.work import Work

_ASK = (
    "Signing ends the editing: from then on the note is amended, never changed. "
    "Press F8 or Sign once more to sign it."
)
_DRAFT = "What you typed here earlier is in the fields again. It is not saved yet: Ctrl+S."
_OTHERS = "Another clinic wrote this note and shares it: it can be read here."
_OVERTAKEN = (
    "Another desk signed this note before your edit reached it, so the note stays as it was "
    "signed. What you wrote is kept, and marked below."
)
_TYPED_LATE = (
    "This note was signed while you typed. What you typed is still here, and not in the note."
)


class NotePane(QWidget):
    """A note: form, state, warnings and amendments. Sign asks once more in place of a box."""

    saved = Signal(object, bool)
    """The note's id, and whether it was signed with it."""
    amended = Signal(object)

    def __init__(self, work: Work, go: Callable[[UUID], object]) -> None:
        super().__init__()
        self.work = work
        self.note_id: UUID | None = None
        self.note: Note | None = None
        self._asking = self._signing = False
        self.heading = Words("", Type.HEADING, wrap=True)
        self.chip = Chip()
        self.state = Banner()
        self.late = Banner("", "danger")
        self.late_button = Button("Make it an amendment", self._amend_late)
        self.late.act(self.late_button)
        self.form = NoteForm(work)
        self.form.saved.connect(self._kept)
        self.form.touched.connect(self._typed)
        self.form.restored.connect(self._restored)
        self.form.failed.connect(self._failed)
        self.chain = Chain(go)
        self._marks: Card | None = None
        self.save_button = Button("Save", self.save, kind="primary", icon_role="save")
        self.sign_button = Button("Sign", self.sign, icon_role="edit")
        self.amend_button = Button("Amend", self.amend, icon_role="add")
        for button, keys in (
            (self.save_button, "Ctrl+S"),
            (self.sign_button, "F8"),
            (self.amend_button, "Ctrl+E"),
        ):
            button.setToolTip(keys)
            Permit(button, work, MedicalRecord, "change")
        page = Page(measures.CARD)
        self.page = page
        page.column.setContentsMargins(0, 0, measures.STEP, measures.CARD)
        for part in (self.late, self.form, self.chain):
            page.add(part)
        page.column.addStretch(1)
        head = row(self.heading, self.chip)
        head.setStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.STEP)
        column.addLayout(head)
        column.addWidget(self.state)
        column.addWidget(page, 1)
        column.addWidget(Flow(self.save_button, self.sign_button, self.amend_button))

    @property
    def may_type(self) -> bool:
        """Whether the note in the form can be typed into."""
        return self.isVisible() and not self._is_fixed() and self.form.may_write

    @property
    def open_note(self) -> UUID | None:
        """The note that what is given now belongs to: today's, or one that is not signed yet."""
        note = self.note
        if note is None or not self._is_fixed():
            return self.note_id
        return note.id if note.ours and note.values["visited_on"] == today() else None

    @property
    def is_new(self) -> bool:
        """Whether the note in the form is not saved for the first time yet."""
        return self.note_id is None and self.form.is_begun

    def begin(self, found: Papers, values: Mapping[str, Any]) -> None:
        """Show a new note of a pet."""
        self.note, self.note_id = None, None
        self._reset()
        self.heading.setText("New note")
        self.chip.say("Not saved", "plain")
        self.form.begin(found.patient.id, values)
        self.form.know_patient(found.patient.species, found.patient.weight)
        self.chain.show_chain((), found.patient.id)
        self._buttons()
        self.page.verticalScrollBar().setValue(0)
        self.start()

    def show_note(self, note: Note, found: Papers) -> None:
        """Show a note that is there; what is being typed into it stays."""
        if note.id != self.note_id:
            self._reset()
            self.page.verticalScrollBar().setValue(0)
        self.note, self.note_id = note, note.id
        kind = "Amendment" if note.amends_id else "Note"
        self.heading.setText(f"{kind} of {day_text(note.values['visited_on'])}")
        fixed = note.signed or ("" if note.ours else _OTHERS)
        self.form.open(note.id, fixed)
        self.form.know_patient(found.patient.species, found.patient.weight)
        self.chip.say(*_state_of(note))
        if fixed:
            self._say(note.signed if note.ours else _OTHERS, "good" if note.ours else "info")
        self.chain.show_chain(found.chain(note), note.id)
        self._show_late(note)
        self._buttons()

    def put_aside(self) -> None:
        """Show no note any more; what was typed stays as a draft."""
        self.note = self.note_id = None
        self._reset()
        self.form.put_aside()

    def start(self) -> None:
        """Put the cursor into the note's first words that are missing."""
        names = ("reason", "history", "examination", "diagnosis", "treatment")
        rows = self.form.rows
        missing = (name for name in names if rows[name].editor.is_empty())
        rows[next(missing, "history")].editor.begin()
        self._see_focus()

    def put_template(self, template: Template) -> None:
        """Put a template's words in, and say where."""
        filled = self.form.put_template(template.values)
        words = (
            f"“{template.name}” is put in below what was typed."
            if filled
            else (f"All words of “{template.name}” stand there already.")
        )
        self._say(words)
        self.start()

    def save(self) -> None:
        """Save what is typed."""
        if not self._is_fixed():
            self._signing = False
            self.form.save()
            self._see_focus()

    def sign(self) -> None:
        """Ask once more in the pane, then sign."""
        if self._is_fixed() or why_not(self.work.whose, MedicalRecord, "change"):
            return
        if not self._asking:
            self._asking = True
            self._say(_ASK, "warning")
            return
        self._asking, self._signing = False, True
        self.state.say("")
        self.form.sign()
        self._see_focus()

    def amend(self) -> None:
        """Begin an amendment of the signed note, or go on with the one that was begun."""
        note = self.note
        if note is None or not note.is_signed or not note.ours or note.late is not None:
            return
        self.work.act(partial(records.amend, record_id=note.id), self._begun, self._refused)

    def _amend_late(self) -> None:
        note = self.note
        if note is None:
            return
        job = partial(records.amend_instead, record_id=note.id)
        if note.late is None:
            job = partial(records.amend, record_id=note.id, typed=self.form.typed())
        self.work.act(job, self._begun, self._refused)

    def _begun(self, answer: tuple[UUID, Changes]) -> None:
        self.form.throw_away()
        self.amended.emit(answer[0])

    def _kept(self, note_id: UUID) -> None:
        was_signed, self._signing = self._signing, False
        self.note_id = note_id
        self.saved.emit(note_id, was_signed)

    def _restored(self) -> None:
        if self.note is not None and self.note.is_signed:
            self._show_late(self.note)
        else:
            self._say(_DRAFT)

    def _failed(self, refusal: Refusal) -> None:
        self._signing = False
        self._see_focus()

    def _see_focus(self) -> None:
        """Scroll to the field that an error is about: it has the focus."""
        field = self.focusWidget()
        if field is not None and self.form.isAncestorOf(field):
            self.page.ensureWidgetVisible(field, 0, 3 * measures.GROUP)

    def _refused(self, refusal: Refusal) -> None:
        self._say(str(refusal), "danger")

    def _typed(self) -> None:
        if self._asking:
            self._asking = False
            self.state.say("")
        if self.note is None or not self.note.is_signed:
            self.chip.say("Not saved", "warning")

    def _is_fixed(self) -> bool:
        return self.note is not None and (self.note.is_signed or not self.note.ours)

    def _say(self, words: str, tone: str = "info") -> None:
        self.state.say(words, tone)

    def _reset(self) -> None:
        self._asking = self._signing = False
        self.state.say("")
        self.late.say("")
        self._mark(())

    def _show_late(self, note: Note) -> None:
        """Show an edit that the signature of another desk overtook: it is never lost (rule 22)."""
        typed = note.is_signed and note.late is None and self.form.changed
        self.late.say(
            _OVERTAKEN if note.late is not None else _TYPED_LATE if typed else "", "danger"
        )
        late = () if note.late is None else changes_between(note.late, note.values)
        if typed:
            late = changes_between(note.values, {**note.values, **self.form.typed()})
        self._mark(late)

    def _mark(self, changed: Any) -> None:
        if self._marks is not None:
            self.page.column.removeWidget(self._marks)
            dismiss(self._marks)
            self._marks = None
        if changed:
            self._marks = Card("What you wrote")
            self._marks.add(changed_lines(changed))
            self.page.column.insertWidget(1, self._marks)

    def _buttons(self) -> None:
        fixed = self._is_fixed()
        self.save_button.setVisible(not fixed)
        self.sign_button.setVisible(not fixed)
        note = self.note
        may = note is not None and note.is_signed and note.ours and note.late is None
        self.amend_button.setVisible(may)


def _state_of(note: Note) -> tuple[str, str]:
    if not note.ours:
        return "Another clinic's", "info"
    if note.late is not None:
        return "Edited after signing", "danger"
    return ("Signed", "good") if note.is_signed else ("Not signed", "warning")
