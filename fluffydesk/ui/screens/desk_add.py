"""The line in which a service, a product or a medicine is typed onto an invoice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListView, QVBoxLayout, QWidget

from fluffydesk.actions.invoicing import NewLine
from fluffydesk.actions.typed import number_in
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.ui.fields.texts import must_be_plain, number_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.pages import Index
from fluffydesk.ui.parts.controls import ClearAction, Words
from fluffydesk.ui.screens.reading.till import Choice, Prices
from fluffydesk.wording import apart, with_minus

HINT = "Add: 2 tablets, nail clipping, or Bandage 12.50"
_MOST = 6
_MANY = re.compile(r"([-\u2212]?\d+(?:[.,]\d+)?)\s*[x×*]?\s+(\S.*)")
_PRICED = re.compile(r"(\S.*?)\s+(\d[\d.,]*)")
_BELOW = re.compile(r"\S.*?\s+[-\u2212]\s*\d[\d.,]*")
_NO_PRICE = "no price yet: type it behind"
_TOP = QModelIndex()
_AROUND, _LEAST = 24, 48
"""What a row leaves free beside its words, and what a name keeps at least, px."""


class _Rows(QAbstractListModel):
    """Names with what is told of each behind it."""

    def __init__(self, view: Suggestions) -> None:
        super().__init__(view)
        self._view = view
        self._told: tuple[tuple[str, str], ...] = ()

    def show_all(self, told: Sequence[tuple[str, str]]) -> None:
        """Show other names."""
        self.beginResetModel()
        self._told = tuple(told)
        self.endResetModel()

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self._told)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._told):
            return None
        name, words = self._told[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{name}, {words}"
        shown = self._view.cut(name, words)
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{apart(shown)}   {words}"
        return name if role == Qt.ItemDataRole.ToolTipRole and shown != name else None


class Suggestions(QListView):
    """Names with what is told of each behind it: a name that is too long is cut, nothing scrolls
    sideways."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = _Rows(self)
        self.setModel(self._rows)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)

    def show_all(self, told: Sequence[tuple[str, str]]) -> None:
        """Show other names, each with what is told of it."""
        self._rows.show_all(told)

    def row(self) -> int:
        """Return the number of the chosen row, -1 for none."""
        return self.currentIndex().row()

    def choose(self, row: int) -> None:
        """Choose a row."""
        self.setCurrentIndex(self._rows.index(row, 0))

    def cut(self, name: str, words: str) -> str:
        """Return as much of a name as there is room for beside its words."""
        metrics, wide = self.fontMetrics(), self.viewport().width() - _AROUND
        room = max(_LEAST, wide - metrics.horizontalAdvance(f"   {words}"))
        return metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)


class AddLine(QWidget):
    """Finds what the price list has while it is typed; Enter puts the chosen one on the invoice.

    A number before the words is the quantity. What the list does not have, or has without a price,
    is typed with its price behind it, and has the tax that most of the list has.
    """

    picked = Signal(object)
    """The NewLine to be added."""

    def __init__(self) -> None:
        super().__init__()
        self._prices = Prices()
        self._found: list[Choice] = []
        self._quantity = Decimal(1)
        self.line = QLineEdit()
        self.line.setPlaceholderText(HINT)
        self.line.setAccessibleName("Add a line")
        self.line.setAccessibleDescription(HINT)
        ClearAction(self.line)
        self.trouble = Words("", role="danger", wrap=True)
        self.trouble.hide()
        self.list = Suggestions()
        self.list.setAccessibleName("What the price list has")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.hide()
        self.line.textChanged.connect(self._look)
        self.line.textChanged.connect(self.trouble.hide)
        self.line.installEventFilter(self)
        self.list.clicked.connect(lambda _: self.take())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.line)
        column.addWidget(self.trouble)
        column.addWidget(self.list)
        self.setFocusProxy(self.line)

    def show_prices(self, prices: Prices) -> None:
        """Look for lines in another price list."""
        self._prices = prices
        self._look(self.line.text())

    def begin(self) -> None:
        """Be ready for the next line."""
        self.line.clear()
        self.line.setFocus(Qt.FocusReason.TabFocusReason)

    def refused(self, refusal: Refusal) -> None:
        """Say why what was typed makes no line; it is said until something else is typed."""
        self.trouble.setText(f"{refusal.message} {refusal.advice}".strip())
        self.trouble.show()

    def take(self) -> None:
        """Put the chosen one on the invoice, or what was typed with a price behind it."""
        text = self.line.text().strip()
        if not text:
            return
        try:
            made = self._made(text)
        except InvalidValue as problem:
            self.refused(problem)
            return
        self.picked.emit(made)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            )
            if plain and self._key(event.key()):
                return True
        return super().eventFilter(watched, event)

    def _key(self, key: int) -> bool:
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take()
            return True
        if key == Qt.Key.Key_Escape and self.line.text():
            self.line.clear()
            return True
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(key))
        if step is None or not self._found:
            return False
        self.list.choose((self.list.row() + step) % len(self._found))
        return True

    def _look(self, text: str) -> None:
        typed = text.strip()
        self._quantity, words = self._parted(typed)
        self._found = self._matching(words) if typed else []
        if not self._found and words != typed:
            self._quantity, self._found = Decimal(1), self._matching(typed)
        name, price = _priced(words)
        if price is not None and not self._found:
            self._quantity, self._found = self._parted(typed)[0], self._unpriced(name, price)
        self.list.show_all([(one.name, _price_words(one)) for one in self._found])
        self.list.setVisible(bool(self._found))
        if self._found:
            self.list.choose(0)
            self.list.setFixedHeight(measures.ROW * len(self._found) + 8)

    def _parted(self, text: str) -> tuple[Decimal, str]:
        found = _MANY.fullmatch(text)
        quantity = None if found is None else number_in(found[1])
        if found is None or quantity is None:
            return Decimal(1), text
        return quantity, found[2]

    def _matching(self, text: str) -> list[Choice]:
        words = text.casefold().split()
        found = [
            one
            for one in self._prices.choices
            if all(word in f"{one.name} {one.note}".casefold() for word in words)
        ]
        first = words[0] if words else ""
        found.sort(key=lambda one: not one.name.casefold().startswith(first))
        return found[:_MOST]

    def _unpriced(self, name: str, price: Decimal) -> list[Choice]:
        """Return what has no price on the list and is called so, with the price that was typed."""
        called = [one for one in self._matching(name) if one.price is None]
        return [
            replace(one, price=price, tax_rate=one.tax_rate or self._usual_rate())
            for one in called
            if one.name.casefold().startswith(name.casefold())
        ]

    def _made(self, text: str) -> NewLine:
        """Return the line that is meant; InvalidValue where it is none, or may be two."""
        number = self.list.row()
        one = self._found[number] if 0 <= number < len(self._found) else None
        quantity, words = self._parted(text) if one is None else (self._quantity, "")
        _must_be_plain(text, priced=one is None or one not in self._prices.choices)
        if quantity <= 0:
            why = f"{with_minus(number_text(quantity))} is no quantity for an invoice."
            raise InvalidValue(why, "Type how many there are, as in 2 tablets.")
        if one is not None and one.price is not None:
            return self._of(one, one.price)
        if one is not None:
            behind = f"Type it behind, as in {one.name} 12.50; with 0 it is free."
            raise InvalidValue(f"{one.name} has no price yet.", behind)
        name, price = _priced(words)
        if price is None and _BELOW.fullmatch(words):
            raise InvalidValue("A price is not below zero.", "A discount is typed with Ctrl+D.")
        if price is None:
            behind = "Type its price behind it, as in Bandage 12.50."
            raise InvalidValue(f"The price list has no {words}.", behind)
        return NewLine(name, price, quantity, self._usual_rate())

    def _of(self, one: Choice, price: Decimal) -> NewLine:
        return NewLine(
            one.name,
            price,
            self._quantity,
            one.tax_rate,
            service_id=one.service_id,
            product_id=one.product_id,
            stock_item_id=one.stock_item_id,
        )

    def _usual_rate(self) -> Decimal:
        rates = Counter(one.tax_rate for one in self._prices.choices if one.price)
        return rates.most_common(1)[0][0] if rates else Decimal(0)


def _price_words(one: Choice) -> str:
    return _NO_PRICE if one.price is None else number_text(one.price, 2)


def _must_be_plain(text: str, *, priced: bool) -> None:
    """Refuse a quantity, or a price that was typed, that may be two, as 1,000 may."""
    many = _MANY.fullmatch(text)
    behind = _PRICED.fullmatch(text) if priced else None
    for number in (many and many[1], behind and behind[2]):
        must_be_plain(number or "")


def _priced(words: str) -> tuple[str, Decimal | None]:
    """Return what was typed before a price, and the price; None where there is none."""
    found = _PRICED.fullmatch(words)
    price = None if found is None else number_in(found[2])
    if found is None or price is None or price != round(price, 2):
        return words, None
    return found[1], price
