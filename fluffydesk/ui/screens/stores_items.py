"""Feed, medicine and the rest in store: their columns, words and verbs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, select

from fluffydesk.actions.rules.stores import INVENTORY
from fluffydesk.actions.stock import move_stock
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.ledger import Lot, expired
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.types import ExactDecimal, today
from fluffydesk.ui.fields.texts import day_text, number_text, quantity_text, unit_text, words
from fluffydesk.ui.screens.reading.stores import ItemRow, expires_soon, item_rows
from fluffydesk.ui.screens.rows_table import Shown
from fluffydesk.ui.screens.stores_amounts import amount_text, kept_price, kept_quantity
from fluffydesk.ui.screens.stores_part import (
    DISPOSAL,
    RECEIPT,
    STOCKTAKE,
    USE,
    Kind,
)
from fluffydesk.wording import counted


@dataclass(frozen=True)
class LotRow:
    """What is left of a lot, and whether it is to be used first or has expired."""

    id: UUID
    name: str | None
    kept: str
    expires_on: date | None
    left: Decimal
    mark: str
    tone: str | None


def items(key: str, title: str, holds: str) -> Kind:
    """Return the part of the stores for bought things; a screen says which, and what it `holds`."""
    return Kind(
        key=key,
        title=title,
        ledger=INVENTORY,
        columns=_columns(),
        read=item_rows,
        account=lambda item: {"item_id": item.id},
        heading=lambda item: item.name,
        unit=unit_of,
        verbs={RECEIPT: "Receive", USE: "Use", DISPOSAL: "Dispose", STOCKTAKE: "Count"},
        layouts={
            RECEIPT: ("quantity", "moved_on", "unit_cost", "lot", "expires_on", "notes"),
            USE: ("quantity", "moved_on", "lot", "reason"),
            DISPOSAL: ("quantity", "moved_on", "lot", "reason"),
            STOCKTAKE: ("quantity", "moved_on", "lot", "notes"),
        },
        saver=_save,
        state=_state,
        about=_about,
        values=_values,
        empty=(
            "Nothing in store yet",
            holds,
            "Add a stock item",
        ),
        adds=FarmInventory,
        edits=FarmInventory,
        lots=_lots,
        lot_columns=_lot_columns(),
    )


def unit_of(item: ItemRow) -> str:
    """Return the unit in which an item is kept: kg, L or pieces."""
    return _unit(item.unit)


def _unit(unit: StockUnit) -> str:
    return "pieces" if unit is StockUnit.COUNT else str(unit)


def first_lot(item: ItemRow, on: date) -> Lot | None:
    """Return the lot to use first: of those that have not expired, the earliest (FEFO)."""
    return next((lot for lot in item.lots if lot.name and not expired(lot.expires_on, on)), None)


def expiry_tone(expires_on: date | None, on: date) -> str | None:
    """Return the tone of a date of expiry."""
    if expired(expires_on, on):
        return "danger"
    return "warning" if expires_soon(expires_on, on) else None


def _values(item: ItemRow, movement: StockMovement) -> dict[str, Any]:
    values: dict[str, Any] = {"item_id": item.id}
    lot = first_lot(item, today())
    if movement is USE and item.category is InventoryCategory.MEDICINE and lot is not None:
        values["lot"] = lot.name
    return values


def _save(mirror: Mirror, _: UUID | None, values: dict[str, Any]) -> Changes:
    if values.get("quantity") is None:
        raise InvalidValue("The quantity is missing.", "Enter it.", field="quantity")
    with mirror.read() as connection:
        table = FarmInventory.__table__.c
        unit = _unit(
            connection.execute(select(table.unit).where(table.id == values["item_id"])).scalar_one()
        )
    values = {**values, "quantity": kept_quantity(values["quantity"], unit)}
    if values.get("unit_cost") is not None:
        values["unit_cost"] = kept_price(values["unit_cost"], unit, _places("unit_cost"))
    return move_stock(mirror, **values)


def _places(name: str) -> int:
    kind = InventoryTransaction.__table__.c[name].type
    assert isinstance(kind, ExactDecimal)
    return kind.places


def _lots(connection: Connection, item: ItemRow, on: date) -> Sequence[LotRow]:
    first = first_lot(item, on)
    return [_lot_row(item, lot, first, on) for lot in item.lots]


def _lot_row(item: ItemRow, lot: Lot, first: Lot | None, on: date) -> LotRow:
    tone = expiry_tone(lot.expires_on, on)
    marks = {"danger": "Expired", "warning": "Within 30 days"}
    mark = marks.get(tone or "", "")
    if lot is first:
        mark, tone = ("Use first", tone or "good")
    row_id = uuid5(item.id, lot.name or "")
    return LotRow(row_id, lot.name, unit_of(item), lot.expires_on, lot.left, mark, tone)


def _state(item: ItemRow) -> tuple[str, str]:
    if not item.active:
        return "Not in use", "plain"
    if item.expired:
        return counted(item.expired, "lot expired", "lots expired"), "danger"
    if item.low:
        return "Below reorder level", "warning"
    if item.expiring:
        return counted(item.expiring, "lot expires soon", "lots expire soon"), "warning"
    return "", "plain"


def _about(item: ItemRow) -> str:
    kept = unit_of(item)
    unit = unit_text(kept)
    parts = []
    if item.cover_days is not None and item.fed is not None:
        parts.append(
            f"Lasts {number_text(item.cover_days, 1)} days: {item.fed.head:,} head "
            f"at {quantity_text(item.fed.kg_per_head, 'kg', 3)} a day, as in the last week."
        )
    elif item.cover_days is not None and item.daily_use:
        much = quantity_text(item.daily_use, kept, 1 if item.daily_use >= 1 else 3)
        parts.append(f"Lasts {number_text(item.cover_days, 0)} days at {much} a day.")
    else:
        parts.append("Not enough data for days of cover: no use in 30 days.")
    lot = first_lot(item, today())
    if lot is not None:
        ends = f", expires {day_text(lot.expires_on)}" if lot.expires_on else ""
        parts.append(f"Use lot {lot.name} first{ends}.")
    if item.location:
        parts.append(f"Kept in {item.location}.")
    if item.reorder_level is not None:
        parts.append(f"Reorder below {amount_text(item.reorder_level, kept)} {unit}.")
    return " ".join(parts)


def _balance_text(item: ItemRow) -> str:
    whole = item.unit is StockUnit.COUNT
    text = amount_text(item.balance, unit_of(item), 0 if whole else 1)
    return text if whole else f"{text} {unit_text(unit_of(item))}"


def _mark(item: ItemRow) -> tuple[str, str]:
    """Return the one word of a row's chip and its tone, the most pressing first."""
    for holds, text, tone in (
        (item.balance < 0, "Count", "danger"),
        (not item.active, "", "plain"),
        (item.expired, "Expired", "danger"),
        (item.low, "Order", "warning"),
        (item.expiring, "Expires", "warning"),
    ):
        if holds:
            return text, tone
    return "", "plain"


def _columns() -> tuple[Shown, ...]:
    return (
        Shown("Item", lambda item: item.name, 192),
        Shown("State", lambda item: _mark(item)[0], 88, tone=lambda item: _mark(item)[1]),
        Shown("Balance", _balance_text, 108, right=True, sort=lambda item: item.balance),
        Shown(
            "Cover, days",
            lambda item: "" if item.cover_days is None else number_text(item.cover_days, 0),
            112,
            right=True,
            sort=lambda item: item.cover_days,
        ),
        Shown("Kind", lambda item: words(item.category), 120, spare=True),
        Shown("Kept in", lambda item: item.location, 120, spare=True),
        Shown("Supplier", lambda item: item.supplier, 180, spare=True),
    )


def _lot_columns() -> tuple[Shown, ...]:
    return (
        Shown("Lot", lambda lot: lot.name or "No lot named", 112),
        Shown(
            "Expires",
            lambda lot: "" if lot.expires_on is None else day_text(lot.expires_on),
            108,
            sort=lambda lot: lot.expires_on,
        ),
        Shown("Left", lambda lot: amount_text(lot.left, lot.kept), 84, True, lambda lot: lot.left),
        Shown("", lambda lot: lot.mark, 112, tone=lambda lot: lot.tone),
    )
