"""Estimates, invoices, credit notes and the stock that goes with their lines (rules 13, 17, 23)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fluffydesk.actions import rules
from fluffydesk.actions.crediting import credit
from fluffydesk.actions.findings.bills import unbilled_visits
from fluffydesk.actions.invoicing import (
    NewLine,
    accept_estimate,
    add_line,
    change_line,
    delete_draft,
    post_invoice,
    prices,
    remove_line,
    set_discount,
    start_invoice,
)
from fluffydesk.actions.payments import Part, pay
from fluffydesk.actions.rules.invoices import totals_of
from fluffydesk.actions.saving import add, change, remove
from fluffydesk.actions.visit_bill import bill_visit
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import LabResult, PetVaccination, Prescription
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.records.farm_resources import InventoryTransaction
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.records.organizations import Organization
from fluffydesk.records.payments import Invoice, InvoiceItem
from fluffydesk.records.types import today
from tests.clinic_money import Desk
from tests.mirrors import new_mirror

D = Decimal


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_mirror(tmp_path / "till.db") as mirror:
        yield Desk(mirror)


@pytest.fixture
def mirror(desk: Desk) -> Mirror:
    return desk.mirror


def tablets(desk: Desk, quantity: int = 10, **more: Any) -> NewLine:
    """Return a line of tablets at 0.50 with 9 %."""
    given = {"tax_rate": D(9), "stock_item_id": desk["tablets"], **more}
    return NewLine("Co-amoxiclav 250 mg", D("0.50"), D(quantity), **given)


CHECK_UP = NewLine("Check-up", D(48), tax_rate=D(21))


class TestRule23:
    """Invoice = sum of lines - discounts + tax; posted ones stay; a credit note corrects."""

    def test_the_total_is_the_sum_of_the_lines_less_the_discounts_with_tax(
        self, desk: Desk, mirror: Mirror
    ) -> None:
        food = NewLine("Renal diet, 2 kg", D("17.95"), D(3), D(9), off=D("3.85"))
        given = {"client_id": desk["Noor Vale"]}
        invoice, _ = start_invoice(mirror, given, [CHECK_UP, food], off=D("9.80"))
        row = desk.invoice(invoice)
        assert row.total == D("88.20")  # 48.00 + 50.00 - 9.80, as the paper says
        assert row.total == row.subtotal - row.discount + row.tax
        assert row.subtotal == sum(line.line_total for line in desk.lines(invoice))
        with mirror.read() as connection:
            found = totals_of(connection, row)
        assert [(one.tax_rate, one.gross) for one in found.rates] == [
            (D(9), D("45.00")),
            (D(21), D("43.20")),
        ]

    def test_the_discount_on_the_whole_stays_when_a_line_comes_or_goes(
        self, desk: Desk, mirror: Mirror
    ) -> None:
        invoice, _ = start_invoice(mirror, {}, [CHECK_UP])
        set_discount(mirror, invoice, D("5.00"))
        [line], _ = add_line(mirror, invoice, NewLine("Nail clipping", D(16), tax_rate=D(21)))
        assert desk.invoice(invoice).total == D("59.00")
        change_line(mirror, line, {"quantity": D(2), "off": D(2)})
        assert desk.invoice(invoice).total == D("73.00")
        assert prices(desk.lines(invoice)[1])["price"] == D("16.00")
        remove_line(mirror, line)
        assert desk.invoice(invoice).total == D("43.00")
        with pytest.raises(InvalidValue, match="more than the whole"):
            set_discount(mirror, invoice, D("48.01"))

    def test_a_line_by_the_form_or_the_command_moves_the_total_too(
        self, desk: Desk, mirror: Mirror
    ) -> None:
        invoice, _ = start_invoice(mirror, {}, [CHECK_UP])
        typed = {
            "invoice_id": invoice,
            "description": "Bandage",
            "unit_price": D(10),
            "line_total": D(10),
            "tax_rate": D(21),
            "tax": D("2.10"),
        }
        row, _ = add(mirror, InvoiceItem, typed)
        assert desk.invoice(invoice).total == D("60.10")
        with pytest.raises(InvalidValue, match=r"is 20\.00") as wrong:
            change(mirror, InvoiceItem, row, {"quantity": 2})
        assert wrong.value.field == "line_total"
        with pytest.raises(InvalidValue, match=r"21 % of 10\.00 is 2\.10"):
            change(mirror, InvoiceItem, row, {"tax": D("2.50")})
        remove(mirror, InvoiceItem, row)
        assert desk.invoice(invoice).total == D("48.00")

    def test_a_posted_invoice_stays_whichever_way_it_is_changed(
        self, desk: Desk, mirror: Mirror
    ) -> None:
        invoice, _ = start_invoice(mirror, {"client_id": desk["Noor Vale"]}, [CHECK_UP])
        [line] = desk.lines(invoice)
        post_invoice(mirror, invoice)
        row = desk.invoice(invoice)
        assert (row.number, row.posted_total) == (f"{today().year}-00001", D("48.00"))
        assert row.bill_to_name == "Noor Vale"
        assert row.bill_to_tax_number == "NL001"
        for attempt in (
            lambda: change(mirror, Invoice, invoice, {"total": D(1), "subtotal": D(1), "tax": 0}),
            lambda: change(mirror, Invoice, invoice, {"status": InvoiceStatus.DRAFT}),
            lambda: change(mirror, Invoice, invoice, {"status": InvoiceStatus.VOID}),
            lambda: change(mirror, Invoice, invoice, {"number": "2"}),
            lambda: change(mirror, Invoice, invoice, {"client_id": None}),
            lambda: change(mirror, InvoiceItem, line.id, {"description": "Free"}),
            lambda: remove(mirror, InvoiceItem, line.id),
            lambda: remove(mirror, Invoice, invoice),
            lambda: add_line(mirror, invoice, CHECK_UP),
            lambda: set_discount(mirror, invoice, D(1)),
            lambda: post_invoice(mirror, invoice),
            lambda: delete_draft(mirror, invoice),
        ):
            with pytest.raises(Refusal, match="posted"):
                attempt()
        assert desk.invoice(invoice) == row
        change(mirror, Invoice, invoice, {"notes": "Thank you", "due_date": date(2999, 1, 1)})

    def test_an_invoice_that_is_not_its_lines_is_not_posted(
        self, desk: Desk, mirror: Mirror
    ) -> None:
        typed = {"subtotal": D(100), "total": D(100), "status": InvoiceStatus.POSTED}
        with pytest.raises(Refusal, match="not what the lines come to"):
            add(mirror, Invoice, typed)
        with pytest.raises(InvalidValue, match="not the items"):
            add(mirror, Invoice, {"subtotal": D(100), "total": D(90)})
        empty, _ = start_invoice(mirror, {})
        with pytest.raises(Refusal, match="nothing on it"):
            post_invoice(mirror, empty)

    def test_it_is_due_after_the_days_of_the_clinic(self, desk: Desk, mirror: Mirror) -> None:
        [organization] = desk.rows(Organization)
        with mirror.unit("Days") as unit:
            unit.update(Organization, organization.id, {"payment_days": 30})
        invoice, _ = start_invoice(mirror, {}, [CHECK_UP])
        post_invoice(mirror, invoice)
        assert desk.invoice(invoice).due_date == today() + timedelta(days=30)
        with pytest.raises(InvalidValue, match="due then or later"):
            change(mirror, Invoice, invoice, {"due_date": today() - timedelta(days=1)})

    def test_some_lines_and_then_the_rest_are_credited_to_the_cent(
        self, desk: Desk, mirror: Mirror
    ) -> None:
        invoice, _ = start_invoice(mirror, {}, [CHECK_UP, tablets(desk, 7)], off=D("5.17"))
        line = desk.lines(invoice)[1]
        pay(mirror, invoice, Part(D("46.33")))
        assert desk.left("tablets")["A1"] == 13
        first, _ = credit(mirror, invoice, {line.id: D(2)}, stock_back=True, reason="Not used")
        assert desk.left("tablets")["A1"] == 15
        note = desk.invoice(first.id)
        assert (note.kind, note.credits_id) == (InvoiceKind.CREDIT_NOTE, invoice)
        assert (note.number, note.status) == (f"{today().year}-00002", InvoiceStatus.POSTED)
        assert first.to_pay_back == first.total
        with pytest.raises(InvalidValue, match="Only 5 of"):
            credit(mirror, invoice, {line.id: D(6)})
        rest, _ = credit(mirror, invoice)
        assert first.total + rest.total == D("46.33")
        assert rest.to_pay_back == D("46.33")
        assert desk.left("tablets")["A1"] == 15
        with pytest.raises(Refusal, match="All of it was given back"):
            credit(mirror, invoice)
        assert desk.invoice(invoice).total == D("46.33")

    def test_a_credit_note_is_on_a_posted_invoice_and_for_no_more(
        self, desk: Desk, mirror: Mirror
    ) -> None:
        draft, _ = start_invoice(mirror, {}, [CHECK_UP])
        with pytest.raises(Refusal, match="Only a posted invoice"):
            credit(mirror, draft)
        typed = {"kind": InvoiceKind.CREDIT_NOTE, "credits_id": draft, "currency": "EUR"}
        with pytest.raises(Refusal, match="corrects a posted invoice"):
            add(mirror, Invoice, typed)
        post_invoice(mirror, draft)
        with pytest.raises(InvalidValue, match="Only a credit note corrects"):
            add(mirror, Invoice, {**typed, "kind": InvoiceKind.INVOICE})
        more, _ = add(mirror, Invoice, typed)
        add_line(mirror, more, NewLine("Check-up", D(49), tax_rate=D(21)))
        with pytest.raises(InvalidValue, match=r"More than the 48\.00"):
            post_invoice(mirror, more)


class TestStock:
    """Rules 13 and 17: what a line sells leaves its lot with it, the first to expire first."""

    def test_the_lot_that_expires_first_is_taken_first_in_the_same_unit(
        self, desk: Desk, mirror: Mirror
    ) -> None:
        invoice, changes = start_invoice(mirror, {}, [tablets(desk, 25, off=D("0.50"))])
        assert {"invoices", "invoice_items", "inventory_transactions"} <= set(changes)
        assert [(row.quantity, row.lot) for row in desk.lines(invoice)] == [(20, "A1"), (5, "B2")]
        assert desk.left("tablets") == {"A1": 0, "B2": 95}
        assert desk.invoice(invoice).total == D("12.00")
        for row in desk.rows(InventoryTransaction, invoice_id=invoice):
            assert row.reason == "Sold: Co-amoxiclav 250 mg"

    def test_what_a_line_took_comes_back_with_it(self, desk: Desk, mirror: Mirror) -> None:
        invoice, _ = start_invoice(mirror, {}, [tablets(desk, 8), CHECK_UP])
        line = desk.lines(invoice)[0].id
        change_line(mirror, line, {"quantity": D(12)})
        assert desk.left("tablets") == {"A1": 8, "B2": 100}
        change_line(mirror, line, {"lot": "B2"})
        assert desk.left("tablets") == {"A1": 20, "B2": 88}
        remove_line(mirror, line)
        assert desk.left("tablets") == {"A1": 20, "B2": 100}
        add_line(mirror, invoice, tablets(desk, 30))
        delete_draft(mirror, invoice)
        assert desk.left("tablets") == {"A1": 20, "B2": 100}

    def test_a_draft_deleted_by_the_form_gives_its_stock_back(
        self, desk: Desk, mirror: Mirror
    ) -> None:
        invoice, _ = start_invoice(mirror, {}, [tablets(desk, 30)])
        remove(mirror, Invoice, invoice)
        assert desk.left("tablets") == {"A1": 20, "B2": 100}
        assert desk.rows(InvoiceItem) == []

    def test_no_expired_lot_and_no_more_than_there_is(self, desk: Desk, mirror: Mirror) -> None:
        spray = NewLine("Wound spray", D(9), stock_item_id=desk["spray"])
        with pytest.raises(InvalidValue, match="expired"):
            start_invoice(mirror, {}, [spray])
        old = NewLine("Wound spray", D(9), stock_item_id=desk["spray"], lot="OLD")
        with pytest.raises(InvalidValue, match="Lot OLD expired on"):
            start_invoice(mirror, {}, [old])
        with pytest.raises(InvalidValue, match="at most 100"):
            start_invoice(mirror, {}, [tablets(desk, 121)])
        assert desk.rows(Invoice) == []  # all of it or nothing
        assert desk.left("tablets") == {"A1": 20, "B2": 100}

    def test_a_line_by_the_form_takes_its_stock_too(self, desk: Desk, mirror: Mirror) -> None:
        invoice, _ = start_invoice(mirror, {})
        typed = {
            "invoice_id": invoice,
            "description": "Tablets",
            "quantity": D(4),
            "stock_item_id": desk["tablets"],
        }
        row, _ = add(mirror, InvoiceItem, typed)
        assert desk.left("tablets")["A1"] == 16
        assert desk.lines(invoice)[0].lot == "A1"
        remove(mirror, InvoiceItem, row)
        assert desk.left("tablets")["A1"] == 20

    def test_an_estimate_takes_nothing_until_it_is_accepted(
        self, desk: Desk, mirror: Mirror
    ) -> None:
        given = {"kind": InvoiceKind.ESTIMATE, "client_id": desk["Noor Vale"]}
        estimate, _ = start_invoice(mirror, given, [CHECK_UP, tablets(desk, 25)], off=D("0.50"))
        assert desk.left("tablets") == {"A1": 20, "B2": 100}
        with pytest.raises(Refusal, match="estimate is not posted"):
            post_invoice(mirror, estimate)
        invoice, _ = accept_estimate(mirror, estimate)
        assert desk.left("tablets") == {"A1": 0, "B2": 95}
        made = desk.invoice(invoice)
        assert (made.estimate_id, made.total) == (estimate, desk.invoice(estimate).total)
        assert desk.invoice(estimate).accepted_at is not None
        assert accept_estimate(mirror, estimate)[0] == invoice
        assert len(desk.rows(Invoice)) == 2


class TestVisit:
    """From visit to money: the record fills the invoice, and nothing is taken twice."""

    def test_service_papers_and_lab_become_lines_at_list_prices(
        self, desk: Desk, mirror: Mirror
    ) -> None:
        record = self.record(desk)
        paper = {
            "pet_id": desk["Biscuit"],
            "record_id": record,
            "product": "Co-amoxiclav 250 mg",
            "item_id": desk["tablets"],
            "lot": "A1",
            "dose": D(1),
            "quantity": D(14),
        }
        add(mirror, Prescription, paper)
        taken = desk.left("tablets")
        shot = {"pet_id": desk["Biscuit"], "record_id": record, "vaccine": "Rabies"}
        add(mirror, PetVaccination, shot)
        for test in ("Creatinine", "Urea"):
            value = {"test": test, "panel": "Dental cleaning", "value": D(1)}
            add(mirror, LabResult, {"pet_id": desk["Biscuit"], "record_id": record, **value})
        invoice, _ = bill_visit(mirror, desk["Biscuit visit"])
        said = [(row.description, row.quantity, row.lot) for row in desk.lines(invoice)]
        assert said == [
            ("Check-up", 1, None),
            ("Co-amoxiclav 250 mg", 14, "A1"),
            ("Rabies", 1, None),
            ("Dental cleaning", 1, None),
        ]
        assert desk.invoice(invoice).total == D("55.00")
        assert desk.left("tablets") == taken  # what the prescription took is not taken again
        row = desk.invoice(invoice)
        assert (row.client_id, row.appointment_id) == (desk["Noor Vale"], desk["Biscuit visit"])

    def test_what_came_since_is_added_to_the_draft_once(self, desk: Desk, mirror: Mirror) -> None:
        invoice, _ = bill_visit(mirror, desk["Biscuit visit"])
        record = self.record(desk)
        shot = {"pet_id": desk["Biscuit"], "record_id": record, "vaccine": "Rabies"}
        add(mirror, PetVaccination, shot)
        for _ in range(2):
            assert bill_visit(mirror, desk["Biscuit visit"])[0] == invoice
        assert [row.description for row in desk.lines(invoice)] == ["Check-up", "Rabies"]
        post_invoice(mirror, invoice)
        assert bill_visit(mirror, desk["Biscuit visit"])[0] == invoice

    def test_what_came_after_the_invoice_was_posted_is_on_another_draft(
        self, desk: Desk, mirror: Mirror
    ) -> None:
        visit = desk["Biscuit visit"]
        record = self.record(desk)
        paper = {"pet_id": desk["Biscuit"], "record_id": record, "dose": D(1), "quantity": D(1)}
        drops = {**paper, "product": "Co-amoxiclav", "item_id": desk["tablets"], "lot": "A1"}
        add(mirror, Prescription, drops)
        first, _ = bill_visit(mirror, visit)
        assert self.unbilled(mirror, visit) == []
        add(mirror, Prescription, drops)  # a second bottle; nothing is posted: it goes to the draft
        assert self.unbilled(mirror, visit) == []
        assert bill_visit(mirror, visit)[0] == first
        post_invoice(mirror, first)
        values = {"pet_id": desk["Biscuit"], "record_id": record, "test": "Vaccination"}
        add(mirror, LabResult, {**values, "value": D(1)})  # at the price of the service so named
        assert self.unbilled(mirror, visit) == ["Vaccination"]
        second, _ = bill_visit(mirror, visit)
        assert second != first
        said = ["Check-up", "Co-amoxiclav", "Co-amoxiclav"]
        assert [row.description for row in desk.lines(first)] == said
        assert [row.description for row in desk.lines(second)] == ["Vaccination"]
        assert self.unbilled(mirror, visit) == []
        assert bill_visit(mirror, visit)[0] == second
        add(mirror, Prescription, drops)
        assert self.unbilled(mirror, visit) == ["Co-amoxiclav"]
        assert bill_visit(mirror, visit)[0] == second
        said = ["Vaccination", "Co-amoxiclav"]
        assert [row.description for row in desk.lines(second)] == said

    def unbilled(self, mirror: Mirror, visit: Any) -> list[str]:
        with mirror.read() as connection:
            return unbilled_visits(connection, today()).get(visit, [])

    def test_what_was_given_back_in_full_is_billed_anew(self, desk: Desk, mirror: Mirror) -> None:
        """Rule 23: a wrong invoice is corrected by a credit note, and the visit is billed again."""
        wrong, _ = bill_visit(mirror, desk["Biscuit visit"])
        post_invoice(mirror, wrong)
        [line] = desk.lines(wrong)
        credit(mirror, wrong, {line.id: D("0.5")})
        assert bill_visit(mirror, desk["Biscuit visit"])[0] == wrong
        credit(mirror, wrong)
        again, _ = bill_visit(mirror, desk["Biscuit visit"])
        assert again != wrong
        assert [row.description for row in desk.lines(again)] == ["Check-up"]
        assert bill_visit(mirror, desk["Biscuit visit"])[0] == again

    def record(self, desk: Desk) -> Any:
        values = {"pet_id": desk["Biscuit"], "appointment_id": desk["Biscuit visit"]}
        row, _ = add(desk.mirror, MedicalRecord, values)
        return row


def test_numbers_are_from_the_block_and_of_the_year(desk: Desk, mirror: Mirror) -> None:
    found = []
    for _ in range(3):
        invoice, _ = start_invoice(mirror, {}, [CHECK_UP])
        post_invoice(mirror, invoice)
        found.append(desk.invoice(invoice).number)
    assert found == [f"{today().year}-0000{number}" for number in (1, 2, 3)]


def test_every_record_of_money_has_its_rules() -> None:
    assert {Invoice, InvoiceItem} <= rules.RULES.keys()
