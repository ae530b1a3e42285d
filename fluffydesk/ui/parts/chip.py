"""A chip: a state in a word on a tinted ground."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fluffydesk.ui.look import measures, theme
from fluffydesk.ui.look.measures import Type

HEIGHT = 24
_PAD = 10

_TONES = {
    "good": ("accent_soft", "accent"),
    "info": ("info_soft", "info"),
    "warning": ("warning_soft", "warning"),
    "danger": ("danger_soft", "danger"),
    "plain": ("sunken", "muted"),
}

_MEANINGS = {
    "active": "good",
    "completed": "good",
    "confirmed": "good",
    "in_progress": "info",
    "scheduled": "plain",
    "pending": "warning",
    "suspended": "warning",
    "no_show": "warning",
    "lost": "warning",
    "dead": "danger",
    "failed": "danger",
    "disputed": "danger",
}


def tone_of(value: object) -> str:
    """Return the tone of an enum's value: one with a meaning only where it has one."""
    return _MEANINGS.get(str(value), "plain")


def paint_chip(painter: QPainter, rect: QRectF, text: str, tone: str) -> None:
    """Paint a chip at the left of `rect`, in its middle; long words are shortened."""
    ground, ink = _TONES[tone]
    small = measures.font(Type.SMALL)
    metrics = QFontMetrics(small)
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()) - 2 * _PAD)
    width = metrics.horizontalAdvance(text) + 2 * _PAD
    box = QRectF(rect.left(), rect.center().y() - HEIGHT / 2, width, HEIGHT)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(getattr(theme.colours(), ground)))
    painter.drawRoundedRect(box, HEIGHT / 2, HEIGHT / 2)
    painter.setFont(small)
    painter.setPen(QColor(getattr(theme.colours(), ink)))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


class Chip(QWidget):
    """A word on a tinted ground; `tone` is good, info, warning, danger or plain."""

    def __init__(self, text: str = "", tone: str = "plain", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone = text, tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def text(self) -> str:
        return self._text

    def say(self, text: str, tone: str = "plain") -> None:
        """Show another state."""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(measures.font(Type.SMALL))
        return QSize(metrics.horizontalAdvance(self._text) + 2 * _PAD + 2, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_chip(painter, QRectF(self.rect()), self._text, self._tone)
        painter.end()
