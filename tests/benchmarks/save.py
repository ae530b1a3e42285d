"""What a save in a form costs, journal and all, against a plain commit of the same row.

    python -m tests.benchmarks.save [--rows N] [--saves N]

Both into encrypted files with the same table and its indexes, which hold as many rows; both wait
for the disk (`synchronous=FULL`), in turns; the medians count. The files lie in the folder for
temporary files, or in `--folder`, whose disk is the one that is waited for. Exits with 1 when the
limit is passed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from fluffydesk.mirror import loading
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import new_id
from tests.benchmarks import raw

ROWS = 100_000
SAVES = 500
MOST = 2.0
RECORD = record_for(raw.TABLE)

Save = Callable[[int], None]


def rows(count: int, organization: UUID, animals: list[UUID]) -> Iterator[tuple[str | None, ...]]:
    """Yield rows of the table in the order of their ids."""
    for n in range(count):
        values: dict[str, Any] = {
            "id": new_id(),
            "organization_id": organization,
            "animal_id": animals[n % len(animals)],
            "kind": "visual",
            "value": f"{n * 7919 % 1_000_003:09}",
            "given_on": "2026-01-01",
            "created_at": 1_790_000_000_000_000 + n,
            "updated_at": 1_790_000_000_000_000 + n,
            "row_version": 1,
        }
        found = [values.get(name) for name in raw.columns()]
        yield tuple(None if value is None else str(value) for value in found)


class Raw:
    """Plain commits."""

    def __init__(self, path: Path, filled: list[tuple[str | None, ...]]) -> None:
        self.driver = raw.raw_file(path, durable=True)
        self.driver.execute("BEGIN")
        self.driver.executemany(raw.insert_sql(), filled)
        self.driver.execute("COMMIT")
        self._insert = raw.insert_sql()
        self._rows = filled

    def insert(self, n: int) -> None:
        """Add one row."""
        row = (str(new_id()), *self._rows[n][1:])
        self.driver.execute("BEGIN IMMEDIATE")
        self.driver.execute(self._insert, row)
        self.driver.execute("COMMIT")

    def update(self, n: int) -> None:
        """Change one row."""
        self.driver.execute("BEGIN IMMEDIATE")
        sql = f"UPDATE {raw.TABLE} SET value = ?, reason = ? WHERE id = ?"
        self.driver.execute(sql, (f"T{n}", "lost", self._rows[n * 31 % len(self._rows)][0]))
        self.driver.execute("COMMIT")


class Ours:
    """Saves as the app makes them."""

    def __init__(
        self, mirror: Mirror, filled: list[tuple[str | None, ...]], animals: list[UUID]
    ) -> None:
        self.mirror, self._rows, self._animals = mirror, filled, animals
        with mirror.apply() as connection:
            connection.exec_driver_sql("INSERT INTO organizations (id) VALUES (?)", (filled[0][1],))
            connection.exec_driver_sql(
                "INSERT INTO livestock (id) VALUES (?)", [(str(one),) for one in animals]
            )
            loading.insert(connection, raw.TABLE, raw.columns(), filled)

    def insert(self, n: int) -> None:
        """Add one row."""
        with self.mirror.unit("Add a tag") as unit:
            animal = self._animals[n % len(self._animals)]
            values = {"animal_id": animal, "kind": "visual", "value": self._rows[n][4]}
            unit.insert(RECORD, values)

    def update(self, n: int) -> None:
        """Change one row."""
        id = UUID(str(self._rows[n * 31 % len(self._rows)][0]))
        with self.mirror.unit("Change a tag") as unit:
            unit.update(RECORD, id, {"value": f"T{n}", "reason": "lost"})


def compare(table: raw.Table, title: str, raw_save: Save, our_save: Save, saves: int) -> None:
    """Measure two ways of one save in turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for n in range(saves + 20):
        for save, found in zip((raw_save, our_save), times, strict=True):
            seconds, _ = raw.timed(lambda save=save, n=n: save(n))  # type: ignore[misc]
            if n >= 20:
                found.append(seconds)
    plain, ours = (median(found) for found in times)
    table.add(raw.Line(title, ours, plain, MOST))


def main() -> int:
    """Measure; return 1 when the limit is passed."""
    parser = argparse.ArgumentParser(description="A save in a form.")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--saves", type=int, default=SAVES)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    place = raw.Place("", "", str(new_id()), str(new_id()))
    animals = [new_id() for _ in range(raw.ANIMALS)]
    filled = list(rows(given.rows, place.id, animals))
    table = raw.Table()
    print(raw.machine(), flush=True)
    with (
        TemporaryDirectory(dir=given.folder) as folder,
        place.mirror(Path(folder) / "mirror.db") as mirror,
    ):
        ours = Ours(mirror, filled, animals)
        plain = Raw(Path(folder) / "raw.db", filled)
        compare(table, "a save that adds a row", plain.insert, ours.insert, given.saves)
        compare(table, "a save that changes a row", plain.update, ours.update, given.saves)
        plain.driver.close()
    return table.code


if __name__ == "__main__":
    sys.exit(main())
