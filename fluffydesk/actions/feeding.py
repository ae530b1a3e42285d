"""What a person does on the feed round: write down what each group or flock got, from the store."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.rules import hold
from fluffydesk.actions.rules.feeding import taken_for
from fluffydesk.actions.rules.taken import keys
from fluffydesk.actions.saving import check, existing
from fluffydesk.actions.stock import take_first
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.enums.farm import MassUnit
from fluffydesk.records.enums.farm_resources import StockUnit
from fluffydesk.records.farm import FeedLog, PoultryFeedLog
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.livestock import Flock, LivestockBatch
from fluffydesk.records.vocabulary import Record

FedRecord = type[FeedLog] | type[PoultryFeedLog]
_LINKS: dict[FedRecord, tuple[str, type[Record]]] = {
    FeedLog: ("batch_id", LivestockBatch),
    PoultryFeedLog: ("flock_id", Flock),
}


def record_feeding(
    mirror: Mirror,
    record: FedRecord,
    of: UUID,
    fed_on: date,
    feed: str,
    quantity_kg: Decimal,
    *,
    water_l: Decimal | None = None,
    item_id: UUID | None = None,
    entered_unit: MassUnit = MassUnit.KILOGRAM,
) -> Changes:
    """Write down the kg of a feed that a group (FeedLog) or flock (PoultryFeedLog) got on a day.

    What is there already of that feed and day is changed, not doubled. With `item_id` the same kg
    are taken from the store in the same unit of work, of its lots the first to use, and what this
    feeding took before comes back; without it nothing is taken. InvalidValue: no feed, a store
    item that is not kept by weight, more than the store holds (rule 13). `entered_unit` is that in
    which the feed was typed (rule 24).
    """
    if not feed.strip():
        raise InvalidValue("The feed is missing.", "Type what was fed.", field="feed")
    link, owner = _LINKS[record]
    values: dict[str, Any] = {
        link: of,
        "fed_on": fed_on,
        "feed": feed.strip(),
        "quantity_kg": quantity_kg,
        "entered_unit": entered_unit,
    }
    if record is PoultryFeedLog:
        values["water_l"] = water_l
    with mirror.unit("Feeding") as unit:
        name = existing(unit.connection, owner, of).name
        checked = check(record, values)
        before, *others = [*fed(unit.connection, record, of, fed_on, feed), None]
        for other in others:
            # Another PC wrote it down as well: what is typed is all that was fed.
            if other is not None:
                unit.delete(record, other.id)
                hold(unit.connection, record, other, None)
        if before is None:
            row_id = unit.insert(record, checked)
        else:
            row_id = before.id
            changed = {"quantity_kg": checked["quantity_kg"], "entered_unit": entered_unit}
            if "water_l" in values:
                changed |= {name: checked[name] for name in ("feed", "water_l")}
            unit.update(record, row_id, changed)
        hold(unit.connection, record, before, existing(unit.connection, record, row_id))
        _put_back(unit, row_id)
        if item_id is not None and quantity_kg > 0:
            item = existing(unit.connection, FarmInventory, item_id)
            if item.unit != StockUnit.KILOGRAM:
                said = f"{item.name} is not kept by weight."
                raise InvalidValue(said, "Take it out in the stores.", field="feed")
            taken = checked["quantity_kg"]
            why = f"{feed.strip()} fed to {name}"
            ids = keys(record, row_id)
            take_first(unit, item_id, taken, fed_on, ids=ids, reason=why, feed_log_id=row_id)
    return unit.changes


def take_back_feeding(
    mirror: Mirror, record: FedRecord, of: UUID, fed_on: date, feed: str
) -> Changes:
    """Remove what was fed of a feed that day, and put back what it took from the store."""
    with mirror.unit("Feeding taken back") as unit:
        for row in fed(unit.connection, record, of, fed_on, feed):
            unit.delete(record, row.id)
            hold(unit.connection, record, row, None)
    return unit.changes


def fed(
    connection: Connection, record: FedRecord, of: UUID, fed_on: date, feed: str
) -> list[Row[Any]]:
    """Return the rows of a feed, whatever its letters' case, of a group or flock and day.

    Several PCs may have written one each.
    """
    table, link = record.__table__, _LINKS[record][0]
    rows = connection.execute(select(table).where(table.c[link] == of, table.c.fed_on == fed_on))
    wanted = feed.strip().casefold()
    return [row for row in rows if row.feed.casefold() == wanted]


def _put_back(unit: Unit, row_id: UUID) -> None:
    """Take the use that an earlier version of this feeding posted out of the ledger."""
    for row in taken_for(unit.connection, row_id):
        unit.delete(InventoryTransaction, row.id)
        hold(unit.connection, InventoryTransaction, row, None)
