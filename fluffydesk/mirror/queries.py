"""Lists of any record, searched, filtered, sorted and paged in SQL, with links shown in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Enum,
    Row,
    Select,
    String,
    Text,
    TypeDecorator,
    and_,
    func,
    literal,
    not_,
    or_,
    select,
    type_coerce,
)

from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.engine import folded
from fluffydesk.mirror.images import from_storage, to_storage
from fluffydesk.mirror.labels import Joins, label_of, link_label, links_shown
from fluffydesk.records.vocabulary import Record

LABEL = "__label"
OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "in", "contains", "empty")


@dataclass(frozen=True)
class Filter:
    """One condition: `column operator value`, the operator being one of OPERATORS.

    `in` takes several values; `contains` a part of the text (of a link: of its label), whatever
    its case; `empty` True or False. `=` and `!=` treat None as a value. The column may also be
    `<link>__label`, the label of a linked row.
    """

    column: str
    operator: str
    value: Any = None


@dataclass(frozen=True)
class Order:
    """Sorting by one column; a link sorts by its label, text ignores case and puts 9 before 10."""

    column: str
    descending: bool = False


@dataclass(frozen=True)
class Listing:
    """Which rows of a record, in which order; rows without a value come last."""

    record: type[Record]
    search: str = ""
    filters: tuple[Filter, ...] = ()
    order: tuple[Order, ...] = ()


@dataclass(frozen=True)
class Choice:
    """A row that can be chosen, and the text that names it."""

    id: UUID
    label: str


def count(connection: Connection, listing: Listing) -> int:
    """Return how many rows a listing has."""
    plan = _plan(listing.record)
    source = plan.source if plan.needs_labels(listing) else plan.table
    query = select(func.count()).select_from(source).where(*plan.conditions(listing))
    return int(connection.execute(query).scalar_one())


def page(connection: Connection, listing: Listing, offset: int, limit: int) -> list[Row[Any]]:
    """Return rows `offset` to `offset + limit` of a listing.

    Each row has every column of the record as a Python value, and `<link>__label` for each link
    (an empty text where there is none). Ties are broken by id, so that no row shows up twice.
    """
    plan = _plan(listing.record)
    wanted = (
        select(plan.table.c.id)
        .select_from(plan.source)
        .where(*plan.conditions(listing))
        .order_by(*plan.order(listing.order))
    )
    # Whole rows are fetched for this page alone: sorting narrow ones is several times faster.
    ids = list(connection.execute(wanted.limit(limit).offset(offset)).scalars())
    found = connection.execute(plan.rows.where(plan.table.c.id.in_(ids)))
    rows = {row._mapping["id"]: row for row in found}
    return [rows[id] for id in ids]


def position(connection: Connection, listing: Listing, id: UUID) -> int | None:
    """Return the offset at which a listing shows a row, or None if it does not."""
    plan = _plan(listing.record)
    order = plan.order(listing.order)
    numbered = (
        select(plan.table.c.id, (func.row_number().over(order_by=order) - 1).label("at"))
        .select_from(plan.source)
        .where(*plan.conditions(listing))
        .subquery()
    )
    found = connection.execute(select(numbered.c.at).where(numbered.c.id == id)).scalar()
    return None if found is None else int(found)


def one(connection: Connection, record: type[Record], id: UUID) -> Row[Any] | None:
    """Return one row as `page` gives it, or None if it is not there."""
    plan = _plan(record)
    return connection.execute(plan.rows.where(plan.table.c.id == id)).one_or_none()


def choices(
    connection: Connection, record: type[Record], search: str = "", limit: int = 50
) -> list[Choice]:
    """Return rows to choose from, sorted by label; `search` looks in the label alone."""
    plan = _plan(record)
    query = (
        select(plan.table.c.id, plan.name.label("label"))
        .select_from(plan.source)
        .where(*([_found(plan.name, search)] if _words(search) else []))
        .order_by(func.natural(plan.name), plan.table.c.id)
        .limit(limit)
    )
    return [Choice(row.id, row.label) for row in connection.execute(query)]


def label(connection: Connection, record: type[Record], id: UUID) -> str:
    """Return the text that names a row, an empty one if the row is not there."""
    plan = _plan(record)
    query = select(plan.name).select_from(plan.source).where(plan.table.c.id == id)
    return str(connection.execute(query).scalar() or "")


@cache
def _plan(record: type[Record]) -> _Plan:
    return _Plan(record)


class _MemberOrWord(TypeDecorator[Any]):
    """An enum that reads a word it does not know as text: central may be newer than this app."""

    impl = Text
    cache_ok = True

    def __init__(self, column: Column[Any]) -> None:
        super().__init__()
        self.column = column

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return from_storage(self.column, value)


class _Plan:
    """How a record is listed: its table, the joins its labels need, and the labels in SQL.

    SQLite leaves out the joins that a query does not use.
    """

    def __init__(self, record: type[Record]) -> None:
        self.record = record
        self.table = record.__table__
        joins: Joins = []
        self._labels = {
            column.name: link_label(column, self.table, joins) for column in links_shown(record)
        }
        self.name = label_of(record, self.table, joins, "own")
        self.source: Any = self.table
        for other, on in joins:
            self.source = self.source.outerjoin(other, on)
        labels = [text.label(name + LABEL) for name, text in self._labels.items()]
        columns = [
            type_coerce(column, _MemberOrWord(column)).label(column.name)
            if isinstance(column.type, Enum)
            else column
            for column in self.table.columns
        ]
        self.rows: Select[Any] = select(*columns, *labels).select_from(self.source)

    def needs_labels(self, listing: Listing) -> bool:
        """Say whether a listing's conditions look at the labels of linked rows."""
        asked = {one.column for one in listing.filters if one.operator == "contains"}
        asked |= {one.column for one in listing.filters if one.column.endswith(LABEL)}
        return bool(_words(listing.search)) or any(
            self._label_named(name) is not None for name in asked
        )

    def conditions(self, listing: Listing) -> list[ColumnElement[bool]]:
        conditions = [self._condition(one) for one in listing.filters]
        if _words(listing.search):
            texts: list[Any] = [
                column
                for column in self.table.columns
                if isinstance(column.type, String) and not isinstance(column.type, Enum)
            ]
            texts += self._labels.values()
            conditions.append(_found(func.concat_ws("\n", *texts), listing.search))
        return conditions

    def order(self, order: tuple[Order, ...]) -> list[Any]:
        terms: list[Any] = []
        for by in order:
            value, empty = self._sorting(by.column)
            if empty is not None:
                terms.append(empty)
            terms.append(value.desc() if by.descending else value)
        return [*terms, self.table.c.id]

    def _sorting(self, name: str) -> tuple[Any, Any]:
        """Return what to sort by, and a term that puts rows without a value last."""
        text = self._label_named(name)
        if text is not None:
            return func.natural(text), text == ""
        column = self._column(name)
        if isinstance(column.type, String) and not isinstance(column.type, Enum):
            return func.natural(column), func.coalesce(column, "") == ""
        stored = type_coerce(column, Text())
        return stored, (column.is_(None) if column.nullable else None)

    def _label_named(self, name: str) -> Any:
        return self._labels.get(name.removesuffix(LABEL))

    def _column(self, name: str) -> Any:
        if name not in self.table.columns:
            raise InvalidValue(
                f"{self.record.__titles__[1]} have no column {name!r}.",
                f"Choose one of: {', '.join(self.table.columns.keys())}.",
                field=name,
            )
        return self.table.columns[name]

    def _condition(self, one: Filter) -> ColumnElement[bool]:
        if one.operator not in OPERATORS:
            raise InvalidValue(
                f"{one.operator!r} is no comparison.", f"Choose one of: {' '.join(OPERATORS)}."
            )
        if one.operator == "contains" or one.column.endswith(LABEL):
            return self._text_condition(one)
        column = self._column(one.column)
        stored: Any = type_coerce(column, Text())
        if one.operator == "empty":
            empty = or_(stored.is_(None), stored == "")
            return empty if one.value in (None, True) else not_(empty)
        if one.operator == "in":
            values = [to_storage(column, value) for value in one.value]
            given = stored.in_([literal(v) for v in values if v is not None])
            return or_(given, stored.is_(None)) if None in values else given
        value = to_storage(column, one.value)
        return _compared(stored, one.operator, None if value is None else literal(value))

    def _text_condition(self, one: Filter) -> ColumnElement[bool]:
        text = self._label_named(one.column)
        if text is None:
            text = func.coalesce(type_coerce(self._column(one.column), Text()), "")
        if one.operator == "empty":
            return and_(text == "" if one.value in (None, True) else text != "")
        if one.operator == "contains":
            return and_(func.instr(func.folded(text), folded(str(one.value))) > 0)
        if one.operator == "in":
            return and_(func.folded(text).in_([folded(str(value)) for value in one.value]))
        return _compared(func.folded(text), one.operator, literal(folded(str(one.value))))


def _compared(stored: Any, operator: str, value: Any) -> ColumnElement[bool]:
    if operator == "=":
        return and_(stored.is_not_distinct_from(value))
    if operator == "!=":
        return and_(stored.is_distinct_from(value))
    return and_(stored.bool_op(operator)(value))


def _words(search: str) -> str:
    return "\n".join(str(folded(word)) for word in search.split())


def _found(text: Any, search: str) -> ColumnElement[bool]:
    return and_(func.found(text, _words(search)) == 1)
