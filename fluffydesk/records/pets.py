"""Pets, the people who bring them, and the link that makes a pet a clinic's patient."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import (
    CLINICS,
    EVERYONE,
    NOBODY,
    WORKERS,
    Access,
    Members,
    Person,
    Reach,
    Through,
)
from fluffydesk.records.enums import Sex, Status
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Merge, OrganizationRecord, Record, field, link


class Pet(Record):
    """A companion animal; seen by its owner, and by a clinic while it is a patient there."""

    __tablename__ = "pets"
    __access__ = Access(
        read=[EVERYONE, Person("owner_id")],
        add=[
            Members(
                WORKERS,
                "owner_id is null or owner_id = (select auth.uid())",
                column="registered_by",
            ),
            Person("owner_id", "registered_by is null"),
        ],
        write=[WORKERS, Person("owner_id")],
        delete=NOBODY,
        mirrored=CLINICS,
        audited="clinics and owners share it",
    )
    __scope__ = Through(
        Reach("clinic_patients", "pet_id", "ended_on is null"), registrar="registered_by"
    )
    __titles__ = ("Pet", "Pets")
    __label__ = ("name",)
    __table_args__ = (
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
    alerts: Mapped[str | None] = field("Alerts", hint="Bites, allergies ..", merge=Merge.TEXT)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)
    owner_id: Mapped[UUID | None] = link("profiles", "Owner's account")
    registered_by: Mapped[UUID | None] = link("organizations", "Registered by")


class ClinicClient(OrganizationRecord):
    """A person who brings pets to the clinic, with or without an account on the platform."""

    __tablename__ = "clinic_clients"
    __access__ = Access(write=WORKERS, mirrored=CLINICS, audited="personal data of clients")
    __titles__ = ("Client", "Clients")
    __label__ = ("full_name",)
    __table_args__ = (Index("ix_clinic_clients_name", "organization_id", "full_name"),)

    full_name: Mapped[str] = field("Name")
    phone: Mapped[str | None] = field("Phone")
    email: Mapped[str | None] = field("E-mail")
    address: Mapped[str | None] = field("Address")
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)
    alerts: Mapped[str | None] = field("Alerts", merge=Merge.TEXT)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class ClinicPatient(OrganizationRecord):
    """The link by which a clinic sees a pet; it lasts until it is ended."""

    __tablename__ = "clinic_patients"
    __access__ = Access(write=WORKERS, mirrored=CLINICS, audited="personal data of clients")
    __titles__ = ("Patient", "Patients")
    __label__ = ("pet_id",)
    __table_args__ = (UniqueConstraint("organization_id", "pet_id"),)

    pet_id: Mapped[UUID] = link("pets", "Pet", on_delete="CASCADE")
    client_id: Mapped[UUID | None] = link("clinic_clients", "Client")
    file_number: Mapped[str | None] = field("File number")
    ended_on: Mapped[date | None] = field("Left the clinic", maximum=today, merge=Merge.MIN)
