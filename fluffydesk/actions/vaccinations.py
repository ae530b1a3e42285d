"""What a person does with a patient's vaccinations: give one, and know which dose comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from fluffydesk.actions import rules, saving
from fluffydesk.actions.prescriptions import good_lots
from fluffydesk.actions.reminders import OPEN
from fluffydesk.actions.rules import medical
from fluffydesk.actions.rules.people import author_of
from fluffydesk.actions.rules.stores import expiry
from fluffydesk.actions.stock import lots
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import PetVaccination
from fluffydesk.records.medical import Reminder
from fluffydesk.records.types import today

_SHOTS = PetVaccination.__table__
_LAST_DOSE = 20


@dataclass(frozen=True)
class NextDose:
    """Which dose of a vaccine is the next, against what, and when the one after it is due."""

    dose_number: int
    disease: str
    next_due_on: date | None


def next_dose(connection: Connection, pet_id: UUID, vaccine: str, on: date) -> NextDose:
    """Return the dose of a vaccine that a pet gets on a day, after those that it had."""
    steps = medical.schedule_of(connection, pet_id, vaccine)
    same = func.lower(_SHOTS.c.vaccine) == vaccine.strip().casefold()
    query = select(func.max(_SHOTS.c.dose_number)).where(_SHOTS.c.pet_id == pet_id, same)
    dose = min((connection.execute(query).scalar() or 0) + 1, _LAST_DOSE)
    disease = steps[0].protects_against or "" if steps else ""
    return NextDose(dose, disease, medical.next_due(steps, dose, on))


def reminded_on(mirror: Mirror, row_id: UUID) -> date | None:
    """Return the day that a vaccination's next dose is reminded of; None where no reminder is."""
    with mirror.read() as connection:
        row = saving.row_with(connection, PetVaccination, id=row_id)
        if row is None:
            return None
        key = medical.reminder_id(row.pet_id, row.vaccine, row.dose_number + 1)
        made = saving.row_with(connection, Reminder, id=key)
        due_on: date | None = None if made is None or made.status not in OPEN else made.due_on
        return due_on


def vaccinate(mirror: Mirror, values: Mapping[str, Any]) -> tuple[UUID, Changes]:
    """Write a vaccination down, take its dose from the store, and make the next one's reminder.

    Which dose it is and when the next is due follow from those before and from the published
    schedule where `values` do not say; without a lot it is the one that expires first. All in
    one unit. InvalidValue: before the least interval (rule 18), an expired lot (rule 17).
    """
    with mirror.unit("Vaccination") as unit:
        connection = unit.connection
        given = {"veterinarian_id": author_of(connection), **values}
        on = given.setdefault("given_on", today())
        item = given.get("item_id")
        if item is not None and not given.get("lot"):
            there = [one for one in lots(connection, item, on) if one.name and one.left > 0]
            first = good_lots(connection, item, on) or there
            given["lot"] = first[0].name if first else None
        if item is not None and given.get("lot") and given.get("lot_expires_on") is None:
            given["lot_expires_on"] = expiry(connection, item, given["lot"])
        if given.get("vaccine"):
            found = next_dose(connection, given["pet_id"], given["vaccine"], on)
            if given.get("dose_number") is None:
                given["dose_number"] = found.dose_number
            if given.get("next_due_on") is None:
                steps = medical.schedule_of(connection, given["pet_id"], given["vaccine"])
                given["next_due_on"] = medical.next_due(steps, given["dose_number"], on)
            if given.get("disease") is None:
                given["disease"] = found.disease or None
        row_id = unit.insert(PetVaccination, saving.check(PetVaccination, given))
        row = saving.existing(connection, PetVaccination, row_id)
        rules.hold(connection, PetVaccination, None, row)
    return row_id, unit.changes
