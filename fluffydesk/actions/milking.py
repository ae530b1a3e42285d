"""What a person does at milking: write down what each cow gave, correct it, take it back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import Refusal
from fluffydesk.figures.milk import days_in_milk
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import Livestock

_MALE = (Sex.MALE, Sex.NEUTERED_MALE)


def record_milking(
    mirror: Mirror,
    animal_id: UUID,
    milked_on: date,
    session: MilkingSession,
    yield_kg: Decimal,
) -> Changes:
    """Write down one milking in kg; one already there of this animal, date and session is changed.

    Refusal: a male, an animal not on the farm that day, one that never calved or is dry.
    InvalidValue: a yield outside 0 to 120 kg, a date in the future.
    """
    with mirror.unit("Milking") as unit:
        animal = existing(unit.connection, Livestock, animal_id)
        _must_give_milk(animal, milked_on)
        key = {"animal_id": animal_id, "milked_on": milked_on, "session": session}
        found = row_with(unit.connection, MilkProductionLog, **key)
        new = {**key, "yield_kg": yield_kg, **_lactation(animal, milked_on)}
        checked = check(MilkProductionLog, new)
        if found is not None:
            unit.update(MilkProductionLog, found.id, {"yield_kg": checked["yield_kg"]})
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


def _must_give_milk(animal: Row[Any], on: date) -> None:
    """Refuse what cannot be (rules 3 and 9): milk comes from females on the farm in lactation."""
    name = animal.name or animal.tag_number
    if animal.sex in _MALE:
        raise Refusal(f"{name} is male.", "Check the tag, or the sex on the animal's card.")
    if animal.birth_date is not None and on < animal.birth_date:
        raise Refusal(f"{name} was not born on {on:%d %B %Y}.", "Check the date.")
    gone = animal.status not in (LivestockStatus.ACTIVE, LivestockStatus.LOST)
    if gone and (animal.left_on is None or on > animal.left_on):
        raise Refusal(f"{name} had left by {on:%d %B %Y}.", "Check the date, or the tag.")
    if animal.calved_on is None:
        raise Refusal(
            f"{name} has no calving on record.", "Write on her card when she last calved."
        )
    dry = animal.dried_off_on
    if dry is not None and animal.calved_on <= dry < on:
        raise Refusal(
            f"{name} is dry since {dry:%d %B %Y}.",
            "Correct the date on her card if she is still milked.",
        )


def _lactation(animal: Row[Any], on: date) -> dict[str, int | None]:
    """Say which lactation this is, where the day lies in the one on the animal's card."""
    days = days_in_milk(animal.calved_on, on)
    return {} if days is None else {"days_in_milk": days, "parity": animal.parity}
