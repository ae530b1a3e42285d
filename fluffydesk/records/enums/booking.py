"""The closed lists of values of bookings and appointments."""

from __future__ import annotations

from enum import StrEnum


class RoomKind(StrEnum):
    """What a room or table is for."""

    CONSULTING = "consulting"
    SURGERY = "surgery"
    WARD = "ward"
    GROOMING = "grooming"
    BOARDING = "boarding"


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
