"""What a push costs, from the journal of a mirror to everything settled in it again.

    python -m tests.benchmarks.push [ROWS ..]

The raw limit of inserts is the least that could do the work: the rows as one jsonb array, inserted
by one `INSERT .. SELECT` by the same member into the same table, under its policies, keys and
triggers (and, only reported, into a table that has none of them). That of edits is a PL/pgSQL loop
of static SQL with a subtransaction a row. Of three runs the best counts, for both. Exits with 1
when a limit is passed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from fluffydesk.mirror.images import to_storage
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import new_id
from fluffydesk.sync import cycle
from fluffydesk.sync.meet import typed_columns
from fluffydesk.sync.push import empty_outbox, fill_outbox
from tests.benchmarks.raw import DEVICE, TABLE, Bench, Line, Place, Table, central, machine, timed

ROWS = (1000, 10_000)
EDITS = 1000
RUNS = 3
INSERTS_LIMIT = 2.0
EDITS_LIMIT = 3.0

_RAW = """
create table public.bare as select * from livestock_identifiers limit 0;
grant insert on public.bare to authenticated;
create function public.edit_in_loop(rows jsonb) returns int language plpgsql as $$
declare
  r record;
  done int := 0;
begin
  for r in select * from jsonb_to_recordset(rows) as x(id uuid, version bigint, reason text) loop
    begin
      update public.livestock_identifiers t set reason = r.reason
      where t.id = r.id and t.row_version = r.version;
      done := done + 1;
    exception when integrity_constraint_violation then
      null;
    end;
  end loop;
  return done;
end $$;
grant execute on function public.edit_in_loop(jsonb) to public;
"""


class Offline:
    """A farm's PC that collects work and sends it; each row of it is a save of its own."""

    def __init__(self, bench: Bench, mirror: Mirror) -> None:
        self.bench, self.mirror, self.place = bench, mirror, bench.place
        self.gateway = self.place.gateway()
        self.record = record_for(TABLE)
        query = "select array_agg(id order by id) from livestock where organization_id = %s"
        found = bench.admin.execute(query, [bench.organization]).fetchone()
        assert found is not None
        self.animals: list[UUID] = found[0]
        self.made = 0

    def rows(self, count: int) -> list[dict[str, Any]]:
        """Return so many new rows, no two alike."""
        first, self.made = self.made, self.made + count
        return [
            {
                **dict.fromkeys(typed_columns(TABLE)),
                "id": str(new_id()),
                "organization_id": self.place.organization,
                "animal_id": str(self.animals[n % len(self.animals)]),
                "kind": "visual",
                "value": f"V{n:09d}",
                "given_on": "2026-05-04",
                "reason": "the first one was lost" if n % 5 == 0 else None,
            }
            for n in range(first, first + count)
        ]

    def add(self, count: int, *, together: bool = False) -> list[str]:
        """Put rows into the journal, each saved by itself or all in one save; return their ids."""
        rows = self.rows(count)
        defaults = {
            column.name: to_storage(column, 1 if column.name == "row_version" else None)
            for column in self.record.__table__.columns
        }
        names = list(defaults)
        sql = f"INSERT INTO {TABLE} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        with self._saves(together) as (unit, each):
            for row in rows:
                each()
                image = defaults | row
                unit.connection.exec_driver_sql(sql, tuple(image[name] for name in names))
        return [row["id"] for row in rows]

    def edit(self, ids: list[str], reason: str) -> None:
        """Change a column of rows, each saved by itself."""
        with self._saves(together=False) as (unit, each):
            for id in ids:
                each()
                sql = f"UPDATE {TABLE} SET reason = ? WHERE id = ?"
                unit.connection.exec_driver_sql(sql, (reason, id))

    @contextmanager
    def _saves(self, together: bool) -> Iterator[tuple[Unit, Any]]:
        """Make many saves in one transaction: what is measured comes after them."""
        with self.mirror.unit("Work") as unit:

            def each() -> None:
                if not together:
                    id = str(new_id())
                    connection = unit.connection
                    connection.exec_driver_sql(
                        "INSERT INTO units (id, made_at) VALUES (?, 1)", (id,)
                    )
                    self.mirror.hand.writer = id

            yield unit, each

    def send(self, count: int) -> float:
        """Send what the journal holds and settle it; return the seconds it took."""
        seconds, rows = timed(self._send)
        assert rows == count, (rows, count)
        with self.mirror.read() as connection:
            sql = "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM pending_rows)"
            assert connection.exec_driver_sql(sql).scalar_one() == 0
        return seconds

    def _send(self) -> int:
        fill_outbox(self.mirror)
        return empty_outbox(
            lambda job: job(self.mirror), self.gateway, self.place.id, DEVICE, lambda: False
        ).applied


def raw_insert(place: Place, rows: list[dict[str, Any]], table: str = TABLE) -> float:
    """Return how long one statement takes to insert the rows."""
    names = ", ".join(["id", "organization_id", *typed_columns(TABLE)])
    with place.login() as login:
        begun = time.perf_counter()
        login.execute(
            f"insert into public.{table} ({names}) select {names}"
            f" from jsonb_populate_recordset(null::public.{TABLE}, %s)",
            [json.dumps(rows)],
        )
        return time.perf_counter() - begun


def raw_edit(place: Place, ids: list[str], reason: str) -> float:
    """Return how long a loop with a subtransaction a row takes to change them."""
    with place.login() as login:
        found = login.execute(
            f"select id::text, row_version from {TABLE} where id = any(%s::uuid[])", [ids]
        ).fetchall()
        rows = json.dumps(
            [{"id": id, "version": version, "reason": reason} for id, version in found]
        )
        begun = time.perf_counter()
        done = login.execute("select public.edit_in_loop(%s)", [rows]).fetchone()
        seconds = time.perf_counter() - begun
    assert done == (len(ids),)
    return seconds


def inserts(pc: Offline, count: int, table: Table) -> None:
    """Measure rows that were added offline."""
    raw: list[float] = []
    bare: list[float] = []
    ours: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(RUNS):
        raw.append(raw_insert(pc.place, pc.rows(count)))
        bare.append(raw_insert(pc.place, pc.rows(count), "bare"))
        for together, found in ours.items():
            pc.add(count, together=together)
            found.append(pc.send(count))
    limit = INSERTS_LIMIT if count == 10_000 else None
    table.add(Line(f"{count:,} inserts, each its own save", min(ours[False]), min(raw), limit))
    table.add(Line(f"{count:,} inserts, one save", min(ours[True]), min(raw), limit))
    bare_limit = min(bare)
    work = f"{count:,} inserts, own saves, against a table without anything"
    table.add(Line(work, min(ours[False]), bare_limit))


def edits(pc: Offline, count: int, table: Table) -> None:
    """Measure rows that were changed offline, each by a save of its own."""
    raw, ours = [], []
    others = pc.rows(count)
    raw_insert(pc.place, others)
    ids = pc.add(count)
    pc.send(count)
    for run in range(RUNS):
        raw.append(raw_edit(pc.place, [row["id"] for row in others], f"raw {run}"))
        pc.edit(ids, f"ours {run}")
        ours.append(pc.send(count))
    table.add(Line(f"{count:,} edits, each its own save", min(ours), min(raw), EDITS_LIMIT))


def main(counts: list[int]) -> int:
    """Measure pushes of so many rows."""
    table = Table()
    with central() as bench, TemporaryDirectory() as folder:
        bench.admin.execute(_RAW)
        print(machine(bench.admin), flush=True)
        with bench.place.mirror(Path(folder) / "mirror.db") as mirror:
            pc = Offline(bench, mirror)
            cycle.sync(lambda job: job(mirror), pc.gateway, bench.place.id, DEVICE)
            pc.add(200)
            pc.send(200)
            edits(pc, EDITS, table)
            for count in counts or ROWS:
                inserts(pc, count, table)
            pc.gateway.close()
    return table.code


if __name__ == "__main__":
    sys.exit(main([int(word) for word in sys.argv[1:]]))
