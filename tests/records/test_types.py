"""The value types: exact, in UTC, in time order, and the same after a trip through SQLite."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, create_engine, insert, select, text
from sqlalchemy.types import TypeEngine

from fluffydesk.records.types import ExactDecimal, Json, Key, UtcTime, new_id


def through_sqlite(kind: TypeEngine[Any], value: Any) -> tuple[Any, Any]:
    """Return a value as SQLite stores it, and as it comes back."""
    table = Table("one", MetaData(), Column("value", kind))
    with create_engine("sqlite://").begin() as connection:
        table.create(connection)
        connection.execute(insert(table), [{"value": value}])
        stored = connection.execute(text("select value from one")).scalar_one()
        back = connection.execute(select(table.c.value)).scalar_one()
    return stored, back


@given(st.integers(min_value=-(10**11), max_value=10**11))
def test_a_decimal_is_a_scaled_integer(hundredths: int) -> None:
    value = Decimal(hundredths).scaleb(-2)
    stored, back = through_sqlite(ExactDecimal(2), value)
    assert (stored, back) == (hundredths, value)


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)))
def test_a_time_keeps_its_microsecond_in_utc(naive: datetime) -> None:
    zone = timezone(timedelta(hours=-3, minutes=-30))
    stored, back = through_sqlite(UtcTime(), naive.replace(tzinfo=zone))
    assert isinstance(stored, int)
    assert back == naive.replace(tzinfo=zone)
    assert back.tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(Exception, match="needs its zone"):
        through_sqlite(UtcTime(), datetime(2026, 1, 1))


def test_a_key_is_its_36_characters() -> None:
    key = new_id()
    assert through_sqlite(Key(), key) == (str(key), key)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_json_comes_back_as_it_went(document: Any) -> None:
    wrapped = {"it": document}
    assert through_sqlite(Json(), wrapped)[1] == wrapped


def test_keys_are_uuid7_in_time_order() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    keys = [new_id(start + timedelta(milliseconds=step)) for step in range(100)]
    assert keys == sorted(keys)
    assert {(key.version, key.variant) for key in keys} == {(7, "specified in RFC 4122")}
    assert len({new_id(start) for _ in range(1000)}) == 1000
    made = [new_id() for _ in range(1000)]
    assert made == sorted(made)
