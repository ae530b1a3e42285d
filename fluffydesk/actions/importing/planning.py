"""Finds out, line by line, what a file would add to the mirror."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from fluffydesk.actions.importing.plans import (
    Batch,
    Door,
    Draft,
    Duplicate,
    Key,
    Kind,
    Plan,
    Planned,
    Problem,
    Progress,
    Reader,
    Tell,
    silent,
)
from fluffydesk.actions.importing.sheets import Line, read_sheet
from fluffydesk.actions.importing.trying import AT_ONCE, try_out
from fluffydesk.actions.saving import check
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.vocabulary import Record, facts_of

_Mark = tuple[type[Record], Key]


def make_plan(
    door: Door, path: Path, kind: Kind, sheet: str | None = None, tell: Tell = silent
) -> Plan:
    """Return what importing `path` would do; nothing is written.

    Raises Refusal where the file as a whole cannot be read; what is wrong with single lines, or
    against a rule of the trade, is in the plan.
    """
    lines = read_sheet(path, kind.headings, sheet)
    planner = _Planner(kind)
    for first in range(0, len(lines), AT_ONCE):
        door(partial(planner.take_some, lines=lines[first : first + AT_ONCE]))
        tell(Progress(min(first + AT_ONCE, len(lines)), len(lines), "compared"))
    return _without_refused(door, planner.plan(path, len(lines)), tell)


def _without_refused(door: Door, plan: Plan, tell: Tell) -> Plan:
    """Try the plan's rows out, and put those that a rule refuses among the problems."""
    rows = [row for batch in plan.batches for row in batch.rows]
    good, bad = try_out(door, rows, tell)
    if len(good) == len(rows):
        return plan
    kept = {row.id for row in good}
    batches = (
        replace(batch, rows=tuple(row for row in batch.rows if row.id in kept))
        for batch in plan.batches
    )
    problems = sorted((*plan.problems, *bad), key=lambda one: one.line)
    left = tuple(batch for batch in batches if batch.rows)
    return replace(plan, batches=left, problems=tuple(problems))


class _Planner:
    """Takes the lines one by one and remembers what they spoke of."""

    _organization: UUID
    _connection: Connection
    _reader: Reader

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._begun = False
        self._rows: dict[type[Record], dict[UUID, Mapping[str, Any]]] = {}
        self._seen: dict[_Mark, tuple[int, Draft, UUID]] = {}
        self._batches: dict[_Mark, tuple[str, list[Planned]]] = {}
        self._duplicates: list[Duplicate] = []
        self._problems: list[Problem] = []

    def take_some(self, mirror: Mirror, lines: Sequence[Line]) -> None:
        """Plan the next lines against what is here."""
        with mirror.read() as connection:
            self._connection = connection
            if not self._begun:
                self._organization = UUID(mirror.state.get(connection, "organization")["id"])
                self._reader = self._kind.read(connection)
                self._begun = True
            for line in lines:
                self.take(line)

    def take(self, line: Line) -> None:
        """Plan one line: its new rows, or why it brings none."""
        if line.fault:
            self._problems.append(Problem(line.number, line.fault))
            return
        try:
            drafts = self._reader.drafts(line.fields)
            self._take_drafts(line.number, drafts)
        except InvalidValue as refusal:
            self._problems.append(Problem(line.number, str(refusal)))

    def plan(self, path: Path, rows: int) -> Plan:
        """Return what the lines taken so far come to."""
        return Plan(
            self._kind.name,
            path,
            rows,
            tuple(Batch(title, tuple(new)) for title, new in self._batches.values()),
            tuple(self._duplicates),
            tuple(self._problems),
        )

    def _take_drafts(self, line: int, drafts: tuple[Draft, ...]) -> None:
        ids: dict[_Mark, UUID] = {}
        seen: dict[_Mark, tuple[int, Draft, UUID]] = {}
        new: list[Planned] = []
        for draft in drafts:
            mark = (draft.record, draft.key)
            links = {name: ids[to.record, to.key] for name, to in draft.links.items()}
            before = self._seen.get(mark)
            row_id = before[2] if before else self._id_of(draft, links)
            here = self._rows_of(draft).get(row_id)
            if not draft.shared and (before or here is not None):
                reason = _said_before(draft, *before[:2]) if before else _is_here(draft, here or {})
                self._duplicates.append(Duplicate(line, draft.told, reason))
                return
            if not before and here is None:
                values = check(draft.record, {**draft.values, **links})
                new.append(Planned(draft.record, row_id, values, line, draft.told))
            ids[mark] = row_id
            seen.setdefault(mark, (line, draft, row_id))
        # Only now: a line with a fault must not make a later, sound one a duplicate.
        for mark, entry in seen.items():
            self._seen.setdefault(mark, entry)
        if new:
            first = drafts[0]
            title = f"Import {self._kind.title}: {first.told}"
            self._batches.setdefault((first.record, first.key), (title, []))[1].extend(new)

    def _id_of(self, draft: Draft, links: Mapping[str, UUID]) -> UUID:
        """Return the id under which the mirror has the row by its natural key, or would have it."""
        words = ":".join((draft.record.__table__.name, *map(str, draft.key)))
        return self._reader.id_of(draft, links) or uuid.uuid5(self._organization, words)

    def _rows_of(self, draft: Draft) -> dict[UUID, Mapping[str, Any]]:
        """Return the rows of the draft's table, in the columns that drafts of it fill."""
        if draft.record not in self._rows:
            columns = draft.record.__table__.c
            query = select(columns.id, *(columns[name] for name in draft.values))
            found = self._connection.execute(query)
            self._rows[draft.record] = {row.id: row._asdict() for row in found}
        return self._rows[draft.record]


def _said_before(draft: Draft, line: int, first: Draft) -> str:
    differing = _differing(draft, first.values, "there", "here")
    if not differing:
        return f"Line {line} says the same."
    return f"Line {line} has it with another {differing}; the first is kept."


def _is_here(draft: Draft, row: Mapping[str, Any]) -> str:
    differing = _differing(draft, row, "here", "in the file")
    if not differing:
        return "It is here already."
    return f"It is here already with another {differing}; what is here is kept."


def _differing(draft: Draft, other: Mapping[str, Any], others_place: str, place: str) -> str:
    return " and ".join(
        f"{facts_of(draft.record.__table__.c[name]).label.lower()} "
        f"({_told(draft.record, name, other[name])} {others_place}, "
        f"{_told(draft.record, name, value)} {place})"
        for name, value in draft.values.items()
        if value != other[name]
    )


def _told(record: type[Record], name: str, value: Decimal | int | date | str | None) -> str:
    if value is None:
        return "none"
    if isinstance(value, Decimal):
        value = f"{value.normalize():f}"
    unit = facts_of(record.__table__.c[name]).unit
    return f"{value} {unit}" if unit else str(value)
