"""What the farm gave and took in a period, day by day: milk, eggs, feed and losses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, func, select, union_all

from fluffydesk.figures.eggs import hen_day_percent
from fluffydesk.figures.kpi import HEN_DAY, MILK_PER_COW
from fluffydesk.figures.milk import mean
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import FeedLog, MortalityLog, PoultryFeedLog
from fluffydesk.records.livestock import Flock, Livestock, LivestockBatch
from fluffydesk.ui.fields.texts import day_text, number_text, words
from fluffydesk.ui.screens.reading.animals import called
from fluffydesk.ui.screens.reading.flocks import EggDay, eggs_by_day
from fluffydesk.ui.screens.reading.milk import MilkDay, milk_by_day
from fluffydesk.ui.screens.reporting.report import (
    Column,
    Period,
    Report,
    Stop,
    figure,
    kpi_cell,
    line,
    measure,
    number,
    quiet,
)

MEAN = "Mean a day"
SUM = "Sum"
_MILK = (Column("Date"), number("Milk", "kg"), number("Cows"), number("Per cow", "kg"))
_EGGS = (Column("Date"), number("Eggs"), number("Hens"), number("Hen-day", "%"))
_FEED = (Column("Date"), number("Groups", "kg"), number("Flocks", "kg"), number("Feed", "kg"))
_LOST = (
    Column("Date"),
    Column("Who", wide=True),
    number("Head"),
    Column("How"),
    Column("Cause", wide=True),
)


def milk(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return the milk of each day; a whole-day value stands for a cow's milkings of that day."""
    days = milk_by_day(connection, period.first, period.last)
    kg = milk_mean(days)
    return Report(
        title="Milk",
        columns=_MILK,
        rows=tuple(
            (
                day_text(one.on),
                measure(one.kg, "kg", 1),
                number_text(one.cows),
                kpi_cell(MILK_PER_COW, one.kg / one.cows if one.cows else None),
            )
            for one in days
        ),
        sums=(
            line(_MILK, SUM, Milk=measure(sum((one.kg for one in days), Decimal(0)), "kg", 1)),
            line(
                _MILK,
                MEAN,
                Milk=measure(kg, "kg"),
                Per_cow=kpi_cell(MILK_PER_COW, milk_per_cow(days)),
            ),
        ),
        notes=(
            "Mean a day: of the days with milk. A whole-day value stands for a cow's milkings "
            "of that day.",
            f"Per cow: {MILK_PER_COW.said()}",
        ),
        empty="No milking is written down for these days.",
    )


def milk_mean(days: Iterable[MilkDay]) -> Decimal | None:
    """Return kg a day, of the days with milk; None where there is none."""
    return mean(one.kg for one in days)


def milk_per_cow(days: list[MilkDay]) -> Decimal | None:
    """Return kg a cow and day: the kg over the cow-days; None without cows."""
    cows = sum(one.cows for one in days)
    return sum((one.kg for one in days), Decimal(0)) / cows if cows else None


def eggs(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return the eggs of each day, and the laying percentage over hen-days."""
    days = eggs_by_day(connection, period.first, period.last)
    return Report(
        title="Eggs",
        columns=_EGGS,
        rows=tuple(
            (
                day_text(one.on),
                number_text(one.eggs),
                number_text(one.hens),
                kpi_cell(HEN_DAY, one.percent),
            )
            for one in days
        ),
        sums=(
            line(_EGGS, SUM, Eggs=number_text(sum(one.eggs for one in days))),
            line(
                _EGGS,
                MEAN,
                Eggs=figure(egg_mean(days)),
                **{"Hen-day": kpi_cell(HEN_DAY, laying(days))},
            ),
        ),
        notes=(f"Hen-day %: {HEN_DAY.said()} Days without eggs are left out.",),
        empty="No eggs are written down for these days.",
    )


def egg_mean(days: Iterable[EggDay]) -> Decimal | None:
    """Return eggs a day, of the days with eggs; None where there is none."""
    return mean(Decimal(one.eggs) for one in days)


def laying(days: list[EggDay]) -> Decimal | None:
    """Return the hen-day % over the days with eggs; None without hens."""
    return hen_day_percent(sum(one.eggs for one in days), sum(one.hens for one in days))


def feed(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return the feed given each day, to groups and to flocks."""
    days = feed_by_day(connection, period)
    return Report(
        title="Feed",
        columns=_FEED,
        rows=tuple(
            (
                day_text(on),
                measure(groups, "kg", 1),
                measure(flocks, "kg", 1),
                measure(groups + flocks, "kg", 1),
            )
            for on, (groups, flocks) in days.items()
        ),
        sums=(
            line(
                _FEED,
                SUM,
                Groups=measure(sum((one[0] for one in days.values()), Decimal(0)), "kg", 1),
                Flocks=measure(sum((one[1] for one in days.values()), Decimal(0)), "kg", 1),
                Feed=measure(sum((sum(one) for one in days.values()), Decimal(0)), "kg", 1),
            ),
            line(_FEED, MEAN, Feed=measure(feed_mean(days), "kg")),
        ),
        notes=("Mean a day: of the days on which feed is written down.",),
        empty="No feeding is written down for these days.",
    )


def feed_by_day(connection: Connection, period: Period) -> dict[date, tuple[Decimal, Decimal]]:
    """Return kg of feed to groups and to flocks of each day with any, in order."""
    days: dict[date, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for place, record in enumerate((FeedLog, PoultryFeedLog)):
        columns = record.__table__.c
        query = (
            select(columns.fed_on, func.sum(columns.quantity_kg))
            .where(columns.fed_on.between(period.first, period.last))
            .group_by(columns.fed_on)
        )
        for on, kg in connection.execute(query):
            days[on][place] += kg
    return {on: (days[on][0], days[on][1]) for on in sorted(days)}


def feed_mean(days: dict[date, tuple[Decimal, Decimal]]) -> Decimal | None:
    """Return kg of feed a day, of the days with feed; None where there is none."""
    return mean(groups + flocks for groups, flocks in days.values())


def losses(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return every loss of the period: birds lost, and animals that died."""
    found = _losses(connection, period)
    head = sum(one[2] for one in found)
    return Report(
        title="Losses",
        columns=_LOST,
        rows=tuple(
            (day_text(on), who, number_text(count), how, cause)
            for on, who, count, how, cause in found
        ),
        sums=(line(_LOST, SUM, Head=quiet(head)),),
        notes=("Birds that died or were culled, and animals that died.",),
        empty="Nothing died in these days.",
    )


def _losses(connection: Connection, period: Period) -> list[tuple[date, str, int, str, str]]:
    lost, flocks = MortalityLog.__table__.c, Flock.__table__.c
    animals = Livestock.__table__.c
    birds = (
        select(lost.died_on, flocks.name, lost.head_count, lost.kind, lost.cause)
        .join(Flock.__table__, flocks.id == lost.flock_id)
        .where(lost.died_on.between(period.first, period.last))
    )
    dead = select(animals.left_on, animals.tag_number, animals.name, animals.left_reason).where(
        animals.status == LivestockStatus.DEAD,
        animals.left_on.between(period.first, period.last),
    )
    found = [
        (on, name, int(head), words(kind), cause or "")
        for on, name, head, kind, cause in connection.execute(birds)
    ]
    found += [
        (on, called(tag, name), 1, words(LivestockStatus.DEAD), reason or "")
        for on, tag, name, reason in connection.execute(dead)
    ]
    return sorted(found)


def fed_to(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return the feed of a period by what it was and who got it."""
    columns = (Column("Feed", wide=True), Column("Given to", wide=True), number("Quantity", "kg"))
    groups, flocks = LivestockBatch.__table__.c, Flock.__table__.c
    cattle, poultry = FeedLog.__table__.c, PoultryFeedLog.__table__.c
    rows = union_all(
        select(cattle.feed.label("feed"), groups.name.label("to"), cattle.quantity_kg.label("kg"))
        .join(LivestockBatch.__table__, groups.id == cattle.batch_id)
        .where(cattle.fed_on.between(period.first, period.last)),
        select(poultry.feed, flocks.name, poultry.quantity_kg)
        .join(Flock.__table__, flocks.id == poultry.flock_id)
        .where(poultry.fed_on.between(period.first, period.last)),
    ).subquery()
    found = connection.execute(
        select(rows.c.feed, rows.c.to, func.sum(rows.c.kg))
        .group_by(rows.c.feed, rows.c.to)
        .order_by(rows.c.feed, rows.c.to)
    ).all()
    return Report(
        title="Feed by kind",
        columns=columns,
        rows=tuple((what, to, measure(kg, "kg", 1)) for what, to, kg in found),
        sums=(
            line(
                columns,
                SUM,
                Quantity=measure(sum((one[2] for one in found), Decimal(0)), "kg", 1),
            ),
        ),
        empty="No feeding is written down for these days.",
    )
