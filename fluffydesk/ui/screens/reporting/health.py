"""What was given to animals: the medicine book, and whose milk must not go into the tank."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.withdrawal import Held, all_held, zone_of
from fluffydesk.figures.withdrawal import Food, last_dose, planned_end
from fluffydesk.records.livestock import Flock, Livestock, LivestockBatch
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.records.types import now
from fluffydesk.records.users import Profile
from fluffydesk.ui.fields.texts import moment_text, number_text, words
from fluffydesk.ui.screens.reading.animals import called
from fluffydesk.ui.screens.reading.milk import natural
from fluffydesk.ui.screens.reading.stores import decimals
from fluffydesk.ui.screens.reporting.report import (
    Column,
    Period,
    Report,
    Stop,
    day,
    line,
    number,
    quiet,
)

_PARLOUR = (
    Column("Animal", wide=True),
    Column("No milk before"),
    Column("Course"),
    Column("Drug", wide=True),
    Column("First given"),
)
_BOOK = (
    Column("First dose"),
    Column("Animal or group", wide=True),
    Column("Official id"),
    number("Head"),
    Column("Reason", wide=True),
    Column("Drug", wide=True),
    Column("Lot"),
    Column("Dose"),
    Column("Route"),
    number("Doses"),
    Column("Last dose"),
    Column("Milk from"),
    Column("Meat from"),
    Column("Eggs from"),
    Column("Given by"),
    Column("Vet, prescription", wide=True),
)


def parlour(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return whose milk is withheld on the last day of a period, latest end of each (rule 11).

    Of today it is what is withheld now; of another day, what was withheld at any time of it.
    """
    zone = zone_of(connection)
    start = datetime.combine(period.last, time(), zone).astimezone(UTC)
    end = datetime.combine(period.last + timedelta(days=1), time(), zone).astimezone(UTC)
    at, through = (now(), None) if start <= now() < end else (start, end - timedelta(seconds=1))
    latest: dict[tuple[object, ...], Held] = {}
    for one in all_held(connection, Food.MILK, at, through=through):
        stop()
        key = (one.animal_id, one.flock_id, None if one.animal_id else one.batch_id)
        if key not in latest or (one.open, one.until) > (latest[key].open, latest[key].until):
            latest[key] = one
    found = sorted(latest.values(), key=lambda one: natural(one.name))
    return Report(
        title="Do not milk into the tank",
        columns=_PARLOUR,
        rows=tuple(
            (
                one.name,
                moment_text(one.until),
                "Not finished" if one.open else "Finished",
                one.product,
                moment_text(one.given_at),
            )
            for one in found
        ),
        sums=(line(_PARLOUR, f"{number_text(len(found))} withheld"),),
        notes=(
            "The milk stays out of the tank until the moment given, and longer while the course "
            "is not finished: the end is then what is planned, a dose a day.",
        ),
        empty="Nobody's milk is withheld.",
    )


def medicine_book(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return every treatment begun in a period, voided ones too, with its reason (rule 16)."""
    zone = zone_of(connection)
    first = datetime.combine(period.first, time(), zone).astimezone(UTC)
    end = datetime.combine(period.last + timedelta(days=1), time(), zone).astimezone(UTC)
    given, animals = HealthTreatment.__table__, Livestock.__table__
    flocks, groups, people = Flock.__table__, LivestockBatch.__table__, Profile.__table__
    query = (
        select(
            given,
            animals.c.tag_number,
            animals.c.name.label("animal_name"),
            animals.c.official_id,
            flocks.c.name.label("flock_name"),
            groups.c.name.label("group_name"),
            people.c.full_name,
        )
        .join(animals, animals.c.id == given.c.animal_id, isouter=True)
        .join(flocks, flocks.c.id == given.c.flock_id, isouter=True)
        .join(groups, groups.c.id == given.c.batch_id, isouter=True)
        .join(people, people.c.id == given.c.given_by, isouter=True)
        .where(given.c.given_at >= first, given.c.given_at < end)
        .order_by(given.c.given_at, given.c.id)
    )
    rows = []
    for row in connection.execute(query):
        stop()
        rows.append(_entry(row))
    return Report(
        title="Medicine book",
        columns=_BOOK,
        rows=tuple(rows),
        sums=(line(_BOOK, f"{number_text(len(rows))} treatments"),),
        notes=(
            "Milk, meat and eggs from: the last dose of the course and the withdrawal period. "
            "Of a course that is not finished, what is planned, a dose a day.",
            "A voided entry stays, with its reason.",
        ),
        empty="Nothing was given in these days.",
    )


def _entry(row: Row[Any]) -> tuple[str, ...]:
    who = row.flock_name or row.group_name or ""
    if row.animal_id is not None:
        who = called(row.tag_number or "", row.animal_name)
    last = last_dose(row.given_at, row.doses, row.last_dose_at)
    reason = f"Void: {row.void_reason}. {row.reason}" if row.void_reason else row.reason
    vet = (row.veterinarian, row.prescription_number)
    return (
        moment_text(row.given_at),
        who,
        row.official_id or "",
        quiet(row.head_count),
        reason,
        ", ".join(filter(None, (row.product, row.substance))),
        " ".join(filter(None, (row.lot, day(row.lot_expires_on)))),
        f"{number_text(row.dose, decimals(row.dose))} {row.dose_unit}",
        words(row.route),
        quiet(row.doses),
        "not finished" if last is None else moment_text(last),
        *(_from(row, hours) for hours in (row.milk_hours, row.meat_hours, row.egg_hours)),
        row.full_name or "",
        ", ".join(filter(None, vet)),
    )


def _from(row: Row[Any], hours: int) -> str:
    if not hours or row.void_reason:
        return ""
    between = row.hours_between or 24
    return moment_text(planned_end(row.given_at, row.doses, row.last_dose_at, hours, between))
