"""A clinic's papers of money: invoice, estimate, credit note, receipt, statement, day's end.

Every amount is the string that the screen shows. The papers say what the tax office asks for: the
clinic's legal name and VAT number, the client's address and tax number, the tax of each rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from fluffydesk.actions.tills import Cash
from fluffydesk.figures.invoices import RateSum, change_for
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.ui.fields.texts import day_text, moment_text, number_text, words
from fluffydesk.ui.screens.reading.invoices import Bill, BillLine, InvoiceRow, PaymentLine, Seller
from fluffydesk.ui.screens.reading.statements import Statement
from fluffydesk.ui.screens.reading.till import DayEnd, Till
from fluffydesk.ui.screens.reporting.report import Cells, Column, Report, number
from fluffydesk.wording import with_minus

KINDS = {
    InvoiceKind.INVOICE: "Invoice",
    InvoiceKind.ESTIMATE: "Estimate",
    InvoiceKind.CREDIT_NOTE: "Credit note",
}
_LINES = (
    Column("For", wide=True),
    number("Quantity"),
    number("Price"),
    number("Discount"),
    number("Tax", "%"),
    number("Amount"),
)
_LIST = (
    Column("Number"),
    Column("Date"),
    Column("Due"),
    Column("Client", wide=True),
    Column("State"),
    number("Total"),
    number("Paid"),
    number("Left"),
)


def amount(value: Decimal) -> str:
    """Return an amount as screen and paper show it: "1,250.00"."""
    return number_text(value, 2)


def should_be_words(cash: Cash) -> str:
    """Return what should be in a till, and what is wrong where that is less than nothing."""
    should = f"Should be {with_minus(amount(cash.expected))}"
    return should if cash.expected >= 0 else f"{should}. {short_words(cash)}"


def short_words(cash: Cash) -> str:
    """Return why less than nothing should be in a till, and what to do."""
    return (
        f"Less than nothing cannot lie in a drawer: {amount(cash.went)} was paid back in cash, but "
        f"{amount(cash.opening)} was in it in the morning and {amount(cash.came)} came in. Enter "
        "what was in it in the morning."
    )


def plain(value: Decimal) -> str:
    """Return a quantity or a rate without needless zeros: "3", "0.25", "21"."""
    exact = value.normalize()
    exponent = exact.as_tuple().exponent
    return number_text(exact, max(0, -int(exponent)))


def discount_text(off: Decimal, percent: Decimal) -> str:
    """Return a discount as it is typed: "10 %", "4.80", or nothing."""
    return f"{plain(percent)} %" if percent else amount(off) if off else ""


def title_of(bill: Bill) -> str:
    """Return what a paper is called: "Invoice 2026-00042", "Estimate", "Invoice, draft"."""
    word = KINDS[bill.row.kind]
    if bill.row.number:
        return f"{word} {bill.row.number}"
    draft = bill.row.status is InvoiceStatus.DRAFT and bill.row.kind is not InvoiceKind.ESTIMATE
    return f"{word}, draft" if draft else word


def line_words(line: BillLine) -> str:
    """Return what a line says: what, for whom, of which lot, and how many percent are off."""
    lot = f"lot {line.lot}" if line.lot else ""
    off = f"{plain(line.percent)} % off" if line.percent else ""
    return " · ".join(filter(None, (line.description, line.pet, lot, off)))


def rate_words(one: RateSum) -> str:
    """Return the words of the tax of one rate: "Tax 21 % on 39.67"."""
    return f"Tax {plain(one.tax_rate)} % on {amount(one.net)}"


def sums_of(bill: Bill) -> list[tuple[str, str]]:
    """Return what stands below the lines, as screen and paper show it: words and amounts."""
    totals, row = bill.totals, bill.row
    found = []
    if totals.off:
        found.append(("Before the discount", amount(totals.total + totals.off)))
        said = f"{plain(bill.percent)} % off" if bill.percent else "Discount"
        found.append((said, f"−{amount(totals.off)}"))
    found.append((f"Total, {bill.currency}", amount(totals.total)))
    found += [(rate_words(one), amount(one.tax)) for one in totals.rates if one.gross or one.tax]
    if row.kind is InvoiceKind.INVOICE and row.status is not InvoiceStatus.DRAFT:
        for paid in bill.payments:
            found.append((payment_words(paid), f"−{amount(paid.amount)}"))
            for back in paid.backs:
                words_ = words(back.method).lower()
                said = f"Paid back by {words_}, {moment_text(back.paid_at)}"
                found.append((said, amount(back.amount)))
        if row.credited:
            found.append(("Credited", f"−{amount(row.credited)}"))
        words_ = "To pay back" if row.left < 0 else "Left to pay"
        found.append((f"{words_}, {bill.currency}", amount(abs(row.left))))
    return found


def payment_words(paid: PaymentLine) -> str:
    """Return how and when something was paid: "Cash, 23/11/2026"."""
    return f"{words(paid.method)}, {moment_text(paid.paid_at)}"


def bill_report(bill: Bill) -> Report:
    """Return an invoice, estimate or credit note as a paper."""
    row = bill.row
    rows = tuple(
        (
            line_words(one),
            plain(one.quantity),
            amount(one.price),
            amount(one.off) if one.off else "",
            plain(one.tax_rate),
            amount(one.gross),
        )
        for one in bill.lines
    )
    dates = [f"Date {day_text(row.issued)}"]
    if row.due is not None and row.kind is InvoiceKind.INVOICE:
        dates.append(f"due {day_text(row.due)}")
    if bill.corrects:
        dates.append(f"corrects invoice {bill.corrects}")
    notes = [bill.notes] if bill.notes else []
    notes.append(f"Prices are in {bill.currency}, with tax.")
    if row.kind is InvoiceKind.ESTIMATE:
        notes.append("This is what it is expected to cost, and no claim.")
    return Report(
        title_of(bill),
        _LINES,
        rows,
        tuple(_sum(_LINES, said, value) for said, value in sums_of(bill)),
        tuple(notes),
        "There is nothing on it yet.",
        tuple(dates),
        blocks=(_who(bill.seller), _to(bill.bill_to, bill.address, bill.tax_number)),
        upright=True,
    )


def receipt_report(bill: Bill, paid: PaymentLine) -> Report:
    """Return the receipt of a payment; of cash with what was handed over, and the change."""
    columns = (Column("Received", wide=True), number("Amount", bill.currency))
    rows: list[Cells] = [
        (f"For {title_of(bill)}, {day_text(bill.row.issued)}", amount(bill.totals.total)),
        (payment_words(paid), amount(paid.amount)),
    ]
    if paid.given is not None and paid.given >= paid.amount:
        change = change_for(paid.given, paid.amount)
        rows += [("Given", amount(paid.given)), ("Change", amount(change))]
    sums = [("Left to pay", amount(max(bill.row.left, Decimal(0))))]
    sums += [(rate_words(one), amount(one.tax)) for one in bill.totals.rates]
    return Report(
        f"Receipt for {title_of(bill).lower()}"
        if not bill.row.number
        else f"Receipt, invoice {bill.row.number}",
        columns,
        tuple(rows),
        tuple(sums),
        subtitle=(moment_text(paid.paid_at), paid.till),
        blocks=(_who(bill.seller), _to(bill.bill_to, bill.address, bill.tax_number)),
        upright=True,
    )


def statement_report(found: Statement) -> Report:
    """Return a client's statement: the opening balance, what moved it, the closing balance."""
    columns = (
        Column("Date"),
        Column("What", wide=True),
        number("Charged"),
        number("Paid"),
        number("Balance"),
    )
    rows: list[Cells] = [(day_text(found.first), "Balance before", "", "", amount(found.opening))]
    for one in found.entries:
        charged = amount(one.amount) if one.amount > 0 else ""
        paid = amount(-one.amount) if one.amount < 0 else ""
        rows.append((day_text(one.on), one.words, charged, paid, amount(one.balance)))
    closing = ("Balance", "", "", "", amount(found.closing))
    return Report(
        f"Statement, {found.client}",
        columns,
        tuple(rows),
        (closing,),
        (f"Amounts are in {found.currency}. Below zero is the client's credit.",),
        subtitle=(f"{day_text(found.first)} to {day_text(found.last)}",),
        blocks=(_who(found.seller), _to(found.client, found.address, found.tax_number)),
        upright=True,
    )


def list_report(title: str, rows: Iterable[InvoiceRow], currency: str, on: date) -> Report:
    """Return invoices as a list: what is overdue, or any others."""
    known = list(rows)
    cells = tuple(
        (
            one.number or KINDS[one.kind],
            day_text(one.issued),
            "" if one.due is None else day_text(one.due),
            one.client,
            one.state,
            amount(one.total),
            amount(one.paid),
            amount(one.left),
        )
        for one in known
    )
    left = amount(sum((one.left for one in known), Decimal("0.00")))
    return Report(
        title,
        _LIST,
        cells,
        (("Together", *("" for _ in _LIST[2:]), left),),
        (f"Amounts are in {currency}, with tax.",),
        "There is none.",
        (day_text(on),),
    )


def day_report(day: DayEnd) -> Report:
    """Return the end of a day: what came in by which way, every till, what was posted."""
    columns = (Column("Day's end", wide=True), number("Received"), number("Paid back"),
               number("Together"))  # fmt: skip
    rows: list[Cells] = [
        (words(way.id), amount(way.came), amount(way.went), amount(way.together))
        for way in day.ways
    ]
    sums: list[Cells] = [
        ("All", amount(day.came), amount(day.went), amount(day.came - day.went)),
        *(line for till in day.tills for line in _till_lines(till)),
        _last(f"Invoices posted, {day.posted_count}", day.posted),
        _last(f"Credit notes, {day.credited_count}", day.credited),
        _last(f"Of these invoices not paid yet, {day.unpaid_count}", day.unpaid),
    ]
    notes = [f"Amounts are in {day.currency}. A day is from midnight to midnight at the clinic."]
    if day.refused:
        notes.append(
            f"{number_text(day.refused)} of these were refused by central, as paid, or paid back, "
            "on another PC already: their money came or went here, and is counted."
        )
    notes += [f"{one.id}: {short_words(one.cash)}" for one in day.tills if one.cash.expected < 0]
    return Report(
        f"Day's end, {day_text(day.on)}",
        columns,
        tuple(rows),
        tuple(sums),
        tuple(notes),
        "Nothing came in.",
        (day.seller.name,),
        upright=True,
    )


def _till_lines(till: Till) -> Iterable[Cells]:
    yield _last(f"{till.id}: in the morning", till.cash.opening)
    yield _last(f"{till.id}: cash received", till.cash.came)
    yield _last(f"{till.id}: cash paid back", till.cash.went)
    yield _last(f"{till.id}: should be in it", till.cash.expected)
    if till.counted is not None and till.difference is not None:
        yield _last(f"{till.id}: counted", till.counted)
        why = f" ({till.notes})" if till.notes else ""
        yield _last(f"{till.id}: difference{why}", till.difference)


def _last(said: str, value: Decimal) -> Cells:
    return said, "", "", amount(value)


def _sum(columns: Sequence[Column], said: str, value: str) -> Cells:
    return (said, *("" for _ in columns[2:]), value)


def _who(seller: Seller) -> tuple[str, ...]:
    vat = f"VAT number {seller.vat_number}" if seller.vat_number else ""
    registration = f"Registration {seller.registration}" if seller.registration else ""
    told = (seller.name, *seller.address.splitlines(), vat, registration, seller.phone)
    return tuple(filter(None, (*told, seller.email)))


def _to(name: str, address: str, tax_number: str) -> tuple[str, ...]:
    number_ = f"Tax number {tax_number}" if tax_number else ""
    return tuple(filter(None, (name, *address.splitlines(), number_)))
