"""What was found wrong with animals, flocks and groups, and whether they got over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.medical import Severity
from fluffydesk.records.medical import HealthDiagnosis, HealthTreatment
from fluffydesk.ui.screens.reading.health import LOOK_BACK_DAYS, named, who_is

_MADE, _GIVEN = HealthDiagnosis.__table__, HealthTreatment.__table__


@dataclass(frozen=True)
class Diagnosis:
    """One finding; `treatments` counts the courses given for it, voided ones left out."""

    id: UUID
    animal: UUID | None
    who: str
    condition: str
    severity: Severity | None
    site: str
    seen_on: date
    recovered_on: date | None
    treatments: int


def diagnoses(connection: Connection, on: date) -> list[Diagnosis]:
    """Return who is ill, and what was found within a year; the ill first, then the newest."""
    courses = (
        select(func.count())
        .where(_GIVEN.c.diagnosis_id == _MADE.c.id, _GIVEN.c.void_reason.is_(None))
        .scalar_subquery()
        .label("treatments")
    )
    since = on - timedelta(days=LOOK_BACK_DAYS)
    query = named(_MADE).add_columns(courses).where(_MADE.c.seen_on >= since)
    found = [
        Diagnosis(
            id=row.id,
            animal=row.animal_id,
            who=who_is(row),
            condition=row.condition,
            severity=row.severity,
            site=row.site or "",
            seen_on=row.seen_on,
            recovered_on=row.recovered_on,
            treatments=row.treatments,
        )
        for row in connection.execute(query.order_by(_MADE.c.seen_on.desc()))
    ]
    return sorted(found, key=lambda one: one.recovered_on is not None)


def treatment_of(mirror: Mirror, diagnosis: UUID) -> dict[str, Any]:
    """Return what a treatment for a diagnosis begins with."""
    with mirror.read() as connection:
        row = connection.execute(_MADE.select().where(_MADE.c.id == diagnosis)).one()
    who = {name: getattr(row, name) for name in ("animal_id", "flock_id", "batch_id", "head_count")}
    reason = f"{row.condition}, {row.site}" if row.site else row.condition
    return {**who, "diagnosis_id": row.id, "reason": reason, "veterinarian": row.veterinarian}
