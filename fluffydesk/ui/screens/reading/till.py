"""The clinic's day of money: what came in by which way, each till, what was posted and is owed.

A day is the organization's (rule 25): it has 23 or 25 hours when the clocks change.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from fluffydesk.actions.rules.invoices import CLAIMED, RECEIVED
from fluffydesk.actions.tills import FIRST_TILL, Cash, bounds, cash_of
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.whose import whose
from fluffydesk.records.booking import Service
from fluffydesk.records.clinic import TillClosing
from fluffydesk.records.commerce import Product
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.farm_resources import InventoryCategory
from fluffydesk.records.enums.payments import InvoiceKind, PaymentMethod
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.payments import Invoice, Payment, PaymentRefund
from fluffydesk.ui.screens.reading.invoices import (
    Seller,
    credited,
    received,
    seller_of,
)

_NONE = Decimal("0.00")
_BILLS, _MONEY, _BACK = Invoice.__table__, Payment.__table__, PaymentRefund.__table__


@dataclass(frozen=True)
class Way:
    """What came in and was paid back by one method on a day."""

    id: PaymentMethod
    count: int
    came: Decimal
    went: Decimal

    @property
    def together(self) -> Decimal:
        return self.came - self.went


@dataclass(frozen=True)
class Till:
    """A till on a day, and how it was closed; `counted` is None where it was not yet."""

    id: str
    cash: Cash
    counted: Decimal | None
    notes: str

    @property
    def difference(self) -> Decimal | None:
        return None if self.counted is None else self.counted - self.cash.expected


@dataclass(frozen=True)
class DayEnd:
    """A day of the clinic's money."""

    on: date
    currency: str
    ways: tuple[Way, ...]
    tills: tuple[Till, ...]
    posted: Decimal
    posted_count: int
    credited: Decimal
    credited_count: int
    unpaid: Decimal
    """Of what was posted that day, what is still to be paid."""
    unpaid_count: int
    seller: Seller
    refused: int = 0
    """Payments and refunds of that day that central did not take: they are counted here."""

    @property
    def came(self) -> Decimal:
        return sum((way.came for way in self.ways), _NONE)

    @property
    def went(self) -> Decimal:
        return sum((way.went for way in self.ways), _NONE)


@dataclass(frozen=True)
class Choice:
    """Something on the price list, or in store."""

    id: str
    name: str
    price: Decimal | None
    """None: nobody has said; what is free has 0."""
    tax_rate: Decimal
    service_id: UUID | None = None
    product_id: UUID | None = None
    stock_item_id: UUID | None = None
    note: str = ""


@dataclass(frozen=True)
class Prices:
    """The price list that lines are added from."""

    choices: tuple[Choice, ...] = field(default=())


def read_day(mirror: Mirror, on: date) -> DayEnd:
    """Return a day of the clinic's money."""
    mine = whose(mirror)
    with mirror.read() as connection:
        assert mine.organization_id is not None
        ways = _ways(connection, on)
        posted = _posted(connection, on)
        return DayEnd(
            on,
            mine.currency,
            ways,
            _tills(connection, on),
            *posted,
            seller_of(connection, mine.organization_id),
            _refused(connection, on),
        )


def read_prices(mirror: Mirror) -> Prices:
    """Return what can be put on an invoice: services, products, and what stands in store."""
    services, products, items = Service.__table__, Product.__table__, FarmInventory.__table__
    found: list[Choice] = []
    with mirror.read() as connection:
        query = select(services).where(services.c.status == Status.ACTIVE)
        for row in connection.execute(query.order_by(services.c.name)):
            one = Choice(str(row.id), row.name, row.price, row.tax_rate, service_id=row.id)
            found.append(one)
        sold: set[UUID] = set()
        for row in connection.execute(select(products).order_by(products.c.name)):
            sold |= {row.stock_item_id} if row.stock_item_id else set()
            found.append(
                Choice(
                    str(row.id),
                    row.name,
                    row.price,
                    row.tax_rate,
                    product_id=row.id,
                    stock_item_id=row.stock_item_id,
                    note=row.sku or row.barcode or "",
                )
            )
        kept = items.c.category.in_((InventoryCategory.MEDICINE, InventoryCategory.PRODUCT))
        query = select(items).where(kept, items.c.status == Status.ACTIVE)
        for row in connection.execute(query.order_by(items.c.name)):
            if row.id not in sold:
                one = Choice(str(row.id), row.name, None, _NONE, stock_item_id=row.id)
                found.append(one)
    return Prices(tuple(found))


def _ways(connection: Connection, on: date) -> tuple[Way, ...]:
    starts, ends = bounds(connection, on, on)
    table, back = _MONEY.c, _BACK.c
    received = table.status.in_(RECEIVED)
    paid = (
        select(table.method, func.count(), func.sum(table.amount))
        .where(received, table.paid_at >= starts, table.paid_at < ends)
        .group_by(table.method)
    )
    returned = (
        select(back.method, func.sum(back.amount))
        .join_from(_BACK, _MONEY, table.id == back.payment_id)
        .where(received, back.paid_back_at >= starts, back.paid_back_at < ends)
        .group_by(back.method)
    )
    came = {row[0]: (row[1], row[2]) for row in connection.execute(paid)}
    went: dict[Any, Decimal] = {row[0]: row[1] for row in connection.execute(returned)}
    return tuple(
        Way(method, *came.get(method, (0, _NONE)), went.get(method, _NONE))
        for method in PaymentMethod
        if method in came or method in went
    )


def _tills(connection: Connection, on: date) -> tuple[Till, ...]:
    table = TillClosing.__table__
    closed = {
        row.till: row for row in connection.execute(select(table).where(table.c.closed_on == on))
    }
    starts, ends = bounds(connection, on, on)
    used = select(func.coalesce(_MONEY.c.till, FIRST_TILL)).where(
        _MONEY.c.method == PaymentMethod.CASH, _MONEY.c.paid_at >= starts, _MONEY.c.paid_at < ends
    )
    back = select(func.coalesce(_BACK.c.till, FIRST_TILL)).where(
        _BACK.c.method == PaymentMethod.CASH,
        _BACK.c.paid_back_at >= starts,
        _BACK.c.paid_back_at < ends,
    )
    names = {FIRST_TILL, *closed}
    names |= set(connection.execute(used).scalars()) | set(connection.execute(back).scalars())
    return tuple(
        _till(connection, on, name, closed.get(name))
        for name in sorted(names, key=lambda name: (name != FIRST_TILL, name.casefold()))
    )


def _till(connection: Connection, on: date, name: str, closed: Any) -> Till:
    opening = _last_counted(connection, on, name) if closed is None else closed.opening_float
    cash = cash_of(connection, on, name, opening)
    if closed is None:
        return Till(name, cash, None, "")
    return Till(name, cash, closed.counted, closed.notes or "")


def _last_counted(connection: Connection, on: date, name: str) -> Decimal:
    """Return what was in a till when it was last counted: that is in it in the morning."""
    table = TillClosing.__table__.c
    query = select(table.counted).where(table.till == name, table.closed_on < on)
    found = connection.execute(query.order_by(table.closed_on.desc()).limit(1)).scalar()
    return _NONE if found is None else Decimal(found)


def _posted(connection: Connection, on: date) -> tuple[Decimal, int, Decimal, int, Decimal, int]:
    query = select(
        _BILLS.c.kind,
        _BILLS.c.total,
        (_BILLS.c.total - received() - credited()).label("left"),
    ).where(_BILLS.c.issue_date == on, _BILLS.c.status.in_(CLAIMED))
    rows = connection.execute(query).all()
    bills = [row for row in rows if row.kind is InvoiceKind.INVOICE]
    notes = [row for row in rows if row.kind is InvoiceKind.CREDIT_NOTE]
    unpaid = [row.left for row in bills if row.left > 0]
    return (
        sum((row.total for row in bills), _NONE),
        len(bills),
        sum((row.total for row in notes), _NONE),
        len(notes),
        sum(unpaid, _NONE),
        len(unpaid),
    )


def _refused(connection: Connection, on: date) -> int:
    starts, ends = bounds(connection, on, on)
    waiting = connection.exec_driver_sql(
        "SELECT row_id FROM quarantine WHERE outcome IS NULL"
        " AND table_name IN ('payments', 'payment_refunds')"
    )
    refused = [UUID(row[0]) for row in waiting if row[0]]
    count = 0
    for table, at in ((_MONEY, _MONEY.c.paid_at), (_BACK, _BACK.c.paid_back_at)):
        query = select(func.count()).where(table.c.id.in_(refused), at >= starts, at < ends)
        count += connection.execute(query).scalar_one()
    return count
