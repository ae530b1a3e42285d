"""Pets, who shares them, and the link that makes a pet a clinic's patient."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import (
    CLINICS,
    EVERYONE,
    NOBODY,
    WORKERS,
    Access,
    All,
    Members,
    Named,
    Of,
    Person,
    Reach,
    Through,
)
from fluffydesk.records.enums import Sex, Status
from fluffydesk.records.enums.medical import ReminderChannel
from fluffydesk.records.enums.pets import (
    ContactRelation,
    PatientSource,
    PetMediaKind,
    PetPermission,
    PetTransferReason,
    PetTransferStatus,
)
from fluffydesk.records.types import now, today
from fluffydesk.records.vocabulary import Merge, OrganizationRecord, Record, field, link, secret


def _collaborators(name: str, key: str, also: str = "", when: str | None = None) -> Named:
    """Return those with whom a pet is shared, since they accepted and until it is taken back."""
    active = "accepted_at is not null and revoked_at is null"
    active += " and (expires_at is null or expires_at > now())" + also
    return Named(name, "pet_collaborators", "pet_id", active=active, key=key, when=when)


def _borrowers(name: str, key: str, also: str = "") -> Named:
    """Return those to whom a pet is lent for a time."""
    active = "revoked_at is null and expires_at > now()" + also
    return Named(name, "pet_shares", "pet_id", "claimed_by", active, key)


def viewers(key: str = "pet_id") -> list[Named]:
    """Return all with whom the pet that `key` names is shared; its owner apart."""
    return [
        _collaborators("pets_shared_with_me", key),
        _borrowers("pets_lent_to_me", key),
    ]


def editors(key: str = "pet_id") -> list[Named]:
    """Return those of them who may change what is known of the pet."""
    return [
        _collaborators("pets_i_may_edit", key, " and permission in ('edit', 'manage')"),
        _borrowers("pets_lent_to_me_to_edit", key, " and permission = 'edit'"),
    ]


def managers(when: str | None = None) -> Named:
    """Return those of them who may share the pet with others in its owner's place."""
    return _collaborators("pets_i_manage", "pet_id", " and permission = 'manage'", when)


OWNER = Named("pets_i_own", "pets", "id", "owner_id", key="pet_id")
"""Who owns the pet that a row's `pet_id` names."""


class Pet(Record):
    """A companion animal; seen by its owner, and by a clinic while it is a patient there."""

    __tablename__ = "pets"
    __access__ = Access(
        read=[EVERYONE, Person("owner_id"), *viewers("id")],
        add=[
            Members(
                WORKERS,
                "owner_id is null or owner_id = (select auth.uid())",
                column="registered_by",
            ),
            Person("owner_id", "registered_by is null"),
        ],
        write=[WORKERS, Person("owner_id"), *editors("id")],
        # What a clinic registered is also the clinic's to answer for.
        delete=Person("owner_id", "registered_by is null"),
        mirrored=CLINICS,
        audited="clinics and owners share it",
    )
    __scope__ = Through(
        Reach("clinic_patients", "pet_id", "ended_on is null"), registrar="registered_by"
    )
    __titles__ = ("Pet", "Pets")
    __label__ = ("name",)
    __searched__ = ("name", "microchip", "species", "breed", "passport_number")
    __table_args__ = (
        Index("idx_pets_owner_id", "owner_id"),
        Index("idx_pets_species", "species"),
        Index("ix_pets_microchip", "microchip"),
    )

    name: Mapped[str] = field("Name")
    species: Mapped[str] = field("Species", hint="Dog, cat, rabbit ..")
    breed: Mapped[str | None] = field("Breed")
    sex: Mapped[Sex] = field("Sex", default=Sex.UNKNOWN)
    birth_date: Mapped[date | None] = field("Born", maximum=today)
    microchip: Mapped[str | None] = field("Microchip", hint="15 digits")
    colour: Mapped[str | None] = field("Colour")
    weight_kg: Mapped[Decimal | None] = field("Weight", unit="kg", places=2, minimum=0, maximum=500)
    deceased_on: Mapped[date | None] = field("Died", maximum=today, merge=Merge.MIN)
    alerts: Mapped[str | None] = field("Alerts", hint="What to know first", merge=Merge.TEXT)
    bites: Mapped[bool] = field("Handle with care", default=False, hint="Bites, kicks, scratches")
    allergies: Mapped[str | None] = field("Allergies", hint="Penicillin ..", merge=Merge.TEXT)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)
    microchipped_on: Mapped[date | None] = field("Chipped", maximum=today)
    neutered_on: Mapped[date | None] = field("Neutered", maximum=today)
    passport_number: Mapped[str | None] = field("Passport")
    blood_type: Mapped[str | None] = field("Blood type", hint="As in DEA 1.1 negative")
    diet: Mapped[str | None] = field("Diet", merge=Merge.TEXT)
    insurer: Mapped[str | None] = field("Insurer")
    insurance_number: Mapped[str | None] = field("Insurance number")
    insured_until: Mapped[date | None] = field("Insured until")
    photo_url: Mapped[str | None] = field("Picture", hint="Address of the picture")
    owner_id: Mapped[UUID | None] = link("profiles", "Owner's account", on_delete="SET NULL")
    registered_by: Mapped[UUID | None] = link("organizations", "Registered by")


class PetCollaborator(Record):
    """A person with whom a pet is shared for good; invited by e-mail, and in since they accepted.

    `user_id` is empty until then, so that nobody learns by inviting who has an account.
    """

    __tablename__ = "pet_collaborators"
    __access__ = Access(
        read=[Person(), OWNER, managers()],
        # Whoever manages a pet shares it with others; only its owner makes somebody manage it.
        write=[OWNER, managers("permission <> 'manage'")],
        delete=[OWNER, managers("permission <> 'manage'"), Person()],
        audited="it decides who sees a pet",
    )
    __titles__ = ("Collaborator", "Collaborators")
    __label__ = ("email", "permission")
    __table_args__ = (UniqueConstraint("pet_id", "email"),)

    pet_id: Mapped[UUID] = link("pets", "Pet", on_delete="CASCADE")
    email: Mapped[str] = field("E-mail")
    permission: Mapped[PetPermission] = field("May", default=PetPermission.VIEW)
    message: Mapped[str | None] = field("Message")
    user_id: Mapped[UUID | None] = link("profiles", "Person", on_delete="CASCADE", kept=True)
    invited_by: Mapped[UUID | None] = link(
        "profiles", "Invited by", on_delete="SET NULL", kept=True
    )
    accepted_at: Mapped[datetime | None] = field("Accepted", kept=True)
    expires_at: Mapped[datetime | None] = field("Until")
    revoked_at: Mapped[datetime | None] = field("Taken back")


class PetShare(Record):
    """A pet lent for a time: the token to hand out, or what one person has by such a token.

    `public.share_pet` makes the first and tells the token once; `public.claim_pet_share` makes
    the second.
    """

    __tablename__ = "pet_shares"
    __access__ = Access(
        read=[Person("claimed_by"), OWNER, managers()],
        write=[OWNER, managers()],
        add=NOBODY,
        delete=[OWNER, managers(), Person("claimed_by")],
        audited="it decides who sees a pet",
    )
    __titles__ = ("Share", "Shares")
    __label__ = ("label", "expires_at")
    __table_args__ = (
        CheckConstraint("permission <> 'manage'", name="permission_is_modest"),
        UniqueConstraint("share_id", "claimed_by"),
        Index("ix_pet_shares_token_hash", "token_hash"),
    )

    pet_id: Mapped[UUID] = link("pets", "Pet", on_delete="CASCADE")
    label: Mapped[str | None] = field("For whom", hint="The sitter in August")
    permission: Mapped[PetPermission] = field("May", default=PetPermission.VIEW)
    token_hash: Mapped[str | None] = secret("Token")
    created_by: Mapped[UUID | None] = link("profiles", "Shared by", on_delete="CASCADE", kept=True)
    max_uses: Mapped[int] = field("For", unit="people", default=1, minimum=1, maximum=100)
    uses: Mapped[int] = field("Claimed by", unit="people", default=0, minimum=0, kept=True)
    share_id: Mapped[UUID | None] = link(
        "pet_shares", "Claimed with", on_delete="CASCADE", kept=True
    )
    claimed_by: Mapped[UUID | None] = link("profiles", "Person", on_delete="CASCADE", kept=True)
    claimed_at: Mapped[datetime | None] = field("Claimed", kept=True)
    expires_at: Mapped[datetime] = field("Until")
    revoked_at: Mapped[datetime | None] = field("Taken back")


class PetMedia(Record):
    """A photo, video or document of a pet; the file itself lies in storage under the pet's id."""

    __tablename__ = "pet_media"
    __access__ = Access(
        read=Of("pet_id"),
        add=All(Person("uploaded_by"), Of("pet_id", may="change")),
        write=[OWNER, All(Person("uploaded_by"), Of("pet_id"))],
    )
    __titles__ = ("File", "Files")
    __label__ = ("title", "kind")
    __table_args__ = (
        # Nobody names another pet's file.
        CheckConstraint(
            "starts_with(path, cast(pet_id as text) || '/') and position('..' in path) = 0",
            name="path_is_the_pets",
        ),
        Index("ix_pet_media_pet_id", "pet_id", "sort_order"),
        Index("uq_pet_media_cover", "pet_id", unique=True, postgresql_where=text("is_cover")),
    )

    pet_id: Mapped[UUID] = link("pets", "Pet", on_delete="CASCADE")
    kind: Mapped[PetMediaKind] = field("Kind", default=PetMediaKind.PHOTO)
    title: Mapped[str | None] = field("Title")
    path: Mapped[str] = field("Path", hint="The pet's id, a slash and the name of the file")
    mime_type: Mapped[str] = field("Type", default="image/jpeg")
    size_bytes: Mapped[int | None] = field("Size", unit="B", minimum=0)
    width: Mapped[int | None] = field("Width", unit="px", minimum=1)
    height: Mapped[int | None] = field("Height", unit="px", minimum=1)
    duration_seconds: Mapped[int | None] = field("Length", unit="s", minimum=0)
    description: Mapped[str | None] = field("Description", hint="For those who cannot see it")
    taken_at: Mapped[datetime | None] = field("Taken")
    is_cover: Mapped[bool] = field("The pet's picture", default=False)
    sort_order: Mapped[int] = field("Order", default=0)
    uploaded_by: Mapped[UUID | None] = link("profiles", "Uploaded by", on_delete="SET NULL")


class PetTransferLog(Record):
    """A pet that was offered to another owner, and what came of it; never changed afterwards.

    `public.transfer_pet` offers, `public.answer_pet_transfer` takes or declines: a pet changes
    hands in no other way.
    """

    __tablename__ = "pet_transfer_logs"
    __access__ = Access(
        read=[Person("from_id"), Person("to_id"), Members(WORKERS, column="from_organization_id")],
        write=NOBODY,
        audited="it proves who owned a pet",
    )
    __titles__ = ("Transfer", "Transfers")
    __label__ = ("pet_id", "to_email")
    __table_args__ = (
        Index("ix_pet_transfer_logs_to_email", "to_email"),
        Index(
            "uq_pet_transfer_logs_open",
            "pet_id",
            unique=True,
            postgresql_where=text("status = 'offered'"),
        ),
    )

    pet_id: Mapped[UUID] = link("pets", "Pet", on_delete="CASCADE")
    from_id: Mapped[UUID | None] = link("profiles", "From", on_delete="SET NULL")
    from_organization_id: Mapped[UUID | None] = link(
        "organizations", "From the organization", on_delete="SET NULL"
    )
    offered_by: Mapped[UUID | None] = link("profiles", "Offered by", on_delete="SET NULL")
    to_email: Mapped[str] = field("To")
    to_id: Mapped[UUID | None] = link("profiles", "Accepted by", on_delete="SET NULL")
    reason: Mapped[PetTransferReason] = field("Why", default=PetTransferReason.GIFT)
    note: Mapped[str | None] = field("Note")
    status: Mapped[PetTransferStatus] = field("Status", default=PetTransferStatus.OFFERED)
    offered_at: Mapped[datetime] = field("Offered", default=now)
    expires_at: Mapped[datetime] = field("Holds until")
    settled_at: Mapped[datetime | None] = field("Answered")


class EmergencyContact(Record):
    """A person to call for a pet when its owner cannot be reached."""

    __tablename__ = "emergency_contacts"
    __access__ = Access(
        read=[EVERYONE, OWNER, *viewers()],
        write=[OWNER, *editors()],
        mirrored=CLINICS,
        audited="personal data of people who did not sign up",
    )
    __scope__ = Through(Reach("clinic_patients", "pet_id", "ended_on is null", key="pet_id"))
    __titles__ = ("Emergency contact", "Emergency contacts")
    __label__ = ("full_name", "phone")
    __table_args__ = (Index("ix_emergency_contacts_pet_id", "pet_id", "call_order"),)

    pet_id: Mapped[UUID] = link("pets", "Pet", on_delete="CASCADE")
    full_name: Mapped[str] = field("Name")
    relation: Mapped[ContactRelation] = field("Who it is", default=ContactRelation.FAMILY)
    phone: Mapped[str] = field("Phone")
    other_phone: Mapped[str | None] = field("Other phone")
    email: Mapped[str | None] = field("E-mail")
    call_order: Mapped[int] = field("Call as number", default=1, minimum=1, maximum=20)
    may_decide: Mapped[bool] = field("May agree to a treatment", default=False)
    notes: Mapped[str | None] = field("Notes", hint="Has a key ..", merge=Merge.TEXT)


class ClinicClient(OrganizationRecord):
    """A person who brings pets to the clinic, with or without an account on the platform."""

    __tablename__ = "clinic_clients"
    __access__ = Access(write=WORKERS, mirrored=CLINICS, audited="personal data of clients")
    __titles__ = ("Client", "Clients")
    __label__ = ("full_name",)
    __searched__ = ("full_name", "phone", "other_phone", "email", "address")
    __table_args__ = (
        UniqueConstraint("organization_id", "user_id"),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        Index("ix_clinic_clients_name", "organization_id", "full_name"),
    )

    full_name: Mapped[str] = field("Name")
    phone: Mapped[str | None] = field("Phone")
    other_phone: Mapped[str | None] = field("Other phone")
    email: Mapped[str | None] = field("E-mail")
    address: Mapped[str | None] = field("Address")
    tax_number: Mapped[str | None] = field("Tax number", hint="As printed on invoices")
    contact_by: Mapped[ReminderChannel] = field("Reminded by", default=ReminderChannel.EMAIL)
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)
    merged_into_id: Mapped[UUID | None] = link("clinic_clients", "Is the same as")
    alerts: Mapped[str | None] = field("Alerts", merge=Merge.TEXT)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)
    user_id: Mapped[UUID | None] = link("profiles", "Account", on_delete="SET NULL", kept=True)
    farm_id: Mapped[UUID | None] = link(
        "organizations", "Farm on the platform", on_delete="SET NULL", kept=True
    )


class ClinicPatient(OrganizationRecord):
    """The link by which a clinic sees a pet and its owner; it lasts until it is ended."""

    __tablename__ = "clinic_patients"
    __access__ = Access(
        read=[EVERYONE, Person("owner_id")],
        write=WORKERS,
        # Without a link, who registered a pet would see it again: to an owner's it is ended.
        delete=Members(WORKERS, "owner_id is null"),
        mirrored=CLINICS,
        audited="personal data of clients",
    )
    __titles__ = ("Patient", "Patients")
    __label__ = ("pet_id",)
    __searched__ = ("file_number",)
    __table_args__ = (UniqueConstraint("organization_id", "pet_id"),)

    pet_id: Mapped[UUID] = link("pets", "Pet", on_delete="CASCADE")
    client_id: Mapped[UUID | None] = link("clinic_clients", "Client")
    file_number: Mapped[str | None] = field("File number")
    ended_on: Mapped[date | None] = field("Left the clinic", maximum=today, merge=Merge.MIN)
    # Copied from the pet, so that policies and the sync need no join.
    owner_id: Mapped[UUID | None] = link("profiles", "Owner", on_delete="SET NULL", kept=True)
    source: Mapped[PatientSource] = field("Since", default=PatientSource.REGISTERED, kept=True)
    ended_by_owner: Mapped[bool] = field("Ended by the owner", default=False, kept=True)
