"""Whether a database can be set up as central: looked at before anything in it is touched."""

from __future__ import annotations

from fluffydesk.central import accounts
from fluffydesk.central.entrance import OLDEST, Connection, require_able
from fluffydesk.errors import Refusal

_OLDEST_THAT_LENDS_BYPASSRLS = 160000
_MAKES_ROLES = ("anon", "authenticated", "service_role", "authenticator")
_ELSEWHERE = "Make a database of its own for central, with encoding UTF8."

# What a set-up would be in the way of, or the other way round. Extensions may be anywhere.
_TAKEN = """
    select * from (
      select case c.relkind when 'v' then 'the view ' when 'm' then 'the view '
          when 'S' then 'the sequence ' else 'the table ' end || c.oid::regclass as what
      from pg_catalog.pg_class c
      where c.relnamespace::regnamespace::text in ('public', 'sync')
        and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
        and c.oid is distinct from to_regclass('sync.alembic_version')
        and not exists (
          select from pg_catalog.pg_depend d
          where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
        )
      union all
      select 'the schema ' || n.nspname from pg_catalog.pg_namespace n
      where n.nspname = 'access' or n.nspname = 'auth' and to_regclass('auth.users') is null
    ) found
    order by 1
    limit 1
"""

_RIGHTS = """
    select
      has_database_privilege(current_database(), 'create'),
      pg_has_role(n.nspowner, 'usage'),
      r.rolcreaterole or r.rolsuper
    from pg_catalog.pg_namespace n, pg_catalog.pg_roles r
    where n.nspname = 'public' and r.rolname = current_user
"""

# Of what a host keeps, and has to lend to whoever sets up.
_LENT = """
    select
      to_regprocedure('auth.uid()') is not null
      and has_schema_privilege('auth', 'usage')
      and has_table_privilege('auth.users', 'select')
      and has_table_privilege('auth.users', 'references')
      and has_table_privilege('auth.users', 'trigger')
"""


def require_ready(connection: Connection, known: list[str]) -> None:
    """Refuse in words a database that cannot be set up, or brought up to one of `known`."""
    require_able(connection)
    revision = _revision(connection)
    if revision is None:
        _require_room(connection)
        _require_rights(connection)
    elif revision not in known:
        raise Refusal(
            f"This database is of revision {revision}, which this version does not know.",
            "Use a newer FluffyDesk.",
        )


def guard() -> str:
    """Return SQL that fails, saying why, on what could not be set up."""
    return f"""
do $ready$
declare
  v_taken text;
begin
  if current_setting('server_version_num')::int < {OLDEST} then
    raise exception 'this Postgres is older than 15';
  elsif current_setting('server_encoding') <> 'UTF8' then
    raise exception 'the encoding of this database is not UTF8';
  elsif not exists (
    select from pg_catalog.pg_roles
    where rolname = current_user and (rolsuper or rolbypassrls)
  ) then
    raise exception 'this login may not see past row-level security';
  end if;
  {_TAKEN.strip().replace("select * from", "select found.what into v_taken from")};
  if v_taken is not null then
    raise exception 'the database is not empty: it has %', v_taken;
  end if;
end $ready$;
""".strip()


def _revision(connection: Connection) -> str | None:
    """Return the revision at which the database is, if it has been set up at all."""
    found = connection.execute("select to_regclass('sync.alembic_version') is not null").fetchone()
    if found != (True,):
        return None
    row = connection.execute("select max(version_num) from sync.alembic_version").fetchone()
    return str(row[0]) if row and row[0] is not None else None


def _require_room(connection: Connection) -> None:
    taken = connection.execute(_TAKEN).fetchone()
    if taken:
        raise Refusal(f"The database is not empty: it has {taken[0]}.", _ELSEWHERE)


def _require_rights(connection: Connection) -> None:
    """Refuse a login that would fail half-way. A superuser never does."""
    if connection.info.parameter_status("is_superuser") == "on":
        return
    creates, has_public, makes_roles = connection.execute(_RIGHTS).fetchall()[0]
    if not creates:
        raise Refusal("This login may not make schemas here.", "Use the owner of the database.")
    if not has_public:
        raise Refusal(
            "The schema public belongs to somebody else.",
            "Run, as an administrator: alter schema public owner to pg_database_owner",
        )
    missing = [
        name
        for name in _MAKES_ROLES
        if connection.execute("select to_regrole(%s)", (name,)).fetchone() == (None,)
    ]
    if missing and not makes_roles:
        raise Refusal(
            f"This login may not make the role {missing[0]}, which central needs.",
            "Give it CREATEROLE, or use a superuser.",
        )
    server = connection.info.server_version
    if "service_role" in missing and server < _OLDEST_THAT_LENDS_BYPASSRLS:
        raise Refusal(
            "Before Postgres 16 only a superuser makes the role service_role.",
            "Use one, or have one run: create role service_role nologin bypassrls",
        )
    if accounts.host_keeps(connection) and connection.execute(_LENT).fetchone() != (True,):
        raise Refusal(
            "This login may not use the accounts that the host of this database keeps.",
            "Give it usage of the schema auth, and select, references and trigger on auth.users.",
        )
