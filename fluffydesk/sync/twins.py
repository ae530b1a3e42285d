"""Two rows of one event: what was refused because central has that milking, round or lambing.

A key with a day in it names an event, so both rows are about the same: they are made one by the
merge that two edits of one row go through, and a person is asked where they differ. A row that this
PC does not keep is asked of central. Of other keys (a number, a name) two rows are two things.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Date

from fluffydesk.errors import NotFound, Refusal
from fluffydesk.mirror import journal, pending
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.images import (
    Image,
    Value,
    column_names,
    from_image,
    from_storage,
    read_image,
    write_images,
)
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.pending import OpenRefusal
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.sync import window
from fluffydesk.sync.meet import tidy, typed_columns, who_changed
from fluffydesk.sync.merge import merge, policies_of
from fluffydesk.sync.ports import Central, Door
from fluffydesk.sync.words import key_of

DOUBLED = "23505"
_MOST = 1000


@dataclass(frozen=True)
class Twin:
    """The row that central has in place of a refused one; `here`: this PC keeps it as well."""

    refusal: UUID
    table: str
    mine: UUID
    image: Image
    here: bool

    @property
    def id(self) -> UUID:
        return UUID(str(self.image["id"]))

    @property
    def values(self) -> dict[str, Any]:
        """Its values in Python."""
        return from_image(record_for(self.table), self.image)


@dataclass(frozen=True)
class _Sought:
    """The event that a refused row is of: its key, and the row as it is here."""

    refusal: OpenRefusal
    key: tuple[str, ...]
    mine: Image


def is_double(connection: Connection, refusal_id: UUID | str) -> bool:
    """Say whether an edit was refused since central has another row of the same event."""
    return _sought(connection, refusal_id) is not None


def here(connection: Connection, refusal_id: UUID | str) -> Twin | None:
    """Return the row that is there already, where this PC keeps it."""
    sought = _sought(connection, refusal_id)
    if sought is None:
        return None
    table, key = sought.refusal.table, sought.key
    same = " AND ".join(f"{name} IS ?" for name in key)
    sql = (
        f"SELECT id FROM {table} WHERE {same} AND id <> ? AND id NOT IN "
        "(SELECT row_id FROM pending_rows WHERE table_name = ? AND base IS NULL)"
    )
    values = tuple(sought.mine.get(name) for name in key)
    found = connection.exec_driver_sql(sql, (*values, sought.refusal.row_id, table)).scalar()
    image = None if found is None else read_image(connection, record_for(table), found)
    return None if image is None else _twin(sought, image, here=True)


def find(door: Door, central: Central, refusal_id: UUID | str) -> Twin | None:
    """Return the row that is there already, here or at central; None if it is not to be seen.

    Raises Offline where central has to be asked.
    """
    found, sought = door(partial(_look, refusal_id=refusal_id))
    if found is not None or sought is None or sought.refusal.table not in window.LOGS:
        return found
    record = record_for(sought.refusal.table)
    columns = record.__table__.columns
    dated = next(name for name in sought.key if isinstance(columns[name].type, Date))
    day = date.fromisoformat(str(sought.mine[dated])) + timedelta(days=1)
    links = [name for name in sought.key if facts_of(columns[name]).target]
    of = (links[0], UUID(str(sought.mine[links[0]]))) if links else None
    organization = UUID(door(lambda mirror: mirror.recall("organization"))["id"])
    asked = organization, sought.refusal.table, column_names(record), day, of, _MOST
    for image in central.beyond(*asked):
        if all(_same(columns[name], image, sought.mine) for name in sought.key):
            return _twin(sought, image, here=False)
    return None


def join(mirror: Mirror, twin: Twin) -> Changes:
    """Make the refused row and the one that is there already one, as a unit of the person here.

    Where the two differ a conflict is opened for each column that its policy leaves open; all else
    of the save that was refused goes to central with the next sync. NotFound where the refusal is
    settled; Refusal while the other row has unsent edits.
    """
    record, key = record_for(twin.table), (twin.table, str(twin.id))
    with mirror.read() as connection:
        if _sought(connection, twin.refusal) is None:
            raise NotFound("This edit does not wait any more.", "Look at the list again.")
        if journal.pending_row(connection, key) is not None:
            raise Refusal("The other row has edits that were not sent.", "Sync, then try again.")
    if not twin.here:
        with mirror.apply(durable=True) as connection:
            write_images(connection, record, [twin.image])
            window.shed_again(connection)  # should the program end before the two are one
    with mirror.unit("Join with what is there already") as unit:
        connection = unit.connection
        sought = _sought(connection, twin.refusal)
        assert sought is not None
        mine = {name: sought.mine.get(name) for name in typed_columns(twin.table)}
        merged = merge({}, {**twin.image, **mine}, twin.image, policies_of(record))
        changed = {
            name: merged.image.get(name)
            for name in typed_columns(twin.table)
            if merged.image.get(name) != twin.image.get(name)
        }
        unit.update(record, twin.id, from_image(record, changed))
        journal.touch(connection, str(unit.id), key)
        for one in merged.conflicts:
            sides = (one.base, one.mine, one.theirs)
            who = who_changed(connection, twin.image)
            pending.open_conflict(connection, key, one.column, sides, who)
        if read_image(connection, record, twin.mine) is not None:
            unit.delete(record, twin.mine)
        pending.close_refusal(connection, sought.refusal, "mended")
        journal.mark(connection, sought.refusal.units, "merged")
    with mirror.apply(durable=True) as connection:
        tidy(connection, key)
        tidy(connection, (twin.table, str(twin.mine)))
        pending.sweep(connection)
        since = window.first_day_in(connection)
        window.shed_rows(connection, twin.table, [str(twin.id)], since)
    return unit.changes


def differences(twin: Twin, mine: Mapping[str, Any]) -> list[Column[Any]]:
    """Return the columns in which the two rows differ; `mine` are Python values."""
    record, values = record_for(twin.table), twin.values
    columns = record.__table__.columns
    names = typed_columns(twin.table)
    return [columns[name] for name in names if mine.get(name) != values.get(name)]


def _look(mirror: Mirror, refusal_id: UUID | str) -> tuple[Twin | None, _Sought | None]:
    with mirror.read() as connection:
        return here(connection, refusal_id), _sought(connection, refusal_id)


def _twin(sought: _Sought, image: Image, *, here: bool) -> Twin:
    refusal = sought.refusal
    return Twin(UUID(refusal.id), refusal.table, UUID(refusal.row_id), image, here)


def _sought(connection: Connection, refusal_id: UUID | str) -> _Sought | None:
    for refusal in pending.open_refusals(connection):
        if refusal.id != str(refusal_id) or refusal.code != DOUBLED:
            continue
        sql = "SELECT constraint_name FROM quarantine WHERE id = ?"
        constraint = connection.exec_driver_sql(sql, (refusal.id,)).scalar()
        record = record_for(refusal.table)
        key = tuple(key_of(record.__table__, constraint))
        mine = read_image(connection, record, refusal.row_id)
        edit = journal.pending_row(connection, (refusal.table, refusal.row_id))
        days = [name for name in key if isinstance(record.__table__.columns[name].type, Date)]
        if days and mine is not None and edit is not None and edit.base is None:
            return _Sought(refusal, key, mine)
    return None


def _same(column: Column[Any], one: Image, other: Image) -> bool:
    sides: list[Value] = [one.get(column.name), other.get(column.name)]
    here, there = (None if side is None else from_storage(column, side) for side in sides)
    return bool(here == there)
