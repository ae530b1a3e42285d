"""Rules of groups: dated rows that do not overlap say which group an animal is in (rule 8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from fluffydesk.actions.rules.animals import day_of, must_be_here, write_beside
from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.errors import InvalidValue
from fluffydesk.records.livestock import Livestock, LivestockBatchMember
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record

_MOVES = LivestockBatchMember.__table__.c


def _group(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A change of group leaves a dated row, whichever way it was made (rule 8)."""
    if before is None or after is None or before.batch_id == after.batch_id:
        return
    last = connection.execute(
        select(_MOVES.id, _MOVES.batch_id, _MOVES.joined_on)
        .where(_MOVES.animal_id == after.id)
        .order_by(_MOVES.joined_on.desc())
        .limit(1)
    ).first()
    if last is not None and last.batch_id == after.batch_id:
        return
    if last is None:
        _keep_former(connection, after, before.batch_id, today())
    if last is not None and last.joined_on >= today():
        table = LivestockBatchMember.__table__
        connection.execute(
            table.update().where(table.c.id == last.id).values(batch_id=after.batch_id)
        )
    else:
        _write_move(connection, after, after.batch_id, today())


def _keep_former(connection: Connection, animal: Row[Any], batch: UUID | None, until: date) -> None:
    """Date the group an animal was in before its first move, from when it came."""
    since = animal.arrived_on or animal.birth_date
    if since is None:  # nobody said: it was there when its card was made, or the day before
        since = min(day_of(connection, animal.created_at), until - timedelta(days=1))
    if batch is not None and since < until:
        _write_move(connection, animal, batch, since)


def _write_move(connection: Connection, animal: Row[Any], batch: UUID | None, on: date) -> None:
    values = {"animal_id": animal.id, "batch_id": batch, "joined_on": on}
    write_beside(connection, LivestockBatchMember, animal, values)


def _move(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """One move a day while the animal is here; its card names the group of the last (rule 8)."""
    rows = [row for row in (before, after) if row is not None]
    for key in {row.animal_id for row in rows}:
        animal = row_of(connection, Livestock, key)
        if animal is None:
            continue
        if after is not None and after.animal_id == key:
            must_be_here(animal, after.joined_on, "joined_on")
            _once_a_day(connection, after, animal)
            moves = select(func.count()).where(_MOVES.animal_id == key)
            if before is None and connection.execute(moves).scalar_one() == 1:
                _keep_former(connection, animal, animal.batch_id, after.joined_on)
        last = connection.execute(
            select(_MOVES.batch_id)
            .where(_MOVES.animal_id == key)
            .order_by(_MOVES.joined_on.desc())
            .limit(1)
        ).first()
        if last is not None and last.batch_id != animal.batch_id:
            table = Livestock.__table__
            connection.execute(
                table.update().where(table.c.id == key).values(batch_id=last.batch_id)
            )


def _once_a_day(connection: Connection, move: Row[Any], animal: Row[Any]) -> None:
    same = select(_MOVES.id).where(
        _MOVES.animal_id == move.animal_id,
        _MOVES.joined_on == move.joined_on,
        _MOVES.id != move.id,
    )
    if connection.execute(same.limit(1)).first() is not None:
        raise InvalidValue(
            f"{animal.name or animal.tag_number} was moved on {move.joined_on:%d %B %Y} already.",
            "Correct that move instead.",
            field="joined_on",
        )


RULES: dict[type[Record], tuple[Rule, ...]] = {
    Livestock: (_group,),
    LivestockBatchMember: (_move,),
}
