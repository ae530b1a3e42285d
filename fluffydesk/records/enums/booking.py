"""The closed lists of values of bookings and appointments."""

from __future__ import annotations

from enum import StrEnum

from fluffydesk.records.enums.platform import State


class BookingKind(StrEnum):
    """What a pet comes for."""

    BOARDING = "boarding"
    DAY_CARE = "day_care"
    GROOMING = "grooming"
    TRAINING = "training"
    WALKING = "walking"
    SITTING = "sitting"
    TRANSPORT = "transport"
    OTHER = "other"


class BookingStatus(State):
    """How far a booking is; one that a pet's owner makes is requested until it is confirmed."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {
            cls.REQUESTED: (cls.CONFIRMED, cls.CHECKED_IN, cls.CANCELLED, cls.NO_SHOW),
            cls.CONFIRMED: (cls.CHECKED_IN, cls.CANCELLED, cls.NO_SHOW),
            cls.CHECKED_IN: (cls.COMPLETED,),
        }


class RoomKind(StrEnum):
    """What a room or table is for."""

    CONSULTING = "consulting"
    SURGERY = "surgery"
    WARD = "ward"
    GROOMING = "grooming"
    BOARDING = "boarding"


class RoomAvailabilityKind(StrEnum):
    """Whether a room can be had for a while, and why not."""

    AVAILABLE = "available"
    BLOCKED = "blocked"
    MAINTENANCE = "maintenance"


class DoubleBooking(StrEnum):
    """Whether a vet, room or table may have two visits at one time (rule 19)."""

    NEVER = "never"
    ASK = "ask"
    ALLOW = "allow"


class ServiceCategory(StrEnum):
    """What kind of service is offered."""

    CONSULTATION = "consultation"
    VACCINATION = "vaccination"
    SURGERY = "surgery"
    DENTAL = "dental"
    DIAGNOSTICS = "diagnostics"
    GROOMING = "grooming"
    BOARDING = "boarding"
    FARM_VISIT = "farm_visit"
    OTHER = "other"
