"""What a sync reads of a table in which ten times as much is other tenants'.

    python -m tests.benchmarks.sync [TABLE ..]

For each way in which rows belong to a mirror: how long it takes to read 100,000 rows as a
baseline, to digest them and to look some of them up, and how many rows Postgres read for it. Exits
with 1 if more were read than three for each that is the mirror's: then it read other tenants'.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fluffydesk.central.embedded import EmbeddedServer
from fluffydesk.records.access import Through
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import Record
from tests.benchmarks.filling import MANY
from tests.benchmarks.policies import QUICK, Bench

TABLES = ("livestock", "notifications", "medical_records", "profiles", "pets", "organization_users")
MOST = 3
PULLED = 200


def measure(bench: Bench, record: type[Record]) -> dict[str, tuple[float, int]]:
    """Return for each kind of read its seconds, and how many rows of any table it read."""
    table, login = record.__table__.name, bench.logins["member"]
    columns = [column.name for column in record.__table__.columns]
    bench.filling.fill(record, 2 * MANY)
    bench.filling.fill_others(record, 9 * MANY)
    bench.filling.analyze()

    def baseline() -> list[Any]:
        query = "select sync.select_for(%s, %s, %s)"
        [text] = login.execute(query, [bench.here, table, columns]).fetchone()
        with login.cursor() as cursor, cursor.copy(f"copy ({text}) to stdout") as copy:
            return [row[0] for row in copy.rows()]

    def digest() -> None:
        login.execute("select sync.digest(%s, %s, %s)", [bench.here, table, columns])

    rows = baseline()
    ids = rows[:: max(1, len(rows) // PULLED)][:PULLED]

    def pull() -> None:
        login.execute("select sync.images(%s, %s, %s, %s)", [bench.here, table, columns, ids])

    found = {}
    runs: dict[str, Callable[[], Any]] = {"baseline": baseline, "digest": digest, "pull": pull}
    for name, run in runs.items():
        run()
        before = rows_read(bench, login)
        begun = time.perf_counter()
        run()
        found[name] = time.perf_counter() - begun, rows_read(bench, login) - before
    bench.filling.clear()
    print(f"{table:22}{len(rows):8} rows")
    return found


def rows_read(bench: Bench, login: Any) -> int:
    """Return how many rows and entries of indexes were ever read."""
    login.execute("select pg_stat_force_next_flush()")
    row = bench.admin.execute(
        "select (select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))"
        " from pg_stat_user_tables where schemaname = 'public')"
    ).fetchone()
    assert row
    return int(row[0])


def main(tables: list[str]) -> int:
    """Measure the tables, or one of each kind; print a line for each read."""
    slow = 0
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with EmbeddedServer(Path(folder), settings=QUICK) as server:
            bench = Bench(server)
            for table in tables or TABLES:
                record = record_for(table)
                links = (
                    len(record.__scope__.reaches) if isinstance(record.__scope__, Through) else 0
                )
                for name, (seconds, read) in measure(bench, record).items():
                    bad = read > MOST * (1 + links) * (PULLED if name == "pull" else MANY)
                    slow += bad
                    print(
                        f"{'SLOW' if bad else '    '} {name:10}{seconds:7.2f} s{read:10} rows read"
                    )
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
