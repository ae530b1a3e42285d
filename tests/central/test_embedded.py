"""The embedded server: it keeps its data, its port and its secrets, and lets nobody in unasked."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from fluffydesk.central.embedded import EmbeddedServer
from fluffydesk.errors import Busy, Refusal

QUICK = {"fsync": "off", "full_page_writes": "off"}


@pytest.fixture
def server(tmp_path: Path, binaries: Path | None) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path / "central", binaries=binaries, settings=QUICK)
    server.start()
    yield server
    server.stop()


def remember(server: EmbeddedServer, what: str) -> None:
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        connection.execute("create table if not exists kept (what text)")
        connection.execute("insert into kept values (%s)", (what,))


def remembered(server: EmbeddedServer) -> list[str]:
    with psycopg.connect(server.admin_url) as connection:
        return [row[0] for row in connection.execute("select what from kept order by what")]


def test_a_restart_keeps_the_data_the_port_and_the_password(
    server: EmbeddedServer, binaries: Path | None
) -> None:
    remember(server, "a")
    url = server.admin_url
    server.stop()
    again = EmbeddedServer(server.folder, binaries=binaries, settings=QUICK)
    with again:
        assert again.admin_url == url
        assert remembered(again) == ["a"]
    assert again.pid is None
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_starting_and_stopping_twice_is_harmless(server: EmbeddedServer) -> None:
    pid = server.pid
    server.start()
    assert server.pid == pid
    server.stop()
    server.stop()


def test_what_was_committed_survives_a_kill(server: EmbeddedServer) -> None:
    remember(server, "a")
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    os.waitpid(server.pid, 0)
    server.start()
    assert remembered(server) == ["a"]


def test_a_server_whose_parent_was_killed_is_taken_over(
    tmp_path: Path, binaries: Path | None
) -> None:
    folder = tmp_path / "central"
    script = (
        "import sys, pathlib\n"
        "from fluffydesk.central.embedded import EmbeddedServer\n"
        f"binaries = {str(binaries) if binaries else None!r}\n"
        f"server = EmbeddedServer(pathlib.Path({str(folder)!r}),"
        " binaries=pathlib.Path(binaries) if binaries else None)\n"
        "server.start()\n"
        "print(server.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as parent:
        assert parent.stdout is not None
        orphan = int(parent.stdout.readline())
        with pytest.raises(Busy, match="Another process serves"):
            EmbeddedServer(folder, binaries=binaries).start()
        parent.kill()
    os.kill(orphan, 0)  # it lives on
    with EmbeddedServer(folder, binaries=binaries) as server:
        assert server.pid != orphan
        remember(server, "a")
    # In a container nobody may collect it, but it runs no more.
    gone = not psutil.pid_exists(orphan)
    assert gone or psutil.Process(orphan).status() == psutil.STATUS_ZOMBIE


def test_a_set_up_that_was_cut_short_is_done_again(tmp_path: Path, binaries: Path | None) -> None:
    partial = tmp_path / "central" / "data.partial"
    partial.mkdir(parents=True)
    (partial / "PG_VERSION").write_text("half")
    with EmbeddedServer(tmp_path / "central", binaries=binaries, settings=QUICK) as server:
        remember(server, "a")


def test_nobody_enters_without_a_password(server: EmbeddedServer) -> None:
    for who in ({"user": "postgres"}, {"user": "postgres", "password": "wrong"}):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.member_url, **who)
    rules = (server.folder / "data" / "pg_hba.conf").read_text()
    entries = [line.split() for line in rules.splitlines() if line and line[0] != "#"]
    assert entries
    assert all(entry[0] == "host" and entry[-1] == "scram-sha-256" for entry in entries)
    with psycopg.connect(server.admin_url) as connection:
        assert shown(connection, "unix_socket_directories") == ""
        assert set(shown(connection, "listen_addresses").split(",")) == {"127.0.0.1", "::1"}
        assert shown(connection, "password_encryption") == "scram-sha-256"
    sockets = [path for path in server.folder.rglob("*") if stat.S_ISSOCK(path.stat().st_mode)]
    assert not sockets


def test_its_secrets_are_its_owners_alone(server: EmbeddedServer) -> None:
    for name in ("password", "port"):
        assert stat.S_IMODE((server.folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((server.folder / "data").stat().st_mode) == 0o700


def test_a_port_that_is_taken_is_said_to_be(tmp_path: Path, binaries: Path | None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = EmbeddedServer(tmp_path / "central", port=port, binaries=binaries)
        with pytest.raises(Busy, match=f"Port {port} is taken"):
            server.start()
    server.start()
    assert f":{port}/" in server.member_url
    server.stop()


def test_data_of_another_version_is_left_alone(server: EmbeddedServer) -> None:
    server.stop()
    version = server.folder / "data" / "PG_VERSION"
    kept = version.read_text()
    version.write_text("9.6\n")
    with pytest.raises(Refusal, match="was made by Postgres 9"):
        server.start()
    version.write_text(kept)
    server.start()


def test_settings_that_make_no_sense_are_told_with_the_log(
    tmp_path: Path, binaries: Path | None
) -> None:
    server = EmbeddedServer(
        tmp_path / "central", binaries=binaries, settings={"shared_buffers": "none"}
    )
    with pytest.raises(Refusal, match="did not start"):
        server.start()
    assert server.pid is None
    assert "shared_buffers" in (server.folder / "postgres.log").read_text()


def shown(connection: Any, setting: str) -> str:
    return str(connection.execute(f"show {setting}").fetchone()[0])
