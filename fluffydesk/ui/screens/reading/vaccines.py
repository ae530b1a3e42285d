"""The vaccination schedule of the species a farm keeps, and how much of it was given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, func, or_, select

from fluffydesk.actions.rules.animals import HERE
from fluffydesk.records.enums.livestock import FlockStatus
from fluffydesk.records.livestock import Flock, HerdBatch, Livestock, LivestockSpecies
from fluffydesk.records.medical import VaccineLog
from fluffydesk.records.reference import SpeciesReference, VaccineSchedule

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Step:
    """One dose of a vaccine as published for a species that is kept here; days, not months."""

    id: UUID
    species: str
    vaccine: str
    disease: str
    need: str
    dose: int
    from_age: int | None
    before_birth: int | None
    then_after: int | None
    """Days to the next dose of the series, the least there may be (rule 18)."""
    booster_every: int | None
    given: int
    """How often it was given in a year."""
    last_at: datetime | None
    advice: str
    source: str


def schedule(connection: Connection, at: datetime) -> list[Step]:
    """Return the published doses for the species on the farm, by species and vaccine."""
    steps, kinds = VaccineSchedule.__table__.c, SpeciesReference.__table__.c
    given = {
        (row[0], row[1]): (int(row[2]), row[3]) for row in connection.execute(_given_since(at))
    }
    rows = connection.execute(
        select(VaccineSchedule.__table__, kinds.name.label("species"))
        .join(SpeciesReference.__table__, kinds.id == steps.species_id)
        .where(kinds.code.in_(_kept_here(connection)))
        .order_by(kinds.name, steps.vaccine, steps.dose_number)
    )
    found = []
    for row in rows:
        count, last = given.get((row.vaccine, row.dose_number), (0, None))
        found.append(
            Step(
                id=row.id,
                species=row.species,
                vaccine=row.vaccine,
                disease=row.protects_against or "",
                need=str(row.need),
                dose=row.dose_number,
                from_age=row.minimum_age_days,
                before_birth=row.days_before_birth,
                then_after=row.interval_to_next_days,
                booster_every=row.booster_interval_days,
                given=count,
                last_at=last,
                advice=" ".join(part for part in (row.notes, row.advice) if part),
                source=row.source or "",
            )
        )
    return found


def _given_since(at: datetime) -> Select[Any]:
    shots = VaccineLog.__table__.c
    return (
        select(shots.vaccine, shots.dose_number, func.count(), func.max(shots.given_at))
        .where(shots.given_at >= at - YEAR, shots.given_at <= at)
        .group_by(shots.vaccine, shots.dose_number)
    )


def _kept_here(connection: Connection) -> list[str]:
    """Return the codes of the species of animals, flocks and herds that are here."""
    animals, flocks, herds = Livestock.__table__.c, Flock.__table__.c, HerdBatch.__table__.c
    species = LivestockSpecies.__table__.c
    return list(
        connection.execute(
            select(species.code).where(
                or_(
                    species.id.in_(select(animals.species_id).where(animals.status.in_(HERE))),
                    species.id.in_(
                        select(flocks.species_id).where(flocks.status == FlockStatus.ACTIVE)
                    ),
                    species.id.in_(select(herds.species_id).where(herds.closed_on.is_(None))),
                )
            )
        ).scalars()
    )
