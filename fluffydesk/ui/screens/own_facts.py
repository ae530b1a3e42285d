"""The farm's own fields on the card of an animal or a flock: seen, typed and kept in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from fluffydesk.actions.own_fields import (
    OwnFact,
    Value,
    keep_own_fact,
    own_facts,
    text_to_type,
)
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.own import own_column, value_column
from fluffydesk.records.catalog import may
from fluffydesk.records.enums.reviews import CustomFieldSubject
from fluffydesk.records.reviews import CustomField, CustomFieldDefinition
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.texts import text_of
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.controls import Button, Words, dismiss
from fluffydesk.work import Work

_A_ROW = 3
_TABLES = {CustomField.__table__.name, CustomFieldDefinition.__table__.name}


def own_words(facts: Sequence[OwnFact]) -> str:
    """Return the own fields that are filled in, in one line."""
    said = []
    for one in facts:
        if one.value is not None:
            column = own_column(one.kind, one.name)
            unit = f" {one.unit}" if one.unit else ""
            said.append(f"{one.name}: {text_of(column, one.value)}{unit}")
    return " · ".join(said)


class OwnFactLine(QWidget):
    """One own field: its name with the unit, its editor, and what is wrong with it."""

    entered = Signal()
    touched = Signal()

    def __init__(self, fact: OwnFact, work: Work) -> None:
        super().__init__()
        self.fact, self.work = fact, work
        self._sent: Value | None = None
        label = f"{fact.name}, {fact.unit}" if fact.unit else fact.name
        self.editor = editor_for(value_column(fact.kind), work)
        self.editor.field.setAccessibleName(label)
        self.editor.set_read_only(not may(CustomField, "add", work.whose.role))
        self._error = Words("", Type.SMALL, "danger", wrap=True)
        self._error.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.TIGHT)
        for part in (Words(label, Type.SMALL, "muted", wrap=True), self.editor, self._error):
            column.addWidget(part)
        value = fact.value
        self.editor.set_value(value.normalize() if isinstance(value, Decimal) else value)
        self.editor.changed.connect(self._changed)
        if isinstance(self.editor.field, QLineEdit):
            self.editor.field.returnPressed.connect(self.entered)

    def is_touched(self) -> bool:
        """Say whether what stands here differs from what is kept."""
        try:
            return bool(self.editor.value() != self.fact.value)
        except InvalidValue:
            return True

    def keep(self, subject: CustomFieldSubject, entity_id: UUID) -> None:
        """Keep what is entered, or say why that cannot be."""
        try:
            self._sent = self.editor.value()
        except InvalidValue as problem:
            self.say(str(problem))
            self.editor.setFocus()
            return
        typed = text_to_type(self._sent)
        job = partial(
            keep_own_fact, subject=subject, entity_id=entity_id, name=self.fact.name, typed=typed
        )
        self.work.act(job, self._kept, self._refused)

    def say(self, error: str) -> None:
        """Show what is wrong, by the field's own name; "" takes it away."""
        label = facts_of(value_column(self.fact.kind)).label
        if error.startswith(f"{label} "):
            error = self.fact.name + error.removeprefix(label)
        self._error.setText(error)
        self._error.setVisible(bool(error))
        self.editor.set_wrong(bool(error))
        self.editor.field.setAccessibleDescription(error)

    def error(self) -> str:
        """Return the error shown."""
        return self._error.text()

    def _changed(self) -> None:
        self.say("")
        self.touched.emit()

    def _kept(self, _: Changes) -> None:
        self.fact = replace(self.fact, value=self._sent)

    def _refused(self, refusal: Refusal) -> None:
        self.say(str(refusal))


class OwnFactsCard(Card):
    """Every own field of one animal or flock; Enter in one, or Save, keeps what was typed.

    Hidden where the farm has defined none. What is being typed stays when others' edits come.
    """

    def __init__(self, work: Work, subject: CustomFieldSubject) -> None:
        super().__init__("Own fields")
        self.work, self.subject = work, subject
        self.lines: list[OwnFactLine] = []
        self._id: UUID | None = None
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(measures.GROUP)
        self._grid.setVerticalSpacing(measures.STEP + measures.TIGHT)
        self.save = Button("Save", self.keep, kind="primary")
        self.save.setAccessibleName("Save own fields")
        self.save.setEnabled(False)
        self.act(self.save)
        self.add(self._grid)
        self.hide()
        work.changed.connect(self._written)

    def show_of(self, entity_id: UUID) -> None:
        """Show the fields of an animal or flock; what was typed for another is let go."""
        if entity_id != self._id:
            self._id = entity_id
            self._clear()
        self.reload()

    def reload(self) -> None:
        """Read the fields anew."""
        if self._id is not None:
            read = partial(_read, subject=self.subject, entity_id=self._id)
            self.work.on_mirror(read, self._show, latest=True)

    def keep(self) -> None:
        """Keep every field that was changed; what cannot be kept is said under it."""
        if self._id is None:
            return
        for line in self.lines:
            if line.is_touched():
                line.keep(self.subject, self._id)

    def _show(self, found: tuple[UUID, list[OwnFact]]) -> None:
        entity_id, facts = found
        if entity_id != self._id:
            return
        if self.lines and any(line.is_touched() for line in self.lines):
            return  # somebody types here: what came is shown once that is kept
        self._clear()
        for number, one in enumerate(facts):
            line = OwnFactLine(one, self.work)
            line.entered.connect(self.keep)
            line.touched.connect(self._touched)
            self.lines.append(line)
            self._grid.addWidget(line, number // _A_ROW, number % _A_ROW)
        for column in range(_A_ROW):
            self._grid.setColumnStretch(column, 1)
        self.save.setVisible(may(CustomField, "add", self.work.whose.role))
        self.setVisible(bool(facts))

    def _clear(self) -> None:
        for line in self.lines:
            self._grid.removeWidget(line)
            dismiss(line)
        self.lines = []
        self.save.setEnabled(False)

    def _touched(self) -> None:
        self.save.setEnabled(any(line.is_touched() for line in self.lines))

    def _written(self, changes: Changes) -> None:
        if not _TABLES.isdisjoint(changes):
            self.reload()


def _read(
    mirror: Mirror, subject: CustomFieldSubject, entity_id: UUID
) -> tuple[UUID, list[OwnFact]]:
    with mirror.read() as connection:
        return entity_id, own_facts(connection, subject, entity_id)
