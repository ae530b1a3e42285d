"""Which group an animal is in, as dated rows that do not overlap (rule 8), and moving it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, and_, func, or_, select

from fluffydesk.actions import rules
from fluffydesk.actions.rules.animals import HERE
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.livestock import Livestock, LivestockBatch, LivestockBatchMember
from fluffydesk.records.types import today

_ANIMALS = Livestock.__table__.c
_MOVES = LivestockBatchMember.__table__.c


def move(
    mirror: Mirror,
    animal_ids: Iterable[UUID],
    batch_id: UUID | None,
    joined_on: date,
    *,
    reason: str | None = None,
) -> Changes:
    """Move animals into a group, or out of all with None, from a day on: all or none (rule 8).

    The dated row and the group on the animal's card are one unit of work. InvalidValue: a day in
    the future, before the animal came or after it left (rule 3), or before its last move.
    """
    with mirror.unit("Group move") as unit:
        if batch_id is not None:
            existing(unit.connection, LivestockBatch, batch_id)
        for animal_id in animal_ids:
            move_one(unit, animal_id, batch_id, joined_on, reason=reason)
    return unit.changes


def move_one(
    unit: Unit,
    animal_id: UUID,
    batch_id: UUID | None,
    joined_on: date,
    *,
    reason: str | None = None,
) -> None:
    """Move one animal within a unit of work; one already there is left as it is."""
    connection = unit.connection
    animal = existing(connection, Livestock, animal_id)
    name = animal.name or animal.tag_number
    if animal.status not in HERE:
        raise Refusal(f"{name} is {animal.status} and no longer here.", "Leave it out.")
    last = connection.execute(
        select(func.max(_MOVES.joined_on)).where(_MOVES.animal_id == animal_id)
    ).scalar()
    if last is not None and joined_on < last:
        raise InvalidValue(
            f"{name} was moved on {last:%d %B %Y} already.",
            "Enter that day or a later one.",
            field="joined_on",
        )
    if animal.batch_id == batch_id:
        return
    values = check(
        LivestockBatchMember,
        {"animal_id": animal_id, "batch_id": batch_id, "joined_on": joined_on, "reason": reason},
    )
    before = row_with(connection, LivestockBatchMember, animal_id=animal_id, joined_on=joined_on)
    if before is None:
        row_id = unit.insert(LivestockBatchMember, values)
    else:
        row_id = before.id
        unit.update(LivestockBatchMember, row_id, {"batch_id": batch_id, "reason": reason})
    after = existing(connection, LivestockBatchMember, row_id)
    rules.hold(connection, LivestockBatchMember, before, after)


def members_on(connection: Connection, batch_id: UUID, on: date | None = None) -> list[UUID]:
    """Return the animals that were in a group on a day and on the farm (rule 8).

    An animal that was never moved has been in the group on its card since it came.
    """
    day = on or today()
    moves = LivestockBatchMember.__table__.alias("later")
    last = (
        select(func.max(moves.c.joined_on))
        .where(moves.c.animal_id == _ANIMALS.id, moves.c.joined_on <= day)
        .correlate(Livestock.__table__)
        .scalar_subquery()
    )
    there = (
        select(_MOVES.id)
        .where(
            _MOVES.animal_id == _ANIMALS.id, _MOVES.joined_on == last, _MOVES.batch_id == batch_id
        )
        .exists()
    )
    never = ~select(_MOVES.id).where(_MOVES.animal_id == _ANIMALS.id).exists()
    joined = select(_MOVES.animal_id).where(_MOVES.batch_id == batch_id)
    here = and_(
        or_(_ANIMALS.status.in_(HERE), _ANIMALS.left_on >= day),
        or_(_ANIMALS.birth_date.is_(None), _ANIMALS.birth_date <= day),
        or_(_ANIMALS.arrived_on.is_(None), _ANIMALS.arrived_on <= day),
    )
    query = select(_ANIMALS.id).where(
        # Only those that were ever in it are asked for, by the indexes.
        or_(_ANIMALS.batch_id == batch_id, _ANIMALS.id.in_(joined)),
        or_(there, and_(_ANIMALS.batch_id == batch_id, never)),
        here,
    )
    return list(connection.execute(query.order_by(_ANIMALS.tag_number, _ANIMALS.id)).scalars())
