"""What clients owe: invoices that are posted, less credit notes and what was received."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, select

from fluffydesk.actions.merged import parts, same_as
from fluffydesk.actions.paid_back import paid_back
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import PaymentStatus
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.records.payments import Invoice, Payment

CLAIMED = (InvoiceStatus.POSTED, InvoiceStatus.PAID)
RECEIVED = (PaymentStatus.COMPLETED, PaymentStatus.DISPUTED)


def balances(connection: Connection, client_ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """Return what each of some clients owes, in the organization's currency; below zero a credit.

    A payment for an invoice counts for the invoice's client, any other for its own. What was
    written to a card that was merged into another counts for the one kept; each client asked for
    is a key.
    """
    kept = same_as(connection, client_ids)
    organization = Mirror.state.get(connection, "organization") or {}
    currency = organization.get("currency") or "EUR"
    sums: dict[UUID, Decimal] = {}
    for part in parts(kept):
        for client_id, amount in _amounts(connection, part, currency):
            one = kept[client_id]
            sums[one] = sums.get(one, Decimal("0.00")) + amount
    return {one: sums.get(kept.get(one, one), Decimal("0.00")) for one in client_ids}


def _amounts(
    connection: Connection, client_ids: Collection[UUID], currency: str
) -> list[tuple[UUID, Decimal]]:
    bills, money = Invoice.__table__.c, Payment.__table__.c
    claimed = connection.execute(
        select(bills.client_id, bills.kind, bills.total).where(
            bills.client_id.in_(client_ids), bills.status.in_(CLAIMED), bills.currency == currency
        )
    )
    found = [
        (row.client_id, -row.total if row.kind is InvoiceKind.CREDIT_NOTE else row.total)
        for row in claimed
    ]
    joined = Payment.__table__.outerjoin(Invoice.__table__, bills.id == money.invoice_id)
    of_bill, of_none = bills.client_id.in_(client_ids), money.client_id.in_(client_ids)
    # Asked twice, each by an index: one query for both ways would read every payment.
    for payer, theirs in (
        (bills.client_id, of_bill),
        (money.client_id, of_none & bills.client_id.is_(None)),
    ):
        paid = connection.execute(
            select(payer.label("payer"), (paid_back() - money.amount).label("owed"))
            .select_from(joined)
            .where(theirs, money.status.in_(RECEIVED), money.currency == currency)
        )
        found += [(row.payer, row.owed) for row in paid]
    return found
