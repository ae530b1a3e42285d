"""The farm today: its figures of seven days with those of the week before and of last year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import Connection, func, select

from fluffydesk.figures.milk import mean
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import EggProductionLog, MortalityLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.ui.screens.reading.doing import Doing, doing
from fluffydesk.ui.screens.reading.flocks import eggs_by_day
from fluffydesk.ui.screens.reading.milk import kg_by_day, milk_by_day
from fluffydesk.ui.screens.reading.money import by_day
from fluffydesk.ui.screens.reporting import production
from fluffydesk.ui.screens.reporting.report import Period

DAYS = 7
SPARK_DAYS = 28
YEAR_DAYS = 364
"""A year of whole weeks: Mondays are compared with Mondays."""
CURVE_DAYS = 365
_READ_DAYS = YEAR_DAYS + DAYS
_NONE = Decimal(0)
Value = TypeVar("Value")


@dataclass(frozen=True)
class Compared:
    """A figure of the seven days to yesterday, of the seven before, and of the week a year ago.

    A figure is None where its denominator is missing, or nothing is known of that time. `spark`
    holds the last 28 days, oldest first, without the days that have no value.
    """

    now: Decimal | None
    before: Decimal | None
    last_year: Decimal | None = None
    spark: tuple[float, ...] = ()
    so_far: Decimal | None = None
    """What is written down today already, where that says something."""


@dataclass(frozen=True)
class Farm:
    """What the dashboard shows; `revenues` and `expenses` are None for who may not see them."""

    on: date
    milk: Compared
    milk_per_cow: Compared
    eggs: Compared
    hen_day: Compared
    feed: Compared
    deaths: Compared
    revenues: Compared | None
    expenses: Compared | None
    milk_days: Mapping[date, Decimal]
    egg_days: Mapping[date, int]
    """kg and eggs of each day of a year, for the curves."""
    doing: tuple[Doing, ...]


def farm_today(connection: Connection, on: date, at: datetime, currency: str | None = None) -> Farm:
    """Read the whole dashboard of a day in one go; money where a currency is given.

    `at` is the moment by which withdrawals and tasks are told.
    """
    first, curve = on - timedelta(days=_READ_DAYS), on - timedelta(days=CURVE_DAYS)
    # Cow by cow and flock by flock only for the days that are compared: a year takes too long.
    milk = {day.on: day for span in _spans(on) for day in milk_by_day(connection, *span)}
    eggs = {day.on: day for span in _spans(on) for day in eggs_by_day(connection, *span)}
    feed = production.feed_by_day(connection, Period(first, on))
    dead = _deaths(connection, first, on)
    since = min((min(days) for days in (milk, eggs, feed, dead) if days), default=on)
    revenues, expenses = _money(connection, on, currency) if currency else (None, None)
    return Farm(
        on=on,
        milk=_compared(on, milk, production.milk_mean, lambda day: day.kg, so_far=True),
        milk_per_cow=_compared(
            on, milk, production.milk_per_cow, lambda day: day.kg / day.cows if day.cows else None
        ),
        eggs=_compared(on, eggs, production.egg_mean, lambda day: Decimal(day.eggs), so_far=True),
        hen_day=_compared(on, eggs, production.laying, lambda day: day.percent),
        feed=_compared(
            on,
            feed,
            lambda days: mean(sum(day, _NONE) for day in days),
            lambda day: sum(day, _NONE),
            so_far=True,
        ),
        deaths=_counted(on, dead, since),
        revenues=revenues,
        expenses=expenses,
        milk_days=kg_by_day(connection, curve, on),
        egg_days=_laid(connection, curve, on),
        doing=doing(connection, on, at),
    )


def _spans(on: date) -> tuple[tuple[date, date], tuple[date, date]]:
    """Return the first and last day of what is read day by day: last year's week, and till now."""
    year = on - timedelta(days=YEAR_DAYS)
    return (year - timedelta(days=DAYS), year - timedelta(days=1)), (
        on - timedelta(days=SPARK_DAYS),
        on,
    )


def _laid(connection: Connection, first: date, last: date) -> dict[date, int]:
    eggs = EggProductionLog.__table__.c
    rows = connection.execute(
        select(eggs.collected_on, func.sum(eggs.total))
        .where(eggs.collected_on.between(first, last))
        .group_by(eggs.collected_on)
    )
    return {on: int(total) for on, total in rows}


def _compared(
    on: date,
    by_day: Mapping[date, Value],
    figure: Callable[[list[Value]], Decimal | None],
    daily: Callable[[Value], Decimal | None],
    *,
    so_far: bool = False,
) -> Compared:
    """Work a figure out for each of the three weeks, from the days that have something."""
    days = (on - timedelta(days=back) for back in range(SPARK_DAYS, 0, -1))
    spark = (daily(by_day[day]) for day in days if day in by_day)
    return Compared(
        now=figure(_week(by_day, on, 0)),
        before=figure(_week(by_day, on, DAYS)),
        last_year=figure(_week(by_day, on, YEAR_DAYS)),
        spark=tuple(float(value) for value in spark if value is not None),
        so_far=daily(by_day[on]) if so_far and on in by_day else None,
    )


def _week(by_day: Mapping[date, Value], on: date, back: int) -> list[Value]:
    """Return the values of the seven days that end yesterday, or `back` days before that."""
    days = (on - timedelta(days=back + offset) for offset in range(DAYS, 0, -1))
    return [by_day[day] for day in days if day in by_day]


def _counted(on: date, by_day: Mapping[date, Decimal], since: date) -> Compared:
    """Sum what is nothing on a day on which nothing is written down; not before `since`."""

    def week(back: int) -> Decimal | None:
        known = back == 0 or since <= on - timedelta(days=back + DAYS)
        return sum(_week(by_day, on, back), _NONE) if known else None

    days = [on - timedelta(days=back) for back in range(SPARK_DAYS, 0, -1)]
    spark = tuple(float(by_day.get(day, _NONE)) for day in days if day >= since)
    return Compared(week(0), week(DAYS), week(YEAR_DAYS), spark, by_day.get(on, _NONE))


def _deaths(connection: Connection, first: date, on: date) -> dict[date, Decimal]:
    """Return the birds lost and animals dead of each day with any."""
    lost, animals = MortalityLog.__table__.c, Livestock.__table__.c
    found: dict[date, Decimal] = defaultdict(Decimal)
    birds = (
        select(lost.died_on, func.sum(lost.head_count))
        .where(lost.died_on.between(first, on))
        .group_by(lost.died_on)
    )
    dead = (
        select(animals.left_on, func.count())
        .where(animals.status == LivestockStatus.DEAD, animals.left_on.between(first, on))
        .group_by(animals.left_on)
    )
    for query in (birds, dead):
        for day, head in connection.execute(query):
            found[day] += head
    return found


def _money(connection: Connection, on: date, currency: str) -> tuple[Compared, Compared]:
    """Return revenues and expenses; unknown where no entry is as old as the week asked for."""
    earned, spent = by_day(connection, currency, on - timedelta(days=_READ_DAYS), on)
    since = min((*earned, *spent), default=None)
    if since is None:
        return Compared(None, None), Compared(None, None)
    return _counted(on, earned, since), _counted(on, spent, since)
