"""A clinic's invoices as the screens show them: what is left to pay, lines, payments, papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    func,
    literal,
    select,
)

from fluffydesk.actions.crediting import credited_quantities
from fluffydesk.actions.line_amounts import prices
from fluffydesk.actions.paid_back import paid_back
from fluffydesk.actions.rules.invoices import CLAIMED, RECEIVED, lines_of, totals_of
from fluffydesk.figures.invoices import Totals
from fluffydesk.mirror import journal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus, PaymentMethod
from fluffydesk.records.organizations import Organization
from fluffydesk.records.payments import Invoice, Payment, PaymentRefund
from fluffydesk.records.pets import ClinicClient, Pet
from fluffydesk.ui.screens.visits import unconfirmed

WATCHED = frozenset(
    {
        "invoices",
        "invoice_items",
        "payments",
        "payment_refunds",
        "till_closings",
        "clinic_clients",
        "appointments",
        "services",
        "products",
        "organizations",
    }
)
_NONE = Decimal("0.00")
_BILLS, _MONEY, _BACK = Invoice.__table__, Payment.__table__, PaymentRefund.__table__
_NOTES = Invoice.__table__.alias("notes")


@dataclass(frozen=True)
class InvoiceRow:
    """An invoice as one line of a list; `left` is below zero where money is to be paid back."""

    id: UUID
    number: str
    kind: InvoiceKind
    status: InvoiceStatus
    issued: date
    due: date | None
    client: str
    client_id: UUID | None
    pet: str
    total: Decimal
    paid: Decimal
    credited: Decimal
    state: str
    refused: bool = False

    @property
    def left(self) -> Decimal:
        """What is still to be paid."""
        asks = self.kind is InvoiceKind.INVOICE
        return self.total - self.paid - self.credited if asks else _NONE


@dataclass(frozen=True)
class BillLine:
    """A line with prices as a price list says them: with tax."""

    id: UUID
    description: str
    pet: str
    lot: str
    quantity: Decimal
    price: Decimal
    off: Decimal
    tax_rate: Decimal
    gross: Decimal
    percent: Decimal
    """Of the price, where the discount is said so; it is in `off` then, too."""
    given_back: Decimal
    """How much of its quantity credit notes gave back."""
    taken: bool
    """Whether the medical record took it from the store."""


@dataclass(frozen=True)
class BackLine:
    """Money that was paid back of a payment, once; `refused` is what central did not take."""

    id: UUID
    paid_at: datetime
    method: PaymentMethod
    amount: Decimal
    refused: bool = False


@dataclass(frozen=True)
class PaymentLine:
    """Money received for an invoice; `refused` is what central did not take, or not with what it
    was received with."""

    id: UUID
    paid_at: datetime
    method: PaymentMethod
    amount: Decimal
    backs: tuple[BackLine, ...]
    given: Decimal | None
    """What was handed over in cash."""
    till: str
    reference: str
    refused: bool
    client_id: UUID | None = None

    @property
    def back(self) -> Decimal:
        """What was paid back of it."""
        return sum((one.amount for one in self.backs), _NONE)


@dataclass(frozen=True)
class Seller:
    """The clinic as its papers name it."""

    name: str
    address: str
    vat_number: str
    registration: str
    phone: str
    email: str


@dataclass(frozen=True)
class Bill:
    """An invoice, estimate or credit note with all that belongs to it."""

    row: InvoiceRow
    currency: str
    lines: tuple[BillLine, ...]
    totals: Totals
    payments: tuple[PaymentLine, ...]
    credit: tuple[PaymentLine, ...]
    """The client's money that is for no invoice yet."""
    notes: str
    bill_to: str
    address: str
    tax_number: str
    seller: Seller
    percent: Decimal = _NONE
    """The discount on the whole, where it is said so; it is in `totals.off` then, too."""
    corrects: str = ""
    """The number of the invoice that a credit note is about."""
    visit: datetime | None = None

    @property
    def editable(self) -> bool:
        """Whether it is a draft, or an estimate that nobody accepted."""
        return self.row.status is InvoiceStatus.DRAFT and self.row.state != "Accepted"


def state_of(row: Any, on: date) -> str:
    """Return how far an invoice is, in a word or two, by what this PC knows."""
    if row.kind is InvoiceKind.ESTIMATE:
        return "Accepted" if row.accepted_at is not None else "Estimate"
    if row.status is InvoiceStatus.DRAFT:
        return "Draft"
    if row.kind is InvoiceKind.CREDIT_NOTE:
        return "Credit note"
    left = row.total - row.received - row.credited
    if left < 0:
        return "To pay back"
    if left == 0:
        return "Credited" if row.credited and not row.received else "Paid"
    if row.due_date is not None and row.due_date < on:
        return "Overdue"
    return "Part paid" if row.received or row.credited else "To pay"


def read_bill(mirror: Mirror, invoice_id: UUID, on: date) -> Bill | None:
    """Return an invoice with its lines and payments; None where it is gone."""
    with mirror.read() as connection:
        return bill_of(connection, invoice_id, on)


def bill_of(connection: Connection, invoice_id: UUID, on: date) -> Bill | None:
    """As `read_bill`, within a read."""
    found = connection.execute(bills().where(_BILLS.c.id == invoice_id)).first()
    if found is None:
        return None
    _, refused = unconfirmed(connection, "invoices")
    back = credited_quantities(connection, invoice_id)
    pets = dict(_names_of_pets(connection, invoice_id))
    lines = tuple(
        _line(row, pets, back.get(row.position, Decimal(0)))
        for row in lines_of(connection, invoice_id)
    )
    client = None
    if found.client_id is not None:
        table = ClinicClient.__table__
        client = connection.execute(select(table).where(table.c.id == found.client_id)).first()
    corrects = select(_BILLS.c.number).where(_BILLS.c.id == found.credits_id)
    visit = select(Appointment.__table__.c.scheduled_at).where(
        Appointment.__table__.c.id == found.appointment_id
    )
    return Bill(
        row_of(found, on, refused),
        found.currency,
        lines,
        totals_of(connection, found),
        _payments(connection, _MONEY.c.invoice_id == invoice_id),
        _credit(connection, found.client_id),
        found.notes or "",
        found.bill_to_name or (client.full_name if client is not None else ""),
        found.bill_to_address or (client.address if client is not None else "") or "",
        found.bill_to_tax_number or (client.tax_number if client is not None else "") or "",
        seller_of(connection, found.organization_id),
        found.price_off_percent,
        connection.execute(corrects).scalar() or "",
        connection.execute(visit).scalar(),
    )


def seller_of(connection: Connection, organization_id: UUID) -> Seller:
    """Return the clinic as its papers name it."""
    table = Organization.__table__
    row = connection.execute(select(table).where(table.c.id == organization_id)).first()
    if row is None:
        return Seller("", "", "", "", "", "")
    return Seller(
        row.legal_name or row.name,
        row.address or "",
        row.vat_number or "",
        row.registration_number or "",
        row.phone or "",
        row.email or "",
    )


def received() -> ColumnElement[Any]:
    """Return the subquery of what was received for an invoice and not paid back."""
    return _sum(
        select(func.sum(_MONEY.c.amount - paid_back())).where(
            _MONEY.c.invoice_id == _BILLS.c.id, _MONEY.c.status.in_(RECEIVED)
        )
    )


def credited() -> ColumnElement[Any]:
    """Return the subquery of what credit notes took off an invoice."""
    return _sum(
        select(func.sum(_NOTES.c.total)).where(
            _NOTES.c.credits_id == _BILLS.c.id, _NOTES.c.status.in_(CLAIMED)
        )
    )


def _sum(query: Select[Any]) -> ColumnElement[Any]:
    none = literal(_NONE, _BILLS.c.total.type)
    return func.coalesce(query.correlate(_BILLS).scalar_subquery(), none)


def bills(*columns: Any) -> Select[Any]:
    """Return the query of which `row_of` makes rows: with all of a bill's columns, or some."""
    clients, pets, book = ClinicClient.__table__, Pet.__table__, Appointment.__table__
    joined = (
        _BILLS.outerjoin(clients, clients.c.id == _BILLS.c.client_id)
        .outerjoin(book, book.c.id == _BILLS.c.appointment_id)
        .outerjoin(pets, pets.c.id == book.c.pet_id)
    )
    return select(
        *(columns or (_BILLS,)),
        clients.c.full_name.label("client"),
        pets.c.name.label("pet"),
        received().label("received"),
        credited().label("credited"),
    ).select_from(joined)


def row_of(row: Row[Any], on: date, refused: frozenset[str]) -> InvoiceRow:
    """Return a row of `bills`; `refused` are the ids of those that central did not take."""
    return InvoiceRow(
        row.id,
        row.number or "",
        row.kind,
        row.status,
        row.issue_date,
        row.due_date,
        row.client or row.bill_to_name or "",
        row.client_id,
        row.pet or "",
        row.total,
        row.received,
        row.credited,
        state_of(row, on),
        str(row.id) in refused,
    )


def _line(row: Row[Any], pets: dict[UUID, str], given_back: Decimal) -> BillLine:
    said = prices(row)
    return BillLine(
        row.id,
        row.description,
        pets.get(row.pet_id, ""),
        row.lot or "",
        row.quantity,
        said["price"],
        said["off"],
        row.tax_rate,
        row.line_total + row.tax,
        said["percent"],
        given_back,
        row.record_id is not None and row.stock_item_id is not None,
    )


def _names_of_pets(connection: Connection, invoice_id: UUID) -> list[tuple[UUID, str]]:
    pets = Pet.__table__.c
    named = [row.pet_id for row in lines_of(connection, invoice_id) if row.pet_id is not None]
    query = select(pets.id, pets.name).where(pets.id.in_(named))
    return [(row.id, row.name) for row in connection.execute(query)]


def _credit(connection: Connection, client_id: UUID | None) -> tuple[PaymentLine, ...]:
    if client_id is None:
        return ()
    table = _MONEY.c
    free = and_(
        table.client_id == client_id,
        table.invoice_id.is_(None),
        table.booking_id.is_(None),
        table.order_id.is_(None),
        paid_back() < table.amount,
    )
    return _payments(connection, free)


def _payments(connection: Connection, where: ColumnElement[bool]) -> tuple[PaymentLine, ...]:
    refused = journal.refused_rows(connection, _MONEY.name)
    query = select(_MONEY).where(where, _MONEY.c.status.in_(RECEIVED))
    found = connection.execute(query.order_by(_MONEY.c.paid_at, _MONEY.c.id)).all()
    backs = _backs(connection, [row.id for row in found])
    return tuple(
        PaymentLine(
            row.id,
            row.paid_at or row.created_at,
            row.method,
            row.amount,
            tuple(backs.get(row.id, ())),
            row.given,
            row.till or "",
            row.reference or "",
            str(row.id) in refused,
            row.client_id,
        )
        for row in found
    )


def _backs(connection: Connection, payments: list[UUID]) -> dict[UUID, list[BackLine]]:
    _, refused = unconfirmed(connection, "payment_refunds")
    query = select(_BACK).where(_BACK.c.payment_id.in_(payments))
    found: dict[UUID, list[BackLine]] = {}
    for row in connection.execute(query.order_by(_BACK.c.paid_back_at, _BACK.c.id)):
        line = BackLine(row.id, row.paid_back_at, row.method, row.amount, str(row.id) in refused)
        found.setdefault(row.payment_id, []).append(line)
    return found
