"""The help panel (F1): what the screen is for, and its keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Card, Page
from fluffydesk.ui.parts.controls import IconButton, Words, dismiss
from fluffydesk.ui.screen import Screen

WIDTH = 344

_EVERYWHERE = (
    ("Ctrl+K", "Find anything"),
    ("Ctrl+F", "Search this screen"),
    ("Ctrl+N", "The green button"),
    ("Alt+1 … 9", "Go to a screen"),
    ("Enter", "Open the selected row"),
    ("Ctrl+S", "Save a form"),
    ("F9", "To the form beside the screen, and back"),
    ("Ctrl+Z", "Undo what a notice tells of"),
    ("Ctrl+H", "The history of the record: in a list, a card or a form"),
    ("Ctrl+Shift+S", "Save a list as it is shown, as CSV or Excel"),
    ("Esc", "Close, or clear the search"),
    ("F1", "Show or hide this help"),
)


class HelpPanel(QFrame):
    """A panel at the right with the screen's own words."""

    def __init__(self, over: QWidget, below: int = 0, above: int = 0) -> None:
        """It lies over the right of `over`, leaving free px at the top and bottom."""
        super().__init__(over)
        self._over, self._below, self._above = over, below, above
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, measures.CARD, measures.CARD)
        over.installEventFilter(self)
        self._page: Page | None = None
        self._screen: Screen | None = None
        self.hide()

    def show_help(self, screen: Screen) -> None:
        """Show the words and keys of a screen; whether the panel is seen does not change."""
        self._screen = screen
        if not self.isHidden():
            self._fill(screen)

    def toggle(self) -> None:
        """Show or hide the panel."""
        if self.isHidden() and self._screen is not None:
            self._fill(self._screen)
        self.setVisible(not self.isVisible())
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _fill(self, screen: Screen) -> None:
        if self._page is not None:
            self._outer.removeWidget(self._page)
            dismiss(self._page)
        card = Card(screen.title)
        card.act(IconButton("close", "Hide the help (F1)", self.hide))
        for paragraph in screen.help.splitlines():
            if paragraph.strip():
                card.add(Words(paragraph.strip(), wrap=True))
        card.add(Words("Keys", Type.STRONG))
        grid = QGridLayout()
        grid.setHorizontalSpacing(measures.CARD)
        grid.setColumnStretch(1, 1)
        for number, (keys, what) in enumerate(screen.shortcuts + _EVERYWHERE):
            grid.addWidget(Words(keys, role="muted"), number, 0)
            grid.addWidget(Words(what, wrap=True), number, 1)
        card.add(grid)
        card.stretch()
        self._page = Page(0)
        self._page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the arrows scroll it
        self._page.setAccessibleName(f"Help: {screen.title}")
        self._page.column.setContentsMargins(0, 0, 0, 0)
        self._page.add(card, 1)
        self._outer.addWidget(self._page)

    def _place(self) -> None:
        height = self._over.height() - self._below - self._above
        self.setGeometry(self._over.width() - WIDTH, self._below, WIDTH, height)
        self.raise_()
