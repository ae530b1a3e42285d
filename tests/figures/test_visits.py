from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.figures.opening_hours import parse_hours
from fluffydesk.figures.recurrence import Frequency, Recurrence
from fluffydesk.figures.visits import (
    STAGES,
    STAMPS,
    Stage,
    out_of_order,
    repeated,
    stage_of,
    stamped,
)

NINE = datetime(2026, 3, 11, 9, tzinfo=UTC)
MOMENTS = st.integers(-60, 240).map(lambda minutes: NINE + timedelta(minutes=minutes))
STEPS = st.lists(st.tuples(st.sampled_from(STAGES), MOMENTS), max_size=5)
FORWARD = st.lists(st.tuples(st.integers(0, 5), MOMENTS), max_size=5)


@given(STEPS)
def test_wherever_a_visit_is_brought_its_stamps_are_in_order(
    steps: list[tuple[Stage, datetime]],
) -> None:
    """Rule 20, also where the clock of one desk is behind that of another."""
    stamps: dict[str, datetime | None] = {}
    for stage, at in steps:
        before = stamps
        stamps = stamped(before, stage, at)
        assert stage_of(stamps) is stage
        assert out_of_order(stamps) is None
        for name in STAMPS.values():
            assert stamps[name] == before.get(name) or None in (stamps[name], before.get(name))


def brought_on(
    stamps: dict[str, datetime | None], steps: list[tuple[int, datetime]]
) -> dict[str, datetime | None]:
    for most, at in steps:
        stage = max(STAGES[most], stage_of(stamps), key=STAGES.index)
        stamps = stamped(stamps, stage, at)
    return stamps


@given(FORWARD, FORWARD, FORWARD)
def test_two_desks_that_bring_a_visit_on_agree_on_stamps_in_order(
    common: list[tuple[int, datetime]],
    one: list[tuple[int, datetime]],
    other: list[tuple[int, datetime]],
) -> None:
    """The earlier of two stamps is kept, as the columns merge (MIN)."""
    base = brought_on({}, common)
    here, there = brought_on(base, one), brought_on(base, other)
    merged = {
        name: min((x for x in (here.get(name), there.get(name)) if x), default=None)
        for name in STAMPS.values()
    }
    assert out_of_order(merged) is None
    assert stage_of(merged) is max(stage_of(here), stage_of(there), key=STAGES.index)


def test_stamps_out_of_order_are_told() -> None:
    late, early = NINE + timedelta(minutes=5), NINE
    assert out_of_order({"arrived_at": late, "with_vet_at": early}) == (
        Stage.ARRIVED,
        Stage.WITH_VET,
    )
    assert out_of_order({"arrived_at": early, "with_vet_at": early, "left_at": late}) is None


ZONES = st.sampled_from(
    ["Europe/Amsterdam", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]
).map(ZoneInfo)


@given(
    ZONES,
    st.dates(date(2025, 1, 1), date(2028, 1, 1)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0)),
    st.sampled_from([Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY]),
    st.integers(1, 13),
)
def test_a_series_has_one_time_of_day_whatever_the_clocks_do(
    zone: ZoneInfo, day: date, at: time, unit: Frequency, every: int
) -> None:
    """Rule 25: only a time that is skipped comes later, on that day alone."""
    starts = datetime.combine(day, at, zone)
    if starts.astimezone(UTC).astimezone(zone).time() != at:
        return  # the first itself is at a time that was skipped
    found = list(repeated(starts, Recurrence(unit, every), zone, 30))
    assert len(found) == 30
    assert found == sorted(set(found))
    for moment in found:
        here = moment.astimezone(zone)
        expected = datetime.combine(here.date(), at, zone)
        assert moment == expected.astimezone(UTC)
        assert here.time() == at or expected.astimezone(UTC).astimezone(zone).time() != at


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("Mo-Fr 08:00-18:00; Sa 09:00-13:00", {0: (480, 1080), 4: (480, 1080), 5: (540, 780)}),
        ("mo,we 8.00-12.00", {0: (480, 720), 2: (480, 720)}),
        ("Sa-Mo 20:00–02:00", {5: (1200, 1560), 6: (1200, 1560), 0: (1200, 1560)}),
        ("Monday-Friday 09:00-24:00", {1: (540, 1440)}),
    ],
)
def test_opening_hours_are_read(text: str, week: dict[int, tuple[int, int]]) -> None:
    found = parse_hours(text)
    assert found is not None
    for day, span in week.items():
        assert found[day] == (span,)


def test_opening_hours_with_a_break_a_day_off_and_none_at_all() -> None:
    found = parse_hours("Mo-Su 09:00-12:00,13:00-17:00; We off; Su closed")
    assert found is not None
    assert found[0] == ((540, 720), (780, 1020))
    assert found[2] == found[6] == ()
    assert parse_hours("24/7") == dict.fromkeys(range(7), ((0, 1440),))
    assert 6 not in (parse_hours("Mo-Sa 09:00-10:00") or {})


@pytest.mark.parametrize(
    "text",
    [None, "", " ; ", "by appointment", "Mo-Fr", "Mo 8-18", "Xx 08:00-18:00", "Mo 25:00-26:00"],
)
def test_what_is_no_opening_hours_says_none(text: str | None) -> None:
    assert parse_hours(text) is None


@given(st.text(max_size=40))
def test_any_text_is_hours_or_none(text: str) -> None:
    for day, spans in (parse_hours(text) or {}).items():
        assert 0 <= day <= 6
        assert all(0 <= start < 1440 and start < end <= start + 1440 for start, end in spans)
