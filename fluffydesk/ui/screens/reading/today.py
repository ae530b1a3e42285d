"""The farm today: each figure of the dashboard with the seven days before it and a year behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, select, union_all

from fluffydesk.figures.eggs import hen_day_percent
from fluffydesk.figures.milk import mean
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import FeedLog, MortalityLog, PoultryFeedLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.sync.ledger import waiting
from fluffydesk.sync.resolve import open_conflicts, open_quarantine
from fluffydesk.ui.screens.reading.flocks import EggDay, eggs_by_day
from fluffydesk.ui.screens.reading.milk import LongInMilk, MilkDay, long_in_milk, milk_by_day
from fluffydesk.ui.screens.reading.stores import ItemRow, item_rows

DAYS = 7
SPARK_DAYS = 28
YEAR_DAYS = 365


@dataclass(frozen=True)
class Compared:
    """A figure of the seven days to yesterday, the same of the seven before, and its days.

    A figure is None where its denominator is missing. `spark` holds the last 28 days, oldest
    first, without the days that have no value.
    """

    now: Decimal | None
    before: Decimal | None
    spark: tuple[float, ...]
    so_far: Decimal | None = None
    """What is written down today already, where that says something."""


@dataclass(frozen=True)
class Farm:
    """What the dashboard shows."""

    on: date
    milk: Compared
    milk_per_cow: Compared
    eggs: Compared
    hen_day: Compared
    feed: Compared
    deaths: Compared
    low: tuple[ItemRow, ...]
    shortest: ItemRow | None
    long_in_milk: tuple[LongInMilk, ...]
    milk_days: tuple[MilkDay, ...]
    egg_days: tuple[EggDay, ...]
    waiting: int
    conflicts: int
    refused: int


def farm_today(connection: Connection, on: date) -> Farm:
    """Read the whole dashboard of a day in one go."""
    year = on - timedelta(days=YEAR_DAYS)
    milk_days = milk_by_day(connection, year, on)
    egg_days = eggs_by_day(connection, year, on)
    items = [item for item in item_rows(connection, on) if item.active]
    covered = [item for item in items if item.cover_days is not None]
    milk = {day.on: day for day in milk_days}
    eggs = {day.on: day for day in egg_days}
    return Farm(
        on=on,
        milk=_compare(on, {day: one.kg for day, one in milk.items()}, mean_of_days),
        milk_per_cow=_per_cow(on, milk),
        eggs=_compare(on, {day: Decimal(one.eggs) for day, one in eggs.items()}, mean_of_days),
        hen_day=_hen_day(on, eggs),
        feed=_compare(on, _feed_by_day(connection, on), mean_of_days),
        deaths=_deaths(connection, on),
        low=tuple(item for item in items if item.low),
        shortest=min(covered, key=lambda item: item.cover_days or 0, default=None),
        long_in_milk=tuple(long_in_milk(connection, on)),
        milk_days=tuple(milk_days),
        egg_days=tuple(egg_days),
        waiting=waiting(connection).count,
        conflicts=len(open_conflicts(connection)),
        refused=len(open_quarantine(connection)),
    )


def mean_of_days(values: list[Decimal]) -> Decimal | None:
    """Return the mean of the days that have a value; None when there is none."""
    return mean(values)


def _compare(
    on: date,
    by_day: Mapping[date, Decimal],
    figure: Callable[[list[Decimal]], Decimal | None],
) -> Compared:
    return Compared(
        now=figure(_window(by_day, on, 0)),
        before=figure(_window(by_day, on, 1)),
        spark=_spark(by_day, on),
        so_far=by_day.get(on),
    )


def _window(by_day: Mapping[date, Any], on: date, back: int) -> list[Any]:
    """Return the values of seven days, ending yesterday (0) or seven days before that (1)."""
    days = (on - timedelta(days=DAYS * back + offset) for offset in range(DAYS, 0, -1))
    return [by_day[day] for day in days if day in by_day]


def _spark(by_day: Mapping[date, Decimal], on: date) -> tuple[float, ...]:
    days = (on - timedelta(days=offset) for offset in range(SPARK_DAYS, 0, -1))
    return tuple(float(by_day[day]) for day in days if day in by_day)


def _per_cow(on: date, milk: Mapping[date, MilkDay]) -> Compared:
    """kg per cow milked and day: the kg of the days over their cow-days."""

    def figure(back: int) -> Decimal | None:
        days = _window(milk, on, back)
        cows = sum(day.cows for day in days)
        return sum((day.kg for day in days), Decimal(0)) / cows if cows else None

    by_day = {day: one.kg / one.cows for day, one in milk.items() if one.cows}
    return Compared(figure(0), figure(1), _spark(by_day, on))


def _hen_day(on: date, eggs: Mapping[date, EggDay]) -> Compared:
    """Eggs over the hen-days of the days on which eggs were written down."""

    def figure(back: int) -> Decimal | None:
        days = _window(eggs, on, back)
        return hen_day_percent(sum(day.eggs for day in days), sum(day.hens for day in days))

    by_day = {day: one.percent for day, one in eggs.items() if one.percent is not None}
    return Compared(figure(0), figure(1), _spark(by_day, on))


def _feed_by_day(connection: Connection, on: date) -> dict[date, Decimal]:
    cattle, poultry = FeedLog.__table__.c, PoultryFeedLog.__table__.c
    since = on - timedelta(days=SPARK_DAYS)
    rows = union_all(
        select(cattle.fed_on.label("on"), cattle.quantity_kg.label("kg")).where(
            cattle.fed_on.between(since, on)
        ),
        select(poultry.fed_on, poultry.quantity_kg).where(poultry.fed_on.between(since, on)),
    ).subquery()
    found = connection.execute(select(rows.c.on, func.sum(rows.c.kg)).group_by(rows.c.on))
    return {row[0]: row[1] for row in found}


def _deaths(connection: Connection, on: date) -> Compared:
    """Birds lost and animals dead; none is a figure here, not a gap."""
    lost, animals = MortalityLog.__table__.c, Livestock.__table__.c
    since = on - timedelta(days=SPARK_DAYS)
    by_day: dict[date, int] = defaultdict(int)
    for day, head in connection.execute(
        select(lost.died_on, func.sum(lost.head_count))
        .where(lost.died_on.between(since, on))
        .group_by(lost.died_on)
    ):
        by_day[day] += int(head)
    for day, head in connection.execute(
        select(animals.left_on, func.count())
        .where(animals.status == LivestockStatus.DEAD, animals.left_on.between(since, on))
        .group_by(animals.left_on)
    ):
        by_day[day] += int(head)
    filled = {
        on - timedelta(days=back): Decimal(by_day[on - timedelta(days=back)])
        for back in range(SPARK_DAYS + 1)
    }
    return _compare(on, filled, lambda values: sum(values, Decimal(0)))
