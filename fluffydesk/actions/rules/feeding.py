"""What a feeding took from the store comes back when the feeding is deleted (rule 13)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.rules import stores
from fluffydesk.actions.rules.rule import Rule
from fluffydesk.actions.rules.taken import Need, NeedOf, keys
from fluffydesk.records.farm import FeedLog, PoultryFeedLog
from fluffydesk.records.farm_resources import InventoryTransaction
from fluffydesk.records.vocabulary import Record

_LEDGER = InventoryTransaction.__table__


def taken_for(connection: Connection, feeding: UUID) -> list[Row[Any]]:
    """Return the rows of the store's ledger that a feeding posted, in their order."""
    ids = [*keys(FeedLog, feeding), *keys(PoultryFeedLog, feeding)]
    rows = connection.execute(select(_LEDGER).where(_LEDGER.c.feed_log_id == feeding))
    return sorted(rows, key=lambda row: ids.index(row.id) if row.id in ids else len(ids))


def _comes_back(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    if after is not None or before is None:
        return
    for row in taken_for(connection, before.id):
        connection.execute(_LEDGER.delete().where(_LEDGER.c.id == row.id))
        for rule in stores.RULES[InventoryTransaction]:
            rule(connection, row, None)


def fed(connection: Connection, row: Any) -> Need | None:
    """Return what a feeding takes: all that was fed, of the item that it took before."""
    was = taken_for(connection, row.id)
    if not was:
        return None
    first = was[0]
    links = {"feed_log_id": row.id}
    return Need(first.item_id, first.lot, row.fed_on, row.quantity_kg, first.reason or "", links)


NEEDS: dict[type[Record], NeedOf] = {FeedLog: fed, PoultryFeedLog: fed}
RULES: dict[type[Record], tuple[Rule, ...]] = {
    FeedLog: (_comes_back,),
    PoultryFeedLog: (_comes_back,),
}
