"""The calendar in the hand: keys and mouse choose, open, book, move and resize visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from fluffydesk.ui.screens.day_hand import MOVES, SIZES, Hand
from fluffydesk.ui.screens.day_hands import MAY, DayHands
from fluffydesk.ui.screens.day_layout import (
    SNAP,
    Card,
    Spot,
    neighbour,
    snapped,
    step_down,
    step_up,
)
from fluffydesk.ui.screens.day_space import AXIS

MOVE_FROM = 6
"""How far the mouse goes, px, before a press becomes a drag."""
EDGE = 7
"""How near to its lower edge, px, a card is held to be made longer or shorter."""
NEAR, SCROLL, SCROLL_MS = 28, 24, 40
"""How near to the calendar's edge a drag scrolls it, how far at a time, and how often."""
_STEP = timedelta(minutes=SNAP)
_PLAIN, _SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
_ALT, _CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
_ARROWS = {
    Qt.Key.Key_Down: (0, 1),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
}
_CALLS = {
    Qt.Key.Key_V: "place",
    Qt.Key.Key_F: "find",
    Qt.Key.Key_B: "into",
    Qt.Key.Key_G: "date",
    Qt.Key.Key_T: "today",
    Qt.Key.Key_D: "day",
    Qt.Key.Key_W: "week",
}
_VERBS = {
    Qt.Key.Key_A: "advance",
    Qt.Key.Key_Delete: "cancel",
    Qt.Key.Key_M: "miss",
    Qt.Key.Key_X: "pin",
    Qt.Key.Key_R: "record",
    Qt.Key.Key_I: "bill",
}


class DayGrid(DayHands):
    """Tells what a person wants with the visits; whoever listens does it and shows them anew."""

    opened = Signal(object)
    """A visit's id: Enter or a double click."""
    wanted = Signal(int, int)
    """Column and minute where a new booking is wanted."""
    dropped_outside = Signal(object, QPoint)
    """A visit's id and the place on the screen where a drag left the calendar."""
    acted = Signal(str, object)
    """A key for a visit: "advance", "cancel", "miss", "pin" or "record", and its id."""
    called = Signal(str)
    """A key of the screen: "place", "find", "date", "today", "day" or "week"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._press = QPointF()
        self._pointer = QPointF()
        self._scroller = QTimer(self)
        self._scroller.setInterval(SCROLL_MS)
        self._scroller.timeout.connect(self._scroll_on)

    def let_go(self) -> None:
        self._scroller.stop()
        super().let_go()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.sheet is None or not self.columns:
            super().keyPressEvent(event)
            return
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = Qt.Key(event.key())
        if self.hand is not None and self._steer(key, modifiers):
            return
        card = self.card()
        takes = modifiers == _ALT or (modifiers == _SHIFT and _ARROWS.get(key, (0, 0))[1])
        if card is not None and self.hand is None and key in _ARROWS and takes:
            if self.take(card) is not None:
                self._steer(key, modifiers)
            return
        if modifiers == _CTRL and key in (Qt.Key.Key_X, Qt.Key.Key_V) and self.hand is None:
            modifiers = _PLAIN
        if modifiers == _PLAIN and self.hand is None:
            if event.isAutoRepeat() and (key in _VERBS or key in _CALLS):
                return  # a key that is held does it once
            if self._walk(key) or self._do(key):
                return
        super().keyPressEvent(event)

    def _steer(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        """Move what is in the hand; True for every key that has a meaning then."""
        hand = self.hand
        assert hand is not None
        if key == Qt.Key.Key_Escape:
            self.snap_back()
            self.say(f"{hand.visit.pet} stays where it was.")
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.put_down()
        elif key in _ARROWS and modifiers in (_PLAIN, _ALT, _SHIFT) and not hand.waits:
            lanes, steps = _ARROWS[key]
            if modifiers == _SHIFT:
                hand.end_at(hand.ends + steps * _STEP)
            elif steps:
                self._shift(hand, hand.lane, hand.starts + steps * _STEP)
            else:
                self._carry(hand, lanes)
            self._moved()
        else:
            return modifiers == _PLAIN and key != Qt.Key.Key_Tab
        return True

    def _carry(self, hand: Hand, by: int) -> None:
        """Move to the column beside; its minute of the clock stays, also on another day."""
        lane = hand.lane + by
        if not 0 <= lane < len(self.columns):
            return
        before, day = self.columns[hand.lane].day, self.columns[lane].day
        starts = hand.starts
        if day != before:
            starts = self.axis.moment(day, self.axis.of(before, hand.starts))
        hand.move_to(lane, starts)

    def _shift(self, hand: Hand, lane: int, starts: datetime) -> None:
        day = self.columns[lane].day
        first, end = self.axis.moment(day, 0), self.axis.moment(day, self.axis.length)
        hand.move_to(lane, max(first, min(starts, end - _STEP)))

    def _walk(self, key: Qt.Key) -> bool:
        spot, cards, last = self.cursor_spot, self.cards, self.axis.length
        if key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            by = 1 if key == Qt.Key.Key_PageDown else -1
            card = neighbour(cards, spot, self.chosen_id, by)
            if card is not None:
                self.touch(self._box_at_cursor())
                self.choose_card(card)
            return True
        steps: dict[Qt.Key, Callable[[], Spot]] = {
            Qt.Key.Key_Down: lambda: step_down(cards, spot, last),
            Qt.Key.Key_Up: lambda: step_up(cards, spot, 0),
            Qt.Key.Key_Left: lambda: Spot(max(0, spot.lane - 1), spot.minute),
            Qt.Key.Key_Right: lambda: Spot(min(len(self.columns) - 1, spot.lane + 1), spot.minute),
            Qt.Key.Key_Home: lambda: Spot(spot.lane, self.opens()),
            Qt.Key.Key_End: lambda: Spot(spot.lane, self.closes() - 15),
        }
        if key not in steps:
            return False
        self.touch(self._box_at_cursor())
        self.chosen_id = None
        self.move_cursor(steps[key]())
        return True

    def _do(self, key: Qt.Key) -> bool:
        card, spot = self.card(), self.cursor_spot
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if card is not None:
                self.opened.emit(card.visit.id)
            else:
                self.wanted.emit(spot.lane, spot.minute)
            return True
        if key == Qt.Key.Key_N:
            self.wanted.emit(spot.lane, spot.minute)
            return True
        if key == Qt.Key.Key_Space and card is not None:
            self.take(card)
            return True
        if key in _CALLS:
            self.called.emit(_CALLS[key])
            return True
        if key not in _VERBS or card is None:
            return False
        self.acted.emit(_VERBS[key], card.visit.id)
        return True

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.sheet is None:
            return
        if self.hand is not None and not self.hand.waits:
            self._drop_at(event.position())
            return
        point = self._press = event.position()
        card, spot = self.card_under(point), self.spot_at(point)
        if card is not None and self.hand is None:
            self.touch(self._box_at_cursor())
            self.choose_card(card)
            if self.take(card, self._kind_at(card, point), by_mouse=True) is not None:
                self._grip(card, point)
        elif spot is not None:
            self.touch(self._box_at_cursor())
            self.chosen_id = None
            self.move_cursor(Spot(spot.lane, spot.minute // 15 * 15))

    def _drop_at(self, point: QPointF) -> None:
        """What the keys, or the pinboard, gave into the hand is put where a click says."""
        spot = self.spot_at(point)
        if spot is not None:
            self.drag_over(point)
            self.put_down()

    def _kind_at(self, card: Card, point: QPointF) -> str:
        edge = min(float(EDGE), self.box_of(card).height() / 3)
        return SIZES if point.y() >= self.box_of(card).bottom() - edge else MOVES

    def _grip(self, card: Card, point: QPointF) -> None:
        assert self.hand is not None
        pressed = self.axis.moment(self.columns[card.lane].day, self.minute_at(point.y()))
        end = card.visit.ends if self.hand.kind == SIZES else card.visit.starts
        self.hand.grip = pressed - end

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point, hand = event.position(), self.hand
        if hand is None or not hand.by_mouse or hand.waits:
            self._hover(point)
            return
        if not hand.begun:
            if (point - self._press).manhattanLength() < MOVE_FROM:
                return
            self._begin(hand)
        sizing = hand.kind == SIZES
        shape = Qt.CursorShape.SizeVerCursor if sizing else Qt.CursorShape.ClosedHandCursor
        self.viewport().setCursor(shape)
        self.drag_over(point)
        self._pointer = point
        if self._pull() != QPoint(0, 0):
            self._scroller.start()
        else:
            self._scroller.stop()

    def drag_over(self, point: QPointF) -> None:
        """Hold what is in the hand at a point of the viewport."""
        hand = self.hand
        if hand is None or not self.columns:
            return
        lane = hand.lane if hand.kind == SIZES else self.lane_at(point.x())
        day = self.columns[lane].day
        exact = max(0.0, min(self.minute_at(point.y()), self.axis.length - 1.0))
        wanted = self.axis.moment(day, exact) - hand.grip
        whole = self.axis.of(day, wanted) if wanted > self.axis.moment(day, 0) else 0
        at = self.axis.moment(day, snapped(whole))
        before = hand.lane, hand.starts, hand.ends
        if hand.kind == SIZES:
            hand.end_at(at)
        else:
            self._shift(hand, lane, at)
        if before != (hand.lane, hand.starts, hand.ends) or hand.taken is None:
            self._moved()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        hand = self.hand
        self.viewport().unsetCursor()
        self._scroller.stop()
        if hand is None or not hand.by_mouse or hand.waits:
            return
        if not hand.begun:
            self.snap_back()
        elif not self.viewport().rect().contains(event.position().toPoint()):
            self.snap_back()
            self.dropped_outside.emit(hand.visit.id, event.globalPosition().toPoint())
        else:
            self.put_down()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        card, spot = self.card_under(event.position()), self.spot_at(event.position())
        if self.hand is not None:
            self.snap_back()
        if card is not None:
            self.opened.emit(card.visit.id)
        elif spot is not None:
            self.wanted.emit(spot.lane, spot.minute // 15 * 15)

    def _hover(self, point: QPointF) -> None:
        card = self.card_under(point)
        shape = Qt.CursorShape.ArrowCursor
        if card is not None:
            sizing = self._kind_at(card, point) == SIZES and card.visit.status in MAY[SIZES]
            shape = Qt.CursorShape.SizeVerCursor if sizing else Qt.CursorShape.PointingHandCursor
        self.viewport().setCursor(shape)

    def _pull(self) -> QPoint:
        """Return where to a drag near the calendar's edge scrolls it."""
        view, point = self.viewport().rect(), self._pointer
        down = SCROLL * ((point.y() > view.bottom() - NEAR) - (point.y() < self.head + NEAR))
        right = SCROLL * ((point.x() > view.right() - NEAR) - (point.x() < AXIS + NEAR))
        return QPoint(right, down)

    def _scroll_on(self) -> None:
        pull, hand = self._pull(), self.hand
        if hand is None or pull == QPoint(0, 0):
            self._scroller.stop()
            return
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + pull.x())
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + pull.y())
        self.drag_over(self._pointer)
