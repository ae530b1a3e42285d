"""Carries unsent edits out of a damaged mirror into a fresh one, as far as its pages still read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from fluffydesk.mirror import trouble
from fluffydesk.mirror.engine import connect
from fluffydesk.mirror.images import Image, column_names, write_images
from fluffydesk.mirror.journal import Key
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.schema import JOURNAL, KINDS_OF_EDITS
from fluffydesk.records.catalog import MIRRORED, record_for
from fluffydesk.wording import counted

_Row = dict[str, Any]
_OPEN = {
    "units": "settled_at IS NULL",
    "unit_rows": "1",
    "pending_rows": "1",
    "outbox": "1",
    "conflicts": "decision IS NULL",
    "quarantine": "outcome IS NULL",
}
_TABLES = frozenset(record.__table__.name for record in MIRRORED)


@dataclass(frozen=True)
class Salvaged:
    """How many saves were carried over, how many were seen but not whole, and if all was seen."""

    carried: int = 0
    lost: int = 0
    all_seen: bool = False

    @property
    def told(self) -> str:
        """Say it in a sentence or two."""
        told = counted(self.carried, "unsent edit was", "unsent edits were") + " carried over"
        if self.lost:
            told += f", and {self.lost:,} could not be read"
        if not self.all_seen:
            told += "; others may be only in the file that was set aside"
        return told + "."


@dataclass
class _Found:
    """What could be read: the journal's open rows, and the edited rows as they are now."""

    journal: dict[str, list[_Row]] = field(default_factory=dict)
    mine: dict[Key, Image | None] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    """The tables of the journal that did not read to their end."""


def salvage(path: Path, key: bytes, mirror: Mirror) -> Salvaged:
    """Bring the unsent edits in a damaged file into a mirror that has never been synced.

    A save is carried over whole or not at all, with those that touched the same rows; what was
    being sent is sent again under its old id. The next sync merges it all with central's rows.
    The damaged file is left as it is. Raises DiskFull.
    """
    found = _read(_File(path, key))
    torn = _torn(found)
    units = {row["id"]: row for row in found.journal["units"] if row["id"] not in torn}
    with mirror.apply(durable=True) as connection:
        _write(connection, found, units)
        mirror.state.put(connection, "units_made", len(units))
    return Salvaged(len(units), len(torn), not found.cut)


class _File:
    """The damaged file; SQLCipher reads nothing more after a bad page, so it is opened anew."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key

    def rows(
        self, table: str, wanted: list[str], which: str, values: tuple[str, ...] = ()
    ) -> tuple[list[_Row], bool]:
        """Return the rows up to the first page that does not read, and whether that was all.

        In no order: sorting would give nothing where one page is bad.
        """
        rows: list[_Row] = []
        try:
            with closing(connect(self._path, self._key)) as driver:
                there = {row[1] for row in driver.execute(f"PRAGMA table_info ({table})")}
                names = [name for name in wanted if name in there]
                sql = f"SELECT {', '.join(names)} FROM {table} WHERE {which}"
                for row in driver.execute(sql, values):
                    rows.append(dict(zip(names, row, strict=True)))
        except trouble.DatabaseError:
            return rows, False
        return rows, True


def _read(file: _File) -> _Found:
    found = _Found()
    for table, which in _OPEN.items():
        names = [column.partition(" ")[0] for column in JOURNAL.get(table, ())]
        if table in KINDS_OF_EDITS:
            names = [*KINDS_OF_EDITS[table][0]]
        found.journal[table], whole = file.rows(table, names, which)
        if not whole:
            found.cut.add(table)
    edits: dict[str, list[str]] = {}
    for row in found.journal["pending_rows"]:
        edits.setdefault(row["table_name"], []).append(row["row_id"])
    for table in edits.keys() & _TABLES:
        for id, image in _images(file, table, edits[table]):
            found.mine[table, id] = image
    return found


def _images(file: _File, table: str, ids: list[str]) -> Iterator[tuple[str, Image | None]]:
    """Yield the rows that read: all in one go, or one by one where a page is bad."""
    names = column_names(record_for(table))
    listed = "id IN (SELECT value FROM json_each(?))"
    rows, whole = file.rows(table, names, listed, (json.dumps(ids),))
    if whole:
        found = {str(row["id"]): row for row in rows}
        yield from ((id, found.get(id)) for id in ids)
        return
    for id in ids:
        rows, whole = file.rows(table, names, "id = ?", (id,))
        if whole:
            yield id, rows[0] if rows else None


def _torn(found: _Found) -> set[str]:
    """Return the units of which something does not read, and all that touched the same rows."""
    touched = [(_key(row), row["unit_id"]) for row in found.journal["unit_rows"]]
    torn = set()
    if "unit_rows" in found.cut:
        torn = {row["id"] for row in found.journal["units"]} - {unit for _, unit in touched}
    pending = {_key(row) for row in found.journal["pending_rows"]}
    bad = pending - found.mine.keys()
    if "pending_rows" in found.cut:
        bad |= {key for key, _ in touched} - pending
    while more := {unit for key, unit in touched if key in bad} - torn:
        torn |= more
        bad |= {key for key, unit in touched if unit in torn}
    return torn


def _write(connection: Connection, found: _Found, units: dict[str, _Row]) -> None:
    rows = found.journal
    touched = [row for row in rows["unit_rows"] if row["unit_id"] in units]
    keys = {_key(row) for row in touched}
    for table, id in keys & found.mine.keys():
        image = found.mine[table, id]
        write_images(connection, record_for(table), [image] if image is not None else [])
    held = [row for row in rows["quarantine"] if units.keys() >= set(json.loads(row["units"]))]
    asked = [row for row in rows["conflicts"] if _key(row) in keys]
    questions = {_key(row) for row in asked}
    waits = {
        "conflict": {row["unit_id"] for row in touched if _key(row) in questions},
        "quarantined": {unit for row in held for unit in json.loads(row["units"])},
    }
    for id, unit in units.items():
        if id not in waits.get(unit["outcome"], {id}):
            unit["outcome"] = "waiting"  # the question about it was not read: it is asked anew
    edits = [row for row in rows["pending_rows"] if _key(row) in keys]
    sent = [row for row in rows["outbox"] if units.keys() >= set(json.loads(row["units"]))]
    _insert(connection, "units", list(units.values()))
    _insert(connection, "edits", touched)
    _insert(connection, "edits", edits)
    _insert(connection, "conflicts", asked)
    _insert(connection, "quarantine", held)
    _insert(connection, "outbox", sent)


def _key(row: _Row) -> Key:
    return row["table_name"], row["row_id"]


def _insert(connection: Connection, table: str, rows: list[_Row]) -> None:
    if rows:
        names = list(rows[0])
        connection.exec_driver_sql(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
            [tuple(row[name] for name in names) for row in rows],
        )
