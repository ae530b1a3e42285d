"""Finds the rows of a long list that have some words, by the index of its texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Select, select

from fluffydesk.mirror import searched
from fluffydesk.mirror.former import few_beside, is_dialled, rows_once_with
from fluffydesk.mirror.labels import links_shown
from fluffydesk.mirror.plan import Plan, key_of, listed, plan_of
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import facts_of

FEW = 40_000
"""So many row numbers are put side by side in no time. Where more have a word, the list is followed
in its order instead: it has the first page of them soon."""

LOOKED_AT = 500
"""So many rows are looked at one by one in no time: no more words are looked up for them."""


@dataclass(frozen=True)
class Found:
    """The keys of the rows that have the rare ones of some words."""

    keys: set[int] | None
    """None where every word is common."""
    common: tuple[str, ...]
    """The words that more than FEW rows have."""


def few_with(connection: Connection, plan: Plan, words: Sequence[str]) -> Found:
    """Return the keys of the rows that have the words, but for those that too many have."""
    ready = searched.ready(connection)
    keys: set[int] | None = None
    common: list[str] = []
    for word in sorted(words, key=len, reverse=True):  # a long one is likely to be rare
        known = keys is not None and len(keys) <= LOOKED_AT
        hits = None if known else _few(connection, plan, word, ready)
        if hits is None:
            common.append(word)
        else:
            keys = hits if keys is None else keys & hits
    return Found(keys, tuple(common))


def _few(connection: Connection, plan: Plan, word: str, ready: frozenset[str]) -> set[int] | None:
    """Return the keys of the rows that have a word; None where too many have it."""
    own = _own(plan, word)
    if searched.are_more(connection, own, FEW):
        return None
    hits = searched.numbers(connection, own)
    for query in _by_links(plan, word, ready, set(hits)):
        hits.update(connection.execute(query.limit(FEW + 1)).scalars())
        if len(hits) > FEW:
            return None
    if is_dialled(plan.table.name):
        crossed = few_beside(connection, plan.table.name, word, FEW)
        if crossed is None:
            return None
        hits |= crossed
    return hits if len(hits) <= FEW else None


def all_with(connection: Connection, plan: Plan, words: Sequence[str]) -> set[int]:
    """Return the keys of all rows that have all words, however many."""
    ready = searched.ready(connection)
    keys: set[int] | None = None
    for word in words:
        hits = set(connection.execute(_own(plan, word)).scalars())
        for query in _by_links(plan, word, ready, former=False):
            hits.update(connection.execute(query).scalars())
        once = rows_once_with(plan.table.name, word)
        if once is not None:
            of_these = select(key_of(plan.table)).where(plan.table.c.id.in_(once))
            hits.update(connection.execute(of_these).scalars())
        keys = hits if keys is None else keys & hits
    return keys or set()


def _own(plan: Plan, word: str) -> Select[Any]:
    return searched.rows_with(plan.table.name, word)


def _by_links(
    plan: Plan,
    word: str,
    ready: frozenset[str],
    own: set[int] | None = None,
    *,
    former: bool = True,
) -> Iterator[Select[Any]]:
    """Yield a query for each link by which a row may have a word: its dam's name has it; and, with
    `former`, for the numbers that it once had.

    `own` are the rows that have the word themselves, where these are few: a row of the same table
    whose name has it is one of them, and need not be looked for among all.
    """
    targets: dict[str, list[Column[Any]]] = {}
    # What a card was merged into is looked for the other way round, by `former`.
    for column in links_shown(plan.record):
        if column.name == "merged_into_id":
            continue
        targets.setdefault(str(facts_of(column).target), []).append(column)
    for target, columns in targets.items():
        other = plan_of(record_for(target))
        named = select(other.table.c.id).select_from(other.source)
        if own is not None and target == plan.table.name and searched.label_columns(target):
            some = key_of(plan.table).in_(listed(own))
            named = named.where(some, other.named(word, frozenset()))
        else:
            named = named.where(other.named(word, ready))
        for column in columns:
            yield select(key_of(plan.table)).where(column.in_(named))
    once = rows_once_with(plan.table.name, word) if former else None
    if once is not None and not is_dialled(plan.table.name):
        yield select(key_of(plan.table)).where(plan.table.c.id.in_(once))
