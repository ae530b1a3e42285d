"""The sample farm's books: a year of bills paid, milk paid for and a few things sold."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from fluffydesk.demo.sample import Maker
from fluffydesk.figures.money import line_total
from fluffydesk.records.enums.farm_resources import (
    FarmExpenseCategory,
    FarmPayment,
    FarmProduct,
    FarmRevenueCategory,
    SaleUnit,
)
from fluffydesk.records.farm_resources import FarmExpense, FarmProductSale, FarmRevenue

_MONTHS = 12
_BILLS = (
    (4, "Dairy nuts, maize and soya", FarmExpenseCategory.FEED, "Marrowby Mill", 9140, 370),
    (7, "Layer mash", FarmExpenseCategory.FEED, "Marrowby Mill", 2030, 60),
    (9, "Visits and medicines", FarmExpenseCategory.VETERINARY, "Riverbend Clinic", 1180, 240),
    (12, "Straw and sawdust", FarmExpenseCategory.BEDDING, "Yarrowdale", 860, 90),
    (15, "Electricity", FarmExpenseCategory.FUEL_AND_ENERGY, "Northmoor Power", 1420, 130),
    (18, "Parlour service", FarmExpenseCategory.MACHINERY, "Tarn Dairy Engineers", 540, 220),
    (25, "Wages", FarmExpenseCategory.WAGES, None, 5600, 0),
)
_TAXED = {FarmExpenseCategory.VETERINARY, FarmExpenseCategory.MACHINERY}
_TAX = Decimal(20)


def write_books(maker: Maker) -> None:
    """Add a year of expenses and incomes, the milk's by month, and sales of manure and hay."""
    first = maker.today.replace(day=1)
    for back in range(_MONTHS):
        for day, *bill in _BILLS:
            _spend(maker, first.replace(day=day), *bill)
        _earn(maker, first, back)
        first = (first - timedelta(days=1)).replace(day=1)


def _spend(
    maker: Maker,
    on: date,
    description: str,
    category: FarmExpenseCategory,
    supplier: str | None,
    about: int,
    spread: int,
) -> None:
    if on > maker.today:
        return
    net = Decimal(about) + Decimal(maker.random.randint(-spread * 100, spread * 100)) / 100
    tax = line_total(net, _TAX / 100) if category in _TAXED else Decimal(0)
    maker.add(
        FarmExpense,
        on,
        description=description,
        category=category,
        supplier=supplier,
        spent_on=on,
        amount=net + tax,
        tax=tax,
        paid_on=on,
        paid_by=FarmPayment.TRANSFER,
    )


def _earn(maker: Maker, first: date, back: int) -> None:
    paid = first.replace(day=10)
    if paid <= maker.today:
        amount = Decimal(maker.random.randint(21_400_00, 24_900_00)) / 100
        milk: dict[str, Any] = {"customer": "Hollin Vale Creamery", "paid_on": paid}
        maker.add(
            FarmRevenue,
            paid,
            description="Milk of the month before",
            category=FarmRevenueCategory.MILK,
            earned_on=paid,
            amount=amount,
            tax=Decimal(0),
            **milk,
        )
    sold = first.replace(day=16)
    if sold <= maker.today and back % 2:
        tonnes = Decimal(maker.random.randint(60, 180)) / 10
        price = Decimal("14.50")
        maker.add(
            FarmProductSale,
            sold,
            product=FarmProduct.MANURE,
            sold_on=sold,
            quantity=tonnes,
            unit=SaleUnit.TONNE,
            unit_price=price,
            total=line_total(tonnes, price),
            customer="Yarrowdale",
        )
