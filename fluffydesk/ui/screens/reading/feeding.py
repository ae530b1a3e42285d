"""The feed round as its screen shows it: groups and flocks, their feeds, the last seven days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, func, select

from fluffydesk.actions.feeding import FedRecord
from fluffydesk.figures.flock import head_count
from fluffydesk.figures.milk import Range, usual_range
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockUnit
from fluffydesk.records.enums.livestock import FlockStatus, LivestockStatus
from fluffydesk.records.farm import FeedLog, PoultryFeedLog
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.livestock import Flock, Livestock, LivestockBatch
from fluffydesk.ui.screens.reading.flocks import moves_by_flock

LOOK_BACK = 7
_ITEMS, _LEDGER = FarmInventory.__table__.c, InventoryTransaction.__table__.c


@dataclass(frozen=True)
class Item:
    """A feed in the store, by weight, with the kg there are on the round's day."""

    id: UUID
    name: str
    kg: Decimal


@dataclass(frozen=True)
class Fed:
    """A line of the round: one feed of one group or flock; `feed` is empty where none is known."""

    record: FedRecord
    of: UUID
    name: str
    head: int
    feed: str
    kg: Decimal | None
    water: Decimal | None
    yesterday: Decimal | None
    yesterday_water: Decimal | None
    usual: Range | None
    """Of the last seven days; None with fewer than three."""
    usual_water: Range | None


@dataclass(frozen=True)
class Round:
    """A day's feed round, and what the store has."""

    on: date
    rows: tuple[Fed, ...]
    items: tuple[Item, ...]


def feed_round(connection: Connection, on: date) -> Round:
    """Return a line for each feed that each group or flock got on that day or the seven before."""
    groups = LivestockBatch.__table__.c
    animals = Livestock.__table__.c
    heads: dict[UUID | None, int] = dict(
        connection.execute(
            select(animals.batch_id, func.count())
            .where(animals.status == LivestockStatus.ACTIVE)
            .group_by(animals.batch_id)
        ).all()
    )
    rows: list[Fed] = []
    given = _given(connection, FeedLog, on)
    for group in connection.execute(
        select(groups.id, groups.name).where(groups.status == Status.ACTIVE).order_by(groups.name)
    ):
        head = heads.get(group.id, 0)
        if head or group.id in given:
            rows += _lines(FeedLog, group.id, group.name, head, given.get(group.id, {}), on)
    flocks = Flock.__table__.c
    given = _given(connection, PoultryFeedLog, on)
    moves = moves_by_flock(connection, since=on)
    for flock in connection.execute(
        select(flocks.id, flocks.name)
        .where(flocks.status == FlockStatus.ACTIVE)
        .order_by(flocks.name)
    ):
        head = head_count(moves[flock.id], on)
        if head or flock.id in given:
            rows += _lines(PoultryFeedLog, flock.id, flock.name, head, given.get(flock.id, {}), on)
    rows.sort(key=lambda line: not line.feed)  # numbers and Enters first, then what has no feed
    return Round(on, tuple(rows), tuple(_items(connection, on)))


_Given = dict[date, tuple[Decimal, Decimal | None]]
"""kg and litres of water by day."""


def _given(connection: Connection, record: FedRecord, on: date) -> dict[UUID, dict[str, _Given]]:
    table = record.__table__
    link = table.c.batch_id if record is FeedLog else table.c.flock_id
    found: dict[UUID, dict[str, _Given]] = defaultdict(lambda: defaultdict(dict))
    names: dict[tuple[UUID, str], str] = {}
    for row in connection.execute(
        select(table, link.label("of"))
        .where(table.c.fed_on.between(on - timedelta(days=LOOK_BACK), on))
        .order_by(table.c.fed_on, table.c.id)
    ):
        name = names.setdefault((row.of, row.feed.casefold()), row.feed)
        kg, water = found[row.of][name].get(row.fed_on, (Decimal(0), None))
        more = row.water_l if record is PoultryFeedLog else None
        water = more if water is None else water + (more or 0)
        found[row.of][name][row.fed_on] = (kg + row.quantity_kg, water)
    return found


def _lines(
    record: FedRecord, of: UUID, name: str, head: int, given: dict[str, _Given], on: date
) -> list[Fed]:
    lines = []
    for feed, days in sorted(given.items()) or [("", {})]:
        before = [days[day] for day in sorted(days) if day < on]
        litres = [water for _, water in before if water is not None]
        today = days.get(on, (None, None))
        yesterday = days.get(on - timedelta(days=1), (None, None))
        lines.append(
            Fed(
                record=record,
                of=of,
                name=name,
                head=head,
                feed=feed,
                kg=today[0],
                water=today[1],
                yesterday=yesterday[0],
                yesterday_water=yesterday[1],
                usual=usual_range([kg for kg, _ in before]),
                usual_water=usual_range(litres),
            )
        )
    return lines


def _items(connection: Connection, on: date) -> list[Item]:
    rows = connection.execute(
        select(_ITEMS.id, _ITEMS.name, func.sum(_LEDGER.quantity).label("there"))
        .join(InventoryTransaction.__table__, _LEDGER.item_id == _ITEMS.id, isouter=True)
        .where(
            _ITEMS.category == InventoryCategory.FEED,
            _ITEMS.status == Status.ACTIVE,
            _ITEMS.unit == StockUnit.KILOGRAM,
        )
        .group_by(_ITEMS.id)
        .order_by(_ITEMS.name)
    )
    return [Item(row.id, row.name, row.there or Decimal(0)) for row in rows]
