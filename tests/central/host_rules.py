"""What the platform's host (Supabase) finds fault with in a schema, as rules of our own.

Its linter is called splinter; a rule here bears the name of its lint. Those on primary keys,
row-level security, policies, search paths and the indexes of foreign keys stand, stricter, among
the rules of the house. Left out are what depends on rows and use (unused indexes, bloat) and on the
host's settings (anonymous sign-in, GraphQL, storage, queues).
"""

from __future__ import annotations

from tests.central.rules import SCHEMAS, Rule

# What those who are not signed in may call though it looks past row-level security, and why.
MEANT_FOR_ANYBODY = (
    # Says yes or no of products on sale; the stock itself is the shop's alone.
    "public.product_availability(uuid[])",
)

# The heads of other indexes that the platform's page wants by name all the same.
WANTED_BY_NAME = ("idx_organization_users_org_id",)


def _listed(names: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{name}'" for name in names) + ")"


_POLICIES = """
    (
      select p.polrelid::regclass::text || ' ' || p.polname as name, p.polcmd as command, p.polroles
        as roles, regexp_replace(concat_ws(' ', pg_get_expr(p.polqual, p.polrelid),
          pg_get_expr(p.polwithcheck, p.polrelid)), '\\s+', ' ', 'g') as said,
        pg_get_expr(p.polqual, p.polrelid) as shown,
        pg_get_expr(p.polwithcheck, p.polrelid) as checked
      from pg_policy p
    ) p
"""
# `select f('constant')`, with what is added to it.
_CALL = r"""(auth|access|sync)\.\w+\((,? ?('[^']*'(::[\w.]+(\[\])?)?|true|false|\d+))*\)"""
_SETTING = r"""current_setting\('[^']*'::text(, \w+)?\)"""
_ASKED_ONCE = rf"""SELECT \(*({_CALL}|{_SETTING})( \|\| \(*{_CALL})*"""

_INDEXES = f"""
    (
      select i.*, i.indexrelid::regclass::text as name, c.relam,
        coalesce(pg_get_expr(i.indpred, i.indrelid), '') as rows,
        array(
          select concat_ws(' ', pg_get_indexdef(i.indexrelid, n, false), i.indclass[n - 1],
            i.indcollation[n - 1], i.indoption[n - 1])
          from generate_series(1, i.indnkeyatts) n order by n
        ) as keys
      from pg_index i join pg_class c on c.oid = i.indexrelid
      where c.relnamespace::regnamespace::text in {SCHEMAS}
    )
"""


def _in_public(kind: str, but: str = "true") -> str:
    return f"""
        select c.oid::regclass::text from pg_class c
        where c.relkind = '{kind}' and c.relnamespace = 'public'::regnamespace and {but}"""


HOST = (
    Rule(
        "auth_users_exposed",
        """
        with recursive showing(id) as (
          select 'auth.users'::regclass::oid
          union
          select r.ev_class from showing s
          join pg_depend d on d.refobjid = s.id and d.classid = 'pg_rewrite'::regclass
          join pg_rewrite r on r.oid = d.objid
        )
        select c.oid::regclass::text from showing s join pg_class c on c.oid = s.id
        where c.relkind in ('v', 'm') and (has_any_column_privilege('anon', c.oid, 'select')
          or has_any_column_privilege('authenticated', c.oid, 'select'))
        """,
        {
            "create view public.people as select id, email from auth.users;"
            " grant select on public.people to authenticated": "public.people",
            "create materialized view access.people as select id, email from auth.users;"
            " create view public.emails as select email from access.people;"
            " grant select (email) on public.emails to anon": "public.emails",
        },
    ),
    Rule(
        "auth_rls_initplan",
        rf"""
        select p.name from {_POLICIES}
        where regexp_replace(p.said, $${_ASKED_ONCE}$$, '', 'g')
          ~ '(auth|access|sync|public)\.(?!is_planned\()\w+\(|current_setting\('
        """,
        {
            "create policy test on public.pets for select using (owner_id = auth.uid())": (
                "public.pets test"
            ),
            "create policy test on public.pets for insert"
            " with check (exists (select from public.profiles p where p.id = auth.uid()))": (
                "public.pets test"
            ),
            "create policy test on public.pets for select"
            " using (name = current_setting('test.name', true))": "public.pets test",
            # In a sub-select, but of the row.
            "create policy test on public.pets for select"
            " using ((select access.organizations_as(array[pets.name])) is not null)": (
                "public.pets test"
            ),
        },
    ),
    Rule(
        "multiple_permissive_policies",
        """
        select p.polrelid::regclass::text || ' ' || who.role || ' ' || what.command::text
        from pg_policy p
        cross join unnest(case when 0 = any(p.polroles) then '{anon,authenticated}'::regrole[]
          else p.polroles::regrole[] end) who(role)
        cross join unnest(case p.polcmd when '*' then '{r,a,w,d}' else array[p.polcmd] end)
          what(command)
        where p.polpermissive
        group by p.polrelid, who.role, what.command
        having count(*) > 1
        """,
        {
            "create policy test on public.pets for all to authenticated using (false)": (
                "public.pets authenticated r"
            ),
            "create policy test on public.pets for delete using (false)": (
                "public.pets authenticated d"
            ),
        },
    ),
    Rule(
        "duplicate_policy",
        """
        select p.polrelid::regclass::text || ' ' || string_agg(p.polname, ', ' order by p.polname)
        from pg_policy p
        group by p.polrelid, p.polcmd, p.polpermissive, p.polroles,
          pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
        having count(*) > 1
        """,
        {
            "create policy one on public.pets as restrictive for delete using (name <> 'x');"
            " create policy two on public.pets as restrictive for delete using (name <> 'x')": (
                "public.pets one, two"
            ),
        },
    ),
    Rule(
        "policy_exists_rls_disabled",
        """
        select distinct p.polrelid::regclass::text
        from pg_policy p join pg_class c on c.oid = p.polrelid where not c.relrowsecurity
        """,
        {"alter table public.pets disable row level security": "public.pets"},
    ),
    Rule(
        "rls_references_user_metadata",
        f"""
        select p.name from {_POLICIES} where p.said ~ 'user_meta_?data'
        union all
        select p.oid::regprocedure::text from pg_proc p
        where p.pronamespace = 'access'::regnamespace and p.prosrc ~ 'user_meta_?data'
        """,
        {
            "create policy test on public.pets for select"
            " using (((select auth.jwt()) -> 'user_metadata' ->> 'role') = 'admin')": (
                "public.pets test"
            ),
            "create function access.test() returns text language sql as"
            " 'select raw_user_meta_data ->> ''role'' from auth.users'": "access.test()",
        },
    ),
    Rule(
        "rls_policy_always_true",
        f"""
        select p.name from {_POLICIES}
        where p.command <> 'r' and (p.shown ~ '^\\(*(true|(\\S+) = \\2)\\)*$'
          or p.checked ~ '^\\(*(true|(\\S+) = \\2)\\)*$'
          or (p.command in ('w', '*') and p.shown is null))
        """,
        {
            "create policy test on public.pets for insert with check (true)": "public.pets test",
            "create policy test on public.pets for delete using (1 = 1)": "public.pets test",
            "create policy test on public.pets for update using (name = 'x') with check (true)": (
                "public.pets test"
            ),
        },
    ),
    Rule(
        "rls_policy_null_auth_disjunct",
        rf"""
        select p.name from {_POLICIES}
        where p.said ~ '(auth\.\w+\(\)( AS \w+\))?|current_setting\([^)]*\)( AS \w+\))?) IS NULL'
        """,
        {
            "create policy test on public.pets for select"
            " using ((select auth.uid()) is null or owner_id = (select auth.uid()))": (
                "public.pets test"
            ),
        },
    ),
    Rule(
        "duplicate_index",
        f"""
        select a.name || ' = ' || b.name
        from {_INDEXES} a join {_INDEXES} b using (indrelid, relam, keys, rows)
        where a.name < b.name
        """,
        {
            "create index zz_test on public.pets (owner_id)": (
                "public.idx_pets_owner_id = public.zz_test"
            ),
            "create index test_1 on public.pets (lower(name)) where owner_id is null;"
            " create unique index test_2 on public.pets (lower(name)) where owner_id is null": (
                "public.test_1 = public.test_2"
            ),
        },
    ),
    Rule(
        "index_is_head_of_another",
        f"""
        select a.name || ' < ' || b.name
        from {_INDEXES} a join {_INDEXES} b using (indrelid, relam, rows)
        where not a.indisunique and a.indnkeyatts < b.indnkeyatts
          and b.keys[1:a.indnkeyatts] = a.keys
          and (select amname from pg_am where oid = relam) = 'btree'
          and a.indexrelid not in (
            select oid from pg_class where relname in {_listed(WANTED_BY_NAME)})
        """,
        {
            "create index test on public.pets (owner_id, name)": (
                "public.idx_pets_owner_id < public.test"
            ),
            "create index test on public.livestock (organization_id)": (
                "public.test < public.uq_livestock_organization_id_id"
            ),
        },
    ),
    Rule(
        "security_definer_view",
        _in_public("v", "not coalesce(c.reloptions && '{security_invoker=true}', false)"),
        {
            "create view public.test as select id from public.pets": "public.test",
            "create view public.test with (security_invoker = false) as"
            " select id from public.pets": "public.test",
        },
    ),
    Rule(
        "materialized_view_in_api",
        _in_public("m"),
        {"create materialized view public.test as select 1 as one": "public.test"},
    ),
    Rule(
        "foreign_table_in_api",
        _in_public("f"),
        {
            "create foreign data wrapper test; create server test foreign data wrapper test;"
            " create foreign table public.test (id int) server test": "public.test",
        },
    ),
    Rule(
        "extension_in_public",
        "select extname::text from pg_extension where extnamespace = 'public'::regnamespace",
        {"alter extension btree_gist set schema public": "btree_gist"},
    ),
    Rule(
        "unsupported_reg_types",
        f"""
        select c.oid::regclass::text || '.' || a.attname
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        join pg_type t on t.oid = a.atttypid
        left join pg_type e on e.oid = t.typelem
        where c.relnamespace::regnamespace::text in {SCHEMAS} and not a.attisdropped
          and 'pg_catalog'::regnamespace = t.typnamespace
          and (t.typname ~ '^reg' or e.typname ~ '^reg')
        """,
        {
            "alter table public.pets add column test regclass": "public.pets.test",
            "alter table sync.epoch add column test regrole[]": "sync.epoch.test",
        },
    ),
    Rule(
        "fkey_to_auth_unique",
        """
        select k.conrelid::regclass::text || ' ' || k.conname
        from pg_constraint k join pg_class c on c.oid = k.confrelid
        where k.contype = 'f' and c.relnamespace = 'auth'::regnamespace
          and not (select i.indisprimary from pg_index i where i.indexrelid = k.conindid)
        """,
        {
            "alter table public.profiles add constraint test foreign key (email)"
            " references auth.users (email)": "public.profiles test",
        },
    ),
    Rule(
        "anon_security_definer_function_executable",
        f"""
        select p.oid::regprocedure::text from pg_proc p
        where p.prosecdef and p.pronamespace::regnamespace::text in ('public', 'access', 'sync')
          and has_function_privilege('anon', p.oid, 'execute')
          and p.oid::regprocedure::text not in {_listed(MEANT_FOR_ANYBODY)}
        """,
        {
            "grant execute on function public.handle_new_user() to public": (
                "public.handle_new_user()"
            ),
            "grant execute on function access.is_platform_admin() to anon": (
                "access.is_platform_admin()"
            ),
        },
    ),
    Rule(
        "who_is_not_signed_in_only_reads",
        """
        select c.oid::regclass::text || ' ' || a.privilege_type
        from pg_class c cross join lateral (
          select * from aclexplode(c.relacl)
          union all
          select x.* from pg_attribute t, aclexplode(t.attacl) x where t.attrelid = c.oid
        ) a
        where c.relnamespace::regnamespace::text in ('public', 'access', 'sync')
          and a.grantee in (0, 'anon'::regrole) and a.privilege_type <> 'SELECT'
        """,
        {
            "grant insert (name) on public.pets to anon": "public.pets INSERT",
            "grant delete on public.pets to public": "public.pets DELETE",
        },
    ),
)
