"""What a person does with flocks: place birds, move them, write down losses, thin, deplete."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.actions.rules import flocks as rules_of_flocks
from fluffydesk.actions.rules import hold
from fluffydesk.actions.saving import check, existing
from fluffydesk.actions.withdrawal import may_leave, zone_of
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.withdrawal import Food
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.enums.farm import LossKind
from fluffydesk.records.enums.farm_resources import FarmProduct, SaleUnit
from fluffydesk.records.enums.livestock import FlockStatus
from fluffydesk.records.farm import MortalityLog
from fluffydesk.records.farm_resources import FarmProductSale
from fluffydesk.records.livestock import Flock, PoultryBatch
from fluffydesk.records.vocabulary import Record

_CENT = Decimal("0.01")


def record_placement(
    mirror: Mirror,
    flock_id: UUID,
    placed_on: date,
    head_count: int,
    *,
    weight_kg: Decimal | None = None,
    supplier: str | None = None,
    notes: str | None = None,
) -> Changes:
    """Write down birds that came into a flock; `weight_kg` is of them all."""
    values: dict[str, Any] = {
        "flock_id": flock_id,
        "placed_on": placed_on,
        "head_count": head_count,
        "weight_kg": weight_kg,
        "supplier": supplier,
        "notes": notes,
    }
    with mirror.unit("Birds placed") as unit:
        existing(unit.connection, Flock, flock_id)
        _write(unit, PoultryBatch, values)
    return unit.changes


def record_loss(
    mirror: Mirror,
    flock_id: UUID,
    died_on: date,
    head_count: int,
    *,
    weight_kg: Decimal | None = None,
    cause: str | None = None,
    kind: LossKind = LossKind.DIED,
    disposal: str | None = None,
    notes: str | None = None,
) -> Changes:
    """Write down birds that died or were culled.

    InvalidValue: more birds than were alive that day, or than later losses leave (rules 1, 2).
    """
    values: dict[str, Any] = {
        "flock_id": flock_id,
        "died_on": died_on,
        "head_count": head_count,
        "weight_kg": weight_kg,
        "cause": cause,
        "kind": kind,
        "disposal": disposal,
        "notes": notes,
    }
    with mirror.unit("Loss") as unit:
        existing(unit.connection, Flock, flock_id)
        _write(unit, MortalityLog, values)
    return unit.changes


def transfer(
    mirror: Mirror,
    from_flock_id: UUID,
    flock_id: UUID,
    placed_on: date,
    head_count: int,
    *,
    notes: str | None = None,
) -> Changes:
    """Move birds from one flock into another: one row that counts at both ends.

    InvalidValue: the same flock twice, or more birds than there were (rules 1 and 2).
    """
    values: dict[str, Any] = {
        "flock_id": flock_id,
        "from_flock_id": from_flock_id,
        "placed_on": placed_on,
        "head_count": head_count,
        "notes": notes,
    }
    with mirror.unit("Birds moved") as unit:
        existing(unit.connection, Flock, from_flock_id)
        existing(unit.connection, Flock, flock_id)
        _write(unit, PoultryBatch, values)
    return unit.changes


def thin(
    mirror: Mirror,
    flock_id: UUID,
    sold_on: date,
    head: int,
    *,
    weight_kg: Decimal | None = None,
    unit_price: Decimal = Decimal(0),
    customer: str | None = None,
    notes: str | None = None,
    override_reason: str | None = None,
) -> Changes:
    """Write down birds that were taken out alive and sold: they are no losses.

    `weight_kg` is theirs together, `unit_price` for one kg, or for one bird where they were not
    weighed. InvalidValue: more birds than there were (rules 1 and 2). Refusal: a flock under meat
    withdrawal, unless `override_reason` says why (rule 11).
    """
    said = {"customer": customer, "notes": notes, "override_reason": override_reason}
    with mirror.unit("Flock thinned") as unit:
        existing(unit.connection, Flock, flock_id)
        _sell(unit, flock_id, sold_on, head, weight_kg, unit_price, **said)
    return unit.changes


def deplete(
    mirror: Mirror,
    flock_id: UUID,
    on: date,
    *,
    sold: bool,
    weight_kg: Decimal | None = None,
    unit_price: Decimal = Decimal(0),
    customer: str | None = None,
    cause: str | None = None,
    notes: str | None = None,
    override_reason: str | None = None,
) -> Changes:
    """Close a flock: all birds that are left are sold or culled that day, in one unit of work.

    Refused where more came or left later on: the flock was still there then (rules 3 and 4), and
    to be sold while under meat withdrawal without an `override_reason` (rule 11).
    """
    said = {"customer": customer, "notes": notes, "override_reason": override_reason}
    with mirror.unit("Flock depleted") as unit:
        flock = existing(unit.connection, Flock, flock_id)
        if flock.status == FlockStatus.DEPLETED:
            raise InvalidValue(f"{flock.name} is depleted already.", "Choose another flock.")
        later = [day for day in _days(unit.connection, flock_id) if day > on]
        if later:
            raise InvalidValue(
                f"Birds of {flock.name} came or left on {later[-1]:%d %B %Y}.",
                "Deplete it on that day or later.",
                field="sold_on",
            )
        head = head_count(unit.connection, flock_id, on)
        if head and sold:
            _sell(unit, flock_id, on, head, weight_kg, unit_price, **said)
        elif head:
            loss = {"flock_id": flock_id, "died_on": on, "head_count": head, "notes": notes}
            cause = cause or "Depleted"
            _write(unit, MortalityLog, {**loss, "kind": LossKind.CULLED, "cause": cause})
        unit.update(Flock, flock_id, {"status": FlockStatus.DEPLETED})
        hold(unit.connection, Flock, flock, existing(unit.connection, Flock, flock_id))
    return unit.changes


def head_count(connection: Connection, flock_id: UUID, on: date) -> int:
    """Return how many birds a flock has at the end of a day (rule 1)."""
    return rules_of_flocks.head_count(connection, Flock, flock_id, on)


def fewest_from(connection: Connection, flock_id: UUID, on: date) -> int:
    """Return the smallest head count of a flock at the end of `on` or of any later day."""
    return rules_of_flocks.fewest_from(connection, Flock, flock_id, on)


def _days(connection: Connection, flock_id: UUID) -> list[date]:
    return list(rules_of_flocks.counts_by_day(connection, Flock, flock_id))


def _sell(
    unit: Unit,
    flock_id: UUID,
    on: date,
    head: int,
    weight_kg: Decimal | None,
    unit_price: Decimal,
    **said: str | None,
) -> None:
    """Sell live birds within a unit of work: by the kg where they were weighed, else by the bird.

    Birds under withdrawal leave only with an `override_reason` in `said`, kept with it (rule 11).
    """
    quantity = Decimal(head) if weight_kg is None else weight_kg
    zone = zone_of(unit.connection)
    held = may_leave(
        unit.connection,
        Food.MEAT,
        datetime.combine(on, time(0), zone),
        flock=flock_id,
        through=datetime.combine(on, time(23, 59), zone),
        override_reason=said.get("override_reason"),
    )
    sold = {
        "flock_id": flock_id,
        "product": FarmProduct.LIVE_ANIMALS,
        "sold_on": on,
        "head": head,
        "weight_kg": weight_kg,
        "quantity": quantity,
        "unit": SaleUnit.HEAD if weight_kg is None else SaleUnit.KILOGRAM,
        "unit_price": unit_price,
        "total": (quantity * unit_price).quantize(_CENT, ROUND_HALF_UP),
        "under_withdrawal": bool(held),
        **said,
    }
    _write(unit, FarmProductSale, sold)


def _write(unit: Unit, record: type[Record], values: Mapping[str, Any]) -> None:
    row_id = unit.insert(record, check(record, values))
    hold(unit.connection, record, None, existing(unit.connection, record, row_id))
