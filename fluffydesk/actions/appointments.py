"""Booking, moving and carrying out appointments, with the rules a clinic's day keeps (19 to 22)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, or_, select

from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment, Room, Service
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import now
from fluffydesk.records.users import Profile

FREE = (AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW)
"""The states in which an appointment takes no time from a vet, a room or a patient."""

DEFAULT_MINUTES = 20


@dataclass(frozen=True)
class Slot:
    """What an appointment takes: `[starts, ends)` of a vet, a room and a patient, or None."""

    starts: datetime
    ends: datetime
    veterinarian_id: UUID | None = None
    room_id: UUID | None = None
    pet_id: UUID | None = None


@dataclass(frozen=True)
class Clash:
    """An appointment that takes some of the same time of `who`, a vet, room or pet (`kind`)."""

    appointment_id: UUID
    kind: str
    who: str
    pet: str
    starts: datetime
    ends: datetime


def clashes(connection: Connection, slot: Slot, *, but: UUID | None = None) -> list[Clash]:
    """Return the bookings that overlap `slot` for its vet, room or patient (rule 19), by time."""
    book = Appointment.__table__
    pets, people, rooms = Pet.__table__, Profile.__table__, Room.__table__
    wanted = {
        "vet": (book.c.veterinarian_id, slot.veterinarian_id),
        "room": (book.c.room_id, slot.room_id),
        "pet": (book.c.pet_id, slot.pet_id),
    }
    shared = [column == value for column, value in wanted.values() if value is not None]
    if not shared:
        return []
    query = (
        select(
            book.c.id,
            book.c.scheduled_at,
            book.c.ends_at,
            book.c.veterinarian_id,
            book.c.room_id,
            book.c.pet_id,
            pets.c.name.label("pet"),
            people.c.full_name.label("vet"),
            rooms.c.name.label("room"),
        )
        .select_from(
            book.outerjoin(pets, pets.c.id == book.c.pet_id)
            .outerjoin(people, people.c.id == book.c.veterinarian_id)
            .outerjoin(rooms, rooms.c.id == book.c.room_id)
        )
        .where(
            and_(book.c.scheduled_at < slot.ends, book.c.ends_at > slot.starts),
            book.c.status.not_in(FREE),
            or_(*shared),
        )
        .order_by(book.c.scheduled_at, book.c.id)
    )
    found = []
    for row in connection.execute(query):
        if row.id == but:
            continue
        mine = {"vet": row.veterinarian_id, "room": row.room_id, "pet": row.pet_id}
        for kind, (_, value) in wanted.items():
            if value is not None and mine[kind] == value:
                who = getattr(row, kind) or f"This {kind}"
                found.append(
                    Clash(row.id, kind, who, row.pet or "A pet", row.scheduled_at, row.ends_at)
                )
                break
    return found


def book(mirror: Mirror, values: Mapping[str, Any]) -> Changes:
    """Make an appointment; without `ends_at` it is as long as its service takes.

    Overlaps are not refused here: central decides, and until then the booking is provisional.
    A pet that has died is (InvalidValue).
    """
    given = dict(values)
    with mirror.read() as connection:
        starts = given.get("scheduled_at")
        if given.get("ends_at") is None and starts is not None:
            given["ends_at"] = starts + _length(connection, given.get("service_id"))
        pet = row_with(connection, Pet, id=given.get("pet_id"))
    checked = check(Appointment, given)
    _in_order(checked["scheduled_at"], checked["ends_at"])
    if pet is not None and pet.deceased_on is not None:
        raise InvalidValue(
            f"{pet.name} died on {pet.deceased_on:%d %B %Y}.",
            "Choose another pet, or correct the pet's card.",
            field="pet_id",
        )
    with mirror.unit(f"Book {pet.name if pet is not None else 'an appointment'}") as unit:
        unit.insert(Appointment, checked)
    return unit.changes


def move_appointment(
    mirror: Mirror,
    appointment_id: UUID,
    *,
    starts: datetime,
    place: Mapping[str, UUID | None] | None = None,
    zone: tzinfo | None = None,
) -> Changes:
    """Give an appointment another time, and another vet or room (`place`); it is as long.

    Refuses (InvalidValue naming the other booking) where this PC already knows of an overlap,
    and where the visit has begun or is over. `zone` is that of the times in the refusal.
    """
    with mirror.read() as connection:
        row = existing(connection, Appointment, appointment_id)
        if row.status not in (AppointmentStatus.SCHEDULED, AppointmentStatus.CONFIRMED):
            raise InvalidValue(
                f"This visit is {words_for(row.status).lower()} and stays where it is.",
                "Open it to correct its times.",
            )
        length = row.ends_at - row.scheduled_at
        new: dict[str, Any] = {"scheduled_at": starts, "ends_at": starts + length, **(place or {})}
        slot = Slot(
            starts,
            starts + length,
            new.get("veterinarian_id", row.veterinarian_id),
            new.get("room_id", row.room_id),
            row.pet_id,
        )
        _in_order(slot.starts, slot.ends)
        taken = clashes(connection, slot, but=appointment_id)
        pet = row_with(connection, Pet, id=row.pet_id)
    if taken:
        raise InvalidValue(
            describe(taken[0], zone), "Choose a free time, another vet or another room."
        )
    with mirror.unit(f"Move {pet.name if pet is not None else 'an appointment'}") as unit:
        unit.update(Appointment, appointment_id, new)
    return unit.changes


def set_status(mirror: Mirror, appointment_id: UUID, status: AppointmentStatus) -> Changes:
    """Bring an appointment to a status it can have next (rule 20); otherwise InvalidValue."""
    with mirror.read() as connection:
        row = existing(connection, Appointment, appointment_id)
        pet = row_with(connection, Pet, id=row.pet_id)
    if row.status == status:
        return Changes({})
    if AppointmentStatus.later(row.status, status) != status:
        raise InvalidValue(
            f"A visit that is {words_for(row.status).lower()} cannot become "
            f"{words_for(status).lower()}.",
            "Open it to correct what was recorded.",
        )
    values: dict[str, Any] = {"status": status}
    if status == AppointmentStatus.IN_PROGRESS and row.arrived_at is None:
        values["arrived_at"] = now()
    with mirror.unit(f"{words_for(status)}: {pet.name if pet is not None else 'visit'}") as unit:
        unit.update(Appointment, appointment_id, values)
    return unit.changes


def advance(mirror: Mirror, appointment_id: UUID) -> Changes:
    """Move a visit one step on: booked -> arrived -> in room -> done; InvalidValue once over."""
    with mirror.read() as connection:
        row = existing(connection, Appointment, appointment_id)
        pet = row_with(connection, Pet, id=row.pet_id)
    if row.status == AppointmentStatus.IN_PROGRESS:
        return set_status(mirror, appointment_id, AppointmentStatus.COMPLETED)
    if row.status not in (AppointmentStatus.SCHEDULED, AppointmentStatus.CONFIRMED):
        raise InvalidValue(f"This visit is already {words_for(row.status).lower()}.")
    if row.arrived_at is not None:
        return set_status(mirror, appointment_id, AppointmentStatus.IN_PROGRESS)
    with mirror.unit(f"Arrived: {pet.name if pet is not None else 'visit'}") as unit:
        unit.update(Appointment, appointment_id, {"arrived_at": now()})
    return unit.changes


def put_back(mirror: Mirror, appointment_id: UUID, values: Mapping[str, Any]) -> Changes:
    """Undo: write the given earlier values of an appointment back, as a unit of work of its own."""
    with mirror.unit("Undo a change to a visit") as unit:
        unit.update(Appointment, appointment_id, dict(values))
    return unit.changes


def words_for(status: str) -> str:
    """Return what people at the desk call a status."""
    return {
        AppointmentStatus.SCHEDULED: "Booked",
        AppointmentStatus.CONFIRMED: "Confirmed",
        AppointmentStatus.IN_PROGRESS: "In room",
        AppointmentStatus.COMPLETED: "Done",
        AppointmentStatus.CANCELLED: "Cancelled",
        AppointmentStatus.NO_SHOW: "No-show",
    }[AppointmentStatus(status)]


def describe(clash: Clash, zone: tzinfo | None = None) -> str:
    """Return a clash in one sentence, with times of `zone` (this PC's where it is None)."""
    starts, ends = clash.starts.astimezone(zone), clash.ends.astimezone(zone)
    time = f"{starts:%H:%M} to {ends:%H:%M}"
    if clash.kind == "pet":
        return f"{clash.pet} already has an appointment from {time}."
    return f"{clash.who} is taken by {clash.pet} from {time}."


def _length(connection: Connection, service_id: UUID | None) -> timedelta:
    services = Service.__table__
    query = select(services.c.duration_minutes).where(services.c.id == service_id)
    minutes = connection.execute(query).scalar() if service_id is not None else None
    return timedelta(minutes=minutes or DEFAULT_MINUTES)


def _in_order(starts: datetime, ends: datetime) -> None:
    if ends <= starts:
        raise InvalidValue("It ends before it starts.", "Give a later end.", field="ends_at")
