"""The farm's units and conventions: kept with the organization, and used by its figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.actions import saving
from fluffydesk.actions.conventions import CONVENTIONS, Conventions, choose, conventions
from fluffydesk.errors import InvalidValue
from fluffydesk.figures import kpi
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.whose import whose
from fluffydesk.records.enums.organizations import (
    FeedConversionBasis,
    LambingBasis,
    ShownMass,
    ShownTemperature,
    ShownVolume,
)
from fluffydesk.records.organizations import Organization
from tests.mirrors import ORGANIZATION, make_mirror, new_mirror

CALVED = date(2024, 3, 1)
IMPERIAL = Conventions(ShownMass.POUND, ShownVolume.US_GALLON, ShownTemperature.FAHRENHEIT)


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    with make_mirror(tmp_path / "farm.db") as opened:
        yield opened


def chosen(mirror: Mirror) -> Conventions:
    with mirror.read() as connection:
        return conventions(connection)


def test_a_farm_that_chose_nothing_has_the_usual(tmp_path: Path) -> None:
    with new_mirror(tmp_path / "none.db") as nobody, make_mirror(tmp_path / "some.db") as farm:
        assert chosen(nobody) == chosen(farm) == Conventions()


def test_what_is_chosen_is_kept_and_read(mirror: Mirror) -> None:
    choose(
        mirror,
        ORGANIZATION,
        {
            "mass_unit": ShownMass.POUND,
            "volume_unit": ShownVolume.UK_GALLON,
            "temperature_unit": ShownTemperature.FAHRENHEIT,
            "calving_day": 1,
            "feed_conversion_basis": FeedConversionBasis.GAIN,
            "lambing_basis": LambingBasis.LAMBED,
            "is_organic": True,
        },
    )
    assert chosen(mirror) == Conventions(
        ShownMass.POUND,
        ShownVolume.UK_GALLON,
        ShownTemperature.FAHRENHEIT,
        1,
        FeedConversionBasis.GAIN,
        LambingBasis.LAMBED,
        True,
    )


def test_the_day_follows_a_new_time_zone_at_once(mirror: Mirror) -> None:
    choose(mirror, ORGANIZATION, {"time_zone": "Pacific/Auckland", "currency": "NZD"})
    now = whose(mirror)
    assert (now.zone.key, now.currency, now.role) == ("Pacific/Auckland", "NZD", "owner")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"time_zone": "/etc/passwd"}, "time_zone"),
        ({"currency": "euro"}, "currency"),
        ({"calving_day": 2}, "calving_day"),
    ],
)
def test_what_cannot_be_is_refused_by_every_way(
    mirror: Mirror, values: dict[str, object], field: str
) -> None:
    """Rules 24 and 25: an organization has a currency and a time zone that there are."""
    with pytest.raises(InvalidValue) as refused:
        choose(mirror, ORGANIZATION, values)
    assert refused.value.field == field
    with pytest.raises(InvalidValue) as refused:
        saving.change(mirror, Organization, ORGANIZATION, values)
    assert refused.value.field == field
    assert whose(mirror).time_zone == "UTC"
    assert chosen(mirror) == Conventions()


def test_every_convention_is_a_column() -> None:
    assert set(CONVENTIONS) <= set(Organization.__table__.columns.keys())


def test_units_are_those_of_the_farm() -> None:
    assert (Conventions().symbol_for("kg"), Conventions().symbol_for("°C")) == ("kg", "°C")
    assert [IMPERIAL.symbol_for(kept) for kept in ("kg", "L", "C", "°C", "eggs")] == [
        "lb",
        "gal (US)",
        "°F",
        "°F",
        "eggs",
    ]
    assert IMPERIAL.shown(Decimal("45.359237"), "kg") == 100
    assert IMPERIAL.shown(Decimal("38.5"), "°C") == Decimal("101.3")
    assert IMPERIAL.kept(Decimal(100), "kg", 2) == Decimal("45.36")
    assert IMPERIAL.kept(Decimal(10), "L", 1) == Decimal("37.9")
    assert IMPERIAL.kept(Decimal("101.3"), "C", 1) == Decimal("38.5")
    assert IMPERIAL.kept(Decimal(7), "eggs", 0) == IMPERIAL.shown(Decimal(7), "eggs") == 7


def test_what_was_typed_in_the_unit_that_is_kept_is_left_as_it_is() -> None:
    """More decimals than are kept are then refused, as always, and not rounded away."""
    assert Conventions().kept(Decimal("45.359237"), "kg", 2) == Decimal("45.359237")


@given(st.sampled_from(["kg", "L", "C"]), st.decimals(0, 5000, places=2))
def test_a_typed_value_comes_back_as_it_was_typed(kept: str, typed: Decimal) -> None:
    """Rule 24: what is kept to the thousandth is, in the farm's unit, what was typed."""
    back = IMPERIAL.shown(IMPERIAL.kept(typed, kept, 3), kept)
    assert kpi.rounded(back, 2) == typed


@given(st.sampled_from(["kg", "L", "C"]), st.decimals(0, 5000, places=1), st.sampled_from("gu"))
def test_what_is_shown_typed_again_is_what_is_kept(kept: str, value: Decimal, other: str) -> None:
    """Rule 24: opening a form and saving it changes nothing."""
    ways = IMPERIAL if other == "g" else replace(IMPERIAL, volume_unit=ShownVolume.UK_GALLON)
    shown = kpi.rounded(ways.shown(value, kept), ways.places(kept, 1))
    assert ways.kept(shown, kept, 1) == value


def test_the_figures_follow_the_conventions() -> None:
    usual, french = Conventions(), replace(Conventions(), calving_day=1)
    assert usual.days_in_milk(CALVED, CALVED + timedelta(days=9)) == 9
    assert french.days_in_milk(CALVED, CALVED + timedelta(days=9)) == 10
    weights = (Decimal(360), Decimal(200), Decimal(10), Decimal(50))
    by_basis = {
        basis: replace(usual, feed_conversion_basis=basis).feed_conversion(*weights)
        for basis in FeedConversionBasis
    }
    assert by_basis == {
        FeedConversionBasis.LIVE_WEIGHT: Decimal("1.8"),
        FeedConversionBasis.GAIN: Decimal(360) / 190,
        FeedConversionBasis.GAIN_WITH_DEAD: Decimal("1.5"),
    }
    by_gain = replace(usual, feed_conversion_basis=FeedConversionBasis.GAIN)
    assert usual.feed_conversion(Decimal(360), Decimal(200)) == Decimal("1.8")
    assert by_gain.feed_conversion(Decimal(360), Decimal(200)) is None, "nobody weighed the chicks"
    ewes = {"mated": 100, "exposed": 120, "lambed": 80}
    for basis, percent in ((LambingBasis.MATED, 144), (LambingBasis.EXPOSED, 120)):
        assert replace(usual, lambing_basis=basis).lambing_percent(144, **ewes) == percent
    assert replace(usual, lambing_basis=LambingBasis.LAMBED).lambing_percent(144, **ewes) == 180
    assert usual.withdrawal_hours(96) == 96
    assert replace(usual, is_organic=True).withdrawal_hours(96) == 192


def test_the_convention_is_printed_with_the_definition() -> None:
    assert "day 0" in Conventions().said(kpi.DAYS_IN_MILK)
    assert "day 1" in replace(Conventions(), calving_day=1).said(kpi.DAYS_IN_MILK)
    assert Conventions().said(kpi.LAMBING).endswith("put to the ram.")
    assert Conventions().said(kpi.MORTALITY) == kpi.MORTALITY.definition
    assert set(kpi.FEED_CONVERSION.conventions) == {one.value for one in FeedConversionBasis}
    assert set(kpi.LAMBING.conventions) == {one.value for one in LambingBasis}


def test_a_choice_of_a_newer_central_counts_as_the_usual(mirror: Mirror) -> None:
    with mirror.apply() as connection:
        connection.exec_driver_sql("update organizations set mass_unit = 'stone'")
    assert chosen(mirror).mass_unit is ShownMass.KILOGRAM
