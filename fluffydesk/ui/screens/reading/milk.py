"""Milk as the screens show it: the sheet of one milking, the farm's days, one cow's lactation."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from fluffydesk.actions.conventions import Conventions, conventions
from fluffydesk.figures.milk import Range, usual_range
from fluffydesk.records.enums import Sex, Status
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import Livestock, LivestockBatch

_ANIMALS = Livestock.__table__.c
_MILK = MilkProductionLog.__table__.c
LONG_IN_MILK_DAYS = 305
"""The standard lactation (ICAR): a cow beyond it is a candidate for drying off."""
LOST_TRACK_DAYS = 730
"""A lactation that never ended in two years was forgotten, or imported without its end."""
LOOK_BACK_DAYS = 7


@dataclass(frozen=True)
class Group:
    """A group with cows in milk; `id` None stands for all groups."""

    id: UUID | None
    name: str
    cows: int


@dataclass(frozen=True)
class Cow:
    """One row of the milking grid: her last values of this session, oldest first, in kg."""

    id: UUID
    tag: str
    name: str
    days_in_milk: int | None
    last: tuple[Decimal, ...]
    usual: Range | None
    entered: Decimal | None


@dataclass(frozen=True)
class MilkDay:
    """What the farm milked on one day, in kg, and from how many cows."""

    on: date
    kg: Decimal
    cows: int


@dataclass(frozen=True)
class LongInMilk:
    """A cow that has been in milk for at least 305 days."""

    id: UUID
    tag: str
    name: str
    days: int


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts `7` before `12` and `A7` before `A12`."""
    parts = re.findall(r"\d+|\D+", text)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def in_milk(on: date) -> ColumnElement[bool]:
    """Return the condition that an animal was on the farm and in lactation on a day (rule 9).

    A lactation older than two years is not believed.
    """
    return and_(
        _ANIMALS.sex.not_in([Sex.MALE, Sex.NEUTERED_MALE]),
        or_(_ANIMALS.status == LivestockStatus.ACTIVE, _ANIMALS.left_on >= on),
        _ANIMALS.calved_on.between(on - timedelta(days=LOST_TRACK_DAYS), on),
        or_(
            _ANIMALS.dried_off_on.is_(None),
            _ANIMALS.dried_off_on < _ANIMALS.calved_on,
            _ANIMALS.dried_off_on > on,
        ),
    )


def milking_groups(connection: Connection, on: date) -> list[Group]:
    """Return the groups with cows in milk that day, by name, after one that stands for all."""
    batches = LivestockBatch.__table__
    rows = connection.execute(
        select(batches.c.id, batches.c.name, func.count(_ANIMALS.id))
        .join(Livestock.__table__, _ANIMALS.batch_id == batches.c.id)
        .where(in_milk(on), batches.c.status == Status.ACTIVE)
        .group_by(batches.c.id, batches.c.name)
        .order_by(batches.c.name)
    ).all()
    everyone = connection.execute(select(func.count(_ANIMALS.id)).where(in_milk(on))).scalar_one()
    return [Group(None, "All groups", everyone), *(Group(*row) for row in rows)]


def milking_sheet(
    connection: Connection, group: UUID | None, on: date, session: MilkingSession
) -> list[Cow]:
    """Return one row for each cow of a group in milk that day, by tag."""
    chosen = in_milk(on) if group is None else and_(in_milk(on), _ANIMALS.batch_id == group)
    animals = connection.execute(
        select(_ANIMALS.id, _ANIMALS.tag_number, _ANIMALS.name, _ANIMALS.calved_on).where(chosen)
    ).all()
    values: dict[UUID, list[tuple[date, Decimal]]] = defaultdict(list)
    for animal, day, kg in connection.execute(
        select(_MILK.animal_id, _MILK.milked_on, _MILK.yield_kg)
        .where(
            _MILK.session == session,
            _MILK.milked_on.between(on - timedelta(days=LOOK_BACK_DAYS), on),
        )
        .order_by(_MILK.milked_on)
    ):
        values[animal].append((day, kg))
    ways = conventions(connection)
    cows = [_cow(row, values[row.id], on, ways) for row in animals]
    return sorted(cows, key=lambda cow: natural(cow.tag))


def _cow(row: Any, values: list[tuple[date, Decimal]], on: date, ways: Conventions) -> Cow:
    last = tuple(kg for day, kg in values if day < on)
    entered = next((kg for day, kg in values if day == on), None)
    days = ways.days_in_milk(row.calved_on, on)
    return Cow(row.id, row.tag_number, row.name or "", days, last, usual_range(last), entered)


def milk_by_day(connection: Connection, first: date, last: date) -> list[MilkDay]:
    """Return each day with milk, in order. A whole-day value stands for that cow's sessions."""
    whole = _MILK.session == MilkingSession.WHOLE_DAY
    per_cow = (
        select(
            _MILK.milked_on.label("on"),
            func.coalesce(func.sum(case((whole, _MILK.yield_kg))), func.sum(_MILK.yield_kg)).label(
                "kg"
            ),
        )
        .where(_MILK.milked_on.between(first, last))
        .group_by(_MILK.milked_on, _MILK.animal_id)
        .subquery()
    )
    rows = connection.execute(
        select(per_cow.c.on, func.sum(per_cow.c.kg), func.count())
        .group_by(per_cow.c.on)
        .order_by(per_cow.c.on)
    )
    return [MilkDay(*row) for row in rows]


def kg_by_day(connection: Connection, first: date, last: date) -> dict[date, Decimal]:
    """Return the kg of each day with milk, in order, as `milk_by_day` counts them.

    Twice as quick, for a curve of a year: only where some cows have both a whole-day value and
    sessions on one day are the days summed cow by cow.
    """
    whole = func.sum(case((_MILK.session == MilkingSession.WHOLE_DAY, 1), else_=0))
    rows = connection.execute(
        select(_MILK.milked_on, func.sum(_MILK.yield_kg), whole, func.count())
        .where(_MILK.milked_on.between(first, last))
        .group_by(_MILK.milked_on)
        .order_by(_MILK.milked_on)
    ).all()
    found = {on: kg for on, kg, _, _ in rows}
    mixed = [on for on, _, some, count in rows if 0 < some < count]
    if mixed:
        found |= {day.on: day.kg for day in milk_by_day(connection, mixed[0], mixed[-1])}
    return found


def milk_of_animal(connection: Connection, animal: UUID, since: date) -> list[tuple[date, Decimal]]:
    """Return one animal's kg for each day from `since`, in order."""
    whole = _MILK.session == MilkingSession.WHOLE_DAY
    kg = func.coalesce(func.sum(case((whole, _MILK.yield_kg))), func.sum(_MILK.yield_kg))
    rows = connection.execute(
        select(_MILK.milked_on, kg)
        .where(_MILK.animal_id == animal, _MILK.milked_on >= since)
        .group_by(_MILK.milked_on)
        .order_by(_MILK.milked_on)
    )
    return [(row[0], row[1]) for row in rows]


def long_in_milk(connection: Connection, on: date) -> list[LongInMilk]:
    """Return the cows at least 305 days in milk, longest first."""
    rows = connection.execute(
        select(_ANIMALS.id, _ANIMALS.tag_number, _ANIMALS.name, _ANIMALS.calved_on)
        .where(in_milk(on), _ANIMALS.calved_on <= on - timedelta(days=LONG_IN_MILK_DAYS))
        .order_by(_ANIMALS.calved_on)
    )
    return [
        LongInMilk(row.id, row.tag_number, row.name or "", (on - row.calved_on).days)
        for row in rows
    ]
