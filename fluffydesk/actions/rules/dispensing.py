"""What a clinic hands out or injects leaves its store, whichever way it is written (rule 17)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from fluffydesk.actions.rules.animals import day_of
from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.actions.rules.taken import Need, NeedOf, taking
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.health import drawn
from fluffydesk.records.clinic import FarmVisitTreatment, PetVaccination, Prescription
from fluffydesk.records.enums.farm_resources import StockUnit
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.pets import Pet
from fluffydesk.records.vocabulary import Record

_DOSE = Decimal(1)


def in_store_unit(quantity: Decimal, unit: str, stock_unit: str) -> Decimal | None:
    """Return what a quantity handed out takes from a store, in the store's unit.

    It is told in the unit of the dose; of a store that counts bottles or boxes, where the dose is
    in mL or mg, it is the number of those. None where one does not tell the other.
    """
    found = drawn(quantity, unit, stock_unit, 1, 1)
    return quantity if found is None and stock_unit == StockUnit.COUNT else found


def prescribed(connection: Connection, row: Any) -> Need | None:
    """Return what a prescription takes: what is handed out."""
    if row.item_id is None or not row.quantity:
        return None
    item = row_of(connection, FarmInventory, row.item_id)
    if item is None:
        return None
    found = in_store_unit(row.quantity, row.dose_unit, item.unit)
    if found is None:
        raise InvalidValue(
            f"{item.name} is counted in {item.unit}, and the dose is in {row.dose_unit}.",
            "Give the dose in a unit that fits, or leave the store empty.",
            field="dose_unit",
        )
    reason = f"{_pet(connection, row)}: {row.product}"
    return Need(row.item_id, row.lot, row.prescribed_on, found, reason)


def injected(connection: Connection, row: Any) -> Need | None:
    """Return what a vaccination takes: one dose."""
    if row.item_id is None:
        return None
    item = row_of(connection, FarmInventory, row.item_id)
    if item is None:
        return None
    if item.unit != StockUnit.COUNT:
        raise InvalidValue(
            f"{item.name} is counted in {item.unit}, and a vaccination is one dose.",
            "Count the vaccine by doses in the stores, or leave the store empty.",
            field="item_id",
        )
    reason = f"{_pet(connection, row)}: {row.vaccine}"
    return Need(row.item_id, row.lot, row.given_on, _DOSE, reason)


def given_on_farm(connection: Connection, row: Any) -> Need | None:
    """Return what a vet gave on a farm takes; what was voided never left the store."""
    if row.item_id is None or row.void_reason or not row.quantity:
        return None
    on = day_of(connection, row.given_at)
    reason = f"{row.animal_tag or row.group_name}: {row.product}"
    return Need(row.item_id, row.lot, on, row.quantity, reason)


def _pet(connection: Connection, row: Any) -> str:
    pet = row_of(connection, Pet, row.pet_id)
    return "A pet" if pet is None else str(pet.name)


_SAME = ("item_id", "lot")
NEEDS: dict[type[Record], NeedOf] = {
    Prescription: prescribed,
    PetVaccination: injected,
    FarmVisitTreatment: given_on_farm,
}
RULES: dict[type[Record], tuple[Rule, ...]] = {
    Prescription: (
        taking(Prescription, prescribed, *_SAME, "quantity", "dose_unit", "prescribed_on"),
    ),
    PetVaccination: (taking(PetVaccination, injected, *_SAME, "given_on"),),
    FarmVisitTreatment: (
        taking(FarmVisitTreatment, given_on_farm, *_SAME, "quantity", "given_at", "void_reason"),
    ),
}
