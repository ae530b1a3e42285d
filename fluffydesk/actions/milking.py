"""What a person does at milking: write down what each cow gave, correct it, take it back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from fluffydesk.actions.rules.milk import gives_milk
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.figures.milk import days_in_milk
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import MassUnit, MilkingSession
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import Livestock


def record_milking(
    mirror: Mirror,
    animal_id: UUID,
    milked_on: date,
    session: MilkingSession,
    yield_kg: Decimal,
    entered_unit: MassUnit = MassUnit.KILOGRAM,
) -> Changes:
    """Write down one milking in kg; one already there of this animal, date and session is changed.

    `entered_unit` is that in which it was typed (rule 24).
    Refusal: a male, an animal not on the farm that day, one that never calved or is dry.
    InvalidValue: a yield outside 0 to 120 kg, a date in the future.
    """
    with mirror.unit("Milking") as unit:
        animal = existing(unit.connection, Livestock, animal_id)
        gives_milk(animal, milked_on)
        key = {"animal_id": animal_id, "milked_on": milked_on, "session": session}
        found = row_with(unit.connection, MilkProductionLog, **key)
        new = {**key, "yield_kg": yield_kg, "entered_unit": entered_unit}
        new |= _lactation(animal, milked_on)
        checked = check(MilkProductionLog, new)
        if found is not None:
            typed = {name: checked[name] for name in ("yield_kg", "entered_unit")}
            unit.update(MilkProductionLog, found.id, typed)
        else:
            unit.insert(MilkProductionLog, checked)
    return unit.changes


def take_back_milking(
    mirror: Mirror, animal_id: UUID, milked_on: date, session: MilkingSession
) -> Changes:
    """Remove the milking of this animal, date and session; nothing happens if there is none."""
    with mirror.unit("Milking taken back") as unit:
        key = {"animal_id": animal_id, "milked_on": milked_on, "session": session}
        found = row_with(unit.connection, MilkProductionLog, **key)
        if found is not None:
            unit.delete(MilkProductionLog, found.id)
    return unit.changes


def _lactation(animal: Row[Any], on: date) -> dict[str, int | None]:
    """Say which lactation this is, where the day lies in the one on the animal's card."""
    days = days_in_milk(animal.calved_on, on)
    return {} if days is None else {"days_in_milk": days, "parity": animal.parity}
