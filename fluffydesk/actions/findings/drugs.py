"""What papers say that they take, and what left the store for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.findings.finding import MOST, MOST_ENTRIES, Entry, Finding, Teller
from fluffydesk.actions.papers import NEEDS, Taken, taken_by
from fluffydesk.actions.rules.rule import row_of
from fluffydesk.actions.rules.stores import amount
from fluffydesk.actions.rules.taken import keys
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.vocabulary import Record

_LEDGER = InventoryTransaction.__table__.c


def given(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield papers for which another quantity left the store than they say (rule 17).

    Looked at are those that were corrected, and those a movement of which was. A stocktake of the
    item written down after that settles it.
    """
    teller = Teller(connection)
    moved = set(_corrected(teller, InventoryTransaction, since))
    told = 0
    for record in NEEDS:
        papers = set(_corrected(teller, record, since))
        if moved:
            every = connection.execute(select(record.__table__.c.id)).scalars()
            papers |= {one for one in every if moved.intersection(keys(record, one))}
        for paper in sorted(papers):
            taken = taken_by(connection, record, paper)
            if told >= MOST or taken is None or taken.row is None or taken.fits:
                continue
            row = row_of(connection, record, paper)
            if row is not None and not _counted(connection, row, taken):
                told += 1
                yield _told(teller, record, row, taken)


def _corrected(teller: Teller, record: type[Record], since: date | None) -> list[UUID]:
    table = record.__table__.c
    query = select(table.id).where(table.updated_at > table.created_at)
    if since is not None:
        query = query.where(table.updated_at >= datetime.combine(since, time(), teller.zone))
    return list(teller.connection.execute(query.order_by(table.id)).scalars())


def _counted(connection: Connection, row: Row[Any], taken: Taken) -> bool:
    """Say whether every item it is about was counted after the last was written down of it."""
    items = {one.item_id for one in taken.was} | ({taken.need.item} if taken.need else set())
    latest = max(one.updated_at for one in (row, *taken.was))
    counts = (
        select(_LEDGER.id)
        .where(_LEDGER.item_id == item, _LEDGER.movement == StockMovement.STOCKTAKE)
        .where(_LEDGER.created_at > latest)
        for item in items
    )
    return all(connection.execute(one.limit(1)).first() for one in counts)


def _told(teller: Teller, record: type[Record], row: Row[Any], taken: Taken) -> Finding:
    need, was = taken.need, taken.was
    on = need.on if need else was[0].moved_on
    item = row_of(teller.connection, FarmInventory, need.item if need else was[0].item_id)
    name, unit = ("", "") if item is None else (f" of {item.name}", _unit(item.unit))
    title = record.__titles__[0]
    said = f"{amount(taken.asks)}{unit}{name}, and {amount(taken.took)}{unit} left the store"
    if taken.asks == taken.took:
        said = f"{amount(taken.asks)}{unit}{name}, and another lot or day is in the ledger"
    return Finding(
        rule=17,
        on=on,
        message=f"{title} of {on:%d %B %Y}, {need.reason if need else was[0].reason}: it takes "
        f"{said}.",
        advice="See to the paper first. Then correct the movement, so that it says the same, or "
        "count the store.",
        entries=(
            teller.entry(record, row, f"{title} of {on:%d %B %Y}"),
            *(_moved(teller, one, unit) for one in was[: MOST_ENTRIES - 1]),
        ),
    )


def _moved(teller: Teller, one: Row[Any], unit: str) -> Entry:
    words = f"Used: {amount(-one.quantity)}{unit} on {one.moved_on:%d %B %Y}"
    return teller.entry(InventoryTransaction, one, words)


def _unit(kept: str) -> str:
    return "" if str(kept) == "count" else f" {kept}"
