"""Rules of a clinic's day: who has which time, and what follows what in a visit (19, 20, 22)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from fluffydesk.actions import free_slots
from fluffydesk.actions.booked import (
    FREE,
    LONGEST,
    Slot,
    Taken,
    clashes,
    describe,
    slot_of,
)
from fluffydesk.actions.rules.people import must_work_here, zone_of
from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.visits import STAMPS, Stage, out_of_order, stage_of
from fluffydesk.records.booking import Appointment, Booking, Room, Service
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.enums.booking import DoubleBooking
from fluffydesk.records.pets import Pet
from fluffydesk.records.vocabulary import Record

BEFORE = (AppointmentStatus.SCHEDULED, AppointmentStatus.CONFIRMED)
OFFERED = 3
"""How many free times a refusal offers."""
_BOOK = Appointment.__table__
_CLAIMS = (
    "veterinarian_id",
    "room_id",
    "pet_id",
    "scheduled_at",
    "ends_at",
    "free_at",
    "may_overlap",
)
_PROGRESS = ("status", *STAMPS.values())
_STAGES = {
    Stage.ARRIVED: "arrived",
    Stage.IN_ROOM: "was in the room",
    Stage.WITH_VET: "was with the vet",
    Stage.TO_PAY: "was to pay",
    Stage.LEFT: "left",
}

_WORDS: dict[str, str] = {
    AppointmentStatus.SCHEDULED: "Booked",
    AppointmentStatus.CONFIRMED: "Confirmed",
    AppointmentStatus.IN_PROGRESS: "In room",
    AppointmentStatus.COMPLETED: "Done",
    AppointmentStatus.CANCELLED: "Cancelled",
    AppointmentStatus.NO_SHOW: "No-show",
}


def words_for(status: str) -> str:
    """Return what people at the desk call a status."""
    return _WORDS.get(status, status.replace("_", " ").capitalize())


def must_be_free(
    connection: Connection, slot: Slot, *, but: UUID | None = None, may_overlap: bool = False
) -> None:
    """Refuse (Taken) a time that another visit has (rule 19), and offer the next free ones."""
    found = clashes(connection, slot, but=but, may_overlap=may_overlap)
    if not found:
        return
    zone = zone_of(connection)
    forbidden = [one for one in found if one.policy is not DoubleBooking.ASK]
    free = free_slots.next_free(connection, slot, slot.starts, zone, OFFERED, but=but)
    times = ", ".join(f"{one.starts.astimezone(zone):%a %d %b %H:%M}" for one in free)
    advice = "Choose a free time, another vet or another room."
    if not forbidden:
        advice = "Double-book it on purpose, or choose another time."
    raise Taken(
        describe((forbidden or found)[0], zone),
        f"{advice} Next free: {times}." if times else advice,
        field="scheduled_at" if forbidden else "may_overlap",
        clashes=forbidden or found,
        slots=free,
        shared=not forbidden,
    )


def _in_order(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    if after is None or not _changed(before, after, ("scheduled_at", "ends_at")):
        return
    if after.ends_at <= after.scheduled_at:
        raise InvalidValue("It ends before it starts.", "Give a later end.", field="ends_at")
    if after.ends_at - after.scheduled_at > LONGEST:
        raise InvalidValue(
            f"A visit lasts at most {LONGEST.days} days.",
            "Check its end; a longer stay is a booking.",
            field="ends_at",
        )


def _clears_up(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A visit's vet and room clear up afterwards for as long as its service says, wherever it goes.

    What somebody said for this visit is kept: `free_at` the same as its end for none.
    """
    if after is None:
        return
    free_at = after.free_at
    claims = ("scheduled_at", "ends_at", "service_id", "veterinarian_id", "room_id")
    if before is not None and after.free_at == before.free_at:
        if before.service_id != after.service_id:
            free_at = None
        elif before.free_at is not None:
            free_at = after.ends_at + (before.free_at - before.ends_at)
    if free_at is None and _changed(before, after, claims):
        free_at = _clear_until(connection, after)
    if free_at is not None and free_at < after.ends_at:
        raise InvalidValue(
            "The vet and the room are free again before it ends.",
            "Give a later time, or none.",
            field="free_at",
        )
    if free_at != after.free_at:
        _write(connection, after, {"free_at": free_at})


def _clear_until(connection: Connection, row: Row[Any]) -> Any:
    service = row_of(connection, Service, row.service_id) if row.service_id else None
    minutes = 0 if service is None else service.buffer_minutes or 0
    return row.ends_at + timedelta(minutes=minutes) if minutes else None


def _for_whom(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A visit is of a patient, or to the farm of a client."""
    if after is not None and after.pet_id is None and after.client_id is None:
        raise InvalidValue(
            "It is not said whose visit it is.",
            "Choose the pet, or the client whose farm is visited.",
            field="pet_id",
        )


def _alive(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Rule 22: no visits and no stays after a pet's death."""
    days = ("pet_id", "scheduled_at") if _is_visit(after) else ("pet_id", "start_date")
    if after is None or not _changed(before, after, days):
        return
    if after.status in FREE or after.pet_id is None:
        return
    pet = row_of(connection, Pet, after.pet_id)
    if pet is None or pet.deceased_on is None:
        return
    day = (
        after.scheduled_at.astimezone(zone_of(connection)).date()
        if _is_visit(after)
        else after.start_date
    )
    if pet.deceased_on < day:
        raise InvalidValue(
            f"{pet.name} died on {pet.deceased_on:%d %B %Y}.",
            "Choose another pet, or correct the pet's card.",
            field="pet_id",
        )


def _is_visit(row: Row[Any] | None) -> bool:
    return row is not None and hasattr(row, "scheduled_at")


def _vet_works_here(
    connection: Connection, before: Row[Any] | None, after: Row[Any] | None
) -> None:
    if after is not None and _changed(before, after, ("veterinarian_id",)):
        must_work_here(connection, after.veterinarian_id, "veterinarian_id")


def _follows(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Rule 20: one status follows another; what is corrected goes back the way it came."""
    if after is None or before is None or before.status == after.status:
        return
    if AppointmentStatus.later(before.status, after.status) is None:
        raise InvalidValue(
            f"A visit that is {words_for(before.status).lower()} cannot become "
            f"{words_for(after.status).lower()}.",
            "Open it to correct what was recorded.",
            field="status",
        )


def _stages(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Rule 20: stamps come in the order of the stages, and the status is that of the last one."""
    if after is None or not _changed(before, after, _PROGRESS):
        return
    stamps = {name: getattr(after, name) for name in STAMPS.values()}
    wrong = out_of_order(stamps)
    if wrong is not None:
        raise InvalidValue(
            f"It {_STAGES[wrong[1]]} before it {_STAGES[wrong[0]]}.",
            "Correct one of the two times.",
            field=STAMPS[wrong[1]],
        )
    stage = stage_of(stamps)
    if after.status == AppointmentStatus.NO_SHOW and stage is not Stage.BOOKED:
        raise InvalidValue(
            "Who has arrived is no no-show.", "Cancel the visit instead.", field="status"
        )
    if after.status in FREE:
        if stage in (Stage.BOOKED, Stage.ARRIVED):
            return
        raise InvalidValue(
            f"A visit that is {words_for(after.status).lower()} {_STAGES[stage]}.",
            "Correct its status first.",
            field="status",
        )
    _keep_status(connection, before, after, stage)


def _keep_status(
    connection: Connection, before: Row[Any] | None, after: Row[Any], stage: Stage
) -> None:
    """Let the status follow the stamps; one that was set back takes the later stamps back."""
    reached = {Stage.LEFT: AppointmentStatus.COMPLETED}
    began = stage in (Stage.IN_ROOM, Stage.WITH_VET, Stage.TO_PAY)
    least = AppointmentStatus.IN_PROGRESS if began else reached.get(stage)
    if least is None or AppointmentStatus.later(after.status, least) == after.status:
        return
    was = None if before is None else before.status
    if (
        was is not None
        and was != after.status
        and AppointmentStatus.later(was, after.status) == was
    ):
        over = [Stage.LEFT] if after.status == AppointmentStatus.IN_PROGRESS else list(STAMPS)[1:]
        _write(connection, after, {STAMPS[one]: None for one in over})
    else:
        _write(connection, after, {"status": least})


def _alone(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Rule 19: a vet, a room and a patient have one visit at a time, unless they allow another."""
    if after is None:
        return
    row = row_of(connection, Appointment, after.id)
    if row is None or row.status in FREE:
        return
    back = before is not None and before.status in FREE
    if back or _changed(before, row, _CLAIMS):
        _room_is_open(connection, row)
        must_be_free(connection, slot_of(row), but=row.id, may_overlap=row.may_overlap)


def _room_is_open(connection: Connection, row: Row[Any]) -> None:
    """A room that cannot be had for a while has no visits then."""
    slot = slot_of(row)
    room = row_of(connection, Room, row.room_id) if row.room_id else None
    closed = free_slots.closed_rooms(connection, row.room_id, slot.starts, slot.until)
    if room is None or not closed:
        return
    zone = zone_of(connection)
    starts, ends = (moment.astimezone(zone) for moment in closed[0])
    again = f"{ends:%H:%M}" if ends.date() == starts.date() else f"{ends:%a %d %b %H:%M}"
    raise InvalidValue(
        f"{room.name} is closed from {starts:%a %d %b %H:%M} to {again}.",
        "Choose another room or another time.",
        field="room_id",
    )


def _changed(before: Row[Any] | None, after: Row[Any], names: tuple[str, ...]) -> bool:
    return before is None or any(getattr(before, n) != getattr(after, n) for n in names)


def _write(connection: Connection, row: Row[Any], values: dict[str, Any]) -> None:
    connection.execute(_BOOK.update().where(_BOOK.c.id == row.id).values(values))


RULES: dict[type[Record], tuple[Rule, ...]] = {
    Appointment: (
        _for_whom,
        _in_order,
        _clears_up,
        _alive,
        _vet_works_here,
        _follows,
        _stages,
        _alone,
    ),
    Booking: (_alive,),
}
