"""The calendar's days as one frozen sheet: visits, who or what has them, and when it is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, or_, select

from fluffydesk.actions.appointments import FREE
from fluffydesk.figures.opening_hours import parse_hours
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment, Room, RoomAvailability, Service
from fluffydesk.records.enums import Role, Status
from fluffydesk.records.enums.booking import DoubleBooking, RoomAvailabilityKind, RoomKind
from fluffydesk.records.enums.organizations import StaffShiftStatus
from fluffydesk.records.organizations import Organization, StaffShift
from fluffydesk.records.users import OrganizationUser, Profile
from fluffydesk.ui.screens.day_time import week_start
from fluffydesk.ui.screens.visits import WATCHED, Visit, span, visits_by_id, visits_during

SHEET_WATCHED = WATCHED | {"staff_shifts", "room_availability", "organizations"}

Spans = tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True)
class Lane:
    """What a column is of: a vet ("vet"), or a room or table ("room"); `id` None has the rest."""

    kind: str
    id: UUID | None
    title: str
    note: str = ""
    double_booking: DoubleBooking = DoubleBooking.NEVER


@dataclass(frozen=True)
class Kind:
    """A visit type: its name, its colour as the clinic gave it, and its mark of few letters."""

    id: UUID
    name: str
    colour: str
    mark: str
    minutes: int
    buffer: int


@dataclass(frozen=True)
class Sheet:
    """Some days of the calendar; all times are in UTC."""

    days: tuple[date, ...]
    zone: ZoneInfo
    visits: tuple[Visit, ...] = ()
    """All that take time of these days, by time; what began the day before among them."""
    pinned: tuple[Visit, ...] = ()
    vets: tuple[Lane, ...] = ()
    rooms: tuple[Lane, ...] = ()
    opening: Mapping[date, Spans] | None = None
    """When it is open on each day; None where the clinic has not said."""
    shifts: Mapping[UUID, Spans] = field(default_factory=dict)
    """When each vet that has shifts in the week is planned."""
    shut: Mapping[UUID, tuple[tuple[datetime, datetime, str], ...]] = field(default_factory=dict)
    """When a room cannot be had, and why."""
    kinds: tuple[Kind, ...] = ()
    counts: Mapping[date, int] = field(default_factory=dict)
    """How many visits that take time begin on each day of the week that is counted."""


def read_sheet(
    mirror: Mirror, days: Sequence[date], week: date, zone: ZoneInfo, pinned: Sequence[UUID]
) -> Sheet:
    """Read consecutive days, the counts of the week from `week` on, and the pinned visits."""
    starts, ends = span(days[0], zone, len(days))
    first, last = min(days[0], week), max(days[-1], week + timedelta(days=6))
    with mirror.read() as connection:
        found = visits_during(connection, starts, ends)
        rooms = _rooms(connection, found)
        return Sheet(
            tuple(days),
            zone,
            found,
            visits_by_id(connection, pinned) if pinned else (),
            _vets(connection, found),
            rooms,
            _opening(connection, days, zone),
            _shifts(connection, *span(first, zone, (last - first).days + 1)),
            _shut(connection, starts, ends),
            _kinds(connection),
            _counts(connection, week, zone),
        )


def hours_around(
    connection: Connection, moment: datetime, zone: ZoneInfo, vet_id: UUID | None
) -> tuple[Spans | None, Spans]:
    """Return when the clinic is open on the day of a moment, None where it has not said; and
    when a vet is planned in the week of it.
    """
    day = moment.astimezone(zone).date()
    opening = _opening(connection, (day, day + timedelta(days=1)), zone)
    if vet_id is None:
        return flat(opening), ()
    planned = _shifts(connection, *span(week_start(day), zone, 7))
    return flat(opening), planned.get(vet_id, ())


def flat(opening: Mapping[date, Spans] | None) -> Spans | None:
    """Return the hours of some days in one row."""
    return None if opening is None else tuple(one for spans in opening.values() for one in spans)


def marks(names: Sequence[str]) -> list[str]:
    """Return a mark of two or three letters for each name, no two alike."""
    taken: set[str] = set()
    found: list[str] = []
    for name in names:
        letters = [letter for letter in name if letter.isalnum()] or ["?"]
        words = [word for word in name.replace("-", " ").split() if word[:1].isalnum()]
        initials = "".join(word[0] for word in words[:2]).upper()
        wanted = [initials] if len(initials) > 1 else []
        wanted += [(letters[0] + other).upper() for other in letters[1:]]
        wanted += [f"{letters[0].upper()}{number}" for number in range(1, len(names) + 2)]
        mark = next(one for one in wanted if one not in taken)
        taken.add(mark)
        found.append(mark)
    return found


def _counts(connection: Connection, first: date, zone: ZoneInfo) -> Counter[date]:
    book = Appointment.__table__
    starts, ends = span(first, zone, days=7)
    query = select(book.c.scheduled_at).where(
        book.c.scheduled_at >= starts, book.c.scheduled_at < ends, book.c.status.not_in(FREE)
    )
    return Counter(moment.astimezone(zone).date() for moment in connection.execute(query).scalars())


def _vets(connection: Connection, found: tuple[Visit, ...]) -> tuple[Lane, ...]:
    """The clinic's vets by name, then others who have visits, then nobody where it is needed."""
    members, people = OrganizationUser.__table__, Profile.__table__
    query = (
        select(
            people.c.id,
            people.c.full_name,
            people.c.email,
            members.c.title,
            members.c.double_booking,
        )
        .join(members, members.c.user_id == people.c.id)
        .where(
            members.c.status == Status.ACTIVE,
            or_(
                members.c.role == Role.VETERINARIAN,
                people.c.id.in_({visit.vet_id for visit in found if visit.vet_id}),
            ),
        )
        .order_by(people.c.full_name, people.c.email)
    )
    lanes = [
        Lane("vet", row.id, row.full_name or row.email, row.title or "", _policy(row))
        for row in connection.execute(query)
    ]
    known = {lane.id for lane in lanes}
    for visit in found:
        if visit.vet_id is not None and visit.vet_id not in known:
            known.add(visit.vet_id)
            lanes.append(Lane("vet", visit.vet_id, visit.vet or "Former member"))
    if any(visit.vet_id is None for visit in found) or not lanes:
        lanes.append(Lane("vet", None, "No vet yet"))
    return tuple(lanes)


def _rooms(connection: Connection, found: tuple[Visit, ...]) -> tuple[Lane, ...]:
    rooms = Room.__table__
    used = {visit.room_id for visit in found if visit.room_id}
    bookable = rooms.c.kind.not_in((RoomKind.WARD, RoomKind.BOARDING))
    query = (
        select(rooms.c.id, rooms.c.name, rooms.c.double_booking)
        .where(or_(rooms.c.id.in_(used), (rooms.c.status == Status.ACTIVE) & bookable))
        .order_by(rooms.c.name)
    )
    lanes = [
        Lane("room", row.id, row.name, double_booking=_policy(row))
        for row in connection.execute(query)
    ]
    if any(visit.room_id is None for visit in found) or not lanes:
        lanes.append(Lane("room", None, "No room yet"))
    return tuple(lanes)


def _policy(row: Any) -> DoubleBooking:
    return DoubleBooking(row.double_booking or DoubleBooking.NEVER)


def _opening(
    connection: Connection, days: Sequence[date], zone: ZoneInfo
) -> Mapping[date, Spans] | None:
    line = connection.execute(select(Organization.__table__.c.opening_hours)).scalar()
    week = parse_hours(line)
    if week is None:
        return None
    before = days[0] - timedelta(days=1)  # a night that ends in the first of the days
    return {
        day: tuple(
            (_clock(day, first, zone), _clock(day, last, zone))
            for first, last in week.get(day.weekday(), ())
        )
        for day in (before, *days)
    }


def _clock(day: date, minute: int, zone: ZoneInfo) -> datetime:
    on = day + timedelta(days=minute // 1440)
    return datetime.combine(on, time(minute % 1440 // 60, minute % 60), zone).astimezone(UTC)


def _shifts(connection: Connection, starts: datetime, ends: datetime) -> dict[UUID, Spans]:
    table = StaffShift.__table__
    query = (
        select(table.c.user_id, table.c.starts_at, table.c.ends_at)
        .where(
            table.c.ends_at > starts,
            table.c.starts_at < ends,
            table.c.status != StaffShiftStatus.CANCELLED,
        )
        .order_by(table.c.starts_at)
    )
    shifts: dict[UUID, Spans] = {}
    for user, first, last in connection.execute(query):
        shifts[user] = (*shifts.get(user, ()), (first, last))
    return shifts


def _shut(
    connection: Connection, starts: datetime, ends: datetime
) -> dict[UUID, tuple[tuple[datetime, datetime, str], ...]]:
    table = RoomAvailability.__table__
    query = (
        select(table.c.room_id, table.c.starts_at, table.c.ends_at, table.c.kind, table.c.reason)
        .where(
            table.c.ends_at > starts,
            table.c.starts_at < ends,
            table.c.kind != RoomAvailabilityKind.AVAILABLE,
        )
        .order_by(table.c.starts_at)
    )
    shut: dict[UUID, tuple[tuple[datetime, datetime, str], ...]] = {}
    for room, first, last, kind, reason in connection.execute(query):
        why = reason or str(kind).capitalize()
        shut[room] = (*shut.get(room, ()), (first, last, why))
    return shut


def _kinds(connection: Connection) -> tuple[Kind, ...]:
    table = Service.__table__
    query = select(table).where(table.c.status == Status.ACTIVE).order_by(table.c.name, table.c.id)
    rows = connection.execute(query).all()
    return tuple(
        Kind(
            row.id, row.name, row.colour or "", mark, row.duration_minutes, row.buffer_minutes or 0
        )
        for row, mark in zip(rows, marks([row.name for row in rows]), strict=True)
    )
