"""Postgres's own client programs, pg_dump and the like: which to use, and how they are run."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from psycopg.conninfo import make_conninfo

from fluffydesk.central.connection import parameters
from fluffydesk.central.embedded import wheel_binaries
from fluffydesk.errors import Refusal

# The first whose libpq can insist on SCRAM, and on a certificate that the system knows.
_OLDEST = 16
_NEEDED = ("pg_dump", "pg_restore", "psql")
_SECRETS = ("password", "sslpassword")
PIPE = subprocess.PIPE


@dataclass(frozen=True)
class Programs:
    """A folder of client programs and their major version."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        """Return the program's path."""
        found = shutil.which(name, path=str(self.folder))
        assert found is not None, name
        return found


def fitting(server: int) -> Programs:
    """Return client programs for a server of that major version: those on PATH, or our own.

    Raises Refusal where all are older than the server.
    """
    newest = 0
    for folder in _folders():
        major = _major(folder)
        if major >= max(server, _OLDEST):
            return Programs(folder, major)
        newest = max(newest, major)
    raise Refusal(
        f"The server is Postgres {server}, and the newest pg_dump here is {newest}.",
        f"Install PostgreSQL's client programs of version {server} or newer.",
    )


def target(url: str) -> str:
    """Return what to tell a program of `url` on its command line: everything but secrets."""
    given = parameters(url)
    return make_conninfo(**{key: one for key, one in given.items() if key not in _SECRETS})


def environment(url: str) -> dict[str, str]:
    """Return the environment for a program that connects to `url`, with the password in it."""
    password = parameters(url).get("password")
    secret = {} if password is None else {"PGPASSWORD": str(password)}
    return dict(os.environ) | {"LC_ALL": "C"} | secret


class Running:
    """A program at work. It is ended with the block, whatever happens there."""

    def __init__(
        self,
        programs: Programs,
        name: str,
        *arguments: str,
        url: str | None = None,
        stdin: int = subprocess.DEVNULL,
        stdout: int = subprocess.DEVNULL,
    ) -> None:
        self.name = name
        # A pipe that nobody reads would fill up.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the block
        self._process = subprocess.Popen(
            [programs.path(name), *arguments],
            stdin=stdin,
            stdout=stdout,
            stderr=self._said,
            env=environment(url) if url else dict(os.environ) | {"LC_ALL": "C"},
            start_new_session=True,  # Ctrl+C reaches us; we end the program ourselves.
        )

    @property
    def stdin(self) -> IO[bytes]:
        """Where the program reads."""
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def stdout(self) -> IO[bytes]:
        """What the program writes."""
        assert self._process.stdout is not None
        return self._process.stdout

    def failed(self) -> bool:
        """Wait for the end, and say whether it was a bad one."""
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        return self._process.wait() != 0

    def refuse(self) -> Refusal:
        """Return in words why it failed."""
        self._said.seek(0)
        said = self._said.read().decode(errors="replace")
        if "SSL support is not compiled in" in said:
            return Refusal(
                f"The {self.name} that comes with FluffyDesk does not speak TLS.",
                f"Install PostgreSQL's client programs of version {_OLDEST} or newer.",
            )
        lines = [line for line in said.splitlines() if re.search(r"error:|ERROR:|FATAL:", line)]
        why = re.sub(r"^.*?(error|ERROR|FATAL): *", "", (lines or said.splitlines() or ["?"])[0])
        return Refusal(f"{self.name} failed: {why}")

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate()
        self._said.close()


def _folders() -> Iterator[Path]:
    for folder in [*os.get_exec_path(), str(wheel_binaries())]:
        if all(shutil.which(name, path=folder) for name in _NEEDED):
            yield Path(folder)


def _major(folder: Path) -> int:
    program = shutil.which("pg_dump", path=str(folder))
    assert program is not None
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\(PostgreSQL\) (\d+)", done.stdout)
    return int(found[1]) if found else 0
