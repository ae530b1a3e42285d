"""What a pet that died is still booked for, and calling all of it off at once (rule 22)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions import rules
from fluffydesk.actions.rules.appointments import BEFORE
from fluffydesk.actions.rules.bookings import placed_again
from fluffydesk.actions.saving import existing, row_with
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.booking import Appointment, Booking
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.enums.booking import BookingStatus
from fluffydesk.records.types import today, used_zone
from fluffydesk.records.vocabulary import Record

_BOOK, _STAYS = Appointment.__table__.c, Booking.__table__.c
_TO_COME = (BookingStatus.REQUESTED, BookingStatus.CONFIRMED)


@dataclass(frozen=True)
class Ahead:
    """The visits and stays, by time, that a pet is booked for from today on and did not come to."""

    visits: tuple[Row[Any], ...]
    stays: tuple[Row[Any], ...]

    def __bool__(self) -> bool:
        return bool(self.visits or self.stays)


class CalledOff(NamedTuple):
    """What was called off, and the status that each visit and stay had before."""

    changes: Changes
    before: Mapping[tuple[type[Record], UUID], Any]


def ahead(connection: Connection, pet_id: UUID) -> Ahead:
    """Return what a pet is booked for."""
    begins = datetime.combine(today(), time(), used_zone())
    visits = select(Appointment.__table__).where(
        _BOOK.pet_id == pet_id,
        _BOOK.scheduled_at >= begins,
        _BOOK.status.in_(BEFORE),
        _BOOK.arrived_at.is_(None),
    )
    stays = select(Booking.__table__).where(
        _STAYS.pet_id == pet_id, _STAYS.start_date >= today(), _STAYS.status.in_(_TO_COME)
    )
    return Ahead(
        tuple(connection.execute(visits.order_by(_BOOK.scheduled_at))),
        tuple(connection.execute(stays.order_by(_STAYS.start_date))),
    )


def call_off(mirror: Mirror, pet_id: UUID) -> CalledOff:
    """Call off all that a pet is booked for, in one unit of work. InvalidValue for nothing."""
    before: dict[tuple[type[Record], UUID], Any] = {}
    with mirror.unit("Call off what a pet was booked for") as unit:
        found = ahead(unit.connection, pet_id)
        if not found:
            raise InvalidValue("Nothing is booked for this pet.", "There is nothing to call off.")
        for visit in found.visits:
            before[Appointment, visit.id] = visit.status
            _put(unit, Appointment, visit, AppointmentStatus.CANCELLED)
        for stay in found.stays:
            before[Booking, stay.id] = stay.status
            _put(unit, Booking, stay, BookingStatus.CANCELLED)
    return CalledOff(unit.changes, before)


def take_back(mirror: Mirror, done: CalledOff) -> Changes:
    """Undo: book what was called off again, where nobody changed it since."""
    with mirror.unit("Undo calling off") as unit:
        for (record, row_id), status in done.before.items():
            row = row_with(unit.connection, record, id=row_id)
            if row is None or row.status != "cancelled":
                continue
            if record is Appointment:
                _put(unit, record, row, status)
            else:
                unit.update(record, row_id, {"status": status})
                placed_again(unit.connection, existing(unit.connection, record, row_id))
    return unit.changes


def _put(unit: Unit, record: type[Record], row: Row[Any], status: Any) -> None:
    unit.update(record, row.id, {"status": status})
    rules.hold(unit.connection, record, row, existing(unit.connection, record, row.id))
