"""Milk figures against ICAR's example, a real lactation and their own bounds."""

from __future__ import annotations

import csv
import os
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.figures.milk import (
    component_yield,
    days_in_milk,
    energy_corrected_milk,
    fat_corrected_milk,
    is_in_milk,
    lactation_yield,
    mean,
    somatic_cell_score,
    usual_range,
    wood,
)

KG = st.decimals(0, 80, places=1)
TEST_DAYS = st.lists(st.tuples(st.integers(1, 400), KG), min_size=1, max_size=14)
CALVED = date(2024, 3, 1)


def real_test_days(lactation: str) -> list[tuple[int, Decimal]]:
    """The test days of one lactation of the shared data file; skips where the file is not."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    path = Path(os.environ.get("FLUFFYDESK_SHARED_DATA", beside)) / "dairy-test-days.csv"
    if not path.exists():
        pytest.skip("the shared data file is not here")
    with path.open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["TestId"] == lactation]
    return [(int(line["DaysInMilk"]), Decimal(line["MilkingYield"])) for line in lines]


def test_two_test_days_give_the_yield_of_the_definition() -> None:
    assert lactation_yield([(10, Decimal(30)), (305, Decimal(20))]) == 7675


def test_a_real_lactation_to_day_305() -> None:
    assert lactation_yield(real_test_days("3782")) == Decimal("9849.55")


def test_an_interval_that_the_end_cuts_is_read_off_its_line() -> None:
    # 30 to 20 kg from day 10 to 305: on day 157.5 the line is at 25 kg.
    first = lactation_yield([(10, Decimal(30)), (305, Decimal(20))], to_day=10)
    assert first == 300
    whole = lactation_yield([(0, Decimal(30)), (100, Decimal(20))], to_day=50)
    assert whole == 50 * Decimal("27.5")


def test_without_test_days_there_is_not_enough_data() -> None:
    assert lactation_yield([]) is None
    assert component_yield([(10, Decimal(30), None)]) is None
    assert mean([]) is None


@given(TEST_DAYS, st.integers(1, 500))
def test_a_lactation_lies_between_its_lowest_and_highest_day(
    days: list[tuple[int, Decimal]], to_day: int
) -> None:
    total = lactation_yield(days, to_day=to_day)
    assert total is not None
    kgs = [kg for _, kg in days]
    slack = Decimal("1e-15")
    assert min(kgs) * to_day - slack <= total <= max(kgs) * to_day + slack


@given(TEST_DAYS)
def test_the_order_of_test_days_does_not_matter(days: list[tuple[int, Decimal]]) -> None:
    assert lactation_yield(days) == lactation_yield(reversed(days))


@given(TEST_DAYS, st.integers(1, 400), st.integers(1, 400))
def test_more_days_never_give_less_milk(
    days: list[tuple[int, Decimal]], one: int, other: int
) -> None:
    less = lactation_yield(days, to_day=min(one, other))
    more = lactation_yield(days, to_day=max(one, other))
    assert less is not None
    assert more is not None
    assert less <= more + Decimal("1e-15")


def test_fat_goes_by_mass() -> None:
    days = [(10, Decimal(30), Decimal(4)), (305, Decimal(20), Decimal(5))]
    # 1.2 kg of fat at first and 1.0 at last: not the mean percentage of the mean milk.
    assert component_yield(days) == 12 + 295 * Decimal("1.1")


def test_corrected_milk() -> None:
    assert fat_corrected_milk(Decimal(1000), Decimal("3.5")) == 925
    corrected = energy_corrected_milk(Decimal(20), Decimal("4.0"), Decimal("3.3"))
    assert round(corrected, 2) == Decimal("20.00")


def test_somatic_cell_score() -> None:
    assert somatic_cell_score(200_000) == 4
    assert somatic_cell_score(None) is None
    assert somatic_cell_score(0) is None


@given(st.integers(1, 50_000_000))
def test_twice_the_cells_are_one_score_more(cells: int) -> None:
    one, two = somatic_cell_score(cells), somatic_cell_score(cells * 2)
    assert one is not None
    assert two is not None
    assert round(two - one, 9) == 1


def test_days_in_milk_by_either_convention() -> None:
    assert days_in_milk(CALVED, CALVED) == 0
    assert days_in_milk(CALVED, CALVED, calving_day=1) == 1
    assert days_in_milk(CALVED, date(2024, 12, 31)) == 305
    assert days_in_milk(CALVED, CALVED - timedelta(days=1)) is None
    assert days_in_milk(None, CALVED) is None


@pytest.mark.parametrize(
    ("calved", "dried", "on", "expected"),
    [
        (None, None, CALVED, False),
        (CALVED, None, CALVED - timedelta(days=1), False),
        (CALVED, None, CALVED, True),
        (CALVED, CALVED - timedelta(days=60), CALVED, True),
        (CALVED, date(2025, 1, 10), date(2025, 1, 9), True),
        (CALVED, date(2025, 1, 10), date(2025, 1, 10), False),
    ],
)
def test_calving_opens_and_drying_off_closes(
    calved: date | None, dried: date | None, on: date, expected: bool
) -> None:
    assert is_in_milk(calved, dried, on) is expected


def test_a_cow_is_judged_by_her_own_last_seven() -> None:
    steady = [Decimal(kg) for kg in ("99", "15.0", "15.4", "14.8", "15.2", "15.1", "14.9", "15.3")]
    usual = usual_range(steady)
    assert usual is not None
    assert usual.usual == Decimal("15.1")
    assert usual.judge(Decimal("15.6")) is None
    assert usual.judge(Decimal("10.5")) == "low"
    assert usual.judge(Decimal("156")) == "high"
    assert usual_range(steady[:2]) is None


@given(st.lists(KG, min_size=3, max_size=7))
def test_what_is_usual_holds_at_least_its_middle_and_never_goes_below_zero(
    yields: list[Decimal],
) -> None:
    usual = usual_range(yields)
    assert usual is not None
    assert usual.holds(usual.usual)
    assert 0 <= usual.low <= usual.usual < usual.high


@given(st.integers(20, 120), st.decimals(10, 60, places=1), st.integers(1, 400))
def test_woods_curve_is_highest_at_its_peak(peak_day: int, peak_kg: Decimal, day: int) -> None:
    assert round(wood(peak_day, peak_kg, peak_day), 6) == round(peak_kg, 6)
    assert 0 < wood(day, peak_kg, peak_day) <= peak_kg * Decimal("1.0000001")
    assert wood(0, peak_kg, peak_day) == 0
