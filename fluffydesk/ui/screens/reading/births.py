"""Births and hatches as the screens show them, with what they came to in %."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from fluffydesk.actions.conventions import conventions
from fluffydesk.actions.withdrawal import zone_of
from fluffydesk.figures import kpi
from fluffydesk.figures.breeding import lambing_percent
from fluffydesk.figures.eggs import (
    fertility_percent,
    hatch_of_fertile_percent,
    hatch_of_set_percent,
)
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.farm import HatcheryRecord, LambingRecord
from fluffydesk.records.livestock import Flock, Livestock, LivestockSpecies, PoultryBatch
from fluffydesk.ui.screens.reading.animals import called
from fluffydesk.ui.screens.reading.firsts import MOST, Firsts, first_of

_DAMS = Livestock.__table__.alias("dams")
_SIRES = Livestock.__table__.alias("sires")
_BIRTHS = LambingRecord.__table__.c
_SERVICES = BreedingRecord.__table__.c
_SPECIES = LivestockSpecies.__table__.c
_HATCHES = HatcheryRecord.__table__.c
_FLOCKS = Flock.__table__.c
_PLACED = PoultryBatch.__table__.c
YEAR_DAYS = 365
_BY_HUNDRED = ("sheep", "goat")
"""Species whose young are told for 100 females."""


@dataclass(frozen=True)
class BirthRow:
    """A birth; `interval` is the days since the one before."""

    id: UUID
    dam_id: UUID
    dam: str
    species: str
    on: date
    alive: int
    stillborn: int
    sire: str
    ease: int | None
    parity: int | None
    interval: int | None


@dataclass(frozen=True)
class SpeciesResult:
    """A species' births of a year: born and stillborn, and the young for 100 females."""

    id: UUID
    species: str
    births: int
    born: int
    stillborn_percent: Decimal | None
    percent: Decimal | None
    said: str
    """The definition of the percentage with the farm's denominator; empty where none is usual."""
    females: int = 0
    """Below the line of the percentage."""


@dataclass(frozen=True)
class HatchRow:
    """Eggs set together; the percentages are None until they are known."""

    id: UUID
    species: str
    species_id: UUID
    incubator: str
    set_on: date
    eggs: int
    infertile: int | None
    expected_on: date | None
    hatched_on: date | None
    hatched: int | None
    fertility: Decimal | None
    of_fertile: Decimal | None
    of_set: Decimal | None
    placed_in: str


def births(connection: Connection, on: date, days: int = YEAR_DAYS) -> list[BirthRow]:
    """Return the births of the last days, newest first."""
    return list(first_births(connection, on, None, days).rows)


def first_births(
    connection: Connection, on: date, most: int | None = MOST, days: int = YEAR_DAYS
) -> Firsts[BirthRow]:
    """Return the first of `births`, or all where `most` is None."""
    query = (
        select(
            LambingRecord.__table__,
            _DAMS.c.tag_number,
            _DAMS.c.name,
            _SPECIES.name.label("species"),
            _SIRES.c.tag_number.label("sire_tag"),
            _SIRES.c.name.label("sire_called"),
        )
        .select_from(LambingRecord.__table__)
        .join(_DAMS, _DAMS.c.id == _BIRTHS.dam_id)
        .join(LivestockSpecies.__table__, _SPECIES.id == _DAMS.c.species_id)
        .outerjoin(_SIRES, _SIRES.c.id == _BIRTHS.sire_id)
        .where(_BIRTHS.lambed_on > on - timedelta(days=days), _BIRTHS.lambed_on <= on)
        .order_by(_BIRTHS.lambed_on.desc(), _BIRTHS.id.desc())
    )
    return first_of(connection, query, _birth, most)


def _birth(row: Row[Any]) -> BirthRow:
    return BirthRow(
        row.id,
        row.dam_id,
        called(row.tag_number, row.name),
        row.species,
        row.lambed_on,
        row.born_alive,
        row.stillborn,
        called(row.sire_tag, row.sire_called) if row.sire_tag else "",
        row.ease,
        row.parity,
        None if row.previous_on is None else (row.lambed_on - row.previous_on).days,
    )


def species_results(connection: Connection, on: date, days: int = YEAR_DAYS) -> list[SpeciesResult]:
    """Return what each species bore in the days up to one, and for 100 females of it.

    Mated are the females whose service was due in those days and exposed those that were served or
    seen in heat for it, both with those that gave birth: whoever lambs was with the ram.
    """
    chosen = conventions(connection)
    since = on - timedelta(days=days)
    rows: dict[UUID, list[Any]] = {}
    for row in connection.execute(
        select(
            _BIRTHS.dam_id,
            _DAMS.c.species_id,
            func.count().label("births"),
            func.sum(_BIRTHS.born_alive).label("alive"),
            func.sum(_BIRTHS.stillborn).label("stillborn"),
        )
        .join(_DAMS, _DAMS.c.id == _BIRTHS.dam_id)
        .where(_BIRTHS.lambed_on > since, _BIRTHS.lambed_on <= on)
        .group_by(_BIRTHS.dam_id, _DAMS.c.species_id)
    ):
        rows.setdefault(row.species_id, []).append(row)
    found = []
    species = connection.execute(select(LivestockSpecies.__table__).where(_SPECIES.id.in_(rows)))
    for one in species:
        here = rows[one.id]
        lambed = {row.dam_id for row in here}
        mated, exposed = _bred(connection, one, since, on)
        born = sum(row.alive + row.stillborn for row in here)
        dead = sum(row.stillborn for row in here)
        females = chosen.ewes(
            mated=len(mated | lambed), exposed=len(exposed | lambed), lambed=len(lambed)
        )
        percent = lambing_percent(born, females)
        still = Decimal(100) * dead / born if born else None
        found.append(
            SpeciesResult(
                one.id,
                one.name,
                sum(row.births for row in here),
                born,
                still,
                percent,
                chosen.said(kpi.LAMBING) if one.code in _BY_HUNDRED else "",
                females,
            )
        )
    return sorted(found, key=lambda one: -one.births)


def _bred(
    connection: Connection, species: Row[Any], since: date, on: date
) -> tuple[set[UUID], set[UUID]]:
    days = timedelta(days=species.gestation_days or 0)
    first, last = since - days, on - days
    # A moment is of another day elsewhere: a day more on each side, told apart below.
    seen_from = datetime.combine(first - timedelta(days=1), time(), UTC)
    seen_to = datetime.combine(last + timedelta(days=2), time(), UTC)
    theirs = (
        select(_SERVICES.female_id)
        .join(_DAMS, _DAMS.c.id == _SERVICES.female_id)
        .where(_DAMS.c.species_id == species.id)
        .distinct()
    )
    served = theirs.where(_SERVICES.served_on > first, _SERVICES.served_on <= last)
    seen = theirs.add_columns(_SERVICES.heat_observed_at).where(
        _SERVICES.served_on.is_(None), _SERVICES.heat_observed_at.between(seen_from, seen_to)
    )
    zone = zone_of(connection)
    mated = set(connection.execute(served).scalars())
    in_heat = {
        row.female_id
        for row in connection.execute(seen)
        if first < row.heat_observed_at.astimezone(zone).date() <= last
    }
    return mated, mated | in_heat


def hatches(connection: Connection, on: date, days: int = YEAR_DAYS) -> list[HatchRow]:
    """Return what was set in the last days, newest first."""
    return list(first_hatches(connection, on, None, days).rows)


def first_hatches(
    connection: Connection, on: date, most: int | None = MOST, days: int = YEAR_DAYS
) -> Firsts[HatchRow]:
    """Return the first of `hatches`, or all where `most` is None."""
    query = (
        select(
            HatcheryRecord.__table__,
            _SPECIES.name.label("species"),
            _FLOCKS.name.label("placed_in"),
        )
        .select_from(HatcheryRecord.__table__)
        .join(LivestockSpecies.__table__, _SPECIES.id == _HATCHES.species_id)
        .outerjoin(PoultryBatch.__table__, _PLACED.id == _HATCHES.placement_id)
        .outerjoin(Flock.__table__, _FLOCKS.id == _PLACED.flock_id)
        .where(_HATCHES.set_on > on - timedelta(days=days), _HATCHES.set_on <= on)
        .order_by(_HATCHES.set_on.desc(), _HATCHES.id.desc())
    )
    return first_of(connection, query, _hatch, most)


def _hatch(row: Row[Any]) -> HatchRow:
    eggs, infertile, hatched = row.eggs_set, row.infertile, row.hatched
    known = infertile is not None
    return HatchRow(
        row.id,
        row.species,
        row.species_id,
        row.incubator or "",
        row.set_on,
        eggs,
        infertile,
        row.expected_on,
        row.hatched_on,
        hatched,
        fertility_percent(eggs, infertile) if known else None,
        hatch_of_fertile_percent(eggs, infertile, hatched)
        if known and hatched is not None
        else None,
        hatch_of_set_percent(eggs, hatched) if hatched is not None else None,
        row.placed_in or "",
    )
