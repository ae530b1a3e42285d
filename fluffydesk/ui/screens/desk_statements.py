"""The Money screen's papers about several invoices: a client's statement and the dunning list."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QVBoxLayout

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.payments import Payment
from fluffydesk.ui.fields.texts import day_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Button
from fluffydesk.ui.parts.room import make_room
from fluffydesk.ui.permits import Permit
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.desk_account import AccountDialog
from fluffydesk.ui.screens.desk_papers import Papers, PaperView
from fluffydesk.ui.screens.desk_taken import Taken
from fluffydesk.ui.screens.reading.invoices import InvoiceRow
from fluffydesk.ui.screens.reading.statements import Statement, read_overdue, read_statement
from fluffydesk.ui.screens.reporting.bills import list_report, statement_report
from fluffydesk.ui.screens.reporting.report import Report

_DAYS = 90


class Statements(QObject):
    """Shows a client's statement, where a payment on account is a key away, and what is overdue."""

    def __init__(self, screen: Screen, papers: Papers, taken: Taken) -> None:
        super().__init__(screen)
        self._screen, self._papers, self._taken = screen, papers, taken

    def of_client(self, client_id: UUID | None, on: date) -> None:
        """Show a client's statement of the last months."""
        if client_id is not None:
            read = partial(_read, client_id=client_id, first=on - timedelta(days=_DAYS), last=on)
            self._screen.work.on_mirror(read, self._show_statement, self._screen.refuse)

    def overdue(self, on: date) -> None:
        """Show every overdue invoice as a list to print."""
        read = partial(_overdue, on=on)
        self._screen.work.on_mirror(read, self._show_overdue, self._screen.refuse)

    def take(self, client_id: UUID) -> None:
        """Ask for a client's payment on account."""
        self.asking = AccountDialog(self._screen, client_id, self._taken)
        self.asking.open()

    def _show_statement(self, found: tuple[UUID, Statement]) -> None:
        client_id, statement = found
        button = Button("Take a payment", partial(self._pay, client_id), icon_role="money")
        button.setToolTip("On account: the oldest invoice is paid first (F8)")
        Permit(button, self._screen.work, Payment)
        dialog = self._paper(statement_report(statement), button)
        QShortcut(QKeySequence("F8"), dialog).activated.connect(button.click)

    def _show_overdue(self, found: tuple[date, tuple[InvoiceRow, ...]]) -> None:
        on, rows = found
        currency = self._screen.work.whose.currency
        self._paper(list_report(f"Overdue on {day_text(on)}", rows, currency, on))

    def _pay(self, client_id: UUID) -> None:
        self._dialog.accept()  # the notice with Undo is told on the screen behind it
        self.take(client_id)

    def _paper(self, report: Report, *more: Button) -> QDialog:
        dialog = QDialog(self._screen)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(report.title)
        self.view = PaperView(self._papers, *more)
        column = QVBoxLayout(dialog)
        column.setContentsMargins(*[measures.GROUP] * 4)
        column.addWidget(self.view)
        make_room(dialog, 860, 640)
        self.view.show_report(report)
        dialog.open()
        self.view.table.setFocus()
        self._dialog = dialog
        return dialog


def _read(mirror: Mirror, client_id: UUID, first: date, last: date) -> tuple[UUID, Statement]:
    return client_id, read_statement(mirror, client_id, first, last)


def _overdue(mirror: Mirror, on: date) -> tuple[date, tuple[InvoiceRow, ...]]:
    return on, read_overdue(mirror, on)
