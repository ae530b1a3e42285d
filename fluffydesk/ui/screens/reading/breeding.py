"""Breeding as the screens show it: worklists of the day, services, births, sires and hatches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, select

from fluffydesk.figures.breeding import (
    check_from,
    conception_percent,
    dry_days,
    open_days,
    repeat_days,
)
from fluffydesk.figures.dates import dry_off_date, due_date
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.breeding import BreedingOutcome, PregnancyResult
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import LambingRecord
from fluffydesk.records.livestock import Livestock, LivestockBatch, LivestockSpecies
from fluffydesk.records.reference import SpeciesReference
from fluffydesk.ui.screens.reading.animals import called

_FEMALES = Livestock.__table__.alias("females")
_MALES = Livestock.__table__.alias("males")
_SERVICES = BreedingRecord.__table__.c
_BIRTHS = LambingRecord.__table__.c
_SPECIES = LivestockSpecies.__table__.c
_KNOWN = SpeciesReference.__table__.c
_GROUPS = LivestockBatch.__table__.c

DUE_DAYS = 21
"""How far ahead a birth is on the list."""
DRY_OFF_DAYS = 14
"""How far ahead drying off is on the list."""
MOST = 5000
"""How many services are listed at most, the newest."""
LATE_DAYS = 40
"""For how long after her day a female that bore nothing stays on the list."""
_LONGEST_DAYS = 470
_SIRE_DAYS = 730
_NAMES = UUID("5e0a7b64-6d0a-5a0e-9f0e-6a1c5be9c0df")


class Todo(StrEnum):
    """What is to be done with a female."""

    DUE = "due"
    WATCH = "watch"
    CHECK = "check"
    DRY_OFF = "dry_off"
    OPEN = "open"


@dataclass(frozen=True)
class Task:
    """One female on a worklist; `on` is the day it is about, `days` how many until then."""

    id: UUID
    """The female's."""
    todo: Todo
    name: str
    group: str
    species: str
    on: date
    days: int
    served_on: date | None
    sire: str


@dataclass(frozen=True)
class Worklists:
    """Who is to be seen to on a day, the most urgent first in each list."""

    due: tuple[Task, ...] = ()
    watch: tuple[Task, ...] = ()
    check: tuple[Task, ...] = ()
    dry_off: tuple[Task, ...] = ()
    open: tuple[Task, ...] = ()

    def all(self) -> list[Task]:
        """Return every task, list after list."""
        return [*self.due, *self.watch, *self.check, *self.dry_off, *self.open]


@dataclass(frozen=True)
class ServiceRow:
    """A service or a heat."""

    id: UUID
    female_id: UUID
    female: str
    on: date
    heat: bool
    method: str
    sire: str
    checked_on: date | None
    found: PregnancyResult | None
    due_on: date | None
    outcome: BreedingOutcome


@dataclass(frozen=True)
class SireRow:
    """A male or a straw's name and what his services of the last two years came to.

    `percent` is conceived for 100 services whose end is known.
    """

    id: UUID
    name: str
    services: int
    awaited: int
    conceived: int
    percent: Decimal | None
    births: int
    born: int
    alive: int


def worklists(connection: Connection, on: date) -> Worklists:
    """Return the worklists of a day: due, to watch, to check, to dry off, open too long.

    Due are those within 21 days and those overdue; to watch those whose next heat is due that day
    or the day beside it; to check those that nobody checked though it would tell; to dry off those
    within 14 days of it, 60 days before they are due; open too long by the species' limit.
    """
    lists: dict[Todo, list[Task]] = {todo: [] for todo in Todo}
    served = _latest_open(connection, on)
    for row in served.values():
        for todo, day in _todos(row, on):
            lists[todo].append(_task(row, todo, day, on))
    for row in _calved(connection, on):
        limit = open_days(row.code)
        if limit is None or row.female in served or (on - row.calved_on).days < limit:
            continue
        day = row.calved_on + timedelta(days=limit)
        lists[Todo.OPEN].append(_task(row, Todo.OPEN, day, on))
    ordered = {
        todo: tuple(sorted(one, key=lambda t: (t.on, t.name))) for todo, one in lists.items()
    }
    return Worklists(
        ordered[Todo.DUE],
        ordered[Todo.WATCH],
        ordered[Todo.CHECK],
        ordered[Todo.DRY_OFF],
        ordered[Todo.OPEN],
    )


def services(connection: Connection, on: date, days: int = 365) -> list[ServiceRow]:
    """Return the services and heats of the last days, newest first, at most 5,000."""
    since = on - timedelta(days=days)
    rows = connection.execute(
        _served()
        .where((_SERVICES.served_on >= since) | _SERVICES.served_on.is_(None))
        .order_by(_SERVICES.served_on.desc())
        .limit(MOST)
    )
    found = []
    for row in rows:
        heat = row.served_on is None
        day = row.heat_observed_at.date() if heat else row.served_on
        if day < since:
            continue
        found.append(
            ServiceRow(
                row.id,
                row.female,
                called(row.tag_number, row.name),
                day,
                heat,
                "" if heat else str(row.method),
                _sire(row),
                row.checked_on,
                row.check_result,
                row.due_on,
                row.outcome,
            )
        )
    return sorted(found, key=lambda one: (one.on, one.female), reverse=True)


def sires(connection: Connection, on: date) -> list[SireRow]:
    """Return every sire of the last two years with what came of his services, most used first."""
    since = on - timedelta(days=_SIRE_DAYS)
    rows: dict[UUID, list[Any]] = {}
    for row in connection.execute(
        select(
            _SERVICES.female_id.label("female"),
            _SERVICES.male_id,
            _SERVICES.sire_name,
            _SERVICES.outcome,
            _SERVICES.ended_on,
            _MALES.c.tag_number.label("male_tag"),
            _MALES.c.name.label("male_name"),
        )
        .outerjoin(_MALES, _MALES.c.id == _SERVICES.male_id)
        .where(_SERVICES.served_on >= since)
    ):
        key = row.male_id or (uuid5(_NAMES, row.sire_name) if row.sire_name else None)
        if key is not None:
            rows.setdefault(key, []).append(row)
    born = _born_of(connection, since)
    found = [
        _sire_row(key, served, [born[one] for row in served if (one := _birth_key(row)) in born])
        for key, served in rows.items()
    ]
    return sorted(found, key=lambda one: (-one.services, one.name))


def _sire_row(key: UUID, served: list[Row[Any]], births: list[Row[Any]]) -> SireRow:
    conceived = [
        row for row in served if row.outcome in (BreedingOutcome.PREGNANT, BreedingOutcome.BORN)
    ]
    lost = [row for row in served if row.outcome is BreedingOutcome.LOST]
    awaited = [row for row in served if row.outcome is BreedingOutcome.AWAITED]
    held = len(conceived) + len(lost)
    return SireRow(
        key,
        _sire(served[0]),
        len(served),
        len(awaited),
        held,
        conception_percent(held, len(served) - len(awaited)),
        len(births),
        sum(one.born_alive + one.stillborn for one in births),
        sum(one.born_alive for one in births),
    )


def _born_of(connection: Connection, since: date) -> dict[tuple[UUID, date], Row[Any]]:
    rows: Any = connection.execute(
        select(_BIRTHS.dam_id, _BIRTHS.lambed_on, _BIRTHS.born_alive, _BIRTHS.stillborn).where(
            _BIRTHS.lambed_on >= since
        )
    )
    return {(row.dam_id, row.lambed_on): row for row in rows}


def _birth_key(row: Row[Any]) -> tuple[UUID, date | None]:
    return row.female, row.ended_on if row.outcome is BreedingOutcome.BORN else None


def _latest_open(connection: Connection, on: date) -> dict[UUID, Row[Any]]:
    """Return the service each female on the farm may be pregnant of: found so, else the latest."""
    rows = connection.execute(
        _served()
        .where(
            _SERVICES.served_on > on - timedelta(days=_LONGEST_DAYS),
            _SERVICES.served_on <= on,
            _SERVICES.outcome.in_((BreedingOutcome.AWAITED, BreedingOutcome.PREGNANT)),
            _FEMALES.c.status == LivestockStatus.ACTIVE,
        )
        .order_by(_SERVICES.served_on, _SERVICES.id)
    )
    found: dict[UUID, Row[Any]] = {}
    for row in rows:
        if row.calved_on is not None and row.calved_on > row.served_on:
            continue
        kept = found.get(row.female)
        if kept is None or kept.outcome is not BreedingOutcome.PREGNANT:
            found[row.female] = row
    return found


def _todos(row: Row[Any], on: date) -> Iterator[tuple[Todo, date]]:
    due = row.due_on or due_date(row.served_on, row.gestation_days)
    pregnant = row.outcome is BreedingOutcome.PREGNANT
    if due is not None and -LATE_DAYS <= (due - on).days <= DUE_DAYS:
        yield Todo.DUE, due
    first, last = repeat_days(row.served_on, row.cycle_days)
    if not pregnant and first <= on <= last:
        yield Todo.WATCH, last
    tells = check_from(row.served_on, row.code)
    seen = row.check_result is not None and row.check_result is not PregnancyResult.DOUBTFUL
    if not pregnant and not seen and tells <= on and (due is None or on <= due):
        yield Todo.CHECK, tells
    days = dry_days(row.code)
    in_milk = row.calved_on is not None and (
        row.dried_off_on is None or row.dried_off_on < row.calved_on
    )
    if days is not None and due is not None and in_milk:
        dry = dry_off_date(due, days)
        if (dry - on).days <= DRY_OFF_DAYS and (on - due).days <= LATE_DAYS:
            yield Todo.DRY_OFF, dry


def _task(row: Row[Any], todo: Todo, day: date, on: date) -> Task:
    served = todo is not Todo.OPEN
    return Task(
        row.female,
        todo,
        called(row.tag_number, row.name),
        row.group_name or "",
        row.species,
        day,
        (day - on).days,
        row.served_on if served else None,
        _sire(row) if served else "",
    )


def _calved(connection: Connection, on: date) -> Any:
    """Return the females on the farm that calved at least a month ago."""
    females = _FEMALES.c
    return connection.execute(
        select(
            females.id.label("female"),
            females.tag_number,
            females.name,
            females.calved_on,
            _SPECIES.code,
            _SPECIES.name.label("species"),
            _GROUPS.name.label("group_name"),
        )
        .select_from(_FEMALES)
        .join(LivestockSpecies.__table__, _SPECIES.id == females.species_id)
        .outerjoin(LivestockBatch.__table__, _GROUPS.id == females.batch_id)
        .where(
            females.status == LivestockStatus.ACTIVE,
            females.sex.in_((Sex.FEMALE, Sex.UNKNOWN)),
            females.calved_on <= on - timedelta(days=30),
        )
    )


_READ = (
    "id",
    "male_id",
    "sire_name",
    "method",
    "heat_observed_at",
    "served_on",
    "checked_on",
    "check_result",
    "due_on",
    "outcome",
    "ended_on",
)


def _served() -> Any:
    """Select services with their female, her species, its cycle, her group and the male."""
    females = _FEMALES.c
    return (
        select(
            *(_SERVICES[name] for name in _READ),
            females.id.label("female"),
            females.tag_number,
            females.name,
            females.calved_on,
            females.dried_off_on,
            _SPECIES.code,
            _SPECIES.name.label("species"),
            _SPECIES.gestation_days,
            _KNOWN.cycle_days,
            _GROUPS.name.label("group_name"),
            _MALES.c.tag_number.label("male_tag"),
            _MALES.c.name.label("male_name"),
        )
        .select_from(BreedingRecord.__table__)
        .join(_FEMALES, females.id == _SERVICES.female_id)
        .join(LivestockSpecies.__table__, _SPECIES.id == females.species_id)
        .outerjoin(SpeciesReference.__table__, _KNOWN.code == _SPECIES.code)
        .outerjoin(LivestockBatch.__table__, _GROUPS.id == females.batch_id)
        .outerjoin(_MALES, _MALES.c.id == _SERVICES.male_id)
    )


def _sire(row: Row[Any]) -> str:
    if row.male_tag:
        return called(row.male_tag, row.male_name)
    return str(row.sire_name or "")
