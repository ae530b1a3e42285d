"""What a report is: frozen rows of finished strings, the same wherever they are shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from fluffydesk.errors import InvalidValue
from fluffydesk.figures.kpi import NOT_ENOUGH, Kpi
from fluffydesk.ui.fields.texts import day_text, kpi_text, number_text, quantity_text, unit_text

NO_SUM = ""
MONEY = "money"
"""The unit of a column of amounts: the organization's currency."""


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidValue(
                "The period ends before it begins.", "Choose a later last day.", field="last"
            )

    @property
    def days(self) -> int:
        """How many days there are in it."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """The period of the same length that ends where this one begins."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    @property
    def words(self) -> str:
        """The period as a heading says it."""
        if self.first == self.last:
            return day_text(self.first)
        return f"{day_text(self.first)} to {day_text(self.last)}"


@dataclass(frozen=True)
class Column:
    """A column: its title, its unit, and whether it stands at the right."""

    title: str
    unit: str = ""
    """As quantities are kept: kg, L, C. A finished report says it in the organization's."""
    right: bool = False
    wide: bool = False
    """Takes the room that is left: names and reasons."""

    @property
    def heading(self) -> str:
        """The title with the unit: `Milk, kg`."""
        return f"{self.title}, {self.unit}" if self.unit else self.title


def number(title: str, unit: str = "") -> Column:
    """Return a column of numbers, which stand at the right."""
    return Column(title, unit, right=True)


Cells = tuple[str, ...]
Stop = Callable[[], object]
"""Called now and then while a report is made; raises Cancelled once nobody waits for it."""


@dataclass(frozen=True)
class Report:
    """A report: every cell is the string that screen, paper and files show.

    Each of `rows` and `sums` has a cell for each column; `sums` are the lines below the table.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Cells, ...]
    sums: tuple[Cells, ...] = ()
    notes: tuple[str, ...] = ()
    """How the figures are worked out: definitions and conventions."""
    empty: str = "Nothing is written down for this."
    subtitle: tuple[str, ...] = field(default=())
    """The organization, the period, the units, the farm's conventions, and when it was made."""
    by: tuple[Kpi, ...] = ()
    """The figures in it that a convention of the farm changes."""
    units: tuple[str, ...] = ()
    """The kept units of cells whose column does not say them."""
    blocks: tuple[tuple[str, ...], ...] = ()
    """Lines that stand beside each other above the table: who writes, and to whom."""
    upright: bool = False
    """Whether a page stands even where there are many columns, as a letter does."""

    def __post_init__(self) -> None:
        assert all(len(line) == len(self.columns) for line in (*self.rows, *self.sums)), self.title

    def cell(self, row: int, title: str) -> str:
        """Return the cell of a row below the column with this title."""
        return self.rows[row][self._place(title)]

    def sum(self, words: str, title: str) -> str:
        """Return a cell of the line of sums that begins with these words."""
        line = next(line for line in self.sums if line[0] == words)
        return line[self._place(title)]

    def _place(self, title: str) -> int:
        return [column.title for column in self.columns].index(title)


Make = Callable[[Connection, Period, Stop], Report]


@dataclass(frozen=True)
class ReportKind:
    """A report that can be asked for."""

    key: str
    title: str
    about: str
    make: Make
    spans: bool = True
    """Whether it is of a period; else it is of its last day."""
    with_own: Callable[[Collection[str]], Make] | None = None
    """Makes it with columns of the farm's own fields, which are given by their names."""


def figure(value: Decimal | int | None, places: int = 0) -> str:
    """Return a figure as its tile shows it; in words where there is not enough data."""
    return NOT_ENOUGH if value is None else number_text(value, places)


def measure(value: Decimal | int | None, kept: str, places: int = 0) -> str:
    """Return a quantity kept in kg, L or C in the organization's unit, or that nothing is known."""
    if value is None:
        return NOT_ENOUGH
    return quantity_text(Decimal(value), kept, places, unit=False)


def quiet_measure(value: Decimal | None, kept: str, places: int = 0) -> str:
    """Return a quantity in the organization's unit, and nothing where there is none."""
    return "" if value is None else measure(value, kept, places)


def of(kpi: Kpi, title: str = "") -> Column:
    """Return the column of a figure, under its own name or another."""
    return number(title or kpi.title, kpi.unit)


def kpi_cell(kpi: Kpi, value: Decimal | int | None) -> str:
    """Return a figure as its tile shows it."""
    return kpi_text(kpi, value)


def told(columns: Sequence[Column], currency: str) -> tuple[Column, ...]:
    """Return columns with the organization's units and currency."""
    units = {column.unit: unit_text(column.unit) for column in columns} | {MONEY: currency}
    return tuple(replace(column, unit=units[column.unit]) for column in columns)


def quiet(value: Decimal | int | None, places: int | None = None) -> str:
    """Return a cell's number, and nothing where there is none."""
    return "" if value is None else number_text(value, places)


def day(value: date | None) -> str:
    """Return a cell's day, and nothing where there is none."""
    return "" if value is None else day_text(value)


def line(columns: Sequence[Column], words: str, **cells: str) -> Cells:
    """Return a line of sums: its words first, then the cells named by their columns' titles."""
    by_title = {title.replace("_", " "): text for title, text in cells.items()}
    assert by_title.keys() <= {column.title for column in columns}, by_title
    return (words, *(by_title.get(column.title, NO_SUM) for column in columns[1:]))
