"""For every table: what every kind of person can do to a row is what the declaration lets them.

Real logins, real statements; what is expected is worked out in `people.py` from the declaration.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest

from fluffydesk.records.catalog import RECORDS, deciding_columns
from fluffydesk.records.types import new_id
from fluffydesk.records.vocabulary import Record, facts_of
from tests.central.central_rows import insert
from tests.central.people import EVERYBODY, People, Row, set_values, variants

every_record = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__tablename__)


@pytest.fixture(scope="module")
def people(shared_central: Any) -> People:
    return People(shared_central)


@every_record
def test_who_reads_it(people: People, record: type[Record]) -> None:
    table, id = record.__table__.name, people.id(record)
    for values in [{}, *variants(record)]:
        with undone(people, record, id, values) as row:
            for name, who in people.everybody.items():
                expected = people.may(who, record, row, "read")
                assert seen(people.logins[name], table, id) == expected, f"{name}, {values}"


@every_record
def test_who_changes_it(people: People, record: type[Record]) -> None:
    table, id = record.__table__.name, people.id(record)
    fixed = deciding_columns(record)
    free = [
        column.name
        for column in record.__table__.columns
        if column.name not in fixed and not facts_of(column).housekeeping
    ]
    row = people.row(record, id)
    for name, who in people.everybody.items():
        expected = bool(free) and all(people.may(who, record, row, v) for v in ("read", "change"))
        query = f"update {table} set {(free or ['id'])[0]} = {(free or ['id'])[0]} where id = %s"
        assert done(people.logins[name], query, id) == expected, name


@every_record
def test_who_deletes_it(people: People, record: type[Record]) -> None:
    table, id = record.__table__.name, people.id(record)
    row = people.row(record, id)
    for name, who in people.everybody.items():
        expected = all(people.may(who, record, row, verb) for verb in ("read", "delete"))
        assert done(people.logins[name], f"delete from {table} where id = %s", id) == expected, name


@every_record
def test_who_adds_one(people: People, record: type[Record]) -> None:
    table, scope = record.__table__.name, record.__scope__
    given = {"id", getattr(scope, "column", None), getattr(scope, "home", None)}
    values = {
        name: value
        for name, value in people.values(record).items()
        if not facts_of(record.__table__.columns[name]).housekeeping or name in given
    }
    allowed = {}
    with people.admin.transaction(force_rollback=True):
        people.admin.execute("set local session_replication_role = replica")
        people.admin.execute(f"delete from {table} where id = %s", (people.id(record),))
        insert(people.admin, table, people.values(record) | values)
        row = people.row(record, values["id"])
        for name, who in people.everybody.items():
            allowed[name] = people.may(who, record, row, "add")
    for name in EVERYBODY:
        assert added(people.logins[name], table, {**values, "id": new_id()}) == allowed[name], name


@every_record
def test_kept_and_secret_columns_are_out_of_reach(people: People, record: type[Record]) -> None:
    table = record.__table__.name
    for column in record.__table__.columns:
        facts = facts_of(column)
        for name in ("owner", "petra", "platform"):
            login = people.logins[name]
            if facts.secret:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    login.execute(f"select {column.name} from {table}")
            if facts.housekeeping or column.name in deciding_columns(record):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    login.execute(f"update {table} set {column.name} = {column.name}")


@contextmanager
def undone(people: People, record: type[Record], id: UUID, values: Row) -> Iterator[Row]:
    """Give a row these values for a moment, for everybody to see."""
    before = people.row(record, id)
    table = record.__table__.name
    if values:
        people.admin.execute("set session_replication_role = replica")
        set_values(people.admin, table, id, values)
    try:
        yield people.row(record, id)
    finally:
        if values:
            set_values(people.admin, table, id, {name: before[name] for name in values})
            people.admin.execute("reset session_replication_role")


def seen(login: Any, table: str, id: UUID) -> bool:
    try:
        return login.execute(f"select id from {table} where id = %s", (id,)).rowcount == 1
    except psycopg.errors.InsufficientPrivilege:
        return False


def done(login: Any, query: str, id: UUID) -> bool:
    """Say whether the policies let a statement reach the row; what it did is undone."""
    try:
        with login.transaction(force_rollback=True):
            return bool(login.execute(query, (id,)).rowcount == 1)
    except psycopg.errors.InsufficientPrivilege:
        return False
    except psycopg.errors.IntegrityError:
        return True  # as far as the foreign keys


def added(login: Any, table: str, values: Row) -> bool:
    try:
        with login.transaction(force_rollback=True):
            insert(login, table, values)
    except psycopg.errors.InsufficientPrivilege:
        return False
    except psycopg.errors.IntegrityError:
        return True  # the policies come before the constraints
    return True
