"""The forms of the health screen: what each asks for, and what saving it does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fluffydesk.actions.treatments import (
    change_treatment,
    treat,
    vaccinate,
    vaccinate_next,
    void_treatments,
)
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.medical import VaccineLog
from fluffydesk.ui.forms import Layout

_WHO = ("Who got it: one of three", ("animal_id", "flock_id", "batch_id", "head_count"))
COURSE: Layout = (
    "given_at",
    "doses",
    "hours_between",
    "last_dose_at",
    "reason",
    "diagnosis_id",
    "product",
    "item_id",
    "lot",
    "dose",
    "dose_unit",
    "route",
    "milk_hours",
    "meat_hours",
    "egg_hours",
    "veterinarian",
    "prescription_number",
    "outcome",
    "notes",
)
TREATMENT: Layout = (
    _WHO,
    ("What was given", tuple(str(name) for name in COURSE if name != "outcome")),
)
DIAGNOSIS: Layout = (
    ("Who is ill: one of three", ("animal_id", "flock_id", "batch_id", "head_count")),
    (
        "What was found",
        (
            *("condition", "severity", "site", "temperature_c", "seen_on", "veterinarian"),
            *("recovered_on", "notes"),
        ),
    ),
)
VACCINATION: Layout = (
    _WHO,
    (
        "What was given",
        (
            *("vaccine", "dose_number", "given_at", "next_due_on", "item_id", "lot"),
            *("lot_expires_on", "dose", "dose_unit", "route"),
            *("milk_hours", "meat_hours", "egg_hours", "veterinarian", "notes"),
        ),
    ),
)


ALIKE = (
    *("given_at", "item_id", "lot", "lot_expires_on", "dose", "dose_unit", "route"),
    *("milk_hours", "meat_hours", "egg_hours", "veterinarian", "notes"),
)
"""What is the same for everybody vaccinated at once."""


def next_dose(mirror: Mirror, shot: UUID) -> dict[str, Any]:
    """Return what the next vaccination of somebody begins with."""
    names = ("animal_id", "flock_id", "batch_id", "head_count", "vaccine", "dose", "dose_unit")
    more = ("route", "item_id", "milk_hours", "meat_hours", "egg_hours", "veterinarian")
    table = VaccineLog.__table__
    with mirror.read() as connection:
        found = connection.execute(table.select().where(table.c.id == shot)).one()._mapping
    values = {name: found[name] for name in (*names, *more)}
    return {**values, "dose_number": min(found["dose_number"] + 1, 20)}


def treat_one(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> tuple[UUID, Changes]:
    """Write a course down."""
    return treat(mirror, values)


def vaccinate_one(
    mirror: Mirror, row_id: UUID | None, values: dict[str, Any]
) -> tuple[UUID, Changes]:
    """Write a vaccination down."""
    return vaccinate(mirror, values)


def vaccinate_due(
    mirror: Mirror, row_id: UUID | None, values: dict[str, Any], shots: tuple[UUID, ...]
) -> tuple[UUID, Changes]:
    """Write the next dose of everybody in `shots` down, given alike."""
    given = {name: value for name, value in values.items() if name in ALIKE}
    written, changes = vaccinate_next(mirror, shots, given)
    return written[0], changes


def correct(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> Changes:
    """Correct a course."""
    assert row_id is not None
    return change_treatment(mirror, row_id, values)


def void_one(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> Changes:
    """Void a course with its reason."""
    assert row_id is not None
    return void_treatments(mirror, [row_id], values.get("void_reason") or "")
