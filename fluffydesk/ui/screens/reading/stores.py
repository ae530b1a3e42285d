"""The stores as the screens show them: balances, days of cover, and each item's ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, func, select

from fluffydesk.figures.stock import daily_use, days_of_cover, needs_reorder, running_balance
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction

_ITEMS = FarmInventory.__table__.c
_LEDGER = InventoryTransaction.__table__.c
USE_DAYS = 30


@dataclass(frozen=True)
class ItemRow:
    """A thing in store: its balance in its unit, and for how many days that lasts."""

    id: UUID
    name: str
    category: InventoryCategory
    unit: StockUnit
    balance: Decimal
    reorder_level: Decimal | None
    daily_use: Decimal | None
    cover_days: Decimal | None
    low: bool
    location: str
    supplier: str
    active: bool
    moved_on: date | None


@dataclass(frozen=True)
class Posting:
    """One row of a ledger and the balance after it."""

    id: UUID
    on: date
    movement: StockMovement
    quantity: Decimal
    balance: Decimal
    places: int
    """The decimals that all of the ledger's quantities need."""
    lot: str
    words: str


def item_rows(connection: Connection, on: date) -> list[ItemRow]:
    """Return every item by name; cover uses the item's own figure, else the last 30 days' use."""
    sums = {
        row[0]: (row[1], row[2])
        for row in connection.execute(
            select(
                _LEDGER.item_id, func.sum(_LEDGER.quantity), func.max(_LEDGER.moved_on)
            ).group_by(_LEDGER.item_id)
        )
    }
    used = {
        row[0]: row[1]
        for row in connection.execute(
            select(_LEDGER.item_id, func.sum(_LEDGER.quantity))
            .where(
                _LEDGER.movement == StockMovement.USE,
                _LEDGER.moved_on > on - timedelta(days=USE_DAYS),
                _LEDGER.moved_on <= on,
            )
            .group_by(_LEDGER.item_id)
        )
    }
    rows = []
    for item in connection.execute(select(FarmInventory.__table__).order_by(_ITEMS.name)):
        balance, moved_on = sums.get(item.id, (Decimal(0), None))
        per_day = item.daily_use
        if per_day is None and item.id in used:
            per_day = daily_use([-used[item.id]], USE_DAYS)
        rows.append(
            ItemRow(
                id=item.id,
                name=item.name,
                category=item.category,
                unit=item.unit,
                balance=balance,
                reorder_level=item.reorder_level,
                daily_use=per_day,
                cover_days=days_of_cover(balance, per_day),
                low=needs_reorder(balance, item.reorder_level),
                location=item.location or "",
                supplier=item.supplier or "",
                active=item.status == Status.ACTIVE,
                moved_on=moved_on,
            )
        )
    return rows


def ledger(connection: Connection, item: UUID) -> list[Posting]:
    """Return an item's movements with the balance after each, newest first."""
    rows = connection.execute(
        select(InventoryTransaction.__table__)
        .where(_LEDGER.item_id == item)
        .order_by(_LEDGER.moved_on, _LEDGER.created_at, _LEDGER.id)
    ).all()
    balances = running_balance([row.quantity for row in rows])
    places = max((decimals(row.quantity) for row in rows), default=0)
    return [
        Posting(
            id=row.id,
            on=row.moved_on,
            movement=row.movement,
            quantity=row.quantity,
            balance=balance,
            places=places,
            lot=row.lot or "",
            words=row.reason or row.notes or "",
        )
        for row, balance in zip(rows, balances, strict=True)
    ][::-1]


def decimals(amount: Decimal) -> int:
    """Return how many decimals a quantity needs."""
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
