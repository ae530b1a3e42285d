"""What a clinic writes down beyond the platform's page: its papers, its till, its farm visits."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import CLINICS, EVERYONE, FARMS, KEEPERS, WORKERS, Access
from fluffydesk.records.booking import own_pet
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.clinic import OwnerRelation
from fluffydesk.records.enums.medical import (
    DoseUnit,
    GivingRoute,
    MedicalRecordKind,
    ReminderChannel,
    ReminderKind,
)
from fluffydesk.records.money import money
from fluffydesk.records.types import now, today
from fluffydesk.records.vocabulary import Merge, OrganizationRecord, field, link

_PATIENT = "clinic_patients.pet_id"
_STAFF = "organization_users.user_id"
_YEAR = 8760


class PatientPerson(OrganizationRecord):
    """Somebody besides its client who has to do with a patient: a co-owner, a carer for a while."""

    __tablename__ = "clinic_patient_people"
    __access__ = Access(write=WORKERS, mirrored=CLINICS, audited="personal data of clients")
    __titles__ = ("Person of a patient", "People of patients")
    __label__ = ("relation", "client_id")
    __table_args__ = (UniqueConstraint("organization_id", "pet_id", "client_id"),)

    pet_id: Mapped[UUID] = link("pets", "Pet", via=_PATIENT, on_delete="CASCADE")
    client_id: Mapped[UUID] = link("clinic_clients", "Client")
    relation: Mapped[OwnerRelation] = field("Is its", default=OwnerRelation.CO_OWNER)
    until: Mapped[date | None] = field("Until", hint="The sitter in August; empty: for good")
    may_decide: Mapped[bool] = field("May agree to a treatment", default=False)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class NoteTemplate(OrganizationRecord):
    """The words a visit note begins with: what is asked and looked at every time."""

    __tablename__ = "note_templates"
    __access__ = Access(write=WORKERS, mirrored=CLINICS)
    __titles__ = ("Note template", "Note templates")
    __label__ = ("name",)

    name: Mapped[str] = field("Name", hint="Annual check, dog")
    kind: Mapped[MedicalRecordKind] = field("Kind", default=MedicalRecordKind.CONSULTATION)
    species: Mapped[str | None] = field("Species", hint="Empty: any")
    reason: Mapped[str | None] = field("Reason")
    history: Mapped[str | None] = field("Subjective", merge=Merge.TEXT)
    examination: Mapped[str | None] = field("Objective", merge=Merge.TEXT)
    diagnosis: Mapped[str | None] = field("Assessment", merge=Merge.TEXT)
    treatment: Mapped[str | None] = field("Plan", merge=Merge.TEXT)
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)


class Prescription(OrganizationRecord):
    """A drug that a vet prescribes a patient, as it stands on the label."""

    __tablename__ = "prescriptions"
    __access__ = Access(
        read=[EVERYONE, own_pet()],
        write=WORKERS,
        mirrored=CLINICS,
        audited="the use of medicine is answered for to the authorities",
    )
    __titles__ = ("Prescription", "Prescriptions")
    __label__ = ("product", "prescribed_on")
    __table_args__ = (
        CheckConstraint("valid_until >= prescribed_on", name="valid_later"),
        Index("ix_prescriptions_day", "organization_id", "prescribed_on"),
    )

    pet_id: Mapped[UUID] = link("pets", "Pet", via=_PATIENT)
    record_id: Mapped[UUID | None] = link("medical_records", "Medical record")
    prescribed_on: Mapped[date] = field("Date", default=today, maximum=today)
    veterinarian_id: Mapped[UUID | None] = link("profiles", "Vet", via=_STAFF)
    product: Mapped[str] = field("Drug")
    item_id: Mapped[UUID | None] = link("farm_inventory", "From store")
    lot: Mapped[str | None] = field("Lot")
    lot_expires_on: Mapped[date | None] = field("Lot expires")
    weight_kg: Mapped[Decimal | None] = field("Weight", unit="kg", places=2, minimum=0, maximum=500)
    dose_per_kg: Mapped[Decimal | None] = field("Dose per kg", places=4, minimum=0, maximum=10_000)
    dose: Mapped[Decimal] = field("Dose", places=3, minimum=0, maximum=1_000_000)
    dose_unit: Mapped[DoseUnit] = field("Dose in", default=DoseUnit.TABLET)
    route: Mapped[GivingRoute] = field("Route", default=GivingRoute.ORAL)
    hours_between: Mapped[int | None] = field(
        "Every", unit="h", minimum=1, maximum=_YEAR, hint="Empty: once, or as needed"
    )
    days: Mapped[int | None] = field("For", unit="d", minimum=1, maximum=3650)
    quantity: Mapped[Decimal] = field("Handed out", places=3, default=0, minimum=0, maximum=100_000)
    instructions: Mapped[str | None] = field(
        "Instructions", merge=Merge.TEXT, hint="As on the label: with food .."
    )
    repeats: Mapped[int] = field("Repeats", default=0, minimum=0, maximum=99)
    valid_until: Mapped[date | None] = field("Valid until")
    stopped_on: Mapped[date | None] = field("Stopped", maximum=today, merge=Merge.MIN)


class PetVaccination(OrganizationRecord):
    """One vaccination of a patient."""

    __tablename__ = "pet_vaccinations"
    __access__ = Access(
        read=[EVERYONE, own_pet()],
        write=WORKERS,
        mirrored=CLINICS,
        audited="certificates and passports are written from it",
    )
    __titles__ = ("Vaccination of a pet", "Vaccinations of pets")
    __label__ = ("vaccine", "given_on")
    __table_args__ = (
        CheckConstraint("next_due_on > given_on", name="next_due_later"),
        Index("ix_pet_vaccinations_due", "organization_id", "next_due_on"),
    )

    pet_id: Mapped[UUID] = link("pets", "Pet", via=_PATIENT)
    record_id: Mapped[UUID | None] = link("medical_records", "Medical record")
    given_on: Mapped[date] = field("Given", default=today, maximum=today)
    veterinarian_id: Mapped[UUID | None] = link("profiles", "Vet", via=_STAFF)
    vaccine: Mapped[str] = field("Vaccine")
    disease: Mapped[str | None] = field("Against")
    manufacturer: Mapped[str | None] = field("Manufacturer")
    item_id: Mapped[UUID | None] = link("farm_inventory", "From store")
    lot: Mapped[str | None] = field("Lot")
    lot_expires_on: Mapped[date | None] = field("Lot expires")
    site: Mapped[str | None] = field("Place", hint="Left shoulder ..")
    dose_number: Mapped[int] = field("Dose no.", default=1, minimum=1, maximum=20)
    next_due_on: Mapped[date | None] = field("Next due")
    certificate_number: Mapped[str | None] = field("Certificate")
    reaction: Mapped[str | None] = field("Reaction")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class LabResult(OrganizationRecord):
    """One value that a laboratory found in a patient's sample, or that it is asked for."""

    __tablename__ = "lab_results"
    __access__ = Access(
        read=[EVERYONE, own_pet("shared")],
        write=WORKERS,
        mirrored=CLINICS,
        audited="medical records are answered for",
    )
    __titles__ = ("Lab result", "Lab results")
    __label__ = ("test", "taken_on")
    __table_args__ = (
        CheckConstraint("usual_to >= usual_from", name="usual_in_order"),
        Index("ix_lab_results_day", "organization_id", "taken_on"),
    )

    pet_id: Mapped[UUID] = link("pets", "Pet", via=_PATIENT)
    record_id: Mapped[UUID | None] = link("medical_records", "Medical record")
    taken_on: Mapped[date] = field("Sample of", default=today, maximum=today)
    panel: Mapped[str | None] = field("Panel", hint="Blood count, kidney ..")
    test: Mapped[str] = field("Test", hint="Creatinine ..")
    value: Mapped[Decimal | None] = field(
        "Value", places=4, minimum=-1_000_000, maximum=1_000_000_000
    )
    unit: Mapped[str | None] = field("Unit", hint="mg/dL ..")
    usual_from: Mapped[Decimal | None] = field(
        "Usual from", places=4, minimum=-1_000_000, maximum=1_000_000_000
    )
    usual_to: Mapped[Decimal | None] = field(
        "Usual to", places=4, minimum=-1_000_000, maximum=1_000_000_000
    )
    finding: Mapped[str | None] = field("Finding", merge=Merge.TEXT, hint="If it is no number")
    laboratory: Mapped[str | None] = field("Laboratory", hint="Empty: in the house")
    shared: Mapped[bool] = field("Shared", default=False, hint="The owner reads it too")


class ReminderRule(OrganizationRecord):
    """One step of the ladder by which owners are reminded: when, by what, in which words."""

    __tablename__ = "reminder_rules"
    __access__ = Access(write=KEEPERS, mirrored=CLINICS)
    __titles__ = ("Reminder rule", "Reminder rules")
    __label__ = ("kind", "step")
    __table_args__ = (
        UniqueConstraint(
            "organization_id", "kind", "species", "step", postgresql_nulls_not_distinct=True
        ),
    )

    kind: Mapped[ReminderKind] = field("About", default=ReminderKind.VACCINATION)
    species: Mapped[str | None] = field("Species", hint="Empty: any")
    step: Mapped[int] = field("Step", default=1, minimum=1, maximum=9)
    days: Mapped[int] = field(
        "Sent", unit="d", default=-14, minimum=-365, maximum=365, hint="After the day; -14: before"
    )
    channel: Mapped[ReminderChannel | None] = field("By", hint="Empty: as the client wants it")
    subject: Mapped[str] = field("Subject", default="{pet}: {what}")
    body: Mapped[str] = field(
        "Text", merge=Merge.TEXT, hint="{client}, {pet}, {what}, {due}, {clinic}, {phone}"
    )
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)


class ReminderMessage(OrganizationRecord):
    """One step of a reminder on its way to the client: queued here, sent by the platform."""

    __tablename__ = "reminder_messages"
    __access__ = Access(
        write=WORKERS, mirrored=CLINICS, audited="who was told what, and when, is asked"
    )
    __titles__ = ("Reminder sent", "Reminders sent")
    __label__ = ("subject", "queued_at")
    __table_args__ = (
        # Two desks that queue the same step send it once.
        UniqueConstraint("organization_id", "reminder_id", "step"),
        Index(
            "ix_reminder_messages_to_send", "queued_at", postgresql_where=text("sent_at is null")
        ),
    )

    # No link, for a PC may keep the last months of reminders only.
    reminder_id: Mapped[UUID] = field("Reminder")
    client_id: Mapped[UUID | None] = link("clinic_clients", "Client")
    step: Mapped[int] = field("Step", default=1, minimum=1, maximum=9)
    channel: Mapped[ReminderChannel] = field("By", default=ReminderChannel.EMAIL)
    sent_to: Mapped[str | None] = field("To")
    subject: Mapped[str] = field("Subject")
    body: Mapped[str] = field("Text", merge=Merge.TEXT)
    queued_at: Mapped[datetime] = field("Queued", default=now, merge=Merge.MIN)
    printed_at: Mapped[datetime | None] = field("Printed", merge=Merge.MIN)
    sent_at: Mapped[datetime | None] = field("Sent", kept=True)
    failure: Mapped[str | None] = field("Not sent because", kept=True)


class TillClosing(OrganizationRecord):
    """The end of a day at one till: what was in it, and what should have been."""

    __tablename__ = "till_closings"
    __access__ = Access(write=WORKERS, delete=KEEPERS, mirrored=CLINICS, audited="it is money")
    __titles__ = ("Till closing", "Till closings")
    __label__ = ("closed_on", "till")
    __table_args__ = (UniqueConstraint("organization_id", "closed_on", "till"),)

    closed_on: Mapped[date] = field("Date", default=today, maximum=today)
    till: Mapped[str] = field("Till", default="Front desk")
    opening_float: Mapped[Decimal] = money("In it in the morning", default=0)
    expected: Mapped[Decimal] = money("Should be in it", default=0, minimum=-100_000_000)
    counted: Mapped[Decimal] = money("Counted")
    notes: Mapped[str | None] = field("Notes", hint="Why they differ", merge=Merge.TEXT)


class FarmVet(OrganizationRecord):
    """A clinic that a farm has as its vet: what it treats there is entered in the farm's book.

    The farm gives the code it got from the clinic: the id of its entry among the clinic's clients.
    """

    __tablename__ = "farm_vets"
    __access__ = Access(
        write=KEEPERS, mirrored=FARMS, audited="it decides who writes in a farm's medicine book"
    )
    __titles__ = ("Vet of the farm", "Vets of the farm")
    __label__ = ("clinic_name",)
    __table_args__ = (
        Index(
            "uq_farm_vets_client_code",
            "client_code",
            unique=True,
            postgresql_where=text("ended_on is null"),
        ),
    )

    client_code: Mapped[str] = field("Code from the clinic", hint="As it gave it to you")
    clinic_id: Mapped[UUID | None] = link("organizations", "Clinic", on_delete="CASCADE", kept=True)
    clinic_name: Mapped[str | None] = field("Clinic's name", kept=True)
    ended_on: Mapped[date | None] = field("Ended", merge=Merge.MIN)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class FarmVisit(OrganizationRecord):
    """A vet's visit to a farm that is the clinic's client."""

    __tablename__ = "farm_visits"
    __access__ = Access(write=WORKERS, mirrored=CLINICS, audited="it is billed and answered for")
    __titles__ = ("Farm visit", "Farm visits")
    __label__ = ("visited_at", "reason")
    __table_args__ = (Index("ix_farm_visits_day", "organization_id", "visited_at"),)

    client_id: Mapped[UUID] = link("clinic_clients", "Client")
    visited_at: Mapped[datetime] = field("When", default=now)
    veterinarian_id: Mapped[UUID | None] = link("profiles", "Vet", via=_STAFF)
    reason: Mapped[str | None] = field("Reason")
    findings: Mapped[str | None] = field("Findings", merge=Merge.TEXT)
    advice: Mapped[str | None] = field("Advice", merge=Merge.TEXT)
    distance_km: Mapped[Decimal | None] = field(
        "Distance", unit="km", places=1, minimum=0, maximum=5_000
    )
    # Written down at two desks, each has a draft of it: the first is named, both are its bills.
    invoice_id: Mapped[UUID | None] = link("invoices", "Invoice", merge=Merge.MIN)
    # No link: it took place, even where central gave its time to another.
    appointment_id: Mapped[UUID | None] = field("In the calendar")


class FarmVisitTreatment(OrganizationRecord):
    """What a vet gave an animal or a group on a farm visit, and how long it is then withheld.

    Where the farm has the clinic as its vet, central enters it in the farm's medicine book under
    the same id.
    """

    __tablename__ = "farm_visit_treatments"
    __access__ = Access(
        write=WORKERS,
        mirrored=CLINICS,
        audited="the use of medicine is answered for to the authorities",
    )
    __titles__ = ("Farm treatment", "Farm treatments")
    __label__ = ("given_at", "product")
    __table_args__ = (
        CheckConstraint("(animal_tag is null) <> (group_name is null)", name="animal_or_group"),
    )

    visit_id: Mapped[UUID] = link("farm_visits", "Farm visit", on_delete="CASCADE")
    animal_tag: Mapped[str | None] = field("Animal", hint="Its number, as on the ear")
    group_name: Mapped[str | None] = field("Group or flock", hint="As the farm calls it")
    head_count: Mapped[int | None] = field("Head", minimum=1, maximum=1_000_000)
    reason: Mapped[str] = field("Reason")
    product: Mapped[str] = field("Drug")
    substance: Mapped[str | None] = field("Active substance")
    is_antimicrobial: Mapped[bool] = field("Antimicrobial", default=False)
    item_id: Mapped[UUID | None] = link("farm_inventory", "From store")
    lot: Mapped[str | None] = field("Lot")
    lot_expires_on: Mapped[date | None] = field("Lot expires")
    quantity: Mapped[Decimal | None] = field(
        "Taken from store", places=3, minimum=0, maximum=1_000_000
    )
    dose: Mapped[Decimal] = field("Dose", places=3, minimum=0, maximum=1_000_000)
    dose_unit: Mapped[DoseUnit] = field("Dose in", default=DoseUnit.MILLILITRE)
    route: Mapped[GivingRoute] = field("Route", default=GivingRoute.INTRAMUSCULAR)
    given_at: Mapped[datetime] = field("First dose", default=now)
    doses: Mapped[int] = field("Doses in the course", default=1, minimum=1, maximum=500)
    hours_between: Mapped[int] = field(
        "From dose to dose", unit="h", default=24, minimum=1, maximum=2400
    )
    milk_hours: Mapped[int] = field(
        "Milk withdrawal", unit="h", default=0, minimum=0, maximum=_YEAR
    )
    meat_hours: Mapped[int] = field(
        "Meat withdrawal", unit="h", default=0, minimum=0, maximum=_YEAR
    )
    egg_hours: Mapped[int] = field("Egg withdrawal", unit="h", default=0, minimum=0, maximum=_YEAR)
    void_reason: Mapped[str | None] = field("Void because", hint="It then never happened")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)
    farm_answer: Mapped[str | None] = field("In the farm's book", kept=True)
    is_in_farm_book: Mapped[bool] = field("Entered at the farm", default=False, kept=True)
