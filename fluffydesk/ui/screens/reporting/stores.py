"""What is in store at the end of a day, and how long it lasts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import Connection, func, select

from fluffydesk.figures.stock import daily_use, days_of_cover, needs_reorder
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.ui.fields.texts import number_text, unit_text, words
from fluffydesk.ui.screens.reading.stores import USE_DAYS
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

_LEDGER = InventoryTransaction.__table__.c
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
    on = period.last
    sums = {
        row[0]: (row[1], row[2])
        for row in connection.execute(
            select(_LEDGER.item_id, func.sum(_LEDGER.quantity), func.max(_LEDGER.moved_on))
            .where(_LEDGER.moved_on <= on)
            .group_by(_LEDGER.item_id)
        )
    }
    used = dict(
        connection.execute(
            select(_LEDGER.item_id, func.sum(_LEDGER.quantity))
            .where(
                _LEDGER.movement == StockMovement.USE,
                _LEDGER.moved_on > on - timedelta(days=USE_DAYS),
                _LEDGER.moved_on <= on,
            )
            .group_by(_LEDGER.item_id)
        ).all()
    )
    rows = []
    items = FarmInventory.__table__
    for item in connection.execute(
        select(items).where(items.c.status == Status.ACTIVE).order_by(items.c.name)
    ):
        stop()
        balance, moved_on = sums.get(item.id, (Decimal(0), None))
        use = item.daily_use
        if use is None and item.id in used:
            use = daily_use([-used[item.id]], USE_DAYS)
        level = item.reorder_level
        rows.append(
            (
                item.name,
                words(item.category),
                _amount(balance, item.unit),
                "pieces" if item.unit == "count" else unit_text(str(item.unit)),
                "" if level is None else _amount(level, item.unit),
                "Order" if needs_reorder(balance, level) else "",
                figure(days_of_cover(balance, use)),
                item.location or "",
                day(moved_on),
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
            "Cover: the balance over the use a day, the item's own figure or else the mean of "
            f"the last {USE_DAYS} days.",
        ),
        empty="Nothing is in store.",
    )


def _amount(amount: Decimal, unit: str) -> str:
    return amount_text(amount, "pieces" if unit == "count" else unit)
