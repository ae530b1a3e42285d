"""The editor of a link: type a few letters, pick the row that is meant."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout
from sqlalchemy import Column

from fluffydesk.actions.typed import refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Choice, choices, label
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.ui.fields.editors import Editor, SuffixedLine
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import ClearAction, place_beside
from fluffydesk.work import Work

_SHOWN = 8
_DELAY_MS = 120
_OUT_OF_SIGHT = "(not in your copy)"


class LinkEditor(Editor):
    """A search that remembers the row picked; what is typed without picking is an error.

    Down opens the list, Enter or Tab takes the highlighted row, Esc closes the list.
    """

    def __init__(self, column: Column[Any], work: Work) -> None:
        super().__init__(column)
        self._work = work
        self._target = record_for(facts_of(column).target or "")
        self._chosen: UUID | None = None
        self._label = ""
        self._asked = 0
        self._only: Choice | None = None
        self._stale = False  # typed on since the matches were looked for
        self._wanted = False  # Enter came before the matches: the first one is taken
        self.line = SuffixedLine()
        self.line.setPlaceholderText(f"Search {self._target.__titles__[1].lower()}")
        self._clear = ClearAction(self.line)
        self.line.textEdited.connect(self._typed)
        self.line.textChanged.connect(self._cleared)
        self.line.installEventFilter(self)
        self._use(self.line)
        self._list = QListWidget()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.itemClicked.connect(self._take_item)
        self._popup = QFrame(self, Qt.WindowType.ToolTip)
        self._popup.setProperty("role", "popup")
        inside = QVBoxLayout(self._popup)
        inside.setContentsMargins(4, 4, 4, 4)
        inside.addWidget(self._list)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY_MS)
        self._timer.timeout.connect(self._search)

    def value(self) -> UUID | None:
        text = self.line.text().strip()
        if not text:
            return None
        if self._chosen is None or (self._label and text != self._label):
            what = facts_of(self.column).label.lower()
            raise refusal(self.column, f"is not chosen yet: {text}.", f"Pick a {what} in the list.")
        return self._chosen

    def set_value(self, value: Any) -> None:
        """Show a row by its id; its label follows from the mirror."""
        self._chosen, self._label = value, ""
        self._know()
        self.line.setText("" if value is None else "…")
        if value is not None:
            asked, target = self._asked, self._target

            def find(mirror: Mirror) -> tuple[int, UUID, str]:
                with mirror.read() as connection:
                    return asked, value, label(connection, target, value)

            self._work.on_mirror(find, self._name)

    def choose(self, choice: Choice) -> None:
        """Take a row whose label is known."""
        self._chosen, self._label = choice.id, choice.label
        self._know()
        self.line.setText(choice.label)
        self.line.setCursorPosition(0)
        self._popup.hide()
        self.changed.emit()

    def label(self) -> str:
        """Return what is shown for the chosen row."""
        return self._label

    def set_read_only(self, locked: bool) -> None:
        self.line.setReadOnly(locked)
        self._clear.show_if_needed()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self._popup.hide()
            self._take_only()
            if self._stale:
                self._search()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _key(self, key: Qt.Key) -> bool:
        if self.line.isReadOnly():
            return False
        if self._stale and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._wanted = True
            self._search()
            return True
        if not self._popup.isVisible():
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._search()
                return True
            return False
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            at = (self._list.currentRow() + step) % max(1, self._list.count())
            self._list.setCurrentRow(at)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            if not self._stale and (item := self._list.currentItem()) is not None:
                self._take_item(item)
            return key != Qt.Key.Key_Tab
        if key == Qt.Key.Key_Escape:
            self._popup.hide()
            return True
        return False

    def _typed(self) -> None:
        self._chosen, self._label = None, ""
        self._know()
        self._stale = bool(self.line.text().strip())
        self._timer.start()
        self.changed.emit()

    def _know(self) -> None:
        """Another row or another text stands here: matches of the one before are not offered."""
        self._asked += 1
        self._only, self._stale, self._wanted = None, False, False

    def _cleared(self, text: str) -> None:
        if not text and self._chosen is not None:
            self._chosen, self._label = None, ""
            self.changed.emit()

    def _search(self) -> None:
        self._timer.stop()
        text = "" if self._chosen else self.line.text()
        target = self._target
        self._asked += 1
        asked = self._asked

        def find(mirror: Mirror) -> tuple[int, list[Choice]]:
            with mirror.read() as connection:
                return asked, choices(connection, target, text, limit=50)

        self._work.on_mirror(find, self._offer, latest=True)

    def _offer(self, found: tuple[int, list[Choice]]) -> None:
        asked, rows = found
        if asked != self._asked:
            return
        self._only = rows[0] if len(rows) == 1 else None
        wanted, stale, self._wanted, self._stale = self._wanted, self._stale, False, False
        if wanted and rows:
            self.choose(rows[0])
            return
        if not self.line.hasFocus():
            if stale:
                self._take_only()
            return
        self._list.clear()
        for choice in rows:
            told = f"{choice.label} · {choice.beside}" if choice.beside else choice.label
            item = QListWidgetItem(told)
            item.setToolTip(told)
            item.setData(Qt.ItemDataRole.UserRole, choice)
            self._list.addItem(item)
        if not rows:
            nothing = QListWidgetItem(f"No {self._target.__titles__[0].lower()} matches")
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self._list.addItem(nothing)
        self._list.setCurrentRow(0 if rows else -1)
        height = min(_SHOWN, max(1, len(rows))) * (measures.ROW + 4) + 14
        self._popup.setFixedSize(self.line.width(), height)
        place_beside(self._popup, self.line)
        self._popup.show()

    def _take_item(self, item: QListWidgetItem) -> None:
        choice = item.data(Qt.ItemDataRole.UserRole)
        if choice is not None:
            self.choose(choice)

    def _take_only(self) -> None:
        """Leaving the field takes the row, where only one matches what was typed."""
        if self._chosen is None and self._only is not None and self.line.text().strip():
            self.choose(self._only)

    def _name(self, found: tuple[int, UUID, str]) -> None:
        asked, row_id, text = found
        if asked == self._asked and row_id == self._chosen:
            self._label = text or _OUT_OF_SIGHT
            self.line.setText(self._label)
            self.line.setCursorPosition(0)
