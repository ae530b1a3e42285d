"""The triggers of a table, as SQL: versions, the change log, the audit trail, guarded links."""

from __future__ import annotations

from collections.abc import Iterator

from fluffydesk.records.catalog import RECORDS
from fluffydesk.records.vocabulary import ForAll, Record, Through, Within

_TRANSITIONS = {
    "insert": "new table as new_rows",
    "update": "old table as old_rows new table as new_rows",
    "delete": "old table as old_rows",
}


def statements(record: type[Record]) -> str:
    """Return the SQL of every trigger on the record's table, and of functions it alone needs."""
    table, access = record.__table__.name, record.__access__
    parts = [
        f"create trigger update_{table}_updated_at before insert or update on public.{table}\n"
        "  for each row execute function public.update_updated_at_column();"
    ]
    if access.audited:
        parts.append(
            f"create trigger audit_{table}_trigger after insert or update or delete"
            f" on public.{table}\n"
            "  for each row execute function public.audit_trigger_function();"
        )
    if access.mirrored:
        if isinstance(record.__scope__, Through):
            parts.append(_through_functions(table, record.__scope__))
        parts += _logging(table, "log", _log_function(record))
        parts.append(
            f"create trigger refuse_truncate before truncate on public.{table}\n"
            "  for each statement execute function sync.refuse_truncate();"
        )
    for reached, scope in _reached_through(record):
        parts.append(_link_functions(table, reached, scope))
        parts += _logging(table, "log_link", f"sync.log_{table}_links")
        parts.append(
            f"create trigger guard_link before {_guarded(scope)} on public.{table}\n"
            f"  for each row execute function sync.guard_{table}_link();"
        )
    return "\n".join(parts) + "\n"


def teardown(record: type[Record]) -> str:
    """Return the SQL that drops the functions made for this table alone."""
    table = record.__table__.name
    names = []
    if isinstance(record.__scope__, Through):
        names += [f"sync.{table}_scopes(jsonb)", f"sync.log_{table}()"]
    if any(True for _ in _reached_through(record)):
        names += [f"sync.log_{table}_links()", f"sync.guard_{table}_link()"]
    return f"drop function {', '.join(names)};" if names else ""


def _reached_through(record: type[Record]) -> Iterator[tuple[str, Through]]:
    """Yield the tables whose rows are seen through links kept in this record's table."""
    for other in RECORDS:
        scope = other.__scope__
        if isinstance(scope, Through) and scope.table == record.__table__.name:
            yield other.__table__.name, scope


def _guarded(scope: Through) -> str:
    """Return what the guard of a link looks at: a member who was suspended may be taken back by
    the organization, a pet that left a clinic comes back through whoever may link to it."""
    return "insert or update" if scope.registrar else "insert"


def _log_function(record: type[Record]) -> str:
    scope, table = record.__scope__, record.__table__.name
    if isinstance(scope, ForAll):
        return "sync.log_for_all"
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


def _through_functions(table: str, scope: Through) -> str:
    """Return the functions that tell which organizations see a row, and log it for each."""
    link = f"public.{scope.table} link where link.{scope.column} = (p_row ->> 'id')::uuid"
    scopes = f"select link.organization_id from {link} and ({scope.active})"
    if scope.registrar:
        registrar = f"(p_row ->> '{scope.registrar}')::uuid"
        scopes += (
            f"\n  union\n  select {registrar}\n  where {registrar} is not null\n"
            f"    and not exists (\n      select from {link}\n"
            f"        and link.organization_id = {registrar}\n    )"
        )
    moved = f"""
  if tg_op = 'UPDATE' then
    with logged as (
      insert into sync.changes (scope_id, table_name, row_id, kind)
      select s.id, tg_table_name, o.id, 'leave'
      from old_rows o join new_rows n using (id), sync.{table}_scopes(to_jsonb(o)) as s(id)
      where o.{scope.registrar} is distinct from n.{scope.registrar}
      returning scope_id
    )
    select array_agg(distinct scope_id) into v_scopes from logged;
  end if;"""
    return f"""
-- The organizations that see a row of {table}.
create function sync.{table}_scopes(p_row jsonb) returns setof uuid
language sql stable security definer set search_path = '' as $$
  {scopes}
$$;
comment on function sync.{table}_scopes(jsonb) is 'The organizations that see this row.';
revoke all on function sync.{table}_scopes(jsonb) from public;

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
  end if;{moved if scope.registrar else ""}
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


def _link_functions(link_table: str, reached: str, scope: Through) -> str:
    """Return the functions that log who comes into sight through a link, and guard the link."""
    column, active = scope.column, scope.active
    allowed = []
    if scope.registrar:
        allowed.append(f"r.{scope.registrar} = new.organization_id")
    if scope.person:
        allowed.append(f"r.{scope.person} = auth.uid()")
    return f"""
-- A link that begins or ends brings a row of {reached} into sight or takes it away.
create function sync.log_{link_table}_links() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op in ('UPDATE', 'DELETE') then
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct organization_id, '{reached}', {column}, 'leave' from old_rows;
  end if;
  if tg_op in ('INSERT', 'UPDATE') then
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct organization_id, '{reached}', {column},
      case when {active} then 'enter' else 'leave' end
    from new_rows;
  end if;
  return null;
end $$;
comment on function sync.log_{link_table}_links() is 'Log what links bring into sight.';
revoke all on function sync.log_{link_table}_links() from public;

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
    select from public.{reached} r
    where r.id = new.{column}
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
