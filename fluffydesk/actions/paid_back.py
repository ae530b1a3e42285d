"""What was paid back of payments, reckoned from its rows: those of two desks add up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, literal, select

from fluffydesk.records.payments import Payment, PaymentRefund

_MONEY, _BACK = Payment.__table__, PaymentRefund.__table__


def paid_back() -> ColumnElement[Any]:
    """Return the subquery of what was paid back of the payment at hand."""
    query = select(func.sum(_BACK.c.amount)).where(_BACK.c.payment_id == _MONEY.c.id)
    none = literal(Decimal("0.00"), _MONEY.c.amount.type)
    return func.coalesce(query.correlate(_MONEY).scalar_subquery(), none)


def paid_back_of(connection: Connection, payment_id: UUID) -> Decimal:
    """Return what was paid back of one payment."""
    query = select(func.sum(_BACK.c.amount)).where(_BACK.c.payment_id == payment_id)
    return Decimal(connection.execute(query).scalar() or 0)
