"""What a clinic offers, where, and when: services, rooms and appointments."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import CLINICS, KEEPERS, WORKERS, Access
from fluffydesk.records.enums import AppointmentStatus, Status
from fluffydesk.records.enums.booking import RoomKind, ServiceCategory
from fluffydesk.records.vocabulary import Merge, OrganizationRecord, field, link

TAKES_TIME = text("status not in ('cancelled', 'no_show')")


def _no_overlap(column: str) -> ExcludeConstraint:
    """Rule 19: for one vet, room or patient, bookings `[start, end)` do not overlap."""
    return ExcludeConstraint(
        ("organization_id", "="),
        (column, "="),
        (text("tstzrange(scheduled_at, ends_at)"), "&&"),
        name=f"ex_appointments_{column}",
        where=TAKES_TIME,
        using="gist",
    )


class Service(OrganizationRecord):
    """Something a clinic does for a price, and how long it takes."""

    __tablename__ = "services"
    __access__ = Access(write=KEEPERS, mirrored=CLINICS)
    __titles__ = ("Service", "Services")
    __label__ = ("name",)

    name: Mapped[str] = field("Name")
    category: Mapped[ServiceCategory] = field("Kind", default=ServiceCategory.OTHER)
    duration_minutes: Mapped[int] = field("Length", unit="min", default=20, minimum=5, maximum=1440)
    price: Mapped[Decimal | None] = field("Price", places=2, minimum=0, maximum=1_000_000)
    colour: Mapped[str | None] = field("Colour", hint="As in #2f855a")
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)


class Room(OrganizationRecord):
    """A room, table or cage that one patient has at a time."""

    __tablename__ = "rooms"
    __access__ = Access(write=KEEPERS, mirrored=CLINICS)
    __titles__ = ("Room", "Rooms")
    __label__ = ("name",)

    name: Mapped[str] = field("Name")
    kind: Mapped[RoomKind] = field("Kind", default=RoomKind.CONSULTING)
    capacity: Mapped[int] = field("Places", default=1, minimum=1, maximum=500)
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class Appointment(OrganizationRecord):
    """A patient's visit to one vet, from one moment up to another."""

    __tablename__ = "appointments"
    __access__ = Access(
        write=WORKERS, mirrored=CLINICS, audited="who moved or cancelled a visit is asked"
    )
    __titles__ = ("Appointment", "Appointments")
    __label__ = ("scheduled_at", "reason")
    __table_args__ = (
        CheckConstraint("ends_at > scheduled_at", name="ends_after_start"),
        Index("idx_appointments_scheduled_at", "organization_id", "scheduled_at"),
        _no_overlap("veterinarian_id"),
        _no_overlap("room_id"),
        _no_overlap("pet_id"),
    )

    pet_id: Mapped[UUID] = link("pets", "Pet", via="clinic_patients.pet_id")
    client_id: Mapped[UUID | None] = link("clinic_clients", "Client")
    service_id: Mapped[UUID | None] = link("services", "Service")
    veterinarian_id: Mapped[UUID | None] = link("profiles", "Vet", via="organization_users.user_id")
    room_id: Mapped[UUID | None] = link("rooms", "Room")
    scheduled_at: Mapped[datetime] = field("Starts")
    ends_at: Mapped[datetime] = field("Ends")
    status: Mapped[AppointmentStatus] = field(
        "Status", default=AppointmentStatus.SCHEDULED, merge=Merge.LATTICE
    )
    reason: Mapped[str | None] = field("Reason")
    arrived_at: Mapped[datetime | None] = field("Arrived", merge=Merge.MIN)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)
