"""What a stay is charged for, what of it stands on no bill yet, and its bill (rule 23)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.invoicing import NewLine, write_invoice, write_line
from fluffydesk.actions.line_amounts import prices
from fluffydesk.actions.rules.bookings import stay_words
from fluffydesk.actions.rules.invoices import credited_for, lines_of
from fluffydesk.actions.saving import existing
from fluffydesk.errors import Refusal
from fluffydesk.figures.stays import units_charged
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Booking, BookingItem, Service
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.booking import BookingKind, BookingStatus
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.records.payments import Invoice
from fluffydesk.wording import counted

_CENT = Decimal("0.01")
_NONE = Decimal(0)


@dataclass(frozen=True)
class Unbilled:
    """What of a stay stands on none of its bills, and how many nights they have too many."""

    lines: tuple[NewLine, ...]
    nights_over: Decimal = _NONE


def bill_stay(mirror: Mirror, row_id: UUID) -> tuple[UUID, Changes]:
    """Write the draft of a stay's invoice, or find the one there is; returns it.

    Lines are what the stay includes, nights first, then extras; prices are with tax (rule 23).
    Extras that were never done are left out once the stay is over. What was added to the stay
    since its bill was written goes onto the draft; where that is posted, onto a new one. Refusal:
    nothing to charge.
    """
    with mirror.unit("New invoice") as unit:
        row = existing(unit.connection, Booking, row_id)
        bills = bills_of(unit.connection, row_id)
        if _given_back(unit.connection, bills):
            bills = []
        lines = lines_of_stay(unit.connection, row)
        if not lines and not bills:
            raise Refusal(
                "Nothing is charged for this stay.", "Enter the price of a night in its form."
            )
        if bills:
            credited = any(credited_for(unit.connection, one.id) for one in bills)
            lines = [] if credited else list(unbilled(unit.connection, row).lines)
            drafts = [one for one in bills if one.status == InvoiceStatus.DRAFT]
            for line in lines if drafts else ():
                write_line(unit, drafts[0].id, line)
            if drafts or not lines:
                return (drafts or bills[-1:])[0].id, unit.changes
        values = {"client_id": row.client_id, "booking_id": row_id}
        invoice = write_invoice(unit, values, lines)
    return invoice, unit.changes


def bills_of(connection: Connection, row_id: UUID) -> list[Row[Any]]:
    """Return the invoices of a stay, oldest first: no estimates, no credit notes."""
    table = Invoice.__table__
    query = select(table).where(
        table.c.booking_id == row_id,
        table.c.kind == InvoiceKind.INVOICE,
        table.c.status != InvoiceStatus.VOID,
    )
    return list(connection.execute(query.order_by(table.c.created_at, table.c.id)))


def lines_of_stay(connection: Connection, row: Row[Any]) -> list[NewLine]:
    """Return what a stay is charged for: its nights, and its extras; those done once it is over.

    The tax is what the item says, or else that of its service, or of most of the price list.
    """
    items = BookingItem.__table__
    query = select(items).where(items.c.booking_id == row.id)
    query = query.order_by(items.c.due_at.is_not(None), items.c.due_at, items.c.id)
    over = row.status == BookingStatus.COMPLETED
    kept = [
        one
        for one in connection.execute(query)
        if not (over and one.due_at is not None and one.done_at is None)
    ]
    usual = _usual_rate(connection)
    rates = _rates(connection)
    lines = [
        NewLine(
            one.description,
            one.unit_price,
            one.quantity,
            one.tax_percent or rates.get(one.service_id or row.service_id, usual),
            percent=one.discount_percent,
            pet_id=row.pet_id,
            service_id=one.service_id,
        )
        for one in kept
    ]
    if row.price and all(one.due_at is not None for one in kept):
        words = stay_words(row.kind, row.start_date, row.end_date)
        rate = rates.get(row.service_id, usual)
        whole = NewLine(
            words, row.price, tax_rate=rate, pet_id=row.pet_id, service_id=row.service_id
        )
        lines.insert(0, whole)
    return lines


def _rates(connection: Connection) -> dict[UUID | None, Decimal]:
    """Return the tax of each service."""
    query = select(Service.__table__.c.id, Service.__table__.c.tax_rate)
    return {row.id: row.tax_rate for row in connection.execute(query)}


def _usual_rate(connection: Connection) -> Decimal:
    """Return the tax that most of the services with a price have; of as many, the higher one."""
    table = Service.__table__.c
    query = select(table.tax_rate).where(table.price > 0, table.status == Status.ACTIVE)
    found = Counter(connection.execute(query).scalars())
    return max(found, key=lambda rate: (found[rate], rate), default=_NONE)


def unbilled(connection: Connection, row: Row[Any]) -> Unbilled:
    """Return what of a stay its bills do not hold.

    Nights are told by the word they begin with, extras by their words; a line that somebody gave
    other words counts for one of the same quantity and price.
    """
    name = night_word(row.kind)
    every = [
        line for bill in bills_of(connection, row.id) for line in lines_of(connection, bill.id)
    ]
    billed = [_Billed(line.description, line.quantity, prices(line)["price"]) for line in every]
    nights = [one for one in billed if is_of_nights(one.words, name)]
    extras = [one for one in billed if not is_of_nights(one.words, name)]
    wanted = lines_of_stay(connection, row)
    asked = [one for one in wanted if is_of_nights(one.description, name)]
    found = _extras([one for one in wanted if one not in asked], extras)
    spare = {(one.left, one.price) for one in extras if one.left}
    found = [one for one in found if (one.quantity, one.price) not in spare]
    if not asked or (not nights and {(asked[0].quantity, asked[0].price)} & spare):
        return Unbilled(tuple(found))
    first, count = asked[0], sum((one.left for one in nights), _NONE)
    if first.quantity == 1 < units_charged(row.start_date, row.end_date):  # all nights in one sum
        rest = first.price - sum((one.left * one.price for one in nights), _NONE)
        words = first.description if not nights else f"{name}, the rest"
        found[:0] = [replace(first, description=words, price=rest)] if rest > _CENT else []
        return Unbilled(tuple(found))
    more = sum((one.quantity for one in asked), _NONE) - count
    if more > 0:
        words = f"{name}, {counted(int(more), 'night', 'nights')} more"
        words = first.description if not nights else words
        found.insert(0, replace(_part(first, more), description=words))
    return Unbilled(tuple(found), max(-more, _NONE))


def night_word(kind: str) -> str:
    """Return the word that a stay's own line begins with: "Boarding"."""
    return str(BookingKind(kind)).replace("_", " ").capitalize()


def is_of_nights(words: str, name: str) -> bool:
    """Say whether a line is that of the stay itself, by the word it begins with."""
    said = words.casefold()
    return said == name.casefold() or said.startswith(f"{name.casefold()}, ")


@dataclass
class _Billed:
    """A line of a bill, and how much of it no item has been found for yet."""

    words: str
    left: Decimal
    price: Decimal


def _extras(wanted: list[NewLine], billed: list[_Billed]) -> list[NewLine]:
    """Return what of the extras is on no line of the same words."""
    found = []
    for one in wanted:
        asks = one.quantity
        for line in billed:
            if line.words.casefold() == one.description.casefold():
                part = min(asks, line.left)
                line.left -= part
                asks -= part
        if asks:
            found.append(_part(one, asks))
    return found


def _part(line: NewLine, quantity: Decimal) -> NewLine:
    """Return so much of a line, with as much of its discount."""
    off = (line.off * quantity / line.quantity).quantize(_CENT) if line.quantity else _NONE
    return replace(line, quantity=quantity, off=off)


def _given_back(connection: Connection, bills: list[Row[Any]]) -> bool:
    """Say whether credit notes gave back all that was posted, and nothing else is written."""
    return bool(bills) and all(
        one.total > 0 and credited_for(connection, one.id) >= one.total for one in bills
    )
