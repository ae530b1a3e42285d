"""The text that names a row to a person, in SQL, so that lists sort and search by it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Enum,
    FromClause,
    Text,
    case,
    cast,
    func,
    literal,
    null,
    type_coerce,
)

from fluffydesk.records.catalog import MIRRORED, record_for
from fluffydesk.records.types import ExactDecimal, UtcTime
from fluffydesk.records.vocabulary import Record, facts_of

SEPARATOR = " · "
_MIRRORED = frozenset(record.__table__.name for record in MIRRORED)

Joins = list[tuple[FromClause, ColumnElement[bool]]]


def links_shown(record: type[Record]) -> list[Column[Any]]:
    """Return the columns that name a row of a mirrored table, but for the organization's own."""
    return [
        column
        for column in record.__table__.columns
        if column.name != "organization_id" and facts_of(column).target in _MIRRORED
    ]


def label_of(record: type[Record], row: FromClause, joins: Joins, prefix: str) -> Any:
    """Return the label of `row` as SQL; joins it needs are added to `joins`, named by `prefix`."""
    parts = []
    for name in record.__label__:
        column = record.__table__.columns[name]
        if facts_of(column).target in _MIRRORED:
            parts.append(_linked(column, row, joins, f"{prefix}_{name}"))
        else:
            parts.append(_text_of(column, row))
    return func.concat_ws(SEPARATOR, *[func.nullif(part, "") for part in parts], type_=Text())


def link_label(column: Column[Any], row: FromClause, joins: Joins) -> Any:
    """Return the label of the row that a link column names, empty where there is none."""
    target = record_for(str(facts_of(column).target))
    other = target.__table__.alias(f"{column.name}_row")
    joins.append((other, other.c.id == row.c[column.name]))
    return label_of(target, other, joins, f"{column.name}_row")


def _linked(column: Column[Any], row: FromClause, joins: Joins, alias: str) -> Any:
    """One level deep: of the linked row, only the columns that are no links themselves."""
    target = record_for(str(facts_of(column).target))
    other = target.__table__.alias(alias)
    joins.append((other, other.c.id == row.c[column.name]))
    columns = [target.__table__.columns[name] for name in target.__label__]
    parts = [_text_of(c, other) for c in columns if facts_of(c).target not in _MIRRORED]
    return func.concat_ws(SEPARATOR, *[func.nullif(part, "") for part in parts], type_=Text())


def _text_of(column: Column[Any], row: FromClause) -> Any:
    stored: Any = type_coerce(row.c[column.name], Text())
    if isinstance(column.type, UtcTime):
        return func.local_text(stored, type_=Text())
    if isinstance(column.type, ExactDecimal):
        places = column.type.places
        number = cast(stored, Text())
        return case(
            (stored.is_(null()), null()),
            else_=func.printf(f"%.{places}f", number.op("/")(literal(10.0**places)), type_=Text()),
        )
    if isinstance(column.type, Enum):
        return func.replace(stored, "_", " ", type_=Text())
    return cast(stored, Text())
