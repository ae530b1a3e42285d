"""Notices: told in passing at the bottom right, with Undo where there is a way back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Button, IconButton, IconLabel, Words
from fluffydesk.ui.screen import Notice

STAYS_MS = 6_000
STAYS_WITH_UNDO_MS = 12_000
WIDTH = 400
_MOST = 4

_ICONS = {
    "good": ("good", "accent"),
    "info": ("info", "info"),
    "warning": ("warning", "warning"),
    "danger": ("danger", "danger"),
}


class _Slip(QFrame):
    """One notice on its slip."""

    gone = Signal(object)

    def __init__(self, notice: Notice) -> None:
        super().__init__()
        self.notice = notice
        self.setProperty("role", "notice")
        self.setProperty("tone", notice.tone)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(f"{notice.text} {notice.advice}".strip())
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 8, 8, 8)
        line.setSpacing(12)
        line.addWidget(IconLabel(*_ICONS[notice.tone]))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Words(notice.text, wrap=True))
        if notice.advice:
            words.addWidget(Words(notice.advice, role="muted", wrap=True))
        line.addLayout(words, 1)
        if notice.undo is not None:
            notice.undo.used.connect(self._go)
            undo = Button("Undo", notice.undo, kind="link")
            undo.setToolTip("Ctrl+Z")
            line.addWidget(undo)
        line.addWidget(IconButton("close", "Close this notice", self._go))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go)
        self._wait()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._wait()
        super().leaveEvent(event)

    def needed(self) -> int:
        """Return the height its words need, px."""
        for part in (self, *self.findChildren(QWidget)):
            part.ensurePolished()  # the words' size is known before they are shown
        layout = self.layout()
        assert layout is not None
        layout.activate()
        return max(layout.totalHeightForWidth(WIDTH), layout.totalSizeHint().height())

    def _wait(self) -> None:
        """A warning stays until it is closed: there is something to do about it."""
        if self.notice.tone in ("good", "info"):
            self._timer.start(STAYS_WITH_UNDO_MS if self.notice.undo else STAYS_MS)

    def _go(self) -> None:
        self.gone.emit(self)


class Notices(QWidget):
    """The pile of notices at the bottom right of `over`; nothing else moves for them."""

    def __init__(self, over: QWidget, above: int = 0) -> None:
        """`above` is how many px at the bottom are left free, for the status bar."""
        super().__init__(over)
        self._over, self._above = over, above
        self._right = self._bottom = 0
        self._pile = QVBoxLayout(self)
        self._pile.setContentsMargins(0, 0, 0, 0)
        self._pile.setSpacing(measures.STEP)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        over.installEventFilter(self)
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        """Put a notice on the pile; the same words are not shown twice."""
        for slip in self.slips():
            if (slip.notice.text, slip.notice.advice) == (notice.text, notice.advice):
                self._drop(slip)
        slips = self.slips()
        if len(slips) >= _MOST:
            self._drop(slips[0])
        slip = _Slip(notice)
        slip.gone.connect(self._drop)
        self._pile.addWidget(slip)
        self._place()  # before it can be seen: what moves once it is there is a flicker
        self.show()

    def slips(self) -> list[_Slip]:
        """Return the notices there are, the oldest first."""
        items = (self._pile.itemAt(number) for number in range(self._pile.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [slip for slip in widgets if isinstance(slip, _Slip)]

    def keep_clear(self, right: int, bottom: int) -> None:
        """Leave so many px free at the right, and above the status bar, for what is used there."""
        self._right, self._bottom = right, bottom
        self._place()

    def undo(self) -> bool:
        """Take back what the newest of them that has a way back tells of; False without one."""
        backs = [slip.notice.undo for slip in self.slips() if slip.notice.undo is not None]
        if backs:
            backs[-1]()
        return bool(backs)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _drop(self, slip: _Slip) -> None:
        self._pile.removeWidget(slip)
        slip.hide()
        slip.deleteLater()
        self.setVisible(bool(self.slips()))
        self._place()

    def _place(self) -> None:
        if not self.slips():
            return
        gap = measures.CARD
        slips = self.slips()
        height = sum(slip.needed() for slip in slips) + self._pile.spacing() * (len(slips) - 1)
        left = max(0, self._over.width() - self._right - WIDTH - gap)
        top = self._over.height() - self._above - self._bottom - height - gap
        self.setGeometry(left, top, WIDTH, height)
        self.raise_()
