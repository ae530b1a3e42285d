"""A line that fails at chosen bytes: after it mends, one sync brings everything into agreement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from fluffydesk.central.connection import Line
from fluffydesk.central.gateway import PostgresGateway
from fluffydesk.errors import Offline, Refusal
from fluffydesk.records.catalog import record_for
from fluffydesk.sync import baseline, pull, push
from tests.conftest import PASSWORD
from tests.sync.desks import Desk, assert_same, shown_by
from tests.sync.farms import Farm
from tests.sync.fewer import only_tables
from tests.sync.proxy import DOWN, UP, Fault, Proxy

KINDS = ("cut", "truncate", "stall", "delay", "double", "lose")
PATIENCE = 0.5


@pytest.fixture(autouse=True)
def few_tables() -> Iterator[None]:
    with only_tables(
        *("organizations", "profiles", "organization_users", "livestock_species", "livestock"),
        *("farm_inventory", "inventory_transactions"),
    ):
        yield


@pytest.fixture
def line(few_tables: None, farm: Farm) -> Iterator[Proxy]:
    port = urlsplit(farm.central.member_url).port
    assert port is not None
    with Proxy(port) as proxy:
        yield proxy


@pytest.fixture
def far(farm: Farm, barn: Desk, line: Proxy, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A PC of Anna's beyond the bad line, with small pages."""
    monkeypatch.setattr(baseline, "ROWS_AT_ONCE", 15)
    monkeypatch.setattr(pull, "ROWS_AT_ONCE", 20)
    monkeypatch.setattr(push, "ROWS_AT_ONCE", 3)
    [email] = farm.desks
    gateway = PostgresGateway(line.url(farm.central.member_url), email, PASSWORD)
    return farm.desk(email, "far-pc", gateway=gateway)


@contextmanager
def hurried(far: Desk) -> Iterator[None]:
    """Give up soon; over a sound line a PC waits, for the machine may have other work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Line, "patience", PATIENCE)
        patch.setitem(far.gateway._parameters, "connect_timeout", 2)  # type: ignore[attr-defined]
        yield


def offsets(length: int, number: int) -> list[int]:
    """Return three bytes to strike at: in the greeting, in the middle and near the end; others
    for each number, so that a sweep of all kinds meets many."""
    return [
        (number * 97) % min(length, 400),
        (number * 7919) % length,
        max(0, length - 1 - (number * 41) % min(length, 500)),
    ]


def sweep(farm: Farm, far: Desk, line: Proxy, work: Callable[[Desk, int], Any], way: str) -> None:
    """Do work and sync it, over a line that fails in every way at many bytes."""
    [email] = farm.desks
    far.gateway.close()  # type: ignore[attr-defined]
    work(far, 0)
    line.arm(None)
    far.sync()
    length = line.passed()[way]
    struck = number = 0
    for kind in KINDS:
        for at in offsets(length, number + 1):
            number += 1
            far.gateway.close()  # type: ignore[attr-defined]
            work(far, number)
            line.arm(Fault(kind, way, at))
            with suppress(Offline, Refusal), hurried(far):
                far.sync()
            struck += line.struck
            line.arm(None)
            far.gateway.close()  # type: ignore[attr-defined]
            far.sync()
            assert far.waiting() == far.parcels() == 0, (kind, at)
            assert not far.quarantine(), (kind, at)
        assert_same(far.contents(), shown_by(farm.central, email, farm.id))
        far.ledger()
    assert struck > number // 2


@pytest.mark.parametrize("way", [UP, DOWN])
def test_a_baseline(farm: Farm, barn: Desk, far: Desk, line: Proxy, way: str) -> None:
    herd(farm, barn, 60)
    barn.sync()

    def begin_again(desk: Desk, number: int) -> None:
        desk.change("livestock", next(iter(ids(desk))), name=f"edit {number}")
        desk.mirror.remember(cursor=None)

    far.sync()
    sweep(farm, far, line, begin_again, way)


@pytest.mark.parametrize("way", [UP, DOWN])
def test_an_incremental_pull(farm: Farm, barn: Desk, far: Desk, line: Proxy, way: str) -> None:
    herd(farm, barn, 50)
    barn.sync()

    def change_centrally(_: Desk, number: int) -> None:
        sql = "UPDATE livestock SET notes = repeat(%s, 20) WHERE organization_id = %s"
        farm.execute(sql, f"round {number} ", farm.id)

    far.sync()
    sweep(farm, far, line, change_centrally, way)


@pytest.mark.parametrize("way", [UP, DOWN])
def test_a_push(farm: Farm, barn: Desk, far: Desk, line: Proxy, way: str) -> None:
    item = barn.add("farm_inventory", name="Barley", unit="kg")
    herd(farm, barn, 5)
    barn.sync()
    far.sync()
    cow = next(iter(ids(far)))
    taken = []

    def take(desk: Desk, number: int) -> None:
        desk.change("livestock", cow, name=f"cow {number}")
        for _ in range(5):
            values = {"item_id": item, "movement": "use", "quantity": -1}
            taken.append(desk.add("inventory_transactions", **values))

    sweep(farm, far, line, take, way)
    there = "SELECT array_agg(id) FROM inventory_transactions"
    assert sorted(farm.value(there)) == sorted(taken)
    versions = farm.value("SELECT row_version FROM livestock WHERE id = %s", cow)
    assert versions == 1 + len(taken) // 5  # each edit was applied once
    barn.sync()
    assert barn.row("livestock", cow) == far.row("livestock", cow)


def test_a_line_that_passes_nothing_on_is_given_up(farm: Farm, far: Desk, line: Proxy) -> None:
    for way in (UP, DOWN):
        line.arm(Fault("stall", way, 200))
        while not line.struck:  # it may have been given up before
            with pytest.raises(Offline), hurried(far):
                far.sync()
    far.sync()
    farm.assert_quiet()


def herd(farm: Farm, desk: Desk, count: int) -> None:
    """Add animals."""
    with desk.mirror.unit("Buy a herd") as unit:
        rows = [{"tag_number": str(n), "species_id": farm.species} for n in range(count)]
        unit.insert_many(record_for("livestock"), rows)


def ids(desk: Desk) -> list[UUID]:
    """Return the animals of a PC."""
    return sorted(map(UUID, desk.contents()["livestock"]))
