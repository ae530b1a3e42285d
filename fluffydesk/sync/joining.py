"""Two texts as one, where a person wants to keep both."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import Column, Enum, String

from fluffydesk.records.vocabulary import Merge, facts_of


def join_texts(column: Column[Any], mine: Any, theirs: Any) -> str | None:
    """Return both texts as one, theirs first; None where keeping both makes no sense.

    It makes sense for what people write in their own words, not for names, identifiers, links
    and choices from a list. Lines that both have stand once.
    """
    if not (mine and theirs and isinstance(mine, str) and isinstance(theirs, str)):
        return None
    if not is_prose(column):
        return None
    if facts_of(column).merge is not Merge.TEXT and "\n" not in mine + theirs:
        return f"{theirs}; {mine}"
    first, second = theirs.split("\n"), mine.split("\n")
    joined: list[str] = []
    for _, start, end, other, last in SequenceMatcher(None, first, second, False).get_opcodes():
        here, there = second[other:last], first[start:end]
        joined += there if here == there else there + here
    return "\n".join(joined)


def is_prose(column: Column[Any]) -> bool:
    """Say whether a column holds what people write in their own words."""
    facts = facts_of(column)
    if facts.target is not None or isinstance(column.type, Enum):
        return False
    told = bool(_TOLD.intersection(column.name.split("_")))
    return facts.merge is Merge.TEXT or (isinstance(column.type, String) and told)


_TOLD = frozenset(
    {"reason", "description", "notes", "advice", "cause", "reaction", "belongings", "summary"}
)
