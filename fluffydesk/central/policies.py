"""Row-level security and privileges of a table, as SQL, from its declared access and scope.

A policy asks for the caller's organizations, and for whatever else the caller is named by, in
sub-selects, so that it asks once a query and an index can be used. Privileges are given column by
column: the columns that central keeps cannot be written, secret ones not read, and neither can
the hidden ones of Postgres (`ctid`, `xmin`), from which other tenants' rows could be counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from fluffydesk.records.access import (
    All,
    Anyone,
    ForAll,
    Members,
    Mine,
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
from fluffydesk.records.enums import Role
from fluffydesk.records.vocabulary import Record, facts_of

_COMMANDS: dict[Verb, str] = {
    "read": "select",
    "add": "insert",
    "change": "update",
    "delete": "delete",
}


def statements(record: type[Record]) -> str:
    """Return the SQL that closes the record's table to all but whom its policies let in."""
    table = record.__table__.name
    lines = [
        f"alter table public.{table} enable row level security;",
        f"alter table public.{table} force row level security;",
        f"revoke all on public.{table} from public, anon, authenticated;",
        f"grant select, insert, update, delete on public.{table} to service_role;",
        *_grants(record),
    ]
    return "\n".join(lines) + "\n"


def policies(record: type[Record]) -> str:
    """Return the SQL of the table's policies, one for each verb that anybody has."""
    table, access = record.__table__.name, record.__access__
    found = []
    for verb, command in _COMMANDS.items():
        if not access.ways(verb):
            continue
        rule = condition(record, verb)
        if verb == "add":
            clause = f"with check ({rule})"
        else:
            clause = _using(_of_what_is_read(record, verb, rule))
            clause += f"\n  with check ({rule})" if verb == "change" else ""
        found.append(_policy(table, f"may_{verb}", command, "authenticated", clause))
    public = [way for way in access.ways("read") if isinstance(way, Anyone)]
    if public:
        rule = " or ".join(_way(record, "read", way) for way in public)
        found.append(_policy(table, "anyone_may_read", "select", "anon", _using(rule)))
    return "\n".join(found)


def tables_asked(record: type[Record]) -> set[str]:
    """Return the tables that must be there before the policies of this one can be."""
    asked = {record.__table__.name}
    if isinstance(record.__scope__, Through):
        asked |= {reach.table for reach in record.__scope__.reaches}
    for way in every_way(record.__access__):
        if isinstance(way, Named):
            asked.add(way.table)
        if isinstance(way, Of):
            parent = _target(record, way.column)
            asked |= {parent.__table__.name} if way.may == "read" else tables_asked(parent)
    return asked


def finders(table: str) -> dict[str, str]:
    """Return, by name, the functions that find what rows of `table` name the caller for."""
    found: dict[str, Named] = {}
    for record in RECORDS:
        for way in every_way(record.__access__):
            if isinstance(way, Named) and way.table == table:
                same = found.setdefault(way.name, way)
                told = (way.column, way.person, way.active)
                assert told == (same.column, same.person, same.active), f"two kinds of {way.name}"
    return {f"access.{name}()": _finder(way) for name, way in found.items()}


def _finder(way: Named) -> str:
    words = way.name.replace("_", " ")
    return f"""
create function access.{way.name}() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select {way.column} from public.{way.table}
    where {way.person} = auth.uid() and ({way.active})
  );
end $$;
comment on function access.{way.name}() is 'Of the person who asks: {words}.';
revoke all on function access.{way.name}() from public;
grant execute on function access.{way.name}() to authenticated;
""".strip()


def of_roles(roles: Iterable[Role]) -> str:
    """Return the SQL array of the organizations in which the caller has one of the roles."""
    names = ",".join(role.value for role in Role if role in set(roles))
    return f"any((select access.organizations_as('{{{names}}}'))::uuid[])"


def condition(record: type[Record], verb: Verb) -> str:
    """Return the SQL condition under which somebody signed in may do this to a row."""
    ways = sorted(record.__access__.ways(verb), key=lambda way: _price(record, way))
    prices = [_price(record, way) for way in ways]
    by_key = (
        verb != "add" and len(ways) > 1 and set(prices) <= {_PERSON, _MEMBER, _PLATFORM, _NAMED}
    )
    rule = "\n    or ".join(_rules(record, verb, ways, by_key))
    hidden = record.__access__.hidden_from
    if verb == "read" and hidden is not None:
        return f"({rule})\n    and not {_way(record, verb, hidden)}"
    return rule


def _rules(record: type[Record], verb: Verb, ways: list[Way], by_key: bool) -> list[str]:
    """Return a condition for each way; those that ask for the same other row ask for it once."""
    found: dict[object, list[Way]] = {}
    for way in ways:
        parts = way.ways if isinstance(way, All) else (way,)
        asked = [(one.column, one.may) for one in parts if isinstance(one, Of)]
        found.setdefault(asked[0] if len(asked) == 1 else way, []).append(way)
    return [
        _way(record, verb, alike[0], by_key) if len(alike) == 1 else _of_one(record, verb, alike)
        for alike in found.values()
    ]


def _of_one(record: type[Record], verb: Verb, ways: list[Way]) -> str:
    """Return the condition of several ways that each ask for the one row a link names."""
    rests = []
    for way in ways:
        parts = way.ways if isinstance(way, All) else (way,)
        [of] = [one for one in parts if isinstance(one, Of)]
        others = [_way(record, verb, one) for one in parts if one is not of]
        rests.append(" and ".join([*others, *([f"({of.when})"] if of.when else [])]) or "true")
    asked = _way(record, verb, Of(of.column, of.may))
    return f"(({' or '.join(rests)})\n      and {asked})"


_ON_THE_ROW, _PERSON, _MEMBER, _PLATFORM, _LINKED, _NAMED, _ELSEWHERE = range(7)


def _price(record: type[Record], way: Way) -> int:
    """Return how dear it is to ask; what is cheap is asked first, and often that will do."""
    if isinstance(way, All):
        return max(_price(record, one) for one in way.ways)
    if isinstance(way, Members):
        at_once = way.column or isinstance(record.__scope__, Within)
        return _MEMBER if at_once else _LINKED
    prices = {Anyone: _ON_THE_ROW, SignedIn: _ON_THE_ROW, Person: _PERSON}
    prices |= {Platform: _PLATFORM, Named: _NAMED, Of: _ELSEWHERE}
    return prices[type(way)]


def _of_what_is_read(record: type[Record], verb: Verb, rule: str) -> str:
    """Return the rule, narrowed to the rows one reads where it does not say so by itself.

    A statement without a condition, such as `delete from media_files`, reads nothing, and so
    Postgres asks no policy for reading.
    """
    access = record.__access__
    reads = access.ways("read")
    if verb == "read" or (
        access.hidden_from is None and all(_reads_too(way, reads) for way in access.ways(verb))
    ):
        return rule
    return f"({rule})\n    and ({condition(record, 'read')})"


def _reads_too(way: Way, reads: tuple[Way, ...]) -> bool:
    """Say whether it is plain that whoever this way lets in reads the row."""
    if isinstance(way, All):
        return any(_reads_too(one, reads) for one in way.ways)
    return any(_is_narrower(way, read) for read in reads)


def _is_narrower(way: Way, read: Way) -> bool:
    if isinstance(read, Platform) or read in (Anyone(), SignedIn()):
        return way == read or not isinstance(read, Platform)
    if (
        isinstance(read, All)
        or isinstance(way, All | Platform)
        or read.when not in (None, way.when)
    ):
        return False
    if isinstance(way, Members) and isinstance(read, Members):
        return way.column == read.column and way.roles <= read.roles
    if isinstance(way, Named) and isinstance(read, Named):
        there = (way.table, way.column, way.person, way.key)
        same = there == (read.table, read.column, read.person, read.key)
        return same and (read.active == "true" or way.active.startswith(read.active))
    if isinstance(way, Person | Of) and type(way) is type(read):
        return way.column == read.column and getattr(read, "may", "read") == "read"
    return False


def _way(record: type[Record], verb: Verb, way: Way, by_key: bool = False) -> str:
    """Return a way as a condition; `by_key` if all of them may be looked up in indexes.

    To be an administrator is no condition on the row, and would make every query of everybody
    else read the whole table; so it is said as one.
    """
    table = record.__table__.name
    if isinstance(way, Members):
        return _when(_members(record, verb, way), way.when)
    if isinstance(way, Person):
        return _when(f"{table}.{way.column} = (select auth.uid())", way.when)
    if isinstance(way, Anyone):
        return f"({way.when})" if way.when else "true"
    if isinstance(way, SignedIn):  # whose account is gone may have a login still
        return _when("(select auth.uid()) is not null", way.when)
    if isinstance(way, Of):
        parent = _target(record, way.column)
        there = parent.__table__.name
        assert there != table, f"{table} would ask itself"
        also = "" if way.may == "read" else f"\n      and ({condition(parent, way.may)})"
        found = f"exists (select from public.{there} where {there}.id = {table}.{way.column}{also})"
        return _when(found, way.when)
    if isinstance(way, Named):
        return _when(f"{table}.{way.key} = any((select access.{way.name}())::uuid[])", way.when)
    if isinstance(way, Platform):
        if by_key:
            return f"{table}.id <= (select access.last_for_platform_admin())"
        return "(select access.is_platform_admin())"
    if isinstance(way, All):
        rules = [_way(record, verb, one, by_key) for one in way.ways]
        return "(" + "\n      and ".join(rules) + ")"
    assert_never(way)


def _when(rule: str, when: str | None) -> str:
    return f"({rule} and ({when}))" if when else rule


def _members(record: type[Record], verb: Verb, way: Members) -> str:
    table, scope, mine = record.__table__.name, record.__scope__, of_roles(way.roles)
    if way.column:
        return f"{table}.{way.column} = {mine}"
    if isinstance(scope, Within):
        return f"{table}.{scope.column} = {mine}"
    assert isinstance(scope, Through), f"{table}: of which organization are they members?"
    if scope.home and verb != "read":
        return f"{table}.{scope.home} = {mine}"
    assert verb != "add", f"{table}: no link can be there before the row is"
    rules = [f"{table}.{scope.home} = {mine}"] if scope.home else []
    if scope.registrar:
        unlinked = " and ".join(
            f"not exists ({_links(table, reach)}"
            f" and link.organization_id = {table}.{scope.registrar})"
            for reach in scope.reaches
        )
        rules.append(f"({table}.{scope.registrar} = {mine}\n      and {unlinked})")
    rules += [
        f"exists ({_links(table, reach)}\n      and ({reach.active})"
        f" and link.organization_id = {mine})"
        for reach in scope.reaches
    ]
    return rules[0] if len(rules) == 1 else "(" + "\n    or ".join(rules) + ")"


def _links(table: str, reach: Reach) -> str:
    return f"select from public.{reach.table} link where link.{reach.column} = {table}.{reach.key}"


def _target(record: type[Record], column: str) -> type[Record]:
    target = facts_of(record.__table__.columns[column]).target
    assert target, f"{record.__table__.name}.{column} is no link"
    return record_for(target)


def _using(rule: str) -> str:
    """Return the clause; it first asks, when planned and when run, that nobody says EXPLAIN.

    Were it not there, `explain analyze .. where row_version = -1` would tell how many rows all
    tenants have together: a cheap and leakproof condition is tried before a policy's own.
    """
    if rule == "true":
        return "using (true)"
    return (
        f"using (access.is_planned() and (select access.is_unexplained()) and (\n    {rule}\n  ))"
    )


def _policy(table: str, name: str, command: str, who: str, clause: str) -> str:
    return f"create policy {name} on public.{table} for {command} to {who}\n  {clause};"


def _grants(record: type[Record]) -> list[str]:
    table, access = record.__table__, record.__access__
    shown = [column.name for column in table.columns if not facts_of(column).secret]
    lines = [_grant("select", shown, table.name, "authenticated")]
    if any(isinstance(way, Anyone) for way in access.ways("read")):
        lines.append(_grant("select", shown, table.name, "anon"))
    kept = {column.name for column in table.columns if facts_of(column).housekeeping}
    if access.ways("add"):
        given = [c.name for c in table.columns if c.name not in kept - _whose(record)]
        lines.append(_grant("insert", given, table.name, "authenticated"))
    if access.ways("change"):
        frozen = deciding_columns(record) | kept
        changed = [c.name for c in table.columns if c.name not in frozen]
        lines.append(_grant("update", changed, table.name, "authenticated"))
    if access.ways("delete"):
        lines.append(f"grant delete on public.{table.name} to authenticated;")
    return lines


def _whose(record: type[Record]) -> set[str]:
    """Return the columns of housekeeping that are given with a new row: its key, whose it is."""
    scope = record.__scope__
    given = {"id"}
    if isinstance(scope, Within | Mine):
        given.add(scope.column)
    elif isinstance(scope, Through) and scope.home:
        given.add(scope.home)
    else:
        assert scope is None or isinstance(scope, Through | ForAll)
    return given


def _grant(verb: str, columns: list[str], table: str, to: str) -> str:
    return f"grant {verb} ({', '.join(columns)}) on public.{table} to {to};"
