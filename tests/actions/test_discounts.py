"""A discount in percent stays one: it follows the lines, and is no amount beside it (rule 23)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

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
from fluffydesk.actions.saving import change
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.payments import InvoiceKind
from fluffydesk.records.payments import Invoice, InvoiceItem
from tests.clinic_money import Desk
from tests.mirrors import new_mirror

D = Decimal
VISIT = NewLine("Check-up", D(48), tax_rate=D(21))
DROPS = NewLine("Drops", D("5.05"), D(3), D(9), percent=D(10))
"""3 at 5.05 are 15.15; a tenth of that is 1.515, which is 1.52."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_mirror(tmp_path / "till.db") as mirror:
        yield Desk(mirror)


@pytest.fixture
def mirror(desk: Desk) -> Mirror:
    return desk.mirror


def test_a_percentage_follows_the_lines(desk: Desk, mirror: Mirror) -> None:
    """48.00 less 10 % is 43.20; with a line of 16.15 it is 64.15 less 6.42 (6.415)."""
    invoice, _ = start_invoice(mirror, {}, [VISIT], percent=D(10))
    assert desk.invoice(invoice).total == D("43.20")
    [line], _ = add_line(mirror, invoice, NewLine("Bandage", D("16.15"), tax_rate=D(9)))
    row = desk.invoice(invoice)
    assert (row.total, row.price_off, row.price_off_percent) == (D("57.73"), 0, 10)
    remove_line(mirror, line)
    set_discount(mirror, invoice, percent=D(100))
    assert desk.invoice(invoice).total == 0
    set_discount(mirror, invoice, D(8))
    row = desk.invoice(invoice)
    assert (row.total, row.price_off, row.price_off_percent) == (D(40), 8, 0)


def test_a_discount_is_a_part_of_at_most_all_or_an_amount(desk: Desk, mirror: Mirror) -> None:
    invoice, _ = start_invoice(mirror, {}, [VISIT], off=D(5))
    for percent in (D("100.01"), D(-1)):
        with pytest.raises(InvalidValue):
            set_discount(mirror, invoice, percent=percent)
        with pytest.raises(InvalidValue):
            add_line(mirror, invoice, NewLine("Drops", D(5), percent=percent))
    with pytest.raises(InvalidValue, match=r"has a discount of 5\.00") as wrong:
        change(mirror, Invoice, invoice, {"price_off_percent": D(10)})
    assert wrong.value.field == "price_off_percent"
    change(mirror, Invoice, invoice, {"price_off_percent": D(10), "price_off": D(0)})
    assert desk.invoice(invoice).total == D("43.20")
    with pytest.raises(InvalidValue, match="has a discount of 10 %") as wrong:
        change(mirror, Invoice, invoice, {"price_off": D(5)})
    assert wrong.value.field == "price_off"


def test_a_line_keeps_its_percentage_whatever_is_changed(desk: Desk, mirror: Mirror) -> None:
    invoice, _ = start_invoice(mirror, {}, [DROPS])
    assert desk.invoice(invoice).total == D("13.63")
    [line] = desk.lines(invoice)
    change_line(mirror, line.id, {"quantity": D(4)})  # 20.20 less 2.02
    assert desk.invoice(invoice).total == D("18.18")
    change(mirror, InvoiceItem, line.id, {"quantity": D(2)})  # by the form: 10.10 less 1.01
    assert desk.invoice(invoice).total == D("9.09")
    change(mirror, InvoiceItem, line.id, {"discount_percent": D(50)})
    assert desk.invoice(invoice).total == D("5.05")
    with pytest.raises(InvalidValue, match="has a discount of 50 %"):
        change(mirror, InvoiceItem, line.id, {"discount": D(1)})
    change_line(mirror, line.id, {"off": D("0.10")})
    [line] = desk.lines(invoice)
    assert (line.discount_percent, desk.invoice(invoice).total) == (0, D(10))


def test_what_is_written_of_a_draft_has_its_percentages(desk: Desk, mirror: Mirror) -> None:
    estimate, _ = start_invoice(
        mirror, {"kind": InvoiceKind.ESTIMATE}, [VISIT, DROPS], percent=D("12.5")
    )
    invoice, _ = accept_estimate(mirror, estimate)
    gone, _ = delete_draft(mirror, invoice)
    again, _ = start_invoice(mirror, gone.values, gone.lines, off=gone.off, percent=gone.percent)
    row = desk.invoice(again)
    assert (row.price_off, row.price_off_percent) == (0, D("12.5"))
    assert row.total == desk.invoice(estimate).total == D("53.93")  # 61.63 less 7.70
    assert [line.discount_percent for line in desk.lines(again)] == [0, 10]
    post_invoice(mirror, again)
    assert desk.invoice(again).posted_total == D("53.93")


def test_a_percentage_goes_with_each_lot_a_line_is_taken_from(desk: Desk, mirror: Mirror) -> None:
    """30 tablets at 0.50 less 10 %: 20 of the lot that expires first, 10 of the other."""
    line = NewLine("Tablets", D("0.50"), D(30), D(9), percent=D(10), stock_item_id=desk["tablets"])
    invoice, _ = start_invoice(mirror, {}, [line])
    lines = desk.lines(invoice)
    assert [(one.quantity, one.discount_percent) for one in lines] == [(20, 10), (10, 10)]
    assert desk.invoice(invoice).total == D("13.50")
