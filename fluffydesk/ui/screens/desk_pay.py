"""The part of an invoice where money is taken: by which way, how much, and the change."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QDeadlineTimer, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from fluffydesk.actions.payments import Part
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.invoices import change_for
from fluffydesk.records.enums.payments import PaymentMethod
from fluffydesk.ui.fields.texts import decimal_point, words
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, DropDown, Words, restyle
from fluffydesk.ui.screens.desk_ask import money_of
from fluffydesk.ui.screens.reporting.bills import amount

METHODS = tuple(one for one in PaymentMethod if one is not PaymentMethod.ONLINE)

_NARROWEST, _WIDE = 240, 500
"""px: what it needs at least, and from where on the button has room beside the fields."""


class PayStrip(QWidget):
    """Takes a payment: Enter goes from the amount to what was given, and then pays."""

    pays = Signal(object)
    """The Part that is paid."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[object, Decimal] | None = None
        self._asked = False
        self.pause_ms = QApplication.doubleClickInterval()
        self._pause = QDeadlineTimer(0)
        self.method = DropDown()
        for one in METHODS:
            self.method.addItem(words(one), one.value)
        self.method.setAccessibleName("Paid by")
        self.amount = _line("Amount", self._enter)
        self.given = _line("Given", self._enter)
        self.change = Words("", Type.STRONG, wrap=True)
        self.button = Button("Pay", self.pay, kind="primary", icon_role="money")
        self.button.setToolTip("Ctrl+Enter")
        self.trouble = Words("", role="danger", wrap=True)
        self.trouble.hide()
        self._given_label = Words("Given", role="muted")
        self._grid = grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(measures.STEP)
        grid.setVerticalSpacing(2)
        for place, (label, part) in enumerate(
            (
                (Words("Paid by", role="muted"), self.method),
                (Words("Amount", role="muted"), self.amount),
                (self._given_label, self.given),
            )
        ):
            grid.addWidget(label, 0, place)
            grid.addWidget(part, 1, place)
            grid.setColumnStretch(place, 1)
        self._place()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.TIGHT)
        column.addLayout(grid)
        column.addWidget(self.change)
        column.addWidget(self.trouble)
        self.method.currentIndexChanged.connect(lambda _: self._method_changed())
        self.given.textChanged.connect(lambda _: self._tell_change())
        self.amount.textChanged.connect(lambda _: self._tell_change())
        for line in (self.amount, self.given):
            line.textEdited.connect(lambda _: self._meant())
        self.method.activated.connect(lambda _: self._meant())
        self._method_changed()

    @property
    def way(self) -> PaymentMethod:
        """By which way it is paid."""
        return PaymentMethod(self.method.currentData())

    def show_left(self, invoice: object, left: Decimal, draft: bool) -> None:
        """Offer what is left to pay of an invoice; what was typed for it stays."""
        self.button.setText("Post and pay" if draft else "Pay")
        self.button.setAccessibleName(self.button.text())
        if self._shown == (invoice, left):
            return
        same = self._shown is not None and self._shown[0] == invoice
        self._shown = (invoice, left)
        if self._asked or not same:
            self._pause = QDeadlineTimer(self.pause_ms if same else 0)
        self._asked = False
        self.amount.setText(f"{left:.2f}".replace(".", decimal_point()))
        self.given.clear()
        self._forget_trouble()
        if not same:
            self.method.setCurrentIndex(0)

    def begin(self) -> None:
        """Begin with what was given in cash, or with the amount of any other method."""
        self._meant()
        cash = self.way is PaymentMethod.CASH
        (self.given if cash else self.amount).setFocus(Qt.FocusReason.TabFocusReason)

    def rest(self) -> None:
        """Pay nothing by the second half of a double press that closed a window above."""
        self._pause = QDeadlineTimer(self.pause_ms)

    def part(self) -> Part:
        """Return the payment as it is typed; InvalidValue where it is none."""
        method = self.way
        paid = money_of(self.amount.text(), "amount")
        if paid is None:
            raise InvalidValue("The amount is missing.", "Enter what is paid.", field="amount")
        given = money_of(self.given.text(), "given") if method is PaymentMethod.CASH else None
        return Part(paid, method, given)

    def pay(self) -> None:
        """Take what is typed; the second half of a double press takes nothing more."""
        if self._asked or not self._pause.hasExpired():
            return
        self._forget_trouble()
        try:
            part = self.part()
        except InvalidValue as problem:
            self.refused(problem)
            return
        self._asked = True
        self.pays.emit(part)

    def refused(self, refusal: Refusal) -> None:
        """Say why it cannot be; what was typed stays."""
        self._asked = False
        self._say(f"{refusal.message} {refusal.advice}".strip())
        line = {"amount": self.amount, "given": self.given}.get(refusal.field or "")
        if line is not None:
            restyle(line, "wrong", "true")
            line.setFocus(Qt.FocusReason.TabFocusReason)

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Put the button beside the fields, or below them where there is too little room."""
        is_wide = self.width() >= _WIDE
        place = (1, 3, 1, 1) if is_wide else (3, 0, 1, 3)
        self._grid.setRowMinimumHeight(2, 0 if is_wide else measures.STEP)
        self._grid.addWidget(self.button, *place)

    def _meant(self) -> None:
        """What is typed or chosen after a payment is about the next one."""
        self._pause = QDeadlineTimer(0)

    def _enter(self) -> None:
        if self.amount.hasFocus() and self.given.isVisible():
            self.given.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.pay()

    def _method_changed(self) -> None:
        cash = self.way is PaymentMethod.CASH
        self.given.setVisible(cash)
        self._given_label.setVisible(cash)
        self._tell_change()

    def _tell_change(self) -> None:
        try:
            part = self.part()
        except InvalidValue:
            self.change.setText("")
            return
        text = ""
        if part.given is not None and part.given >= part.amount:
            text = f"Change {amount(change_for(part.given, part.amount))}"
        elif part.given is not None:
            text = f"{amount(part.amount - part.given)} is missing"
        self.change.setText(text)

    def _forget_trouble(self) -> None:
        self._say("")
        for line in (self.amount, self.given):
            restyle(line, "wrong", "false")

    def _say(self, text: str) -> None:
        self.trouble.setText(text)
        self.trouble.setVisible(bool(text))


class _Line(QLineEdit):
    """A line in which Enter is heard here, and by nobody else."""

    entered = Signal()

    def event(self, event: QEvent) -> bool:
        # Where nothing was typed, Ctrl+Z is about the payment that was taken.
        keys = isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo)
        if keys and event.type() == QEvent.Type.ShortcutOverride and not self.isUndoAvailable():
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.entered.emit()
            return
        super().keyPressEvent(event)


def _line(name: str, entered: object) -> QLineEdit:
    made = _Line()
    made.setAccessibleName(name)
    made.setAlignment(Qt.AlignmentFlag.AlignRight)
    made.entered.connect(entered)
    return made
