"""A client's payment on account: one sum, which pays the open invoices, the oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QVBoxLayout

from fluffydesk.actions.balances import balances
from fluffydesk.actions.payments import Paid, Part, open_invoices, pay_on_account
from fluffydesk.actions.saving import existing
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.whose import whose
from fluffydesk.records.pets import ClinicClient
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.parts.room import make_room
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.desk_pay import PayStrip
from fluffydesk.ui.screens.desk_taken import Taken, till_here
from fluffydesk.ui.screens.reporting.bills import amount

_WIDTH = 560


@dataclass(frozen=True)
class Account:
    """What a client owes: on how many invoices, how much of them, and what is to the good."""

    client: str
    currency: str
    invoices: int
    owed: Decimal
    credit: Decimal

    @property
    def words(self) -> str:
        left = f"{amount(self.owed)} {self.currency} is left to pay on"
        if not self.invoices:
            told = "Nothing is left to pay: what is paid now pays the next invoice."
        elif self.invoices == 1:
            told = f"{left} 1 invoice. What is over pays the next."
        else:
            told = f"{left} {self.invoices} invoices: the oldest first. What is over pays the next."
        good = f" {amount(self.credit)} is to the good already." if self.credit > 0 else ""
        return told + good


def read_account(mirror: Mirror, client_id: UUID) -> Account:
    """Return what a client owes, in the clinic's currency."""
    currency = whose(mirror).currency
    with mirror.read() as connection:
        owed = open_invoices(connection, client_id, currency)
        together = sum((left for _, left in owed), Decimal("0.00"))
        credit = together - balances(connection, [client_id])[client_id]
        name = existing(connection, ClinicClient, client_id).full_name
    return Account(name, currency, len(owed), together, max(credit, Decimal("0.00")))


class AccountDialog(QDialog):
    """Asks how much, by which way, and of cash what was handed over: it says the change."""

    def __init__(self, screen: Screen, client_id: UUID, taken: Taken) -> None:
        super().__init__(screen)
        self._screen, self._client_id, self._taken = screen, client_id, taken
        self.setWindowTitle("Payment on account")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.heading = Words("Payment on account", Type.TITLE, wrap=True)
        self.about = Words("", role="muted", wrap=True)
        self.pay = PayStrip()
        self.pay.pays.connect(self._pay)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[measures.GROUP] * 4)
        column.setSpacing(measures.STEP)
        for part in (self.heading, self.about, self.pay):
            column.addWidget(part)
        column.addStretch(1)
        column.addLayout(row(None, Button("Cancel", self.reject)))
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self.pay.pay)
        self._fit()
        read = partial(read_account, client_id=client_id)
        screen.work.on_mirror(read, self._show, self._refused)

    def _show(self, account: Account) -> None:
        self.heading.setText(f"Payment on account, {account.client}")
        self.about.setText(account.words)
        self._fit()
        self.pay.show_left(self._client_id, account.owed, draft=False)
        self.pay.amount.selectAll()
        self.pay.amount.setFocus(Qt.FocusReason.TabFocusReason)

    def _fit(self) -> None:
        make_room(self, _WIDTH, self.layout().totalHeightForWidth(_WIDTH))  # type: ignore[union-attr]

    def _pay(self, part: Part) -> None:
        job = partial(pay_on_account, client_id=self._client_id, part=part, till=till_here())
        self._screen.work.act(job, self._paid, self.pay.refused)

    def _paid(self, result: tuple[Paid, Changes]) -> None:
        paid = result[0]
        left = f"{amount(paid.left)} is left to pay." if paid.left else "Nothing is left to pay."
        self.accept()
        self._taken.tell(paid, left)

    def _refused(self, refusal: object) -> None:
        self.reject()
        self._screen.tell("This client is not there any more.", tone="warning")
