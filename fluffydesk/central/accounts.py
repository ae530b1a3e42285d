"""Who keeps the accounts: a central of one's own, or the host it lies on (Supabase)."""

from __future__ import annotations

from fluffydesk.central.entrance import Connection
from fluffydesk.errors import InvalidValue

# The schema `auth` is the host's own unless it says that it is ours.
OWN_ACCOUNTS = """
    select coalesce(obj_description(to_regnamespace('auth'), 'pg_namespace'), '')
      like 'Who may sign in; stands in%'
"""
_LONGEST_LOGIN = 63


def are_own(connection: Connection) -> bool:
    """Say whether this central keeps its accounts itself, and not the host it lies on."""
    return connection.execute(OWN_ACCOUNTS).fetchone() == (True,)


def host_keeps(connection: Connection) -> bool:
    """Say whether the host keeps the accounts of this database, set up or not."""
    query = "select to_regclass('auth.users') is not null"
    return connection.execute(query).fetchone() == (True,) and not are_own(connection)


def schemas(own: bool) -> list[str]:
    """Return the schemas of central, with that of the accounts if they are its own."""
    return ["public", "access", "sync", *(["auth"] if own else [])]


def address(email: str) -> str:
    """Return an e-mail address as accounts are known by it."""
    told = email.strip().lower()
    name, _, domain = told.partition("@")
    if not name or not domain or any(character.isspace() for character in told):
        raise InvalidValue(
            f"{email!r} is not an e-mail address.", "Type one like anna@farm.example."
        )
    return told


def login_name(email: str) -> str:
    """Return the Postgres login of the person with this e-mail address."""
    login = address(email)
    if len(login.encode()) > _LONGEST_LOGIN:
        raise InvalidValue(
            "The e-mail address is too long to sign in with.",
            f"Use one of at most {_LONGEST_LOGIN} characters.",
        )
    return login
