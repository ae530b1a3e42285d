"""The clinic's visits as the screens show them: one frozen row each, with names instead of keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, func, select, text

from fluffydesk.actions.appointments import words_for
from fluffydesk.figures.visits import STAMPS
from fluffydesk.records.booking import Appointment, Room, Service
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.pets import ClinicClient, Pet
from fluffydesk.records.users import Profile

WATCHED = frozenset(
    {
        "appointments",
        "pets",
        "clinic_clients",
        "clinic_patients",
        "services",
        "rooms",
        "profiles",
        "organization_users",
    }
)
_LONGEST = timedelta(days=31)

_SHORTEST = timedelta(minutes=5)
_UNKNOWN = "A pet"


@dataclass(frozen=True)
class Visit:
    """One appointment; times are in UTC. `provisional` = central has not confirmed it yet.

    Of a visit to a farm `pet` is the farm's name.
    """

    id: UUID
    pet_id: UUID | None
    pet: str
    species: str
    alerts: str
    client_id: UUID | None
    client: str
    phone: str
    service: str
    colour: str
    vet_id: UUID | None
    vet: str
    room_id: UUID | None
    room: str
    starts: datetime
    ends: datetime
    status: AppointmentStatus
    arrived_at: datetime | None
    reason: str
    provisional: bool = False
    refused: bool = False
    in_room_at: datetime | None = None
    with_vet_at: datetime | None = None
    to_pay_at: datetime | None = None
    left_at: datetime | None = None
    free_at: datetime | None = None
    may_overlap: bool = False
    service_id: UUID | None = None
    series_id: UUID | None = None

    @property
    def at_farm(self) -> bool:
        """Whether the vet drives to the client: nobody comes to the clinic."""
        return self.pet_id is None

    @property
    def until(self) -> datetime:
        """When vet and room are free again: after clearing up, where that takes time."""
        return self.free_at or self.ends

    @property
    def progress(self) -> dict[str, Any]:
        """Its status and stamps, as `appointments.put_back` takes them."""
        return {name: getattr(self, name) for name in ("status", *STAMPS.values())}

    @property
    def minutes(self) -> int:
        return int((self.ends - self.starts).total_seconds()) // 60

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something for it."""
        return self.stage not in ("Done", "Cancelled", "No-show")

    @property
    def takes_time(self) -> bool:
        return self.status not in (AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW)

    @property
    def stage(self) -> str:
        """How far the visit is, in one word: an arrived patient is waiting (rule 20)."""
        before = (AppointmentStatus.SCHEDULED, AppointmentStatus.CONFIRMED)
        if self.status in before and self.arrived_at is not None:
            return "Waiting"
        if self.status == AppointmentStatus.IN_PROGRESS and self.to_pay_at is not None:
            return "To pay"
        if self.status == AppointmentStatus.IN_PROGRESS and self.with_vet_at is not None:
            return "With vet"
        return words_for(self.status)

    def says(self, words: str) -> bool:
        """Whether every word occurs in what the visit shows."""
        about = (self.service, self.vet, self.room, self.reason)
        return has_words(" ".join((*self._whose, *about)), words)

    def is_of(self, words: str) -> bool:
        """Whether every word occurs in whose visit it is: a vet may be called as a client is."""
        return has_words(" ".join(self._whose), words)

    @property
    def _whose(self) -> tuple[str, ...]:
        return self.pet, self.client, self.phone, figures_of(self.phone)


def has_words(text: str, words: str) -> bool:
    """Return whether every word occurs in a text."""
    folded = text.casefold()
    return all(word in folded for word in words.casefold().split())


def figures_of(phone: str) -> str:
    """Return a telephone number as it is typed in a hurry: only its figures."""
    return "".join(one for one in phone if one.isdigit())


def span(first: date, zone: ZoneInfo, days: int = 1) -> tuple[datetime, datetime]:
    """Return `[start, end)` in UTC of `days` calendar days in the organization's zone."""
    start = datetime.combine(first, time(), zone)
    end = datetime.combine(first + timedelta(days=days), time(), zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def visits_between(connection: Connection, starts: datetime, ends: datetime) -> tuple[Visit, ...]:
    """Return the visits that begin in `[starts, ends)`, by time and then by pet."""
    book = Appointment.__table__
    query = _select().where(book.c.scheduled_at >= starts, book.c.scheduled_at < ends)
    return _visits(connection, query)


def visits_during(connection: Connection, starts: datetime, ends: datetime) -> tuple[Visit, ...]:
    """Return the visits that take some time of `[starts, ends)`, clearing up included, by time."""
    book = Appointment.__table__
    longest = starts - _LONGEST  # for the index: nothing that is booked lasts longer
    query = _select().where(
        book.c.scheduled_at >= longest,
        book.c.scheduled_at < ends,
        func.coalesce(book.c.free_at, book.c.ends_at) > starts,
    )
    return _visits(connection, query)


def visits_by_id(connection: Connection, ids: Iterable[UUID]) -> tuple[Visit, ...]:
    """Return those of the visits that are still there, by time."""
    return _visits(connection, _select().where(Appointment.__table__.c.id.in_(list(ids))))


def visits_of(
    connection: Connection, *, pet_id: UUID | None = None, client_id: UUID | None = None
) -> tuple[Visit, ...]:
    """Return the visits of a pet or of a client's pets, by time."""
    book = Appointment.__table__
    column, value = (book.c.pet_id, pet_id) if pet_id is not None else (book.c.client_id, client_id)
    return _visits(connection, _select().where(column == value))


def one_visit(connection: Connection, visit_id: UUID) -> Visit | None:
    """Return a visit, or None where it is gone."""
    found = _visits(connection, _select().where(Appointment.__table__.c.id == visit_id))
    return found[0] if found else None


def unconfirmed(connection: Connection, table: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the ids of a table's rows that wait for central, and of those it refused."""
    waiting = connection.execute(
        text("select row_id from pending_rows where table_name = :table"), {"table": table}
    ).scalars()
    refused = connection.execute(
        text("select row_id from quarantine where table_name = :table and outcome is null"),
        {"table": table},
    ).scalars()
    return frozenset(waiting), frozenset(row_id for row_id in refused if row_id)


def _select() -> Select[Any]:
    book, pets, clients = Appointment.__table__, Pet.__table__, ClinicClient.__table__
    services, people, rooms = Service.__table__, Profile.__table__, Room.__table__
    joined = (
        book.outerjoin(pets, pets.c.id == book.c.pet_id)
        .outerjoin(clients, clients.c.id == book.c.client_id)
        .outerjoin(services, services.c.id == book.c.service_id)
        .outerjoin(people, people.c.id == book.c.veterinarian_id)
        .outerjoin(rooms, rooms.c.id == book.c.room_id)
    )
    return (
        select(
            book,
            pets.c.name.label("pet"),
            pets.c.species.label("species"),
            pets.c.alerts.label("alerts"),
            clients.c.full_name.label("client"),
            clients.c.phone.label("phone"),
            services.c.name.label("service"),
            services.c.colour.label("service_colour"),
            people.c.full_name.label("vet"),
            people.c.email.label("vet_email"),
            rooms.c.name.label("room"),
        )
        .select_from(joined)
        .order_by(book.c.scheduled_at, pets.c.name, book.c.id)
    )


def _visits(connection: Connection, query: Select[Any]) -> tuple[Visit, ...]:
    waiting, refused = unconfirmed(connection, "appointments")
    return tuple(
        Visit(
            id=row.id,
            pet_id=row.pet_id,
            pet=row.pet or (row.client if row.pet_id is None else None) or _UNKNOWN,
            species=row.species or "",
            alerts=row.alerts or "",
            client_id=row.client_id,
            client="" if row.pet_id is None else row.client or "",
            phone=row.phone or "",
            service=row.service or "",
            colour=row.service_colour or "",
            vet_id=row.veterinarian_id,
            vet=row.vet or row.vet_email or "",
            room_id=row.room_id,
            room=row.room or "",
            starts=row.scheduled_at,
            # Two desks may have moved and shortened it: until that is decided it has some height.
            ends=max(row.ends_at, row.scheduled_at + _SHORTEST),
            status=AppointmentStatus(row.status),
            arrived_at=row.arrived_at,
            reason=row.reason or "",
            provisional=str(row.id) in waiting,
            refused=str(row.id) in refused,
            in_room_at=row.in_room_at,
            with_vet_at=row.with_vet_at,
            to_pay_at=row.to_pay_at,
            left_at=row.left_at,
            free_at=row.free_at,
            may_overlap=row.may_overlap,
            service_id=row.service_id,
            series_id=row.series_id,
        )
        for row in connection.execute(query)
    )
