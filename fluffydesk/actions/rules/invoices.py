"""Rules of a clinic's money: an invoice is its lines, stays once posted, is not paid twice (23)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from fluffydesk.actions.paid_back import paid_back
from fluffydesk.actions.rules.dispensed import stock_comes_back, stock_follows
from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures import invoices as figures
from fluffydesk.figures.invoices import Charged, Totals, off_of, totals
from fluffydesk.records.clinic import TillClosing
from fluffydesk.records.enums import PaymentStatus
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.records.payments import Invoice, InvoiceItem, Payment
from fluffydesk.records.vocabulary import Record
from fluffydesk.sync import follows

CLAIMED = (InvoiceStatus.POSTED, InvoiceStatus.PAID)
RECEIVED = (PaymentStatus.COMPLETED, PaymentStatus.DISPUTED)
_NONE, _CENT = Decimal(0), Decimal("0.01")
STAYS = (
    "kind", "credits_id", "client_id", "bill_to_name", "bill_to_address", "bill_to_tax_number",
    "issue_date", "currency", "price_off", "price_off_percent", "subtotal", "discount", "tax",
    "total", "posted_total",
)  # fmt: skip
"""What a posted invoice keeps, besides its number once it has one."""
_SAID = ("quantity", "unit_price", "tax_rate", "discount_percent")
"""Of a line: what it follows from, where its discount is in percent."""
_BILLS, _ITEMS, _MONEY = Invoice.__table__, InvoiceItem.__table__, Payment.__table__


def charged(rows: Iterable[Row[Any]]) -> list[Charged]:
    """Return the amounts of invoice lines, as the figures reckon with them."""
    return [(row.line_total, row.tax, row.tax_rate) for row in rows]


def lines_of(connection: Connection, invoice_id: UUID) -> list[Row[Any]]:
    """Return the lines of an invoice in their order."""
    query = select(_ITEMS).where(_ITEMS.c.invoice_id == invoice_id)
    return list(connection.execute(query.order_by(_ITEMS.c.position, _ITEMS.c.id)))


def totals_of(connection: Connection, invoice: Row[Any]) -> Totals:
    """Return what an invoice comes to by its lines and its discount on the whole."""
    lines = charged(lines_of(connection, invoice.id))
    return totals(lines, whole_off(invoice, lines))


def whole_off(invoice: Row[Any], lines: Sequence[Charged]) -> Decimal:
    """Return an invoice's discount on the whole, with tax, as far as its lines allow it."""
    return figures.whole_off(lines, invoice.price_off, invoice.price_off_percent)


def received_for(connection: Connection, invoice_id: UUID) -> Decimal:
    """Return what was received for an invoice and not paid back."""
    query = select(func.sum(_MONEY.c.amount - paid_back())).where(
        _MONEY.c.invoice_id == invoice_id, _MONEY.c.status.in_(RECEIVED)
    )
    return Decimal(connection.execute(query).scalar() or 0)


def credited_for(connection: Connection, invoice_id: UUID) -> Decimal:
    """Return what credit notes took off an invoice."""
    query = select(func.sum(_BILLS.c.total)).where(
        _BILLS.c.credits_id == invoice_id, _BILLS.c.status.in_(CLAIMED)
    )
    return Decimal(connection.execute(query).scalar() or 0)


def _changed(before: Row[Any] | None, after: Row[Any] | None, names: Iterable[str]) -> bool:
    if before is None or after is None:
        return True
    return any(before._mapping[name] != after._mapping[name] for name in names)


def _posted(why: str) -> Refusal:
    return Refusal(why, "Give it back with a credit note, and write a new one.")


def _line_stays(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse a change of a posted invoice's lines (rule 23)."""
    for row in (before, after):
        invoice = None if row is None else row_of(connection, Invoice, row.invoice_id)
        if invoice is not None and invoice.status is not InvoiceStatus.DRAFT:
            raise _posted(f"{_called(invoice)} is posted: its lines stay.")


def _line_adds_up(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse a line that is not quantity by price less its discount, or another tax (rule 23).

    One with a discount in percent follows from what it says.
    """
    if after is None:
        return
    if after.discount_percent and _changed(before, after, _SAID):
        follows.reckon_line(connection, str(after.id))
        return
    if after.discount_percent and _changed(before, after, ("discount",)):
        raise InvalidValue(
            f"This line has a discount of {after.discount_percent.normalize():f} %.",
            "Change that instead, or make it 0 first.",
            field="discount",
        )
    net = after.quantity * after.unit_price - after.discount
    if abs(after.line_total - net) >= _CENT:
        raise InvalidValue(
            f"Quantity by price, less the discount, is {net:,.2f}.",
            "Enter that, or correct quantity, price or discount.",
            field="line_total",
        )
    tax = after.line_total * after.tax_rate / 100
    # What is left of a price with tax: a cent of it, and the tax on that, may be rounded away.
    if abs(after.tax - tax) > _CENT * 2:
        raise InvalidValue(
            f"{after.tax_rate.normalize():f} % of {after.line_total:,.2f} is {tax:,.2f}.",
            "Enter that, or correct the rate.",
            field="tax",
        )


def _totals_follow(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """The totals of a draft follow its lines; its discount on the whole stays (rule 23)."""
    names = ("invoice_id", "position", "line_total", "tax", *_SAID)
    if before is not None and after is not None and not _changed(before, after, names):
        return
    for row in {one.invoice_id: one for one in (before, after) if one is not None}.values():
        follows.reckon_draft(connection, str(row.invoice_id))


def _discount_follows(
    connection: Connection, before: Row[Any] | None, after: Row[Any] | None
) -> None:
    """The totals of a draft are those of its lines, whatever was typed for them (rule 23)."""
    if after is not None:
        follows.reckon_draft(connection, str(after.id))


def _invoice_stays(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse the change or end of a posted invoice (rule 23)."""
    if before is None or before.status is InvoiceStatus.DRAFT:
        return
    if after is None:
        raise _posted(f"{_called(before)} is posted, and stays.")
    back = after.status in (InvoiceStatus.DRAFT, InvoiceStatus.VOID)
    renumbered = before.number is not None and before.number != after.number
    if renumbered or _changed(before, after, STAYS) or (back and after.status != before.status):
        raise _posted(f"{_called(before)} is posted, and stays as it is.")


def _one_discount(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse a discount that is an amount and a share of the whole at once (rule 23)."""
    if after is None or not (after.price_off and after.price_off_percent):
        return
    percent = before is not None and not _changed(before, after, ("price_off_percent",))
    known = f"{after.price_off_percent.normalize():f} %" if percent else f"{after.price_off:,.2f}"
    raise InvalidValue(
        f"It has a discount of {known}.",
        "A discount is an amount or a percentage: make the other one 0.",
        field="price_off" if percent else "price_off_percent",
    )


def _adds_up(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse a total that is not items less discount with tax, or not of its lines (rule 23)."""
    if after is None:
        return
    if after.total != after.subtotal - after.discount + after.tax:
        raise InvalidValue(
            "The total is not the items, less the discount, with the tax.",
            f"Enter {after.subtotal - after.discount + after.tax:,.2f}.",
            field="total",
        )
    if after.due_date is not None and after.due_date < after.issue_date:
        raise InvalidValue(
            f"It is dated {after.issue_date:%d %B %Y}.",
            "It is due then or later.",
            field="due_date",
        )
    if after.status is InvoiceStatus.DRAFT or not _changed(before, after, ("status",)):
        return
    if after.kind is InvoiceKind.ESTIMATE:
        raise Refusal("An estimate is not posted.", "Accept it: it becomes an invoice.")
    lines = charged(lines_of(connection, after.id))
    off = off_of(lines, after.total)
    if off < 0 or totals(lines, off).tax != after.tax:
        raise Refusal(
            "The total is not what the lines come to.",
            "Look at the lines: each with its quantity, price and tax.",
            field="total",
        )


def _credits_no_more(
    connection: Connection, before: Row[Any] | None, after: Row[Any] | None
) -> None:
    """Refuse a credit note on what is no posted invoice, or for more than it asked (rule 23)."""
    if after is None or after.credits_id is None:
        return
    if after.kind is not InvoiceKind.CREDIT_NOTE:
        raise InvalidValue(
            "Only a credit note corrects another.", "Choose that kind.", field="kind"
        )
    invoice = row_of(connection, Invoice, after.credits_id)
    fits = (
        invoice is not None
        and invoice.kind is InvoiceKind.INVOICE
        and invoice.status in CLAIMED
        and invoice.currency == after.currency
    )
    if not fits:
        raise Refusal(
            "A credit note corrects a posted invoice in its currency.",
            "Choose that one.",
            field="credits_id",
        )
    assert invoice is not None
    if after.status in CLAIMED and credited_for(connection, invoice.id) > invoice.total:
        raise InvalidValue(
            f"More than the {invoice.total:,.2f} of {_within(invoice)} would be given back.",
            "Look at the credit notes that were written for it.",
            field="total",
        )


def _paid_once(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse more than an invoice asks for, and money for what asks for none (rule 23)."""
    if after is None:
        return
    names = ("invoice_id", "amount", "status", "currency")
    if after.invoice_id is None or not _changed(before, after, names):
        return
    invoice = row_of(connection, Invoice, after.invoice_id)
    if invoice is None:
        return
    if invoice.kind is not InvoiceKind.INVOICE:
        raise Refusal("Only an invoice is paid.", "Choose one.", field="invoice_id")
    if invoice.status is InvoiceStatus.DRAFT:
        raise Refusal(f"{_called(invoice)} is a draft still.", "Post it first.", field="invoice_id")
    if invoice.currency != after.currency:
        raise InvalidValue(
            f"{_called(invoice)} is in {invoice.currency}.",
            "Enter what was received in that currency.",
            field="currency",
        )
    if (
        before is not None
        and _came(after) <= _came(before)
        and not _changed(before, after, ("invoice_id",))
    ):
        return
    owed = invoice.total - credited_for(connection, invoice.id)
    over = received_for(connection, invoice.id) - owed
    if over > 0:
        left = max(_came(after) - over, _NONE)
        raise InvalidValue(
            f"Only {left:,.2f} is left to pay of {_within(invoice)}.",
            "Enter no more; of cash, enter what was given in Given.",
            field="amount",
        )


def _came(row: Row[Any]) -> Decimal:
    return row.amount if row.status in RECEIVED else _NONE


def _currency(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse what is no code of a currency (rule 24)."""
    if after is None or not _changed(before, after, ("currency",)):
        return
    code = after.currency
    if not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
        raise InvalidValue(
            f"{code} is no currency.", "Enter its three letters: EUR, GBP, USD.", field="currency"
        )


def _till_is_explained(
    connection: Connection, before: Row[Any] | None, after: Row[Any] | None
) -> None:
    """Refuse a till that differs from what should be in it where nobody says why."""
    if after is None or after.counted == after.expected or (after.notes or "").strip():
        return
    difference = after.counted - after.expected
    raise InvalidValue(
        f"{abs(difference):,.2f} {'too much' if difference > 0 else 'is missing'}.",
        "Count again, or say why they differ.",
        field="notes",
    )


def _called(invoice: Row[Any]) -> str:
    kinds = {InvoiceKind.CREDIT_NOTE: "Credit note", InvoiceKind.ESTIMATE: "Estimate"}
    word = kinds.get(invoice.kind, "Invoice")
    return f"{word} {invoice.number}" if invoice.number else f"This {word.lower()}"


def _within(invoice: Row[Any]) -> str:
    """Return what an invoice is called within a sentence."""
    called = _called(invoice)
    return called[:1].lower() + called[1:]


def due_on(issued: date, days: int) -> date:
    """Return when an invoice is due that is paid within so many days."""
    return date.fromordinal(issued.toordinal() + days)


RULES: dict[type[Record], tuple[Rule, ...]] = {
    InvoiceItem: (_line_stays, _line_adds_up, _totals_follow, stock_follows),
    Invoice: (
        _currency,
        _one_discount,
        _adds_up,
        _invoice_stays,
        _credits_no_more,
        stock_comes_back,
        _discount_follows,
    ),
    Payment: (_currency, _paid_once),
    TillClosing: (_till_is_explained,),
}
