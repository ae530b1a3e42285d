"""A list as it is shown, saved as CSV or workbook: its columns and all its rows, in their order."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDialog, QFileDialog, QProgressBar, QTableView, QVBoxLayout, QWidget

from fluffydesk.actions.importing import Cancelled, Door
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import keys, rows_at, words_of
from fluffydesk.records.types import today
from fluffydesk.ui.fields import texts
from fluffydesk.ui.look import measures
from fluffydesk.ui.pages import BLOCK, PagedRows, cell_of
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.reporting.report import Cells, Column
from fluffydesk.ui.screens.reporting.writing import put_csv, put_workbook
from fluffydesk.wording import counted

KEYS = "Ctrl+Shift+S"
WHAT = "Save this list as CSV or Excel"
_TYPES = {".csv": "CSV (*.csv)", ".xlsx": "Excel workbook (*.xlsx)"}
_OFTEN = 200
_SHOWN_AFTER_MS, _LOOK_MS = 400, 100
_WIDTH = 360


@dataclass(frozen=True)
class ShownList:
    """What a list shows: `lines` gives a cell for each column of each row, read anew if need be."""

    name: str
    columns: tuple[Column, ...]
    lines: Callable[[Door], Generator[Cells, None, None]]
    count: int = 0
    """How many rows there are; 0 where that is not known yet."""


@dataclass(eq=False)
class _Saving:
    """How far a list is written; the window says when it is not wanted any more."""

    over: bool = False
    done: int = 0


class ListSaver(QObject):
    """Saves the list that it stands at; Ctrl+Shift+S asks for the file."""

    def __init__(self, owner: QWidget, shown: Callable[[], ShownList]) -> None:
        super().__init__(owner)
        self._owner, self._shown = owner, shown
        self._saving: _Saving | None = None
        self.going: _Going | None = None
        bind(owner, {KEYS: self.ask})

    def ask(self) -> None:
        """Ask where the file goes, and as what it is written."""
        if self._saving is not None or self._screen() is None:
            return
        name = f"{self._shown().name} {today().isoformat()}"
        dialog = QFileDialog(self._owner, WHAT)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(_TYPES.values()))
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"{name}.csv")
        dialog.filterSelected.connect(partial(_name_after, dialog, name))
        dialog.fileSelected.connect(self.write)
        dialog.open()

    def write(self, file: str) -> None:
        """Write every row of the list, away from the window."""
        screen, path = self._screen(), Path(file)
        if screen is None or self._saving is not None:
            return
        saving, shown = _Saving(), self._shown()
        self._saving = saving
        self.going = _Going(self._owner, path.name, shown.count, saving)
        work = screen.work
        job = partial(_write, work.mirror_door, shown, path, saving, work.stopping)
        work.on_network(job, self._written, self._refused)

    def _screen(self) -> Screen | None:
        part: QObject | None = self._owner
        while part is not None and not isinstance(part, Screen):
            part = part.parent()
        return part

    def _written(self, words: str) -> None:
        self._end()
        screen = self._screen()
        if screen is not None:
            screen.tell(words)

    def _refused(self, refusal: Refusal) -> None:
        self._end()
        screen = self._screen()
        if screen is not None and isinstance(refusal, Cancelled):
            screen.tell(refusal.message, tone="info")
        elif screen is not None:
            screen.refuse(refusal)

    def _end(self) -> None:
        self._saving = None
        if self.going is not None:
            self.going.end()
            self.going = None


class _Going(QDialog):
    """How far the list is written, shown where that takes a while; Esc or Cancel ends it."""

    def __init__(self, owner: QWidget, name: str, count: int, saving: _Saving) -> None:
        super().__init__(owner.window())
        self.setWindowTitle("Saving the list")
        self._name, self._count, self._saving = name, count, saving
        self.words = Words(f"Writing {name}", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.bar.setRange(0, count)
        self.cancel = Button("Cancel", self.reject)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(*(measures.GROUP,) * 4)
        lines.setSpacing(measures.CARD)
        lines.addWidget(self.words)
        lines.addWidget(self.bar)
        lines.addLayout(row(None, self.cancel))
        self.setMinimumWidth(_WIDTH)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(_SHOWN_AFTER_MS)
        owner.destroyed.connect(self.deleteLater)

    def reject(self) -> None:
        """Want no more of it: no file is left."""
        self._saving.over = True
        self.words.setText("Cancelling")
        self.cancel.setEnabled(False)

    def end(self) -> None:
        """It is written, or was given up."""
        self._timer.stop()
        self.hide()
        self.deleteLater()

    def _look(self) -> None:
        self._timer.setInterval(_LOOK_MS)
        if not self.isVisible():
            self.show()
            self.cancel.setFocus()
        done = self._saving.done
        self.bar.setValue(min(done, self._count))
        if not self._saving.over:
            rows = counted(done, "row is", "rows are")
            self.words.setText(f"Writing {self._name}: {rows} in it")


def paged(model: PagedRows, table: QTableView) -> ShownList:
    """Return what a paged list shows: every row that matches, also those never looked at."""
    columns = [model.columns[number] for number in in_sight(table)]
    listing = model.listing

    def lines(door: Door) -> Generator[Cells, None, None]:
        with door(Mirror.beside) as mirror, mirror.read() as connection:
            order, words = keys(connection, listing), words_of(listing.search, listing.record)
            for first in range(0, len(order), BLOCK):
                some = order[first : first + BLOCK]
                found: list[Any] = rows_at(
                    connection, listing.record, some, own=listing.own, words=words
                )
                for one in filter(None, found):
                    yield tuple(_text(cell_of(c, one._mapping, _SHOWN)) for c in columns)

    shown = tuple(Column(texts.header_of(c), right=texts.is_number(c)) for c in columns)
    count = model.rowCount() if model.complete else 0
    return ShownList(listing.record.__titles__[1], shown, lines, count)


def in_sight(table: QTableView) -> list[int]:
    """Return the numbers of the columns that a table shows, as they stand from the start."""
    header = table.horizontalHeader()
    order = (header.logicalIndex(at) for at in range(header.count()))
    return [number for number in order if not header.isSectionHidden(number)]


_SHOWN = int(Qt.ItemDataRole.DisplayRole)


def _text(said: object) -> str:
    return "" if said is None else str(said)


def _name_after(dialog: QFileDialog, name: str, chosen: str) -> None:
    """Give the file the ending of what was chosen."""
    ending = next(ending for ending, words in _TYPES.items() if words == chosen)
    dialog.setDefaultSuffix(ending[1:])
    dialog.selectFile(f"{name}{ending}")


def _write(
    door: Door, shown: ShownList, path: Path, saving: _Saving, stopping: Callable[[], bool]
) -> str:
    """Write the list; the file appears whole or not at all. Returns what to tell."""
    with closing(shown.lines(door)) as lines:
        told = _told(lines, saving, stopping)
        if path.suffix.lower() == ".xlsx":
            put_workbook(path, shown.name, shown.columns, told)
        elif path.suffix.lower() == ".csv":
            put_csv(path, shown.columns, told)
        else:
            raise Refusal(
                f"A list cannot be written as {path.suffix or 'a file without an ending'}.",
                "Name a file that ends in .csv or .xlsx.",
            )
    return f"{path.name} is written: {counted(saving.done, 'row', 'rows')}."


def _told(lines: Iterator[Cells], saving: _Saving, stopping: Callable[[], bool]) -> Iterator[Cells]:
    for cells in lines:
        if saving.done % _OFTEN == 0 and (saving.over or stopping()):
            raise Cancelled("The list was not saved: it was cancelled.", "")
        yield cells
        saving.done += 1
