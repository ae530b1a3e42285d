"""What a person does with flocks: place birds, write down losses, count heads on a date."""

from __future__ import annotations

from datetime import date
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, literal, select, union_all

from fluffydesk.actions.saving import check, existing
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.farm import MortalityLog
from fluffydesk.records.livestock import Flock, PoultryBatch


def record_placement(
    mirror: Mirror,
    flock_id: UUID,
    placed_on: date,
    head_count: int,
    *,
    supplier: str | None = None,
    notes: str | None = None,
) -> Changes:
    """Write down birds that came into a flock."""
    values: dict[str, Any] = {
        "flock_id": flock_id,
        "placed_on": placed_on,
        "head_count": head_count,
        "supplier": supplier,
        "notes": notes,
    }
    with mirror.unit("Birds placed") as unit:
        existing(unit.connection, Flock, flock_id)
        unit.insert(PoultryBatch, check(PoultryBatch, values))
    return unit.changes


def record_loss(
    mirror: Mirror,
    flock_id: UUID,
    died_on: date,
    head_count: int,
    *,
    cause: str | None = None,
    notes: str | None = None,
) -> Changes:
    """Write down birds that died or were culled.

    InvalidValue: more birds than were alive that day, or than later losses leave (rules 1, 2).
    """
    values: dict[str, Any] = {
        "flock_id": flock_id,
        "died_on": died_on,
        "head_count": head_count,
        "cause": cause,
        "notes": notes,
    }
    with mirror.unit("Loss") as unit:
        existing(unit.connection, Flock, flock_id)
        checked = check(MortalityLog, values)
        alive = fewest_from(unit.connection, flock_id, died_on)
        if checked["head_count"] > alive:
            raise InvalidValue(
                f"There were only {alive:,} birds in this flock on {died_on:%d %B %Y}.",
                "Check the number and the date, or write down the placement first.",
                field="head_count",
            )
        unit.insert(MortalityLog, checked)
    return unit.changes


def head_count(connection: Connection, flock_id: UUID, on: date) -> int:
    """Return how many birds a flock has at the end of a day: placed less lost."""
    steps = _steps(flock_id).subquery()
    found = connection.execute(select(func.sum(steps.c.birds)).where(steps.c.on <= on)).scalar()
    return int(found or 0)


def fewest_from(connection: Connection, flock_id: UUID, on: date) -> int:
    """Return the smallest head count of a flock at the end of `on` or of any later day."""
    steps = _steps(flock_id).subquery()
    rows = connection.execute(
        select(steps.c.on, func.sum(steps.c.birds)).group_by(steps.c.on).order_by(steps.c.on)
    ).all()
    days = list(zip((row[0] for row in rows), accumulate(int(row[1]) for row in rows), strict=True))
    before = [count for day, count in days if day <= on]
    later = [count for day, count in days if day > on]
    return max(0, min([before[-1] if before else 0, *later]))


def _steps(flock_id: UUID) -> Any:
    placed, lost = PoultryBatch.__table__.c, MortalityLog.__table__.c
    return union_all(
        select(placed.placed_on.label("on"), placed.head_count.label("birds")).where(
            placed.flock_id == flock_id
        ),
        select(lost.died_on, literal(-1) * lost.head_count).where(lost.flock_id == flock_id),
    )
