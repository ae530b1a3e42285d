"""Credit notes: what a posted invoice asked for is given back, whole or in part (rule 23)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions import rules
from fluffydesk.actions.invoicing import post
from fluffydesk.actions.line_amounts import prices
from fluffydesk.actions.rules.invoices import (
    CLAIMED,
    charged,
    credited_for,
    lines_of,
    received_for,
    totals_of,
)
from fluffydesk.actions.saving import check, existing
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.invoices import credited, part_of, totals
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.enums.payments import InvoiceKind
from fluffydesk.records.farm_resources import InventoryTransaction
from fluffydesk.records.payments import Invoice, InvoiceItem
from fluffydesk.records.types import today

_NONE = Decimal(0)
_SAME = (
    "client_id", "appointment_id", "booking_id", "bill_to_name", "bill_to_address",
    "bill_to_tax_number", "currency",
)  # fmt: skip
_LINKS = ("description", "pet_id", "service_id", "product_id", "stock_item_id", "lot", "record_id")


@dataclass(frozen=True)
class Credited:
    """A credit note that was written, and what is to be paid back because of it."""

    id: UUID
    total: Decimal
    to_pay_back: Decimal
    """What was received for the invoice beyond what it still asks for."""


def credit(
    mirror: Mirror,
    invoice_id: UUID,
    quantities: Mapping[UUID, Decimal] | None = None,
    *,
    stock_back: bool = False,
    reason: str | None = None,
) -> tuple[Credited, Changes]:
    """Write and post a credit note on a posted invoice: of all that is left, or of some lines.

    `quantities` says how much of which line. With `stock_back` what these lines took is in store
    again, in its lot. The parts of a line make the whole line to the cent. Refusal: nothing is
    left to give back; InvalidValue: more of a line than was charged (rule 23).
    """
    with mirror.unit("Credit note") as unit:
        found = write_credit(unit, invoice_id, quantities, stock_back=stock_back, reason=reason)
    return found, unit.changes


def write_credit(
    unit: Unit,
    invoice_id: UUID,
    quantities: Mapping[UUID, Decimal] | None = None,
    *,
    stock_back: bool | Collection[UUID] = False,
    reason: str | None = None,
) -> Credited:
    """Write and post a credit note within a unit of work; as `credit`.

    `stock_back` may say of which lines what they took is in store again.
    """
    invoice = existing(unit.connection, Invoice, invoice_id)
    if invoice.kind is not InvoiceKind.INVOICE or invoice.status not in CLAIMED:
        raise Refusal("Only a posted invoice is given back.", "Delete the draft instead.")
    values = {name: invoice._mapping[name] for name in _SAME}
    given = {**values, "kind": InvoiceKind.CREDIT_NOTE, "notes": reason}
    note_id = unit.insert(Invoice, check(Invoice, {**given, "credits_id": invoice_id}))
    if not _write_lines(unit, invoice, note_id, quantities, stock_back=stock_back):
        raise Refusal("All of it was given back already.", "Look at its credit notes.")
    found = totals(charged(lines_of(unit.connection, note_id)))
    post(unit, note_id)
    owed = invoice.total - credited_for(unit.connection, invoice_id)
    back = received_for(unit.connection, invoice_id) - owed
    return Credited(note_id, found.total, max(back, _NONE))


def credited_quantities(connection: Connection, invoice_id: UUID) -> dict[int, Decimal]:
    """Return how much of each line of an invoice was given back already, by its position."""
    bills, items = Invoice.__table__.c, InvoiceItem.__table__.c
    query = (
        select(items.position, items.quantity)
        .join(Invoice.__table__, bills.id == items.invoice_id)
        .where(bills.credits_id == invoice_id, bills.status.in_(CLAIMED))
    )
    found: dict[int, Decimal] = {}
    for position, quantity in connection.execute(query):
        found[position] = found.get(position, _NONE) + quantity
    return found


def _write_lines(
    unit: Unit,
    invoice: Row[Any],
    note_id: UUID,
    quantities: Mapping[UUID, Decimal] | None,
    *,
    stock_back: bool | Collection[UUID],
) -> int:
    charged_for = totals_of(unit.connection, invoice).charged
    before = credited_quantities(unit.connection, invoice.id)
    written = 0
    for row, whole in zip(lines_of(unit.connection, invoice.id), charged_for, strict=True):
        there = before.get(row.position, _NONE)
        wanted = row.quantity - there if quantities is None else quantities.get(row.id, _NONE)
        if not wanted:
            continue
        if wanted < 0 or wanted > row.quantity - there:
            raise InvalidValue(
                f"Only {(row.quantity - there).normalize():,f} of {row.description} can be "
                "given back.",
                "Enter no more.",
                field="quantity",
            )
        gross = part_of(whole, row.quantity, there, wanted)
        made = credited(wanted, prices(row)["price"], row.tax_rate, gross)
        values = {
            **{name: row._mapping[name] for name in _LINKS},
            "invoice_id": note_id,
            "position": row.position,
            "quantity": wanted,
            "unit_price": made.unit_price,
            "discount": made.discount,
            "line_total": made.net,
            "tax_rate": made.tax_rate,
            "tax": made.tax,
        }
        line_id = unit.insert(InvoiceItem, check(InvoiceItem, values))
        after = existing(unit.connection, InvoiceItem, line_id)
        rules.hold(unit.connection, InvoiceItem, None, after)
        written += 1
        is_back = stock_back if isinstance(stock_back, bool) else row.id in stock_back
        if is_back and row.stock_item_id is not None:
            _give_back(unit, after)
    return written


def _give_back(unit: Unit, row: Row[Any]) -> None:
    values = {
        "item_id": row.stock_item_id,
        "moved_on": today(),
        "movement": StockMovement.RECEIPT,
        "quantity": row.quantity,
        "lot": row.lot,
        "invoice_id": row.invoice_id,
        "reason": f"Given back: {row.description}",
    }
    moved = unit.insert(InventoryTransaction, check(InventoryTransaction, values), row.id)
    after = existing(unit.connection, InventoryTransaction, moved)
    rules.hold(unit.connection, InventoryTransaction, None, after)
