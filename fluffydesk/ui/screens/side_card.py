"""The card beside a list: heading, facts, warnings, and lines that lead elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner, Card, Page
from fluffydesk.ui.parts.controls import Button, Words, dismiss, put_in_place, row
from fluffydesk.ui.parts.empty import Empty

_WIDTH = 360
_SHORT = 24
Act = tuple[str, str, Callable[[], object]] | tuple[str, str, Callable[[], object], str]


class SideCard(QWidget):
    """Made anew for each row: `begin`, then facts, warnings, sections and lines, then `end`."""

    def __init__(self, hint: str) -> None:
        """`hint` is shown while nothing is chosen."""
        super().__init__()
        self.setFixedWidth(_WIDTH)
        self._hint = hint
        self._shown: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._card: Card | None = None
        self._facts: QGridLayout | None = None
        self.clear()

    def clear(self) -> None:
        """Show that nothing is chosen."""
        self._put(Empty(self._hint, "Its card is shown here."))

    def begin(self, title: str, note: str, acts: Sequence[Act]) -> None:
        """Start a card; `acts` are buttons: words, an icon's role, what to do, and why one is
        shut, if it is."""
        self._card = Card()
        words = Words(title, Type.TITLE, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._card.add(words)
        if note:
            self._card.add(Words(note, role="muted", wrap=True))
        buttons = [Button(text, take, icon_role=icon) for text, icon, take, *_ in acts]
        for button, act in zip(buttons, acts, strict=True):
            locked = act[3] if len(act) > 3 else ""
            button.setEnabled(not locked)
            button.setToolTip(locked)
            button.setAccessibleDescription(locked)
        for line in _in_lines(buttons, _WIDTH - 3 * measures.CARD):  # beside a scroll bar
            self._card.add(row(*line, None))
        self._facts = None

    def warn(self, text: str, tone: str = "warning") -> None:
        """Show words nobody should miss."""
        assert self._card is not None
        if text:
            self._card.add(Banner(text, tone))

    def fact(self, label: str, value: str) -> None:
        """Show a fact; one without a value is left out."""
        assert self._card is not None
        if not value:
            return
        if self._facts is None:
            self._facts = QGridLayout()
            self._facts.setHorizontalSpacing(measures.CARD)
            self._facts.setVerticalSpacing(6)
            self._facts.setColumnStretch(1, 1)
            self._card.add(self._facts)
        number = self._facts.rowCount()
        words = Words(value, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._facts.addWidget(Words(label, role="muted"), number, 0, Qt.AlignmentFlag.AlignTop)
        self._facts.addWidget(words, number, 1)

    def section(self, title: str) -> None:
        """Start a part of the card."""
        assert self._card is not None
        words = Words(title, Type.STRONG, wrap=True)
        words.setContentsMargins(0, measures.STEP, 0, 0)
        self._card.add(words)

    def line(self, text: str, note: str, go: Callable[[], object] | None = None) -> None:
        """Add a line that leads elsewhere; a long note stands below it."""
        assert self._card is not None
        first: QWidget = Words(text, wrap=True) if go is None else Button(text, go, kind="link")
        is_long = len(note) > _SHORT
        told = Words(note, Type.SMALL, "muted", wrap=is_long)
        line: QHBoxLayout = row(first, None) if is_long else row(first, None, told)
        self._card.add(line)
        if is_long:
            self._card.add(told)

    def say(self, text: str) -> None:
        """Add a muted sentence."""
        assert self._card is not None
        self._card.add(Words(text, role="muted", wrap=True))

    def end(self) -> None:
        """Show what was put together."""
        assert self._card is not None
        self._card.stretch()
        page = Page(0)
        page.column.setContentsMargins(0, 0, 0, 0)
        page.add(self._card, 1)
        self._put(page)

    def _put(self, widget: QWidget) -> None:
        old, self._shown = self._shown, widget
        if old is None:
            self._column.addWidget(widget)
            return
        put_in_place(self._column, old, widget)
        dismiss(old)


def _in_lines(buttons: list[Button], room: int) -> list[list[Button]]:
    """Lay buttons side by side, in as many lines as they need."""
    lines: list[list[Button]] = []
    left = 0
    for button in buttons:
        width = button.sizeHint().width()
        if not lines or width > left:
            lines.append([])
            left = room
        lines[-1].append(button)
        left -= width + measures.STEP
    return lines
