"""What the sync centre shows: what waits, what is in conflict, what was refused, and the sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from fluffydesk.actions.booked import Slot
from fluffydesk.actions.deciding import posted_elsewhere
from fluffydesk.mirror import pending, queries
from fluffydesk.mirror.images import from_image
from fluffydesk.mirror.journal import Key
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.pending import SentRow
from fluffydesk.mirror.schema import links_to
from fluffydesk.mirror.whose import Whose
from fluffydesk.records.booking import Appointment
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import Record, facts_of, record_columns
from fluffydesk.sync import ledger, resolve, twins
from fluffydesk.sync.ledger import Books, Discarded
from fluffydesk.sync.resolve import Conflict, Refused
from fluffydesk.ui.fields.texts import label_text, moment_text
from fluffydesk.ui.screens.reading.sync_began import began_meanwhile
from fluffydesk.ui.screens.reading.sync_sides import row_side, sides_of
from fluffydesk.ui.screens.reading.sync_taken import TakenTime, taken_time
from fluffydesk.ui.screens.visits import one_visit

MOST = 50
"""How many waiting units are listed; the sums count all."""
ROWS_SHOWN = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_POSTED = (
    "It was posted on another PC meanwhile, and stays as it is there. Print it again where it was "
    "printed here; bill what is missing on another invoice."
)


@dataclass(frozen=True)
class UnitRow:
    """One unit of work that waits to be sent."""

    id: UUID
    title: str
    who: str
    device: str
    made_at: datetime
    rows: tuple[tuple[str, UUID], ...] = ()
    """Table and id of the rows it touched that are still here, a few of them."""
    names: tuple[str, ...] = ()
    """Those rows as people call them."""
    more: int = 0
    """How many more it touched."""


@dataclass(frozen=True)
class ConflictRow:
    """A conflict in words; `both` is what keeping both would give, where that makes sense."""

    conflict: Conflict
    what: str
    column: str
    base: str
    mine: str
    theirs: str
    mine_by: str = ""
    """Who changed it here, on which PC, when."""
    both: str | None = None
    asked: str = ""
    """What the question is, where the sides do not show it."""
    stays: bool = False
    """Theirs is all that can be kept: the invoice is posted at central."""


@dataclass(frozen=True)
class RefusedRow:
    """A refused edit in words; `goes` is what discarding it takes away, a line each."""

    refused: Refused
    what: str
    goes: tuple[str, ...]
    there: bool
    """Whether the row is still in the mirror and can be mended in its form."""
    taken: str = ""
    """Of a visit whose time is taken: by whom."""
    slots: tuple[Slot, ...] = ()
    """Of a visit whose time is taken: the next times that are free."""
    shared: bool = False
    """Of a visit whose time is taken: its vet and room may be double-booked, on purpose."""
    double: bool = False
    """Central has another row of the same event, with which this one can be made one."""
    mended: bool = False
    """Edited since it was refused: it goes with the next sync."""
    without: str = ""
    """The link to a row that is gone, as its field is called, where it can go without it."""
    also: frozenset[Key] = frozenset()
    """The unsent rows that cannot be without it, and go if it is discarded."""


@dataclass(frozen=True)
class SyncView:
    """Everything the sync centre shows."""

    waiting: tuple[UnitRow, ...] = ()
    conflicts: tuple[ConflictRow, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    books: Books = field(default_factory=lambda: Books(0, {}))
    discarded: tuple[Discarded, ...] = ()
    oldest: datetime | None = None
    synced_at: datetime | None = None
    verified_at: datetime | None = None
    clock_offset: float = 0
    """Seconds by which this PC's clock was ahead of central's when they last met."""


@dataclass(frozen=True)
class Sums:
    """What the status bar and the dashboards say of the journal."""

    waiting: int = 0
    conflicts: int = 0
    refused: int = 0
    verified_at: datetime | None = None
    synced_at: datetime | None = None
    clock_offset: float = 0
    """Seconds by which this PC's clock was ahead of central's when they last met."""


def read_sums(mirror: Mirror) -> Sums:
    """Count what waits for central and what waits for a person."""
    with mirror.read() as connection:
        return sums(mirror, connection)


def sums(mirror: Mirror | type[Mirror], connection: Connection) -> Sums:
    """As `read_sums`, within a read."""
    conflicts = "SELECT count(*) FROM conflicts WHERE decision IS NULL"
    refused = "SELECT count(*) FROM quarantine WHERE outcome IS NULL"
    return Sums(
        ledger.waiting(connection).count,
        int(connection.exec_driver_sql(conflicts).scalar_one()),
        int(connection.exec_driver_sql(refused).scalar_one()) - len(resolve.mended(connection)),
        moment(mirror.state.get(connection, "verified_at")),
        moment(mirror.state.get(connection, "synced_at")),
        mirror.state.get(connection, "clock_offset", 0),
    )


def read_sync(mirror: Mirror) -> SyncView:
    """Read the whole sync centre in one go."""
    with mirror.read() as connection:
        return SyncView(
            waiting=_waiting(connection),
            conflicts=tuple(
                _conflict(connection, one) for one in resolve.open_conflicts(connection)
            ),
            refused=_refused(connection, whose_zone(mirror, connection)),
            books=ledger.books(connection),
            discarded=tuple(ledger.discarded(connection)),
            oldest=ledger.waiting(connection).oldest,
            synced_at=moment(mirror.state.get(connection, "synced_at")),
            verified_at=moment(mirror.state.get(connection, "verified_at")),
            clock_offset=mirror.state.get(connection, "clock_offset", 0),
        )


def whose_zone(mirror: Mirror, connection: Connection) -> ZoneInfo:
    """Return the organization's time zone."""
    organization = mirror.state.get(connection, "organization") or {}
    return Whose(time_zone=organization.get("time_zone") or "UTC").zone


def moment(microseconds: int | None) -> datetime | None:
    """Return a time kept in the mirror's state as a time in UTC."""
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def _waiting(connection: Connection) -> tuple[UnitRow, ...]:
    sql = (
        "SELECT id, title, user_name, device, made_at FROM units WHERE settled_at IS NULL "
        "AND outcome NOT IN ('conflict', 'quarantined') ORDER BY made_at, id LIMIT ?"
    )
    units = connection.exec_driver_sql(sql, (MOST,)).fetchall()
    return tuple(
        UnitRow(
            UUID(id),
            title or "Edit",
            who or "",
            device or "",
            moment(made_at) or _EPOCH,
            *_touched(connection, id),
        )
        for id, title, who, device, made_at in units
    )


def _touched(
    connection: Connection, unit: str
) -> tuple[tuple[tuple[str, UUID], ...], tuple[str, ...], int]:
    """Return the first rows of a unit that can be opened, their names, and how many more."""
    sql = "SELECT table_name, row_id FROM unit_rows WHERE unit_id = ? AND op <> 'delete' LIMIT ?"
    total = "SELECT count(*) FROM unit_rows WHERE unit_id = ?"
    count = int(connection.exec_driver_sql(total, (unit,)).scalar_one())
    rows, names = [], []
    for table, row_id in connection.exec_driver_sql(sql, (unit, ROWS_SHOWN)).fetchall():
        record = record_for(table)
        if queries.one(connection, record, UUID(row_id)) is not None:
            rows.append((table, UUID(row_id)))
            names.append(_named(connection, record, UUID(row_id)))
    return tuple(rows), tuple(names), count - len(rows)


def _conflict(connection: Connection, conflict: Conflict) -> ConflictRow:
    record = record_for(conflict.table)
    what = _named(connection, record, conflict.row_id)
    if not conflict.column:
        base, mine, theirs = (
            row_side(connection, record, conflict.base, side)
            for side in (conflict.base, conflict.mine, conflict.theirs)
        )
        by, asked = _mine_by(connection, conflict), ""
        if conflict.mine is None and conflict.theirs and conflict.theirs == conflict.base:
            what, theirs, asked = _added_to(connection, record, conflict)
        return ConflictRow(
            conflict, what, "The whole record", base, mine, theirs, mine_by=by, asked=asked
        )
    column = record.__table__.columns[conflict.column]
    base, mine, theirs = sides_of(connection, conflict)
    key = (conflict.table, str(conflict.row_id))
    stays = posted_elsewhere(connection, key, conflict.column)
    return ConflictRow(
        conflict,
        what,
        facts_of(column).label,
        base,
        mine,
        theirs,
        mine_by=_mine_by(connection, conflict),
        both=conflict.both,
        asked=_POSTED if stays else began_meanwhile(connection, conflict),
        stays=stays,
    )


def _added_to(
    connection: Connection, record: type[Record], conflict: Conflict
) -> tuple[str, str, str]:
    """Say of a record deleted here what it was, what others added to it, and what is asked."""
    label = (str(conflict.base[name]) for name in record.__label__ if conflict.base.get(name))
    what = " · ".join((record.__titles__[0], *label)).replace(" · ", " ", 1)
    children = []
    for link in links_to(conflict.table):
        sql = f"SELECT id FROM {link.table} WHERE {link.column} = ? ORDER BY id"
        if link.on_delete == "CASCADE":
            found = connection.exec_driver_sql(sql, (str(conflict.row_id),)).scalars().all()
            children += [_named(connection, record_for(link.table), UUID(id)) for id in found]
    more = f" and {len(children) - ROWS_SHOWN} more" if len(children) > ROWS_SHOWN else ""
    added = ", ".join(children[:ROWS_SHOWN]) + more
    asked = f"You deleted {what}; {conflict.their_user or 'somebody'} added {added} to it."
    return what, f"Kept, with {added}", asked if children else ""


def _mine_by(connection: Connection, conflict: Conflict) -> str:
    """Return who changed this here, on which PC and when: of the last save that did."""
    sql = (
        "SELECT user_name, device, made_at FROM unit_rows JOIN units ON units.id = unit_id "
        "WHERE table_name = ? AND row_id = ? AND (? = '' OR op = 'insert' "
        "OR instr(coalesce(changed, '') || ' ', ?) > 0) ORDER BY made_at DESC LIMIT 1"
    )
    column = conflict.column
    key = (conflict.table, str(conflict.row_id), column, f" {column} ")
    found = connection.exec_driver_sql(sql, key).first()
    if found is None:
        return ""
    who, device, at = found
    where = f"on this PC ({device})" if device else "on this PC"
    return f"{who or 'You'}, {where}, {moment_text(moment(at) or _EPOCH)}"


def _refused(connection: Connection, zone: ZoneInfo) -> tuple[RefusedRow, ...]:
    rows = {one.id: one.rows for one in pending.open_refusals(connection)}
    mended = resolve.mended(connection)
    found = []
    for one in resolve.open_quarantine(connection):
        record = record_for(one.table)
        needed_by = resolve.needed_by(connection, one.id)
        goes = _all_that_goes(connection, str(one.id), rows.get(str(one.id), ()), needed_by)
        there = queries.one(connection, record, one.row_id) is not None
        named = _named(connection, record, one.row_id)
        taken = taken_time(connection, one, zone) if there else TakenTime()
        double = there and twins.is_double(connection, one.id)
        found.append(
            RefusedRow(
                one,
                named,
                goes,
                there,
                taken.words,
                taken.slots,
                taken.shared,
                double,
                str(one.id) in mended,
                _without(connection, one),
                frozenset(row.key for row in needed_by),
            )
        )
    return tuple(found)


def _all_that_goes(
    connection: Connection, refusal_id: str, rows: Sequence[SentRow], needed_by: Sequence[SentRow]
) -> tuple[str, ...]:
    """Say what discarding a refused edit takes away, and what was saved together with it since."""
    titles, others = resolve.goes_with(connection, refusal_id)
    lines = [_goes(connection, row) for row in rows]
    if others:
        told = ", ".join(f'"{title}"' for title in dict.fromkeys(titles))
        lines.append(f"This also discards what was saved together with that: {told}.")
    lines += [_goes(connection, row) for row in others]
    if needed_by:
        lines.append("This also discards what cannot be without it:")
    return (*lines, *(_goes(connection, row) for row in needed_by))


def _without(connection: Connection, refused: Refused) -> str:
    """Return what the field is called that names a row which is gone, and may be empty."""
    column = resolve.lost_link(connection, refused.id)
    if column is None:
        return ""
    return facts_of(record_for(refused.table).__table__.columns[column]).label


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
    return f"{title} {label_text(label)}".strip()
