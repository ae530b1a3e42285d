"""A day to work on: typed, picked from a month, or one back and one forth; never in the future."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget
from sqlalchemy import Column

from fluffydesk.records.types import today
from fluffydesk.ui.fields.date_editors import DateEditor
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import IconButton, Words, row
from fluffydesk.ui.parts.keys import bind

WIDTH = 176


class DayPicker(QWidget):
    """Previous, the day, next; `picked` says a day that makes sense, words say what does not."""

    picked = Signal(object)

    def __init__(self, column: Column[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._day = today()
        self.editor = DateEditor(column)
        self.editor.setFixedWidth(WIDTH)
        self.editor.set_value(self._day)
        self.editor.changed.connect(self._typed)
        self._back = IconButton("previous", "The day before (Ctrl+Left)", self.back)
        self._forth = IconButton("next", "The day after (Ctrl+Right)", self.forth)
        self.problem = Words("", Type.SMALL, "danger")
        self.problem.hide()
        column_of = QVBoxLayout(self)
        column_of.setContentsMargins(0, 0, 0, 0)
        column_of.setSpacing(measures.TIGHT)
        column_of.addLayout(row(self._back, self.editor, self._forth, spacing=measures.TIGHT))
        column_of.addWidget(self.problem)
        for keys, step in (("Ctrl+Left", self.back), ("Ctrl+Right", self.forth)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(step)
        bind(self, {"Esc": lambda: self.set_day(self._day)})
        self._tell()

    def day(self) -> date:
        """Return the day that is worked on."""
        return self._day

    def set_day(self, day: date) -> None:
        """Go to a day."""
        self.editor.set_value(day)
        self._typed()

    def turn(self, before: date) -> None:
        """Go on to today from `before`, which was today; another day that was chosen stays."""
        if self._day == before and not self.problem.text():
            self.set_day(today())
        self._tell()

    def back(self) -> None:
        self.set_day(self._day - timedelta(days=1))

    def forth(self) -> None:
        if self._day < today():
            self.set_day(self._day + timedelta(days=1))

    def _typed(self) -> None:
        problem = self.editor.text_error
        day = None if problem else self.editor.value()
        if day is not None and day > today():
            problem, day = "That day is still to come. Choose today or earlier.", None
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.editor.set_wrong(bool(problem))
        if day is not None and day != self._day:
            self._day = day
            self.picked.emit(day)
        self._tell()

    def _tell(self) -> None:
        self._forth.setEnabled(self._day < today())
