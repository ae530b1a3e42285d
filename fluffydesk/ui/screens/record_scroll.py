"""All that happened to a pet on one scroll: a line each, that opens to what it says."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any
from uuid import UUID

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from fluffydesk.ui.look import measures, theme
from fluffydesk.ui.look.icons import icon
from fluffydesk.ui.look.measures import Type, font
from fluffydesk.ui.parts.chip import paint_chip
from fluffydesk.ui.screens.entry_paint import rect_of
from fluffydesk.ui.screens.reading.records_scroll import KINDS, Entry
from fluffydesk.ui.screens.reporting.paper import wraps

Index = QModelIndex | QPersistentModelIndex
ENTRY, OPEN = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_ICONS = {
    "note": "service",
    "prescription": "use",
    "vaccination": "health",
    "lab": "chart",
    "visit": "calendar",
    "file": "photo",
}
_CLOSED = 52
_PAD, _LEFT = 10, 40
_CHIP = 210


class Scroll(QAbstractListModel):
    """The entries, searched; which of them are open."""

    def __init__(self) -> None:
        super().__init__()
        self._all: tuple[Entry, ...] = ()
        self._words: tuple[str, ...] = ()
        self.entries: list[Entry] = []
        self._open: set[UUID] = set()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show other entries, searched as the last ones were; those that were open stay so."""
        self._all = tuple(entries)
        self._lay_out()

    def search(self, text: str) -> None:
        """Show the entries that say every word, opened, so that it is seen where."""
        self._words = tuple(text.casefold().split())
        self._lay_out()

    @property
    def narrowed(self) -> bool:
        return bool(self._words)

    def turn(self, row: int, is_open: bool | None = None) -> None:
        """Open or fold an entry; with None the other way round."""
        entry = self.entries[row]
        opens = not self.is_open(entry) if is_open is None else is_open
        (self._open.add if opens else self._open.discard)(entry.id)
        self.dataChanged.emit(self.index(row), self.index(row))

    def is_open(self, entry: Entry) -> bool:
        return bool(entry.lines) and entry.id in self._open

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entries[index.row()]
        if role == ENTRY:
            return entry
        if role == OPEN:
            return self.is_open(entry)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return entry.text
        return None

    def _lay_out(self) -> None:
        self.beginResetModel()
        self.entries = [
            one for one in self._all if all(word in one.text.casefold() for word in self._words)
        ]
        if self._words:
            self._open |= {one.id for one in self.entries}
        self.endResetModel()


class ScrollList(QListView):
    """The list: Right or Space opens an entry, Left folds it, Enter goes to it."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.rows = Scroll()
        self.setModel(self.rows)
        self.setItemDelegate(ScrollDelegate(self))
        self.setAccessibleName("History")
        self.setAccessibleDescription("Space opens what it says, Enter goes there")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.doubleClicked.connect(self._go)
        self.clicked.connect(lambda index: self.rows.turn(index.row()))
        self.rows.dataChanged.connect(lambda: self.scheduleDelayedItemsLayout())

    def entry(self) -> Entry | None:
        """Return the entry that is chosen."""
        current = self.currentIndex()
        return current.data(ENTRY) if current.isValid() else None

    def choose(self, row_id: UUID) -> None:
        """Choose an entry by its id."""
        for number, entry in enumerate(self.rows.entries):
            if entry.id == row_id:
                self.setCurrentIndex(self.rows.index(number))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        turns = {Qt.Key.Key_Right: True, Qt.Key.Key_Left: False, Qt.Key.Key_Space: None}
        key = Qt.Key(event.key())
        if row >= 0 and key in turns and not event.modifiers():
            self.rows.turn(row, turns[key])
        elif row >= 0 and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _go(self, index: QModelIndex) -> None:
        self.chosen.emit(index.data(ENTRY))


class ScrollDelegate(QStyledItemDelegate):
    """Draws an entry: icon, day and kind, title and state; below them what it opens to."""

    def __init__(self, view: ScrollList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view.viewport().width()
        if not index.data(OPEN):
            return QSize(width, _CLOSED)
        box = QRect(0, 0, max(80, width - _LEFT - _PAD), 100_000)
        metrics = QFontMetricsF(font(Type.TEXT))
        heights = [_height(metrics, box, line) for line in index.data(ENTRY).lines]
        return QSize(width, _CLOSED + sum(heights) + measures.TIGHT * len(heights) + _PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(ENTRY)
        rect = rect_of(option)
        colours = theme.colours()
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colours.accent_soft))
            painter.fillRect(
                QRect(rect.left(), rect.top(), 3, rect.height()), QColor(colours.accent)
            )
        painter.setPen(QColor(colours.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        icon(_ICONS[entry.kind], "muted").paint(
            painter, QRect(rect.left() + _PAD, rect.top() + 16, measures.ICON, measures.ICON)
        )
        room = rect.adjusted(_LEFT, 6, -_PAD, 0)
        chip = _chip_width(entry.state, room.width())
        if entry.state:
            where = QRectF(room.right() - chip, rect.top(), chip, _CLOSED)
            paint_chip(painter, where, entry.state, entry.tone)
        self._line(painter, room, f"{entry.day} · {KINDS[entry.kind]}", Type.SMALL, "muted", chip)
        below = room.translated(0, 18)
        self._line(painter, below, entry.title, Type.STRONG, "text", chip)
        if index.data(OPEN):
            self._open(painter, room.adjusted(0, _CLOSED - 8, 0, 0), entry)
        painter.restore()

    def _line(
        self, painter: QPainter, room: QRect, text: str, kind: Type, colour: str, less: int
    ) -> None:
        painter.setFont(font(kind))
        painter.setPen(QColor(getattr(theme.colours(), colour)))
        width = room.width() - less - (measures.STEP if less else 0)
        shown = QFontMetrics(font(kind)).elidedText(text, Qt.TextElideMode.ElideRight, width)
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(QRect(room.left(), room.top(), width, 22), int(side), shown)

    def _open(self, painter: QPainter, room: QRect, entry: Entry) -> None:
        metrics = QFontMetricsF(font(Type.TEXT))
        painter.setFont(font(Type.TEXT))
        painter.setPen(QColor(theme.colours().text))
        top = room.top()
        for line in entry.lines:
            box = QRect(room.left(), top, room.width(), 100_000)
            height = _height(metrics, box, line)
            way = int(wraps(metrics, line, room.width()))
            painter.drawText(QRect(room.left(), top, room.width(), height), way, line)
            top += height + measures.TIGHT


def _height(metrics: QFontMetricsF, box: QRect, line: str) -> int:
    """Return how high a line of text is, wrapped between words, within one only if it must be."""
    way = int(wraps(metrics, line, box.width()))
    return ceil(metrics.boundingRect(QRectF(box), way, line).height())


def _chip_width(state: str, room: int) -> int:
    if not state:
        return 0
    return min(QFontMetrics(font(Type.SMALL)).horizontalAdvance(state) + 22, _CHIP, room // 2)
