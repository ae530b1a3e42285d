"""Balances, cover, growth and units against the trade's examples and their own bounds."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.figures.growth import adjusted_205_day_weight, daily_gain, projected_weight
from fluffydesk.figures.stock import (
    balance,
    daily_use,
    days_of_cover,
    feed_cover,
    first_shortage,
    needs_reorder,
    running_balance,
    signed,
)
from fluffydesk.figures.units import (
    EggCount,
    convert,
    egg_count,
    milk_kg,
    milk_litres,
)

DAY = date(2024, 5, 1)
QUANTITIES = st.lists(st.decimals(-1000, 1000, places=3), max_size=30)
UNITS = [
    ("g", "kg", "t", "lb", "oz"),
    ("mL", "L", "gal_us", "gal_uk"),
    ("egg", "dozen", "flat", "case"),
    ("C", "F"),
]


@given(QUANTITIES, QUANTITIES)
def test_balances_add_up(one: list[Decimal], other: list[Decimal]) -> None:
    assert balance(one + other) == balance(one) + balance(other)


@given(QUANTITIES)
def test_the_last_running_balance_is_the_balance(quantities: list[Decimal]) -> None:
    sums = running_balance(quantities)
    assert len(sums) == len(quantities)
    assert (sums[-1] if sums else 0) == balance(quantities)


def test_the_first_day_short() -> None:
    moves = [(DAY + timedelta(days=2), Decimal(-8)), (DAY, Decimal(5))]
    assert first_shortage(moves) == DAY + timedelta(days=2)
    assert first_shortage([*moves, (DAY + timedelta(days=2), Decimal(3))]) is None
    assert first_shortage([]) is None


def test_feed_cover() -> None:
    cover = feed_cover(Decimal(1850), 420, Decimal("0.115"))
    assert cover is not None
    assert round(cover, 1) == Decimal("38.3")
    assert feed_cover(Decimal(1850), 0, Decimal("0.115")) is None


def test_cover_without_use_is_not_known() -> None:
    assert days_of_cover(Decimal(100), Decimal(0)) is None
    assert days_of_cover(Decimal(100), None) is None
    assert days_of_cover(Decimal(-5), Decimal(2)) == 0


def test_use_and_orders() -> None:
    assert daily_use([Decimal(-30), Decimal(-60)], 30) == 3
    assert daily_use([Decimal(-30)], 0) is None
    assert needs_reorder(Decimal(9), Decimal(10))
    assert not needs_reorder(Decimal(10), Decimal(10))
    assert not needs_reorder(Decimal(0), None)


@pytest.mark.parametrize(
    ("movement", "expected"), [("receipt", 5), ("use", -5), ("disposal", -5), ("stocktake", 5)]
)
def test_the_sign_of_a_verb(movement: str, expected: int) -> None:
    assert signed(movement, Decimal(5)) == expected


def test_the_sign_of_a_stocktake_is_kept() -> None:
    assert signed("stocktake", Decimal(-5)) == -5
    assert signed("use", Decimal(-5)) == -5


def test_the_205_day_weight_is_rounded_last() -> None:
    weight = adjusted_205_day_weight(Decimal(95), Decimal(800), 210)
    assert weight is not None
    assert round(weight, 2) == Decimal("783.21")


@pytest.mark.parametrize(("age", "valid"), [(159, False), (160, True), (250, True), (251, False)])
def test_the_205_day_weight_has_a_range(age: int, valid: bool) -> None:
    assert (adjusted_205_day_weight(Decimal(40), Decimal(250), age) is not None) is valid


def test_daily_gain() -> None:
    assert daily_gain(Decimal(100), DAY, Decimal(125), DAY + timedelta(days=25)) == 1
    assert daily_gain(Decimal(100), DAY, Decimal(125), DAY) is None


def test_projections_stop_after_90_days() -> None:
    gain = Decimal("0.8")
    assert projected_weight(Decimal(300), DAY, gain, DAY + timedelta(days=90)) == 372
    assert projected_weight(Decimal(300), DAY, gain, DAY + timedelta(days=91)) is None
    assert projected_weight(Decimal(300), DAY, gain, DAY - timedelta(days=1)) is None


@given(
    st.sampled_from(UNITS).flatmap(
        lambda units: st.tuples(st.sampled_from(units), st.sampled_from(units))
    ),
    st.decimals(0, 100_000, places=3),
)
def test_a_unit_and_back(units: tuple[str, str], value: Decimal) -> None:
    there = convert(value, *units)
    assert abs(convert(there, units[1], units[0]) - value) < Decimal("1e-12")


def test_known_conversions() -> None:
    assert convert(Decimal(1), "lb", "oz") == 16
    assert convert(Decimal("2.5"), "t", "kg") == 2500
    assert convert(Decimal(1), "case", "flat") == 12
    with pytest.raises(ValueError, match="kg cannot be told in L"):
        convert(Decimal(1), "kg", "L")


def test_temperatures() -> None:
    assert convert(Decimal(100), "C", "F") == 212
    assert convert(Decimal("38.5"), "C", "F") == Decimal("101.3")
    assert convert(Decimal(-40), "F", "C") == -40
    assert convert(Decimal("4.5"), "F", "F") == Decimal("4.5")
    with pytest.raises(ValueError, match="C cannot be told in kg"):
        convert(Decimal(1), "C", "kg")


def test_eggs_in_any_unit() -> None:
    assert EggCount(cases=2, flats=3, dozens=1, eggs=5).total == 827
    assert egg_count(827) == EggCount(cases=2, flats=3, eggs=17)
    assert egg_count(827, dozens=True) == EggCount(cases=2, dozens=8, eggs=11)
    with pytest.raises(ValueError, match="below zero"):
        egg_count(-1)


@given(st.integers(0, 10**9), st.booleans())
def test_counted_eggs_are_as_many(eggs: int, dozens: bool) -> None:
    counted = egg_count(eggs, dozens=dozens)
    assert counted.total == eggs
    assert counted.flats < 12
    assert counted.eggs < (12 if dozens else 30)


def test_milk_by_volume_and_mass() -> None:
    assert milk_kg(Decimal(1000)) == 1030
    assert milk_litres(Decimal(1030)) == 1000
