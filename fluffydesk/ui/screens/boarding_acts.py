"""What is done to a stay from grid and lists, each with its notice and its way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject

from fluffydesk.actions import stays
from fluffydesk.actions.rules.bookings import OVERNIGHT, offered
from fluffydesk.actions.stay_bill import bill_stay
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.booking import BookingStatus
from fluffydesk.records.types import today
from fluffydesk.sync import resolve
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.boarding_layout import QUARTER
from fluffydesk.ui.screens.reading.stays import Chore, Offer, Stay

_WORDS = {
    BookingStatus.CONFIRMED: "{} is booked.",
    BookingStatus.CHECKED_IN: "{} is checked in.",
    BookingStatus.COMPLETED: "{} has gone home.",
    BookingStatus.CANCELLED: "{}'s stay is cancelled.",
    BookingStatus.NO_SHOW: "{} is marked as a no-show.",
}
VERBS = {
    "in": BookingStatus.CHECKED_IN,
    "out": BookingStatus.COMPLETED,
    "cancel": BookingStatus.CANCELLED,
    "miss": BookingStatus.NO_SHOW,
}


@dataclass(frozen=True)
class _Done:
    """What to say of an act, and the values that undo it."""

    words: str
    stay_id: UUID
    before: Mapping[str, Any]
    warning: str = ""
    """What whoever did it has to see to, though it is done."""


class BoardingActs(QObject):
    """Moves stays, checks them in and out, answers requests, ticks extras off, and tells."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._screen = screen

    def step(self, stay: Stay, status: BookingStatus) -> None:
        """Check in, check out, cancel or miss a stay."""
        before = {name: getattr(stay, name) for name in stays.UNDONE}
        done = _Done(_WORDS[status].format(stay.pet), stay.id, before)
        if status is BookingStatus.CHECKED_IN:
            self._screen.work.act(
                partial(_check_in, stay=stay, done=done), self._tell, self._screen.refuse
            )
        else:
            self._act(done, lambda mirror: stays.set_step(mirror, stay.id, status))

    def confirm(self, stay: Stay) -> None:
        """Confirm a request; one without a room gets the first that has a place."""
        before = {name: getattr(stay, name) for name in ("status", "room_id")}
        done = _Done(_WORDS[BookingStatus.CONFIRMED].format(stay.pet), stay.id, before)
        self._act(done, lambda mirror: _confirm(mirror, stay))

    def decline(self, stay: Stay) -> None:
        """Decline a request: the owner reads why on the platform."""
        before = {name: getattr(stay, name) for name in stays.UNDONE}
        done = _Done(f"{stay.pet}'s request is declined.", stay.id, before)
        reason = "There is no place at that time."
        self._act(
            done,
            lambda mirror: stays.set_step(mirror, stay.id, BookingStatus.CANCELLED, reason),
        )

    def move(
        self,
        stay: Stay,
        room_id: UUID | None,
        first_by: int,
        last_by: int,
        *,
        hourly: bool,
        refused: Callable[[Refusal], object],
    ) -> None:
        """Move the ends of a stay by days or quarters of an hour, and give it a room."""
        columns = {"start_date": stay.first, "end_date": stay.last}
        times = {"drop_off_at": stay.brought, "pick_up_at": stay.fetched}
        before = {"room_id": stay.room_id, **columns, **times}
        done = _Done(_moved_words(stay, first_by, last_by, hourly=hourly), stay.id, before)
        another = None if room_id == stay.room_id else room_id
        if hourly:
            job = partial(
                stays.move_session,
                row_id=stay.id,
                first_by=QUARTER * first_by,
                last_by=QUARTER * last_by,
                room_id=another,
            )
        else:
            job = partial(
                stays.move_stay,
                row_id=stay.id,
                days_first=first_by,
                days_last=last_by,
                room_id=another,
            )
        self._act(done, job, refused)

    def take_offer(self, offer: Offer, room_id: UUID) -> None:
        """Give a stay that central refused another room, and send it again."""
        room = next(one.name for one in offer.rooms if one.room_id == room_id)
        before = {"room_id": offer.stay.room_id}
        done = _Done(
            f"{offer.stay.pet} goes to {room}; central is asked again.", offer.stay.id, before
        )
        self._act(done, lambda mirror: _again(mirror, offer, room_id))

    def bill(self, stay: Stay) -> None:
        """Write the draft of a stay's invoice, or find it, and go there."""
        self._screen.work.act(
            lambda mirror: bill_stay(mirror, stay.id), self._billed, self._screen.refuse
        )

    def _billed(self, result: tuple[UUID, Changes]) -> None:
        self._screen.go.emit(Place("money", result[0]))

    def tick(self, chore: Chore) -> None:
        """Tick an extra off, or take that back."""
        done = chore.done_at is None
        words = f"{chore.what} of {chore.pet} is {'done' if done else 'open again'}."
        self._screen.work.act(
            lambda mirror: (words, stays.tick_extra(mirror, chore.id, done=done), chore.id, done),
            self._ticked,
            self._screen.refuse,
        )

    def _ticked(self, result: tuple[str, Changes, UUID, bool]) -> None:
        words, _, item_id, done = result
        self._screen.tell(words, undo=partial(self._tick_back, item_id, done))

    def _tick_back(self, item_id: UUID, done: bool) -> None:
        self._screen.work.act(
            lambda mirror: stays.tick_extra(mirror, item_id, done=not done),
            None,
            self._screen.refuse,
        )

    def _act(
        self,
        done: _Done,
        job: Callable[[Mirror], Changes],
        refused: Callable[[Refusal], object] | None = None,
    ) -> None:
        self._screen.work.act(
            lambda mirror: (done, job(mirror)), self._tell, refused or self._screen.refuse
        )

    def _tell(self, result: tuple[_Done, Changes]) -> None:
        done, changes = result
        if changes:
            tone = "warning" if done.warning else "good"
            undo = partial(self._put_back, done)
            self._screen.tell(done.words, done.warning, tone=tone, undo=undo)

    def _put_back(self, done: _Done) -> None:
        self._screen.work.act(
            lambda mirror: stays.put_back(mirror, done.stay_id, done.before),
            None,
            self._screen.refuse,
        )


def _moved_words(stay: Stay, first_by: int, last_by: int, *, hourly: bool) -> str:
    if hourly:
        return f"{stay.pet} is moved."
    first = stay.first + timedelta(days=first_by)
    last = stay.last + timedelta(days=last_by)
    return f"{stay.pet} stays from {first.day} {first:%B} to {last.day} {last:%B}."


def _confirm(mirror: Mirror, stay: Stay) -> Changes:
    if stay.room_id is not None or not stay.overnight:
        return stays.set_step(mirror, stay.id, BookingStatus.CONFIRMED)
    rooms = stays.rooms_free_for(mirror, stay.id)
    if not rooms:
        raise InvalidValue("No room has a place at that time.", offered(()))
    values = {"room_id": rooms[0].room_id, "status": BookingStatus.CONFIRMED}
    return stays.change_stay(mirror, stay.id, values)


def _check_in(mirror: Mirror, stay: Stay, done: _Done) -> tuple[_Done, Changes]:
    """Check a stay in, and see whether the pet's vaccinations last it: it comes in all the same."""
    changes = stays.set_step(mirror, stay.id, BookingStatus.CHECKED_IN)
    gaps: list[str] = []
    if stay.kind in OVERNIGHT:
        with mirror.read() as connection:
            gaps = stays.vaccination_gaps(connection, stay.pet_id, stay.last, today())
    return replace(done, warning=" ".join(gaps)), changes


def _again(mirror: Mirror, offer: Offer, room_id: UUID) -> Changes:
    changes = stays.change_stay(mirror, offer.stay.id, {"room_id": room_id})
    return changes | resolve.retry(mirror, offer.refusal_id)
