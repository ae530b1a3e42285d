"""The line in which a service, a product or a medicine is typed onto an invoice."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QVBoxLayout, QWidget

from fluffydesk.actions.invoicing import NewLine
from fluffydesk.actions.typed import number_in
from fluffydesk.ui.fields.texts import number_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import ClearAction
from fluffydesk.ui.screens.reading.till import Choice, Prices
from fluffydesk.wording import apart

HINT = "Add: 2 tablets, nail clipping, or Bandage 12.50"
_MOST = 6
_MANY = re.compile(r"(\d+(?:[.,]\d+)?)\s*[x×*]?\s+(\S.*)")
_PRICED = re.compile(r"(\S.*?)\s+(\d+(?:[.,]\d{1,2})?)")


class AddLine(QWidget):
    """Finds what the price list has while it is typed; Enter puts the chosen one on the invoice.

    A number before the words is the quantity. What the list does not have is typed with its price
    behind it, and has the tax that most of the list has.
    """

    picked = Signal(object)
    """The NewLine to be added."""
    unknown = Signal(str)
    """What was typed and means nothing."""

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
        self.list = QListWidget()
        self.list.setAccessibleName("What the price list has")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.hide()
        self.line.textChanged.connect(self._look)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(lambda _: self.take())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.line)
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

    def take(self) -> None:
        """Put the chosen one on the invoice, or what was typed with a price behind it."""
        number = self.list.currentRow()
        if 0 <= number < len(self._found):
            self.picked.emit(self._of(self._found[number]))
            return
        text = self.line.text().strip()
        quantity, words = self._parted(text)
        priced = _PRICED.fullmatch(words)
        price = None if priced is None else number_in(priced[2])
        if not text:
            return
        if priced is None or price is None:
            self.unknown.emit(text)
            return
        self.picked.emit(NewLine(priced[1], price, quantity, self._usual_rate()))

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
        self.list.setCurrentRow((self.list.currentRow() + step) % len(self._found))
        return True

    def _look(self, text: str) -> None:
        typed = text.strip()
        self._quantity, words = self._parted(typed)
        self._found = self._matching(words) if typed else []
        if not self._found and words != typed:
            self._quantity, self._found = Decimal(1), self._matching(typed)
        self.list.clear()
        for one in self._found:
            price = number_text(one.price, 2) if one.price else "no price"
            self.list.addItem(f"{apart(one.name)}   {price}")
        self.list.setVisible(bool(self._found))
        if self._found:
            self.list.setCurrentRow(0)
            self.list.setFixedHeight(measures.ROW * len(self._found) + 8)

    def _parted(self, text: str) -> tuple[Decimal, str]:
        found = _MANY.fullmatch(text)
        quantity = None if found is None else number_in(found[1])
        if found is None or not quantity:
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

    def _of(self, one: Choice) -> NewLine:
        return NewLine(
            one.name,
            one.price,
            self._quantity,
            one.tax_rate,
            service_id=one.service_id,
            product_id=one.product_id,
            stock_item_id=one.stock_item_id,
        )

    def _usual_rate(self) -> Decimal:
        rates = Counter(one.tax_rate for one in self._prices.choices if one.price)
        return rates.most_common(1)[0][0] if rates else Decimal(0)
