"""What happened to an animal besides milk and weights: services, births, cures, moves, numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.rules.animals import day_of
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums.breeding import BreedingOutcome
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import LambingRecord, WoolMilkProductionLog
from fluffydesk.records.livestock import (
    Livestock,
    LivestockBatch,
    LivestockBatchMember,
    LivestockIdentifier,
)
from fluffydesk.records.medical import HealthDiagnosis, HealthTreatment, VaccineLog
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.fields.texts import quantity_text, words
from fluffydesk.ui.screens.reading.animal_events import Happening

_ANIMALS = Livestock.__table__.c


def past_of(connection: Connection, row: Row[Any]) -> Iterator[Happening]:
    """Yield what is on record of an animal beside milkings and weighings, in no order."""
    yield from _life(row)
    yield from _services(connection, row.id)
    yield from _births(connection, row.id)
    yield from _cures(connection, row.id)
    yield from _moves(connection, row.id)
    yield from _numbers(connection, row.id)
    yield from _yields(connection, row.id)


def _life(row: Row[Any]) -> Iterator[Happening]:
    left = {
        LivestockStatus.DEAD: "Died",
        LivestockStatus.SOLD: "Sold",
        LivestockStatus.SLAUGHTERED: "Slaughtered",
    }.get(row.status, "Left")
    calved = f"Calved, parity {row.parity}" if row.parity else "Calved"
    dates = (
        (row.birth_date, "Born", ""),
        (row.arrived_on, "Arrived", f"from {row.came_from}" if row.came_from else ""),
        (row.calved_on, calved, ""),
        (row.dried_off_on, "Dried off", ""),
        (
            row.left_on,
            left,
            _joined(f"to {row.went_to}" if row.went_to else "", row.left_reason),
        ),
    )
    for on, title, more in dates:
        if on is not None:
            yield Happening(on, "life", title, more)


def _services(connection: Connection, animal: UUID) -> Iterator[Happening]:
    table = BreedingRecord.__table__.c
    query = select(BreedingRecord.__table__).where(
        (table.female_id == animal) | (table.male_id == animal)
    )
    for one in connection.execute(query):
        mate = one.male_id if one.female_id == animal else one.female_id
        by = _name(connection, mate) or one.sire_name or ""
        method = str(one.method).replace("_", " ")
        yield Happening(
            one.served_on, "breeding", "Served", _joined(f"with {by}" if by else "", method)
        )
        if one.female_id != animal:
            continue
        if one.checked_on is not None and one.check_result is not None:
            found = str(one.check_result).replace("_", " ")
            yield Happening(one.checked_on, "breeding", f"Checked: {found}", "")
        if one.ended_on is not None and one.outcome != BreedingOutcome.AWAITED:
            became = str(one.outcome).replace("_", " ")
            yield Happening(one.ended_on, "breeding", became.capitalize(), one.notes or "")


def _births(connection: Connection, animal: UUID) -> Iterator[Happening]:
    for one in _rows(connection, LambingRecord, "dam_id", animal):
        dead = f", {one.stillborn} stillborn" if one.stillborn else ""
        yield Happening(
            one.lambed_on, "breeding", f"Gave birth: {one.born_alive} alive{dead}", one.notes or ""
        )
    query = select(_ANIMALS.birth_date, _ANIMALS.tag_number, _ANIMALS.name, _ANIMALS.sex).where(
        _ANIMALS.dam_id == animal, _ANIMALS.birth_date.is_not(None)
    )
    for young in connection.execute(query):
        called = f"{young.name} · {young.tag_number}" if young.name else young.tag_number
        yield Happening(young.birth_date, "breeding", "Young born", f"{called}, {young.sex}")


def _cures(connection: Connection, animal: UUID) -> Iterator[Happening]:
    for one in _rows(connection, HealthDiagnosis, "animal_id", animal):
        severity = words(one.severity).lower() if one.severity else ""
        found = _joined(severity, one.site, one.notes)
        yield Happening(one.seen_on, "health", f"Diagnosed: {one.condition}", found)
        if one.recovered_on is not None:
            yield Happening(one.recovered_on, "health", f"Recovered: {one.condition}", "")
    for one in _rows(connection, HealthTreatment, "animal_id", animal):
        if one.void_reason:
            continue
        course = f"{one.doses} doses" if one.doses > 1 else ""
        yield Happening(
            day_of(connection, one.given_at),
            "health",
            f"Treated: {one.product}",
            _joined(one.reason, course, one.outcome),
        )
    for one in _rows(connection, VaccineLog, "animal_id", animal):
        against = f"against {one.disease}" if one.disease else ""
        yield Happening(
            day_of(connection, one.given_at),
            "health",
            f"Vaccinated: {one.vaccine}",
            _joined(against, f"dose {one.dose_number}"),
        )


def _moves(connection: Connection, animal: UUID) -> Iterator[Happening]:
    groups = LivestockBatch.__table__
    moves = LivestockBatchMember.__table__
    query = (
        select(moves.c.joined_on, moves.c.reason, groups.c.name)
        .select_from(moves.outerjoin(groups, groups.c.id == moves.c.batch_id))
        .where(moves.c.animal_id == animal)
    )
    for one in connection.execute(query):
        title = f"Moved to {one.name}" if one.name else "Taken out of its group"
        yield Happening(one.joined_on, "group", title, one.reason or "")


def _numbers(connection: Connection, animal: UUID) -> Iterator[Happening]:
    for one in _rows(connection, LivestockIdentifier, "animal_id", animal):
        if one.given_on is not None:
            yield Happening(one.given_on, "number", f"Tagged {one.value}", str(one.kind))
        if one.ended_on is not None:
            yield Happening(one.ended_on, "number", f"{one.value} ended", one.reason or "")


def _yields(connection: Connection, animal: UUID) -> Iterator[Happening]:
    for one in _rows(connection, WoolMilkProductionLog, "animal_id", animal):
        yield Happening(
            one.produced_on,
            "milk",
            f"{quantity_text(one.quantity_kg, 'kg', 2)} {one.product}",
            one.notes or "",
        )


def _rows(connection: Connection, record: type[Record], link: str, animal: UUID) -> list[Row[Any]]:
    table = record.__table__
    return list(connection.execute(select(table).where(table.c[link] == animal)))


def _name(connection: Connection, animal: UUID | None) -> str:
    if animal is None:
        return ""
    query = select(_ANIMALS.tag_number, _ANIMALS.name).where(_ANIMALS.id == animal)
    found = connection.execute(query).first()
    return "" if found is None else found.name or found.tag_number


def _joined(*parts: str | date | None) -> str:
    return ", ".join(str(part) for part in parts if part)
