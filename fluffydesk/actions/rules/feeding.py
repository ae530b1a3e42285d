"""What a feeding took from the store comes back when the feeding is deleted (rule 13)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.rules import stores
from fluffydesk.actions.rules.rule import Rule
from fluffydesk.records.farm import FeedLog, PoultryFeedLog
from fluffydesk.records.farm_resources import InventoryTransaction
from fluffydesk.records.vocabulary import Record

_LEDGER = InventoryTransaction.__table__


def taken_for(connection: Connection, feeding: UUID) -> list[Row[Any]]:
    """Return the rows of the store's ledger that a feeding posted."""
    return list(connection.execute(select(_LEDGER).where(_LEDGER.c.feed_log_id == feeding)))


def _comes_back(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    if after is not None or before is None:
        return
    for row in taken_for(connection, before.id):
        connection.execute(_LEDGER.delete().where(_LEDGER.c.id == row.id))
        for rule in stores.RULES[InventoryTransaction]:
            rule(connection, row, None)


RULES: dict[type[Record], tuple[Rule, ...]] = {
    FeedLog: (_comes_back,),
    PoultryFeedLog: (_comes_back,),
}
