"""Booking, moving and carrying out stays and sessions of pets, with their extras (19 to 22)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions import rules
from fluffydesk.actions.rules.bookings import (
    Taken,
    free_rooms,
    held_again,
    item_of,
    span_of_row,
    stay_words,
    times_on_days,
    words_for,
    zone_of,
)
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.stays import price_of, shifted, span_of, units_charged
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.booking import Booking, BookingItem
from fluffydesk.records.clinic import PetVaccination
from fluffydesk.records.enums.booking import BookingStatus
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import now

NO_VACCINATION = "No vaccination is written down."
_VALID_DAYS = 365
"""How long a vaccination counts whose next dose nobody wrote down."""
_STEPS = {
    BookingStatus.CONFIRMED: "Confirm",
    BookingStatus.CHECKED_IN: "Check in",
    BookingStatus.COMPLETED: "Check out",
    BookingStatus.CANCELLED: "Cancel",
    BookingStatus.NO_SHOW: "No-show",
}
UNDONE = ("status", "checked_in_at", "checked_out_at", "cancellation_reason")
"""The columns that a step writes, and that taking it back needs."""
PLACED = ("room_id", "start_date", "end_date", "drop_off_at", "pick_up_at")
"""The columns that moving a stay writes."""


def book_stay(
    mirror: Mirror, values: Mapping[str, Any], per_night: Decimal | None = None
) -> tuple[UUID, Changes]:
    """Book a stay or session; with `per_night` the nights are charged as its first item.

    It is booked at once unless `values` say otherwise: only owners request. InvalidValue: a pet
    that has died (rule 22), a room without a place, a pet that is elsewhere then (rule 19).
    """
    given = {"status": BookingStatus.CONFIRMED, **values}
    with mirror.unit(f"Book {_pet(mirror, given.get('pet_id'))}") as unit:
        row_id = unit.insert(Booking, check(Booking, given))
        row = existing(unit.connection, Booking, row_id)
        rules.hold(unit.connection, Booking, None, row)
        times_on_days(row, zone_of(unit.connection))
        if per_night is not None:
            _charge(unit, row, per_night)
    return row_id, unit.changes


def change_stay(
    mirror: Mirror, row_id: UUID, values: Mapping[str, Any], per_night: Decimal | None = None
) -> Changes:
    """Change a stay; with `per_night` its nights are charged anew. InvalidValue as `book_stay`."""
    with mirror.unit(f"Change the stay of {_pet_of(mirror, row_id)}") as unit:
        _write(unit, row_id, check(Booking, values, partial=True))
        if per_night is not None:
            _charge(unit, existing(unit.connection, Booking, row_id), per_night)
    return unit.changes


def move_stay(
    mirror: Mirror,
    row_id: UUID,
    *,
    days_first: int = 0,
    days_last: int = 0,
    room_id: UUID | None = None,
) -> Changes:
    """Move the ends of a stay by days, each keeps its time of the clock, and give it a room.

    Nights and price follow (rule 25). InvalidValue: the room has no place, and which have
    (rule 19); a stay that is over; one whose pet is here does not begin on another day.
    """
    with mirror.read() as connection:
        row = existing(connection, Booking, row_id)
        zone = zone_of(connection)
    _movable(row, days_first)
    values: dict[str, Any] = {
        "start_date": row.start_date + timedelta(days=days_first),
        "end_date": row.end_date + timedelta(days=days_last),
    }
    if row.drop_off_at is not None:
        values["drop_off_at"] = shifted(row.drop_off_at, days_first, zone)
    if row.pick_up_at is not None:
        values["pick_up_at"] = shifted(row.pick_up_at, days_last, zone)
    if room_id is not None:
        values["room_id"] = room_id
    return _placed(mirror, row_id, values)


def move_session(
    mirror: Mirror,
    row_id: UUID,
    *,
    first_by: timedelta = timedelta(0),
    last_by: timedelta = timedelta(0),
    room_id: UUID | None = None,
) -> Changes:
    """Move the ends of a session, and give it a room if one is named; its days follow (rule 25)."""
    with mirror.read() as connection:
        row = existing(connection, Booking, row_id)
        zone = zone_of(connection)
    span = span_of_row(row, zone)
    starts, ends = span.starts + first_by, span.ends + last_by
    first = starts.astimezone(zone).date()
    _movable(row, (first - row.start_date).days)
    values: dict[str, Any] = {
        "drop_off_at": starts,
        "pick_up_at": ends,
        "start_date": first,
        "end_date": ends.astimezone(zone).date(),
    }
    if room_id is not None:
        values["room_id"] = room_id
    return _placed(mirror, row_id, values)


def set_step(
    mirror: Mirror, row_id: UUID, status: BookingStatus, reason: str | None = None
) -> Changes:
    """Confirm, check in, check out, cancel or miss a booking; `reason` is why it is cancelled.

    InvalidValue where it cannot become that (rule 20). One that is so already stays as it is.
    """
    with mirror.unit(f"{_STEPS[status]}: {_pet_of(mirror, row_id)}") as unit:
        row = existing(unit.connection, Booking, row_id)
        if row.status == status:
            return Changes({})
        values: dict[str, Any] = {"status": status}
        if status == BookingStatus.CHECKED_IN:
            values["checked_in_at"] = now()
        elif status == BookingStatus.COMPLETED:
            values["checked_out_at"] = now()
        elif reason and reason.strip():
            values["cancellation_reason"] = reason.strip()
        _write(unit, row_id, values)
    return unit.changes


def put_back(mirror: Mirror, row_id: UUID, values: Mapping[str, Any]) -> Changes:
    """Undo: write earlier values back, where there still is a place for them (rule 19)."""
    with mirror.unit("Undo a change to a stay") as unit:
        before = existing(unit.connection, Booking, row_id)
        unit.update(Booking, row_id, dict(values))
        after = existing(unit.connection, Booking, row_id)
        if any(getattr(before, name) != getattr(after, name) for name in values):
            held_again(unit.connection, after)
        if "start_date" in values:
            kept = row_with(unit.connection, BookingItem, id=item_of(row_id))
            if kept is not None:
                _charge(unit, after, kept.unit_price)
    return unit.changes


def add_extra(
    mirror: Mirror,
    row_id: UUID,
    description: str,
    price: Decimal,
    *,
    at: time | None = None,
    day: date | None = None,
) -> Changes:
    """Add a bath, a walk or the like: on `day`, or (None) on each day of the stay, a row each.

    So each day's can be ticked off. `at` is a time of the clinic's clock; none means noon.
    """
    if not description.strip():
        raise InvalidValue(
            "What it is, is missing.", "Enter it: bath, walk ..", field="description"
        )
    with mirror.unit(f"Add {description.strip().lower()}") as unit:
        row = existing(unit.connection, Booking, row_id)
        zone = zone_of(unit.connection)
        count = (row.end_date - row.start_date).days + 1
        days = [day] if day else [row.start_date + timedelta(days=n) for n in range(count)]
        for one in days:
            values = {
                "booking_id": row_id,
                "description": description.strip(),
                "unit_price": price,
                "due_at": datetime.combine(one, at or time(12), zone),
            }
            unit.insert(BookingItem, check(BookingItem, values))
    return unit.changes


def tick_extra(mirror: Mirror, item_id: UUID, *, done: bool = True) -> Changes:
    """Tick an extra off as done now, or take that back."""
    with mirror.unit("Extra done" if done else "Extra not done") as unit:
        unit.update(BookingItem, item_id, {"done_at": now() if done else None})
    return unit.changes


def remove_extra(mirror: Mirror, item_id: UUID) -> Changes:
    """Take an extra off a stay."""
    with mirror.unit("Remove an extra") as unit:
        unit.delete(BookingItem, item_id)
    return unit.changes


def rooms_free_for(mirror: Mirror, row_id: UUID) -> list[Taken]:
    """Return the rooms that have a place for a booking as it is, by name."""
    with mirror.read() as connection:
        row = existing(connection, Booking, row_id)
        asked = span_of_row(row, zone_of(connection))
        return free_rooms(connection, asked, row.kind, but=row_id)


def rooms_free_between(
    connection: Connection,
    first: date,
    last: date,
    kind: str,
    times: tuple[datetime | None, datetime | None] = (None, None),
    but: UUID | None = None,
) -> list[Taken]:
    """Return the rooms that have a place from one day, or time, to another, by name."""
    asked = span_of(first, last, zone_of(connection), *times)
    return free_rooms(connection, asked, kind, but=but)


def vaccination_gaps(connection: Connection, pet_id: UUID, until: date, on: date) -> list[str]:
    """Return in words, `on` a day, what of a pet's vaccinations does not last `until` another.

    The last dose of each vaccine counts; one without a next date lasts a year. Empty: all last.
    """
    shots = PetVaccination.__table__
    query = select(shots).where(shots.c.pet_id == pet_id).order_by(shots.c.given_on, shots.c.id)
    last = {(row.disease or row.vaccine).casefold(): row for row in connection.execute(query)}
    if not last:
        return [NO_VACCINATION]
    found = []
    for row in last.values():
        ends = row.next_due_on or row.given_on + timedelta(days=_VALID_DAYS)
        if ends < until:
            name = _vaccination_words(row)
            verb = "was" if ends < on else "is"
            found.append(f"Its {name} {verb} due on {ends.day} {ends:%B %Y}.")
    return found


def _vaccination_words(row: Row[Any]) -> str:
    """Return "rabies vaccination", "FeLV vaccination", "Rabies vaccine"."""
    name = (row.disease or row.vaccine).strip()
    if "vaccin" in name.casefold():
        return str(name)
    return f"{name.lower() if row.disease and name[1:].islower() else name} vaccination"


def per_night_of(connection: Connection, row_id: UUID) -> Decimal | None:
    """Return what a night of a stay is charged at; None where nobody said."""
    kept = row_with(connection, BookingItem, id=item_of(row_id))
    return None if kept is None else Decimal(kept.unit_price)


def _placed(mirror: Mirror, row_id: UUID, values: Mapping[str, Any]) -> Changes:
    with mirror.unit(f"Move {_pet_of(mirror, row_id)}") as unit:
        _write(unit, row_id, values)
    return unit.changes


def _movable(row: Row[Any], days_first: int) -> None:
    if row.status not in (
        BookingStatus.REQUESTED,
        BookingStatus.CONFIRMED,
        BookingStatus.CHECKED_IN,
    ):
        raise InvalidValue(
            f"This booking is {words_for(row.status)} and stays where it is.",
            "Open it to correct its days.",
        )
    if row.status == BookingStatus.CHECKED_IN and days_first:
        raise InvalidValue(
            "The pet is here already: its first day stays.",
            "Move the last day, or another room.",
        )


def _write(unit: Unit, row_id: UUID, values: Mapping[str, Any]) -> None:
    before = existing(unit.connection, Booking, row_id)
    unit.update(Booking, row_id, values)
    after = existing(unit.connection, Booking, row_id)
    rules.hold(unit.connection, Booking, before, after)
    if any(getattr(before, name) != getattr(after, name) for name in PLACED):
        times_on_days(after, zone_of(unit.connection))


def _charge(unit: Unit, row: Row[Any], per_night: Decimal) -> None:
    """Write the item that is the stay itself, and the price of all nights (rule 24)."""
    key = item_of(row.id)
    values = {
        "booking_id": row.id,
        "service_id": row.service_id,
        "description": stay_words(row.kind, row.start_date, row.end_date),
        "quantity": Decimal(units_charged(row.start_date, row.end_date)),
        "unit_price": per_night,
    }
    checked = check(BookingItem, values)
    if row_with(unit.connection, BookingItem, id=key) is None:
        unit.insert(BookingItem, checked, key)
    else:
        checked.pop("booking_id")
        unit.update(BookingItem, key, {name: checked[name] for name in checked if name in values})
    unit.update(Booking, row.id, {"price": price_of(row.start_date, row.end_date, per_night)})


def _pet_of(mirror: Mirror, row_id: UUID) -> str:
    with mirror.read() as connection:
        row = existing(connection, Booking, row_id)
    return _pet(mirror, row.pet_id)


def _pet(mirror: Mirror, pet_id: UUID | None) -> str:
    with mirror.read() as connection:
        pet = row_with(connection, Pet, id=pet_id)
    return "a pet" if pet is None else str(pet.name)
