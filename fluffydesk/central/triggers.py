"""The triggers of a table, as SQL: versions, the change log, the audit trail, guarded links."""

from __future__ import annotations

from collections.abc import Iterator

from fluffydesk.records.access import ForAll, Mine, Person, Reach, Through, Within
from fluffydesk.records.catalog import RECORDS
from fluffydesk.records.vocabulary import Record, facts_of

_TRANSITIONS = {
    "insert": "new table as new_rows",
    "update": "old table as old_rows new table as new_rows",
    "delete": "old table as old_rows",
}


def statements(record: type[Record]) -> str:
    """Return the SQL of every trigger on the record's table."""
    table, access = record.__table__.name, record.__access__
    parts = [
        f"create trigger update_{table}_updated_at before insert or update on public.{table}\n"
        "  for each row execute function public.update_updated_at_column();"
    ]
    if access.audited:
        parts.append(
            f"create trigger audit_{table}_trigger after insert or update or delete"
            f" on public.{table}\n  for each row execute function"
            f" public.audit_trigger_function({_audit_arguments(record)});"
        )
    if access.mirrored:
        parts += _logging(table, "log", _log_function(record))
        parts.append(
            f"create trigger refuse_truncate before truncate on public.{table}\n"
            "  for each statement execute function sync.refuse_truncate();"
        )
    if _reached_through(record):
        parts += _logging(table, "log_link", f"sync.log_{table}_links")
    for _, scope, _ in _guarded(record):
        parts.append(
            f"create trigger guard_link before {_when_guarded(scope)} on public.{table}\n"
            f"  for each row execute function sync.guard_{table}_link();"
        )
    return "\n".join(parts) + "\n"


def functions(record: type[Record]) -> dict[str, str]:
    """Return, by signature, the functions that only this record's triggers need."""
    table, scope, found = record.__table__.name, record.__scope__, {}
    if isinstance(scope, Through):
        found[f"sync.{table}_scopes(jsonb)"] = _scopes_function(table, scope)
        if record.__access__.mirrored:
            found[f"sync.log_{table}()"] = _log_through_function(table, scope)
    reached = _reached_through(record)
    if reached:
        found[f"sync.log_{table}_links()"] = _log_links_function(table, reached)
    for other, other_scope, reach in _guarded(record):
        found[f"sync.guard_{table}_link()"] = _guard_function(table, other, other_scope, reach)
    return found


def tables_asked(record: type[Record]) -> set[str]:
    """Return the tables that must be there before these functions can be."""
    scope = record.__scope__
    asked = {record.__table__.name}
    if isinstance(scope, Through):
        asked |= {reach.table for reach in scope.reaches}
    return asked


def _audit_arguments(record: type[Record]) -> str:
    """Return what tells the audit whose trail an entry belongs to, and which columns to leave out.

    First the column that names the organization, `*` where several may see the row, or nothing
    for what is a person's own.
    """
    table, scope = record.__table__, record.__scope__
    if isinstance(scope, Through):
        whose = scope.home or "*"
    elif isinstance(scope, Within):
        whose = scope.column
    else:
        whose = "organization_id" if "organization_id" in table.columns else ""
    hidden = [column.name for column in table.columns if facts_of(column).secret]
    return ", ".join(f"'{name}'" for name in [whose, *hidden])


def _reached_through(record: type[Record]) -> list[tuple[str, Reach]]:
    """Return the mirrored tables whose rows are seen through links kept in this record's table."""
    return [
        (other.__table__.name, reach)
        for other, _, reach in _reaches(record)
        if other.__access__.mirrored
    ]


def _reaches(record: type[Record]) -> Iterator[tuple[type[Record], Through, Reach]]:
    for other in RECORDS:
        scope = other.__scope__
        if isinstance(scope, Through):
            for reach in scope.reaches:
                if reach.table == record.__table__.name:
                    yield other, scope, reach


def _guarded(record: type[Record]) -> list[tuple[type[Record], Through, Reach]]:
    """Return what a person could bring into sight by a link of their own making."""
    columns = record.__table__.columns
    return [
        (other, scope, reach)
        for other, scope, reach in _reaches(record)
        if reach.key == "id" and not facts_of(columns[reach.column]).housekeeping
    ]


def _when_guarded(scope: Through) -> str:
    """Return what the guard of a link looks at: a member who was suspended may be taken back by
    the organization, a pet that left a clinic comes back through whoever may link to it."""
    return "insert or update" if scope.registrar else "insert"


def _log_function(record: type[Record]) -> str:
    scope, table = record.__scope__, record.__table__.name
    if isinstance(scope, ForAll):
        return "sync.log_for_all"
    if isinstance(scope, Mine):
        assert scope.column == "user_id"
        return "sync.log_mine"
    if isinstance(scope, Within) and scope.column == "organization_id":
        return "sync.log_within"
    return f"sync.log_{table}"


def _logging(table: str, name: str, function: str) -> list[str]:
    return [
        f"create trigger {name}_{event} after {event} on public.{table}\n"
        f"  referencing {transition}\n"
        f"  for each statement execute function {function}();"
        for event, transition in _TRANSITIONS.items()
    ]


def _scopes_function(table: str, scope: Through) -> str:
    found = [f"select (p_row ->> '{scope.home}')::uuid"] if scope.home else []
    found += [
        f"select link.organization_id {_links(reach)} and ({reach.active})"
        for reach in scope.reaches
    ]
    if scope.registrar:
        registrar = f"(p_row ->> '{scope.registrar}')::uuid"
        unlinked = "".join(
            f"\n    and not exists (\n      select {_links(reach)}"
            f" and link.organization_id = {registrar}\n    )"
            for reach in scope.reaches
        )
        found.append(f"select {registrar}\n  where {registrar} is not null{unlinked}")
    body = "\n  union\n  ".join(found)
    return f"""
create function sync.{table}_scopes(p_row jsonb) returns setof uuid
language sql stable security definer set search_path = '' as $$
  {body}
$$;
comment on function sync.{table}_scopes(jsonb) is 'The organizations that see this row.';
revoke all on function sync.{table}_scopes(jsonb) from public;
""".strip()


def _links(reach: Reach) -> str:
    key = f"(p_row ->> '{reach.key}')::uuid"
    return f"from public.{reach.table} link where link.{reach.column} = {key}"


def _log_through_function(table: str, scope: Through) -> str:
    decisive = [name for name in (scope.home, scope.registrar) if name]
    decisive += [reach.key for reach in scope.reaches if reach.key != "id"]
    moved = ""
    if decisive:
        were = ", ".join(f"o.{name}" for name in dict.fromkeys(decisive))
        moved = f"""
  if tg_op = 'UPDATE' then
    with logged as (
      insert into sync.changes (scope_id, table_name, row_id, kind)
      select s.id, tg_table_name, o.id, 'leave'
      from old_rows o join new_rows n using (id), sync.{table}_scopes(to_jsonb(o)) as s(id)
      where ({were}) is distinct from ({were.replace("o.", "n.")})
      returning scope_id
    )
    select array_agg(distinct scope_id) into v_scopes from logged;
  end if;"""
    return f"""
create function sync.log_{table}() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_scopes uuid[];
begin
  if tg_op = 'DELETE' then
    with logged as (
      insert into sync.changes (scope_id, table_name, row_id, kind)
      select s.id, tg_table_name, o.id, 'delete'
      from old_rows o, sync.{table}_scopes(to_jsonb(o)) as s(id)
      returning scope_id
    )
    select array_agg(distinct scope_id) into v_scopes from logged;
  end if;{moved}
  if tg_op in ('INSERT', 'UPDATE') then
    with logged as (
      insert into sync.changes (scope_id, table_name, row_id, kind)
      select s.id, tg_table_name, n.id, 'upsert'
      from new_rows n, sync.{table}_scopes(to_jsonb(n)) as s(id)
      returning scope_id
    )
    select v_scopes || array_agg(distinct scope_id) into v_scopes from logged;
  end if;
  perform sync.wake(v_scopes);
  return null;
end $$;
comment on function sync.log_{table}() is 'Log changes to {table}, for each who sees them.';
revoke all on function sync.log_{table}() from public;
""".strip()


def _log_links_function(link_table: str, reached: list[tuple[str, Reach]]) -> str:
    """Return the function that logs what links bring into sight and take away."""
    inserted, updated, deleted = (
        "\n".join(_log_link(table, reach, event) for table, reach in reached)
        for event in ("insert", "update", "delete")
    )
    return f"""
-- A link that begins or ends brings rows into sight or takes them away.
create function sync.log_{link_table}_links() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
{inserted}
  elsif tg_op = 'UPDATE' then
{updated}
  else
{deleted}
  end if;
  return null;
end $$;
comment on function sync.log_{link_table}_links() is 'Log what links bring into sight.';
revoke all on function sync.log_{link_table}_links() from public;
""".strip()


def _log_link(table: str, reach: Reach, event: str) -> str:
    """Return the statements that log what one event of a link does to one reached table."""
    column = reach.column

    def seen(side: str, kind: str, changed: str = "") -> str:
        row = f"{side}.{column}" if reach.key == "id" else "r.id"
        rows = f"{'old' if side == 'o' else 'new'}_rows {side}"
        if reach.key != "id":
            rows += f" join public.{table} r on r.{reach.key} = {side}.{column}"
        return (
            "    insert into sync.changes (scope_id, table_name, row_id, kind)\n"
            f"    select distinct {side}.organization_id, '{table}', {row}, {kind}\n"
            f"    from {rows}{changed}\n"
            f"    where {side}.{column} is not null;"
        )

    enters = f"case when {_active('n', reach)} then 'enter' else 'leave' end"
    if event == "insert":
        return seen("n", enters)
    if event == "delete":
        return seen("o", "'leave'")
    same = (
        f"({{0}}.organization_id, {{0}}.{column}, {_active('o', reach)}) is distinct from\n"
        f"        ({{1}}.organization_id, {{1}}.{column}, {_active('n', reach)})"
    ).format("o", "n")
    return "\n".join(
        [
            seen("o", "'leave'", f"\n      join new_rows n on n.id = o.id and {same}"),
            seen("n", enters, f"\n      join old_rows o on o.id = n.id and {same}"),
        ]
    )


def _active(side: str, reach: Reach) -> str:
    return f"exists (select from (select {side}.*) link where {reach.active})"


def _guard_function(link_table: str, reached: type[Record], scope: Through, reach: Reach) -> str:
    active = reach.active
    allowed = [f"r.{scope.registrar} = new.organization_id"] if scope.registrar else []
    allowed += [
        f"r.{way.column} = auth.uid()"
        for way in reached.__access__.ways("read")
        if isinstance(way, Person)
    ]
    return f"""
-- Anybody could link to a row that is not theirs and so see it. The refusal is that of a policy,
-- alike for a row that is another's and one that is not there.
create function sync.guard_{link_table}_link() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and (
    exists (select from (select old.*) was where {active})
    or not exists (select from (select new.*) is_now where {active})
  ) then
    return new; -- it is not begun again
  end if;
  if auth.uid() is not null and not exists (
    select from public.{reached.__table__.name} r
    where r.id = new.{reach.column}
      and ({" or ".join(allowed)})
  ) then
    raise exception 'new row violates row-level security policy for table "%"', tg_table_name
      using errcode = '42501', table = tg_table_name;
  end if;
  return new;
end $$;
comment on function sync.guard_{link_table}_link() is 'Refuse links to rows one may not see.';
revoke all on function sync.guard_{link_table}_link() from public;
""".strip()
