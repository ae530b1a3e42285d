"""The first copy of all a person may see, streamed in and taken up again where it was cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.mirror import journal, loading
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.images import Image, TextRow, drop_rows
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.schema import column_type
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import is_heavy
from fluffydesk.sync import kin, window
from fluffydesk.sync.meet import Gone, forget_sides, meet
from fluffydesk.sync.ports import CentralSnapshot, Door, Json
from fluffydesk.sync.pull import Pulled, held, tables

ROWS_AT_ONCE = 5000
"""How many rows a transaction brings or drops: what a load that is cut keeps is whole pages."""

WORTH_STRIPPING = 10_000
"""From so many rows to come on, a table's indexes are made after them."""

_SHARE_WORTH_STRIPPING = 8
"""Indexes are not made anew for less than this part of a table."""

_LAST = "g"
"""Sorts after every id."""


@dataclass(frozen=True)
class Progress:
    """How far a sync is: what it does, rows done and rows there are (0 where not known)."""

    doing: str
    done: int = 0
    total: int = 0


def load(
    door: Door,
    snapshot: CentralSnapshot,
    organization_id: UUID,
    cursor: Json,
    progress: Callable[[Progress], None],
    stopped: Callable[[], bool],
) -> Pulled:
    """Make every table what central shows, merging unsent edits, dropping rows not shown.

    Tables that fit in a page come together, by one question and in one transaction; the others
    page by page. After each the tables done, or the table and id, are kept, so that a load that
    is cut goes on from there in a later snapshot; the cursor kept at its end is that of the
    first snapshot, from which the next pull repeats what changed in between. Returns early, with
    no cursor, when `stopped`. Indexes that a table was loaded without are made again, however
    the load ends.
    """
    run = _Load(door, snapshot, organization_id, progress, stopped)
    try:
        run.go(door(partial(_begin, cursor=cursor)))
    finally:
        run.make_indexes()
    return Pulled(run.rows, Changes.within(run.changed))


class _Load:
    """One load under way."""

    def __init__(
        self,
        door: Door,
        snapshot: CentralSnapshot,
        organization_id: UUID,
        progress: Callable[[Progress], None],
        stopped: Callable[[], bool],
    ) -> None:
        self.door = door
        self.snapshot = snapshot
        self.organization_id = organization_id
        self.progress = progress
        self.stopped = stopped
        self.counts: dict[str, int] = {}
        self.since: date | None = None
        self.done = self.rows = 0
        self.changed: set[str] = set()
        self.halted = False

    def go(self, mark: Json) -> None:
        """Load what the mark has not done yet."""
        kept = held(self.door)
        self.since = self.door(window.first_day)
        self.counts = self.snapshot.counts(self.organization_id, list(kept), self.since)
        self.done = sum(self.counts.get(table, 0) for table in mark["done"])
        left = [table for table in tables() if table not in mark["done"]]
        ended: set[str] = set()
        for few in self.handfuls([table for table in left if table != mark["table"]]):
            if self.stopped():
                self.halted = True
                return
            ended |= self.bring(few)
        for table in (table for table in left if table not in ended):
            after = mark["after"] if table == mark["table"] else None
            if self.counts.get(table):
                after = self.copy(table, after)
            if self.halted:
                return
            self.end(table, after)
        self.door(_finish)

    def handfuls(self, wanted: Iterable[str]) -> list[list[str]]:
        """Put tables that fit in one page together; those that hold files come by themselves."""
        found: list[list[str]] = [[]]
        rows = 0
        for table in wanted:
            coming = self.counts.get(table, 0)
            if coming > ROWS_AT_ONCE or (coming and is_heavy(record_for(table))):
                continue
            if rows + coming > ROWS_AT_ONCE:
                found.append([])
                rows = 0
            found[-1].append(table)
            rows += coming
        return found

    def bring(self, few: list[str]) -> set[str]:
        """Bring some tables whole, by one question and in one transaction; return those done."""
        asked = {table: tables()[table] for table in few if self.counts.get(table)}
        found = self.snapshot.whole(self.organization_id, asked, self.since) if asked else {}
        wanted = {table: found.get(table, []) for table in few}
        ended, changed = self.door(partial(_take_whole, wanted=wanted))
        self.changed |= changed
        came = sum(len(rows) for table, rows in found.items() if table in ended)
        if came:
            self.say(came)
        return ended

    def copy(self, table: str, after: str | None) -> str | None:
        """Bring a table's rows in from `after` on; return the last id."""
        coming = self.counts[table]
        here, strip = self.door(partial(_begin_table, table=table, after=after, coming=coming))
        if strip:
            self.door(partial(_strip, table=table))
        self.done += here
        columns, place = tables()[table], tables()[table].index("id")
        told = (table, columns, UUID(after) if after else None, self.since)
        sort_bytes = 0
        with closing(self.snapshot.copy(self.organization_id, *told)) as batches:
            for page in _pages(batches):
                if self.stopped():
                    self.halted = True
                    break
                take = partial(_take, table=table, rows=page, after=after)
                if not self.door(take):
                    self.thin(table, page, after)
                    self.door(partial(take, thinned=True))
                after = str(page[-1][place])
                here += len(page)
                self.changed.add(table)
                self.say(len(page))
                sort_bytes = max(sort_bytes, loading.sort_bytes(table, columns, page[-1]))
                if here * sort_bytes > loading.SORT_BYTES:
                    self.make_indexes()
        return after

    def thin(self, table: str, page: list[TextRow], after: str | None) -> None:
        """Drop what the mirror has between a page's ids and central has not, some at a time."""
        low = after
        while (more := self.door(partial(_thin, table=table, rows=page, after=low))) is not None:
            low = more

    def say(self, rows: int) -> None:
        """Count rows that came, and say how far the load is."""
        self.done += rows
        self.rows += rows
        total = sum(self.counts.values())
        self.progress(Progress("baseline", self.done, max(self.done, total)))

    def end(self, table: str, after: str | None) -> None:
        """Make the indexes, drop what is here past the last id, and note that it is done."""
        self.make_indexes()
        last = after
        while (more := self.door(partial(_end_table, table=table, after=last))) is not None:
            last = more
            self.changed.add(table)

    def make_indexes(self) -> None:
        """Make the indexes that are missing, each in a transaction of its own."""
        while self.door(Mirror.make_missing_index):
            pass


def _pages(batches: Iterable[list[TextRow]]) -> Iterator[list[TextRow]]:
    """Cut batches that are too long for one transaction."""
    for batch in batches:
        for start in range(0, len(batch), ROWS_AT_ONCE):
            yield batch[start : start + ROWS_AT_ONCE]


def _begin(mirror: Mirror, cursor: Json) -> Json:
    """Return where to go on: from an earlier load of the same central, or from the start."""
    with mirror.apply() as connection:
        mark = mirror.state.get(connection, "baseline")
        if mark is None or mark["cursor"]["epoch"] != cursor["epoch"]:
            mark = {"cursor": cursor, "done": [], "table": None, "after": None}
            mirror.state.put(connection, "baseline", mark)
            mirror.state.put(connection, "cursor", None)
        return dict(mark)


def _take_whole(mirror: Mirror, wanted: dict[str, list[TextRow]]) -> tuple[set[str], set[str]]:
    """Bring tables in whole; return those done and those of them that are not as they were.

    Not done are those of which more is here than one transaction should touch.
    """
    done, changed = set(), set()
    with mirror.apply() as connection:
        for table, rows in wanted.items():
            if not loading.is_untouched(connection, table, None, _LAST):
                if _is_crowded(connection, table, None, _LAST):
                    continue
                _merge(connection, table, rows, None, _LAST)
                changed.add(table)
            elif rows:
                loading.insert(connection, table, tables()[table], rows)
                changed.add(table)
            done.add(table)
        mark = mirror.state.get(connection, "baseline")
        mark = {**mark, "done": [*mark["done"], *sorted(done)]}
        mirror.state.put(connection, "baseline", mark)
    return done, changed


def _is_crowded(connection: Connection, table: str, after: str | None, last: str) -> bool:
    """Say whether more is here than one transaction should touch."""
    most = 2 * ROWS_AT_ONCE
    return len(_ids_between(connection, table, after, last, most)) == most


def _begin_table(mirror: Mirror, table: str, after: str | None, coming: int) -> tuple[int, bool]:
    """Return how many rows of a table are in already, and whether its indexes had better wait."""
    with mirror.read() as connection:
        sql = f"SELECT count(*) FROM {table} WHERE id <= ?"
        here = int(connection.exec_driver_sql(sql, (after or "",)).scalar_one())
        worth = coming - here >= max(WORTH_STRIPPING, coming // _SHARE_WORTH_STRIPPING)
        free = mirror.state.get(connection, loading.BARE) in (None, table)
        return here, worth and free and loading.is_untouched(connection, table, after, _LAST)


def _strip(mirror: Mirror, table: str) -> None:
    with mirror.apply() as connection:
        mirror.state.put(connection, loading.BARE, table)
        loading.strip(connection, table)


def _take(
    mirror: Mirror, table: str, rows: list[TextRow], after: str | None, thinned: bool = False
) -> bool:
    """Bring one page in, and drop what the mirror has between its ids and central has not.

    False, with nothing done, where that is too much for one transaction and was not `thinned`.
    """
    columns = tables()[table]
    last = str(rows[-1][columns.index("id")])
    with mirror.apply() as connection:
        if loading.is_untouched(connection, table, after, last):
            loading.insert(connection, table, columns, rows)
        elif thinned or not _is_crowded(connection, table, after, last):
            _merge(connection, table, rows, after, last)
        else:
            return False
        mark = mirror.state.get(connection, "baseline")
        mirror.state.put(connection, "baseline", {**mark, "table": table, "after": last})
    return True


def _thin(mirror: Mirror, table: str, rows: list[TextRow], after: str | None) -> str | None:
    """Drop some of what is here after an id and not in the page; return the last one seen."""
    place = tables()[table].index("id")
    with mirror.apply() as connection:
        ids = _ids_between(connection, table, after, str(rows[-1][place]), ROWS_AT_ONCE)
        _drop(connection, table, ids - {str(row[place]) for row in rows})
    return max(ids, default=None)


def _merge(
    connection: Connection, table: str, rows: list[TextRow], after: str | None, last: str
) -> None:
    """Make these rows what the mirror has between two ids; what was edited is merged."""
    columns = tables()[table]
    place = columns.index("id")
    here = _ids_between(connection, table, after, last)
    edits = journal.pending_between(connection, table, after or "", last)
    _drop(connection, table, here - {str(row[place]) for row in rows})
    loading.overwrite(connection, table, columns, [r for r in rows if r[place] not in edits])
    mine = [_typed(table, columns, row) for row in rows if row[place] in edits]
    meet(connection, table, {str(image["id"]): image for image in mine})


@cache
def _whole(table: str) -> frozenset[str]:
    kinds = record_for(table).__table__.columns
    return frozenset(name for name in tables()[table] if column_type(kinds[name]) == "INTEGER")


def _typed(table: str, columns: Sequence[str], row: TextRow) -> Image:
    whole = _whole(table)
    return {
        name: int(text) if text is not None and name in whole else text
        for name, text in zip(columns, row, strict=True)
    }


def _drop(connection: Connection, table: str, ids: set[str]) -> None:
    """Drop rows that central does not show; an edit of one is a question, an insert stays.

    Of a log that is not kept whole a row that was not sent may well be there: an edit of it stays,
    and central is asked about the row when all is loaded.
    """
    found = {id: journal.pending_row(connection, (table, id)) for id in ids}
    gone = [id for id, edit in found.items() if edit is None]
    stay: set[str] = set()
    if not window.is_log(connection, table):
        stay = kin.stay_with(connection, table, gone)
    drop_rows(connection, record_for(table), [id for id in gone if id not in stay])
    if window.is_log(connection, table):
        return
    forget_sides(connection, table, gone)
    asked = [id for id, edit in found.items() if edit is not None and edit.base is not None]
    meet(connection, table, dict.fromkeys(asked, Gone.DELETED))


def _ids_between(
    connection: Connection, table: str, after: str | None, last: str, most: int = -1
) -> set[str]:
    """Return the ids of the rows that are here or were edited here; the first `most`."""
    sql = (
        f"SELECT id FROM {table} WHERE id > ? AND id <= ? UNION SELECT row_id FROM pending_rows "
        "WHERE table_name = ? AND row_id > ? AND row_id <= ? ORDER BY 1 LIMIT ?"
    )
    between = (after or "", last)
    found = connection.exec_driver_sql(sql, (*between, table, *between, most))
    return set(found.scalars())


def _end_table(mirror: Mirror, table: str, after: str | None) -> str | None:
    """Drop some of what is here past an id and return the last one seen; None once all is done."""
    with mirror.apply() as connection:
        ids = _ids_between(connection, table, after, _LAST, ROWS_AT_ONCE)
        if ids:
            _drop(connection, table, ids)
            return max(ids)
        mark = mirror.state.get(connection, "baseline")
        done = [*mark["done"], table]
        mark = {**mark, "done": done, "table": None, "after": None}
        mirror.state.put(connection, "baseline", mark)
    return None


def _finish(mirror: Mirror) -> None:
    with mirror.apply(durable=True) as connection:
        cursor = mirror.state.get(connection, "baseline")["cursor"]
        mirror.state.put(connection, "cursor", cursor)
        mirror.state.put(connection, "epoch", cursor["epoch"])
        mirror.state.put(connection, "baseline", None)
