"""What a person does with herds counted by head: who joined, who left, a count, and the end."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.actions.rules import flocks as rules_of_flocks
from fluffydesk.actions.rules import hold
from fluffydesk.actions.saving import check, existing
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.enums.livestock import HerdMove, HerdStatus
from fluffydesk.records.livestock import HerdBatch, HerdMovement

JOINING = (HerdMove.BORN, HerdMove.BOUGHT, HerdMove.MOVED_IN)


def move_herd(
    mirror: Mirror, herd_id: UUID, kind: HerdMove, head: int, moved_on: date, **details: Any
) -> Changes:
    """Write down `head` animals (above zero) that joined or left; `kind` gives the sign.

    Moved in from, or out to, another herd of the farm (`other_herd_id`), both ends are written in
    one unit of work. `details`: weight_kg, other_herd_id, other_holding, movement_document, cause,
    notes. InvalidValue: more than there were on that day or later (rules 1 and 2), a day before
    the herd's start or after its end (rule 3).
    """
    if kind is HerdMove.COUNTED:
        return count_herd(mirror, herd_id, head, moved_on, **details)
    if head <= 0:
        raise InvalidValue(
            "The number must be more than zero.", "What happened says the sign.", field="head"
        )
    signed = head if kind in JOINING else -head
    other = details.get("other_herd_id")
    with mirror.unit("Herd move") as unit:
        existing(unit.connection, HerdBatch, herd_id)
        values = {"herd_id": herd_id, "moved_on": moved_on, "kind": kind, "head": signed}
        _write(unit, {**values, **details})
        if other is not None and kind in (HerdMove.MOVED_IN, HerdMove.MOVED_OUT):
            existing(unit.connection, HerdBatch, other)
            back = HerdMove.MOVED_OUT if kind is HerdMove.MOVED_IN else HerdMove.MOVED_IN
            mirrored = {"herd_id": other, "kind": back, "head": -signed, "other_herd_id": herd_id}
            _write(unit, {**values, **details, **mirrored})
    return unit.changes


def count_herd(
    mirror: Mirror, herd_id: UUID, counted: int, moved_on: date, **details: Any
) -> Changes:
    """Write down how many were counted: the difference from the sum so far is posted."""
    if counted < 0:
        raise InvalidValue("A count cannot be below zero.", "Enter the head.", field="head")
    with mirror.unit("Herd counted") as unit:
        difference = counted - head_count(unit.connection, herd_id, moved_on)
        values = {"herd_id": herd_id, "moved_on": moved_on, "kind": HerdMove.COUNTED}
        _write(unit, {**values, **details, "head": difference})
    return unit.changes


def close_herd(mirror: Mirror, herd_id: UUID, closed_on: date) -> Changes:
    """Close a herd that nobody is in any more; InvalidValue where some still are."""
    with mirror.unit("Herd closed") as unit:
        herd = existing(unit.connection, HerdBatch, herd_id)
        days = rules_of_flocks.counts_by_day(unit.connection, HerdBatch, herd_id)
        left = head_count(unit.connection, herd_id, closed_on)
        later = [day for day in days if day > closed_on]
        if left or later:
            raise InvalidValue(
                f"{left:,} are still in {herd.name} on {closed_on:%d %B %Y}."
                if left
                else f"Animals of {herd.name} came or left on {later[-1]:%d %B %Y}.",
                "Write down first where they went, or check the date.",
                field="closed_on",
            )
        values = check(
            HerdBatch, {"closed_on": closed_on, "status": HerdStatus.CLOSED}, partial=True
        )
        unit.update(HerdBatch, herd_id, values)
        hold(unit.connection, HerdBatch, herd, existing(unit.connection, HerdBatch, herd_id))
    return unit.changes


def head_count(connection: Connection, herd_id: UUID, on: date) -> int:
    """Return how many animals a herd has at the end of a day (rule 1)."""
    return rules_of_flocks.head_count(connection, HerdBatch, herd_id, on)


def _write(unit: Unit, values: dict[str, Any]) -> None:
    row_id = unit.insert(HerdMovement, check(HerdMovement, values))
    hold(unit.connection, HerdMovement, None, existing(unit.connection, HerdMovement, row_id))
