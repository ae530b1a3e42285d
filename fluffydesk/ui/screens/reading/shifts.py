"""The shifts of a week as the plan shows them: people by days, with each one's hours."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, select

from fluffydesk.actions.rules.people import name_of, zone_of
from fluffydesk.actions.rules.shifts import FREE
from fluffydesk.records.access import WORKERS
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.organizations import StaffShiftStatus
from fluffydesk.records.organizations import StaffShift
from fluffydesk.records.users import OrganizationUser, Profile
from fluffydesk.ui.screens.reading.tasks import day_bounds

DAYS = 7


@dataclass(frozen=True)
class ShiftCell:
    """One shift; `clashes` where the same person has another at that time, as of two PCs."""

    id: UUID
    starts: datetime
    ends: datetime
    duty: str
    status: StaffShiftStatus
    on_call: bool
    clashes: bool


@dataclass(frozen=True)
class PersonWeek:
    """Somebody's week: the shifts that start on each of seven days, and the hours of work."""

    id: UUID
    name: str
    days: tuple[tuple[ShiftCell, ...], ...]
    hours: Decimal


@dataclass(frozen=True)
class Week:
    """The plan of the week from a Monday on, and the hours of everybody."""

    monday: date
    people: tuple[PersonWeek, ...]
    hours: Decimal
    clashes: int


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week_plan(connection: Connection, monday: date) -> Week:
    """Return the plan of a week: everybody who works here, and whoever has a shift in it.

    A shift stands on the day on which it starts. Hours are without breaks, and without what was
    called off or missed.
    """
    zone = zone_of(connection)
    starts, ends = day_bounds(monday, zone, DAYS)
    c = StaffShift.__table__.c
    query = select(StaffShift.__table__).where(c.starts_at >= starts, c.starts_at < ends)
    mine: dict[UUID, list[ShiftCell]] = defaultdict(list)
    minutes: dict[UUID, int] = defaultdict(int)
    until: dict[UUID, datetime] = {}
    for row in connection.execute(query.order_by(c.starts_at, c.id)):
        free = row.status in FREE
        clashes = not free and row.starts_at < until.get(row.user_id, row.starts_at)
        if not free:
            until[row.user_id] = max(row.ends_at, until.get(row.user_id, row.ends_at))
            length = row.ends_at - row.starts_at
            minutes[row.user_id] += int(length.total_seconds()) // 60 - (row.break_minutes or 0)
        mine[row.user_id].append(
            ShiftCell(
                row.id,
                row.starts_at,
                row.ends_at,
                row.duty or "",
                row.status,
                bool(row.is_on_call),
                clashes,
            )
        )
    names = _staff(connection) | {
        person: name_of(connection, person) for person in mine if person is not None
    }
    people = tuple(
        PersonWeek(
            person,
            name,
            tuple(
                tuple(
                    one
                    for one in mine[person]
                    if one.starts.astimezone(zone).date() == monday + timedelta(days=number)
                )
                for number in range(DAYS)
            ),
            _hours(minutes[person]),
        )
        for person, name in sorted(names.items(), key=lambda item: (item[1].casefold(), item[0]))
    )
    clashes_in_all = sum(one.clashes for shifts in mine.values() for one in shifts)
    return Week(monday, people, _hours(sum(minutes.values())), clashes_in_all)


def _staff(connection: Connection) -> dict[UUID, str]:
    members, people = OrganizationUser.__table__, Profile.__table__
    query = (
        select(people.c.id, people.c.full_name, people.c.email)
        .join(members, members.c.user_id == people.c.id)
        .where(members.c.status == Status.ACTIVE, members.c.role.in_(WORKERS))
    )
    rows = connection.execute(query)
    return {row.id: row.full_name or row.email or "Somebody" for row in rows}


def _hours(minutes: int) -> Decimal:
    return Decimal(minutes) / 60
