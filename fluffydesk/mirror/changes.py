"""Which rows a piece of work changed, so that each screen can decide whether it cares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

ANY_ROW = UUID(int=0)
"""Stands for rows that nobody counted: more of a table changed than is worth naming."""


class Changes(Mapping[str, frozenset[UUID]]):
    """A frozen mapping of table name -> ids of the rows that changed; falsy when nothing did."""

    __slots__ = ("_tables",)

    def __init__(self, tables: Mapping[str, Iterable[UUID]] | None = None) -> None:
        found = {name: frozenset(ids) for name, ids in (tables or {}).items()}
        self._tables = {name: ids for name, ids in found.items() if ids}

    @classmethod
    def of(cls, table: str, ids: Iterable[UUID] | UUID) -> Changes:
        """Return the change of these rows of one table."""
        return cls({table: [ids] if isinstance(ids, UUID) else ids})

    @classmethod
    def within(cls, tables: Iterable[str]) -> Changes:
        """Return the change of these tables, of which no more is known than that."""
        return cls({table: [ANY_ROW] for table in tables})

    def __getitem__(self, table: str) -> frozenset[UUID]:
        return self._tables[table]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __or__(self, other: Changes) -> Changes:
        tables = dict(self._tables)
        for name, ids in other.items():
            tables[name] = tables.get(name, frozenset()) | ids
        return Changes(tables)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and self._tables == dict(other)

    def __hash__(self) -> int:
        return hash(frozenset(self._tables.items()))

    def __repr__(self) -> str:
        counts = ", ".join(f"{name}: {len(ids)}" for name, ids in sorted(self._tables.items()))
        return f"Changes({counts})"
