"""The stores as the screens show them: balances on a day, days of cover, lots, and ledgers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, case, func, select

from fluffydesk.actions.rules.stores import INVENTORY, Account, Ledger, balance
from fluffydesk.figures.flock import head_count, hen_days
from fluffydesk.figures.ledger import Lot, expired, lots_left
from fluffydesk.figures.stock import daily_use, days_of_cover, feed_cover, needs_reorder
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import FeedLog, PoultryFeedLog
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.livestock import Livestock
from fluffydesk.ui.fields.texts import day_text, words
from fluffydesk.ui.screens.reading.flocks import moves_by_flock

_ITEMS = FarmInventory.__table__.c
_LEDGER = InventoryTransaction.__table__.c
_NONE = Decimal(0)
USE_DAYS = 30
EXPIRES_SOON_DAYS = 30
RUNS_OUT_DAYS = 7
FED_DAYS = 7
LEDGER_ROWS = 500


@dataclass(frozen=True)
class Fed:
    """How many animals ate a feed in the last days, and the kg a head and day."""

    head: int
    kg_per_head: Decimal


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
    lots: tuple[Lot, ...] = ()
    fed: Fed | None = None
    expiring: int = 0
    """Lots that expire within 30 days."""
    expired: int = 0


@dataclass(frozen=True)
class Pressing:
    """An item that is low, or has lots that expire within 30 days or have expired."""

    name: str
    low: bool
    expiring: int
    expired: int


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
    kept: str = ""
    """The unit of both quantities; the ledger's row itself does not know it."""


@dataclass(frozen=True)
class Page:
    """The newest rows of a ledger up to a day, and how many there are in all."""

    rows: list[Posting]
    count: int


def item_rows(connection: Connection, on: date) -> list[ItemRow]:
    """Return every item by name, as at the end of a day.

    Cover is by what the animals there now eat, where feedings name the item; else by the item's
    own figure; else by the use of the last 30 days. Expired lots cover nothing (rule 17).
    """
    lots, moved = _lots(connection, on)
    used = _used(connection, on)
    eaten = fed_today(connection, on)
    rows = []
    for item in connection.execute(select(FarmInventory.__table__).order_by(_ITEMS.name)):
        own = lots[item.id]
        left = sum((lot.left for lot in own), _NONE)
        fed = eaten.get(item.name.casefold()) if item.unit is StockUnit.KILOGRAM else None
        per_day = item.daily_use
        if per_day is None and item.id in used:
            per_day = daily_use([used[item.id]], USE_DAYS)
        known = lots_left(own)
        usable = left - sum((lot.left for lot in known if expired(lot.expires_on, on)), _NONE)
        cover = days_of_cover(usable, per_day)
        if fed is not None:
            per_day = fed.head * fed.kg_per_head
            cover = feed_cover(usable, fed.head, fed.kg_per_head)
        gone = sum(expired(lot.expires_on, on) for lot in known)
        rows.append(
            ItemRow(
                id=item.id,
                name=item.name,
                category=item.category,
                unit=item.unit,
                balance=left,
                reorder_level=item.reorder_level,
                daily_use=per_day,
                cover_days=cover,
                low=needs_reorder(left, item.reorder_level),
                location=item.location or "",
                supplier=item.supplier or "",
                active=item.status == Status.ACTIVE,
                moved_on=moved.get(item.id),
                lots=tuple(known),
                fed=fed,
                expiring=sum(expires_soon(lot.expires_on, on) for lot in known) - gone,
                expired=gone,
            )
        )
    return rows


def pressing_items(connection: Connection, on: date) -> list[Pressing]:
    """Return the active items to order or to look at, by name: what `item_rows` says of them,
    without what it says of their use."""
    lots = _in_store(connection, on)
    query = (
        select(_ITEMS.id, _ITEMS.name, _ITEMS.reorder_level)
        .where(_ITEMS.status == Status.ACTIVE)
        .order_by(_ITEMS.name)
    )
    found = []
    for row in connection.execute(query):
        own = lots[row.id]
        known = lots_left(own)
        gone = sum(expired(lot.expires_on, on) for lot in known)
        soon = sum(expires_soon(lot.expires_on, on) for lot in known) - gone
        low = needs_reorder(sum((lot.left for lot in own), _NONE), row.reorder_level)
        if low or gone or soon:
            found.append(Pressing(row.name, low, soon, gone))
    return found


def runs_out(item: ItemRow) -> bool:
    """Say whether a thing in use lasts for seven days or less at what is used of it."""
    return item.active and item.cover_days is not None and item.cover_days <= RUNS_OUT_DAYS


def expires_soon(expires_on: date | None, on: date) -> bool:
    """Say whether something expires within 30 days, or has expired."""
    return expires_on is not None and expires_on <= on + timedelta(days=EXPIRES_SOON_DAYS)


def fed_today(connection: Connection, on: date) -> dict[str, Fed]:
    """Return by feed, in lower case, the heads there are on a day and what each eats of it.

    Asked are the feedings of the seven days before; of a feed that somebody got for the first time
    within them, from that day on. Where there were more or fewer birds then, the kg a head and day
    are those of the birds there were.
    """
    first, last = on - timedelta(days=FED_DAYS), on - timedelta(days=1)
    kg: dict[str, Decimal] = defaultdict(Decimal)
    head_days: dict[str, int] = defaultdict(int)
    head: dict[str, int] = defaultdict(int)
    moves = moves_by_flock(connection, since=first)
    flock, group = PoultryFeedLog.__table__.c, FeedLog.__table__.c
    for name, flock_id, quantity, begun in _feedings(
        connection, flock, flock.flock_id, first, last
    ):
        kg[name] += quantity
        own = [move for move in moves[flock_id] if move.on <= on]
        head_days[name] += hen_days(own, begun, last)
        head[name] += head_count(own, on)
    animals = Livestock.__table__.c
    heads = {
        row[0]: int(row[1])
        for row in connection.execute(
            select(animals.batch_id, func.count())
            .where(animals.status == LivestockStatus.ACTIVE, animals.batch_id.is_not(None))
            .group_by(animals.batch_id)
        )
    }
    for name, batch_id, quantity, begun in _feedings(
        connection, group, group.batch_id, first, last
    ):
        kg[name] += quantity
        head_days[name] += heads.get(batch_id, 0) * ((last - begun).days + 1)
        head[name] += heads.get(batch_id, 0)
    return {
        name: Fed(head[name], quantity / head_days[name])
        for name, quantity in kg.items()
        if head[name] and head_days[name]
    }


def ledger_page(
    connection: Connection, book: Ledger, account: Account, on: date, lot: str = "lot"
) -> Page:
    """Return the newest rows of a balance up to a day, with the balance after each.

    The sums are made in SQL, so that a ledger of 100,000 rows is as quick as a short one; `lot`
    is the column that is shown as such.
    """
    table = book.record.__table__
    mine = (*book.matching(account), table.c.moved_on <= on)
    count = connection.execute(select(func.count()).where(*mine)).scalar() or 0
    found = connection.execute(
        select(table)
        .where(*mine)
        .order_by(table.c.moved_on.desc(), table.c.created_at.desc(), table.c.id.desc())
        .limit(LEDGER_ROWS)
    ).all()
    left = balance(connection, book, account, on)
    places = max((decimals(book.posted(row)) for row in found), default=0)
    rows = []
    for row in found:
        quantity = book.posted(row)
        shown = row._mapping.get(lot)
        rows.append(
            Posting(
                id=row.id,
                on=row.moved_on,
                movement=row.movement,
                quantity=quantity,
                balance=left,
                places=places,
                lot=_lot_text(shown),
                words=_words(row),
            )
        )
        left -= quantity
    return Page(rows, int(count))


def ledger(connection: Connection, item: UUID) -> list[Posting]:
    """Return an item's movements with the balance after each, newest first."""
    return ledger_page(connection, INVENTORY, {"item_id": item}, date.max).rows


def decimals(amount: Decimal) -> int:
    """Return how many decimals a quantity needs."""
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _lot_text(value: Any) -> str:
    if isinstance(value, date):
        return day_text(value)
    return "" if value is None else words(value) if isinstance(value, Enum) else str(value)


def _words(row: Any) -> str:
    """Return why a row was posted: its reason, ticket or notes; and if it was let through."""
    said = row._mapping
    parts = [said.get("collected_by"), said.get("ticket_number"), row.reason or row.notes]
    if said.get("under_withdrawal"):
        parts.append(f"under withdrawal: {said.get('override_reason') or 'thrown away'}")
    return ", ".join(part for part in parts if part)


def _lots(
    connection: Connection, on: date
) -> tuple[defaultdict[UUID, list[Lot]], dict[UUID, date]]:
    """Return by item the lots of which something is left or owed, and when it last moved."""
    moved = (
        select(_LEDGER.item_id, func.max(_LEDGER.moved_on))
        .where(_LEDGER.moved_on <= on)
        .group_by(_LEDGER.item_id)
    )
    return _in_store(connection, on), {row[0]: row[1] for row in connection.execute(moved)}


def _in_store(connection: Connection, on: date) -> defaultdict[UUID, list[Lot]]:
    lots: defaultdict[UUID, list[Lot]] = defaultdict(list)
    left = func.sum(_LEDGER.quantity)
    for item, name, ends, quantity in connection.execute(
        select(_LEDGER.item_id, _LEDGER.lot, func.min(_LEDGER.expires_on), left)
        .where(_LEDGER.moved_on <= on)
        .group_by(_LEDGER.item_id, _LEDGER.lot)
        .having(left != 0)
    ):
        lots[item].append(Lot(name, ends, quantity))
    return lots


def _used(connection: Connection, on: date) -> dict[UUID, Decimal]:
    return {
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


def _feedings(
    connection: Connection, table: Any, eater: Any, first: date, last: date
) -> Sequence[tuple[str, UUID, Decimal, date]]:
    """Return what each ate of a feed from `first` to `last`, and since when in those days."""
    counted = case((table.fed_on >= first, table.quantity_kg), else_=None)
    found = connection.execute(
        select(table.feed, eater, func.sum(counted), func.min(table.fed_on))
        .where(table.fed_on >= first - timedelta(days=FED_DAYS), table.fed_on <= last)
        .group_by(table.feed, eater)
    )
    return [(name.casefold(), who, kg, max(first, begun)) for name, who, kg, begun in found if kg]
