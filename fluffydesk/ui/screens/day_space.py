"""Where the calendar's columns and cards lie on the screen."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtWidgets import QWidget

from fluffydesk.ui.screens import day_layout
from fluffydesk.ui.screens.day_hand import Hand
from fluffydesk.ui.screens.day_layout import CLOSES, OPENS, Card, Column, Shade, Spot, card_at
from fluffydesk.ui.screens.day_time import Axis, clock_words
from fluffydesk.ui.screens.frozen_area import FrozenArea
from fluffydesk.ui.screens.reading.calendar import Sheet

AXIS = 72
HEAD, BAND = 52, 28
"""Height of the columns' heads, and of the days' names above them where there are several."""
LEAST_LANE, LEAST_LANE_OF_WEEK = 200, 136
PIXELS = 2.2
"""Height of a minute, px: a visit of 10 minutes shows one line, one of 20 minutes two."""
TOP = 6


class Head(NamedTuple):
    """What stands over a column."""

    title: str
    note: str


class DaySpace(FrozenArea):
    """Knows where everything is; the cursor is a spot, and the visit under it the chosen one."""

    axis: Axis

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Appointments", parent)
        self.sheet: Sheet | None = None
        self.columns: tuple[Column, ...] = ()
        self.heads: tuple[Head, ...] = ()
        self.shades: tuple[tuple[Shade, ...], ...] = ()
        self.cards: tuple[Card, ...] = ()
        self.hand: Hand | None = None
        self.cursor_spot = Spot(0, OPENS)
        self.chosen_id: UUID | None = None
        self._in_lane: list[list[Card]] = []

    def card(self) -> Card | None:
        """Return the card under the cursor; of several, the one chosen before."""
        spot = self.cursor_spot
        here = self._in_lane[spot.lane] if spot.lane < len(self._in_lane) else []
        under = [card for card in here if card.first <= spot.minute < card.last]
        held = next((card for card in under if card.visit.id == self.chosen_id), None)
        return held or card_at(under, spot)

    def opens(self) -> int:
        """Return the minute of the axis at which the earliest of the days begins."""
        return self._hours()[0]

    def closes(self) -> int:
        """Return the minute of the axis at which the last of the days is over."""
        return self._hours()[1]

    def _hours(self) -> tuple[int, int]:
        first, last = self.axis.wall(OPENS), self.axis.wall(CLOSES)
        opening = self.sheet.opening if self.sheet is not None else None
        spans = [(day, one) for day in self.axis.days for one in (opening or {}).get(day, ())]
        if spans:
            first = min(self.axis.of(day, one[0]) for day, one in spans)
            last = max(self.axis.end_of(day, one[1]) for day, one in spans)
        return first, last

    @property
    def head(self) -> int:
        """Height of the frozen heads, px."""
        return HEAD + (BAND if self.sheet is not None and len(self.sheet.days) > 1 else 0)

    def lane_width(self) -> float:
        """Return the width of a column, px."""
        one = self.sheet is None or len(self.sheet.days) == 1
        room = self.viewport().width() - AXIS
        least = LEAST_LANE if one else LEAST_LANE_OF_WEEK
        return max(float(least), room / max(1, len(self.columns)))

    def y_of(self, minute: float) -> float:
        """Return the height of a minute in the viewport, px."""
        return self.head + TOP + minute * PIXELS - self.verticalScrollBar().value()

    def x_of(self, lane: float) -> float:
        """Return the left edge of a column in the viewport, px."""
        return AXIS + lane * self.lane_width() - self.horizontalScrollBar().value()

    def minute_at(self, y: float) -> float:
        """Return the minute of the axis at a height of the viewport."""
        return (y - self.y_of(0)) / PIXELS

    def lane_at(self, x: float) -> int:
        """Return the column at a place of the viewport; the nearest where there is none."""
        lane = int((x - self.x_of(0)) // self.lane_width())
        return max(0, min(lane, len(self.columns) - 1))

    def spot_at(self, point: QPointF) -> Spot | None:
        """Return the spot under a point of the viewport, to the minute; None beside the columns."""
        minute = self.minute_at(point.y())
        over = (
            point.x() >= AXIS
            and point.y() >= self.head
            and point.x() < self.x_of(len(self.columns))
        )
        if not over or not self.columns or not 0 <= minute < self.axis.length:
            return None
        return Spot(self.lane_at(point.x()), int(minute))

    def spot_of(self, moment: datetime, vet_id: UUID | None) -> Spot:
        """Return the spot of a moment, in the column of a vet where there is one."""
        day = moment.astimezone(self.axis.zone).date()
        there = [n for n, column in enumerate(self.columns) if column.day == day]
        own = [n for n in there if self.columns[n].lane.id == vet_id]
        lane = (own or there or [0])[0]
        return Spot(lane, self.axis.of(self.columns[lane].day, moment))

    def box_of(self, card: Card) -> QRectF:
        """Return where a card is drawn in the viewport, without its clearing up."""
        width = (self.lane_width() - 10) / card.of
        top, bottom = self.y_of(card.first), self.y_of(card.last)
        left = self.x_of(card.lane) + 4 + card.share * width
        return QRectF(left, top + 1, width - 2, bottom - top - 2)

    def tail_of(self, card: Card) -> float:
        """Return the height of what a card's clearing up takes, px."""
        return (card.free - card.last) * PIXELS

    def card_under(self, point: QPointF) -> Card | None:
        """Return the card drawn under a point of the viewport."""
        if point.y() < self.head or point.x() < AXIS or not self.columns:
            return None
        here = self._in_lane[self.lane_at(point.x())]
        return next((card for card in here if self.box_of(card).contains(point)), None)

    def hand_card(self) -> Card | None:
        """Return what is in the hand as a card where it is held."""
        hand = self.hand
        if hand is None or not hand.begun or hand.lane >= len(self.columns):
            return None
        zone = self.axis.zone
        times = f"{clock_words(hand.starts, zone)} – {clock_words(hand.ends, zone)}"
        day = self.columns[hand.lane].day
        return day_layout.card_on(
            hand.visit, day, hand.lane, self.axis, hand.starts, hand.ends, times
        )

    def touch(self, box: QRectF | None) -> None:
        """Have a part of the viewport drawn anew."""
        if box is not None:
            self.viewport().update(box.adjusted(-3, -3, 3, 3).toAlignedRect())

    def whole_box(self, card: Card) -> QRectF:
        """Return where a card is drawn, its clearing up included."""
        return self.box_of(card).adjusted(0, 0, 0, self.tail_of(card))

    def cursor_box(self) -> QRectF:
        """Return where the cursor is drawn on a free spot."""
        spot = self.cursor_spot
        left, top = self.x_of(spot.lane) + 4, self.y_of(spot.minute) + 1
        return QRectF(left, top, self.lane_width() - 12, 15 * PIXELS - 2)

    def _box_at_cursor(self) -> QRectF | None:
        if not self.columns:
            return None
        card = self.card()
        return self.cursor_box() if card is None else self.box_of(card)

    def _now_y(self) -> float:
        if self.sheet is None:
            return -1.0
        moment = self.clock()
        today = moment.astimezone(self.sheet.zone).date()
        if today not in self.sheet.days:
            return -1.0
        return self.y_of(self.axis.of(today, moment))

    def fit(self) -> None:
        if self.sheet is not None:
            tall = self.axis.length * PIXELS + self.head + 2 * TOP
            wide = self.lane_width() * len(self.columns) + AXIS
            self.stretch(QSizeF(wide, tall), 40, round(15 * PIXELS))

    def reveal(self, lane: int, first: int, last: int) -> None:
        """Scroll so far that these minutes of a column are seen."""
        top, bottom = self.y_of(first), self.y_of(last)
        box = QRectF(self.x_of(lane), top, self.lane_width(), bottom - top)
        self.scroll_to(box, AXIS, self.head, 8)
