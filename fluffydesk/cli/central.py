"""`central ..`: an embedded server, and what the administrator of a central does."""

from __future__ import annotations

import enum
import socket
from argparse import Namespace
from collections.abc import Iterable
from typing import TypeVar

from fluffydesk.central import administration
from fluffydesk.central.embedded import EmbeddedServer
from fluffydesk.cli.here import password_for
from fluffydesk.cli.output import show
from fluffydesk.cli.stopping import StopSignal
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.records.enums import OrgType, Role

_LOOK_SECONDS = 5.0
Choice = TypeVar("Choice", bound=enum.Enum)


def serve(options: Namespace) -> None:
    """Run an embedded server until SIGINT or SIGTERM.

    The first line on stdout is the administrator's URL, the second the one that members use.
    """
    stop = StopSignal()
    with EmbeddedServer(options.folder, port=options.port) as server:
        print(server.admin_url, server.member_url, sep="\n", flush=True)
        while not stop.came():
            if not _answers(server.port):
                raise Refusal(
                    "The embedded Postgres has stopped by itself.",
                    f"Read the end of {server.folder / 'postgres.log'}.",
                )
            stop.wait(_LOOK_SECONDS)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=_LOOK_SECONDS).close()
    except OSError:
        return False
    return True


def init(options: Namespace) -> None:
    """Make the tables in an empty database, or print the SQL that does."""
    if options.sql:
        sql = administration.script()
        show(options, {"sql": sql}, [sql.rstrip()])
        return
    administration.init(options.url)
    show(options, {"done": True}, ["The tables are made. Add an organization next."])


def upgrade(options: Namespace) -> None:
    """Bring the tables to this version."""
    administration.upgrade(options.url)
    show(options, {"done": True}, ["The tables are those of this version."])


def check(options: Namespace) -> int:
    """Print what is wrong with a central; 1 if anything is."""
    findings = list(administration.check(options.url))
    show(options, {"findings": findings}, findings or ["All is well."])
    return 1 if findings else 0


def add_organization(options: Namespace) -> None:
    """Add an organization and print its id."""
    kind = _choice(OrgType, options.type, "type")
    made = administration.add_organization(options.url, options.name, kind)
    show(options, {"id": made, "name": options.name, "type": kind}, [str(made)])


def add_user(options: Namespace) -> None:
    """Add a member of an organization, or change the role of one, and print the user's id."""
    role = _choice(Role, options.role, "role")
    own = administration.keeps_accounts(options.url)
    password = password_for(options.email, new=True) if own else None
    made = administration.add_user(
        options.url,
        options.email,
        password,
        options.organization,
        role,
        full_name=options.name,
    )
    data = {
        "id": made,
        "email": options.email,
        "organization": options.organization,
        "role": role,
    }
    show(options, data, [str(made)])


def _choice(choices: type[Choice], text: str, what: str) -> Choice:
    members: Iterable[Choice] = choices
    for member in members:
        if text.strip().lower().replace("-", "_").replace(" ", "_") == member.value:
            return member
    known = ", ".join(str(member.value) for member in choices)
    raise InvalidValue(f"There is no {what} {text!r}.", f"Choose one of: {known}.")
