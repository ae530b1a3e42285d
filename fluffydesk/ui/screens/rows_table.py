"""A list of figures that no single table holds: rows in memory, sorted and searched there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter
from typing import Any
from uuid import UUID

from PySide6.QtCore import (
    QAbstractTableModel,
    QByteArray,
    QModelIndex,
    QObject,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from fluffydesk.ui import memory
from fluffydesk.ui.fields.texts import unit_text
from fluffydesk.ui.list_saving import ListSaver, ShownList, in_sight
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.pages import ID, TONE, Index
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.screens.reporting.report import Column as ReportColumn
from fluffydesk.ui.table import PAD, Table
from fluffydesk.ui.widths import shares

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

_LETTERS = re.compile(r"[^\W\d_]")
_MEASURED = 200
"""How many rows are measured for the room that their numbers and chips need."""
_READ = 40
"""Of words, so many rows: what is cut below them is told under the pointer."""
_LONGEST = 12
"""How many of a column's longest texts are measured: the most letters need not be the widest."""
_WIDEST = 1200
"""A column of words is not widened beyond this; its cells say the rest under the pointer."""
_MOST_FITTED = 8
"""Rows that a table which shows no more than it has to is high at most; then it scrolls."""
_EMPTY, _ANY = 320, 16_777_215
"""px: how high it is at least with no rows, and the greatest height that Qt knows."""
AT_ONCE = 1000
"""Rows searched or sorted in one go; of more, so many between two looks at what a person does."""


@dataclass(frozen=True)
class Shown:
    """A column: heading with unit, a row's text in it, what it sorts by, its chip's tone."""

    title: str
    text: Callable[[Any], str]
    width: int = 120
    right: bool = False
    sort: Callable[[Any], Any] | None = None
    tone: Callable[[Any], str | None] | None = None
    spare: bool = False
    """Left out where there is no room for every column."""
    unit: str = ""
    """As it is kept: kg, L or °C. The heading says it in the organization's."""

    @property
    def heading(self) -> str:
        """The title with the unit: "Milk, gal (US)"."""
        return f"{self.title}, {unit_text(self.unit)}" if self.unit else self.title

    def key(self, row: Any) -> tuple[bool, Any]:
        """Return what a row sorts by; rows without a value come last."""
        value = self.sort(row) if self.sort else self.text(row).casefold()
        return (value is None, 0 if value is None else value)


class Rows(QAbstractTableModel):
    """Frozen rows in memory; each has an `id`.

    A text is made for a row that is painted or searched, and for no other. Many rows are searched
    and sorted a few at a time, so that the window answers meanwhile; the last ones stay in sight.
    """

    laid_out = Signal()
    """The rows asked for are shown, at once or some time after they were asked for."""

    def __init__(self, columns: Sequence[Shown], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._all: tuple[Any, ...] = ()
        self._rows: Sequence[Any] = ()
        self._words: tuple[str, ...] = ()
        self._order: tuple[int, bool] | None = None
        self._steps: Iterator[None] = iter(())
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show other rows, searched and sorted as the last ones were."""
        self._all = tuple(rows)
        self._lay_out()

    def search(self, text: str) -> None:
        """Show the rows whose texts have every word."""
        words = tuple(text.casefold().split())
        if words != self._words:
            self._words = words
            self._lay_out()

    def order_by(self, column: int) -> None:
        """Sort by a column; again, and it is turned round."""
        turned = self._order == (column, False)
        self._order = (column, turned)
        self._lay_out()

    @property
    def laying_out(self) -> bool:
        """Whether rows are still being searched or sorted."""
        return self._timer.isActive()

    def row_at(self, number: int) -> Any:
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def rows(self) -> Sequence[Any]:
        """Return the rows that are shown, in their order."""
        return self._rows

    def number_of(self, row_id: UUID) -> int | None:
        """Return where a row is, if it is shown."""
        return next((n for n, row in enumerate(self._rows) if row.id == row_id), None)

    @property
    def narrowed(self) -> bool:
        return bool(self._words)

    @property
    def ordered(self) -> bool:
        return self._order is not None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.right else _LEFT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        arrow = ""
        if self._order is not None and self._order[0] == section:
            arrow = "  ↓" if self._order[1] else "  ↑"
        return column.heading + arrow

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column, row = self.columns[index.column()], self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.right else _LEFT
        if role == TONE:
            return column.tone(row) if column.tone else None
        return row.id if role == ID else None

    def _lay_out(self) -> None:
        self._steps = self._laid()
        if len(self._all) > AT_ONCE and (self._words or self._order is not None):
            self._timer.start(0)
            return
        self._timer.stop()
        for _ in self._steps:
            pass

    def _step(self) -> None:
        """Search or sort some rows more; the steps end by showing them all."""
        if next(self._steps, self) is self:
            self._timer.stop()

    def _laid(self) -> Iterator[None]:
        rows: Sequence[Any] = self._all
        if self._words:
            found: list[Any] = []
            for few in _few_of(rows):
                found += filter(self._holds, few)
                yield
            rows = found
        if self._order is not None:
            number, turned = self._order
            keys: list[tuple[Any, Any]] = []
            unknown: list[Any] = []
            for few in _few_of(rows):
                for row in few:
                    is_unknown, key = self.columns[number].key(row)
                    if is_unknown:
                        unknown.append(row)
                    else:
                        keys.append((key, row))
                yield
            keys.sort(key=itemgetter(0), reverse=turned)
            rows = [row for _, row in keys] + unknown
        self._timer.stop()
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()
        self.laid_out.emit()

    def _holds(self, row: Any) -> bool:
        text = " ".join(column.text(row) for column in self.columns).casefold()
        return all(word in text for word in self._words)


def _few_of(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(rows), AT_ONCE):
        yield rows[first : first + AT_ONCE]


class RowsTable(QWidget):
    """The table of such rows; keeps the selected row and remembers the columns' widths."""

    opened = Signal(object)
    current_changed = Signal(object)
    """The row selected, or None."""

    def __init__(self, name: str, columns: Sequence[Shown], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = "columns/" + name.lower().replace(" ", "-")
        self.model = Rows(columns, self)
        self.model.modelAboutToBeReset.connect(self._keep)
        self.model.laid_out.connect(self._restore)
        self._kept: Any = None
        self._select_first = False
        self.table = Table(name)
        self.table.setModel(self.model)
        self.table.opened.connect(self._open)
        self.table.selectionModel().currentRowChanged.connect(self._current)
        header = self.table.horizontalHeader()
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._sort)
        state = memory.recall(self._key)
        self._by_hand = isinstance(state, QByteArray) and header.restoreState(state)
        self._spreading = False
        self._out = self._instead = ""
        self._full = [0] * len(columns)
        self._figures = [0] * len(columns)
        header.setStretchLastSection(False)
        header.sectionResized.connect(self._resized)
        header.sectionMoved.connect(self._remember)
        self.empty = Empty(of=name)
        self._locked: Callable[[], str] = str
        self._empty_words: tuple[str, str, str, Callable[[], object] | None] = ("", "", "", None)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedLayout()
        self.column.addLayout(self._stack, 1)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self.setFocusProxy(self.table)
        self._name = name
        self.saver = ListSaver(self, self._shown_list)

    def show_rows(self, rows: Sequence[Any], *, select_first: bool = False) -> None:
        """Show other rows; the selected one stays selected."""
        self._select_first = select_first
        self.model.show_rows(rows)
        self._make_room(rows[:_MEASURED])

    def fit_rows(self, count: int, most: int = _MOST_FITTED) -> None:
        """Be as high as `count` rows, two at least and `most` at most; as high as may be for none.

        The layout it stands in gives the room that is left to what is below it.
        """
        few = min(max(count, 2), most)
        high = measures.ROW * (few + 1) + 4 + 2 * self.table.frameWidth()
        self.setMinimumHeight(high if count else _EMPTY)
        self.setMaximumHeight(high if count else _ANY)

    def swap(self, out: str = "", instead: str = "") -> None:
        """Leave a column out and show another for it, whatever room there is; by their titles."""
        self._out, self._instead = out, instead
        self._spread()

    def search(self, text: str) -> None:
        """Show the rows whose texts have every word; the selected one, or else the first."""
        self._select_first = bool(text)
        self.model.search(text)

    def say_when_empty(
        self,
        title: str,
        text: str = "",
        step: str = "",
        take: Callable[[], object] | None = None,
        *,
        locked: Callable[[], str] = str,
    ) -> None:
        """Say what belongs here, and offer the first step; `locked` says why it is shut."""
        self._empty_words = (title, text, step, take)
        self._locked = locked

    @property
    def narrowed(self) -> bool:
        """Whether only what a search finds is shown."""
        return self.model.narrowed

    def current(self) -> Any:
        """Return the selected row, or None."""
        return self.model.row_at(self.table.currentIndex().row())

    def select(self, row_id: UUID) -> None:
        """Select a row, if it is shown."""
        number = self.model.number_of(row_id)
        if number is not None:
            self.table.setCurrentIndex(self.model.index(number, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spread()

    def _shown_list(self) -> ShownList:
        """Return what is shown, to be saved: the rows as they are searched and sorted now."""
        columns = [self.model.columns[number] for number in in_sight(self.table)]
        rows = self.model.rows()
        lines = (tuple(column.text(row) for column in columns) for row in rows)
        shown = tuple(ReportColumn(column.heading, right=column.right) for column in columns)
        return ShownList(self._name, shown, lambda door: lines, len(rows))

    def _make_room(self, rows: Sequence[Any]) -> None:
        """Find the widths at which nothing in the columns is cut; they only grow."""
        for number, column in enumerate(self.model.columns):
            metrics = QFontMetrics(measures.font(Type.SMALL if column.tone else Type.TEXT))
            some = rows if column.right or column.tone else rows[:_READ]
            longest = nlargest(_LONGEST, {column.text(row) for row in some}, key=len)
            widest = max(map(metrics.horizontalAdvance, longest), default=0)
            needed = widest + (2 * PAD if column.tone else 0)
            if not (column.right or column.tone):
                needed = min(needed, _WIDEST)
            heading = QFontMetrics(measures.font(Type.TEXT)).horizontalAdvance(column.heading)
            needed = max(needed, heading) + 2 * PAD + 2
            self._full[number] = max(self._full[number], needed)
            figures = {text for text in map(column.text, some) if not _LETTERS.search(text)}
            widest = max(map(metrics.horizontalAdvance, figures), default=0)
            self._figures[number] = max(self._figures[number], widest + 2 * PAD + 2)
        self._spread()

    def _spread(self) -> None:
        """Give each column its share of the width, unless a person has chosen the widths.

        Numbers, dates and chips always have the room they need: half a number is a wrong one.
        """
        bar = self.table.verticalScrollBar().sizeHint().width() + 2 * self.table.frameWidth()
        room = self.width() - bar
        columns = self.model.columns
        rigid = [bool(one.right or one.tone) for one in columns]
        narrowest = self.table.horizontalHeader().minimumSectionSize()
        first = [
            max(one.width, full if whole else figures, narrowest)
            for one, full, figures, whole in zip(
                columns, self._full, self._figures, rigid, strict=True
            )
        ]
        asked = [number for number, one in enumerate(columns) if one.title != self._out]
        needed = sum(first[number] for number in asked)
        shown: list[int] = []
        for number in reversed(range(len(columns))):
            spare = columns[number].spare and columns[number].title != self._instead
            hidden = number not in asked or (spare and needed > room)
            needed -= first[number] if hidden and number in asked else 0
            self._set(number, hidden=hidden)
            if not hidden:
                shown.insert(0, number)
        full = [max(narrowest, self._full[number] or first[number]) for number in shown]
        widths = shares(room, [first[number] for number in shown], full)
        if not rigid[shown[-1]]:
            widths[-1] = max(widths[-1], room - sum(widths[:-1]))
        for number, width in zip(shown, widths, strict=True):
            now = self.table.columnWidth(number)
            if not self._by_hand:
                self._set(number, width=width)
            elif rigid[number] and now < self._full[number]:
                self._set(number, width=self._full[number])

    def _set(self, number: int, *, width: int = 0, hidden: bool = False) -> None:
        self._spreading = True
        if width:
            self.table.setColumnWidth(number, width)
        else:
            self.table.setColumnHidden(number, hidden)
        self._spreading = False

    def _keep(self) -> None:
        self._kept = self.current()

    def _restore(self) -> None:
        kept = self._kept
        if self.model.rowCount() == 0:
            if self.narrowed:
                self.empty.say("Nothing matches", "Try fewer words.")
            else:
                title, text, step, take = self._empty_words
                locked = self._locked()
                self.empty.say(title, locked or text, "" if locked else step, take)
        self._stack.setCurrentIndex(0 if self.model.rowCount() else 1)
        if kept is not None:
            self.select(kept.id)
        if self._select_first and self.current() is None and self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(0, 0))
        if self.current() is None:
            self.current_changed.emit(None)

    def _sort(self, column: int) -> None:
        self._select_first = False
        self.model.order_by(column)

    def _current(self, now: QModelIndex) -> None:
        self.current_changed.emit(self.model.row_at(now.row()) if now.isValid() else None)

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.model.row_at(index.row()))

    def _resized(self, _section: int, before: int, now: int) -> None:
        # A column that is hidden or shown says that its width was, or is, nothing.
        if before > 0 < now and not self._spreading:
            self._by_hand = True
            self._remember()

    def _remember(self) -> None:
        memory.remember(self._key, self.table.horizontalHeader().saveState())
