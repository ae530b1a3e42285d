"""How a record is listed in SQL: its joins, the labels of its links, conditions and order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Dialect,
    Enum,
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
from sqlalchemy.sql.expression import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from fluffydesk.errors import InvalidValue
from fluffydesk.mirror import searched
from fluffydesk.mirror.borrowed import borrowed_by
from fluffydesk.mirror.dialled import COLUMNS, Number, number_of, spellings
from fluffydesk.mirror.engine import folded
from fluffydesk.mirror.former import beside, is_dialled, once, rows_once_with
from fluffydesk.mirror.images import from_storage, to_storage
from fluffydesk.mirror.labels import SEPARATOR, Joins, label_of, link_label, links_shown
from fluffydesk.mirror.listing import OPERATORS, Filter, Listing, Order
from fluffydesk.mirror.own import is_own, named, own_column, rows_where, value_of, values_of
from fluffydesk.mirror.schema import LISTED
from fluffydesk.mirror.searched import key_of as key_of
from fluffydesk.mirror.searched import listed as listed
from fluffydesk.records.catalog import record_for
from fluffydesk.records.enums.reviews import CustomFieldKind
from fluffydesk.records.vocabulary import Record, facts_of

LABEL = "__label"
Condition = Callable[[Any], ColumnElement[bool]]


@cache
def plan_of(record: type[Record]) -> Plan:
    return Plan(record)


class _MemberOrWord(TypeDecorator[Any]):
    """An enum that reads a word it does not know as text: central may be newer than this app."""

    impl = Text
    cache_ok = True

    def __init__(self, column: Column[Any]) -> None:
        super().__init__()
        self.column = column

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return from_storage(self.column, value)


def _joined(source: Any, joins: Joins) -> Any:
    for other, on in joins:
        source = source.outerjoin(other, on)
    return source


class Plan:
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
        self._borrowed = {name: one.text for name, one in borrowed_by(self.table.name).items()}
        own: Joins = []
        self.name = label_of(record, self.table, own, "own")
        self.own_source: Any = _joined(self.table, own)
        """The table with only what its own label needs."""
        self.source: Any = _joined(self.table, joins + own)
        told = {**self._labels, **self._borrowed}
        labels = [text.label(name + LABEL) for name, text in told.items()]
        columns = [
            type_coerce(column, _MemberOrWord(column)).label(column.name)
            if isinstance(column.type, Enum)
            else column
            for column in self.table.columns
        ]
        self.rows: Select[Any] = select(*columns, *labels).select_from(self.source)

    def rows_with(self, own: Sequence[str], words: Sequence[str]) -> Select[Any]:
        """Return the query for whole rows, with the values of some own fields, and by which of
        some words each is found that it does not show."""
        more = [value_of(self.table, name).label(name) for name in own]
        return self.rows.add_columns(*more, once(self.table, words))

    def keys(self, listing: Listing, ready: frozenset[str]) -> Select[Any]:
        """Return the query for the keys of a listing's rows, in its order."""
        order = self.order(listing.order, by_index=self._is_in_order(listing))
        query = select(key_of(self.table)).select_from(self.source_for(listing, listing.order))
        return query.where(*self.conditions(listing, ready)).order_by(*order)

    def among(self, listing: Listing, some: set[int], words: Sequence[str]) -> Select[Any]:
        """Return the query for those of some keys that fit a listing's filters and have words."""
        narrow = [key_of(self.table).in_(listed(some))]
        return self._each(listing, words, narrow, by_index=False)

    def along(
        self, listing: Listing, words: Sequence[str], some: set[int] | None = None
    ) -> Select[Any]:
        """Return the query that follows a listing's order and looks at each row for the words, or
        at those of `some` keys only: where `is_ordered` it gives the first page soon."""
        narrow = [] if some is None else [_unindexed(key_of(self.table)).in_(listed(some))]
        return self._each(listing, words, narrow, by_index=True)

    def _each(
        self,
        listing: Listing,
        words: Sequence[str],
        conditions: list[Any],
        *,
        by_index: bool,
    ) -> Select[Any]:
        aside = LISTED.get(self.table.name, ())
        conditions += [self._condition(one, aside) for one in listing.filters]
        # As `named` looks at them: what stands between the parts of a label is no part of it.
        labels = [func.replace(label, SEPARATOR, "\n") for label in self._labels.values()]
        digits = [func.dialled(self.table.c[name]) for name in COLUMNS & {*self.table.c.keys()}]
        numbers = digits if any(isinstance(word, Number) for word in words) else []
        told = func.concat_ws("\n", *self._own_texts(), *labels, *numbers)
        conditions += [self._or_beside(_contains(told, word), word) for word in words]
        source = self.source if words else self._labelled(listing, listing.order)
        order = self.order(listing.order, by_index=by_index, few=True)
        query = select(key_of(self.table)).select_from(source)
        return query.where(*conditions).order_by(*order)

    def is_ordered(self, listing: Listing) -> bool:
        """Say whether an index has the listing's order."""
        first = LISTED.get(self.table.name, ())[:1]
        return bool(listing.order) and listing.order[0].column in first

    def _own_texts(self) -> list[Any]:
        """Return the columns that are searched: those declared, else all that are texts."""
        return [self.table.c[name] for name in self.record.__searched__] or [
            column
            for column in self.table.columns
            if isinstance(column.type, String)
            and not isinstance(column.type, Enum)
            and not facts_of(column).bulky
        ]

    def source_for(self, listing: Listing, order: tuple[Order, ...]) -> Any:
        """Return the table, with its labels' joins where conditions or order look at labels, and
        the values of the own fields that it is ordered by."""
        source = self._labelled(listing, order)
        for by in order:
            if is_own(by.column):
                values = values_of(self.table.name, by.column)
                source = source.outerjoin(values, values.c.entity_id == self.table.c.id)
        return source

    def _labelled(self, listing: Listing, order: tuple[Order, ...]) -> Any:
        asked = {one.column for one in listing.filters if one.operator == "contains"}
        asked |= {one.column for one in listing.filters if one.column.endswith(LABEL)}
        asked |= {one.column for one in order}
        joined = any(self._label_named(name) is not None for name in asked)
        return self.source if joined else self.table

    def conditions(self, listing: Listing, ready: frozenset[str]) -> list[ColumnElement[bool]]:
        """Return what a listing asks for; tables that are `ready` are searched by their index."""
        aside = () if self._is_in_order(listing) else LISTED.get(self.table.name, ())
        conditions = [self._condition(one, aside) for one in listing.filters]
        conditions += [self._has(word, ready) for word in words_of(listing.search, self.record)]
        return conditions

    def order(
        self, order: tuple[Order, ...], *, by_index: bool = True, few: bool = False
    ) -> list[Any]:
        """Return the terms to sort by. Without `by_index` SQLite finds the rows first and then
        sorts them: an index in order would be walked to its end for the few that fit. Own fields
        are looked up one by one for a `few` rows, else read once by a join of `source_for`."""
        terms: list[Any] = []
        for by in order:
            if by.column in self._borrowed:  # looked up once for each row, not also to see if empty
                text = func.natural(func.nullif(self._borrowed[by.column], ""))
                terms.append((text.desc() if by.descending else text.asc()).nulls_last())
                continue
            value, empty = self._sorting(by.column, few)
            if empty is not None:
                terms.append(empty)
            elif not by_index:
                value = _unindexed(value)
            terms.append(value.desc() if by.descending else value)
        # As `borrowed.keys_in_order` breaks ties.
        tie = key_of(self.table) if order and order[0].column in self._borrowed else None
        return [*terms, self.table.c.id if tie is None else tie]

    def _is_in_order(self, listing: Listing) -> bool:
        """Say whether an index has the order and all that the conditions look at."""
        if listing.search.strip():
            return False
        asked = {one.column for one in listing.filters}
        known = set(LISTED.get(self.table.name, ()))
        return not asked or (self.is_ordered(listing) and asked <= known)

    def named(self, word: str, ready: frozenset[str]) -> ColumnElement[bool]:
        """Say that the text that names a row has a word in it."""
        own = searched.label_columns(self.table.name)
        if not own:
            return _contains(func.replace(self.name, SEPARATOR, "\n"), word)
        if self.table.name in ready:
            found = searched.rows_with(self.table.name, word, in_label=True)
            return and_(key_of(self.table).in_(found))
        return _contains(func.concat_ws("\n", *[self.table.c[name] for name in own]), word)

    def _has(self, word: str, ready: frozenset[str]) -> ColumnElement[bool]:
        """Say that a row has a word in one of its texts or in the label of a linked row.

        Rows linked to are looked through once for each table, not once for each row.
        """
        own = self._own_texts()
        if self.table.name in ready:
            ways = [and_(key_of(self.table).in_(searched.rows_with(self.table.name, word)))]
        else:
            ways = [_contains(func.concat_ws("\n", *own), word)] if own else []
        targets: dict[str, list[Column[Any]]] = {}
        for column in links_shown(self.record):
            targets.setdefault(str(facts_of(column).target), []).append(column)
        for target, columns in targets.items():
            other = plan_of(record_for(target))
            found = (
                select(other.table.c.id)
                .select_from(other.source)
                .where(other.named(word, ready))
                .cte()
                .prefix_with("MATERIALIZED")
            )
            ways += [column.in_(select(found.c.id)) for column in columns]
        return self._or_once(or_(*ways), word)

    def chosen_by(self, word: str, ready: frozenset[str]) -> ColumnElement[bool]:
        """Say that the text that names a row has a word in it, or a number that it once had."""
        return self._or_once(self.named(word, ready), word)

    def _or_beside(self, way: ColumnElement[bool], word: str) -> ColumnElement[bool]:
        """As `_or_once`, for rows that are looked at one after the other."""
        other = beside(self.table, word)
        return self._or_once(way, word) if other is None else or_(way, other)

    def _or_once(self, way: ColumnElement[bool], word: str) -> ColumnElement[bool]:
        former = rows_once_with(self.table.name, word)
        return way if former is None else or_(way, self.table.c.id.in_(former))

    def _sorting(self, name: str, few: bool) -> tuple[Any, Any]:
        """Return what to sort by, and a term that puts rows without a value last."""
        if is_own(name):
            return self._own_sorting(name, few)
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

    def _own_sorting(self, name: str, few: bool) -> tuple[Any, Any]:
        value: Any = values_of(self.table.name, name).c.value
        if few:
            value = value_of(self.table, name)
        stored: Any = type_coerce(value, Text())
        is_text = named(name)[0] is CustomFieldKind.TEXT
        return func.natural(stored) if is_text else stored, value.is_(None)

    def _label_named(self, name: str) -> Any:
        name = name.removesuffix(LABEL)
        return self._labels.get(name, self._borrowed.get(name))

    def _column(self, name: str) -> Any:
        if is_own(name):
            return own_column(*named(name))
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
        if is_own(one.column):
            return self._own_condition(one, partial(_said_of, one, column))
        # Most rows of a column are empty, or most are not: its index finds them in no order.
        kept = _unindexed(column) if one.column in aside or one.operator == "empty" else column
        return _said_of(one, column, type_coerce(kept, Text()))

    def _own_condition(self, one: Filter, said: Condition) -> ColumnElement[bool]:
        """Ask the own fields once for the rows that have a fitting value, or else for those that
        have one that does not fit: a row without a value has no own field at all."""
        fits_without = {
            "=": one.value is None,
            "!=": one.value is not None,
            "empty": one.value in (None, True),
            "in": isinstance(one.value, tuple | list) and None in one.value,
        }.get(one.operator, False)
        if not fits_without:
            return and_(self.table.c.id.in_(rows_where(self.table, one.column, said)))
        other = rows_where(self.table, one.column, lambda stored: not_(said(stored)))
        return and_(self.table.c.id.not_in(other))

    def _text_condition(self, one: Filter) -> ColumnElement[bool]:
        if is_own(one.column):
            return self._own_condition(one, partial(_said_of_text, one))
        text = self._label_named(one.column)
        if text is None:
            text = func.coalesce(type_coerce(self._column(one.column), Text()), "")
        return _said_of_text(one, text)


def _said_of(one: Filter, column: Column[Any], stored: Any) -> ColumnElement[bool]:
    """Return a filter of what a column holds, `stored` being that in storage form."""
    stored = type_coerce(stored, Text())
    if one.operator == "empty":
        empty = or_(stored.is_(None), stored == "")
        return empty if one.value in (None, True) else not_(empty)
    if one.operator == "in":
        values = [to_storage(column, value) for value in one.value]
        given = stored.in_([literal(v) for v in values if v is not None])
        return or_(given, stored.is_(None)) if None in values else given
    value = to_storage(column, one.value)
    return _compared(stored, one.operator, None if value is None else literal(value))


def _said_of_text(one: Filter, text: Any) -> ColumnElement[bool]:
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


def words_of(search: str, record: type[Record] | None = None) -> list[str]:
    """Return the folded words of a search; where a record's telephone numbers are searched, its
    own or those of who brings it, what may be one is a single word."""
    number = number_of(search) if record is not None and record.__searched__ else None
    if number is not None and record is not None and is_dialled(record.__table__.name):
        return [number]
    return [str(folded(word)) for word in search.split()]


def _contains(text: Any, word: str) -> ColumnElement[bool]:
    """Say that a text has a folded word. Plain texts are looked through by SQLite itself, which is
    ten times quicker; only one with other letters goes through `folded`."""
    if isinstance(word, Number):
        return or_(*[func.instr(func.lower(text), one) > 0 for one in spellings(word)])
    other = and_(func.length(text) != func.octet_length(text), func.found(text, word) == 1)
    return or_(func.instr(func.lower(text), word) > 0, other) if word.isascii() else other


def _unindexed(value: Any) -> Any:
    return UnaryExpression(value, operator=custom_op("+"))
