"""The counting sheet: everything in store with what its ledger says, and what was counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import Connection, func, select

from fluffydesk.actions.rules.stores import EGGS, INVENTORY, TANK, WOOL, Ledger
from fluffydesk.actions.stocktake import count_eggs, count_item, count_lot, count_tank, count_wool
from fluffydesk.figures.ledger import Lot
from fluffydesk.mirror.changes import Changes
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.ui.fields.texts import words
from fluffydesk.ui.screens.reading.stores import ItemRow, item_rows
from fluffydesk.ui.screens.reading.stores_made import egg_rows, tank_rows, wool_rows

Take = Callable[..., Changes]
_WHERE = ("item_id", "lot")
_NONE = Decimal(0)


@dataclass(frozen=True)
class CountRow:
    """A line of the sheet: what is to be counted, what the ledger says, what was counted.

    `off` is the difference that the counts of the day posted; None where it was not counted.
    """

    id: UUID
    part: str
    name: str
    lot: str
    where: str
    unit: str
    places: int
    booked: Decimal
    off: Decimal | None
    take: Take
    """Counts it: asked with the mirror, what was counted and the day."""
    expires_on: date | None = None


def count_rows(connection: Connection, on: date, *, makes: bool = True) -> list[CountRow]:
    """Return the sheet of a day: stores by place and name, then tanks, eggs and wool.

    Without `makes`, only what is bought: a clinic has no tank. What is gone, and was not counted
    that day, is left out.
    """
    rows: list[CountRow] = []
    found = _counted(connection, INVENTORY, _WHERE, on)
    for item in sorted(item_rows(connection, on), key=lambda one: (one.location, one.name)):
        if item.active:
            rows += _of_item(item, found, on)
    if makes:
        rows += _made(connection, on)
    return rows


def _of_item(item: ItemRow, found: Mapping[Any, Decimal], on: date) -> list[CountRow]:
    part = "medicine" if item.category is InventoryCategory.MEDICINE else "feed"
    unit = "pieces" if item.unit is StockUnit.COUNT else str(item.unit)
    row = partial(CountRow, part=part, name=item.name, where=item.location, unit=unit)
    gone = [
        Lot(name, None, _NONE)
        for (item_id, name) in found
        if item_id == item.id and name and name not in {lot.name for lot in item.lots}
    ]
    lots = [*item.lots, *gone]
    if not any(lot.name for lot in lots):
        take = partial(count_item, item_id=item.id)
        off = found.get((item.id, None))
        return [row(id=item.id, lot="", places=3, booked=item.balance, off=off, take=take)]
    lines = []
    for lot in lots:
        lines.append(
            row(
                id=uuid5(item.id, lot.name or ""),
                lot=lot.name or "None",
                expires_on=lot.expires_on,
                places=3,
                booked=lot.left,
                off=found.get((item.id, lot.name)),
                take=partial(count_lot, item_id=item.id, lot=lot.name),
            )
        )
    return lines


def _made(connection: Connection, on: date) -> list[CountRow]:
    rows = []
    dipped = _counted(connection, TANK, ("tank_id",), on)
    for tank in tank_rows(connection, on):
        if tank.active:
            take: Take = partial(count_tank, tank_id=tank.id)
            rows.append(
                CountRow(
                    *(tank.id, "tank", tank.name, "", tank.location, "L", 1, tank.balance),
                    *(dipped.get((tank.id,)), take),
                )
            )
    kinds = ("store", "grade", "size")
    seen = _counted(connection, EGGS, kinds, on)
    for eggs in egg_rows(connection, on):
        key = (eggs.store, eggs.grade, eggs.size)
        off = seen.get(key)
        if eggs.balance or off is not None:
            take = partial(count_eggs, store=eggs.store, grade=eggs.grade, size=eggs.size)
            name = f"Eggs, {words(eggs.grade)}"
            rows.append(
                CountRow(
                    *(eggs.id, "eggs", name, words(eggs.size), eggs.store, "eggs", 0),
                    *(eggs.balance, off, take),
                )
            )
    weighed = _counted(connection, WOOL, ("lot",), on)
    for wool in wool_rows(connection, on):
        off = weighed.get((wool.lot,))
        if wool.balance or off is not None:
            what = f"{words(wool.fibre)}, {words(wool.part).lower()}"
            take = partial(count_wool, lot=wool.lot)
            row_id = uuid5(NAMESPACE_OID, f"count/{wool.lot}")
            rows.append(
                CountRow(
                    *(row_id, "wool", what, wool.lot, wool.store, "kg", 2),
                    *(wool.balance, off, take),
                )
            )
    return rows


def _counted(
    connection: Connection, book: Ledger, names: tuple[str, ...], on: date
) -> dict[tuple[Any, ...], Decimal]:
    """Return what the counts of a day posted, by the columns that tell balances apart."""
    table = book.record.__table__.c
    asked = [table[name] for name in names]
    rows = connection.execute(
        select(*asked, func.sum(table[book.quantity]))
        .where(table.moved_on == on, table.movement == StockMovement.STOCKTAKE)
        .group_by(*asked)
    )
    return {tuple(row[:-1]): Decimal(row[-1]) for row in rows}
