"""Breeding as the screens show it: worklists of the day, services, births, sires and hatches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.withdrawal import zone_of
from fluffydesk.figures.breeding import conception_percent
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums.breeding import BreedingOutcome, PregnancyResult
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

MOST = 5000
"""How many services are listed at most, the newest."""
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


def services(connection: Connection, on: date, days: int = 365) -> list[ServiceRow]:
    """Return the services and heats of the last days, newest first, at most 5,000."""
    since = on - timedelta(days=days)
    rows = connection.execute(
        _served()
        .where((_SERVICES.served_on >= since) | _SERVICES.served_on.is_(None))
        .order_by(_SERVICES.served_on.desc())
        .limit(MOST)
    )
    zone = zone_of(connection)
    found = []
    for row in rows:
        heat = row.served_on is None
        day = row.heat_observed_at.astimezone(zone).date() if heat else row.served_on
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
                sire_of(row),
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
        sire_of(served[0]),
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
