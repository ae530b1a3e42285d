"""Money that comes in and is paid back, and the end of a day at a till (rules 23 and 24)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions import rules
from fluffydesk.actions.invoicing import post
from fluffydesk.actions.merged import same_as
from fluffydesk.actions.rules.invoices import RECEIVED, credited_for, received_for
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.actions.tills import FIRST_TILL
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.invoices import change_for, shared_out
from fluffydesk.mirror import journal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.mirror.whose import whose
from fluffydesk.records.enums import PaymentStatus
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus, PaymentMethod
from fluffydesk.records.payments import Invoice, Payment, PaymentRefund
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import Record

_NONE = Decimal("0.00")
_MONEY, _BACK = Payment.__table__, PaymentRefund.__table__


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
            together = _of_one_sum(unit.connection, payment_id)
            _off_invoice(unit, before)
            _keep_sum(unit, [one for one in together if one != payment_id])
        _add(unit, PaymentRefund, values)
    return unit.changes


def keep_as_credit(mirror: Mirror, payment_id: UUID) -> Changes:
    """Take a payment off its invoice, and keep it as the client's credit: the money is here.

    For what two desks received for the same invoice: central refuses the second; and for what was
    received with an invoice that central refuses to post: it goes to central without that. What
    central has not of one sum for several invoices is decided on at once: as much of it as they
    still ask for pays them.
    """
    with mirror.unit("Kept as credit") as unit:
        _keep_sum(unit, _of_one_sum(unit.connection, payment_id))
    return unit.changes


def _keep_sum(unit: Unit, payments: Sequence[UUID]) -> None:
    for one in payments:
        before = existing(unit.connection, Payment, one)
        over = _too_much(unit.connection, before)
        if over is None or over >= before.amount:
            _off_invoice(unit, before)
            continue
        if over > 0:
            _split(unit, before, over)
        _apart(unit, before)


def _of_one_sum(connection: Connection, payment_id: UUID) -> list[UUID]:
    """Return a payment and the others that were written with it and that central has not."""
    units = journal.units_on(connection, (_MONEY.name, str(payment_id)))
    mine = {
        key: edit
        for key, edit in journal.pending_rows(connection, _MONEY.name).items()
        if edit.base is None and not set(units).isdisjoint(journal.units_on(connection, key))
    }
    return sorted({payment_id, *(UUID(id) for _, id in mine)})


def _too_much(connection: Connection, payment: Row[Any]) -> Decimal | None:
    """Return how much of a payment its invoice does not ask for; None for all of it: it is for no
    invoice that central has, central has the payment too, or some of it was paid back before
    central, which sees the whole of it first, knew of it."""
    edit = journal.pending_row(connection, (_MONEY.name, str(payment.id)))
    if payment.invoice_id is None or edit is None or edit.base is not None:
        return None
    posting = journal.pending_row(connection, (Invoice.__tablename__, str(payment.invoice_id)))
    if posting is not None and (posting.base or {}).get("status") in (None, InvoiceStatus.DRAFT):
        return None
    given_back = select(_BACK.c.id).where(_BACK.c.payment_id == payment.id)
    if connection.execute(given_back.limit(1)).first() is not None:
        return None
    over = max(-owed_for(connection, payment.invoice_id), _NONE)
    # What central has not yet of other payments may make it look as if it were owed.
    return over if over or not _at_fault(connection, payment.id) else None


def _split(unit: Unit, before: Row[Any], over: Decimal) -> None:
    """Make what is over of a payment one of its own, for no invoice."""
    names = ("currency", "method", "paid_at", "received_by", "till", "reference", "notes")
    rest = {**{name: before._mapping[name] for name in names}, "amount": over}
    left = {"amount": before.amount - over}
    if before.given is not None:
        rest["given"] = before.given - left["amount"]
        left["given"] = left["amount"]
    _change(unit, before, left)
    _add(unit, Payment, {**rest, "client_id": _payer(unit.connection, before)})


def _payer(connection: Connection, payment: Row[Any]) -> UUID | None:
    invoice = row_with(connection, Invoice, id=payment.invoice_id)
    found: UUID | None = payment.client_id or (None if invoice is None else invoice.client_id)
    return found


def _off_invoice(unit: Unit, before: Row[Any]) -> None:
    client = _payer(unit.connection, before)
    _change(unit, before, {"invoice_id": None, "client_id": client})
    _apart(unit, before)


def _apart(unit: Unit, payment: Row[Any]) -> None:
    """Let a payment that central has not go there without what it was saved with."""
    key = (_MONEY.name, str(payment.id))
    edit = journal.pending_row(unit.connection, key)
    if edit is not None and edit.base is None:
        journal.touch(unit.connection, str(unit.id), key)
        earlier = set(journal.units_on(unit.connection, key)) - {str(unit.id)}
        journal.release(unit.connection, key, earlier)


def _at_fault(connection: Connection, payment_id: UUID) -> bool:
    """Say whether it is a payment itself that central did not take."""
    query = "SELECT 1 FROM quarantine WHERE table_name = ? AND row_id = ? AND outcome IS NULL"
    return connection.exec_driver_sql(query, (_MONEY.name, str(payment_id))).first() is not None


def _is_refused(connection: Connection, payment_id: UUID) -> bool:
    """Say whether central did not take a payment, and nobody has decided about it yet."""
    return str(payment_id) in journal.refused_rows(connection, _MONEY.name)


def use_credit(mirror: Mirror, payment_id: UUID, invoice_id: UUID) -> Changes:
    """Pay an invoice with money that a client has to its credit; no more than it asks for."""
    with mirror.unit("Credit used") as unit:
        before = existing(unit.connection, Payment, payment_id)
        _change(unit, before, {"invoice_id": invoice_id})
    return unit.changes


def _add(unit: Unit, record: type[Record], values: Mapping[str, Any]) -> UUID:
    row_id = unit.insert(record, check(record, values))
    rules.hold(unit.connection, record, None, existing(unit.connection, record, row_id))
    return row_id


def _change(unit: Unit, before: Row[Any], values: Mapping[str, Any]) -> None:
    unit.update(Payment, before.id, check(Payment, values, partial=True))
    after = existing(unit.connection, Payment, before.id)
    rules.hold(unit.connection, Payment, before, after)
