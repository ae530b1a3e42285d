"""The calendar's day as it is drawn: a column for each vet or room, hours frozen at the left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from fluffydesk.records.types import now
from fluffydesk.ui.look import theme
from fluffydesk.ui.screens import day_paint
from fluffydesk.ui.screens.day_layout import (
    CLOSES,
    OPENS,
    Card,
    Spot,
    arrange,
    card_at,
    hours,
)
from fluffydesk.ui.screens.visits import Day, Lane, Visit, minute_of

AXIS = 64
HEADER = 56
LEAST_LANE = 200
PIXELS = 2.2
"""Height of a minute, px: a visit of 10 minutes shows one line, one of 20 minutes two."""


@dataclass
class Drag:
    """A card on its way: held `grip` minutes below its top, now at `at`."""

    card: Card
    grip: float
    at: Spot
    begun: bool = False
    dropped: bool = False


class DayView(QAbstractScrollArea):
    """Shows a Day. The cursor is a spot; the visit under it, if any, is the chosen one."""

    chosen = Signal(object)
    """The visit under the cursor, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("day-grid")
        self.setAccessibleName("Appointments of the day")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        self.day: Day | None = None
        self.lanes: tuple[Lane, ...] = ()
        self.cards: tuple[Card, ...] = ()
        self.cursor_spot = Spot(0, OPENS + 2 * 60)
        self.clock: Callable[[], datetime] = now
        self.first, self.last = OPENS, CLOSES
        self.drag: Drag | None = None
        self.by_room = False
        self.chosen_id: UUID | None = None
        theme.notifier().changed.connect(self.viewport().update)
        self._minute = QTimer(self)
        self._minute.setInterval(30_000)
        self._minute.timeout.connect(self.viewport().update)
        self._minute.start()

    # What is shown

    def show_day(self, day: Day, visits: tuple[Visit, ...], *, by_room: bool) -> None:
        """Show these visits of the day by vet or by room; the cursor stays with its visit."""
        another = self.day is None or self.day.day != day.day
        self.day, self.by_room = day, by_room
        self.lanes = day.rooms if by_room else day.vets
        self.first, self.last = hours(visits, day.day, day.zone)
        self.cards = arrange(visits, self.lanes, self.lane_of, day.day, day.zone)
        self.drag = None
        self._fit()
        if another:
            self._start_spot()
        else:
            kept = next((card for card in self.cards if card.visit.id == self.chosen_id), None)
            lane = min(self.cursor_spot.lane, len(self.lanes) - 1)
            spot = Spot(max(lane, 0), self.cursor_spot.minute)
            self.move_cursor(spot if kept is None else Spot(kept.lane, kept.first))
        self.viewport().update()

    def lane_of(self, visit: Visit) -> UUID | None:
        """Return whose lane a visit is in."""
        return visit.room_id if self.by_room else visit.vet_id

    def visit(self) -> Visit | None:
        """Return the chosen visit."""
        card = self.card()
        return None if card is None else card.visit

    def choose(self, visit_id: UUID) -> bool:
        """Put the cursor on a visit; False if it is not shown."""
        for card in self.cards:
            if card.visit.id == visit_id:
                self.chosen_id = visit_id
                self.move_cursor(Spot(card.lane, card.first))
                return True
        return False

    def move_cursor(self, spot: Spot) -> None:
        """Put the cursor on a spot, scroll to it and say what is there."""
        self.cursor_spot = spot
        card = self.card()
        self.chosen_id = None if card is None else card.visit.id
        self._reveal()
        self.setAccessibleDescription(self.words_at(spot))
        self.chosen.emit(None if card is None else card.visit)
        self.viewport().update()

    def words_at(self, spot: Spot) -> str:
        """Return in words what the cursor is on."""
        lane = self.lanes[spot.lane].title if spot.lane < len(self.lanes) else ""
        time = f"{spot.minute // 60:02}:{spot.minute % 60:02}"
        card = self.card()
        if card is None:
            return f"{lane}, {time}, free"
        visit = card.visit
        parts = (lane, time, visit.pet, visit.service, visit.stage, day_paint.mark_of(visit))
        return ", ".join(part for part in parts if part)

    def card(self) -> Card | None:
        """Return the card under the cursor; of several, the one chosen before."""
        under = [
            card
            for card in self.cards
            if card.lane == self.cursor_spot.lane
            and card.first <= self.cursor_spot.minute < card.last
        ]
        held = next((card for card in under if card.visit.id == self.chosen_id), None)
        return held or card_at(self.cards, self.cursor_spot)

    def _start_spot(self) -> None:
        """Begin at this moment's next visit today, else at the day's first visit."""
        assert self.day is not None
        minute = minute_of(self.clock(), self.day.day, self.day.zone)
        is_today = self.clock().astimezone(self.day.zone).date() == self.day.day
        coming = [card for card in self.cards if not is_today or card.last > minute]
        start = min(coming, key=lambda card: (card.first, card.lane), default=None)
        self.chosen_id = None
        if start is not None:
            self.chosen_id = start.visit.id
        self.move_cursor(Spot(start.lane, start.first) if start else Spot(0, OPENS + 120))
        top = (minute if is_today else self.cursor_spot.minute) - self.first - 45
        self.verticalScrollBar().setValue(round(top * PIXELS))

    # Geometry

    def lane_width(self) -> float:
        """Return the width of a column, px."""
        room = self.viewport().width() - AXIS
        return max(float(LEAST_LANE), room / max(1, len(self.lanes)))

    def y_of(self, minute: float) -> float:
        """Return the height of a minute in the viewport, px."""
        return HEADER + (minute - self.first) * PIXELS - self.verticalScrollBar().value() + 6

    def x_of(self, lane: float) -> float:
        """Return the left edge of a lane in the viewport, px."""
        return AXIS + lane * self.lane_width() - self.horizontalScrollBar().value()

    def spot_at(self, point: QPointF) -> Spot | None:
        """Return the spot under a point of the viewport, to the minute; None beside the lanes."""
        lane = int((point.x() - self.x_of(0)) // self.lane_width())
        minute = (point.y() - self.y_of(self.first)) / PIXELS + self.first
        if not 0 <= lane < len(self.lanes) or point.x() < AXIS or point.y() < HEADER:
            return None
        if not self.first <= minute < self.last:
            return None
        return Spot(lane, int(minute))

    def box_of(self, card: Card) -> QRectF:
        """Return where a card is drawn in the viewport."""
        width = (self.lane_width() - 10) / card.of
        top, bottom = self.y_of(card.first), self.y_of(card.last)
        left = self.x_of(card.lane) + 4 + card.share * width
        return QRectF(left, top + 1, width - 2, bottom - top - 2)

    def card_under(self, point: QPointF) -> Card | None:
        """Return the card drawn under a point of the viewport."""
        if point.y() < HEADER or point.x() < AXIS:
            return None
        return next((card for card in self.cards if self.box_of(card).contains(point)), None)

    def _fit(self) -> None:
        view = self.viewport()
        tall = (self.last - self.first) * PIXELS + HEADER + 12
        wide = self.lane_width() * len(self.lanes) + AXIS
        vertical, horizontal = self.verticalScrollBar(), self.horizontalScrollBar()
        vertical.setRange(0, max(0, round(tall - view.height())))
        vertical.setPageStep(view.height())
        vertical.setSingleStep(round(15 * PIXELS))
        horizontal.setRange(0, max(0, round(wide - view.width())))
        horizontal.setPageStep(view.width())
        horizontal.setSingleStep(40)

    def _reveal(self) -> None:
        card = self.card()
        first, last = (
            (self.cursor_spot.minute, self.cursor_spot.minute + 15)
            if card is None
            else (card.first, card.last)
        )
        vertical, horizontal = self.verticalScrollBar(), self.horizontalScrollBar()
        if self.y_of(first) < HEADER + 8:
            vertical.setValue(vertical.value() - round(HEADER + 8 - self.y_of(first)))
        elif self.y_of(last) > self.viewport().height() - 8:
            over = self.y_of(last) - self.viewport().height() + 8
            vertical.setValue(vertical.value() + round(over))
        left = self.x_of(self.cursor_spot.lane)
        if left < AXIS:
            horizontal.setValue(horizontal.value() - round(AXIS - left))
        elif left + self.lane_width() > self.viewport().width():
            over = left + self.lane_width() - self.viewport().width()
            horizontal.setValue(horizontal.value() + round(over))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        view = QRectF(self.viewport().rect())
        painter.fillRect(view, theme.colour("raised"))
        if self.day is None:
            return
        painter.save()
        painter.setClipRect(view.adjusted(AXIS, HEADER, 0, 0))
        lanes_right = self.x_of(len(self.lanes))
        field = QRectF(AXIS, self.y_of(self.first), lanes_right - AXIS, 0)
        day_paint.paint_hours(painter, field, self.first, self.last, PIXELS, labels=False)
        painter.setPen(QPen(theme.colour("line"), 1))
        for index in range(1, len(self.lanes)):
            painter.drawLine(
                QPointF(self.x_of(index), HEADER), QPointF(self.x_of(index), view.bottom())
            )
        self._paint_cursor(painter)
        self._paint_moment(painter)
        self._paint_cards(painter)
        painter.restore()
        self._paint_frozen(painter, view)

    def _paint_cards(self, painter: QPainter) -> None:
        current = self.card()
        for card in self.cards:
            if self.drag is not None and self.drag.begun and self.drag.card is card:
                continue
            day_paint.paint_card(
                painter, self.box_of(card), card, self._times(card), selected=card is current
            )
        if self.drag is not None and self.drag.begun:
            length = self.drag.card.last - self.drag.card.first
            at = self.drag.at
            held = replace(
                self.drag.card,
                lane=at.lane,
                first=at.minute,
                last=at.minute + length,
                share=0,
                of=1,
            )
            painter.setOpacity(0.9)
            day_paint.paint_card(
                painter,
                self.box_of(held),
                held,
                self._times(held),
                selected=True,
                clash=self._overlaps(held),
            )
            painter.setOpacity(1.0)

    def _overlaps(self, held: Card) -> bool:
        """Whether a held card lies over another one that takes the same vet's or room's time."""
        return self.lanes[held.lane].id is not None and any(
            card.lane == held.lane
            and card.visit.id != held.visit.id
            and card.visit.takes_time
            and card.first < held.last
            and held.first < card.last
            for card in self.cards
        )

    def _paint_cursor(self, painter: QPainter) -> None:
        if self.card() is not None or not self.lanes:
            return
        spot = self.cursor_spot
        box = QRectF(
            self.x_of(spot.lane) + 4,
            self.y_of(spot.minute) + 1,
            self.lane_width() - 12,
            15 * PIXELS - 2,
        )
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.setBrush(theme.colour("accent_soft"))
        else:
            painter.setPen(QPen(theme.colour("edge"), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 4, 4)

    def _paint_moment(self, painter: QPainter) -> None:
        assert self.day is not None
        moment = self.clock()
        if moment.astimezone(self.day.zone).date() != self.day.day:
            return
        minute = minute_of(moment, self.day.day, self.day.zone)
        if self.first <= minute <= self.last:
            right = self.x_of(len(self.lanes))
            day_paint.paint_now(painter, AXIS + 2, right, self.y_of(minute))

    def _paint_frozen(self, painter: QPainter, view: QRectF) -> None:
        painter.save()
        painter.setClipRect(QRectF(0, HEADER, AXIS, view.height() - HEADER))
        painter.fillRect(QRectF(0, HEADER, AXIS, view.height()), theme.colour("raised"))
        axis = QRectF(0, self.y_of(self.first) - 8, AXIS, 0)
        day_paint.paint_hours(painter, axis, self.first, self.last, PIXELS, labels=True)
        painter.restore()
        painter.fillRect(QRectF(0, 0, view.width(), HEADER), theme.colour("raised"))
        painter.save()
        painter.setClipRect(QRectF(AXIS, 0, view.width() - AXIS, HEADER))
        for index, lane in enumerate(self.lanes):
            booked = sum(1 for card in self.cards if card.lane == index)
            box = QRectF(self.x_of(index), 0, self.lane_width(), HEADER)
            day_paint.paint_header(painter, box, lane, booked)
        painter.restore()
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(QPointF(0, HEADER), QPointF(view.width(), HEADER))
        painter.drawLine(QPointF(AXIS, 0), QPointF(AXIS, view.height()))

    @staticmethod
    def _times(card: Card) -> str:
        return (
            f"{card.first // 60:02}:{card.first % 60:02} – {card.last // 60:02}:{card.last % 60:02}"
        )
