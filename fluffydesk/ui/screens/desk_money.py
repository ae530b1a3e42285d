"""A clinic's money: invoices and estimates, what is paid and owed, and the end of the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from fluffydesk.records.enums.payments import InvoiceKind
from fluffydesk.records.payments import Invoice
from fluffydesk.records.types import today
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Button, Segments
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.permits import why_not
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.desk_acts import BillActs
from fluffydesk.ui.screens.desk_bill import BillPane, paid_too_much
from fluffydesk.ui.screens.desk_columns import invoice_columns
from fluffydesk.ui.screens.desk_day import DayPane
from fluffydesk.ui.screens.desk_papers import Papers
from fluffydesk.ui.screens.desk_start import StartDialog
from fluffydesk.ui.screens.desk_statements import Statements
from fluffydesk.ui.screens.desk_unbilled import UnbilledBar
from fluffydesk.ui.screens.firsts_table import SoughtTable
from fluffydesk.ui.screens.reading.firsts import Firsts
from fluffydesk.ui.screens.reading.invoice_lists import Which, invoice_rows
from fluffydesk.ui.screens.reading.invoices import (
    WATCHED,
    Bill,
    BillLine,
    InvoiceRow,
    read_bill,
)
from fluffydesk.ui.screens.reading.till import Prices, read_prices
from fluffydesk.ui.screens.reading.unbilled import UNBILLED
from fluffydesk.ui.screens.reporting.bills import (
    bill_report,
    receipt_report,
)
from fluffydesk.work import Work

_DAY = "day"
_PARTS: list[tuple[str, object]] = [
    ("To pay", Which.OPEN),
    ("All", Which.EVERY),
    ("Estimates", Which.ESTIMATES),
    ("Overdue", Which.OVERDUE),
    ("Day's end", _DAY),
]
_STATEMENT_DAYS = 90


class DeskMoney(Screen):
    """The invoices at the left, the chosen one at the right; or the end of a day."""

    key = "money"
    title = "Money"
    icon = "money"
    adds = Invoice
    group = "Office"
    watches = WATCHED | UNBILLED
    searches = "Number, client or pet"
    help = (
        "Ctrl+N asks for whom: a visit of today brings its service and what its record holds. "
        "Type what else is charged: a number before the words is the quantity, what the list "
        "does not have is typed with its price behind it. Enter adds it, and takes its stock. "
        "Ctrl+D takes an amount off the whole, or a part as 10 %, which follows its lines.\n"
        "F8 goes to the payment. Enter there posts the draft and takes the money; of cash the "
        "change is told. More than is left to pay is refused. What is paid in parts stays open. "
        "Ctrl+Z takes it back. One sum for several invoices is taken on the "
        "client's statement (Ctrl+T, F8), or card: the oldest is paid first.\n"
        "What is prescribed, given or tested after that stands above the list until F7 writes "
        "another draft of it.\n"
        "A posted invoice changes no more: a credit note gives back all of it or some lines, and "
        "a payment is paid back by itself. Delete takes a line off a draft, Enter changes one.\n"
        "The day's end counts the clinic's day from midnight to midnight, each till by itself. "
        "Offline all of it works; numbers come from those reserved for this PC. Where two PCs took "
        "money for the same invoice, the second is told and stays in the till."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.clock: Callable[[], date] = today
        self._wanted: UUID | None = None
        self._listed: UUID | None = None
        self._begin = self._renewing = self._turned = False
        self.papers = Papers(self)
        self.acts = BillActs(self)
        self.statements = Statements(self, self.papers, self.acts.taken)
        self.acts.started.connect(self._go_to)
        self.acts.accepted.connect(self._accepted)
        self.acts.added.connect(self._added)
        self.acts.gone.connect(self._gone)
        self.acts.answered.connect(self._rest)
        self.acts.taken.took.connect(self._rest)
        self.parts = Segments("Shown", _PARTS)
        self.parts.chosen.connect(self._part_chosen)
        self.list = SoughtTable("Invoices", invoice_columns())
        self.list.current_changed.connect(self._chosen)
        self.list.opened.connect(self._opened)
        self.list.wanted.connect(self._read_list)
        self.unbilled = UnbilledBar(work, self.acts.bill, self)
        self.dunning = Button("Dunning list", self.show_dunning, icon_role="list")
        self.pane = BillPane()
        self.pane.asked.connect(self._asked)
        self.pane.line_opened.connect(self._line_opened)
        self.pane.line_removed.connect(self._line_removed)
        self.pane.adder.picked.connect(self._add)
        self.pane.pay.pays.connect(self._pay)
        self.day = DayPane(work, self.papers, self.acts, self.clock())
        self.day_turned.connect(self.day.go_on)
        self._arrange()
        for keys, act in self._keys():
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setAutoRepeat(False)  # a key that is held pays once
            shortcut.activated.connect(act)
        self._say_when_empty()

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Ctrl+1 to 5", "To pay, all, estimates, overdue, day's end"),
            ("F6", "To the next line of the draft"),
            ("F7", "Bill what came to a visit after its invoice was posted"),
            ("F8", "To the payment"),
            ("Ctrl+Enter", "Pay, and post a draft first"),
            ("Ctrl+Shift+Enter", "Post without a payment, or accept an estimate"),
            ("Ctrl+D", "Discount on the whole"),
            ("Ctrl+G, Ctrl+B", "Credit note; pay back"),
            ("Ctrl+U, Ctrl+Shift+K", "Use the client's credit; keep as credit"),
            ("Ctrl+P, Ctrl+Shift+P", "Print; PDF"),
            ("Ctrl+R", "Receipt of the last payment, with the change"),
            ("Ctrl+T, then F8", "The client's statement; take a payment on account"),
            ("Ctrl+Z", "Take back what was done last: a payment, a line off, a draft deleted"),
            ("Ctrl+Delete", "Delete the draft"),
        )

    def reload(self) -> None:
        self.work.on_mirror(read_prices, self._show_prices, latest=True)
        self.unbilled.reload(self.clock())
        part = self.parts.value()
        if part == _DAY:
            self.day.reload()
            return
        self._read_list()
        bill = self.pane.bill
        if self._wanted is not None:
            self._read_bill(self._wanted)
        elif bill is not None and not self._turned:
            self._read_bill(bill.row.id)

    def search(self, text: str) -> None:
        if self.parts.value() == _DAY:
            self.parts.set_value(Which.EVERY)
        if text.split() != self.list.sought.split():
            self._turned = True
            self.list.search(text)

    def primary(self) -> Primary:
        estimates = self.parts.value() is Which.ESTIMATES
        return ("New estimate" if estimates else "New invoice"), self.add

    def add(self) -> None:
        """Ask for whom an invoice is written."""
        self.starting = StartDialog(self, self.work, self.clock)
        self.starting.chosen.connect(self.acts.start)
        if self.parts.value() is Which.ESTIMATES:
            self.starting.kind.set_value(InvoiceKind.ESTIMATE)
        self.starting.open()

    def arrive(self, place: Place) -> None:
        """Come to an invoice; with the part "visit" to the bill of a visit, "client" to a
        client's statement, "day" to the day's end."""
        if place.part == "visit" and place.id is not None:
            self.acts.bill(place.id)
        elif place.part == "client" and place.id is not None:
            self.statements.of_client(place.id, self.clock())
        elif place.part == _DAY:
            self.parts.set_value(_DAY)
        elif place.id is not None:
            self._go_to(place.id)
        elif place.text:
            self.parts.set_value(Which.EVERY)
            self.search(place.text)

    def show_dunning(self) -> None:
        """Show every overdue invoice as a list to print."""
        self.statements.overdue(self.clock())

    def _keys(self) -> list[tuple[str, Callable[[], object]]]:
        found: list[tuple[str, Callable[[], object]]] = [
            (f"Ctrl+{number}", partial(self.parts.set_value, value))
            for number, (_, value) in enumerate(_PARTS, 1)
        ]
        found += [
            ("F6", self.pane.begin),
            ("F7", self.unbilled.bill_first),
            ("F8", self._to_pay),
            ("Ctrl+Z", self.undo),
        ]
        found += [(keys, self._pay_now) for keys in ("Ctrl+Return", "Ctrl+Enter")]
        return found

    def _arrange(self) -> None:
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(self.list)
        self.split.addWidget(self.pane)
        self.split.setSizes([500, 520])
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(measures.CARD)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        outer.setSpacing(measures.STEP)
        outer.addWidget(Flow(self.parts, None, self.dunning))
        outer.addWidget(self.unbilled)
        outer.addWidget(self.split, 1)
        outer.addWidget(self.day, 1)
        self.day.hide()
        self.dunning.hide()
        self.setFocusProxy(self.list)

    def _say_when_empty(self) -> None:
        said = {
            Which.OPEN: ("Nothing is to be paid", "Drafts and what is not paid yet stand here."),
            Which.EVERY: ("No invoices yet", "The first is a key away."),
            Which.ESTIMATES: ("No estimates", "What something would cost, before it is done."),
            Which.OVERDUE: ("Nothing is overdue", "What is not paid in time stands here."),
        }
        part = self.parts.value()
        title, text = said.get(part, ("", ""))  # type: ignore[call-overload]
        locked = partial(_locked, self.work)
        steps = {Which.ESTIMATES: "New estimate", Which.OVERDUE: ""}
        step = steps.get(part, "New invoice")  # type: ignore[call-overload]
        self.list.say_when_empty(title, text, step, self.add, locked=locked)

    def _part_chosen(self, part: object) -> None:
        on_day = part == _DAY
        self.split.setVisible(not on_day)
        self.day.setVisible(on_day)
        self.dunning.setVisible(part is Which.OVERDUE)
        self.list.swap(*(("Left", "Total") if part is Which.ESTIMATES else ()))
        self._say_when_empty()
        self._turned = True
        self.primary_changed.emit()
        self.reload()

    def _read_list(self) -> None:
        part, table = self.parts.value(), self.list
        if isinstance(part, Which):
            read = partial(
                invoice_rows, part=part, on=self.clock(), most=table.most, search=table.sought
            )
            self.work.on_mirror(read, self._show, latest=True)

    def _show_prices(self, prices: Prices) -> None:
        self.pane.adder.show_prices(prices)

    def _show(self, found: Firsts[InvoiceRow]) -> None:
        bill = self.pane.bill
        shown = self._wanted or (None if bill is None else bill.row.id)
        self._renewing = shown is not None
        self.list.show_firsts(found, select_first=shown is None)
        if shown is not None:
            self.list.select(shown)
            if self.list.model.number_of(shown) is None:
                # What is shown is not listed, as what was just paid: no row may look as if it were.
                self.list.table.setCurrentIndex(QModelIndex())
                self._listed = None
        self._renewing = False
        if self._turned and self._wanted is None:
            self._to_first()
        self._turned = False
        if not found.rows and self._wanted is None:
            self.pane.clear()

    def _to_first(self) -> None:
        """Show the first of a part that was turned to, unless what is shown is in it too."""
        if self.list.current() is None and self.list.model.rowCount():
            self.list.table.setCurrentIndex(self.list.model.index(0, 0))

    def _chosen(self, row: InvoiceRow | None) -> None:
        before, self._listed = self._listed, None if row is None else row.id
        if row is None or row.id == before or self._renewing:
            return  # read anew, the list has the same row: what is shown beside it stays
        if self._wanted is None or row.id == self._wanted:
            self._read_bill(row.id)

    def _opened(self, row: InvoiceRow | None) -> None:
        self.pane.begin()

    def _read_bill(self, invoice_id: UUID) -> None:
        read = partial(read_bill, invoice_id=invoice_id, on=self.clock())
        self.work.on_mirror(read, self._show_bill, latest=True)

    def _show_bill(self, bill: Bill | None) -> None:
        if bill is None:
            self.pane.clear()
            return
        locked_out = bool(why_not(self.work.whose, Invoice, "change"))
        self.pane.show_bill(bill, locked=locked_out)
        for name, verb in (("delete", "delete"), ("post", "change"), ("credit", "add")):
            locked = why_not(self.work.whose, Invoice, verb)  # type: ignore[arg-type]
            self.pane.buttons[name].setEnabled(not locked)
            if locked:
                self.pane.buttons[name].setToolTip(locked)
        if self._wanted == bill.row.id:
            self._wanted = None
            if self._begin:
                self._begin = False
                self.pane.begin()

    def _go_to(self, invoice_id: UUID) -> None:
        """Show an invoice, wherever it is listed, and be ready for its next line."""
        self._wanted, self._begin = invoice_id, True
        if self.parts.value() == _DAY:
            self.parts.set_value(Which.OPEN)
        self.reload()

    def _accepted(self, invoice_id: UUID) -> None:
        self.parts.set_value(Which.OPEN)
        self._go_to(invoice_id)

    def _gone(self) -> None:
        self.pane.clear()
        self.reload()
        self.list.setFocus()

    def _added(self) -> None:
        self.pane.adder.begin()

    def _add(self, new: Any) -> None:
        if self.pane.bill is not None:
            self.acts.add(self.pane.bill, new, self.pane.adder.refused)

    def _rest(self) -> None:
        self.pane.pay.rest()

    def _line_opened(self, line: BillLine | None) -> None:
        if line is not None and self.pane.editable:
            self.acts.edit(line)

    def _line_removed(self, line: BillLine) -> None:
        if self.pane.bill is not None:
            self.acts.remove(self.pane.bill, line)

    def _to_pay(self) -> None:
        if self.pane.pay.isVisible():
            self.pane.pay.begin()

    def _pay_now(self) -> None:
        if self.pane.pay.isVisible():
            self.pane.pay.pay()
        elif self.pane.buttons["post"].isVisible():
            self.pane.buttons["post"].click()  # what costs nothing is only posted

    def _pay(self, part: Any) -> None:
        if self.pane.bill is not None:
            self.acts.pay(self.pane.bill, part, self.pane.pay.refused)

    def _asked(self, name: str) -> None:
        bill = self.pane.bill
        if bill is None:
            return
        acts: dict[str, Callable[[Bill], object]] = {
            "post": self.acts.post,
            "accept": self.acts.accept,
            "discount": self.acts.discount,
            "credit": self.acts.credit,
            "back": self.acts.pay_back,
            "use": self.acts.use,
            "keep": self._keep,
            "delete": self.acts.delete,
            "print": lambda one: self.papers.preview(bill_report(one)),
            "pdf": lambda one: self.papers.ask(bill_report(one), ".pdf"),
            "receipt": self._receipt,
            "statement": lambda one: self.statements.of_client(one.row.client_id, self.clock()),
        }
        acts[name](bill)

    def _keep(self, bill: Bill) -> None:
        payment = paid_too_much(bill)
        if payment is not None:
            self.acts.keep(payment)

    def _receipt(self, bill: Bill) -> None:
        if bill.payments:
            self.papers.preview(receipt_report(bill, bill.payments[-1]))


def _locked(work: Work) -> str:
    return why_not(work.whose, Invoice)
