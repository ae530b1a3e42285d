"""What is given to animals leaves its store, whichever way it is written down (rule 17)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row

from fluffydesk.actions.rules import stores
from fluffydesk.actions.rules.animals import day_of
from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.actions.rules.taken import Need, NeedOf, taking
from fluffydesk.actions.withdrawal import members
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.health import drawn
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.livestock import Flock, Livestock, LivestockBatch
from fluffydesk.records.medical import HealthTreatment, VaccineLog
from fluffydesk.records.vocabulary import Record

_NONE = Decimal(0)
_WHO: dict[str, type[Record]] = {
    "animal_id": Livestock,
    "flock_id": Flock,
    "batch_id": LivestockBatch,
}
_ASKED = ("item_id", "lot", "dose", "dose_unit", "head_count", "given_at", *_WHO)


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


def needed(connection: Connection, row: Any) -> Decimal:
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


def course(connection: Connection, row: Any) -> Need | None:
    """Return what a course or vaccination takes: the whole of it, on the day of its first dose."""
    quantity = needed(connection, row)
    if not quantity:
        return None
    on = day_of(connection, row.given_at)
    return Need(row.item_id, row.lot, on, quantity, _why(connection, row))


def head_of(connection: Connection, row: Any) -> int | None:
    """Return how many animals got a treatment or vaccination; None where nobody said."""
    if row.animal_id is not None:
        return 1
    if row.head_count:
        return int(row.head_count)
    if row.batch_id is not None:
        return len(members(connection, row.batch_id, row.given_at)) or None
    return None


def _head(connection: Connection, row: Any) -> int:
    head = head_of(connection, row)
    if head is not None:
        return head
    raise InvalidValue(
        "How many animals got it is missing.",
        "Enter the head, so that the store is right.",
        field="head_count",
    )


def subject_of(connection: Connection, row: Any) -> str:
    """Return who got it: a tag and a name."""
    name, record = next((n, r) for n, r in _WHO.items() if getattr(row, n) is not None)
    subject = row_of(connection, record, getattr(row, name))
    parts = (getattr(subject, "tag_number", None), getattr(subject, "name", None))
    return " ".join(part for part in parts if part) or "An animal"


def _why(connection: Connection, row: Any) -> str:
    return f"{subject_of(connection, row)}: {getattr(row, 'reason', None) or row.vaccine}"


NEEDS: dict[type[Record], NeedOf] = {HealthTreatment: course, VaccineLog: course}
RULES: dict[type[Record], tuple[Rule, ...]] = {
    HealthTreatment: (
        taking(HealthTreatment, course, *_ASKED, "doses", "void_reason"),
        _lot_ends,
        _head_kept,
    ),
    VaccineLog: (taking(VaccineLog, course, *_ASKED), _lot_ends, _head_kept),
}
