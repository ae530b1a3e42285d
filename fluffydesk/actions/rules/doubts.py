"""What may be kept but is worth a second look: figures that are hardly so, nothing withheld."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.rules.flocks import too_many_eggs
from fluffydesk.actions.rules.rule import row_of
from fluffydesk.errors import Doubt
from fluffydesk.figures.doses import named_in
from fluffydesk.figures.growth import weight_doubt
from fluffydesk.figures.milk import usual_range
from fluffydesk.records.clinic import FarmVisitTreatment, Prescription
from fluffydesk.records.farm import EggProductionLog, MilkProductionLog, WeightLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.records.pets import Pet
from fluffydesk.records.vocabulary import Record

_MILK = MilkProductionLog.__table__.c
_WEIGHTS = WeightLog.__table__.c
_HOURS = ("milk_hours", "meat_hours", "egg_hours")
_SIDES = {"low": "Low", "high": "High"}
Asker = Callable[[Connection, Row[Any]], Doubt | None]


def doubts(
    connection: Connection, record: type[Record], before: Row[Any] | None, after: Row[Any]
) -> list[Doubt]:
    """Return what is odd about a row as it was written; nothing of what a change left alone."""
    asked, named = _ASKED.get(record, ((), ()))
    if before is not None and all(getattr(before, n) == getattr(after, n) for n in named):
        return []
    return [found for ask in asked if (found := ask(connection, after)) is not None]


def _eggs(connection: Connection, row: Row[Any]) -> Doubt | None:
    """More than 1.05 eggs for each hen of the day, all rounds together (rule 12)."""
    words = too_many_eggs(connection, row.flock_id, row.collected_on)
    return Doubt(words, field="total") if words and row.total else None


def _milk(connection: Connection, row: Row[Any]) -> Doubt | None:
    """Outside the cow's own last seven milkings of the same session, as in the milking grid."""
    query = select(_MILK.yield_kg).where(
        _MILK.animal_id == row.animal_id,
        _MILK.session == row.session,
        _MILK.milked_on >= row.milked_on - timedelta(days=7),
        _MILK.milked_on < row.milked_on,
    )
    usual = usual_range(list(connection.execute(query.order_by(_MILK.milked_on)).scalars()))
    side = None if usual is None else usual.judge(row.yield_kg)
    if side is None:
        return None
    name = _called(connection, row)
    words = f"{_SIDES[side]} for {name} by what it gave in the last seven days: check."
    return Doubt(words, field="yield_kg")


def _weight(connection: Connection, row: Row[Any]) -> Doubt | None:
    """Further from the last weight than an animal grows or thins, as in the weighing session."""
    query = select(_WEIGHTS.weighed_on, _WEIGHTS.weight_kg).where(
        _WEIGHTS.animal_id == row.animal_id, _WEIGHTS.weighed_on < row.weighed_on
    )
    order = (_WEIGHTS.weighed_on.desc(), _WEIGHTS.id.desc())
    last = connection.execute(query.order_by(*order).limit(1)).first()
    if last is None:
        return None
    side = weight_doubt(last.weight_kg, (row.weighed_on - last.weighed_on).days, row.weight_kg)
    if not side:
        return None
    after = f"after the weight of {last.weighed_on:%d %B %Y}"
    words = f"{_SIDES[side]} for {_called(connection, row)} {after}: check."
    return Doubt(words, field="weight_kg")


def _allergy(connection: Connection, row: Row[Any]) -> Doubt | None:
    """A drug of which the pet's card says that it does not bear it."""
    pet = row_of(connection, Pet, row.pet_id)
    if pet is None:
        return None
    alerts = pet.alerts if "allerg" in (pet.alerts or "").casefold() else None
    known = ". ".join(words.strip() for words in (pet.allergies, alerts) if words)
    if not named_in(known, [row.product]):
        return None
    return Doubt(f"{pet.name}'s card says: {known}. Is {row.product} right?", field="product")


def nothing_withheld(values: Mapping[str, Any]) -> Doubt | None:
    """A drug after which milk, meat and eggs would go at once (rule 11).

    `values` are columns of a treatment; hours that are missing are none. The label says if it may.
    """
    if values.get("void_reason") or any(values.get(hours) for hours in _HOURS):
        return None
    return Doubt(
        f"Nothing is withheld after {values.get('product')}: milk, meat and eggs may go at once. "
        "Does its label say so?",
        field="milk_hours",
    )


def _withheld(connection: Connection, row: Row[Any]) -> Doubt | None:
    return nothing_withheld(row._asdict())


def _called(connection: Connection, row: Row[Any]) -> str:
    animal = row_of(connection, Livestock, row.animal_id)
    return "this animal" if animal is None else animal.name or animal.tag_number


_ASKED: dict[type[Record], tuple[tuple[Asker, ...], tuple[str, ...]]] = {
    EggProductionLog: ((_eggs,), ("flock_id", "collected_on", "total")),
    FarmVisitTreatment: ((_withheld,), ("product", *_HOURS)),
    HealthTreatment: ((_withheld,), ("product", *_HOURS)),
    MilkProductionLog: ((_milk,), ("animal_id", "milked_on", "session", "yield_kg")),
    Prescription: ((_allergy,), ("pet_id", "product")),
    WeightLog: ((_weight,), ("animal_id", "weighed_on", "weight_kg")),
}
"""Who asks about a record, and the columns that the answer hangs on."""
