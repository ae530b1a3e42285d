"""What an invoice's line sells of a store leaves it with the line, and comes back with it (13, 17).

The movement has the id of its line: one line, one lot, one movement. What a prescription or a
vaccination took already is not taken again: such a line names the medical record.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.rules import stores
from fluffydesk.actions.rules.rule import row_of
from fluffydesk.actions.rules.taken import Need, NeedOf, keep, lots_in_store
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.ledger import expired
from fluffydesk.records.enums.payments import InvoiceKind
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.payments import Invoice, InvoiceItem
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record

__all__ = [
    "NEEDS",
    "gives_back",
    "lots_in_store",
    "sold",
    "stock_comes_back",
    "stock_follows",
    "takes_stock",
]

_LEDGER = InventoryTransaction.__table__


def takes_stock(connection: Connection, row: Any) -> bool:
    """Say whether a line takes something from a store: of an invoice, and not taken already."""
    if row is None or row.stock_item_id is None or row.record_id is not None or not row.quantity:
        return False
    invoice = row_of(connection, Invoice, row.invoice_id)
    return invoice is not None and invoice.kind is InvoiceKind.INVOICE


def gives_back(connection: Connection, row: Any) -> bool:
    """Say whether a line is of a credit note, which may bring back what was sold."""
    invoice = row_of(connection, Invoice, row.invoice_id)
    return invoice is not None and invoice.kind is InvoiceKind.CREDIT_NOTE


def sold(connection: Connection, row: Any) -> Need | None:
    """Return what a line takes: of its lot, on the day on which it was first written."""
    if not takes_stock(connection, row):
        return None
    was = row_of(connection, InventoryTransaction, row.id)
    return Need(
        row.stock_item_id,
        row.lot,
        today() if was is None else was.moved_on,
        row.quantity,
        f"Sold: {row.description}",
        {"invoice_id": row.invoice_id},
    )


def stock_follows(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """What a line sells leaves the store in the same unit of work (rules 13 and 17)."""
    row = after if after is not None else before
    assert row is not None
    if after is not None and not after.lot and takes_stock(connection, after):
        was = row_of(connection, InventoryTransaction, row.id)
        lot = _lot_for(connection, after, was, today() if was is None else was.moved_on)
        if lot is not None:
            items = InvoiceItem.__table__
            connection.execute(items.update().where(items.c.id == row.id).values(lot=lot))
            after = row_of(connection, InvoiceItem, row.id)
    keep(connection, InvoiceItem, row, None if after is None else sold(connection, after))


def stock_comes_back(
    connection: Connection, before: Row[Any] | None, after: Row[Any] | None
) -> None:
    """With a draft that is deleted goes what its lines took from the stores (rule 13)."""
    if before is None or after is not None:
        return
    query = select(_LEDGER).where(_LEDGER.c.invoice_id == before.id)
    for row in connection.execute(query).all():
        connection.execute(_LEDGER.delete().where(_LEDGER.c.id == row.id))
        for rule in stores.RULES[InventoryTransaction]:
            rule(connection, row, None)


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


NEEDS: dict[type[Record], NeedOf] = {InvoiceItem: sold}
