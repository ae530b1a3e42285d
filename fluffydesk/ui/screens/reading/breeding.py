"""Breeding as the screens show it: worklists of the day, services, births, sires and hatches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, or_, select

from fluffydesk.actions.withdrawal import zone_of
from fluffydesk.figures.breeding import conception_percent
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums.breeding import BreedingOutcome, PregnancyResult
from fluffydesk.records.farm import LambingRecord
from fluffydesk.records.livestock import Livestock, LivestockBatch, LivestockSpecies
from fluffydesk.records.reference import SpeciesReference
from fluffydesk.ui.screens.reading.animals import called
from fluffydesk.ui.screens.reading.firsts import MOST, Firsts, first_of

_FEMALES = Livestock.__table__.alias("females")
_MALES = Livestock.__table__.alias("males")
_SERVICES = BreedingRecord.__table__.c
_BIRTHS = LambingRecord.__table__.c
_SPECIES = LivestockSpecies.__table__.c
_KNOWN = SpeciesReference.__table__.c
_GROUPS = LivestockBatch.__table__.c

_SIRE_DAYS = 730
_NAMES = UUID("5e0a7b64-6d0a-5a0e-9f0e-6a1c5be9c0df")


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


def services(
    connection: Connection, on: date, most: int | None = MOST, days: int = 365
) -> Firsts[ServiceRow]:
    """Return the first services and heats of the last days, newest first; all without `most`."""
    since, zone = on - timedelta(days=days), zone_of(connection)
    # A heat is of a moment: those of the farm's day count, and they stand among the services.
    begin = datetime.combine(since, time(), zone).astimezone(UTC)
    served, seen = _SERVICES.served_on, _SERVICES.heat_observed_at
    parts = [
        first_of(connection, query, partial(_service_row, zone=zone), most)
        for query in (
            _served().where(served >= since).order_by(served.desc(), _SERVICES.id),
            _served().where(served.is_(None), seen >= begin).order_by(seen.desc(), _SERVICES.id),
        )
    ]
    rows = [row for part in parts for row in part.rows]
    rows.sort(key=lambda one: (one.on, one.female), reverse=True)
    return Firsts(tuple(rows[:most]), sum(part.total for part in parts))


def _service_row(row: Row[Any], zone: ZoneInfo) -> ServiceRow:
    heat = row.served_on is None
    return ServiceRow(
        row.id,
        row.female,
        called(row.tag_number, row.name),
        row.heat_observed_at.astimezone(zone).date() if heat else row.served_on,
        heat,
        "" if heat else str(row.method),
        sire_of(row),
        row.checked_on,
        row.check_result,
        row.due_on,
        row.outcome,
    )


def sires(connection: Connection, on: date) -> list[SireRow]:
    """Return every sire of the last two years with what came of his services, most used first."""
    since = on - timedelta(days=_SIRE_DAYS)
    outcome = _SERVICES.outcome
    births = (
        select(
            _BIRTHS.dam_id,
            _BIRTHS.lambed_on,
            func.max(_BIRTHS.born_alive).label("alive"),
            func.max(_BIRTHS.stillborn).label("dead"),
        )
        .where(_BIRTHS.lambed_on >= since)
        .group_by(_BIRTHS.dam_id, _BIRTHS.lambed_on)
        .subquery()
    )
    theirs = and_(
        outcome == BreedingOutcome.BORN,
        births.c.dam_id == _SERVICES.female_id,
        births.c.lambed_on == _SERVICES.ended_on,
    )
    straw = case((_SERVICES.male_id.is_(None), _SERVICES.sire_name))
    rows = connection.execute(
        select(
            _SERVICES.male_id,
            func.min(_SERVICES.sire_name).label("sire_name"),
            func.min(_MALES.c.tag_number).label("male_tag"),
            func.min(_MALES.c.name).label("male_name"),
            func.count().label("services"),
            _how_many(outcome == BreedingOutcome.AWAITED).label("awaited"),
            _how_many(
                outcome.in_((BreedingOutcome.PREGNANT, BreedingOutcome.BORN, BreedingOutcome.LOST))
            ).label("held"),
            func.count(births.c.dam_id).label("births"),
            func.coalesce(func.sum(births.c.alive), 0).label("alive"),
            func.coalesce(func.sum(births.c.dead), 0).label("dead"),
        )
        .select_from(BreedingRecord.__table__)
        .outerjoin(_MALES, _MALES.c.id == _SERVICES.male_id)
        .outerjoin(births, theirs)
        .where(
            _SERVICES.served_on >= since,
            or_(_SERVICES.male_id.is_not(None), _SERVICES.sire_name != ""),
        )
        .group_by(_SERVICES.male_id, straw)
    )
    return sorted(map(_sire_row, rows), key=lambda one: (-one.services, one.name))


def _how_many(which: ColumnElement[bool]) -> Any:
    return func.sum(case((which, 1), else_=0))


def _sire_row(row: Row[Any]) -> SireRow:
    return SireRow(
        row.male_id or uuid5(_NAMES, row.sire_name),
        sire_of(row),
        row.services,
        row.awaited,
        row.held,
        conception_percent(row.held, row.services - row.awaited),
        row.births,
        row.alive + row.dead,
        row.alive,
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


def sire_of(row: Row[Any]) -> str:
    if row.male_tag:
        return called(row.male_tag, row.male_name)
    return str(row.sire_name or "")
