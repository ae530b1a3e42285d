"""A farm's money as the screens show it: months, what each is made of, per head and per litre.

Amounts are without tax and in one currency; entries in others are counted and left out. A sale
for which no income was written (a flock thinned, a sale of somebody who does not keep the books)
is a revenue by itself.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select

from fluffydesk.actions.rules.animals import HERE
from fluffydesk.actions.sales import category_of
from fluffydesk.figures.kpi import Kpi
from fluffydesk.figures.money import (
    EXPENSES_PER_HEAD,
    EXPENSES_PER_LITRE,
    MILK_PER_LITRE,
    RESULT_PER_HEAD,
    per_unit,
)
from fluffydesk.figures.units import convert, milk_litres
from fluffydesk.records.enums.farm_resources import (
    FarmExpenseCategory,
    FarmProduct,
    FarmRevenueCategory,
)
from fluffydesk.records.farm_resources import FarmExpense, FarmProductSale, FarmRevenue
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.fields.texts import kpi_text, unit_text, used_conventions
from fluffydesk.ui.screens.reading.milk import kg_by_day

_SPENT, _EARNED, _SOLD = (one.__table__.c for one in (FarmExpense, FarmRevenue, FarmProductSale))
_NONE = Decimal(0)
Category = FarmExpenseCategory | FarmRevenueCategory | FarmProduct


@dataclass(frozen=True)
class MonthRow:
    """A month's revenues and expenses, without tax; its id is its first day."""

    id: date
    revenues: Decimal
    expenses: Decimal

    @property
    def result(self) -> Decimal:
        return self.revenues - self.expenses


@dataclass(frozen=True)
class Line:
    """A kind of revenue or expense in a month: its record tells where its entries stand."""

    id: str
    record: type[Record]
    category: Category
    amount: Decimal
    entries: int
    sales: tuple[UUID, ...] = ()
    """Of a line of sales without an income: those."""


@dataclass(frozen=True)
class Figure:
    """A figure of a month; its value is None where there is not enough data."""

    id: str
    kpi: Kpi
    value: Decimal | None
    over: Decimal
    """The head or litres it is reckoned over."""
    record: type[Record]
    category: Category | None = None
    """What its amounts are: of a kind, or all of a record."""


@dataclass(frozen=True)
class Month:
    """What a month is made of, and what it comes to per head and per litre."""

    first: date
    lines: tuple[Line, ...]
    figures: tuple[Figure, ...]
    foreign: int
    """Entries in other currencies: they are in no sum."""


def is_by_volume(kpi: Kpi) -> bool:
    """Say whether a figure is reckoned per litre: it is shown per the organization's volume."""
    return kpi in (EXPENSES_PER_LITRE, MILK_PER_LITRE)


def figure_title(kpi: Kpi) -> str:
    """Return a figure's title with the organization's volume: "Milk, per gal (US)"."""
    return kpi.title.replace("litre", unit_text("L")) if is_by_volume(kpi) else kpi.title


def figure_said(kpi: Kpi) -> str:
    """Return a figure's definition in the unit of its title: "All expenses / gal (US) milked".

    The weight of a litre of milk stays as it is quoted: by it the volume comes of the kg.
    """
    return kpi.said().replace("litres", unit_text("L")) if is_by_volume(kpi) else kpi.said()


def figure_text(one: Figure) -> str:
    """Return a figure as screen and report show it; one per litre in the farm's own volume."""
    if one.value is None or not is_by_volume(one.kpi):
        return kpi_text(one.kpi, one.value)
    litres = convert(Decimal(1), used_conventions().unit_for("L"), "L")
    return kpi_text(one.kpi, one.value * litres)


def month_rows(connection: Connection, currency: str, on: date) -> list[MonthRow]:
    """Return every month with an entry, and the month of `on`, newest first."""
    earned: dict[str, Decimal] = defaultdict(Decimal)
    spent: dict[str, Decimal] = defaultdict(Decimal)
    for table, day, where, into in (
        (FarmExpense.__table__, _SPENT.spent_on, (), spent),
        (FarmRevenue.__table__, _EARNED.earned_on, (), earned),
        (FarmProductSale.__table__, _SOLD.sold_on, (_without_income(),), earned),
    ):
        month = func.substr(day, 1, 7)
        query = select(month, *_sums(table)).where(_own(table, currency), *where).group_by(month)
        for row in connection.execute(query):
            into[f"{row[0]}-01"] += row[1] - row[2]
    months = {*earned, *spent, on.replace(day=1).isoformat()}
    return [
        MonthRow(date.fromisoformat(one), earned.get(one, _NONE), spent.get(one, _NONE))
        for one in sorted(months, reverse=True)
    ]


def by_day(
    connection: Connection, currency: str, first: date, last: date
) -> tuple[dict[date, Decimal], dict[date, Decimal]]:
    """Return revenues and expenses of each day with an entry, as the months count them."""
    earned: dict[date, Decimal] = defaultdict(Decimal)
    spent: dict[date, Decimal] = defaultdict(Decimal)
    for table, day, where, into in (
        (FarmExpense.__table__, _SPENT.spent_on, (), spent),
        (FarmRevenue.__table__, _EARNED.earned_on, (), earned),
        (FarmProductSale.__table__, _SOLD.sold_on, (_without_income(),), earned),
    ):
        query = select(day, *_sums(table)).where(
            day.between(first, last), _own(table, currency), *where
        )
        for row in connection.execute(query.group_by(day)):
            into[row[0]] += row[1] - row[2]
    return earned, spent


def unbooked_sales(connection: Connection, first: date, last: date) -> list[UUID]:
    """Return the sales of these days for which no income was written."""
    query = select(_SOLD.id).where(_SOLD.sold_on.between(first, last), _without_income())
    return list(connection.execute(query).scalars())


def month_of(connection: Connection, first: date, currency: str, on: date) -> Month:
    """Return what a month is made of; of the month under way, up to `on`."""
    last = end_of(first)
    lines = [
        *_lines(connection, FarmRevenue, _EARNED.earned_on, first, last, currency),
        *_sales(connection, first, last, currency),
        *_lines(connection, FarmExpense, _SPENT.spent_on, first, last, currency),
    ]
    spent = sum((one.amount for one in lines if one.record is FarmExpense), _NONE)
    earned = sum((one.amount for one in lines), _NONE) - spent
    milk = sum((one.amount for one in lines if _is_milk(one)), _NONE)
    head, litres = heads(connection, min(last, on)), _litres(connection, first, last)
    known = bool(lines)
    values = (
        (RESULT_PER_HEAD, earned - spent, Decimal(head), FarmExpense, None),
        (EXPENSES_PER_HEAD, spent, Decimal(head), FarmExpense, None),
        (EXPENSES_PER_LITRE, spent, litres, FarmExpense, None),
        (MILK_PER_LITRE, milk, litres, FarmRevenue, FarmRevenueCategory.MILK),
    )
    figures = tuple(
        Figure(kpi.key, kpi, per_unit(amount, units) if known else None, units, record, kind)
        for kpi, amount, units, record, kind in values
    )
    return Month(first, tuple(lines), figures, _foreign(connection, first, last, currency))


def end_of(first: date) -> date:
    """Return the last day of the month that begins on a day."""
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def heads(connection: Connection, on: date) -> int:
    """Return the animals with a card of their own that are on the farm at the end of a day."""
    animals = Livestock.__table__.c
    query = select(func.count()).where(
        or_(animals.birth_date.is_(None), animals.birth_date <= on),
        or_(animals.arrived_on.is_(None), animals.arrived_on <= on),
        or_(animals.left_on > on, and_(animals.left_on.is_(None), animals.status.in_(HERE))),
    )
    return int(connection.execute(query).scalar_one())


def _litres(connection: Connection, first: date, last: date) -> Decimal:
    """Return the litres of these days, as the milk report counts them."""
    return milk_litres(sum(kg_by_day(connection, first, last).values(), _NONE))


def _lines(
    connection: Connection,
    record: type[Record],
    day: ColumnElement[date],
    first: date,
    last: date,
    currency: str,
) -> list[Line]:
    table = record.__table__
    query = (
        select(table.c.category, *_sums(table), func.count())
        .where(day.between(first, last), _own(table, currency))
        .group_by(table.c.category)
    )
    lines = [
        Line(f"{table.name}-{kind}", record, kind, amount - tax, entries)
        for kind, amount, tax, entries in connection.execute(query)
    ]
    return sorted(lines, key=lambda one: -one.amount)


def _sales(connection: Connection, first: date, last: date, currency: str) -> list[Line]:
    found: dict[FarmProduct, list[tuple[UUID, Decimal]]] = defaultdict(list)
    query = select(_SOLD.product, _SOLD.id, _SOLD.total).where(
        _SOLD.sold_on.between(first, last),
        _own(FarmProductSale.__table__, currency),
        _without_income(),
    )
    for product, sale, total in connection.execute(query):
        found[product].append((sale, total))
    return [
        Line(
            f"farm_product_sales-{product}",
            FarmProductSale,
            product,
            sum((total for _, total in rows), _NONE),
            len(rows),
            tuple(sale for sale, _ in rows),
        )
        for product, rows in found.items()
    ]


def _is_milk(line: Line) -> bool:
    if isinstance(line.category, FarmProduct):
        return category_of(line.category) is FarmRevenueCategory.MILK
    return line.category is FarmRevenueCategory.MILK


def _foreign(connection: Connection, first: date, last: date, currency: str) -> int:
    count = 0
    for table, day in (
        (FarmExpense.__table__, _SPENT.spent_on),
        (FarmRevenue.__table__, _EARNED.earned_on),
    ):
        query = select(func.count()).where(day.between(first, last), ~_own(table, currency))
        count += int(connection.execute(query).scalar_one())
    query = select(func.count()).where(
        _SOLD.sold_on.between(first, last),
        ~_own(FarmProductSale.__table__, currency),
        _without_income(),
    )
    return count + int(connection.execute(query).scalar_one())


def _sums(table: Table | Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return the sums of amounts and of the tax in them; a sale's total has none in it."""
    if table is FarmProductSale.__table__:
        return func.sum(table.c.total), func.sum(table.c.total - table.c.total)
    return func.sum(table.c.amount), func.sum(table.c.tax)


def _own(table: Table | Any, currency: str) -> ColumnElement[bool]:
    return func.coalesce(table.c.currency, currency) == currency


def _without_income() -> ColumnElement[bool]:
    booked = select(_EARNED.sale_id).where(_EARNED.sale_id.is_not(None))
    return _SOLD.id.not_in(booked)
