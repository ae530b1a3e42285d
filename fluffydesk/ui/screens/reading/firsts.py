"""The first rows of a list and how many there are: a large farm's lists are not read whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Row, Select, func, select

MOST = 500
"""So many rows are listed; a search, or another order, looks through all of them."""
One = TypeVar("One")


@dataclass(frozen=True)
class Firsts(Generic[One]):
    """The first rows, in the order that matters, of `total`."""

    rows: tuple[One, ...] = ()
    total: int = 0

    def __iter__(self) -> Iterator[One]:
        return iter(self.rows)


def cut(rows: Sequence[One], most: int | None = MOST) -> Firsts[One]:
    """Keep the first rows of what had to be read whole; all where `most` is None."""
    return Firsts(tuple(rows[:most]), len(rows))


def first_of(
    connection: Connection, query: Select[Any], made: Callable[[Row[Any]], One], most: int | None
) -> Firsts[One]:
    """Read the first rows of a query that has an order, and count the others where there are."""
    rows = tuple(made(row) for row in connection.execute(query.limit(most)))
    total = len(rows)
    if total == most:
        every = select(func.count()).select_from(query.order_by(None).subquery())
        total = connection.execute(every).scalar_one()
    return Firsts(rows, total)
