"""The calendar's sheet as it is held on the screen: columns, cards, cursor and what is spoken."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from fluffydesk.ui.screens import day_layout
from fluffydesk.ui.screens.day_check import Check
from fluffydesk.ui.screens.day_layout import STEP, Card, Column, Spot
from fluffydesk.ui.screens.day_paint import joined
from fluffydesk.ui.screens.day_space import PIXELS, TOP, DaySpace, Head
from fluffydesk.ui.screens.day_time import Axis, clock_words
from fluffydesk.ui.screens.day_words import day_words, visit_words
from fluffydesk.ui.screens.reading.calendar import Sheet
from fluffydesk.ui.screens.visits import Visit

NOW_MS = 15_000
_BEFORE, _BEFORE_NOW = 15, 60
"""Minutes that are shown above the day's beginning or below its end, and above this moment."""
_SOON = 120
"""How many minutes ahead a visit may begin to be gone to: now stays in sight."""


class DayShown(DaySpace):
    """Shows a sheet; what another desk changes takes neither the cursor nor what is in the hand."""

    chosen = Signal(object)
    """The visit under the cursor, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.by = "vet"
        self.marks: dict[UUID, str] = {}
        self.pinned: frozenset[UUID] = frozenset()
        self._now_at = -1.0
        self._now_then: int | None = None
        """Where this moment was on the axis when the day was opened; None on other days."""
        self._begins_at: int | None = None
        """How far it was scrolled then; None once a person has been at work here."""
        self._minute = QTimer(self)
        self._minute.setInterval(NOW_MS)
        self._minute.timeout.connect(self.move_now)
        self._minute.start()

    def show_sheet(
        self, sheet: Sheet, visits: tuple[Visit, ...], by: str, only: UUID | None = None
    ) -> None:
        """Show these visits of the days; the cursor, and what is in the hand, stay."""
        another = self.sheet is None or self.sheet.days != sheet.days
        before = None if another else self._column_under()
        if another:
            self.axis = Axis(sheet.days, sheet.zone)
        self.sheet, self.by = sheet, by
        self.marks = {kind.id: kind.mark for kind in sheet.kinds}
        self.pinned = frozenset(visit.id for visit in sheet.pinned)
        self.check = Check(sheet)
        self.columns = day_layout.columns_of(sheet, by, only)
        self.cards = day_layout.arrange(visits, self.columns, self.axis)
        self._in_lane = [[] for _ in self.columns]
        for card in self.cards:
            self._in_lane[card.lane].append(card)
        self.heads = tuple(self._head(n, column) for n, column in enumerate(self.columns))
        self.shades = tuple(day_layout.shades_of(sheet, one, self.axis) for one in self.columns)
        self._keep_hand(before)
        self.fit()
        if another:
            self._start_spot()
        else:
            self._keep_cursor(before)
        self.viewport().update()

    def visit(self) -> Visit | None:
        """Return the chosen visit."""
        card = self.card()
        return None if card is None else card.visit

    def choose(self, visit_id: UUID) -> bool:
        """Put the cursor on a visit; False if it is not shown."""
        for card in self.cards:
            if card.visit.id == visit_id:
                self.choose_card(card)
                return True
        return False

    def take_found(self) -> None:
        """Take the keys, with the cursor on the first visit shown."""
        if self.cards:
            self.choose_card(min(self.cards, key=lambda card: card.visit.starts))
        self.setFocus()

    def choose_card(self, card: Card) -> None:
        """Put the cursor on a card."""
        self.chosen_id = card.visit.id
        self.move_cursor(Spot(card.lane, card.first))

    def move_cursor(self, spot: Spot) -> None:
        """Put the cursor on a spot, scroll to it and say what is there."""
        self._begins_at = None
        self.touch(self._box_at_cursor())
        self.cursor_spot = spot
        card = self.card()
        self.chosen_id = None if card is None else card.visit.id
        self._reveal_cursor()
        self.touch(self._box_at_cursor())
        self.say(self.words_at(spot))
        self.chosen.emit(None if card is None else card.visit)

    def _reveal_cursor(self) -> None:
        spot, card = self.cursor_spot, self.card()
        first, last = (card.first, card.last) if card else (spot.minute, spot.minute + STEP)
        self.reveal(spot.lane, first, last)

    def words_at(self, spot: Spot) -> str:
        """Return in words what the cursor is on: who, what, when and with whom."""
        card = self.card()
        if card is not None:
            return visit_words(card.visit, card.times, pinned=card.visit.id in self.pinned)
        if self.sheet is None or spot.lane >= len(self.columns):
            return ""
        column = self.columns[spot.lane]
        time = clock_words(self.axis.moment(column.day, spot.minute), self.sheet.zone)
        whys = [one.why for one in self.shades[spot.lane] if one.first <= spot.minute < one.last]
        shade = whys[-1] if whys else ""
        return ", ".join(
            part
            for part in (column.lane.title, day_words(column.day), time, shade or "free")
            if part
        )

    def move_now(self) -> None:
        """Draw the line of this moment where it is now; nothing else is drawn anew."""
        for y in (self._now_at, self._now_y()):
            if y >= 0:
                self.viewport().update(0, round(y) - 6, self.viewport().width(), 12)

    def _head(self, number: int, column: Column) -> Head:
        booked = sum(1 for card in self._in_lane[number] if card.visit.takes_time)
        count = "no visits" if booked == 0 else "1 visit" if booked == 1 else f"{booked} visits"
        assert self.sheet is not None
        shift = day_layout.shift_words(self.sheet, column)
        return Head(column.lane.title, joined(shift, column.lane.note, count))

    def _column_under(self) -> Column | None:
        lane = self.cursor_spot.lane if self.hand is None else self.hand.lane
        return self.columns[lane] if lane < len(self.columns) else None

    def _keep_cursor(self, before: Column | None) -> None:
        held = next((card for card in self.cards if card.visit.id == self.chosen_id), None)
        lane = self._lane_like(before, self.cursor_spot.lane)
        spot = Spot(lane, min(self.cursor_spot.minute, self.axis.length - 5))
        if held is not None:
            same = [card for card in self.cards if card.visit.id == held.visit.id]
            held = next((card for card in same if card.lane == lane), held)
            spot = Spot(held.lane, held.first)
        elif self.hand is None:
            self.chosen_id = None
        if spot != self.cursor_spot or self.words_at(spot) != self.accessibleDescription():
            if self.hand is None:
                self.move_cursor(spot)
            else:
                self.cursor_spot = spot

    def _lane_like(self, before: Column | None, otherwise: int) -> int:
        if before is not None and before in self.columns:
            return self.columns.index(before)
        for number, column in enumerate(self.columns):
            if before is not None and (column.day, column.lane.id) == (before.day, before.lane.id):
                return number
        return max(0, min(otherwise, len(self.columns) - 1))

    def _keep_hand(self, before: Column | None) -> None:
        """What another desk changes does not take a booking out of the hand."""
        hand, sheet = self.hand, self.sheet
        if hand is None or sheet is None:
            return
        fresh = next(
            (one for one in (*sheet.visits, *sheet.pinned) if one.id == hand.visit.id), None
        )
        done = hand.waits and hand.written
        if fresh is None or done or before is None:
            self.let_go()
            return
        hand.visit = fresh
        hand.lane = self._lane_like(before, hand.lane)
        if not hand.waits:
            hand.look(self.check, self.columns, self.clock())
        self.hand_moved()

    def let_go(self) -> None:
        """Hold nothing any more."""
        self.hand = None
        self.viewport().update()

    def hand_moved(self) -> None:
        """What is in the hand is over another place, or that place has changed."""

    def _start_spot(self) -> None:
        """Begin at this moment, or at today's visit that comes soon; else at the first visit."""
        assert self.sheet is not None
        moment = self.clock()
        today = moment.astimezone(self.sheet.zone).date()
        shown_today = today in self.sheet.days
        first = today if shown_today else self.sheet.days[0]
        opens = at = self.opens()
        coming = list(self.cards)
        self._now_then = None
        if shown_today:
            self._now_then = self.axis.of(today, moment)
            at = max(opens, self._now_then // STEP * STEP)
            coming = [
                card
                for card in self.cards
                if self.columns[card.lane].day == today
                and card.visit.ends > moment
                and card.first <= at + _SOON
            ]
        start = min(
            coming,
            key=lambda card: (self.columns[card.lane].day, card.first, card.lane),
            default=None,
        )
        self._scroll_to_day()
        self.chosen_id = None
        if start is not None:
            self.choose_card(start)
        else:
            lane = next((n for n, one in enumerate(self.columns) if one.day == first), 0)
            self.move_cursor(Spot(lane, at))
        self._begins_at = self.verticalScrollBar().value()

    def _scroll_to_day(self) -> None:
        """Show opening hours and visits whole where they fit, else now with an hour before it."""
        first = min([self.opens(), *(card.first for card in self.cards)])
        last = max([self.closes(), *(card.free for card in self.cards)])
        room = int((self.viewport().height() - self.head - 2 * TOP) / PIXELS)
        spare = room - (last - first)
        if spare >= 0:
            top = first - min(_BEFORE_NOW, spare // 2)
        elif self._now_then is None:
            top = first - _BEFORE
        else:
            end = max(last, self._now_then) + _BEFORE
            top = min(self._now_then - _BEFORE_NOW, end - room)
        self.verticalScrollBar().setValue(round(max(0, top) * PIXELS))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A day that nobody has touched yet is shown as if it had been opened at this size."""
        untouched = self.verticalScrollBar().value() == self._begins_at
        super().resizeEvent(event)
        if untouched and self.hand is None and self.sheet is not None:
            self._scroll_to_day()
            self._reveal_cursor()
            self._begins_at = self.verticalScrollBar().value()
