"""Who did what on a day: the saves of this PC, and what others added or completed (rule 26)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.actions.rules.people import zone_of
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.access import ForAll
from fluffydesk.records.catalog import mirrored_by
from fluffydesk.records.enums import OrgType
from fluffydesk.records.types import from_microseconds, to_microseconds
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.screens.reading.tasks import day_bounds
from fluffydesk.wording import counted

MOST = 5000
"""So many saves of a day are shown, the newest."""
_SLACK = timedelta(hours=2)
_STATES = {
    "applied": "Sent",
    "merged": "Merged",
    "conflict": "In conflict",
    "quarantined": "Refused",
    "discarded": "Discarded",
}
_HERE = (
    "EXISTS (SELECT 1 FROM edits WHERE table_name = '{table}' AND row_id = t.id AND unit_id <> '')"
    " OR EXISTS (SELECT 1 FROM unit_history WHERE table_name = '{table}' AND row_id = t.id)"
)


@dataclass(frozen=True)
class Deed:
    """What somebody did: one save of this PC, or what one PC of somebody else sent of a kind."""

    id: UUID
    who_id: UUID | None
    who: str
    device: str
    first: datetime
    last: datetime
    what: str
    state: str
    here: bool
    """Whether it was saved on this PC."""


def deeds_of(connection: Connection, day: date, person: UUID | None = None) -> tuple[Deed, ...]:
    """Return what was done on a day of the organization, newest first; of one person, if given.

    Times are those of the device. Of this PC every save is listed for as long as its books last;
    of other PCs what they added, by kind, and the tasks they completed. What they changed
    otherwise is in the history of each record.
    """
    span = day_bounds(day, zone_of(connection))
    names = _names(connection)
    found = [
        *_saved_here(connection, span),
        *_added_elsewhere(connection, span, names),
        *_done_elsewhere(connection, span, names),
    ]
    mine = [deed for deed in found if person is None or deed.who_id == person]
    return tuple(sorted(mine, key=lambda deed: (deed.last, str(deed.id)), reverse=True))


def touched_by(connection: Connection, unit: UUID) -> tuple[str, UUID] | None:
    """Return the table and key of a row that a save of this PC touched; None if it is forgotten."""
    for source in ("unit_rows", "unit_history"):
        sql = f"SELECT table_name, row_id FROM {source} WHERE unit_id = ? ORDER BY op DESC LIMIT 1"
        row = connection.exec_driver_sql(sql, (str(unit),)).first()
        if row is not None:
            return str(row[0]), UUID(row[1])
    return None


def _saved_here(connection: Connection, span: tuple[datetime, datetime]) -> Iterator[Deed]:
    sql = (
        "SELECT id, title, user_id, user_name, device, made_at, outcome FROM units "
        "WHERE id >= ? AND id < ? AND made_at >= ? AND made_at < ? ORDER BY id DESC LIMIT ?"
    )
    starts, ends = span
    keys = (_key(starts - _SLACK), _key(ends + _SLACK))
    times = (to_microseconds(starts), to_microseconds(ends), MOST)
    for id, title, user, name, device, made, outcome in connection.exec_driver_sql(
        sql, keys + times
    ):
        at = from_microseconds(made)
        yield Deed(
            UUID(id),
            UUID(user) if user else None,
            name or "Somebody",
            device or "",
            at,
            at,
            title or "Edit",
            _STATES.get(outcome, "Waits to be sent"),
            here=True,
        )


def _added_elsewhere(
    connection: Connection, span: tuple[datetime, datetime], names: dict[str, str]
) -> Iterator[Deed]:
    """Rows carry the time in their key, so that a day's are found without an index of their own."""
    keys = (_key(span[0]), _key(span[1]))
    for record in _records(connection):
        table = record.__table__.name
        sql = (
            "SELECT min(id), max(id), updated_by, updated_device, count(*), max(row_version) "
            f"FROM {table} AS t WHERE id >= ? AND id < ? AND substr(id, 15, 1) = '7' "
            f"AND NOT ({_HERE.format(table=table)}) GROUP BY updated_by, updated_device"
        )
        one, many = (title.lower() for title in record.__titles__)
        for first, last, by, device, count, version in connection.exec_driver_sql(sql, keys):
            verb = "added" if version == 1 else "added or changed"
            yield Deed(
                UUID(first),
                UUID(by) if by else None,
                names.get(by or "", "Somebody"),
                device or "",
                _moment(first),
                _moment(last),
                f"{counted(count, one, many)} {verb}",
                "Sent",
                here=False,
            )


def _done_elsewhere(
    connection: Connection, span: tuple[datetime, datetime], names: dict[str, str]
) -> Iterator[Deed]:
    sql = (
        "SELECT id, title, done_by, updated_device, done_at FROM tasks AS t "
        f"WHERE done_at >= ? AND done_at < ? AND NOT ({_HERE.format(table='tasks')})"
    )
    times = (to_microseconds(span[0]), to_microseconds(span[1]))
    for id, title, by, device, done in connection.exec_driver_sql(sql, times):
        at = from_microseconds(done)
        yield Deed(
            UUID(id),
            UUID(by) if by else None,
            names.get(by or "", "Somebody"),
            device or "",
            at,
            at,
            f"Task done: {title}",
            "Sent",
            here=False,
        )


def _records(connection: Connection) -> list[type[Record]]:
    organization = Mirror.state.get(connection, "organization") or {}
    kinds = mirrored_by(OrgType(organization.get("type") or OrgType.FARM))
    return [record for record in kinds if not isinstance(record.__scope__, ForAll)]


def _names(connection: Connection) -> dict[str, str]:
    rows = connection.exec_driver_sql("SELECT id, full_name, email FROM profiles")
    return {id: name or email or "Somebody" for id, name, email in rows}


def _key(moment: datetime) -> str:
    """Return the beginning of the keys made at a moment: they sort by the millisecond."""
    number = f"{max(0, int(moment.timestamp() * 1000)):012x}"
    return f"{number[:8]}-{number[8:]}"


def _moment(key: str) -> datetime:
    return from_microseconds(int(key.replace("-", "")[:12], 16) * 1000)
