"""What a person does with prescriptions: hand a drug out, and take it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.actions import rules, saving
from fluffydesk.actions.rules.dispensing import in_store_unit, prescribed
from fluffydesk.actions.rules.people import author_of
from fluffydesk.actions.rules.stores import expiry
from fluffydesk.actions.rules.taken import Part, keep, movements, parts_of
from fluffydesk.actions.stock import lots
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

    Without a lot it is the one that expires first and holds all of it; where none does, it is
    several, and the prescription names the first of them. Not `sure`, a drug that the pet's card
    warns of raises Doubt. InvalidValue: an expired lot, or one that holds less.
    """
    with mirror.unit("Prescription") as unit:
        connection = unit.connection
        given = {"veterinarian_id": author_of(connection), "prescribed_on": today(), **values}
        item = given.get("item_id")
        parts: list[Part] = []
        if item is not None and not given.get("lot"):
            parts = planned_lots(connection, given)
            given["lot"] = parts[0].lot if parts else _only_expired(connection, item, given)
        if item is not None and given.get("lot") and given.get("lot_expires_on") is None:
            given["lot_expires_on"] = expiry(connection, item, given["lot"])
        row_id = unit.insert(Prescription, saving.check(Prescription, given))
        row = saving.existing(connection, Prescription, row_id)
        if len(parts) > 1:
            keep(connection, Prescription, row, prescribed(connection, row), parts=parts)
        rules.hold(connection, Prescription, None, row)
        doubted = [] if sure else rules.doubts(connection, Prescription, None, row)
        if doubted:
            raise doubted[0]
    return row_id, unit.changes


def lots_of(connection: Connection, prescription_id: UUID) -> list[str | None]:
    """Return the lots that a prescription was handed out of, the one that it names first."""
    return [row.lot for row in movements(connection, Prescription, prescription_id)]


def good_lots(connection: Connection, item_id: UUID, on: date) -> list[Lot]:
    """Return the lots of an item that may be used on a day, the first to expire first (FEFO)."""
    there = lots(connection, item_id, on)
    return [one for one in there if one.name and one.left > 0 and not expired(one.expires_on, on)]


def planned_lots(connection: Connection, given: Mapping[str, Any]) -> list[Part]:
    """Return of which lots a prescription without one is going to be handed out.

    `given` are its columns, with an item. None where no lot may be used, or the dose does not tell
    how much it takes. InvalidValue: less than that can leave (rule 13).
    """
    item_id: UUID = given["item_id"]
    on: date = given.get("prescribed_on") or today()
    item = saving.existing(connection, FarmInventory, item_id)
    unit = given.get("dose_unit") or DoseUnit.TABLET
    needed = in_store_unit(Decimal(given.get("quantity") or 0), unit, item.unit)
    if needed is None or not good_lots(connection, item_id, on):
        return []
    return parts_of(connection, item, needed, on, whole=True)


def _only_expired(connection: Connection, item_id: UUID, given: Mapping[str, Any]) -> str | None:
    """Where every lot that is left has expired, name the first, so that it is refused in words."""
    there = lots(connection, item_id, given["prescribed_on"] or today())
    named = [one for one in there if one.name and one.left > 0]
    loose = any(one.name is None and one.left > 0 for one in there)
    return named[0].name if named and not loose else None
