"""The gateway: what it says when central is there, gone, or says no."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fluffydesk.central import gateway as gateways
from fluffydesk.central.embedded import EmbeddedServer
from fluffydesk.central.gateway import PostgresGateway
from fluffydesk.errors import Offline, Refusal, SignInRefused
from tests.central.central_rows import BARN, a_group, parcel


@pytest.fixture
def farm(central: Any) -> Any:
    farm = central.add_organization("Farm")
    central.add_user("anna", farm, "owner")
    return farm


def test_hello_tells_who_one_is_and_registers_the_pc(central: Any, farm: Any) -> None:
    hello = central.gateway("anna").hello(farm, BARN)
    assert (hello.role, hello.user_email, hello.user_name) == (
        "owner",
        central.email("anna"),
        "Anna",
    )
    assert (hello.organization_id, hello.organization_name, hello.organization_type) == (
        farm,
        "Farm",
        "breeding_facility",
    )
    assert (hello.time_zone, hello.currency) == ("UTC", "EUR")
    assert abs(hello.clock_offset_seconds) < 5
    assert central.gateway("anna").hello(farm, BARN).fingerprint == hello.fingerprint
    known = central.admin().execute("select id, name, version from sync.devices").fetchall()
    assert known == [(BARN.id, BARN.name, BARN.version)]


def test_the_fingerprint_changes_with_the_role(central: Any, farm: Any) -> None:
    gateway = central.gateway("anna")
    before = gateway.hello(farm, BARN).fingerprint
    central.add_user("anna", farm, "staff")
    assert gateway.hello(farm, BARN).fingerprint != before


def test_a_wrong_password_and_an_unknown_user_are_told_alike(central: Any, farm: Any) -> None:
    said = []
    for email, password in ((central.email("anna"), "wrong"), ("nobody@farm.example", "x")):
        with pytest.raises(SignInRefused) as refused:
            PostgresGateway(central.member_url, email, password).organizations()
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_no_member_any_more(central: Any, farm: Any) -> None:
    other = central.add_organization("Other")
    gateway = central.gateway("anna")
    with pytest.raises(SignInRefused, match="not a member"):
        gateway.hello(other, BARN)
    with pytest.raises(SignInRefused, match="not a member"), gateway.snapshot() as snapshot:
        snapshot.pull(other, None, {}, None)
    assert gateway.hello(farm, BARN).role == "owner"


def test_nobody_listens_there(free_port: int) -> None:
    gateway = PostgresGateway(f"postgresql://127.0.0.1:{free_port}/x", "a@farm.example", "x")
    with pytest.raises(Offline):
        gateway.organizations()


def test_a_host_that_accepts_and_says_nothing(free_port: int) -> None:
    with socket.create_server(("127.0.0.1", free_port)):
        gateway = PostgresGateway(
            f"postgresql://127.0.0.1:{free_port}/x", "a@farm.example", "x", timeout=2
        )
        before = time.monotonic()
        with pytest.raises(Offline):
            gateway.organizations()
        assert time.monotonic() - before < 60, "libpq by itself would wait for ever"


def test_another_server_that_wants_the_password_in_the_clear(free_port: int) -> None:
    asks = b"R" + (8).to_bytes(4, "big") + (3).to_bytes(4, "big")  # AuthenticationCleartext
    with socket.create_server(("127.0.0.1", free_port)) as server:
        gateway = PostgresGateway(
            f"postgresql://127.0.0.1:{free_port}/x?sslmode=disable", "a@farm.example", "hush"
        )
        with ThreadPoolExecutor(1) as pool:
            heard = pool.submit(overhear, server, asks)
            with pytest.raises(SignInRefused, match="prove"):
                gateway.organizations()
            assert b"hush" not in heard.result()


def overhear(server: socket.socket, answer: bytes) -> bytes:
    """Take one connection, answer its greeting, and return all it said."""
    connection, _ = server.accept()
    with connection:
        connection.settimeout(5)
        said = connection.recv(4096)
        connection.sendall(answer)
        while more := connection.recv(4096):
            said += more
    return said


def test_central_stops_and_comes_back(central: Any, farm: Any) -> None:
    gateway = central.gateway("anna")
    gateway.push(farm, BARN, [parcel(a_group(farm))])
    central.stop()
    for _ in range(2):
        before = time.monotonic()
        with pytest.raises(Offline):
            gateway.organizations()
        assert time.monotonic() - before < 8, "it did not wait for an answer"
    central.start()
    assert len(gateway.organizations()) == 1


def test_central_stops_within_a_snapshot(central: Any, farm: Any) -> None:
    gateway = central.gateway("anna")
    with gateway.snapshot() as snapshot:
        assert snapshot.count(farm, "livestock_species") > 0
        central.stop()
        with pytest.raises(Offline):
            snapshot.count(farm, "livestock_species")
    with pytest.raises(Offline):
        gateway.organizations()
    central.start()
    with gateway.snapshot() as snapshot:
        assert snapshot.count(farm, "livestock_species") > 0


def test_a_connection_that_was_cut_is_renewed(central: Any, farm: Any) -> None:
    gateway = central.gateway("anna")
    gateway.organizations()
    central.admin().execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = %s",
        (central.email("anna"),),
    )
    assert len(gateway.organizations()) == 1


@pytest.mark.parametrize("at_once", [1000, 5000])
def test_a_copy_left_half_way_leaves_the_gateway_usable(
    central: Any, farm: Any, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """Also one of which all has come, but which was not read to its end."""
    monkeypatch.setattr(gateways, "_BATCH_ROWS", at_once)
    gateway = central.gateway("anna")
    gateway.push(farm, BARN, [parcel(*[a_group(farm, f"g{n}") for n in range(3000)])])
    with gateway.snapshot() as snapshot:
        batches = snapshot.copy(farm, "livestock_batches", ["id", "name"])
        assert len(next(batches)) == min(at_once, 3000)
    assert len(gateway.organizations()) == 1
    with gateway.snapshot() as snapshot:
        sizes = [len(b) for b in snapshot.copy(farm, "livestock_batches", ["id"])]
    assert sum(sizes) == 3000


def test_a_snapshot_sees_one_moment(central: Any, farm: Any) -> None:
    gateway, other = central.gateway("anna"), central.gateway("anna")
    with gateway.snapshot() as snapshot:
        assert snapshot.count(farm, "livestock_batches") == 0
        other.push(farm, BARN, [parcel(a_group(farm))])
        assert snapshot.count(farm, "livestock_batches") == 0
    with gateway.snapshot() as snapshot:
        assert snapshot.count(farm, "livestock_batches") == 1


def test_listen_hears_of_a_change_and_of_nothing_else(central: Any, farm: Any) -> None:
    gateway = central.gateway("anna")
    channel = gateway.hello(farm, BARN).channel
    assert gateway.listen(channel, never, 0) is False
    other = central.add_organization("Other")
    central.admin().execute(
        "insert into rooms (id, organization_id, name, kind, capacity, status)"
        " values (gen_random_uuid(), %s, 'x', 'ward', 1, 'active')",
        (other,),
    )
    assert gateway.listen(channel, never, 0.3) is False
    gateway.push(farm, BARN, [parcel(a_group(farm))])
    assert gateway.listen(channel, never, 60) is True
    assert gateway.listen(channel, never, 0) is False


def test_listen_stops_when_told(central: Any, farm: Any) -> None:
    gateway = central.gateway("anna")
    channel = gateway.hello(farm, BARN).channel
    answers = iter([False, False, True])
    before = time.monotonic()
    assert gateway.listen(channel, lambda: next(answers), 60) is False
    assert time.monotonic() - before < 50


def test_listen_notices_that_central_stopped(central: Any, farm: Any) -> None:
    gateway = central.gateway("anna")
    channel = gateway.hello(farm, BARN).channel
    gateway.listen(channel, never, 0)
    central.stop()
    before = time.monotonic()
    with pytest.raises(Offline):
        gateway.listen(channel, never, 30)
    assert time.monotonic() - before < 25
    central.start()
    assert gateway.listen(channel, never, 0.1) is False


def test_a_refusal_that_is_not_about_membership_is_in_words(central: Any, farm: Any) -> None:
    gateway = central.gateway("anna")
    with pytest.raises(Refusal, match="does not let you"), gateway.snapshot() as snapshot:
        snapshot._ask("select sync.prune('0 s')")


def never() -> bool:
    return False


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    return int(port)


def test_a_database_of_another_kind_is_refused(postgres: EmbeddedServer, central: Any) -> None:
    url = postgres.member_url.rpartition("/")[0] + "/nowhere"
    farm = central.add_organization("Farm")
    central.add_user("anna", farm, "owner")
    with pytest.raises(SignInRefused, match="Check the address"):
        PostgresGateway(url, central.email("anna"), "correct horse").organizations()
