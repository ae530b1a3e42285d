"""Every object of central is there and as it should be, as Postgres' own catalogue tells it."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from fluffydesk.central import inspection
from tests.central import page
from tests.central.host_rules import HOST
from tests.central.rules import HOUSE, Rule, findings

BREACHES = [
    pytest.param(rule, change, found, id=f"{rule.name}: {found}")
    for rule in (*HOUSE, *HOST)
    for change, found in rule.breaches.items()
]


@pytest.fixture(scope="module")
def admin(shared_central: Any) -> psycopg.Connection[Any]:
    """An administrator whose changes are all taken back."""
    connection: psycopg.Connection[Any] = shared_central.admin()
    return connection


@pytest.mark.parametrize("rule", [*HOUSE, *HOST], ids=lambda rule: rule.name)
def test_a_rule_holds(admin: Any, rule: Rule) -> None:
    assert findings(admin, rule) == []


@pytest.mark.parametrize(("rule", "change", "found"), BREACHES)
def test_what_breaks_a_rule_is_found(admin: Any, rule: Rule, change: str, found: str) -> None:
    with admin.transaction(force_rollback=True):
        admin.execute(change)
        assert found in findings(admin, rule)


def test_all_that_the_platforms_page_names_is_there(admin: Any) -> None:
    assert page.lacking(inspection.describe(admin)) == []


def test_there_are_all_tables_of_the_page_and_more(admin: Any) -> None:
    assert len(set(page.tables())) == 137
    query = "select count(*) from pg_class where relkind = 'r' and relnamespace::regnamespace::text"
    assert admin.execute(f"{query} = 'public'").fetchone()[0] > 141


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("drop table wool_storage cascade", "table wool_storage"),
        ("alter type status rename value 'archived' to 'gone'", "enum status"),
        ("alter type org_type add value 'zoo' before 'farm'", "enum org_type"),
        ("alter function handle_new_user() rename to new_user", "function handle_new_user()"),
        (
            "drop function update_user_role; create function update_user_role(user_id uuid, "
            " new_role user_role) returns void language sql as ''",
            "function update_user_role(p_user_id uuid, p_new_role public.user_role)",
        ),
        ("drop trigger audit_pets_trigger on pets", "trigger audit_pets_trigger"),
        (
            "alter table pets disable trigger update_pets_updated_at",
            "trigger update_pets_updated_at",
        ),
        ("drop index idx_pets_species", "index idx_pets_species"),
        (
            "drop index idx_pets_species; create index idx_pets_species on pets (name)",
            "index idx_pets_species",
        ),
    ],
)
def test_what_the_page_names_is_missed(admin: Any, change: str, found: str) -> None:
    with admin.transaction(force_rollback=True):
        admin.execute(change)
        assert found in page.lacking(inspection.describe(admin))
