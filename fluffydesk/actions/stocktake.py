"""What a person does with the counting sheet: each thing counted is one count in its ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from fluffydesk.actions.egg_room import move_eggs
from fluffydesk.actions.ledger import TITLES, post
from fluffydesk.actions.rules.stores import INVENTORY
from fluffydesk.actions.saving import existing
from fluffydesk.actions.stock import lot_left, move_stock
from fluffydesk.actions.tank import move_milk
from fluffydesk.actions.wool import move_wool
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import EggGrade, EggSize
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm_resources import FarmInventory

_COUNT = StockMovement.STOCKTAKE


def count_item(mirror: Mirror, counted: Decimal, on: date, *, item_id: UUID) -> Changes:
    """Count a stored thing that bears no lots, in its unit; the difference is posted (rule 13)."""
    return move_stock(mirror, item_id, _COUNT, counted, on)


def count_lot(
    mirror: Mirror, counted: Decimal, on: date, *, item_id: UUID, lot: str | None
) -> Changes:
    """Count one lot of a stored thing, or with None what bears no lot beside the lots."""
    with mirror.unit(TITLES[_COUNT]) as unit:
        existing(unit.connection, FarmInventory, item_id)
        there = lot_left(unit.connection, item_id, lot, on)
        post(unit, INVENTORY, _COUNT, counted, on, {"item_id": item_id, "lot": lot}, there=there)
    return unit.changes


def count_tank(mirror: Mirror, counted: Decimal, on: date, *, tank_id: UUID) -> Changes:
    """Dip a tank, in litres."""
    return move_milk(mirror, tank_id, _COUNT, counted, on)


def count_eggs(
    mirror: Mirror, counted: Decimal, on: date, *, store: str, grade: EggGrade, size: EggSize
) -> Changes:
    """Count the single eggs of a grade and size in a store."""
    return move_eggs(mirror, store, _COUNT, int(counted), on, grade=grade, size=size)


def count_wool(mirror: Mirror, counted: Decimal, on: date, *, lot: str) -> Changes:
    """Weigh a lot of wool again, in kg."""
    return move_wool(mirror, lot, _COUNT, counted, on)
