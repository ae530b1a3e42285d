"""What became of a flock: how birds sold by weight grew, what died, and what its eggs weigh."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, case, func, select

from fluffydesk.actions.conventions import Conventions, conventions
from fluffydesk.figures.eggs import egg_weight_g
from fluffydesk.figures.flock import epef, head_count, livability_percent
from fluffydesk.records.enums.farm import LossKind
from fluffydesk.records.enums.organizations import FeedConversionBasis
from fluffydesk.records.farm import EggProductionLog, MortalityLog, PoultryFeedLog
from fluffydesk.records.farm_resources import FarmProductSale
from fluffydesk.records.livestock import Flock, PoultryBatch
from fluffydesk.ui.screens.reading.flocks import moves_by_flock

_EGGS = EggProductionLog.__table__.c
_LOST = MortalityLog.__table__.c
_SOLD = FarmProductSale.__table__.c
_PLACED = PoultryBatch.__table__.c
_FEED = PoultryFeedLog.__table__.c
_NONE = Decimal(0)


@dataclass(frozen=True)
class Weighed:
    """Heads and their kg; the kg are None as soon as some of them were never weighed."""

    head: int = 0
    kg: Decimal | None = _NONE

    def __add__(self, other: Weighed) -> Weighed:
        kg = None if self.kg is None or other.kg is None else self.kg + other.kg
        return Weighed(self.head + other.head, kg)


@dataclass(frozen=True)
class Batch:
    """All that went into a flock and came out of it, up to a day."""

    placed: Weighed
    sold: Weighed
    """Also what was moved to another flock."""
    dead: Weighed
    culled: Weighed
    feed_kg: Decimal | None
    age_days: Decimal | None
    """The mean age of the birds sold."""
    gone: bool

    def __add__(self, other: Batch) -> Batch:
        heads = self.sold.head + other.sold.head
        age = None
        if self.age_days is not None and other.age_days is not None and heads:
            age = (self.age_days * self.sold.head + other.age_days * other.sold.head) / heads
        known = self.feed_kg is not None and other.feed_kg is not None
        return Batch(
            self.placed + other.placed,
            self.sold + other.sold,
            self.dead + other.dead,
            self.culled + other.culled,
            (self.feed_kg or _NONE) + (other.feed_kg or _NONE) if known else None,
            age,
            self.gone and other.gone,
        )


@dataclass(frozen=True)
class Growing:
    """Birds sold by weight: how many, kg each, their age in days, feed conversion and EPEF."""

    sold: int
    kg: Decimal | None
    age_days: Decimal | None
    conversion: Decimal | None
    epef: Decimal | None
    missing: str = ""
    """What must be written down before feed conversion is known; "" where nothing is missing."""


def growing(connection: Connection, flock: UUID, on: date) -> Growing:
    """Return how a flock that was sold by weight grew; what is not known is None.

    Feed conversion and EPEF want every bird gone: what still lives has eaten too. The feed
    conversion is on the farm's basis: where that asks for the weight of the chicks or of the
    dead, each placement and each loss must have it.
    """
    return grown(batches(connection, on, flock).get(flock), conventions(connection))


def grown(batch: Batch | None, ways: Conventions) -> Growing:
    """Return how the birds of a batch grew."""
    if batch is None or not batch.sold.head:
        return Growing(0, None, None, None, None)
    sold, dead = batch.sold, batch.dead + batch.culled
    mean_kg = sold.kg / sold.head if sold.kg else None
    conversion = None
    if batch.gone and batch.feed_kg is not None and sold.kg:
        conversion = ways.feed_conversion(batch.feed_kg, sold.kg, batch.placed.kg, dead.kg)
    alive = livability_percent(batch.dead.head, batch.placed.head)
    factor = None
    age = batch.age_days
    if alive is not None and mean_kg is not None and age is not None and conversion is not None:
        factor = epef(alive, mean_kg, age, conversion)
    return Growing(
        sold.head, mean_kg, batch.age_days, conversion, factor, _missing(batch, dead, ways)
    )


def _missing(batch: Batch, dead: Weighed, ways: Conventions) -> str:
    basis = ways.feed_conversion_basis
    if not batch.gone:
        return "Feed conversion is known once the last bird is gone."
    if batch.feed_kg is None:
        return "No feed of this flock is written down."
    if not batch.sold.kg:
        return "Not every sale has its weight."
    if basis is not FeedConversionBasis.LIVE_WEIGHT and batch.placed.kg is None:
        return "Not every placement has its weight, which this farm's feed conversion takes off."
    if basis is FeedConversionBasis.GAIN_WITH_DEAD and dead.kg is None:
        return "Not every loss has its weight, which this farm's feed conversion adds."
    return ""


def batches(connection: Connection, on: date, only: UUID | None = None) -> dict[UUID, Batch]:
    """Return what went into each flock, or only one, and came out of it up to the end of a day."""
    placed = _weighed(connection, _PLACED, "flock_id", "placed_on", "head_count", on)
    moved = _weighed(connection, _PLACED, "from_flock_id", "placed_on", "head_count", on)
    sold = _weighed(connection, _SOLD, "flock_id", "sold_on", "head", on)
    died = _weighed(connection, _LOST, "flock_id", "died_on", "head_count", on, culled=False)
    culled = _weighed(connection, _LOST, "flock_id", "died_on", "head_count", on, culled=True)
    fed = dict(
        connection.execute(
            select(_FEED.flock_id, func.sum(_FEED.quantity_kg))
            .where(_FEED.fed_on <= on)
            .group_by(_FEED.flock_id)
        ).all()
    )
    ages = _ages(connection, on)
    moves = moves_by_flock(connection, only)
    none = Weighed()
    return {
        flock: Batch(
            placed.get(flock, none),
            sold.get(flock, none) + moved.get(flock, none),
            died.get(flock, none),
            culled.get(flock, none),
            fed.get(flock),
            ages.get(flock),
            head_count(moves[flock], on) == 0,
        )
        for flock in placed
        if only in (None, flock)
    }


def _weighed(
    connection: Connection,
    columns: Any,
    flock: str,
    day: str,
    head: str,
    on: date,
    *,
    culled: bool | None = None,
) -> dict[UUID, Weighed]:
    query = (
        select(
            columns[flock],
            func.sum(columns[head]),
            func.sum(columns.weight_kg),
            func.sum(case((columns.weight_kg.is_(None), 1), else_=0)),
        )
        .where(columns[flock].is_not(None), columns[head].is_not(None), columns[day] <= on)
        .group_by(columns[flock])
    )
    if culled is not None:
        kind = columns.kind == LossKind.CULLED
        query = query.where(kind if culled else ~kind)
    return {
        row[0]: Weighed(int(row[1]), None if row[3] else row[2])
        for row in connection.execute(query)
    }


def _ages(connection: Connection, on: date) -> dict[UUID, Decimal]:
    """Return the mean age in days of the birds sold of each flock whose hatch is known."""
    hatched = Flock.__table__.c
    days: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    for row in connection.execute(
        select(_SOLD.flock_id, _SOLD.sold_on, _SOLD.head, hatched.hatched_on)
        .join(Flock.__table__, hatched.id == _SOLD.flock_id)
        .where(_SOLD.head > 0, _SOLD.sold_on <= on, hatched.hatched_on.is_not(None))
    ):
        days[row.flock_id].append(((row.sold_on - row.hatched_on).days, row.head))
    return {
        flock: Decimal(sum(age * head for age, head in sold)) / sum(head for _, head in sold)
        for flock, sold in days.items()
    }


def lost_by_flock(
    connection: Connection, first: date | None, last: date
) -> dict[UUID, tuple[int, int]]:
    """Return the birds that died and that were culled of each flock, from `first` to `last`."""
    culled = _LOST.kind == LossKind.CULLED
    since = _LOST.died_on <= last if first is None else _LOST.died_on.between(first, last)
    return {
        row[0]: (int(row[1]), int(row[2]))
        for row in connection.execute(
            select(
                _LOST.flock_id,
                func.sum(case((culled, 0), else_=_LOST.head_count)),
                func.sum(case((culled, _LOST.head_count), else_=0)),
            )
            .where(since)
            .group_by(_LOST.flock_id)
        )
    }


def egg_weights(connection: Connection, first: date, last: date) -> dict[UUID, tuple[int, Decimal]]:
    """Return the eggs of each flock that were weighed in these days, and their kg."""
    return {
        row[0]: (int(row[1]), row[2])
        for row in connection.execute(
            select(_EGGS.flock_id, func.sum(_EGGS.total), func.sum(_EGGS.weight_kg))
            .where(_EGGS.collected_on.between(first, last), _EGGS.weight_kg.is_not(None))
            .group_by(_EGGS.flock_id)
        )
    }


def mean_egg_g(weighed: Iterable[tuple[int, Decimal]]) -> Decimal | None:
    """Return the mean weight in g of eggs weighed together; None without any."""
    rounds = list(weighed)
    return egg_weight_g(sum((kg for _, kg in rounds), _NONE), sum(eggs for eggs, _ in rounds))


def egg_weights_by_day(
    connection: Connection, flock: UUID, first: date, last: date
) -> list[tuple[date, Decimal]]:
    """Return each day on which eggs of a flock were weighed, and their mean weight in g."""
    rows = connection.execute(
        select(_EGGS.collected_on, func.sum(_EGGS.total), func.sum(_EGGS.weight_kg))
        .where(
            _EGGS.flock_id == flock,
            _EGGS.collected_on.between(first, last),
            _EGGS.weight_kg.is_not(None),
        )
        .group_by(_EGGS.collected_on)
        .order_by(_EGGS.collected_on)
    )
    found = ((row[0], egg_weight_g(row[2], int(row[1]))) for row in rows)
    return [(on, grams) for on, grams in found if grams is not None]


def heads_by_day(
    connection: Connection, flock: UUID, first: date, last: date
) -> list[tuple[date, int]]:
    """Return the birds of a flock at the end of each day, from its first placement on (rule 1)."""
    moves = moves_by_flock(connection, flock)[flock]
    if not moves:
        return []
    by_day: dict[date, int] = defaultdict(int)
    for move in moves:
        by_day[max(move.on, first)] += move.head
    begun = max(first, min(move.on for move in moves))
    days = [begun + timedelta(days=one) for one in range((last - begun).days + 1)]
    return list(zip(days, accumulate(by_day[on] for on in days), strict=True))
