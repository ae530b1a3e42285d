"""Stores: balances as sums of a ledger, days of cover, and what must be ordered (rule 13)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import accumulate


def balance(quantities: Iterable[Decimal]) -> Decimal:
    """Return the sum of signed movements."""
    return sum(quantities, Decimal(0))


def running_balance(quantities_in_order: Iterable[Decimal]) -> list[Decimal]:
    """Return the balance after each movement."""
    return list(accumulate(quantities_in_order))


def first_shortage(movements: Iterable[tuple[date, Decimal]]) -> date | None:
    """Return the first day at whose end the balance is below zero; None when there is none.

    Movements of one day count together: the order within a day is not known.
    """
    by_day: dict[date, Decimal] = {}
    for on, quantity in movements:
        by_day[on] = by_day.get(on, Decimal(0)) + quantity
    days = sorted(by_day)
    sums = accumulate(by_day[on] for on in days)
    return next((on for on, sum_ in zip(days, sums, strict=True) if sum_ < 0), None)


def days_of_cover(stock: Decimal, daily_use: Decimal | None) -> Decimal | None:
    """Return the days a stock lasts; None where the use is nothing or unknown."""
    if daily_use is None or daily_use <= 0:
        return None
    return max(stock, Decimal(0)) / daily_use


def feed_cover(stock_kg: Decimal, head: int, kg_per_head_day: Decimal) -> Decimal | None:
    """Return the days a feed lasts, `stock / (head * kg a head and day)`; None without animals.

    Stock over use, the measure of any store; a farm's own convention, with no standard behind it.
    """
    return days_of_cover(stock_kg, head * kg_per_head_day)


def needs_reorder(stock: Decimal, reorder_level: Decimal | None) -> bool:
    """Say whether a stock is below its reorder level, where it has one."""
    return reorder_level is not None and stock < reorder_level


def daily_use(uses: Iterable[Decimal], days: int) -> Decimal | None:
    """Return what was used a day over so many days, whatever the sign of the uses."""
    return sum((abs(use) for use in uses), Decimal(0)) / days if days > 0 else None


def signed(movement: str, quantity: Decimal) -> Decimal:
    """Return a quantity with the sign of its verb: receipts add, use and disposal take away.

    A stocktake's difference keeps the sign it has.
    """
    if movement == "stocktake":
        return quantity
    return abs(quantity) if movement == "receipt" else -abs(quantity)
