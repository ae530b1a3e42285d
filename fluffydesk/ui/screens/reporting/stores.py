"""What is in store at the end of a day, and how each flock did in a period."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, func, select

from fluffydesk.figures.eggs import hen_day_percent, hen_housed_percent
from fluffydesk.figures.flock import feed_per_bird_g, head_count, hen_days, mortality_percent
from fluffydesk.figures.kpi import HEN_DAY, HEN_HOUSED
from fluffydesk.figures.stock import daily_use, days_of_cover, needs_reorder
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm import EggProductionLog, PoultryFeedLog
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.livestock import Flock
from fluffydesk.ui.fields.texts import number_text, unit_text, words
from fluffydesk.ui.screens.reading.flocks import moves_by_flock
from fluffydesk.ui.screens.reading.stores import USE_DAYS, decimals
from fluffydesk.ui.screens.reporting.report import (
    Column,
    Period,
    Report,
    Stop,
    day,
    figure,
    line,
    measure,
    number,
    quiet,
    quiet_measure,
)

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
_FLOCKS = (
    Column("Flock", wide=True),
    Column("House"),
    number("Birds"),
    number("Eggs"),
    number("Hen-day", "%"),
    number("Hen-housed", "%"),
    number("Lost"),
    number("Mortality", "%"),
    number("Feed", "kg"),
    number("Feed a bird and day", "g"),
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
    return measure(amount, unit, decimals(amount))


def flocks(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return how each flock with birds in a period laid, lost and ate."""
    eggs = _sums(connection, EggProductionLog, "total", "collected_on", period)
    feed = _sums(connection, PoultryFeedLog, "quantity_kg", "fed_on", period)
    moves = moves_by_flock(connection)
    rows = []
    for flock in connection.execute(select(Flock.__table__).order_by(Flock.__table__.c.name)):
        stop()
        own = [move for move in moves[flock.id] if move.on <= period.last]
        days = hen_days(own, period.first, period.last)
        if days <= 0 and flock.id not in eggs:
            continue
        lost = -sum(move.head for move in own if move.head < 0 and move.on >= period.first)
        before = head_count(own, period.first - timedelta(days=1))
        came = sum(move.head for move in own if move.head > 0 and move.on >= period.first)
        laid, fed = eggs.get(flock.id), feed.get(flock.id)
        housed = before + came
        rows.append(
            (
                flock.name,
                flock.house or "",
                number_text(head_count(own, period.last)),
                quiet(None if laid is None else int(laid)),
                figure(None if laid is None else hen_day_percent(int(laid), days), 1),
                figure(
                    None if laid is None else hen_housed_percent(int(laid), housed, period.days), 1
                ),
                number_text(lost),
                figure(mortality_percent(lost, housed), 1),
                quiet_measure(None if fed is None else Decimal(fed), "kg", 1),
                figure(None if fed is None else feed_per_bird_g(Decimal(fed), days)),
            )
        )
    return Report(
        title="Flocks",
        columns=_FLOCKS,
        rows=tuple(rows),
        notes=(
            f"Hen-day %: {HEN_DAY.said()}",
            f"Hen-housed %: {HEN_HOUSED.said()} Those that came count as housed.",
            "Lost and mortality: of the period, over the birds at its start and those that came.",
        ),
        empty="No flock had birds in these days.",
    )


def _sums(
    connection: Connection,
    record: type[EggProductionLog | PoultryFeedLog],
    value: str,
    on: str,
    period: Period,
) -> dict[UUID, Decimal | int]:
    columns = record.__table__.c
    query = (
        select(columns.flock_id, func.sum(columns[value]))
        .where(columns[on].between(period.first, period.last))
        .group_by(columns.flock_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}
