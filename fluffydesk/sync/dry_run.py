"""What a sync would do, without doing it: what would be sent, what is held back, what would come.

Nothing is written. What would be sent is found by making the parcels themselves, in a transaction
of the mirror that is taken back; what would come is read from a snapshot of central.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.mirror import journal, pending, queries
from fluffydesk.mirror.images import Image, read_images
from fluffydesk.mirror.journal import Key
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.pending import GONE, Parcel, SentRow
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import facts_of, record_columns
from fluffydesk.sync import window
from fluffydesk.sync.meet import Gone, Theirs, differs
from fluffydesk.sync.merge import merge, policies_of
from fluffydesk.sync.parcels import Cell, gives, make_parcels, needs
from fluffydesk.sync.ports import Central, CentralSnapshot, Door, Json
from fluffydesk.sync.pull import ROWS_AT_ONCE, held, sort_changes

_ALL = 1 << 40


@dataclass(frozen=True)
class Row:
    """One row that would be sent or is held back."""

    table: str
    row_id: UUID
    name: str
    """Its label, as far as it has one here."""
    op: str
    """insert, update or delete"""
    columns: tuple[str, ...] = ()
    """Of an update: the labels of what would be changed."""


@dataclass(frozen=True)
class Sending:
    """What would be sent whole or not at all, and the titles of the saves it is of."""

    titles: tuple[str, ...]
    rows: tuple[Row, ...]
    again: bool = False
    """It was under way when the line was cut, and goes again."""


@dataclass(frozen=True)
class Held:
    """A row, or columns of it, that would not be sent, and why."""

    row: Row
    why: str


@dataclass(frozen=True)
class Outgoing:
    """What would be sent, in order, and what would not."""

    sending: tuple[Sending, ...] = ()
    held: tuple[Held, ...] = ()

    @property
    def rows(self) -> int:
        return sum(len(one.rows) for one in self.sending)


@dataclass(frozen=True)
class Incoming:
    """What would come: rows by table that are changed here or gone, and new conflicts."""

    changed: Mapping[str, int] = field(default_factory=dict)
    gone: Mapping[str, int] = field(default_factory=dict)
    conflicts: tuple[Row, ...] = ()
    """Rows with the columns that would be in conflict; none of them: the whole row."""
    everything: bool = False
    """Everything would be loaded afresh: `changed` counts all that central shows."""

    @property
    def rows(self) -> int:
        return sum(self.changed.values()) + sum(self.gone.values())


class _TakeBack(Exception):
    """Ends the transaction in which the parcels were made."""


def outgoing(mirror: Mirror) -> Outgoing:
    """Return what the next sync would send and hold back; the mirror is as it was."""
    found = Outgoing()
    try:
        with mirror.apply() as connection:
            found = _outgoing(connection)
            raise _TakeBack
    except _TakeBack:
        return found


def incoming(
    door: Door,
    central: Central,
    organization_id: UUID,
    stopped: Callable[[], bool] = lambda: False,
) -> Incoming:
    """Return what the next pull would bring. Raises Offline; writes neither here nor there."""
    cursor = door(lambda mirror: mirror.recall("cursor"))
    wanted = held(door)
    changed: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    clashing: list[Row] = []
    page: Json | None = None
    with central.snapshot() as snapshot:
        while not stopped():
            answer = snapshot.pull(organization_id, cursor, wanted, page, ROWS_AT_ONCE)
            if answer["baseline"]:
                return _everything(snapshot, organization_id, wanted)
            found = sort_changes(answer["changes"])
            for table, rows in found.items():
                here, lost, asked = door(partial(_compare, table=table, rows=rows))
                changed[table] += here
                gone[table] += lost
                clashing += asked
            page = answer["page"]
            if page is None:
                break
    return Incoming(+changed, +gone, tuple(clashing))


def _everything(
    snapshot: CentralSnapshot, organization_id: UUID, wanted: Iterable[str]
) -> Incoming:
    counts = snapshot.counts(organization_id, list(wanted))
    return Incoming({table: count for table, count in counts.items() if count}, everything=True)


def _outgoing(connection: Connection) -> Outgoing:
    under_way = pending.parcels(connection, _ALL)
    titles = _titles(connection)
    refusals = pending.open_refusals(connection)
    busy = {unit for parcel in under_way for unit in parcel.units}
    # The outbox must be empty for new parcels to be made; what lies in it goes first, unchanged.
    pending.empty_outbox(connection)
    fresh = [p for p in make_parcels(connection) if not busy.intersection(p.units)]
    sending = [_sending(connection, p, titles, again=True) for p in under_way]
    sending += [_sending(connection, p, titles) for p in fresh]
    going = {row.key: row for p in (*under_way, *fresh) for row in p.rows}
    still_refused = [one for one in refusals if _is_open(connection, one.id)]
    return Outgoing(tuple(sending), tuple(_held(connection, going, still_refused)))


def _is_open(connection: Connection, refusal: str) -> bool:
    sql = "SELECT 1 FROM quarantine WHERE id = ? AND outcome IS NULL"
    return connection.exec_driver_sql(sql, (refusal,)).first() is not None


def _titles(connection: Connection) -> dict[str, str]:
    sql = "SELECT id, title FROM units WHERE settled_at IS NULL"
    return {id: title or "Edit" for id, title in connection.exec_driver_sql(sql)}


def _sending(
    connection: Connection, parcel: Parcel, titles: Mapping[str, str], *, again: bool = False
) -> Sending:
    named = dict.fromkeys(titles.get(unit, "Edit") for unit in parcel.units)
    return Sending(tuple(named), tuple(_row(connection, row) for row in parcel.rows), again)


def _row(connection: Connection, row: SentRow) -> Row:
    columns = _labels(row.table, row.values) if row.op == "update" else ()
    return Row(row.table, UUID(row.id), _label(connection, row.key), row.op, columns)


def _label(connection: Connection, key: Key) -> str:
    return queries.label(connection, record_for(key[0]), UUID(key[1]))


def _labels(table: str, names: Iterable[str]) -> tuple[str, ...]:
    wanted = set(names)
    columns = record_columns(record_for(table))
    return tuple(facts_of(column).label for column in columns if column.name in wanted)


def _held(
    connection: Connection, going: Mapping[Key, SentRow], refusals: list[pending.OpenRefusal]
) -> list[Held]:
    """Say of each edit that does not go why it does not."""
    asked: dict[Key, set[str]] = defaultdict(set)
    for conflict in pending.open_conflicts(connection):
        asked[conflict.key].add(conflict.column)
    refused = {row.key: one for one in refusals for row in one.rows}
    absent = {cell: row for one in refusals for row in one.rows for cell in gives(row)}
    found = []
    for one in refusals:
        if one.code in GONE:
            row = Row(one.table, UUID(one.row_id), "", "update")
            found.append(Held(row, f"Refused: {one.message}"))
    for key, edit in journal.pending_rows(connection).items():
        columns = asked.get(key, set())
        mine = read_images(connection, record_for(key[0]), [key[1]]).get(key[1])
        op = "delete" if mine is None else "insert" if edit.base is None else "update"
        row = Row(key[0], UUID(key[1]), _label(connection, key), op, _labels(key[0], columns))
        if key in going:
            if columns:
                found.append(Held(row, "In conflict: it waits for you to decide."))
        elif key in refused:
            found.append(Held(row, f"Refused: {refused[key].message}"))
        elif columns:
            found.append(Held(row, "In conflict: it waits for you to decide."))
        else:
            found.append(Held(row, _waits_for(connection, key, mine, absent)))
    return found


def _waits_for(
    connection: Connection,
    key: Key,
    mine: Image | None,
    absent: Mapping[Cell, SentRow],
) -> str:
    sent = SentRow(*key, "update", None, mine or {}, None)
    needed = next((absent[cell] for cell in needs(sent) if cell in absent), None)
    if needed is None:
        return "It goes together with, or after, something that is held back."
    title = record_for(needed.table).__titles__[0]
    named = f"{title} {_label(connection, needed.key)}".strip()
    return f"It refers to {named}, which central refused."


def _compare(mirror: Mirror, table: str, rows: Mapping[str, Theirs]) -> tuple[int, int, list[Row]]:
    """Return how many rows of a page are news here, how many would go, and new conflicts."""
    record = record_for(table)
    with mirror.read() as connection:
        mine = read_images(connection, record, list(rows))
        edits = journal.pending_rows(connection, table)
        since = window.first_day_in(connection)
        changed = gone = 0
        clashing: list[Row] = []
        for id, theirs in rows.items():
            edit = edits.get((table, id))
            known = edit.base if edit is not None else mine.get(id)
            if isinstance(theirs, Gone):
                gone += known is not None
            elif known is None and edit is None and not window.keeps(table, theirs, since):
                continue  # older than what this PC keeps
            elif known is None or known.get("row_version") != theirs.get("row_version"):
                changed += 1
            else:
                continue  # our own edit, come back
            if edit is None:
                continue
            names = _would_clash(edit, mine.get(id), theirs)
            asked = {one.column for one in pending.open_conflicts(connection, (table, id))}
            if names is not None and not asked.issuperset(names or {""}):
                label = _label(connection, (table, id))
                clashing.append(Row(table, UUID(id), label, "update", _labels(table, names)))
    return changed, gone, clashing


def _would_clash(edit: journal.Pending, mine: Image | None, theirs: Theirs) -> set[str] | None:
    """Return the columns that would be in conflict; the empty set for the row itself, or None."""
    if theirs is Gone.OUT_OF_SIGHT:
        return None
    if isinstance(theirs, Gone):
        return set() if mine is not None and edit.base is not None else None
    if mine is None:
        changed = edit.base is not None and differs(edit.table, edit.base, theirs)
        return set() if changed else None
    merged = merge(edit.base or {}, mine, theirs, policies_of(record_for(edit.table)))
    return {one.column for one in merged.conflicts} or None
