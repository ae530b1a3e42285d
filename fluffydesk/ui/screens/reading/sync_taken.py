"""Of a visit whose time is another's at central: by whom it is taken, and when it would be free."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from fluffydesk.actions.booked import Slot, clashes, describe, slot_of
from fluffydesk.actions.free_slots import free_slots
from fluffydesk.mirror import queries
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.enums.booking import DoubleBooking
from fluffydesk.sync.resolve import Refused

OVERLAPS = "23P01"
"""Central's code where two bookings take one vet, room or patient at one time."""
MOVABLE = (AppointmentStatus.SCHEDULED, AppointmentStatus.CONFIRMED)


@dataclass(frozen=True)
class TakenTime:
    """Who has the time, in words; the next times that are free; whether both may have it."""

    words: str = ""
    slots: tuple[Slot, ...] = ()
    shared: bool = False


def taken_time(connection: Connection, refused: Refused, zone: ZoneInfo) -> TakenTime:
    """Return what is known here of the time of a refused visit; empty for any other refusal."""
    if refused.code != OVERLAPS or refused.table != Appointment.__table__.name:
        return TakenTime()
    visit = queries.one(connection, Appointment, refused.row_id)
    if visit is None:
        return TakenTime()
    others = clashes(connection, slot_of(visit), but=refused.row_id, may_overlap=visit.may_overlap)
    told = " ".join(describe(other, zone) for other in others[:2])
    if visit.status not in MOVABLE:
        return TakenTime(told)
    shared = bool(others) and all(one.policy is DoubleBooking.ASK for one in others)
    return TakenTime(told, tuple(free_slots(connection, refused.row_id, zone)), shared)
