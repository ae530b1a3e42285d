"""Every table is as it should be, and migrations lead to what the declarations say."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest

from fluffydesk.central import administration, draft, inspection
from fluffydesk.errors import NotFound, Refusal


def rows(connection: Any, query: str) -> list[Any]:
    return list(connection.execute(query).fetchall())


OURS = "('public', 'auth', 'access', 'sync')"


def test_every_table_has_a_key_forced_row_security_a_policy_and_a_comment(
    shared_central: Any,
) -> None:
    lacking = rows(
        shared_central.admin(),
        f"""
        select c.oid::regclass::text from pg_class c
        where c.relnamespace::regnamespace::text in {OURS} and c.relkind = 'r' and not (
          c.relrowsecurity and c.relforcerowsecurity
          and exists (select from pg_policy p where p.polrelid = c.oid)
          and exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)
          and obj_description(c.oid, 'pg_class') is not null)
        """,
    )
    assert not lacking
    tables = rows(
        shared_central.admin(),
        f"select 1 from pg_tables where schemaname in {OURS}",
    )
    assert len(tables) > 30


def test_every_foreign_key_has_an_index_that_begins_with_its_columns(
    shared_central: Any,
) -> None:
    assert not rows(
        shared_central.admin(),
        f"""
        select k.conrelid::regclass::text, k.conname from pg_constraint k
        where k.contype = 'f' and k.connamespace::regnamespace::text in {OURS} and not exists (
          select from pg_index i
          where i.indrelid = k.conrelid and i.indpred is null
            and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] = k.conkey)
        """,
    )


def test_every_function_has_a_fixed_search_path_a_comment_and_no_public_caller(
    shared_central: Any,
) -> None:
    assert not rows(
        shared_central.admin(),
        f"""
        select p.oid::regprocedure::text from pg_proc p
        where p.pronamespace::regnamespace::text in {OURS} and not (
          exists (select from unnest(p.proconfig) s where s like 'search_path=%')
          and obj_description(p.oid, 'pg_proc') is not null
          and not exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
            where a.grantee = 0))
        """,
    )


def test_policies_ask_once_a_query_and_not_once_a_row(shared_central: Any) -> None:
    asked = rows(
        shared_central.admin(),
        "select polname, pg_get_expr(polqual, polrelid) || coalesce(pg_get_expr(polwithcheck,"
        " polrelid), '') from pg_policy",
    )
    for name, rule in asked:
        text = " ".join((rule or "").split())
        # One sub-select may ask several things.
        text = text.replace("auth.uid() || access.my_organizations()", "..")
        calls = re.findall(r"(\w+ )?((?:access|auth)\.(?!is_planned)\w+\()", text)
        assert all(before == "SELECT " for before, _ in calls), f"{name}: {text}"


def test_the_index_on_the_organization_is_used(central: Any, tenants: Any) -> None:
    admin = central.admin()
    admin.execute(
        "insert into organizations (id, name, type, status, time_zone, currency)"
        " select gen_random_uuid(), 'x', 'farm', 'active', 'UTC', 'EUR'"
        " from generate_series(1, 200)"
    )
    admin.execute(
        "insert into livestock_batches (id, organization_id, name, purpose, status)"
        " select gen_random_uuid(), o.id, 'x', 'dairy', 'active'"
        " from organizations o, generate_series(1, 100)"
    )
    admin.execute("analyze livestock_batches")
    admin.execute("set role authenticated")
    # Only a statement that was prepared beforehand can be explained.
    admin.execute("select id, name from livestock_batches", prepare=True)
    [statement] = rows(admin, "select name from pg_prepared_statements")
    plan = "\n".join(row[0] for row in rows(admin, f"explain (costs off) execute {statement[0]}"))
    assert "Index" in plan, plan
    assert "InitPlan" in plan, plan


def test_a_fresh_central_is_as_declared(shared_central: Any) -> None:
    assert administration.check(shared_central.admin_url) == []


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (
            "drop index ix_livestock_organization_id_batch_id",
            "Missing: index public.ix_livestock_organization_id_batch_id",
        ),
        ("alter table livestock no force row level security", "Different: table public.livestock"),
        ("drop policy may_read on livestock", "Missing: policy public.livestock may_read"),
        ("alter table livestock disable trigger log_update", "Different: trigger public.livestock"),
        ("alter table livestock add column extra int", "Not declared: column public.livestock.ext"),
        ("grant select on livestock to anon", "Different: table public.livestock"),
        ("grant update (row_version) on livestock to authenticated", "Different: column public"),
        ("alter table livestock drop constraint ck_livestock_parity_minimum", "Missing: constrai"),
        ("create function public.f() returns int language sql as 'select 1'", "Not declared: fun"),
        (
            "alter function auth.uid() security invoker",
            "Different: function auth.uid()",
        ),
        ("update sync.tables set position = 99 where name = 'pets'", "Different: registered table"),
    ],
)
def test_check_finds_what_differs(central: Any, damage: str, words: str) -> None:
    central.admin().execute(damage)
    findings = administration.check(central.admin_url)
    assert any(finding.startswith(words) for finding in findings), findings


def test_the_frozen_sql_is_what_the_declarations_say() -> None:
    differing = [
        path.name
        for path, text in draft.drafts()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert not differing, "a declaration changed: draft a migration for it"


def test_down_and_up_again_leave_the_same_schema(central: Any) -> None:
    with psycopg.connect(central.admin_url, autocommit=True) as connection:
        before = inspection.describe(connection)
    administration.migrate(central.admin_url, "base")
    with psycopg.connect(central.admin_url, autocommit=True) as connection:
        left = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
            " where table_schema in ('public', 'auth', 'sync', 'extensions')"
        ).fetchall()
        functions = connection.execute(
            f"select 1 from pg_proc where pronamespace::regnamespace::text in {OURS}"
        ).rowcount
        kinds = connection.execute(
            "select 1 from pg_type where typnamespace = 'public'::regnamespace"
        ).rowcount
    assert (left, functions, kinds) == ([("sync.alembic_version",)], 0, 0)
    administration.migrate(central.admin_url, "head")
    with psycopg.connect(central.admin_url, autocommit=True) as connection:
        assert inspection.describe(connection) == before


def test_each_step_down_can_be_taken_alone(central: Any) -> None:
    for revision in ("0009", "0006", "0001", "0005"):
        administration.migrate(central.admin_url, revision)
    administration.migrate(central.admin_url, "head")
    assert administration.check(central.admin_url) == []


def test_an_empty_database_is_said_to_be_empty(postgres: Any) -> None:
    url = postgres.admin_url.rpartition("/")[0] + "/template1"
    with pytest.raises(NotFound, match="not been set up"):
        administration.check(url)
    with pytest.raises(NotFound, match="not been set up"):
        administration.upgrade(url)


def test_a_login_that_row_security_binds_cannot_run_central(central: Any) -> None:
    admin = central.admin()
    name = f"helper_{central.name}"
    admin.execute(f"create role {name} login createrole password 'x'")
    admin.execute(f"grant authenticated to {name}")
    url = central.member_url.replace("//", f"//{name}:x@", 1)
    with pytest.raises(Refusal, match="past row-level security"):
        administration.init(url)
