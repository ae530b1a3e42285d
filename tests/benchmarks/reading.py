"""What it costs to stay up to date: a pull, a pull with nothing new, a comparison, against raw.

    python -m tests.benchmarks.reading [ROWS]

A million rows, if not said otherwise. Raw is, for a pull, the changed rows read by key with no
policy in the way and upserted with `executemany` into an encrypted file of that table alone; for a
comparison, one `md5(string_agg(..))` with no policy, and every row read from such a file and
hashed. Exits with 1 when a ratio is above what it must reach.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.sync import cycle
from fluffydesk.sync.pull import pull
from tests.benchmarks.raw import (
    DEVICE,
    KEY,
    TABLE,
    Line,
    Memory,
    Place,
    Table,
    alone,
    central,
    columns,
    insert_sql,
    machine,
    raw_file,
    timed,
)

CHANGED = 1000
ROUNDS = 5
POLLS = 2000
MOST_PULL, MOST_VERIFY, MOST_MEMORY = 2.0, 1.5, 100.0


@dataclass(frozen=True)
class Door:
    """The way to a mirror, which remembers how long the longest job held it, in seconds."""

    mirror: Mirror
    held: list[float]

    def __call__(self, job: Callable[[Mirror], Any]) -> Any:
        seconds, answer = timed(lambda: job(self.mirror))
        self.held.append(seconds)
        return answer


def storage_select(place: Place, where: str) -> str:
    """Return the SQL that reads rows in storage form, each value as text, with no policy's help."""
    with place.administrator() as admin:
        rows = admin.execute(
            "select format('(%%s)::text as %%I', c.expression, w.name)"
            " from unnest(%s::text[]) with ordinality as w(name, n)"
            " join sync.columns(%s) c on c.name = w.name order by w.n",
            [columns(), TABLE],
        ).fetchall()
    return f"select {', '.join(row[0] for row in rows)} from public.{TABLE} t where {where}"


def load(place: Place, folder: str) -> float:
    """Make the mirror, and beside it the raw file with the same rows; return the seconds taken."""
    path = Path(folder) / "mirror.db"
    with place.mirror(path) as mirror:
        gateway = place.gateway()
        seconds, _ = timed(lambda: cycle.sync(Door(mirror, []), gateway, place.id, DEVICE))
        gateway.close()
    driver = raw_file(Path(folder) / "raw.db")
    driver.execute(f"ATTACH DATABASE '{path}' AS mirror KEY \"x'{KEY.hex()}'\"")
    names = ", ".join(columns())
    driver.execute(f"INSERT INTO {TABLE} SELECT {names} FROM mirror.{TABLE} ORDER BY id")
    driver.close()
    return seconds


def pulls(place: Place, folder: str) -> tuple[float, float]:
    """Return the best seconds of pulling changed rows, and of reading and upserting them raw."""
    admin, gateway = place.administrator(), place.gateway()
    select = storage_select(place, "t.id = any(%s)")
    others = ", ".join(f"{name} = excluded.{name}" for name in columns() if name != "id")
    upsert = f"{insert_sql()} ON CONFLICT (id) DO UPDATE SET {others}"
    driver = raw_file(Path(folder) / "raw.db")
    ours, raws = [], []
    with place.mirror(Path(folder) / "mirror.db") as mirror:
        door = Door(mirror, [])

        def pulled() -> int:
            with gateway.snapshot() as snapshot:
                return pull(door, snapshot, place.id, lambda: False).rows

        for n in range(ROUNDS):
            ids = [
                row[0]
                for row in admin.execute(
                    f"select id from {TABLE} order by md5(id::text || %s) limit %s",
                    [str(n), CHANGED],
                )
            ]
            admin.execute(
                f"update {TABLE} set reason = 'again ' || %s where id = any(%s)", [str(n), ids]
            )

            def raw(ids: list[Any] = ids) -> None:
                rows = admin.execute(select.encode(), [ids]).fetchall()
                driver.execute("BEGIN IMMEDIATE")
                driver.executemany(upsert, rows)
                driver.execute("COMMIT")

            seconds, rows = timed(pulled)
            assert rows == CHANGED, rows
            ours.append(seconds)
            raws.append(timed(raw)[0])
    return min(ours), min(raws)


def quiet(place: Place, folder: str) -> dict[str, float]:
    """Return what a sync with nothing new costs: round trips, seconds here, CPU of central."""
    gateway = place.gateway()
    with place.mirror(Path(folder) / "mirror.db") as mirror:
        door = Door(mirror, [])
        sync = lambda: cycle.sync(door, gateway, place.id, DEVICE)  # noqa: E731
        sync()
        sync()
        connection = gateway._connected()
        trace = Path(folder) / "trace"
        with trace.open("wb") as file:
            connection.pgconn.trace(file.fileno())
            sync()
            connection.pgconn.untrace()
        trips = trace.read_text().count("ReadyForQuery")
        seconds = min(timed(sync)[0] for _ in range(50))
        cursor = mirror.recall("cursor")
    before, begun = _cpu(connection.info.backend_pid), time.perf_counter()
    for _ in range(POLLS):
        _, cursor = gateway.poll(place.id, DEVICE, cursor)
        assert cursor is not None
    waited = (time.perf_counter() - begun) / POLLS
    cpu = (_cpu(connection.info.backend_pid) - before) / POLLS
    gateway.close()
    return {"trips": trips, "sync": seconds, "poll": waited, "cpu": cpu}


def _cpu(pid: int) -> float:
    """Return the seconds of CPU that a process has taken, its own and the system's for it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def verified(place: Place, folder: str, deep: bool) -> tuple[float, float, float, int]:
    """Return the seconds of a comparison, its peak memory in MB, the longest time the mirror was
    held and how many rows were compared."""
    gateway = place.gateway()
    with place.mirror(Path(folder) / "mirror.db") as mirror:
        cycle.sync(Door(mirror, []), gateway, place.id, DEVICE)
        door, memory = Door(mirror, []), Memory()
        seconds, found = timed(lambda: cycle.verified(door, gateway, place.id, deep=deep))
        assert not found.differing
    gateway.close()
    return seconds, memory.peak(), max(door.held), found.rows


def hashed_raw(place: Place, folder: str, deep: bool) -> tuple[float, float]:
    """Return the seconds of hashing every row at central, and in a raw file."""
    names = columns() if deep else ["id", "row_version"]
    shown = storage_select(place, "true")
    text = " || chr(31) || ".join(f"coalesce({name}, '\\N')" for name in names)
    query = f"select md5(string_agg({text}, chr(30) order by id)) from ({shown}) t"
    with place.administrator() as admin:
        there, _ = timed(lambda: admin.execute(query.encode()).fetchone())
    driver = raw_file(Path(folder) / "raw.db")

    def here() -> str:
        digest = hashlib.md5(usedforsecurity=False)
        for row in driver.execute(f"SELECT {', '.join(names)} FROM {TABLE} ORDER BY id"):
            told = "\x1f".join(["\\N" if value is None else str(value) for value in row])
            digest.update(told.encode())
        return digest.hexdigest()

    seconds, _ = timed(here)
    return there, seconds


def main(rows: int) -> int:
    """Measure at so many rows; print a line for each thing."""
    table = Table()
    with central() as bench, TemporaryDirectory() as folder:
        print(machine(bench.admin))
        bench.fill(rows)
        place = bench.place
        seconds = alone(load, place, folder)
        print(f"       {rows:,} rows, loaded in {seconds:.1f} s")
        ours, raw = alone(pulls, place, folder)
        table.add(Line(f"pull of {CHANGED:,} changed rows", ours, raw, MOST_PULL))
        bench.admin.execute(f"vacuum analyze {TABLE}")
        told = alone(quiet, place, folder)
        print(
            f"       sync with nothing new: {told['trips']:.0f} round trip, "
            f"{told['sync'] * 1000:.2f} ms here; central answers in {told['poll'] * 1000:.2f} ms "
            f"with {told['cpu'] * 1000:.3f} ms of CPU: one core carries "
            f"{60 / told['cpu']:,.0f} PCs that ask every minute"
        )
        for deep in (True, False):
            there, here = alone(hashed_raw, place, folder, deep)
            took, memory, held, compared = alone(verified, place, folder, deep)
            assert compared >= rows
            word = "every column" if deep else "ids and versions"
            most = MOST_VERIFY if deep else None
            work = f"verify, {word} ({held * 1000:.0f} ms held at most)"
            table.add(Line(work, took, there + here, most, memory, MOST_MEMORY))
        return table.code or int(told["trips"] != 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 1_000_000))
