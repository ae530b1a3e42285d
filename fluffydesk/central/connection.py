"""How central is reached: only with TLS that proves the host, and never with a bare password."""

from __future__ import annotations

import ipaddress
import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, Protocol

import psycopg
from psycopg.conninfo import conninfo_to_dict

from fluffydesk.errors import Offline, Refusal, SignInRefused

CONNECT_SECONDS = 10
SILENT_SECONDS = 120.0
"""How long central may take before the first or next byte of an answer."""
_READ, _WRITE = 1, 2
_URL_ADVICE = "Use one like postgresql://central.example:5432/fluffypet."
_NOT_NOW = ("starting up", "shutting down", "recovery", "too many", "remaining connection slots")


class Bell(Protocol):
    """Something that can be waited for together with a connection: a socket."""

    def fileno(self) -> int: ...


class Line(psycopg.Connection[tuple[Any, ...]]):
    """A connection that gives up where nothing comes for `patience` seconds.

    Keepalives tell when the other machine is gone, but not when something in between (a tunnel, a
    proxy, a router that forgot the connection) takes what is sent and passes nothing on.
    """

    patience = SILENT_SECONDS
    heard_at = 0.0
    """When central last answered, by the monotonic clock."""
    _meanwhile: Callable[[], None] | None = None

    @contextmanager
    def busy(self, meanwhile: Callable[[], None] | None) -> Iterator[None]:
        """Run something once the next question is on its way, before its answer is waited for.

        The line is closed where that fails: nobody hears the answer then.
        """
        self._meanwhile = meanwhile
        try:
            yield
        finally:
            self._meanwhile = None

    def wait(self, gen: Any, *how: Any, **words: Any) -> Any:
        """Drive the driver's steps; OperationalError, and the line is closed, where it is dead."""
        if how or words:  # the caller says how long
            return super().wait(gen, *how, **words)
        try:
            wanted = next(gen)
            while True:
                if self._meanwhile is not None and not int(wanted) & _WRITE:  # all is sent
                    self._do_meanwhile()
                wanted = gen.send(self._ready(int(wanted)))
        except StopIteration as end:
            self.heard_at = time.monotonic()
            return end.value

    def _do_meanwhile(self) -> None:
        meanwhile, self._meanwhile = self._meanwhile, None
        assert meanwhile is not None
        try:
            meanwhile()
        except BaseException:
            self.close()
            raise

    def _ready(self, wanted: int) -> int:
        here = [self.pgconn.socket]
        reads, writes, _ = select.select(
            here if wanted & _READ else [], here if wanted & _WRITE else [], [], self.patience
        )
        if not reads and not writes:
            self.close()
            raise psycopg.OperationalError(f"nothing came for {self.patience:g} seconds")
        return (_READ if reads else 0) | (_WRITE if writes else 0)


def parameters(
    url: str, *, email: str | None = None, password: str | None = None, seconds: float | None = None
) -> dict[str, Any]:
    """Return libpq's parameters for `url`, made safe, and for a member if `email` is given.

    A host other than this machine gets `sslmode=verify-full`; a URL that asks for less is a
    Refusal, as is a member's URL that carries a user or a password.
    """
    try:
        given = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.ProgrammingError as error:
        raise Refusal("This is not the address of a central database.", _URL_ADVICE) from error
    if not given.get("host") or "service" in given:
        raise Refusal("The address names no host.", _URL_ADVICE)
    if email is not None:
        if "user" in given or "password" in given:
            raise Refusal(
                "The address holds a user or a password.", "Leave them out; they are asked for."
            )
        given |= {"user": email.strip().lower(), "password": password or ""}
    local = _is_this_machine(given)
    mode = given.setdefault("sslmode", "prefer" if local else "verify-full")
    if not local:
        if mode != "verify-full":
            raise Refusal(
                f"sslmode={mode} would let another machine pose as {given['host']}.",
                "Leave sslmode out, or say sslmode=verify-full.",
            )
        given.setdefault("sslrootcert", "system")
    milliseconds = int((seconds or CONNECT_SECONDS) * 1000)
    return given | {
        "require_auth": "scram-sha-256",
        "gssencmode": "disable",
        "connect_timeout": max(2, milliseconds // 1000),
        "client_encoding": "UTF8",
        "application_name": "fluffydesk",
        "keepalives": 1,
        "keepalives_idle": 15,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": max(milliseconds, 2000),
    }


def refuse(error: psycopg.OperationalError) -> NoReturn:
    """Raise what a failed connection means to a person: Offline, or SignInRefused."""
    text = str(error)
    if "FATAL" not in text or any(sign in text for sign in _NOT_NOW):
        if "certificate" in text or "authentication method requirement" in text:
            raise SignInRefused(
                "The server could not prove that it is the one in the address.",
                "Check the address with whoever runs central.",
            ) from error
        raise Offline(
            "Central cannot be reached.", "Work goes on; edits wait until it is back."
        ) from error
    if "password authentication failed" in text or "not permitted to log in" in text:
        raise SignInRefused(
            "Central does not know this e-mail address and password.", "Check both and try again."
        ) from error
    raise SignInRefused(
        "Central refused the connection.", "Check the address with whoever runs central."
    ) from error


def _is_this_machine(given: dict[str, Any]) -> bool:
    names = str(given["host"]).split(",") + str(given.get("hostaddr") or "").split(",")
    return all(_is_loopback(name) for name in names if name)


def _is_loopback(name: str) -> bool:
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
