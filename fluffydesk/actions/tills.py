"""The cash of a till: what came into it in a day and went out of it, and the end of its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, select

from fluffydesk.actions import rules
from fluffydesk.actions.rules.invoices import RECEIVED
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.actions.withdrawal import zone_of
from fluffydesk.figures.invoices import expected_cash
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import TillClosing
from fluffydesk.records.enums.payments import PaymentMethod
from fluffydesk.records.payments import Payment, PaymentRefund

_MONEY, _BACK = Payment.__table__, PaymentRefund.__table__
FIRST_TILL = "Front desk"
"""The till of a clinic that has one."""


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
