"""Buttons beside one another, that go on in a second line where there is too little room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fluffydesk.ui.look import measures

_SAID = Qt.WidgetAttribute.WA_WState_ExplicitShowHide
"""Of a part that is hidden because somebody said so, not because nothing shows it yet."""


class Flow(QWidget):
    """A row of parts; those after None stand at the right while all of them fit in one line."""

    def __init__(self, *parts: QWidget | None) -> None:
        super().__init__()
        self._parts = [part for part in parts if part is not None]
        left = parts[: parts.index(None)] if None in parts else parts
        self._left = len(left)
        for part in self._parts:
            hidden = part.isHidden() and part.testAttribute(_SAID)
            part.setParent(self)
            part.setVisible(not hidden)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        hints = [part.sizeHint() for part in self._shown()]
        width = sum(hint.width() for hint in hints) + measures.STEP * max(0, len(hints) - 1)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSizeHint(self) -> QSize:
        hints = [part.sizeHint() for part in self._shown()]
        return QSize(max((hint.width() for hint in hints), default=0), self.sizeHint().height())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        places = self._places(width)
        return max((place.bottom() + 1 for place in places), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a part was shown, hidden or renamed
            self.updateGeometry()
            self._lay_out()
        return super().event(event)

    def _shown(self) -> list[QWidget]:
        return [part for part in self._parts if not part.isHidden()]

    def _lay_out(self) -> None:
        for part, place in zip(self._shown(), self._places(self.width()), strict=True):
            part.setGeometry(place)

    def _places(self, width: int) -> list[QRect]:
        spare = max(0, width - self.sizeHint().width())
        at, top, line, places = 0, 0, 0, []
        right = set(self._parts[self._left :])
        for part in self._shown():
            hint = part.sizeHint()
            if at and at + hint.width() > width:
                at, top, line = 0, top + line + measures.STEP, 0
            if part in right and spare:
                at, spare = at + spare, 0
            places.append(QRect(at, top, hint.width(), hint.height()))
            at += hint.width() + measures.STEP
            line = max(line, hint.height())
        return places
