"""The first copy of a table, against the least that could bring the same rows into such a file.

    python -m tests.benchmarks.baseline [--rows N ..] [--runs N]

Each of them is measured in a process of its own, in turns, and the best of the runs counts:

- raw: `COPY .. TO STDOUT` by the administrator, whom no policy binds, in key order, read by
  psycopg and written by `executemany`, 10,000 rows a transaction, into an encrypted file with the
  same table; its indexes after the load. Once as the columns are and once as storage form; the
  faster counts.
- baseline: what the app does, from its first question to the last table's end: all tables of a
  farm, under the owner's policies, with the journal, resumable after each page.
- text: `psql -c "copy .."` into `sqlite3 .import`, not encrypted, one index. Only reported.
- first sync: the whole of a new PC's first sync, with the comparison of every column after it.

Exits with 1 when a limit is passed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fluffydesk.central.embedded import wheel_binaries
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.sync import baseline, cycle
from fluffydesk.sync.pull import held
from tests.benchmarks import raw

ROWS = (10_000, 100_000, 1_000_000)
RUNS = 3
MOST = 1.3
MOST_MEMORY = 100.0
FEW = 100_000
"""Below so many rows the ratio is only reported: what is fixed weighs too much."""
PAGE = 10_000

Found = tuple[float, float]
"""Seconds, and the peak of memory above the idle process in MB."""


def raw_load(place: raw.Place, path: Path, shaped: bool) -> Found:
    """Bring the table in as fast as psycopg and SQLite can."""
    names = ", ".join(raw.columns())
    query = (
        f"select {names} from {raw.TABLE} where organization_id = '{place.organization}'"
        " order by id"
    )
    with place.administrator() as connection, place.login() as login:
        if shaped:
            asked = [place.id, raw.TABLE, raw.columns()]
            row = login.execute("select sync.select_for(%s, %s, %s)", asked).fetchone()
            assert row is not None
            query = row[0]
        driver = raw.raw_file(path, indexes=False)
        memory = raw.Memory()
        seconds, _ = raw.timed(partial(_raw_load, connection, query, driver))
        driver.close()
        return seconds, memory.peak()


def _raw_load(connection: Any, query: str, driver: Any) -> None:
    insert = raw.insert_sql()
    with connection.cursor() as cursor, cursor.copy(f"copy ({query}) to stdout") as copy:
        rows = copy.rows()
        while page := list(islice(rows, PAGE)):
            driver.execute("BEGIN IMMEDIATE")
            driver.executemany(insert, page)
            driver.execute("COMMIT")
    raw.raw_indexes(driver)


def our_load(place: raw.Place, path: Path) -> Found:
    """Load a new mirror as the app does; what comes after the load is not counted."""
    with place.mirror(path) as mirror:
        central = place.gateway()
        central.organizations()  # connected, as an app that stands idle is
        memory = raw.Memory()
        seconds, rows = raw.timed(partial(_our_load, place, mirror, central))
        peak = memory.peak()
        central.close()
        assert rows == _rows_of(mirror), "the load lost rows"
        return seconds, peak


def _our_load(place: raw.Place, mirror: Mirror, central: Any) -> int:
    with central.snapshot() as snapshot:
        wanted = held(lambda job: job(mirror))
        cursor = snapshot.pull(place.id, None, wanted, None)["cursor"]
        loaded = baseline.load(
            lambda job: job(mirror), snapshot, place.id, cursor, lambda _: None, lambda: False
        )
        there = snapshot.counts(place.id, [raw.TABLE])[raw.TABLE]
    assert loaded.rows >= there
    return there


def _rows_of(mirror: Mirror) -> int:
    with mirror.read() as connection:
        sql = f"SELECT count(*) FROM {raw.TABLE}"
        return int(connection.exec_driver_sql(sql).scalar_one())


def first_sync(place: raw.Place, path: Path) -> Found:
    """Run a new PC's first sync."""
    with place.mirror(path) as mirror:
        central = place.gateway()
        memory = raw.Memory()
        seconds, _ = raw.timed(
            lambda: cycle.sync(lambda job: job(mirror), central, place.id, raw.DEVICE)
        )
        central.close()
        return seconds, memory.peak()


def text_copy(place: raw.Place, path: Path) -> Found:
    """Copy text to text, by the two programs made for it; Python reads where sqlite3 is not."""
    names = ", ".join(raw.columns())
    query = f"copy (select {names} from {raw.TABLE} order by id) to stdout (format csv)"
    psql = [str(wheel_binaries() / "psql"), place.admin_url, "-qc", query]
    made = [
        f"create table {raw.TABLE} ({names}, primary key (id))",
        f"create index one on {raw.TABLE} (animal_id)",
    ]
    program = shutil.which("sqlite3")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}

    def copy() -> None:
        with subprocess.Popen(psql, stdout=subprocess.PIPE, env=environment) as source:
            assert source.stdout is not None
            if program is None:
                _import(path, made, source.stdout)
                return
            steps = [made[0], ".mode csv", f".import /dev/stdin {raw.TABLE}", made[1]]
            commands = [part for step in steps for part in ("-cmd", step)]
            subprocess.run([program, *commands, str(path), ""], stdin=source.stdout, check=True)

    seconds, _ = raw.timed(copy)
    return seconds, 0.0


def _import(path: Path, made: list[str], source: Any) -> None:
    database = sqlite3.connect(path)
    database.execute(made[0])
    marks = ", ".join("?" * len(raw.columns()))
    lines = (line.decode().rstrip("\n").split(",") for line in source)
    database.executemany(f"insert into {raw.TABLE} values ({marks})", lines)
    database.execute(made[1])
    database.commit()
    database.close()


def best(runs: list[Found]) -> Found:
    """Return the fastest run's seconds, and the most memory that any took."""
    return min(seconds for seconds, _ in runs), max(memory for _, memory in runs)


def measure(table: raw.Table, place: raw.Place, rows: int, runs: int) -> None:
    """Measure everything at so many rows."""
    kinds: dict[str, Any] = {
        "raw": partial(raw_load, shaped=False),
        "raw in storage form": partial(raw_load, shaped=True),
        "baseline": our_load,
        "text": text_copy,
        "first sync": first_sync,
    }
    found: dict[str, list[Found]] = {name: [] for name in kinds}
    for run in range(runs):
        for name, kind in kinds.items():
            if run and name in ("text", "first sync"):
                continue
            with TemporaryDirectory() as folder:
                found[name].append(raw.alone(kind, place, Path(folder) / "file.db"))
    limit, most = (MOST, MOST_MEMORY) if rows >= FEW else (None, MOST_MEMORY)
    least, taken = best(found["raw"] + found["raw in storage form"])
    seconds, memory = best(found["baseline"])
    title = f"baseline of {rows:,} rows"
    table.add(raw.Line(title, seconds, least, limit, memory, most))
    print(f"{'':7}{rows / seconds:,.0f} rows a second; raw takes {taken:.0f} MB above idle")
    text = best(found["text"])[0]
    table.add(raw.Line(f"{title} against psql | sqlite3 .import", seconds, text))
    whole, memory = best(found["first sync"])
    table.add(raw.Line(f"first sync of {rows:,} rows, with its check", whole, least, None, memory))


def main() -> int:
    """Measure; return 1 when a limit is passed."""
    parser = argparse.ArgumentParser(description="The first copy of a table.")
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    parser.add_argument("--runs", type=int, default=RUNS)
    given = parser.parse_args()
    table = raw.Table()
    with raw.central() as bench:
        print(raw.machine(bench.admin), flush=True)
        for rows in sorted(given.rows):
            bench.fill(rows)
            measure(table, bench.place, rows, given.runs)
    return table.code


if __name__ == "__main__":
    sys.exit(main())
