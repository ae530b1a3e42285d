"""Lists of any record, searched, filtered, sorted and paged in SQL, with links shown in words."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
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
    Integer,
    Row,
    Select,
    String,
    Text,
    TypeDecorator,
    and_,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.sql.expression import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.engine import folded
from fluffydesk.mirror.images import from_storage, to_storage
from fluffydesk.mirror.labels import Joins, label_of, link_label, links_shown
from fluffydesk.mirror.schema import LISTED
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import Record, facts_of

LABEL = "__label"
KEY = "row__key"
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
    query = select(func.count()).select_from(plan.source_for(listing, ()))
    return int(connection.execute(query.where(*plan.conditions(listing))).scalar_one())


def page(connection: Connection, listing: Listing, offset: int, limit: int) -> list[Row[Any]]:
    """Return rows `offset` to `offset + limit` of a listing.

    Each row has every column of the record as a Python value, and `<link>__label` for each link
    (an empty text where there is none). Ties are broken by id, so that no row shows up twice.
    The further the offset, the longer it takes: `keys` and `rows_at` do not.
    """
    plan = _plan(listing.record)
    # Whole rows are fetched for this page alone: sorting narrow ones is several times faster.
    wanted = plan.keys(listing).limit(limit).offset(offset)
    rows = rows_at(connection, listing.record, list(connection.execute(wanted).scalars()))
    return [row for row in rows if row is not None]


def keys(connection: Connection, listing: Listing) -> array[int]:
    """Return the key of every row of a listing, in its order: 8 bytes a row.

    What is far down a list is then read as quickly as what is on top, by `rows_at`. A key names
    its row until rows are deleted.
    """
    found = connection.execute(_plan(listing.record).keys(listing)).scalars()
    return array("q", found)


def rows_at(
    connection: Connection, record: type[Record], some: Sequence[int]
) -> list[Row[Any] | None]:
    """Return the rows of some keys as `page` gives them; None for one that is gone."""
    plan = _plan(record)
    key = _key(plan.table)
    query = plan.rows.add_columns(key.label(KEY)).where(key.in_(list(some)))
    found = {row._mapping[KEY]: row for row in connection.execute(query)}
    return [found.get(key) for key in some]


def position(connection: Connection, listing: Listing, id: UUID) -> int | None:
    """Return the offset at which a listing shows a row, or None if it does not."""
    plan = _plan(listing.record)
    order = plan.order(listing.order)
    numbered = (
        select(plan.table.c.id, (func.row_number().over(order_by=order) - 1).label("at"))
        .select_from(plan.source_for(listing, listing.order))
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
        .where(*[_contains(plan.name, word) for word in _words(search)])
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

    def keys(self, listing: Listing) -> Select[Any]:
        """Return the query for the keys of a listing's rows, in its order."""
        order = self.order(listing.order, by_index=self._is_ready(listing))
        query = select(_key(self.table)).select_from(self.source_for(listing, listing.order))
        return query.where(*self.conditions(listing)).order_by(*order)

    def source_for(self, listing: Listing, order: tuple[Order, ...]) -> Any:
        """Return the table, with its labels' joins where conditions or order look at labels."""
        asked = {one.column for one in listing.filters if one.operator == "contains"}
        asked |= {one.column for one in listing.filters if one.column.endswith(LABEL)}
        asked |= {one.column for one in order}
        joined = any(self._label_named(name) is not None for name in asked)
        return self.source if joined else self.table

    def conditions(self, listing: Listing) -> list[ColumnElement[bool]]:
        aside = () if self._is_ready(listing) else LISTED.get(self.table.name, ())
        conditions = [self._condition(one, aside) for one in listing.filters]
        conditions += [self._has(word) for word in _words(listing.search)]
        return conditions

    def order(self, order: tuple[Order, ...], *, by_index: bool = True) -> list[Any]:
        """Return the terms to sort by. Without `by_index` SQLite finds the rows first and then
        sorts them: an index in order would be walked to its end for the few that fit."""
        terms: list[Any] = []
        for by in order:
            value, empty = self._sorting(by.column)
            if empty is not None:
                terms.append(empty)
            elif not by_index:
                value = _unindexed(value)
            terms.append(value.desc() if by.descending else value)
        return [*terms, self.table.c.id]

    def _is_ready(self, listing: Listing) -> bool:
        """Say whether an index has the order and all that the conditions look at."""
        if listing.search.strip():
            return False
        ready = LISTED.get(self.table.name, ())
        in_order = bool(listing.order) and listing.order[0].column in ready[:1]
        asked = {one.column for one in listing.filters}
        return not asked or (in_order and asked <= set(ready))

    def _has(self, word: str) -> ColumnElement[bool]:
        """Say that a row has a word in one of its texts or in the label of a linked row.

        Rows linked to are looked through once for each table, not once for each row.
        """
        own = [
            column
            for column in self.table.columns
            if isinstance(column.type, String) and not isinstance(column.type, Enum)
        ]
        ways = [_contains(func.concat_ws("\n", *own), word)] if own else []
        targets: dict[str, list[Column[Any]]] = {}
        for column in links_shown(self.record):
            targets.setdefault(str(facts_of(column).target), []).append(column)
        for target, columns in targets.items():
            other = _plan(record_for(target))
            found = (
                select(other.table.c.id)
                .select_from(other.source)
                .where(_contains(other.name, word))
                .cte()
                .prefix_with("MATERIALIZED")
            )
            ways += [column.in_(select(found.c.id)) for column in columns]
        return or_(*ways)

    def _sorting(self, name: str) -> tuple[Any, Any]:
        """Return what to sort by, and a term that puts rows without a value last."""
        text = self._label_named(name)
        if text is not None:
            return func.natural(text), text == ""
        column = self._column(name)
        if isinstance(column.type, String) and not isinstance(column.type, Enum):
            return func.natural(column), (
                func.coalesce(column, "") == "" if column.nullable else None
            )
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

    def _condition(self, one: Filter, aside: Sequence[str] = ()) -> ColumnElement[bool]:
        """Return a filter in SQL; for columns put `aside` without the index of the list."""
        if one.operator not in OPERATORS:
            raise InvalidValue(
                f"{one.operator!r} is no comparison.", f"Choose one of: {' '.join(OPERATORS)}."
            )
        if one.operator == "contains" or one.column.endswith(LABEL):
            return self._text_condition(one)
        column = self._column(one.column)
        stored: Any = type_coerce(column, Text())
        if one.column in aside:
            stored = type_coerce(_unindexed(column), Text())
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


def _words(search: str) -> list[str]:
    return [str(folded(word)) for word in search.split()]


def _contains(text: Any, word: str) -> ColumnElement[bool]:
    """Say that a text has a folded word. Plain texts are looked through by SQLite itself, which is
    ten times quicker; only one with other letters goes through `folded`."""
    other = and_(func.length(text) != func.octet_length(text), func.found(text, word) == 1)
    return or_(func.instr(func.lower(text), word) > 0, other) if word.isascii() else other


def _unindexed(value: Any) -> Any:
    return UnaryExpression(value, operator=custom_op("+"))


def _key(table: Any) -> Any:
    return literal_column(f"{table.name}.rowid", type_=Integer())
