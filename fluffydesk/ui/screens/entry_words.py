"""What a row says of itself, in full, where its cell in an entry grid has too little room."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.screens.entry_model import Index
from fluffydesk.ui.screens.entry_paint import is_cut, remark_of

_WIDTH, _GAP = 440, 4


class RowWords(Banner):
    """Lies over the grid beside the row that is typed into, and hides with the last reason."""

    def __init__(self, viewport: QWidget) -> None:
        super().__init__("", "warning", viewport)
        self._viewport = viewport
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_of(self, index: Index, row: QRect) -> None:
        """Tell the remark at `index`, whose row lies at `row`, if it is cut there."""
        if not isValid(self._viewport):  # the last cell is kept while the grid goes
            return
        words, tone = remark_of(index)
        if not tone or not is_cut(row, index):
            self.say("")
            return
        self.say(words, tone)
        room = self._viewport.rect()
        width = min(_WIDTH, room.width() - 2 * _GAP)
        height = self.heightForWidth(width)
        below = row.bottom() + _GAP
        top = below if below + height <= room.bottom() else row.top() - _GAP - height
        self.setGeometry(room.right() - _GAP - width, max(0, top), width, height)
        self.raise_()
