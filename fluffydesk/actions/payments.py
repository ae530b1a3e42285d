"""Money that comes in and is paid back, and the end of a day at a till (rules 23 and 24)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, func, select

from fluffydesk.actions import rules
from fluffydesk.actions.invoicing import post
from fluffydesk.actions.merged import same_as
from fluffydesk.actions.rules.invoices import RECEIVED, credited_for, received_for
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.actions.withdrawal import zone_of
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.invoices import change_for, expected_cash, shared_out
from fluffydesk.mirror import journal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.mirror.whose import whose
from fluffydesk.records.clinic import TillClosing
from fluffydesk.records.enums import PaymentStatus
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus, PaymentMethod
from fluffydesk.records.payments import Invoice, Payment, PaymentRefund
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import Record

_NONE = Decimal("0.00")
_MONEY, _BACK = Payment.__table__, PaymentRefund.__table__
FIRST_TILL = "Front desk"
"""The till of a clinic that has one."""


@dataclass(frozen=True)
class Part:
    """One way in which something is paid; `given` is what was handed over in cash."""

    amount: Decimal
    method: PaymentMethod = PaymentMethod.CASH
    given: Decimal | None = None
    reference: str | None = None


@dataclass(frozen=True)
class Paid:
    """What was received for an invoice: the payments, the change to give, what is still open."""

    payments: tuple[UUID, ...]
    change: Decimal
    left: Decimal


def pay(
    mirror: Mirror,
    invoice_id: UUID,
    *parts: Part,
    till: str = FIRST_TILL,
    paid_at: datetime | None = None,
) -> tuple[Paid, Changes]:
    """Write what was received for an invoice, by one method or several, all or none.

    A draft is posted with it: nobody pays for what may still change. InvalidValue with the field
    `amount`: more than is left to pay (rule 23), or less cash given than is paid.
    """
    mine = whose(mirror)
    with mirror.unit("Payment") as unit:
        invoice = existing(unit.connection, Invoice, invoice_id)
        if invoice.status is InvoiceStatus.DRAFT:
            post(unit, invoice_id)
        change, written = _NONE, []
        for part in parts:
            change += _change_of(part)
            values = {
                "invoice_id": invoice_id,
                "client_id": invoice.client_id,
                "currency": invoice.currency,
                "till": till,
                "paid_at": paid_at or now(),
                "received_by": mine.user_id,
            }
            written.append(_add(unit, Payment, {**values, **asdict(part)}))
        left = owed_for(unit.connection, invoice_id)
    return Paid(tuple(written), change, left), unit.changes


def owed_for(connection: Connection, invoice_id: UUID) -> Decimal:
    """Return what is left to pay of an invoice; below zero what is to be paid back."""
    invoice = existing(connection, Invoice, invoice_id)
    less = credited_for(connection, invoice_id) + received_for(connection, invoice_id)
    return Decimal(invoice.total) - less


def _change_of(part: Part) -> Decimal:
    if part.amount <= 0:
        raise InvalidValue("A payment is more than nothing.", "Enter the amount.", field="amount")
    if part.given is None:
        return _NONE
    if part.given < part.amount:
        raise InvalidValue(
            f"{part.given:,.2f} is less than the {part.amount:,.2f} to be paid.",
            "Enter as the amount what is paid now: the rest stays open.",
            field="given",
        )
    return change_for(part.given, part.amount)


def open_invoices(
    connection: Connection, client_id: UUID, currency: str
) -> list[tuple[Row[Any], Decimal]]:
    """Return the invoices of a client of which something is left to pay, and how much of each.

    The oldest first; those on cards that were merged into the client's too.
    """
    table = Invoice.__table__
    query = select(table).where(
        table.c.client_id.in_(list(same_as(connection, [client_id]))),
        table.c.kind == InvoiceKind.INVOICE,
        table.c.status == InvoiceStatus.POSTED,
        table.c.currency == currency,
    )
    rows = connection.execute(query.order_by(table.c.issue_date, table.c.id)).all()
    owed = [(row, owed_for(connection, row.id)) for row in rows]
    return [(row, left) for row, left in owed if left > 0]


def pay_on_account(
    mirror: Mirror, client_id: UUID, part: Part, till: str = FIRST_TILL
) -> tuple[Paid, Changes]:
    """Write money of a client: it pays the open invoices, the oldest first, and what is over is the
    client's credit.

    A payment for each invoice, all or none; `left` is what is still to be paid of them.
    """
    mine = whose(mirror)
    with mirror.unit("Payment on account") as unit:
        change = _change_of(part)
        owed = open_invoices(unit.connection, client_id, mine.currency)
        parts = shared_out(part.amount, (left for _, left in owed))
        shares = [(row.id, row.client_id, paid) for (row, _), paid in zip(owed, parts, strict=True)]
        shares.append((None, client_id, part.amount - sum(parts, _NONE)))
        shares = [share for share in shares if share[2] > 0]
        written: list[UUID] = []
        for invoice_id, payer, amount in shares:
            values = {
                "invoice_id": invoice_id,
                "client_id": payer,
                "currency": mine.currency,
                "till": till,
                "paid_at": now(),
                "received_by": mine.user_id,
            }
            one = replace(part, amount=amount, given=None)
            if part.given is not None:  # it is handed over once, and so is the change
                last = len(written) == len(shares) - 1
                one = replace(one, given=amount + change if last else amount)
            written.append(_add(unit, Payment, {**values, **asdict(one)}))
        left = sum((left for _, left in owed), _NONE) - sum(parts, _NONE)
    return Paid(tuple(written), change, left), unit.changes


def take_back(mirror: Mirror, payments: Sequence[UUID]) -> Changes:
    """Say that payments were not received: they were written by mistake.

    The rows stay, as failed ones, so that nobody wonders. InvalidValue where some of one was paid
    back since.
    """
    with mirror.unit("Payment taken back") as unit:
        for payment_id in payments:
            before = existing(unit.connection, Payment, payment_id)
            if before.status in RECEIVED:
                _change(unit, before, {"status": PaymentStatus.FAILED})
    return unit.changes


def pay_back(
    mirror: Mirror,
    payment_id: UUID,
    amount: Decimal,
    till: str = FIRST_TILL,
    method: PaymentMethod | None = None,
) -> Changes:
    """Pay part or all of a payment back, from a till: each time is a row, so that two desks add up.

    By the way it was received, where no other is given. What central did not take, as its invoice
    is paid already, comes off that invoice first: what is left of it is the client's credit.
    InvalidValue with the field `amount`: more than was received and not paid back (rule 23).
    """
    mine = whose(mirror)
    with mirror.unit("Paid back") as unit:
        before = existing(unit.connection, Payment, payment_id)
        if amount <= 0:
            raise InvalidValue("Nothing is no amount.", "Enter how much.", field="amount")
        values = {
            "payment_id": payment_id,
            "amount": amount,
            "method": method or before.method,
            "paid_back_at": now(),
            "given_by": mine.user_id,
            "till": till,
        }
        if _is_refused(unit.connection, payment_id):
            _off_invoice(unit, before)
        _add(unit, PaymentRefund, values)
    return unit.changes


def keep_as_credit(mirror: Mirror, payment_id: UUID) -> Changes:
    """Take a payment off its invoice, and keep it as the client's credit: the money is here.

    For what two desks received for the same invoice: central refuses the second; and for what was
    received with an invoice that central refuses to post: it goes to central without that.
    """
    with mirror.unit("Kept as credit") as unit:
        _off_invoice(unit, existing(unit.connection, Payment, payment_id))
    return unit.changes


def _off_invoice(unit: Unit, before: Row[Any]) -> None:
    invoice = row_with(unit.connection, Invoice, id=before.invoice_id)
    client = before.client_id or (None if invoice is None else invoice.client_id)
    _change(unit, before, {"invoice_id": None, "client_id": client})
    key = (_MONEY.name, str(before.id))
    edit = journal.pending_row(unit.connection, key)
    if edit is not None and edit.base is None:
        earlier = set(journal.units_on(unit.connection, key)) - {str(unit.id)}
        journal.release(unit.connection, key, earlier)


def _is_refused(connection: Connection, payment_id: UUID) -> bool:
    """Say whether central did not take a payment, and nobody has decided about it yet."""
    query = "SELECT 1 FROM quarantine WHERE table_name = ? AND row_id = ? AND outcome IS NULL"
    return connection.exec_driver_sql(query, (_MONEY.name, str(payment_id))).first() is not None


def use_credit(mirror: Mirror, payment_id: UUID, invoice_id: UUID) -> Changes:
    """Pay an invoice with money that a client has to its credit; no more than it asks for."""
    with mirror.unit("Credit used") as unit:
        before = existing(unit.connection, Payment, payment_id)
        _change(unit, before, {"invoice_id": invoice_id})
    return unit.changes


@dataclass(frozen=True)
class Cash:
    """The cash of a day at a till."""

    opening: Decimal
    came: Decimal
    went: Decimal

    @property
    def expected(self) -> Decimal:
        return expected_cash(self.opening, (self.came,), (self.went,))


def bounds(connection: Connection, first: date, last: date) -> tuple[datetime, datetime]:
    """Return [start, end) in UTC of days of the organization's zone; days of 23 and 25 hours too
    (rule 25)."""
    zone = zone_of(connection)
    start = datetime.combine(first, time(), zone)
    end = datetime.combine(last + timedelta(days=1), time(), zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def cash_of(connection: Connection, on: date, till: str, opening: Decimal) -> Cash:
    """Return what came into a till and went out of it in cash on a day."""
    starts, ends = bounds(connection, on, on)
    table, back = _MONEY.c, _BACK.c
    received = table.status.in_(RECEIVED)
    came = connection.execute(
        select(func.sum(table.amount)).where(
            table.method == PaymentMethod.CASH,
            *(received, _at(table.till, till), table.paid_at >= starts, table.paid_at < ends),
        )
    ).scalar()
    went = connection.execute(
        select(func.sum(back.amount))
        .join_from(_BACK, _MONEY, table.id == back.payment_id)
        .where(
            back.method == PaymentMethod.CASH,
            *(received, _at(back.till, till)),
            *(back.paid_back_at >= starts, back.paid_back_at < ends),
        )
    ).scalar()
    return Cash(opening, Decimal(came or 0), Decimal(went or 0))


def _at(column: ColumnElement[Any], till: str) -> ColumnElement[bool]:
    """What names no till, as money entered elsewhere, is the first one's."""
    return func.coalesce(column, FIRST_TILL) == till


def close_till(
    mirror: Mirror,
    on: date,
    till: str,
    *,
    opening: Decimal,
    counted: Decimal,
    notes: str | None = None,
) -> tuple[UUID, Changes]:
    """Write the end of a day at a till: what is in it, and what should be.

    Closed again, the same row is corrected. InvalidValue with the field `notes` where the two
    differ and nobody says why.
    """
    with mirror.unit(f"{till} closed") as unit:
        cash = cash_of(unit.connection, on, till, opening)
        values: dict[str, Any] = {
            "closed_on": on,
            "till": till,
            "opening_float": opening,
            "expected": cash.expected,
            "counted": counted,
            "notes": notes,
        }
        before = row_with(unit.connection, TillClosing, closed_on=on, till=till)
        if before is None:
            row_id = unit.insert(TillClosing, check(TillClosing, values))
        else:
            row_id = before.id
            unit.update(TillClosing, row_id, check(TillClosing, values, partial=True))
        after = existing(unit.connection, TillClosing, row_id)
        rules.hold(unit.connection, TillClosing, before, after)
    return row_id, unit.changes


def _add(unit: Unit, record: type[Record], values: Mapping[str, Any]) -> UUID:
    row_id = unit.insert(record, check(record, values))
    rules.hold(unit.connection, record, None, existing(unit.connection, record, row_id))
    return row_id


def _change(unit: Unit, before: Row[Any], values: Mapping[str, Any]) -> None:
    unit.update(Payment, before.id, check(Payment, values, partial=True))
    after = existing(unit.connection, Payment, before.id)
    rules.hold(unit.connection, Payment, before, after)
