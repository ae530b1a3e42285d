"""Every mirrored record goes from Python to the mirror and back without losing anything."""

from __future__ import annotations

import enum
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Enum, select

from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.images import (
    drop_rows,
    from_image,
    from_storage,
    image_of,
    read_image,
    read_images,
    to_image,
    to_storage,
    write_images,
)
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import ExactDecimal, Key, UtcTime, new_id
from fluffydesk.records.vocabulary import Record
from tests.mirrors import KEY

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
COLUMNS = Livestock.__table__.columns


def values_of(column: Column[Any]) -> st.SearchStrategy[Any]:
    kind = column.type
    if isinstance(kind, ExactDecimal):
        largest = 10**kind.digits - 1
        return st.integers(-largest, largest).map(lambda n: Decimal(n).scaleb(-kind.places))
    if isinstance(kind, Key):
        return st.uuids()
    if isinstance(kind, UtcTime):
        return st.datetimes(timezones=st.just(UTC))
    if isinstance(kind, Enum):
        assert kind.enum_class is not None
        return st.sampled_from(list(kind.enum_class))
    if kind.python_type is date:
        return st.dates()
    if kind.python_type is bool:
        return st.booleans()
    if kind.python_type is int:
        return st.integers(-(2**63) + 1, 2**63 - 1)
    assert kind.python_type is str
    return TEXTS


def rows_of(record: type[Record]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            column.name: values_of(column) if column.primary_key else st.none() | values_of(column)
            for column in record.__table__.columns
        }
    )


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path: Path = tmp_path_factory.mktemp("images") / "mirror.db"
    with Mirror.open(path, KEY) as mirror:
        yield mirror


@pytest.mark.parametrize("record", MIRRORED, ids=lambda record: record.__tablename__)
@settings(max_examples=8)
@given(data=st.data())
def test_round_trip(empty: Mirror, record: type[Record], data: st.DataObject) -> None:
    values = data.draw(rows_of(record))
    image = to_image(record, values)
    assert from_image(record, image) == values
    with empty.apply() as connection:
        write_images(connection, record, [image])
        assert read_image(connection, record, values["id"]) == image
        typed = connection.execute(
            select(record.__table__).where(record.__table__.c.id == values["id"])
        ).one()
        assert dict(typed._mapping) == values
        drop_rows(connection, record, [values["id"]])
        assert read_images(connection, record, [values["id"]]) == {}


def test_the_storage_forms() -> None:
    cases = [
        ("weight_kg", Decimal("612.5"), 6125),
        ("weight_kg", 612, 6120),
        ("birth_date", date(2020, 2, 29), "2020-02-29"),
        (
            "id",
            UUID("0190FFFF-0000-7000-8000-00000000000A"),
            "0190ffff-0000-7000-8000-00000000000a",
        ),
        ("id", "0190FFFF000070008000-00000000000A", "0190ffff-0000-7000-8000-00000000000a"),
        ("updated_at", datetime(1970, 1, 1, 2, tzinfo=timezone(timedelta(hours=1))), 3_600_000_000),
        ("sex", "female", "female"),
        ("parity", 3, 3),
        ("name", None, None),
    ]
    for name, value, stored in cases:
        assert to_storage(COLUMNS[name], value) == stored


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("weight_kg", Decimal("NaN")),
        ("weight_kg", Decimal("Infinity")),
        ("weight_kg", "heavy"),
        ("weight_kg", Decimal(10**20)),
        ("birth_date", "yesterday"),
        ("birth_date", datetime(2020, 1, 1, tzinfo=UTC)),
        ("updated_at", datetime(2020, 1, 1)),
        ("updated_at", date(2020, 1, 1)),
        ("id", "not a key"),
        ("id", 7),
        ("sex", "purple"),
        ("parity", 1.5),
        ("parity", "three"),
        ("parity", 2**63),
        ("name", "nul \0 inside"),
        ("name", "\ud800"),
        ("name", 7),
    ],
)
def test_what_a_column_cannot_hold_is_refused_at_its_field(name: str, value: Any) -> None:
    with pytest.raises(InvalidValue) as caught:
        to_storage(COLUMNS[name], value)
    assert caught.value.field == name


def test_a_word_of_a_newer_central_stays_text() -> None:
    assert from_storage(COLUMNS["status"], "teleported") == "teleported"
    assert isinstance(from_storage(COLUMNS["status"], "active"), enum.Enum)
    assert from_image(Livestock, {"id": None, "horns": 2}) == {"id": None}


def test_a_partial_image_leaves_the_other_columns(empty: Mirror) -> None:
    id = str(new_id())
    with empty.apply() as connection:
        write_images(connection, Livestock, [{"id": id, "name": "Bella", "parity": 2}])
        write_images(connection, Livestock, [{"id": id, "parity": 3}, {"id": id}])
        sql = "SELECT id, name, parity FROM livestock WHERE id = ?"
        row = connection.exec_driver_sql(sql, (id,)).one()
    assert image_of(row) == {"id": id, "name": "Bella", "parity": 3}
