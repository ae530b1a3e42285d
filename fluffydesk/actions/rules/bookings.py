"""Rules of stays: a place for each, one pet in one place, none for the dead (19, 20 and 22)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.stays import Span, places_free, price_of, span_of, units_charged
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Booking, BookingItem, Room, RoomAvailability
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.booking import (
    BookingKind,
    BookingStatus,
    RoomAvailabilityKind,
    RoomKind,
)
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import zone_named
from fluffydesk.records.vocabulary import Record
from fluffydesk.wording import counted

ENDED = (BookingStatus.COMPLETED, BookingStatus.CANCELLED, BookingStatus.NO_SHOW)
"""The states in which a booking takes no place any more."""
OVERNIGHT = (BookingKind.BOARDING, BookingKind.SITTING, BookingKind.DAY_CARE)
"""What a pet has a place for; a bath or a walk may lie within it."""
ROOMS_FOR: dict[BookingKind, tuple[RoomKind, ...]] = {
    BookingKind.BOARDING: (RoomKind.BOARDING, RoomKind.WARD),
    BookingKind.DAY_CARE: (RoomKind.BOARDING, RoomKind.WARD),
    BookingKind.SITTING: (RoomKind.BOARDING,),
    BookingKind.GROOMING: (RoomKind.GROOMING,),
}
_TAKES = ("room_id", "start_date", "end_date", "drop_off_at", "pick_up_at", "status")
_BOOK = Booking.__table__
_DAYS_AROUND = 2
_ENOUGH = 3


@dataclass(frozen=True)
class Block:
    """A while in which a room cannot be had (`places` 0), or has other places than its own."""

    span: Span
    places: int | None
    """None: as many as the room has."""
    words: str


@dataclass(frozen=True)
class Taken:
    """A room's stays and blocks near a while: what is needed to say whether there is a place."""

    room_id: UUID
    name: str
    kind: RoomKind
    places: int
    spans: tuple[Span, ...]
    blocks: tuple[Block, ...]


def zone_of(connection: Connection) -> ZoneInfo:
    """Return the organization's time zone (rule 25)."""
    kept = Mirror.state.get(connection, "organization") or {}
    return zone_named(kept.get("time_zone"))


def span_of_row(row: Row[Any], zone: ZoneInfo) -> Span:
    """Return when a booking takes its place."""
    return span_of(row.start_date, row.end_date, zone, row.drop_off_at, row.pick_up_at)


def free_in(room: Taken, asked: Span) -> int:
    """Return how many places of a room are free for all of a while (rule 19)."""
    met = [
        block.places
        for block in room.blocks
        if block.places is not None and block.span.meets(asked)
    ]
    return places_free(min(met, default=room.places), room.spans, asked)


def why_full(room: Taken, asked: Span) -> str:
    """Return in words why a room has no place for a while; "" where it has one."""
    if free_in(room, asked):
        return ""
    met = [one for one in room.blocks if one.places is not None and one.span.meets(asked)]
    closed = next((one for one in met if one.places == 0), None)
    if closed is not None:
        return f"{room.name} is {closed.words} at that time."
    places = min((one.places for one in met if one.places), default=room.places)
    if places == 1:
        return f"{room.name} is taken at that time."
    return f"{room.name} is full at that time: all {places} places are taken."


def rooms_taken(
    connection: Connection, asked: Span, *, room_id: UUID | None = None, but: UUID | None = None
) -> list[Taken]:
    """Return the rooms in use, by name, with what takes them near a while; `but` one booking."""
    rooms = Room.__table__
    query = select(rooms).order_by(rooms.c.name, rooms.c.id)
    if room_id is None:
        query = query.where(rooms.c.status == Status.ACTIVE)
    else:
        query = query.where(rooms.c.id == room_id)
    found = connection.execute(query).all()
    stays = _stays_near(connection, asked, but)
    blocks = _blocks_near(connection, asked)
    return [
        Taken(
            row.id,
            row.name,
            RoomKind(row.kind),
            row.capacity,
            tuple(span for room, span in stays if room == row.id),
            tuple(block for room, block in blocks if room == row.id),
        )
        for row in found
    ]


def free_rooms(
    connection: Connection, asked: Span, kind: str, *, but: UUID | None = None
) -> list[Taken]:
    """Return the rooms for this kind of booking that have a place for all of a while, by name."""
    fitting = ROOMS_FOR.get(BookingKind(kind), tuple(RoomKind))
    return [
        room
        for room in rooms_taken(connection, asked, but=but)
        if room.kind in fitting and free_in(room, asked)
    ]


def _stays_near(connection: Connection, asked: Span, but: UUID | None) -> list[tuple[UUID, Span]]:
    zone, around = zone_of(connection), timedelta(days=_DAYS_AROUND)
    query = select(_BOOK).where(
        _BOOK.c.room_id.is_not(None),
        _BOOK.c.start_date <= (asked.ends + around).date(),
        _BOOK.c.end_date >= (asked.starts - around).date(),
        _BOOK.c.status.not_in(ENDED),
    )
    rows = [row for row in connection.execute(query) if row.id != but]
    return [(row.room_id, span_of_row(row, zone)) for row in rows]


def _blocks_near(connection: Connection, asked: Span) -> list[tuple[UUID, Block]]:
    calendar = RoomAvailability.__table__
    query = select(calendar).where(
        calendar.c.starts_at < asked.ends, calendar.c.ends_at > asked.starts
    )
    return [(row.room_id, block_of(row)) for row in connection.execute(query)]


def block_of(row: Row[Any]) -> Block:
    """Return an entry of a room's calendar as what it leaves of the room."""
    span = Span(row.starts_at, row.ends_at)
    if row.kind == RoomAvailabilityKind.AVAILABLE:
        return Block(span, row.capacity, "closed" if row.capacity == 0 else "open")
    words = "under repair" if row.kind == RoomAvailabilityKind.MAINTENANCE else "blocked"
    return Block(span, 0, f"{words} ({row.reason})" if row.reason else words)


def _lives(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A pet that has died gets no booking (rule 22); one it had before may be ended."""
    if after is None or after.status in ENDED:
        return
    names = ("pet_id", "start_date", "status")
    if before is not None and all(getattr(before, n) == getattr(after, n) for n in names):
        return
    pet = row_of(connection, Pet, after.pet_id)
    if pet is not None and pet.deceased_on is not None:
        raise InvalidValue(
            f"{pet.name} died on {pet.deceased_on:%d %B %Y}.",
            "Choose another pet, or correct the pet's card.",
            field="pet_id",
        )


def _in_order(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A stay ends after it begins."""
    if after is None:
        return
    if after.end_date < after.start_date:
        raise InvalidValue("It ends before it begins.", "Give a later day.", field="end_date")
    if after.drop_off_at and after.pick_up_at and after.pick_up_at <= after.drop_off_at:
        raise InvalidValue(
            "It is fetched before it is brought.", "Give a later time.", field="pick_up_at"
        )


def times_on_days(row: Row[Any], zone: ZoneInfo) -> None:
    """Refuse times that lie on other days of the clinic's zone than the stay says (rule 25)."""
    for name, moment, day in (
        ("drop_off_at", row.drop_off_at, row.start_date),
        ("pick_up_at", row.pick_up_at, row.end_date),
    ):
        if moment is not None and moment.astimezone(zone).date() != day:
            verb = "brought" if name == "drop_off_at" else "fetched"
            raise InvalidValue(
                f"It is {verb} on {moment.astimezone(zone):%d %B}, but the stay says {day:%d %B}.",
                "Give both the same day.",
                field=name,
            )


def _goes_on(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A booking goes on as its states do: what is over stays over (rule 20)."""
    if before is None or after is None or before.status == after.status:
        return
    if BookingStatus.later(before.status, after.status) != after.status:
        raise InvalidValue(
            f"A booking that is {words_for(before.status)} cannot become "
            f"{words_for(after.status)}.",
            "Undo the step, or make a new booking.",
            field="status",
        )


def _has_place(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A room never holds more stays at once than it has places, nor any while blocked (19)."""
    if after is None or after.room_id is None or after.status in ENDED:
        return
    if before is not None and all(getattr(before, n) == getattr(after, n) for n in _TAKES):
        return
    asked = span_of_row(after, zone_of(connection))
    room = rooms_taken(connection, asked, room_id=after.room_id, but=after.id)
    words = why_full(room[0], asked) if room else ""
    if words:
        others = free_rooms(connection, asked, after.kind, but=after.id)
        raise InvalidValue(words, offered(others), field="room_id")


def offered(rooms: Iterable[Taken]) -> str:
    """Return in words which rooms have a place."""
    names = [room.name for room in rooms]
    if not names:
        return "No other room has a place then: choose other days."
    more = f" and {len(names) - _ENOUGH} more" if len(names) > _ENOUGH else ""
    return f"Free then: {', '.join(names[:_ENOUGH])}{more}."


def _in_one_place(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A patient is never in two places (rule 19): no two stays of one pet overlap."""
    names = (*_TAKES, "pet_id", "kind")
    if after is None or after.status in ENDED:
        return
    if before is not None and all(getattr(before, n) == getattr(after, n) for n in names):
        return
    other = overlapping(connection, after)
    if other is not None:
        raise InvalidValue(
            f"This pet has a booking from {other.start_date:%d %B} to {other.end_date:%d %B} "
            "already.",
            "Open that one, or choose other days.",
            field="start_date",
        )


def overlapping(connection: Connection, row: Row[Any]) -> Row[Any] | None:
    """Return another booking of the same pet that wants it at the same time, if there is one.

    A bath or a walk within a stay is none: the pet is taken from its place.
    """
    zone = zone_of(connection)
    asked, around = span_of_row(row, zone), timedelta(days=_DAYS_AROUND)
    query = select(_BOOK).where(
        _BOOK.c.pet_id == row.pet_id,
        _BOOK.c.id != row.id,
        _BOOK.c.status.not_in(ENDED),
        _BOOK.c.start_date <= (asked.ends + around).date(),
        _BOOK.c.end_date >= (asked.starts - around).date(),
    )
    for other in connection.execute(query.order_by(_BOOK.c.start_date, _BOOK.c.id)):
        alike = (row.kind in OVERNIGHT) == (other.kind in OVERNIGHT)
        if alike and span_of_row(other, zone).meets(asked):
            return other
    return None


def _not_in_use(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A booking whose pet is in the house is not deleted: it is checked out."""
    if after is None and before is not None and before.status == BookingStatus.CHECKED_IN:
        raise Refusal("This pet is checked in.", "Check it out, or undo the check-in.")


def item_of(booking_id: UUID) -> UUID:
    """Return the id of the item that is the stay itself: two PCs that write it write one row."""
    return uuid5(booking_id, "the stay itself")


def _reckoned(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """The nights that are charged follow the days; so does the price of the whole stay (25)."""
    if before is None or after is None:
        return
    if (before.start_date, before.end_date) == (after.start_date, after.end_date):
        return
    items = BookingItem.__table__
    kept = row_of(connection, BookingItem, item_of(after.id))
    if kept is None:
        return
    count = units_charged(after.start_date, after.end_date)
    total = price_of(after.start_date, after.end_date, kept.unit_price)
    words = stay_words(after.kind, after.start_date, after.end_date)
    values: Mapping[str, Any] = {"quantity": Decimal(count), "description": words}
    connection.execute(items.update().where(items.c.id == kept.id).values(**values))
    connection.execute(_BOOK.update().where(_BOOK.c.id == after.id).values(price=total))


def stay_words(kind: str, first: date, last: date) -> str:
    """Return what a stay is called among its items: "Boarding, 3 nights"."""
    name = str(BookingKind(kind)).replace("_", " ").capitalize()
    count = (last - first).days
    return f"{name}, {counted(count, 'night', 'nights')}" if count > 0 else name


def words_for(status: str) -> str:
    """Return what people at the desk call a booking's status."""
    return {
        BookingStatus.REQUESTED: "requested",
        BookingStatus.CONFIRMED: "booked",
        BookingStatus.CHECKED_IN: "here",
        BookingStatus.COMPLETED: "gone home",
        BookingStatus.CANCELLED: "cancelled",
        BookingStatus.NO_SHOW: "a no-show",
    }[BookingStatus(status)]


def held_again(connection: Connection, row: Row[Any]) -> None:
    """Ask only whether there is a place: of a booking whose last step is taken back."""
    _lives(connection, None, row)
    placed_again(connection, row)


def placed_again(connection: Connection, row: Row[Any]) -> None:
    """As `held_again`, whether the pet lives or not: it was booked when it died."""
    _has_place(connection, None, row)
    _in_one_place(connection, None, row)


RULES: dict[type[Record], tuple[Rule, ...]] = {
    Booking: (_lives, _in_order, _goes_on, _in_one_place, _has_place, _not_in_use, _reckoned),
}
