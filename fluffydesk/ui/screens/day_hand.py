"""A booking in the hand: taken up by mouse or keys, over some column and time, not put down yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from fluffydesk.ui.screens.day_check import Check, Taken
from fluffydesk.ui.screens.day_layout import SNAP, Column
from fluffydesk.ui.screens.visits import Visit

MOVES, SIZES, PLACES = "move", "size", "place"
"""It is moved, its end is, or it comes from the pinboard."""
_LEAST = timedelta(minutes=SNAP)


@dataclass
class Hand:
    """A visit on its way: at `[starts, ends)` in a column, its own time untouched until it is put.

    `grip` is how long after its start it is held; `waits` once it is put down, until it is
    `written` and read anew.
    """

    visit: Visit
    kind: str
    lane: int
    starts: datetime
    ends: datetime
    by_mouse: bool = False
    grip: timedelta = timedelta(0)
    begun: bool = False
    waits: bool = False
    written: bool = False
    taken: Taken | None = None
    odd: str = ""
    """What is unusual about the time here."""
    wants: tuple[UUID | None, UUID | None] | None = None
    """The vet and the room it was put down for."""

    @property
    def length(self) -> timedelta:
        return self.ends - self.starts

    def move_to(self, lane: int, starts: datetime) -> None:
        """Hold it over another column and time."""
        length = self.length
        self.lane, self.starts, self.ends = lane, starts, starts + length

    def end_at(self, ends: datetime) -> None:
        """Hold its end at another time; it stays five minutes long at least."""
        self.ends = max(ends, self.starts + _LEAST)

    def who(self, columns: tuple[Column, ...]) -> tuple[UUID | None, UUID | None]:
        """Return the vet and the room it would have here."""
        lane = columns[self.lane].lane
        if lane.kind == "vet":
            return lane.id, self.visit.room_id
        return self.visit.vet_id, lane.id

    def look(self, check: Check, columns: tuple[Column, ...], now: datetime) -> None:
        """Note what stands in the way here, and what is unusual about it."""
        vet_id, room_id = self.who(columns)
        self.taken = check.taken(self.visit, self.starts, self.ends, vet_id, room_id)
        self.odd = ""
        if self.differs(columns):
            self.odd = check.odd(self.visit, self.starts, self.ends, vet_id, now)

    def differs(self, columns: tuple[Column, ...]) -> bool:
        """Whether putting it here would change anything."""
        mine = self.visit.starts, self.visit.ends, (self.visit.vet_id, self.visit.room_id)
        return (self.starts, self.ends, self.who(columns)) != mine
