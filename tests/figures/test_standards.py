"""What breeders publish of their flocks: read between ages, never outside, with its source."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.figures.standards import Measure, standard_of
from fluffydesk.records.livestock import LivestockBreed
from fluffydesk.records.reference_data import reference_rows

LAYERS = (
    "Lohmann Brown", "Lohmann LSL", "Hy-Line Brown", "Hy-Line W-36", "ISA Brown", "Dekalb White",
)  # fmt: skip


def test_a_value_is_read_off_the_line_between_two_ages() -> None:
    laying = standard_of("Lohmann Brown", Measure.LAYING)
    assert laying is not None
    assert laying.at(20) == 36
    assert laying.at(22) == 62
    assert laying.at(90) == 73
    assert (laying.at(19), laying.at(91)) == (None, None)
    ranged = standard_of("Hy-Line Brown", Measure.LAYING)
    assert ranged is not None
    assert ranged.at(20) == Decimal("53.5")
    grown = standard_of("Ross 308", Measure.WEIGHT)
    assert grown is not None
    assert grown.at(42) == 2998
    assert standard_of("Marans", Measure.LAYING) is None


def test_every_standard_is_of_a_breed_that_can_be_chosen_and_names_its_source() -> None:
    breeds = {row["name"] for row in reference_rows()[LivestockBreed]}
    assert {*LAYERS, "Ross 308"} <= breeds
    for breed in LAYERS:
        for measure in (Measure.LAYING, Measure.EGG):
            found = standard_of(breed, measure)
            assert found is not None
            assert found.source
            assert list(found.ages) == sorted(set(found.ages))
            assert all(low <= high for low, high in zip(found.low, found.high, strict=True))


@given(st.sampled_from(LAYERS), st.integers(-5, 200))
@pytest.mark.parametrize(("measure", "most"), [(Measure.LAYING, 100), (Measure.EGG, 80)])
def test_no_standard_leaves_its_bounds(measure: Measure, most: int, breed: str, age: int) -> None:
    found = standard_of(breed, measure)
    assert found is not None
    value = found.at(age)
    assert (value is None) == (not found.ages[0] <= age <= found.ages[-1])
    if value is not None:
        assert 0 < min(found.low) <= value <= max(found.high) <= most
