"""Postgres' checker of PL/pgSQL finds nothing in any function, on any table it is hung on.

The checker, plpgsql_check, is an extension that Debian has and the Postgres in the wheel lacks.
"""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.central.rules import SCHEMAS

# A trigger function is checked once for each table; its transition tables are all that any of its
# triggers there has, since which of them are read depends on the event.
_CHECKED = f"""
    with hung as (
      select t.tgfoid, t.tgrelid, max(t.tgoldtable) as old_rows, max(t.tgnewtable) as new_rows
      from pg_trigger t
      where not t.tgisinternal
      group by t.tgfoid, t.tgrelid
    )
    select p.oid as function, coalesce(h.tgrelid, 0) as relation, h.old_rows, h.new_rows
    from pg_proc p
    join pg_language l on l.oid = p.prolang and l.lanname = 'plpgsql'
    left join hung h on h.tgfoid = p.oid
    where p.pronamespace::regnamespace::text in {SCHEMAS}
      and (p.prorettype <> 'trigger'::regtype or h.tgrelid is not null)
"""
_FINDINGS = f"""
    select c.function::regprocedure::text, c.relation::regclass::text, f.level, f.message,
      coalesce(f.detail, '')
    from ({_CHECKED}) c
    cross join lateral lint.plpgsql_check_function_tb(
      c.function, c.relation, fatal_errors => false, all_warnings => true,
      oldtable => c.old_rows, newtable => c.new_rows
    ) f
"""

# They run what sync.belongs, sync.select_list and their like return, and those quote what they are
# given; the checker takes any text for unsafe that it has not itself seen quoted.
MADE_OF_QUOTED_TEXT = {
    "sync.change_row(uuid,jsonb)",
    "sync.beyond(uuid,text,text[],date,text,uuid,integer)",
    "sync.changed_rows(uuid,text,text[],uuid[],boolean[],boolean[])",
    "sync.counts(uuid,text[],date)",
    "sync.digest(uuid,text,text[],uuid,date,integer)",
    "sync.images_by_id(uuid,text,text[],uuid[])",
    "sync.insert_rows(uuid,text,jsonb)",
    "sync.keys(uuid,text,text[],uuid,uuid,date)",
    "sync.room_for(text,uuid[],bigint)",
    "sync.write_together(uuid,jsonb,text,boolean)",
}
# It asks for its table's name before it reads what only the other table has.
BY_TABLE = ("public.reckon_withdrawal()", "public.vaccine_logs", 'record "new" has no field')


def is_excused(function: str, table: str, level: str, message: str, detail: str) -> bool:
    """Say whether a finding is none, for one of the reasons above."""
    if "volatility of used dynamic SQL" in detail:
        return True  # it says that it cannot tell
    if level == "security":
        return function in MADE_OF_QUOTED_TEXT
    return (function, table) == BY_TABLE[:2] and message.startswith(BY_TABLE[2])


@pytest.fixture(scope="module")
def checker(shared_central: Any) -> psycopg.Connection[Any]:
    connection: psycopg.Connection[Any] = shared_central.admin()
    name = "plpgsql_check"
    query = "select from pg_available_extensions where name = %s"
    if not connection.execute(query, (name,)).rowcount:
        pytest.skip(f"this Postgres lacks {name}")
    connection.execute(f"create schema lint; create extension {name} schema lint")
    connection.execute("set search_path = ''")
    return connection


def findings(connection: Any) -> list[tuple[str, str, str, str, str]]:
    return [row for row in connection.execute(_FINDINGS).fetchall() if not is_excused(*row)]


def test_nothing_is_wrong_with_any_function(checker: Any) -> None:
    assert findings(checker) == []


def unchecked(connection: Any) -> list[str]:
    """Return the functions that the checker is not asked about."""
    found = connection.execute(
        f"""
        select p.oid::regprocedure::text from pg_proc p
        where p.pronamespace::regnamespace::text in {SCHEMAS}
          and p.prolang <> (select oid from pg_language where lanname = 'sql')
          and p.oid not in (select c.function from ({_CHECKED}) c)
        """
    )
    return [row[0] for row in found]


def test_every_function_is_checked(checker: Any) -> None:
    assert unchecked(checker) == []
    with checker.transaction(force_rollback=True):
        checker.execute(
            "create function public.test() returns trigger language plpgsql as"
            " 'begin return new; end'"
        )
        assert unchecked(checker) == ["public.test()"]  # hung on no table


@pytest.mark.parametrize(
    ("change", "function", "table"),
    [
        (
            "alter table public.pets drop column species cascade",
            "public.my_pet_invitations()",
            "-",
        ),
        (
            "create function public.test() returns int language plpgsql as"
            " 'begin return nothing from public.pets; end'",
            "public.test()",
            "-",
        ),
        (
            "create function public.test() returns int language plpgsql as"
            " 'declare v_unused int; begin return 1; end'",
            "public.test()",
            "-",
        ),
        (
            "create function public.test(p_table text) returns void language plpgsql as"
            " 'begin execute ''delete from '' || p_table; end'",
            "public.test(text)",
            "-",
        ),
        (
            "create trigger test before update on public.tasks for each row"
            " execute function public.guard_invoice()",
            "public.guard_invoice()",
            "public.tasks",
        ),
        (
            "create function public.test() returns trigger language plpgsql as"
            " 'begin perform r.nothing from new_rows r; return null; end';"
            " create trigger test after insert on public.tasks referencing new table as new_rows"
            " for each statement execute function public.test()",
            "public.test()",
            "public.tasks",
        ),
    ],
)
def test_what_is_wrong_is_found(checker: Any, change: str, function: str, table: str) -> None:
    with checker.transaction(force_rollback=True):
        checker.execute(change)
        found = {(row[0], row[1]) for row in findings(checker)}
    assert (function, table) in found
