"""A card: a raised box with a title, its body and small actions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import IconLabel, Title, Words, restyle
from fluffydesk.ui.parts.flow import Flow


class Card(QFrame):
    """A raised box: `add` puts parts into its body, `act` puts a button beside its title.

    Where there is too little room the buttons go on below the title, and a title that is longer
    still ends in "…"; with `wrap` it goes on in a second line instead.
    """

    def __init__(
        self, title: str = "", parent: QWidget | None = None, *, wrap: bool = False
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(measures.CARD, measures.CARD, measures.CARD, measures.CARD)
        self._column.setSpacing(measures.STEP + measures.TIGHT)
        self._flow: Flow | None = None
        self._head = QHBoxLayout()
        self._head.setSpacing(measures.STEP)
        self.heading = Words(title, Type.HEADING, wrap=True) if wrap else Title(Type.HEADING)
        self.heading.setText(title)
        self._head.addWidget(self.heading, 1)
        if not title:  # and never shown while it is in no window: it would be one itself
            self.heading.hide()
        self._column.addLayout(self._head)
        if title:
            self.setAccessibleName(title)

    def add(self, part: QWidget | QLayout, stretch: int = 0) -> None:
        """Put a widget or layout below what is there."""
        if isinstance(part, QLayout):
            self._column.addLayout(part, stretch)
        else:
            self._column.addWidget(part, stretch)

    def act(self, button: QWidget) -> None:
        """Put a button, or other small thing, at the right of the title."""
        if not isinstance(self.heading, Title) or not self.heading.text():
            self._head.addWidget(button)
        elif self._flow is None:
            self._flow = Flow(self.heading, None, button, grows=self.heading)
            self._head.addWidget(self._flow, 1)
        else:
            self._flow.put(button, self._flow.count())

    def stretch(self) -> None:
        """Push what is there to the top."""
        self._column.addStretch(1)


class Banner(QFrame):
    """A line of words on a tinted ground; `tone` is info, warning, danger or good."""

    _ICONS = {"info": "info", "warning": "warning", "danger": "danger", "good": "good"}
    _COLOURS = {"info": "info", "warning": "warning", "danger": "danger", "good": "accent"}

    def __init__(self, text: str = "", tone: str = "info", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self.setProperty("tone", tone)
        self._icon = IconLabel(self._ICONS[tone], self._COLOURS[tone])
        self._words = Words(text, wrap=True)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(12, 10, 12, 10)
        self._line.setSpacing(10)
        self._line.addWidget(self._icon)
        self._line.addWidget(self._words, 1)
        if not text:  # shown before it lies in a card it would be a window of its own
            self.hide()

    def say(self, text: str, tone: str = "info") -> None:
        """Show other words; with none the banner hides."""
        self._words.setText(text)
        self._icon.set_icon(self._ICONS[tone], self._COLOURS[tone])
        restyle(self, "tone", tone)
        self.setVisible(bool(text))

    def text(self) -> str:
        return self._words.text()

    def act(self, button: QWidget) -> None:
        """Put a button at the right."""
        self._line.addWidget(button)


class Page(QScrollArea):
    """A page that scrolls when the window is low: `add` puts parts below one another.

    No part is wider than `widest`. A part's own greatest width would not do: wrapped words would
    be given the height they have in the whole window's width.
    """

    def __init__(
        self,
        spacing: int = measures.GROUP,
        parent: QWidget | None = None,
        *,
        widest: int | None = None,
    ) -> None:
        super().__init__(parent)
        self._widest = widest
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        # Tab stops at what is on the page, which then scrolls into sight.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setObjectName("scrolled")
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        self.column.setSpacing(spacing)
        self.setWidget(inner)
        self.viewport().setAutoFillBackground(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._widest is not None:
            spare = self.viewport().width() - measures.GROUP - self._widest
            right = max(measures.GROUP, spare)
            self.column.setContentsMargins(measures.GROUP, 0, right, measures.GROUP)

    def add(self, part: QWidget | QLayout, stretch: int = 0) -> None:
        """Put a widget or layout below what is there."""
        if isinstance(part, QLayout):
            self.column.addLayout(part, stretch)
        else:
            self.column.addWidget(part, stretch)

    def fill(self, screen: QWidget) -> None:
        """Take all of a screen."""
        outer = QVBoxLayout(screen)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self)
