"""What a person does in the wool store: bales and lots in, sold, thrown away, weighed again."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.ledger import post
from fluffydesk.actions.rules.stores import WOOL
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.units import convert
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.enums.farm import FibreOrMilk, MassUnit
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm import WoolStorage

_STEP = Decimal("0.01")
_TITLES = {
    StockMovement.RECEIPT: "Wool into the store",
    StockMovement.USE: "Wool taken",
    StockMovement.DISPOSAL: "Wool thrown away",
    StockMovement.STOCKTAKE: "Wool weighed again",
}
_OF_THE_LOT = ("store", "fibre", "clip_part", "shorn_on")


def move_wool(
    mirror: Mirror,
    lot: str,
    movement: StockMovement,
    quantity: Decimal,
    on: date,
    **details: Any,
) -> Changes:
    """Post one movement of a lot, in `entered_unit` (else kg); kg are kept (rule 24).

    `details`: store, fibre, clip_part, shorn_on, bales, fibre_micron, clean_percent, certificate,
    reason, notes; what the lot is need be said only when it is received. InvalidValue: a lot that
    was never received, one that holds less on that day or later (rule 13).
    """
    with mirror.unit(_TITLES[movement]) as unit:
        kg = kilograms(quantity, details)
        if movement is StockMovement.USE:
            take_wool(unit, lot, kg, on, **details)
        else:
            values = _values(unit.connection, lot, movement, details)
            post(unit, WOOL, movement, kg, on, values)
    return unit.changes


def take_wool(unit: Unit, lot: str, kg: Decimal, on: date, **values: Any) -> UUID:
    """Take wool of a lot for use or sale, within a unit of work; returns the store's row."""
    row = _values(unit.connection, lot, StockMovement.USE, values)
    return post(unit, WOOL, StockMovement.USE, kg, on, row)


def kilograms(quantity: Decimal, details: dict[str, Any]) -> Decimal:
    """Return kg, to 10 g, of a quantity in the `entered_unit` of `details`."""
    unit = MassUnit(details.get("entered_unit") or MassUnit.KILOGRAM)
    return convert(quantity, unit, "kg").quantize(_STEP, rounding=ROUND_HALF_EVEN)


def first_receipt(connection: Connection, lot: str) -> Row[Any] | None:
    """Return the row with which a lot came in first."""
    table = WoolStorage.__table__
    return connection.execute(
        select(table)
        .where(table.c.lot == lot, table.c.movement == StockMovement.RECEIPT)
        .order_by(table.c.moved_on, table.c.id)
        .limit(1)
    ).first()


def _values(
    connection: Connection, lot: str, movement: StockMovement, details: dict[str, Any]
) -> dict[str, Any]:
    name = lot.strip()
    if not name:
        raise InvalidValue("The lot is missing.", "Enter what is written on the bale.", field="lot")
    if details.get("fibre") is FibreOrMilk.MILK:
        raise InvalidValue("Milk is kept in a tank.", "Choose a fibre.", field="fibre")
    known = first_receipt(connection, name)
    if known is None and movement in (StockMovement.USE, StockMovement.DISPOSAL):
        raise InvalidValue(
            f"Nothing of lot {name} is in store.",
            "Check the lot, or receive it first.",
            field="lot",
        )
    values = {**details, "lot": name}
    of_the_lot = {} if known is None else {name: known._mapping[name] for name in _OF_THE_LOT}
    return {**values, **{name: one for name, one in of_the_lot.items() if not values.get(name)}}
