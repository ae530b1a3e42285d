"""What is said of a time that is past, while the clinic is closed, or off a vet's shift."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from fluffydesk.figures.odd_times import closed_words, off_words, past_words

ZONE = ZoneInfo("Europe/Amsterdam")
DAY = date(2026, 3, 11)


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """Return a moment of the clinic's clock, in UTC as it is kept."""
    there = datetime.combine(DAY + timedelta(days=days), time(hour, minute), ZONE)
    return there.astimezone(UTC)


OPEN = [(at(8), at(12)), (at(13), at(18))]


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        ((8, 0), (8, 20), ""),
        ((11, 40), (12, 0), ""),
        ((11, 50), (12, 10), "Outside the opening hours of that day, 08:00 to 12:00 and"),
        ((7, 50), (8, 10), "Outside the opening hours of that day"),
        ((18, 0), (18, 20), "Outside the opening hours of that day"),
    ],
)
def test_opening_hours_hold_all_of_a_visit(
    starts: tuple[int, int], ends: tuple[int, int], said: str
) -> None:
    words = closed_words(at(*starts), at(*ends), OPEN, ZONE)
    assert words.startswith(said)
    assert bool(words) == bool(said)


def test_hours_that_follow_at_once_are_one_also_over_midnight() -> None:
    night = [(at(20), at(0, days=1)), (at(0, days=1), at(6, days=1))]
    assert closed_words(at(23, 50), at(0, 10, days=1), night, ZONE) == ""


def test_a_day_without_hours_is_closed_and_where_nobody_wrote_them_nothing_is_said() -> None:
    assert closed_words(at(9, days=1), at(10, days=1), OPEN, ZONE) == (
        "The clinic is closed that day."
    )
    assert closed_words(at(3), at(4), None, ZONE) == ""


def test_a_shift_is_told_in_the_clinics_clock_on_the_day_it_changes() -> None:
    """29 March 2026 has no hour from two to three; a shift from eight is 06:00 UTC."""
    sunday = 18
    shift = [(at(8, days=sunday), at(13, days=sunday))]
    words = off_words(at(7, 30, days=sunday), at(8, days=sunday), shift, "Dr Osei Lund", ZONE)
    assert words == "Outside the shift of Dr Osei Lund that day, 08:00 to 13:00."
    assert off_words(at(9), at(10), shift, "Dr Osei Lund", ZONE) == (
        "Dr Osei Lund has no shift that day."
    )
    assert off_words(at(9), at(10), [], "Dr Osei Lund", ZONE) == ""


def test_what_begins_now_is_not_past() -> None:
    assert past_words(at(9, 30), at(9, 34)) == ""
    assert past_words(at(9, 30), at(9, 35)) == "This begins in the past."
    assert past_words(at(9, 40), at(9, 34)) == ""
