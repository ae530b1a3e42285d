"""Carries out a planned import, keeps a list of imports, and takes one back (rule 27)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.actions import rules
from fluffydesk.actions.importing.plans import Problem, Progress
from fluffydesk.actions.importing.subjects import subject_of
from fluffydesk.actions.importing.tables import Planned, TablePlan
from fluffydesk.actions.saving import row_with
from fluffydesk.errors import NotFound, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.images import from_storage, read_image, to_image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.schema import links_to
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.records.types import new_id, now
from fluffydesk.records.vocabulary import Record, facts_of
from fluffydesk.wording import counted

IN_A_UNIT = 50
"""Rows saved together: a save is short, and a screen hears of it."""
_STATE = "imports"
_VOID = "The import was taken back"


@dataclass(frozen=True)
class Import:
    """An import that was carried out on this PC, and whether it was taken back."""

    id: UUID
    subject: str
    file: str
    made_at: datetime
    by: str
    created: int
    updated: int
    taken_back: bool

    @property
    def words(self) -> str:
        """What it did: `12 added, 3 changed`."""
        return f"{self.created:,} added, {self.updated:,} changed"


@dataclass(frozen=True)
class Carried:
    """What an import came to: `refused` are the lines that a rule of the trade kept out."""

    id: UUID
    changes: Changes
    created: int
    updated: int
    refused: tuple[Problem, ...]


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


def start(mirror: Mirror, plan: TablePlan) -> UUID:
    """Note an import before its first row is written; returns its id."""
    import_id = new_id()
    author = mirror.recall("author") or {}
    entry = {
        "subject": plan.subject.name,
        "file": plan.path.name,
        "at": now().isoformat(),
        "by": author.get("user_name") or "",
        "parts": 0,
        "created": 0,
        "updated": 0,
    }
    mirror.remember(**{_STATE: {**(mirror.recall(_STATE) or {}), str(import_id): entry}})
    return import_id


def carry_out_rows(
    mirror: Mirror, plan: TablePlan, import_id: UUID, rows: Sequence[Planned]
) -> Carried:
    """Write some rows of a plan as one unit of work; a row against a rule is left out, and told.

    What came meanwhile is left as it is. Each row is noted with the import, so that it can be
    taken back.
    """
    record = plan.subject.record
    refused: list[Problem] = []
    done: list[dict[str, Any]] = []
    with mirror.unit(f"Import {plan.subject.title.lower()}: {plan.path.name}") as unit:
        for row in rows:
            unit.connection.exec_driver_sql("SAVEPOINT line")
            try:
                written = _write(unit, record, row)
            except Refusal as refusal:
                unit.connection.exec_driver_sql("ROLLBACK TO line")
                refused.append(Problem(row.line, str(refusal)))
                written = False
            unit.connection.exec_driver_sql("RELEASE line")
            if written:
                done.append(_noted(unit.connection, record, row))
        created = sum(one["before"] is None for one in done)
        if done:
            _note(mirror, unit, import_id, done, created)
    return Carried(import_id, unit.changes, created, len(done) - created, tuple(refused))


def carry_out_table(
    mirror: Mirror, plan: TablePlan, progress: Callable[[Progress], None] = lambda one: None
) -> Carried:
    """Write the whole plan; cut short, what is written stays, and is listed."""
    import_id = start(mirror, plan)
    ids: dict[str, set[UUID]] = {}
    created = updated = 0
    refused: list[Problem] = []
    rows = (*plan.create, *plan.update)
    for first in range(0, len(rows), IN_A_UNIT):
        carried = carry_out_rows(mirror, plan, import_id, rows[first : first + IN_A_UNIT])
        created, updated = created + carried.created, updated + carried.updated
        refused += carried.refused
        for table, changed in carried.changes.items():
            ids.setdefault(table, set()).update(changed)
        progress(Progress(min(len(rows), created + updated + len(refused)), len(rows)))
    return Carried(import_id, Changes(ids), created, updated, tuple(refused))


def imports(mirror: Mirror) -> list[Import]:
    """Return the imports of this PC that wrote something, newest first."""
    found = [
        Import(
            UUID(key),
            entry["subject"],
            entry["file"],
            datetime.fromisoformat(entry["at"]),
            entry["by"],
            entry["created"],
            entry["updated"],
            bool(entry.get("taken_back")),
        )
        for key, entry in (mirror.recall(_STATE) or {}).items()
        if entry["parts"]
    ]
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def take_back(mirror: Mirror, import_id: UUID) -> Undone:
    """Take an import back: what it added goes, what it changed is as before (rule 27).

    A row that was edited since, or that other rows point at, is kept, and the reason is told. A
    treatment stays in the medicine book, void. One unit of work.
    """
    entry = _entry(mirror, import_id)
    if entry.get("taken_back"):
        raise Refusal("This import was taken back already.", "Import the file again to have it.")
    record = subject_of(entry["subject"]).record
    kept: list[Kept] = []
    removed = restored = 0
    with mirror.unit(f"Take back import {entry['file']}") as unit:
        for one in reversed(_rows(mirror, unit.connection, import_id, entry["parts"])):
            unit.connection.exec_driver_sql("SAVEPOINT line")
            reason = _why_kept(unit.connection, record, one)
            if not reason:
                try:
                    _take_back_row(unit, record, one)
                except Refusal as refusal:
                    unit.connection.exec_driver_sql("ROLLBACK TO line")
                    reason = str(refusal)
            unit.connection.exec_driver_sql("RELEASE line")
            if reason:
                kept.append(Kept(one["told"], reason))
            elif one["before"] is None:
                removed += 1
            else:
                restored += 1
        _put(mirror, unit.connection, import_id, {**entry, "taken_back": True})
    return Undone(unit.changes, removed, restored, tuple(kept))


def _write(unit: Unit, record: type[Record], row: Planned) -> bool:
    """Write one row and ask the rules; False where it came, or went, since it was planned."""
    before = row_with(unit.connection, record, id=row.id)
    if (before is None) != (row.before is None):
        return False
    if before is None:
        unit.insert(record, row.values, row.id)
    else:
        unit.update(record, row.id, row.values)
    rules.hold(unit.connection, record, before, row_with(unit.connection, record, id=row.id))
    return True


def _noted(connection: Connection, record: type[Record], row: Planned) -> dict[str, Any]:
    """Return what must be known to take a row back: the values before, and how it is now."""
    before = None if row.before is None else to_image(record, row.before)
    return {
        "id": str(row.id),
        "told": row.told,
        "before": before,
        "digest": _digest(connection, record, row.id),
    }


def _digest(connection: Connection, record: type[Record], row_id: UUID) -> str | None:
    """Return a digest of what people can change in a row; None where it is gone."""
    image = read_image(connection, record, row_id)
    if image is None:
        return None
    own = {
        column.name: image[column.name]
        for column in record.__table__.columns
        if not facts_of(column).housekeeping
    }
    return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()


def _why_kept(connection: Connection, record: type[Record], one: Mapping[str, Any]) -> str:
    now_is = _digest(connection, record, UUID(one["id"]))
    if now_is is None:
        return "It is not here any more."
    if now_is != one["digest"]:
        return "It was edited since."
    if one["before"] is not None:
        return ""
    for link in links_to(record.__table__.name):
        sql = f"SELECT count(*) FROM {link.table} WHERE {link.column} = ?"
        count = int(connection.exec_driver_sql(sql, (one["id"],)).scalar_one())
        if count:
            words = counted(count, "row of", "rows of")
            return f"{words} {link.table.replace('_', ' ')} belong to it."
    return ""


def _take_back_row(unit: Unit, record: type[Record], one: Mapping[str, Any]) -> None:
    row_id = UUID(one["id"])
    before = row_with(unit.connection, record, id=row_id)
    if one["before"] is not None:
        columns = record.__table__.c
        values = {name: from_storage(columns[name], kept) for name, kept in one["before"].items()}
        unit.update(record, row_id, values)
    elif record is HealthTreatment:
        unit.update(record, row_id, {"void_reason": _VOID})
    else:
        unit.delete(record, row_id)
    rules.hold(unit.connection, record, before, row_with(unit.connection, record, id=row_id))


def _entry(mirror: Mirror, import_id: UUID) -> dict[str, Any]:
    entry = (mirror.recall(_STATE) or {}).get(str(import_id))
    if entry is None:
        raise NotFound("This import is not known on this PC.", "Look at the list of imports.")
    return dict(entry)


def _rows(
    mirror: Mirror, connection: Connection, import_id: UUID, parts: int
) -> list[dict[str, Any]]:
    """Return the noted rows of an import, in the order they were written."""
    found: list[dict[str, Any]] = []
    for part in range(parts):
        found += mirror.state.get(connection, f"{_STATE}/{import_id}/{part}", [])
    return found


def _note(
    mirror: Mirror, unit: Unit, import_id: UUID, done: list[dict[str, Any]], created: int
) -> None:
    """Note what a unit wrote, in its own transaction: a crash leaves no row without its note."""
    entry = mirror.state.get(unit.connection, _STATE)[str(import_id)]
    mirror.state.put(unit.connection, f"{_STATE}/{import_id}/{entry['parts']}", done)
    more = {
        "parts": entry["parts"] + 1,
        "created": entry["created"] + created,
        "updated": entry["updated"] + len(done) - created,
    }
    _put(mirror, unit.connection, import_id, {**entry, **more})


def _put(mirror: Mirror, connection: Connection, import_id: UUID, entry: Mapping[str, Any]) -> None:
    kept = mirror.state.get(connection, _STATE, {})
    mirror.state.put(connection, _STATE, {**kept, str(import_id): entry})
