"""Choosing a note template by keys, and keeping a note's words as a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from fluffydesk.actions.records import WORDS, save_template
from fluffydesk.errors import Refusal
from fluffydesk.records.clinic import NoteTemplate
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.texts import words
from fluffydesk.ui.forms import FieldRow
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.screens.reading.records_of_pets import Template
from fluffydesk.work import Work

_WIDTH, _HIGH = 480, 420
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TemplatePicker(QDialog):
    """A list that narrows while typing: Up, Down, Enter takes one, Esc none."""

    taken = Signal(object)

    def __init__(
        self, templates: Sequence[Template], kind: object, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Note templates")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # Those of the note's kind come first: the others are further down, not hidden.
        self._templates = sorted(templates, key=lambda one: one.values["kind"] != kind)
        self.line = QLineEdit()
        self.line.setPlaceholderText("Name or words")
        self.line.setAccessibleName("Search templates")
        self.line.textChanged.connect(self._narrow)
        self.line.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName("Note templates")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemActivated.connect(self._take)
        self.list.itemClicked.connect(self._take)
        self.empty = Words(
            "No template fits yet. Write a note, then keep its words as one: Ctrl+Shift+T.",
            role="muted",
            wrap=True,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(*[measures.CARD] * 4)
        column.setSpacing(measures.STEP)
        column.addWidget(Words("Put in a template", Type.HEADING))
        for part in (self.line, self.empty):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        self.resize(_WIDTH, _HIGH)
        self._narrow("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            key = Qt.Key(event.key())
            if key in steps and self.list.count():
                at = (self.list.currentRow() + steps[key]) % self.list.count()
                self.list.setCurrentRow(at)
                return True
            if key in _ENTER:
                item = self.list.currentItem()
                if item is not None:
                    self._take(item)
                return True
        return super().eventFilter(watched, event)

    def _narrow(self, text: str) -> None:
        self.list.clear()
        asked = text.casefold().split()
        for template in self._templates:
            said = " ".join([template.name, *(template.values[n] or "" for n in WORDS)]).casefold()
            if all(word in said for word in asked):
                item = QListWidgetItem(f"{template.name} · {words(template.values['kind'])}")
                item.setData(Qt.ItemDataRole.UserRole, template)
                self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(self.list.count() > 0)
        self.empty.setVisible(self.list.count() == 0)

    def _take(self, item: QListWidgetItem) -> None:
        self.taken.emit(item.data(Qt.ItemDataRole.UserRole))
        self.accept()


class TemplateSaver(QDialog):
    """Asks for the name under which a note's words are kept, and for which species."""

    saved = Signal(str)

    def __init__(
        self, work: Work, values: Mapping[str, Any], species: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("New note template")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._work, self._values = work, values
        table = NoteTemplate.__table__.c
        self.name = FieldRow(editor_for(table.name, work))
        self.species = FieldRow(editor_for(table.species, work))
        self.species.editor.set_value(species)
        self.trouble = Banner("", "danger")
        save = Button("Save", self.save, kind="primary")
        save.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[measures.CARD] * 4)
        column.setSpacing(measures.CARD)
        column.addWidget(Words("Keep these words as a template", Type.HEADING))
        for part in (self.name, self.species, self.trouble):
            column.addWidget(part)
        column.addLayout(row(None, Button("Cancel", self.reject), save))
        self.resize(_WIDTH, self.sizeHint().height())

    def save(self) -> None:
        """Keep the template, or say what is wrong."""
        name = self.name.editor.value() or ""
        values = {**self._values, "species": self.species.editor.value()}
        self._work.act(lambda mirror: save_template(mirror, name, values), self._kept, self._not)

    def _kept(self, answer: object) -> None:
        self.saved.emit(self.name.editor.value() or "")
        self.accept()

    def _not(self, refusal: Refusal) -> None:
        self.trouble.say(str(refusal), "danger")
        self.name.editor.begin()
