"""What is left to finish in the clinic's papers: notes nobody has signed, results not come yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fluffydesk.ui.fields.texts import day_text, number_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.controls import Words, row
from fluffydesk.ui.screens.reading.records_of_pets import ToFinish
from fluffydesk.ui.screens.rows_table import RowsTable, Shown


class Waiting(QWidget):
    """Two lists; Enter opens the record that a line is about."""

    def __init__(self, go: Callable[[UUID], object]) -> None:
        super().__init__()
        self._go = go
        self.notes = RowsTable("Notes not signed", _note_columns())
        self.notes.say_when_empty("Every note is signed", "What a vet has not signed stands here.")
        self.notes.opened.connect(self._open_note)
        self.results = RowsTable("Results awaited", _result_columns())
        self.results.say_when_empty(
            "No result is awaited", "Tests that were asked for and have no value yet stand here."
        )
        self.results.opened.connect(self._open_result)
        sides: QHBoxLayout = row(spacing=measures.CARD)
        for title, table in (("Not signed", self.notes), ("Results awaited", self.results)):
            card = Card(title)
            card.add(table, 1)
            sides.addWidget(card, 1)
        hint = "No pet is chosen: its record opens from today's visits, the calendar or its card."
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        column.setSpacing(measures.CARD)
        column.addWidget(Words(hint, role="muted", wrap=True))
        column.addLayout(sides, 1)

    def show_rows(self, found: ToFinish) -> None:
        """Show what is left to finish."""
        self.notes.show_rows(found.notes, select_first=True)
        self.results.show_rows(found.results, select_first=True)

    def search(self, text: str) -> None:
        """Show the lines that say every word."""
        self.notes.search(text)
        self.results.search(text)

    def start(self) -> None:
        """Take the keys."""
        self.notes.setFocus()

    def _open_note(self, line: Any) -> None:
        self._go(line.id)

    def _open_result(self, line: Any) -> None:
        self._go(line.pet_id)


def _note_columns() -> tuple[Shown, ...]:
    return (
        Shown("Day", lambda one: day_text(one.on), 110, sort=lambda one: one.on),
        Shown("Pet", lambda one: one.pet, 110),
        Shown("What", lambda one: one.title, 150),
        Shown("Vet", lambda one: "You" if one.mine else one.vet, 130, spare=True),
    )


def _result_columns() -> tuple[Shown, ...]:
    return (
        Shown("Day", lambda one: day_text(one.on), 110, sort=lambda one: one.on),
        Shown("Pet", lambda one: one.pet, 110),
        Shown("Panel", lambda one: one.panel, 120),
        Shown("Tests", lambda one: number_text(one.tests), 70, right=True),
        Shown("Laboratory", lambda one: one.laboratory, 130, spare=True),
    )
