"""Reads the stays and sessions of pets: rooms by day or hour, today's lists, what waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, and_, func, or_, select

from fluffydesk.actions.rules.bookings import (
    ENDED,
    OVERNIGHT,
    Taken,
    free_rooms,
    rooms_taken,
    words_for,
)
from fluffydesk.actions.stays import vaccination_gaps
from fluffydesk.figures.stays import Span, day_span, midnight, nights, span_of
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Booking, BookingItem, Room
from fluffydesk.records.enums.booking import BookingKind, BookingStatus, RoomKind
from fluffydesk.records.pets import ClinicClient, Pet
from fluffydesk.sync.resolve import open_quarantine
from fluffydesk.ui.screens.visits import figures_of, has_words, unconfirmed

WATCHED = frozenset(
    {
        "bookings",
        "booking_items",
        "pets",
        "clinic_clients",
        "rooms",
        "room_availability",
        "pet_vaccinations",
    }
)
MOST = 2000
"""Stays read at once; a house with more in two weeks has more than one front desk."""
MOST_LISTED = 200
_AROUND = 31
"""Days before and after those shown of which stays are known while one is dragged."""
_BOOK, _ITEMS = Booking.__table__, BookingItem.__table__
_SLEEP = (RoomKind.BOARDING, RoomKind.WARD)


@dataclass(frozen=True)
class Stay:
    """One booking, with names instead of keys; its span is when it takes its place, in UTC."""

    id: UUID
    pet_id: UUID
    pet: str
    species: str
    alerts: str
    client: str
    phone: str
    kind: BookingKind
    room_id: UUID | None
    room: str
    first: date
    last: date
    span: Span
    brought: datetime | None
    fetched: datetime | None
    status: BookingStatus
    price: Decimal | None
    feeding: str = ""
    medication: str = ""
    belongings: str = ""
    notes: str = ""
    checked_in_at: datetime | None = None
    checked_out_at: datetime | None = None
    cancellation_reason: str | None = None
    provisional: bool = False
    refused: bool = False

    @property
    def nights(self) -> int:
        return nights(self.first, self.last)

    @property
    def stage(self) -> str:
        """How far it is, in a word or two: "Booked", "Here"."""
        return words_for(self.status).capitalize()

    @property
    def mark(self) -> str:
        """What is said beside the stage: what central has not confirmed, or refused."""
        return "Refused" if self.refused else "Provisional" if self.provisional else ""

    @property
    def takes_place(self) -> bool:
        return self.status not in ENDED

    @property
    def overnight(self) -> bool:
        return self.kind in OVERNIGHT and self.kind != BookingKind.DAY_CARE

    def says(self, words: str) -> bool:
        """Whether every word occurs in what is shown of it."""
        whose = (self.pet, self.client, self.phone, figures_of(self.phone))
        return has_words(" ".join((*whose, self.room, self.species)), words)


@dataclass(frozen=True)
class Offer:
    """A booking that central refused for want of a place, and the rooms that have one."""

    stay: Stay
    refusal_id: UUID
    words: str
    rooms: tuple[Taken, ...]


@dataclass(frozen=True)
class Board:
    """Rooms by day or hour: what takes them, and what waits for an answer."""

    first: date
    days: int
    zone: ZoneInfo
    rooms: tuple[Taken, ...]
    stays: tuple[Stay, ...]
    requests: tuple[Stay, ...] = ()
    offers: tuple[Offer, ...] = ()
    has_rooms: bool = True


@dataclass(frozen=True)
class Chore:
    """An extra that is due on a day: a bath, a walk."""

    id: UUID
    stay_id: UUID
    pet: str
    room: str
    what: str
    due_at: datetime | None
    done_at: datetime | None
    price: Decimal = Decimal(0)


@dataclass(frozen=True)
class Lists:
    """A day's lists: who comes, who goes, who is here, and what is to be done."""

    day: date
    coming: tuple[Stay, ...]
    going: tuple[Stay, ...]
    here: tuple[Stay, ...]
    chores: tuple[Chore, ...]
    gaps: dict[UUID, str] = field(default_factory=dict)
    """What is missing of the vaccinations of a pet, in words, by the pet's id."""


def read_board(mirror: Mirror, first: date, days: int, zone: ZoneInfo, *, hourly: bool) -> Board:
    """Read the rooms and stays of some days; by the hour sessions too, else only nights."""
    wide = Span(
        midnight(first - timedelta(days=_AROUND), zone),
        midnight(first + timedelta(days=days + _AROUND), zone),
    )
    with mirror.read() as connection:
        every = rooms_taken(connection, wide)
        last = first + timedelta(days=days)
        near = _BOOK.c.start_date < last, _BOOK.c.end_date >= first
        found = stays_where(connection, zone, and_(*near), limit=MOST)
        shown = [
            stay
            for stay in found
            if stay.status not in (BookingStatus.CANCELLED, BookingStatus.NO_SHOW)
            and (hourly or stay.overnight or stay.span.ends - stay.span.starts > timedelta(days=1))
        ]
        kinds = (*_SLEEP, RoomKind.GROOMING) if hourly else _SLEEP
        used = {stay.room_id for stay in shown}
        rooms = tuple(room for room in every if room.kind in kinds or room.room_id in used)
        asked = stays_where(
            connection, zone, _BOOK.c.status == BookingStatus.REQUESTED, limit=MOST_LISTED
        )
        offers = _offers(connection, zone)
    return Board(first, days, zone, rooms, tuple(shown), asked, offers, bool(rooms))


def read_lists(mirror: Mirror, day: date, zone: ZoneInfo) -> Lists:
    """Read a day's check-in and check-out lists, who is here, and the extras that are due."""
    with mirror.read() as connection:
        here = _BOOK.c.status == BookingStatus.CHECKED_IN
        waits = _BOOK.c.status == BookingStatus.CONFIRMED
        coming = stays_where(
            connection, zone, and_(waits, _BOOK.c.start_date <= day, _BOOK.c.end_date >= day)
        )
        inside = stays_where(connection, zone, here)
        gone = stays_where(
            connection,
            zone,
            and_(_BOOK.c.status == BookingStatus.COMPLETED, _BOOK.c.end_date == day),
        )
        leaving = [stay for stay in inside if stay.last <= day]
        going = (*sorted(leaving, key=_fetched), *sorted(gone, key=_fetched))
        chores = _chores(connection, day, zone)
        gaps = {}
        for stay in coming:
            missing = vaccination_gaps(connection, stay.pet_id, stay.last, day)
            if missing:
                gaps[stay.pet_id] = " ".join(missing)
    return Lists(day, coming, going, inside, chores, gaps)


def _fetched(stay: Stay) -> tuple[bool, datetime | None, str]:
    """The order in which pets go home; those without a time are last, by name."""
    return (False, stay.fetched, stay.pet) if stay.fetched else (True, None, stay.pet)


def read_extras(mirror: Mirror, stay_id: UUID) -> tuple[Chore, ...]:
    """Read everything that a booking includes, by when it is due."""
    with mirror.read() as connection:
        return _chores_where(connection, _ITEMS.c.booking_id == stay_id)


def one_stay(connection: Connection, stay_id: UUID, zone: ZoneInfo) -> Stay | None:
    """Return a booking, or None where it is gone."""
    found = stays_where(connection, zone, _BOOK.c.id == stay_id)
    return found[0] if found else None


def first_day_of(mirror: Mirror, stay_id: UUID, zone: ZoneInfo) -> date | None:
    """Read the first day of a booking; None where it is gone."""
    with mirror.read() as connection:
        found = one_stay(connection, stay_id, zone)
    return None if found is None else found.first


def stays_where(
    connection: Connection, zone: ZoneInfo, condition: Any, *, limit: int = MOST_LISTED
) -> tuple[Stay, ...]:
    """Return the bookings for which a condition holds, by their first day and pet."""
    waiting, refused = unconfirmed(connection, "bookings")
    rows = connection.execute(_select().where(condition).limit(limit))
    return tuple(_stay(row, zone, waiting, refused) for row in rows)


def _offers(connection: Connection, zone: ZoneInfo) -> tuple[Offer, ...]:
    found = []
    for one in open_quarantine(connection):
        stay = one_stay(connection, one.row_id, zone) if one.table == "bookings" else None
        if stay is not None and stay.refused and stay.takes_place:
            free = free_rooms(connection, stay.span, stay.kind, but=stay.id)
            # Its own may look free here: who has it comes with the next sync.
            rooms = tuple(room for room in free if room.room_id != stay.room_id)
            found.append(Offer(stay, one.id, one.message, rooms))
    return tuple(found)


def _chores(connection: Connection, day: date, zone: ZoneInfo) -> tuple[Chore, ...]:
    span = day_span(day, zone)
    due = and_(_ITEMS.c.due_at >= span.starts, _ITEMS.c.due_at < span.ends)
    here = _BOOK.c.status.in_((BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN))
    return _chores_where(connection, and_(due, or_(here, _ITEMS.c.done_at.is_not(None))))


def _chores_where(connection: Connection, condition: Any) -> tuple[Chore, ...]:
    pets, rooms = Pet.__table__, Room.__table__
    query = (
        select(
            _ITEMS,
            pets.c.name.label("pet"),
            rooms.c.name.label("room"),
        )
        .join(_BOOK, _BOOK.c.id == _ITEMS.c.booking_id)
        .outerjoin(pets, pets.c.id == _BOOK.c.pet_id)
        .outerjoin(rooms, rooms.c.id == _BOOK.c.room_id)
        .where(condition)
        .order_by(_ITEMS.c.due_at, pets.c.name, _ITEMS.c.id)
        .limit(MOST_LISTED)
    )
    return tuple(
        Chore(
            row.id,
            row.booking_id,
            row.pet or "A pet",
            row.room or "",
            row.description,
            row.due_at,
            row.done_at,
            row.unit_price * row.quantity,
        )
        for row in connection.execute(query)
    )


def _select() -> Select[Any]:
    pets, clients, rooms = Pet.__table__, ClinicClient.__table__, Room.__table__
    joined = (
        _BOOK.outerjoin(pets, pets.c.id == _BOOK.c.pet_id)
        .outerjoin(clients, clients.c.id == _BOOK.c.client_id)
        .outerjoin(rooms, rooms.c.id == _BOOK.c.room_id)
    )
    return (
        select(
            _BOOK,
            pets.c.name.label("pet"),
            pets.c.species,
            pets.c.bites,
            pets.c.allergies,
            pets.c.alerts.label("pet_alerts"),
            clients.c.full_name.label("client"),
            func.coalesce(clients.c.phone, clients.c.other_phone).label("phone"),
            rooms.c.name.label("room"),
        )
        .select_from(joined)
        .order_by(_BOOK.c.start_date, _BOOK.c.drop_off_at, pets.c.name, _BOOK.c.id)
    )


def _stay(row: Any, zone: ZoneInfo, waiting: Iterable[str], refused: Iterable[str]) -> Stay:
    alerts = (
        "Bites" if row.bites else "",
        f"Allergic: {row.allergies}" if row.allergies else "",
        (row.pet_alerts or "").strip(),
    )
    return Stay(
        id=row.id,
        pet_id=row.pet_id,
        pet=row.pet or "A pet",
        species=row.species or "",
        alerts=". ".join(one.rstrip(".") for one in alerts if one),
        client=row.client or "",
        phone=row.phone or "",
        kind=BookingKind(row.kind),
        room_id=row.room_id,
        room=row.room or "",
        first=row.start_date,
        last=row.end_date,
        span=span_of(row.start_date, row.end_date, zone, row.drop_off_at, row.pick_up_at),
        brought=row.drop_off_at,
        fetched=row.pick_up_at,
        status=BookingStatus(row.status),
        price=row.price,
        feeding=row.feeding or "",
        medication=row.medication or "",
        belongings=row.belongings or "",
        notes=row.notes or "",
        checked_in_at=row.checked_in_at,
        checked_out_at=row.checked_out_at,
        cancellation_reason=row.cancellation_reason,
        provisional=str(row.id) in waiting,
        refused=str(row.id) in refused,
    )
