"""What an entry grid holds: rows with some cells to type into, each saved on its own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.fields.texts import unit_text
from fluffydesk.ui.permits import why_not
from fluffydesk.work import Work

Index = QModelIndex | QPersistentModelIndex

PROBLEM = Qt.ItemDataRole.UserRole + 1
"""Words that say why what was typed cannot be kept; empty if it can."""
WARNING = Qt.ItemDataRole.UserRole + 2
"""Words that say what is odd about a value that may be kept all the same."""
NAME = Qt.ItemDataRole.UserRole + 3
"""What a cell is called to a screen reader."""
SLOTS = Qt.ItemDataRole.UserRole + 4
"""A tuple of short texts, drawn small and grey, each in a slot of its own."""
WAITING = Qt.ItemDataRole.UserRole + 5
"""True while the cell's value is on its way to the mirror."""


@dataclass
class Entry:
    """One cell that is typed into: what is saved, and what is typed but not saved."""

    value: Any = None
    draft: str | None = None
    problem: str = ""
    waiting: bool = False

    @property
    def settled(self) -> bool:
        """Whether the mirror may say what this cell holds."""
        return self.draft is None and not self.waiting


@dataclass(frozen=True)
class Head:
    """A column: its heading, its width in px, its kind and kept unit.

    One without a width takes what is left: `least` of it stays when words that `grow` are wider.
    """

    title: str
    width: int
    entry: bool = False
    right: bool = False
    muted: bool = False
    remark: bool = False
    unit: str = ""
    grows: bool = False
    least: int = 96
    spare: int = 0
    """Left out where there is too little room for every column: 1 is the first to go."""

    @property
    def words(self) -> str:
        """The heading with the organization's unit: "Yield, lb"."""
        return f"{self.title}, {unit_text(self.unit)}" if self.unit else self.title


def may_type(work: Work, record: type[Record]) -> str:
    """Return why this person may not write a record, in words; empty if they may."""
    why = why_not(work.whose, record)
    return f"You can look, but not change: {why[:1].lower()}{why[1:]}" if why else ""


def unsaved_words(count: int) -> str:
    """Return how many cells hold something that could not be kept; empty where none does."""
    return f"{count} not saved: see the red cells" if count else ""


class Saving(QObject):
    """One save under way: tells `done` with None, or with the refusal, and is gone."""

    def __init__(self, parent: QObject, done: Callable[[Refusal | None], None]) -> None:
        super().__init__(parent)
        self._done = done

    def kept(self, changes: Changes) -> None:
        self._end(None)

    def refused(self, refusal: Refusal) -> None:
        self._end(refusal)

    def _end(self, refusal: Refusal | None) -> None:
        self._done(refusal)
        self.deleteLater()


class EntryModel(QAbstractTableModel):
    """Rows with some cells to type into; subclasses say what a cell holds and save it."""

    heads: Sequence[Head] = ()
    renewing = Signal(bool)
    """Other rows are about to be shown: True of the same sheet, False of another one."""

    def entry_at(self, index: Index) -> Entry | None:
        """Return what is typed into a cell; None where nothing is kept of it."""
        return None

    def index_of(self, entry: Entry) -> QModelIndex | None:
        """Return where a cell stands now; None where its row is not shown any more."""
        columns = [number for number, head in enumerate(self.heads) if head.entry]
        places = (self.index(row, column) for row in range(self.rowCount()) for column in columns)
        return next((place for place in places if self.entry_at(place) is entry), None)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.heads)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        head = self.heads[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return head.words
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if head.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
        if self.heads[index.column()].entry:
            flags |= Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
        return flags

    @abstractmethod
    def commit(self, index: Index, text: str) -> bool:
        """Take what was typed into a cell and save it; False if it stays there as a problem."""

    @abstractmethod
    def undo(self, index: Index) -> None:
        """Forget what was typed into a cell and not saved."""

    @abstractmethod
    def objection(self, index: Index, text: str) -> str:
        """Say at once what is wrong with text that is being typed; empty if nothing is yet."""

    def refresh_row(self, row: int) -> None:
        """Tell the view that a row looks different now."""
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(self.heads) - 1))

    def refresh_rows(self) -> None:
        """Tell the view once that every row looks different now."""
        if self.rowCount():
            last = self.index(self.rowCount() - 1, len(self.heads) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
