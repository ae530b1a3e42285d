"""Health as the screen shows it: who is withheld, courses, vaccinations due, episodes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, Table, and_, case, func, or_, select

from fluffydesk.actions.conventions import conventions
from fluffydesk.actions.rules.animals import HERE, day_of
from fluffydesk.actions.rules.drugs import head_of
from fluffydesk.actions.withdrawal import Held, all_held, still_here
from fluffydesk.figures.health import drawn, episodes
from fluffydesk.figures.withdrawal import (
    Food,
    doses_due,
    last_dose,
    planned_end,
    planned_last_dose,
)
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.farm_resources import StockUnit
from fluffydesk.records.enums.livestock import FlockStatus
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.livestock import Flock, Livestock, LivestockBatch
from fluffydesk.records.medical import HealthDiagnosis, HealthTreatment, VaccineLog
from fluffydesk.records.users import Profile
from fluffydesk.ui.screens.reading.animals import called
from fluffydesk.ui.screens.reading.firsts import Firsts, first_of

LOOK_BACK_DAYS = 365
DUE_WITHIN_DAYS = 30


@dataclass(frozen=True)
class Withheld:
    """An animal, flock or group, and until when each of its products is withheld."""

    id: UUID
    animal: UUID | None
    who: str
    kind: str
    drugs: str
    open: bool
    until: dict[Food, datetime]

    @property
    def last(self) -> datetime:
        """When all of it is free."""
        return max(self.until.values())


@dataclass(frozen=True)
class Course:
    """A treatment: how far the course is, and when it was given."""

    id: UUID
    animal: UUID | None
    who: str
    product: str
    reason: str
    lot: str
    given_at: datetime
    doses: int
    due: int
    """Doses due by now, where the course is not finished; 0 where it is."""
    next_at: datetime | None
    """When the next dose, or the last one that nobody wrote down, is due."""
    last_at: datetime | None
    void: str


@dataclass(frozen=True)
class Shot:
    """The newest vaccination of somebody against something, and when the next is due."""

    id: UUID
    who: str
    vaccine: str
    dose: int
    given_on: date
    due_on: date
    days: int
    """Days until it is due; negative where it is late."""


@dataclass(frozen=True)
class Episode:
    """One illness of one animal, flock or group: its treatments within the gap days."""

    id: UUID
    who: str
    reason: str
    first: date
    last: date
    treatments: int
    number: int
    """Which episode of the same illness it is."""


@dataclass(frozen=True)
class Given:
    """A line of the medicine book: a treatment or a vaccination, and what it took from where."""

    id: UUID
    is_vaccine: bool
    given_at: datetime
    who: str
    official_id: str
    head: int | None
    reason: str
    """Of a vaccination, what it is against."""
    product: str
    substance: str
    """Of a vaccine, its manufacturer."""
    supplier: str
    """Who the store's medicine comes from; empty where it came from no store."""
    lot: str
    lot_expires_on: date | None
    dose: Decimal | None
    dose_unit: str
    route: str
    doses: int
    last_at: datetime | None
    """The last dose; None while the course is not finished."""
    free_from: dict[Food, datetime]
    """When milk, meat and eggs are free; of a course not finished as planned, a dose a day."""
    given_by: str
    veterinarian: str
    prescription: str
    taken: Decimal | None
    """What it took from the store, in `taken_unit`; None where it came from no store."""
    taken_unit: str
    void: str


def medicine_given(connection: Connection, start: datetime, end: datetime) -> list[Given]:
    """Return the medicine book from `start` until before `end`: treatments and vaccinations.

    Oldest first; what was voided is among them, with its reason (rule 16).
    """
    found: list[Given] = []
    for record in (HealthTreatment, VaccineLog):
        table, items, people = record.__table__, FarmInventory.__table__, Profile.__table__
        query = (
            named(table)
            .add_columns(
                Livestock.__table__.c.official_id,
                items.c.supplier,
                items.c.unit.label("stock_unit"),
                people.c.full_name,
            )
            .join(items, items.c.id == table.c.item_id, isouter=True)
            .join(people, people.c.id == table.c.given_by, isouter=True)
            .where(table.c.given_at >= start, table.c.given_at < end)
        )
        found += [_given(connection, row) for row in connection.execute(query)]
    return sorted(found, key=lambda one: (one.given_at, one.id))


def _given(connection: Connection, row: Row[Any]) -> Given:
    said = row._mapping
    is_vaccine = "vaccine" in said
    doses = said.get("doses") or 1
    last = row.given_at if is_vaccine else last_dose(row.given_at, doses, row.last_dose_at)
    hours = {Food.MILK: row.milk_hours, Food.MEAT: row.meat_hours, Food.EGGS: row.egg_hours}
    void = said.get("void_reason") or ""
    head = head_of(connection, row)
    taken = None
    if row.item_id is not None and row.stock_unit is not None and row.dose and head:
        taken = Decimal(0) if void else drawn(row.dose, row.dose_unit, row.stock_unit, doses, head)
    unit = "pieces" if row.stock_unit is StockUnit.COUNT else str(row.stock_unit or "")
    return Given(
        id=row.id,
        is_vaccine=is_vaccine,
        given_at=row.given_at,
        who=who_is(row),
        official_id=row.official_id or "",
        head=head,
        reason=(said["disease"] if is_vaccine else said["reason"]) or "",
        product=said["vaccine"] if is_vaccine else said["product"],
        substance=(said["manufacturer"] if is_vaccine else said["substance"]) or "",
        supplier=row.supplier or "",
        lot=row.lot or "",
        lot_expires_on=row.lot_expires_on,
        dose=row.dose,
        dose_unit=str(row.dose_unit),
        route=str(row.route),
        doses=doses,
        last_at=last,
        free_from={
            food: planned_end(row.given_at, doses, last, period, _between(row))
            for food, period in hours.items()
            if period and not void
        },
        given_by=row.full_name or "",
        veterinarian=row.veterinarian or "",
        prescription=said.get("prescription_number") or "",
        taken=taken,
        taken_unit=unit if taken is not None else "",
        void=void,
    )


def withheld_now(connection: Connection, at: datetime) -> list[Withheld]:
    """Return everybody here with a withdrawal running, the latest to be free last (rule 11)."""
    found: dict[tuple[UUID | None, ...], list[Held]] = defaultdict(list)
    for food in Food:
        for one in still_here(connection, all_held(connection, food, at), day_of(connection, at)):
            found[(one.animal_id, one.flock_id, None if one.animal_id else one.batch_id)].append(
                one
            )
    rows = [_withheld(held) for held in found.values()]
    return sorted(rows, key=lambda row: (row.open, row.last, row.who))


def courses(connection: Connection, at: datetime, most: int | None = None) -> Firsts[Course]:
    """Return the treatments of a year and every course with doses to come: these first.

    Then the newest first; with `most`, no more than so many.
    """
    given, animals, flocks = (one.__table__.c for one in (HealthTreatment, Livestock, Flock))
    # No dose is due any more of whom has left the farm.
    left = func.coalesce(animals.status.not_in(HERE), False) | func.coalesce(
        flocks.status == FlockStatus.DEPLETED, False
    )
    unfinished = and_(given.doses > 1, given.last_dose_at.is_(None), given.void_reason.is_(None))
    since = at - timedelta(days=LOOK_BACK_DAYS)
    query = (
        named(HealthTreatment.__table__)
        .add_columns(left.label("has_left"))
        .where(or_(unfinished, given.given_at >= since))
        .order_by(case((unfinished & ~left, 0), else_=1), given.given_at.desc(), given.id.desc())
    )
    return first_of(connection, query, partial(_course, at=at), most)


def vaccinations_due(connection: Connection, on: date) -> list[Shot]:
    """Return the doses that are due within 30 days or late, each once, the latest first.

    Due is what the newest vaccination of an animal, flock or group says: one that was given
    takes the place of what was due before (rule 18).
    """
    shots = VaccineLog.__table__
    who = (shots.c.animal_id, shots.c.flock_id, shots.c.batch_id, shots.c.vaccine)
    newest = (
        select(
            shots.c.id,
            func.row_number()
            .over(partition_by=who, order_by=(shots.c.given_at.desc(), shots.c.id.desc()))
            .label("place"),
        )
    ).subquery()
    here = Livestock.__table__.c.status.in_(HERE)
    rows = connection.execute(
        named(shots)
        .join(newest, newest.c.id == shots.c.id)
        .where(
            newest.c.place == 1,
            shots.c.next_due_on <= on + timedelta(days=DUE_WITHIN_DAYS),
            or_(shots.c.animal_id.is_(None), here),
            or_(shots.c.flock_id.is_(None), Flock.__table__.c.status == FlockStatus.ACTIVE),
            or_(shots.c.batch_id.is_(None), LivestockBatch.__table__.c.status == Status.ACTIVE),
        )
        .order_by(shots.c.next_due_on)
    )
    return [
        Shot(
            id=row.id,
            who=who_is(row),
            vaccine=row.vaccine,
            dose=row.dose_number + 1,
            given_on=day_of(connection, row.given_at),
            due_on=row.next_due_on,
            days=(row.next_due_on - on).days,
        )
        for row in rows
    ]


def illnesses(connection: Connection, at: datetime) -> list[Episode]:
    """Return the episodes of a year, newest first: what was found or treated, close together.

    How close is a setting of the organization: `episode_gap_days`.
    """
    gap_days = conventions(connection).episode_gap_days
    given = HealthTreatment.__table__
    since = at - timedelta(days=LOOK_BACK_DAYS)
    found: dict[tuple[Any, ...], list[tuple[tuple[date, date], Row[Any]]]] = defaultdict(list)
    query = named(given).where(given.c.void_reason.is_(None), given.c.given_at >= since)
    for row in connection.execute(query.order_by(given.c.given_at)):
        key = (row.animal_id, row.flock_id, row.batch_id, row.reason.strip().casefold())
        found[key].append((_span(connection, row), row))
    made = HealthDiagnosis.__table__
    for row in connection.execute(named(made).where(made.c.seen_on >= since.date())):
        key = (row.animal_id, row.flock_id, row.batch_id, row.condition.strip().casefold())
        found[key].append(((row.seen_on, row.recovered_on or row.seen_on), row))
    rows: list[Episode] = []
    for seen in found.values():
        spans = sorted(seen, key=lambda one: one[0])
        for number, (first, last) in enumerate(episodes([s for s, _ in spans], gap_days), 1):
            inside = [row for span, row in spans if first <= span[0] <= last]
            row = inside[0]
            courses = [one for one in inside if "product" in one._mapping]
            reason = row.reason if row in courses else row.condition
            rows.append(Episode(row.id, who_is(row), reason, first, last, len(courses), number))
    return sorted(rows, key=lambda row: (row.last, row.who), reverse=True)


def _span(connection: Connection, row: Row[Any]) -> tuple[date, date]:
    last = last_dose(row.given_at, row.doses, row.last_dose_at)
    ends = last or planned_last_dose(row.given_at, row.doses, _between(row))
    return day_of(connection, row.given_at), day_of(connection, ends)


def _between(row: Row[Any]) -> int:
    return int(row._mapping.get("hours_between") or 24)


def _withheld(held: list[Held]) -> Withheld:
    one = held[0]
    until: dict[Food, datetime] = {}
    for each in held:
        until[each.food] = max(until.get(each.food, each.until), each.until)
    key = one.animal_id or one.flock_id or one.batch_id
    assert key is not None
    kind = "Animal" if one.animal_id else "Flock" if one.flock_id else "Group"
    drugs = ", ".join(sorted({each.product for each in held}))
    return Withheld(key, one.animal_id, one.name, kind, drugs, any(e.open for e in held), until)


def named(table: Table) -> Select[Any]:
    """Select a table of what was found or given with the names of whose it is."""
    animals, flocks, groups = Livestock.__table__, Flock.__table__, LivestockBatch.__table__
    return (
        select(
            table,
            animals.c.tag_number,
            animals.c.name.label("animal_name"),
            flocks.c.name.label("flock_name"),
            groups.c.name.label("group_name"),
        )
        .join(animals, animals.c.id == table.c.animal_id, isouter=True)
        .join(flocks, flocks.c.id == table.c.flock_id, isouter=True)
        .join(groups, groups.c.id == table.c.batch_id, isouter=True)
    )


def who_is(row: Row[Any]) -> str:
    if row.animal_id is not None:
        return called(row.tag_number or "An animal", row.animal_name)
    return str(row.flock_name or row.group_name or "A group")


def _course(row: Row[Any], at: datetime) -> Course:
    last = last_dose(row.given_at, row.doses, row.last_dose_at)
    is_open = last is None and not row.void_reason and not row.has_left
    between = _between(row)
    due = doses_due(row.given_at, row.doses, at, between) if is_open else 0
    next_at = planned_last_dose(row.given_at, min(due + 1, row.doses), between)
    return Course(
        id=row.id,
        animal=row.animal_id,
        who=who_is(row),
        product=row.product,
        reason=row.reason,
        lot=row.lot or "",
        given_at=row.given_at,
        doses=row.doses,
        due=due,
        next_at=next_at if is_open else None,
        last_at=last,
        void=row.void_reason or "",
    )
