"""Finds out, line by line, what a file would add to the mirror."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, select

from fluffydesk.actions.importing.plans import (
    Batch,
    Draft,
    Duplicate,
    Key,
    Kind,
    NewRow,
    Plan,
    Problem,
)
from fluffydesk.actions.importing.sheets import Line, read_sheet
from fluffydesk.actions.saving import check
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.vocabulary import Record, facts_of

_Mark = tuple[type[Record], Key]


def make_plan(mirror: Mirror, path: Path, kind: Kind) -> Plan:
    """Return what importing `path` would do; nothing is written.

    Raises Refusal where the file as a whole cannot be read; what is wrong with single lines is
    in the plan.
    """
    lines = read_sheet(path, kind.headings)
    with mirror.read() as connection:
        organization = UUID(mirror.state.get(connection, "organization")["id"])
        planner = _Planner(kind, organization, connection)
        for line in lines:
            planner.take(line)
    return planner.plan(path, len(lines))


class _Planner:
    """Takes the lines one by one and remembers what they spoke of."""

    def __init__(self, kind: Kind, organization: UUID, connection: Connection) -> None:
        self._kind = kind
        self._organization = organization
        self._connection = connection
        self._reader = kind.read(connection)
        self._ids: dict[type[Record], frozenset[UUID]] = {}
        self._seen: dict[_Mark, tuple[int, Draft, UUID]] = {}
        self._batches: dict[_Mark, tuple[str, list[NewRow]]] = {}
        self._duplicates: list[Duplicate] = []
        self._problems: list[Problem] = []

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
        new: list[NewRow] = []
        for draft in drafts:
            mark = (draft.record, draft.key)
            links = {name: ids[to.record, to.key] for name, to in draft.links.items()}
            before = self._seen.get(mark)
            row_id, is_there = (before[2], True) if before else self._find(draft, links)
            if is_there and not draft.shared:
                reason = _said_before(draft, *before[:2]) if before else "It is here already."
                self._duplicates.append(Duplicate(line, draft.told, reason))
                return
            if not is_there:
                new.append(
                    NewRow(draft.record, row_id, check(draft.record, {**draft.values, **links}))
                )
            ids[mark] = row_id
            seen.setdefault(mark, (line, draft, row_id))
        # Only now: a line with a fault must not make a later, sound one a duplicate.
        for mark, entry in seen.items():
            self._seen.setdefault(mark, entry)
        if new:
            first = drafts[0]
            title = f"Import {self._kind.title}: {first.told}"
            self._batches.setdefault((first.record, first.key), (title, []))[1].extend(new)

    def _find(self, draft: Draft, links: Mapping[str, UUID]) -> tuple[UUID, bool]:
        """Return the row's id and whether the mirror has it, under that id or its natural key."""
        known = self._reader.id_of(draft, links)
        if known:
            return known, True
        words = ":".join((draft.record.__table__.name, *map(str, draft.key)))
        row_id = uuid.uuid5(self._organization, words)
        return row_id, row_id in self._ids_of(draft.record)

    def _ids_of(self, record: type[Record]) -> frozenset[UUID]:
        if record not in self._ids:
            found = self._connection.execute(select(record.__table__.c.id)).scalars()
            self._ids[record] = frozenset(found)
        return self._ids[record]


def _said_before(draft: Draft, line: int, first: Draft) -> str:
    differing = [
        f"{facts_of(draft.record.__table__.c[name]).label.lower()} "
        f"({_told(draft.record, name, first.values[name])} there, "
        f"{_told(draft.record, name, value)} here)"
        for name, value in draft.values.items()
        if value != first.values[name]
    ]
    if not differing:
        return f"Line {line} says the same."
    return f"Line {line} has it with another {' and '.join(differing)}; the first is kept."


def _told(record: type[Record], name: str, value: Decimal | int | date | str | None) -> str:
    if value is None:
        return "none"
    unit = facts_of(record.__table__.c[name]).unit
    return f"{value} {unit}" if unit else str(value)
