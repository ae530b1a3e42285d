"""What a person does at the scale: write down a weight, and the animal's card follows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from fluffydesk.actions.rules import hold
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.actions.typed import number_in
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.units import convert
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.enums.farm import WeighingMethod
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import WeightLog
from fluffydesk.records.livestock import Livestock

_SCALE = re.compile(
    r"(?:[A-Z]{2},?)*\s*\+?\s*(?P<number>[0-9][0-9.,]*)\s*(?P<unit>kg|lbs?|g|t|oz)?", re.IGNORECASE
)
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Weighed:
    """A weight written down, and what the animal's row of that day held before; None if new."""

    row_id: UUID
    animal_id: UUID
    weight_kg: Decimal
    before: Decimal | None
    on_card: Decimal | None = None
    """What the animal's card said before."""


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


def weigh_once(
    mirror: Mirror,
    animal_id: UUID,
    weighed_on: date,
    weight_kg: Decimal,
    *,
    method: WeighingMethod = WeighingMethod.SCALE,
    notes: str | None = None,
) -> tuple[Weighed, Changes]:
    """Write down a weight in kg; a weight of that animal and day is changed, not doubled.

    Refused as by `weigh`. What is returned takes it back.
    """
    values: dict[str, Any] = {
        "animal_id": animal_id,
        "weighed_on": weighed_on,
        "weight_kg": weight_kg,
        "method": method,
        "notes": notes,
    }
    with mirror.unit("Weighing") as unit:
        animal = existing(unit.connection, Livestock, animal_id)
        checked = check(WeightLog, values)
        _must_be_here(animal, weighed_on)
        key = {"animal_id": animal_id, "weighed_on": weighed_on}
        before = row_with(unit.connection, WeightLog, **key)
        if before is None:
            row_id = unit.insert(WeightLog, checked)
        else:
            row_id = before.id
            changed = {name: checked[name] for name in ("weight_kg", "method", "notes")}
            unit.update(WeightLog, row_id, changed)
        row = existing(unit.connection, WeightLog, row_id)
        hold(unit.connection, WeightLog, before, row)
        _put_on_card(unit, animal_id)
        held = None if before is None else before.weight_kg
    on_card = animal.weight_kg
    return Weighed(row_id, animal_id, checked["weight_kg"], held, on_card), unit.changes


def take_back_weight(mirror: Mirror, weighed: Weighed) -> Changes:
    """Undo a weighing: the row holds what it held before, or is gone; the card follows.

    Refusal where somebody changed the weight since.
    """
    with mirror.unit("Weighing taken back") as unit:
        row = existing(unit.connection, WeightLog, weighed.row_id)
        if row.weight_kg != weighed.weight_kg:
            raise Refusal("This weight was changed since.", "Correct it on the animal's card.")
        if weighed.before is None:
            unit.delete(WeightLog, weighed.row_id)
        else:
            unit.update(WeightLog, weighed.row_id, {"weight_kg": weighed.before})
        _put_on_card(unit, weighed.animal_id, weighed.on_card)
    return unit.changes


def kg_in(text: str, unit: str = "kg") -> tuple[Decimal, str | None]:
    """Return the kg of a weight as typed or sent by a scale, and words of the unit it came in.

    `412.5`, `412,5 kg`, `909 lb` and `ST,GS,+  412.5 kg` are read; without a unit the number is in
    `unit`, kg or lb. Words come only where it was converted (rule 24): to be kept with the weight.
    InvalidValue: no number, or one with more decimals of a kg than are kept.
    """
    found = _SCALE.fullmatch(text.strip())
    number = None if found is None else number_in(found["number"])
    if found is None or number is None:
        raise InvalidValue(f"“{text.strip()}” is no weight.", f"Type {unit}, such as 412.5.")
    entered = (found["unit"] or unit).lower().replace("lbs", "lb")
    if entered == "kg":
        return number, None
    exact = convert(number, entered, "kg")
    return exact.quantize(_TENTH, ROUND_HALF_UP), f"Weighed as {number} {entered}"


def _put_on_card(unit: Unit, animal_id: UUID, unweighed: Decimal | None = None) -> None:
    """Write the newest weight on an animal's card; `unweighed` where there is none any more."""
    weights = WeightLog.__table__.c
    newest = unit.connection.execute(
        select(weights.weight_kg)
        .where(weights.animal_id == animal_id)
        .order_by(weights.weighed_on.desc(), weights.id.desc())
        .limit(1)
    ).scalar()
    unit.update(Livestock, animal_id, {"weight_kg": unweighed if newest is None else newest})


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
