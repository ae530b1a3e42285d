"""Both samples are what the declarations allow, in order, and the same each time."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.demo import sample_clinic, sample_farm
from fluffydesk.demo.sample import Rows, moment_of
from fluffydesk.records.catalog import RECORDS
from fluffydesk.records.reference_data import reference_rows
from fluffydesk.records.types import ExactDecimal
from fluffydesk.records.vocabulary import facts_of, record_columns
from tests.demo.conftest import CLINIC_ID, FARM_ID, MEMBERS, TODAY


@pytest.fixture(params=["farm", "clinic"])
def rows(request: pytest.FixtureRequest) -> Rows:
    found: Rows = request.getfixturevalue(request.param)
    return found


def test_the_same_day_gives_the_same_rows(farm: Rows, clinic: Rows) -> None:
    assert sample_farm.rows(FARM_ID, TODAY, MEMBERS) == farm
    assert sample_clinic.rows(CLINIC_ID, TODAY, MEMBERS) == clinic


def test_another_day_gives_as_many_rows_more_or_less(farm: Rows) -> None:
    later = sample_farm.rows(FARM_ID, date(2025, 2, 3), MEMBERS)
    for record, found in farm.items():
        assert 0.8 * len(found) <= len(later[record]) <= 1.25 * len(found), record


def test_rows_come_in_the_order_of_the_catalogue(rows: Rows) -> None:
    places = [RECORDS.index(record) for record in rows]
    assert places == sorted(places)


def test_keys_are_unique_and_no_younger_than_today(rows: Rows) -> None:
    keys = [row["id"] for found in rows.values() for row in found]
    assert len(set(keys)) == len(keys)
    assert all(key.version == 7 and moment_of(key).date() <= TODAY for key in keys)


def test_every_value_is_within_its_column(rows: Rows) -> None:
    for record, found in rows.items():
        for column in record.__table__.columns:
            facts = facts_of(column)
            if facts.housekeeping:
                continue
            for row in found:
                _check(column, facts.minimum, facts.maximum, row[column.name])


def _check(column: Any, minimum: Any, maximum: Any, value: Any) -> None:
    if value is None:
        assert column.nullable, column
        return
    if isinstance(column.type, ExactDecimal):
        assert isinstance(value, Decimal), column
        assert -value.as_tuple().exponent <= column.type.places, f"{column}: {value}"
    if isinstance(value, datetime):
        assert value.tzinfo is not None
    if callable(maximum):
        assert value <= TODAY, f"{column}: {value} is in the future"
    elif maximum is not None:
        assert value <= maximum, f"{column}: {value}"
    if minimum is not None:
        assert value >= minimum, f"{column}: {value}"


def test_every_link_points_to_a_row_that_is_there_before(rows: Rows) -> None:
    here: dict[str, set[UUID]] = {
        record.__table__.name: {row["id"] for row in found}
        for record, found in reference_rows().items()
    }
    here["organizations"], here["profiles"] = {FARM_ID, CLINIC_ID}, set(MEMBERS.values())
    for record, found in rows.items():
        links = [
            (column.name, facts_of(column).target)
            for column in record.__table__.columns
            if facts_of(column).target
        ]
        seen = here.setdefault(record.__table__.name, set())
        for row in found:
            for name, target in links:
                assert row.get(name) is None or row[name] in here[str(target)], (record, name)
            seen.add(row["id"])


def test_every_row_has_every_column_that_people_fill_in(rows: Rows) -> None:
    for record, found in rows.items():
        names = {tuple(row) for row in found}
        assert len(names) == 1
        assert {column.name for column in record_columns(record)} <= set(*names)


def test_declared_uniqueness(rows: Rows) -> None:
    for record, found in rows.items():
        for constraint in record.__table__.constraints:
            names = [column.name for column in getattr(constraint, "columns", [])]
            if type(constraint).__name__ != "UniqueConstraint":
                continue
            values = [tuple(row.get(name) for name in names) for row in found]
            values = [value for value in values if None not in value]
            assert len(set(values)) == len(values), (record, names)
