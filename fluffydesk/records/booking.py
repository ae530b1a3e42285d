"""What is offered, where, and when: bookings, appointments, services and rooms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fluffydesk.records.access import (
    CLINICS,
    EVERYONE,
    KEEPERS,
    WORKERS,
    Access,
    Anyone,
    Named,
    Of,
)
from fluffydesk.records.enums import AppointmentStatus, Status
from fluffydesk.records.enums.booking import (
    BookingKind,
    BookingStatus,
    DoubleBooking,
    RoomAvailabilityKind,
    RoomKind,
    ServiceCategory,
)
from fluffydesk.records.money import percent
from fluffydesk.records.pets import OWNER
from fluffydesk.records.types import Key
from fluffydesk.records.vocabulary import Course, Facts, Merge, OrganizationRecord, field, link

TAKES_TIME = "status not in ('cancelled', 'no_show')"


def own_pet(when: str | None = None) -> Named:
    """Return the way of the owner of the pet that a row is about, where `when` holds."""
    return replace(OWNER, when=when)


def _booked_by() -> Mapped[Any]:
    """Declare who made a visit: whoever adds the row, at central."""
    facts = Facts("Booked by", target="profiles", merge=Merge.THEIRS, housekeeping=True)
    info = {"facts": facts, "link": ("profiles.id", "SET NULL")}
    return mapped_column(Key(), server_default=text("auth.uid()"), info=info)


def _no_overlap(column: str, until: str, *also: str) -> ExcludeConstraint:
    """Rule 19: for one vet, room or patient, bookings `[start, until)` do not overlap."""
    return ExcludeConstraint(
        ("organization_id", "="),
        (column, "="),
        (text(f"tstzrange(scheduled_at, {until})"), "&&"),
        name=f"ex_appointments_{column}",
        where=text(" and ".join((TAKES_TIME, *also))),
        using="gist",
    )


_FREE_AGAIN = "coalesce(free_at, ends_at)"


class Booking(OrganizationRecord):
    """A pet's stay or session at a provider: boarding, day care, grooming and the like."""

    __tablename__ = "bookings"
    # An owner asks; price, room and what follows are the provider's to say.
    __access__ = Access(
        read=[EVERYONE, own_pet()],
        add=[
            WORKERS,
            own_pet(
                "status = 'requested' and service_id is not null and room_id is null"
                " and client_id is null and price is null and deposit is null"
                " and checked_in_at is null and checked_out_at is null"
                " and cancellation_reason is null"
            ),
        ],
        write=WORKERS,
        mirrored=CLINICS,
        audited="who moved or cancelled a stay, and at what price, is asked",
    )
    __titles__ = ("Booking", "Bookings")
    __label__ = ("start_date", "kind")
    __table_args__ = (
        CheckConstraint("end_date >= start_date", name="ends_after_start"),
        CheckConstraint("pick_up_at > drop_off_at", name="picked_up_after_drop_off"),
        CheckConstraint("checked_out_at >= checked_in_at", name="out_after_in"),
        Index("idx_bookings_provider_id", "provider_id"),
        Index("idx_bookings_start_date", "start_date"),
        Index("ix_bookings_day", "organization_id", "start_date"),
    )

    provider_id: Mapped[UUID | None] = link("provider_profiles", "Provider")
    pet_id: Mapped[UUID] = link("pets", "Pet", via="clinic_patients.pet_id")
    client_id: Mapped[UUID | None] = link("clinic_clients", "Client")
    kind: Mapped[BookingKind] = field("Kind", default=BookingKind.BOARDING)
    service_id: Mapped[UUID | None] = link("services", "Service")
    room_id: Mapped[UUID | None] = link("rooms", "Room")
    start_date: Mapped[date] = field("From")
    end_date: Mapped[date] = field("Until", hint="The day the pet goes home")
    drop_off_at: Mapped[datetime | None] = field("Brought at")
    pick_up_at: Mapped[datetime | None] = field("Fetched at")
    status: Mapped[BookingStatus] = field(
        "Status",
        default=BookingStatus.REQUESTED,
        merge=Merge.LATTICE,
        course=Course(BookingStatus.CHECKED_IN, "checked_in_at", ("start_date", "end_date")),
    )
    price: Mapped[Decimal | None] = field("Price", places=2, minimum=0, maximum=1_000_000)
    deposit: Mapped[Decimal | None] = field("Deposit", places=2, minimum=0, maximum=1_000_000)
    feeding: Mapped[str | None] = field("Feeding", merge=Merge.TEXT)
    medication: Mapped[str | None] = field("Medication", merge=Merge.TEXT)
    belongings: Mapped[str | None] = field("Belongings", hint="Bed, toys, lead ..")
    checked_in_at: Mapped[datetime | None] = field("Checked in", merge=Merge.MIN)
    checked_out_at: Mapped[datetime | None] = field("Checked out", merge=Merge.MAX)
    cancellation_reason: Mapped[str | None] = field("Why cancelled")
    notes: Mapped[str | None] = field("Notes", hint="The owner reads them too", merge=Merge.TEXT)
    booked_by: Mapped[UUID | None] = _booked_by()


class Appointment(OrganizationRecord):
    """A patient's visit to one vet, from one moment up to another.

    Without a pet it is the vet's visit to the client's farm.
    """

    __tablename__ = "appointments"
    # An owner asks for a time; which vet and room it takes is the clinic's to say.
    __access__ = Access(
        read=[EVERYONE, own_pet()],
        add=[
            WORKERS,
            own_pet(
                "status = 'scheduled' and service_id is not null and veterinarian_id is null"
                " and room_id is null and client_id is null and free_at is null"
                " and not may_overlap and series_id is null and arrived_at is null"
                " and in_room_at is null and with_vet_at is null and to_pay_at is null"
                " and left_at is null"
            ),
        ],
        write=WORKERS,
        mirrored=CLINICS,
        audited="who moved or cancelled a visit is asked",
    )
    __titles__ = ("Appointment", "Appointments")
    __label__ = ("scheduled_at", "reason")
    __table_args__ = (
        CheckConstraint("ends_at > scheduled_at", name="ends_after_start"),
        Index("idx_appointments_scheduled_at", "scheduled_at"),
        Index("ix_appointments_day", "organization_id", "scheduled_at"),
        CheckConstraint("free_at >= ends_at", name="free_after_end"),
        CheckConstraint("pet_id is not null or client_id is not null", name="pet_or_farm"),
        Index("ix_appointments_series_id", "organization_id", "series_id"),
        # Whether a vet and a room may be double-booked is theirs to say; a pet is never in two
        # places.
        _no_overlap("veterinarian_id", _FREE_AGAIN, "vet_alone"),
        _no_overlap("room_id", _FREE_AGAIN, "room_alone"),
        _no_overlap("pet_id", "ends_at"),
    )

    pet_id: Mapped[UUID | None] = link("pets", "Pet", via="clinic_patients.pet_id")
    client_id: Mapped[UUID | None] = link("clinic_clients", "Client")
    service_id: Mapped[UUID | None] = link("services", "Service")
    veterinarian_id: Mapped[UUID | None] = link("profiles", "Vet", via="organization_users.user_id")
    room_id: Mapped[UUID | None] = link("rooms", "Room")
    scheduled_at: Mapped[datetime] = field("Starts")
    ends_at: Mapped[datetime] = field("Ends")
    free_at: Mapped[datetime | None] = field(
        "Free again", hint="If the vet and the room need time to clear up"
    )
    may_overlap: Mapped[bool] = field("Double-booked on purpose", default=False)
    series_id: Mapped[UUID | None] = field("Series")
    status: Mapped[AppointmentStatus] = field(
        "Status",
        default=AppointmentStatus.SCHEDULED,
        merge=Merge.LATTICE,
        course=Course(AppointmentStatus.IN_PROGRESS, "arrived_at", ("scheduled_at",)),
    )
    reason: Mapped[str | None] = field("Reason")
    arrived_at: Mapped[datetime | None] = field("Arrived", merge=Merge.MIN)
    in_room_at: Mapped[datetime | None] = field("In the room", merge=Merge.MIN)
    with_vet_at: Mapped[datetime | None] = field("With the vet", merge=Merge.MIN)
    to_pay_at: Mapped[datetime | None] = field("Seen, to pay", merge=Merge.MIN)
    left_at: Mapped[datetime | None] = field("Left", merge=Merge.MIN)
    notes: Mapped[str | None] = field("Notes", hint="The owner reads them too", merge=Merge.TEXT)
    booked_by: Mapped[UUID | None] = _booked_by()
    # What their policies come to for this visit, so that a constraint can hold it.
    vet_alone: Mapped[bool] = field("Has the vet to itself", default=True, kept=True)
    room_alone: Mapped[bool] = field("Has the room to itself", default=True, kept=True)


class BookingItem(OrganizationRecord):
    """One thing that a booking includes: the stay itself, a bath, a walk, a meal."""

    __tablename__ = "booking_items"
    __access__ = Access(read=[EVERYONE, Of("booking_id")], write=WORKERS, mirrored=CLINICS)
    __titles__ = ("Booking item", "Booking items")
    __label__ = ("description",)

    booking_id: Mapped[UUID] = link("bookings", "Booking", on_delete="CASCADE")
    service_id: Mapped[UUID | None] = link("services", "Service")
    description: Mapped[str] = field("Description")
    due_at: Mapped[datetime | None] = field("When")
    quantity: Mapped[Decimal] = field(
        "Quantity", places=2, default=Decimal(1), minimum=0, maximum=10_000
    )
    unit_price: Mapped[Decimal] = field(
        "Unit price", places=2, default=Decimal(0), minimum=0, maximum=1_000_000
    )
    discount_percent: Mapped[Decimal] = field(
        "Discount", unit="%", places=2, default=Decimal(0), minimum=0, maximum=100
    )
    tax_percent: Mapped[Decimal] = field(
        "Tax", unit="%", places=2, default=Decimal(0), minimum=0, maximum=100
    )
    done_at: Mapped[datetime | None] = field("Done", merge=Merge.MIN)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class Service(OrganizationRecord):
    """Something a clinic does for a price, and how long it takes."""

    __tablename__ = "services"
    __access__ = Access(
        read=[EVERYONE, Anyone("status = 'active'")], write=KEEPERS, mirrored=CLINICS
    )
    __titles__ = ("Service", "Services")
    __label__ = ("name",)

    name: Mapped[str] = field("Name")
    category: Mapped[ServiceCategory] = field("Kind", default=ServiceCategory.OTHER)
    duration_minutes: Mapped[int] = field("Length", unit="min", default=20, minimum=5, maximum=1440)
    buffer_minutes: Mapped[int] = field(
        "Clearing up", unit="min", default=0, minimum=0, maximum=240, hint="Kept free afterwards"
    )
    price: Mapped[Decimal | None] = field(
        "Price", places=2, minimum=0, maximum=1_000_000, hint="Tax included"
    )
    tax_rate: Mapped[Decimal] = percent("Tax in the price")
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
    double_booking: Mapped[DoubleBooking] = field("Double booking", default=DoubleBooking.NEVER)
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class RoomAvailability(OrganizationRecord):
    """A while in which a room is open with a number of places, or cannot be had."""

    __tablename__ = "room_availability"
    __access__ = Access(write=WORKERS, mirrored=CLINICS)
    __titles__ = ("Room calendar entry", "Room calendar")
    __label__ = ("starts_at", "kind")
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        ExcludeConstraint(
            ("organization_id", "="),
            ("room_id", "="),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            name="ex_room_availability_room_id",
            where=text("kind <> 'available'"),
            using="gist",
        ),
    )

    room_id: Mapped[UUID] = link("rooms", "Room", on_delete="CASCADE")
    kind: Mapped[RoomAvailabilityKind] = field("Kind", default=RoomAvailabilityKind.AVAILABLE)
    starts_at: Mapped[datetime] = field("Starts")
    ends_at: Mapped[datetime] = field("Ends")
    capacity: Mapped[int | None] = field(
        "Places", minimum=0, maximum=500, hint="If other than the room's own"
    )
    reason: Mapped[str | None] = field("Reason")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)
