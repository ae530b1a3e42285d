"""What an import would do, found out before anything is written, and then done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.actions.importing.sheets import Heading
from fluffydesk.errors import Refusal
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
class Planned:
    """A row that a line adds, or with `before` one that it changes; only `values` are written.

    Its id follows from its natural key. `told` says that key to a person.
    """

    record: type[Record]
    id: UUID
    values: Mapping[str, Any]
    line: int
    told: str
    before: Mapping[str, Any] | None = None
    as_is: bool = False
    """It kept the rules where it was written, and is not asked about them again."""
    of: tuple[type[Record], UUID] | None = None
    """The row that this one is a part of, as an own field is of its animal."""

    @property
    def head(self) -> UUID:
        """The row that a person counts: itself, or the one it is a part of."""
        return self.of[1] if self.of else self.id


def in_parts(rows: Sequence[Planned], size: int) -> Iterator[tuple[Planned, ...]]:
    """Yield some `size` rows at a time; a row and those that are parts of it stay together."""
    part: list[Planned] = []
    for row in rows:
        if len(part) >= size and part[-1].head != row.head:
            yield tuple(part)
            part = []
        part.append(row)
    if part:
        yield tuple(part)


def heads(rows: Iterable[Planned]) -> int:
    """Return how many rows a person counts."""
    return len({row.head for row in rows})


@dataclass(frozen=True)
class Batch:
    """What is saved together, as one unit of work."""

    title: str
    rows: tuple[Planned, ...]


@dataclass(frozen=True)
class Plan:
    """What an import would do: `rows` lines were read; these are created, left out, or wrong."""

    kind: str
    path: Path
    rows: int
    batches: tuple[Batch, ...]
    duplicates: tuple[Duplicate, ...]
    problems: tuple[Problem, ...]
    unread: tuple[str, ...] = ()
    """What the file says that nothing here keeps, each with how often."""

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
    """How far something is: lines compared, rows tried, batches written."""

    done: int
    total: int
    what: str = ""


class Cancelled(Refusal):
    """A person asked for no more of it; raised by what is told of the progress."""


Tell = Callable[[Progress], object]
"""Is told how far it is, and may raise Cancelled."""
Door = Callable[[Callable[[Mirror], Any]], Any]
"""Runs a short job on the mirror, where that is at home, and returns what it gives."""


def door_of(mirror: Mirror) -> Door:
    """Return the door of a mirror that is at home right here."""
    return lambda job: job(mirror)


def silent(progress: Progress) -> None:
    """Tell nobody how far it is."""
