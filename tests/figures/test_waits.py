from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.figures.waits import (
    Level,
    Limits,
    is_missed,
    median,
    minutes_between,
    ninetieth,
    percentile,
)

NINE = datetime(2026, 3, 11, 9, tzinfo=UTC)


def test_the_median_and_the_ninetieth_percentile_are_a_spreadsheets() -> None:
    times = [12, 3, 7, 25, 9, 14, 8, 31, 6, 10]
    assert median(times) == Decimal("9.5")
    assert ninetieth(times) == Decimal("25.6")
    assert ninetieth([1, 2, 3, 4]) == Decimal("3.7")
    assert median([5]) == ninetieth([5]) == 5


def test_no_values_have_no_percentile_and_a_share_is_a_part_of_one() -> None:
    assert median([]) is None
    assert ninetieth([]) is None
    with pytest.raises(ValueError, match="no share"):
        percentile([1], Fraction(3, 2))


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=40))
def test_half_are_no_longer_than_the_median_and_nine_of_ten_than_the_ninetieth(
    values: list[int],
) -> None:
    middle, high = median(values), ninetieth(values)
    assert middle is not None
    assert high is not None
    assert 2 * sum(value <= middle for value in values) >= len(values)
    assert 2 * sum(value >= middle for value in values) >= len(values)
    assert min(values) <= middle <= high <= max(values)


def test_a_wait_is_long_from_its_limit_on() -> None:
    limits = Limits(15, 30)
    found = [limits.level(minutes) for minutes in (14, 15, 29, 30)]
    assert found == [Level.FINE, Level.LONG, Level.LONG, Level.TOO_LONG]


def test_minutes_are_whole_ones_and_none_where_a_clock_was_ahead() -> None:
    assert minutes_between(NINE, NINE + timedelta(minutes=4, seconds=59)) == 4
    assert minutes_between(NINE, NINE - timedelta(minutes=3)) == 0


def test_a_visit_is_missed_from_twenty_minutes_on() -> None:
    assert not is_missed(NINE, NINE + timedelta(minutes=19, seconds=59))
    assert is_missed(NINE, NINE + timedelta(minutes=20))


@pytest.mark.parametrize(
    ("day", "minutes"), [((2026, 3, 29), 30), ((2026, 10, 25), 150)], ids=["spring", "autumn"]
)
def test_the_hour_that_is_lost_or_comes_twice_is_waited_as_it_was(
    day: tuple[int, int, int], minutes: int
) -> None:
    """Rule 25: from half past one to three on the wall, on the days the clocks are changed."""
    zone = ZoneInfo("Europe/Amsterdam")
    since = datetime(*day, 1, 30, tzinfo=zone)
    until = datetime(*day, 3, 0, tzinfo=zone)
    assert minutes_between(since, until) == minutes
    assert is_missed(since, until)
