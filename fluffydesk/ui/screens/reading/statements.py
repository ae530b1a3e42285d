"""What a client was asked for and paid, from balance to balance; and who is to be reminded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, or_, select

from fluffydesk.actions.merged import same_as
from fluffydesk.actions.rules.invoices import CLAIMED, RECEIVED
from fluffydesk.actions.withdrawal import zone_of
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.whose import whose
from fluffydesk.records.enums.payments import InvoiceKind
from fluffydesk.records.payments import Invoice, Payment, PaymentRefund
from fluffydesk.records.pets import ClinicClient
from fluffydesk.ui.fields.texts import words
from fluffydesk.ui.screens.reading.invoice_lists import Which, invoice_rows
from fluffydesk.ui.screens.reading.invoices import InvoiceRow, Seller, seller_of

_NONE = Decimal("0.00")
_BILLS, _MONEY, _BACK = Invoice.__table__, Payment.__table__, PaymentRefund.__table__


@dataclass(frozen=True)
class Entry:
    """A line of a client's statement; `amount` is what it adds to what the client owes."""

    id: str
    on: date
    words: str
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Statement:
    """What a client was asked for and paid in a period, from balance to balance."""

    client: str
    address: str
    tax_number: str
    first: date
    last: date
    currency: str
    opening: Decimal
    entries: tuple[Entry, ...]
    seller: Seller

    @property
    def closing(self) -> Decimal:
        return self.entries[-1].balance if self.entries else self.opening


def read_overdue(mirror: Mirror, on: date) -> tuple[InvoiceRow, ...]:
    """Return every invoice that is overdue, the longest first: the dunning list."""
    return invoice_rows(mirror, Which.OVERDUE, on, None).rows


def read_statement(mirror: Mirror, client_id: UUID, first: date, last: date) -> Statement:
    """Return a client's statement of the days from `first` to `last`."""
    mine = whose(mirror)
    with mirror.read() as connection:
        every = _entries(connection, client_id, mine.currency)
        opening = sum((one.amount for one in every if one.on < first), _NONE)
        balance, entries = opening, []
        for one in every:
            if first <= one.on <= last:
                balance += one.amount
                entries.append(Entry(one.key, one.on, one.words, one.amount, balance))
        name, address, tax_number = _client(connection, client_id)
        assert mine.organization_id is not None
        seller = seller_of(connection, mine.organization_id)
    return Statement(
        name,
        address,
        tax_number,
        first,
        last,
        mine.currency,
        opening,
        tuple(entries),
        seller,
    )


@dataclass(frozen=True)
class _Moved:
    """What moved a client's balance; `at` is when, None for an invoice: its day began with it."""

    on: date
    words: str
    amount: Decimal
    key: str
    at: datetime | None = None

    @property
    def place(self) -> tuple[object, ...]:
        first = self.at is None
        return self.on, not first, "" if first else self.at, self.words, self.key


def _entries(connection: Connection, client_id: UUID, currency: str) -> list[_Moved]:
    """Return all that moved a client's balance, as it came: invoices first of a day.

    A payment for an invoice counts for the invoice's client, any other for its own.
    """
    mine = list(same_as(connection, [client_id]))
    zone = zone_of(connection)
    found: list[_Moved] = []
    bills = select(_BILLS).where(
        _BILLS.c.client_id.in_(mine), _BILLS.c.status.in_(CLAIMED), _BILLS.c.currency == currency
    )
    for row in connection.execute(bills):
        note = row.kind is InvoiceKind.CREDIT_NOTE
        name = f"{'Credit note' if note else 'Invoice'} {row.number or ''}".strip()
        amount, at = (-row.total, row.created_at) if note else (row.total, None)
        found.append(_Moved(row.issue_date, name, amount, str(row.id), at))
    joined = _MONEY.outerjoin(_BILLS, _BILLS.c.id == _MONEY.c.invoice_id)
    paid = (
        select(_MONEY, _BILLS.c.number.label("bill"))
        .select_from(joined)
        .where(
            or_(
                _BILLS.c.client_id.in_(mine),
                _BILLS.c.client_id.is_(None) & _MONEY.c.client_id.in_(mine),
            ),
            _MONEY.c.status.in_(RECEIVED),
            _MONEY.c.currency == currency,
        )
    )
    received = connection.execute(paid).all()
    backs = _backs(connection, [row.id for row in received])
    for row in received:
        about = f", invoice {row.bill}" if row.bill else ""
        at = row.paid_at or row.created_at
        on, by = at.astimezone(zone).date(), _by(row.method)
        found.append(_Moved(on, f"Paid by {by}{about}", -row.amount, str(row.id), at))
        for back in backs.get(row.id, ()):
            at = back.paid_back_at
            on, by = at.astimezone(zone).date(), _by(back.method)
            found.append(_Moved(on, f"Paid back by {by}{about}", back.amount, str(back.id), at))
    return sorted(found, key=lambda one: one.place)


def _backs(connection: Connection, payments: list[UUID]) -> dict[UUID, list[Row[Any]]]:
    """Return what was paid back of some payments."""
    found: dict[UUID, list[Row[Any]]] = {}
    for row in connection.execute(select(_BACK).where(_BACK.c.payment_id.in_(payments))):
        found.setdefault(row.payment_id, []).append(row)
    return found


def _by(method: object) -> str:
    return words(str(method)).lower()


def _client(connection: Connection, client_id: UUID) -> tuple[str, str, str]:
    table = ClinicClient.__table__
    row = connection.execute(select(table).where(table.c.id == client_id)).first()
    if row is None:
        return "", "", ""
    return row.full_name, row.address or "", row.tax_number or ""
