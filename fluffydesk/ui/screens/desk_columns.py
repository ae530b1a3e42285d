"""The columns of the list of invoices."""

from __future__ import annotations

from fluffydesk.ui.fields.texts import day_text
from fluffydesk.ui.screens.reading.invoices import InvoiceRow
from fluffydesk.ui.screens.reporting.bills import KINDS, amount
from fluffydesk.ui.screens.rows_table import Shown

_TONES = {
    "To pay": "info",
    "Part paid": "info",
    "Overdue": "danger",
    "To pay back": "warning",
    "Paid": "good",
    "Accepted": "good",
}


def invoice_columns() -> tuple[Shown, ...]:
    """Return them: the number, whose it is, how far it is, what is left of how much."""
    return (
        Shown("Number", lambda one: one.number or KINDS[one.kind], 112),
        Shown("Client", _who, 130, sort=lambda one: one.client.casefold()),
        Shown("State", lambda one: one.state, 92, tone=lambda one: _TONES.get(one.state, "plain")),
        Shown("Left", lambda one: amount(one.left), 92, True, lambda one: one.left),
        Shown("Total", lambda one: amount(one.total), 80, True, lambda one: one.total, spare=True),
        Shown(
            "Date", lambda one: day_text(one.issued), 96, sort=lambda one: one.issued, spare=True
        ),
    )


def _who(one: InvoiceRow) -> str:
    return " · ".join(filter(None, (one.client, one.pet))) or "At the desk"
