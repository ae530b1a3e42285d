"""An organization's own fields of a record as columns of its list: read, sorted and filtered.

Such a column is named `own <kind> <name>`, as `own number Height`; its values are rows of
`custom_fields`, found for each row by their index.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import CTE, Column, ScalarSelect, Select, func, literal_column, select

from fluffydesk.errors import InvalidValue
from fluffydesk.records.enums.reviews import CustomFieldKind
from fluffydesk.records.reviews import CustomField
from fluffydesk.records.vocabulary import Facts

_OWN = "own "
_VALUES = {
    CustomFieldKind.TEXT: "text_value",
    CustomFieldKind.NUMBER: "number_value",
    CustomFieldKind.DATE: "date_value",
    CustomFieldKind.BOOLEAN: "boolean_value",
}


def is_own(column: str) -> bool:
    """Say whether a column of a list is an own field."""
    return column.startswith(_OWN)


def own_name(kind: CustomFieldKind, name: str) -> str:
    """Return how a list names the column of an own field."""
    return f"{_OWN}{kind.value} {name}"


def own_column(kind: CustomFieldKind, name: str, unit: str | None = None) -> Column[Any]:
    """Return an own field as a column to show. Its heading says the unit; values stay as typed."""
    label = f"{name}, {unit}" if unit else name
    return Column(own_name(kind, name), value_column(kind).type, info={"facts": Facts(label)})


def value_column(kind: CustomFieldKind) -> Column[Any]:
    """Return the column in which values of a kind are kept."""
    return CustomField.__table__.c[_VALUES[kind]]


@cache
def named(column: str) -> tuple[CustomFieldKind, str]:
    """Return the kind and name of the own field that a list names so; InvalidValue where none."""
    kind, _, name = column.removeprefix(_OWN).partition(" ")
    if kind not in list(CustomFieldKind) or not name:
        raise InvalidValue(f"{column!r} is no own field.", "Choose another column.", field=column)
    return CustomFieldKind(kind), name


def value_of(table: Any, column: str) -> ScalarSelect[Any]:
    """Return the value that a row of a table has in an own field, as SQL; null where none.

    For few rows: each is looked up by itself.
    """
    own, value = _rows_of(table.name, column)
    mine = select(value).select_from(own).where(*_where(own, table.name, column))
    return mine.where(own.c.entity_id == table.c.id).correlate(table).limit(1).scalar_subquery()


@cache
def values_of(table: str, column: str) -> CTE:
    """Return the values of all rows of a table in an own field, as SQL: `entity_id`, `value`.

    For many rows: the index, which goes by animal, only tells which ones there are; they are then
    read in the order in which they lie, several times quicker. Two PCs may each have entered one,
    until sync has decided; then the greater counts.
    """
    own, value = _rows_of(table, column)
    kind, name = named(column)
    found = CustomField.__table__.alias("found_field")
    there: Select[Any] = (
        select(literal_column(f"{found.name}.rowid"))
        .select_from(found)
        .where(found.c.entity_table == table, found.c.name == name)
    )
    query = (
        select(own.c.entity_id, func.max(value).label("value"))
        .select_from(own)
        .where(literal_column(f"{own.name}.rowid").in_(there), own.c.kind == kind)
    )
    grouped = query.group_by(own.c.entity_id)
    return grouped.cte().prefix_with("MATERIALIZED")


def rows_where(table: Any, column: str, condition: Callable[[Any], Any]) -> Select[Any]:
    """Return a query for the ids of the rows of a table whose value in an own field fits."""
    own, value = _rows_of(table.name, column)
    query = select(own.c.entity_id).select_from(own)
    return query.where(*_where(own, table.name, column), condition(value))


def _rows_of(table: str, column: str) -> tuple[Any, Any]:
    own = CustomField.__table__.alias("own_field")
    return own, own.c[_VALUES[named(column)[0]]]


def _where(own: Any, table: str, column: str) -> tuple[Any, ...]:
    kind, name = named(column)
    return own.c.entity_table == table, own.c.name == name, own.c.kind == kind
