"""A small window that asks for a few values by keys, and says in words what cannot be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from fluffydesk.actions.typed import number_in
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.money import pence
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.ui.fields.texts import must_be_plain
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.asking import AskingDialog
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button, CheckBox, DropDown, Words, hair_line, restyle, row
from fluffydesk.ui.parts.room import make_room
from fluffydesk.work import Work

_WIDTH, _MOST = 460, 640


@dataclass(frozen=True)
class Off:
    """A discount as it was typed: an amount, or so many percent."""

    value: Decimal
    percent: bool = False

    @property
    def said(self) -> dict[str, Decimal]:
        """The same as `actions.invoicing` takes it: off or percent."""
        return {"percent" if self.percent and self.value else "off": self.value}


@dataclass(frozen=True)
class Field:
    """What is asked: its kind is text, money, number, off, tick or choice."""

    key: str
    label: str
    value: str = ""
    kind: str = "text"
    hint: str = ""
    choices: tuple[tuple[str, object], ...] = ()


def money_of(text: str, key: str) -> Decimal | None:
    """Return a typed amount; None for nothing. InvalidValue: no number, or more than two places."""
    found = number_of(text, key)
    if found is not None and found != pence(found):
        raise InvalidValue("An amount has two decimals.", "Enter it as 12.50.", field=key)
    return found


def number_of(text: str, key: str) -> Decimal | None:
    """Return a typed number; None for nothing. InvalidValue where it is none, or may be two."""
    if not text.strip():
        return None
    must_be_plain(text, key)
    found = number_in(text)
    if found is None:
        raise InvalidValue(f"{text.strip()} is no number.", "Enter it as 12.50.", field=key)
    return found


def off_of_text(text: str, key: str) -> Off:
    """Return a typed discount: "5" or "5.00" is an amount, "10 %" a part of the whole."""
    typed = text.strip()
    if not typed.endswith("%"):
        return Off(money_of(typed, key) or Decimal(0))
    found = number_of(typed[:-1], key) or Decimal(0)
    if not 0 <= found <= 100:
        raise InvalidValue("A discount is at most 100 %.", "Enter less.", field=key)
    return Off(found, percent=True)


class Ask(AskingDialog):
    """Asks, and has done what is asked for: Enter goes on, Ctrl+Enter does it, Esc closes,
    and asks first where something was typed.

    `job` is run on the mirror thread with what was typed; what it returns is told by `kept`. What
    it refuses is said here, at its field, and nothing that was typed is lost.
    """

    kept = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        work: Work,
        title: str,
        fields: Sequence[Field],
        job: Callable[[Mirror, dict[str, Any]], object],
        *,
        ok: str = "Save",
        note: str = "",
    ) -> None:
        super().__init__(parent)
        self._work, self._job = work, job
        self._fields = tuple(fields)
        self._begun: list[object] | None = None
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.parts: dict[str, QLineEdit | CheckBox | DropDown] = {}
        self.hints: dict[str, Words] = {}
        self.trouble = Banner("", "danger")
        self.ok = Button(ok, self.save, kind="primary")
        self.ok.setToolTip("Ctrl+Enter")
        self._build(title, note)
        for keys in ("Ctrl+Return", "Ctrl+Enter", "Ctrl+S"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.save)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif self._last().hasFocus():
            self.save()
        else:
            self.focusNextChild()

    def values(self) -> dict[str, Any]:
        """Return what was typed; InvalidValue with the field."""
        return {one.key: self._value(one) for one in self._fields}

    def line(self, key: str) -> QLineEdit:
        """Return the line in which a text or a number is typed."""
        part = self.parts[key]
        assert isinstance(part, QLineEdit)
        return part

    def save(self) -> None:
        """Do what is asked for with what was typed."""
        if not self.ok.isEnabled():
            return
        for part in self.parts.values():
            restyle(part, "wrong", "false")
        try:
            values = self.values()
        except InvalidValue as problem:
            self.refused(problem)
            return
        self.ok.setEnabled(False)
        job = self._job
        self._work.act(lambda mirror: job(mirror, values), self._kept, self.refused)

    @property
    def typed(self) -> bool:
        """Whether anything in it is another than it was when it opened."""
        return self._begun is not None and self._begun != self._shown()

    def keep(self) -> None:
        """Do what is asked for, and close once it is done."""
        self.save()

    def refused(self, refusal: Refusal) -> None:
        """Say why it cannot be, at its field."""
        self.ok.setEnabled(True)
        self.trouble.say(f"{refusal.message} {refusal.advice}".strip(), "danger")
        part = self.parts.get(refusal.field or "")
        if part is not None:
            restyle(part, "wrong", "true")
            part.setFocus(Qt.FocusReason.TabFocusReason)

    def open(self) -> None:
        super().open()
        self._begun = self._shown()
        first = next(iter(self.parts.values()), self.ok)
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def _kept(self, result: object) -> None:
        self.kept.emit(result)
        self.accept()

    def _shown(self) -> list[object]:
        """Return what stands in each field."""
        return [
            part.text()
            if isinstance(part, QLineEdit)
            else part.isChecked()
            if isinstance(part, CheckBox)
            else part.currentData()
            for part in self.parts.values()
        ]

    def _last(self) -> QWidget:
        return list(self.parts.values())[-1] if self.parts else self.ok

    def _value(self, one: Field) -> Any:
        part = self.parts[one.key]
        if isinstance(part, CheckBox):
            return part.isChecked()
        if isinstance(part, DropDown):
            return part.currentData()
        readers: dict[str, Callable[[str, str], Any]] = {
            "money": money_of,
            "number": number_of,
            "off": off_of_text,
        }
        reader = readers.get(one.kind)
        return (part.text().strip() or None) if reader is None else reader(part.text(), one.key)

    def _build(self, title: str, note: str) -> None:
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.STEP)
        column.setSpacing(measures.STEP)
        if note:
            column.addWidget(Words(note, role="muted", wrap=True))
        for one in self._fields:
            part = _part(one)
            self.parts[one.key] = part
            if one.kind != "tick":
                column.addWidget(Words(one.label, wrap=True))
            column.addWidget(part)
            if one.hint:
                self.hints[one.key] = Words(one.hint, Type.SMALL, "muted", wrap=True)
                column.addWidget(self.hints[one.key])
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        heading = Words(title, Type.TITLE, wrap=True)
        heading.setContentsMargins(measures.GROUP, measures.GROUP, measures.GROUP, 12)
        foot = row(None, Button("Cancel", self.reject), self.ok)
        foot.setContentsMargins(measures.GROUP, 12, measures.GROUP, measures.CARD)
        said = QVBoxLayout()
        said.setContentsMargins(measures.GROUP, 0, measures.GROUP, 0)
        said.addWidget(self.trouble)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(heading)
        outer.addWidget(scroll, 1)
        outer.addLayout(said)
        outer.addWidget(hair_line())
        outer.addLayout(foot)
        make_room(self, _WIDTH, min(_MOST, 190 + inner.sizeHint().height()))


def _part(one: Field) -> QLineEdit | CheckBox | DropDown:
    part: QLineEdit | CheckBox | DropDown
    if one.kind == "tick":
        part = CheckBox(one.label)
        part.setChecked(bool(one.value))
    elif one.kind == "choice":
        part = DropDown()
        for words, value in one.choices:
            part.addItem(words, value)
        part.setCurrentIndex(max(0, part.findText(one.value)))
    else:
        part = QLineEdit(one.value)
    part.setAccessibleName(one.label)
    if one.hint:
        part.setAccessibleDescription(one.hint)
    return part
