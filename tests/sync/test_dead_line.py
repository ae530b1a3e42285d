"""A line on which nothing comes any more is noticed, though nobody says that it is cut."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from fluffydesk.central import gateway as gateways
from fluffydesk.central.connection import Line
from fluffydesk.central.gateway import PostgresGateway
from fluffydesk.central.messages import Device
from fluffydesk.errors import Offline
from fluffydesk.records.types import new_id
from tests.conftest import PASSWORD

PC = Device(new_id(), "barn-pc", "1")


class Tunnel:
    """Passes on what is sent, until it is to swallow everything and keep the line open."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self.silent = False
        self._open: list[socket.socket] = []
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._wake.close()
        self._thread.join()
        for one in (*self._open, self._door, self._woken):
            one.close()

    def _serve(self) -> None:
        while True:
            ready, _, _ = select.select([self._door, self._woken, *self._pairs], [], [])
            if self._woken in ready:
                return
            for one in ready:
                if one is self._door:
                    self._enter()
                elif one in self._pairs:  # not closed just now by its other end
                    self._pass_on(one)

    def _enter(self) -> None:
        here, _ = self._door.accept()
        there = socket.create_connection(self._to)
        self._pairs |= {here: there, there: here}
        self._open += [here, there]

    def _pass_on(self, one: socket.socket) -> None:
        text = one.recv(65536)
        if not text:
            other = self._pairs.pop(one)
            self._pairs.pop(other, None)
            other.close()
        elif not self.silent:
            self._pairs[one].sendall(text)


@pytest.fixture
def tunnel(central: Any) -> Iterator[Tunnel]:
    at = urlsplit(central.member_url)
    made = Tunnel(str(at.hostname), int(at.port or 5432))
    yield made
    made.close()


@pytest.fixture
def line(central: Any, tunnel: Tunnel) -> Iterator[PostgresGateway]:
    farm = central.add_organization("Hill Farm")
    central.add_user("anna", farm, "owner")
    at = urlsplit(central.member_url)
    url = urlunsplit(at._replace(netloc=f"127.0.0.1:{tunnel.port}"))
    made = PostgresGateway(url, central.email("anna"), PASSWORD)
    yield made
    made.close()


def test_one_who_listens_notices_and_hears_again_once_the_line_is_back(
    central: Any, line: PostgresGateway, tunnel: Tunnel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateways, "_BEAT_SECONDS", 0.0)
    [farm] = line.organizations()
    channel = line.hello(farm["id"], PC).channel
    assert line.listen(channel, lambda: False, 0.1) is False
    tunnel.silent = True
    assert line._listener is not None
    line._listener[1].patience = 0.2
    with pytest.raises(Offline):
        line.listen(channel, lambda: False, 60)
    tunnel.silent = False
    assert line.listen(channel, lambda: False, 0) is False
    with central.admin() as admin:
        admin.execute("update organizations set name = 'Dale Farm' where id = %s", [farm["id"]])
    assert line.listen(channel, lambda: False, 60) is True


def test_a_question_that_nobody_answers_is_given_up(
    line: PostgresGateway, tunnel: Tunnel, monkeypatch: pytest.MonkeyPatch
) -> None:
    [farm] = line.organizations()
    tunnel.silent = True
    with monkeypatch.context() as soon:
        soon.setattr(Line, "patience", 0.2)
        with pytest.raises(Offline):
            line.push(farm["id"], PC, [])
    tunnel.silent = False
    assert line.organizations() == [farm]


def test_a_snapshot_that_falls_silent_half_way_is_given_up(
    line: PostgresGateway, tunnel: Tunnel, monkeypatch: pytest.MonkeyPatch
) -> None:
    [farm] = line.organizations()

    def read() -> None:
        with line.snapshot() as snapshot:
            snapshot.count(farm["id"], "livestock")
            tunnel.silent = True
            monkeypatch.setattr(Line, "patience", 0.2)
            list(snapshot.copy(farm["id"], "organizations", ["id"]))

    with pytest.raises(Offline):
        read()
