"""Booking, moving and carrying out appointments, with the rules a clinic's day keeps (19 to 22)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions import rules
from fluffydesk.actions.booked import (
    FREE,
    AskFirst,
    Clash,
    Slot,
    Taken,
    clashes,
    describe,
    whom,
)
from fluffydesk.actions.rules.appointments import BEFORE, words_for
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.visits import STAGES, STAMPS, Stage, stage_of, stamped
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.booking import Appointment, Service
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.pets import ClinicPatient
from fluffydesk.records.types import now

__all__ = [
    "DEFAULT_MINUTES",
    "FREE",
    "AskFirst",
    "Clash",
    "Slot",
    "Taken",
    "advance",
    "book",
    "clashes",
    "describe",
    "move_appointment",
    "put_back",
    "resize_appointment",
    "set_stage",
    "set_status",
    "share_time",
    "step_back",
    "walk_in",
    "words_for",
]

DEFAULT_MINUTES = 20
_STAGE_WORDS = {
    Stage.BOOKED: "Not arrived",
    Stage.ARRIVED: "Arrived",
    Stage.IN_ROOM: "In the room",
    Stage.WITH_VET: "With the vet",
    Stage.TO_PAY: "To pay",
    Stage.LEFT: "Done",
}
_AT = {Stage.IN_ROOM: AppointmentStatus.IN_PROGRESS, Stage.LEFT: AppointmentStatus.COMPLETED}


def book(mirror: Mirror, values: Mapping[str, Any], *, may_overlap: bool = False) -> Changes:
    """Make an appointment; without `ends_at` it is as long as its service takes, without a client
    it is of the pet's own. Without a pet it is the vet's visit to the client's farm.

    Raises Taken where this PC knows of another for its vet, room or patient (rule 19), AskFirst
    where their policy is to ask, which `may_overlap` answers; InvalidValue for a pet that has
    died (rule 22). What another PC booked meanwhile is central's to find: until it has confirmed,
    the booking is provisional (rule 21).
    """
    given = {**values, "may_overlap": True} if may_overlap else dict(values)
    with mirror.read() as connection:
        starts = given.get("scheduled_at")
        if given.get("ends_at") is None and starts is not None:
            given["ends_at"] = starts + length_of(connection, given.get("service_id"))
        patient = row_with(connection, ClinicPatient, pet_id=given.get("pet_id"))
        if given.get("client_id") is None and patient is not None:
            given["client_id"] = patient.client_id
        name = whom(connection, given.get("pet_id"), given.get("client_id"))
    checked = check(Appointment, given)
    title = f"Book {name or 'an appointment'}"
    with mirror.unit(title) as unit, asking():
        add_visit(unit, checked)
    return unit.changes


def walk_in(mirror: Mirror, values: Mapping[str, Any], *, may_overlap: bool = False) -> Changes:
    """Book somebody who stands at the desk: from now, and arrived, in one unit of work."""
    moment = now()
    starts = moment.replace(second=0, microsecond=0)
    return book(
        mirror,
        {"scheduled_at": starts, **values, "arrived_at": moment},
        may_overlap=may_overlap,
    )


def move_appointment(
    mirror: Mirror,
    appointment_id: UUID,
    *,
    starts: datetime,
    place: Mapping[str, UUID | None] | None = None,
    may_overlap: bool = False,
) -> Changes:
    """Give an appointment another time, and another vet or room (`place`); it is as long.

    Refuses as `book` does, and (InvalidValue) where the visit has begun or is over.
    """
    with mirror.read() as connection:
        row = existing(connection, Appointment, appointment_id)
    if row.status not in BEFORE:
        raise InvalidValue(
            f"This visit is {words_for(row.status).lower()} and stays where it is.",
            "Open it to correct its times.",
        )
    ends = starts + (row.ends_at - row.scheduled_at)
    new = {"scheduled_at": starts, "ends_at": ends, **(place or {})}
    return _change(mirror, "Move", row, new, may_overlap)


def resize_appointment(
    mirror: Mirror,
    appointment_id: UUID,
    *,
    ends: datetime,
    may_overlap: bool = False,
) -> Changes:
    """Let an appointment end at another time; the time to clear up stays as long.

    Refuses as `book` does, and (InvalidValue) where the visit is over.
    """
    with mirror.read() as connection:
        row = existing(connection, Appointment, appointment_id)
    if row.status not in (*BEFORE, AppointmentStatus.IN_PROGRESS):
        raise InvalidValue(
            f"This visit is {words_for(row.status).lower()} and stays as it is.",
            "Open it to correct its times.",
        )
    return _change(mirror, "Change the length of", row, {"ends_at": ends}, may_overlap)


def share_time(mirror: Mirror, appointment_id: UUID) -> Changes:
    """Double-book a visit on purpose where it is; Taken where its vet or room never allows it."""
    with mirror.read() as connection:
        row = existing(connection, Appointment, appointment_id)
    return _change(mirror, "Double-book", row, {}, may_overlap=True)


def set_status(mirror: Mirror, appointment_id: UUID, status: AppointmentStatus) -> Changes:
    """Bring an appointment to a status it can have next (rule 20); otherwise InvalidValue."""
    with mirror.read() as connection:
        row = existing(connection, Appointment, appointment_id)
        name = whom(connection, row.pet_id, row.client_id) or "visit"
    if row.status == status:
        return Changes({})
    if AppointmentStatus.later(row.status, status) != status:
        raise InvalidValue(
            f"A visit that is {words_for(row.status).lower()} cannot become "
            f"{words_for(status).lower()}.",
            "Open it to correct what was recorded.",
        )
    values: dict[str, Any] = {"status": status}
    for stage, reached in _AT.items():
        if status == reached:
            values |= stamped(_stamps(row), stage, now())
    with mirror.unit(f"{words_for(status)}: {name}") as unit:
        change_visit(unit, row, values)
    return unit.changes


def set_stage(mirror: Mirror, appointment_id: UUID, stage: Stage) -> Changes:
    """Bring a visit to a stage, forwards or back; its status follows (rule 20).

    Stages passed over get the same moment; going back takes the later stamps away. InvalidValue
    for a visit that was cancelled or missed.
    """
    with mirror.read() as connection:
        row = existing(connection, Appointment, appointment_id)
        name = whom(connection, row.pet_id, row.client_id) or "visit"
    if row.status in FREE:
        raise InvalidValue(
            f"This visit is {words_for(row.status).lower()}.", "Book it again first."
        )
    values: dict[str, Any] = dict(stamped(_stamps(row), stage, now()))
    values["status"] = _status_at(row, stage)
    new = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not new:
        return Changes({})
    with mirror.unit(f"{_STAGE_WORDS[stage]}: {name}") as unit:
        change_visit(unit, row, new)
    return unit.changes


def advance(mirror: Mirror, appointment_id: UUID) -> Changes:
    """Move a visit to its next stage: arrived, in the room, with the vet, to pay, done (rule 20).

    InvalidValue once it is over.
    """
    stage = _stage(mirror, appointment_id)
    if stage is Stage.LEFT:
        raise InvalidValue("This visit is already done.")
    return set_stage(mirror, appointment_id, STAGES[STAGES.index(stage) + 1])


def step_back(mirror: Mirror, appointment_id: UUID) -> Changes:
    """Take a visit back to the stage before; InvalidValue where there is none."""
    stage = _stage(mirror, appointment_id)
    if stage is Stage.BOOKED:
        raise InvalidValue("This visit has not begun.", "Its patient has not arrived.")
    return set_stage(mirror, appointment_id, STAGES[STAGES.index(stage) - 1])


def put_back(mirror: Mirror, appointment_id: UUID, values: Mapping[str, Any]) -> Changes:
    """Undo: write the given earlier values of an appointment back, as a unit of work of its own.

    Refuses (Taken) where its earlier time is another's by now.
    """
    with mirror.unit("Undo a change to a visit") as unit:
        change_visit(unit, existing(unit.connection, Appointment, appointment_id), dict(values))
    return unit.changes


def add_visit(unit: Unit, values: Mapping[str, Any]) -> UUID:
    """Add a visit within a unit of work, and hold its rules."""
    made = unit.insert(Appointment, values)
    rules.hold(unit.connection, Appointment, None, existing(unit.connection, Appointment, made))
    return made


def change_visit(unit: Unit, before: Row[Any], values: Mapping[str, Any]) -> None:
    """Change a visit within a unit of work, and hold its rules."""
    unit.update(Appointment, before.id, values)
    after = existing(unit.connection, Appointment, before.id)
    rules.hold(unit.connection, Appointment, before, after)


@contextmanager
def asking() -> Iterator[None]:
    """Ask (AskFirst) where a time is refused that may be shared on purpose."""
    try:
        yield
    except Taken as taken:
        if taken.shared:
            raise AskFirst(taken) from taken
        raise


def length_of(connection: Connection, service_id: UUID | None) -> timedelta:
    """Return how long a service takes; twenty minutes without one."""
    services = Service.__table__
    query = select(services.c.duration_minutes).where(services.c.id == service_id)
    minutes = connection.execute(query).scalar() if service_id is not None else None
    return timedelta(minutes=minutes or DEFAULT_MINUTES)


def _change(
    mirror: Mirror, verb: str, row: Row[Any], new: dict[str, Any], may_overlap: bool
) -> Changes:
    with mirror.read() as connection:
        name = whom(connection, row.pet_id, row.client_id)
    # What was double-booked on purpose was so at its former time.
    values = {**new, "may_overlap": may_overlap}
    title = f"{verb} {name or 'an appointment'}"
    with mirror.unit(title) as unit, asking():
        change_visit(unit, row, check(Appointment, values, partial=True))
    return unit.changes


def _stamps(row: Row[Any]) -> dict[str, datetime | None]:
    return {name: getattr(row, name) for name in STAMPS.values()}


def _stage(mirror: Mirror, appointment_id: UUID) -> Stage:
    with mirror.read() as connection:
        row = existing(connection, Appointment, appointment_id)
    if row.status in FREE:
        raise InvalidValue(f"This visit is already {words_for(row.status).lower()}.")
    # A status may have been set without a stamp: by an owner, an import, an older program.
    least = {status: stage for stage, status in _AT.items()}.get(row.status, Stage.BOOKED)
    return max(stage_of(_stamps(row)), least, key=STAGES.index)


def _status_at(row: Row[Any], stage: Stage) -> AppointmentStatus:
    if stage is Stage.LEFT:
        return AppointmentStatus.COMPLETED
    if stage in (Stage.BOOKED, Stage.ARRIVED):
        return row.status if row.status in BEFORE else AppointmentStatus.CONFIRMED
    return AppointmentStatus.IN_PROGRESS
