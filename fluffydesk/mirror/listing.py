"""What is asked of a list: which rows of a record, found by which words, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fluffydesk.records.vocabulary import Record

OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "in", "contains", "empty")


@dataclass(frozen=True)
class Filter:
    """One condition: `column operator value`, the operator being one of OPERATORS.

    `in` takes several values; `contains` a part of the text (of a link: of its label), whatever
    its case; `empty` True or False. `=` and `!=` treat None as a value. The column may also be
    `<link>__label`, the label of a linked row.
    """

    column: str
    operator: str
    value: Any = None


@dataclass(frozen=True)
class Order:
    """Sorting by one column; a link sorts by its label, text ignores case and puts 9 before 10."""

    column: str
    descending: bool = False


@dataclass(frozen=True)
class Listing:
    """Which rows of a record, in which order; rows without a value come last."""

    record: type[Record]
    search: str = ""
    filters: tuple[Filter, ...] = ()
    order: tuple[Order, ...] = ()
    own: tuple[str, ...] = ()
    """Own fields whose values the rows have as well, named by `own.own_name`. Filters and order
    may name any."""
