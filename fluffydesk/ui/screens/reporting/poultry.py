"""How each flock laid, ate, lived and grew in a period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from fluffydesk.actions.conventions import Conventions, conventions
from fluffydesk.figures.eggs import hen_day_percent, hen_housed_percent
from fluffydesk.figures.flock import (
    feed_per_bird_g,
    head_count,
    hen_days,
    livability_percent,
    mortality_percent,
)
from fluffydesk.figures.kpi import (
    EGG_WEIGHT,
    EPEF,
    FEED_CONVERSION,
    FEED_PER_BIRD,
    HEN_DAY,
    HEN_HOUSED,
    LIVABILITY,
    MORTALITY,
)
from fluffydesk.records.farm import EggProductionLog, PoultryFeedLog
from fluffydesk.records.livestock import Flock
from fluffydesk.ui.fields.texts import day_text, number_text
from fluffydesk.ui.screens.reading.flocks import laying_days, moves_by_flock
from fluffydesk.ui.screens.reading.flocks_grown import (
    Batch,
    batches,
    egg_weights,
    grown,
    lost_by_flock,
    mean_egg_g,
)
from fluffydesk.ui.screens.reporting.report import (
    Cells,
    Column,
    Period,
    Report,
    Stop,
    figure,
    kpi_cell,
    line,
    measure,
    number,
    of,
    quiet,
    quiet_measure,
)

_FLOCKS = (
    Column("Flock", wide=True),
    Column("House"),
    number("Birds"),
    number("Eggs"),
    of(HEN_DAY),
    of(HEN_HOUSED),
    of(EGG_WEIGHT),
    of(MORTALITY),
    number("Feed", "kg"),
    of(FEED_PER_BIRD),
)
_LIVED = (
    Column("Flock", wide=True),
    Column("House"),
    number("At the start"),
    number("Came"),
    number("Died"),
    number("Culled"),
    number("Birds"),
    of(MORTALITY),
    of(LIVABILITY),
    of(MORTALITY, "Since placement"),
)
_GROWN = (
    Column("Flock", wide=True),
    Column("House"),
    Column("Last left"),
    number("Placed"),
    number("Sold"),
    number("Live weight", "kg"),
    number("Each", "kg"),
    number("Age", "d"),
    of(LIVABILITY),
    of(FEED_CONVERSION),
    of(EPEF),
    Column("Missing", wide=True),
)
SUM = "Sum"


@dataclass(frozen=True)
class Left:
    """A flock that is gone, and when its last bird left."""

    name: str
    house: str
    left_on: date


@dataclass(frozen=True)
class Days:
    """A flock in a period: the birds there were and came, what they laid, ate and lost."""

    flock: Row[Any]
    before: int
    came: int
    head: int
    bird_days: int
    laying_days: int
    """The bird-days of the days whose eggs are written down."""
    died: int
    culled: int
    eggs: int | None
    feed: Decimal | None
    weighed: tuple[int, Decimal] | None

    @property
    def housed(self) -> int:
        """The birds at the start and those that came."""
        return self.before + self.came


def of_period(connection: Connection, period: Period, stop: Stop = bool) -> list[Days]:
    """Return each flock with birds or eggs in a period, by name."""
    eggs = _sums(connection, EggProductionLog, "total", "collected_on", period)
    feed = _sums(connection, PoultryFeedLog, "quantity_kg", "fed_on", period)
    lost = lost_by_flock(connection, period.first, period.last)
    weighed = egg_weights(connection, period.first, period.last)
    moves = moves_by_flock(connection)
    laying = laying_days(connection, moves, period.first, period.last)
    found = []
    for flock in connection.execute(select(Flock.__table__).order_by(Flock.__table__.c.name)):
        stop()
        own = [move for move in moves[flock.id] if move.on <= period.last]
        days = hen_days(own, period.first, period.last)
        came = sum(move.head for move in own if move.head > 0 and move.on >= period.first)
        if days <= 0 and not came and flock.id not in eggs and flock.id not in lost:
            continue
        died, culled = lost.get(flock.id, (0, 0))
        laid, fed = eggs.get(flock.id), feed.get(flock.id)
        found.append(
            Days(
                flock,
                head_count(own, period.first - timedelta(days=1)),
                came,
                head_count(own, period.last),
                days,
                laying.get(flock.id, 0),
                died,
                culled,
                None if laid is None else int(laid),
                None if fed is None else Decimal(fed),
                weighed.get(flock.id),
            )
        )
    return found


def housed_laying(found: Iterable[Days], days: int) -> Decimal | None:
    """Return eggs for 100 hens housed and days, of the flocks that laid; None without."""
    laid = [one for one in found if one.eggs is not None]
    return hen_housed_percent(
        sum(one.eggs or 0 for one in laid), sum(one.housed for one in laid), days
    )


def feed_a_bird(found: Iterable[Days]) -> Decimal | None:
    """Return g of feed a bird and day, of the flocks that were fed; None without."""
    fed = [one for one in found if one.feed is not None]
    kg = sum((one.feed or Decimal(0) for one in fed), Decimal(0))
    return feed_per_bird_g(kg, sum(one.bird_days for one in fed))


def eggs_weigh(found: Iterable[Days]) -> Decimal | None:
    """Return the mean weight in g of the eggs that were weighed; None without."""
    return mean_egg_g(one.weighed for one in found if one.weighed is not None)


def died_of(found: list[Days]) -> tuple[int, int]:
    """Return how many birds died, and how many there were at the start and came."""
    return sum(one.died for one in found), sum(one.housed for one in found)


def flocks(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return how each flock with birds in a period laid, lost and ate."""
    found = of_period(connection, period, stop)
    return Report(
        title="Flocks",
        columns=_FLOCKS,
        rows=tuple(_flock_cells(one, period.days) for one in found),
        sums=(_all_flocks(found, period.days),),
        notes=(
            *(
                f"{one.title}: {one.said()}"
                for one in (HEN_DAY, EGG_WEIGHT, FEED_PER_BIRD, MORTALITY)
            ),
            f"{HEN_DAY.title}: days without eggs are left out.",
            f"{HEN_HOUSED.title}: {HEN_HOUSED.said()} Those that came count as housed.",
            "Placed, for mortality: the birds at the start of the period and those that came.",
        ),
        empty="No flock had birds in these days.",
    )


def _flock_cells(one: Days, days: int) -> Cells:
    laid = one.eggs
    return (
        one.flock.name,
        one.flock.house or "",
        number_text(one.head),
        quiet(laid),
        kpi_cell(HEN_DAY, None if laid is None else hen_day_percent(laid, one.laying_days)),
        kpi_cell(HEN_HOUSED, housed_laying([one], days)),
        kpi_cell(EGG_WEIGHT, eggs_weigh([one])),
        kpi_cell(MORTALITY, mortality_percent(one.died, one.housed)),
        quiet_measure(one.feed, "kg", 1),
        kpi_cell(FEED_PER_BIRD, feed_a_bird([one])),
    )


def _all_flocks(found: list[Days], days: int) -> Cells:
    laid = [one for one in found if one.eggs is not None]
    eggs = sum(one.eggs or 0 for one in laid)
    fed = sum((one.feed or Decimal(0) for one in found), Decimal(0))
    return line(
        _FLOCKS,
        SUM,
        **{
            "Birds": number_text(sum(one.head for one in found)),
            "Eggs": number_text(eggs),
            HEN_DAY.title: kpi_cell(
                HEN_DAY, hen_day_percent(eggs, sum(one.laying_days for one in laid))
            ),
            HEN_HOUSED.title: kpi_cell(HEN_HOUSED, housed_laying(found, days)),
            EGG_WEIGHT.title: kpi_cell(EGG_WEIGHT, eggs_weigh(found)),
            MORTALITY.title: kpi_cell(MORTALITY, mortality_percent(*died_of(found))),
            "Feed": measure(fed, "kg", 1),
            FEED_PER_BIRD.title: kpi_cell(FEED_PER_BIRD, feed_a_bird(found)),
        },
    )


def mortality(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return how many birds of each flock died and were culled in a period, and of 100."""
    found = of_period(connection, period, stop)
    ever = lost_by_flock(connection, None, period.last)
    moves = moves_by_flock(connection)
    rows = []
    for one in found:
        placed = sum(
            move.head for move in moves[one.flock.id] if move.head > 0 and move.on <= period.last
        )
        since = mortality_percent(ever.get(one.flock.id, (0, 0))[0], placed)
        rows.append(
            (one.flock.name, one.flock.house or "", *_lived([one]), kpi_cell(MORTALITY, since))
        )
    return Report(
        title="Mortality",
        columns=_LIVED,
        rows=tuple(rows),
        sums=((SUM, "", *_lived(found), ""),),
        notes=(
            f"{MORTALITY.title}: {MORTALITY.said()} Placed: at the start of the period and came.",
            f"{LIVABILITY.title}: {LIVABILITY.said()}",
            "Birds: at the end of the period. What was sold or moved out did not die.",
        ),
        empty="No flock had birds in these days.",
    )


def _lived(found: list[Days]) -> Cells:
    died, housed = died_of(found)
    return (
        number_text(sum(one.before for one in found)),
        number_text(sum(one.came for one in found)),
        number_text(died),
        number_text(sum(one.culled for one in found)),
        number_text(sum(one.head for one in found)),
        kpi_cell(MORTALITY, mortality_percent(died, housed)),
        kpi_cell(LIVABILITY, livability_percent(died, housed)),
    )


def fattened(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return how the flocks grew whose last birds were sold in a period: FCR and EPEF."""
    ways = conventions(connection)
    found = sold_out(connection, period, stop)
    rows = tuple(
        (flock.name, flock.house, day_text(flock.left_on), *_grown_cells(batch, ways))
        for flock, batch in found
    )
    total = all_of([batch for _, batch in found])
    return Report(
        title="Feed conversion and EPEF",
        columns=_GROWN,
        rows=rows,
        sums=(() if total is None else ((SUM, "", "", *_grown_cells(total, ways)[:-1], ""),)),
        notes=(
            f"{FEED_CONVERSION.title}: {ways.said(FEED_CONVERSION)}",
            f"{EPEF.title}: {ways.said(EPEF)}",
            f"{LIVABILITY.title}: {LIVABILITY.said()} Age: the mean of the birds sold.",
        ),
        empty="No flock was sold out in these days.",
        by=(FEED_CONVERSION,),
    )


def _grown_cells(batch: Batch, ways: Conventions) -> Cells:
    how = grown(batch, ways)
    return (
        number_text(batch.placed.head),
        number_text(how.sold),
        measure(batch.sold.kg, "kg", 1),
        measure(how.kg, "kg", 3),
        figure(how.age_days, 1),
        kpi_cell(LIVABILITY, livability_percent(batch.dead.head, batch.placed.head)),
        kpi_cell(FEED_CONVERSION, how.conversion),
        kpi_cell(EPEF, how.epef),
        how.missing,
    )


def sold_out(connection: Connection, period: Period, stop: Stop = bool) -> list[tuple[Left, Batch]]:
    """Return the flocks whose last bird left in a period and that were sold, with their batch."""
    moves = moves_by_flock(connection)
    known = batches(connection, period.last)
    left = {
        flock: max(move.on for move in own if move.head < 0 and move.on <= period.last)
        for flock, own in moves.items()
        if flock in known
        and known[flock].gone
        and any(move.head < 0 and move.on <= period.last for move in own)
    }
    found = []
    for row in connection.execute(select(Flock.__table__).order_by(Flock.__table__.c.name)):
        stop()
        on = left.get(row.id)
        if on is not None and period.first <= on and known[row.id].sold.head:
            found.append((Left(row.name, row.house or "", on), known[row.id]))
    return found


def all_of(found: list[Batch]) -> Batch | None:
    """Return several flocks as one; None of nothing."""
    if not found:
        return None
    total = found[0]
    for one in found[1:]:
        total = total + one
    return total


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
