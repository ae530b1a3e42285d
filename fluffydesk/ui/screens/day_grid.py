"""The calendar's day in the hand: keys and mouse choose, open, book and move visits."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from fluffydesk.ui.screens.day_layout import (
    SNAP,
    Card,
    Spot,
    neighbour,
    snapped,
    step_down,
    step_up,
)
from fluffydesk.ui.screens.day_view import PIXELS, DayView, Drag

MOVE_FROM = 6
"""How far the mouse goes, px, before a press becomes a drag."""


class DayGrid(DayView):
    """Tells what a person wants with the visits; whoever listens does it and shows the day anew."""

    opened = Signal(object)
    """A visit's id: Enter or a double click."""
    wanted = Signal(int, int)
    """Lane and minute where a new booking is wanted."""
    moved = Signal(object, int, int)
    """A visit's id, the lane and the minute to which it was dragged or nudged."""
    acted = Signal(str, object)
    """A key for a visit's status: "advance", "cancel" or "miss", and its id."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._press = QPointF()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.day is None or not self.lanes:
            super().keyPressEvent(event)
            return
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = Qt.Key(event.key())
        if modifiers == Qt.KeyboardModifier.AltModifier and self._nudge(key):
            return
        if modifiers == Qt.KeyboardModifier.NoModifier and (self._walk(key) or self._do(key)):
            return
        super().keyPressEvent(event)

    def _walk(self, key: Qt.Key) -> bool:
        spot, cards = self.cursor_spot, self.cards
        steps: dict[Qt.Key, Callable[[], Spot]] = {
            Qt.Key.Key_Down: lambda: step_down(cards, spot, self.last),
            Qt.Key.Key_Up: lambda: step_up(cards, spot, self.first),
            Qt.Key.Key_Left: lambda: Spot(max(0, spot.lane - 1), spot.minute),
            Qt.Key.Key_Right: lambda: Spot(min(len(self.lanes) - 1, spot.lane + 1), spot.minute),
            Qt.Key.Key_PageDown: lambda: neighbour(cards, spot, 1),
            Qt.Key.Key_PageUp: lambda: neighbour(cards, spot, -1),
            Qt.Key.Key_Home: lambda: Spot(spot.lane, self.first),
            Qt.Key.Key_End: lambda: Spot(spot.lane, self.last - 15),
        }
        if key not in steps:
            return False
        if self.drag is not None:
            return True
        self.chosen_id = None
        self.move_cursor(steps[key]())
        return True

    def _do(self, key: Qt.Key) -> bool:
        if key == Qt.Key.Key_Escape and self.drag is not None:
            self.snap_back()
            return True
        visit = self.visit()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if visit is not None:
                self.opened.emit(visit.id)
            else:
                self.wanted.emit(self.cursor_spot.lane, self.cursor_spot.minute)
            return True
        if key == Qt.Key.Key_N:
            self.wanted.emit(self.cursor_spot.lane, self.cursor_spot.minute)
            return True
        verb = {Qt.Key.Key_A: "advance", Qt.Key.Key_Delete: "cancel", Qt.Key.Key_M: "miss"}.get(key)
        if verb is None or visit is None:
            return False
        self.acted.emit(verb, visit.id)
        return True

    def _nudge(self, key: Qt.Key) -> bool:
        """Move the chosen visit by 5 minutes or to the lane beside."""
        card = self.card()
        by = {
            Qt.Key.Key_Down: (0, SNAP),
            Qt.Key.Key_Up: (0, -SNAP),
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
        }.get(key)
        if card is None or by is None:
            return False
        lane, minute = card.lane + by[0], card.first + by[1]
        if 0 <= lane < len(self.lanes) and self._fits(minute, card):
            self.moved.emit(card.visit.id, lane, minute)
        return True

    def _fits(self, minute: int, card: Card) -> bool:
        return self.first <= minute and minute + card.last - card.first <= self.last

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.drag is not None:
            return
        point = event.position()
        card, spot = self.card_under(point), self.spot_at(point)
        self._press = point
        if card is not None:
            self.chosen_id = card.visit.id
            self.move_cursor(Spot(card.lane, card.first))
            grip = (point.y() - self.y_of(card.first)) / PIXELS
            self.drag = Drag(card, grip, Spot(card.lane, card.first))
        elif spot is not None:
            self.chosen_id = None
            self.move_cursor(Spot(spot.lane, spot.minute // 15 * 15))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        drag = self.drag
        if drag is None or drag.dropped:
            over = self.card_under(point)
            shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            return
        if not drag.begun and (point - self._press).manhattanLength() < MOVE_FROM:
            return
        drag.begun = True
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        lane = int((point.x() - self.x_of(0)) // self.lane_width())
        lane = max(0, min(lane, len(self.lanes) - 1))
        length = drag.card.last - drag.card.first
        minute = (point.y() - self.y_of(self.first)) / PIXELS + self.first - drag.grip
        drag.at = Spot(lane, max(self.first, min(snapped(minute), self.last - length)))
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag = self.drag
        self.viewport().unsetCursor()
        if drag is None or drag.dropped:
            return
        if not drag.begun or drag.at == Spot(drag.card.lane, drag.card.first):
            self.snap_back()
            return
        drag.dropped = True
        self.moved.emit(drag.card.visit.id, drag.at.lane, drag.at.minute)

    def snap_back(self) -> None:
        """Let go of a held card: it lies where it was."""
        self.drag = None
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        card, spot = self.card_under(event.position()), self.spot_at(event.position())
        self.drag = None
        if card is not None:
            self.opened.emit(card.visit.id)
        elif spot is not None:
            self.wanted.emit(spot.lane, spot.minute // 15 * 15)
