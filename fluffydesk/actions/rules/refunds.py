"""Rules of money that is paid back: no more than was received, and of what was received (23)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from fluffydesk.actions.paid_back import paid_back_of
from fluffydesk.actions.rules.invoices import RECEIVED, received_for
from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.records.payments import Invoice, Payment, PaymentRefund
from fluffydesk.records.vocabulary import Record


def _within_payment(
    connection: Connection, before: Row[Any] | None, after: Row[Any] | None
) -> None:
    """Refuse more paid back than was received; and less, where an invoice was paid since."""
    if after is not None:
        payment = row_of(connection, Payment, after.payment_id)
        if payment is not None and payment.status not in RECEIVED:
            raise Refusal("This payment was not received.", "Choose another.", field="payment_id")
        if payment is not None and paid_back_of(connection, payment.id) > payment.amount:
            raise InvalidValue(
                f"Only {payment.amount:,.2f} was received.", "Enter no more.", field="amount"
            )
    if before is not None:
        _not_paid_twice(connection, before.payment_id)


def _not_paid_twice(connection: Connection, payment_id: UUID) -> None:
    payment = row_of(connection, Payment, payment_id)
    invoice = None if payment is None else row_of(connection, Invoice, payment.invoice_id)
    if invoice is not None and received_for(connection, invoice.id) > invoice.total:
        raise InvalidValue(
            f"More than {invoice.total:,.2f} would be paid of its invoice.",
            "Take off what was paid since, first.",
            field="amount",
        )


def _received(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse a payment of less than was paid back of it."""
    if before is None or after is None:
        return
    if (before.amount, before.status) == (after.amount, after.status):
        return
    back = paid_back_of(connection, after.id)
    if back > (after.amount if after.status in RECEIVED else 0):
        raise InvalidValue(
            f"{back:,.2f} of it was paid back.", "It was received, and no less.", field="amount"
        )


RULES: dict[type[Record], tuple[Rule, ...]] = {
    PaymentRefund: (_within_payment,),
    Payment: (_received,),
}
