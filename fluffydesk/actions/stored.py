"""The unit of a stored thing's amounts: it is said by the item, not by the column (rule 24)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from fluffydesk.actions.typed import in_other_unit
from fluffydesk.errors import InvalidValue
from fluffydesk.records.enums.farm_resources import StockUnit
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.vocabulary import Record

AMOUNTS: dict[type[Record], tuple[str, ...]] = {
    FarmInventory: ("reorder_level", "daily_use"),
    InventoryTransaction: ("quantity",),
}
"""Columns that are in the unit of their item."""
PRICES: dict[type[Record], tuple[str, ...]] = {InventoryTransaction: ("unit_cost",)}
"""Columns that are for one of that unit."""
_ITEMS = FarmInventory.__table__.c


def unit_of_item(connection: Connection, item_id: UUID | None) -> str:
    """Return what an item is kept in: kg, L or count; "" where it is not there."""
    found = connection.execute(select(_ITEMS.unit).where(_ITEMS.id == item_id)).scalar()
    return str(found or "")


def in_kept_units(
    connection: Connection,
    record: type[Record],
    texts: Mapping[str, str],
    row_id: UUID | None = None,
) -> dict[str, str]:
    """Return typed texts with "500 lb" of a thing kept in kg as the number that is kept.

    `row_id` is the row that is changed. Texts without a unit stay as they are.
    """
    named = [name for name in AMOUNTS.get(record, ()) if texts.get(name)]
    if not named:
        return dict(texts)
    kept = _kept(connection, record, texts, row_id)
    found = dict(texts)
    for name in named:
        other = in_other_unit(record.__table__.c[name], texts[name], kept)
        text = texts[name].strip()
        if other is not None:
            found[name] = f"{other[0]:f}"
        elif kept and text.casefold().endswith(kept.casefold()):
            found[name] = text[: -len(kept)].strip()
    return found


def _kept(
    connection: Connection, record: type[Record], texts: Mapping[str, str], row_id: UUID | None
) -> str:
    if record is FarmInventory:
        said = (texts.get("unit") or "").strip().casefold()
        known = next((one for one in StockUnit if one.value.casefold() == said), None)
        return str(known) if known is not None else unit_of_item(connection, row_id)
    table: Any = record.__table__.c
    try:
        item = UUID(texts["item_id"]) if texts.get("item_id") else None
    except ValueError:
        raise InvalidValue(
            "Stock item must be the id of a row.", "`record list` shows the ids.", field="item_id"
        ) from None
    if item is None and row_id is not None:
        item = connection.execute(select(table.item_id).where(table.id == row_id)).scalar()
    return unit_of_item(connection, item)
