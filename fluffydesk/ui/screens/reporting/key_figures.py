"""The key figures of a period beside those of the period before, each with its definition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, func, select

from fluffydesk.figures.kpi import HEN_DAY
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import MortalityLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.ui.fields.texts import unit_text
from fluffydesk.ui.screens.reading.flocks import eggs_by_day
from fluffydesk.ui.screens.reading.milk import milk_by_day
from fluffydesk.ui.screens.reporting import production
from fluffydesk.ui.screens.reporting.report import Column, Period, Report, Stop, measure, number

_COLUMNS = (
    Column("Figure"),
    number("Value"),
    Column("Unit"),
    number("Period before"),
    Column("How it is worked out", wide=True),
)


@dataclass(frozen=True)
class KeyFigure:
    """A figure of a period: its unit, its decimals, its definition and how it is read."""

    title: str
    unit: str
    places: int
    definition: str
    read: Callable[[Connection, Period], Decimal | int | None]


def _milk(connection: Connection, period: Period) -> Decimal | None:
    return production.milk_mean(milk_by_day(connection, period.first, period.last))


def _per_cow(connection: Connection, period: Period) -> Decimal | None:
    return production.milk_per_cow(milk_by_day(connection, period.first, period.last))


def _eggs(connection: Connection, period: Period) -> Decimal | None:
    return production.egg_mean(eggs_by_day(connection, period.first, period.last))


def _laying(connection: Connection, period: Period) -> Decimal | None:
    return production.laying(eggs_by_day(connection, period.first, period.last))


def _feed(connection: Connection, period: Period) -> Decimal | None:
    return production.feed_mean(production.feed_by_day(connection, period))


def _deaths(connection: Connection, period: Period) -> int:
    lost, animals = MortalityLog.__table__.c, Livestock.__table__.c
    birds = connection.execute(
        select(func.coalesce(func.sum(lost.head_count), 0)).where(
            lost.died_on.between(period.first, period.last)
        )
    ).scalar_one()
    dead = connection.execute(
        select(func.count()).where(
            animals.status == LivestockStatus.DEAD,
            animals.left_on.between(period.first, period.last),
        )
    ).scalar_one()
    return int(birds) + int(dead)


KEY_FIGURES = (
    KeyFigure(
        "Milk a day",
        "kg",
        0,
        "Mean of the days with milk.",
        _milk,
    ),
    KeyFigure("Milk a cow and day", "kg", 1, "Milk over the cows milked each day.", _per_cow),
    KeyFigure("Eggs a day", "eggs", 0, "Mean of the days with eggs, the bad ones too.", _eggs),
    KeyFigure(
        "Hen-day",
        "%",
        1,
        "Eggs over hen-days.",
        _laying,
    ),
    KeyFigure("Feed a day", "kg", 0, "Mean of the days with feed, of groups and flocks.", _feed),
    KeyFigure("Deaths", "head", 0, "Birds lost and animals dead.", _deaths),
)


def key_figures(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return every key figure of a period and of the one of the same length before it."""
    rows = []
    for one in KEY_FIGURES:
        stop()
        now, before = one.read(connection, period), one.read(connection, period.before)
        rows.append(
            (
                one.title,
                measure(now, one.unit, one.places),
                unit_text(one.unit),
                measure(before, one.unit, one.places),
                one.definition,
            )
        )
    return Report(
        title="Key figures",
        columns=_COLUMNS,
        rows=tuple(rows),
        units=("kg",),
        notes=(
            f"Period before: {period.before.words}.",
            "A whole-day value stands for a cow's milkings of that day.",
            f"Hen-day: {HEN_DAY.said()}",
        ),
    )
