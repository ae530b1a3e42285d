"""What a person does in the stores: receive, use, dispose, count; the balance is the sum."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from fluffydesk.actions.saving import check, existing
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.stock import signed
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction

_NONE = Decimal(0)
_TITLES = {
    StockMovement.RECEIPT: "Stock received",
    StockMovement.USE: "Stock used",
    StockMovement.DISPOSAL: "Stock disposed of",
    StockMovement.STOCKTAKE: "Stock counted",
}


def move_stock(
    mirror: Mirror,
    item_id: UUID,
    movement: StockMovement,
    quantity: Decimal,
    moved_on: date,
    **details: Any,
) -> Changes:
    """Post one movement of `quantity` (not negative) in the item's unit.

    For a stocktake `quantity` is what was counted, and the difference from the ledger is posted.
    `details`: unit_cost, lot, expires_on, reason, notes. InvalidValue: a quantity that is not
    positive, or one that would make the balance negative on any day from then on (rule 13).
    """
    with mirror.unit(_TITLES[movement]) as unit:
        item = existing(unit.connection, FarmInventory, item_id)
        posted = _posted(unit.connection, item, movement, quantity, moved_on)
        values = {
            "item_id": item_id,
            "moved_on": moved_on,
            "movement": movement,
            "quantity": posted,
            **details,
        }
        unit.insert(InventoryTransaction, check(InventoryTransaction, values))
    return unit.changes


def balance(connection: Connection, item_id: UUID, on: date | None = None) -> Decimal:
    """Return what the ledger says is in store, at the end of a day or of all days."""
    ledger = InventoryTransaction.__table__
    query = select(func.sum(ledger.c.quantity)).where(ledger.c.item_id == item_id)
    if on is not None:
        query = query.where(ledger.c.moved_on <= on)
    found: Decimal | None = connection.execute(query).scalar()
    return _NONE if found is None else found


def least_from(connection: Connection, item_id: UUID, on: date) -> Decimal:
    """Return the smallest balance at the end of `on` or of any later day."""
    ledger = InventoryTransaction.__table__
    rows = connection.execute(
        select(ledger.c.moved_on, func.sum(ledger.c.quantity))
        .where(ledger.c.item_id == item_id, ledger.c.moved_on > on)
        .group_by(ledger.c.moved_on)
        .order_by(ledger.c.moved_on)
    ).all()
    start = balance(connection, item_id, on)
    later: list[Decimal] = [row[1] for row in rows]
    return min(accumulate(later, initial=start))


def _posted(
    connection: Connection, item: Any, movement: StockMovement, quantity: Decimal, on: date
) -> Decimal:
    """Return the ledger's quantity; InvalidValue where the store would not hold as much."""
    if quantity < 0 or (quantity == 0 and movement is not StockMovement.STOCKTAKE):
        raise InvalidValue(
            "The quantity must be more than zero.",
            "The verb says whether it comes or goes.",
            field="quantity",
        )
    if movement is StockMovement.RECEIPT:
        return quantity
    counted = movement is StockMovement.STOCKTAKE
    posted = signed(movement, quantity - balance(connection, item.id, on) if counted else quantity)
    least = least_from(connection, item.id, on)
    if least + posted < 0:
        raise InvalidValue(
            f"Only {amount(least)} {item.unit} of {item.name} left on {on:%d %B %Y} or later.",
            "Enter less, or write down first what was received or counted.",
            field="quantity",
        )
    return posted


def amount(quantity: Decimal) -> str:
    """Return a quantity without needless zeros, thousands apart: `1,850` or `0.25`."""
    return f"{quantity.normalize():,f}"
