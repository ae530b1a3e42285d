"""An area that scrolls below and beside heads that stay: the calendar's, and that of the rooms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from fluffydesk.records.types import now


class FrozenArea(QAbstractScrollArea):
    """Scrolls as far as what it shows, keeps the cursor in sight, and says what is under it."""

    spoken = Signal(str)
    """What a screen reader is told."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("day-grid")
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        self.clock: Callable[[], datetime] = now

    def say(self, words: str) -> None:
        """Tell a screen reader, now and as the description of the area."""
        self.setAccessibleDescription(words)
        self.spoken.emit(words)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def fit(self) -> None:
        """Tell by `stretch` how large it is by now; asked for when the area's size changes."""

    def stretch(self, whole: QSizeF, across: int, down: int) -> None:
        """Let it scroll over the whole, heads and all, by single steps of so many px."""
        view = self.viewport()
        for bar, size, room, step in (
            (self.horizontalScrollBar(), whole.width(), view.width(), across),
            (self.verticalScrollBar(), whole.height(), view.height(), down),
        ):
            bar.setRange(0, max(0, round(size - room)))
            bar.setPageStep(room)
            bar.setSingleStep(step)

    def scroll_to(self, box: QRectF, left: float, top: float, margin: float) -> None:
        """Scroll so far that a box of the viewport is seen right of and below the heads, its upper
        end where it is higher than the viewport."""
        vertical, horizontal = self.verticalScrollBar(), self.horizontalScrollBar()
        above = top + margin - box.top()
        below = box.bottom() - self.viewport().height() + margin
        if above > 0:
            vertical.setValue(vertical.value() - round(above))
        elif below > 0:
            vertical.setValue(vertical.value() + round(min(below, -above)))
        if box.left() < left:
            horizontal.setValue(horizontal.value() - round(left - box.left()))
        elif box.right() > self.viewport().width():
            over = box.right() - self.viewport().width()
            horizontal.setValue(horizontal.value() + round(over))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
