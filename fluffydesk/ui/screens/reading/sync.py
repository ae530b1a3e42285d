"""What the sync centre shows: what waits, what is in conflict, what was refused, and the sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection

from fluffydesk.mirror import pending, queries
from fluffydesk.mirror.images import from_image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.pending import SentRow
from fluffydesk.records.booking import Appointment
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import Record, facts_of, record_columns
from fluffydesk.sync import ledger, resolve
from fluffydesk.sync.resolve import Conflict, Refused
from fluffydesk.ui.fields.texts import moment_text, text_of
from fluffydesk.ui.screens.visits import one_visit

MOST = 200
"""How many waiting units are listed; the sums count all."""
NOTHING = "(empty)"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class UnitRow:
    """One unit of work that waits to be sent."""

    id: UUID
    title: str
    who: str
    device: str
    made_at: datetime


@dataclass(frozen=True)
class ConflictRow:
    """A conflict in words; `choices` are base, mine and theirs as a person reads them."""

    conflict: Conflict
    what: str
    column: str
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class RefusedRow:
    """A refused edit in words; `goes` is what discarding it takes away, a line each."""

    refused: Refused
    what: str
    goes: tuple[str, ...]
    there: bool
    """Whether the row is still in the mirror and can be mended in its form."""


@dataclass(frozen=True)
class SyncView:
    """Everything the sync centre shows."""

    waiting: tuple[UnitRow, ...] = ()
    conflicts: tuple[ConflictRow, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    made: int = 0
    oldest: datetime | None = None
    synced_at: datetime | None = None
    verified_at: datetime | None = None


@dataclass(frozen=True)
class Sums:
    """What the status bar and the dashboards say of the journal."""

    waiting: int = 0
    conflicts: int = 0
    refused: int = 0
    verified_at: datetime | None = None
    synced_at: datetime | None = None


def read_sums(mirror: Mirror) -> Sums:
    """Count what waits for central and what waits for a person."""
    with mirror.read() as connection:
        return sums(mirror, connection)


def sums(mirror: Mirror, connection: Connection) -> Sums:
    """As `read_sums`, within a read."""
    conflicts = "SELECT count(*) FROM conflicts WHERE decision IS NULL"
    refused = "SELECT count(*) FROM quarantine WHERE outcome IS NULL"
    return Sums(
        ledger.waiting(connection).count,
        int(connection.exec_driver_sql(conflicts).scalar_one()),
        int(connection.exec_driver_sql(refused).scalar_one()),
        moment(mirror.state.get(connection, "verified_at")),
        moment(mirror.state.get(connection, "synced_at")),
    )


def read_sync(mirror: Mirror) -> SyncView:
    """Read the whole sync centre in one go."""
    with mirror.read() as connection:
        return SyncView(
            waiting=_waiting(connection),
            conflicts=tuple(
                _conflict(connection, one) for one in resolve.open_conflicts(connection)
            ),
            refused=_refused(connection),
            counts=ledger.counts(connection),
            made=int(mirror.state.get(connection, "units_made", 0)),
            oldest=ledger.waiting(connection).oldest,
            synced_at=moment(mirror.state.get(connection, "synced_at")),
            verified_at=moment(mirror.state.get(connection, "verified_at")),
        )


def moment(microseconds: int | None) -> datetime | None:
    """Return a time kept in the mirror's state as a time in UTC."""
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def _waiting(connection: Connection) -> tuple[UnitRow, ...]:
    sql = (
        "SELECT id, title, user_name, device, made_at FROM units WHERE settled_at IS NULL "
        "AND outcome NOT IN ('conflict', 'quarantined') ORDER BY made_at, id LIMIT ?"
    )
    return tuple(
        UnitRow(UUID(id), title or "Edit", who or "", device or "", moment(made_at) or _EPOCH)
        for id, title, who, device, made_at in connection.exec_driver_sql(sql, (MOST,))
    )


def _conflict(connection: Connection, conflict: Conflict) -> ConflictRow:
    record = record_for(conflict.table)
    what = _named(connection, record, conflict.row_id)
    if not conflict.column:
        sides = (
            _side(connection, record, conflict.base, side)
            for side in (conflict.base, conflict.mine, conflict.theirs)
        )
        return ConflictRow(conflict, what, "The whole record", *sides)
    column = record.__table__.columns[conflict.column]
    texts = (
        value_text(connection, column, side)
        for side in (conflict.base, conflict.mine, conflict.theirs)
    )
    return ConflictRow(conflict, what, facts_of(column).label, *texts)


def value_text(connection: Connection, column: Column[Any], value: Any) -> str:
    """Return a value as a person reads it; a link as the label of its row."""
    target = facts_of(column).target
    if value is not None and target is not None:
        label = queries.label(connection, record_for(target), value)
        return label or "somebody or something you may not see"
    return text_of(column, value, unit=True) or NOTHING


def _side(
    connection: Connection,
    record: type[Record],
    base: Mapping[str, Any] | None,
    side: Mapping[str, Any] | None,
) -> str:
    """Say what one side made of a whole row: deleted, left alone, or which columns it changed."""
    if side is None:
        return "Deleted"
    before = base or {}
    changed = [
        f"{facts_of(column).label}: {value_text(connection, column, side.get(column.name))}"
        for column in record_columns(record)
        if side is not base and side.get(column.name) != before.get(column.name)
    ]
    return "\n".join(changed) or "As it was"


def _refused(connection: Connection) -> tuple[RefusedRow, ...]:
    rows = {one.id: one.rows for one in pending.open_refusals(connection)}
    found = []
    for one in resolve.open_quarantine(connection):
        record = record_for(one.table)
        goes = tuple(_goes(connection, row) for row in rows.get(str(one.id), ()))
        there = queries.one(connection, record, one.row_id) is not None
        found.append(RefusedRow(one, _named(connection, record, one.row_id), goes, there))
    return tuple(found)


def _goes(connection: Connection, row: SentRow) -> str:
    """Say what discarding one row of a refused edit takes away."""
    record = record_for(row.table)
    named = _named(connection, record, UUID(row.id), row)
    if row.op == "insert":
        return f"{named}, new on this PC, is removed."
    if row.op == "delete":
        return f"{named} comes back."
    labels = [
        facts_of(column).label.lower()
        for column in record_columns(record)
        if column.name in row.values
    ]
    return f"{named}: {', '.join(labels) or 'everything'} goes back to what central has."


def _named(
    connection: Connection, record: type[Record], row_id: UUID, sent: SentRow | None = None
) -> str:
    """Return "Animal 1042 Bella", as far as its row, or what was sent of it, can still tell."""
    title = record.__titles__[0]
    if record is Appointment and (visit := one_visit(connection, row_id)) is not None:
        return f"{title} {visit.pet}, {moment_text(visit.starts)}"
    label = queries.label(connection, record, row_id)
    if not label and sent is not None:
        kept = {name: value for name, value in sent.values.items() if name in record.__label__}
        label = " ".join(str(value) for value in from_image(record, kept).values() if value)
    return f"{title} {label}".strip()
