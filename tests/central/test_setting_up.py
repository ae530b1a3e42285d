"""Setting up: in seconds, again, cut short at any point, twice at once, on top of nobody."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from fluffydesk.central import administration, inspection
from fluffydesk.central.embedded import EmbeddedServer
from fluffydesk.central.inspection import Description
from fluffydesk.errors import Refusal
from fluffydesk.records.reference_data import reference_rows
from tests.central.backups import ask, empty_database

REVISIONS = administration.revisions()

# Sets up until it comes to a point, and there waits to be killed.
_CHILD = """
import sys
from itertools import islice
from fluffydesk.central import administration, frozen

point, url = sys.argv[1:]

def wait(*_):
    print("here", flush=True)
    sys.stdin.read()

if point == "start":
    print("here", flush=True)
elif point == "amid reference":
    statements = administration.reference_statements

    def some():
        yield from islice(statements(), 3)
        wait()

    administration.reference_statements = some
elif point.isdigit():
    run = frozen.run
    frozen.run = lambda name: wait() if name.startswith(point) else run(name)
else:
    setattr(administration, point, wait)
administration.init(url)
"""


@dataclass(frozen=True)
class Server:
    """What an empty database is made on."""

    admin_url: str


@pytest.fixture
def empty(postgres: EmbeddedServer, migrated: str) -> Iterator[str]:
    with empty_database(Server(postgres.admin_url)) as url:
        yield url


@pytest.fixture(scope="module")
def whole(postgres: EmbeddedServer, migrated: str) -> Description:
    """A central whose set-up nobody disturbed."""
    return described(postgres.admin_url)


def described(url: str) -> Description:
    """Return all that is in a central, its reference data counted."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = inspection.describe(connection)
        for record in reference_rows():
            table = record.__table__.name
            count = connection.execute(f"select count(*) from {table}").fetchone()
            found[f"rows of {table}"] = str(count)
        return found


@contextmanager
def setting_up(url: str, point: str) -> Iterator[subprocess.Popen[str]]:
    """Lend a process that sets up and has come to a point; it is killed with the block."""
    process = subprocess.Popen(
        [sys.executable, "-c", _CHILD, point, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n", point
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("point", [min(REVISIONS), max(REVISIONS)])
def test_killed_amid_its_steps_it_has_done_nothing_and_begins_again(
    empty: str, whole: Description, point: str
) -> None:
    lock = (
        "select count(*) from pg_locks where locktype = 'advisory'"
        " and database = (select oid from pg_database where datname = current_database())"
    )
    with setting_up(empty, point):
        assert ask(empty, lock) == (1,)
    while ask(empty, lock) != (0,):  # the server soon sees that nobody is there any more
        time.sleep(0.05)
    made = "select to_regnamespace('sync'), to_regnamespace('access'), to_regnamespace('auth')"
    assert ask(empty, made) == (None, None, None)
    administration.init(empty)
    assert described(empty) == whole


@pytest.mark.parametrize("point", ["_secure", "load_reference", "amid reference"])
def test_killed_between_its_steps_it_goes_on_where_it_was(
    empty: str, whole: Description, point: str
) -> None:
    with setting_up(empty, point):
        pass
    administration.init(empty)
    assert described(empty) == whole


def test_killed_again_and_again_at_any_moment_it_comes_to_its_end(
    empty: str, whole: Description
) -> None:
    for seconds in (0.02, 0.1, 0.3, 0.6, 1.0):
        with setting_up(empty, "start"):
            time.sleep(seconds)
    administration.init(empty)
    assert described(empty) == whole


def test_two_at_once_of_one_database_and_of_another_on_a_new_server(
    apart: EmbeddedServer, whole: Description
) -> None:
    server = Server(apart.admin_url)
    with (
        empty_database(server) as one,
        empty_database(server) as two,
        setting_up(one, "start") as first,
        setting_up(two, "start") as second,
        setting_up(one, "start") as third,
    ):
        assert [process.wait() for process in (first, second, third)] == [0, 0, 0]
        assert described(one) == described(two) == whole


def test_it_takes_seconds_and_changes_nothing_the_second_time(
    empty: str, whole: Description
) -> None:
    began = time.monotonic()
    administration.init(empty)
    seconds = time.monotonic() - began
    logged = ask(empty, "select count(*) from sync.changes")
    administration.init(empty)
    assert ask(empty, "select count(*) from sync.changes") == logged
    assert described(empty) == whole
    assert seconds < 60  # two, where nobody else is at work


@pytest.mark.parametrize(
    ("there", "words"),
    [
        ("create table shop (id int)", "the table shop"),
        ("create view shop as select 1 as one", "the view shop"),
        ("create sequence shop", "the sequence shop"),
        ("create schema sync; create table sync.jobs (id int)", "the table sync.jobs"),
        ("create schema access", "the schema access"),
        ("create schema auth", "the schema auth"),
    ],
)
def test_what_holds_something_else_is_refused_and_left_as_it_is(
    empty: str, there: str, words: str
) -> None:
    ask(empty, there)
    counted = "select count(*), (select count(*) from pg_namespace) from pg_class"
    before = ask(empty, counted)
    with pytest.raises(Refusal, match="not empty") as refused:
        administration.init(empty)
    assert refused.value.message == f"The database is not empty: it has {words}."
    assert ask(empty, counted) == before


def test_an_extension_is_no_hindrance(empty: str, whole: Description) -> None:
    ask(empty, "create extension pg_stat_statements")
    administration.init(empty)
    assert described(empty) == whole


def test_what_a_newer_version_set_up_is_left_to_it(central: Any) -> None:
    with psycopg.connect(central.admin_url, autocommit=True) as connection:
        connection.execute("update sync.alembic_version set version_num = '9999'")
    for act in (administration.init, administration.upgrade):
        with pytest.raises(Refusal, match="revision 9999, which this version does not know"):
            act(central.admin_url)
