"""Lists of any record, searched, filtered, sorted and paged in SQL, with links shown in words."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Connection, Row, Select, func, select

from fluffydesk.mirror import finding, searched
from fluffydesk.mirror.borrowed import CLIENT, keys_in_order
from fluffydesk.mirror.former import ONCE as ONCE
from fluffydesk.mirror.former import is_dialled, once
from fluffydesk.mirror.listing import OPERATORS as OPERATORS
from fluffydesk.mirror.listing import Filter as Filter
from fluffydesk.mirror.listing import Listing as Listing
from fluffydesk.mirror.listing import Order as Order
from fluffydesk.mirror.plan import LABEL as LABEL
from fluffydesk.mirror.plan import Plan, key_of, plan_of
from fluffydesk.mirror.plan import words_of as words_of
from fluffydesk.records.vocabulary import Record

KEY = "row__key"

ONE_OF = 100
"""Where one row of so many was found, and more, to follow the list in its order and leave the
others out is quicker than to put what was found in order."""


@dataclass(frozen=True)
class Choice:
    """A row that can be chosen, and the text that names it."""

    id: UUID
    label: str
    once: str = ""
    """By which former number it was found: "was 112"."""
    beside: str = ""
    """What tells it from others of its name: a pet's client."""


def count(connection: Connection, listing: Listing) -> int:
    """Return how many rows a listing has."""
    plan, ready = plan_of(listing.record), searched.ready(connection)
    if _is_found_by_index(listing, ready):
        return len(keys(connection, replace(listing, order=())))
    query = select(func.count()).select_from(plan.source_for(listing, ()))
    return int(connection.execute(query.where(*plan.conditions(listing, ready))).scalar_one())


def page(connection: Connection, listing: Listing, offset: int, limit: int) -> list[Row[Any]]:
    """Return rows `offset` to `offset + limit` of a listing.

    Each row has every column of the record as a Python value, and `<link>__label` for each link
    (an empty text where there is none). Ties are broken by id, so that no row shows up twice.
    The further the offset, the longer it takes: `keys` and `rows_at` do not.
    """
    query = _in_order(connection, listing)
    if query is None:
        some = keys(connection, listing)[offset : offset + limit].tolist()
    else:
        # Whole rows are fetched for this page alone: sorting narrow ones is several times faster.
        some = list(connection.execute(query.limit(limit).offset(offset)).scalars())
    words = words_of(listing.search, listing.record)
    found = rows_at(connection, listing.record, some, own=listing.own, words=words)
    return [row for row in found if row is not None]


def keys(connection: Connection, listing: Listing) -> array[int]:
    """Return the key of every row of a listing, in its order: 8 bytes a row.

    What is far down a list is then read as quickly as what is on top, by `rows_at`. A key names
    its row until rows are deleted.
    """
    query = _in_order(connection, listing, whole=True)
    if query is not None:
        return array("q", connection.execute(query).scalars())
    plan, words = plan_of(listing.record), words_of(listing.search, listing.record)
    found = finding.all_with(connection, plan, words)
    whole = connection.execute(plan.keys(replace(listing, search=""), frozenset())).scalars()
    return array("q", (key for key in whole if key in found))


def _is_found_by_index(listing: Listing, ready: frozenset[str]) -> bool:
    return bool(listing.search.strip()) and listing.record.__table__.name in ready


def _in_order(
    connection: Connection, listing: Listing, *, whole: bool = False
) -> Select[Any] | CompoundSelect[Any] | None:
    """Return the query for a listing's keys in order; None where they are found quicker by taking
    from the unsearched list what has the words."""
    plan, ready = plan_of(listing.record), searched.ready(connection)
    if not _is_found_by_index(listing, ready):
        lent = None
        if plan.table.name in ready and not listing.search.strip():
            lent = keys_in_order(connection, listing, plan.conditions(listing, ready))
        return plan.keys(listing, ready) if lent is None else lent
    words = words_of(listing.search, listing.record)
    found = finding.few_with(connection, plan, words)
    in_order = plan.is_ordered(listing)
    if found.keys is None:
        return plan.along(listing, words) if in_order and not whole else None
    if in_order and len(found.keys) * ONE_OF > _rows_of(connection, plan):
        return plan.along(listing, found.common, found.keys)
    return plan.among(listing, found.keys, found.common)


def _rows_of(connection: Connection, plan: Plan) -> int:
    """Return at most how many rows a table has."""
    last = select(func.max(key_of(plan.table))).select_from(plan.table)
    return int(connection.execute(last).scalar() or 0)


def rows_at(
    connection: Connection,
    record: type[Record],
    some: Sequence[int],
    *,
    own: Sequence[str] = (),
    words: Sequence[str] = (),
) -> list[Row[Any] | None]:
    """Return the rows of some keys as `page` gives them; None for one that is gone.

    With the values of some `own` fields, and `ONCE` saying by which former number each was found
    that was searched by some `words`.
    """
    plan = plan_of(record)
    key = key_of(plan.table)
    query = plan.rows_with(own, words).add_columns(key.label(KEY)).where(key.in_(list(some)))
    found = {row._mapping[KEY]: row for row in connection.execute(query)}
    return [found.get(key) for key in some]


def position(connection: Connection, listing: Listing, id: UUID) -> int | None:
    """Return the offset at which a listing shows a row, or None if it does not."""
    plan = plan_of(listing.record)
    order = plan.order(listing.order)
    numbered = (
        select(plan.table.c.id, (func.row_number().over(order_by=order) - 1).label("at"))
        .select_from(plan.source_for(listing, listing.order))
        .where(*plan.conditions(listing, searched.ready(connection)))
        .subquery()
    )
    found = connection.execute(select(numbered.c.at).where(numbered.c.id == id)).scalar()
    return None if found is None else int(found)


def one(connection: Connection, record: type[Record], id: UUID) -> Row[Any] | None:
    """Return one row as `page` gives it, or None if it is not there."""
    plan = plan_of(record)
    return connection.execute(plan.rows.where(plan.table.c.id == id)).one_or_none()


def choices(
    connection: Connection, record: type[Record], search: str = "", limit: int = 50
) -> list[Choice]:
    """Return rows to choose from, sorted by label; `search` looks in the label alone, and in
    the numbers that a row once had. Clients and pets are many, and found as in their lists, by
    each other and by telephone numbers; a card that was merged into another is not offered."""
    if is_dialled(record.__table__.name):
        return _listed_choices(connection, record, search, limit)
    plan = plan_of(record)
    ready, words = searched.ready(connection), words_of(search, record)
    query = (
        select(plan.table.c.id, plan.name.label("label"), once(plan.table, words))
        .select_from(plan.source)
        .where(*[plan.chosen_by(word, ready) for word in words])
        .order_by(func.natural(plan.name), plan.table.c.id)
        .limit(limit)
    )
    return [Choice(row.id, row.label, row._mapping[ONCE]) for row in connection.execute(query)]


def _listed_choices(
    connection: Connection, record: type[Record], search: str, limit: int
) -> list[Choice]:
    [name] = record.__label__
    merged = "merged_into_id" in record.__table__.c
    kept = (Filter("merged_into_id", "empty", True),) if merged else ()
    rows = page(connection, Listing(record, search, kept, (Order(name),)), 0, limit)
    client = CLIENT + LABEL
    return [
        Choice(row.id, row._mapping[name], row._mapping[ONCE], row._mapping.get(client, ""))
        for row in rows
    ]


def label(connection: Connection, record: type[Record], id: UUID) -> str:
    """Return the text that names a row, an empty one if the row is not there."""
    plan = plan_of(record)
    query = select(plan.name).select_from(plan.own_source).where(plan.table.c.id == id)
    return str(connection.execute(query).scalar() or "")
