"""Who and what a visit takes, for how long, and which other visits overlap it (rule 19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from fluffydesk.errors import Doubt, InvalidValue
from fluffydesk.records.booking import Appointment, Room
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.enums.booking import DoubleBooking
from fluffydesk.records.pets import ClinicClient, Pet
from fluffydesk.records.users import OrganizationUser, Profile

FREE = (AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW)
"""The states in which an appointment takes no time from a vet, a room or a patient."""
LONGEST = timedelta(days=7)
"""How long a visit may last, so that what overlaps is found without reading all that was."""

_BOOK, _PETS, _CLIENTS = Appointment.__table__, Pet.__table__, ClinicClient.__table__
_PEOPLE, _ROOMS, _MEMBERS = Profile.__table__, Room.__table__, OrganizationUser.__table__
_NOBODYS = {DoubleBooking.ALLOW}


@dataclass(frozen=True)
class Slot:
    """What an appointment takes: `[starts, ends)` of a vet, a room and a patient, or None.

    The vet and the room are taken until `free_at`, where there is something to clear up.
    """

    starts: datetime
    ends: datetime
    veterinarian_id: UUID | None = None
    room_id: UUID | None = None
    pet_id: UUID | None = None
    free_at: datetime | None = None

    @property
    def until(self) -> datetime:
        """When its vet and its room are free again."""
        return self.free_at or self.ends


@dataclass(frozen=True)
class Clash:
    """An appointment that takes some of the same time of `who`, a vet, room or pet (`kind`).

    `pet` is whose visit it is: of a farm that is visited, its client. `policy` says what the vet
    or the room has to say of it: never, or ask first.
    """

    appointment_id: UUID
    kind: str
    who: str
    pet: str
    starts: datetime
    ends: datetime
    free_at: datetime | None = None
    policy: DoubleBooking = DoubleBooking.NEVER


class Taken(InvalidValue):
    """The time is another's (rule 19): `clashes` says whose, `slots` are the next free ones.

    `shared`: its vet and room may be double-booked, on purpose (`may_overlap`).
    """

    def __init__(
        self,
        message: str,
        advice: str = "",
        *,
        field: str | None = None,
        clashes: Sequence[Clash] = (),
        slots: Sequence[Slot] = (),
        shared: bool = False,
    ) -> None:
        super().__init__(message, advice, field=field)
        self.clashes = tuple(clashes)
        self.slots = tuple(slots)
        self.shared = shared


class AskFirst(Doubt):
    """The time is another's, and may be shared: asked once, kept when saved with `may_overlap`."""

    def __init__(self, taken: Taken) -> None:
        super().__init__(taken.message, taken.advice, field=taken.field)
        self.clashes = taken.clashes
        self.slots = taken.slots


def whom(connection: Connection, pet_id: UUID | None, client_id: UUID | None) -> str | None:
    """Return the name of the pet that a visit is of, or else of the client whose farm it is."""
    of = _PETS if pet_id is not None else _CLIENTS
    name = of.c.name if pet_id is not None else of.c.full_name
    found = connection.execute(select(name).where(of.c.id == (pet_id or client_id))).scalar()
    return None if found is None else str(found)


def slot_of(row: Row[Any]) -> Slot:
    """Return what a row of appointments takes."""
    return Slot(
        row.scheduled_at, row.ends_at, row.veterinarian_id, row.room_id, row.pet_id, row.free_at
    )


def clashes(
    connection: Connection, slot: Slot, *, but: UUID | None = None, may_overlap: bool = False
) -> list[Clash]:
    """Return the bookings that overlap `slot` for its vet, room or patient (rule 19), by time.

    What the policy of the vet or the room allows is left out; with `may_overlap`, also what it
    asks about. The time to clear up counts for vets and rooms, and not for patients. `but` is the
    appointment itself.
    """
    policies = policies_of(connection, slot)
    wanted = {
        "vet": (_BOOK.c.veterinarian_id, slot.veterinarian_id),
        "room": (_BOOK.c.room_id, slot.room_id),
        "pet": (_BOOK.c.pet_id, slot.pet_id),
    }
    asked = [kind for kind, (_, value) in wanted.items() if value is not None]
    if may_overlap:
        asked = [kind for kind in asked if policies[kind] is not DoubleBooking.ASK]
    asked = [kind for kind in asked if policies[kind] not in _NOBODYS]
    # A rule that forbids is told before one that asks.
    asked.sort(key=lambda kind: policies[kind] is DoubleBooking.ASK)
    if not asked:
        return []
    found = []
    for row in connection.execute(_others(slot)):
        if row.id == but:
            continue
        for kind in asked:
            if wanted[kind][1] == getattr(row, wanted[kind][0].name) and _shares(kind, slot, row):
                who = getattr(row, kind) or f"This {kind}"
                times = row.scheduled_at, row.ends_at, row.free_at
                found.append(Clash(row.id, kind, who, row.pet or "A pet", *times, policies[kind]))
                break
    return found


def policies_of(connection: Connection, slot: Slot) -> dict[str, DoubleBooking]:
    """Return whether the vet, the room and the pet of a slot may be double-booked; a pet never."""
    vet = select(_MEMBERS.c.double_booking).where(_MEMBERS.c.user_id == slot.veterinarian_id)
    room = select(_ROOMS.c.double_booking).where(_ROOMS.c.id == slot.room_id)
    return {
        "vet": _policy(connection.execute(vet).scalar() if slot.veterinarian_id else None),
        "room": _policy(connection.execute(room).scalar() if slot.room_id else None),
        "pet": DoubleBooking.NEVER,
    }


def describe(clash: Clash, zone: tzinfo | None = None) -> str:
    """Return a clash in one sentence, with times of `zone` (this PC's where it is None)."""
    starts, ends = clash.starts.astimezone(zone), clash.ends.astimezone(zone)
    time = f"{starts:%H:%M} to {ends:%H:%M}"
    if clash.kind == "pet":
        return f"{clash.pet} already has an appointment from {time}."
    if clash.free_at is not None and clash.free_at > clash.ends:
        time += f", and free again at {clash.free_at.astimezone(zone):%H:%M}"
    return f"{clash.who} is taken by {clash.pet} from {time}."


def _policy(value: Any) -> DoubleBooking:
    # A word of a newer program forbids: central decides what it means.
    return DoubleBooking(value) if value in set(DoubleBooking) else DoubleBooking.NEVER


def _shares(kind: str, slot: Slot, row: Row[Any]) -> bool:
    if kind == "pet":
        return bool(row.scheduled_at < slot.ends and row.ends_at > slot.starts)
    return bool(row.scheduled_at < slot.until and (row.free_at or row.ends_at) > slot.starts)


def _others(slot: Slot) -> Any:
    """Return the query of all visits of that time: few, where those of a vet go back for years."""
    return (
        select(
            _BOOK,
            func.coalesce(_PETS.c.name, _CLIENTS.c.full_name).label("pet"),
            _PEOPLE.c.full_name.label("vet"),
            _ROOMS.c.name.label("room"),
        )
        .select_from(
            _BOOK.outerjoin(_PETS, _PETS.c.id == _BOOK.c.pet_id)
            .outerjoin(_CLIENTS, _CLIENTS.c.id == _BOOK.c.client_id)
            .outerjoin(_PEOPLE, _PEOPLE.c.id == _BOOK.c.veterinarian_id)
            .outerjoin(_ROOMS, _ROOMS.c.id == _BOOK.c.room_id)
        )
        .where(
            _BOOK.c.scheduled_at > slot.starts - LONGEST,
            _BOOK.c.scheduled_at < slot.until,
            func.coalesce(_BOOK.c.free_at, _BOOK.c.ends_at) > slot.starts,
            _BOOK.c.status.not_in(FREE),
        )
        .order_by(_BOOK.c.scheduled_at, _BOOK.c.id)
    )
