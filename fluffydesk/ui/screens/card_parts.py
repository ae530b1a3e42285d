"""What the cards of pets and clients are made of: facts, lines that lead elsewhere, a history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from fluffydesk.ui.fields.texts import day_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.controls import Button, Title, Words, dismiss, put_in_place, row
from fluffydesk.ui.parts.flow import Tiles
from fluffydesk.ui.screens.animal_facts import Fact
from fluffydesk.ui.screens.reading.pets import Past
from fluffydesk.ui.screens.rows_table import RowsTable, Shown

_FACTS_A_ROW, _FACT, _LONG_FACT = (8, 4, 3, 2, 1), 184, 280
"""So many beside one another, each as wide as the longest of them, px: between these."""
BESIDE = 280
"""How wide what stands beside a history is at least, px."""
_HISTORY = 320
_TONES = {
    "Record": "good",
    "Vaccination": "good",
    "Visit": "info",
    "Stay": "info",
    "Reminder": "warning",
    "Money": "plain",
}


class FactGrid(Tiles):
    """Facts side by side, each with its label above it; what is not known is a dash."""

    def __init__(self) -> None:
        super().__init__((), _FACTS_A_ROW, _FACT, measures.CARD, top=True)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these facts instead."""
        for part in self.parts:
            dismiss(part)
        cells: list[QWidget] = []
        widest = _FACT
        for label, value in facts:
            cell = QWidget()
            lines = QVBoxLayout(cell)
            lines.setContentsMargins(0, 0, 0, 0)
            lines.setSpacing(2)
            lines.addWidget(Words(label, Type.SMALL, "muted"))
            shown = Title(Type.STRONG)
            shown.setText(value or "–")
            shown.setAccessibleName(f"{label}: {value or 'not known'}")
            lines.addWidget(shown)
            cells.append(cell)
            widest = max(widest, shown.sizeHint().width())
        self.show_parts(cells, min(widest, _LONG_FACT))


class LinesCard(Card):
    """A card of lines, made anew each time: words or a link, and a note beside or below."""

    def __init__(self, title: str, empty: str) -> None:
        super().__init__(title)
        self._empty = empty
        self._body = QVBoxLayout()
        self._shown = QWidget()
        self._lines: QVBoxLayout | None = None
        self._body.addWidget(self._shown)
        self.add(self._body)
        self.stretch()

    def begin(self) -> None:
        """Start anew: `line` for each line, then `end`."""
        box = QWidget()
        self._lines = QVBoxLayout(box)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(measures.TIGHT)
        put_in_place(self._body, self._shown, box)
        old, self._shown = self._shown, box
        dismiss(old)

    def line(
        self,
        text: str,
        note: str,
        go: Callable[[], object] | None = None,
        *beside: QWidget,
    ) -> None:
        """Add a line, with a note in small letters below and buttons beside it."""
        assert self._lines is not None
        first: QWidget
        if go is None:
            first = Words(text, Type.STRONG, wrap=True)
        else:
            first = Button(text, go, kind="link")
            first.setAccessibleDescription(note)
        line = row(first, *beside) if go is None else row(first, None, *beside)
        if go is None:
            line.setStretch(0, 1)
        self._lines.addLayout(line)
        if note:
            self._lines.addWidget(Words(note, Type.SMALL, "muted", wrap=True))

    def end(self) -> None:
        """Say what belongs here where no line was added."""
        assert self._lines is not None
        if self._lines.count() == 0:
            self._lines.addWidget(Words(self._empty, role="muted", wrap=True))


class PastTable(RowsTable):
    """What happened, newest first; Enter opens what a line is about."""

    def __init__(self, name: str) -> None:
        super().__init__(
            name,
            (
                Shown("Date", lambda one: day_text(one.on), 120, sort=_day),
                Shown("Kind", lambda one: one.kind, 120, tone=_tone),
                Shown("What", lambda one: one.title, 200),
                Shown("More", lambda one: one.words, 240),
            ),
        )
        self.setMinimumHeight(_HISTORY)


def _day(one: Past) -> date:
    return one.on


def _tone(one: Past) -> str:
    return _TONES.get(one.kind, "plain")


def leads_back(screen: QWidget, event: QKeyEvent) -> bool:
    """Say whether a key leads back to the list: Esc, but not out of a field being typed in."""
    typing = isinstance(screen.focusWidget(), QLineEdit)
    return event.key() == Qt.Key.Key_Escape and not typing
