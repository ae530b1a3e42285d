"""The breeding network: profiles, matches, requests and breeding events."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import (
    FARMS,
    NOBODY,
    WORKERS,
    Access,
    All,
    Named,
    Of,
    Person,
    Platform,
    SignedIn,
)
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.breeding import (
    BreedingAvailability,
    BreedingMatchStatus,
    BreedingMethod,
    BreedingOutcome,
    BreedingProfileStatus,
    BreedingReportKind,
    BreedingReportStatus,
    BreedingRequestStatus,
    BreedingVerificationKind,
    BreedingVerificationStatus,
    PregnancyCheck,
    PregnancyResult,
    SwipeChoice,
)
from fluffydesk.records.enums.community import ModerationState
from fluffydesk.records.moderation import UNTOUCHED, moderated, moderation_reason, own_file
from fluffydesk.records.pets import OWNER
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import (
    Merge,
    OrganizationRecord,
    PersonalRecord,
    Record,
    field,
    link,
)


class BreedingProfile(Record):
    """A pet as its owner shows it to other breeders; a new owner of the pet makes a new one."""

    __tablename__ = "breeding_profiles"
    __access__ = Access(
        read=[
            Person("owner_id"),
            SignedIn(f"status = 'active' and {UNTOUCHED}"),
            Platform(),
        ],
        add=All(Person("owner_id"), OWNER),
        write=All(Person("owner_id", UNTOUCHED), OWNER),
        delete=Person("owner_id"),
        hidden_from=Named(
            "breeders_who_blocked_me",
            "breeding_blocklist",
            "user_id",
            person="blocked_id",
            key="owner_id",
        ),
    )
    __titles__ = ("Breeding profile", "Breeding profiles")
    __label__ = ("name", "breed")
    __table_args__ = (
        Index(
            "uq_breeding_profiles_pet_id",
            "pet_id",
            unique=True,
            postgresql_where=text("status <> 'retired'"),
        ),
        Index("ix_breeding_profiles_species", "species", "sex", "status"),
    )

    pet_id: Mapped[UUID] = link("pets", "Pet", on_delete="CASCADE")
    owner_id: Mapped[UUID] = link("profiles", "Owner", on_delete="CASCADE")
    # Said again, since other breeders do not see the pet itself.
    name: Mapped[str] = field("Name")
    species: Mapped[str] = field("Species", hint="Dog, cat, rabbit ..")
    breed: Mapped[str | None] = field("Breed")
    sex: Mapped[Sex] = field("Sex")
    born_on: Mapped[date | None] = field("Born", maximum=today)
    colour: Mapped[str | None] = field("Colour")
    weight_kg: Mapped[Decimal | None] = field("Weight", unit="kg", places=2, minimum=0, maximum=500)
    registered_with: Mapped[str | None] = field("Registry", hint="As in FCI, AKC, TICA")
    registration_number: Mapped[str | None] = field("Number in the registry")
    pedigree: Mapped[str | None] = field("Pedigree", hint="Parents, grandparents, titles")
    inbreeding_percent: Mapped[Decimal | None] = field(
        "Inbreeding", unit="%", places=2, minimum=0, maximum=100
    )
    health_tests: Mapped[str | None] = field("Health tests", hint="As in hips A, eyes clear")
    litters: Mapped[int | None] = field("Litters so far", minimum=0, maximum=1000)
    temperament: Mapped[str | None] = field("Temperament")
    description: Mapped[str | None] = field("Description")
    availability: Mapped[BreedingAvailability] = field(
        "Availability", default=BreedingAvailability.ON_REQUEST
    )
    fee: Mapped[Decimal | None] = field("Fee", places=2, minimum=0, maximum=1_000_000)
    currency: Mapped[str] = field("Currency", default="EUR", hint="Three letters, as in ISO 4217")
    city: Mapped[str | None] = field("Town")
    country: Mapped[str | None] = field("Country", hint="Two letters, as in ISO 3166: NL")
    latitude: Mapped[Decimal | None] = field("Latitude", places=2, minimum=-90, maximum=90)
    longitude: Mapped[Decimal | None] = field("Longitude", places=2, minimum=-180, maximum=180)
    status: Mapped[BreedingProfileStatus] = field("Status", default=BreedingProfileStatus.DRAFT)
    # Lost again when what was verified is changed.
    is_verified: Mapped[bool] = field("Verified", default=False, kept=True)
    moderation: Mapped[ModerationState] = moderated()
    moderation_reason: Mapped[str | None] = moderation_reason()


class BreedingMatch(Record):
    """A female and a male that may suit each other, or whose owners both said so."""

    __tablename__ = "breeding_matches"
    __access__ = Access(
        read=[Person("female_owner_id"), Person("male_owner_id")],
        write=NOBODY,
    )
    __titles__ = ("Breeding match", "Breeding matches")
    __label__ = ("female_profile_id", "male_profile_id")
    __table_args__ = (UniqueConstraint("female_profile_id", "male_profile_id"),)

    female_profile_id: Mapped[UUID] = link("breeding_profiles", "Female", on_delete="CASCADE")
    male_profile_id: Mapped[UUID] = link("breeding_profiles", "Male", on_delete="CASCADE")
    score: Mapped[Decimal | None] = field("Suits", places=3, minimum=0, maximum=1)
    reasons: Mapped[list[str]] = field("Why", default=list)
    expected_inbreeding_percent: Mapped[Decimal | None] = field(
        "Inbreeding of the young", unit="%", places=2, minimum=0, maximum=100
    )
    status: Mapped[BreedingMatchStatus] = field("Status", default=BreedingMatchStatus.SUGGESTED)
    matched_at: Mapped[datetime | None] = field("Matched")
    ended_at: Mapped[datetime | None] = field("Ended")
    # From the profiles, by a trigger, so that a policy compares one column.
    female_owner_id: Mapped[UUID | None] = link(
        "profiles", "Owner of the female", on_delete="CASCADE", kept=True
    )
    male_owner_id: Mapped[UUID | None] = link(
        "profiles", "Owner of the male", on_delete="CASCADE", kept=True
    )


class BreedingRequest(Record):
    """One owner asks another to breed their animals; what was asked stays as it was asked."""

    __tablename__ = "breeding_requests"
    __access__ = Access(
        read=[Person("requester_id"), Person("recipient_id")],
        add=All(Person("requester_id"), Of("from_profile_id", may="change"), Of("to_profile_id")),
        write=NOBODY,
        delete=NOBODY,
        audited="owners agree on terms and money",
    )
    __titles__ = ("Breeding request", "Breeding requests")
    __label__ = ("message", "status")
    __table_args__ = (
        CheckConstraint("earliest_on <= latest_on", name="dates_in_order"),
        # Asked again only when the first has been answered.
        Index(
            "uq_breeding_requests_pending",
            "from_profile_id",
            "to_profile_id",
            unique=True,
            postgresql_where=text("status = 'pending'"),
        ),
    )

    from_profile_id: Mapped[UUID] = link("breeding_profiles", "For", on_delete="CASCADE")
    to_profile_id: Mapped[UUID] = link("breeding_profiles", "With", on_delete="CASCADE")
    requester_id: Mapped[UUID] = link("profiles", "Asked by", on_delete="CASCADE")
    # Whatever is given, a trigger puts the owner of the profile here.
    recipient_id: Mapped[UUID] = link("profiles", "Asked of", on_delete="CASCADE")
    method: Mapped[BreedingMethod] = field("Method", default=BreedingMethod.NATURAL)
    message: Mapped[str] = field("Message")
    terms: Mapped[str | None] = field("Terms", hint="As in pick of the litter, repeat if none")
    fee: Mapped[Decimal | None] = field("Fee offered", places=2, minimum=0, maximum=1_000_000)
    currency: Mapped[str] = field("Currency", default="EUR", hint="Three letters, as in ISO 4217")
    earliest_on: Mapped[date | None] = field("From")
    latest_on: Mapped[date | None] = field("Until")
    status: Mapped[BreedingRequestStatus] = field(
        "Status", default=BreedingRequestStatus.PENDING, kept=True
    )
    reply: Mapped[str | None] = field("Reply", kept=True)
    answered_at: Mapped[datetime | None] = field("Answered", kept=True)


class BreedingSwipe(PersonalRecord):
    """What a person thinks of a profile for an animal of their own; nobody else knows."""

    __tablename__ = "breeding_swipes"
    __access__ = Access(
        read=Person(),
        add=All(Person(), Of("swiper_profile_id", may="change"), Of("target_profile_id")),
        write=Person(),
    )
    __titles__ = ("Swipe", "Swipes")
    __label__ = ("choice", "target_profile_id")
    __table_args__ = (UniqueConstraint("swiper_profile_id", "target_profile_id"),)

    swiper_profile_id: Mapped[UUID] = link("breeding_profiles", "For", on_delete="CASCADE")
    target_profile_id: Mapped[UUID] = link("breeding_profiles", "Of", on_delete="CASCADE")
    choice: Mapped[SwipeChoice] = field("Choice")


class BreedingPhoto(Record):
    """A photo on a breeding profile."""

    __tablename__ = "breeding_photos"
    __access__ = Access(
        read=Of("profile_id"),
        add=All(Person("added_by"), Of("profile_id", may="change")),
        write=All(Person("added_by"), Of("profile_id", may="change")),
        delete=Person("added_by"),
    )
    __titles__ = ("Photo", "Photos")
    __label__ = ("caption", "path")
    __table_args__ = (
        own_file("path", "added_by"),
        Index("ix_breeding_photos_profile_id", "profile_id", "position"),
    )

    profile_id: Mapped[UUID] = link("breeding_profiles", "Profile", on_delete="CASCADE")
    added_by: Mapped[UUID] = link("profiles", "Added by", on_delete="CASCADE")
    path: Mapped[str] = field("Path", hint="Begins with the id of who adds it")
    mime_type: Mapped[str | None] = field("MIME type")
    size_bytes: Mapped[int | None] = field("Size", unit="B", minimum=0)
    width: Mapped[int | None] = field("Width", unit="px", minimum=1)
    height: Mapped[int | None] = field("Height", unit="px", minimum=1)
    caption: Mapped[str | None] = field("Caption")
    position: Mapped[int] = field("Place in the row", default=0, minimum=0, maximum=1000)


class BreedingPreference(PersonalRecord):
    """What a person looks for in a mate for animals of one species."""

    __tablename__ = "breeding_prefs"
    __access__ = Access(read=Person(), write=Person())
    __titles__ = ("Breeding preference", "Breeding preferences")
    __label__ = ("species", "sex")
    __table_args__ = (
        UniqueConstraint("user_id", "species", "sex"),
        CheckConstraint("min_age_months <= max_age_months", name="ages_in_order"),
    )

    species: Mapped[str] = field("Species", hint="Dog, cat, rabbit ..")
    sex: Mapped[Sex] = field("Sex sought", default=Sex.UNKNOWN)
    breeds: Mapped[list[str]] = field("Breeds", default=list, hint="None: any")
    min_age_months: Mapped[int | None] = field("Age from", unit="months", minimum=0, maximum=600)
    max_age_months: Mapped[int | None] = field("Age up to", unit="months", minimum=0, maximum=600)
    max_distance_km: Mapped[int | None] = field("Within", unit="km", minimum=1, maximum=20_000)
    countries: Mapped[list[str]] = field("Countries", default=list, hint="None: any")
    max_fee: Mapped[Decimal | None] = field("Fee up to", places=2, minimum=0, maximum=1_000_000)
    currency: Mapped[str] = field("Currency", default="EUR", hint="Three letters, as in ISO 4217")
    max_inbreeding_percent: Mapped[Decimal | None] = field(
        "Inbreeding of the young up to", unit="%", places=2, minimum=0, maximum=100
    )
    needs_registry: Mapped[bool] = field("Only registered", default=False)
    needs_health_tests: Mapped[bool] = field("Only with health tests", default=False)
    needs_verification: Mapped[bool] = field("Only verified", default=False)
    wants_suggestions: Mapped[bool] = field("Suggest mates", default=True)


class BreedingVerification(Record):
    """A document that proves what a profile says, and what the platform found of it."""

    __tablename__ = "breeding_verifications"
    __access__ = Access(
        read=[Of("profile_id", may="change"), Platform()],
        add=All(Person("submitted_by"), Of("profile_id", may="change")),
        write=NOBODY,
        delete=Person("submitted_by", "status = 'pending'"),
        audited="breeders rely on what was verified",
    )
    __titles__ = ("Verification", "Verifications")
    __label__ = ("kind", "issued_by")
    __table_args__ = (
        own_file("path", "submitted_by"),
        CheckConstraint("issued_on <= valid_until", name="dates_in_order"),
        Index("ix_breeding_verifications_status", "status", "created_at"),
    )

    profile_id: Mapped[UUID] = link("breeding_profiles", "Profile", on_delete="CASCADE")
    submitted_by: Mapped[UUID] = link("profiles", "Submitted by", on_delete="CASCADE")
    kind: Mapped[BreedingVerificationKind] = field("Proves")
    path: Mapped[str] = field("Document", hint="Begins with the id of who submits it")
    issued_by: Mapped[str | None] = field("Issued by")
    certificate_number: Mapped[str | None] = field("Number")
    result: Mapped[str | None] = field("Result", hint="As in hips A/A")
    issued_on: Mapped[date | None] = field("Issued", maximum=today)
    valid_until: Mapped[date | None] = field("Valid until")
    status: Mapped[BreedingVerificationStatus] = field(
        "Status", default=BreedingVerificationStatus.PENDING, kept=True
    )
    verified_by: Mapped[UUID | None] = link(
        "profiles", "Decided by", on_delete="SET NULL", kept=True
    )
    verified_at: Mapped[datetime | None] = field("Decided", kept=True)
    decision_note: Mapped[str | None] = field("Why", kept=True)


class BreedingReport(Record):
    """A complaint about a breeder, which the platform alone handles."""

    __tablename__ = "breeding_reports"
    __access__ = Access(
        read=[Person("reporter_id"), Platform()],
        # Not only of profiles one may still see: whoever is reported could block the reporter.
        add=Person("reporter_id", "status = 'open' and handled_by is null and resolution is null"),
        write=Platform(),
        delete=NOBODY,
        audited="it may end a person's place in the network",
    )
    __titles__ = ("Breeding report", "Breeding reports")
    __label__ = ("kind", "status")
    __table_args__ = (Index("ix_breeding_reports_status", "status", "created_at"),)

    reporter_id: Mapped[UUID | None] = link("profiles", "Reported by", on_delete="SET NULL")
    reported_id: Mapped[UUID | None] = link("profiles", "Person reported", on_delete="SET NULL")
    profile_id: Mapped[UUID | None] = link(
        "breeding_profiles", "Profile reported", on_delete="SET NULL"
    )
    request_id: Mapped[UUID | None] = link(
        "breeding_requests", "Request reported", on_delete="SET NULL"
    )
    kind: Mapped[BreedingReportKind] = field("About")
    description: Mapped[str] = field("What happened")
    status: Mapped[BreedingReportStatus] = field("Status", default=BreedingReportStatus.OPEN)
    handled_by: Mapped[UUID | None] = link("profiles", "Handled by", on_delete="SET NULL")
    handled_at: Mapped[datetime | None] = field("Handled")
    resolution: Mapped[str | None] = field("Outcome", hint="What the reporter is told")


class BreedingBlock(PersonalRecord):
    """Somebody whom a person blocked: they see none of that person's profiles, and never this."""

    __tablename__ = "breeding_blocklist"
    __access__ = Access(read=Person(), write=Person(when="blocked_id <> user_id"), delete=Person())
    __titles__ = ("Blocked person", "Blocked people")
    __label__ = ("blocked_id",)
    __table_args__ = (
        UniqueConstraint("user_id", "blocked_id"),
        Index("ix_breeding_blocklist_blocked_id", "blocked_id", "user_id"),
    )

    blocked_id: Mapped[UUID] = link("profiles", "Blocked", on_delete="CASCADE")
    reason: Mapped[str | None] = field("Why")


class BreedingRecord(OrganizationRecord):
    """A female's heat or her service, and what became of it; a heat alone has no service date."""

    __tablename__ = "breeding_records"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Breeding record", "Breeding records")
    __label__ = ("served_on", "female_id", "female_pet_id")
    __table_args__ = (
        CheckConstraint("num_nonnulls(female_id, female_pet_id) = 1", name="one_female"),
        CheckConstraint("num_nonnulls(male_id, male_pet_id) <= 1", name="one_male"),
        CheckConstraint("num_nonnulls(served_on, heat_observed_at) >= 1", name="heat_or_service"),
        CheckConstraint("checked_on >= served_on", name="checked_after_service"),
        CheckConstraint("due_on >= served_on", name="due_after_service"),
        CheckConstraint("ended_on >= served_on", name="ended_after_service"),
        Index("ix_breeding_records_served_on", "organization_id", "served_on"),
        Index("ix_breeding_records_due_on", "organization_id", "due_on"),
    )

    female_id: Mapped[UUID | None] = link("livestock", "Female")
    female_pet_id: Mapped[UUID | None] = link("pets", "Female (pet)", via="clinic_patients.pet_id")
    method: Mapped[BreedingMethod] = field("Method", default=BreedingMethod.NATURAL)
    male_id: Mapped[UUID | None] = link("livestock", "Male")
    male_pet_id: Mapped[UUID | None] = link("pets", "Male (pet)", via="clinic_patients.pet_id")
    sire_name: Mapped[str | None] = field("Sire from elsewhere", hint="Name or herdbook number")
    semen_batch: Mapped[str | None] = field("Semen batch", hint="As on the straw")
    is_sexed_semen: Mapped[bool] = field("Sexed semen", default=False)
    donor_id: Mapped[UUID | None] = link("livestock", "Donor of the embryo")
    heat_observed_at: Mapped[datetime | None] = field("Heat seen")
    served_on: Mapped[date | None] = field("Served", maximum=today)
    technician: Mapped[str | None] = field("Technician")
    checked_on: Mapped[date | None] = field("Checked", maximum=today)
    check_method: Mapped[PregnancyCheck | None] = field("Checked by")
    check_result: Mapped[PregnancyResult | None] = field("Found")
    due_on: Mapped[date | None] = field("Due")
    outcome: Mapped[BreedingOutcome] = field(
        "Outcome", default=BreedingOutcome.AWAITED, merge=Merge.LATTICE
    )
    ended_on: Mapped[date | None] = field("Born or lost", maximum=today)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)
