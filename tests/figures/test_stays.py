"""Nights, hours and places of stays, on ordinary days and where the clock changes (rule 25)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from fluffydesk.figures.stays import (
    Span,
    day_span,
    hours,
    hours_of,
    most_at_once,
    nights,
    places_free,
    price_of,
    shifted,
    span_of,
)

ZONE = ZoneInfo("Europe/Amsterdam")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize("changes", [SPRING, AUTUMN, date(2026, 6, 10)])
def test_rule_25_a_night_is_a_night_whatever_the_clock_does(changes: date) -> None:
    before, after = changes - timedelta(days=1), changes + timedelta(days=1)
    assert nights(before, after) == 2
    assert price_of(before, after, Decimal("22.50")) == Decimal("45.00")


def test_rule_25_an_hour_is_neither_lost_nor_doubled() -> None:
    assert hours(Span(at(SPRING, 1), at(SPRING, 5))) == 3
    assert hours(Span(at(AUTUMN, 1), at(AUTUMN, 5))) == 5
    assert hours(day_span(SPRING, ZONE)) == 23
    assert hours(day_span(AUTUMN, ZONE)) == 25
    clocks = [one.astimezone(ZONE).hour for one in hours_of(SPRING, 0, 5, ZONE)]
    assert clocks == [0, 1, 3, 4]
    clocks = [one.astimezone(ZONE).hour for one in hours_of(AUTUMN, 0, 4, ZONE)]
    assert clocks == [0, 1, 2, 2, 3]


def test_rule_25_moved_by_days_it_keeps_its_time_of_the_clock() -> None:
    for changes in (SPRING, AUTUMN):
        brought = at(changes - timedelta(days=1), 14, 30)
        later = shifted(brought, 2, ZONE).astimezone(ZONE)
        assert (later.date(), f"{later:%H:%M}") == (changes + timedelta(days=1), "14:30")


def test_a_stay_without_times_takes_its_nights_and_one_within_a_day_that_day() -> None:
    three = span_of(date(2026, 3, 10), date(2026, 3, 13), ZONE)
    assert (three.starts, three.ends) == (at(date(2026, 3, 10), 0), at(date(2026, 3, 13), 0))
    assert span_of(SPRING, SPRING, ZONE) == day_span(SPRING, ZONE)
    times = at(SPRING, 14), at(AUTUMN, 11)
    assert span_of(SPRING, AUTUMN, ZONE, *times) == Span(*times)


def test_rule_19_places_are_counted_at_the_fullest_moment() -> None:
    day = date(2026, 3, 10)

    def from_to(first: int, last: int) -> Span:
        return Span(at(day, first), at(day, last))

    taken = [from_to(8, 10), from_to(10, 12), from_to(9, 11)]
    assert most_at_once(taken, from_to(8, 12)) == 2
    assert most_at_once(taken, from_to(11, 12)) == 1
    assert most_at_once(taken, from_to(12, 13)) == 0, "what ends as it begins is not met"
    assert places_free(2, taken, from_to(8, 12)) == 0
    assert places_free(3, taken, from_to(8, 12)) == 1
    assert places_free(1, taken, from_to(8, 12)) == 0, "never less than none"


def test_a_stay_within_a_day_is_charged_once() -> None:
    day = date(2026, 3, 10)
    assert price_of(day, day, Decimal(18)) == 18
