"""What an invoice's line sells of a store leaves it with the line, and comes back with it (13, 17).

The movement has the id of its line: one line, one lot, one movement. What a prescription or a
vaccination took already is not taken again: such a line names the medical record.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from fluffydesk.actions.rules import stores
from fluffydesk.actions.rules.animals import write_beside
from fluffydesk.actions.rules.rule import row_of
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.ledger import Lot, expired, lots_left
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.enums.payments import InvoiceKind
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.payments import Invoice, InvoiceItem
from fluffydesk.records.types import now, today

_LEDGER = InventoryTransaction.__table__


def lots_in_store(connection: Connection, item_id: UUID) -> list[Lot]:
    """Return the lots of an item that hold something, the first to use first (FEFO)."""
    table = _LEDGER.c
    query = select(table.lot, func.min(table.expires_on), func.sum(table.quantity)).where(
        table.item_id == item_id
    )
    rows = connection.execute(query.group_by(table.lot))
    return lots_left(Lot(name, ends, Decimal(left)) for name, ends, left in rows)


def takes_stock(connection: Connection, row: Row[Any] | None) -> bool:
    """Say whether a line takes something from a store: of an invoice, and not taken already."""
    if row is None or row.stock_item_id is None or row.record_id is not None or not row.quantity:
        return False
    invoice = row_of(connection, Invoice, row.invoice_id)
    return invoice is not None and invoice.kind is InvoiceKind.INVOICE


def stock_follows(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """What a line sells leaves the store in the same unit of work (rules 13 and 17)."""
    row = after if after is not None else before
    assert row is not None
    was = row_of(connection, InventoryTransaction, row.id)
    if after is None or not takes_stock(connection, after):
        if was is not None:
            connection.execute(_LEDGER.delete().where(_LEDGER.c.id == row.id))
            _hold(connection, was, None)
        return
    if was is not None and _same(was, after):
        return
    moved_on = today() if was is None else was.moved_on
    lot = after.lot or _lot_for(connection, after, was, moved_on)
    values: dict[str, Any] = {
        "item_id": after.stock_item_id,
        "quantity": -after.quantity,
        "lot": lot,
        "invoice_id": after.invoice_id,
        "reason": f"Sold: {after.description}",
    }
    if was is None:
        new = {"id": row.id, "movement": StockMovement.USE, "moved_on": moved_on}
        stamps = {"created_at": now(), "updated_at": now()}
        write_beside(connection, InventoryTransaction, after, {**values, **new, **stamps})
    else:
        connection.execute(_LEDGER.update().where(_LEDGER.c.id == row.id).values(**values))
    if lot != after.lot:
        items = InvoiceItem.__table__
        connection.execute(items.update().where(items.c.id == row.id).values(lot=lot))
    _hold(connection, was, row_of(connection, InventoryTransaction, row.id))


def stock_comes_back(
    connection: Connection, before: Row[Any] | None, after: Row[Any] | None
) -> None:
    """With a draft that is deleted goes what its lines took from the stores (rule 13)."""
    if before is None or after is not None:
        return
    query = select(_LEDGER).where(_LEDGER.c.invoice_id == before.id)
    for row in connection.execute(query).all():
        connection.execute(_LEDGER.delete().where(_LEDGER.c.id == row.id))
        _hold(connection, row, None)


def _same(was: Row[Any], line: Row[Any]) -> bool:
    return bool(
        was.item_id == line.stock_item_id
        and was.quantity == -line.quantity
        and was.lot == line.lot
        and was.invoice_id == line.invoice_id
    )


def _lot_for(connection: Connection, line: Row[Any], was: Row[Any] | None, on: date) -> str | None:
    """Return the lot a line without one is taken from: the first that is good and holds enough."""
    there = lots_in_store(connection, line.stock_item_id)
    named = [lot for lot in there if lot.name is not None and lot.left > 0]
    if not named:
        return None
    good = [lot for lot in named if not expired(lot.expires_on, on)]
    mine = {} if was is None else {was.lot: -was.quantity}
    for lot in good:
        if lot.left + mine.get(lot.name, Decimal(0)) >= line.quantity:
            return lot.name
    item = row_of(connection, FarmInventory, line.stock_item_id)
    name = "it" if item is None else item.name
    most = max((lot.left for lot in good), default=Decimal(0))
    raise InvalidValue(
        f"No lot of {name} has so many: at most {stores.amount(most)}, and none that has expired.",
        "Enter less, a line for each lot, or write down first what was received.",
        field="quantity",
    )


def _hold(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    for rule in stores.RULES[InventoryTransaction]:
        rule(connection, before, after)
