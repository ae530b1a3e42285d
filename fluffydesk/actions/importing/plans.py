"""What an import would do, found out before anything is written, and then done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.actions.importing.sheets import Heading
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.images import read_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.vocabulary import Record

Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Draft:
    """A row that a line speaks of.

    `key` tells it from the other rows of its table by the trade's own names, and `told` says
    that key to a person. `links` are columns that point at another draft of the same line. A
    `shared` draft is spoken of by many lines (an animal by each of its test days); any other
    comes once, and a second line with its key is a duplicate.
    """

    record: type[Record]
    key: Key
    told: str
    values: Mapping[str, Any]
    links: Mapping[str, Draft] = field(default_factory=dict)
    shared: bool = False


class Reader(Protocol):
    """What the lines of one kind of file mean, against one mirror."""

    def drafts(self, fields: Mapping[str, str]) -> tuple[Draft, ...]:
        """Return the rows a line speaks of, what is pointed at first. Raises InvalidValue.

        Lines whose first drafts are the same are saved together, as one unit of work.
        """

    def id_of(self, draft: Draft, links: Mapping[str, UUID]) -> UUID | None:
        """Return the id under which the mirror has this row already, by its natural key."""


@dataclass(frozen=True)
class Kind:
    """A kind of file: its name, what a person calls it, its headings, and how it is read."""

    name: str
    title: str
    headings: tuple[Heading, ...]
    read: Callable[[Connection], Reader]


@dataclass(frozen=True)
class Duplicate:
    """A line that says again what an earlier line or the mirror says."""

    line: int
    key: str
    reason: str


@dataclass(frozen=True)
class Problem:
    """A line that cannot be taken over, and why."""

    line: int
    message: str


@dataclass(frozen=True)
class NewRow:
    """A row to be added, under an id that follows from its natural key."""

    record: type[Record]
    id: UUID
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Batch:
    """What is saved together, as one unit of work."""

    title: str
    rows: tuple[NewRow, ...]


@dataclass(frozen=True)
class Plan:
    """What an import would do: `rows` lines were read; these are created, left out, or wrong."""

    kind: str
    path: Path
    rows: int
    batches: tuple[Batch, ...]
    duplicates: tuple[Duplicate, ...]
    problems: tuple[Problem, ...]

    @property
    def duplicate_keys(self) -> int:
        """Return how many different keys the duplicates repeat."""
        return len({one.key for one in self.duplicates})

    @property
    def create(self) -> dict[str, int]:
        """Return how many rows each table would gain."""
        rows = (row for batch in self.batches for row in batch.rows)
        return dict(Counter(row.record.__table__.name for row in rows))


@dataclass(frozen=True)
class Progress:
    """How far an import is, counted in batches."""

    done: int
    total: int


def carry_out(
    mirror: Mirror,
    plan: Plan,
    progress: Callable[[Progress], None] = lambda progress: None,
) -> Changes:
    """Write what was planned, a unit of work for each batch; returns what changed.

    Cut short between two batches, what is written stays, and the same import later adds the
    rest. Rows that have come since the plan was made are left out.
    """
    ids: dict[str, set[UUID]] = {}
    for done, batch in enumerate(plan.batches, 1):
        for table, added in _carry_out_batch(mirror, batch).items():
            ids.setdefault(table, set()).update(added)
        progress(Progress(done, len(plan.batches)))
    return Changes(ids)


def _carry_out_batch(mirror: Mirror, batch: Batch) -> Changes:
    """Write one batch of a plan as one unit of work."""
    with mirror.unit(batch.title) as unit:
        records = dict.fromkeys(row.record for row in batch.rows)
        for record in records:
            rows = {row.id: row.values for row in batch.rows if row.record is record}
            there = read_images(unit.connection, record, rows)
            new = [{**values, "id": id} for id, values in rows.items() if str(id) not in there]
            unit.insert_many(record, new)
    return unit.changes
