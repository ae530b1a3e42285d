"""The clinic's papers of money: the day's end against a paper written by hand, to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pytestqt.qtbot import QtBot

from fluffydesk.actions.crediting import credit
from fluffydesk.actions.invoicing import NewLine, post_invoice, set_discount, start_invoice
from fluffydesk.actions.payments import Part, keep_as_credit, pay, pay_back
from fluffydesk.actions.tills import Cash, close_till
from fluffydesk.mirror.whose import whose
from fluffydesk.records.enums.payments import InvoiceKind, PaymentMethod
from fluffydesk.records.organizations import Organization
from fluffydesk.records.payments import Invoice
from fluffydesk.records.types import now, today
from fluffydesk.ui.fields.texts import day_text, use_place
from fluffydesk.ui.screens.reading.invoice_lists import Which, invoice_rows
from fluffydesk.ui.screens.reading.invoices import Bill, read_bill
from fluffydesk.ui.screens.reading.statements import read_overdue, read_statement
from fluffydesk.ui.screens.reading.till import read_day
from fluffydesk.ui.screens.reporting.bills import (
    bill_report,
    day_report,
    list_report,
    receipt_report,
    should_be_words,
    statement_report,
    sums_of,
)
from fluffydesk.ui.screens.reporting.paper import Printing, pdf_device
from fluffydesk.ui.screens.reporting.writing import csv_text, write_workbook
from tests.clinic_money import Desk
from tests.mirrors import new_mirror

D = Decimal
CARD, TRANSFER = PaymentMethod.CARD, PaymentMethod.BANK_TRANSFER


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_mirror(tmp_path / "till.db") as mirror:
        made = Desk(mirror)
        use_place(whose(mirror))
        [organization] = made.rows(Organization)
        with mirror.unit("Letterhead") as unit:
            head = {"legal_name": "Canal Street Vets B.V.", "vat_number": "NL9999B01"}
            unit.update(Organization, organization.id, {**head, "address": "Quay 1\nLakeside"})
        yield made


def posted(desk: Desk, price: str, client: str = "Noor Vale", **more: Any) -> UUID:
    """Post an invoice of one line with 21 % tax."""
    line = NewLine("Visit", D(price), tax_rate=D(21), **more)
    made, _ = start_invoice(desk.mirror, {"client_id": desk[client]}, [line])
    post_invoice(desk.mirror, made)
    return made


def shown(desk: Desk, invoice: UUID) -> Bill:
    bill = read_bill(desk.mirror, invoice, today())
    assert bill is not None
    return bill


def test_the_days_end_is_the_sum_on_paper_to_the_cent(desk: Desk) -> None:
    """As a person adds it up with a pencil:

    ==========================  ======  ======  ========  =====================
    What                          cash    card  transfer  the till
    ==========================  ======  ======  ========  =====================
    48.00, all cash              48.00                    desk  150.00 float
    102.35, card and cash        52.35   50.00            desk
    19.99 x 3, part by transfer                    40.00  19.97 stays unpaid
    12.40 in the back room       12.40                    back   50.00 float
    102.35: 52.35 credited      -52.35                    desk, paid back
    yesterday 77.00 cash          none of today's business
    ==========================  ======  ======  ========  =====================

    desk 150.00 + 48.00 + 52.35 - 52.35 = 198.00; back 50.00 + 12.40 = 62.40.
    """
    mirror = desk.mirror
    old = posted(desk, "77.00")
    pay(mirror, old, Part(D("77.00")), paid_at=now() - timedelta(days=1))
    with mirror.unit("It was yesterday's") as unit:
        unit.update(Invoice, old, {"issue_date": today() - timedelta(days=1)})
    pay(mirror, posted(desk, "48.00"), Part(D("48.00"), given=D("50.00")))
    two = posted(desk, "102.35", "Ivy Stone")
    paid, _ = pay(mirror, two, Part(D("50.00"), CARD), Part(D("52.35")))
    pay(mirror, posted(desk, "19.99", quantity=D(3)), Part(D("40.00"), TRANSFER))
    pay(mirror, posted(desk, "12.40"), Part(D("12.40")), till="Back room")
    credit(mirror, two)
    pay_back(mirror, paid.payments[1], D("52.35"))
    close_till(mirror, today(), "Front desk", opening=D(150), counted=D("198.00"))
    close_till(mirror, today(), "Back room", opening=D(50), counted=D("62.30"), notes="Coin lost")
    report = day_report(read_day(mirror, today()))
    assert report.rows == (
        ("Cash", "112.75", "52.35", "60.40"),
        ("Card", "50.00", "0.00", "50.00"),
        ("Bank transfer", "40.00", "0.00", "40.00"),
    )
    said = {line[0]: line[-1] for line in report.sums}
    assert said == {
        "All": "150.40",
        "Front desk: in the morning": "150.00",
        "Front desk: cash received": "100.35",
        "Front desk: cash paid back": "52.35",
        "Front desk: should be in it": "198.00",
        "Front desk: counted": "198.00",
        "Front desk: difference": "0.00",
        "Back room: in the morning": "50.00",
        "Back room: cash received": "12.40",
        "Back room: cash paid back": "0.00",
        "Back room: should be in it": "62.40",
        "Back room: counted": "62.30",
        "Back room: difference (Coin lost)": "-0.10",
        "Invoices posted, 4": "222.72",  # 48.00 + 102.35 + 59.97 + 12.40
        "Credit notes, 1": "102.35",
        "Of these invoices not paid yet, 1": "19.97",
    }


def test_what_was_in_the_till_in_the_evening_is_in_it_in_the_morning(desk: Desk) -> None:
    yesterday = today() - timedelta(days=1)
    close_till(desk.mirror, yesterday, "Front desk", opening=D(0), counted=D("87.50"), notes="New")
    [till] = read_day(desk.mirror, today()).tills
    assert (till.cash.opening, till.cash.expected, till.counted) == (D("87.50"), D("87.50"), None)


def test_less_than_nothing_in_a_till_is_told_in_words(desk: Desk) -> None:
    short = Cash(D(0), D("7.00"), D("12.00"))
    said = should_be_words(short)
    assert said.startswith("Should be \u22125.00. Less than nothing cannot lie in a drawer: 12.00 ")
    assert said.endswith("0.00 was in it in the morning and 7.00 came in. Enter what was in it in "
                         "the morning.")  # fmt: skip
    assert should_be_words(replace(short, opening=D(5))) == "Should be 0.00"
    day = read_day(desk.mirror, today())
    [till] = day.tills
    notes = day_report(replace(day, tills=(replace(till, cash=short),))).notes
    assert any("Front desk: Less than nothing" in one for one in notes)
    assert not any("Less than nothing" in one for one in day_report(day).notes)


def test_an_invoice_says_what_the_tax_office_asks_for(desk: Desk, tmp_path: Path) -> None:
    lines = [
        NewLine("Check-up", D(48), tax_rate=D(21), pet_id=desk["Biscuit"]),
        NewLine("Renal diet", D("17.95"), D(3), D(9), off=D("3.85")),
    ]
    invoice, _ = start_invoice(desk.mirror, {"client_id": desk["Noor Vale"]}, lines)
    set_discount(desk.mirror, invoice, D("9.80"))
    assert bill_report(shown(desk, invoice)).title == "Invoice, draft"
    paid, _ = pay(desk.mirror, invoice, Part(D("20.00"), given=D("50.00")))
    bill = shown(desk, invoice)
    report = bill_report(bill)
    assert report.title == f"Invoice {today().year}-00001"
    assert report.blocks == (
        ("Canal Street Vets B.V.", "Quay 1", "Lakeside", "VAT number NL9999B01"),
        ("Noor Vale", "Canal Street 4", "1011 Lakeside", "Tax number NL001"),
    )
    assert report.rows == (
        ("Check-up · Biscuit", "1", "48.00", "", "21", "48.00"),
        ("Renal diet", "3", "17.95", "3.85", "9", "50.00"),
    )
    said = [(line[0], line[-1]) for line in report.sums]
    assert said[:5] == [
        ("Before the discount", "98.00"),
        ("Discount", "−9.80"),
        ("Total, EUR", "88.20"),
        ("Tax 9 % on 41.28", "3.72"),
        ("Tax 21 % on 35.70", "7.50"),
    ]
    assert said[-1] == ("Left to pay, EUR", "68.20")
    assert bill.totals.tax == D("3.72") + D("7.50")
    receipt = receipt_report(bill, bill.payments[0])
    assert receipt.rows[-2:] == (("Given", "50.00"), ("Change", "30.00"))
    for one in (report, receipt):
        file = tmp_path / "paper.pdf"
        printing = Printing(one, pdf_device(one, file))
        assert printing.step(printing.total)
        drawn = list(printing.paper.texts(0))
        assert {"Canal Street Vets B.V.", "Tax number NL001", one.title} <= set(drawn)
        assert all(text in drawn for row in one.rows for text in row if text)
        assert file.read_bytes().startswith(b"%PDF")
    assert "VAT number NL9999B01" in csv_text(report)
    write_workbook(report, tmp_path / "invoice.xlsx")
    assert paid.payments[0] == bill.payments[0].id


def test_an_estimate_is_no_claim_and_a_credit_note_says_what_it_corrects(desk: Desk) -> None:
    given = {"kind": InvoiceKind.ESTIMATE, "client_id": desk["Ivy Stone"]}
    estimate, _ = start_invoice(desk.mirror, given, [NewLine("Dental", D(240), tax_rate=D(21))])
    paper = bill_report(shown(desk, estimate))
    assert paper.title == "Estimate"
    assert "no claim" in paper.notes[-1]
    assert not any("pay" in line[0] for line in paper.sums)
    invoice = posted(desk, "48.00")
    found, _ = credit(desk.mirror, invoice, reason="The wrong dog")
    note = bill_report(shown(desk, found.id))
    assert note.title == f"Credit note {today().year}-00002"
    assert note.subtitle[-1] == f"corrects invoice {today().year}-00001"
    assert note.notes[0] == "The wrong dog"


def test_a_statement_goes_from_balance_to_balance(desk: Desk) -> None:
    mirror, client = desk.mirror, desk["Noor Vale"]
    long_ago = today() - timedelta(days=40)
    old = posted(desk, "60.00")
    with mirror.unit("Long ago") as unit:
        unit.update(Invoice, old, {"issue_date": long_ago, "due_date": long_ago})
    pay(mirror, old, Part(D("10.00")), paid_at=now() - timedelta(days=35))
    new = posted(desk, "48.00")
    paid, _ = pay(mirror, new, Part(D("48.00"), CARD))
    pay_back(mirror, paid.payments[0], D("8.00"))
    extra, _ = pay(mirror, old, Part(D("5.00")))
    keep_as_credit(mirror, extra.payments[0])
    found = read_statement(mirror, client, today() - timedelta(days=30), today())
    assert (found.opening, found.closing) == (D("50.00"), D("53.00"))
    report = statement_report(found)
    year = today().year
    assert [row[1:] for row in report.rows] == [
        ("Balance before", "", "", "50.00"),
        (f"Invoice {year}-00002", "48.00", "", "98.00"),
        (f"Paid by card, invoice {year}-00002", "", "48.00", "50.00"),
        (f"Paid back by card, invoice {year}-00002", "8.00", "", "58.00"),
        ("Paid by cash", "", "5.00", "53.00"),
    ]
    assert report.sums[0][-1] == "53.00"
    overdue = list_report("Overdue", read_overdue(mirror, today()), "EUR", today())
    assert overdue.rows == (
        (
            f"{year}-00001",
            day_text(long_ago),
            day_text(long_ago),
            "Noor Vale",
            "Overdue",
            "60.00",
            "10.00",
            "50.00",
        ),
    )
    assert overdue.sums[0][-1] == "50.00"


def test_a_percentage_is_printed_with_what_it_takes_off(desk: Desk, tmp_path: Path) -> None:
    """The same strings on the screen, in PDF and CSV, on receipt, statement and day's end."""
    lines = [NewLine("Check-up", D(48), tax_rate=D(21)), NewLine("Diet", D(20), percent=D(25))]
    client = desk["Noor Vale"]
    invoice, _ = start_invoice(desk.mirror, {"client_id": client}, lines, percent=D("12.5"))
    pay(desk.mirror, invoice, Part(D("20.00")))
    bill = shown(desk, invoice)
    report = bill_report(bill)
    assert report.rows[1] == ("Diet · 25 % off", "1", "20.00", "5.00", "0", "15.00")
    said = [(line[0], line[-1]) for line in report.sums]
    assert said[:3] == [
        ("Before the discount", "63.00"),
        ("12.5 % off", "−7.88"),  # 7.875
        ("Total, EUR", "55.12"),
    ]
    assert said == sums_of(bill)  # as on the screen
    printing = Printing(report, pdf_device(report, tmp_path / "bill.pdf"))
    assert printing.step(printing.total)
    drawn = set(printing.paper.texts(0))
    assert {text for line in (*report.rows, *said) for text in line if text} <= drawn
    assert all(text in csv_text(report) for text in ("Diet · 25 % off", "12.5 % off"))
    assert receipt_report(bill, bill.payments[0]).rows[0][-1] == "55.12"
    statement = statement_report(read_statement(desk.mirror, client, today(), today()))
    assert [line[2] for line in statement.rows if line[2]] == ["55.12"]
    day = {line[0]: line[-1] for line in day_report(read_day(desk.mirror, today())).sums}
    assert day["Invoices posted, 1"] == "55.12"
    assert day["Of these invoices not paid yet, 1"] == said[-1][-1] == "35.12"


def test_the_lists_tell_how_far_each_invoice_is(qtbot: QtBot, desk: Desk) -> None:
    mirror = desk.mirror
    draft, _ = start_invoice(mirror, {}, [NewLine("Visit", D(10))])
    part, done, gone = (posted(desk, "48.00") for _ in range(3))
    pay(mirror, part, Part(D(8)))
    pay(mirror, done, Part(D(48)))
    credit(mirror, gone)
    states = {row.id: row.state for row in invoice_rows(mirror, Which.EVERY, today())}
    assert states[draft] == "Draft"
    assert (states[part], states[done], states[gone]) == ("Part paid", "Paid", "Credited")
    opened = {row.id for row in invoice_rows(mirror, Which.OPEN, today())}
    assert opened == {draft, part}
    assert invoice_rows(mirror, Which.EVERY, today(), 2).total == 5
    bill = shown(desk, draft)
    assert replace(bill.row, total=D(0)).left == 0
