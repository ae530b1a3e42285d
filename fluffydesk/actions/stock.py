"""What a person does in the stores of feed, medicine and the rest, and how a drug is taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.actions.ledger import TITLES, not_less_than_nothing, post
from fluffydesk.actions.rules import stores
from fluffydesk.actions.rules.stores import INVENTORY, amount, expiry
from fluffydesk.actions.rules.taken import lots_in_store as lots
from fluffydesk.actions.rules.taken import parts_of
from fluffydesk.actions.saving import existing
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.ledger import expired
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm_resources import FarmInventory

__all__ = [
    "amount",
    "balance",
    "least_from",
    "lot_left",
    "lots",
    "move_stock",
    "take_first",
    "take_from_lot",
]


def move_stock(
    mirror: Mirror,
    item_id: UUID,
    movement: StockMovement,
    quantity: Decimal,
    moved_on: date,
    **details: Any,
) -> Changes:
    """Post one movement of `quantity` (not negative) in the item's unit.

    For a stocktake `quantity` is what was counted, of the lot where one is named, and the
    difference from the ledger is posted. `details`: unit_cost, lot, expires_on, reason, notes.
    InvalidValue: a quantity that is not positive, one that would make the balance of the item or
    of the lot negative on any day from then on (rule 13), the use of an expired lot.
    """
    with mirror.unit(TITLES[movement]) as unit:
        existing(unit.connection, FarmInventory, item_id)
        lot = (details.get("lot") or "").strip() or None
        there = None
        if lot is not None and movement is StockMovement.STOCKTAKE:
            there = lot_left(unit.connection, item_id, lot, moved_on)
        values = {"item_id": item_id, **details, "lot": lot}
        post(unit, INVENTORY, movement, quantity, moved_on, values, there=there)
    return unit.changes


def take_from_lot(
    unit: Unit, item_id: UUID, lot: str | None, quantity: Decimal, on: date, reason: str | None
) -> UUID:
    """Take a quantity, in the item's unit, from a lot within a unit of work; returns the row.

    With no lot it is taken from the item as a whole. InvalidValue: a lot that the store does not
    know, that has expired by then or holds less, an item that does (rules 13 and 17).
    """
    item = existing(unit.connection, FarmInventory, item_id)
    lot = (lot or "").strip() or None
    if lot is not None:
        there = {one.name: one for one in lots(unit.connection, item_id, on)}
        if lot not in there:
            ends = expiry(unit.connection, item_id, lot)
            if not expired(ends, on):
                known = ", ".join(name for name in there if name) or "none"
                raise InvalidValue(
                    f"There is nothing of lot {lot} of {item.name} in store.",
                    f"Lots in store: {known}.",
                    field="lot",
                )
    values = {"item_id": item_id, "lot": lot, "reason": reason}
    return post(unit, INVENTORY, StockMovement.USE, quantity, on, values)


def take_first(
    unit: Unit,
    item_id: UUID,
    quantity: Decimal,
    on: date,
    *,
    lot: str | None = None,
    ids: Sequence[UUID | None] = (),
    **values: Any,
) -> list[UUID]:
    """Take a quantity for people from a store within a unit of work; returns the rows.

    Of lots, the one that expires first goes first (FEFO), none that has expired, and what bears
    no lot last; with `lot`, that one alone. `ids` are those of the rows, where they follow from
    what it is taken for. InvalidValue: less than that can leave (rule 13).
    """
    item = existing(unit.connection, FarmInventory, item_id)
    row = {"item_id": item_id, **values}
    name = (lot or "").strip() or None
    if name is not None:
        take = {**row, "lot": name}
        return [post(unit, INVENTORY, StockMovement.USE, quantity, on, take)]
    not_less_than_nothing(StockMovement.USE, quantity, "quantity")
    parts = parts_of(unit.connection, item, quantity, on, whole=False)
    return [
        post(unit, INVENTORY, StockMovement.USE, part.quantity, on, {**row, "lot": part.lot}, id=id)
        for part, id in zip(parts, ids or [None] * len(parts), strict=False)
    ]


def balance(connection: Connection, item_id: UUID, on: date | None = None) -> Decimal:
    """Return what the ledger says is in store, at the end of a day or of all days."""
    return stores.balance(connection, INVENTORY, {"item_id": item_id}, on)


def least_from(connection: Connection, item_id: UUID, on: date) -> Decimal:
    """Return the smallest balance at the end of `on` or of any later day."""
    return stores.least_from(connection, INVENTORY, {"item_id": item_id}, on)


def lot_left(connection: Connection, item_id: UUID, lot: str | None, on: date) -> Decimal:
    """Return what is left of a lot, less what was taken of it without naming it."""
    there = (one.left for one in lots(connection, item_id, on) if one.name == lot)
    return next(there, Decimal(0))
