"""Takes an import back: what it added goes, what it changed is as before (rule 27)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from fluffydesk.actions import rules
from fluffydesk.actions.importing.carrying import STATE, digest_of, put_entry
from fluffydesk.actions.importing.plans import Door, Progress, Tell, door_of, silent
from fluffydesk.actions.importing.trying import AT_ONCE, row_of
from fluffydesk.errors import NotFound, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.images import from_storage
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.schema import links_to
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.catalog import record_for
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.records.reviews import CustomField
from fluffydesk.records.vocabulary import Record
from fluffydesk.wording import counted

_VOID = "The import was taken back"


@dataclass(frozen=True)
class Kept:
    """A row that taking an import back leaves as it is, and why."""

    told: str
    reason: str


@dataclass(frozen=True)
class Undone:
    """What taking an import back came to."""

    changes: Changes
    removed: int
    restored: int
    kept: tuple[Kept, ...]


@dataclass(frozen=True)
class _Some:
    """What one go of taking back came to, and how many parts of the import are left."""

    undone: Undone
    left: int


def take_back(mirror: Mirror, import_id: UUID, tell: Tell = silent) -> Undone:
    """Take an import back, newest row first.

    A row that was edited since, or that other rows point at, is kept, and the reason is told. A
    treatment stays in the medicine book, void. It is done some hundred rows at a time, each a
    unit of work; cut short, doing it again goes on from there.
    """
    return take_back_through(door_of(mirror), import_id, tell)


def take_back_through(door: Door, import_id: UUID, tell: Tell = silent) -> Undone:
    """Take an import back as `take_back` does, asking the mirror through its door."""
    total = int(door(partial(_begin, import_id=import_id)))
    ids: dict[str, set[UUID]] = {}
    kept: list[Kept] = []
    removed = restored = 0
    left = total
    while left:
        some: _Some = door(partial(_take_back_some, import_id=import_id))
        left = some.left
        kept += some.undone.kept
        removed, restored = removed + some.undone.removed, restored + some.undone.restored
        for table, changed in some.undone.changes.items():
            ids.setdefault(table, set()).update(changed)
        tell(Progress(total - left, total, "taken back"))
    return Undone(Changes(ids), removed, restored, tuple(kept))


def _begin(mirror: Mirror, import_id: UUID) -> int:
    entry = _entry((mirror.recall(STATE) or {}), import_id)
    if entry.get("taken_back"):
        raise Refusal("This import was taken back already.", "Import the file again to have it.")
    return int(entry["parts"])


def _take_back_some(mirror: Mirror, import_id: UUID) -> _Some:
    """Take the newest parts of an import back in one unit of work, which notes how far it is."""
    kept: list[Kept] = []
    removed: set[str] = set()
    restored: set[str] = set()
    entry = _entry((mirror.recall(STATE) or {}), import_id)
    with mirror.unit(f"Take back import {entry['file']}") as unit:
        left, rows = _newest(mirror, unit.connection, import_id, entry["parts"])
        for one in rows:
            reason = _take_back_or_tell(unit, record_for(one["table"]), one)
            if reason:
                kept.append(Kept(one["told"], reason))
            elif one["before"] is None and "of" not in one:
                removed.add(one["id"])
            else:
                restored.add(one.get("of", one["id"]))
        more = {"parts": left, "undoing": True, "taken_back": not left}
        put_entry(mirror, unit.connection, import_id, {**entry, **more})
    as_before = len(restored - removed)
    return _Some(Undone(unit.changes, len(removed), as_before, tuple(kept)), left)


def _take_back_or_tell(unit: Unit, record: type[Record], one: Mapping[str, Any]) -> str:
    """Take a row back; or leave it, and return why."""
    unit.connection.exec_driver_sql("SAVEPOINT line")
    reason = _why_kept(unit.connection, record, one)
    if not reason:
        try:
            _take_back_row(unit, record, one)
        except Refusal as refusal:
            unit.connection.exec_driver_sql("ROLLBACK TO line")
            reason = str(refusal)
    unit.connection.exec_driver_sql("RELEASE line")
    return reason


def _newest(
    mirror: Mirror, connection: Connection, import_id: UUID, parts: int
) -> tuple[int, list[dict[str, Any]]]:
    """Return how many parts are left after some hundred rows, and those, newest first."""
    found: list[dict[str, Any]] = []
    while parts and len(found) < AT_ONCE:
        parts -= 1
        found += reversed(mirror.state.get(connection, f"{STATE}/{import_id}/{parts}", []))
    return parts, found


def _why_kept(connection: Connection, record: type[Record], one: Mapping[str, Any]) -> str:
    now_is = digest_of(connection, record, UUID(one["id"]))
    if now_is is None:
        return "It is not here any more."
    # First what belongs to it: a weighing writes on the animal's card as well.
    for link in links_to(record.__table__.name) if one["before"] is None else ():
        sql = f"SELECT count(*) FROM {link.table} WHERE {link.column} = ?"
        count = int(connection.exec_driver_sql(sql, (one["id"],)).scalar_one())
        if count:
            of = record_for(link.table).__titles__[1].lower()
            return f"{counted(count, f'row of {of} belongs', f'rows of {of} belong')} to it."
    if one["before"] is None and (count := _own_fields_of(connection, record, one["id"])):
        return f"{counted(count, 'own field was', 'own fields were')} filled in since."
    return "" if now_is == one["digest"] else "It was edited since."


def _own_fields_of(connection: Connection, record: type[Record], row_id: str) -> int:
    own = CustomField.__table__.c
    mine = (own.entity_table == record.__table__.name, own.entity_id == UUID(row_id))
    return int(connection.execute(select(func.count()).where(*mine)).scalar_one())


def _take_back_row(unit: Unit, record: type[Record], one: Mapping[str, Any]) -> None:
    row_id = UUID(one["id"])
    before = row_of(unit.connection, record, row_id)
    if one["before"] is not None:
        columns = record.__table__.c
        values = {name: from_storage(columns[name], kept) for name, kept in one["before"].items()}
        unit.update(record, row_id, values)
    elif record is HealthTreatment:
        unit.update(record, row_id, {"void_reason": _VOID})
    else:
        unit.delete(record, row_id)
    rules.hold(unit.connection, record, before, row_of(unit.connection, record, row_id))


def _entry(kept: Mapping[str, Any], import_id: UUID) -> dict[str, Any]:
    entry = kept.get(str(import_id))
    if entry is None:
        raise NotFound("This import is not known on this PC.", "Look at the list of imports.")
    return dict(entry)
