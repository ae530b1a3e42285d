"""The pedigree and the numbers of an animal as boxes of its card."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from fluffydesk.ui.fields.texts import day_text, number_text, words
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Card as Box
from fluffydesk.ui.parts.controls import Button, Words, put_in_place
from fluffydesk.ui.parts.controls import dismiss as let_go
from fluffydesk.ui.screens.reading.animals_kin import Ancestor, Number, Pedigree

_HEADINGS = ("Parents", "Grandparents", "Great-grandparents", "Four generations back")


class PedigreeBox(Box):
    """Four generations side by side, sires above dams; each that is known opens its card."""

    def __init__(self, go: Callable[[UUID], object]) -> None:
        super().__init__("Pedigree")
        self._go = go
        self.inbreeding = Words("", role="muted", wrap=True)
        self.add(self.inbreeding)
        self._body = QVBoxLayout()
        self._shown = QWidget()
        self._body.addWidget(self._shown)
        self.add(self._body)
        self.stretch()

    def show_pedigree(self, found: Pedigree) -> None:
        """Show the ancestors, and the coefficient of inbreeding with how much is known."""
        self.inbreeding.setText(inbreeding_words(found))
        known = any(one is not None for row in found.rows for one in row)
        grid = QWidget()
        if known:
            self._lay_out(QGridLayout(grid), found)
        old, self._shown = self._shown, grid
        put_in_place(self._body, old, grid)
        let_go(old)

    def _lay_out(self, grid: QGridLayout, found: Pedigree) -> None:
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(measures.STEP)
        grid.setVerticalSpacing(0)
        deepest = max(
            number for number, row in enumerate(found.rows) if any(one is not None for one in row)
        )
        places = len(found.rows[deepest])
        for column, row in enumerate(found.rows[: deepest + 1]):
            grid.addWidget(Words(_HEADINGS[column], Type.SMALL, "muted"), 0, column)
            grid.setColumnStretch(column, 1)
            span = places // len(row)
            for place, one in enumerate(row):
                part = self._place(one, column, place)
                middle = Qt.AlignmentFlag.AlignVCenter
                grid.addWidget(part, 1 + place * span, column, span, 1, middle)

    def _place(self, one: Ancestor | None, generation: int, place: int) -> QWidget:
        side = "Dam" if place % 2 else "Sire"
        if one is None:
            return Words(f"{side} not known", Type.SMALL, "muted")
        link = Button(one.name, partial(self._go, one.id), kind="link")
        link.setAccessibleName(f"{_HEADINGS[generation]}, {side.lower()}: {one.name}")
        link.setToolTip(one.name)
        link.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return link


class NumbersBox(Box):
    """What an animal carries, and what it carried before with the reason why that ended."""

    def __init__(self) -> None:
        super().__init__("Identifiers")
        self._body = QVBoxLayout()
        self._shown = QWidget()
        self._body.addWidget(self._shown)
        self.add(self._body)
        self.stretch()

    def show_numbers(self, found: tuple[Number, ...]) -> None:
        """Show numbers in use first; ended ones muted, with date and reason."""
        box = QWidget()
        lines = QVBoxLayout(box)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(measures.TIGHT)
        for one in found:
            lines.addWidget(Words(f"{words(one.kind)} {one.value}", Type.STRONG, wrap=True))
            lines.addWidget(Words(_since(one), Type.SMALL, "muted", wrap=True))
        if not found:
            none = "Only the tag on the card is known. Choose Retag when a number changes."
            lines.addWidget(Words(none, role="muted", wrap=True))
        old, self._shown = self._shown, box
        put_in_place(self._body, old, box)
        let_go(old)


def inbreeding_words(found: Pedigree) -> str:
    """Return the coefficient in percent, and how much of the pedigree it is reckoned from."""
    if found.inbreeding is None:
        return "Inbreeding: not enough data. Both parents have to be known."
    percent = number_text(found.inbreeding * Decimal(100), 2)
    part = "" if found.complete is None else number_text(found.complete, 0)
    known = f", with {part} % of four generations known" if part else ""
    return f"Inbreeding {percent} %{known}."


def _since(one: Number) -> str:
    parts = [f"from {day_text(one.given_on)}" if one.given_on else ""]
    if one.ended_on is not None:
        parts.append(f"until {day_text(one.ended_on)}")
        parts.append(one.reason)
    elif not one.given_on:
        parts.append("in use")
    return ", ".join(part for part in parts if part)
