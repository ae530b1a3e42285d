"""The header of the window: the screen's title, its search, and its one primary action."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Button, IconButton, SearchField, Title
from fluffydesk.ui.screen import Primary

HEIGHT = 72
_GAP = measures.STEP + measures.TIGHT
_SEARCH, _LEAST = 300, 160
_TITLE = 240
"""Of a longer title so much stays in sight beside the search, px."""


class Header(QWidget):
    """Title at the left; search, help and the primary action at the right."""

    searched = Signal(str)
    primary_pressed = Signal()
    help_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setFixedHeight(HEIGHT)
        self.title = Title()
        self.search = SearchField()
        self.search.searched.connect(self.searched)
        self.help = IconButton("help", "Explain this screen (F1)", self.help_pressed.emit)
        self.primary = Button("", self.primary_pressed.emit, kind="primary", icon_role="add")
        self.primary.setToolTip("Ctrl+N")
        line = QHBoxLayout(self)
        line.setContentsMargins(measures.GROUP, 0, measures.GROUP, 0)
        line.setSpacing(_GAP)
        line.addWidget(self.title, 1)
        for part in (self.search, self.help, self.primary):
            line.addWidget(part)

    def show_screen(
        self, title: str, searches: str, text: str, primary: Primary | None, locked: str = ""
    ) -> None:
        """Show what belongs to a screen; `searches` is the search field's hint, or "".

        `locked` says why the primary action is shut, or nothing.
        """
        self.title.setText(title)
        self.title.setToolTip(title)
        self.search.setVisible(bool(searches))
        self.search.setPlaceholderText(searches)
        self.search.setAccessibleName(f"Search: {searches}")
        if self.search.text().strip() != text:
            self.search.set_quietly(text)
        self.primary.setVisible(primary is not None)
        if primary is not None:
            self.primary.set_icon(primary[2] if len(primary) > 2 else "add")
            self.primary.setText(primary[0])
            self.primary.setAccessibleName(primary[0])
            self.primary.setEnabled(not locked)
            self.primary.setToolTip(locked or "Ctrl+N")
            self.primary.setAccessibleDescription(locked)
        self._share_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """Let the search give way before the title is cut to nothing."""
        parts = [part for part in (self.help, self.primary) if not part.isHidden()]
        wishes = (part.sizeHint().expandedTo(part.minimumSize()) for part in parts)
        taken = sum(wish.width() + _GAP for wish in wishes) + 2 * measures.GROUP + _GAP
        title = min(self.title.sizeHint().width(), _TITLE)
        self.search.setFixedWidth(min(_SEARCH, max(_LEAST, self.width() - taken - title)))

    def focus_search(self) -> None:
        """Put the cursor into the search field, where there is one."""
        if self.search.isVisible():
            self.search.setFocus()
            self.search.selectAll()
