"""What a person does with prescriptions: hand a drug out, and take it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.actions import rules, saving
from fluffydesk.actions.rules.dispensing import in_store_unit
from fluffydesk.actions.rules.people import author_of
from fluffydesk.actions.rules.stores import amount, expiry
from fluffydesk.actions.stock import lots
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.ledger import Lot, expired
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import Prescription
from fluffydesk.records.enums.medical import DoseUnit
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.types import today


def prescribe(
    mirror: Mirror, values: Mapping[str, Any], *, sure: bool = False
) -> tuple[UUID, Changes]:
    """Write a prescription, and take what is handed out from its lot in the same unit (rule 17).

    Without a lot it is the one that expires first and holds all of it. Not `sure`, a drug that
    the pet's card warns of raises Doubt. InvalidValue: an expired lot, or one that holds less.
    """
    with mirror.unit("Prescription") as unit:
        connection = unit.connection
        given = {"veterinarian_id": author_of(connection), "prescribed_on": today(), **values}
        item = given.get("item_id")
        if item is not None and not given.get("lot"):
            given["lot"] = _lot_for(connection, item, given)
        if item is not None and given.get("lot") and given.get("lot_expires_on") is None:
            given["lot_expires_on"] = expiry(connection, item, given["lot"])
        row_id = unit.insert(Prescription, saving.check(Prescription, given))
        row = saving.existing(connection, Prescription, row_id)
        rules.hold(connection, Prescription, None, row)
        doubted = [] if sure else rules.doubts(connection, Prescription, None, row)
        if doubted:
            raise doubted[0]
    return row_id, unit.changes


def good_lots(connection: Connection, item_id: UUID, on: date) -> list[Lot]:
    """Return the lots of an item that may be used on a day, the first to expire first (FEFO)."""
    there = lots(connection, item_id, on)
    return [one for one in there if one.name and one.left > 0 and not expired(one.expires_on, on)]


def _lot_for(connection: Connection, item_id: UUID, given: Mapping[str, Any]) -> str | None:
    on: date = given["prescribed_on"] or today()
    item = saving.existing(connection, FarmInventory, item_id)
    unit = given.get("dose_unit") or DoseUnit.TABLET
    needed = in_store_unit(Decimal(given.get("quantity") or 0), unit, item.unit)
    good = good_lots(connection, item_id, on)
    if needed is None or not good:
        return _only_expired(connection, item_id, on)
    whole = next((one for one in good if one.left >= needed), None)
    if whole is None and len(good) > 1:
        told = ", ".join(f"{one.name} {amount(one.left)}" for one in good)
        raise InvalidValue(
            f"No one lot of {item.name} holds {amount(needed)}: {told}.",
            f"Hand out what is left of lot {good[0].name}, and the rest by a second prescription.",
            field="quantity",
        )
    return (whole or good[0]).name


def _only_expired(connection: Connection, item_id: UUID, on: date) -> str | None:
    """Where every lot that is left has expired, name the first, so that it is refused in words."""
    there = [one for one in lots(connection, item_id, on) if one.name and one.left > 0]
    loose = any(one.name is None and one.left > 0 for one in lots(connection, item_id, on))
    return there[0].name if there and not loose else None
