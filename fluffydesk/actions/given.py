"""What was given that withholds milk, meat or eggs, and whom it went to: read for the guard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    and_,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from fluffydesk.figures.withdrawal import Food, last_dose, planned_end
from fluffydesk.records.livestock import (
    Flock,
    Livestock,
    LivestockBatch,
    LivestockBatchMember,
    PoultryBatch,
)
from fluffydesk.records.medical import HealthTreatment, VaccineLog
from fluffydesk.records.types import to_microseconds

_HOURS = {Food.MILK: "milk_hours", Food.MEAT: "meat_hours", Food.EGGS: "egg_hours"}
_HOUR = 3_600_000_000
"""As moments are stored, in microseconds."""
_LONGEST = timedelta(days=366)
_Move = tuple[date, UUID | None, datetime | None]
"""From which day an animal was in which group, and when that was written down."""


class Given:
    """What withholds a product at any time from `first` to `last`, with names, groups and moves.

    All is read once, what few questions need only when it is asked for.
    """

    def __init__(
        self, connection: Connection, food: Food, first: datetime, last: datetime, zone: ZoneInfo
    ) -> None:
        self._connection, self.zone = connection, zone
        self.names = Names(connection)
        self._courses = list(_courses(connection, food, first, last))

    def between(self, on: datetime, through: datetime) -> Iterator[tuple[Any, bool]]:
        """Yield each course that withholds it in that part, with whether it is a vaccination."""
        recent = on - _LONGEST
        for row, is_vaccine in self._courses:
            unfinished = row.doses > 1 and row.last_dose_at is None
            newest = max(row.given_at, row.last_dose_at or row.given_at)
            if row.given_at > through or not (unfinished or newest >= recent):
                continue
            if _is_open(row) or until_of(row) > on:
                yield row, is_vaccine

    @cached_property
    def moves(self) -> Moves:
        return Moves(self._connection, self.zone)

    @cached_property
    def flights(self) -> list[Row[Any]]:
        """Return the moves of birds from flock to flock, oldest first."""
        moves = PoultryBatch.__table__.c
        query = select(moves.placed_on, moves.from_flock_id, moves.flock_id)
        moved = query.where(moves.from_flock_id.is_not(None)).order_by(moves.placed_on)
        return list(self._connection.execute(moved))


class Moves:
    """Who was in which group when; an animal without moves is in the group on its card."""

    def __init__(self, connection: Connection, zone: ZoneInfo) -> None:
        self._zone = zone
        moves = LivestockBatchMember.__table__
        self._moves: dict[UUID, list[_Move]] = {}
        for row in connection.execute(
            select(
                moves.c.animal_id, moves.c.joined_on, moves.c.batch_id, moves.c.created_at
            ).order_by(moves.c.joined_on)
        ):
            move = (row.joined_on, row.batch_id, row.created_at)
            self._moves.setdefault(row.animal_id, []).append(move)
        animals = Livestock.__table__.c
        self._animals = connection.execute(
            select(
                animals.id,
                animals.batch_id,
                animals.birth_date,
                animals.arrived_on,
                animals.left_on,
            )
        ).all()

    def members(self, batch: UUID, at: datetime) -> set[UUID]:
        """Return who was in a group on the day of `at`.

        Who was moved out on that very day, and not before `at` for all we know, was in it: what
        the group got at milking is in the cow that moved at noon.
        """
        on = at.astimezone(self._zone).date()
        found = set()
        for animal in self._animals:
            first = max(filter(None, (animal.birth_date, animal.arrived_on)), default=on)
            if first > on or (animal.left_on is not None and animal.left_on < on):
                continue
            moves = self._moves.get(animal.id)
            where = animal.batch_id
            if moves is not None:
                past = [move for move in moves if move[0] <= on]
                where = past[-1][1] if past else None
                if len(past) > 1 and past[-2][1] == batch and not _was_before(past[-1], on, at):
                    where = batch
            if where == batch:
                found.add(animal.id)
        return found


def _was_before(move: _Move, on: date, at: datetime) -> bool:
    """Say whether a move was surely made before a moment of the day `on`."""
    day, _, written = move
    return day < on or (written is not None and written <= at)


class Names:
    """What animals, flocks and groups are called."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[UUID, str] = {}

    def of(self, row: Row[Any], animal: UUID | None) -> str:
        if animal is not None:
            found = self._of(Livestock.__table__, animal, ("tag_number", "name"))
        elif row.flock_id is not None:
            found = self.flock(row.flock_id)
        else:
            found = self._of(LivestockBatch.__table__, row.batch_id, ("name",))
        return found

    def flock(self, flock: UUID) -> str:
        return self._of(Flock.__table__, flock, ("name",))

    def _of(self, table: Any, row_id: UUID, columns: tuple[str, ...]) -> str:
        if row_id not in self._known:
            wanted = [table.c[name] for name in columns]
            row = self._connection.execute(select(*wanted).where(table.c.id == row_id)).first()
            parts = [] if row is None else [str(part) for part in row if part]
            self._known[row_id] = " ".join(parts) or "An animal"
        return self._known[row_id]


def _courses(
    connection: Connection, food: Food, on: datetime, through: datetime
) -> Iterator[tuple[Any, bool]]:
    """Return each course that withholds the product, with whether it is a vaccination."""
    given, shots = HealthTreatment.__table__.c, VaccineLog.__table__.c
    recent = on - _LONGEST
    unfinished = and_(given.doses > 1, given.last_dose_at.is_(None))
    hours = given[_HOURS[food]]
    query = select(
        *(given.id, given.animal_id, given.flock_id, given.batch_id, given.given_at),
        *(given.product, given.doses, given.last_dose_at, given.hours_between),
        hours.label("hours"),
    ).where(
        hours > 0,
        given.void_reason.is_(None),
        given.given_at <= through,
        or_(unfinished, given.last_dose_at >= recent, given.given_at >= recent),
        # Most of a year's courses ended long ago: they are not even read.
        or_(
            and_(given.doses != 1, given.last_dose_at.is_(None)),
            _ends(func.coalesce(given.last_dose_at, given.given_at), hours) > to_microseconds(on),
        ),
    )
    for row in connection.execute(query):
        yield row, False
    hours = shots[_HOURS[food]]
    query = select(
        *(shots.id, shots.animal_id, shots.flock_id, shots.batch_id, shots.given_at),
        *(shots.vaccine.label("product"), literal(1).label("doses")),
        *(shots.given_at.label("last_dose_at"), literal(24).label("hours_between")),
        hours.label("hours"),
    ).where(
        hours > 0,
        shots.given_at <= through,
        shots.given_at >= recent,
        _ends(shots.given_at, hours) > to_microseconds(on),
    )
    for row in connection.execute(query):
        yield row, True


def _ends(moment: ColumnElement[Any], hours: ColumnElement[int]) -> ColumnElement[int]:
    return type_coerce(moment, BigInteger) + hours * _HOUR


def _is_open(row: Any) -> bool:
    return last_dose(row.given_at, row.doses, row.last_dose_at) is None


def until_of(row: Any) -> datetime:
    """Return until when a course withholds; an unfinished one as it is planned."""
    between = row.hours_between or 24
    return planned_end(row.given_at, row.doses, row.last_dose_at, row.hours, between)
