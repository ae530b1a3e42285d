"""Rooms that two desks gave away at once: blocked ones, full ones, and a pet in two of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from fluffydesk.actions.booked import LONGEST
from fluffydesk.actions.findings.finding import (
    MOST,
    MOST_ENTRIES,
    Entry,
    Finding,
    Teller,
    listed,
    stay_days,
)
from fluffydesk.actions.rules.appointments import BEFORE
from fluffydesk.actions.rules.bookings import ENDED, OVERNIGHT, Block, block_of, span_of_row
from fluffydesk.figures.stays import Span
from fluffydesk.records.booking import Appointment, Booking, Room, RoomAvailability
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.enums.booking import BookingStatus
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import now
from fluffydesk.wording import counted

_BOOK, _STAYS = Appointment.__table__, Booking.__table__
_CALENDAR, _PETS, _ROOMS = RoomAvailability.__table__, Pet.__table__, Room.__table__
_LONG_STAY = timedelta(days=400)
_NAMED = 3
_HERE = (*BEFORE, AppointmentStatus.IN_PROGRESS)


class _Stay(NamedTuple):
    """A stay that is not over, when it takes its place, and who it is of."""

    row: Row[Any]
    span: Span
    pet: str


class _Closed(NamedTuple):
    """An entry of a room's calendar, and what it leaves of the room."""

    row: Row[Any]
    block: Block


def rooms(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield what is booked in a room that is blocked or full, and pets in two places (rule 19).

    Only what is still to come, whatever `since` is: nobody corrects who was where.
    """
    teller, moment = Teller(connection), now()
    stays = list(_stays_from(teller, moment))
    calendar = connection.execute(select(_CALENDAR).where(_CALENDAR.c.ends_at > moment)).all()
    entries = [_Closed(row, block_of(row)) for row in calendar]
    names = {row.id: row for row in connection.execute(select(_ROOMS))}
    for closed in entries[:MOST]:
        if closed.block.places == 0 and closed.row.room_id in names:
            yield from _blocked(teller, names[closed.row.room_id], closed, stays)
    by_room: dict[UUID, list[_Stay]] = defaultdict(list)
    by_pet: dict[UUID, list[_Stay]] = defaultdict(list)
    for stay in stays:
        by_pet[stay.row.pet_id].append(stay)
        if stay.row.room_id is not None:
            by_room[stay.row.room_id].append(stay)
    for room_id, held in by_room.items():
        if room_id in names:
            mine = [one.block for one in entries if one.row.room_id == room_id]
            yield from _crowded(teller, names[room_id], mine, held, moment)
    for held in by_pet.values():
        yield from _in_two_places(teller, held, names)


def _stays_from(teller: Teller, moment: datetime) -> Iterator[_Stay]:
    first = moment.astimezone(teller.zone).date()
    query = (
        select(_STAYS, _PETS.c.name.label("pet"))
        .select_from(_STAYS.outerjoin(_PETS, _PETS.c.id == _STAYS.c.pet_id))
        .where(
            _STAYS.c.start_date >= first - _LONG_STAY,
            _STAYS.c.end_date >= first,
            _STAYS.c.status.not_in((*ENDED, BookingStatus.REQUESTED)),
        )
        .order_by(_STAYS.c.start_date, _STAYS.c.id)
    )
    for row in teller.connection.execute(query).all():
        span = span_of_row(row, teller.zone)
        if span.ends > moment:
            yield _Stay(row, span, row.pet or "a patient")


def _blocked(
    teller: Teller, room: Row[Any], closed: _Closed, stays: list[_Stay]
) -> Iterator[Finding]:
    met = [one for one in stays if one.row.room_id == room.id and one.span.meets(closed.block.span)]
    booked = [(one.pet, _entry_of_stay(teller, one)) for one in met]
    for row in teller.connection.execute(_visits_during(room.id, closed.block.span)).all():
        at = f"{row.scheduled_at.astimezone(teller.zone):%d %B %Y, %H:%M}"
        pet = row.pet or "a patient"
        booked.append((pet, teller.entry(Appointment, row, f"Visit of {pet}, {at}")))
    if not booked:
        return
    starts, ends = (
        f"{one.astimezone(teller.zone):%d %B %Y, %H:%M}"
        for one in (closed.row.starts_at, closed.row.ends_at)
    )
    words = closed.block.words
    yield Finding(
        rule=19,
        on=teller.day(closed.row.starts_at),
        message=f"{room.name} is {words} from {starts} to {ends}, and {_names(booked)} "
        f"{'is' if len(booked) == 1 else 'are'} booked there.",
        advice="Give what is booked another room or another time, or shorten the entry of the "
        "room's calendar.",
        entries=(
            teller.entry(RoomAvailability, closed.row, f"{room.name} {words}, from {starts}"),
            *(entry for _, entry in booked[: MOST_ENTRIES - 1]),
        ),
    )


def _visits_during(room_id: UUID, span: Span) -> Any:
    return (
        select(_BOOK, _PETS.c.name.label("pet"))
        .select_from(_BOOK.outerjoin(_PETS, _PETS.c.id == _BOOK.c.pet_id))
        .where(
            # So written, the index on the time is used and not that on the room.
            func.coalesce(_BOOK.c.room_id, None) == room_id,
            _BOOK.c.scheduled_at > span.starts - LONGEST,
            _BOOK.c.scheduled_at < span.ends,
            func.coalesce(_BOOK.c.free_at, _BOOK.c.ends_at) > span.starts,
            _BOOK.c.status.in_(_HERE),
        )
        .order_by(_BOOK.c.scheduled_at)
        .limit(MOST)
    )


def _crowded(
    teller: Teller, room: Row[Any], blocks: list[Block], stays: list[_Stay], moment: datetime
) -> Iterator[Finding]:
    """Yield the times from which on more are in a room than it has places."""
    told: set[UUID] = set()
    for at in sorted({max(one.span.starts, moment) for one in stays}):
        there = [one for one in stays if one.span.starts <= at < one.span.ends]
        left = [
            one.places
            for one in blocks
            if one.places is not None and one.span.starts <= at < one.span.ends
        ]
        places = min(left, default=room.capacity)
        new = {one.row.id for one in there} - told
        if len(there) <= places or places == 0 or not new:  # that it is blocked is told already
            continue
        told |= new
        named = [(one.pet, _entry_of_stay(teller, one)) for one in there]
        count = counted(places, "place", "places")
        yield Finding(
            rule=19,
            on=teller.day(at),
            message=f"{room.name} has {count}, and on {teller.day(at):%d %B %Y} {len(there)} pets "
            f"are booked there: {_names(named)}.",
            advice="Give one of them another room or other days, or correct the room's places.",
            entries=tuple(entry for _, entry in named[:MOST_ENTRIES]),
        )


def _in_two_places(
    teller: Teller, stays: list[_Stay], names: dict[UUID, Row[Any]]
) -> Iterator[Finding]:
    for one, other in combinations(stays, 2):
        alike = (one.row.kind in OVERNIGHT) == (other.row.kind in OVERNIGHT)
        if not alike or not one.span.meets(other.span):
            continue
        said = []
        for stay in (one, other):
            room = names.get(stay.row.room_id)
            said.append(f"{stay_days(stay.row)}{'' if room is None else f' in {room.name}'}")
        yield Finding(
            rule=19,
            on=other.row.start_date,
            message=f"{one.pet[0].upper()}{one.pet[1:]} has two stays at once: {said[0]}, and "
            f"{said[1]}.",
            advice="Cancel one of them, or give it other days.",
            entries=tuple(_entry_of_stay(teller, stay) for stay in (one, other)),
        )


def _entry_of_stay(teller: Teller, stay: _Stay) -> Entry:
    return teller.entry(Booking, stay.row, f"Stay of {stay.pet}, {stay_days(stay.row)}")


def _names(booked: list[tuple[str, Entry]]) -> str:
    said = [pet for pet, _ in booked[:_NAMED]]
    return listed([*said, f"{len(booked) - _NAMED} more"] if len(booked) > _NAMED else said)
