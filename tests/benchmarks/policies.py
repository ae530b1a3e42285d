"""What the policies cost: the same queries with them and without, on 100,000 rows of every table.

    python -m tests.benchmarks.policies [TABLE ..]

A member reads what they may read; the administrator, whom no policy binds, reads the same rows.
Exits with 1 if anything takes more than twice as long with the policies. Takes some minutes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Date

from fluffydesk.central import administration
from fluffydesk.central.embedded import EmbeddedServer
from fluffydesk.records.access import Platform, Through
from fluffydesk.records.catalog import RECORDS
from fluffydesk.records.types import UtcTime
from fluffydesk.records.vocabulary import Record, facts_of
from tests.benchmarks.filling import A_FEW, MANY, SET_UP, Filling, Share

MOST = 2.0
RUNS = 7
LOOK_UPS = 50
LATEST = 50
ADDED = 1000
QUICK = {"fsync": "off", "synchronous_commit": "off", "autovacuum": "off"}
_PASSWORD = "correct horse"

Query = tuple[Any, str, list[tuple[Any, ...]]]
"""A connection, a statement, and the values it is run with, one after the other."""


class Pair(NamedTuple):
    """A query without policies and with them."""

    without: Query
    having: Query


class Bench:
    """A central with one organization, its owner, and an administrator of the platform."""

    def __init__(self, server: EmbeddedServer) -> None:
        administration.init(server.admin_url)
        here = administration.add_organization(server.admin_url, "Hill Farm", "breeding_facility")
        people = {
            name: administration.add_user(
                server.admin_url, f"{name}@fluffydesk.example", _PASSWORD, here, "owner"
            )
            for name in ("member", "platform")
        }
        self.admin = psycopg.connect(server.admin_url, autocommit=True)
        self.admin.execute(
            "delete from organization_users where user_id = %s", [people["platform"]]
        )
        self.admin.execute(
            "update profiles set role = 'platform_admin' where id = %s", [people["platform"]]
        )
        self.admin.execute(SET_UP)
        self.admin.execute("grant execute on function pg_stat_force_next_flush to public")
        self.admin.execute("set session_replication_role = replica")
        self.logins = {
            name: psycopg.connect(
                server.member_url,
                user=f"{name}@fluffydesk.example",
                password=_PASSWORD,
                autocommit=True,
            )
            for name in people
        }
        self.here = here
        self.filling = Filling(self.admin, people["member"], here)

    def measure(self, record: type[Record]) -> dict[str, tuple[float, float]]:
        """Return for each query of a table the seconds without the policies and with them."""
        ways = record.__access__.ways("read")
        only_platform = all(isinstance(way, Platform) for way in ways)
        login = self.logins["platform" if only_platform else "member"]
        shares = self.filling.fill(record)
        self.filling.analyze()
        try:
            queries = self._queries(record, shares, login)
            found = {name: compared(pair) for name, pair in queries.items()}
            adds = record.__access__.ways("add")
            if adds:
                only_platform = all(isinstance(way, Platform) for way in adds)
                added = self._add(record, self.logins["platform" if only_platform else "member"])
                found |= {"add": added} if added else {}
            return found
        finally:
            self.filling.clear()

    def _add(self, record: type[Record], login: Any) -> tuple[float, float] | None:
        """Return how long it takes one member to add rows, the table open and closed; None where
        the rows made up here are not such as the table's own triggers take."""
        query = self.filling.adding(record, ADDED)
        times: dict[str, list[float]] = {"disable": [], "enable": []}
        for _ in range(RUNS):
            for how, found in times.items():
                self.admin.execute(f"alter table {record.__table__.name} {how} row level security")
                try:
                    with login.transaction(force_rollback=True):
                        begun = time.perf_counter()
                        login.execute(query)
                        found.append(time.perf_counter() - begun)
                except psycopg.Error as error:
                    self.admin.execute(
                        f"alter table {record.__table__.name} enable row level security"
                    )
                    print(f"{record.__table__.name}: {str(error).splitlines()[0]}")
                    return None
        return median(times["disable"]), median(times["enable"])

    def _queries(self, record: type[Record], shares: list[Share], login: Any) -> dict[str, Pair]:
        table = record.__table__.name
        columns = ", ".join(c.name for c in record.__table__.columns if not facts_of(c).secret)
        ids = [row[0] for row in login.execute(f"select id from {table} order by random()")]
        assert ids, f"nobody sees a row of {table}"
        seen = "true"
        if len(ids) <= A_FEW * 4:
            seen = "id = any(array[" + ", ".join(f"'{id}'" for id in ids) + "]::uuid[])"
        elif isinstance(record.__scope__, Through):  # nothing in the row says whose it is
            self._keep(ids)
            seen = "id in (select id from benchmark.seen)"
        elif len(ids) < 0.9 * MANY:
            first, end = (f"benchmark.id('{table}', {n})" for n in (1, 0))
            seen = f"id >= {first} and id < {end}"
        count = f"select count(t) from (select {columns} from {table} {{}} offset 0) t"
        whose = latest = self._whose(record, shares)
        if not whose:
            whose = seen
        order = usual_order(record, latest.partition(" ")[0])
        last = f"select {columns} from {table} {{}} order by {order} desc limit {LATEST}"

        self.seen = len(ids)
        look_up = f"select {columns} from {table} where id = %s"
        return {
            "all": Pair(
                (self.admin, count.format(f"where {seen}"), [()]),
                (login, count.format(""), [()]),
            ),
            "one": Pair(
                (self.admin, look_up, [(id,) for id in (ids * LOOK_UPS)[:LOOK_UPS]]),
                (login, look_up, [(id,) for id in (ids * LOOK_UPS)[:LOOK_UPS]]),
            ),
            "latest": Pair(
                (self.admin, last.format(f"where {whose}"), [()]),
                (login, last.format(f"where {latest}" if latest else ""), [()]),
            ),
        }

    def _keep(self, ids: list[Any]) -> None:
        self.admin.execute("truncate benchmark.seen")
        self.admin.execute("insert into benchmark.seen select unnest(%s::uuid[])", [ids])
        self.admin.execute("vacuum (analyze) benchmark.seen")

    def _whose(self, record: type[Record], shares: list[Share]) -> str:
        """Return the condition that picks one organization's or person's rows."""
        for share in shares:
            for column, value in share.values.items():
                row = self.admin.execute(
                    f"select ({value})::text from (select 1 as i) n"
                ).fetchone()
                assert row
                return f"{column} = '{row[0]}'"
        return ""


def usual_order(record: type[Record], column: str) -> str:
    """Return the moment or day by which an index orders the rows of one `column`."""
    for index in record.__table__.indexes:
        names = [one.name for one in index.columns]
        if names[:1] == [column] and len(names) > 1:
            then = record.__table__.columns[names[1]]
            if isinstance(then.type, UtcTime | Date):
                return str(then.name)
    return "created_at"


def compared(pair: Pair) -> tuple[float, float]:
    """Return how long a query takes without policies and with them, run in turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for runs in (RUNS, 2 * RUNS, 3 * RUNS):
        for values in zip(*(one[2] for one in pair), strict=True):
            for (connection, query, _), given in zip(pair, values, strict=True):
                connection.execute(query, given).fetchall()
        for _ in range(runs):
            for values in zip(*(one[2] for one in pair), strict=True):
                for (connection, query, _), given, found in zip(pair, values, times, strict=True):
                    begun = time.perf_counter()
                    connection.execute(query, given).fetchall()
                    found.append(time.perf_counter() - begun)
        if median(times[1]) < 0.9 * MOST * median(times[0]):
            break
    return median(times[0]), median(times[1])


def main(tables: list[str]) -> int:
    """Measure the tables, or all; print a line for each; return 1 if one costs too much."""
    slow = 0
    begun = time.perf_counter()
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with EmbeddedServer(Path(folder), settings=QUICK) as server:
            bench = Bench(server)
            for record in RECORDS:
                table = record.__table__.name
                if (tables and table not in tables) or not record.__access__.ways("read"):
                    continue
                found = bench.measure(record)
                words = [
                    f"{name} {after / before:4.2f} ({before * 1000:.2f} -> {after * 1000:.2f} ms)"
                    for name, (before, after) in found.items()
                ]
                bad = any(after > MOST * before for before, after in found.values())
                slow += bad
                print(f"{'SLOW' if bad else '    '} {table:28}{bench.seen:7} ", *words, flush=True)
    print(f"{slow} above {MOST}, in {time.perf_counter() - begun:.0f} s")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
