"""Migrations lead to what the declarations say: step by step, up and down, run or as a script."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import psycopg
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import NullPool, create_engine, text

from fluffydesk.central import administration, draft, inspection
from fluffydesk.central.frozen import COMPARED
from fluffydesk.files import travelling
from fluffydesk.records.vocabulary import Record
from tests.central.rules import SCHEMAS


def described(url: str) -> inspection.Description:
    with psycopg.connect(url, autocommit=True) as connection:
        return inspection.describe(connection)


def test_the_frozen_sql_is_what_the_declarations_say() -> None:
    differing = [
        path.name
        for path, sql in draft.drafts()
        if not path.exists() or path.read_text(encoding="utf-8") != sql
    ]
    assert not differing, "a declaration changed: draft a migration for it"


def drift(url: str, *damages: str) -> list[Any]:
    """Return what Alembic would put into a next revision, after changes that are taken back."""
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=NullPool
    )
    with engine.connect() as connection:
        for damage in damages:
            connection.execute(text(damage))
        context = MigrationContext.configure(connection, opts=COMPARED)
        return list(compare_metadata(context, Record.metadata))


def test_alembic_finds_nothing_to_change(shared_central: Any) -> None:
    assert drift(shared_central.admin_url) == []


def test_alembic_finds_what_drifted(shared_central: Any) -> None:
    found = drift(
        shared_central.admin_url,
        "alter table pets drop column name",
        "alter table livestock alter column row_version type integer",
        "alter table orders alter column created_at drop default",
        "alter table tasks drop constraint fk_tasks_organization_id",
        "drop index idx_pets_species",
        "create table notes (id uuid primary key)",
    )
    changes = {change[0] if isinstance(change, tuple) else change[0][0] for change in found}
    assert changes == {
        "add_column",
        "modify_type",
        "modify_default",
        "add_fk",
        "add_index",
        "remove_table",
    }


def test_each_step_down_and_up_again_leads_to_the_same_schema(central: Any) -> None:
    url = central.admin_url
    newest, *older = administration.revisions()
    seen = {newest: described(url)}
    for revision in older:
        administration.migrate(url, revision)
        seen[revision] = described(url)
    for revision in [*reversed(older), newest]:
        administration.migrate(url, revision)
        assert inspection.differences(seen[revision], described(url)) == [], revision


def test_down_to_the_base_leaves_nothing_and_up_again_all(central: Any) -> None:
    url = central.admin_url
    before = described(url)
    administration.migrate(url, "base")
    with psycopg.connect(url, autocommit=True) as connection:
        left = connection.execute(
            f"""
            select c.oid::regclass::text from pg_class c
              where c.relnamespace::regnamespace::text in {SCHEMAS} and c.relkind <> 'i'
            union all
            select p.oid::regprocedure::text from pg_proc p
              where p.pronamespace::regnamespace::text in {SCHEMAS}
            union all
            select t.oid::regtype::text from pg_type t
              where t.typnamespace::regnamespace::text in {SCHEMAS}
                and t.typtype <> 'c' and t.typelem = 0
            union all
            select nspname::text from pg_namespace
              where nspname in ('auth', 'access', 'extensions')
            """
        ).fetchall()
    assert left == [("sync.alembic_version",)]
    administration.migrate(url, "head")
    assert inspection.differences(before, described(url)) == []


def test_the_script_of_all_steps_makes_the_same_schema(shared_central: Any, postgres: Any) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head", "--sql"],
        cwd=travelling("migrations").parent,
        capture_output=True,
        text=True,
        check=True,
    )
    with (
        psycopg.connect(postgres.admin_url, autocommit=True) as connection,
        administration.scratch(postgres.admin_url, connection) as url,
    ):
        with psycopg.connect(url, autocommit=True) as other:
            other.execute(made.stdout.encode())
        assert inspection.differences(described(shared_central.admin_url), described(url)) == []
