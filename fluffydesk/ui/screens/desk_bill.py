"""One invoice on the Money screen: its lines, what it comes to, what is paid, and what to do."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.ui.fields.texts import clock_text, day_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner, Card, Page
from fluffydesk.ui.parts.controls import Button, Words, dismiss, put_in_place
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.screens.desk_add import AddLine
from fluffydesk.ui.screens.desk_pay import PayStrip
from fluffydesk.ui.screens.reading.invoices import Bill, BillLine
from fluffydesk.ui.screens.reporting.bills import amount, line_words, plain, sums_of, title_of
from fluffydesk.ui.screens.rows_table import RowsTable, Shown

ACTS = {
    "post": ("Post", "tick", "Ctrl+Shift+Return"),
    "accept": ("Accepted", "tick", "Ctrl+Shift+Return"),
    "discount": ("Discount", "edit", "Ctrl+D"),
    "print": ("Print", "print", "Ctrl+P"),
    "pdf": ("PDF", "pdf", "Ctrl+Shift+P"),
    "receipt": ("Receipt", "receipt", "Ctrl+R"),
    "credit": ("Credit note", "undo", "Ctrl+G"),
    "back": ("Pay back", "use", "Ctrl+B"),
    "use": ("Use credit", "money", "Ctrl+U"),
    "keep": ("Keep as credit", "client", "Ctrl+Shift+K"),
    "statement": ("Statement", "list", "Ctrl+T"),
    "delete": ("Delete", "delete", "Ctrl+Delete"),
}
"""What can be done to an invoice: its words, its icon and its keys."""
_LOOKED = frozenset({"print", "pdf", "receipt", "statement"})
"""What those may do who may only look."""
_LINES, _WIDEST = 4, 800
"""So many lines have room in any window; px that a bill is wide at most."""


class BillPane(QWidget):
    """Shows an invoice; says what a person wants done with it, and does nothing itself."""

    asked = Signal(str)
    """One of ACTS."""
    line_opened = Signal(object)
    line_removed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.bill: Bill | None = None
        self._locked = False
        self.card = Card(" ", wrap=True)
        self.about = Words("", role="muted", wrap=True)
        self.banner = Banner()
        self.adder = AddLine()
        self.lines = RowsTable("Lines", _columns())
        self.lines.say_when_empty("Nothing on it yet", "Type below what is to be charged.")
        self.lines.opened.connect(self.line_opened)
        self.pay = PayStrip()
        self.buttons: dict[str, Button] = {}
        for name, (words, icon, keys) in ACTS.items():
            button = Button(words, partial(self.asked.emit, name), icon_role=icon)
            button.setToolTip(f"{words} ({keys})")
            self.buttons[name] = button
        for keys in dict.fromkeys(keys for _, _, keys in ACTS.values()):
            QShortcut(QKeySequence(keys), self).activated.connect(partial(self._press, keys))
        bind(self.lines, {"Delete": self._remove})
        self._sums = QWidget()
        self.empty = Empty()
        self._arrange()
        self.clear()

    def clear(
        self, title: str = "No invoice is chosen", text: str = "Choose one in the list."
    ) -> None:
        """Show that nothing is chosen."""
        self.bill = None
        self.empty.say(title, text)
        self.empty.show()
        self.card.hide()

    def show_bill(self, bill: Bill, *, locked: bool = False) -> None:
        """Show an invoice, or the same one as it is now; `locked`, to be looked at only."""
        self.bill, self._locked = bill, locked
        self.empty.hide()
        self.card.show()
        row = bill.row
        self.card.heading.setText(title_of(bill))
        self.card.setAccessibleName(title_of(bill))
        told = [row.state, bill.bill_to or "Without a client", row.pet]
        if bill.visit is not None:
            told.append(f"visit {day_text(row.issued)} {clock_text(bill.visit)}")
        if row.due is not None and row.left > 0:
            told.append(f"due {day_text(row.due)}")
        self.about.setText(" · ".join(filter(None, told)))
        self.banner.say(*_warning(bill))
        self.lines.show_rows(bill.lines)
        self.lines.setMaximumHeight(measures.ROW * max(_LINES, len(bill.lines) + 2))
        self.adder.setVisible(bill.editable and not locked)
        self._show_sums()
        draft = row.status is InvoiceStatus.DRAFT
        takes = row.kind is InvoiceKind.INVOICE and row.left > 0 and not locked
        self.pay.setVisible(takes)
        if takes:
            self.pay.show_left(row.id, row.left, draft)
        offered = self._offered()
        for name, button in self.buttons.items():
            button.setVisible(name in offered)

    @property
    def editable(self) -> bool:
        """Whether its lines can be changed here."""
        return self.bill is not None and self.bill.editable and not self._locked

    def begin(self) -> None:
        """Go to where the next key is wanted: the next line, or the payment."""
        if self.bill is None:
            return
        if self.editable:
            self.adder.begin()
        elif self.pay.isVisible():
            self.pay.begin()
        else:
            self.lines.setFocus()

    def _offered(self) -> set[str]:
        found = set() if self.bill is None else offered_for(self.bill)
        return found & _LOOKED if self._locked else found

    def _press(self, keys: str) -> None:
        offered = self._offered()
        for name, (_, _, mine) in ACTS.items():
            if mine == keys and name in offered and self.buttons[name].isEnabled():
                self.asked.emit(name)

    def _remove(self) -> None:
        line = self.lines.current()
        if line is not None and self.editable:
            self.line_removed.emit(line)

    def _show_sums(self) -> None:
        assert self.bill is not None
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        for number, (said, value) in enumerate(sums_of(self.bill)):
            kind = Type.STRONG if said.startswith(("Total", "Left", "To pay")) else Type.TEXT
            grid.addWidget(
                Words(said, kind, "" if kind is Type.STRONG else "muted", wrap=True), number, 0
            )
            figure = Words(value, kind)
            figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(figure, number, 1)
        old, self._sums = self._sums, made
        put_in_place(self._inside, old, made)
        dismiss(old)

    def _arrange(self) -> None:
        # In a low window it scrolls: nothing is squeezed, and nothing lies over another.
        page = Page(measures.STEP)
        self._inside = page.column
        self._inside.setContentsMargins(0, 0, 0, 0)
        self.lines.setMinimumHeight(measures.ROW * _LINES)
        self.setMaximumWidth(_WIDEST)
        page.add(self.about)
        page.add(self.banner)
        page.add(self.lines, 1)
        for part in (self.adder, self._sums, self.pay, Flow(*self.buttons.values())):
            page.add(part)
        page.column.addStretch(0)
        self.card.add(page, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card, 1)
        column.addWidget(self.empty, 1)


def offered_for(bill: Bill) -> set[str]:
    """Return what can be done to an invoice as it is now."""
    row = bill.row
    found = {"print", "pdf"}
    if row.client_id is not None:
        found.add("statement")
    if bill.editable:
        found |= {"discount", "delete"} | ({"post"} if bill.lines else set())
    if row.kind is InvoiceKind.ESTIMATE:
        return found - {"post", "statement"} | {"accept"}
    if row.kind is InvoiceKind.INVOICE and row.status is not InvoiceStatus.DRAFT:
        if row.credited < row.total:
            found.add("credit")
        if any(one.back < one.amount for one in bill.payments):
            found |= {"back", "receipt"}
        if row.left > 0 and bill.credit:
            found.add("use")
        if row.left < 0 or any(one.refused or row.refused for one in bill.payments):
            found.add("keep")
    return found


def paid_too_much(bill: Bill) -> UUID | None:
    """Return the payment that is not needed: one central refused, or else the last."""
    refused = [one.id for one in bill.payments if one.refused]
    return refused[0] if refused else bill.payments[-1].id if bill.payments else None


def _warning(bill: Bill) -> tuple[str, str]:
    row = bill.row
    if row.refused:
        return (
            "Central did not take this: another PC changed it meanwhile. Look at both under Sync.",
            "danger",
        )
    if row.left >= 0 and any(one.refused for one in bill.payments):
        return (
            "This was paid with a sum for several invoices, and another PC received money for one "
            "of them too, which central took. Yours is in the till: keep as credit what is over.",
            "danger",
        )
    if any(one.refused for one in bill.payments):
        return (
            "Another PC received money for this too, and central took that. Yours is in the till: "
            "keep it as the client's credit, or pay it back.",
            "danger",
        )
    twice = [back.amount for one in bill.payments for back in one.backs if back.refused]
    if twice:
        return (
            f"{amount(sum(twice, Decimal(0)))} of this was paid back on another PC too, and "
            "central took that. Ask the client to give it back, then discard yours under Sync.",
            "danger",
        )
    if row.left < 0:
        return (
            f"{amount(-row.left)} {bill.currency} is to be paid back, or kept as credit.",
            "warning",
        )
    credit = sum((one.amount - one.back for one in bill.credit), Decimal(0))
    if credit and row.left > 0:
        return f"This client has {amount(credit)} {bill.currency} to the good: use it here.", "info"
    return "", "info"


def _columns() -> tuple[Shown, ...]:
    return (
        Shown("For", _words, 150),
        Shown("Qty", lambda one: plain(one.quantity), 56, True, lambda one: one.quantity),
        Shown("Price", lambda one: amount(one.price), 76, True, lambda one: one.price, spare=True),
        Shown("Tax %", lambda one: plain(one.tax_rate), 84, True, spare=True),
        Shown("Amount", lambda one: amount(one.gross), 84, True, lambda one: one.gross),
    )


def _words(one: BillLine) -> str:
    less = f"less {amount(one.off)}" if one.off else ""
    back = f"{plain(one.given_back)} given back" if one.given_back else ""
    return " · ".join(filter(None, (line_words(one), less, back)))
