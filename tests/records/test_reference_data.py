"""Reference data: every file becomes rows that fit their table, point at each other, and stay."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Enum

from fluffydesk.records.enums.reference import UnitQuantity, VaccineNeed
from fluffydesk.records.livestock import LivestockBreed, LivestockSpecies
from fluffydesk.records.reference import (
    BreedReference,
    CompanionBreed,
    CompanionSpecies,
    MeasurementUnit,
    SpeciesReference,
    VaccineSchedule,
)
from fluffydesk.records.reference_data import reference_file, reference_id, reference_rows
from fluffydesk.records.types import ExactDecimal
from fluffydesk.records.vocabulary import Record, facts_of, record_columns

ROWS = reference_rows()
CATTLE = "cb9df33e-adf7-57d9-9071-9d4b2d829690"
BEAGLE = "b0d952e0-ccef-5ebc-8e21-81db01760de2"
every_table = pytest.mark.parametrize("record", ROWS, ids=lambda record: record.__table__.name)


def by_code(record: type[Record]) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in ROWS[record]}


def test_every_file_is_read() -> None:
    files = {file.stem for file in reference_file(SpeciesReference).parent.glob("*.csv")}
    assert files == {record.__table__.name for record in ROWS}
    assert len(files) == 8


@every_table
def test_a_row_has_every_column_and_what_is_required(record: type[Record]) -> None:
    columns = record_columns(record)
    for row in ROWS[record]:
        assert row.keys() == {"id", *(column.name for column in columns)}
        for column in columns:
            assert column.nullable or row[column.name] is not None, (column, row)


@every_table
def test_values_are_of_their_type_and_within_bounds(record: type[Record]) -> None:
    for row in ROWS[record]:
        for column in record_columns(record):
            value, facts = row[column.name], facts_of(column)
            if value is None:
                continue
            if isinstance(column.type, Enum):
                assert isinstance(value, column.type.enum_class or str)
            if isinstance(value, str):
                assert value == value.strip(), (column, row)
            if isinstance(column.type, ExactDecimal):
                assert value == round(value, column.type.places), (column, row)
                assert abs(value) < Decimal(10) ** (column.type.digits - column.type.places)
            if not isinstance(value, str | UUID):
                assert facts.minimum is None or value >= facts.minimum, (column, row)
                assert facts.maximum is None or value <= facts.maximum, (column, row)


@every_table
def test_no_row_is_there_twice(record: type[Record]) -> None:
    assert max(Counter(row["id"] for row in ROWS[record]).values()) == 1


@every_table
def test_links_point_at_rows_that_come_before(record: type[Record]) -> None:
    seen: set[UUID] = set()
    for other, rows in ROWS.items():
        for row in rows if other is record else ():
            for column in record_columns(record):
                if facts_of(column).target and row[column.name] is not None:
                    assert row[column.name] in seen, (column, row)
            seen.add(row["id"])
        seen |= {row["id"] for row in rows}


def test_keys_never_change() -> None:
    """Rows in the field have them: herds, flocks and pets point there."""
    assert by_code(LivestockSpecies)["cattle"]["id"] == reference_id("livestock_species", "cattle")
    assert str(reference_id("livestock_species", "cattle")) == CATTLE
    assert str(reference_id("companion_breeds", "dog/Beagle")) == BEAGLE
    ids = {(row["species_id"], row["name"]): row["id"] for row in ROWS[LivestockBreed]}
    cattle = by_code(LivestockSpecies)["cattle"]["id"]
    assert ids[cattle, "Jersey"] == reference_id("livestock_breeds", "cattle/Jersey")
    first = ROWS[VaccineSchedule][0]
    assert first["id"] == reference_id("vaccine_schedules", "dog/DAP/1")


def test_one_species_is_one_fact_in_every_list() -> None:
    known = by_code(SpeciesReference)
    for record in (LivestockSpecies, CompanionSpecies):
        for code, row in by_code(record).items():
            for name in row.keys() - {"id"}:
                assert row[name] == known[code][name], (record, code, name)


def test_every_breed_of_a_list_is_in_the_catalogue() -> None:
    codes = {
        row["id"]: row["code"]
        for record in (SpeciesReference, LivestockSpecies, CompanionSpecies)
        for row in ROWS[record]
    }
    known = {(codes[row["species_id"]], row["name"]) for row in ROWS[BreedReference]}
    for record in (LivestockBreed, CompanionBreed):
        assert {(codes[row["species_id"]], row["name"]) for row in ROWS[record]} <= known


@pytest.mark.parametrize(
    "code", ["cattle", "sheep", "goat", "pig", "horse", "chicken", "duck", "turkey", "rabbit"]
)
def test_common_species_have_their_breeds(code: str) -> None:
    species = by_code(LivestockSpecies)[code]["id"]
    assert len([row for row in ROWS[LivestockBreed] if row["species_id"] == species]) >= 15


def test_every_dose_is_to_be_confirmed_and_says_where_it_is_from() -> None:
    for row in ROWS[VaccineSchedule]:
        assert row["advice"] == "Confirm with your vet"
        assert row["source"]
        assert row["minimum_age_days"] is not None or row["days_before_birth"] is not None
    assert "confirm with your vet" in str(VaccineSchedule.__table__.comment)


def test_doses_follow_one_another_and_only_the_last_is_repeated() -> None:
    courses: dict[tuple[UUID, str], list[dict[str, Any]]] = {}
    for row in ROWS[VaccineSchedule]:
        courses.setdefault((row["species_id"], row["vaccine"]), []).append(row)
    for course in courses.values():
        assert [row["dose_number"] for row in course] == list(range(1, len(course) + 1))
        for row, following in pairwise(course):
            assert row["interval_to_next_days"], row
            assert row["booster_interval_days"] is None, row
            if row["minimum_age_days"] is not None:
                due = row["minimum_age_days"] + row["interval_to_next_days"]
                assert following["minimum_age_days"] == due, following
        assert course[-1]["interval_to_next_days"] is None


def test_core_vaccines_of_dogs_and_cats() -> None:
    """As in the WSAVA guidelines of 2024; leptospirosis is core only where it occurs."""
    species = by_code(SpeciesReference)

    def core(code: str) -> set[str]:
        return {
            row["vaccine"]
            for row in ROWS[VaccineSchedule]
            if row["species_id"] == species[code]["id"] and row["need"] is VaccineNeed.CORE
        }

    assert core("dog") == {"DAP", "Rabies"}
    assert core("cat") == {"FVRCP", "Rabies", "FeLV"}


def convert(amount: str, unit: str, to: str) -> Decimal:
    units = by_code(MeasurementUnit)
    here, there = units[unit], units[to]
    base = (Decimal(amount) + here["shift"]) * here["factor"] / here["divisor"]
    return base * there["divisor"] / there["factor"] - there["shift"]


@pytest.mark.parametrize(
    ("amount", "unit", "to", "expected"),
    [
        ("1", "dozen", "egg", "12"),
        ("1", "flat", "egg", "30"),
        ("1", "case", "egg", "360"),
        ("1", "case", "flat", "12"),
        ("16", "oz", "lb", "1"),
        ("1", "ton_us", "lb", "2000"),
        ("1", "cwt_uk", "lb", "112"),
        ("1", "gal_us", "fl_oz_us", "128"),
        ("100", "lb", "kg", "45.359237"),
        ("212", "f", "c", "100"),
        ("-40", "f", "c", "-40"),
        ("0", "c", "k", "273.15"),
        ("2", "wk", "d", "14"),
        ("1", "mi", "ft", "5280"),
        ("1", "ac", "ft2", "43560"),
    ],
)
def test_units_convert(amount: str, unit: str, to: str, expected: str) -> None:
    assert round(convert(amount, unit, to), 12) == Decimal(expected)


def test_every_quantity_has_one_base_unit_to_which_all_others_lead() -> None:
    base = {row["quantity"]: row for row in ROWS[MeasurementUnit] if row["base_unit_id"] is None}
    assert set(base) == set(UnitQuantity)
    for row in ROWS[MeasurementUnit]:
        if row["base_unit_id"] is None:
            assert (row["factor"], row["divisor"], row["shift"]) == (1, 1, 0)
        else:
            assert row["base_unit_id"] == base[row["quantity"]]["id"]


def test_temperatures_and_lifespans_are_ranges() -> None:
    for row in ROWS[SpeciesReference]:
        for low, high in (
            ("lifespan_min_years", "lifespan_max_years"),
            ("temperature_low_c", "temperature_high_c"),
        ):
            assert (row[low] is None) == (row[high] is None)
            assert row[low] is None or row[low] <= row[high]
