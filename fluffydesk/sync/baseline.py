"""The first copy of all a person may see, streamed in and taken up again where it was cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.mirror import journal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.images import Image, Value, drop_rows
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.schema import column_type
from fluffydesk.records.catalog import record_for
from fluffydesk.sync import window
from fluffydesk.sync.meet import Gone, Theirs, meet
from fluffydesk.sync.ports import CentralSnapshot, Door, Json, TextRow
from fluffydesk.sync.pull import Pulled, held, tables

ROWS_AT_ONCE = 5000
"""How many rows a transaction takes; what is kept of a load that is cut is whole transactions."""

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

    After each batch the table and id are kept, so that a load that is cut goes on from there in
    a later snapshot; the cursor kept at its end is that of the first snapshot, from which the
    next pull repeats what changed in between. Returns early, with no cursor, when `stopped`.
    """
    mark = door(partial(_begin, cursor=cursor))
    kept = held(door)
    since = door(window.first_day)
    counts = {table: snapshot.count(organization_id, table, since) for table in kept}
    total, done = sum(counts.values()), 0
    changed: dict[str, set[UUID]] = {}
    for table, columns in tables().items():
        if table in mark["done"]:
            done += counts.get(table, 0)
            continue
        if table not in kept:
            door(partial(_end_table, table=table, after=None))
            continue
        after = mark["after"] if table == mark["table"] else None
        key = UUID(after) if after else None
        for batch in _larger(snapshot.copy(organization_id, table, columns, key, since)):
            if stopped():
                return Pulled(done, Changes(changed))
            ids = door(partial(_take, table=table, rows=batch, after=after))
            changed.setdefault(table, set()).update(ids)
            after = str(batch[-1][columns.index("id")])
            done += len(batch)
            progress(Progress("baseline", done, max(done, total)))
        door(partial(_end_table, table=table, after=after))
    door(_finish)
    return Pulled(done, Changes(changed))


def _larger(batches: Iterable[list[TextRow]]) -> Iterator[list[TextRow]]:
    """Join batches until they are worth a transaction."""
    rows: list[TextRow] = []
    for batch in batches:
        rows += batch
        if len(rows) >= ROWS_AT_ONCE:
            yield rows
            rows = []
    if rows:
        yield rows


def _begin(mirror: Mirror, cursor: Json) -> Json:
    """Return where to go on: from an earlier load of the same central, or from the start."""
    with mirror.apply() as connection:
        mark = mirror.state.get(connection, "baseline")
        if mark is None or mark["cursor"]["epoch"] != cursor["epoch"]:
            mark = {"cursor": cursor, "done": [], "table": None, "after": None}
            mirror.state.put(connection, "baseline", mark)
            mirror.state.put(connection, "cursor", None)
        return dict(mark)


def _take(mirror: Mirror, table: str, rows: Sequence[TextRow], after: str | None) -> set[UUID]:
    """Bring one batch in, and drop what the mirror has between its ids and central has not."""
    columns = tables()[table]
    place = columns.index("id")
    last = str(rows[-1][place])
    with mirror.apply() as connection:
        edits = journal.pending_rows(connection, table)
        here = _ids_between(connection, table, after, last)
        for key in edits:
            if (after or "") < key[1] <= last:
                here.add(key[1])
        plain = [row for row in rows if (table, str(row[place])) not in edits]
        _write(connection, table, columns, plain)
        edited: dict[str, Theirs] = {
            str(row[place]): _typed(table, columns, row)
            for row in rows
            if (table, str(row[place])) in edits
        }
        _drop(connection, table, here - {str(row[place]) for row in rows}, edits)
        meet(connection, table, edited)
        mark = mirror.state.get(connection, "baseline")
        mirror.state.put(connection, "baseline", {**mark, "table": table, "after": last})
    return {UUID(str(row[place])) for row in rows}


def _write(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[TextRow]
) -> None:
    """Overwrite rows with their text as it came; the columns' affinity makes numbers of it."""
    if rows:
        others = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "id")
        connection.exec_driver_sql(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
            f"ON CONFLICT (id) DO UPDATE SET {others}",
            list(rows),
        )


def _typed(table: str, columns: Sequence[str], row: TextRow) -> Image:
    kinds = record_for(table).__table__.columns

    def value(name: str, text: str | None) -> Value:
        return int(text) if text is not None and column_type(kinds[name]) == "INTEGER" else text

    return {name: value(name, text) for name, text in zip(columns, row, strict=True)}


def _drop(
    connection: Connection, table: str, ids: set[str], edits: dict[journal.Key, journal.Pending]
) -> None:
    """Drop rows that central does not show; an edit of one is a question, an insert stays.

    Of a log that is not kept whole a row that was not sent may well be there: an edit of it stays,
    and central is asked about the row when all is loaded.
    """
    drop_rows(connection, record_for(table), [id for id in ids if (table, id) not in edits])
    if window.is_log(connection, table):
        return
    asked = {id for id in ids if (edit := edits.get((table, id))) and edit.base is not None}
    meet(connection, table, dict.fromkeys(asked, Gone.DELETED))


def _ids_between(connection: Connection, table: str, after: str | None, last: str) -> set[str]:
    sql = f"SELECT id FROM {table} WHERE id > ? AND id <= ?"
    return set(connection.exec_driver_sql(sql, (after or "", last)).scalars())


def _end_table(mirror: Mirror, table: str, after: str | None) -> None:
    with mirror.apply() as connection:
        edits = journal.pending_rows(connection, table)
        here = _ids_between(connection, table, after, _LAST)
        here |= {id for _, id in edits if id > (after or "")}
        _drop(connection, table, here, edits)
        mark = mirror.state.get(connection, "baseline")
        done = [*mark["done"], table]
        mark = {**mark, "done": done, "table": None, "after": None}
        mirror.state.put(connection, "baseline", mark)


def _finish(mirror: Mirror) -> None:
    with mirror.apply(durable=True) as connection:
        cursor = mirror.state.get(connection, "baseline")["cursor"]
        mirror.state.put(connection, "cursor", cursor)
        mirror.state.put(connection, "epoch", cursor["epoch"])
        mirror.state.put(connection, "baseline", None)
