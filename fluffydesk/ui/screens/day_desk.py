"""What becomes of a booking in the hand: written, asked about, or back with the reason."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject

from fluffydesk.actions.booked import AskFirst
from fluffydesk.errors import Refusal
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.day_check import Taken
from fluffydesk.ui.screens.day_foot import Foot
from fluffydesk.ui.screens.day_grid import DayGrid
from fluffydesk.ui.screens.day_hand import SIZES, Hand
from fluffydesk.ui.screens.visit_acts import VisitActs
from fluffydesk.ui.screens.visits import Visit

_ASK = "Double-book (Enter)"
_ADVICE = "Choose another time, vet or room; F finds the next free times."


class Desk(QObject):
    """Stands between the calendar's grid and what is written."""

    def __init__(self, screen: Screen, grid: DayGrid, foot: Foot, acts: VisitActs) -> None:
        super().__init__(screen)
        self._screen, self._grid, self._foot, self._acts = screen, grid, foot, acts
        self._asked: tuple[object, ...] = ()
        """Where a person was asked whether it may be double-booked."""
        grid.put.connect(self._put)
        grid.held.connect(self._held)
        grid.stays.connect(self._stays)
        foot.put.connect(grid.put_down)
        foot.back.connect(grid.snap_back)
        acts.done.connect(self._done)

    def _held(self, hand: Hand | None) -> None:
        if hand is None:
            self._asked = ()
            self._foot.show_hand("")
            return
        taken = hand.taken
        tone = "warning" if hand.odd else ""
        if taken is not None:
            tone = "warning" if taken.asks else "danger"
        words = self._grid.hand_words()
        if self._is_asked(hand):
            self._foot.show_hand(f"{words} Double-book it?", tone="warning", yes=_ASK)
        else:
            self._foot.show_hand(words, tone=tone)

    def _stays(self, visit: Visit) -> None:
        words = f"{visit.pet}'s visit is {visit.stage.lower()} and stays where it is."
        self._grid.say(words)
        self._screen.refuse(Refusal(words, "Open it to correct its times."))

    def _put(self, hand: Hand) -> None:
        taken = hand.taken
        if taken is not None and not taken.asks:
            self._refuse(hand, Refusal(taken.words, _ADVICE))
        elif taken is not None and not self._is_asked(hand):
            self._ask(hand)
        else:
            self._write(hand, may_overlap=taken is not None)

    def _write(self, hand: Hand, *, may_overlap: bool) -> None:
        hand.waits = True
        if hand.kind == SIZES or (hand.starts == hand.visit.starts and self._same_place(hand)):
            self._acts.resize(
                hand.visit, hand.ends, self._refused, may_overlap=may_overlap, odd=hand.odd
            )
            return
        lane = self._grid.columns[hand.lane].lane
        place = {"room_id" if lane.kind == "room" else "veterinarian_id": lane.id}
        ends = hand.ends if hand.length != hand.visit.ends - hand.visit.starts else None
        self._acts.move(
            hand.visit,
            hand.starts,
            place,
            self._refused,
            ends=ends,
            may_overlap=may_overlap,
            odd=hand.odd,
        )

    def _same_place(self, hand: Hand) -> bool:
        return hand.wants == (hand.visit.vet_id, hand.visit.room_id)

    def _refused(self, refusal: Refusal) -> None:
        hand = self._grid.hand
        if hand is None:
            self._screen.refuse(refusal)
            return
        hand.waits = False
        if isinstance(refusal, AskFirst):  # another desk took it a moment ago, and it may be shared
            hand.taken = Taken(refusal.message, asks=True)
            self._ask(hand)
        else:
            self._grid.snap_back()
            self._screen.refuse(refusal)

    def _refuse(self, hand: Hand, refusal: Refusal) -> None:
        """A drag goes back where it came from; what the keys hold stays in the hand."""
        if hand.by_mouse:
            self._grid.snap_back()
        self._grid.say(refusal.message)
        self._screen.refuse(refusal)

    def _ask(self, hand: Hand) -> None:
        hand.by_mouse = False
        self._asked = self._where(hand)
        self._held(hand)
        self._grid.say(f"{self._grid.hand_words()} Enter double-books it, Esc takes it back.")

    def _is_asked(self, hand: Hand) -> bool:
        return self._asked == self._where(hand)

    def _done(self, visit_id: UUID, before: object) -> None:
        hand = self._grid.hand
        if hand is not None and hand.visit.id == visit_id:
            hand.written = True

    @staticmethod
    def _where(hand: Hand) -> tuple[object, ...]:
        return hand.visit.id, hand.lane, hand.starts, hand.ends
