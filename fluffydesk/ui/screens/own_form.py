"""The form of an animal or a flock with the farm's own fields below the usual ones."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QVBoxLayout

from fluffydesk.actions import saving
from fluffydesk.actions.own_fields import OwnFact, keep_own_facts, own_facts, text_to_type
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.reviews import CustomFieldSubject
from fluffydesk.records.types import new_id
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.forms import Layout, RecordForm
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Words, dismiss, hair_line
from fluffydesk.ui.screens.own_facts import OwnFactLine
from fluffydesk.work import Work


class OwnForm(RecordForm):
    """A form whose own fields are saved with it; what cannot be read is said under its field."""

    def __init__(
        self, work: Work, record: type[Record], subject: CustomFieldSubject, layout: Layout
    ) -> None:
        self.own: list[OwnFactLine] = []
        super().__init__(work, record, layout, saver=self._write)
        self._subject = subject
        self._typed: dict[str, str] = {}
        self._section = QVBoxLayout()
        self._section.setSpacing(measures.CARD)
        lines = self.layout()
        assert isinstance(lines, QVBoxLayout)
        lines.insertLayout(lines.indexOf(self.trouble), self._section)

    @property
    def changed(self) -> bool:
        """Whether something was typed that is not saved, in an own field too."""
        return super().changed or any(line.is_touched() for line in self.own)

    def new(self, values: Mapping[str, Any] | None = None) -> None:
        """Show an empty row, and empty own fields."""
        super().new(values)
        self._ask(new_id())

    def edit(self, row_id: UUID) -> None:
        """Read a row and its own fields, and show them."""
        super().edit(row_id)
        self._ask(row_id)

    def save(self) -> None:
        """Save the row and what was typed in own fields, or say what is wrong."""
        typed = self._own_typed()
        if self.saving or typed is None:
            return
        self._typed = typed
        row_id = self.row_id
        if not typed or row_id is None or self._read_fields() != {}:
            super().save()
            return
        self.saving = True
        subject = self._subject
        self.work.act(
            lambda mirror: (row_id, keep_own_facts(mirror, subject, row_id, typed)),
            self._done,
            self._refused,
        )

    def _ask(self, entity_id: UUID) -> None:
        read = partial(_read, subject=self._subject, entity_id=entity_id)
        self.work.on_mirror(read, self._show_own)

    def _show_own(self, facts: list[OwnFact]) -> None:
        for line in self.own:
            dismiss(line)
        self.own = []
        if facts:
            self._section.addWidget(hair_line())
            self._section.addWidget(Words("Own fields", Type.HEADING))
        for fact in facts:
            line = OwnFactLine(fact, self.work)
            line.touched.connect(self.touched)
            self.own.append(line)
            self._section.addWidget(line)

    def _own_typed(self) -> dict[str, str] | None:
        """Return what was typed anew by the field's name; None where one cannot be read."""
        typed: dict[str, str] = {}
        for line in self.own:
            if line.is_touched():
                try:
                    typed[line.fact.name] = text_to_type(line.editor.value())
                except InvalidValue as problem:
                    line.say(str(problem))
                    line.editor.setFocus()
                    return None
        return typed

    def _write(
        self, mirror: Mirror, row_id: UUID | None, values: dict[str, Any]
    ) -> tuple[UUID, Changes]:
        if row_id is None:
            row_id, changes = saving.add(mirror, self.record, values)
        else:
            changes = saving.change(mirror, self.record, row_id, values)
        if self._typed:
            changes |= keep_own_facts(mirror, self._subject, row_id, self._typed)
        return row_id, changes


def _read(mirror: Mirror, subject: CustomFieldSubject, entity_id: UUID) -> list[OwnFact]:
    with mirror.read() as connection:
        return own_facts(connection, subject, entity_id)
