"""One animal as its card shows it: facts, kin, weights, this lactation, and what happened."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, or_, select

from fluffydesk.actions.conventions import conventions
from fluffydesk.figures.dates import age_in_words
from fluffydesk.figures.milk import is_in_milk, lactation_yield
from fluffydesk.mirror.queries import one
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import MilkProductionLog, WeightLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.ui.fields.texts import quantity_text
from fluffydesk.ui.screens.reading.animal_events import Happening
from fluffydesk.ui.screens.reading.animals_kin import Number, Pedigree, numbers, pedigree
from fluffydesk.ui.screens.reading.animals_past import past_of
from fluffydesk.ui.screens.reading.milk import LONG_IN_MILK_DAYS, milk_of_animal

_ANIMALS = Livestock.__table__.c
_MILK = MilkProductionLog.__table__.c
_WEIGHTS = WeightLog.__table__.c
EVENTS = 400
_SESSIONS = (
    MilkingSession.MORNING,
    MilkingSession.NOON,
    MilkingSession.EVENING,
    MilkingSession.WHOLE_DAY,
)


@dataclass(frozen=True)
class Kin:
    """A relative that can be opened."""

    id: UUID
    relation: str
    name: str
    sex: Sex
    born: date | None


@dataclass(frozen=True)
class Card:
    """All that the card shows of one animal."""

    row: Row[Any]
    name: str
    age: str
    in_milk: bool
    days_in_milk: int | None
    lactation_kg: Decimal | None
    kin: tuple[Kin, ...]
    weights: tuple[tuple[date, Decimal], ...]
    milk: tuple[tuple[date, Decimal], ...]
    """This lactation's kg a day; today is left out, it may not be over."""
    happenings: tuple[Happening, ...]
    pedigree: Pedigree
    numbers: tuple[Number, ...]


def animal_card(connection: Connection, animal: UUID, on: date) -> Card | None:
    """Return the card of an animal on a day, or None if the animal is gone."""
    row = one(connection, Livestock, animal)
    if row is None:
        return None
    since = row.calved_on
    milk = milk_of_animal(connection, animal, since) if since is not None else []
    weights = connection.execute(
        select(_WEIGHTS.weighed_on, _WEIGHTS.weight_kg)
        .where(_WEIGHTS.animal_id == animal)
        .order_by(_WEIGHTS.weighed_on, _WEIGHTS.created_at)
    ).all()
    here = row.status in (LivestockStatus.ACTIVE, LivestockStatus.LOST)
    return Card(
        row=row,
        name=called(row.tag_number, row.name),
        age=age_in_words(row.birth_date, on if here else row.left_on or on),
        in_milk=here and is_in_milk(since, row.dried_off_on, on),
        days_in_milk=conventions(connection).days_in_milk(since, on),
        lactation_kg=_lactation(since, milk, on),
        kin=tuple(_kin(connection, row)),
        weights=tuple((weight[0], weight[1]) for weight in weights),
        milk=tuple((day, kg) for day, kg in milk if day < on),
        happenings=tuple(_happenings(connection, row)),
        pedigree=pedigree(connection, animal),
        numbers=numbers(connection, animal),
    )


def called(tag: str, name: str | None) -> str:
    """Return what an animal is called on a screen: `Bella · 214`, or its tag alone."""
    return f"{name} · {tag}" if name else tag


def _lactation(since: date | None, milk: list[tuple[date, Decimal]], on: date) -> Decimal | None:
    if since is None or not milk:
        return None
    last = min((on - since).days, LONG_IN_MILK_DAYS)
    return lactation_yield([((day - since).days, kg) for day, kg in milk], to_day=last)


def _kin(connection: Connection, row: Row[Any]) -> list[Kin]:
    columns = (
        _ANIMALS.id,
        _ANIMALS.tag_number,
        _ANIMALS.name,
        _ANIMALS.sex,
        _ANIMALS.birth_date,
        _ANIMALS.dam_id,
        _ANIMALS.sire_id,
    )
    parents = [key for key in (row.dam_id, row.sire_id) if key is not None]
    found = connection.execute(
        select(*columns)
        .where(or_(_ANIMALS.id.in_(parents), _ANIMALS.dam_id == row.id, _ANIMALS.sire_id == row.id))
        .order_by(_ANIMALS.birth_date.desc())
    ).all()
    kin = [
        Kin(
            one.id,
            _relation(row, one.id),
            called(one.tag_number, one.name),
            one.sex,
            one.birth_date,
        )
        for one in found
    ]
    order = ("Dam", "Sire", "Offspring")
    return sorted(kin, key=lambda one: order.index(one.relation))


def _relation(row: Row[Any], other: UUID) -> str:
    if other == row.dam_id:
        return "Dam"
    return "Sire" if other == row.sire_id else "Offspring"


def _happenings(connection: Connection, row: Row[Any]) -> list[Happening]:
    happenings = [
        *_milkings(connection, row.id),
        *_weighings(connection, row.id),
        *past_of(connection, row),
    ]
    return sorted(happenings, key=lambda one: one.on, reverse=True)[:EVENTS]


def _milkings(connection: Connection, animal: UUID) -> list[Happening]:
    """Return a line for each day with milk: the day's kg, then each session."""
    days: dict[date, dict[MilkingSession, Decimal]] = defaultdict(dict)
    notes: dict[date, list[str]] = defaultdict(list)
    for row in connection.execute(
        select(_MILK.milked_on, _MILK.session, _MILK.yield_kg, _MILK.notes)
        .where(_MILK.animal_id == animal)
        .order_by(_MILK.milked_on.desc())
        .limit(EVENTS * 3)
    ):
        days[row.milked_on][row.session] = row.yield_kg
        if row.notes:
            notes[row.milked_on].append(row.notes)
    lines = []
    for on, sessions in days.items():
        whole = sessions.get(MilkingSession.WHOLE_DAY)
        kg = whole if whole is not None else sum(sessions.values(), Decimal(0))
        parts = [
            f"{session.replace('_', ' ')} {quantity_text(sessions[session], 'kg', 1, unit=False)}"
            for session in _SESSIONS
            if session in sessions and len(sessions) > 1
        ]
        lines.append(
            Happening(
                on, "milk", f"{quantity_text(kg, 'kg', 1)} milk", ", ".join(parts + notes[on])
            )
        )
    return lines


def _weighings(connection: Connection, animal: UUID) -> list[Happening]:
    rows = connection.execute(
        select(_WEIGHTS.weighed_on, _WEIGHTS.weight_kg, _WEIGHTS.method, _WEIGHTS.notes)
        .where(_WEIGHTS.animal_id == animal)
        .order_by(_WEIGHTS.weighed_on.desc())
        .limit(EVENTS)
    )
    return [
        Happening(
            row.weighed_on,
            "weight",
            f"{quantity_text(row.weight_kg, 'kg', 1)} weighed",
            ", ".join(filter(None, (str(row.method), row.notes))),
        )
        for row in rows
    ]
