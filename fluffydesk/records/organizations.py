"""Organizations: farms, clinics and other tenants; their public face, offers and staff."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import (
    ALL_KINDS,
    CLINICS,
    EVERYONE,
    KEEPERS,
    NOBODY,
    Access,
    Anyone,
    Platform,
    Within,
)
from fluffydesk.records.dated import Dated
from fluffydesk.records.enums import OrgType, Role, Status
from fluffydesk.records.enums.organizations import (
    FeedConversionBasis,
    LambingBasis,
    OfferPriceKind,
    OrganizationIntegrationStatus,
    ProviderKind,
    ShownMass,
    ShownTemperature,
    ShownVolume,
    StaffShiftStatus,
)
from fluffydesk.records.vocabulary import Merge, OrganizationRecord, Record, field, link, secret


class Organization(Record):
    """A farm, a clinic or another tenant; nobody sees another's rows."""

    __tablename__ = "organizations"
    __access__ = Access(
        read=[EVERYONE, Platform()],
        write=KEEPERS,
        add=NOBODY,
        delete=NOBODY,
        mirrored=ALL_KINDS,
        audited="who an organization is decides what its members and clients trust",
    )
    __scope__ = Within("id")
    __titles__ = ("Organization", "Organizations")
    __label__ = ("name",)

    name: Mapped[str] = field("Name")
    # What it is, and whether it may go on, is the platform's to say.
    type: Mapped[OrgType] = field("Type", kept=True)
    status: Mapped[Status] = field("Status", default=Status.ACTIVE, kept=True)
    email: Mapped[str | None] = field("E-mail")
    phone: Mapped[str | None] = field("Phone")
    address: Mapped[str | None] = field("Address")
    country: Mapped[str | None] = field("Country", hint="Two letters, as in ISO 3166: NL")
    time_zone: Mapped[str] = field("Time zone", default="UTC", hint="As in Europe/Amsterdam")
    currency: Mapped[str] = field("Currency", default="EUR", hint="Three letters, as in ISO 4217")
    legal_name: Mapped[str | None] = field("Legal name", hint="As on invoices")
    registration_number: Mapped[str | None] = field("Registration number")
    vat_number: Mapped[str | None] = field("VAT number")
    website: Mapped[str | None] = field("Website")
    logo_url: Mapped[str | None] = field("Logo", hint="Its address on the web")
    opening_hours: Mapped[str | None] = field(
        "Opening hours", hint="Mo-Fr 08:00-18:00; Sa 09:00-13:00"
    )
    payment_days: Mapped[int] = field(
        "Invoices are due after", unit="d", default=14, minimum=0, maximum=365
    )
    # Units and conventions are here and not in a row of their own: two PCs that are offline
    # would each add one.
    mass_unit: Mapped[ShownMass] = field(
        "Weights in", default=ShownMass.KILOGRAM, hint="Kept in kg, whatever is shown"
    )
    volume_unit: Mapped[ShownVolume] = field(
        "Volumes in", default=ShownVolume.LITRE, hint="Kept in litres, whatever is shown"
    )
    temperature_unit: Mapped[ShownTemperature] = field(
        "Temperatures in", default=ShownTemperature.CELSIUS
    )
    calving_day: Mapped[int] = field(
        "The day of calving is day",
        default=0,
        minimum=0,
        maximum=1,
        hint="0 or 1; recording agencies differ, those of France use 1",
    )
    feed_conversion_basis: Mapped[FeedConversionBasis] = field(
        "Feed conversion divides by", default=FeedConversionBasis.LIVE_WEIGHT
    )
    lambing_basis: Mapped[LambingBasis] = field(
        "Lambing % divides by ewes that were",
        default=LambingBasis.EXPOSED,
        hint="Exposed: put to the ram",
    )
    episode_gap_days: Mapped[int] = field(
        "One illness, if treated again within",
        unit="d",
        default=14,
        minimum=1,
        maximum=365,
        hint="Treatments for the same reason this close together are one episode",
    )
    is_organic: Mapped[bool] = field(
        "Organic: withdrawal is doubled",
        default=False,
        hint="Twice the time on the label, and 48 hours at least; of treatments entered from now",
    )


class OrganizationService(OrganizationRecord):
    """An offer of an organization: one of its services, on what terms, and who may see it."""

    __tablename__ = "organization_services"
    __access__ = Access(read=[EVERYONE, Anyone("is_public and status = 'active'")], write=KEEPERS)
    __titles__ = ("Offer", "Offers")
    __label__ = ("title",)

    service_id: Mapped[UUID] = link("services", "Service", on_delete="CASCADE")
    provider_id: Mapped[UUID | None] = link("provider_profiles", "Provider", on_delete="SET NULL")
    title: Mapped[str] = field("Title")
    description: Mapped[str | None] = field("Description")
    species: Mapped[list[str]] = field("Species", default=list, hint="None means any")
    price_kind: Mapped[OfferPriceKind] = field("Price is", default=OfferPriceKind.FIXED)
    price: Mapped[Decimal | None] = field("Price", places=2, minimum=0, maximum=1_000_000)
    currency: Mapped[str] = field("Currency", default="EUR", hint="Three letters, as in ISO 4217")
    deposit: Mapped[Decimal | None] = field("Deposit", places=2, minimum=0, maximum=1_000_000)
    duration_minutes: Mapped[int | None] = field("Length", unit="min", minimum=5, maximum=525_600)
    at_home: Mapped[bool] = field("At the client's home", default=False)
    is_public: Mapped[bool] = field("Shown to everybody", default=False)
    books_online: Mapped[bool] = field(
        "Owners may ask for it", default=False, hint="Only what is shown to everybody"
    )
    notice_hours: Mapped[int | None] = field("Notice", unit="h", minimum=0, maximum=8760)
    cancellation_hours: Mapped[int | None] = field(
        "Free cancellation until", unit="h", minimum=0, maximum=8760
    )
    position: Mapped[int] = field("Order", default=0, minimum=0, maximum=10_000)
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)


class OrganizationIntegration(OrganizationRecord):
    """A connection of an organization to another system, such as a laboratory or bookkeeping."""

    __tablename__ = "organization_integrations"
    __access__ = Access(
        read=KEEPERS, write=KEEPERS, audited="a connection lets another system at the rows"
    )
    __titles__ = ("Connection", "Connections")
    __label__ = ("name",)
    __table_args__ = (UniqueConstraint("organization_id", "integration_id", "name"),)

    integration_id: Mapped[UUID] = link("integrations", "Integration")
    name: Mapped[str] = field("Name")
    status: Mapped[OrganizationIntegrationStatus] = field(
        "Status", default=OrganizationIntegrationStatus.SETTING_UP
    )
    account: Mapped[str | None] = field("Account there")
    settings: Mapped[dict[str, Any]] = field(
        "Settings", default=dict, hint="Keys and passwords do not belong here"
    )
    secret_reference: Mapped[str | None] = secret("Where the secret store keeps its key")
    connected_at: Mapped[datetime | None] = field("Connected", kept=True)
    last_synced_at: Mapped[datetime | None] = field("Last run", kept=True)
    last_error: Mapped[str | None] = field("Last error", kept=True)
    failures: Mapped[int] = field("Failures in a row", default=0, minimum=0, kept=True)


class ProviderProfile(OrganizationRecord):
    """A public face of an organization, a branch or one of its people, in the list of providers."""

    __tablename__ = "provider_profiles"
    # What is listed is read by all the world: only what is meant to be belongs here.
    __access__ = Access(
        read=[EVERYONE, Anyone("is_listed and blocked_at is null"), Platform()],
        write=KEEPERS,
        mirrored=CLINICS,
    )
    __titles__ = ("Provider", "Providers")
    __label__ = ("display_name",)
    __table_args__ = (
        CheckConstraint(
            "rating_average is null or rating_average between 1 and 5", name="rating_average_range"
        ),
        Index(
            "ix_provider_profiles_listed",
            "country",
            "city",
            postgresql_where=text("is_listed and blocked_at is null"),
        ),
    )

    person_id: Mapped[UUID | None] = link(
        "profiles", "Person", via="organization_users.user_id", on_delete="CASCADE"
    )
    display_name: Mapped[str] = field("Name")
    kind: Mapped[ProviderKind] = field("Kind", default=ProviderKind.OTHER)
    headline: Mapped[str | None] = field("In one line")
    description: Mapped[str | None] = field("Description")
    services_summary: Mapped[str | None] = field("Services")
    species: Mapped[str | None] = field("Species", hint="Dogs, cats, horses ..")
    languages: Mapped[str | None] = field("Languages", hint="English, Dutch ..")
    city: Mapped[str | None] = field("City")
    region: Mapped[str | None] = field("Region")
    country: Mapped[str | None] = field("Country", hint="Two letters, as in ISO 3166: NL")
    travel_radius_km: Mapped[int | None] = field("Travels", unit="km", minimum=0, maximum=1000)
    opening_hours: Mapped[str | None] = field(
        "Opening hours", hint="Mo-Fr 08:00-18:00; Sa 09:00-13:00"
    )
    public_email: Mapped[str | None] = field("Public e-mail", hint="Everybody reads it")
    public_phone: Mapped[str | None] = field("Public phone", hint="Everybody reads it")
    website: Mapped[str | None] = field("Website")
    picture_url: Mapped[str | None] = field("Picture", hint="Its address on the web")
    is_listed: Mapped[bool] = field("Listed in the catalogue", default=False)
    verified_at: Mapped[datetime | None] = field("Verified", kept=True)
    blocked_at: Mapped[datetime | None] = field("Taken off the catalogue", kept=True)
    rating_average: Mapped[Decimal | None] = field("Rating", places=2, kept=True)
    rating_count: Mapped[int] = field("Ratings", default=0, minimum=0, kept=True)


class StaffShift(OrganizationRecord):
    """The time for which one of the staff is planned."""

    __tablename__ = "staff_shifts"
    __access__ = Access(write=KEEPERS, mirrored=ALL_KINDS)
    __titles__ = ("Staff shift", "Staff shifts")
    __label__ = ("starts_at", "duty")
    __dated__ = Dated("ends_at", "status", ("worked", "missed", "cancelled"))
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_staff_shifts_day", "organization_id", "starts_at"),
    )

    user_id: Mapped[UUID] = link("profiles", "Person", via="organization_users.user_id")
    role: Mapped[Role] = field("Role", default=Role.STAFF)
    duty: Mapped[str | None] = field("Duty", hint="Front desk, surgery, milking ..")
    starts_at: Mapped[datetime] = field("Starts")
    ends_at: Mapped[datetime] = field("Ends")
    break_minutes: Mapped[int] = field("Break", unit="min", default=0, minimum=0, maximum=480)
    is_on_call: Mapped[bool] = field("On call", default=False)
    room_id: Mapped[UUID | None] = link("rooms", "Room", on_delete="SET NULL")
    location: Mapped[str | None] = field("Place")
    status: Mapped[StaffShiftStatus] = field(
        "Status", default=StaffShiftStatus.PLANNED, merge=Merge.LATTICE
    )
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)
