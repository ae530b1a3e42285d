"""Flocks as the screens show them: heads, laying, losses and feed, and each egg round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, Row, case, func, or_, select

from fluffydesk.figures.eggs import egg_weight_g, hen_day_percent
from fluffydesk.figures.flock import (
    Move,
    age_weeks,
    feed_per_bird_g,
    head_count,
    hen_days,
    mortality_percent,
)
from fluffydesk.records.enums.farm import EggRound, LossKind
from fluffydesk.records.enums.livestock import FlockStatus
from fluffydesk.records.farm import EggProductionLog, MortalityLog, PoultryFeedLog
from fluffydesk.records.farm_resources import FarmProductSale
from fluffydesk.records.livestock import Flock, LivestockBreed, PoultryBatch
from fluffydesk.ui.screens.reading.milk import natural

_EGGS = EggProductionLog.__table__.c
_FEED = PoultryFeedLog.__table__.c
_PLACED = PoultryBatch.__table__.c
_LOST = MortalityLog.__table__.c
_SOLD = FarmProductSale.__table__.c
WINDOW_DAYS = 7
MOST_EVENTS = 500
"""Of what came into a flock and left it, so many are listed."""


@dataclass(frozen=True)
class FlockRow:
    """One flock on one day; percentages and feed are of the seven days before it."""

    id: UUID
    name: str
    house: str
    breed: str
    active: bool
    age_weeks: int | None
    head: int
    placed: int
    lost: int
    hen_day_percent: Decimal | None
    mortality_percent: Decimal | None
    """What died for 100 placed; what was culled did not die."""
    feed_g: Decimal | None
    egg_g: Decimal | None
    """The mean weight of the eggs that were weighed in the seven days."""


@dataclass(frozen=True)
class EggDay:
    """What was laid on one day by `hens` birds, and how much of it."""

    on: date
    eggs: int
    hens: int
    percent: Decimal | None


@dataclass(frozen=True)
class Event:
    """What came into a flock or left it; `head` is above zero for what came."""

    table: str
    id: UUID
    on: date
    head: int
    words: str
    what: str


@dataclass(frozen=True)
class RoundRow:
    """One flock's line of an egg round; the counts are None until something is written down."""

    flock_id: UUID
    name: str
    house: str
    hens: int
    usual: int | None
    """The mean of the last seven days' eggs on this round."""
    total: int | None
    cracked: int | None
    dirty: int | None
    discarded: int | None
    others: int
    """Eggs of the same flock and day on other rounds."""


def moves_by_flock(
    connection: Connection, only: UUID | None = None, since: date = date.min
) -> dict[UUID, list[Move]]:
    """Return all that came into and left every flock, or only one, as moves (rule 1).

    What happened before `since` is told as of the day before it: a large farm's losses of many
    years are summed where they are kept.
    """
    moves: dict[UUID, list[Move]] = defaultdict(list)
    for flock, on, head, sign in (
        (_PLACED.flock_id, _PLACED.placed_on, _PLACED.head_count, 1),
        (_PLACED.from_flock_id, _PLACED.placed_on, _PLACED.head_count, -1),
        (_LOST.flock_id, _LOST.died_on, _LOST.head_count, -1),
        (_SOLD.flock_id, _SOLD.sold_on, _SOLD.head, -1),
    ):
        day = case((on >= since, on)).label("day")
        for one, when, count in connection.execute(
            select(flock, day, func.sum(head))
            .where(flock.is_not(None) if only is None else flock == only, head.is_not(None))
            .group_by(flock, day)
        ):
            moves[one].append(Move(when or since - timedelta(days=1), sign * int(count)))
    return moves


def laying_days(
    connection: Connection, moves: Mapping[UUID, list[Move]], first: date, last: date
) -> dict[UUID, int]:
    """Return each flock's hen-days of the days whose eggs are written down, as `eggs_by_day`."""
    found: dict[UUID, int] = defaultdict(int)
    alive: dict[UUID, Mapping[date, int]] = {}
    query = (
        select(_EGGS.flock_id, _EGGS.collected_on)
        .where(_EGGS.collected_on.between(first, last))
        .distinct()
    )
    for flock, on in connection.execute(query):
        if flock not in alive:
            alive[flock] = _hens_by_day(moves.get(flock, []), first, last)
        found[flock] += alive[flock][on]
    return found


def flock_rows(connection: Connection, on: date) -> list[FlockRow]:
    """Return every flock, active ones first, by name."""
    first, last = on - timedelta(days=WINDOW_DAYS), on - timedelta(days=1)
    flocks, breeds = Flock.__table__, LivestockBreed.__table__
    moves = moves_by_flock(connection, since=first)
    eggs = dict(_sums(connection, _EGGS.flock_id, _EGGS.total, _EGGS.collected_on, first, last))
    feed = dict(_sums(connection, _FEED.flock_id, _FEED.quantity_kg, _FEED.fed_on, first, last))
    dead = case((_LOST.kind != LossKind.CULLED, _LOST.head_count), else_=0)
    lost_of, dead_of = {}, {}
    for flock, lost, died in connection.execute(
        select(_LOST.flock_id, func.sum(_LOST.head_count), func.sum(dead))
        .where(_LOST.died_on <= on)
        .group_by(_LOST.flock_id)
    ):
        lost_of[flock], dead_of[flock] = int(lost), int(died)
    weighed = _egg_weights(connection, first, last)
    laying = laying_days(connection, moves, first, last)
    rows = []
    for row in connection.execute(
        select(flocks, breeds.c.name.label("breed"))
        .join(breeds, breeds.c.id == flocks.c.breed_id, isouter=True)
        .order_by(flocks.c.status, flocks.c.name)
    ):
        own = [move for move in moves[row.id] if move.on <= on]
        days = hen_days(own, first, last)
        placed = sum(move.head for move in own if move.head > 0)
        own_lost = lost_of.get(row.id, 0)
        fed = feed.get(row.id)
        laid = eggs.get(row.id)
        rows.append(
            FlockRow(
                id=row.id,
                name=row.name,
                house=row.house or "",
                breed=row.breed or "",
                active=row.status == FlockStatus.ACTIVE,
                age_weeks=age_weeks(row.hatched_on, on),
                head=head_count(own, on),
                placed=placed,
                lost=own_lost,
                hen_day_percent=(
                    None if laid is None else hen_day_percent(int(laid), laying.get(row.id, 0))
                ),
                mortality_percent=mortality_percent(dead_of.get(row.id, 0), placed),
                feed_g=None if fed is None else feed_per_bird_g(fed, days),
                egg_g=weighed.get(row.id),
            )
        )
    return rows


def _egg_weights(connection: Connection, first: date, last: date) -> dict[UUID, Decimal | None]:
    rows = connection.execute(
        select(_EGGS.flock_id, func.sum(_EGGS.weight_kg), func.sum(_EGGS.total))
        .where(_EGGS.collected_on.between(first, last), _EGGS.weight_kg.is_not(None))
        .group_by(_EGGS.flock_id)
    )
    return {row[0]: egg_weight_g(row[1], int(row[2])) for row in rows}


def eggs_by_day(
    connection: Connection, first: date, last: date, flock: UUID | None = None
) -> list[EggDay]:
    """Return each day with eggs, in order, of one flock or of all that laid that day."""
    query = (
        select(_EGGS.collected_on, _EGGS.flock_id, func.sum(_EGGS.total))
        .where(_EGGS.collected_on.between(first, last))
        .group_by(_EGGS.collected_on, _EGGS.flock_id)
        .order_by(_EGGS.collected_on)
    )
    if flock is not None:
        query = query.where(_EGGS.flock_id == flock)
    moves = moves_by_flock(connection, flock, first)
    eggs: dict[date, int] = defaultdict(int)
    hens: dict[date, int] = defaultdict(int)
    alive = {one: _hens_by_day(moves[one], first, last) for one in list(moves)}
    for on, one, total in connection.execute(query):
        eggs[on] += int(total)
        hens[on] += alive.get(one, {}).get(on, 0)
    return [
        EggDay(on, count, hens[on], hen_day_percent(count, hens[on])) for on, count in eggs.items()
    ]


def _hens_by_day(moves: Iterable[Move], first: date, last: date) -> Mapping[date, int]:
    """Return the hen-days of each day: a bird counts from the day after arrival, not on its last.

    One walk along the days, because asking figures.hen_days for each of a year's days is slow.
    """
    arrivals: dict[date, int] = defaultdict(int)
    losses: dict[date, int] = defaultdict(int)
    count = 0
    for move in moves:
        if move.on < first:
            count += move.head
        elif move.head > 0:
            arrivals[move.on] += move.head
        else:
            losses[move.on] -= move.head
    hens = {}
    for offset in range((last - first).days + 1):
        on = first + timedelta(days=offset)
        count -= losses[on]
        hens[on] = max(0, count)
        count += arrivals[on]
    return hens


def flock_events(
    connection: Connection, flock: UUID, most: int = MOST_EVENTS
) -> tuple[list[Event], int]:
    """Return what came into a flock and left it last, newest first, and how many more there are."""
    names = dict(connection.execute(select(Flock.__table__.c.id, Flock.__table__.c.name)).all())
    found, count = [], 0

    def newest(*which: ColumnElement[bool], day: Column[date]) -> Sequence[Row[Any]]:
        nonlocal count
        count += connection.execute(select(func.count()).where(*which)).scalar_one()
        query = select(day.table).where(*which)
        return connection.execute(query.order_by(day.desc()).limit(most)).all()

    for row in newest(
        or_(_PLACED.flock_id == flock, _PLACED.from_flock_id == flock), day=_PLACED.placed_on
    ):
        came = row.flock_id == flock
        other = names.get(row.from_flock_id if came else row.flock_id, "")
        what = "Placed" if row.from_flock_id is None else "Moved in" if came else "Moved out"
        head = row.head_count if came else -row.head_count
        words = row.supplier or "" if row.from_flock_id is None else other
        found.append(Event("poultry_batches", row.id, row.placed_on, head, words, what))
    for row in newest(_LOST.flock_id == flock, day=_LOST.died_on):
        what = "Culled" if row.kind == LossKind.CULLED else "Lost"
        words = row.cause or ""
        found.append(Event("mortality_logs", row.id, row.died_on, -row.head_count, words, what))
    for row in newest(_SOLD.flock_id == flock, _SOLD.head.is_not(None), day=_SOLD.sold_on):
        words = row.customer or ""
        found.append(Event("farm_product_sales", row.id, row.sold_on, -row.head, words, "Sold"))
    shown = sorted(found, key=lambda event: event.on, reverse=True)[:most]
    return shown, count - len(shown)


def egg_round(connection: Connection, on: date, egg_round: EggRound) -> list[RoundRow]:
    """Return a line for each flock with birds that day, by house and name, as one walks."""
    flocks = Flock.__table__
    moves = moves_by_flock(connection, since=on)
    written = {
        row.flock_id: row
        for row in connection.execute(
            select(EggProductionLog.__table__).where(
                _EGGS.collected_on == on, _EGGS.round == egg_round
            )
        )
    }
    others = dict(
        connection.execute(
            select(_EGGS.flock_id, func.sum(_EGGS.total))
            .where(_EGGS.collected_on == on, _EGGS.round != egg_round)
            .group_by(_EGGS.flock_id)
        ).all()
    )
    usual = dict(
        connection.execute(
            select(_EGGS.flock_id, func.avg(_EGGS.total))
            .where(
                _EGGS.collected_on.between(on - timedelta(days=7), on - timedelta(days=1)),
                _EGGS.round == egg_round,
            )
            .group_by(_EGGS.flock_id)
        ).all()
    )
    rows = []
    for flock in connection.execute(
        select(flocks).where(flocks.c.status == FlockStatus.ACTIVE).order_by(flocks.c.name)
    ):
        row = written.get(flock.id)
        mean = usual.get(flock.id)
        rows.append(
            RoundRow(
                flock_id=flock.id,
                name=flock.name,
                house=flock.house or "",
                hens=head_count(moves[flock.id], on),
                usual=None if mean is None else round(mean),
                total=row.total if row else None,
                cracked=row.cracked if row else None,
                dirty=row.dirty if row else None,
                discarded=row.discarded if row else None,
                others=int(others.get(flock.id, 0)),
            )
        )
    rows.sort(key=lambda row: (not row.house, natural(row.house), natural(row.name)))
    return [row for row in rows if row.hens or row.total is not None]


def _sums(
    connection: Connection,
    key: ColumnElement[UUID],
    value: ColumnElement[Any],
    day: ColumnElement[date],
    first: date,
    last: date,
) -> list[tuple[UUID, Any]]:
    rows = connection.execute(
        select(key, func.sum(value)).where(day.between(first, last)).group_by(key)
    )
    return [(row[0], row[1]) for row in rows]
