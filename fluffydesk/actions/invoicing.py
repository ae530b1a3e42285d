"""Estimates, invoices and credit notes: their lines with the stock they take, posting (rule 23).

Prices and discounts are with tax, as a price list says them. A line that sells what a store keeps
takes it, by lot, the first to expire first, in the same unit of work; see `rules.dispensed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Row, select

from fluffydesk.actions import numbering, rules
from fluffydesk.actions.line_amounts import kept_amounts, prices
from fluffydesk.actions.rules.dispensed import lots_in_store
from fluffydesk.actions.rules.invoices import charged, due_on, lines_of, whole_off
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.invoices import totals
from fluffydesk.figures.ledger import expired, in_order
from fluffydesk.figures.money import pence, split
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.clinic import FarmVisit
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.records.organizations import Organization
from fluffydesk.records.payments import Invoice, InvoiceItem
from fluffydesk.records.pets import ClinicClient
from fluffydesk.records.types import now, today
from fluffydesk.sync import follows

_NONE = Decimal(0)
_CARRIED = ("client_id", "appointment_id", "booking_id", "notes", "currency")
"""What a draft that is written of another has of it."""
_SAME = ("pet_id", "service_id", "product_id", "stock_item_id", "lot", "record_id")
_WORDS = {
    InvoiceKind.INVOICE: "invoice",
    InvoiceKind.ESTIMATE: "estimate",
    InvoiceKind.CREDIT_NOTE: "credit note",
}


@dataclass(frozen=True)
class NewLine:
    """A line to be written; `price` of one and `off` are with tax, `percent` is in place of `off`.

    With `stock_item_id` it is taken from that store, from `lot` or the first to expire, unless
    `record_id` says that a medical record's prescription or vaccination took it already.
    """

    description: str
    price: Decimal = _NONE
    quantity: Decimal = Decimal(1)
    tax_rate: Decimal = _NONE
    off: Decimal = _NONE
    percent: Decimal = _NONE
    pet_id: UUID | None = None
    service_id: UUID | None = None
    product_id: UUID | None = None
    stock_item_id: UUID | None = None
    lot: str | None = None
    record_id: UUID | None = None
    id: UUID | None = None


def start_invoice(
    mirror: Mirror,
    values: Mapping[str, Any],
    lines: Iterable[NewLine] = (),
    *,
    off: Decimal = _NONE,
    percent: Decimal = _NONE,
) -> tuple[UUID, Changes]:
    """Write a draft with its lines, and a discount on the whole: `off`, which is with tax, or so
    many `percent`, which follow the lines.

    `values` are columns of the invoice: kind, client_id, appointment_id, booking_id, notes.
    InvalidValue: a discount that is more than the whole, stock that is not there (rule 13) or has
    expired (rule 17).
    """
    kind = InvoiceKind(values.get("kind") or InvoiceKind.INVOICE)
    with mirror.unit(f"New {_WORDS[kind]}") as unit:
        invoice_id = write_invoice(unit, values, lines, off=off, percent=percent)
    return invoice_id, unit.changes


def write_invoice(
    unit: Unit,
    values: Mapping[str, Any],
    lines: Iterable[NewLine] = (),
    *,
    off: Decimal = _NONE,
    percent: Decimal = _NONE,
    id: UUID | None = None,
) -> UUID:
    """Write a draft within a unit of work; returns its id. As `start_invoice`."""
    organization = Mirror.state.get(unit.connection, "organization") or {}
    given = {"currency": organization.get("currency") or "EUR", **values}
    invoice_id = unit.insert(Invoice, check(Invoice, given), id)
    rules.hold(unit.connection, Invoice, None, existing(unit.connection, Invoice, invoice_id))
    for one in lines:
        write_line(unit, invoice_id, one)
    if off or percent:
        _take_off(unit, invoice_id, off, percent)
    return invoice_id


def write_line(unit: Unit, invoice_id: UUID, new: NewLine) -> list[UUID]:
    """Write a line of a draft within a unit of work, one for each lot it is taken from."""
    invoice = existing(unit.connection, Invoice, invoice_id)
    after = [row.position for row in lines_of(unit.connection, invoice_id)]
    first = max(after, default=0) + 1
    found = []
    for number, part in enumerate(_by_lot(unit, invoice, new)):
        made = kept_amounts(part.quantity, part.price, part.tax_rate, part.off, part.percent)
        values = {
            "invoice_id": invoice_id,
            "position": first + number,
            "description": part.description,
            "pet_id": part.pet_id,
            "service_id": part.service_id,
            "product_id": part.product_id,
            "stock_item_id": part.stock_item_id,
            "lot": part.lot,
            "record_id": part.record_id,
            **made,
        }
        row_id = unit.insert(InvoiceItem, check(InvoiceItem, values), None if number else part.id)
        after_row = existing(unit.connection, InvoiceItem, row_id)
        rules.hold(unit.connection, InvoiceItem, None, after_row)
        found.append(row_id)
    return found


def add_line(mirror: Mirror, invoice_id: UUID, new: NewLine) -> tuple[list[UUID], Changes]:
    """Add a line to a draft and take its stock; returns the lines, one for each lot."""
    with mirror.unit(f"Add {new.description} to an invoice") as unit:
        rows = write_line(unit, invoice_id, new)
    return rows, unit.changes


def change_line(mirror: Mirror, line_id: UUID, values: Mapping[str, Any]) -> Changes:
    """Change a draft's line: quantity, price and off (with tax) or percent, tax_rate, description,
    lot, pet.

    Its stock follows. Refusal: its invoice is posted (rule 23); InvalidValue: as `start_invoice`.
    """
    with mirror.unit("Change an invoice line") as unit:
        before = existing(unit.connection, InvoiceItem, line_id)
        said = {**prices(before), **({"percent": _NONE} if "off" in values else {}), **values}
        names = ("quantity", "price", "tax_rate", "off", "percent")
        made = kept_amounts(*(said[name] for name in names))
        same = {name: values[name] for name in ("description", "lot", "pet_id") if name in values}
        unit.update(InvoiceItem, line_id, check(InvoiceItem, {**same, **made}, partial=True))
        after = existing(unit.connection, InvoiceItem, line_id)
        rules.hold(unit.connection, InvoiceItem, before, after)
    return unit.changes


def remove_line(mirror: Mirror, line_id: UUID) -> tuple[NewLine, Changes]:
    """Take a line off a draft; what it took from a store is there again (rule 13).

    Returns the line as it can be written again.
    """
    with mirror.unit("Remove an invoice line") as unit:
        gone = drop_line(unit, existing(unit.connection, InvoiceItem, line_id))
    return gone, unit.changes


def set_discount(
    mirror: Mirror, invoice_id: UUID, off: Decimal = _NONE, *, percent: Decimal = _NONE
) -> Changes:
    """Take `off`, which is with tax, or so many percent off the whole of a draft, in place of what
    was before."""
    with mirror.unit("Discount") as unit:
        _take_off(unit, invoice_id, off, percent)
    return unit.changes


def post_invoice(mirror: Mirror, invoice_id: UUID) -> Changes:
    """Post a draft today: it gets its number and its due date, and changes no more (rule 23)."""
    with mirror.unit("Post an invoice") as unit:
        post(unit, invoice_id)
    return unit.changes


def post(unit: Unit, invoice_id: UUID) -> None:
    """Post a draft within a unit of work. Refusal: nothing is on it, or it is an estimate."""
    before = existing(unit.connection, Invoice, invoice_id)
    if before.status is not InvoiceStatus.DRAFT:
        raise Refusal("It is posted already.", "Open the list again.")
    lines = lines_of(unit.connection, invoice_id)
    if not lines:
        raise Refusal("There is nothing on it.", "Add a line first.")
    for number, row in enumerate(lines, 1):
        # Two desks may have written the same number; a credit note finds its line by it.
        if row.position != number and before.kind is InvoiceKind.INVOICE:
            unit.update(InvoiceItem, row.id, {"position": number})
    if follows.reckon_draft(unit.connection, str(invoice_id)):
        # Lines came of another desk since; nothing is posted for less than its lines.
        before = existing(unit.connection, Invoice, invoice_id)
    issued = today()
    values: dict[str, Any] = {
        "status": InvoiceStatus.POSTED,
        "issue_date": issued,
        "due_date": before.due_date,
        "posted_total": before.total,
        **_bill_to(unit, before),
    }
    organization = row_with(unit.connection, Organization, id=before.organization_id)
    if before.due_date is None or before.due_date < issued:
        days = 0 if organization is None else organization.payment_days
        values["due_date"] = due_on(issued, days)
    unit.update(Invoice, invoice_id, numbering.numbered(unit, Invoice, values, invoice_id))
    _hold(unit, before)


def accept_estimate(mirror: Mirror, estimate_id: UUID) -> tuple[UUID, Changes]:
    """Make an invoice of an estimate that the client accepts; its stock is taken now.

    Its ids follow from the estimate's: accepted at two desks, it is one invoice. An estimate that
    was accepted before gives the invoice it became.
    """
    with mirror.unit("Estimate accepted") as unit:
        estimate = existing(unit.connection, Invoice, estimate_id)
        if estimate.kind is not InvoiceKind.ESTIMATE:
            raise Refusal("This is no estimate.", "Choose one.")
        made = row_with(unit.connection, Invoice, estimate_id=estimate_id)
        if made is not None:
            return made.id, unit.changes
        values = {name: estimate._mapping[name] for name in _CARRIED}
        values |= {"estimate_id": estimate_id}
        lines = lines_of(unit.connection, estimate_id)
        new = [replace(_again(row), id=uuid5(row.id, "accepted")) for row in lines]
        id = uuid5(estimate_id, "accepted")
        invoice_id = write_invoice(unit, values, new, **_discount(estimate, lines), id=id)
        unit.update(Invoice, estimate_id, {"accepted_at": now()})
        _hold(unit, estimate)
    return invoice_id, unit.changes


@dataclass(frozen=True)
class Deleted:
    """A draft that was deleted, as `write_again` writes it, and the visits to farms it was of."""

    values: Mapping[str, Any]
    lines: tuple[NewLine, ...]
    off: Decimal = _NONE
    percent: Decimal = _NONE
    visits: tuple[UUID, ...] = ()


def delete_draft(mirror: Mirror, invoice_id: UUID) -> tuple[Deleted, Changes]:
    """Delete a draft or an estimate; what its lines took is in store again (rule 13).

    Returns it as it can be written again.
    """
    with mirror.unit("Delete a draft") as unit:
        gone = drop_draft(unit, invoice_id)
    return gone, unit.changes


def drop_draft(unit: Unit, invoice_id: UUID) -> Deleted:
    """Delete a draft within a unit of work; as `delete_draft`."""
    invoice = existing(unit.connection, Invoice, invoice_id)
    lines = lines_of(unit.connection, invoice_id)
    query = select(FarmVisit.__table__.c.id).where(FarmVisit.__table__.c.invoice_id == invoice_id)
    visits = tuple(unit.connection.execute(query).scalars())
    for visit in visits:
        unit.update(FarmVisit, visit, {"invoice_id": None})
    discount = _discount(invoice, lines)
    values = {name: invoice._mapping[name] for name in (*_CARRIED, "kind", "estimate_id")}
    for row in lines:
        drop_line(unit, row)
    unit.delete(Invoice, invoice_id)
    rules.hold(unit.connection, Invoice, invoice, None)
    return Deleted(values, tuple(map(_again, lines)), **discount, visits=visits)


def write_again(unit: Unit, gone: Deleted) -> UUID:
    """Write a draft that was deleted again, within a unit of work; returns its id."""
    invoice_id = write_invoice(unit, gone.values, gone.lines, off=gone.off, percent=gone.percent)
    for visit in gone.visits:
        unit.update(FarmVisit, visit, {"invoice_id": invoice_id})
    return invoice_id


def take_up_draft(mirror: Mirror, gone: Deleted) -> tuple[UUID, Changes]:
    """Undo `delete_draft`: write the draft again, and take its stock."""
    with mirror.unit("Undo: delete a draft") as unit:
        invoice_id = write_again(unit, gone)
    return invoice_id, unit.changes


def _again(row: Row[Any]) -> NewLine:
    said: dict[str, Any] = {name: row._mapping[name] for name in _SAME} | prices(row)
    return NewLine(row.description, **said)


def drop_line(unit: Unit, row: Row[Any]) -> NewLine:
    """Take a line off a draft within a unit of work; returns it as it can be written again."""
    unit.delete(InvoiceItem, row.id)
    rules.hold(unit.connection, InvoiceItem, row, None)
    return _again(row)


def _hold(unit: Unit, before: Row[Any]) -> None:
    after = existing(unit.connection, Invoice, before.id)
    rules.hold(unit.connection, Invoice, before, after)


def _discount(invoice: Row[Any], lines: Sequence[Row[Any]]) -> dict[str, Decimal]:
    """Return an invoice's discount on the whole, as another is written with it."""
    if invoice.price_off_percent:
        return {"percent": invoice.price_off_percent}
    return {"off": whole_off(invoice, charged(lines))}


def _take_off(unit: Unit, invoice_id: UUID, off: Decimal, percent: Decimal) -> None:
    before = existing(unit.connection, Invoice, invoice_id)
    if before.status is not InvoiceStatus.DRAFT:
        raise Refusal("It is posted: its discount stays.", "Give it back with a credit note.")
    try:
        totals(charged(lines_of(unit.connection, invoice_id)), off)
    except ValueError:
        raise InvalidValue(
            "The discount is more than the whole.", "Enter less.", field="discount"
        ) from None
    values = {"price_off": pence(off), "price_off_percent": percent}
    unit.update(Invoice, invoice_id, check(Invoice, values, partial=True))
    _hold(unit, before)


def _bill_to(unit: Unit, invoice: Row[Any]) -> dict[str, Any]:
    """Return the client's name, address and tax number, where the draft does not say them."""
    client = row_with(unit.connection, ClinicClient, id=invoice.client_id)
    if client is None or invoice.bill_to_name:
        return {}
    return {
        "bill_to_name": client.full_name,
        "bill_to_address": invoice.bill_to_address or client.address,
        "bill_to_tax_number": invoice.bill_to_tax_number or client.tax_number,
    }


def _by_lot(unit: Unit, invoice: Row[Any], new: NewLine) -> Sequence[NewLine]:
    """Return a line as one for each lot it must be taken from, the first to expire first."""
    taken = new.stock_item_id is not None and new.record_id is None and not new.lot
    if not taken or invoice.kind is not InvoiceKind.INVOICE:
        return (new,)
    assert new.stock_item_id is not None
    there = [one for one in lots_in_store(unit.connection, new.stock_item_id) if one.left > 0]
    good = [one for one in there if one.name and not expired(one.expires_on, today())]
    parts = in_order([one.left for one in good], new.quantity)
    if parts is None or sum(1 for part in parts if part) < 2:
        return (new,)
    offs = split(new.off, parts)
    return [
        replace(new, quantity=part, lot=one.name, off=off)
        for one, part, off in zip(good, parts, offs, strict=True)
        if part
    ]
