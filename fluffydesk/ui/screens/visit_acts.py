"""What is done to a visit from several screens, each with its notice and its way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from fluffydesk.actions import appointments, saving
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.day_time import clock_words
from fluffydesk.ui.screens.day_words import day_words
from fluffydesk.ui.screens.visits import Visit

_NEXT = {
    "Booked": "has arrived",
    "Confirmed": "has arrived",
    "Waiting": "is in the room",
    "In room": "is with the vet",
    "With vet": "is to pay",
    "To pay": "is done",
}
_ENDED = {
    AppointmentStatus.CANCELLED: "'s visit is cancelled",
    AppointmentStatus.NO_SHOW: " is marked as a no-show",
}


@dataclass(frozen=True)
class _Done:
    """What to say of an act, and the values that undo it."""

    words: str
    visit_id: UUID
    before: Mapping[str, Any]
    odd: str = ""
    """What is unusual about the time it has now."""


class VisitActs(QObject):
    """Moves visits on, ends them and moves them in time, and tells on the screen."""

    done = Signal(object, object)
    """The id of a visit that was written, and the values it had (a mapping of columns)."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._screen = screen

    def advance(self, visit: Visit) -> None:
        """Move a visit one step on: arrived, in room, with the vet, to pay, done."""
        words = f"{visit.pet} {_NEXT.get(visit.stage, 'moved on')}."
        self._act(words, visit, lambda mirror: appointments.advance(mirror, visit.id))

    def end(self, visit: Visit, status: AppointmentStatus) -> None:
        """Cancel a visit, or mark it as a no-show."""
        words = f"{visit.pet}{_ENDED[status]}."
        self._act(words, visit, lambda mirror: appointments.set_status(mirror, visit.id, status))

    def move(
        self,
        visit: Visit,
        starts: datetime,
        place: Mapping[str, UUID | None],
        refused: Callable[[Refusal], object],
        *,
        ends: datetime | None = None,
        may_overlap: bool = False,
        odd: str = "",
    ) -> None:
        """Give a visit another time and vet or room; `refused` hears why it cannot be.

        It is as long as it was, unless it is to end at `ends`. `may_overlap` answers a time that
        may be shared, but was asked about; `odd` is what is unusual about it, told again with it.
        """
        words = f"{visit.pet} moved to {self._when(visit, starts)}."
        before: dict[str, Any] = {**_times(visit), "may_overlap": visit.may_overlap}
        old = {"veterinarian_id": visit.vet_id, "room_id": visit.room_id}
        before |= {name: old[name] for name in place}
        self._act(
            words,
            visit,
            lambda mirror: (
                appointments.move_appointment(
                    mirror, visit.id, starts=starts, place=place, may_overlap=may_overlap
                )
                if ends is None
                else _change(mirror, visit, starts, ends, place, may_overlap=may_overlap)
            ),
            before,
            refused,
            odd,
        )

    def resize(
        self,
        visit: Visit,
        ends: datetime,
        refused: Callable[[Refusal], object],
        *,
        may_overlap: bool = False,
        odd: str = "",
    ) -> None:
        """Let a visit end at another time; as `move`."""
        words = f"{visit.pet}'s visit ends at {self._when(visit, ends)}."
        self._act(
            words,
            visit,
            lambda mirror: appointments.resize_appointment(
                mirror, visit.id, ends=ends, may_overlap=may_overlap
            ),
            {**_times(visit), "may_overlap": visit.may_overlap},
            refused,
            odd,
        )

    def _when(self, visit: Visit, moment: datetime) -> str:
        """Return the time, with its day where that is another than the visit's."""
        zone = self._screen.work.whose.zone
        time, day = clock_words(moment, zone), moment.astimezone(zone).date()
        same = visit.starts.astimezone(zone).date() == day
        return time if same else f"{day_words(day)}, {time}"

    def _act(
        self,
        words: str,
        visit: Visit,
        job: Callable[[Mirror], Changes],
        before: Mapping[str, Any] | None = None,
        refused: Callable[[Refusal], object] | None = None,
        odd: str = "",
    ) -> None:
        if before is None:
            before = visit.progress
        done = _Done(words, visit.id, before, odd)
        self._screen.work.act(
            lambda mirror: (done, job(mirror)), self._tell, refused or self._screen.refuse
        )

    def _tell(self, result: tuple[_Done, Changes]) -> None:
        done, changes = result
        self.done.emit(done.visit_id, done.before)
        if changes:
            tone = "warning" if done.odd else "good"
            undo = partial(self._put_back, done)
            self._screen.tell(done.words, done.odd, tone=tone, undo=undo)

    def _put_back(self, done: _Done) -> None:
        self._screen.work.act(
            lambda mirror: appointments.put_back(mirror, done.visit_id, done.before),
            None,
            self._screen.refuse,
        )


def _times(visit: Visit) -> dict[str, Any]:
    return {"scheduled_at": visit.starts, "ends_at": visit.ends, "free_at": visit.free_at}


def _change(
    mirror: Mirror,
    visit: Visit,
    starts: datetime,
    ends: datetime,
    place: Mapping[str, UUID | None],
    *,
    may_overlap: bool,
) -> Changes:
    times = {"scheduled_at": starts, "ends_at": ends, "may_overlap": may_overlap}
    with appointments.asking():
        return saving.change(mirror, Appointment, visit.id, {**times, **place})
