"""The sheet of a laboratory: a line for each test, its value typed and judged at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from PySide6.QtCore import QObject
from sqlalchemy import select

from fluffydesk.actions import saving
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.lab import SPOKEN, flag
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import LabResult
from fluffydesk.ui.fields.texts import decimal_point, must_be_plain, number_text
from fluffydesk.ui.screens.entry_cells import CellModel, CellRow
from fluffydesk.ui.screens.entry_model import Entry, Head
from fluffydesk.ui.screens.reading.records_scroll import range_words
from fluffydesk.work import Work

TEST, VALUE, UNIT, FROM, TO, FINDING, REMARK = range(7)
COLUMNS = {VALUE: "value", UNIT: "unit", FROM: "usual_from", TO: "usual_to", FINDING: "finding"}
_NUMBERS = (VALUE, FROM, TO)
_MOST = 200
_RESULTS = LabResult.__table__


class Result(NamedTuple):
    """One line of a sheet as it is kept."""

    id: UUID
    test: str
    value: Decimal | None
    unit: str | None
    usual_from: Decimal | None
    usual_to: Decimal | None
    finding: str | None


class Sheet(NamedTuple):
    """The results of one sample and panel."""

    pet_id: UUID
    taken_on: date
    panel: str | None
    results: tuple[Result, ...]


@dataclass
class ResultRow(CellRow):
    """A line with its cells."""

    result: Result
    cells: dict[int, Entry]

    @property
    def key(self) -> UUID:
        return self.result.id

    @property
    def flag(self) -> str:
        return flag(*(self.cells[column].value for column in _NUMBERS))

    @property
    def warning(self) -> str:
        """The letter a laboratory prints, in words, with what is usual."""
        side = self.flag
        if not side:
            return ""
        ends: Any = self.result._replace(
            usual_from=self.cells[FROM].value, usual_to=self.cells[TO].value
        )
        return f"{side}: {SPOKEN[side]}{range_words(ends)}"

    @property
    def is_pending(self) -> bool:
        return self.cells[VALUE].value is None and not self.cells[FINDING].value


class ResultModel(CellModel):
    """The tests of a sheet; each cell is saved as soon as it is typed."""

    judged = VALUE
    heads = (
        Head("Test", 150, grows=True),
        Head("Value", 92, entry=True, right=True),
        Head("Unit", 92, entry=True),
        Head("Usual from", 96, entry=True, right=True),
        Head("to", 84, entry=True, right=True),
        Head("Finding", 130, entry=True, grows=True),
        Head("", 0, remark=True, least=110),
    )

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(work, parent)
        self._rows: list[ResultRow] = []
        self._sheet: tuple[Any, ...] = ()

    def show_sheet(self, found: Sheet) -> None:
        """Show a sheet; cells that somebody types in keep what is typed."""
        key = found[:3]
        same = key == self._sheet
        self.renewing.emit(same)
        before = {row.key: row for row in self._rows} if same else {}
        self.beginResetModel()
        self._sheet = key
        self._rows = [_row(one, before.get(one.id)) for one in found.results]
        self.endResetModel()
        self.counted.emit()

    @property
    def pending(self) -> int:
        """How many tests have no value yet."""
        return sum(row.is_pending for row in self._rows)

    @property
    def lines(self) -> list[ResultRow]:
        return self._rows

    @property
    def sheet(self) -> Any:
        return self._sheet

    def name_of(self, row: ResultRow, column: int) -> str:
        return f"{self.heads[column].title} of {row.result.test}"

    def text(self, row: ResultRow, column: int) -> str:
        cell = row.cells.get(column)
        if cell is None:
            return row.result.test if column == TEST else "pending" if row.is_pending else ""
        if cell.draft is not None:
            return cell.draft
        if column in _NUMBERS and cell.value is not None:
            return f"{cell.value.normalize():f}".replace(".", decimal_point())
        return cell.value or ""

    def doubt(self, column: int, text: str) -> str:
        if column in _NUMBERS and text.strip().strip("-.,"):
            try:
                _number(COLUMNS[column], text)
            except InvalidValue as refusal:
                return str(refusal)
        return ""

    def read(self, number: int, column: int, text: str) -> Any:
        if column not in _NUMBERS:
            return text.strip() or None
        value = _number(COLUMNS[column], text)
        cells = self._rows[number].cells
        ends = {FROM: cells[FROM].value, TO: cells[TO].value} | {column: value}
        if ends[FROM] is not None and ends[TO] is not None and ends[TO] < ends[FROM]:
            raise InvalidValue("The usual range ends below where it begins.")
        return value

    def job(self, number: int) -> Callable[[Mirror], Changes]:
        row = self._rows[number]
        values = {name: row.cells[column].value for column, name in COLUMNS.items()}
        return partial(_save, row_id=row.key, values=values)


def _row(one: Result, old: ResultRow | None) -> ResultRow:
    cells = {
        column: old.cells[column]
        if old is not None and not old.cells[column].settled
        else Entry(value=getattr(one, name))
        for column, name in COLUMNS.items()
    }
    return ResultRow(one, cells)


def _number(name: str, text: str) -> Any:
    must_be_plain(text, name)
    return saving.check(LabResult, saving.parse(LabResult, {name: text}), partial=True).get(name)


def _save(mirror: Mirror, row_id: UUID, values: Mapping[str, Any]) -> Changes:
    return saving.change(mirror, LabResult, row_id, values)


def read_sheet(mirror: Mirror, pet_id: UUID, taken_on: date, panel: str | None) -> Sheet:
    """Read the tests of a sample's panel, in the order in which they were asked for."""
    of_sheet = (_RESULTS.c.pet_id == pet_id) & (_RESULTS.c.taken_on == taken_on)
    of_sheet &= _RESULTS.c.panel.is_not_distinct_from(panel)
    query = select(*(_RESULTS.c[name] for name in Result._fields)).where(of_sheet)
    with mirror.read() as connection:
        rows = connection.execute(query.order_by(_RESULTS.c.id).limit(_MOST))
        return Sheet(pet_id, taken_on, panel, tuple(Result(*row) for row in rows))


class Trend(NamedTuple):
    """A test's values over time, the oldest first, and the range of the last one."""

    test: str
    unit: str
    points: tuple[tuple[date, Decimal], ...]
    usual_from: Decimal | None
    usual_to: Decimal | None

    @property
    def words(self) -> str:
        """What the chart shows, for who cannot see it."""
        said = (f"{number_text(value.normalize())} on {day:%d %B %Y}" for day, value in self.points)
        return f"{self.test}: " + ", ".join(said)


def read_trend(mirror: Mirror, pet_id: UUID, test: str) -> Trend:
    """Read the values of a test of a pet in the unit of the last one; others are not compared."""
    mine = (_RESULTS.c.pet_id == pet_id) & (_RESULTS.c.test == test) & _RESULTS.c.value.is_not(None)
    order = (_RESULTS.c.taken_on.desc(), _RESULTS.c.id.desc())
    with mirror.read() as connection:
        rows = connection.execute(select(_RESULTS).where(mine).order_by(*order).limit(_MOST)).all()
    if not rows:
        return Trend(test, "", (), None, None)
    last = rows[0]
    same = [(one.taken_on, one.value) for one in reversed(rows) if one.unit == last.unit]
    return Trend(test, last.unit or "", tuple(same), last.usual_from, last.usual_to)
