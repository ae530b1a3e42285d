"""Money to the penny: sums, shares and rounding."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.figures.money import line_total, pence, per_unit, split, total

AMOUNTS = st.decimals(-1_000_000, 1_000_000, places=2)
WEIGHTS = st.lists(st.decimals(0, 1000, places=3), min_size=1, max_size=12)


def test_half_a_penny_goes_up() -> None:
    assert pence(Decimal("2.675")) == Decimal("2.68")
    assert pence(Decimal("-2.675")) == Decimal("-2.68")
    assert line_total(Decimal("2.345"), Decimal("1.1")) == Decimal("2.58")
    assert line_total(Decimal(2), Decimal(50), Decimal(10)) == 90


def test_a_total_is_the_sum_of_the_lines_as_they_are_printed() -> None:
    # Three lines of 0.333 are 0.99 on paper, not 1.00.
    assert total([Decimal("0.333")] * 3) == Decimal("0.99")
    assert total([]) == 0


def test_a_price_for_each_of_none_is_not_known() -> None:
    assert per_unit(Decimal(10), 4) == Decimal("2.5")
    assert per_unit(Decimal(10), 0) is None


def test_a_share_of_nothing_goes_to_the_first() -> None:
    assert split(Decimal(10), [0, 0]) == [10, 0]
    assert split(Decimal(10), [1, 1, 1]) == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]
    assert split(Decimal(10), []) == []


@given(st.lists(AMOUNTS, max_size=50), st.lists(AMOUNTS, max_size=50))
def test_totals_add_up_to_the_penny(one: list[Decimal], other: list[Decimal]) -> None:
    assert total(one + other) == total(one) + total(other)
    assert total(one).as_tuple().exponent == -2


@given(AMOUNTS, WEIGHTS)
def test_shares_make_the_whole(amount: Decimal, weights: list[Decimal]) -> None:
    shares = split(amount, weights)
    assert sum(shares) == amount
    assert len(shares) == len(weights)
    whole = sum(weights)
    if whole:
        for share, weight in zip(shares, weights, strict=True):
            assert abs(share - amount * weight / whole) <= Decimal("0.0101")
