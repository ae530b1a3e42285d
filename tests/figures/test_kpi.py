"""Each KPI of the trade's table: its check, as it is shown, and what holds for any figure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.figures import kpi
from fluffydesk.figures.breeding import lambing_percent
from fluffydesk.figures.dates import withdrawal_end
from fluffydesk.figures.eggs import (
    egg_weight_g,
    fertility_percent,
    hatch_of_fertile_percent,
    hatch_of_set_percent,
    hen_day_percent,
    hen_housed_percent,
)
from fluffydesk.figures.flock import (
    epef,
    feed_conversion,
    feed_per_bird_g,
    livability_percent,
    mortality_percent,
)
from fluffydesk.figures.growth import adjusted_205_day_weight, daily_gain
from fluffydesk.figures.kpi import KPIS, NOT_ENOUGH, Kpi, rounded, shown
from fluffydesk.figures.milk import (
    component_yield,
    days_in_milk,
    energy_corrected_milk,
    fat_corrected_milk,
    lactation_yield,
    somatic_cell_score,
)
from fluffydesk.figures.pedigree import inbreeding_coefficient
from fluffydesk.figures.stock import feed_cover

D = Decimal
CHECKS: list[tuple[Kpi, Decimal | None, str]] = [
    (kpi.LACTATION_YIELD, lactation_yield([(10, D(30)), (305, D(20))]), "7,675"),
    (
        kpi.LACTATION_FAT,
        component_yield([(10, D(30), D(4)), (305, D(20), D(5))]),
        "336.5",
    ),
    (kpi.FAT_CORRECTED, fat_corrected_milk(D(1000), D("3.5")), "925.0"),
    (kpi.ENERGY_CORRECTED, energy_corrected_milk(D(20), D("4.0"), D("3.3")), "20.00"),
    (kpi.CELL_SCORE, somatic_cell_score(200_000), "4.0"),
    (kpi.HEN_DAY, hen_day_percent(9108, 9900), "92.0"),
    (kpi.MORTALITY, mortality_percent(800, 20_000), "4.0"),
    (kpi.LIVABILITY, livability_percent(800, 20_000), "96.0"),
    (kpi.FEED_CONVERSION, feed_conversion(D("2.5"), D("1.8")), "1.389"),
    (kpi.EPEF, epef(D(95), D("1.85"), 44, D("1.88")), "212"),
    (kpi.FERTILITY, fertility_percent(2000, 93), "95.35"),
    (kpi.HATCH_OF_FERTILE, hatch_of_fertile_percent(2000, 93, 1728), "90.6"),
    (kpi.HATCH_OF_SET, hatch_of_set_percent(2000, 1728), "86.4"),
    (kpi.WEIGHT_205, adjusted_205_day_weight(D(95), D(800), 210), "783.21"),
    (
        kpi.DAILY_GAIN,
        daily_gain(D(100), date(2024, 5, 1), D(125), date(2024, 5, 26)),
        "1.000",
    ),
    (kpi.LAMBING, lambing_percent(2200, 1500), "147"),
    (kpi.FEED_COVER, feed_cover(D(1850), 420, D("0.115")), "38.3"),
    (kpi.LACTATION_PROTEIN, component_yield([(10, D(30), D(3)), (305, D(20), D("3.5"))]), "245.0"),
    (kpi.DAYS_IN_MILK, D(days_in_milk(date(2024, 3, 1), date(2024, 12, 31)) or 0), "305"),
    (kpi.MILK_PER_COW, D(3480) / 120, "29.0"),
    (kpi.HEN_HOUSED, hen_housed_percent(180, 100, 2), "90.0"),
    (kpi.EGG_WEIGHT, egg_weight_g(D("5.4"), 90), "60.0"),
    (kpi.FEED_PER_BIRD, feed_per_bird_g(D(115), 1000), "115"),
    (
        kpi.INBREEDING,
        100 * (inbreeding_coefficient("x", {"x": ("s", "d"), "d": ("s", "b")}) or D(0)),
        "25.00",
    ),
]


@pytest.mark.parametrize(("figure", "value", "text"), CHECKS, ids=[one[0].key for one in CHECKS])
def test_the_check_of_each_kpi_as_it_is_shown(
    figure: Kpi, value: Decimal | None, text: str
) -> None:
    assert shown(figure, value) == text
    assert shown(figure, None) == NOT_ENOUGH


def test_every_kpi_says_what_it_is() -> None:
    assert all(key == one.key and one.title and one.definition for key, one in KPIS.items())
    assert {one.key for one, _, _ in CHECKS} == KPIS.keys(), "each has a check"
    named = {value.key for value in vars(kpi).values() if isinstance(value, Kpi)}
    assert named == KPIS.keys(), "one is not in the list"
    assert all(re.fullmatch(r"[a-z0-9_]+", key) for key in KPIS)


def test_the_convention_is_said_beside_the_definition() -> None:
    assert kpi.DAYS_IN_MILK.said("1") == "Days since calving. The day of calving is day 1."
    assert kpi.LAMBING.said("lambed") == "Lambs born / ewes. The ewes that lambed."
    assert kpi.LAMBING.said().count(" Or: ") == 2
    assert kpi.MORTALITY.said() == kpi.MORTALITY.said("whatever") == kpi.MORTALITY.definition
    with pytest.raises(KeyError):
        kpi.LAMBING.said("counted")


def test_rounded_last_and_half_away_from_zero() -> None:
    assert rounded(D("2.675"), 2) == D("2.68")
    assert rounded(D("-0.5"), 0) == -1
    assert str(rounded(D("-0.001"), 2)) == "0.00"
    # 3.357142.. kg a day: rounded first, it would give 783.8.
    assert rounded((D(800) - D(95)) / 210 * 205 + D(95), 2) == D("783.21")
    assert shown(kpi.LACTATION_YIELD, D("9849.55"), unit=True) == "9,850 kg"
    assert shown(kpi.CELL_SCORE, D(4), unit=True) == "4.0"
    assert shown(kpi.FEED_COVER, None, unit=True) == NOT_ENOUGH


@given(
    st.sampled_from(list(KPIS.values())),
    st.decimals(-(10**12), 10**12, places=9),
)
def test_what_is_shown_is_the_figure_within_half_a_last_digit(figure: Kpi, value: Decimal) -> None:
    back = Decimal(shown(figure, value).replace(",", ""))
    assert abs(back - value) <= Decimal("0.5").scaleb(-figure.places)
    assert figure.rounded(back) == back, "rounding again changes nothing"


PARTS = st.integers(0, 10**6)
MASS = st.decimals(0, 10**6, places=3)


@given(PARTS, PARTS, PARTS)
def test_no_share_leaves_its_bounds(set_: int, infertile: int, hatched: int) -> None:
    fertile = set_ - min(infertile, set_)
    chicks = min(hatched, fertile)
    shares = [
        fertility_percent(set_, set_ - fertile),
        hatch_of_fertile_percent(set_, set_ - fertile, chicks),
        hatch_of_set_percent(set_, chicks),
        mortality_percent(fertile, set_),
    ]
    assert all(share is None or 0 <= share <= 100 for share in shares)
    assert (shares[0] is None) == (set_ == 0)
    assert (shares[1] is None) == (fertile == 0)
    fertility, of_fertile, of_set, _ = shares
    if fertility is not None and of_fertile is not None and of_set is not None:
        assert abs(fertility * of_fertile / 100 - of_set) < Decimal("1e-20")


@given(MASS, MASS, MASS, MASS)
def test_feed_conversion_gives_the_feed_back(
    feed: Decimal, live: Decimal, placed: Decimal, dead: Decimal
) -> None:
    conversion = feed_conversion(feed, live, placed_kg=placed, dead_kg=dead)
    gained = live - placed + dead
    assert (conversion is None) == (gained <= 0)
    if conversion is not None:
        assert abs(conversion * gained - feed) <= feed * Decimal("1e-20")


@given(MASS, st.decimals(0, 10, places=2), st.decimals(0, 10, places=2))
def test_corrected_milk_grows_with_the_milk_and_is_itself_at_four_percent(
    kg: Decimal, fat: Decimal, protein: Decimal
) -> None:
    assert fat_corrected_milk(kg, D(4)) == kg
    assert fat_corrected_milk(2 * kg, fat) == 2 * fat_corrected_milk(kg, fat)
    once = energy_corrected_milk(kg, fat, protein)
    assert once >= 0
    assert abs(energy_corrected_milk(2 * kg, fat, protein) - 2 * once) < Decimal("1e-15")


@given(
    st.decimals(0, 100, places=1),
    st.decimals(0, 2000, places=1),
    st.integers(0, 400),
)
def test_the_205_day_weight_on_day_205_is_the_weight(
    birth: Decimal, weight: Decimal, age: int
) -> None:
    adjusted = adjusted_205_day_weight(birth, weight, age)
    assert (adjusted is None) == (not 160 <= age <= 250)
    at_205 = adjusted_205_day_weight(birth, weight, 205)
    assert at_205 is not None
    assert abs(at_205 - weight) < Decimal("1e-15")


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)),
    st.integers(0, 5000),
    st.integers(0, 5000),
)
def test_withdrawals_add_up(dose: datetime, one: int, other: int) -> None:
    assert withdrawal_end(withdrawal_end(dose, one), other) == withdrawal_end(dose, one + other)
    assert withdrawal_end(dose, 24 * one) == dose + timedelta(days=one)


@given(MASS, st.integers(0, 10**5), st.decimals(0, 50, places=3))
def test_cover_times_use_is_the_stock(stock: Decimal, head: int, each: Decimal) -> None:
    cover = feed_cover(stock, head, each)
    assert (cover is None) == (head * each == 0)
    if cover is not None:
        assert abs(cover * head * each - stock) <= stock * Decimal("1e-20")


COUNT = st.integers(1, 10**5)


@given(PARTS, COUNT, PARTS, COUNT)
@pytest.mark.parametrize("share", [hen_day_percent, mortality_percent, lambing_percent])
def test_the_share_of_a_whole_lies_between_those_of_its_parts(
    share: Callable[[int, int], Decimal | None], one: int, of: int, other: int, of_other: int
) -> None:
    """A period split in two, or two flocks: the whole is no mean of percentages."""
    first, second = share(one, of), share(other, of_other)
    whole = share(one + other, of + of_other)
    assert first is not None
    assert second is not None
    assert whole is not None
    slack = D("1e-15")
    assert min(first, second) - slack <= whole <= max(first, second) + slack
    assert abs(whole * (of + of_other) - first * of - second * of_other) < D("1e-12")


@given(st.integers(1, 400), st.integers(1, 400), MASS, MASS, MASS)
def test_a_gain_is_made_up_of_those_of_its_parts(
    days: int, more: int, first: Decimal, middle: Decimal, last: Decimal
) -> None:
    start = date(2024, 1, 1)
    between, end = start + timedelta(days=days), start + timedelta(days=days + more)
    one, other = daily_gain(first, start, middle, between), daily_gain(middle, between, last, end)
    whole = daily_gain(first, start, last, end)
    assert one is not None
    assert other is not None
    assert whole is not None
    assert abs(one * days + other * more - whole * (days + more)) < D("1e-12")


@given(
    st.decimals("0.1", 10, places=2), st.integers(1, 100), st.decimals("0.5", 5, places=2), PARTS
)
def test_epef_falls_with_deaths_days_and_feed(
    kg: Decimal, days: int, conversion: Decimal, dead: int
) -> None:
    alive = livability_percent(min(dead, 10**6), 10**6)
    assert alive is not None
    factor = epef(alive, kg, days, conversion)
    best = epef(D(100), kg, days, conversion)
    assert factor is not None
    assert best is not None
    assert 0 <= factor <= best
    for worse in (epef(alive, kg, days + 1, conversion), epef(alive, kg, days, conversion * 2)):
        assert worse is not None
        assert worse <= factor


@given(MASS, COUNT, MASS, COUNT)
def test_eggs_weighed_apart_weigh_what_they_weigh_together(
    kg: Decimal, eggs: int, more_kg: Decimal, more: int
) -> None:
    one, other = egg_weight_g(kg, eggs), egg_weight_g(more_kg, more)
    both = egg_weight_g(kg + more_kg, eggs + more)
    assert one is not None
    assert other is not None
    assert both is not None
    assert abs(both * (eggs + more) - one * eggs - other * more) < D("1e-12")
    assert egg_weight_g(kg, 0) is None
