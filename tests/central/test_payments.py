"""Invoices that stay as they were posted, and what is paid of them and of orders."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege, LockNotAvailable, RaiseException

from fluffydesk.figures.invoices import Line, line, totals, whole_off
from tests.central.central_rows import BARN, adding, changing, deleting, insert, parcel

_LINE = (
    "insert into invoice_items (organization_id, invoice_id, position, description, quantity, "
    "unit_price, line_total, tax_rate, tax) values (%s, %s, %s, 'Thing', %s, %s, %s, %s, %s)"
)


class Clinic:
    """A clinic whose client Ada has an account, and the vet who writes invoices."""

    def __init__(self, central: Any) -> None:
        self.central, self.admin = central, central.admin()
        self.id = central.add_organization("Town Clinic", "veterinary_clinic")
        elsewhere = central.add_organization("Hill Farm")
        central.add_user("vet", self.id, "veterinarian")
        central.add_user("owner", self.id, "owner")
        self.ada_id = central.add_user("ada", elsewhere, "owner")
        self.vet, self.ada = central.login("vet"), central.login("ada")
        self.owner = central.login("owner")
        self.client = self.add("clinic_clients", full_name="Ada")

    def add(self, table: str, login: Any = None, **values: Any) -> UUID:
        id = uuid4()
        insert(login or self.vet, table, {"id": id, "organization_id": self.id, **values})
        return id

    def invoice(self, total: int = 100, **values: Any) -> UUID:
        given = {"client_id": self.client, "subtotal": total, "total": total, "status": "posted"}
        return self.add("invoices", **given | values)

    def draft(self, total: int = 100) -> UUID:
        """Add a draft of one line; what it comes to is central's to reckon."""
        draft = self.add("invoices", client_id=self.client)
        self.line(draft, total)
        return draft

    def line(self, invoice: UUID, amount: int, **values: Any) -> UUID:
        given = {"description": "Visit", "unit_price": amount, "line_total": amount, **values}
        return self.add("invoice_items", invoice_id=invoice, **given)

    def pay(self, invoice: UUID, amount: int, **values: Any) -> UUID:
        return self.add("payments", invoice_id=invoice, amount=amount, **values)

    def of(self, invoice: UUID, columns: str = "paid, status") -> Any:
        query = f"select {columns} from invoices where id = %s"
        return self.admin.execute(query, (invoice,)).fetchone()


@pytest.fixture
def clinic(central: Any) -> Clinic:
    return Clinic(central)


def test_a_posted_invoice_stays_as_it_is(clinic: Clinic) -> None:
    draft = clinic.invoice(status="draft")
    line = clinic.add("invoice_items", invoice_id=draft, description="Visit")
    clinic.vet.execute("update invoices set subtotal = 50, total = 50")
    clinic.vet.execute("update invoices set status = 'posted'")
    for query in (
        "update invoices set subtotal = 1, total = 1",
        "update invoices set status = 'draft'",
        "update invoices set client_id = null",
        "update invoices set number = 'X'",
        "update invoice_items set description = 'Free'",
        "delete from invoice_items",
    ):
        with pytest.raises(RaiseException, match="credit note"):
            clinic.vet.execute(query)
    with pytest.raises(RaiseException, match="credit note"):
        clinic.add("invoice_items", invoice_id=draft, description="More")
    with pytest.raises(RaiseException, match="credit note"):
        clinic.owner.execute("delete from invoices")
    clinic.vet.execute("update invoices set notes = 'Thank you', due_date = '2999-01-01'")
    assert clinic.admin.execute("select id from invoice_items").fetchone()[0] == line
    clinic.admin.execute("delete from invoice_items where false")
    clinic.admin.execute("delete from organizations where id = %s", (clinic.id,))


def test_an_invoice_whose_lines_changed_elsewhere_is_not_posted_unseen(clinic: Clinic) -> None:
    draft = clinic.draft()
    clinic.line(draft, 20)
    assert clinic.of(draft, "subtotal, total") == (120, 120)
    with pytest.raises(RaiseException, match="changed on another PC"):
        clinic.vet.execute("update invoices set status = 'posted', posted_total = 100")
    clinic.vet.execute("update invoices set status = 'posted', posted_total = 120")
    assert clinic.of(draft, "status") == ("posted",)
    # Whatever total is sent along: what is posted is what the lines come to.
    other = clinic.draft()
    with pytest.raises(RaiseException, match="changed on another PC"):
        clinic.vet.execute(
            "update invoices set status = 'posted', subtotal = 90, total = 90, posted_total = 90"
            " where id = %s",
            (other,),
        )


def test_a_draft_comes_to_what_its_lines_and_its_discount_say(clinic: Clinic) -> None:
    draft = clinic.draft(50)
    tablets = clinic.line(draft, 10, tax_rate=21, tax=Decimal("2.10"))
    columns = "subtotal, discount, tax, total"
    clinic.vet.execute("update invoices set price_off = 6.21")
    assert clinic.of(draft, columns) == (60, 6, Decimal("1.89"), Decimal("55.89"))
    # What does not add up, since two desks wrote parts of it, is put right and not refused.
    clinic.vet.execute("update invoices set total = 1, discount = 9")
    assert clinic.of(draft, "total") == (Decimal("55.89"),)
    clinic.vet.execute("delete from invoice_items where id = %s", (tablets,))
    assert clinic.of(draft, columns) == (50, Decimal("6.21"), 0, Decimal("43.79"))
    clinic.vet.execute("update invoices set price_off = 80")
    assert clinic.of(draft, columns) == (50, 50, 0, 0)
    clinic.vet.execute("delete from invoice_items")
    assert clinic.of(draft, columns) == (0, 0, 0, 0)


def test_central_reckons_drafts_as_every_pc_does(clinic: Clinic) -> None:
    """Rule 23; of many drafts, with discounts as amounts and in percent, at all rates of tax."""
    chance, wanted = random.Random(230), {}
    for number in range(60):
        known = []
        for _ in range(chance.randint(1, 5)):
            price = Decimal(chance.randint(0, 99_999)) / 100
            rate = Decimal(chance.choice(["0", "5.5", "9", "21", "25.5"]))
            known.append(line(Decimal(chance.randint(1, 9)), price, rate))
        kept = [(one.net, one.tax, one.tax_rate) for one in known]
        said = Decimal(chance.randint(0, 10_000)) / 100
        off, percent = (said, Decimal(0)) if number % 2 else (Decimal(0), said)
        found = totals(kept, whole_off(kept, off, percent))
        columns = {"client_id": clinic.client, "price_off": off, "price_off_percent": percent}
        with clinic.vet.transaction():
            draft = clinic.add("invoices", **columns)
            rows = [
                (clinic.id, draft, place, one.quantity, one.unit_price, one.net, *one_tax(one))
                for place, one in enumerate(known)
            ]
            clinic.vet.cursor().executemany(_LINE, rows)
        wanted[draft] = (found.subtotal, found.discount, found.tax, found.total)
    query = "select id, subtotal, discount, tax, total from invoices"
    assert {id: tuple(sums) for id, *sums in clinic.admin.execute(query)} == wanted


def one_tax(one: Line) -> tuple[Decimal, Decimal]:
    return one.tax_rate, one.tax


def test_a_discount_is_an_amount_or_a_percentage(clinic: Clinic) -> None:
    draft = clinic.draft(50)
    clinic.vet.execute("update invoices set price_off_percent = 10")
    assert clinic.of(draft, "subtotal, discount, total") == (50, 5, 45)
    clinic.line(draft, 10)
    assert clinic.of(draft, "total") == (54,)
    for values in ("price_off = 1", "price_off_percent = 100.01", "price_off_percent = -1"):
        with pytest.raises(CheckViolation):
            clinic.vet.execute(f"update invoices set {values}")
    clinic.vet.execute("update invoices set status = 'posted', posted_total = 54")
    with pytest.raises(RaiseException, match="credit note"):
        clinic.vet.execute("update invoices set price_off_percent = 0")


def test_numbers_follow_one_another_when_posted(clinic: Clinic) -> None:
    given: dict[str, Any] = {"issue_date": "2026-03-01"}
    clinic.invoice(**given, number="2026-00041")
    clinic.invoice(**given, number="Paper 99")
    draft = clinic.invoice(**given, status="draft")
    assert clinic.of(draft, "number") == (None,)
    assert clinic.of(clinic.invoice(**given), "number") == ("2026-00042",)
    clinic.vet.execute("update invoices set status = 'posted' where id = %s", (draft,))
    assert clinic.of(draft, "number") == ("2026-00043",)
    assert clinic.of(clinic.invoice(issue_date="2027-01-01"), "number") == ("2027-00001",)


def test_what_is_paid_is_the_sum_of_payments(clinic: Clinic) -> None:
    invoice = clinic.invoice()
    first = clinic.pay(invoice, 40)
    assert clinic.of(invoice) == (40, "posted")
    clinic.pay(invoice, 60, status="pending")
    assert clinic.of(invoice) == (40, "posted")
    clinic.vet.execute("update payments set status = 'completed'")
    assert clinic.of(invoice) == (100, "paid")
    with pytest.raises(CheckViolation, match="more would be paid"):
        clinic.pay(invoice, 1)
    back = clinic.add("payment_refunds", payment_id=first, amount=15)
    assert clinic.of(invoice) == (85, "posted")
    kept = "select refunded_amount from payments where id = %s"
    assert clinic.vet.execute(kept, (first,)).fetchone() == (15,)
    for wrong, said in (
        ("update payment_refunds set amount = 40.01", "40.01 of 40.00"),
        ("update payments set amount = 14 where refunded_amount > 0", "15.00 of 14.00"),
        ("update payments set status = 'failed' where refunded_amount > 0", "not received"),
    ):
        with pytest.raises(psycopg.Error, match=said):
            clinic.vet.execute(wrong)
    clinic.pay(invoice, 15)
    with pytest.raises(RaiseException, match="without it, more would be paid"):
        clinic.owner.execute("delete from payment_refunds")
    clinic.owner.execute("delete from payments where amount = 15")
    clinic.owner.execute("delete from payment_refunds where id = %s", (back,))
    assert clinic.of(invoice) == (100, "paid")
    clinic.owner.execute("delete from payments where id = %s", (first,))
    assert clinic.of(invoice) == (60, "posted")
    with pytest.raises(RaiseException, match="currency"):
        clinic.pay(invoice, 1, currency="JPY")
    draft = clinic.draft()
    clinic.pay(draft, 30)
    with pytest.raises(RaiseException, match="paid already"):
        clinic.vet.execute("update invoice_items set unit_price = 20, line_total = 20")


def test_two_who_pay_back_at_the_same_moment_do_not_pay_back_more_than_came(
    clinic: Clinic,
) -> None:
    payment = clinic.pay(clinic.invoice(), 40)
    clinic.owner.execute("set lock_timeout = 50")
    with clinic.vet.transaction():
        clinic.add("payment_refunds", payment_id=payment, amount=30)
        with pytest.raises(LockNotAvailable):  # it waits: what it sees may not be all
            clinic.add("payment_refunds", clinic.owner, payment_id=payment, amount=30)
    with pytest.raises(CheckViolation, match=r"60\.00 of 40\.00"):
        clinic.add("payment_refunds", clinic.owner, payment_id=payment, amount=30)
    clinic.add("payment_refunds", clinic.owner, payment_id=payment, amount=10)


def test_a_credit_note_takes_off_what_is_owed(clinic: Clinic) -> None:
    invoice = clinic.invoice()
    clinic.pay(invoice, 70)
    note: dict[str, Any] = {"kind": "credit_note", "credits_id": invoice}
    clinic.invoice(30, **note)
    assert clinic.of(invoice) == (70, "paid")
    for wrong in ({"currency": "JPY"}, {"credits_id": clinic.invoice(status="draft")}):
        with pytest.raises(RaiseException, match="credit note"):
            clinic.invoice(1, **note | wrong)


def test_a_client_reads_their_own_bills_once_they_are_posted(clinic: Clinic) -> None:
    before = clinic.invoice()
    counted = "select count(*) from invoices"
    assert clinic.ada.execute(counted).fetchone()[0] == 0
    clinic.admin.execute("update clinic_clients set user_id = %s", (clinic.ada_id,))
    clinic.pay(clinic.invoice(), 10)
    draft = clinic.invoice(status="draft")
    clinic.add("invoice_items", invoice_id=draft, description="Visit")
    clinic.invoice(client_id=None)
    assert clinic.ada.execute(counted).fetchone()[0] == 2
    assert clinic.ada.execute("select count(*) from payments").fetchone()[0] == 1
    assert clinic.ada.execute("select count(*) from invoice_items").fetchone()[0] == 0
    assert clinic.ada.execute("update invoices set notes = 'Paid!'").rowcount == 0
    for query in ("update invoices set paid = 100", "update payments set user_id = auth.uid()"):
        with pytest.raises(InsufficientPrivilege):
            clinic.vet.execute(query)
    clinic.vet.execute("update invoices set client_id = null where id = %s", (draft,))
    assert clinic.of(draft, "user_id") == (None,)
    assert clinic.of(before, "user_id") == (clinic.ada_id,)


def test_a_pc_sends_an_invoice_with_its_lines_and_its_payment_in_any_order(clinic: Clinic) -> None:
    gateway = clinic.central.gateway("owner")
    rows = [
        adding("invoices", clinic.id, status="posted", subtotal=10000, total=10000),
    ]
    invoice = rows[0]["id"]
    rows.append(adding("payments", clinic.id, invoice_id=invoice, amount=10000))
    payment = rows[1]["id"]
    line = {"invoice_id": invoice, "unit_price": 100_000_000, "line_total": 10000}
    rows.append(adding("invoice_items", clinic.id, description="Visit", **line))
    (answer,) = gateway.push(clinic.id, BARN, [parcel(*rows)])
    assert answer["result"] == "applied", answer
    assert clinic.of(UUID(invoice)) == (100, "paid")

    version = clinic.of(UUID(invoice), "row_version")[0]
    (paid,) = clinic.admin.execute("select row_version from payments").fetchone()
    # Rows that nothing points to are deleted first: the invoice must not have moved on by then.
    (answer,) = gateway.push(
        clinic.id,
        BARN,
        [
            parcel(
                deleting("payments", payment, paid),
                changing("invoices", invoice, version, notes="Paid back"),
            )
        ],
    )
    assert answer["result"] == "applied", answer
    assert clinic.of(UUID(invoice)) == (0, "posted")
    more = adding("invoice_items", clinic.id, invoice_id=invoice, description="More")
    (answer,) = gateway.push(clinic.id, BARN, [parcel(more)])
    assert (answer["result"], answer["code"]) == ("rejected", "P0001")
    assert "credit note" in answer["message"]
    # Of rows that go in together, the one at fault is named.
    fits, not_so = (
        adding("payments", clinic.id, invoice_id=invoice, amount=100, currency=currency)
        for currency in ("EUR", "JPY")
    )
    (answer,) = gateway.push(clinic.id, BARN, [parcel(fits, not_so)])
    assert (answer["code"], answer["row_id"]) == ("P0001", not_so["id"])


def test_a_shop_enters_what_came_in_for_an_order(clinic: Clinic) -> None:
    insert(clinic.admin, "orders", {"organization_id": clinic.id, "subtotal": 50, "total": 50})
    order = clinic.admin.execute("select id from orders").fetchone()[0]
    pay = "select record_order_payment(%s, %s, 'cash')"
    clinic.vet.execute(pay, (order, 20))
    state = "select paid, payment_status from orders"
    assert clinic.admin.execute(state).fetchone() == (20, "pending")
    clinic.vet.execute(pay, (order, 30))
    assert clinic.admin.execute(state).fetchone() == (Decimal(50), "completed")
    clinic.vet.execute("update payments set status = 'refunded'")
    assert clinic.admin.execute(state).fetchone() == (0, "refunded")
    with pytest.raises(InsufficientPrivilege):
        clinic.ada.execute(pay, (order, 30))
