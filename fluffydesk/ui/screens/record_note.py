"""The form of a visit note: what is told, found, thought and planned, and what is usual beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout

from fluffydesk.actions.records import draft_of, keep_draft, keep_note, with_template
from fluffydesk.actions.records import sign as sign_note
from fluffydesk.figures.vitals import Usual, usual_vitals
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.date_editors import DateEditor
from fluffydesk.ui.fields.editors import (
    ChoiceEditor,
    Editor,
    LongTextEditor,
    TextEditor,
    TruthEditor,
)
from fluffydesk.ui.fields.link_editor import LinkEditor
from fluffydesk.ui.fields.texts import number_text, quantity_text
from fluffydesk.ui.forms import FieldRow, RecordForm
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.flow import Tiles
from fluffydesk.work import Work

_LINES: tuple[tuple[str, ...], ...] = (
    ("visited_on", "kind", "veterinarian_id"),
    ("reason",),
    ("history",),
    (
        "weight_kg",
        "temperature_c",
        "heart_rate",
        *("respiratory_rate", "body_condition", "follow_up_on"),
    ),
    ("examination",),
    ("diagnosis",),
    ("treatment",),
    ("shared",),
    ("confidential_notes",),
)
_NAMES = {
    "history": "Subjective: what is told",
    "examination": "Objective: what is found",
    "diagnosis": "Assessment: diagnosis",
    "treatment": "Plan: treatment and advice",
}
_SIDES = {"low": "Low", "high": "High"}
_DRAFT_MS = 400
_HIGH, _FIELD = 72, 148
_NOTES = MedicalRecord.__table__


class VitalRow(FieldRow):
    """A field that says what is usual, and marks what is not; it may be kept all the same."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._usual: Usual | None = None
        self._last = ""
        editor.changed.connect(self.judge)

    def know(self, usual: Usual | None, last: str = "") -> None:
        """Say what is usual for the patient from now on, or what was found last."""
        self._usual, self._last = usual, last
        self.judge()

    def judge(self) -> None:
        """Mark what is entered where it lies outside."""
        side = ""
        if self._usual is not None and not self.editor.text_error:
            value = self.editor.value()
            side = "" if value is None else self._usual.side(value)
        words = f"usual {self._range()}" if self._usual is not None else self._last
        self._note.set_role("warning" if side else "muted")
        self.note(f"{_SIDES[side]}: {words}" if side else words[:1].upper() + words[1:])
        self.editor.field.setAccessibleDescription(self.noted())

    def _range(self) -> str:
        assert self._usual is not None
        ends = self._usual.least, self._usual.most
        if self.editor.column.name == "temperature_c":
            texts = [quantity_text(end, "°C", 1, unit=False) for end in ends]
        else:
            texts = [number_text(end) for end in ends]
        return f"{texts[0]} to {texts[1]}"


class NoteForm(RecordForm):
    """A visit note. What is typed is kept as a draft at once, and saved by Ctrl+S."""

    restored = Signal()
    """What was typed earlier and not saved is in the fields again."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, MedicalRecord, saver=keep_note)
        self._key: UUID | None = None
        self._signed = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DRAFT_MS)
        self._timer.timeout.connect(self.keep_draft)
        self.touched.connect(self._timer.start)
        self.saved.connect(self._drop_draft)
        self.loaded.connect(self._read_draft)

    def begin(self, pet_id: UUID, values: Mapping[str, Any]) -> None:
        """Show a new note of a pet, with what was typed into one and not saved."""
        self.keep_draft()
        self._key, self._signed = pet_id, ""
        self.new({"pet_id": pet_id, **values})

    def open(self, note_id: UUID, signed: str) -> None:
        """Show a note; one that is `signed` cannot be typed into (rule 22)."""
        if note_id != self.row_id:
            self.keep_draft()
            self._forget()
        self._key, self._signed = note_id, signed
        self.edit(note_id)

    def is_of(self, note_id: UUID | None) -> bool:
        """Say whether this note is in the form."""
        return self._key is not None and self.row_id == note_id

    @property
    def is_begun(self) -> bool:
        """Whether a note is in the form that is not there yet."""
        return self._key is not None and self.row_id is None

    def know_patient(self, species: str, last_weight: str) -> None:
        """Say what is usual for the patient's species beside the fields."""
        usual = usual_vitals(species)
        for name, line in self.rows.items():
            if isinstance(line, VitalRow):
                last = f"last: {last_weight}" if name == "weight_kg" and last_weight else ""
                line.know(usual.get(name), last)

    def typed(self) -> dict[str, Any]:
        """Return the columns that were typed into and not saved; what cannot be read is left."""
        found: dict[str, Any] = {}
        for name in self._touched:
            editor = self.rows[name].editor
            if not editor.text_error:
                found[name] = editor.value()
        return found

    def words(self) -> dict[str, Any]:
        """Return the texts and the kind as they stand in the fields."""
        names = ("reason", "kind", "history", "examination", "diagnosis", "treatment")
        return {name: self.rows[name].editor.value() for name in names}

    def put_template(self, template: Mapping[str, Any]) -> list[str]:
        """Put a template's words in, below what was typed; returns the columns it filled."""
        filled = with_template(self.words(), template)
        for name, text in filled.items():
            self._put(name, text)
        if not self._touched - filled.keys() and self.row_id is None and template.get("kind"):
            self._put("kind", template["kind"].value)
        return list(filled)

    def sign(self) -> None:
        """Save what is typed and sign it, in one unit; `saved` follows, or what is wrong."""
        if self.saving or not self.may_write:
            return
        values = self._read_fields()
        if values is None:
            return
        if self.row_id is None:
            values |= self._given
        self.saving = True
        self.trouble.say("")
        job = partial(sign_note, record_id=self.row_id, values=values)
        self.work.act(job, self._done, self._refused)

    def keep_draft(self) -> None:
        """Keep what is typed now, where there is something that is not saved."""
        self._timer.stop()
        if self._key is None or not self._touched:
            return
        typed = {name: raw_of(self.rows[name].editor) for name in sorted(self._touched)}
        self.work.act(partial(_keep, key=self._key, typed=typed))

    def put_aside(self) -> None:
        """Show no note any more; what was typed into the last one is kept as its draft."""
        self.keep_draft()
        self._forget()
        self._key = self.row_id = None

    def throw_away(self) -> None:
        """Forget what was typed and not saved."""
        self._touched = set()
        self._drop_draft()

    def _drop_draft(self, saved: object = None) -> None:
        self._timer.stop()
        if self._key is not None:
            self.work.act(partial(_keep, key=self._key, typed=None))

    def _read_draft(self) -> None:
        self._lock()
        for line in self.rows.values():
            if isinstance(line, VitalRow):
                line.judge()
        if self._key is not None:
            self.work.on_mirror(partial(_draft, key=self._key), self._restore, latest=True)

    def _restore(self, found: tuple[UUID, dict[str, str]]) -> None:
        key, typed = found
        news = [name for name in typed if name in self.rows and name not in self._touched]
        if key != self._key or not news:
            return
        for name in news:
            self._put(name, typed[name])
        self.restored.emit()

    def _put(self, name: str, raw: str) -> None:
        editor = self.rows[name].editor
        put_raw(editor, raw)
        editor.changed.emit()

    def _place(self, column: QVBoxLayout, layout: object) -> None:
        for names in _LINES:
            made = [self._made(name) for name in names]
            across = (3, 2, 1) if len(names) > 1 else (1,)
            column.addWidget(Tiles(made, across, _FIELD, measures.CARD, top=True))

    def _made(self, name: str) -> FieldRow:
        editor = editor_for(_NOTES.c[name], self.work)
        vital = name in ("weight_kg", *_VITAL_NAMES)
        made = VitalRow(editor) if vital else FieldRow(editor)
        if name in _NAMES:
            made.rename(_NAMES[name])
        if isinstance(editor, LongTextEditor):
            editor.box.setFixedHeight(_HIGH)
        editor.changed.connect(partial(self._touch, name))
        self.rows[name] = made
        return made

    def _lock(self) -> None:
        super()._lock()
        if getattr(self, "_signed", ""):
            for line in self.rows.values():
                line.editor.set_read_only(True)


_VITAL_NAMES = ("temperature_c", "heart_rate", "respiratory_rate", "body_condition")


def raw_of(editor: Editor) -> str:
    """Return what is typed into an editor as it is, so that it can be put back."""
    if isinstance(editor, TextEditor | DateEditor | LinkEditor) and editor.text_error:
        return editor.line.text()
    if isinstance(editor, TextEditor):
        return editor.line.text()
    if isinstance(editor, LongTextEditor):
        return editor.box.toPlainText()
    value = editor.value()
    return (
        "" if value is None else value.isoformat() if isinstance(editor, DateEditor) else str(value)
    )


def put_raw(editor: Editor, raw: str) -> None:
    """Put back what `raw_of` returned."""
    if isinstance(editor, TextEditor | DateEditor):
        editor.line.setText(raw)
    elif isinstance(editor, LinkEditor):
        editor.set_value(_id_of(raw)) if _id_of(raw) else editor.line.setText(raw)
    elif isinstance(editor, TruthEditor):
        editor.set_value(raw == "True")
    elif isinstance(editor, ChoiceEditor):
        kind: Callable[[str], Any] = editor.column.type.enum_class  # type: ignore[attr-defined]
        editor.set_value(kind(raw) if raw else None)
    elif isinstance(editor, LongTextEditor):
        editor.set_value(raw)


def _id_of(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None


def _keep(mirror: Mirror, key: UUID, typed: Mapping[str, str] | None) -> None:
    keep_draft(mirror, key, typed)


def _draft(mirror: Mirror, key: UUID) -> tuple[UUID, dict[str, str]]:
    with mirror.read() as connection:
        return key, draft_of(connection, key)
