"""What waits beside the journal: parcels on their way, conflicts and refusals to decide on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from fluffydesk.mirror import journal
from fluffydesk.mirror.images import Image, Value
from fluffydesk.mirror.journal import Key
from fluffydesk.records.types import new_id

OUT_OF_SIGHT = "out_of_sight"
"""Not an SQLSTATE: the row left what this person may see before the edit was sent."""

MEMBERSHIP_ENDED = "membership_ended"
"""Not an SQLSTATE: the person is no longer a member, and the edit had not been sent."""

GONE = frozenset({OUT_OF_SIGHT, MEMBERSHIP_ENDED})
"""Codes of refusals whose rows are not in the mirror any more."""


@dataclass(frozen=True)
class SentRow:
    """One row of a parcel: what is asked of central, and what central has once it is done."""

    table: str
    id: str
    op: str
    """insert, update or delete"""
    version: int | None
    values: Image
    image: Image | None
    """None once it is deleted."""

    @property
    def key(self) -> Key:
        return self.table, self.id


@dataclass(frozen=True)
class Parcel:
    """What central applies whole or not at all: the edits of one unit, or of several entangled."""

    id: str
    units: tuple[str, ...]
    rows: tuple[SentRow, ...]


@dataclass(frozen=True)
class Packed:
    """A parcel as it lies in the outbox, its rows as text: what only inserts is sent as it is."""

    id: str
    units: tuple[str, ...]
    text: str
    size: int
    """How many rows it has."""

    @property
    def only_inserts(self) -> bool:
        """Say whether no row of it is changed or deleted; a quote within a text is escaped."""
        return self.text.count('"op":"insert"') == self.size

    def open(self) -> Parcel:
        """Return the parcel with its rows."""
        return Parcel(self.id, self.units, _rows_of(self.text))


@dataclass(frozen=True)
class OpenConflict:
    """A column, or with column '' the row itself, that waits for a person."""

    id: str
    key: Key
    column: str
    base: Value | Image
    mine: Value | Image
    theirs: Value | Image
    their_user: str | None
    their_device: str | None
    their_at: int | None


@dataclass(frozen=True)
class OpenRefusal:
    """A parcel that central refused, or rows that left sight with an unsent edit."""

    id: str
    units: tuple[str, ...]
    rows: tuple[SentRow, ...]
    code: str
    table: str
    row_id: str
    column: str | None
    message: str
    advice: str
    at: int


def put_parcels(connection: Connection, parcels: Sequence[Parcel]) -> None:
    """Add parcels to the outbox, in the order in which they are to be sent."""
    sql = "SELECT coalesce(max(position), 0) FROM outbox"
    last = connection.exec_driver_sql(sql).scalar_one()
    if parcels:
        made = journal.moment()
        connection.exec_driver_sql(
            "INSERT INTO outbox (parcel_id, position, units, rows, made_at) VALUES (?, ?, ?, ?, ?)",
            [
                (p.id, last + n, _units_text(p.units), _packed(p.rows), made)
                for n, p in enumerate(parcels, 1)
            ],
        )


def parcels(connection: Connection, rows: int) -> list[Parcel]:
    """Return the next parcels to send, at least one and up to `rows` rows in all."""
    found: list[Parcel] = []
    count = 0
    sql = "SELECT parcel_id, units, rows FROM outbox ORDER BY position LIMIT ?"
    for id, units, text in connection.exec_driver_sql(sql, (rows,)).all():
        parcel = Parcel(id, tuple(json.loads(units)), _rows_of(text))
        count += len(parcel.rows)
        if found and count > rows:
            break
        found.append(parcel)
    return found


def in_order(connection: Connection) -> list[int]:
    """Return the places in the outbox of all parcels, in the order in which they are to be sent."""
    return list(connection.exec_driver_sql("SELECT rowid FROM outbox ORDER BY position").scalars())


def packed(connection: Connection, places: Sequence[int], rows: int, length: int) -> list[Packed]:
    """Return the first parcels of those places, at least one and up to `rows` rows in all, whose
    texts have up to `length` characters."""
    found: list[Packed] = []
    count = long = 0
    sql = (
        "SELECT outbox.parcel_id, outbox.units, outbox.rows, json_array_length(outbox.rows) "
        "FROM json_each(?) AS place CROSS JOIN outbox ON outbox.rowid = place.value "
        "ORDER BY place.key"
    )
    told = (json.dumps(places[:rows]),)
    with connection.exec_driver_sql(sql, told) as answer:  # all of it may be more than fits
        for id, units, text, size in answer:
            count += size
            long += len(text)
            if found and (count > rows or long > length):
                break
            found.append(Packed(id, tuple(json.loads(units)), text, size))
    return found


def count_parcels(connection: Connection) -> int:
    """Return how many parcels are on their way."""
    return int(connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar_one())


def under_way(connection: Connection, units: Iterable[str]) -> bool:
    """Say whether a parcel with one of these units is on its way."""
    sql = (
        "SELECT 1 FROM outbox, json_each(outbox.units) AS one "
        "WHERE one.value IN (SELECT value FROM json_each(?)) LIMIT 1"
    )
    return connection.exec_driver_sql(sql, (json.dumps(list(units)),)).first() is not None


def drop_parcels(connection: Connection, ids: Iterable[str]) -> None:
    """Take parcels out of the outbox."""
    sql = "DELETE FROM outbox WHERE parcel_id IN (SELECT value FROM json_each(?))"
    connection.exec_driver_sql(sql, (json.dumps(list(ids)),))


def empty_outbox(connection: Connection) -> None:
    """Forget every parcel; the edits in them are still in the journal."""
    connection.exec_driver_sql("DELETE FROM outbox")


def open_conflicts(connection: Connection, key: Key | None = None) -> list[OpenConflict]:
    """Return what waits for a decision, of one row or of all, oldest first."""
    sql = (
        "SELECT id, table_name, row_id, column_name, base, mine, theirs, their_user, "
        "their_device, their_at FROM conflicts WHERE decision IS NULL"
    )
    if key is None:
        found = connection.exec_driver_sql(f"{sql} ORDER BY noticed_at, id")
    else:
        found = connection.exec_driver_sql(f"{sql} AND table_name = ? AND row_id = ?", key)
    return [
        OpenConflict(id, (table, row), column, *map(json.loads, sides), *who)
        for id, table, row, column, *rest in found
        for sides, who in [(rest[:3], rest[3:])]
    ]


def open_conflict(
    connection: Connection,
    key: Key,
    column: str,
    sides: tuple[Value | Image, Value | Image, Value | Image],
    theirs: tuple[str | None, str | None, int | None] = (None, None, None),
) -> None:
    """Record a conflict with its base, mine and theirs; `theirs` is by whom, where and when.

    One that is open already is brought up to date. The units of the row wait for the decision.
    """
    known = [one for one in open_conflicts(connection, key) if one.column == column]
    base, mine, other = (json.dumps(side) for side in sides)
    if known:
        connection.exec_driver_sql(
            "UPDATE conflicts SET mine = ?, theirs = ?, their_user = ?, their_device = ?, "
            "their_at = ? WHERE id = ?",
            (mine, other, *theirs, known[0].id),
        )
    else:
        connection.exec_driver_sql(
            "INSERT INTO conflicts (id, table_name, row_id, column_name, base, mine, theirs, "
            "their_user, their_device, their_at, noticed_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (str(new_id()), *key, column, base, mine, other, *theirs, journal.moment()),
        )
    journal.mark(connection, journal.units_on(connection, key), "conflict")


def close_conflict(
    connection: Connection, conflict: OpenConflict, decision: str, by: str | None = None
) -> None:
    """Record how a conflict ended: `mine`, `theirs`, `value`, or `settled` when it went away."""
    connection.exec_driver_sql(
        "UPDATE conflicts SET decision = ?, decided_by = ?, decided_at = ? WHERE id = ?",
        (decision, by, journal.moment(), conflict.id),
    )
    outcome = "discarded" if decision == "theirs" else "merged"
    for unit in journal.units_on(connection, conflict.key):
        if not _in_conflict(connection, unit):
            _leave_conflict(connection, unit, outcome, by)


def _leave_conflict(connection: Connection, unit: str, outcome: str, by: str | None) -> None:
    connection.exec_driver_sql(
        "UPDATE units SET outcome = ?, settled_by = ? "
        "WHERE id = ? AND settled_at IS NULL AND outcome = 'conflict'",
        (outcome, by, unit),
    )


def _in_conflict(connection: Connection, unit: str) -> bool:
    sql = (
        "SELECT 1 FROM unit_rows JOIN conflicts ON conflicts.table_name = unit_rows.table_name "
        "AND conflicts.row_id = unit_rows.row_id WHERE unit_id = ? AND decision IS NULL"
    )
    return connection.exec_driver_sql(sql, (unit,)).first() is not None


def put_refusal(connection: Connection, refusal: OpenRefusal, constraint: str | None) -> None:
    """Quarantine rows with their units, until a person decides or edits them again.

    The id may be that of a refusal which was retried: it is then open again.
    """
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO quarantine (id, units, rows, code, constraint_name, table_name, "
        "row_id, column_name, message, advice, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            refusal.id,
            json.dumps(refusal.units),
            _rows_text(refusal.rows),
            refusal.code,
            constraint,
            refusal.table,
            refusal.row_id,
            refusal.column,
            refusal.message,
            refusal.advice,
            refusal.at,
        ),
    )
    journal.mark(connection, refusal.units, "quarantined")


def retried(connection: Connection, units: Sequence[str]) -> str | None:
    """Return the id under which these units were refused before, if somebody retried them."""
    sql = (
        "SELECT id FROM quarantine WHERE outcome = 'retried' AND units = ? "
        "ORDER BY settled_at DESC, id DESC LIMIT 1"
    )
    found = connection.exec_driver_sql(sql, (json.dumps(units),)).scalar()
    return None if found is None else str(found)


def open_refusals(connection: Connection) -> list[OpenRefusal]:
    """Return the quarantine that is open, oldest first."""
    sql = (
        "SELECT id, units, rows, code, table_name, row_id, column_name, message, advice, at "
        "FROM quarantine WHERE outcome IS NULL ORDER BY at, id"
    )
    return [
        OpenRefusal(id, tuple(json.loads(units)), _rows_of(rows), *rest)
        for id, units, rows, *rest in connection.exec_driver_sql(sql)
    ]


def close_refusal(
    connection: Connection, refusal: OpenRefusal, outcome: str, by: str | None = None
) -> None:
    """Record how a refusal ended: retried, mended, discarded or settled; free its units."""
    connection.exec_driver_sql(
        "UPDATE quarantine SET outcome = ?, settled_by = ?, settled_at = ? WHERE id = ?",
        (outcome, by, journal.moment(), refusal.id),
    )
    others = connection.exec_driver_sql("SELECT units FROM quarantine WHERE outcome IS NULL")
    held = {unit for (units,) in others for unit in json.loads(units)}
    free = [unit for unit in refusal.units if unit not in held]
    if outcome == "discarded":
        journal.mark(connection, free, "discarded", by)
    else:
        journal.mark(connection, free, "waiting")
        journal.mark(connection, [u for u in free if _in_conflict(connection, u)], "conflict")
    journal.settle(connection, free)


def forget(connection: Connection, key: Key) -> None:
    """End a row's edits, and what was asked about them: it no longer differs from central's."""
    for conflict in open_conflicts(connection, key):
        close_conflict(connection, conflict, "settled")
    journal.clear(connection, key)


_STRAY = (
    "NOT EXISTS (SELECT 1 FROM pending_rows WHERE pending_rows.table_name = {0}.table_name "
    "AND pending_rows.row_id = {0}.row_id)"
)


def sweep(connection: Connection) -> None:
    """Settle what came to nothing: rows added and deleted again before they were sent."""
    for name in ("unit_rows", "conflicts"):
        open_ones = "decision IS NULL AND " if name == "conflicts" else ""
        sql = f"SELECT DISTINCT table_name, row_id FROM {name} WHERE {open_ones}"
        found = connection.exec_driver_sql(sql + _STRAY.format(name)).fetchall()
        for table, row in found:
            forget(connection, (table, row))
    refusals = open_refusals(connection)
    waiting = journal.pending_rows(connection).keys() if refusals else set()
    for refusal in refusals:
        if refusal.code not in GONE and not waiting & {row.key for row in refusal.rows}:
            close_refusal(connection, refusal, "settled")


def _rows_text(rows: Sequence[SentRow]) -> str:
    return json.dumps([vars(row) for row in rows])


def _units_text(units: Sequence[str]) -> str:
    """Return ids as JSON, which for one is quicker than asking for it."""
    return f'["{units[0]}"]' if len(units) == 1 else json.dumps(units)


_encode = json.JSONEncoder(separators=(",", ":")).encode


def _packed(rows: Sequence[SentRow]) -> str:
    """Return rows as the outbox keeps them: the image of one that is inserted is what is sent,
    and is not written twice."""
    return _encode(
        [
            {
                "table": row.table,
                "id": row.id,
                "op": row.op,
                "version": row.version,
                "values": row.values,
                "image": {} if row.op == "insert" and row.image is not None else row.image,
            }
            for row in rows
        ]
    )


def _rows_of(text: str) -> tuple[SentRow, ...]:
    loaded: list[dict[str, Any]] = json.loads(text)
    return tuple(SentRow(**{**row, "image": _whole(row)}) for row in loaded)


def _whole(row: dict[str, Any]) -> Image | None:
    """Return what central has once it is done, as far as people fill it in."""
    image = row["image"]
    return None if image is None else {"id": row["id"], **image, **row["values"]}
