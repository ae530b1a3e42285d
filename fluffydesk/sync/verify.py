"""Whether the mirror holds exactly what central would show, and the repair of what differs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.mirror import journal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.images import Image, Value, read_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.sync.meet import Gone, Theirs, meet
from fluffydesk.sync.ports import CentralSnapshot, Door
from fluffydesk.sync.pull import held, tables

_QUICK = ["id", "row_version"]
_IDS_AT_ONCE = 1000


@dataclass(frozen=True)
class Verified:
    """How many rows central shows, and the rows in which the mirror differed from it."""

    rows: int = 0
    differing: Changes = field(default_factory=Changes)
    changes: Changes = field(default_factory=Changes)
    """Rows of the mirror that were written meanwhile: pulled or repaired."""


def check(
    door: Door,
    snapshot: CentralSnapshot,
    organization_id: UUID,
    *,
    deep: bool = False,
    stopped: Callable[[], bool] = lambda: False,
) -> Verified:
    """Compare every table by digest, in the snapshot up to which the mirror was just pulled.

    Quick compares ids and versions, deep every column. Unsent edits count as central has them.
    """
    rows = 0
    differing: dict[str, set[UUID]] = {}
    kept = held(door)
    for table, all_columns in tables().items():
        if stopped():
            break
        if table not in kept:
            differing[table] = door(partial(_ids, table=table))
            continue
        columns = all_columns if deep else _QUICK
        theirs = snapshot.digest(organization_id, table, columns)
        mine, here = door(partial(_local, table=table, columns=columns))
        rows += here
        buckets = sorted(b for b in {*theirs, *mine} if theirs.get(b) != mine.get(b))
        if buckets:
            ids = _differing(door, snapshot, organization_id, table, buckets, deep)
            differing[table] = {UUID(id) for id in ids}
    return Verified(rows, Changes({table: ids for table, ids in differing.items() if ids}))


def repair(
    door: Door, snapshot: CentralSnapshot, organization_id: UUID, differing: Changes
) -> Changes:
    """Bring the rows that differ to what central shows; unsent edits of them are merged."""
    kept = held(door)
    for table, columns in tables().items():
        ids = sorted(differing.get(table, ()))
        for start in range(0, len(ids), _IDS_AT_ONCE):
            some = ids[start : start + _IDS_AT_ONCE]
            rows: dict[str, Theirs] = {str(id): Gone.OUT_OF_SIGHT for id in some}
            if table in kept:
                images = snapshot.images(organization_id, table, columns, some)
                rows.update({image["id"]: image for image in images})
            door(partial(_meet, table=table, rows=rows))
    return differing


def _meet(mirror: Mirror, table: str, rows: Mapping[str, Theirs]) -> None:
    with mirror.apply() as connection:
        meet(connection, table, rows)


def digests(rows: Iterable[tuple[Value, ...]], place: int) -> dict[str, str]:
    """Return the MD5 of each bucket of rows, which come in order of the id at `place`.

    A bucket is the last two digits of the id; values are joined by chr(31), an empty one is
    written `\\N`, rows are joined by chr(30).
    """
    buckets: dict[str, Any] = {}
    for row in rows:
        text = "\x1f".join("\\N" if value is None else str(value) for value in row)
        bucket = str(row[place])[-2:]
        if bucket in buckets:
            buckets[bucket].update(b"\x1e" + text.encode())
        else:
            buckets[bucket] = hashlib.md5(text.encode(), usedforsecurity=False)
    return {bucket: digest.hexdigest() for bucket, digest in buckets.items()}


def _ids(mirror: Mirror, table: str) -> set[UUID]:
    """Return the rows of a table of which a PC of this kind of organization keeps none."""
    with mirror.read() as connection:
        return {UUID(str(id)) for id, _ in _rows_as_central(connection, table, _QUICK)}


def _local(mirror: Mirror, table: str, columns: list[str]) -> tuple[dict[str, str], int]:
    with mirror.read() as connection:
        rows = list(_rows_as_central(connection, table, columns))
    return digests(rows, columns.index("id")), len(rows)


def _rows_as_central(
    connection: Connection, table: str, columns: list[str]
) -> Iterator[tuple[Value, ...]]:
    """Yield the rows in order of id, those with unsent edits as central has them."""
    edits = journal.pending_rows(connection, table)
    place = columns.index("id")
    sql = f"SELECT {', '.join(columns)} FROM {table} ORDER BY id"
    if not edits:
        yield from map(tuple, connection.exec_driver_sql(sql))
        return
    rows = [tuple(r) for r in connection.exec_driver_sql(sql) if (table, r[place]) not in edits]
    bases = [edit.base for edit in edits.values() if edit.base is not None]
    rows += [tuple(base.get(name) for name in columns) for base in bases]
    yield from sorted(rows, key=lambda row: str(row[place]))


def _differing(
    door: Door,
    snapshot: CentralSnapshot,
    organization_id: UUID,
    table: str,
    buckets: list[str],
    deep: bool,
) -> set[str]:
    theirs = snapshot.keys(organization_id, table, buckets)
    mine = door(partial(_versions, table=table, buckets=set(buckets)))
    ids = {id for id in {*theirs, *mine} if theirs.get(id) != mine.get(id)}
    if deep:
        alike = sorted({*theirs, *mine} - ids)
        columns = tables()[table]
        for start in range(0, len(alike), _IDS_AT_ONCE):
            some = alike[start : start + _IDS_AT_ONCE]
            images = snapshot.images(organization_id, table, columns, [UUID(id) for id in some])
            here = door(partial(_images_as_central, table=table, ids=some))
            ids.update(i["id"] for i in images if _unlike(columns, i, here.get(i["id"], {})))
    return ids


def _unlike(columns: list[str], theirs: Image, mine: Image) -> bool:
    return any(theirs.get(name) != mine.get(name) for name in columns)


def _versions(mirror: Mirror, table: str, buckets: set[str]) -> dict[str, Value]:
    with mirror.read() as connection:
        rows = list(_rows_as_central(connection, table, _QUICK))
    return {str(id): version for id, version in rows if str(id)[-2:] in buckets}


def _images_as_central(mirror: Mirror, table: str, ids: list[str]) -> dict[str, Image]:
    with mirror.read() as connection:
        images = read_images(connection, record_for(table), ids)
        edits = journal.pending_rows(connection, table)
    bases = {edit.id: edit.base for edit in edits.values() if edit.base is not None}
    return {**images, **{id: bases[id] for id in ids if id in bases}}
