"""The subjects with their tables, and which foreign keys lead from one subject to another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

from fluffydesk.records import catalog
from fluffydesk.records.vocabulary import Record

HUBS = ("users", "organizations")
"""Nearly every subject points to these two: that is told in its box, and not by an arrow."""


@dataclass(frozen=True)
class Subject:
    """A module of declarations."""

    name: str
    about: str
    records: tuple[type[Record], ...]

    @property
    def title(self) -> str:
        """The name as people write it."""
        return self.name.replace("_", " ").replace("iot", "devices").capitalize()


@cache
def subjects() -> tuple[Subject, ...]:
    """Return every subject, in the order of the platform's page."""
    return tuple(
        Subject(
            module.__name__.rpartition(".")[2],
            (module.__doc__ or "").strip(),
            catalog.records_of(module),
        )
        for module in catalog.SUBJECTS
    )


@cache
def crossings() -> Counter[tuple[str, str]]:
    """Return how many foreign keys lead from a subject to another, by both names."""
    home = {record.__table__.name: s.name for s in subjects() for record in s.records}
    return Counter(
        (home[table], home[key.referred_table.name])
        for table in home
        for key in catalog.record_for(table).__table__.foreign_key_constraints
        if home[table] != home[key.referred_table.name]
    )
