"""What a rule of iCalendar says, and when work is due next, also as the clock is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.figures.recurrence import Frequency, Recurrence, next_due, parse

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("FREQ=DAILY", "Every day"),
        ("FREQ=DAILY;INTERVAL=2", "Every 2 days"),
        ("FREQ=WEEKLY;BYDAY=TH,MO", "Every week on Mon, Thu"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=15,-1;", "Every month on day 15, the last day"),
        ("FREQ=YEARLY;UNTIL=20301231T235959Z", "Every year until 31 December 2030"),
        ("freq=weekly;wkst=mo", "Every week"),
    ],
)
def test_a_rule_is_read_and_said(text: str, words: str) -> None:
    assert parse(text).words() == words
    assert parse(parse(text).text()) == parse(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("every day", "no part of a rule"),
        ("", "no part of a rule"),
        ("INTERVAL=2", "how often"),
        ("FREQ=HOURLY", "how often"),
        ("FREQ=DAILY;COUNT=3", "COUNT is not understood"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL must be"),
        ("FREQ=DAILY;INTERVAL=²", "INTERVAL must be"),
        ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY has 1MO"),
        ("FREQ=DAILY;BYDAY=MO", "FREQ=WEEKLY only"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "FREQ=MONTHLY only"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY must be"),
        ("FREQ=DAILY;UNTIL=soon", "UNTIL must be a day"),
        ("FREQ=DAILY;FREQ=DAILY", "no part of a rule"),
    ],
)
def test_what_is_not_understood_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse(text)


@pytest.mark.parametrize(
    ("text", "day", "following"),
    [
        ("FREQ=DAILY;INTERVAL=3", date(2026, 12, 30), date(2027, 1, 2)),
        ("FREQ=WEEKLY", date(2026, 11, 23), date(2026, 11, 30)),
        ("FREQ=WEEKLY;BYDAY=MO,TH", date(2026, 11, 23), date(2026, 11, 26)),
        ("FREQ=WEEKLY;BYDAY=MO,TH", date(2026, 11, 26), date(2026, 11, 30)),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", date(2026, 11, 26), date(2026, 12, 7)),
        ("FREQ=WEEKLY;BYDAY=MO", date(2026, 11, 25), date(2026, 11, 30)),
        ("FREQ=MONTHLY;BYMONTHDAY=31", date(2026, 1, 31), date(2026, 2, 28)),
        ("FREQ=MONTHLY;BYMONTHDAY=31", date(2026, 2, 28), date(2026, 3, 31)),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", date(2026, 12, 15), date(2027, 1, 1)),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;INTERVAL=3", date(2026, 11, 30), date(2027, 2, 28)),
        ("FREQ=YEARLY", date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_the_next_day(text: str, day: date, following: date) -> None:
    assert parse(text).next_day(day) == following


def test_a_rule_ends() -> None:
    rule = parse("FREQ=DAILY;UNTIL=20261124")
    assert rule.next_day(date(2026, 11, 23)) == date(2026, 11, 24)
    assert rule.next_day(date(2026, 11, 24)) is None
    assert next_due(rule, datetime(2026, 11, 24, 6, tzinfo=UTC), AMSTERDAM) is None
    assert next_due(parse("FREQ=YEARLY"), datetime(9001, 1, 1, tzinfo=UTC), UTC) is None


def test_rule_25_six_in_the_morning_stays_so_when_the_clock_is_changed() -> None:
    due = datetime(2027, 3, 27, 6, tzinfo=AMSTERDAM)
    following, rule = _next("FREQ=DAILY", due)
    assert following == datetime(2027, 3, 28, 4, tzinfo=UTC)  # 23 hours later
    assert rule == "FREQ=DAILY"
    following, _ = _next("FREQ=DAILY", datetime(2027, 10, 30, 6, tzinfo=AMSTERDAM))
    assert following == datetime(2027, 10, 31, 5, tzinfo=UTC)  # 25 hours later


def test_rule_25_a_time_that_the_spring_skips_comes_back_the_day_after() -> None:
    following, rule = _next("FREQ=DAILY", datetime(2027, 3, 27, 2, 30, tzinfo=AMSTERDAM))
    assert following.astimezone(AMSTERDAM).time() == time(3, 30)
    assert rule == "FREQ=DAILY;BYHOUR=2;BYMINUTE=30"
    following, rule = _next(rule, following)
    assert following.astimezone(AMSTERDAM) == datetime(2027, 3, 29, 2, 30, tzinfo=AMSTERDAM)
    assert rule == "FREQ=DAILY"


def test_rule_25_a_time_that_the_autumn_has_twice_is_the_first() -> None:
    following, rule = _next("FREQ=DAILY", datetime(2027, 10, 30, 2, 30, tzinfo=AMSTERDAM))
    assert following == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    following, _ = _next(rule, following)
    assert following == datetime(2027, 11, 1, 1, 30, tzinfo=UTC)


def test_work_that_somebody_moved_keeps_its_new_time() -> None:
    moved = datetime(2027, 3, 28, 9, tzinfo=AMSTERDAM)
    following, rule = _next("FREQ=DAILY;BYHOUR=2;BYMINUTE=30", moved)
    assert following == datetime(2027, 3, 29, 7, tzinfo=UTC)
    assert rule == "FREQ=DAILY"


def test_the_31st_is_not_forgotten_over_february() -> None:
    following, rule = _next("FREQ=MONTHLY", datetime(2027, 1, 31, 6, tzinfo=AMSTERDAM))
    assert following.astimezone(AMSTERDAM).date() == date(2027, 2, 28)
    following, _ = _next(rule, following)
    assert following.astimezone(AMSTERDAM).date() == date(2027, 3, 31)


def _next(text: str, due: datetime) -> tuple[datetime, str]:
    found = next_due(parse(text), due, AMSTERDAM)
    assert found is not None
    return found[0], found[1].text()


_RULES = st.builds(
    Recurrence, st.sampled_from(list(Frequency)), st.integers(min_value=1, max_value=366)
)


@given(_RULES, st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.times())
def test_what_repeats_moves_on_and_keeps_its_time_of_day(
    rule: Recurrence, day: date, wall: time
) -> None:
    wall = wall.replace(microsecond=0)
    due = datetime.combine(day, wall, AMSTERDAM)
    due = due.astimezone(UTC).astimezone(AMSTERDAM)
    found = next_due(rule, due, AMSTERDAM)
    assert found is not None
    following, kept = found
    assert following > due
    assert parse(kept.text()) == kept
    meant = kept.at or due.time()
    there = following.astimezone(AMSTERDAM)
    assert (there.hour, there.minute) == (meant.hour, meant.minute) or kept.at is not None
