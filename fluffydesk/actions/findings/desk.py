"""What two desks wrote about pets and their bills, and cannot all be: doses, deaths and nights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    func,
    or_,
    select,
)

from fluffydesk.actions.findings.finding import (
    MOST,
    MOST_ENTRIES,
    Finding,
    Teller,
    listed,
)
from fluffydesk.actions.rules.appointments import BEFORE
from fluffydesk.actions.rules.bookings import ENDED
from fluffydesk.actions.rules.rule import row_of
from fluffydesk.records.booking import Appointment, Booking, BookingItem
from fluffydesk.records.clinic import FarmVisitTreatment, PetVaccination, Prescription
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.enums.booking import BookingStatus
from fluffydesk.records.payments import Invoice, InvoiceItem
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.types import new_id, today
from fluffydesk.records.vocabulary import Record

_SHOTS = PetVaccination.__table__.c
_PETS, _LINKS, _CLIENTS = Pet.__table__, ClinicPatient.__table__, ClinicClient.__table__
_INVOICES, _LINES = Invoice.__table__, InvoiceItem.__table__
_BOOK, _STAYS, _ITEMS = Appointment.__table__, Booking.__table__, BookingItem.__table__
_HERE = (*BEFORE, AppointmentStatus.IN_PROGRESS)
_OPEN = (BookingStatus.REQUESTED, BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN)
_SOON = 7
"""Days within which nobody gives a pet the same vaccine again."""
_CLOCKS = timedelta(days=7)
"""How far the clock of the PC that made a row's id may have been off."""
_NAMED = 3
_Ahead = tuple[type[Record], Row[Any], date, str]


def vaccinated_twice(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield pets that got one vaccine twice within a week (rule 18)."""
    teller = Teller(connection)
    recent: list[ColumnElement[bool]] = []
    if since is not None:
        # Ids are made in the order of time, so that the primary key leads to the latest.
        made = new_id(datetime.combine(since, time(), teller.zone) - _CLOCKS, 0)
        recent = [_SHOTS.id >= made, _SHOTS.given_on >= since]
    told: set[tuple[UUID, UUID]] = set()
    for what in (_SHOTS.vaccine, _SHOTS.disease):
        # So written, the pet's index does not lead through every dose there ever was.
        same, whose = func.lower(what), func.coalesce(_SHOTS.pet_id, None)
        more = select(whose, same.label("same")).where(*recent, what.is_not(None))
        more = more.group_by(whose, same).having(func.count() > 1).limit(MOST)
        for pet, word in connection.execute(more).all():
            query = select(PetVaccination.__table__).where(
                *recent, _SHOTS.pet_id == pet, same == word
            )
            rows = connection.execute(query.order_by(_SHOTS.given_on, _SHOTS.id)).all()
            for one, other in pairwise(rows):
                if (one.id, other.id) in told or (other.given_on - one.given_on).days > _SOON:
                    continue
                told.add((one.id, other.id))
                yield _dose(teller, one, other, getattr(one, what.name))


def _dose(teller: Teller, one: Row[Any], other: Row[Any], what: str) -> Finding:
    pet = row_of(teller.connection, Pet, one.pet_id)
    when = f"twice on {one.given_on:%d %B %Y}"
    if one.given_on != other.given_on:
        when = f"on {one.given_on:%d %B %Y} and again on {other.given_on:%d %B %Y}"
    return Finding(
        rule=18,
        on=other.given_on,
        message=f"{_name(pet)} got {what} {when}.",
        advice="If it was given once, delete one: what it took from the store goes back, and the "
        "next dose is due once.",
        entries=tuple(
            teller.entry(PetVaccination, row, f"{row.vaccine} on {row.given_on:%d %B %Y}")
            for row in (one, other)
        ),
    )


def handed_out_twice(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield pets for which two PCs handed out as much of one drug on one day (rule 17)."""
    teller, table = Teller(connection), Prescription.__table__
    recent = table.c.quantity > 0
    if since is not None:
        recent &= table.c.prescribed_on >= since
    pcs = func.count(func.coalesce(table.c.updated_device, "").distinct())
    same = (func.coalesce(table.c.pet_id, None), func.lower(table.c.product), table.c.quantity)
    found = select(table.c.prescribed_on, *same).where(recent)
    found = found.group_by(table.c.prescribed_on, *same).having(pcs > 1).limit(MOST)
    for on, *values in connection.execute(found).all():
        query = select(table).where(recent, table.c.prescribed_on == on)
        for column, value in zip(same, values, strict=True):
            query = query.where(column == value)
        rows = connection.execute(query.order_by(table.c.id).limit(MOST_ENTRIES)).all()
        pet = row_of(connection, Pet, rows[0].pet_id)
        yield Finding(
            rule=17,
            on=on,
            message=f"{rows[0].product} was handed out for {_name(pet)} on {on:%d %B %Y} by each "
            "of two PCs.",
            advice="If it was handed out once, delete one: what it took from the store goes back.",
            entries=tuple(
                teller.entry(Prescription, row, f"Prescription of {row.product}") for row in rows
            ),
        )


def given_twice(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield animals that two PCs gave as much of one drug on one visit to a farm (rule 16)."""
    teller, table = Teller(connection), FarmVisitTreatment.__table__
    valid: ColumnElement[bool] = table.c.void_reason.is_(None)
    if since is not None:
        valid &= table.c.given_at >= datetime.combine(since, time(), teller.zone)
    pcs = func.count(func.coalesce(table.c.updated_device, "").distinct())
    who = func.lower(func.coalesce(table.c.animal_tag, table.c.group_name))
    same = (func.coalesce(table.c.visit_id, None), who, func.lower(table.c.product), table.c.dose)
    found = select(*same).where(valid).group_by(*same).having(pcs > 1).limit(MOST)
    for values in connection.execute(found).all():
        query = select(table).where(valid)
        for column, value in zip(same, values, strict=True):
            query = query.where(column == value)
        rows = connection.execute(query.order_by(table.c.id).limit(MOST_ENTRIES)).all()
        one, on = rows[0], teller.day(rows[0].given_at)
        yield Finding(
            rule=16,
            on=on,
            message=f"{one.product} for {one.animal_tag or one.group_name} on {on:%d %B %Y} was "
            "written down by each of two PCs.",
            advice="If it was given once, void one: what it took from the store goes back, and "
            "the farm's book says so.",
            entries=tuple(
                teller.entry(FarmVisitTreatment, row, f"Farm treatment with {row.product}")
                for row in rows
            ),
        )


def gone(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield pets that died or left the clinic, and are expected there after that (rule 22).

    Only what is still to come, whatever `since` is: what is over is not called off any more.
    """
    teller = Teller(connection)
    visits = _with_pet(_BOOK).where(_BOOK.c.status.in_(BEFORE))
    stays = _with_pet(_STAYS).where(_STAYS.c.status.not_in(ENDED))
    yield from _of_the_gone(teller, _since(teller, visits, stays, today()), died=False)


def seen(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield pets that died before they were seen or stayed (rule 22)."""
    teller = Teller(connection)
    over = (AppointmentStatus.IN_PROGRESS, AppointmentStatus.COMPLETED)
    visits = _with_pet(_BOOK).where(_BOOK.c.status.in_(over))
    stays = _with_pet(_STAYS).where(_STAYS.c.status == BookingStatus.COMPLETED)
    yield from _of_the_gone(teller, _since(teller, visits, stays, since), died=True)


def _since(
    teller: Teller, visits: Select[Any], stays: Select[Any], first: date | None
) -> tuple[Select[Any], Select[Any]]:
    if first is None:
        return visits, stays
    begins = datetime.combine(first, time(), teller.zone)
    return visits.where(_BOOK.c.scheduled_at >= begins), stays.where(_STAYS.c.start_date >= first)


def _of_the_gone(
    teller: Teller, queries: tuple[Select[Any], Select[Any]], *, died: bool
) -> Iterator[Finding]:
    found: dict[UUID, list[_Ahead]] = defaultdict(list)
    for record, query in zip((Appointment, Booking), queries, strict=True):
        for row in teller.connection.execute(query).all():
            visit = record is Appointment
            day = teller.day(row.scheduled_at) if visit else row.start_date
            dead = row.deceased_on is not None and row.deceased_on < day
            if dead or (not died and row.ended_on is not None and row.ended_on <= day):
                words = f"a visit on {day:%d %B %Y}" if visit else f"a stay from {day:%d %B %Y}"
                found[row.pet_id].append((record, row, day, words))
    for pet, rows in list(found.items())[:MOST]:
        yield _gone(teller, pet, sorted(rows, key=lambda one: one[2]))


def _with_pet(table: Any) -> Select[Any]:
    """Return the query of rows of pets that died or left; such a pet may be out of sight."""
    joined = table.outerjoin(_PETS, _PETS.c.id == table.c.pet_id).outerjoin(
        _LINKS, _LINKS.c.pet_id == table.c.pet_id
    )
    return (
        select(table, _PETS.c.deceased_on, _LINKS.c.ended_on, _LINKS.c.client_id.label("whose"))
        .select_from(joined)
        .where(or_(_PETS.c.deceased_on.is_not(None), _LINKS.c.ended_on.is_not(None)))
    )


def _gone(teller: Teller, pet_id: UUID, ahead: list[_Ahead]) -> Finding:
    connection, (_, row, on, _) = teller.connection, ahead[0]
    pet = row_of(connection, Pet, pet_id)
    lives = row.deceased_on is None
    word = "left the clinic" if lives else "died"
    when = row.ended_on if lives else row.deceased_on
    said = [words for *_, words in ahead[:_NAMED]]
    if len(ahead) > _NAMED:
        said.append(f"{len(ahead) - _NAMED} more")
    if pet is not None:
        card = teller.entry(Pet, pet, f"Card of {pet.name}")
    else:
        query = select(_LINKS).where(_LINKS.c.pet_id == pet_id)
        link = connection.execute(query).one()
        card = teller.entry(ClinicPatient, link, f"A patient until {row.ended_on:%d %B %Y}")
    advice = "Call off what is booked; if the pet lives, take the day it died out of its card."
    if lives:
        advice = "Call off what is booked; if it is a patient still, take out the day it left."
    elif row.status not in (*BEFORE, *_OPEN):
        advice = "Correct the day it died on its card, or the pet or the day of the other row."
    return Finding(
        rule=22,
        on=on,
        message=f"{_name(pet, _client_of(connection, row))} {word} on {when:%d %B %Y}, and has "
        f"{listed(said)}.",
        advice=advice,
        entries=(
            *(
                teller.entry(record, one, f"{words[2].upper()}{words[3:]}")
                for record, one, _, words in ahead[: MOST_ENTRIES - 1]
            ),
            card,
        ),
    )


def _client_of(connection: Connection, row: Row[Any]) -> str:
    query = select(_CLIENTS.c.full_name).where(_CLIENTS.c.id == (row.whose or row.client_id))
    return str(connection.execute(query).scalar() or "")


def _name(pet: Row[Any] | None, client: str = "") -> str:
    if pet is not None:
        return str(pet.name)
    return f"A patient of {client}" if client else "A patient"


def moved(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield visits and stays whose patient is here, and that were moved to a later day (rule 20).

    Only what is still to come, whatever `since` is: those stand on no list of today.
    """
    teller = Teller(connection)
    first = datetime.combine(today() + timedelta(days=1), time(), teller.zone)
    came = _BOOK.c.arrived_at.is_not(None) & _BOOK.c.pet_id.is_not(None)
    visits = select(_BOOK).where(_BOOK.c.scheduled_at >= first, came)
    for row in connection.execute(visits.where(_BOOK.c.status.in_(_HERE)).limit(MOST)).all():
        came_on, on = teller.day(row.arrived_at), teller.day(row.scheduled_at)
        yield _moved(teller, Appointment, row, (came_on, on), "visit")
    stays = select(_STAYS).where(
        _STAYS.c.start_date > today(), _STAYS.c.status == BookingStatus.CHECKED_IN
    )
    for row in connection.execute(stays.limit(MOST)).all():
        came_on = teller.day(row.checked_in_at or row.updated_at)
        yield _moved(teller, Booking, row, (came_on, row.start_date), "stay")


def _moved(
    teller: Teller, record: type[Record], row: Row[Any], days: tuple[date, date], what: str
) -> Finding:
    came_on, on = (f"{day:%d %B %Y}" for day in days)
    pet = row_of(teller.connection, Pet, row.pet_id)
    back = "arrival" if record is Appointment else "check-in"
    return Finding(
        rule=20,
        on=days[1],
        message=f"{_name(pet)} came on {came_on}, and the {what} was moved to {on}.",
        advice=f"Move the {what} back to the day it came; if it went home again, take the {back} "
        "back.",
        entries=(teller.entry(record, row, f"{what.capitalize()} on {on}"),),
    )
