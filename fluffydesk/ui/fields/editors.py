"""One editor for each kind of field: what is typed stays, and is a value or an error in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)
from sqlalchemy import Column

from fluffydesk.actions.saving import parse
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.kpi import rounded
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import ExactDecimal, ForeignWord
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.ui.fields import texts
from fluffydesk.ui.look import measures, theme
from fluffydesk.ui.parts.controls import CheckBox, DropDown, restyle


class Editor(QWidget):
    """A field for one column's value.

    `value()` raises InvalidValue while what is typed cannot be read; `text_error` says the same
    in words, or "". `changed` follows every keystroke; `set_value` does not emit it.
    """

    changed = Signal()

    def __init__(self, column: Column[Any]) -> None:
        super().__init__()
        self.column = column
        self.setObjectName(column.name)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._layout = layout

    def value(self) -> Any:
        """Return the Python value, None when empty; raises InvalidValue."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError

    def is_empty(self) -> bool:
        """Say whether nothing is typed or chosen."""
        return not self.text_error and self.value() is None

    @property
    def text_error(self) -> str:
        """What is wrong with what is typed, in words; "" when nothing is."""
        try:
            self.value()
        except InvalidValue as problem:
            return str(problem)
        return ""

    def set_wrong(self, wrong: bool) -> None:
        """Mark the field as the one an error is about."""
        restyle(self.field, "wrong", "true" if wrong else "false")

    def set_read_only(self, locked: bool) -> None:
        """Show the value but take no typing."""
        self.field.setEnabled(not locked)

    @property
    def field(self) -> QWidget:
        """The widget that has the focus."""
        return self._field

    def begin(self) -> None:
        """Take the focus as by Tab: what is typed next replaces what is there."""
        self._field.setFocus(Qt.FocusReason.TabFocusReason)

    def _use(self, field: QWidget) -> None:
        facts = facts_of(self.column)
        field.setAccessibleName(_said(self.column))
        if facts.hint:
            field.setAccessibleDescription(facts.hint)
        self._lead_to(field)
        self._layout.addWidget(field)

    def _lead_to(self, field: QWidget) -> None:
        # Kept, for asking PySide for focusProxy() lets it free the field with its wrapper.
        self._field = field
        self.setFocusProxy(field)


def _said(column: Column[Any]) -> str:
    """Return what is said aloud of a field: its label, and the unit it is typed in."""
    label, unit = facts_of(column).label, texts.unit_of(column)
    return f"{label}, {unit}" if unit else label


class SuffixedLine(QLineEdit):
    """A line that shows a unit at its right, inside."""

    def __init__(self, suffix: str = "") -> None:
        super().__init__()
        self.set_suffix(suffix)

    def set_suffix(self, suffix: str) -> None:
        """Show another unit."""
        self._suffix = suffix
        width = QFontMetrics(measures.font()).horizontalAdvance(suffix) if suffix else 0
        self.setTextMargins(0, 0, width + measures.STEP if suffix else 0, 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._suffix:
            return
        painter = QPainter(self)
        painter.setPen(theme.colour("muted"))
        painter.setFont(measures.font())
        middle = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect().adjusted(0, 0, -12, 0), middle, self._suffix)
        painter.end()


class TextEditor(Editor):
    """A line of text."""

    def __init__(self, column: Column[Any], suffix: str = "") -> None:
        super().__init__(column)
        self.line = SuffixedLine(suffix)
        self.line.textEdited.connect(lambda: self.changed.emit())
        self._use(self.line)

    def text(self) -> str:
        return self.line.text()

    def value(self) -> Any:
        return self._parsed(self.line.text())

    def _parsed(self, text: str) -> Any:
        record, name = record_for(self.column.table.name), self.column.name
        return parse(record, {name: text}, texts.zone())[name]

    def set_value(self, value: Any) -> None:
        self.line.setText("" if value is None else self.typed(value))
        self.line.setCursorPosition(0)

    def typed(self, value: Any) -> str:
        """Return a value as it would be typed."""
        return str(value)

    def set_read_only(self, locked: bool) -> None:
        self.line.setReadOnly(locked)


class NumberEditor(TextEditor):
    """A number with its unit inside; point or comma, and what is typed is left as it is.

    Weights, volumes and temperatures are typed in the organization's unit, and kept in kg, L and
    °C (rule 24); days in milk are counted from the calving day that it chose.
    """

    def __init__(self, column: Column[Any]) -> None:
        super().__init__(column, texts.unit_of(column))
        self._ways = texts.used_conventions()
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)

    def value(self) -> Any:
        kept, typed = self._kept_in(), self.line.text().strip().casefold()
        if isinstance(self.column.type, ExactDecimal):
            texts.must_be_plain(self.line.text(), self.column.name)
        if not isinstance(self.column.type, ExactDecimal) or not self._ways.converts(kept):
            return self._ways.uncounted(self.column.name, super().value())
        if typed.endswith(kept.casefold()):
            return super().value()  # "100 kg" is 100 kg on a farm that types pounds
        value = self._parsed(typed.removesuffix(self._ways.symbol_for(kept).casefold()))
        if value is None:
            return None
        return self._ways.kept(value, kept, self.column.type.places)

    def set_value(self, value: Any) -> None:
        """Show a value in the units chosen by now: a form may be older than they are."""
        ways = texts.used_conventions()
        if ways != self._ways:
            self._ways = ways
            self.line.set_suffix(texts.unit_of(self.column))
            if self.line.accessibleName().partition(",")[0] == facts_of(self.column).label:
                self.line.setAccessibleName(_said(self.column))
        super().set_value(value)

    def _kept_in(self) -> str:
        return facts_of(self.column).unit or ""

    def typed(self, value: Any) -> str:
        kind, kept = self.column.type, self._kept_in()
        if isinstance(kind, ExactDecimal) and self._ways.converts(kept):
            value = rounded(self._ways.shown(value, kept), self._ways.places(kept, kind.places))
        return self._number(self._ways.counted(self.column.name, value))

    def _number(self, value: Any) -> str:
        text = f"{Decimal(value):f}" if isinstance(self.column.type, ExactDecimal) else str(value)
        return text.replace(".", texts.decimal_point())


class LongTextEditor(Editor):
    """Several lines of text; Tab goes on to the next field."""

    class _Field(QPlainTextEdit):
        def keyPressEvent(self, event: QKeyEvent) -> None:
            control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                event.ignore()
                return
            super().keyPressEvent(event)

    def __init__(self, column: Column[Any]) -> None:
        super().__init__(column)
        self.box = self._Field()
        self.box.setTabChangesFocus(True)
        self.box.setFixedHeight(96)
        self.box.textChanged.connect(lambda: self.changed.emit())
        self._use(self.box)

    def value(self) -> str | None:
        return self.box.toPlainText().strip() or None

    def set_value(self, value: Any) -> None:
        with QSignalBlocker(self.box):
            self.box.setPlainText(value or "")

    def set_read_only(self, locked: bool) -> None:
        self.box.setReadOnly(locked)


class ChoiceEditor(Editor):
    """One of a closed list; typing a letter finds its word."""

    def __init__(self, column: Column[Any]) -> None:
        super().__init__(column)
        self.box = DropDown()
        if column.nullable:
            self.box.addItem("", None)
        for value in column.type.enum_class:  # type: ignore[attr-defined]
            self.box.addItem(texts.words(value), value)
        self.box.setMaxVisibleItems(12)
        self.box.currentIndexChanged.connect(lambda: self.changed.emit())
        self._use(self.box)
        self.set_value(None)

    def value(self) -> Any:
        data = self.box.currentData()
        kind: Any = self.column.type.enum_class  # type: ignore[attr-defined]
        if data is None:
            return None
        return kind(data) if data in set(kind) else ForeignWord(data)

    def set_value(self, value: Any) -> None:
        found = [n for n in range(self.box.count()) if self.box.itemData(n) == value]
        with QSignalBlocker(self.box):
            if not found and value is not None:  # a word of a newer central
                self.box.addItem(texts.words(value), value)
                found = [self.box.count() - 1]
            self.box.setCurrentIndex(found[0] if found else -1)


class TruthEditor(Editor):
    """Yes or no; or neither, half checked, where that may be left open."""

    def __init__(self, column: Column[Any]) -> None:
        super().__init__(column)
        self.box = CheckBox("Yes")
        self.box.setTristate(bool(column.nullable))
        self.box.checkStateChanged.connect(lambda: self.changed.emit())
        self._use(self.box)

    def value(self) -> bool | None:
        if self.box.checkState() is Qt.CheckState.PartiallyChecked:
            return None
        return self.box.isChecked()

    def set_value(self, value: Any) -> None:
        with QSignalBlocker(self.box):
            if value is None and self.box.isTristate():
                self.box.setCheckState(Qt.CheckState.PartiallyChecked)
            else:
                self.box.setChecked(bool(value))
