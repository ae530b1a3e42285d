from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.figures.withdrawal import (
    doses_due,
    free_from,
    last_dose,
    planned_end,
)

GIVEN = datetime(2026, 3, 15, 8, tzinfo=UTC)


def day(number: int) -> datetime:
    return datetime(2026, 3, number, 8, tzinfo=UTC)


def test_the_domains_check_15_march_meat_14_days_milk_4_days() -> None:
    assert free_from(GIVEN, 1, None, 14 * 24) == day(29)
    assert free_from(GIVEN, 1, None, 4 * 24) == day(19)
    assert free_from(GIVEN, 1, None, 0) is None


def test_rule_16_an_unfinished_course_has_no_end_and_a_finished_one_counts_from_its_last_dose() -> (
    None
):
    assert free_from(GIVEN, 3, None, 96) is None
    assert planned_end(GIVEN, 3, None, 96) == day(21)
    assert free_from(GIVEN, 3, day(18), 96) == day(22) == planned_end(GIVEN, 3, day(18), 96)


def test_doses_fall_due_one_a_day() -> None:
    assert doses_due(GIVEN, 3, GIVEN - timedelta(minutes=1)) == 0
    assert [doses_due(GIVEN, 3, day(number)) for number in (15, 16, 17, 25)] == [1, 2, 3, 3]


@given(st.integers(1, 500), st.integers(1, 8760), st.integers(0, 1000))
def test_a_product_is_never_free_before_its_period_after_the_last_dose(
    doses: int, hours: int, later: int
) -> None:
    last = GIVEN + timedelta(hours=later)
    free = free_from(GIVEN, doses, last, hours)
    assert free is not None
    assert free - last == timedelta(hours=hours)
    assert free >= GIVEN + timedelta(hours=hours)
    assert (last_dose(GIVEN, doses, None) is None) == (doses > 1)
    assert planned_end(GIVEN, doses, None, hours) >= GIVEN + timedelta(hours=hours)
