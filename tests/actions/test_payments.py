"""Payments, credit, money paid back and the till at the end of a day (rules 23, 24 and 25)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from fluffydesk.actions.balances import balances
from fluffydesk.actions.crediting import credit
from fluffydesk.actions.invoicing import NewLine, post_invoice, start_invoice
from fluffydesk.actions.payments import (
    Part,
    keep_as_credit,
    open_invoices,
    owed_for,
    pay,
    pay_back,
    pay_on_account,
    take_back,
    use_credit,
)
from fluffydesk.actions.saving import add, change
from fluffydesk.actions.tills import bounds, cash_of, close_till
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import TillClosing
from fluffydesk.records.enums import PaymentStatus
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus, PaymentMethod
from fluffydesk.records.payments import Invoice, Payment, PaymentRefund
from fluffydesk.records.types import now, today
from tests.clinic_money import Desk
from tests.mirrors import new_mirror

D = Decimal
CARD = PaymentMethod.CARD


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_mirror(tmp_path / "till.db") as mirror:
        yield Desk(mirror)


@pytest.fixture
def mirror(desk: Desk) -> Mirror:
    return desk.mirror


def invoice(desk: Desk, price: str = "48.00", kind: InvoiceKind = InvoiceKind.INVOICE) -> UUID:
    """Write a draft of one line with 21 % tax."""
    given = {"client_id": desk["Noor Vale"], "kind": kind}
    made, _ = start_invoice(desk.mirror, given, [NewLine("Visit", D(price), tax_rate=D(21))])
    return made


def units(mirror: Mirror) -> int:
    with mirror.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM units").scalar_one())


class TestRule23:
    """paid <= total."""

    def test_parts_by_several_methods_and_change_for_cash(self, desk: Desk, mirror: Mirror) -> None:
        bill = invoice(desk)
        paid, _ = pay(mirror, bill, Part(D("8.00"), given=D("10.00")), Part(D("15.00"), CARD))
        assert (paid.change, paid.left) == (D("2.00"), D("25.00"))
        assert desk.invoice(bill).status is InvoiceStatus.POSTED
        assert [(row.amount, row.method, row.till) for row in desk.payments(bill)] == [
            (D("8.00"), PaymentMethod.CASH, "Front desk"),
            (D("15.00"), CARD, "Front desk"),
        ]
        with mirror.read() as connection:
            client = desk["Noor Vale"]
            assert balances(connection, [client]) == {client: D("25.00")}

    def test_no_more_than_is_left_whichever_way_it_is_entered(
        self, desk: Desk, mirror: Mirror
    ) -> None:
        bill = invoice(desk)
        pay(mirror, bill, Part(D("40.00")))
        with pytest.raises(InvalidValue, match=r"Only 8\.00 is left to pay") as wrong:
            pay(mirror, bill, Part(D("8.01")))
        assert wrong.value.field == "amount"
        with pytest.raises(InvalidValue, match=r"Only 8\.00"):
            add(mirror, Payment, {"invoice_id": bill, "amount": D(9)})
        [row] = desk.payments(bill)
        with pytest.raises(InvalidValue, match=r"Only 48\.00"):
            change(mirror, Payment, row.id, {"amount": D(49)})
        with pytest.raises(InvalidValue, match="is less than"):
            pay(mirror, bill, Part(D("8.00"), given=D("5.00")))
        assert len(desk.payments(bill)) == 1  # all of it, or nothing

    def test_a_credit_note_leaves_less_to_pay(self, desk: Desk, mirror: Mirror) -> None:
        bill = invoice(desk)
        pay(mirror, bill, Part(D("20.00")))
        found, _ = credit(mirror, bill)
        assert found.to_pay_back == D("20.00")
        with pytest.raises(InvalidValue, match=r"Only 0\.00"):
            pay(mirror, bill, Part(D("1.00")))

    def test_only_a_posted_invoice_in_its_currency_is_paid(
        self, desk: Desk, mirror: Mirror
    ) -> None:
        draft, estimate = invoice(desk), invoice(desk, kind=InvoiceKind.ESTIMATE)
        with pytest.raises(Refusal, match="a draft still"):
            add(mirror, Payment, {"invoice_id": draft, "amount": D(1)})
        with pytest.raises(Refusal, match="An estimate is not posted"):
            pay(mirror, estimate, Part(D(1)))
        with pytest.raises(Refusal, match="Only an invoice is paid"):
            add(mirror, Payment, {"invoice_id": estimate, "amount": D(1)})
        pay(mirror, draft, Part(D(1)))
        with pytest.raises(InvalidValue, match="is in EUR"):
            add(mirror, Payment, {"invoice_id": draft, "amount": D(1), "currency": "GBP"})
        with pytest.raises(InvalidValue, match="no currency"):
            add(mirror, Payment, {"amount": D(1), "currency": "eur"})


def test_money_is_paid_back_of_what_was_received(desk: Desk, mirror: Mirror) -> None:
    bill = invoice(desk)
    paid, _ = pay(mirror, bill, Part(D("48.00")))
    pay_back(mirror, paid.payments[0], D("8.00"))
    with mirror.read() as connection:
        assert owed_for(connection, bill) == D("8.00")
    with pytest.raises(InvalidValue, match=r"Only 48\.00 was received"):
        pay_back(mirror, paid.payments[0], D("40.01"))
    [first] = desk.rows(PaymentRefund)
    with mirror.unit("Yesterday") as unit:
        unit.update(PaymentRefund, first.id, {"paid_back_at": now() - timedelta(days=1)})
    pay_back(mirror, paid.payments[0], D("1.00"), "Back room")  # another day, at another till
    carded, _ = pay(mirror, invoice(desk), Part(D("48.00"), CARD))
    pay_back(mirror, carded.payments[0], D("3.00"), "Back room")
    pay_back(mirror, carded.payments[0], D("2.00"), "Back room", PaymentMethod.CASH)
    with mirror.read() as connection:
        assert owed_for(connection, bill) == D("9.00")
        assert cash_of(connection, today(), "Front desk", D(0)).went == 0
        assert cash_of(connection, today(), "Back room", D(0)).went == 1 + 2
    with pytest.raises(InvalidValue, match=r"9\.00 of it was paid back"):
        change(mirror, Payment, paid.payments[0], {"amount": D("8.99")})
    pay(mirror, bill, Part(D("9.00")))
    with pytest.raises(InvalidValue, match="would be paid of its invoice"):
        change(mirror, PaymentRefund, first.id, {"amount": D("7.99")})


def test_what_was_paid_twice_is_the_clients_credit_and_pays_the_next(
    desk: Desk, mirror: Mirror
) -> None:
    client, bill = desk["Noor Vale"], invoice(desk)
    paid, _ = pay(mirror, bill, Part(D("48.00")))
    with mirror.read() as connection:
        before = cash_of(connection, today(), "Front desk", D(0)).expected
    keep_as_credit(mirror, paid.payments[0])
    with mirror.read() as connection:
        assert owed_for(connection, bill) == D("48.00")
        # The money stays in the day's cash, and the client's.
        assert cash_of(connection, today(), "Front desk", D(0)).expected == before == 48
        assert balances(connection, [client]) == {client: 0}
    use_credit(mirror, paid.payments[0], bill)
    more, _ = pay_on_account(mirror, client, Part(D("10.00"), CARD))
    with mirror.read() as connection:
        assert owed_for(connection, bill) == 0
        assert balances(connection, [client]) == {client: D("-10.00")}
    with pytest.raises(InvalidValue, match=r"Only 0\.00"):
        use_credit(mirror, more.payments[0], bill)


def test_a_sum_on_account_pays_the_oldest_invoices_first_and_can_be_taken_back(
    desk: Desk, mirror: Mirror
) -> None:
    client, [old, part, new] = desk["Noor Vale"], [invoice(desk) for _ in range(3)]
    for number, bill in enumerate((old, part, new)):
        change(mirror, Invoice, bill, {"issue_date": today() - timedelta(days=9 - number)})
        post_invoice(mirror, bill)
    pay(mirror, part, Part(D("40.00"), CARD))
    invoice(desk)  # a draft is not asked for yet
    with mirror.read() as connection:
        owed = [(row.id, left) for row, left in open_invoices(connection, client, "EUR")]
    assert owed == [(old, 48), (part, 8), (new, 48)]
    before = units(mirror)
    paid, _ = pay_on_account(mirror, client, Part(D("66.00"), given=D("70.00")), "Back room")
    assert units(mirror) == before + 1
    assert (paid.change, paid.left) == (D("4.00"), D("38.00"))
    rows = [desk.rows(Payment, id=one)[0] for one in paid.payments]
    # Handed over once: the receipts together say 70.00, and 4.00 change.
    assert [(row.invoice_id, row.amount, row.given) for row in rows] == [
        (old, 48, 48),
        (part, 8, 8),
        (new, 10, 14),
    ]
    with mirror.read() as connection:
        assert balances(connection, [client]) == {client: 38}
        assert cash_of(connection, today(), "Back room", D(0)).came == 66
    take_back(mirror, paid.payments)
    more, _ = pay_on_account(mirror, client, Part(D("110.00"), CARD))
    with mirror.read() as connection:
        assert cash_of(connection, today(), "Back room", D(0)).came == 0
        assert open_invoices(connection, client, "EUR") == []
        assert balances(connection, [client]) == {client: -6}
    credited = desk.rows(Payment, id=more.payments[-1])[0]
    assert (credited.invoice_id, credited.amount, credited.given) == (None, 6, None)
    pay_back(mirror, credited.id, D("6.00"))
    with pytest.raises(InvalidValue, match=r"6\.00 of it was paid back"):
        take_back(mirror, more.payments)  # all of it, or nothing
    assert all(row.status is PaymentStatus.COMPLETED for row in desk.rows(Payment, method=CARD))


class TestTill:
    """The day is the clinic's, and each till has its own."""

    def test_a_till_is_its_float_and_the_cash_that_came_less_what_went(
        self, desk: Desk, mirror: Mirror
    ) -> None:
        first, second = invoice(desk), invoice(desk, "39.05")
        pay(mirror, first, Part(D("30.00"), given=D("50.00")), Part(D("18.00"), CARD))
        back, _ = pay(mirror, second, Part(D("39.05")), till="Back room")
        pay_back(mirror, back.payments[0], D("4.05"))
        with pytest.raises(InvalidValue, match=r"0\.05 is missing") as wrong:
            close_till(mirror, today(), "Front desk", opening=D("150.00"), counted=D("175.90"))
        assert wrong.value.field == "notes"
        opening = {"opening": D("150.00"), "counted": D("175.90"), "notes": "A coin was lost"}
        row, _ = close_till(mirror, today(), "Front desk", **opening)  # type: ignore[arg-type]
        [closed] = desk.rows(TillClosing)
        # 150.00 + 30.00 - 4.05, which was paid back here
        assert (closed.expected, closed.counted) == (D("175.95"), D("175.90"))
        again = {"opening": D("150.00"), "counted": D("175.95")}
        assert close_till(mirror, today(), "Front desk", **again)[0] == row
        close_till(mirror, today(), "Back room", opening=D(0), counted=D("39.05"))
        assert len(desk.rows(TillClosing)) == 2

    @pytest.mark.parametrize(
        ("day", "hours"),
        [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 23), 24)],
    )
    def test_the_day_is_the_clinics_on_both_daylight_saving_days(
        self, desk: Desk, mirror: Mirror, day: date, hours: int
    ) -> None:
        with mirror.read() as connection:
            starts, ends = bounds(connection, day, day)
        assert ends - starts == timedelta(hours=hours)
        seconds = [
            starts - timedelta(seconds=1),
            starts,
            ends - timedelta(seconds=1),
            ends,
        ]
        for number, moment in enumerate(seconds):
            bill = invoice(desk, "100.00")
            pay(mirror, bill, Part(D(10**number) / 100), paid_at=moment)
        with mirror.read() as connection:
            cash = cash_of(connection, day, "Front desk", D(0))
        assert cash.came == D("1.10")  # the second and the third: 0.10 and 1.00

    def test_money_that_names_no_till_is_in_the_first(self, desk: Desk, mirror: Mirror) -> None:
        noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
        add(mirror, Payment, {"amount": D(7), "paid_at": noon})
        with mirror.read() as connection:
            assert cash_of(connection, noon.date(), "Front desk", D(1)).expected == 8
            assert cash_of(connection, noon.date(), "Back room", D(1)).expected == 1
