"""A small clinic with two kennels, a cat room and a grooming table, and stays at known days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from fluffydesk.actions import saving, stays
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Booking, Room
from fluffydesk.records.enums.booking import BookingKind, BookingStatus, RoomKind
from tests.clinic_sample import DAY, ZONE, Sample, fill

NIGHT = Decimal("22.50")
_OWNERS = {
    "Biscuit": "Noor Vale",
    "Mango": "Noor Vale",
    "Pixel": "Tomas Reed",
    "Rex": "Ivy Stone",
}


def day(number: int) -> date:
    """Return a day so many days after the sample's."""
    return DAY + timedelta(days=number)


def at(number: int, hour: int, minute: int = 0) -> datetime:
    """Return that time of the clock on a day."""
    return datetime.combine(day(number), time(hour, minute), ZONE)


def with_rooms(mirror: Mirror) -> Sample:
    """Fill a mirror with the clinic and its rooms, their ids under their names."""
    sample = fill(mirror)
    for name, kind, places in (
        ("Kennel 1", RoomKind.BOARDING, 1),
        ("Kennel 2", RoomKind.BOARDING, 1),
        ("Cat room", RoomKind.BOARDING, 2),
        ("Table", RoomKind.GROOMING, 1),
    ):
        values = {"name": name, "kind": kind, "capacity": places}
        sample.ids[name], _ = saving.add(mirror, Room, values)
    return sample


def stay(
    mirror: Mirror, sample: Sample, pet: str, first: int, last: int, room: str | None, **more: Any
) -> UUID:
    """Book a pet from 14:00 to 11:00 of those days, and return the booking."""
    values: dict[str, Any] = {
        "pet_id": sample[pet],
        "client_id": sample[_OWNERS[pet]],
        "kind": BookingKind.BOARDING,
        "room_id": None if room is None else sample[room],
        "start_date": day(first),
        "end_date": day(last),
        "drop_off_at": at(first, 14),
        "pick_up_at": at(last, 11),
        **more,
    }
    row_id, _ = stays.book_stay(mirror, values, None if "status" in more else NIGHT)
    return row_id


def row_of(mirror: Mirror, row_id: UUID) -> Any:
    """Return a booking as it is kept."""
    with mirror.read() as connection:
        return saving.existing(connection, Booking, row_id)


REQUESTED, HERE = BookingStatus.REQUESTED, BookingStatus.CHECKED_IN
