"""Food that left before it was known to be under withdrawal, and doses written down twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, select, true

from fluffydesk.actions.findings.finding import MOST, MOST_ENTRIES, Finding, Teller, called
from fluffydesk.actions.given import Given
from fluffydesk.actions.rules.exits import EATEN, OVERRIDDEN
from fluffydesk.actions.rules.rule import row_of
from fluffydesk.actions.tank import incoming
from fluffydesk.actions.withdrawal import held
from fluffydesk.figures.units import milk_litres
from fluffydesk.figures.withdrawal import Food, last_dose, planned_end
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.enums.farm_resources import FarmProduct, StockMovement
from fluffydesk.records.farm import EggStorage, MilkProductionLog, MilkStorageLog
from fluffydesk.records.farm_resources import FarmProductSale
from fluffydesk.records.livestock import Flock, Livestock
from fluffydesk.records.medical import HealthTreatment, VaccineLog
from fluffydesk.records.types import now, today
from fluffydesk.records.vocabulary import Record

_SAID = (
    "Say so where it left, with the reason, and tell who took it; or correct the treatment if its "
    "animal or time is wrong."
)
_DAY = timedelta(days=1)
_AT_ONCE = 500
_ROUNDED = Decimal("0.1")
"""L; receipts are kept in tenths."""
_Milking = tuple[date, MilkingSession]
_SHOTS = VaccineLog.__table__.c
_SERIES = 30
"""Days within which the same dose of a series is the same one, written down twice."""


class _Course(NamedTuple):
    """A course that withholds something: from the day after the first dose to a last day."""

    record: type[Record]
    row: Any
    first: date
    last: date


def withheld_eggs(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield eggs credited or sold as good that the flock's treatment withholds (rule 11)."""
    teller, store, sold = Teller(connection), EggStorage.__table__.c, FarmProductSale.__table__.c
    for course in _courses(teller, "egg_hours", since):
        if course.row.flock_id is None:
            continue
        days = (course.first, course.last)
        ways: tuple[tuple[type[Record], str, Any], ...] = (
            (
                EggStorage,
                "collected_on",
                select(EggStorage.__table__).where(
                    store.flock_id == course.row.flock_id,
                    store.movement == StockMovement.RECEIPT,
                    store.under_withdrawal.is_(False),
                    store.collected_on.between(*days),
                ),
            ),
            (
                FarmProductSale,
                "sold_on",
                select(FarmProductSale.__table__).where(
                    sold.flock_id == course.row.flock_id,
                    sold.product == FarmProduct.EGGS,
                    sold.under_withdrawal.is_(False),
                    sold.sold_on.between(*days),
                ),
            ),
        )
        flock = row_of(connection, Flock, course.row.flock_id)
        for record, on, query in ways:
            rows = connection.execute(query.limit(MOST_ENTRIES)).all()
            if rows:
                name = "a flock" if flock is None else flock.name
                word = "sold" if record is FarmProductSale else "credited to the store as good"
                yield _withheld(teller, course, rows, record, on, f"Eggs of {name} were {word}")


def withheld_meat(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield animals that were sold or slaughtered while their meat was withheld (rule 11)."""
    teller, animals = Teller(connection), Livestock.__table__.c
    for course in _courses(teller, "meat_hours", since):
        query = select(Livestock.__table__).where(
            animals.status.in_(EATEN), animals.left_on.between(course.first, course.last)
        )
        if course.row.animal_id is not None:
            query = query.where(animals.id == course.row.animal_id)
        elif course.row.batch_id is None:
            continue
        for row in connection.execute(query.limit(MOST)).all():
            if OVERRIDDEN in (row.left_reason or ""):
                continue
            end = datetime.combine(row.left_on, time(23, 59), teller.zone)
            if any(
                one.treatment_id == course.row.id
                for one in held(connection, Food.MEAT, end, animals=[row.id])
            ):
                said = f"{called(row)} was {row.status}"
                yield _withheld(teller, course, [row], Livestock, "left_on", said)


def withheld_milk(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield milkings of which more is in the tank than may be: withheld milk is in it (rule 11)."""
    teller, tank = Teller(connection), MilkStorageLog.__table__
    courses = list(_courses(teller, "milk_hours", since))
    suspect = _too_full(connection, courses)
    given = _given(teller, suspect)
    told: set[_Milking] = set()
    for course in courses:
        spoilt: list[Any] = []
        who = ""
        for key in sorted(suspect - told):
            if not course.first <= key[0] <= course.last:
                continue
            told.add(key)
            found = incoming(connection, *key, given)
            # What the meter says differs a little from the sum of the milkings.
            if found.credited - found.litres > found.diverted / 2 > 0:
                who = who or found.withheld[0].name
                rows = select(tank).where(
                    *_good_receipts(), tank.c.moved_on == key[0], tank.c.session == key[1]
                )
                spoilt += connection.execute(rows).all()
        if spoilt:
            said = f"Milk of {who} went into the tank"
            yield _withheld(teller, course, spoilt, MilkStorageLog, "moved_on", said)


def _given(teller: Teller, milkings: set[_Milking]) -> Given | None:
    """Read once what withholds milk at any of these milkings."""
    if not milkings:
        return None
    days = [key[0] for key in milkings]
    first, last = (
        datetime.combine(day, time(), teller.zone).astimezone(UTC)
        for day in (min(days) - _DAY, max(days) + 2 * _DAY)
    )
    return Given(teller.connection, Food.MILK, first, last, teller.zone)


def _too_full(connection: Connection, courses: list[_Course]) -> set[_Milking]:
    """Return the milkings of which more is in the tank than those gave who got nothing.

    Sums only, over whole days: which hours were withheld is asked of these few.
    """
    milk, tank = MilkProductionLog.__table__.c, MilkStorageLog.__table__.c
    held: dict[_Milking, Decimal] = defaultdict(Decimal)
    days: set[date] = set()
    for course in courses:
        if course.row.animal_id is None:  # its members' milk is all that there is, at the most
            days |= {course.first + n * _DAY for n in range((course.last - course.first).days + 1)}
            continue
        given = connection.execute(
            select(milk.milked_on, milk.session, milk.yield_kg).where(
                milk.animal_id == course.row.animal_id,
                milk.milked_on.between(course.first, course.last),
            )
        )
        for on, session, kg in given:
            held[on, session] += kg
    every = sorted(days | {key[0] for key in held})
    total: dict[_Milking, Decimal] = {}
    found: set[_Milking] = set()
    for first in range(0, len(every), _AT_ONCE):
        some = every[first : first + _AT_ONCE]
        for on, session, kg in connection.execute(
            select(milk.milked_on, milk.session, func.sum(milk.yield_kg))
            .where(milk.milked_on.in_(some))
            .group_by(milk.milked_on, milk.session)
        ):
            total[on, session] = kg
        for on, session, litres in connection.execute(
            select(tank.moved_on, tank.session, func.sum(tank.litres))
            .where(*_good_receipts(), tank.moved_on.in_(some))
            .group_by(tank.moved_on, tank.session)
        ):
            good = total.get((on, session), Decimal(0)) - held.get((on, session), Decimal(0))
            if on in days or litres > milk_litres(good) + _ROUNDED:
                found.add((on, session))
    return found


def _good_receipts() -> tuple[Any, ...]:
    tank = MilkStorageLog.__table__.c
    return (
        tank.movement == StockMovement.RECEIPT,
        tank.session.is_not(None),
        tank.under_withdrawal.is_(False),
    )


def twice(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield doses of a vaccine that were completed twice within 30 days (rule 18)."""
    teller = Teller(connection)
    whose = func.coalesce(_SHOTS.animal_id, _SHOTS.flock_id, _SHOTS.batch_id)
    recent: ColumnElement[bool] = true()
    if since is not None:
        recent = _SHOTS.given_at >= datetime.combine(since, time(), teller.zone)
    same = select(whose.label("whose"), _SHOTS.vaccine, _SHOTS.dose_number).where(recent)
    same = same.group_by(whose, _SHOTS.vaccine, _SHOTS.dose_number).having(func.count() > 1)
    for found in connection.execute(same.limit(MOST)).all():
        rows = connection.execute(
            select(VaccineLog.__table__)
            .where(whose == found.whose, _SHOTS.vaccine == found.vaccine)
            .where(_SHOTS.dose_number == found.dose_number, recent)
            .order_by(_SHOTS.given_at)
        ).all()
        for one, other in pairwise(rows):
            first, second = teller.day(one.given_at), teller.day(other.given_at)
            if (second - first).days > _SERIES:
                continue
            yield Finding(
                rule=18,
                on=second,
                message=f"{_who(connection, one)} got dose {one.dose_number} of {one.vaccine} on "
                f"{first:%d %B %Y} and again on {second:%d %B %Y}.",
                advice="If it was given once, delete one: what it took from the store goes back, "
                "and the next dose is due once.",
                entries=tuple(
                    teller.entry(
                        VaccineLog, row, f"Vaccination of {teller.day(row.given_at):%d %B %Y}"
                    )
                    for row in (one, other)
                ),
            )


def expired(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield what was given from a batch after it had expired (rule 17)."""
    teller = Teller(connection)
    for record in (HealthTreatment, VaccineLog):
        table = record.__table__.c
        query = select(record.__table__).where(
            table.lot_expires_on.is_not(None),
            table.lot_expires_on < today(),
        )
        if since is not None:
            query = query.where(table.given_at >= datetime.combine(since, time(), teller.zone))
        for row in connection.execute(query.order_by(table.given_at)):
            on = teller.day(row.given_at)
            if row.lot_expires_on >= on or getattr(row, "void_reason", None):
                continue
            product = row.product if record is HealthTreatment else row.vaccine
            yield Finding(
                rule=17,
                on=on,
                message=f"{_who(connection, row)} got {product} on {on:%d %B %Y}, and its batch "
                f"expired on {row.lot_expires_on:%d %B %Y}.",
                advice="Correct the batch or its date.",
                entries=(teller.entry(record, row, f"{record.__titles__[0]} of {on:%d %B %Y}"),),
            )


def _courses(teller: Teller, hours: str, since: date | None) -> Iterator[_Course]:
    """Yield what withholds a food, of the treatments that were not voided and vaccinations."""
    for record in (HealthTreatment, VaccineLog):
        table = record.__table__.c
        query = select(record.__table__).where(table[hours] > 0)
        if record is HealthTreatment:
            query = query.where(table.void_reason.is_(None))
        if since is not None:
            query = query.where(table.given_at >= datetime.combine(since, time(), teller.zone))
        for row in teller.connection.execute(query.order_by(table.given_at)).all():
            until = _until(row, hours)
            first = teller.day(row.given_at) + _DAY
            last = teller.day(until - timedelta(microseconds=1))
            if first <= last:
                yield _Course(record, row, first, last)


def _until(row: Any, hours: str) -> datetime:
    doses, last = getattr(row, "doses", 1), getattr(row, "last_dose_at", row.given_at)
    between = getattr(row, "hours_between", None) or 24
    end = planned_end(row.given_at, doses, last, getattr(row, hours), between)
    if last_dose(row.given_at, doses, last) is not None:
        return end
    moment: datetime = max(end, now())  # the course is not finished (rule 16)
    return moment


def _withheld(
    teller: Teller, course: _Course, rows: Any, record: type[Record], on: str, said: str
) -> Finding:
    first = min(getattr(row, on) for row in rows)
    given = teller.day(course.row.given_at)
    product = course.row.product if course.record is HealthTreatment else course.row.vaccine
    return Finding(
        rule=11,
        on=first,
        message=f"{said} on {first:%d %B %Y}, under withdrawal until {course.last:%d %B %Y} "
        f"({product}, given on {given:%d %B %Y}).",
        advice=_SAID,
        entries=(
            teller.entry(course.record, course.row, f"{product}, given on {given:%d %B %Y}"),
            *(
                teller.entry(record, row, f"{record.__titles__[0]} of {getattr(row, on):%d %B %Y}")
                for row in rows[:MOST_ENTRIES]
            ),
        ),
    )


def _who(connection: Connection, row: Any) -> str:
    if row.animal_id is not None:
        return called(row_of(connection, Livestock, row.animal_id))
    key: UUID = row.flock_id or row.batch_id
    flock = row_of(connection, Flock, key)
    return "A group" if flock is None else str(flock.name)
