"""What must hold for every object of central, as queries that find the ones for which it does not.

Beside each stand changes to a sound schema that the query must notice, so that a rule which finds
nothing is known to look.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCHEMAS = "('public', 'auth', 'access', 'sync')"


@dataclass(frozen=True)
class Rule:
    """One thing that must hold: a query for what breaks it, and, by change, what it must find."""

    name: str
    query: str
    breaches: Mapping[str, str]


def findings(connection: Any, rule: Rule) -> list[str]:
    """Return the objects that break a rule, each under its full name."""
    with connection.transaction():
        connection.execute("set local search_path = ''")
        return sorted(row[0] for row in connection.execute(rule.query).fetchall())


_TABLE = f"""
    from pg_class c
    where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in {SCHEMAS} and
"""
_FUNCTION = f"""
    select p.oid::regprocedure::text from pg_proc p
    where p.pronamespace::regnamespace::text in {SCHEMAS} and
"""

HOUSE = (
    Rule(
        "a table has a primary key",
        f"""select c.oid::regclass::text {_TABLE} not exists (
              select from pg_index i where i.indrelid = c.oid and i.indisprimary)""",
        {"alter table sync.epoch drop constraint pk_epoch": "sync.epoch"},
    ),
    Rule(
        "a table has row-level security, forced on its owner too",
        f"""select c.oid::regclass::text {_TABLE}
              not (c.relrowsecurity and c.relforcerowsecurity)""",
        {
            "alter table public.pets disable row level security": "public.pets",
            "alter table access.logins no force row level security": "access.logins",
            "create table public.notes (id uuid primary key)": "public.notes",
        },
    ),
    Rule(
        "a table has a policy",
        f"""select c.oid::regclass::text {_TABLE} not exists (
              select from pg_policy p where p.polrelid = c.oid)""",
        {"drop policy own_user on auth.users": "auth.users"},
    ),
    Rule(
        "a table says what one row is",
        f"""select c.oid::regclass::text {_TABLE}
              coalesce(obj_description(c.oid, 'pg_class'), '') = ''""",
        {"comment on table sync.changes is null": "sync.changes"},
    ),
    Rule(
        "a column says what it holds",
        """select c.oid::regclass::text || '.' || a.attname
            from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
              and a.attnum > 0 and not a.attisdropped
              and coalesce(col_description(c.oid, a.attnum), '') = ''""",
        {
            "comment on column public.pets.name is null": "public.pets.name",
            "alter table public.orders add column extra text": "public.orders.extra",
        },
    ),
    Rule(
        "a function has a fixed search path, an empty one",
        f"""{_FUNCTION} not exists (
              select from unnest(p.proconfig) s where s = 'search_path=""')""",
        {
            "alter function auth.uid() reset search_path": "auth.uid()",
            "alter function auth.uid() set search_path = public": "auth.uid()",
        },
    ),
    Rule(
        "a function says what it does",
        f"{_FUNCTION} coalesce(obj_description(p.oid, 'pg_proc'), '') = ''",
        {"comment on function access.my_organizations() is null": "access.my_organizations()"},
    ),
    Rule(
        "a function is nobody's who was not given it",
        f"""{_FUNCTION} exists (
              select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
              where a.grantee = 0)""",
        {
            "grant execute on function public.handle_new_user() to public": (
                "public.handle_new_user()"
            ),
        },
    ),
    Rule(
        "a foreign key has an index that begins with its columns",
        f"""select k.conrelid::regclass::text || ' ' || k.conname from pg_constraint k
            where k.contype = 'f' and k.connamespace::regnamespace::text in {SCHEMAS}
              and not exists (
                select from pg_index i
                where i.indrelid = k.conrelid and i.indpred is null and i.indisvalid
                  and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] = k.conkey)""",
        {
            "drop index public.ix_livestock_organization_id_batch_id": (
                "public.livestock fk_livestock_organization_id_batch_id"
            ),
            "alter table access.logins drop constraint pk_logins": (
                "access.logins fk_logins_user_id"
            ),
        },
    ),
    Rule(
        "a foreign key says what becomes of a row whose other is deleted",
        f"""select k.conrelid::regclass::text || ' ' || k.conname from pg_constraint k
            where k.contype = 'f' and k.connamespace::regnamespace::text in {SCHEMAS}
              and k.confdeltype = 'a'""",
        {
            "alter table public.pets add constraint fk_test foreign key (updated_by)"
            " references auth.users": "public.pets fk_test",
        },
    ),
    Rule(
        "a row knows when it was made and changed",
        """select c.oid::regclass::text || '.' || n.name
            from pg_class c cross join unnest(array['created_at', 'updated_at']) n(name)
            where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
              and not exists (
              select from pg_attribute a
              where a.attrelid = c.oid and a.attname = n.name and a.attnotnull and a.atthasdef
                and a.atttypid = 'timestamptz'::regtype)""",
        {
            "alter table public.pets drop column created_at": "public.pets.created_at",
            "alter table public.pets alter updated_at drop not null": "public.pets.updated_at",
            "alter table public.pets alter created_at drop default": "public.pets.created_at",
        },
    ),
    Rule(
        "a trigger keeps the time of the change",
        """select c.oid::regclass::text from pg_class c
            where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
              and not exists (
              select from pg_trigger t
              where t.tgrelid = c.oid and t.tgname = 'update_' || c.relname || '_updated_at'
                and t.tgfoid = 'public.update_updated_at_column()'::regprocedure
                and t.tgtype & 23 = 23 -- before insert or update, for each row
                and t.tgqual is null and t.tgattr = '' and t.tgenabled = 'O')""",
        {
            "drop trigger update_pets_updated_at on public.pets": "public.pets",
            "alter table public.pets disable trigger update_pets_updated_at": "public.pets",
        },
    ),
    Rule(
        "no name was cut off",
        f"""select o.kind || ' ' || o.name
            from (
              select 'relation', relname, relnamespace from pg_class
              union all
              select 'column of ' || relname, attname, relnamespace
                from pg_attribute join pg_class c on c.oid = attrelid
              union all select 'constraint', conname, connamespace from pg_constraint
              union all select 'function', proname, pronamespace from pg_proc
              union all select 'type', typname, typnamespace from pg_type
              union all
              select 'trigger on ' || relname, tgname, relnamespace
                from pg_trigger join pg_class c on c.oid = tgrelid
              union all
              select 'policy on ' || relname, polname, relnamespace
                from pg_policy join pg_class c on c.oid = polrelid
            ) o(kind, name, schema)
            where o.schema::regnamespace::text in {SCHEMAS} and octet_length(o.name) = 63""",
        {
            f"create index {'a' * 70} on public.pets (name)": f"relation {'a' * 63}",
            f"alter policy may_read on public.pets rename to {'b' * 64}": (
                f"policy on pets {'b' * 63}"
            ),
        },
    ),
)
