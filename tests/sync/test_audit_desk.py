"""Two desks of a clinic that each did what is right alone: the sums are right when they meet."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions.invoicing import (
    NewLine,
    accept_estimate,
    add_line,
    change_line,
    delete_draft,
    post_invoice,
    remove_line,
    set_discount,
    start_invoice,
)
from fluffydesk.actions.merging_clients import merge, put_right
from fluffydesk.actions.payments import Part, pay
from fluffydesk.actions.rules.invoices import charged, lines_of
from fluffydesk.actions.stock import balance, move_stock
from fluffydesk.figures.invoices import totals, whole_off
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.enums.payments import InvoiceKind
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.pets import ClinicClient
from fluffydesk.records.types import today
from fluffydesk.sync import resolve
from fluffydesk.ui.screens.reading.invoices import read_bill
from fluffydesk.ui.screens.reading.sync import read_sync
from tests.sync.desks import Desk
from tests.sync.test_two_tills import LINE, Clinic

D = Decimal
BANDAGE = NewLine("Bandage", D("12.10"), tax_rate=D(21))
DROPS = NewLine("Drops", D(5), tax_rate=D(9))


@pytest.fixture(scope="module")
def clinic(shared_central: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    made = Clinic(shared_central, tmp_path_factory.mktemp("desks"))
    yield made
    made.farm.close()


def decide_all(clinic: Clinic, keep: str) -> None:
    """Answer all that is asked alike, until nothing is asked."""
    for _ in range(2):
        for desk in (clinic.front, clinic.back):
            for one in desk.conflicts():
                resolve.decide(desk.mirror, one.id, keep)
        clinic.farm.settle()


def shown(desk: Desk, invoice: UUID) -> list[Any]:
    """Return the lines of an invoice as a desk has them."""
    with desk.mirror.read() as connection:
        return lines_of(connection, invoice)


def total_at(desk: Desk, invoice: UUID) -> Decimal:
    card = read_bill(desk.mirror, invoice, today())
    assert card is not None
    assert card.totals.total == card.row.total
    return card.totals.total


def test_what_follows_from_lines_is_never_asked_rule_23(clinic: Clinic) -> None:
    """48.00, 12.10 and 5.00 less a discount of 8.00: every PC and central come to 57.10."""
    invoice, other = clinic.draft(), clinic.draft()
    add_line(clinic.front.mirror, invoice, BANDAGE)
    set_discount(clinic.front.mirror, invoice, D(8))
    add_line(clinic.back.mirror, invoice, DROPS)
    # Of a line, the one desk changes how many and the other the price: 2 at 60.00.
    [line] = shown(clinic.front, other)
    change_line(clinic.front.mirror, line.id, {"quantity": D(2)})
    change_line(clinic.back.mirror, line.id, {"price": D(60)})
    clinic.farm.settle()
    for desk in (clinic.front, clinic.back):
        assert (desk.conflicts(), desk.quarantine()) == ([], [])
    assert clinic.at_central(invoice, "total, price_off") == (D("57.10"), D(8))
    assert clinic.at_central(other, "total") == (D(120),)
    clinic.farm.assert_quiet()
    post_invoice(clinic.front.mirror, invoice)
    clinic.farm.settle()
    assert clinic.at_central(invoice, "status, total") == ("posted", D("57.10"))
    clinic.farm.assert_quiet()


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_two_discounts_ask_about_the_discount_alone(clinic: Clinic, keep: str) -> None:
    invoice = clinic.draft()
    set_discount(clinic.front.mirror, invoice, D(5))
    set_discount(clinic.back.mirror, invoice, D(10))
    add_line(clinic.back.mirror, invoice, DROPS)
    clinic.farm.settle()
    assert clinic.front.conflicts() == []
    [asked] = clinic.back.conflicts()
    assert (asked.column, asked.mine, asked.theirs) == ("price_off", D(10), D(5))
    # Until then central has the one, and the other's line.
    assert clinic.at_central(invoice, "total") == (D(48),)
    assert total_at(clinic.back, invoice) == D(43)
    decide_all(clinic, keep)
    wanted = D(43) if keep == "mine" else D(48)
    assert clinic.at_central(invoice, "total") == (wanted,)
    assert total_at(clinic.front, invoice) == total_at(clinic.back, invoice) == wanted
    clinic.farm.assert_quiet()


def test_a_percentage_at_one_desk_and_lines_at_the_other_give_one_sum(clinic: Clinic) -> None:
    """48.00 + 12.10 + 5.00 less 10 % are 58.59; 3 at 60.00 less 10 % are 162.00 (rule 23)."""
    invoice, other = clinic.draft(), clinic.draft()
    set_discount(clinic.front.mirror, invoice, percent=D(10))
    add_line(clinic.front.mirror, invoice, BANDAGE)
    add_line(clinic.back.mirror, invoice, DROPS)
    [line] = shown(clinic.front, other)
    change_line(clinic.front.mirror, line.id, {"percent": D(10)})
    clinic.farm.settle()
    change_line(clinic.front.mirror, line.id, {"quantity": D(3)})
    change_line(clinic.back.mirror, line.id, {"price": D(60)})
    clinic.farm.settle()
    for desk in (clinic.front, clinic.back):
        assert (desk.conflicts(), desk.quarantine()) == ([], [])
        assert total_at(desk, invoice) == D("58.59")
        assert total_at(desk, other) == D(162)
    said = "total, price_off, price_off_percent"
    assert clinic.at_central(invoice, said) == (D("58.59"), 0, 10)
    assert clinic.at_central(other, "total") == (D(162),)
    clinic.farm.assert_quiet()


@pytest.mark.parametrize(
    ("keep", "first"),
    [("mine", "percent"), ("mine", "amount"), ("theirs", "amount"), (D(20), "percent")],
)
def test_a_percentage_and_an_amount_are_one_question(
    clinic: Clinic, keep: object, first: str
) -> None:
    invoice = clinic.draft()
    desks = (clinic.front, clinic.back)
    part, whole = desks if first == "percent" else desks[::-1]
    set_discount(part.mirror, invoice, percent=D(10))
    set_discount(whole.mirror, invoice, D(5))
    clinic.farm.settle()
    [asked] = clinic.back.conflicts()
    sides = (asked.mine, asked.theirs)
    assert (asked.column, sides) == (
        "price_off_percent",
        (D(0), D(10)) if first == "percent" else (D(10), D(0)),
    )
    [card] = read_sync(clinic.back.mirror).conflicts
    told = ("5.00", "10.00 %") if first == "percent" else ("10.00 %", "5.00")
    assert (card.base, card.mine, card.theirs) == ("No percentage", *told)
    # Until then central has what came first, whole.
    both = "price_off, price_off_percent, total"
    there = (D(0), D(10), D("43.20")) if first == "percent" else (D(5), D(0), D(43))
    assert clinic.at_central(invoice, both) == there
    resolve.decide(clinic.back.mirror, asked.id, keep)
    clinic.farm.settle()
    amount = (keep == "mine") == (first == "percent")
    wanted = (D(5), D(0), D(43)) if amount else (D(0), D(10), D("43.20"))
    if keep == D(20):
        wanted = (D(0), D(20), D("38.40"))
    assert clinic.at_central(invoice, both) == wanted
    for desk in desks:
        assert desk.conflicts() == []
        assert total_at(desk, invoice) == wanted[2]
    clinic.farm.assert_quiet()


def test_a_draft_posted_while_another_desk_wrote_to_it_is_refused_in_words(clinic: Clinic) -> None:
    """Both wrote a line, so both changed the total; what is on the paper is 60.10."""
    invoice = clinic.draft()
    add_line(clinic.front.mirror, invoice, DROPS)
    add_line(clinic.back.mirror, invoice, BANDAGE)
    post_invoice(clinic.back.mirror, invoice)
    clinic.front.sync()
    clinic.farm.settle()
    [refused] = clinic.back.quarantine()
    assert "changed on another PC before it was posted" in refused.message
    assert "look at the lines of both" in refused.advice
    assert clinic.at_central(invoice, "status, total") == ("draft", D(53))
    resolve.discard(clinic.back.mirror, refused.id)
    clinic.farm.settle()
    assert total_at(clinic.back, invoice) == D(53)
    clinic.farm.assert_quiet()


def test_whatever_two_desks_did_to_a_draft_its_totals_are_those_of_its_lines(
    clinic: Clinic,
) -> None:
    """Rule 23; the figures of Python and of central's SQL are the same."""
    chance = random.Random(23)
    drafts = [clinic.draft() for _ in range(3)]
    for keep in ("mine", "theirs"):
        for invoice in drafts:
            for desk in (clinic.front, clinic.back):
                for _ in range(chance.randint(0, 3)):
                    do_something(chance, desk, invoice)
        clinic.farm.settle()
        decide_all(clinic, keep)
        for desk in (clinic.front, clinic.back):
            assert (desk.conflicts(), desk.quarantine()) == ([], [])
        for invoice in drafts:
            columns = "price_off, price_off_percent, subtotal, discount, tax, total"
            off, percent, *kept = clinic.at_central(invoice, columns)
            lines = charged(shown(clinic.front, invoice))
            found = totals(lines, whole_off(lines, off, percent))
            assert kept == [found.subtotal, found.discount, found.tax, found.total]
        clinic.farm.assert_quiet()


def drug(clinic: Clinic) -> UUID:
    kept = {"name": "Drops", "category": InventoryCategory.MEDICINE, "unit": StockUnit.COUNT}
    item = clinic.add(FarmInventory, **kept)
    move_stock(clinic.front.mirror, item, StockMovement.RECEIPT, D(9), today(), lot="A1")
    return item


@pytest.mark.parametrize("first", ["deleted", "paid"])
@pytest.mark.parametrize("keep", ["it", "not"])
def test_a_draft_deleted_at_one_desk_and_paid_at_the_other_is_one_question(
    clinic: Clinic, first: str, keep: str
) -> None:
    """Its lines, and the stock they took, wait for the answer with it."""
    front, back = clinic.front, clinic.back
    item = drug(clinic)
    line = NewLine("Drops", D(5), D(2), D(9), stock_item_id=item)
    invoice, _ = start_invoice(front.mirror, {"client_id": clinic.client}, [LINE, line])
    clinic.farm.settle()
    delete_draft(front.mirror, invoice)
    post_invoice(back.mirror, invoice)
    if keep == "it":
        pay(back.mirror, invoice, Part(D(58)), till="Back")
    (front if first == "deleted" else back).sync()
    clinic.farm.settle()
    asked, other = (back, front) if first == "deleted" else (front, back)
    assert (other.conflicts(), other.quarantine(), asked.quarantine()) == ([], [], [])
    [conflict] = asked.conflicts()
    assert (conflict.table, conflict.row_id, conflict.column) == ("invoices", invoice, "")
    if first == "paid":  # nothing of it is gone before somebody has answered
        lines = "select count(*) from invoice_items where invoice_id = %s"
        assert clinic.farm.value(lines, invoice) == 2
    mine = (keep == "it") == (first == "deleted")
    resolve.decide(asked.mirror, conflict.id, "mine" if mine else "theirs")
    clinic.farm.settle()
    if keep == "not" and first == "paid":  # central holds what is posted
        [refused] = asked.quarantine()
        assert "credit note" in refused.advice
        resolve.discard(asked.mirror, refused.id)
        clinic.farm.settle()
    gone = keep == "not" and first == "deleted"
    for desk in (front, back):
        assert (desk.conflicts(), desk.quarantine()) == ([], [])
        assert (desk.row("invoices", invoice) is None) == gone
        assert len(shown(desk, invoice)) == (0 if gone else 2)
        with desk.mirror.read() as connection:
            assert balance(connection, item) == (9 if gone else 7)
    if keep == "it":
        assert clinic.at_central(invoice, "status, total, paid") == ("paid", D(58), D(58))
    clinic.farm.assert_quiet()


@pytest.mark.parametrize("first", ["deleted", "accepted"])
def test_an_estimate_deleted_at_one_desk_and_accepted_at_the_other_keeps_its_lines(
    clinic: Clinic, first: str
) -> None:
    front, back = clinic.front, clinic.back
    given = {"client_id": clinic.client, "kind": InvoiceKind.ESTIMATE}
    estimate, _ = start_invoice(front.mirror, given, [LINE])
    clinic.farm.settle()
    delete_draft(front.mirror, estimate)
    invoice, _ = accept_estimate(back.mirror, estimate)
    (front if first == "deleted" else back).sync()
    clinic.farm.settle()
    asked = back if first == "deleted" else front
    [conflict] = asked.conflicts()
    resolve.decide(asked.mirror, conflict.id, "mine" if first == "deleted" else "theirs")
    clinic.farm.settle()
    for desk in (front, back):
        assert (desk.conflicts(), desk.quarantine()) == ([], [])
        assert len(shown(desk, estimate)) == len(shown(desk, invoice)) == 1
    assert clinic.at_central(estimate, "total") == clinic.at_central(invoice, "total") == (48,)
    clinic.farm.assert_quiet()


def test_a_merge_of_clients_goes_through_though_a_draft_was_posted_meanwhile(
    clinic: Clinic,
) -> None:
    """What is posted stays with the card it was written for, whoever is kept (rule 23)."""
    front, back = clinic.front, clinic.back
    other = clinic.add(ClinicClient, full_name="N. Vale", phone="020 555 0142")
    posted, draft = (clinic.draft(client_id=other) for _ in range(2))
    merge(front.mirror, clinic.client, other)
    pay(back.mirror, posted, Part(D(48)), till="Back")
    back.sync()
    clinic.farm.settle()
    for desk in (front, back):
        assert (desk.conflicts(), desk.quarantine()) == ([], [])
    assert clinic.at_central(posted, "client_id, status") == (other, "paid")
    assert clinic.at_central(draft, "client_id") == (clinic.client,)
    put_right(front.mirror)
    clinic.farm.settle()
    clinic.farm.assert_quiet()


def test_what_is_refused_of_a_posted_invoice_says_what_to_do(clinic: Clinic) -> None:
    invoice = clinic.draft()
    post_invoice(clinic.front.mirror, invoice)
    add_line(clinic.back.mirror, invoice, BANDAGE)
    clinic.front.sync()
    clinic.farm.settle()
    [refused] = clinic.back.quarantine()
    assert refused.message == (
        "The invoice was posted on another PC before this came to central, and stays as it is."
    )
    assert refused.advice == (
        "Keep what was paid with it as the client's credit, then discard this. Bill what is "
        "missing on another invoice, and give back what is too much with a credit note."
    )
    resolve.discard(clinic.back.mirror, refused.id)
    clinic.farm.settle()


def do_something(chance: random.Random, desk: Desk, invoice: UUID) -> None:
    """Write to a draft as a person at this desk may."""
    lines = shown(desk, invoice)
    what = chance.choice(["add", "add", "change", "remove", "off", "percent"])
    if what == "add" or not lines:
        rate = D(chance.choice([0, 9, 21]))
        price = D(chance.randint(1, 9999)) / 100
        add_line(desk.mirror, invoice, NewLine("Thing", price, D(chance.randint(1, 3)), rate))
    elif what == "off":
        gross = sum((one.line_total + one.tax for one in lines), D(0))
        set_discount(desk.mirror, invoice, min(gross, D(chance.randint(0, 3000)) / 100))
    elif what == "percent":
        set_discount(desk.mirror, invoice, percent=D(chance.randint(0, 10000)) / 100)
    elif what == "remove":
        remove_line(desk.mirror, chance.choice(lines).id)
    else:
        quantity, percent = D(chance.randint(1, 5)), D(chance.randint(0, 10000)) / 100
        changes = [{"quantity": quantity}, {"price": D("7.77")}, {"percent": percent}]
        values = chance.choice(changes)
        change_line(desk.mirror, chance.choice(lines).id, values)
