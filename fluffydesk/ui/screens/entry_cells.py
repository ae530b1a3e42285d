"""A grid whose rows have several cells to type into, each kept as soon as it is typed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.ui.screens.entry_model import (
    NAME,
    PROBLEM,
    WAITING,
    WARNING,
    Entry,
    EntryModel,
    Index,
    Saving,
)
from fluffydesk.work import Work


class CellRow:
    """A row: its cells by column, what it is known by on its sheet, and what is wrong with it."""

    cells: dict[int, Entry]

    @property
    @abstractmethod
    def key(self) -> Any:
        """What no other row of the sheet has."""

    @property
    @abstractmethod
    def warning(self) -> str:
        """What is odd about it, though it may be kept; "" where nothing is."""

    @property
    def problem(self) -> str:
        """Why something in it cannot be kept; "" where all can."""
        return next((cell.problem for cell in self.cells.values() if cell.problem), "")


class CellModel(EntryModel):
    """Reads, keeps and takes back what is typed; subclasses say what it means and save it."""

    counted = Signal()
    """A sum or the number that remain is different now."""
    judged = -1
    """The column whose cell shows what is odd about its row."""

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work

    @property
    @abstractmethod
    def lines(self) -> Sequence[CellRow]:
        """The rows."""

    @property
    @abstractmethod
    def sheet(self) -> Any:
        """What the rows are of: a day, or a round of a day."""

    @abstractmethod
    def text(self, row: Any, column: int) -> str:
        """Return what a cell of a row shows."""

    @abstractmethod
    def name_of(self, row: Any, column: int) -> str:
        """Return what a cell to type into is called to a screen reader."""

    @abstractmethod
    def read(self, number: int, column: int, text: str) -> Any:
        """Return what a text means in a cell; InvalidValue where it cannot be kept."""

    @abstractmethod
    def doubt(self, column: int, text: str) -> str:
        """Say what is wrong with text that is being typed; "" if nothing is yet."""

    @abstractmethod
    def job(self, number: int) -> Callable[[Mirror], Changes]:
        """Return the save of a row as it is now."""

    def unsaved(self) -> int:
        """Count the cells with something typed that could not be kept."""
        return sum(cell.draft is not None for row in self.lines for cell in row.cells.values())

    def saves(self, column: int) -> bool:
        """Say whether a column's cells are saved by themselves."""
        return True

    def emptied(self, number: int, column: int) -> None:
        """Empty what cannot be without a cell that was emptied."""

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.lines[index.row()], index.column()
        cell, head = row.cells.get(column), self.heads[column]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return self.text(row, column)
            case Qt.ItemDataRole.ToolTipRole if head.remark:
                return row.problem or row.warning
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{head.words}: {self.text(row, column)}"
            case _ if role == NAME and cell is not None:
                return self.name_of(row, column)
            case _ if role == PROBLEM:
                return row.problem if head.remark else cell.problem if cell else ""
            case _ if role == WARNING and (head.remark or column == self.judged):
                return row.warning
            case _ if role == WAITING and cell is not None:
                return cell.waiting
        return None

    def entry_at(self, index: Index) -> Entry | None:
        return self.lines[index.row()].cells.get(index.column())

    def objection(self, index: Index, text: str) -> str:
        words = self.doubt(index.column(), text)
        cell = self.lines[index.row()].cells[index.column()]
        if cell.problem != words:
            cell.problem = words
            self.refresh_row(index.row())
        return words

    def commit(self, index: Index, text: str) -> bool:
        number, column = index.row(), index.column()
        row = self.lines[number]
        cell = row.cells[column]
        try:
            value = self.read(number, column, text)
        except InvalidValue as refusal:
            cell.draft, cell.problem = text, str(refusal)
            self.refresh_row(number)
            self.counted.emit()
            return False
        cell.draft, cell.problem = None, ""
        if value != cell.value:
            before, cell.value = cell.value, value
            if self.saves(column):
                cell.waiting = True
                if value is None:
                    self.emptied(number, column)
                done = partial(self._done, self.sheet, row.key, column, before, text)
                saving = Saving(self, done)
                self._work.act(self.job(number), saving.kept, saving.refused)
        self.refresh_row(number)
        self.counted.emit()
        return True

    def undo(self, index: Index) -> None:
        cell = self.lines[index.row()].cells[index.column()]
        cell.draft, cell.problem = None, ""
        self.refresh_row(index.row())
        self.counted.emit()

    def _done(
        self,
        sheet: Any,
        key: Any,
        column: int,
        before: Any,
        text: str,
        refusal: Refusal | None,
    ) -> None:
        """Take the answer of a save; the sheet on the screen may be another one by now."""
        number = next((n for n, row in enumerate(self.lines) if row.key == key), None)
        if number is None or sheet != self.sheet:
            if refusal is not None:
                self._work.refused.emit(refusal)
            return
        cell = self.lines[number].cells[column]
        cell.waiting = False
        if refusal is not None:
            cell.value, cell.draft, cell.problem = before, text, str(refusal)
        self.refresh_row(number)
        self.counted.emit()
