"""What a person does at the scale: write down a weight, and the animal's card follows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from fluffydesk.actions.saving import check, existing
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import WeighingMethod
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import WeightLog
from fluffydesk.records.livestock import Livestock


def weigh(
    mirror: Mirror,
    animal_id: UUID,
    weighed_on: date,
    weight_kg: Decimal,
    *,
    method: WeighingMethod = WeighingMethod.SCALE,
    notes: str | None = None,
) -> Changes:
    """Write down one weight in kg; the newest one also becomes the weight on the animal's card.

    InvalidValue: a weight outside 0 to 2000 kg, a date in the future, before birth or after the
    animal left (rule 3).
    """
    values: dict[str, Any] = {
        "animal_id": animal_id,
        "weighed_on": weighed_on,
        "weight_kg": weight_kg,
        "method": method,
        "notes": notes,
    }
    weights = WeightLog.__table__
    with mirror.unit("Weighing") as unit:
        animal = existing(unit.connection, Livestock, animal_id)
        checked = check(WeightLog, values)
        _must_be_here(animal, weighed_on)
        newest = unit.connection.execute(
            select(func.max(weights.c.weighed_on)).where(weights.c.animal_id == animal_id)
        ).scalar()
        unit.insert(WeightLog, checked)
        if newest is None or weighed_on >= newest:
            unit.update(Livestock, animal_id, {"weight_kg": checked["weight_kg"]})
    return unit.changes


def _must_be_here(animal: Any, on: date) -> None:
    name = animal.name or animal.tag_number
    if animal.birth_date is not None and on < animal.birth_date:
        raise InvalidValue(
            f"{name} was born on {animal.birth_date:%d %B %Y}.",
            "Check the date.",
            field="weighed_on",
        )
    gone = animal.status not in (LivestockStatus.ACTIVE, LivestockStatus.LOST)
    if gone and animal.left_on is not None and on > animal.left_on:
        raise InvalidValue(
            f"{name} left on {animal.left_on:%d %B %Y}.", "Check the date.", field="weighed_on"
        )
