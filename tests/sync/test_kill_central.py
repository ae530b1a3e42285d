"""SIGKILL of central around each of its commits in a sync: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from fluffydesk.central import administration
from fluffydesk.central.embedded import DATABASE, EmbeddedServer
from fluffydesk.errors import Offline, Refusal
from fluffydesk.mirror import numbers as blocks
from fluffydesk.records.catalog import record_for
from fluffydesk.sync import numbers, push
from tests.conftest import Central, fresh_central
from tests.sync.desks import Desk, Faulty
from tests.sync.farms import Farm
from tests.sync.fewer import only_tables

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")

COMMITS = 4
"""Of one sync of three saves that go one by one: the greeting, and three pushes."""

# A commit waits for a lock that the test holds, at the number that the test has chosen.
_HOLD = """
create sequence held;
create table held_at (number bigint);
insert into held_at values (0);
create function hold() returns trigger language plpgsql security definer as $$
begin
  if nextval('public.held') = (select number from public.held_at) then
    perform pg_advisory_xact_lock(42);
  end if;
  return null;
end $$;
create constraint trigger hold after insert or update on sync.devices
  deferrable initially deferred for each row execute function hold();
create constraint trigger hold after insert on sync.applied_units
  deferrable initially deferred for each row execute function hold();
create constraint trigger hold after insert or update on sync.number_blocks
  deferrable initially deferred for each row execute function hold();
"""
_WAITING = """
select pid, pg_sleep(0.01) from pg_stat_activity
where wait_event_type = 'Lock' and wait_event = 'advisory' and application_name = 'fluffydesk'
"""


@pytest.fixture(scope="module")
def sturdy(
    tmp_path_factory: pytest.TempPathFactory, binaries: Path | None
) -> Iterator[EmbeddedServer]:
    """A server that keeps what it has committed when it is killed, if not through a power cut."""
    folder = tmp_path_factory.mktemp("sturdy")
    with EmbeddedServer(folder, binaries=binaries, settings={"fsync": "off"}) as server:
        administration.init(server.admin_url)
        yield server


@pytest.fixture(scope="module")
def central(sturdy: EmbeddedServer) -> Iterator[Central]:
    with (
        only_tables(
            *("organizations", "profiles", "organization_users", "livestock_species", "livestock")
        ),
        fresh_central(sturdy, DATABASE) as central,
    ):
        central.admin().execute(_HOLD)
        yield central


@pytest.fixture(scope="module")
def desk(central: Central, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    farm = Farm(central, tmp_path_factory.mktemp("farm"))
    desk = farm.desk(farm.member("anna"), "barn-pc")
    desk.farm = farm  # type: ignore[attr-defined]
    desk.dam = farm.cow(desk)  # type: ignore[attr-defined]
    yield desk
    farm.close()


def server_of(central: Central) -> EmbeddedServer:
    return central._server


def until_it_answers(server: EmbeddedServer) -> None:
    """Wait for the end of a recovery, or start a server that is dead."""
    if server.pid is not None and _is_dead(server):
        server.stop()
        for _ in range(100):
            try:
                server.start()
                break
            except Refusal:  # a process of the dead one has not noticed yet
                continue
    for _ in range(2000):
        try:
            with psycopg.connect(server.admin_url) as connection:
                connection.execute("select pg_sleep(0.01)")
                return
        except psycopg.OperationalError:
            continue
    raise AssertionError("the server does not come back")


def _is_dead(server: EmbeddedServer) -> bool:
    return server._process is not None and server._process.poll() is not None


def kill(server: EmbeddedServer, backend: int, whole: bool) -> None:
    """Kill the process that serves a connection, or the server that started it."""
    assert server.pid is not None
    os.kill(server.pid if whole else backend, signal.SIGKILL)
    if whole and server._process is not None:
        server._process.wait(30)


def killed_before_the_commit(central: Central, desk: Desk, number: int, whole: bool) -> None:
    """Sync, and kill central when it is about to commit for the nth time."""
    server = server_of(central)
    with psycopg.connect(central.admin_url, autocommit=True) as admin:
        admin.execute("select setval('held', 1, false)")
        admin.execute("update held_at set number = %s", (number,))
        admin.execute("select pg_advisory_lock(42)")
        with ThreadPoolExecutor(1) as pool:
            sync = pool.submit(desk.sync)
            while not (found := admin.execute(_WAITING).fetchall()):
                assert not sync.done(), sync.result()
            kill(server, found[0][0], whole)
            with pytest.raises(Offline):
                sync.result()
    until_it_answers(server)
    with psycopg.connect(central.admin_url, autocommit=True) as admin:
        admin.execute("update held_at set number = 0")


def killed_after_the_commit(central: Central, desk: Desk, number: int, whole: bool) -> None:
    """Sync, and kill central when it has committed for the nth time; nobody hears its answer."""
    line = desk.gateway
    commits = 0

    def after(_: int) -> None:
        nonlocal commits
        commits += 1
        if commits == number:
            backend = line._connection.info.backend_pid  # type: ignore[attr-defined]
            kill(server_of(central), backend, whole)
            raise Offline("The line was cut.")

    class Deadly(Faulty):
        def poll(self, *call: Any) -> Any:
            answer = line.poll(*call)
            after(0)
            return answer

        def numbers(self, *call: Any) -> Any:
            answer = line.numbers(*call)
            after(0)
            return answer

    desk.gateway = Deadly(line, after=after)  # type: ignore[assignment]
    with pytest.raises(Offline):
        desk.sync()
    desk.gateway = line
    until_it_answers(server_of(central))


@pytest.mark.parametrize("killed", [killed_before_the_commit, killed_after_the_commit])
@pytest.mark.parametrize(
    ("number", "whole"), [*((n + 1, False) for n in range(COMMITS)), (3, True)]
)
def test_central_is_killed(
    central: Central,
    desk: Desk,
    killed: Callable[..., None],
    number: int,
    whole: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(push, "ROWS_AT_ONCE", 1)
    farm: Farm = desk.farm  # type: ignore[attr-defined]
    dam = desk.dam  # type: ignore[attr-defined]
    made = f"{killed.__name__} {number} {whole}"
    cow = desk.add("livestock", tag_number=made, species_id=farm.species)
    desk.add("livestock", tag_number=made, species_id=farm.species)
    desk.change("livestock", dam, name=made)
    farm.execute("UPDATE sync.devices SET last_seen = 'epoch'")  # or the greeting commits nothing
    version = farm.value("SELECT row_version FROM livestock WHERE id = %s", dam)
    killed(central, desk, number, whole)
    desk.change("livestock", cow, name="after")
    desk.sync()
    assert farm.value("SELECT count(*) FROM livestock WHERE tag_number = %s", made) == 2
    assert farm.value("SELECT row_version FROM livestock WHERE id = %s", dam) == version + 1
    assert farm.value("SELECT name FROM livestock WHERE id = %s", cow) == "after"
    assert set(desk.ledger()) == {"applied"}
    farm.assert_quiet()


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("killed", [killed_before_the_commit, killed_after_the_commit])
def test_central_is_killed_as_it_reserves_numbers(
    central: Central,
    desk: Desk,
    killed: Callable[..., None],
    whole: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No number is lost and none is in two blocks, though nobody heard which were reserved."""
    monkeypatch.setattr(numbers, "LOW", 10 * numbers.BLOCK)  # each sync asks for more
    farm: Farm = desk.farm  # type: ignore[attr-defined]
    tag = take(desk, farm)
    farm.execute("UPDATE sync.devices SET last_seen = 'epoch'")
    count = "SELECT count({}) FROM sync.number_blocks"
    before, series = farm.value(count.format("*")), farm.value(count.format("DISTINCT series"))
    killed(central, desk, 3, whole)  # the greeting, one push, the numbers
    # Of each series there is one more block, whether the first try was kept or not.
    monkeypatch.setattr(numbers, "LOW", 0)
    desk.sync()
    assert farm.value(count.format("*")) == before + series
    assert take(desk, farm) == str(int(tag) + 1)
    desk.sync()
    with desk.mirror.read() as connection:
        here = [(b.series, b.first, b.last, b.next) for b in blocks.blocks(connection)]
    sql = "SELECT series, first, last, next FROM sync.number_blocks ORDER BY 1, 2"
    with farm.central.admin() as connection:
        assert connection.execute(sql).fetchall() == here
    gaps = (
        "SELECT array_agg(number::int ORDER BY number::int) FROM sync.number_gaps(%s, 'livestock')"
    )
    with farm.central.login(next(iter(farm.desks))) as connection:
        [[found]] = connection.execute(gaps, (farm.id,)).fetchall()
    assert found == list(range(1, len(found) + 1))
    assert set(desk.ledger()) == {"applied"}


def take(desk: Desk, farm: Farm) -> str:
    """Register an animal with the next reserved number."""
    with desk.mirror.unit("Register") as unit:
        tag = blocks.take(unit, "livestock")
        unit.insert(record_for("livestock"), {"tag_number": tag, "species_id": farm.species})
    return tag
