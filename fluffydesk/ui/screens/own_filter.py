"""A filter by own fields: filled in or not, yes or no, at least, at most, with some words."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QMenu, QVBoxLayout, QWidget
from sqlalchemy import Boolean, Column, String

from fluffydesk.actions.own_fields import text_to_type, value_typed
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.own import named, value_column
from fluffydesk.mirror.queries import Filter
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.ui.fields import texts
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, Words, restyle, row
from fluffydesk.work import Work

_WORDS = {"=": "is", ">=": "at least", "<=": "at most", "contains": "has"}
_OF_TEXT = (("contains", "Has the words .."), ("=", "Is .."))
_OF_MEASURE = ((">=", "At least .."), ("<=", "At most .."), ("=", "Is .."))
_ASKED = 320


class OwnFilter(Button):
    """A menu of the own fields, each with what can be asked of it; one condition a field.

    Its menu is also offered elsewhere; it stands itself only while something is picked.
    `filtered` follows a choice.
    """

    filtered = Signal()

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__("Own fields", kind="filter", icon_role="down", parent=parent)
        self._work = work
        self._columns: list[Column[Any]] = []
        self._picked: dict[str, Filter] = {}
        self.question: _Ask | None = None
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setAccessibleName("Filter by own fields")
        self.setMenu(QMenu("Filter by own fields", self))
        self.hide()

    def offer(self, columns: list[Column[Any]]) -> None:
        """Offer these fields; conditions on others are let go."""
        names = {column.name for column in columns}
        self._columns = columns
        lost = self._picked.keys() - names
        self._picked = {name: one for name, one in self._picked.items() if name in names}
        self._fill()
        if lost:
            self.filtered.emit()

    def filters(self) -> tuple[Filter, ...]:
        """Return the conditions picked."""
        return tuple(self._picked.values())

    def pick(self, column: str, operator: str, value: Any) -> None:
        """Pick a condition on a field, in the place of the one before."""
        self._picked[column] = Filter(column, operator, value)
        self._changed()

    def clear(self) -> None:
        """Pick nothing."""
        self._picked = {}
        self._changed()

    def now(self) -> list[list[str]]:
        """Return the conditions as texts, to be kept and recalled."""
        return [[one.column, one.operator, text_to_type(one.value)] for one in self.filters()]

    def recall(self, kept: list[list[str]]) -> None:
        """Pick what was kept; a field that is there no more is left out."""
        known = {column.name: column for column in self._columns}
        self._picked = {}
        for name, operator, text in kept:
            if name in known:
                value = text == "yes" if operator == "empty" else value_typed(known[name], text)
                self._picked[name] = Filter(name, operator, value)
        self._changed()

    def ask(self, column: Column[Any], operator: str) -> None:
        """Ask for the value of a condition, then pick it."""
        before = self._picked.get(column.name)
        same = before is not None and before.operator == operator
        value = before.value if before is not None and same else None
        self.question = _Ask(self._work, column, operator, value, self.window())
        self.question.answered.connect(partial(self.pick, column.name, operator))
        self.question.open()

    def _changed(self) -> None:
        self._fill()
        self.filtered.emit()

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for column in self._columns:
            self._offer_of(menu.addMenu(facts_of(column).label), column)
        if self._picked:
            menu.addSeparator()
            menu.addAction("Take the filter away").triggered.connect(lambda: self.clear())
        known = {column.name: column for column in self._columns}
        said = [_said(known[name], one) for name, one in self._picked.items()]
        self.setText(" · ".join(said) or "Own fields")
        self.setVisible(bool(said))
        restyle(self, "active", "true" if said else "false")
        self.set_icon("down", "accent" if said else "muted")

    def _offer_of(self, menu: QMenu, column: Column[Any]) -> None:
        if isinstance(column.type, Boolean):
            for words, value in (("Yes", True), ("No", False)):
                self._act(menu, words, partial(self.pick, column.name, "=", value))
        else:
            asked = _OF_TEXT if isinstance(column.type, String) else _OF_MEASURE
            for operator, words in asked:
                self._act(menu, words, partial(self.ask, column, operator))
        self._act(menu, "Filled in", partial(self.pick, column.name, "empty", False))
        self._act(menu, "Not filled in", partial(self.pick, column.name, "empty", True))

    def _act(self, menu: QMenu, words: str, take: Any) -> None:
        menu.addAction(words).triggered.connect(lambda: take())


class _Ask(QDialog):
    """Asks for one value; Enter takes it, what cannot be read is said below."""

    answered = Signal(object)

    def __init__(
        self, work: Work, column: Column[Any], operator: str, value: Any, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        words = f"{facts_of(column).label} {_WORDS[operator]}"
        self.setWindowTitle(words)
        self.editor = editor_for(value_column(named(column.name)[0]), work)
        self.editor.field.setAccessibleName(words)
        self.editor.set_value(value)
        self.error = Words("", Type.SMALL, "danger", wrap=True)
        self.error.hide()
        lines = QVBoxLayout(self)
        lines.setContentsMargins(*(measures.GROUP,) * 4)
        lines.setSpacing(measures.STEP)
        lines.addWidget(Words(words, Type.HEADING, wrap=True))
        lines.addWidget(self.editor)
        lines.addWidget(self.error)
        show = Button("Show", self.take, kind="primary")
        show.setDefault(True)
        lines.addLayout(row(None, Button("Cancel", self.reject), show))
        self.setMinimumWidth(_ASKED)
        for keys in ("Return", "Enter", "Ctrl+S"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.take)
        self.editor.begin()

    def take(self) -> None:
        """Take what was typed."""
        try:
            value = self.editor.value()
        except InvalidValue as problem:
            self.say(str(problem))
            return
        if value is None:
            self.say("Type what to look for.")
            return
        self.answered.emit(value)
        self.accept()

    def say(self, error: str) -> None:
        """Show what is wrong."""
        self.error.setText(error)
        self.error.show()
        self.editor.field.setAccessibleDescription(error)
        self.editor.setFocus()


def _said(column: Column[Any], one: Filter) -> str:
    name = facts_of(column).label
    if one.operator == "empty":
        return f"{name}: {'not filled in' if one.value else 'filled in'}"
    value = texts.text_of(column, one.value)
    return f"{name}: {value}" if one.operator == "=" else f"{name} {_WORDS[one.operator]} {value}"
