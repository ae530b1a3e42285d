"""A hundred thousand rows in any table, by its declaration, half of which one person may read.

The half is shared out among the ways in which the table may be read: so many rows are seen as a
member, so many because they hang on what one sees, and so on. Row `i` is readable if `i` is odd.
Foreign keys, unique keys and checks are put aside, so that any table can be filled by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID

from psycopg import sql
from sqlalchemy import ARRAY, Boolean, Column, Date, Enum, Numeric, Time, UniqueConstraint
from sqlalchemy.dialects import postgresql

from fluffydesk.records.access import (
    All,
    Anyone,
    Members,
    Named,
    Of,
    Person,
    Platform,
    Reach,
    SignedIn,
    Through,
    Verb,
    Way,
    Within,
    every_way,
)
from fluffydesk.records.catalog import RECORDS, deciding_columns, record_for
from fluffydesk.records.types import ExactDecimal, Json, Key, UtcTime
from fluffydesk.records.vocabulary import Record, facts_of
from tests.central.fitting import FITTING

MANY = 100_000
PARENTS = 10_000
A_FEW = 20
"""How many groups, conversations, pets one person has; as many other people and organizations."""

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
Values = dict[str, str]
"""What goes into some columns: SQL, in which `i` is the number of the row."""

SET_UP = """
create schema benchmark;
create table benchmark.seen (id uuid primary key);
-- The id of row `i`: those of odd rows come before those of even ones.
create function benchmark.id(space text, i bigint) returns uuid language sql immutable as $$
  select (substr(md5(space), 1, 8) || case i % 2 when 1 then '-1' else '-2' end
    || '000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid
$$;
do $aside$
declare
  r record;
begin
  for r in
    select conrelid::regclass as place, conname from pg_constraint
    where connamespace = 'public'::regnamespace and contype in ('f', 'c', 'x')
    order by contype = 'c'
  loop
    execute format('alter table %s drop constraint %I', r.place, r.conname);
  end loop;
  for r in
    select indexrelid::regclass as place, pg_get_indexdef(indexrelid) as made, conname, conrelid
    from pg_index i left join pg_constraint c on c.conindid = i.indexrelid
    where indrelid::regclass::text in (select tablename from pg_tables where schemaname = 'public')
      and indisunique and not indisprimary
  loop
    if r.conname is null then
      execute format('drop index %s', r.place);
    else
      execute format('alter table %s drop constraint %I', r.conrelid::regclass, r.conname);
    end if;
    execute replace(r.made, 'CREATE UNIQUE INDEX', 'CREATE INDEX');
  end loop;
  for r in select tablename from pg_tables where schemaname = 'public' loop
    execute format('create table benchmark.%1$I as table public.%1$I', r.tablename);
  end loop;
end $aside$;
"""


@dataclass(frozen=True)
class Share:
    """One way of reading a row, as what it takes in the row's columns."""

    values: Values = field(default_factory=dict)
    when: tuple[str, ...] = ()
    by_name: tuple[Named, ...] = ()
    """Ways that name the row itself, which can be only a few."""
    linked: tuple[Reach, ...] = ()
    """Links that have to name the row itself."""
    few: bool = False
    """One person has a few such rows and not thousands."""

    def __add__(self, other: Share) -> Share:
        return Share(
            self.values | other.values,
            self.when + other.when,
            self.by_name + other.by_name,
            self.linked + other.linked,
            self.few or other.few,
        )


class Filling:
    """The rows of a benchmark, for one person who is a member of one organization."""

    def __init__(self, admin: Any, me: UUID, here: UUID) -> None:
        self.admin = admin
        self.me, self.here = f"'{me}'::uuid", f"'{here}'::uuid"
        self._filled: set[str] = set()
        self._touched: dict[str, None] = {}
        self._named: set[str] = set()

    def fill(self, record: type[Record], count: int = MANY, verb: Verb = "read") -> list[Share]:
        """Put rows into a table, and what they hang on into others; return how they are seen.

        With another `verb`, the odd rows are those that one may change or delete.
        """
        table = record.__table__.name
        space = table if verb == "read" else f"{table} {verb}"
        if space in self._filled:
            return []
        self._filled.add(space)
        shares = self.shares(record, verb)
        few = [share for share in shares if share.few]
        many = [share for share in shares if not share.few] or [Share()]
        public = [way.when for way in record.__access__.ways("read") if _is_public(way)]
        closed = " and ".join(f"({when}) is not true" for when in public if when) or "true"
        others = self._fitted(record, {}, (closed,)) or self.usual(record)
        kinds = [others]
        for share in [*few, *many]:
            found = self._fitted(record, share.values, (*share.when, closed))
            found = found or self._fitted(record, share.values, share.when)
            assert found is not None, f"{table}: {share}"
            kinds.append(found)
        kinds = [{**one, "id": f"benchmark.id('{space}', i)"} for one in kinds]
        kind = f"1 + {len(few)} + (i / 2) % {len(many)}"
        if all(share.few for share in shares):
            kind = "0"
        for n in range(len(few)):
            kind = f"case when i / 2 / {A_FEW} = {n} then {1 + n} else {kind} end"
        kind = f"case when i % 2 = 0 then 0 else {kind} end"
        self._insert(record, kinds, count, kind)
        for n, share in enumerate([*few, *many], start=1):
            for way in share.by_name:
                self._name(way, f"benchmark.id('{space}', 2 * i - 1 + {2 * A_FEW * (n - 1)})")
            for reach in share.linked:
                self._link(reach, f"benchmark.id('{space}', i)", count, f"{kind} = {n}")
        return shares

    def fill_others(self, record: type[Record], count: int) -> None:
        """Put in rows of others alone, with the links by which these see them."""
        table = record.__table__.name
        row = f"benchmark.id('others of {table}', 2 * i)"
        self._insert(record, [self.usual(record) | {"id": row}], count, "0")
        if isinstance(record.__scope__, Through):
            for reach in record.__scope__.reaches:
                name = row if reach.key == "id" else self.usual(record)[reach.key]
                self._link(reach, name, count, "false", "true")

    def adding(self, record: type[Record], count: int) -> str:
        """Return the statement by which one who may adds rows; what they hang on is put in."""
        table = record.__table__
        shares = sorted(self.shares(record, "add"), key=lambda share: share.few)
        fitted = (self._fitted(record, share.values, share.when) for share in shares)
        found = next(filter(None, fitted), None)
        assert found is not None, f"{table.name}: {shares}"
        found["id"] = "gen_random_uuid()"
        scope = record.__scope__
        given = {"id", getattr(scope, "column", None), getattr(scope, "home", None)}
        names = [n for n in found if n in given or not facts_of(table.columns[n]).housekeeping]
        cells = [f"({found[name]})::{_type(table.columns[name])}" for name in names]
        # A member may not call what the rows are made by.
        rows = f"select {', '.join(cells)} from generate_series(1, {2 * count}, 2) i"
        self.admin.execute("drop table if exists benchmark.added")
        columns = ", ".join(names)
        self.admin.execute(f"create table benchmark.added ({columns}) as {rows}")
        self.admin.execute("grant usage on schema benchmark to authenticated")
        self.admin.execute("grant select on benchmark.added to authenticated")
        return f"insert into public.{table.name} ({columns}) select * from benchmark.added"

    def shares(self, record: type[Record], verb: Verb = "read") -> list[Share]:
        """Return the ways in which rows are read or added by somebody, as shares of rows."""
        ways = record.__access__.ways(verb)
        return [share for way in ways for share in self._shares(record, verb, way)] or [Share()]

    def _shares(self, record: type[Record], verb: Verb, way: Way) -> Iterator[Share]:
        if isinstance(way, All):
            for parts in product(*(list(self._shares(record, verb, one)) for one in way.ways)):
                yield sum(parts, Share())
            return
        when = (way.when,) if not isinstance(way, Platform) and way.when else ()
        if isinstance(way, Members):
            for share in self._members(record, verb, way):
                yield share + Share(when=when)
        elif isinstance(way, Person):
            if way.column == "id":  # one row
                return
            yield Share({way.column: self.me}, when, few=_has_few(record, way))
        elif isinstance(way, Anyone | SignedIn):
            yield Share({}, when)
        elif isinstance(way, Of):
            parent = record_for(str(facts_of(record.__table__.columns[way.column]).target))
            self.fill(parent, PARENTS, way.may)
            there = parent.__table__.name + ("" if way.may == "read" else f" {way.may}")
            yield Share({way.column: f"benchmark.id('{there}', (i - 1) % {PARENTS} + 1)"}, when)
        elif isinstance(way, Named):
            if way.key == "id":
                yield Share({}, when, by_name=(way,), few=True)
            else:
                self._name(way, f"benchmark.id('{way.name}', i)")
                named = f"benchmark.id('{way.name}', (i / 4) % {A_FEW} + 1)"
                yield Share({way.key: named}, when)

    def _members(self, record: type[Record], verb: Verb, way: Members) -> Iterator[Share]:
        scope = record.__scope__
        if getattr(scope, "column", way.column) == "id":  # one row
            return
        if way.column or isinstance(scope, Within):
            yield Share({str(way.column or getattr(scope, "column", "")): self.here})
            return
        assert isinstance(scope, Through)
        if scope.home:
            yield Share({scope.home: self.here})
            if verb != "read":
                return
        for reach in scope.reaches:
            if reach.key == "id":
                yield Share(linked=(reach,))
            else:
                space = f"{record.__table__.name}.{reach.key}"
                self._link(reach, f"benchmark.id('{space}', i)", PARENTS, "i % 2 = 1")
                yield Share({reach.key: f"benchmark.id('{space}', (i - 1) % {PARENTS} + 1)"})
        if scope.registrar:
            yield Share({scope.registrar: self.here})

    def _name(self, way: Named, row: str) -> None:
        """Let a person be named for a few rows, and others for many."""
        if way.name in self._named:
            return
        self._named.add(way.name)
        record = record_for(way.table)
        mine = {way.column: row, way.person: self.me}
        self._extra(record, mine, way.active, A_FEW, f"{way.name} mine")
        others = {
            way.column: f"benchmark.id('{way.name}', {MANY} + i)",
            way.person: _other("profiles"),
        }
        self._extra(record, others, way.active, PARENTS, f"{way.name} others")

    def _link(
        self, reach: Reach, row: str, count: int, mine: str, theirs: str = "i % 2 = 0"
    ) -> None:
        """Let an organization have links to its rows, and the others to theirs."""
        record = record_for(reach.table)
        organization = f"case when {mine} then {self.here} else {_other('organizations')} end"
        values = {reach.column: row, "organization_id": organization}
        space = f"{reach.table} {row}"
        self._extra(record, values, reach.active, count, space, f"{theirs} or {mine}")

    def _extra(
        self,
        record: type[Record],
        values: Values,
        active: str,
        count: int,
        space: str,
        where: str = "true",
    ) -> None:
        found = self._fitted(record, values, (active,))
        assert found is not None, f"{record.__table__.name}: {active}"
        if "id" not in values:
            found["id"] = f"benchmark.id({_quoted(space)}, i)"
        self._insert(record, [found], count, "0", where)

    def _insert(
        self,
        record: type[Record],
        kinds: Sequence[Values],
        count: int,
        kind: str,
        where: str = "true",
    ) -> None:
        table = record.__table__.name
        self._touched[table] = None
        names = list(dict.fromkeys(name for one in kinds for name in one))
        cells = []
        for name in names:
            several = [one.get(name, _default(record, name)) for one in kinds]
            cell = several[0]
            if len(set(several)) > 1:
                cases = " ".join(f"when {n} then {one}" for n, one in enumerate(several))
                cell = f"case kind {cases} end"
            cells.append(f"({cell})::{_type(record.__table__.columns[name])}")
        self.admin.execute(
            f"insert into public.{table} ({', '.join(names)}) select {', '.join(cells)}"
            f" from (select i, {kind} as kind from generate_series(1, {count}) i) n where {where}"
            " order by i"
        )

    def usual(self, record: type[Record]) -> Values:
        """Return a row of somebody else's: what is required, what decides who sees it."""
        table = record.__table__
        needed = deciding_columns(record)
        given = FITTING.get(table.name, {})
        values: Values = {}
        for column in table.columns:
            if column.name in ("updated_by", "updated_device", "row_version"):
                continue
            required = not column.nullable and not _has_value(column)
            if column.name == "created_at":
                values[column.name] = "'2026-01-01T00:00Z'::timestamptz + i * interval '1 min'"
            elif column.name in given and column.name not in needed:
                values[column.name] = self._given(column, given[column.name])
            elif required or column.name in needed:
                values[column.name] = self._value(column)
                if column.name in given and given[column.name] is None:
                    values[column.name] = "null"
        return values

    def _value(self, column: Column[Any]) -> str:
        table, target = column.table, facts_of(column).target
        if column.name == "id":
            return f"benchmark.id('{table.name}', i)"
        if target in ("profiles", "organizations"):
            return _other(target)
        if target:
            return f"benchmark.id('{target}', 2 * ((i - 1) % {PARENTS // 2} + 1))"
        place = list(table.columns).index(column)
        kind = column.type
        if isinstance(kind, Enum):
            return f"'{kind.enums[0]}'"
        if isinstance(kind, ExactDecimal | Numeric):
            return "1"
        if isinstance(kind, UtcTime):
            start = timedelta(minutes=place)
            return f"'2026-01-01T00:00Z'::timestamptz + interval '{start}' + i * interval '1 min'"
        if isinstance(kind, Date):
            return f"'2026-01-01'::date + {place} - (i / 100)::int"
        if isinstance(kind, Time):
            return f"'{9 + place // 60:02}:{place % 60:02}'"
        if isinstance(kind, Key):
            return "gen_random_uuid()"
        if isinstance(kind, Boolean):
            return "false"
        if isinstance(kind, Json | ARRAY):
            return "'{}'"
        if kind.python_type is int:
            least = facts_of(column).minimum
            return str(least if isinstance(least, int) else 1)
        return "'x' || i"

    def _given(self, column: Column[Any], value: Any) -> str:
        if callable(value):
            value = value(_Ids())
        if value is None:
            return "null"
        text: str = sql.Literal(value).as_string(self.admin)
        return text

    def _fitted(self, record: type[Record], values: Values, when: Sequence[str]) -> Values | None:
        """Return a row with these values in which these conditions hold, if there can be one."""
        base = self.usual(record) | values
        condition = " and ".join(f"({one})" for one in when) or "true"
        condition = condition.replace("(select auth.uid())", self.me)
        condition = condition.replace("auth.uid()", self.me)
        asked = [c for c in record.__table__.columns if re.search(rf"\b{c.name}\b", condition)]
        sources, free = [], []
        for column in asked:
            tried = [base.get(column.name, _default(record, column.name))]
            if column.name not in values:
                tried += [one for one in self._tries(column, condition) if one not in tried]
                free.append((column.name, tried))
            kind = _type(column)
            rows = ", ".join(f"({n}, ({one})::{kind})" for n, one in enumerate(tried))
            sources.append(
                f"lateral (values {rows}) as t_{column.name} (n_{column.name}, {column.name})"
            )
        shown = ", ".join(f"n_{name}" for name, _ in free) or "1"
        order = " + ".join(f"n_{name}" for name, _ in free) or "1"
        query = f"select {shown} from {', '.join(['(values (1)) v (i)', *sources])}"
        found = self.admin.execute(f"{query} where {condition} order by {order} limit 1").fetchone()
        if found is None:
            return None
        return base | {name: tried[n] for (name, tried), n in zip(free, found, strict=False)}

    def _tries(self, column: Column[Any], condition: str) -> list[str]:
        found = ["null"] if column.nullable else []
        target = facts_of(column).target
        if isinstance(column.type, Enum):
            return found + [f"'{value}'" for value in column.type.enums]
        if isinstance(column.type, Boolean):
            return [*found, "false", "true"]
        if isinstance(column.type, UtcTime):
            return [*found, "'2000-01-01T00:00Z'", "'2999-01-01T00:00Z'"]
        if isinstance(column.type, Date):
            return [*found, "'2000-01-01'", "'2999-01-01'"]
        if isinstance(column.type, Key):
            return (
                [*found, _other(target), self.me]
                if target == "profiles"
                else [*found, self._value(column)]
            )
        texts = re.findall(r"'(\w+)'", condition)
        return found + [f"'{text}'" for text in texts if column.type.python_type is str]

    def analyze(self) -> None:
        self.admin.execute(f"vacuum (analyze) {', '.join(self._touched)}")

    def clear(self) -> None:
        """Take away every row that was put in."""
        numbered = ("sync.number_blocks", "sync.number_series")  # they refer to organizations
        self.admin.execute(f"truncate {', '.join((*self._touched, *numbered))}")
        for table in self._touched:
            self.admin.execute(f"insert into public.{table} select * from benchmark.{table}")
        self._filled, self._named, self._touched = set(), set(), {}


def _has_few(record: type[Record], way: Person) -> bool:
    """Say whether one person has few such rows: one, or those by which others are found."""
    table = record.__table__
    keys = [
        [c.name for c in one.columns]
        for one in table.constraints
        if isinstance(one, UniqueConstraint)
    ]
    keys += [[c.name for c in one.columns] for one in table.indexes if one.unique]
    if table.name == "organization_users":
        return True
    return [way.column] in keys or any(
        (other.table, other.person) == (table.name, way.column)
        for record in RECORDS
        for other in every_way(record.__access__)
        if isinstance(other, Named)
    )


class _Ids(dict[str, UUID]):
    """The ids that rules across fields ask for: any will do."""

    def __missing__(self, table: str) -> UUID:
        return UUID(int=1)


def _other(table: str) -> str:
    return f"benchmark.id('{table}', 2 * (i / 2 % {A_FEW} + 1))"


def _is_public(way: Way) -> bool:
    return isinstance(way, Anyone | SignedIn)


def _has_value(column: Column[Any]) -> bool:
    default = str(getattr(column.server_default, "arg", ""))
    return bool(default) and "auth.uid()" not in default


def _default(record: type[Record], name: str) -> str:
    column = record.__table__.columns[name]
    return str(getattr(column.server_default, "arg", "null")) if _has_value(column) else "null"


def _type(column: Column[Any]) -> str:
    name = column.type.compile(dialect=_DIALECT)
    return f"public.{name}" if isinstance(column.type, Enum) else name


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
