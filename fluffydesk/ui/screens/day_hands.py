"""The calendar with a booking in the hand: taken up, held over a place, put down or let go."""

from __future__ import annotations

from PySide6.QtCore import Signal

from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.ui.screens.day_hand import MOVES, PLACES, SIZES, Hand
from fluffydesk.ui.screens.day_layout import Card, Spot, snapped
from fluffydesk.ui.screens.day_time import clock_words
from fluffydesk.ui.screens.day_view import DayView
from fluffydesk.ui.screens.day_words import day_words
from fluffydesk.ui.screens.visits import Visit

_BEFORE = (AppointmentStatus.SCHEDULED, AppointmentStatus.CONFIRMED)
MAY = {MOVES: _BEFORE, SIZES: (*_BEFORE, AppointmentStatus.IN_PROGRESS)}
"""In which states a visit may be moved, and made longer or shorter."""


class DayHands(DayView):
    """Tells where a person wants a booking; whoever listens writes it and shows it anew."""

    locked = ""
    """Why this person may not move what is booked, where that is so."""

    put = Signal(object)
    """A Hand that is put down: by Enter, or where the mouse let go of it."""
    stays = Signal(object)
    """A Visit that was to be taken up, and cannot be."""
    held = Signal(object)
    """What is in the hand now (a Hand), or None; also each time it is over another place."""

    def take(self, card: Card, kind: str = MOVES, *, by_mouse: bool = False) -> Hand | None:
        """Take a card's visit up; None where it has begun or is over, and stays."""
        visit = card.visit
        if self.locked:
            self.say(self.locked)
            return None
        if visit.status not in MAY[kind]:
            if not by_mouse:
                self.stays.emit(visit)
            return None
        self.hand = Hand(visit, kind, card.lane, visit.starts, visit.ends, by_mouse)
        if not by_mouse:
            self._begin(self.hand)
        return self.hand

    def hold(self, visit: Visit, spot: Spot | None = None, *, by_mouse: bool = False) -> None:
        """Take a visit of the pinboard up, over a spot (the cursor's unless given)."""
        if not self.columns or self.locked:
            return
        spot = spot or self.cursor_spot
        starts = self.axis.moment(self.columns[spot.lane].day, snapped(spot.minute))
        self.hand = Hand(
            visit,
            PLACES,
            spot.lane,
            starts,
            starts + (visit.ends - visit.starts),
            by_mouse,
            begun=True,
        )
        self._moved()

    def snap_back(self) -> None:
        """Let go of what is in the hand: it lies where it was."""
        self.let_go()

    def let_go(self) -> None:
        had, self.hand = self.hand, None
        self.viewport().unsetCursor()
        self.viewport().update()
        if had is not None:
            self.held.emit(None)

    def put_down(self) -> None:
        """Ask for what is in the hand to be where it is held."""
        hand = self.hand
        if hand is None or hand.waits:
            return
        if not hand.differs(self.columns):
            self.snap_back()
            self.say(f"{hand.visit.pet} stays where it was.")
            return
        hand.wants = hand.who(self.columns)
        self.put.emit(hand)

    def _begin(self, hand: Hand) -> None:
        hand.begun = True
        self.viewport().update()
        self._moved()

    def _moved(self) -> None:
        hand = self.hand
        if hand is None:
            return
        before = hand.taken, hand.odd
        hand.look(self.check, self.columns, self.clock())
        self.hand_moved()
        if not hand.by_mouse:
            card = self.hand_card()
            if card is not None:
                self.reveal(card.lane, card.first, card.last)
            self.say(self.hand_words())
        elif (hand.taken, hand.odd) != before:
            self.say(self.hand_words())
        self.held.emit(hand)

    def hand_words(self) -> str:
        """Return in words what is in the hand, where it is held and what stands in the way."""
        hand = self.hand
        if hand is None:
            return ""
        column, zone = self.columns[hand.lane], self.axis.zone
        times = f"{clock_words(hand.starts, zone)} to {clock_words(hand.ends, zone)}"
        place = (
            f"{hand.visit.pet}: {day_words(column.day, 'ddd d MMM')}, {times}, {column.lane.title}."
        )
        against = "" if hand.taken is None else hand.taken.words
        return " ".join(filter(None, (against, hand.odd, place)))
