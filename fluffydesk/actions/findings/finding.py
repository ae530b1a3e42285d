"""What a finding is: records that contradict each other, the rows, and who wrote them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.withdrawal import zone_of
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.users import Profile
from fluffydesk.records.vocabulary import Record

MOST = 100
"""The most findings of one kind that are told."""
MOST_ENTRIES = 6
_SPACE = UUID("0197f000-0000-7000-8000-00000000f1d5")


@dataclass(frozen=True)
class Entry:
    """One of the rows that contradict each other."""

    record: type[Record]
    id: UUID
    words: str
    """What the row says, as "Loss: 5 on 04 March 2026"."""
    by: str
    """Who wrote it last, on which PC and when; empty where nobody knows."""
    device: str | None = None


@dataclass(frozen=True)
class Mended:
    """What to say once a finding was mended; `undo` leads back."""

    words: str
    advice: str = ""
    undo: Callable[[Mirror], Changes] | None = None


@dataclass(frozen=True)
class Mend:
    """A way out of a finding by one key: its verb, what it does in words, and what it writes."""

    verb: str
    words: str
    record: type[Record]
    """Of what the person has to be allowed to change rows."""
    job: Callable[[Mirror], tuple[Mended, Changes]] = field(compare=False)


@dataclass(frozen=True)
class Finding:
    """Facts that cannot all be true, each saved in good faith: by its rule's number and its day.

    What physically happened is taken from every PC; what does not add up is said here until
    somebody corrects one of the rows.
    """

    rule: int
    on: date
    message: str
    advice: str
    entries: tuple[Entry, ...]
    mend: Mend | None = None

    @property
    def id(self) -> UUID:
        """The same for the same contradiction, on every PC."""
        rows = " ".join(sorted(str(one.id) for one in self.entries))
        return uuid5(_SPACE, f"{self.rule} {rows} {self.message}")


class Teller:
    """Turns rows into entries; knows the farm's time zone and what people are called."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.zone = zone_of(connection)
        self._people: dict[UUID, str] = {}

    def entry(self, record: type[Record], row: Row[Any], words: str) -> Entry:
        """Return the entry of a row that has `id` and the columns that say who wrote it."""
        return Entry(record, row.id, words, self._written(row), row.updated_device)

    def day(self, moment: date | datetime) -> date:
        """Return the farm's calendar day of a moment (rule 25); a day stays as it is."""
        return moment.astimezone(self.zone).date() if isinstance(moment, datetime) else moment

    def _written(self, row: Row[Any]) -> str:
        who = "" if row.updated_by is None else self._person(row.updated_by)
        where = f"on {row.updated_device}" if row.updated_device else ""
        at = f"{row.updated_at.astimezone(self.zone):%d %B %Y, %H:%M}" if row.updated_at else ""
        return ", ".join(part for part in (f"{who} {where}".strip(), at) if part)

    def _person(self, key: UUID) -> str:
        if key not in self._people:
            people = Profile.__table__.c
            query = select(people.full_name, people.email).where(people.id == key)
            row = self.connection.execute(query).first()
            self._people[key] = "" if row is None else str(row.full_name or row.email or "")
        return self._people[key]


def called(row: Row[Any] | None) -> str:
    """Return what an animal is called: its tag and its name."""
    if row is None:
        return "An animal"
    return " ".join(str(part) for part in (row.tag_number, row.name) if part)


def listed(parts: Iterable[str]) -> str:
    """Return parts in one sentence: `a, b and c`."""
    every = list(parts)
    return " and ".join(part for part in (", ".join(every[:-1]), every[-1]) if part)


def stay_days(stay: Row[Any]) -> str:
    """Return the days of a stay: `03 December 2026`, `03 to 05 December 2026`."""
    first, last = stay.start_date, stay.end_date
    if first == last:
        return f"{first:%d %B %Y}"
    begins = "%d" if (first.year, first.month) == (last.year, last.month) else "%d %B %Y"
    return f"{first.strftime(begins)} to {last:%d %B %Y}"
