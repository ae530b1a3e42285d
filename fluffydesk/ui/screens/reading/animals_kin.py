"""An animal's pedigree of four generations with its inbreeding, and the numbers it carried."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, select

from fluffydesk.figures.pedigree import (
    Parents,
    ancestors,
    inbreeding_coefficient,
    pedigree_completeness,
)
from fluffydesk.records.livestock import Livestock, LivestockIdentifier

GENERATIONS = 4
_DEEPEST = 12
"""Inbreeding looks further back than is shown: so many generations, where they are known."""
_ANIMALS = Livestock.__table__.c
_IDENTIFIERS = LivestockIdentifier.__table__.c


@dataclass(frozen=True)
class Ancestor:
    """One place in a pedigree that is known."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Pedigree:
    """The ancestors by generation (2, 4, 8, 16 places, sires first), and what follows from them.

    `inbreeding` is from 0 to 1, None where a parent is not known; `complete` in percent.
    """

    rows: tuple[tuple[Ancestor | None, ...], ...]
    inbreeding: Decimal | None
    complete: Decimal | None


@dataclass(frozen=True)
class Number:
    """A number that an animal carries, or carried until `ended_on`."""

    kind: str
    value: str
    given_on: date | None
    ended_on: date | None
    reason: str


def pedigree(connection: Connection, animal: UUID) -> Pedigree:
    """Return an animal's pedigree: one question a generation."""
    parents: dict[Hashable, Parents] = {}
    names: dict[UUID, str] = {}
    asked = {animal}
    for _ in range(_DEEPEST + 1):
        rows = connection.execute(
            select(
                _ANIMALS.id,
                _ANIMALS.tag_number,
                _ANIMALS.name,
                _ANIMALS.sire_id,
                _ANIMALS.dam_id,
            ).where(_ANIMALS.id.in_(list(asked)))
        ).all()
        for row in rows:
            parents[row.id] = (row.sire_id, row.dam_id)
            names[row.id] = f"{row.name} · {row.tag_number}" if row.name else row.tag_number
        found = {one for row in rows for one in (row.sire_id, row.dam_id) if one is not None}
        asked = {one for one in found if one not in parents}
        if not asked:
            break
    shown = tuple(
        tuple(
            Ancestor(one, names[one]) if isinstance(one, UUID) and one in names else None
            for one in row
        )
        for row in ancestors(animal, parents, GENERATIONS)
    )
    return Pedigree(
        shown,
        inbreeding_coefficient(animal, parents),
        pedigree_completeness(animal, parents, GENERATIONS),
    )


def numbers(connection: Connection, animal: UUID) -> tuple[Number, ...]:
    """Return what an animal carries and carried: those in use first, then the latest ended."""
    rows = connection.execute(
        select(LivestockIdentifier.__table__).where(_IDENTIFIERS.animal_id == animal)
    ).all()
    found = [
        Number(str(row.kind), row.value, row.given_on, row.ended_on, row.reason or "")
        for row in rows
    ]
    used = sorted((one for one in found if one.ended_on is None), key=lambda one: one.kind)
    ended = [one for one in found if one.ended_on is not None]
    return (*used, *sorted(ended, key=lambda one: one.ended_on or date.min, reverse=True))
