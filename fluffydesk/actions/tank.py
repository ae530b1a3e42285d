"""What a person does at the milk tank: milk in from a milking, collection, disposal, dipping."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from fluffydesk.actions.given import Given
from fluffydesk.actions.ledger import post
from fluffydesk.actions.rules.stores import TANK, amount, spoilt_since
from fluffydesk.actions.saving import existing
from fluffydesk.actions.withdrawal import Held, release_refusal, withheld_milk, zone_of
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.units import convert, milk_litres
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.enums.farm import MilkingSession, MilkUnit
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm import MilkProductionLog, MilkStorage, MilkStorageLog

_NONE = Decimal(0)
_STEP = Decimal("0.1")
_TITLES = {
    StockMovement.RECEIPT: "Milk into the tank",
    StockMovement.USE: "Milk collected",
    StockMovement.DISPOSAL: "Milk thrown away",
    StockMovement.STOCKTAKE: "Tank dipped",
}


@dataclass(frozen=True)
class Incoming:
    """The milk of one milking, in litres: what may go to the tank, what is diverted, what is in."""

    litres: Decimal
    diverted: Decimal
    withheld: tuple[Held, ...]
    credited: Decimal
    credited_withheld: Decimal

    @property
    def due(self) -> Decimal:
        """What may still go in."""
        return max(self.litres - self.credited, _NONE)


def incoming(
    connection: Connection, on: date, session: MilkingSession, given: Given | None = None
) -> Incoming:
    """Return the milk of a milking; that of cows under withdrawal is diverted (rule 11)."""
    milk, tank = MilkProductionLog.__table__.c, MilkStorageLog.__table__.c
    milked = connection.execute(
        select(milk.animal_id, milk.yield_kg).where(milk.milked_on == on, milk.session == session)
    ).all()
    marked = withheld_milk(connection, on, session, given)
    withheld = [marked[row.animal_id] for row in milked if row.animal_id in marked]
    who = {one.animal_id for one in withheld}
    credited = {
        bool(row[0]): row[1]
        for row in connection.execute(
            select(tank.under_withdrawal, func.sum(tank.litres))
            .where(
                tank.moved_on == on,
                tank.session == session,
                tank.movement == StockMovement.RECEIPT,
            )
            .group_by(tank.under_withdrawal)
        )
    }
    return Incoming(
        litres=_litres(sum((r.yield_kg for r in milked if r.animal_id not in who), _NONE)),
        diverted=_litres(sum((r.yield_kg for r in milked if r.animal_id in who), _NONE)),
        withheld=tuple(withheld),
        credited=credited.get(False, _NONE),
        credited_withheld=credited.get(True, _NONE),
    )


def fill_tank(
    mirror: Mirror,
    tank_id: UUID,
    on: date,
    session: MilkingSession,
    *,
    quantity: Decimal | None = None,
    override_reason: str | None = None,
    **details: Any,
) -> Changes:
    """Put the milk of a milking into a tank: `quantity` as metered, or what was written down.

    Milk of cows under withdrawal is left out, unless `override_reason` says why it goes in; it is
    then a row of its own, and audited (rule 11). `details`: entered_unit, temperature_c, notes.
    Refusal: nothing was milked, or all of it is in already. InvalidValue: the tank is too full.
    """
    with mirror.unit(_TITLES[StockMovement.RECEIPT]) as unit:
        existing(unit.connection, MilkStorage, tank_id)
        found = incoming(unit.connection, on, session)
        values = {"tank_id": tank_id, "session": session, **details}
        litres = litres_in(quantity, details) if quantity is not None else found.due
        spoilt = found.diverted - found.credited_withheld if override_reason else _NONE
        if quantity is None and litres <= 0 and spoilt <= 0:
            raise _nothing_to_fill(unit.connection, found)
        if litres > 0 or quantity is not None:
            post(unit, TANK, StockMovement.RECEIPT, litres, on, values)
        if spoilt > 0:
            why = {"under_withdrawal": True, "override_reason": override_reason}
            post(unit, TANK, StockMovement.RECEIPT, spoilt, on, {**values, **why})
    return unit.changes


def move_milk(
    mirror: Mirror,
    tank_id: UUID,
    movement: StockMovement,
    quantity: Decimal,
    on: date,
    **details: Any,
) -> Changes:
    """Post one movement of a tank, in `entered_unit` (else litres); litres are kept (rule 24).

    A stocktake takes what the dipstick says and posts the difference. A receipt that names no
    milking is milk from elsewhere. Use is a collection: see `take_milk`.
    """
    with mirror.unit(_TITLES[movement]) as unit:
        existing(unit.connection, MilkStorage, tank_id)
        litres = litres_in(quantity, details)
        if movement is StockMovement.USE:
            take_milk(unit, tank_id, litres, on, **details)
        else:
            post(unit, TANK, movement, litres, on, {"tank_id": tank_id, **details})
    return unit.changes


def collect_milk(
    mirror: Mirror,
    tank_id: UUID,
    quantity: Decimal,
    on: date,
    *,
    collected_by: str,
    ticket_number: str,
    **details: Any,
) -> Changes:
    """Write down what the dairy's lorry took, with its ticket.

    `details`: entered_unit, temperature_c, override_reason, sale_id, lot_id, notes.
    InvalidValue: no ticket, more than is in the tank. Refusal: milk under withdrawal (rule 11).
    """
    for value, field, what in (
        (collected_by, "collected_by", "dairy"),
        (ticket_number, "ticket_number", "ticket"),
    ):
        if not (value or "").strip():
            raise InvalidValue(
                f"The {what} is missing.", "It stands on the driver's receipt.", field=field
            )
    took = {"collected_by": collected_by, "ticket_number": ticket_number}
    return move_milk(mirror, tank_id, StockMovement.USE, quantity, on, **took, **details)


def take_milk(unit: Unit, tank_id: UUID, litres: Decimal, on: date, **values: Any) -> UUID:
    """Take milk for people from a tank, within a unit of work; returns the tank's row.

    Where milk under withdrawal went in since the tank was last empty, it leaves only with an
    `override_reason` (rule 11).
    """
    said = (values.get("override_reason") or "").strip()
    if said and spoilt_since(unit.connection, tank_id, on) is not None:
        values["under_withdrawal"] = True
    return post(unit, TANK, StockMovement.USE, litres, on, {"tank_id": tank_id, **values})


def litres_in(quantity: Decimal, details: dict[str, Any]) -> Decimal:
    """Return litres, to a tenth, of a quantity in the `entered_unit` of `details`."""
    unit = MilkUnit(details.get("entered_unit") or MilkUnit.LITRE)
    if unit is MilkUnit.KILOGRAM:
        return _litres(quantity)
    return _tenth(convert(quantity, unit, "L"))


def _litres(kg: Decimal) -> Decimal:
    return _tenth(milk_litres(kg))


def _tenth(litres: Decimal) -> Decimal:
    return litres.quantize(_STEP, rounding=ROUND_HALF_EVEN)


def _nothing_to_fill(connection: Connection, found: Incoming) -> Refusal:
    if found.credited:
        return Refusal(
            f"The milk of this milking, {amount(found.credited)} L, is in the tank already.",
            "Correct that movement in the ledger, or count the tank.",
        )
    if found.withheld:
        return release_refusal(found.withheld, zone_of(connection))
    return Refusal("No milk is written down for this milking.", "Enter the litres in the tank.")
