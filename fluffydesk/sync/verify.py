"""Whether the mirror holds exactly what central would show, and the repair of what differs.

Both sides join the values of a row, and the rows of a chunk in the order of their ids, into one
text and hash it; central says where each chunk ends. A chunk that differs is compared row by row.
The mirror is used for one chunk at a time. What a person saves meanwhile is in the journal, and a
row with unsent edits counts as central has it, so the chunks agree with one moment of central.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.mirror import journal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import is_heavy
from fluffydesk.sync import window
from fluffydesk.sync.meet import Gone, Theirs, meet
from fluffydesk.sync.ports import CentralSnapshot, Door
from fluffydesk.sync.pull import held, tables

_QUICK = ["id", "row_version"]
_IDS_AT_ONCE = 1000
_HEAVY_IDS_AT_ONCE = 8
_FIRST, _LAST = "", "g"
"""Sort before and after every id."""


@dataclass(frozen=True)
class Verified:
    """How many rows central shows, and the rows in which the mirror differed from it."""

    rows: int = 0
    differing: Changes = field(default_factory=Changes)
    changes: Changes = field(default_factory=Changes)
    """Rows of the mirror that were written meanwhile: pulled or repaired."""


@dataclass(frozen=True)
class _Stretch:
    """Rows of a table after one id and up to another; with `since`, of a log only those kept."""

    table: str
    columns: tuple[str, ...]
    after: UUID | None
    last: UUID | None
    since: date | None

    @property
    def bounds(self) -> tuple[str, str]:
        """The same as texts between which a mirror finds the ids."""
        after = _FIRST if self.after is None else str(self.after)
        return after, _LAST if self.last is None else str(self.last)


def check(
    door: Door,
    snapshot: CentralSnapshot,
    organization_id: UUID,
    *,
    deep: bool = False,
    only: Collection[str] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Verified:
    """Compare every table, or `only` some, in the snapshot up to which the mirror was just pulled.

    Quick compares ids and versions, deep every column. Unsent edits count as central has them.
    Rows of a log from before the days that this PC keeps are not looked at.
    """
    rows = 0
    differing: dict[str, set[UUID]] = {}
    kept = held(door)
    since = door(window.first_day)
    for table in tables():
        if stopped():
            break
        if only is not None and table not in only:
            continue
        if table not in kept:
            differing[table] = door(partial(_ids, table=table))
            continue
        columns = tuple(kept[table] if deep else _QUICK)
        found = _Comparison(door, snapshot, organization_id, stopped)
        found.run(_Stretch(table, columns, None, None, since))
        rows += found.rows
        differing[table] = found.differing
    return Verified(rows, Changes({table: ids for table, ids in differing.items() if ids}))


class _Comparison:
    """One table, chunk by chunk: how many rows central has, and those that differ."""

    def __init__(
        self,
        door: Door,
        snapshot: CentralSnapshot,
        organization_id: UUID,
        stopped: Callable[[], bool],
    ) -> None:
        self.door = door
        self.snapshot = snapshot
        self.organization_id = organization_id
        self.stopped = stopped
        self.rows = 0
        self.differing: set[UUID] = set()

    def run(self, whole: _Stretch) -> None:
        """Compare a table from its first row to its last."""
        table, columns, since = whole.table, list(whole.columns), whole.since
        after: UUID | None = None
        while not self.stopped():
            for chunk in self.snapshot.digest(self.organization_id, table, columns, after, since):
                last = UUID(chunk["last"]) if chunk["last"] else None
                stretch = _Stretch(table, whole.columns, after, last, since)
                self.rows += chunk["rows"]
                if self.door(partial(_hash, stretch=stretch)) != chunk["hash"]:
                    self._look_closer(stretch)
                if last is None:
                    return
                after = last

    def _look_closer(self, stretch: _Stretch) -> None:
        theirs = self.snapshot.keys(
            self.organization_id,
            stretch.table,
            list(stretch.columns),
            (stretch.after, stretch.last),
            stretch.since,
        )
        mine = self.door(partial(_hashes, stretch=stretch))
        self.differing |= {UUID(id) for id in {*theirs, *mine} if theirs.get(id) != mine.get(id)}


def repair(
    door: Door,
    snapshot: CentralSnapshot,
    organization_id: UUID,
    differing: Changes,
    gone: Gone = Gone.OUT_OF_SIGHT,
) -> Changes:
    """Bring the rows that differ to what central shows; unsent edits of them are merged.

    `gone` is why central would not show one.
    """
    kept = held(door)
    for table, columns in tables().items():
        ids = sorted(differing.get(table, ()))
        step = _HEAVY_IDS_AT_ONCE if is_heavy(record_for(table)) else _IDS_AT_ONCE
        for start in range(0, len(ids), step):
            some = ids[start : start + step]
            rows: dict[str, Theirs] = {str(id): gone for id in some}
            if table in kept:
                images = snapshot.images(organization_id, table, columns, some)
                rows.update({image["id"]: image for image in images})
            door(partial(_meet, table=table, rows=rows))
    return differing


def _meet(mirror: Mirror, table: str, rows: Mapping[str, Theirs]) -> None:
    with mirror.apply() as connection:
        meet(connection, table, rows)
        window.shed_rows(connection, table, list(rows), window.first_day_in(connection))


def _ids(mirror: Mirror, table: str) -> set[UUID]:
    """Return the rows of a table of which a PC of this kind of organization keeps none."""
    with mirror.read() as connection:
        return {UUID(id) for id, _ in _rows(connection, _Stretch(table, ("id",), None, None, None))}


def _hash(mirror: Mirror, stretch: _Stretch) -> str | None:
    """Return the MD5 of some rows as one text; None where there are none, as central says it."""
    with mirror.read() as connection:
        text = "\x1e".join([text for _, text in _rows(connection, stretch)])
    return _md5(text) if text else None


def _hashes(mirror: Mirror, stretch: _Stretch) -> dict[str, str]:
    with mirror.read() as connection:
        return {id: _md5(text) for id, text in _rows(connection, stretch)}


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _rows(connection: Connection, stretch: _Stretch) -> Iterator[tuple[str, str]]:
    """Yield each row's id and text in order of id, those with unsent edits as central has them."""
    table, since = stretch.table, stretch.since
    values = ", ".join(f"coalesce({name}, '\\N')" for name in stretch.columns)
    kept, days = window.rule(table, since)
    # The database writes the text: to make it here of each value would take twice as long.
    found = connection.exec_driver_sql(
        f"SELECT id, concat_ws(char(31), {values}) FROM {table} "
        f"WHERE id > ? AND id <= ? AND {kept} ORDER BY id",
        (*stretch.bounds, *days),
    )
    edits = journal.pending_between(connection, table, *stretch.bounds)
    if not edits:
        yield from found
        return
    rows = {id: text for id, text in found if id not in edits}
    for id, edit in edits.items():
        if edit.base is not None and window.keeps(table, edit.base, since):
            values_there = [edit.base.get(name) for name in stretch.columns]
            rows[id] = "\x1f".join("\\N" if v is None else str(v) for v in values_there)
    yield from sorted(rows.items())
