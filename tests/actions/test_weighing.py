"""Weights at the scale: read in any unit, one a day, taken back, judged by the last one."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.actions.weighing import kg_in, take_back_weight, weigh_once
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.growth import weight_range
from fluffydesk.records.farm import WeightLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.ui.screens.reading.weighing import before, weighed_on
from tests.actions.barn import Barn, days_ago, today


def card(barn: Barn, animal: UUID) -> Decimal | None:
    (row,) = (row for row in barn.rows(Livestock) if row.id == animal)
    weight: Decimal | None = row.weight_kg
    return weight


def test_the_second_weight_of_a_day_takes_the_firsts_place_and_undo_brings_it_back(
    barn: Barn,
) -> None:
    weigh_once(barn.mirror, barn.cow, days_ago(10), Decimal(600))
    first, _ = weigh_once(barn.mirror, barn.cow, today(), Decimal(61))
    second, _ = weigh_once(barn.mirror, barn.cow, today(), Decimal(610))
    assert sorted(row.weight_kg for row in barn.rows(WeightLog)) == [600, 610]
    assert card(barn, barn.cow) == 610
    with pytest.raises(Refusal, match="changed since"):
        take_back_weight(barn.mirror, first)
    take_back_weight(barn.mirror, second)
    assert card(barn, barn.cow) == 61
    take_back_weight(barn.mirror, first)
    assert [row.weight_kg for row in barn.rows(WeightLog)] == [600]
    assert card(barn, barn.cow) == 600


def test_a_weight_of_an_earlier_day_leaves_the_card_as_it_is(barn: Barn) -> None:
    weigh_once(barn.mirror, barn.cow, today(), Decimal(610))
    weigh_once(barn.mirror, barn.cow, days_ago(30), Decimal(580))
    assert card(barn, barn.cow) == 610


def test_rule_3_nobody_is_weighed_before_birth(barn: Barn) -> None:
    with pytest.raises(InvalidValue, match="was born"):
        weigh_once(barn.mirror, barn.cow, days_ago(1501), Decimal(40))
    assert barn.rows(WeightLog) == []


@pytest.mark.parametrize(
    ("text", "unit", "kg", "entered"),
    [
        ("412.5", "kg", "412.5", None),
        ("412,5", "kg", "412.5", None),
        (" 412.5kg ", "kg", "412.5", None),
        ("ST,GS,+  412.5 kg", "kg", "412.5", None),
        ("909", "lb", "412.3", "Weighed as 909 lb"),
        ("909 lb", "kg", "412.3", "Weighed as 909 lb"),
        ("90 KG", "lb", "90", None),
    ],
)
def test_rule_24_a_weight_is_kept_in_kg_and_its_unit_with_it(
    text: str, unit: str, kg: str, entered: str | None
) -> None:
    assert kg_in(text, unit) == (Decimal(kg), entered)


@pytest.mark.parametrize("text", ["", "abc", "12x", "-4", "1.2.3.4", "12 m"])
def test_what_is_no_weight_is_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidValue, match="is no weight"):
        kg_in(text)


def test_last_weight_days_gain_and_doubt_stand_beside_a_weight(barn: Barn) -> None:
    weigh_once(barn.mirror, barn.cow, days_ago(50), Decimal(600))
    weigh_once(barn.mirror, barn.cow, today(), Decimal(640))
    weigh_once(barn.mirror, barn.bull, days_ago(20), Decimal(800))
    weigh_once(barn.mirror, barn.bull, today(), Decimal(80))
    with barn.mirror.read() as connection:
        session = weighed_on(connection, today())
        known = before(connection, barn.cow, today())
    cow, bull = sorted(session.rows, key=lambda one: one.tag)
    assert (cow.last_kg, cow.days, cow.gain, cow.doubt) == (600, 50, Decimal("0.8"), "")
    assert (bull.last_kg, bull.days, bull.gain, bull.doubt) == (800, 20, -36, "low")
    assert (session.mean, session.gain) == (360, Decimal("-17.6"))
    assert (known.kg, known.on, known.already) == (600, days_ago(50), 640)


@given(kg=st.decimals(1, 2000, places=1), days=st.integers(0, 4000))
def test_the_same_weight_again_is_always_plausible(kg: Decimal, days: int) -> None:
    least, most = weight_range(kg, days)
    assert 0 < least < kg < most
