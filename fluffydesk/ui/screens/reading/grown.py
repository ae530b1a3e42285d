"""Animals of a period as its figures need them: gains, weaning weights, inbreeding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, select

from fluffydesk.figures.growth import adjusted_205_day_weight, daily_gain
from fluffydesk.figures.milk import mean
from fluffydesk.figures.pedigree import Parents, inbreeding_coefficient
from fluffydesk.records.farm import WeightLog
from fluffydesk.records.livestock import Livestock, LivestockSpecies

_ANIMALS = Livestock.__table__.c
_WEIGHTS = WeightLog.__table__.c
_WEANED = 205
_DEEPEST = 12
_AT_ONCE = 500


class Gained(NamedTuple):
    """An animal weighed in a period: its first and last weight, and the kg a day between."""

    animal: UUID
    tag: str
    name: str
    first_on: date
    first_kg: Decimal
    last_on: date
    last_kg: Decimal
    gain: Decimal | None


def gained(connection: Connection, first: date, last: date) -> list[Gained]:
    """Return each animal weighed in a period."""
    weights: dict[UUID, list[tuple[date, Decimal]]] = defaultdict(list)
    names: dict[UUID, tuple[str, str]] = {}
    for row in connection.execute(
        select(
            _WEIGHTS.animal_id,
            _WEIGHTS.weighed_on,
            _WEIGHTS.weight_kg,
            _ANIMALS.tag_number,
            _ANIMALS.name,
        )
        .join(Livestock.__table__, _ANIMALS.id == _WEIGHTS.animal_id)
        .where(_WEIGHTS.weighed_on.between(first, last))
        .order_by(_WEIGHTS.weighed_on, _WEIGHTS.created_at)
    ):
        weights[row.animal_id].append((row.weighed_on, row.weight_kg))
        names[row.animal_id] = (row.tag_number, row.name or "")
    found = []
    for animal, days in weights.items():
        (first_on, first_kg), (last_on, last_kg) = days[0], days[-1]
        gain = daily_gain(first_kg, first_on, last_kg, last_on)
        found.append(Gained(animal, *names[animal], first_on, first_kg, last_on, last_kg, gain))
    return found


def mean_gain(found: list[Gained]) -> Decimal | None:
    """Return the mean daily gain in kg of the animals weighed twice; None without one."""
    return mean(one.gain for one in found if one.gain is not None)


def weaning_weight(connection: Connection, first: date, last: date) -> Decimal | None:
    """Return the mean adjusted 205-day weight of the calves weighed in a period.

    Of each the weight nearest to day 205, where its birth weight was written down.
    """
    species = LivestockSpecies.__table__.c
    born = WeightLog.__table__.alias("born")
    rows = connection.execute(
        select(
            _WEIGHTS.animal_id,
            _WEIGHTS.weighed_on,
            _WEIGHTS.weight_kg,
            _ANIMALS.birth_date,
            born.c.weight_kg.label("birth_kg"),
        )
        .join(Livestock.__table__, _ANIMALS.id == _WEIGHTS.animal_id)
        .join(LivestockSpecies.__table__, species.id == _ANIMALS.species_id)
        .join(
            born,
            (born.c.animal_id == _WEIGHTS.animal_id) & (born.c.weighed_on == _ANIMALS.birth_date),
        )
        .where(_WEIGHTS.weighed_on.between(first, last), species.code == "cattle")
    )
    nearest: dict[UUID, tuple[int, Decimal]] = {}
    for row in rows:
        age = (row.weighed_on - row.birth_date).days
        weight = adjusted_205_day_weight(row.birth_kg, row.weight_kg, age)
        away = abs(age - _WEANED)
        known = nearest.get(row.animal_id)
        if weight is not None and (known is None or away < known[0]):
            nearest[row.animal_id] = (away, weight)
    return mean(weight for _, weight in nearest.values())


def mean_inbreeding(connection: Connection, first: date, last: date) -> Decimal | None:
    """Return the mean coefficient, in %, of the animals born in a period with known parents."""
    born = connection.execute(
        select(_ANIMALS.id).where(
            _ANIMALS.birth_date.between(first, last),
            _ANIMALS.sire_id.is_not(None),
            _ANIMALS.dam_id.is_not(None),
        )
    ).scalars()
    asked = set(born)
    young = tuple(asked)
    parents: dict[Hashable, Parents] = {}
    for _ in range(_DEEPEST + 1):
        found: set[UUID] = set()
        wanted = sorted(asked)
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            for row in connection.execute(
                select(_ANIMALS.id, _ANIMALS.sire_id, _ANIMALS.dam_id).where(_ANIMALS.id.in_(some))
            ):
                parents[row.id] = (row.sire_id, row.dam_id)
                found |= {one for one in (row.sire_id, row.dam_id) if one is not None}
        asked = found - parents.keys()
        if not asked:
            break
    values = (inbreeding_coefficient(one, parents) for one in young)
    return mean(100 * value for value in values if value is not None)
