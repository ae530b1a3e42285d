"""The palette (Ctrl+K): type a few letters, go to any screen, action, animal, client or pet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import choices
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.look import measures, theme
from fluffydesk.ui.look.icons import icon
from fluffydesk.ui.pages import Index
from fluffydesk.ui.parts.controls import SearchField
from fluffydesk.ui.screen import Place
from fluffydesk.work import Work

WIDTH = 640
_ROWS = 9
_EACH = 6
_HINT = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Entry:
    """One thing to go to or do."""

    text: str
    icon: str
    go: Place | None = None
    act: Callable[[], object] | None = None
    hint: str = ""


@dataclass(frozen=True)
class Source:
    """A record whose rows are found by their labels, and the screen that shows one."""

    record: type[Record]
    key: str
    icon: str


@dataclass(frozen=True)
class _Found:
    text: str
    entries: tuple[Entry, ...]


def matches(text: str, search: str) -> bool:
    """Say whether every word of `search` begins a word of `text`, or lies in it."""
    within = text.casefold()
    return all(word in within for word in search.casefold().split())


class _Line(QStyledItemDelegate):
    """Paints what a line is called and, muted at its end, what that is: of a pet, whose."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        drawn: Any = option
        icon_room = drawn.decorationSize.width() + 2 * measures.STEP
        room = self._inside(drawn).width() - icon_room - self._hint_width(drawn, index)
        drawn.text = drawn.fontMetrics.elidedText(drawn.text, Qt.TextElideMode.ElideRight, room)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        drawn: Any = option
        hint = str(index.data(_HINT) or "")
        turned = drawn.direction == Qt.LayoutDirection.RightToLeft
        end = Qt.AlignmentFlag.AlignLeft if turned else Qt.AlignmentFlag.AlignRight
        side = end | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        inside = self._inside(drawn)
        shown = drawn.fontMetrics.elidedText(hint, Qt.TextElideMode.ElideRight, inside.width() // 2)
        painter.save()
        painter.setFont(drawn.font)
        painter.setPen(QColor(theme.colours().muted))
        painter.drawText(inside, int(side), shown)
        painter.restore()

    def _inside(self, drawn: Any) -> QRect:
        inside: QRect = drawn.rect.adjusted(measures.STEP, 0, -measures.STEP, 0)
        return inside

    def _hint_width(self, drawn: Any, index: Index) -> int:
        hint = str(index.data(_HINT) or "")
        wide = drawn.fontMetrics.horizontalAdvance(hint) + 2 * measures.STEP if hint else 0
        return min(wide, self._inside(drawn).width() // 2 + 2 * measures.STEP)


class Palette(QDialog):
    """A search over everything; Enter takes the highlighted line, Esc closes."""

    chosen = Signal(object)

    def __init__(
        self,
        work: Work,
        entries: tuple[Entry, ...],
        sources: tuple[Source, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle("Find anything")
        self.setModal(True)
        self.setObjectName("palette")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._work, self._entries, self._sources = work, entries, sources
        self._shown: list[Entry] = []
        self.field = SearchField("Find a screen, an action, a name …")
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName("What was found")
        self.list.setItemDelegate(_Line(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(lambda item: self._take())
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(measures.STEP)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.setFixedWidth(WIDTH)
        if parent is not None:
            top = parent.window()
            middle = top.mapToGlobal(top.rect().center())
            self.move(middle.x() - WIDTH // 2, top.mapToGlobal(top.rect().topLeft()).y() + 96)
        self._search("")

    def texts(self) -> list[str]:
        """Return the lines shown."""
        return [entry.text for entry in self._shown]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent):
            pressed = event.type() == QEvent.Type.KeyPress
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if pressed and step:
                at = (self.list.currentRow() + step) % max(1, self.list.count())
                self.list.setCurrentRow(at)
                return True
            if pressed and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take()
                return True
            if pressed and event.key() == Qt.Key.Key_Escape:
                self.reject()
                return True
        return super().eventFilter(watched, event)

    def _search(self, text: str) -> None:
        self._show(tuple(entry for entry in self._entries if matches(entry.text, text)))
        wanted, sources = text.strip(), self._sources
        if not wanted or not sources:
            return

        def find(mirror: Mirror) -> _Found:
            found: list[Entry] = []
            with mirror.read() as connection:
                for source in sources:
                    title = source.record.__titles__[0]
                    for row in choices(connection, source.record, wanted, limit=_EACH):
                        place = Place(source.key, row.id)
                        text = f"{row.label} · {row.once}" if row.once else row.label
                        hint = f"{row.beside} · {title}" if row.beside else title
                        found.append(Entry(text, source.icon, place, hint=hint))
            return _Found(wanted, tuple(found))

        self._work.on_mirror(find, self._add, latest=True)

    def _add(self, found: _Found) -> None:
        if found.text == self.field.text().strip():
            own = tuple(entry for entry in self._entries if matches(entry.text, found.text))
            self._show(own + found.entries)

    def _show(self, entries: tuple[Entry, ...]) -> None:
        self._shown = list(entries)
        self.list.clear()
        for entry in entries:
            line = QListWidgetItem(icon(entry.icon, "muted"), entry.text)
            line.setData(_HINT, entry.hint)
            said = ", ".join(part for part in (entry.text, entry.hint) if part)
            line.setData(Qt.ItemDataRole.AccessibleTextRole, said)
            line.setToolTip(said)
            self.list.addItem(line)
        if not entries:
            nothing = QListWidgetItem("Nothing found")
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nothing)
        self.list.setCurrentRow(0 if entries else -1)
        self.list.setFixedHeight(_ROWS * self.list.sizeHintForRow(0) + 2)

    def _take(self) -> None:
        at = self.list.currentRow()
        if 0 <= at < len(self._shown):
            entry = self._shown[at]
            self.accept()
            self.chosen.emit(entry)
