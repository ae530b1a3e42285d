"""The members' logins, which belong to the server and not to the database: read, and made again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import sql

from fluffydesk.central.entrance import Connection

PLATFORM = ("anon", "authenticated", "service_role", "authenticator")
_NOBODY = "nosuperuser nocreatedb nocreaterole noreplication nobypassrls"
_ADMINISTRATES = "rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication"

_LOGINS = """
    select r.rolname, r.rolcanlogin, {verifier}, r.rolvaliduntil::text
    from access.logins l join pg_catalog.{roles} r on r.rolname = l.login
    where not ({administrates})
    order by 1
"""

_ROLES = """
    select distinct r.rolname
    from pg_catalog.pg_shdepend d
    join pg_catalog.pg_database b on b.oid = d.dbid
    join pg_catalog.pg_roles r on r.oid = d.refobjid
    where b.datname = current_database() and d.refclassid = 'pg_authid'::regclass
      and d.deptype in ('a', 'r')
    order by 1
"""


@dataclass(frozen=True)
class Login:
    """A member's login. Without a verifier it has no password, or none that could be read."""

    name: str
    may_enter: bool
    verifier: str | None = None
    valid_until: str | None = None


@dataclass(frozen=True)
class Plan:
    """What a restore does with each login of a backup."""

    make: tuple[Login, ...]
    """They are not there."""
    give_password: tuple[Login, ...]
    """They are there and have none."""
    keep: tuple[str, ...]
    """They are there, and keep what password they have."""
    skip: tuple[str, ...]
    """An administrator or the platform has that name: no member enters by it."""


def sees_passwords(connection: Connection) -> bool:
    """Say whether this login may read the verifiers of others."""
    query = "select has_table_privilege('pg_catalog.pg_authid', 'select')"
    return connection.execute(query).fetchone() == (True,)


def members(connection: Connection) -> list[Login]:
    """Return the logins of this central's members, with their verifiers where these are read."""
    seen = sees_passwords(connection)
    query = sql.SQL(_LOGINS).format(
        verifier=sql.SQL("r.rolpassword" if seen else "null"),
        roles=sql.SQL("pg_authid" if seen else "pg_roles"),
        administrates=sql.SQL(_ADMINISTRATES),
    )
    return [
        Login(name, enters, verifier if _is_verifier(verifier) else None, until)
        for name, enters, verifier, until in connection.execute(query)
    ]


def others(connection: Connection) -> list[str]:
    """Return the names of all roles that something in this database is granted to."""
    return [name for (name,) in connection.execute(_ROLES)]


def plan(connection: Connection, logins: list[Login]) -> Plan:
    """Sort a backup's logins by what is to be done with each."""
    make, give, keep, skip = [], [], [], []
    for login in logins:
        found = connection.execute(
            f"select {_ADMINISTRATES} from pg_catalog.pg_roles where rolname = %s", (login.name,)
        ).fetchone()
        if (found and found[0]) or login.name in PLATFORM or login.name.startswith("pg_"):
            skip.append(login.name)
        elif found is None:
            make.append(login)
        else:
            keep.append(login.name)
            if login.verifier and has_password(connection, login.name) is False:
                give.append(login)
    return Plan(tuple(make), tuple(give), tuple(keep), tuple(skip))


def has_password(connection: Connection, name: str) -> bool | None:
    """Say whether a login has a password; None where that cannot be read."""
    if not sees_passwords(connection):
        return None
    query = "select rolpassword is not null from pg_catalog.pg_authid where rolname = %s"
    found = connection.execute(query, (name,)).fetchone()
    return bool(found and found[0])


def statements(connection: Connection, plan: Plan, roles: tuple[str, ...]) -> str:
    """Return the SQL that carries out a plan, and makes the other roles that are missing."""
    return "\n".join(_statements(connection, plan, roles))


def _statements(connection: Connection, plan: Plan, roles: tuple[str, ...]) -> Iterator[str]:
    def quoted(name: str) -> str:
        return sql.Identifier(name).as_string(connection)

    for name in roles:
        query = "select from pg_catalog.pg_roles where rolname = %s"
        if connection.execute(query, (name,)).rowcount == 0:
            yield f"create role {quoted(name)} nologin {_NOBODY};"
    for login in plan.make:
        enters = "login" if login.may_enter else "nologin"
        yield f"create role {quoted(login.name)} {enters} {_NOBODY};"
        if login.valid_until:
            until = sql.Literal(login.valid_until).as_string(connection)
            yield f"alter role {quoted(login.name)} valid until {until};"
    for login in plan.make + plan.give_password:
        if _is_verifier(login.verifier):
            verifier = sql.Literal(login.verifier).as_string(connection)
            yield f"alter role {quoted(login.name)} password {verifier};"
    for name in (*(login.name for login in plan.make), *plan.keep):
        # Who did not make the role may not grant it, so what holds already is not said again.
        query = "select from pg_catalog.pg_roles where rolname = %s and"
        query += " pg_has_role(oid, to_regrole('authenticated'), 'member')"
        if connection.execute(query, (name,)).rowcount == 0:
            yield f"grant authenticated to {quoted(name)};"


def _is_verifier(text: str | None) -> bool:
    """A verifier, and not a password or the hash of one."""
    return text is not None and text.startswith("SCRAM-SHA-256$")
