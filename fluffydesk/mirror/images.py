"""Values and rows in storage form, the one form of mirror, wire and journal, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Connection, Date, Enum, Integer, Row

from fluffydesk.errors import InvalidValue
from fluffydesk.records.types import (
    ExactDecimal,
    ForeignWord,
    Json,
    Key,
    UtcTime,
    from_microseconds,
    to_microseconds,
)
from fluffydesk.records.vocabulary import Record, facts_of

Value = int | str | None
Image = dict[str, Value]
TextRow = tuple[str | None, ...]
"""A row as central's COPY gives it: the text of each storage value, in the order of columns."""

_LARGEST = 2**63 - 1
_IDS_AT_ONCE = 500


def to_storage(column: Column[Any], value: Any) -> Value:
    """Return a Python value in storage form; InvalidValue if the column cannot hold it.

    A UUID or an enum member may also be given as its text, a decimal as an int.
    """
    if value is None:
        return None
    try:
        return _writer(column)(value)
    except (ValueError, TypeError, AttributeError, InvalidOperation, OverflowError) as error:
        raise InvalidValue(
            f"{facts_of(column).label}: {_shown(value)} cannot be stored here ({error}).",
            "Type another value.",
            field=column.name,
        ) from error


def from_storage(column: Column[Any], value: Value) -> Any:
    """Return the Python value of a storage value; a word that the enum lacks stays text."""
    return None if value is None else _reader(column)(value)


def to_image(record: type[Record], values: Mapping[str, Any]) -> Image:
    """Return Python values by column name in storage form; unknown names are a KeyError."""
    columns = record.__table__.columns
    return {name: to_storage(columns[name], value) for name, value in values.items()}


def from_image(record: type[Record], image: Mapping[str, Value]) -> dict[str, Any]:
    """Return the Python values of an image; columns this version does not know are left out."""
    columns = record.__table__.columns
    return {n: from_storage(columns[n], value) for n, value in image.items() if n in columns}


def image_of(row: Row[Any] | Mapping[str, Any]) -> Image:
    """Return the image of a row read by plain SQL, so that it is in storage form already."""
    return dict(row._mapping) if isinstance(row, Row) else dict(row)


def column_names(record: type[Record]) -> list[str]:
    """Return the columns that an image of this record has, in the table's order."""
    return [column.name for column in record.__table__.columns]


def read_image(connection: Connection, record: type[Record], id: UUID | str) -> Image | None:
    """Return the image of one row of the mirror, or None if it is not there."""
    return read_images(connection, record, [id]).get(str(id))


def read_images(
    connection: Connection, record: type[Record], ids: Iterable[UUID | str]
) -> dict[str, Image]:
    """Return the images of the rows that are there, by id."""
    wanted = [str(id) for id in ids]
    columns = column_names(record)
    names, key = ", ".join(columns), columns.index("id")
    images: dict[str, Image] = {}
    for start in range(0, len(wanted), _IDS_AT_ONCE):
        some = tuple(wanted[start : start + _IDS_AT_ONCE])
        marks = ", ".join("?" * len(some))
        sql = f"select {names} from {record.__table__.name} where id in ({marks})"
        for row in connection.exec_driver_sql(sql, some).all():
            images[row[key]] = dict(zip(columns, row, strict=True))
    return images


def write_images(connection: Connection, record: type[Record], images: Iterable[Image]) -> None:
    """Insert or overwrite rows. Columns that an image lacks keep what they hold; those that a
    newer central has and this version does not know are left out."""
    known = record.__table__.columns.keys()
    groups: dict[tuple[str, ...], list[tuple[Value, ...]]] = {}
    for image in images:
        names = tuple(name for name in image if name in known)
        groups.setdefault(names, []).append(tuple(image[name] for name in names))
    for names, rows in groups.items():
        others = [name for name in names if name != "id"]
        overwrite = ", ".join(f"{name} = excluded.{name}" for name in others)
        connection.exec_driver_sql(
            f"insert into {record.__table__.name} ({', '.join(names)}) "
            f"values ({', '.join('?' * len(names))}) on conflict (id) do "
            + (f"update set {overwrite}" if others else "nothing"),
            rows,
        )


def drop_rows(connection: Connection, record: type[Record], ids: Iterable[UUID | str]) -> None:
    """Delete rows by id; those that are not there do not matter."""
    rows = [(str(id),) for id in ids]
    if rows:
        connection.exec_driver_sql(f"delete from {record.__table__.name} where id = ?", rows)


def _shown(value: Any) -> str:
    text = str(value)
    return repr(text if len(text) <= 40 else text[:40] + "…")


@cache
def _writer(column: Column[Any]) -> Callable[[Any], Value]:
    kind = column.type
    if isinstance(kind, ExactDecimal):
        return lambda value: _scaled(value, kind.places, kind.digits)
    if isinstance(kind, Enum):
        members = kind.enum_class
        assert members is not None
        return lambda value: str(value if type(value) is ForeignWord else members(value).value)
    for types, write in _WRITERS:
        if isinstance(kind, types):
            return write
    return _text


@cache
def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    kind = column.type
    if isinstance(kind, ExactDecimal):
        return lambda value: Decimal(value).scaleb(-kind.places)
    if isinstance(kind, Enum):
        members: dict[str, Any] = {str(m.value): m for m in kind.enum_class or ()}
        return lambda value: members.get(value, ForeignWord(value))
    for types, read in _READERS:
        if isinstance(kind, types):
            return read
    return lambda value: value


def _scaled(value: Any, places: int, digits: int) -> int:
    number = Decimal(value).scaleb(places).to_integral_value(rounding=ROUND_HALF_EVEN)
    if not abs(number) < 10**digits:  # also refuses what is not a number
        raise ValueError("the number is too large")
    return int(number)


def _whole(value: Any) -> int:
    number = int(value)
    if number != value or abs(number) > _LARGEST:
        raise ValueError("not a whole number of this size")
    return number


def _moment(value: Any) -> int:
    if value.tzinfo is None:
        raise ValueError("a time needs its zone")
    return to_microseconds(value)


def _day(value: Any) -> str:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise TypeError("not a date")
    return value.isoformat()


def _key(value: Any) -> str:
    return str(value if isinstance(value, UUID) else UUID(value))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    if "\0" in value:
        raise ValueError("the text has a character no database keeps")
    value.encode()  # a lone surrogate cannot be stored
    return value


_WRITERS: tuple[tuple[Any, Callable[[Any], Value]], ...] = (
    (Key, _key),
    (UtcTime, _moment),
    (Json, lambda value: json.dumps(value, ensure_ascii=False)),
    (Date, _day),
    (Boolean, lambda value: int(bool(value))),
    ((BigInteger, Integer), _whole),
)
_READERS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (Key, UUID),
    (UtcTime, from_microseconds),
    (Json, json.loads),
    (Date, date.fromisoformat),
    (Boolean, bool),
)
