"""A tile: one number with its unit, what it is compared with, and how it came about."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from fluffydesk.ui.look import measures, theme
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import IconButton, IconLabel, Words, row

NOT_ENOUGH = "Not enough data"
_MOST_NOTE = 72
_GAP = 6
"""Between a number and its unit, px."""
_SMALLEST = 12.0
"""A number that is too wide is written smaller, in points, down to this."""


class Sparkline(QWidget):
    """A line of a few values without axes; None is a gap, the last value is a dot."""

    def __init__(self, values: Sequence[float | None] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = list(values)
        self.setFixedHeight(36)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_values(self, values: Sequence[float | None]) -> None:
        """Draw other values, oldest first."""
        self._values = list(values)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        known = [value for value in self._values if value is not None]
        if len(known) < 2:
            return
        low, high = min(known), max(known)
        box = QRectF(self.rect()).adjusted(3, 4, -4, -4)
        step = box.width() / (len(self._values) - 1)
        spread = (high - low) or 1.0
        middle = high == low

        def at(index: int, value: float) -> QPointF:
            up = 0.5 if middle else (value - low) / spread
            return QPointF(box.left() + index * step, box.bottom() - up * box.height())

        path, drawing, last = QPainterPath(), False, QPointF()
        for index, value in enumerate(self._values):
            if value is None:
                drawing = False
                continue
            last = at(index, value)
            if drawing:
                path.lineTo(last)
            else:
                path.moveTo(last)
            drawing = True
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = QColor(theme.colours().accent)
        painter.setPen(QPen(accent, 1.75))
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        painter.drawEllipse(last, 3, 3)
        painter.end()


class Tile(QFrame):
    """One number: title, number and unit, comparison, sparkline, and an "i" with the definition.

    `pressed` is emitted by a click, Enter or Space once `clickable`.
    """

    pressed = Signal()

    def __init__(
        self,
        title: str,
        *,
        definition: str = "",
        icon_role: str = "",
        clickable: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "tile")
        self.setProperty("clickable", "true" if clickable else "false")
        self._title, self._definition, self._clickable = title, definition, clickable
        if clickable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumWidth(200)
        self._number = Words("", Type.NUMBER)
        self._missing = Words(NOT_ENOUGH, Type.HEADING, "muted")
        self._missing.setFixedHeight(self._number.sizeHint().height())
        self._unit = Words("", role="muted")
        self._note = Words("", Type.SMALL, "muted", wrap=True)
        self._tone = IconLabel("warning", "warning", 16)
        self._tone.hide()
        self.sparkline = Sparkline()
        head = row(Words(title, role="muted"), None)
        if icon_role:
            head.insertWidget(0, IconLabel(icon_role, "muted", 18))
        if definition:
            self.info = IconButton("info", f"How “{title}” is worked out", self._explain)
            self.info.setFixedSize(28, 28)
            self.info.setToolTip(definition)
            head.addWidget(self.info)
        figures = row(self._number, self._missing, self._unit, None, spacing=_GAP)
        figures.setAlignment(self._unit, Qt.AlignmentFlag.AlignBaseline)
        figures.setAlignment(self._number, Qt.AlignmentFlag.AlignBaseline)
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.CARD, 10, 12, 12)
        column.setSpacing(measures.TIGHT)
        column.addLayout(head)
        column.addLayout(figures)
        column.addLayout(row(self._tone, self._note, spacing=6))
        column.addStretch(1)
        column.addWidget(self.sparkline)
        self.setMinimumHeight(136)
        self.show_value(None)

    def show_value(
        self,
        number: str | None,
        unit: str = "",
        *,
        note: str = "",
        tone: str = "",
        history: Sequence[float | None] = (),
    ) -> None:
        """Show a number as text, its unit, and what it is compared with (`note`).

        With `number` None it says "Not enough data" and `note` says what is missing. `tone` is
        "warning" or "danger" where the note asks for something; `history` is oldest first.
        """
        known = number is not None
        self._number.setText(number if number is not None else "")
        self._number.setVisible(known)
        self._missing.setVisible(not known)
        self._unit.setText(unit if known else "")
        shown = "\n".join(_within(line, _MOST_NOTE) for line in note.splitlines())
        self._note.setText(shown)
        self._note.setToolTip("" if shown == note else note)
        self._note.set_role(tone or "muted")
        self._tone.setVisible(bool(tone))
        if tone:
            self._tone.set_icon(tone, tone)
        self.sparkline.set_values(history)
        self.sparkline.setVisible(len(history) > 1)
        self._fit()
        self.setAccessibleName(f"{self._title}: {number or NOT_ENOUGH} {unit}. {note}".strip())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Write the number as large as it has room for beside its unit: it is never cut."""
        margins = self.contentsMargins().left() + measures.CARD + 12
        room = self.width() - margins - self._unit.sizeHint().width() - _GAP
        font, text = measures.font(Type.NUMBER), self._number.text()
        while font.pointSizeF() > _SMALLEST and QFontMetrics(font).horizontalAdvance(text) > room:
            font.setPointSizeF(font.pointSizeF() - 2)
        self._number.setFont(font)

    def number(self) -> str:
        """Return what the tile says: its number, or that there is not enough data."""
        return self._number.text() or NOT_ENOUGH

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._clickable and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if self._clickable and event.key() in keys:
            self.pressed.emit()
            return
        super().keyPressEvent(event)

    def _explain(self) -> None:
        below = self.info.mapToGlobal(self.info.rect().bottomLeft())
        QToolTip.showText(below, self._definition, self.info)


def _within(text: str, most: int) -> str:
    """Return a text, or its beginning and end where it has more than `most` letters."""
    half = most // 2
    return text if len(text) <= most else f"{text[:half].rstrip()} … {text[-half:].lstrip()}"
