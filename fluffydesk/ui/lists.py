"""Any record as a list: paged, sorted by its headers, searched, filtered, opened by Enter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QByteArray, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStackedLayout, QVBoxLayout, QWidget
from sqlalchemy import Column

from fluffydesk.errors import Refusal
from fluffydesk.mirror.borrowed import borrowed_by
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Filter, Listing, Order, count
from fluffydesk.records.vocabulary import Record, facts_of, record_columns
from fluffydesk.ui import memory, record_history
from fluffydesk.ui.fields import texts
from fluffydesk.ui.filters import FilterBar
from fluffydesk.ui.list_saving import ListSaver, paged
from fluffydesk.ui.look import measures
from fluffydesk.ui.older import OlderStrip
from fluffydesk.ui.pages import ID, PagedRows, alignment_of
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.permits import why_not
from fluffydesk.ui.table import PAD, Table
from fluffydesk.ui.widths import shares
from fluffydesk.work import Work

CHIP = 8
_MEASURED = 60
_WIDEST = 280
_SAVE_DELAY_MS = 400


class RecordList(QWidget):
    """A record's rows. `opened` and `on_open` get the id of the row opened.

    Widths and order of columns are remembered under `name` (the table's name unless given).
    It reads anew by itself when its table, or one its columns link to, has changed.
    """

    opened = Signal(object)
    current_changed = Signal(object)
    loaded = Signal()
    columns_changed = Signal()

    def __init__(
        self,
        work: Work,
        record: type[Record],
        columns: tuple[str, ...] = (),
        *,
        filters: tuple[Filter, ...] = (),
        order: tuple[Order, ...] = (),
        on_open: Callable[[UUID], object] | None = None,
        filter_columns: tuple[str, ...] | None = None,
        name: str = "",
        widths: Mapping[str, int] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`filters` always hold; `filter_columns` get a menu each (default: the closed lists).

        `widths` are the first widths of columns in px, until a person chooses others.
        """
        super().__init__(parent)
        self._work, self._record, self._on_open = work, record, on_open
        names = columns or tuple(
            column.name for column in record_columns(record) if not facts_of(column).bulky
        )
        self._fixed = filters
        self._name = name or record.__table__.name
        self._widths = dict(widths or {})
        self._empty_words = self._default_words()
        self.model = PagedRows(work, Listing(record, "", filters, order), names, self)
        self.model.loaded.connect(self._loaded)
        self.model.failed.connect(self._failed)
        self.table = Table(record.__titles__[1])
        self.table.setModel(self.model)
        self.table.opened.connect(self._open)
        self.table.selectionModel().currentRowChanged.connect(self._current)
        self.empty = Empty(of=record.__titles__[1])
        self._build(filter_columns)
        self._keep: UUID | None = None
        self._fit = self._spreading = False
        self.recalled = False
        """Whether the columns stand as they were left here before."""
        self._natural: list[int] = []
        self._full: list[int] = []
        self._saver = QTimer(self)
        self._saver.setSingleShot(True)
        self._saver.setInterval(_SAVE_DELAY_MS)
        self._saver.timeout.connect(self._remember)
        self._recall()
        header = self.table.horizontalHeader()
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._sort)
        header.sectionResized.connect(self._resized)
        header.sectionMoved.connect(lambda: self._saver.start())
        self.setFocusProxy(self.table)
        bind(self, {record_history.KEYS: self.show_history})
        links = {facts_of(column).target for column in self.model.columns}
        self.saver = ListSaver(self, partial(paged, self.model, self.table))
        self._watched = {record.__table__.name} | {target for target in links if target}
        for beside, one in borrowed_by(record.__table__.name).items():
            self._watched |= one.tables if beside in names else set()
        work.changed.connect(self._changed)
        self.reload()

    def reload(self) -> None:
        """Read anew, keeping the selected row and the place."""
        self._keep = self.current()
        self.model.ask(around=max(0, self.table.rowAt(0)))
        self.older.reload()

    def search(self, text: str) -> None:
        """Show the rows that have every word."""
        self._keep = self.current()
        self.model.ask(replace(self.model.listing, search=text.strip()))

    def set_filters(self, filters: tuple[Filter, ...]) -> None:
        """Replace the filters given at the start; the ones picked in the bar stay."""
        self._fixed = filters
        self._filter()

    def set_order(self, order: tuple[Order, ...]) -> None:
        """Order by other columns."""
        self.model.ask(replace(self.model.listing, order=order))

    def set_own(self, columns: list[Column[Any]]) -> None:
        """Let these own fields be chosen as columns; hidden until a person shows them."""
        if [one.name for one in columns] == list(self.model.listing.own):
            return
        before = len(self.model.columns) - len(self.model.listing.own)
        self._spreading = True
        self.model.set_own(columns)
        for number in range(before, len(self.model.columns)):
            self.table.setColumnHidden(number, True)
            self.table.setColumnWidth(number, self._heading_width(self.model.columns[number]))
        self._spreading = False
        if self._natural:
            own = [self._heading_width(one) for one in columns]
            self._natural[before:], self._full[before:] = own, own
        state = memory.recall(self._key())
        if isinstance(state, QByteArray) and self.table.horizontalHeader().restoreState(state):
            self.recalled, self._natural, self._fit = True, [], False
        self._watched.add("custom_fields")
        self.columns_changed.emit()
        self.reload()

    def say_when_empty(
        self,
        title: str,
        text: str = "",
        step: str = "",
        take: Callable[[], object] | None = None,
    ) -> None:
        """Say what belongs here, and offer the first step."""
        self._empty_words = (title, text, step, take)

    def current(self) -> UUID | None:
        """Return the id of the selected row."""
        index = self.table.currentIndex()
        return self.model.id_at(index.row()) if index.isValid() else None

    def shows_column(self, name: str) -> bool:
        """Say whether a column is shown."""
        return not self.table.isColumnHidden(self._number_of(name))

    def show_column(self, name: str, shown: bool, *, keep: bool = True) -> None:
        """Show or hide a column, and `keep` it so; the others share the width anew."""
        self._spreading = True
        self.table.setColumnHidden(self._number_of(name), not shown)
        self._spreading = False
        self._spread()
        if keep:
            self._saver.start()

    def _last_shown(self) -> int:
        header = self.table.horizontalHeader()
        order = [header.logicalIndex(at) for at in range(header.count())]
        return next((one for one in reversed(order) if not header.isSectionHidden(one)), -1)

    def _number_of(self, name: str) -> int:
        return [column.name for column in self.model.columns].index(name)

    def choose_several(self) -> None:
        """Let many rows be chosen: Space, Shift with the arrows, Ctrl+A."""
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    def chosen_keys(self) -> list[int]:
        """Return the keys of all chosen rows, in their order, whether they were read or not."""
        found: list[int] = []
        ranges: Any = self.table.selectionModel().selection()
        for part in sorted(ranges, key=lambda one: one.top()):
            found += self.model.keys_of(range(part.top(), part.bottom() + 1))
        return found

    def select(self, row_id: UUID) -> None:
        """Select a row, now or when it has been read."""
        self._keep = row_id
        self._restore()

    def show_history(self) -> None:
        """Show the history of the selected row."""
        current = self.current()
        if current is not None:
            table = self._record.__table__.name
            record_history.open_history(self, self._work, table, current)

    def count(self) -> int:
        """Return how many rows match."""
        return self.model.rowCount()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spread()

    def _build(self, filter_columns: tuple[str, ...] | None) -> None:
        table = self._record.__table__
        if filter_columns is None:
            filter_columns = tuple(c.name for c in self.model.columns if texts.is_enum(c))
        self.bar = FilterBar([table.columns[name] for name in filter_columns])
        self.bar.filtered.connect(self._filter)
        if not filter_columns:
            self.bar.hide()
        stack = QWidget()
        self._stack = QStackedLayout(stack)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.STEP + measures.TIGHT)
        column.addWidget(self.bar)
        column.addWidget(stack, 1)
        names = tuple(one.name for one in self.model.columns)
        self.older = OlderStrip(self._work, ((self._record, names),))
        column.addWidget(self.older)

    def _default_words(self) -> tuple[str, str, str, Callable[[], object] | None]:
        title = self._record.__titles__[1]
        return f"No {title.lower()} yet", "What is entered here shows up in this list.", "", None

    def _filter(self) -> None:
        self._keep = self.current()
        filters = self._fixed + self.bar.filters()
        self.model.ask(replace(self.model.listing, filters=filters))

    def _sort(self, column: int) -> None:
        first = self.model.listing.order[:1]
        name = self.model.columns[column].name
        self.model.sort_by(column, bool(first) and first[0] == Order(name, False))
        self.table.scrollToTop()

    def _loaded(self) -> None:
        found = self.model.rowCount()
        listing = self.model.listing
        narrowed = bool(listing.search) or bool(self.bar.filters())
        self.bar.show_count(found if self.model.complete else None, self._record.__titles__)
        if found == 0 and narrowed:
            self._look_behind_filters()
        elif found == 0:
            self._say_nothing_yet()
        self._stack.setCurrentIndex(0 if found else 1)
        if found and (self._fit or (self._natural and listing.search)):
            self._fit_columns()
        self._restore()
        self.loaded.emit()

    def _look_behind_filters(self) -> None:
        """Where nothing matches, tell whether there is nothing at all."""
        self.empty.say("Nothing matches", "Try fewer words or another filter.")
        listing = Listing(self._record, "", self._fixed)

        def any_at_all(mirror: Mirror) -> bool:
            with mirror.read() as connection:
                return count(connection, listing) > 0

        self._work.on_mirror(any_at_all, self._say_empty, latest=True)

    def _say_empty(self, some: bool) -> None:
        if not some and self.count() == 0:
            self._say_nothing_yet()

    def _say_nothing_yet(self) -> None:
        """Offer the first step only to who may take it."""
        title, text, step, take = self._empty_words
        locked = why_not(self._work.whose, self._record) if step else ""
        if locked:
            self.empty.say(title, locked)
        else:
            self.empty.say(title, text, step, take)

    def _restore(self) -> None:
        if self._keep is None:
            return
        row = self.model.row_of(self._keep)
        if row is not None:
            self._keep = None
            self.table.setCurrentIndex(self.model.index(row, 0))

    def _failed(self, refusal: Refusal) -> None:
        self.empty.say(refusal.message, refusal.advice, "Try again", self.reload)
        self._stack.setCurrentIndex(1)

    def _current(self, now: QModelIndex) -> None:
        self.current_changed.emit(self.model.id_at(now.row()) if now.isValid() else None)

    def _open(self, index: QModelIndex) -> None:
        row_id = index.data(ID)
        if row_id is None:
            return
        self.opened.emit(row_id)
        if self._on_open is not None:
            self._on_open(row_id)

    def _changed(self, changes: Changes) -> None:
        if not self._watched.isdisjoint(changes):
            self.reload()

    def _remember(self) -> None:
        state = self.table.horizontalHeader().saveState()
        memory.remember(self._key(), state)

    def _recall(self) -> None:
        header = self.table.horizontalHeader()
        header.setStretchLastSection(False)
        state = memory.recall(self._key())
        self.recalled = isinstance(state, QByteArray) and header.restoreState(state)
        if self.recalled:
            return
        self._fit = True
        for number, column in enumerate(self.model.columns):
            width = self._widths.get(column.name) or self._heading_width(column)
            self.table.setColumnWidth(number, width)

    def _heading_width(self, column: Any) -> int:
        metrics = QFontMetrics(measures.font())
        return max(72, metrics.horizontalAdvance(texts.header_of(column) + "  ↓") + 2 * PAD)

    def _fit_columns(self) -> None:
        """Find how wide each column's first rows are, where nothing is remembered.

        After a search anew: by what a row was found stands behind its name. No column needs less
        than before, so that none jumps to and fro while a person types.
        """
        self._fit, before = False, self._full
        self._natural, self._full = [], []
        metrics = QFontMetrics(measures.font())
        rows = range(min(_MEASURED, self.model.rowCount()))
        for number, column in enumerate(self.model.columns):
            cells = (self.model.index(row, number).data() or "" for row in rows)
            widest = max((metrics.horizontalAdvance(text) for text in cells), default=0)
            room = widest + 2 * PAD + 2 + (CHIP if texts.is_state(column) else 0)
            heading = self._heading_width(column)
            width = max(heading, min(room, _WIDEST))
            self._natural.append(self._widths.get(column.name) or width)
            self._full.append(max(heading, room, *before[number : number + 1]))
        self._spread()

    def _spread(self) -> None:
        """Give each column its share of the width, until a person chooses widths."""
        if not self._natural:
            return
        bar = self.table.verticalScrollBar().sizeHint().width() + 2 * self.table.frameWidth()
        shown = [n for n in range(len(self._natural)) if not self.table.isColumnHidden(n)]
        room = self.table.width() - bar
        widths = shares(room, *([w[n] for n in shown] for w in (self._natural, self._full)))
        last = self._last_shown()
        if (
            last in shown
            and not alignment_of(self.model.columns[last]) & Qt.AlignmentFlag.AlignRight
        ):
            widths[shown.index(last)] += max(0, room - sum(widths))
        self._spreading = True
        for number, width in zip(shown, widths, strict=True):
            self.table.setColumnWidth(number, width)
        self._spreading = False

    def _resized(self, _section: int, before: int, now: int) -> None:
        # A column that is hidden or shown says that its width was, or is, nothing.
        if before > 0 < now and not self._spreading:
            self._natural = []
            self._saver.start()

    def _key(self) -> str:
        names = "-".join(column.name for column in self.model.columns)
        return f"columns/{self._name}/{names}"
