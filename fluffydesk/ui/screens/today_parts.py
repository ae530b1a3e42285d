"""What stands on the farm's dashboard: each matter to do, each figure, and where its rows are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from fluffydesk.figures.farm_day import (
    DEATHS,
    EGGS_A_DAY,
    EXPENSES,
    FEED_A_DAY,
    MILK_A_DAY,
    REVENUES,
)
from fluffydesk.figures.kpi import HEN_DAY, MILK_PER_COW, NOT_ENOUGH, Kpi
from fluffydesk.ui.fields.texts import kpi_text, number_text, used_conventions
from fluffydesk.ui.parts.chart import Chart, Series, mean_of_week
from fluffydesk.ui.parts.controls import Words
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.reading.doing import Matter
from fluffydesk.ui.screens.reading.milk import LONG_IN_MILK_DAYS
from fluffydesk.ui.screens.reading.stores import RUNS_OUT_DAYS
from fluffydesk.ui.screens.reading.today import Compared

WEEK_BEFORE, LAST_YEAR = "the week before", "last year"
_SPAN = (
    "Of the seven days to yesterday, compared with the seven days before and with the same week "
    "a year ago."
)


@dataclass(frozen=True)
class Line:
    """A matter to do: its words, what is said when there is nothing, and where its rows are."""

    title: str
    nothing: str
    icon: str
    place: Place
    tip: str


LINES: dict[Matter, Line] = {
    Matter.DUE: Line(
        "Due to calve or lamb",
        "Nobody within 21 days",
        "breeding",
        Place("breeding", part="due"),
        "Females due within 21 days, and those past their day.",
    ),
    Matter.VACCINATE: Line(
        "Vaccinations due",
        "None within 30 days",
        "health",
        Place("health", part="due"),
        "Next doses that are due within 30 days or late.",
    ),
    Matter.RUNS_OUT: Line(
        "Feed and stores running out",
        f"All lasts longer than {RUNS_OUT_DAYS} days",
        "feed",
        Place("stores", part="short"),
        f"What is in store lasts {RUNS_OUT_DAYS} days or less: balance / (head * kg per head and "
        "day), else by its use per day.",
    ),
    Matter.WATCH: Line(
        "Watch for repeat",
        "No next heat falls on today",
        "search",
        Place("breeding", part="watch"),
        "Females a cycle after their service, a day around: in cows day 20 to 22.",
    ),
    Matter.WITHHELD: Line(
        "Withdrawal ending",
        "Nothing is withheld",
        "clock",
        Place("health", part="withheld"),
        "Everybody whose milk, meat or eggs are withheld now, by when they are free.",
    ),
    Matter.ORDER: Line(
        "To order",
        "All above their reorder level",
        "stores",
        Place("stores", part="low"),
        "Items whose balance, the sum of their ledger, lies below their reorder level.",
    ),
    Matter.CHECK: Line(
        "Check for pregnancy",
        "Nobody waits for a check",
        "service",
        Place("breeding", part="check"),
        "Females whom nobody checked, though a check would tell by now.",
    ),
    Matter.TANK: Line(
        "Do not milk into the tank",
        "All milk may go in",
        "danger",
        Place("reports", part="parlour"),
        "Whose milk is under withdrawal now: the list for the parlour's wall.",
    ),
    Matter.TASKS: Line(
        "Tasks today",
        "Nothing is left to do",
        "tasks",
        Place("tasks", part="today"),
        "Open tasks that are late or due today.",
    ),
    Matter.DRY_OFF: Line(
        "Dry off",
        "Nobody within 14 days",
        "milk",
        Place("breeding", part="dry_off"),
        "Cows within 14 days of the day, 60 days before they are due, or past it.",
    ),
    Matter.LONG: Line(
        "Long in milk",
        f"No cow is beyond day {LONG_IN_MILK_DAYS}",
        "animals",
        Place("rows", part="long"),
        f"Cows in milk for {LONG_IN_MILK_DAYS} days or more since calving: the standard lactation "
        "is over, so dry off or look again.",
    ),
    Matter.SYNC: Line(
        "Unsent and conflicts",
        "Nothing waits on this PC",
        "sync",
        Place("sync"),
        "Saves that are still to be sent, conflicts to decide, and edits that were refused.",
    ),
}
"""In the order in which they stand, row by row."""


@dataclass(frozen=True)
class Figure:
    """A tile: the field of `Farm` it shows, its figure, and where its rows are."""

    key: str
    kpi: Kpi
    icon: str
    place: Place
    missing: str
    title: str = ""
    money: bool = False
    """An amount, in the farm's currency."""

    @property
    def definition(self) -> str:
        """What the tile's “i” says."""
        return f"{self.kpi.said()} {_SPAN}"


_MILKED, _LAID = "No milking in the last seven days.", "No eggs in the last seven days."
_FED = "No feeding in the last seven days."
_BOOKS = "Nothing is written in the books."
FIGURES: tuple[Figure, ...] = (
    Figure("milk", MILK_A_DAY, "milk", Place("rows", part="milk"), _MILKED),
    Figure("milk_per_cow", MILK_PER_COW, "animals", Place("rows", part="milk"), _MILKED),
    Figure("eggs", EGGS_A_DAY, "eggs", Place("rows", part="eggs"), _LAID),
    Figure("hen_day", HEN_DAY, "flocks", Place("rows", part="eggs"), _LAID, "Hen-day"),
    Figure(
        "feed", FEED_A_DAY, "feed", Place("rows", part="feed"), "No feeding in the last seven days."
    ),
    Figure("deaths", DEATHS, "loss", Place("rows", part="deaths"), "", "Deaths, 7 days"),
    Figure(
        *("revenues", REVENUES, "receipt", Place("rows", part="revenues"), _BOOKS),
        title="Revenues, 7 days",
        money=True,
    ),
    Figure(
        *("expenses", EXPENSES, "use", Place("rows", part="expenses"), _BOOKS),
        title="Expenses, 7 days",
        money=True,
    ),
)


def figure_text(kpi: Kpi, value: Decimal | None) -> str | None:
    """Return a figure as reports print it, in the farm's unit; None where it is not known."""
    return None if value is None else kpi_text(kpi, value)


def compared_words(figure: Figure, found: Compared) -> str:
    """Return how a figure stands to the week before and to last year, and to what today is."""
    points = figure.kpi.unit == "%"
    lines = [
        change_words(found.now, found.before, points=points),
        change_words(found.now, found.last_year, LAST_YEAR, points=points),
    ]
    if found.so_far is not None:
        lines.append(f"today so far {figure_text(figure.kpi, found.so_far)}")
    return "\n".join(lines)


def change_words(
    now: Decimal | None, before: Decimal | None, than: str = WEEK_BEFORE, *, points: bool = False
) -> str:
    """Return how a figure stands to the one before: `up 2.1 % on week before`.

    `points` compares two percentages by their difference.
    """
    if now is None or before is None:
        return f"{_short(than)}: {NOT_ENOUGH}"
    if before == 0 and not points:
        return f"none {than}" if now else f"none {than} either"
    difference = now - before if points else (now - before) / before * 100
    unit = "points" if points else "%"
    if abs(difference) < Decimal("0.05"):
        return f"as {than}"
    way = "up" if difference > 0 else "down"
    return f"{way} {number_text(abs(difference), 1)} {unit} on {_short(than)}"


def _short(than: str) -> str:
    """Return what is compared with as a line of a tile has room for it."""
    return than.removeprefix("the ")


def draw_curve(
    chart: Chart,
    words: Words,
    name: str,
    values: dict[date, float],
    days: list[date],
    *,
    colour: int,
    unit: str,
) -> None:
    """Draw the value of each day, pale, and the mean of each day and the six before it."""
    known = sum(day in values for day in days)
    chart.setVisible(known > 1)
    words.setVisible(known < 2)
    words.setText("Not enough data: a curve needs two days.")
    points = tuple((day, values.get(day)) for day in days)
    chart.show_series(
        Series(f"{name} that day", points, colour=colour, faint=True),
        Series("Mean of the seven days", mean_of_week(points), colour=colour),
        unit=unit,
    )


def days_of(on: date, count: int) -> list[date]:
    """Return so many days to yesterday: today is not over."""
    return [on - timedelta(days=back) for back in range(count, 0, -1)]


def in_farms_mass(kg: Decimal) -> float:
    """Return kg in the farm's unit, for a curve."""
    return float(used_conventions().shown(kg, "kg"))
