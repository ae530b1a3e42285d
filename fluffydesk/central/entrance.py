"""How an administrator enters central: the connection, and whether it can be worked on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from fluffydesk.central.connection import parameters, refuse
from fluffydesk.errors import NotFound, Refusal

Connection = psycopg.Connection[tuple[Any, ...]]

LOCK = 0x466C7566  # "Fluf": whoever changes the schema holds it
OLDEST = 150000


def connect(url: str) -> Connection:
    """Return a connection with the rights of the URL's login; what is wrong is a Refusal."""
    try:
        return psycopg.connect(**parameters(url), row_factory=tuple_row, autocommit=False)
    except psycopg.OperationalError as error:
        refuse(error)


@contextmanager
def administrator(url: str) -> Iterator[Connection]:
    """Lend a connection whose statements each commit by themselves."""
    connection = connect(url)
    connection.autocommit = True
    with connection:
        yield connection


def require_able(connection: Connection) -> None:
    """Refuse in words what could not become central, before anything is touched."""
    if connection.info.server_version < OLDEST:
        raise Refusal("This Postgres is older than 15.", "Use Postgres 15 or newer.")
    encoding = connection.execute("select current_setting('server_encoding')").fetchone()
    if encoding != ("UTF8",):
        raise Refusal("The database's encoding is not UTF8.", "Make it with encoding UTF8.")
    if not _sees_past_row_security(connection):
        raise Refusal(
            "This login may not see past row-level security, so it cannot run central.",
            "Use a superuser, or give the login BYPASSRLS.",
        )


def _sees_past_row_security(connection: Connection) -> bool:
    if connection.info.parameter_status("is_superuser") == "on":
        return True
    try:
        query = "select rolbypassrls from pg_catalog.pg_roles where rolname = current_user"
        return connection.execute(query).fetchone() == (True,)
    except psycopg.errors.InsufficientPrivilege:
        return False  # a member's login, to which the roles are hidden


def require_set_up(connection: Connection) -> None:
    """Refuse a database that is no central."""
    found = connection.execute("select to_regclass('sync.epoch')").fetchone()
    if found is None or found[0] is None:
        raise NotFound("This database has not been set up.", "Run: fluffydesk central init URL")


def require_primary(connection: Connection) -> None:
    """Refuse a copy that only reads."""
    if connection.execute("select pg_catalog.pg_is_in_recovery()").fetchone() == (True,):
        raise Refusal("This server is a read replica.", "Give the URL of the primary.")


@contextmanager
def as_owner(connection: Connection, table: str) -> Iterator[None]:
    """Act as the owner of a table: from a trail nobody else may delete."""
    query = "select pg_catalog.pg_get_userbyid(relowner) from pg_catalog.pg_class where oid = %s"
    [(owner,)] = connection.execute(f"{query}::text::regclass", (table,)).fetchall()
    try:
        connection.execute(sql.SQL("set role {}").format(sql.Identifier(owner)))
        yield
    except psycopg.errors.InsufficientPrivilege as error:
        raise Refusal(
            f"Only {owner}, who owns {table}, may do this.", "Use the URL of that login."
        ) from error
    finally:
        connection.execute("reset role")
