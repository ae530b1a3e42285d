"""Below the calendar: the legend of visit types, or what is in the hand and what is against it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from fluffydesk.ui.look import measures, theme
from fluffydesk.ui.look.measures import Type, font
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.screens.day_paint import blend, joined, type_colour
from fluffydesk.ui.screens.reading.calendar import Kind

_SWATCH = 14
_SIGNS = (("Provisional", "provisional"), ("Clearing up", "clearing"))


class Legend(QWidget):
    """A swatch, the mark and the name of each visit type; and what hatching means."""

    def __init__(self) -> None:
        super().__init__()
        self._kinds: tuple[Kind, ...] = ()
        self.setFont(font(Type.SMALL))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme.notifier().changed.connect(self.update)

    def show_kinds(self, kinds: Sequence[Kind]) -> None:
        """Show other visit types."""
        self._kinds = tuple(kinds)
        names = [f"{kind.mark} {kind.name}" for kind in kinds]
        self.setAccessibleName("Legend: " + ", ".join(names) if names else "Legend")
        self.setToolTip(", ".join(names))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, measures.ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, middle = 0.0, self.height() / 2
        measure = painter.fontMetrics()
        for number, (words, sign, colour) in enumerate(self._items()):
            left = len(self._kinds) + len(_SIGNS) - number
            wide = _SWATCH + 6 + measure.horizontalAdvance(words)
            more = f"+ {left} more"
            spare = measure.horizontalAdvance(more) + 16 if left > 1 else 0
            painter.setPen(theme.colour("muted"))
            if x + wide + spare > self.width():
                box = QRectF(x, 0, self.width() - x, self.height())
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, more)
                break
            self._paint_swatch(painter, QRectF(x, middle - 7, _SWATCH, _SWATCH), sign, colour)
            painter.setPen(theme.colour("muted"))
            box = QRectF(x + _SWATCH + 6, 0, wide, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
            x += wide + 16
        painter.end()

    def _items(self) -> list[tuple[str, str, str]]:
        signs = [(words, sign, "") for words, sign in _SIGNS]
        return signs + [
            (joined(kind.mark, kind.name, by=" "), "type", kind.colour) for kind in self._kinds
        ]

    @staticmethod
    def _paint_swatch(painter: QPainter, box: QRectF, sign: str, colour: str) -> None:
        base, raised = type_colour(colour), theme.colour("raised")
        if sign == "type":
            painter.fillRect(box, blend(base, raised, 0.3 if theme.is_dark() else 0.2))
            painter.fillRect(QRectF(box.left(), box.top(), 4, box.height()), base)
            return
        pattern = (
            Qt.BrushStyle.BDiagPattern if sign == "provisional" else Qt.BrushStyle.FDiagPattern
        )
        painter.fillRect(box, QBrush(theme.colour("muted"), pattern))
        if sign == "provisional":
            painter.setPen(QPen(theme.colour("muted"), 1.2, Qt.PenStyle.DashLine))
            painter.drawRect(box)


class Foot(QStackedWidget):
    """The legend; in its place, while something is in the hand, where it is and the two ways on."""

    put = Signal()
    back = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.legend = Legend()
        self.words = Words("", Type.SMALL, wrap=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.yes = Button("Put here (Enter)", self.put.emit, kind="primary")
        self.no = Button("Put back (Esc)", self.back.emit)
        for button in (self.yes, self.no):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay with the calendar
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        hand = QWidget()
        line = row(self.words, self.yes, self.no)
        line.setStretch(0, 1)
        line.setContentsMargins(0, 0, 0, 0)
        hand.setLayout(line)
        self.addWidget(self.legend)
        self.addWidget(hand)
        self.setFixedHeight(measures.ENTRY_ROW)

    def show_hand(self, words: str, *, tone: str = "", yes: str = "Put here (Enter)") -> None:
        """Say what is in the hand; with no words the legend is back."""
        if not words:
            self.setCurrentIndex(0)
            return
        if self.words.text() != words:
            self.words.setText(words)
            self.words.setToolTip(words)
        self.words.set_role(tone)
        if self.yes.text() != yes:
            self.yes.setText(yes)
            self.yes.setAccessibleName(yes)
        self.yes.setEnabled(tone != "danger")
        self.setCurrentIndex(1)
