"""Finds a row by numbers of its own that lie in another table: an animal by a tag it once had."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select

from fluffydesk.records.livestock import Livestock, LivestockIdentifier

ONCE = "row__once"
"""The column of a listed row that says by which such number it was found: "was 112"."""

_NUMBERS = LivestockIdentifier.__table__
_SHOWN = ("tag_number", "official_id", "eid")


def has_some(table: str) -> bool:
    """Say whether the rows of a table have such numbers."""
    return table == Livestock.__table__.name


def rows_once_with(table: str, word: str) -> Select[Any] | None:
    """Return a query for the ids of rows with a folded word in such a number; None where the
    table's rows have none.

    Each number is looked at: an index of their texts would make each save of one, and each first
    load, half as long again.
    """
    if not has_some(table):
        return None
    return select(_NUMBERS.c.animal_id).where(_has(_NUMBERS.c.value, word))


def once(table: Any, words: Sequence[str]) -> ColumnElement[Any]:
    """Return the numbers with one of some words that a row no more shows, as SQL text."""
    if not (has_some(table.name) and words):
        return literal("").label(ONCE)
    number = _NUMBERS.alias("once")
    was = case((number.c.ended_on.is_not(None), "was "), else_="")
    shown = [func.coalesce(table.c[name], "") for name in _SHOWN]
    told = (
        select(func.group_concat(was.concat(number.c.value), ", "))
        .where(
            number.c.animal_id == table.c.id,
            or_(*[_has(number.c.value, word) for word in words]),
            and_(*[number.c.value != one for one in shown]),
        )
        .correlate(table)
        .scalar_subquery()
    )
    return func.coalesce(told, "").label(ONCE)


def _has(value: Any, word: str) -> ColumnElement[bool]:
    return and_(func.instr(func.folded(value), word) > 0)
