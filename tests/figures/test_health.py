from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.figures.health import drawn, episodes, portions

MAY = date(2026, 5, 1)


def test_what_a_course_takes_from_the_store() -> None:
    assert drawn(Decimal(20), "mL", "L", 3, 2) == Decimal("0.120")
    assert drawn(Decimal(1), "tube", "count", 4, 1) == 4
    assert drawn(Decimal(500), "mg", "kg", 2, 40) == Decimal("0.040")
    assert drawn(Decimal("0.2"), "mL", "L", 1, 1) == Decimal("0.001")
    assert drawn(Decimal(0), "mL", "L", 1, 1) == 0
    assert drawn(Decimal(20), "mL", "count", 1, 1) is None


@given(
    st.integers(1, 9_000),
    st.integers(1, 40),
    st.lists(st.integers(1, 50_000), min_size=1, max_size=6),
)
def test_what_animals_get_of_several_lots_is_each_dose_and_each_lot_in_all(
    dose: int, head: int, held: list[int]
) -> None:
    each, lots = Decimal(dose).scaleb(-1), [Decimal(one).scaleb(-3) for one in held]
    found = portions(each, head, lots)
    assert sum(one.dose * one.head for one in found) == each * head
    for number, lot in enumerate(lots):
        assert sum(one.quantity for one in found if one.lot == number) == lot
    assert [one.lot for one in found] == sorted(one.lot for one in found)


def test_treatments_two_weeks_apart_are_one_episode_and_later_ones_another() -> None:
    days = [MAY, MAY + timedelta(days=14), MAY + timedelta(days=29)]
    spans = [(day, day) for day in reversed(days)]
    assert episodes(spans) == [(MAY, days[1]), (days[2], days[2])]
    assert episodes([(MAY, days[2]), (days[1], days[1])], 0) == [(MAY, days[2])]


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 20)), max_size=20), st.integers(0, 40)
)
def test_episodes_cover_every_span_and_lie_further_apart_than_the_gap(
    drawn_spans: list[tuple[int, int]], gap: int
) -> None:
    spans = [(MAY + timedelta(a), MAY + timedelta(a + b)) for a, b in drawn_spans]
    found = episodes(spans, gap)
    assert all(any(f <= a and b <= last for f, last in found) for a, b in spans)
    pairs = pairwise(found)
    assert all((after[0] - before[1]).days > gap for before, after in pairs)
