"""The next times at which a vet, a room and a patient are free, as far as this PC knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from uuid import UUID

from sqlalchemy import Connection, func, or_, select

from fluffydesk.actions.booked import FREE, LONGEST, Slot, slot_of
from fluffydesk.actions.rules.rule import row_of
from fluffydesk.errors import NotFound
from fluffydesk.figures.opening_hours import Week, parse_hours
from fluffydesk.records.booking import Appointment, RoomAvailability
from fluffydesk.records.enums import Role, Status
from fluffydesk.records.enums.booking import RoomAvailabilityKind
from fluffydesk.records.enums.organizations import StaffShiftStatus
from fluffydesk.records.organizations import Organization, StaffShift
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import now
from fluffydesk.records.users import OrganizationUser, Profile

STEP = timedelta(minutes=5)
DAYS = 28
"""How far ahead is looked, and how far around for the hours that are kept."""
_OPENS, _CLOSES = 8 * 60, 18 * 60
_KNOWN_FOR = timedelta(days=365)
_BOOK = Appointment.__table__

Times = tuple[datetime, datetime]


@dataclass(frozen=True)
class _Busy:
    """When others have the vet or the room, until all is cleared up, and when the patient."""

    place: Sequence[Times]
    pet: Sequence[Times]


def free_slots(
    connection: Connection,
    appointment_id: UUID,
    zone: tzinfo,
    count: int = 4,
    *,
    moment: datetime | None = None,
) -> list[Slot]:
    """Return the next free times for an appointment, as long as it is, its own time not among
    them if it is taken.

    They begin at its own time or now (`moment`), whichever is later, as `next_free` finds them.
    NotFound if the appointment is not there.
    """
    row = row_of(connection, Appointment, appointment_id)
    if row is None:
        raise NotFound("This appointment is no longer here.", "Open the list again.")
    after = max(row.scheduled_at, moment or now())
    return next_free(connection, slot_of(row), after, zone, count, but=appointment_id)


def search(
    connection: Connection,
    *,
    veterinarian_id: UUID | None = None,
    room_id: UUID | None = None,
    pet_id: UUID | None = None,
    minutes: int,
    clearing_up: int = 0,
    species: str | None = None,
    after: datetime,
    zone: tzinfo,
    count: int = 5,
) -> list[Slot]:
    """Return the first free times of `minutes` from `after` on, soonest first, vet named.

    Without `veterinarian_id` every vet who works here is asked, and each time is offered with the
    first who is free then. No record says which species a vet sees, so `species` asks those who
    had such a patient in the year before, if anybody had. `clearing_up` minutes stay free behind
    it. See `next_free` for when visits are taken.
    """
    ends = after + timedelta(minutes=minutes)
    free_at = ends + timedelta(minutes=clearing_up) if clearing_up else None
    wanted = Slot(after, ends, veterinarian_id, room_id, pet_id, free_at)
    if veterinarian_id is not None:
        return next_free(connection, wanted, after, zone, count)
    found: dict[datetime, Slot] = {}
    week = _week(connection, after, zone)
    for vet in _vets(connection, species, after) or [None]:
        mine = replace(wanted, veterinarian_id=vet)
        for slot in next_free(connection, mine, after, zone, count, week=week):
            found.setdefault(slot.starts, slot)
    return [found[starts] for starts in sorted(found)][:count]


def next_free(
    connection: Connection,
    wanted: Slot,
    after: datetime,
    zone: tzinfo,
    count: int,
    *,
    but: UUID | None = None,
    week: Week | None = None,
) -> list[Slot]:
    """Return up to `count` free times like `wanted`, in steps of five minutes, for four weeks.

    They lie within the opening hours of the organization, or where nobody wrote them down, within
    the hours and weekdays at which it has visits around then; within the vet's shifts on days
    that have any; outside of the times at which the room is blocked. `zone` is the organization's,
    `week` its opening hours where they are known.
    """
    length = wanted.ends - wanted.starts
    clearing = wanted.until - wanted.ends
    start = _whole(after.astimezone(UTC))
    until = start + timedelta(days=DAYS)
    busy = _busy(connection, wanted, start, until + length, but)
    week = _week(connection, after, zone) if week is None else week
    shifts = _shifts(connection, wanted.veterinarian_id, start, until)
    found: list[Slot] = []
    for opens, closes in _open_times(start, week, zone):
        at = _whole(max(start, opens))
        while at + length <= closes and len(found) < count:
            blocked = _blocked(busy, at, at + length, clearing)
            if blocked is not None:
                at = _whole(blocked)
            elif not _on_shift(shifts, at, at + length, zone):
                at += STEP
            else:
                ends = at + length
                free_at = ends + clearing if clearing else None
                found.append(replace(wanted, starts=at, ends=ends, free_at=free_at))
                at = _whole(ends + clearing)
        if len(found) >= count:
            break
    return found


def _whole(moment: datetime) -> datetime:
    """Return the moment, or the next that is a whole number of steps."""
    past = timedelta(minutes=moment.minute % 5, seconds=moment.second)
    past += timedelta(microseconds=moment.microsecond)
    return moment if not past else moment - past + STEP


def _busy(
    connection: Connection, wanted: Slot, start: datetime, until: datetime, but: UUID | None
) -> _Busy:
    c = _BOOK.c
    taken_until = func.coalesce(c.free_at, c.ends_at)
    around = [
        c.scheduled_at > start - LONGEST,
        c.scheduled_at < until,
        taken_until > start,
        c.status.not_in(FREE),
        *(() if but is None else (c.id != but,)),
    ]
    # Not by the index of the vet or the room, which leads through years of visits.
    places = [
        func.coalesce(column, column) == value
        for column, value in (
            (c.veterinarian_id, wanted.veterinarian_id),
            (c.room_id, wanted.room_id),
        )
        if value is not None
    ]
    place: list[Times] = []
    if places:
        query = select(c.scheduled_at, taken_until).where(or_(*places), *around)
        place = [(starts, ends) for starts, ends in connection.execute(query)]
    pet: list[Times] = []
    if wanted.pet_id is not None:
        mine = select(c.scheduled_at, c.ends_at).where(c.pet_id == wanted.pet_id, *around)
        pet = [(starts, ends) for starts, ends in connection.execute(mine)]
    return _Busy(place + closed_rooms(connection, wanted.room_id, start, until), pet)


def closed_rooms(
    connection: Connection, room: UUID | None, start: datetime, until: datetime
) -> list[Times]:
    """Return when a room cannot be had within some time, by the first."""
    if room is None:
        return []
    c = RoomAvailability.__table__.c
    query = select(c.starts_at, c.ends_at).order_by(c.starts_at)
    query = query.where(
        c.room_id == room,
        c.starts_at < until,
        c.ends_at > start,
        or_(c.kind != RoomAvailabilityKind.AVAILABLE, c.capacity == 0),
    )
    return [(starts, ends) for starts, ends in connection.execute(query)]


def _blocked(busy: _Busy, start: datetime, end: datetime, clearing: timedelta) -> datetime | None:
    """Return when what takes some of this time is over; None where it is free."""
    place = (b for a, b in busy.place if a < end + clearing and b > start)
    pet = (b for a, b in busy.pet if a < end and b > start)
    return max((*place, *pet), default=None)


def _week(connection: Connection, around: datetime, zone: tzinfo) -> Week:
    """Return the organization's opening hours, or else those in which it has visits."""
    query = select(Organization.__table__.c.opening_hours)
    written = parse_hours(connection.execute(query).scalar())
    return _seen(connection, around, zone) if written is None else written


def _seen(connection: Connection, around: datetime, zone: tzinfo) -> Week:
    days = timedelta(days=DAYS)
    query = select(_BOOK.c.scheduled_at, _BOOK.c.ends_at).where(
        _BOOK.c.scheduled_at > around - days,
        _BOOK.c.scheduled_at < around + days,
        _BOOK.c.status.not_in(FREE),
    )
    visits = [
        (starts.astimezone(zone), ends.astimezone(zone))
        for starts, ends in connection.execute(query)
    ]
    # One emergency at night, or on one Sunday, makes no opening hours.
    rare = len(visits) // 20
    first = sorted(_minute(starts) for starts, _ in visits)
    last = sorted(_minute(ends) for starts, ends in visits if ends.date() == starts.date())
    used = Counter(starts.weekday() for starts, _ in visits)
    opens = min(_OPENS, first[rare]) if first else _OPENS
    closes = max(_CLOSES, last[-1 - rare]) if len(last) > rare else _CLOSES
    weekdays = {*range(5), *(day for day, number in used.items() if number > max(1, rare))}
    return dict.fromkeys(sorted(weekdays), ((opens, closes),))


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _open_times(start: datetime, week: Week, zone: tzinfo) -> Iterator[Times]:
    """Yield the times at which visits are taken; those that follow at once, over midnight, as one.

    A day begins before: what is open over midnight may have begun the day before.
    """
    first = start.astimezone(zone).date() - timedelta(days=1)
    open_since: Times | None = None
    for number in range(DAYS + 1):
        day = first + timedelta(days=number)
        for opens, closes in week.get(day.weekday(), ()):
            span = _moment(day, opens, zone), _moment(day, closes, zone)
            if open_since is not None and span[0] <= open_since[1]:
                open_since = open_since[0], max(open_since[1], span[1])
                continue
            if open_since is not None:
                yield open_since
            open_since = span
    if open_since is not None:
        yield open_since


def _moment(day: date, minute: int, zone: tzinfo) -> datetime:
    """Return the moment, in UTC, of a minute of a day by the clock there; 1440 is midnight."""
    over, minute = divmod(minute, 24 * 60)
    there = time(minute // 60, minute % 60)
    return datetime.combine(day + timedelta(days=over), there, zone).astimezone(UTC)


def _shifts(
    connection: Connection, vet: UUID | None, start: datetime, until: datetime
) -> list[Times]:
    if vet is None:
        return []
    c = StaffShift.__table__.c
    query = select(c.starts_at, c.ends_at).where(
        c.user_id == vet,
        c.ends_at > start - timedelta(days=1),
        c.starts_at < until,
        c.status.not_in((StaffShiftStatus.CANCELLED, StaffShiftStatus.MISSED)),
        c.is_on_call.is_(False),
    )
    merged: list[Times] = []
    for starts, ends in connection.execute(query.order_by(c.starts_at)):
        if merged and starts <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], ends)
        else:
            merged.append((starts, ends))
    return merged


def _on_shift(shifts: Iterable[Times], start: datetime, end: datetime, zone: tzinfo) -> bool:
    """Say whether a time lies in a shift, or on a day for which none is planned."""

    def day(moment: datetime) -> date:
        return moment.astimezone(zone).date()

    that_day = [(a, b) for a, b in shifts if day(a) <= day(start) <= day(b)]
    return not that_day or any(a <= start and end <= b for a, b in that_day)


def _vets(connection: Connection, species: str | None, before: datetime) -> list[UUID | None]:
    """Return who may be asked, by name: the vets; those who know a species, if anybody does."""
    members, people = OrganizationUser.__table__.c, Profile.__table__.c
    query = (
        select(members.user_id)
        .join(Profile.__table__, people.id == members.user_id)
        .where(members.status == Status.ACTIVE, members.role == Role.VETERINARIAN)
        .order_by(people.full_name, people.id)
    )
    vets: list[UUID | None] = list(connection.execute(query).scalars())
    if not species:
        return vets
    seen = (
        select(_BOOK.c.veterinarian_id)
        .join(Pet.__table__, Pet.__table__.c.id == _BOOK.c.pet_id)
        .where(
            func.lower(Pet.__table__.c.species) == species.strip().lower(),
            _BOOK.c.scheduled_at > before - _KNOWN_FOR,
            _BOOK.c.scheduled_at < before,
            _BOOK.c.status.not_in(FREE),
        )
        .distinct()
    )
    known = set(connection.execute(seen).scalars())
    return [vet for vet in vets if vet in known] or vets
