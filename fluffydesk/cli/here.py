"""Who is signed in on this PC, and the mirror, for commands that need them."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from fluffydesk.account.home import Home
from fluffydesk.account.session import Session, resume
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.types import zone_named


def home_of(options: Namespace) -> Home:
    """Return the data folder: --home, FLUFFYDESK_HOME, or the one of this user."""
    return Home(options.home) if options.home else Home.default()


def session_of(options: Namespace) -> Session:
    """Return who is signed in here. Raises NotSignedIn."""
    return resume(home_of(options))


@contextmanager
def mirror_of(options: Namespace) -> Iterator[Mirror]:
    """Open the mirror of who is signed in here, and close it."""
    with session_of(options).open_mirror() as mirror:
        yield mirror


def zone_of(mirror: Mirror, connection: Connection) -> ZoneInfo:
    """Return the organization's time zone; UTC where this PC does not know it."""
    organization = mirror.state.get(connection, "organization") or {}
    return zone_named(organization.get("time_zone"))


def password_for(whom: str, *, new: bool = False) -> str:
    """Ask for a password at the terminal, or read the first line that is piped in."""
    if sys.stdin.isatty():
        password = getpass.getpass(f"Password for {whom}: ")
        if new and password != getpass.getpass("The same again: "):
            raise Refusal("The two passwords differ.", "Try again.")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise Refusal("No password was given.", "Type it when asked, or pipe it in.")
    return password
