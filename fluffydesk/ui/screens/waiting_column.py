"""One column of the waiting room: the cards of a stage, chosen, moved and carried away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QListView, QWidget

from fluffydesk.figures.visits import Stage
from fluffydesk.ui.look import theme
from fluffydesk.ui.look.measures import Type, font
from fluffydesk.ui.pages import ID, Index
from fluffydesk.ui.screens.reading.waiting import Guest
from fluffydesk.ui.screens.reporting.clinic import STAGE_WORDS
from fluffydesk.ui.screens.waiting_cards import (
    GUEST,
    GuestDelegate,
    card_box,
    paint_guest,
    said_of,
)

NARROWEST = 136
_KEYS: dict[Qt.Key, str] = {
    Qt.Key.Key_A: "on",
    Qt.Key.Key_Space: "on",
    Qt.Key.Key_B: "back",
    Qt.Key.Key_Backspace: "back",
    Qt.Key.Key_N: "missed",
    Qt.Key.Key_Return: "open",
    Qt.Key.Key_Enter: "open",
    Qt.Key.Key_P: "pet",
    Qt.Key.Key_R: "record",
    Qt.Key.Key_I: "bill",
}


class _Rows(QAbstractListModel):
    def __init__(self, clock: Callable[[], datetime], parent: QWidget) -> None:
        super().__init__(parent)
        self.guests: tuple[Guest, ...] = ()
        self._clock = clock

    def show_guests(self, guests: Sequence[Guest]) -> None:
        self.beginResetModel()
        self.guests = tuple(guests)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.guests)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        guest = self.guests[index.row()]
        if role == GUEST:
            return guest
        if role == ID:
            return guest.id
        said = (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        )
        return said_of(guest, self._clock()) if role in said else None


class StageList(QListView):
    """The cards of one stage, one below another."""

    pressed_key = Signal(str)
    """What a key asks for: "on", "back", "missed", "open", "pet", "record", "bill"."""
    sideways = Signal(int)
    took_focus = Signal()
    dragged = Signal(object)
    """Where the pointer is, in the screen's coordinates, with a card at it."""
    dropped = Signal(object)
    gave_up = Signal()

    def __init__(self, stage: Stage, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.stage = stage
        self.carrying = False
        self._from: QPoint | None = None
        self._target = False
        self._clock = clock
        self.rows = _Rows(clock, self)
        self.setModel(self.rows)
        self.setItemDelegate(GuestDelegate(clock, self))
        self.setAccessibleName(STAGE_WORDS[stage])
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMinimumSize(NARROWEST, 160)

    def show_guests(self, guests: Sequence[Guest]) -> None:
        """Show other cards; the list stays scrolled to where it was."""
        at = self.verticalScrollBar().value()
        if tuple(guests) != self.rows.guests:
            self.rows.show_guests(guests)
        self.doItemsLayout()
        self.verticalScrollBar().setValue(at)
        self.viewport().update()

    def guest(self) -> Guest | None:
        """Return the chosen guest of this stage."""
        index = self.currentIndex()
        return self.rows.guests[index.row()] if index.isValid() else None

    def choose(self, number: int) -> None:
        """Choose a card by its place."""
        if 0 <= number < len(self.rows.guests):
            self.setCurrentIndex(self.rows.index(number))

    def choose_none(self) -> None:
        """No card of this stage is the chosen one."""
        flag = QItemSelectionModel.SelectionFlag.Clear
        self.selectionModel().setCurrentIndex(QModelIndex(), flag)

    def set_target(self, target: bool) -> None:
        """Say whether a card that is carried would be put here."""
        if self._target != target:
            self._target = target
            self.viewport().update()

    def picture(self) -> QPixmap:
        """Return the chosen card as it is drawn; an empty picture where there is none."""
        guest, size = self.guest(), self.visualRect(self.currentIndex()).size()
        ratio = self.devicePixelRatioF()
        drawn = QPixmap(size * ratio)
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(Qt.GlobalColor.transparent)
        if guest is not None and not drawn.isNull():
            painter = QPainter(drawn)
            painter.setOpacity(0.9)
            box = card_box(QRectF(0, 0, size.width(), size.height()))
            paint_guest(painter, box, guest, self._clock(), chosen=True)
            painter.end()
        return drawn

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.carrying:
            if event.key() == Qt.Key.Key_Escape:
                self._stop()
                self.gave_up.emit()
            return
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        wanted = _KEYS.get(Qt.Key(event.key()))
        if plain and wanted is not None:
            held = event.isAutoRepeat()  # a key that is held moves one stage, and not to the end
            if not held and (self.guest() is not None or wanted == "missed"):
                self.pressed_key.emit(wanted)
            return
        if plain and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.sideways.emit(1 if event.key() == Qt.Key.Key_Right else -1)
            return
        if event.text().isalnum() and plain:
            event.ignore()  # the screen's own keys, and not a search by letters
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.choose(0)
        self.took_focus.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        at = event.position().toPoint()
        left = event.button() == Qt.MouseButton.LeftButton
        self._from = at if left and self.indexAt(at).isValid() else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        gone = (event.position().toPoint() - self._from).manhattanLength()
        if self.carrying or gone >= QApplication.startDragDistance():
            self.carrying = True
            self.dragged.emit(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        carried = self.carrying
        self._stop()
        if carried:
            self.dropped.emit(event.globalPosition().toPoint())
        else:
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.indexAt(event.position().toPoint()).isValid():
            self.pressed_key.emit("open")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.colour("sunken"))
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        if not self.rows.guests:
            painter.setPen(theme.colour("muted"))
            painter.setFont(font(Type.SMALL))
            middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
            painter.drawText(self.viewport().rect().adjusted(0, 16, 0, 0), middle, "Nobody")
        if self._target:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("accent"), 2, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(self.viewport().rect().adjusted(1, 1, -2, -2), 6, 6)
        painter.end()

    def _stop(self) -> None:
        self.carrying, self._from = False, None
