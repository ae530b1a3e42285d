"""The model behind lists: rows come in blocks from the mirror thread as they are looked at."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from sqlalchemy import Column, Connection

from fluffydesk.actions.stored import AMOUNTS
from fluffydesk.errors import Refusal
from fluffydesk.mirror.borrowed import column_of
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.own import is_own
from fluffydesk.mirror.queries import KEY, ONCE, Listing, Order, keys, page, rows_at, words_of
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import Record, facts_of
from fluffydesk.ui.fields import texts
from fluffydesk.ui.parts.chip import tone_of
from fluffydesk.work import Work

BLOCK = 200
KEPT = 25
"""Blocks kept in memory: 5,000 rows."""
_IN_SIGHT = 2
"""Blocks that a window shows at most."""

Index = QModelIndex | QPersistentModelIndex
Row = Any

ID = Qt.ItemDataRole.UserRole
TONE = Qt.ItemDataRole.UserRole + 1

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class _Answer:
    """What the mirror thread found for one question.

    `order` has the key of every row, or is None where only the first rows were read so far.
    """

    asked: int
    order: array[int] | None
    blocks: dict[int, list[Row]]


def _read_first(listing: Listing, asked: int) -> Callable[[Mirror], _Answer]:
    """Read the first rows alone, which takes no time where an index has them in order."""

    def job(mirror: Mirror) -> _Answer:
        with mirror.read() as connection:
            rows: list[Row] = list(page(connection, listing, 0, BLOCK))
        whole = array("q", (row._mapping[KEY] for row in rows)) if len(rows) < BLOCK else None
        return _Answer(asked, whole, {0: rows})

    return job


def _read(listing: Listing, asked: int, blocks: list[int]) -> Callable[[Mirror], _Answer]:
    def job(mirror: Mirror) -> _Answer:
        with mirror.read() as connection:
            order = keys(connection, listing)
            wanted = [block for block in blocks if block * BLOCK < len(order)]
            rows = {block: _rows(connection, listing, order, block) for block in wanted}
        return _Answer(asked, order, rows)

    return job


def _read_block(
    listing: Listing, asked: int, order: array[int], block: int
) -> Callable[[Mirror], _Answer]:
    def job(mirror: Mirror) -> _Answer:
        with mirror.read() as connection:
            return _Answer(asked, None, {block: _rows(connection, listing, order, block)})

    return job


def _rows(connection: Connection, listing: Listing, order: array[int], block: int) -> list[Row]:
    some = order[block * BLOCK : (block + 1) * BLOCK]
    return rows_at(
        connection,
        listing.record,
        some,
        own=listing.own,
        words=words_of(listing.search, listing.record),
    )


def alignment_of(column: Column[Any]) -> Qt.AlignmentFlag:
    """Return where a column's cells stand."""
    return _RIGHT if texts.is_number(column) else _LEFT


def cell_of(column: Column[Any], values: Mapping[str, Any], role: int) -> Any:
    """Return what a cell of a row says: its text, its tip, the row's id, or its chip's tone."""
    if role == ID:
        return values["id"]
    value = values.get(column.name)  # an older central has not every column
    if role == TONE:
        return tone_of(value) if value is not None and texts.is_state(column) else None
    if facts_of(column).target:
        value = values.get(f"{column.name}__label")
        return "" if value is None else str(value)
    text = texts.text_of(column, value)
    if is_own(column.name):  # of no table: it names no row, and its unit stands in the heading
        return None if role == Qt.ItemDataRole.ToolTipRole and len(text) <= 30 else text
    if value is not None and (kept := _kept_in(column, values)):
        text = texts.quantity_text(value, kept, column.type.places)  # type: ignore[attr-defined]
    if values.get(ONCE) and column.name == record_for(column.table.name).__label__[0]:
        text = f"{text} · {values[ONCE]}"
    if role == Qt.ItemDataRole.ToolTipRole:
        return text if len(text) > 30 else None
    return text


def _kept_in(column: Column[Any], values: Mapping[str, Any]) -> str:
    """Return the unit a stock item says its amounts are kept in, where it is shown in another."""
    kept = str(values.get("unit") or "")
    amount = column.name in AMOUNTS.get(record_for(column.table.name), ())
    return kept if amount and texts.used_conventions().converts(kept) else ""


class PagedRows(QAbstractTableModel):
    """The rows of a listing. Old rows stay in sight until the new ones are there."""

    loaded = Signal()
    failed = Signal(object)

    def __init__(
        self,
        work: Work,
        listing: Listing,
        columns: tuple[str, ...],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._work = work
        self.listing = listing
        table = listing.record.__table__
        self.columns: list[Column[Any]] = [column_of(table, name) for name in columns]
        self._count = 0
        self._order: array[int] = array("q")
        self._blocks: OrderedDict[int, list[Row]] = OrderedDict()
        self._wanted: list[int] = []
        self._under_way: int | None = None
        self._asked = 0
        self._around = [0]
        self.known = False
        """Whether the first answer has come."""
        self.complete = False
        """Whether it is known how many rows there are: the first are shown before that."""

    @property
    def record(self) -> type[Record]:
        return self.listing.record

    def ask(self, listing: Listing | None = None, around: int = 0) -> None:
        """Read the listing (another one, if given), first what is `around` a row."""
        anew = listing is not None or not self.known
        if listing is not None:
            self.listing = listing
        self._asked += 1
        self._wanted, self._under_way = [], None
        first = max(0, around) // BLOCK
        self._around = sorted({0, first, first + 1} if first else {0})
        # Without an index, to search is to look through all rows: their order is then read at once.
        if anew and (not self.listing.search or self.record.__searched__):
            job = _read_first(self.listing, self._asked)
        else:
            job = _read(self.listing, self._asked, self._around)
        self._work.on_mirror(job, self._show, self._refused, latest=True)

    def set_own(self, columns: list[Column[Any]]) -> None:
        """Show these own fields behind the declared columns; what was read has them once asked."""
        kept = len(self.columns) - len(self.listing.own)
        if self.listing.own:
            self.beginRemoveColumns(QModelIndex(), kept, len(self.columns) - 1)
            del self.columns[kept:]
            self.endRemoveColumns()
        if columns:
            self.beginInsertColumns(QModelIndex(), kept, kept + len(columns) - 1)
            self.columns += columns
            self.endInsertColumns()
        self.listing = replace(self.listing, own=tuple(column.name for column in columns))

    def row_at(self, row: int) -> Row | None:
        """Return a row if it is in memory; asks for it otherwise."""
        block = row // BLOCK
        rows = self._blocks.get(block)
        if rows is None:
            self._want(block)
            return None
        self._blocks.move_to_end(block)
        return rows[row % BLOCK] if row % BLOCK < len(rows) else None

    def id_at(self, row: int) -> UUID | None:
        found = self.row_at(row)
        return None if found is None else found.id

    def keys_of(self, rows: range) -> list[int]:
        """Return the keys of rows, read or not, for `queries.rows_at`."""
        return self._order[rows.start : rows.stop].tolist()

    def row_of(self, row_id: UUID) -> int | None:
        """Return where a row is, if it is in memory."""
        for block, rows in self._blocks.items():
            for number, found in enumerate(rows):
                if found is not None and found.id == row_id:
                    return block * BLOCK + number
        return None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return texts.header_of(column) + self._arrow(column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment_of(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return facts_of(column).hint
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment_of(column)
        wanted = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, ID, TONE)
        if role not in wanted:
            return None
        found = self.row_at(index.row())
        return None if found is None else cell_of(column, found._mapping, role)

    def sort_by(self, column: int, descending: bool) -> None:
        """Order by one column."""
        order = (Order(self.columns[column].name, descending),)
        self.ask(replace(self.listing, order=order))

    def _arrow(self, column: Column[Any]) -> str:
        first = self.listing.order[0] if self.listing.order else None
        if first is None or first.column != column.name:
            return ""
        return "  ↓" if first.descending else "  ↑"

    def _want(self, block: int) -> None:
        if block == self._under_way or block * BLOCK >= self._count:
            return
        # Who scrolls on no longer wants what was passed; what is in sight is asked for again.
        others = [one for one in self._wanted if one != block]
        self._wanted = [*others[-_IN_SIGHT + 1 :], block]
        self._read_next()

    def _read_next(self) -> None:
        if self._under_way is None and self._wanted and self.complete:
            self._under_way = block = self._wanted.pop()
            job = _read_block(self.listing, self._asked, self._order, block)
            self._work.on_mirror(job, self._fill, self._block_refused)

    def _show(self, answer: _Answer) -> None:
        if answer.asked != self._asked:
            return
        self.complete = answer.order is not None
        found = BLOCK if answer.order is None else len(answer.order)
        self._order = array("q") if answer.order is None else answer.order
        if found == self._count and self.known:
            self._blocks = OrderedDict(answer.blocks)
            self._say_changed(0, self._count - 1)
        elif self.known and self._count and self._is_more_of(answer):
            # The rows in sight stay where they are: those that follow are added below.
            self._blocks.update(answer.blocks)
            self.beginInsertRows(QModelIndex(), self._count, found - 1)
            self._count = found
            self.endInsertRows()
        else:
            self.beginResetModel()
            self._count = found
            self._blocks = OrderedDict(answer.blocks)
            self.known = True
            self.endResetModel()
        last_column = max(0, len(self.columns) - 1)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last_column)
        self.loaded.emit()
        if not self.complete:
            job = _read(self.listing, self._asked, self._around)
            self._work.on_mirror(job, self._show, self._refused, latest=True)

    def _is_more_of(self, answer: _Answer) -> bool:
        """Say whether the first rows are those in sight already, and more rows follow."""
        shown, first = self._blocks.get(0), answer.blocks.get(0)
        if answer.order is None or shown is None or first is None or self._count != len(shown):
            return False
        same = [row.id for row in shown] == [row.id for row in first]
        return same and len(answer.order) > self._count

    def _say_changed(self, first: int, last: int) -> None:
        last_column = max(0, len(self.columns) - 1)
        self.dataChanged.emit(self.index(max(0, first), 0), self.index(max(0, last), last_column))

    def _fill(self, answer: _Answer) -> None:
        if answer.asked != self._asked:
            return
        self._under_way = None
        for block, rows in answer.blocks.items():
            self._blocks[block] = rows
            last = min(self._count, (block + 1) * BLOCK) - 1
            self._say_changed(block * BLOCK, last)
        while len(self._blocks) > KEPT:
            self._blocks.popitem(last=False)
        self._read_next()

    def _block_refused(self, refusal: Refusal) -> None:
        self._under_way = None
        self._refused(refusal)

    def _refused(self, refusal: Refusal) -> None:
        self._wanted = []
        self.failed.emit(refusal)
