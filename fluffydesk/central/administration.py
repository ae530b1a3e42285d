"""What an administrator does to central: set it up, bring it up to date, add people, check it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Any
from uuid import UUID

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from fluffydesk import __version__
from fluffydesk.central import accounts, inspection
from fluffydesk.central.entrance import (
    LOCK,
    Connection,
    administrator,
    connect,
    require_able,
    require_set_up,
)
from fluffydesk.central.ground import guard, require_ready
from fluffydesk.central.schema import sql_file
from fluffydesk.errors import InvalidValue, NotFound, Refusal
from fluffydesk.files import travelling
from fluffydesk.records.enums import OrgType, Role
from fluffydesk.records.reference_data import reference_rows
from fluffydesk.records.types import new_id

ALWAYS = ("database", "people", "hardening")
"""What is run at every set-up and upgrade; harmless when run again."""


def init(url: str) -> None:
    """Set up an empty database as central, or bring an older one up to date; safe to repeat.

    Each of its three steps is done whole or not at all, so one that was cut short goes on where
    it was. Raises Refusal, with nothing touched, where the database or the login does not fit.
    """
    with administrator(url) as connection:
        require_ready(connection, revisions())
    migrate(url, "head")
    _secure(url)
    load_reference(url)


def upgrade(url: str) -> None:
    """Bring central up to this program's revision; NotFound if it was never set up."""
    with administrator(url) as connection:
        require_ready(connection, revisions())
        require_set_up(connection)
    migrate(url, "head")
    _secure(url)
    load_reference(url)


def migrate(url: str, revision: str) -> None:
    """Move the schema up or down to an Alembic revision, all of it or none."""
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: connect(url), poolclass=NullPool
    )
    settings = _settings()
    with engine.begin() as connection:
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({LOCK})")
        connection.exec_driver_sql("create schema if not exists sync")
        settings.attributes["connection"] = connection
        current = connection.exec_driver_sql("select to_regclass('sync.alembic_version')").scalar()
        if revision == "base" or (current and revision < _revision(connection)):
            command.downgrade(settings, revision)
        else:
            command.upgrade(settings, revision)


def check(url: str) -> list[str]:
    """Compare the live database with the declarations; each difference in words, none if fine.

    Accounts that the host keeps are its own affair.
    """
    with administrator(url) as connection:
        require_able(connection)
        require_set_up(connection)
        own = accounts.are_own(connection)
        live = inspection.describe(connection, accounts=own)
        with scratch(url, connection) as declared_url, administrator(declared_url) as other:
            inspection.build(other)
            declared = inspection.describe(other, accounts=own)
        return inspection.differences(declared, live)


def add_organization(
    url: str, name: str, type: str, *, time_zone: str = "UTC", currency: str = "EUR"
) -> UUID:
    """Add an organization of one of OrgType's kinds and return its id."""
    if type not in set(OrgType):
        raise InvalidValue(
            f"There is no kind of organization {type!r}.", f"Choose one of: {', '.join(OrgType)}."
        )
    if not name.strip():
        raise InvalidValue("The organization has no name.", "Give it one.")
    with administrator(url) as connection:
        require_set_up(connection)
        organization_id = new_id()
        connection.execute(
            "insert into public.organizations (id, name, type, status, time_zone, currency)"
            " values (%s, %s, %s, 'active', %s, %s)",
            (organization_id, name.strip(), type, time_zone, currency),
        )
    return organization_id


def keeps_accounts(url: str) -> bool:
    """Say whether people are given accounts here, and do not sign up with the host (Supabase)."""
    with administrator(url) as connection:
        require_set_up(connection)
        return accounts.are_own(connection)


def add_user(
    url: str,
    email: str,
    password: str | None,
    organization: str | UUID,
    role: str,
    full_name: str | None = None,
) -> UUID:
    """Add a person to an organization (name or id) and return the person's id.

    Someone who is there already is given the membership, the role, and the password if one is
    given. The password leaves this machine only as a SCRAM verifier. Where the host keeps the
    accounts, people have signed up with it, passwords are its affair, and nobody is given a login.
    """
    if role not in set(Role):
        raise InvalidValue(f"There is no role {role!r}.", f"Choose one of: {', '.join(Role)}.")
    known_as = accounts.address(email)
    with administrator(url) as connection, connection.transaction():
        require_set_up(connection)
        own = accounts.are_own(connection)
        login = accounts.login_name(email) if own else known_as
        organization_id = _organization(connection, organization)
        found = _account(connection, known_as)
        if not own:
            user_id = _signed_up(known_as, found, password)
        else:
            user_id = found or new_id()
            if password:
                _give_login(connection, login, password)
            elif found is None:
                raise InvalidValue("A new user needs a password.", "Type one on standard input.")
        if found is None:
            connection.execute(
                "insert into auth.users (id, email, raw_user_meta_data)"
                " values (%s, %s, jsonb_build_object('full_name', %s::text))",
                (user_id, login, full_name),
            )
        elif full_name:
            connection.execute(
                "update public.profiles set full_name = %s where id = %s", (full_name, user_id)
            )
        if password:
            connection.execute(
                "insert into access.logins (user_id, login) values (%s, %s) on conflict do nothing",
                (user_id, login),
            )
        connection.execute(
            "insert into public.organization_users (id, organization_id, user_id, role, status)"
            " values (%s, %s, %s, %s, 'active') on conflict (organization_id, user_id)"
            " do update set role = excluded.role, status = 'active', left_by_choice = false",
            (new_id(), organization_id, user_id, role),
        )
    return user_id


def new_epoch(url: str) -> None:
    """Begin a new life of the database, after a restore or a move: everybody loads afresh."""
    with administrator(url) as connection, connection.transaction():
        require_set_up(connection)
        connection.execute(sql_file("new_epoch"))


def load_reference(url: str) -> None:
    """Load the common knowledge that travels with the program; rows that differ are corrected."""
    with administrator(url) as connection, connection.transaction():
        for statement in reference_statements():
            connection.execute(statement)


def script() -> str:
    """Return all that `init` does as one transaction of SQL, to be run by hand.

    It is for an empty database, and says so where it finds another.
    """
    printed = StringIO()
    settings = _settings()
    settings.output_buffer = printed
    command.upgrade(settings, "head", sql=True)
    migrations = printed.getvalue().strip().removeprefix("BEGIN;").removesuffix("COMMIT;")
    parts = [
        f"-- Central of FluffyDesk {__version__}: all of it, or nothing.",
        "begin;",
        guard(),
        migrations.strip(),
        *map(sql_file, ALWAYS),
        *(f"{statement.as_string(None)};" for statement in reference_statements()),
        "commit;",
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def reference_statements() -> Iterator[sql.Composed]:
    """Yield the statements that insert the common knowledge or, where rows differ, correct it."""
    for record, rows in reference_rows().items():
        if rows:
            yield _upsert(record.__table__.name, rows)


def _upsert(table: str, rows: Sequence[Mapping[str, Any]]) -> sql.Composed:
    def listed(parts: Iterable[sql.Composable]) -> sql.Composed:
        return sql.SQL(", ").join(parts)

    columns = list(rows[0])
    given = [name for name in columns if name != "id"]
    lines = (
        sql.SQL("  ({})").format(listed(sql.Literal(row[name]) for name in columns)) for row in rows
    )
    return sql.SQL(
        "insert into public.{table} as t ({columns}) values\n{values}\n"
        "on conflict (id) do update set ({given}) = row({new})\n"
        "where row({old}) is distinct from row({new})"
    ).format(
        table=sql.Identifier(table),
        columns=listed(map(sql.Identifier, columns)),
        values=sql.SQL(",\n").join(lines),
        given=listed(map(sql.Identifier, given)),
        new=listed(sql.Identifier("excluded", name) for name in given),
        old=listed(sql.Identifier("t", name) for name in given),
    )


def revisions() -> list[str]:
    """Return every revision that this program knows, the newest first."""
    walked = ScriptDirectory.from_config(_settings()).walk_revisions()
    return [script.revision for script in walked]


def _settings() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(travelling("migrations")))
    return settings


def _revision(connection: Any) -> str:
    return str(
        connection.exec_driver_sql("select max(version_num) from sync.alembic_version").scalar()
        or ""
    )


def _secure(url: str) -> None:
    with administrator(url) as connection, connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
        for name in ALWAYS:
            connection.execute(sql_file(name))


@contextmanager
def scratch(url: str, connection: Connection) -> Iterator[str]:
    """Lend an empty database beside the one at `url`."""
    name = f"fluffydesk_check_{new_id().hex}"
    made = sql.SQL("create database {} template template0 encoding 'UTF8'")
    try:
        connection.execute(made.format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise Refusal(
            "This login may not make a database beside this one, to compare it with.",
            "Give it CREATEDB, or use a superuser.",
        ) from error
    try:
        yield psycopg.conninfo.make_conninfo(url, dbname=name)
    finally:
        connection.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))


def _organization(connection: Connection, wanted: str | UUID) -> UUID:
    found = connection.execute(
        "select id from public.organizations where id::text = %s or name = %s",
        (str(wanted), str(wanted)),
    ).fetchall()
    if not found:
        raise NotFound(f"There is no organization {str(wanted)!r}.", "Give its name or its id.")
    if len(found) > 1:
        raise Refusal(f"Several organizations are called {str(wanted)!r}.", "Give the id.")
    organization_id: UUID = found[0][0]
    return organization_id


def _account(connection: Connection, email: str) -> UUID | None:
    """Return the id of the account with this address, if there is one."""
    found = connection.execute(
        "select id from auth.users where lower(email) = %s", (email,)
    ).fetchall()
    if len(found) > 1:
        raise Refusal(
            f"Several accounts have the address {email}.",
            "Have the person join by an invitation, signed in to the right one.",
        )
    return found[0][0] if found else None


def _signed_up(email: str, found: UUID | None, password: str | None) -> UUID:
    """Return the account of somebody who signed up with the host, which keeps the passwords."""
    if password:
        raise InvalidValue("The host of this central keeps the passwords.", "Give none here.")
    if found is None:
        raise NotFound(
            f"Nobody has signed up as {email}.",
            "The host of this central keeps the accounts: have the person sign up there first.",
        )
    return found


def _give_login(connection: Connection, login: str, password: str) -> None:
    verifier = connection.pgconn.encrypt_password(
        password.encode(), login.encode(), b"scram-sha-256"
    ).decode()
    found = connection.execute(
        "select rolsuper or rolbypassrls or rolcreaterole from pg_roles where rolname = %s",
        (login,),
    ).fetchone()
    if found and found[0]:
        raise Refusal(f"{login} is an administrator's login.", "Use another e-mail address.")
    verb = "alter role {} login password {}"
    if not found:
        verb = "create role {} login password {} nosuperuser nocreatedb nocreaterole noreplication"
    try:
        connection.execute(sql.SQL(verb).format(sql.Identifier(login), sql.Literal(verifier)))
        connection.execute(sql.SQL("grant authenticated to {}").format(sql.Identifier(login)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise Refusal(
            f"This administrator may not give {login} a login.",
            "Use a superuser, or have one run: grant authenticated to"
            f" {connection.info.user} with admin option",
        ) from error
