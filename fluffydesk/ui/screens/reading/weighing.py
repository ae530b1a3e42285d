"""Weighing as its screen shows it: an animal's last weight, and the weights of one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, func, select

from fluffydesk.figures.growth import daily_gain, weight_doubt
from fluffydesk.records.farm import WeightLog
from fluffydesk.records.livestock import Livestock

_WEIGHTS = WeightLog.__table__.c
_ANIMALS = Livestock.__table__.c


@dataclass(frozen=True)
class Before:
    """What an animal weighed last before a day, and what it weighs on it already."""

    kg: Decimal | None
    on: date | None
    already: Decimal | None


@dataclass(frozen=True)
class WeightRow:
    """A weight of the day, with what it was before: `id` is that of the weighing."""

    id: UUID
    animal_id: UUID
    tag: str
    name: str
    kg: Decimal
    last_kg: Decimal | None
    days: int | None
    gain: Decimal | None
    """kg a day."""
    doubt: str
    """"high" or "low" where the weight is not plausible after the last one; else empty."""


@dataclass(frozen=True)
class Session:
    """The weights of a day, the last one first."""

    on: date
    rows: tuple[WeightRow, ...]

    @property
    def mean(self) -> Decimal | None:
        known = [row.kg for row in self.rows]
        return sum(known, Decimal(0)) / len(known) if known else None

    @property
    def gain(self) -> Decimal | None:
        """The mean of the daily gains, of those that were weighed before."""
        known = [row.gain for row in self.rows if row.gain is not None]
        return sum(known, Decimal(0)) / len(known) if known else None


def before(connection: Connection, animal: UUID, on: date) -> Before:
    """Return an animal's last weight before a day, and that of the day."""
    rows = connection.execute(
        select(_WEIGHTS.weighed_on, _WEIGHTS.weight_kg)
        .where(_WEIGHTS.animal_id == animal, _WEIGHTS.weighed_on <= on)
        .order_by(_WEIGHTS.weighed_on.desc(), _WEIGHTS.id.desc())
        .limit(20)
    ).all()
    last = next((row for row in rows if row.weighed_on < on), None)
    already = next((row.weight_kg for row in rows if row.weighed_on == on), None)
    return Before(
        None if last is None else last.weight_kg, None if last is None else last.weighed_on, already
    )


def weighed_on(connection: Connection, on: date) -> Session:
    """Return the weights of a day."""
    last = WeightLog.__table__.alias()
    last_on = (
        select(func.max(last.c.weighed_on))
        .where(last.c.animal_id == _WEIGHTS.animal_id, last.c.weighed_on < on)
        .correlate(WeightLog.__table__)
        .scalar_subquery()
    )
    found = connection.execute(
        select(
            _WEIGHTS.id,
            _WEIGHTS.animal_id,
            _WEIGHTS.weight_kg,
            _ANIMALS.tag_number,
            _ANIMALS.name,
            last_on.label("last_on"),
        )
        .join(Livestock.__table__, _ANIMALS.id == _WEIGHTS.animal_id)
        .where(_WEIGHTS.weighed_on == on)
        .order_by(_WEIGHTS.id.desc())
    ).all()
    kgs = {
        (row.animal_id, row.weighed_on): row.weight_kg
        for row in connection.execute(
            select(_WEIGHTS.animal_id, _WEIGHTS.weighed_on, _WEIGHTS.weight_kg).where(
                _WEIGHTS.weighed_on.in_({row.last_on for row in found if row.last_on is not None})
            )
        )
    }
    rows = []
    for row in found:
        last_kg = kgs.get((row.animal_id, row.last_on))
        days = None if row.last_on is None else (on - row.last_on).days
        gain = None if last_kg is None else daily_gain(last_kg, row.last_on, row.weight_kg, on)
        rows.append(
            WeightRow(
                id=row.id,
                animal_id=row.animal_id,
                tag=row.tag_number,
                name=row.name or "",
                kg=row.weight_kg,
                last_kg=last_kg,
                days=days,
                gain=gain,
                doubt=weight_doubt(last_kg, days, row.weight_kg),
            )
        )
    return Session(on, tuple(rows))
