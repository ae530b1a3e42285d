"""What a clinic hands out or injects leaves its store, whichever way it is written (rule 17)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.rules import stores
from fluffydesk.actions.rules.animals import day_of, write_beside
from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.health import drawn
from fluffydesk.records.clinic import FarmVisitTreatment, PetVaccination, Prescription
from fluffydesk.records.enums.farm_resources import StockMovement, StockUnit
from fluffydesk.records.enums.medical import DoseUnit
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import Record

_NONE = Decimal(0)
_LEDGER = InventoryTransaction.__table__


@dataclass(frozen=True)
class _Need:
    """What a paper takes: so much, in the store's unit, of a lot, on a day."""

    item: UUID
    lot: str | None
    on: date
    quantity: Decimal

    @property
    def place(self) -> tuple[UUID, str | None, date]:
        return self.item, self.lot, self.on


def in_store_unit(quantity: Decimal, unit: str, stock_unit: str) -> Decimal | None:
    """Return what a quantity handed out takes from a store, in the store's unit.

    It is told in the unit of the dose; of a store that counts bottles or boxes, where the dose is
    in mL or mg, it is the number of those. None where one does not tell the other.
    """
    found = drawn(quantity, unit, stock_unit, 1, 1)
    return quantity if found is None and stock_unit == StockUnit.COUNT else found


def _prescribed(connection: Connection, row: Row[Any] | None) -> _Need | None:
    if row is None or row.item_id is None or not row.quantity:
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
    return _Need(row.item_id, row.lot, row.prescribed_on, found)


def _injected(connection: Connection, row: Row[Any] | None) -> _Need | None:
    """A vaccination is one dose."""
    if row is None or row.item_id is None:
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
    found = drawn(Decimal(1), DoseUnit.DOSE, item.unit, 1, 1)
    return _Need(row.item_id, row.lot, row.given_on, found or _NONE)


def _on_farm(connection: Connection, row: Row[Any] | None) -> _Need | None:
    """What a vet gave on a farm; what was voided never left the store."""
    if row is None or row.item_id is None or row.void_reason or not row.quantity:
        return None
    return _Need(row.item_id, row.lot, day_of(connection, row.given_at), row.quantity)


def _need_of(
    row: Row[Any] | None,
) -> Callable[[Connection, Row[Any] | None], _Need | None]:
    if hasattr(row, "visit_id"):
        return _on_farm
    return _prescribed if hasattr(row, "prescribed_on") else _injected


def _whom(connection: Connection, row: Row[Any]) -> str:
    if hasattr(row, "visit_id"):
        return str(row.animal_tag or row.group_name)
    pet = row_of(connection, Pet, row.pet_id)
    return "A pet" if pet is None else str(pet.name)


def _taken(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """What is handed out leaves its lot in the same unit; a correction moves the difference."""
    needed = _need_of(after if after is not None else before)
    had, needs = needed(connection, before), needed(connection, after)
    if had == needs:
        return
    back = _NONE if had is None else had.quantity
    more = _NONE if needs is None else needs.quantity
    if had is not None and needs is not None and had.place == needs.place:
        back, more = max(back - more, _NONE), max(more - back, _NONE)
    row = after if after is not None else before
    assert row is not None
    if had is not None and back > 0:
        _post(connection, row, had, StockMovement.RECEIPT, back)
    if needs is not None and more > 0:
        _post(connection, row, needs, StockMovement.USE, -more)


def _post(
    connection: Connection, row: Row[Any], need: _Need, verb: StockMovement, quantity: Decimal
) -> None:
    key = _key(connection, row.id, f"{verb} {quantity.normalize():f} {need.on} {need.item}")
    back = verb is StockMovement.RECEIPT
    what = getattr(row, "product", None) or getattr(row, "vaccine", "")
    reason = f"{_whom(connection, row)}: {what}"
    values = {
        "id": key,
        "item_id": need.item,
        "moved_on": need.on,
        "movement": verb,
        "quantity": quantity,
        "lot": need.lot,
        "reason": f"Given back: {reason}" if back else reason,
        "created_at": now(),
        "updated_at": now(),
    }
    write_beside(connection, InventoryTransaction, row, values)
    posted = connection.execute(select(_LEDGER).where(_LEDGER.c.id == key)).one()
    for rule in stores.RULES[InventoryTransaction]:
        rule(connection, None, posted)


def _key(connection: Connection, given: UUID, what: str) -> UUID:
    """Return an id that follows from what is posted, so that two desks give back the same once."""
    for time in count():
        key = uuid5(given, f"{what} {time}")
        if row_of(connection, InventoryTransaction, key) is None:
            return key
    raise AssertionError  # count() never ends


RULES: dict[type[Record], tuple[Rule, ...]] = {
    Prescription: (_taken,),
    PetVaccination: (_taken,),
    FarmVisitTreatment: (_taken,),
}
