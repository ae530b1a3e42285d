"""Rule 23, to the cent: lines, discounts and tax add up, whatever the prices are."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluffydesk.figures.invoices import (
    MOST_OF_ONE,
    change_for,
    credited,
    expected_cash,
    line,
    net_of,
    off_of,
    part_of,
    price_of,
    share,
    shared_out,
    totals,
)
from fluffydesk.figures.money import pence

D = Decimal
CENT = D("0.01")
prices = st.decimals(0, 5_000, places=2)
rates = st.sampled_from([D(0), D(5), D("5.5"), D(7), D(9), D(19), D("20"), D(21), D("25.5")])
quantities = st.one_of(
    st.integers(1, 500).map(D), st.decimals(D("0.001"), 200, places=3), st.just(MOST_OF_ONE)
)
percents = st.decimals(0, 100, places=2)
lines = st.lists(st.tuples(quantities, prices, rates, percents), min_size=1, max_size=8)


@settings(max_examples=150)
@given(quantities, prices, rates, percents)
def test_a_line_is_its_list_price_to_the_cent(
    quantity: Decimal, price: Decimal, rate: Decimal, percent: Decimal
) -> None:
    whole = pence(quantity * price)
    off = share(whole, percent)
    made = line(quantity, price, rate, off)
    assert made.net + made.tax == made.gross == whole - off
    assert 0 <= made.tax <= made.gross
    assert abs(made.tax - made.net * rate / 100) <= CENT * (1 + rate / 100)
    # As central checks it, and as the price list is read again from what is kept.
    assert abs(made.net - (quantity * made.unit_price - made.discount)) < CENT
    assert made.discount >= 0
    if made.unit_price == (price / (1 + rate / 100)).quantize(D("0.000001")):
        assert price_of(made.unit_price, rate) == price


@settings(max_examples=150)
@given(lines, percents)
def test_an_invoice_is_the_sum_of_its_lines_less_the_discount_with_tax(
    many: list[tuple[Decimal, Decimal, Decimal, Decimal]], percent: Decimal
) -> None:
    made = [line(q, p, r, share(pence(q * p), less)) for q, p, r, less in many]
    kept = [(one.net, one.tax, one.tax_rate) for one in made]
    listed = sum((one.gross for one in made), D(0))
    off = share(listed, percent)
    whole = totals(kept, off)
    assert whole.total == listed - off  # never off by a cent from the price list
    assert whole.total == whole.subtotal - whole.discount + whole.tax  # rule 23
    assert whole.subtotal == sum((one.net for one in made), D(0))
    assert sum((one.net for one in whole.rates), D(0)) == whole.subtotal - whole.discount
    assert sum((one.tax for one in whole.rates), D(0)) == whole.tax
    assert sum(whole.charged, D(0)) == whole.total
    assert min(whole.subtotal, whole.discount, whole.tax, whole.total) >= 0
    assert all(0 <= now <= one.gross for now, one in zip(whole.charged, made, strict=True))
    assert off_of(kept, whole.total) == off  # a draft opened again has the same discount


@settings(max_examples=100)
@given(st.integers(1, 60), prices, st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_what_is_credited_piece_by_piece_is_the_whole_line(
    quantity: int, price: Decimal, pieces: list[int]
) -> None:
    whole, before, back = pence(quantity * price), 0, D(0)
    for piece in [*pieces, quantity]:
        now = min(piece, quantity - before)
        if now:
            part = part_of(whole, D(quantity), D(before), D(now))
            made = credited(D(now), price, D(21), part)
            assert made.gross == part >= 0
            assert abs(made.net - (now * made.unit_price - made.discount)) < CENT
            back, before = back + part, before + now
    assert back == whole


def test_prices_of_a_list_reckoned_by_hand() -> None:
    """48.00 with 21 % is 39.67 and 8.33; a hundred tablets at 0.50 are 50.00, not 49.61."""
    visit = line(D(1), D(48), D(21))
    assert (visit.net, visit.tax, visit.gross) == (D("39.67"), D("8.33"), D("48.00"))
    tablets = line(D(100), D("0.50"), D(21))
    assert (tablets.net, tablets.tax, tablets.gross) == (D("41.32"), D("8.68"), D("50.00"))
    food = line(D(3), D("17.95"), D(9), D("3.85"))
    assert (food.net, food.tax, food.gross) == (D("45.87"), D("4.13"), D("50.00"))
    kept = [(one.net, one.tax, one.tax_rate) for one in (visit, tablets, food)]
    whole = totals(kept, D("14.80"))
    assert (whole.total, whole.off) == (D("133.20"), D("14.80"))
    assert [(one.tax_rate, one.gross) for one in whole.rates] == [
        (D(9), D("45.00")),
        (D(21), D("88.20")),
    ]
    assert net_of(D("88.20"), D(21)) == D("72.89")


@pytest.mark.parametrize(
    ("quantity", "off"), [(D(1), D("48.01")), (MOST_OF_ONE + 1, D(0)), (D(-1), D(0))]
)
def test_no_line_is_less_than_nothing(quantity: Decimal, off: Decimal) -> None:
    with pytest.raises(ValueError, match=r"discount|quantity"):
        line(quantity, D(48), D(21), off)


def test_no_discount_is_more_than_the_whole() -> None:
    with pytest.raises(ValueError, match="discount"):
        totals([(D(10), D(2), D(20))], D("12.01"))
    assert totals([(D(10), D(2), D(20))], D(12)).total == 0
    assert totals([]).total == 0


def test_cash_is_counted_in_and_out() -> None:
    assert change_for(D(50), D("48.20")) == D("1.80")
    assert change_for(D(40), D("48.20")) == 0
    assert shared_out(D("50.00"), [D(48), D(8), D(3)]) == [48, 2, 0]
    assert shared_out(D("60.00"), [D(48), D(8), D(3)]) == [48, 8, 3]
    assert expected_cash(D(150), [D(48), D("12.35")], [D("20.00")]) == D("190.35")
