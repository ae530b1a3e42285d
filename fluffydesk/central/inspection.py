"""Describes a database's schema object by object, and says in words how two descriptions differ."""

from __future__ import annotations

from typing import Any

import psycopg

from fluffydesk.central.schema import SUBJECTS, sql_file, statements

Description = dict[str, str]

_SCHEMAS = "('public', 'access', 'sync')"
_SCHEMAS_WITH_ACCOUNTS = "('public', 'auth', 'access', 'sync')"

# No extension put the object of that id there.
_FREE = "<> all (array(select objid from pg_catalog.pg_depend where deptype = 'e'))"

_QUERIES = {
    "table": """
        select c.oid::regclass::text,
          concat_ws(', ', case when c.relrowsecurity then 'row security' else 'no row security' end,
            case when c.relforcerowsecurity then 'forced' else 'not forced' end,
            'comment ' || coalesce(obj_description(c.oid, 'pg_class'), 'missing'),
            (select string_agg(x.privilege_type || ' to ' || x.grantee::regrole, ', '
                order by x.grantee::regrole::text, x.privilege_type)
              from aclexplode(c.relacl) x where x.grantee <> c.relowner))
        from pg_class c
        where c.relnamespace::regnamespace::text in {schemas} and c.relkind in ('r', 'p', 'v', 'm')
          and c.oid {free}
        """,
    "column": """
        select c.oid::regclass::text || '.' || a.attname,
          concat_ws(' ', format_type(a.atttypid, a.atttypmod),
            case when a.attnotnull then 'not null' end,
            'default ' || pg_get_expr(d.adbin, d.adrelid), nullif(a.attidentity, ''),
            (select string_agg(x.privilege_type || ' to ' || x.grantee::regrole, ', '
                order by x.privilege_type, x.grantee::regrole::text)
              from aclexplode(a.attacl) x))
        from pg_attribute a
        join pg_class c on c.oid = a.attrelid
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where c.relnamespace::regnamespace::text in {schemas} and c.relkind in ('r', 'p')
          and a.attnum > 0 and not a.attisdropped and c.oid {free}
        """,
    "constraint": """
        select c.conrelid::regclass::text || ' ' || c.conname, pg_get_constraintdef(c.oid)
        from pg_constraint c
        where c.connamespace::regnamespace::text in {schemas} and c.contype <> 'n'
          and c.conrelid <> 0 and c.conrelid {free}
        """,
    "index": """
        select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
        from pg_index i join pg_class c on c.oid = i.indrelid
        where c.relnamespace::regnamespace::text in {schemas} and c.oid {free}
        """,
    "policy": """
        select p.polrelid::regclass::text || ' ' || p.polname,
          concat_ws(' ', p.polcmd, p.polpermissive, p.polroles::regrole[]::text,
            'using ' || pg_get_expr(p.polqual, p.polrelid),
            'check ' || pg_get_expr(p.polwithcheck, p.polrelid))
        from pg_policy p join pg_class c on c.oid = p.polrelid
        where c.relnamespace::regnamespace::text in {schemas}
        """,
    "trigger": """
        select t.tgrelid::regclass::text || ' ' || t.tgname, pg_get_triggerdef(t.oid)
          || case t.tgenabled when 'O' then '' else ' (disabled)' end
        from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
        where not t.tgisinternal and (c.relnamespace::regnamespace::text in {schemas}
          or p.pronamespace::regnamespace::text in {schemas} and p.oid {free})
        """,
    "function": """
        select p.oid::regprocedure::text, pg_get_functiondef(p.oid) || coalesce((
            select string_agg(x.grantee::regrole::text, ', ' order by x.grantee::regrole::text)
            from aclexplode(p.proacl) x where x.grantee <> p.proowner), '')
        from pg_proc p
        where p.pronamespace::regnamespace::text in {schemas} and p.prokind = 'f'
          and p.oid {free}
        """,
    "enum": """
        select e.enumtypid::regtype::text,
          string_agg(e.enumlabel, ', ' order by e.enumsortorder)
        from pg_enum e join pg_type t on t.oid = e.enumtypid
        where t.typnamespace::regnamespace::text in {schemas} and t.oid {free}
        group by e.enumtypid
        """,
    "registered table": """
        select s.name, to_jsonb(s)::text from sync.tables s
        """,
}


def describe(connection: psycopg.Connection[Any], *, accounts: bool = True) -> Description:
    """Return each object of central's schemas with its definition.

    Without `accounts` the schema auth is left out: it is the host's. What we hang on it is not.
    """
    found: Description = {}
    schemas = _SCHEMAS_WITH_ACCOUNTS if accounts else _SCHEMAS
    with connection.transaction():
        connection.execute("set local search_path = ''")
        for kind, query in _QUERIES.items():
            asked = query.format(schemas=schemas, free=_FREE)
            for name, definition in connection.execute(asked):
                found[f"{kind} {name}"] = str(definition)
    return found


def build(connection: psycopg.Connection[Any]) -> None:
    """Make the declared schema in an empty database, not by migrations but as it should be."""
    with connection.transaction():
        connection.execute("create schema if not exists sync")
        connection.execute(
            "create table sync.alembic_version (version_num varchar(32) not null"
            " constraint alembic_version_pkc primary key)"
        )
        for subject in SUBJECTS:
            connection.execute(statements(subject))
    connection.execute(sql_file("database"))


def differences(declared: Description, live: Description) -> list[str]:
    """Return in words what is missing from, unknown to or different from the declarations."""
    found = [f"Missing: {name}." for name in declared if name not in live]
    found += [f"Not declared: {name}." for name in live if name not in declared]
    found += [
        f"Different: {name} is {_short(live[name])}, declared as {_short(definition)}."
        for name, definition in declared.items()
        if name in live and live[name] != definition
    ]
    return sorted(found)


def _short(definition: str) -> str:
    text = " ".join(definition.split())
    return repr(text if len(text) <= 200 else text[:200] + " ..")
