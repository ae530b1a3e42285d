"""The counting sheet's rows: a count is kept as soon as it is typed, and says what is off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Qt, Signal

from fluffydesk.actions.eggs import eggs_in, packed
from fluffydesk.actions.typed import number_in
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.kpi import rounded
from fluffydesk.figures.ledger import expired
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.ui.fields.texts import day_text, must_be_plain, number_text, used_conventions
from fluffydesk.ui.screens.entry_model import (
    NAME,
    PROBLEM,
    WAITING,
    WARNING,
    Entry,
    EntryModel,
    Head,
    Index,
    Saving,
)
from fluffydesk.ui.screens.entry_units import typed_text
from fluffydesk.ui.screens.reading.stores import decimals
from fluffydesk.ui.screens.reading.stores_count import CountRow
from fluffydesk.work import Work

WHERE, THING, LOT, EXPIRES, BOOKED, COUNTED, REMARK = range(7)
FAR_OFF = Decimal("0.1")
"""A count further from the ledger than this part of it is marked."""


@dataclass
class Line:
    """A row of the sheet, and what is typed for it in the farm's unit."""

    row: CountRow
    cell: Entry

    @property
    def before(self) -> Decimal:
        """What the ledger said before it was counted that day."""
        return self.row.booked - (self.row.off or 0)

    @property
    def is_far_off(self) -> bool:
        off = self.row.off
        return off is not None and abs(off) > abs(self.before) * FAR_OFF


class CountModel(EntryModel):
    """What is in store, with one cell each for what was counted."""

    heads = (
        Head("Kept in", 124, muted=True),
        Head("What", 204, grows=True),
        Head("Lot", 88, muted=True),
        Head("Expires", 124, muted=True),
        Head("Ledger", 148, right=True, muted=True),
        Head("Counted", 112, entry=True, right=True),
        Head("Against the ledger", 0, remark=True, least=256),
    )
    counted = Signal()

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._rows: list[Line] = []
        self._on = date.min

    def show_sheet(self, on: date, rows: list[CountRow]) -> bool:
        """Show a sheet; cells somebody types in keep that. Returns whether its rows are others."""
        if on != self._on or [line.row.id for line in self._rows] != [row.id for row in rows]:
            self.renewing.emit(on == self._on)
        old = {line.row.id: line.cell for line in self._rows} if on == self._on else {}
        lines = []
        for row in rows:
            cell = old.get(row.id)
            if cell is None or cell.settled:
                cell = Entry(value=None if row.off is None else row.booked)
            lines.append(Line(row, cell))
        same = on == self._on and list(old) == [row.id for row in rows]
        if not same:
            self.beginResetModel()
        self._on, self._rows = on, lines
        if same:
            for number in range(len(lines)):
                self.refresh_row(number)
        else:
            self.endResetModel()
        self.counted.emit()
        return not same

    def entry_at(self, index: Index) -> Entry | None:
        return self._rows[index.row()].cell

    def sums(self) -> tuple[int, int, int]:
        """Return how many rows there are, how many were counted, and how many of them are off."""
        known = [line for line in self._rows if line.cell.value is not None]
        return len(self._rows), len(known), sum(bool(line.row.off) for line in known)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line, column = self._rows[index.row()], index.column()
        cell = line.cell if column == COUNTED else None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return self._text(line, column)
            case Qt.ItemDataRole.ToolTipRole:
                return line.cell.problem or self._text(line, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{self.heads[column].title}: {self._text(line, column)}"
            case _ if role == NAME and cell is not None:
                return " ".join(
                    part
                    for part in ("Counted", line.row.name, line.row.lot, _unit(line.row))
                    if part
                )
            case _ if role == PROBLEM and column in (COUNTED, REMARK):
                return line.cell.problem
            case _ if role == WARNING and column == REMARK and line.cell.value is None:
                return _expired(line.row, self._on)
            case _ if role == WARNING and column in (COUNTED, REMARK):
                return _off(line) if line.is_far_off and line.cell.settled else ""
            case _ if role == WAITING and cell is not None:
                return cell.waiting
        return None

    def objection(self, index: Index, text: str) -> str:
        line, words = self._rows[index.row()], ""
        if text.strip(" .,cfde") and not text.strip().endswith((".", ",")):
            try:
                _read(line.row, text)
            except InvalidValue as refusal:
                words = str(refusal)
        if line.cell.problem != words:
            line.cell.problem = words
            self.refresh_row(index.row())
        return words

    def commit(self, index: Index, text: str) -> bool:
        line = self._rows[index.row()]
        cell = line.cell
        try:
            value = _read(line.row, text)
        except InvalidValue as refusal:
            cell.draft, cell.problem = text, str(refusal)
            self.refresh_row(index.row())
            return False
        cell.draft, cell.problem = None, ""
        if value is not None:
            before, cell.value, cell.waiting = cell.value, value, True
            saving = Saving(self, partial(self._done, self._on, line.row.id, before, text))
            job = partial(_count, row=line.row, counted=value, on=self._on)
            self._work.act(job, saving.kept, saving.refused)
        self.refresh_row(index.row())
        self.counted.emit()
        return True

    def undo(self, index: Index) -> None:
        cell = self._rows[index.row()].cell
        cell.draft, cell.problem = None, ""
        self.refresh_row(index.row())

    def _text(self, line: Line, column: int) -> str:
        row, cell = line.row, line.cell
        if column == COUNTED:
            if cell.draft is not None:
                return cell.draft
            return "" if cell.value is None else _typed(row, cell.value)
        if column == REMARK:
            return _expired(row, self._on) if cell.value is None or row.off is None else _off(line)
        texts = {
            WHERE: row.where,
            THING: row.name,
            LOT: row.lot,
            EXPIRES: "" if row.expires_on is None else day_text(row.expires_on),
            BOOKED: f"{_shown(row, line.before)} {_unit(row)}",
        }
        return texts[column]

    def _done(
        self, on: date, row_id: UUID, before: Any, text: str, refusal: Refusal | None
    ) -> None:
        """Take the answer of a save; another sheet may be shown by now."""
        found = [n for n, line in enumerate(self._rows) if line.row.id == row_id]
        if not found or on != self._on:
            if refusal is not None:
                self._work.refused.emit(refusal)
            return
        cell = self._rows[found[0]].cell
        cell.waiting = False
        if refusal is not None:
            cell.value, cell.draft, cell.problem = before, text, str(refusal)
        self.refresh_row(found[0])
        self.counted.emit()


def _unit(row: CountRow) -> str:
    return used_conventions().symbol_for(row.unit)


def _shown(row: CountRow, value: Decimal) -> str:
    """Return a quantity in the farm's unit, with as many decimals as it needs."""
    return number_text(_in_unit(row, value))


def _in_unit(row: CountRow, value: Decimal) -> Decimal:
    if not used_conventions().converts(row.unit):
        return rounded(value, decimals(value))
    return rounded(used_conventions().shown(value, row.unit), min(row.places, 2))


def _typed(row: CountRow, value: Decimal) -> str:
    if row.unit == "eggs" and value >= 0:
        return packed(int(value))
    return typed_text(_in_unit(row, value))


def _off(line: Line) -> str:
    off = line.row.off or Decimal(0)
    if not off:
        return "The same"
    word = "more" if off > 0 else "less"
    return f"{_shown(line.row, abs(off))} {_unit(line.row)} {word}"


def _expired(row: CountRow, on: date) -> str:
    return "Expired: dispose of it" if row.booked > 0 and expired(row.expires_on, on) else ""


def _read(row: CountRow, text: str) -> Decimal | None:
    """Return what was counted in the unit that is kept; None where nothing is typed."""
    if not text.strip():
        return None
    if row.unit == "eggs":
        return Decimal(eggs_in(text))
    must_be_plain(text)
    number = number_in(text)
    if number is None or number < 0:
        raise InvalidValue(f"“{text.strip()}” is no count.", "Type what is there, as 12.5.")
    return used_conventions().kept(number, row.unit, row.places)


def _count(mirror: Mirror, row: CountRow, counted: Decimal, on: date) -> Changes:
    return row.take(mirror, counted, on)
