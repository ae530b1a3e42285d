"""What is in store at the end of a day, and how long it lasts."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Connection

from fluffydesk.ui.fields.texts import number_text, unit_text, words
from fluffydesk.ui.screens.reading.stores import USE_DAYS, item_rows
from fluffydesk.ui.screens.reporting.report import (
    Column,
    Period,
    Report,
    Stop,
    day,
    figure,
    line,
    number,
)
from fluffydesk.ui.screens.stores_amounts import amount_text

_STOCK = (
    Column("Item", wide=True),
    Column("Kind"),
    number("Balance"),
    Column("Unit"),
    number("Reorder below"),
    Column("State"),
    number("Cover", "days"),
    Column("Kept in", wide=True),
    Column("Last moved"),
)


def stock(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return the balance of each item in use at the end of a period, by name (rule 13)."""
    rows = []
    for item in item_rows(connection, period.last):
        stop()
        if not item.active:
            continue
        level = item.reorder_level
        rows.append(
            (
                item.name,
                words(item.category),
                _amount(item.balance, item.unit),
                "pieces" if item.unit == "count" else unit_text(str(item.unit)),
                "" if level is None else _amount(level, item.unit),
                "Order" if item.low else "",
                figure(item.cover_days),
                item.location,
                day(item.moved_on),
            )
        )
    return Report(
        title="Stock list",
        columns=_STOCK,
        rows=tuple(rows),
        sums=(line(_STOCK, f"{number_text(len(rows))} items"),),
        units=("kg", "L"),
        notes=(
            "Balance: the sum of the ledger up to the end of the day.",
            "Cover: what may be used of the balance over what the animals there ate a day in the "
            "week before, else over the item's own figure, else over the mean use of the last "
            f"{USE_DAYS} days.",
        ),
        empty="Nothing is in store.",
    )


def _amount(amount: Decimal, unit: str) -> str:
    return amount_text(amount, "pieces" if unit == "count" else unit)
