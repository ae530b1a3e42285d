"""Egg and flock figures against the trade's examples and their own bounds."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.figures.eggs import (
    fertility_percent,
    hatch_of_fertile_percent,
    hatch_of_set_percent,
    hen_day_percent,
    hen_housed_percent,
    more_than_can_be,
    saleable,
    standard_laying_percent,
)
from fluffydesk.figures.flock import (
    Move,
    age_weeks,
    epef,
    feed_conversion,
    feed_per_bird_g,
    head_count,
    hen_days,
    livability_percent,
    mortality_percent,
)

MARCH = (date(2024, 3, 1), date(2024, 3, 31))
FLOCK = [
    Move(date(2024, 2, 1), 200),
    Move(date(2024, 3, 12), -4),
    Move(date(2024, 3, 16), 10),
]
DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31))
MOVES = st.lists(st.builds(Move, DAYS, st.integers(-500, 500)), max_size=12)


def test_hen_days_count_from_the_day_after_arrival_and_not_the_day_of_death() -> None:
    assert hen_days(FLOCK, *MARCH) == 6270


def test_head_counts() -> None:
    assert head_count(FLOCK, date(2024, 1, 31)) == 0
    assert head_count(FLOCK, date(2024, 3, 11)) == 200
    assert head_count(FLOCK, date(2024, 3, 12)) == 196
    assert head_count(FLOCK, date(2024, 3, 31)) == 206


@given(MOVES, DAYS, st.integers(0, 200), st.integers(1, 200))
def test_hen_days_of_two_spans_add_up(moves: list[Move], first: date, one: int, other: int) -> None:
    middle = first + timedelta(days=one)
    last = middle + timedelta(days=other)
    parts = hen_days(moves, first, middle) + hen_days(moves, middle + timedelta(days=1), last)
    assert parts == hen_days(moves, first, last)


@given(st.lists(st.builds(Move, DAYS, st.integers(-50, -1)), max_size=8), DAYS)
def test_hen_days_of_a_day_are_the_birds_alive_on_it(losses: list[Move], on: date) -> None:
    moves = [Move(date(2023, 12, 1), 500), *losses]
    assert hen_days(moves, on, on) == head_count(moves, on)


def test_laying_percentages() -> None:
    assert hen_day_percent(9108, 9900) == 92
    assert hen_day_percent(10, 0) is None
    assert hen_housed_percent(180, 100, 2) == 90
    assert hen_housed_percent(180, 100, 0) is None


def test_what_is_left_to_sell() -> None:
    assert saleable(1000, 12, 20, 3) == 965


def test_a_hen_lays_no_more_than_the_sun_allows() -> None:
    assert not more_than_can_be(105, 100)
    assert more_than_can_be(106, 100)


def test_the_usual_curve_of_brown_layers() -> None:
    assert standard_laying_percent(17) is None
    assert standard_laying_percent(18) == 8
    assert standard_laying_percent(30) == 95
    assert standard_laying_percent(25) == Decimal("93.75")
    assert standard_laying_percent(100) == 67
    assert standard_laying_percent(101) is None


def test_hatching() -> None:
    assert fertility_percent(2000, 93) == Decimal("95.35")
    fertile = hatch_of_fertile_percent(2000, 93, 1728)
    assert fertile is not None
    assert round(fertile, 1) == Decimal("90.6")
    assert hatch_of_set_percent(2000, 1728) == Decimal("86.4")
    assert fertility_percent(0, 0) is None
    assert hatch_of_fertile_percent(5, 5, 0) is None


def test_mortality() -> None:
    assert mortality_percent(800, 20_000) == 4
    assert livability_percent(800, 20_000) == 96
    assert mortality_percent(1, 0) is None
    assert livability_percent(1, 0) is None


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_the_dead_and_the_living_make_a_hundred(dead: int, more: int) -> None:
    placed = dead + more
    dead_share, living_share = mortality_percent(dead, placed), livability_percent(dead, placed)
    assert dead_share is not None
    assert living_share is not None
    assert 0 <= dead_share < 100
    assert round(dead_share + living_share, 12) == 100


def test_feed_conversion_and_its_conventions() -> None:
    plain = feed_conversion(Decimal("2.5"), Decimal("1.8"))
    assert plain is not None
    assert round(plain, 3) == Decimal("1.389")
    strict = feed_conversion(Decimal(36), Decimal(20), placed_kg=Decimal(1), dead_kg=Decimal(1))
    assert strict == Decimal("1.8")
    assert feed_conversion(Decimal(1), Decimal(0)) is None


def test_epef() -> None:
    factor = epef(Decimal(95), Decimal("1.85"), 44, Decimal("1.88"))
    assert factor is not None
    assert round(factor) == 212
    assert epef(Decimal(95), Decimal(2), 0, Decimal("1.8")) is None


def test_feed_a_bird() -> None:
    assert feed_per_bird_g(Decimal("115"), 1000) == 115
    assert feed_per_bird_g(Decimal(1), 0) is None


@pytest.mark.parametrize(("days", "weeks"), [(0, 0), (6, 0), (7, 1), (125, 17)])
def test_age_in_completed_weeks(days: int, weeks: int) -> None:
    hatched = date(2024, 2, 20)
    assert age_weeks(hatched, hatched + timedelta(days=days)) == weeks


def test_age_before_the_hatch() -> None:
    assert age_weeks(date(2024, 2, 20), date(2024, 2, 19)) is None
    assert age_weeks(None, date(2024, 2, 19)) is None
