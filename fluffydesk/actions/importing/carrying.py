"""Carries out a planned import, and keeps a list of imports (rule 27)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.actions.importing.plans import (
    Plan,
    Planned,
    Problem,
    Progress,
    Tell,
    heads,
    in_parts,
    silent,
)
from fluffydesk.actions.importing.tables import TablePlan
from fluffydesk.actions.importing.trying import write_or_tell
from fluffydesk.actions.typed import words_of
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.images import read_image, to_image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.mirror.whose import whose
from fluffydesk.records.catalog import may
from fluffydesk.records.types import new_id, now
from fluffydesk.records.vocabulary import Record, facts_of

IN_A_UNIT = 50
"""Rows saved together: a save is short, and a screen hears of it."""
STATE = "imports"


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
    partly: bool = False
    """Taking it back was cut short: doing it again goes on."""

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
    rows: tuple[Planned, ...] = ()
    """The rows that were written."""


def start(mirror: Mirror, name: str, path: Path, records: Iterable[type[Record]]) -> UUID:
    """Note an import before its first row is written; returns its id.

    Raises Refusal where this person's role may not write such rows.
    """
    role = whose(mirror).role
    for record in records:
        changes = may(record, "change", role) or not record.__access__.roles("change")
        if not (may(record, "add", role) and changes):
            several = record.__titles__[1].lower()
            raise Refusal(
                f"Your role is {words_of(role)}, and it may not write {several}.",
                "Ask an owner or manager.",
            )
    import_id = new_id()
    author = mirror.recall("author") or {}
    entry = {
        "subject": name,
        "file": path.name,
        "at": now().isoformat(),
        "by": author.get("user_name") or "",
        "parts": 0,
        "created": 0,
        "updated": 0,
    }
    mirror.remember(**{STATE: {**(mirror.recall(STATE) or {}), str(import_id): entry}})
    return import_id


def carry_out_rows(mirror: Mirror, import_id: UUID, title: str, rows: Sequence[Planned]) -> Carried:
    """Write some rows of a plan as one unit of work; a row against a rule is left out, and told.

    What came meanwhile is left as it is. Each row is noted with the import, so that it can be
    taken back.
    """
    refused: list[Problem] = []
    done: list[dict[str, Any]] = []
    kept: list[Planned] = []
    left_out: set[int] = set()
    with mirror.unit(title) as unit:
        for row in rows:
            if row.of is not None and row.line in left_out:
                continue
            written, problem = write_or_tell(unit, row)
            if problem:
                refused.append(problem)
                left_out.add(row.line)
            elif written:
                done.append(_noted(unit.connection, row))
                kept.append(row)
        created = sum(row.of is None and row.before is None for row in kept)
        updated = heads(kept) - created
        if done:
            _note(mirror, unit, import_id, done, created, updated)
    return Carried(import_id, unit.changes, created, updated, tuple(refused), tuple(kept))


def carry_out_table(mirror: Mirror, plan: TablePlan, tell: Tell = silent) -> Carried:
    """Write the whole plan; cut short, what is written stays, and is listed."""
    import_id = start(mirror, plan.subject.name, plan.path, plan.records)
    rows = (*plan.create, *plan.update)
    parts = ((title_of(plan), part) for part in in_parts(rows, IN_A_UNIT))
    return _carry_out(mirror, import_id, parts, len(rows), tell)


def carry_out(mirror: Mirror, plan: Plan, tell: Tell = silent) -> Carried:
    """Write what was planned of a kind of file, a unit of work for each batch.

    Cut short between two batches, what is written stays and is listed, and the same import later
    adds the rest.
    """
    import_id = start(mirror, plan.kind, plan.path, records_of(plan))
    parts = ((batch.title, batch.rows) for batch in plan.batches)
    return _carry_out(mirror, import_id, parts, sum(len(one.rows) for one in plan.batches), tell)


def title_of(plan: TablePlan) -> str:
    """Return what the units of work of a table's import are called."""
    return f"Import {plan.subject.title.lower()}: {plan.path.name}"


def records_of(plan: Plan) -> list[type[Record]]:
    """Return the records of which a plan writes rows, in their order."""
    return list(dict.fromkeys(row.record for batch in plan.batches for row in batch.rows))


def _carry_out(
    mirror: Mirror,
    import_id: UUID,
    parts: Iterable[tuple[str, Sequence[Planned]]],
    total: int,
    tell: Tell,
) -> Carried:
    ids: dict[str, set[UUID]] = {}
    created = updated = done = 0
    refused: list[Problem] = []
    for title, rows in parts:
        carried = carry_out_rows(mirror, import_id, title, rows)
        created, updated = created + carried.created, updated + carried.updated
        refused += carried.refused
        for table, changed in carried.changes.items():
            ids.setdefault(table, set()).update(changed)
        done += len(rows)
        tell(Progress(done, total, "written"))
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
            bool(entry.get("undoing")) and not entry.get("taken_back"),
        )
        for key, entry in (mirror.recall(STATE) or {}).items()
        if entry["parts"] or entry.get("undoing")
    ]
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def _noted(connection: Connection, row: Planned) -> dict[str, Any]:
    """Return what must be known to take a row back: the values before, and how it is now."""
    part = {"of": str(row.head)} if row.of else {}
    return part | {
        "id": str(row.id),
        "table": row.record.__table__.name,
        "told": row.told,
        "before": None if row.before is None else to_image(row.record, row.before),
        "digest": digest_of(connection, row.record, row.id),
    }


def digest_of(connection: Connection, record: type[Record], row_id: UUID) -> str | None:
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


def _note(
    mirror: Mirror,
    unit: Unit,
    import_id: UUID,
    done: list[dict[str, Any]],
    created: int,
    updated: int,
) -> None:
    """Note what a unit wrote, in its own transaction: a crash leaves no row without its note."""
    entry = mirror.state.get(unit.connection, STATE)[str(import_id)]
    mirror.state.put(unit.connection, f"{STATE}/{import_id}/{entry['parts']}", done)
    more = {
        "parts": entry["parts"] + 1,
        "created": entry["created"] + created,
        "updated": entry["updated"] + updated,
    }
    put_entry(mirror, unit.connection, import_id, {**entry, **more})


def put_entry(
    mirror: Mirror, connection: Connection, import_id: UUID, entry: Mapping[str, Any]
) -> None:
    kept = mirror.state.get(connection, STATE, {})
    mirror.state.put(connection, STATE, {**kept, str(import_id): entry})
