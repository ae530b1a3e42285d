"""A live central is compared with the declarations: what differs is found and said in words."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from fluffydesk.central import administration, inspection
from fluffydesk.errors import NotFound, Refusal


def rows(connection: Any, query: str) -> list[Any]:
    return list(connection.execute(query).fetchall())


def test_the_index_on_the_organization_is_used(central: Any) -> None:
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


def test_check_tells_what_differs(central: Any) -> None:
    central.admin().execute("drop index ix_livestock_organization_id_batch_id")
    assert administration.check(central.admin_url) == [
        "Missing: index public.ix_livestock_organization_id_batch_id."
    ]


@pytest.fixture(scope="module")
def declared(postgres: Any) -> inspection.Description:
    """What the declarations say a central looks like, made without migrations."""
    with (
        psycopg.connect(postgres.admin_url, autocommit=True) as connection,
        administration.scratch(postgres.admin_url, connection) as url,
        psycopg.connect(url, autocommit=True) as other,
    ):
        inspection.build(other)
        return inspection.describe(other)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
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
def test_every_difference_is_found(
    shared_central: Any, declared: inspection.Description, damage: str, words: str
) -> None:
    admin = shared_central.admin()
    with admin.transaction(force_rollback=True):
        admin.execute(damage)
        found = inspection.differences(declared, inspection.describe(admin))
    assert any(finding.startswith(words) for finding in found), found


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
