"""Row-level security and privileges of a table, as SQL, from its declared access and scope.

A policy asks for the caller's organizations in a sub-select, so that it is asked once a query
and an index on the organization can be used. Privileges are given column by column: the
columns that central keeps cannot be written, and the hidden ones of Postgres (`ctid`, `xmin`),
from which other tenants' rows could be counted, cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterable

from fluffydesk.records.catalog import RECORDS
from fluffydesk.records.enums import Role
from fluffydesk.records.vocabulary import ForAll, Record, Through, Within, facts_of


def statements(record: type[Record]) -> str:
    """Return the SQL that secures the record's table."""
    table = record.__table__.name
    lines = [
        f"alter table public.{table} enable row level security;",
        f"alter table public.{table} force row level security;",
        f"revoke all on public.{table} from public, anon, authenticated;",
        f"grant select, insert, update, delete on public.{table} to service_role;",
    ]
    return "\n".join([*lines, *_policies(record), *_grants(record)]) + "\n"


def of_roles(roles: Iterable[Role]) -> str:
    """Return the SQL array of the organizations in which the caller has one of the roles."""
    names = ",".join(role.value for role in Role if role in set(roles))
    return f"any((select auth.organizations_as('{{{names}}}'))::uuid[])"


def frozen_columns(record: type[Record]) -> set[str]:
    """Return the columns that no member may change: they decide who sees the row."""
    scope = record.__scope__
    frozen = {"id"}
    if isinstance(scope, Within):
        frozen.add(scope.column)
    if isinstance(scope, Through):
        frozen |= {name for name in (scope.person, scope.registrar) if name}
    for other in RECORDS:
        reach = other.__scope__
        if isinstance(reach, Through) and reach.table == record.__table__.name:
            frozen.add(reach.column)
    return frozen


def _policies(record: type[Record]) -> list[str]:
    table, access = record.__table__.name, record.__access__
    writable, deletable = bool(access.write), bool(access.deleters)
    reading, writing = _sight(record, access.read), _sight(record, access.write)
    lines = [_policy(table, "read", "select", _using(reading))]
    if writable:
        inserting = _insertion(record)
        lines.append(_policy(table, "add", "insert", f"with check ({inserting})"))
        change = f"{_using(writing)}\n  with check ({writing})"
        lines.append(_policy(table, "change", "update", change))
    if deletable:
        deleting = _sight(record, access.deleters)
        lines.append(_policy(table, "remove", "delete", _using(deleting)))
    return lines


def _using(sight: str) -> str:
    """Return the clause; it first asks, when planned and when run, that nobody says EXPLAIN.

    Were it not there, `explain analyze .. where row_version = -1` would tell how many rows all
    tenants have together: a cheap and leakproof condition is tried before a policy's own.
    """
    if sight == "true":
        return "using (true)"
    return f"using (auth.is_planned() and (select auth.is_unexplained()) and (\n    {sight}\n  ))"


def _policy(table: str, verb: str, command: str, rule: str) -> str:
    return (
        f"create policy members_{verb} on public.{table} for {command} to authenticated\n  {rule};"
    )


def _sight(record: type[Record], roles: frozenset[Role]) -> str:
    """Return the condition under which a member with one of the roles reaches a row."""
    table, scope = record.__table__.name, record.__scope__
    if isinstance(scope, ForAll):
        return "true"
    mine = of_roles(roles)
    if isinstance(scope, Within):
        return f"{scope.column} = {mine}"
    link = f"select from public.{scope.table} link where link.{scope.column} = {table}.id"
    conditions = [f"exists ({link}\n      and ({scope.active}) and link.organization_id = {mine})"]
    if scope.person:
        conditions.append(f"{scope.person} = (select auth.uid())")
    if scope.registrar:
        conditions.append(
            f"({scope.registrar} = {mine}\n"
            f"      and not exists ({link} and link.organization_id = {table}.{scope.registrar}))"
        )
    return "\n    or ".join(conditions)


def _insertion(record: type[Record]) -> str:
    """Return the condition under which a member may insert a row."""
    scope, roles = record.__scope__, record.__access__.write
    if isinstance(scope, Within):
        return f"{scope.column} = {of_roles(roles)}"
    assert isinstance(scope, Through)
    assert scope.registrar is not None, "a row nobody registers could never be inserted"
    registered = f"{scope.registrar} = {of_roles(roles)}"
    if not scope.person:
        return registered
    # Nobody is made to own what they did not bring.
    own = f"{scope.person} = (select auth.uid())"
    return (
        f"({registered} and ({scope.person} is null or {own}))\n"
        f"    or ({scope.registrar} is null and {own})"
    )


def _grants(record: type[Record]) -> list[str]:
    table, access = record.__table__, record.__access__
    lines = [_grant("select", [column.name for column in table.columns], table.name)]
    kept = {column.name for column in table.columns if facts_of(column).housekeeping}
    if access.write:
        closed = kept - {"id", "organization_id"}
        given = [column.name for column in table.columns if column.name not in closed]
        lines.append(_grant("insert", given, table.name))
        frozen = frozen_columns(record) | kept
        changed = [column.name for column in table.columns if column.name not in frozen]
        lines.append(_grant("update", changed, table.name))
    if access.deleters:
        lines.append(f"grant delete on public.{table.name} to authenticated;")
    return lines


def _grant(verb: str, columns: list[str], table: str) -> str:
    return f"grant {verb} ({', '.join(columns)}) on public.{table} to authenticated;"
