"""What is given to animals leaves its store, whichever way it is written down (rule 17)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.rules import stores
from fluffydesk.actions.rules.animals import day_of, write_beside
from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.actions.withdrawal import members
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.health import drawn
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.livestock import Flock, Livestock, LivestockBatch
from fluffydesk.records.medical import HealthTreatment, VaccineLog
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import Record

_NONE = Decimal(0)
_WHO: dict[str, type[Record]] = {
    "animal_id": Livestock,
    "flock_id": Flock,
    "batch_id": LivestockBatch,
}
_TIMES = 3
"""How often the same is posted of a course, and looked for: corrected to and fro."""
_ASKED = ("item_id", "lot", "dose", "dose_unit", "doses", "head_count", "void_reason", *_WHO)


def _taken(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """The whole course leaves its lot; a correction takes or gives back the difference."""
    same = before is not None and after is not None
    days = {day_of(connection, row.given_at) for row in (before, after) if row is not None}
    alike = all(getattr(before, n, None) == getattr(after, n, None) for n in _ASKED)
    if same and alike and len(days) == 1:
        return
    had = _NONE if before is None else needed(connection, before)
    needs = _NONE if after is None else needed(connection, after)
    places = [(row.item_id, row.lot) for row in (before, after) if row is not None]
    if same and places[0] == places[1] and len(days) == 1:
        had, needs = max(had - needs, _NONE), max(needs - had, _NONE)
    if before is not None and had > 0:
        _post(connection, before, StockMovement.RECEIPT, had)
    if after is not None and needs > 0:
        _post(connection, after, StockMovement.USE, -needs)


def _head_kept(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """How many of a group got it stands in the row: who is its member may change later on."""
    if after is None or after.batch_id is None or after.head_count:
        return
    head = head_of(connection, after)
    if head:
        _write(connection, after, head_count=head)


def _write(connection: Connection, row: Row[Any], **values: Any) -> None:
    record = HealthTreatment if hasattr(row, "void_reason") else VaccineLog
    table = record.__table__
    connection.execute(table.update().where(table.c.id == row.id).values(**values))


def _lot_ends(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """The expiry date is that of the lot: where another was given, it is the other's (rule 16)."""
    if before is None or after is None or after.item_id is None:
        return
    names = ("item_id", "lot")
    if all(getattr(before, n) == getattr(after, n) for n in names):
        return
    if after.lot_expires_on != before.lot_expires_on:
        return
    ends = None if after.lot is None else stores.expiry(connection, after.item_id, after.lot)
    _write(connection, after, lot_expires_on=ends)


def needed(connection: Connection, row: Row[Any]) -> Decimal:
    """Return what a course takes from its store, in the store's unit; zero without a store."""
    if row.item_id is None or getattr(row, "void_reason", None) or not row.dose:
        return _NONE
    item = row_of(connection, FarmInventory, row.item_id)
    if item is None:
        return _NONE
    doses, head = getattr(row, "doses", 1), _head(connection, row)
    found = drawn(row.dose, row.dose_unit, item.unit, doses, head)
    if found is None:
        counted = "pieces" if item.unit == "count" else item.unit
        raise InvalidValue(
            f"{item.name} is counted in {counted}, and the dose is in {row.dose_unit}.",
            "Give the dose in a unit that fits, or leave the store empty.",
            field="dose_unit",
        )
    return found


def head_of(connection: Connection, row: Row[Any]) -> int | None:
    """Return how many animals got a treatment or vaccination; None where nobody said."""
    if row.animal_id is not None:
        return 1
    if row.head_count:
        return int(row.head_count)
    if row.batch_id is not None:
        return len(members(connection, row.batch_id, row.given_at)) or None
    return None


def _head(connection: Connection, row: Row[Any]) -> int:
    head = head_of(connection, row)
    if head is not None:
        return head
    raise InvalidValue(
        "How many animals got it is missing.",
        "Enter the head, so that the store is right.",
        field="head_count",
    )


def _post(connection: Connection, row: Row[Any], verb: StockMovement, quantity: Decimal) -> None:
    back = verb is StockMovement.RECEIPT
    day = day_of(connection, row.given_at)
    key = _id_of(connection, row.id, _words(verb, quantity, day, row.item_id))
    values = {
        "id": key,
        "item_id": row.item_id,
        "moved_on": day,
        "movement": verb,
        "quantity": quantity,
        "lot": row.lot,
        "expires_on": row.lot_expires_on if back else None,
        "reason": ("Given back: " if back else "") + _why(connection, row),
        "created_at": now(),
        "updated_at": now(),
    }
    write_beside(connection, InventoryTransaction, row, values)
    table = InventoryTransaction.__table__
    posted = connection.execute(select(table).where(table.c.id == key)).one()
    for rule in stores.RULES[InventoryTransaction]:
        rule(connection, None, posted)


def _id_of(connection: Connection, given: UUID, what: str) -> UUID:
    """Return an id that follows from what is posted of a course.

    Two PCs that void one course, or correct it alike, give back the same drug once.
    """
    ids = InventoryTransaction.__table__.c.id
    for time in count():
        key = uuid5(given, f"{what} {time}")
        if connection.execute(select(ids).where(ids == key)).first() is None:
            return key
    raise AssertionError  # count() never ends


def is_of(given: UUID, posted: Row[Any]) -> bool:
    """Say whether a row of the ledger was posted of a course or vaccination."""
    words = _words(posted.movement, posted.quantity, posted.moved_on, posted.item_id)
    return any(uuid5(given, f"{words} {time}") == posted.id for time in range(_TIMES))


def _words(verb: StockMovement, quantity: Decimal, day: date, item_id: UUID) -> str:
    return f"{verb} {quantity.normalize():f} {day} {item_id}"


def subject_of(connection: Connection, row: Row[Any]) -> str:
    """Return who got it: a tag and a name."""
    name, record = next((n, r) for n, r in _WHO.items() if getattr(row, n) is not None)
    subject = row_of(connection, record, getattr(row, name))
    parts = (getattr(subject, "tag_number", None), getattr(subject, "name", None))
    return " ".join(part for part in parts if part) or "An animal"


def _why(connection: Connection, row: Row[Any]) -> str:
    return f"{subject_of(connection, row)}: {getattr(row, 'reason', None) or row.vaccine}"


RULES: dict[type[Record], tuple[Rule, ...]] = {
    HealthTreatment: (_taken, _lot_ends, _head_kept),
    VaccineLog: (_taken, _lot_ends, _head_kept),
}
