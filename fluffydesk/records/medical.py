"""Medical records, reminders, insights; vaccinations and treatments of farm animals."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from fluffydesk.records.access import (
    CLINICS,
    EVERYONE,
    FARMS,
    NOBODY,
    WORKERS,
    Access,
    All,
    Members,
    Of,
    Person,
    Reach,
    Through,
    Within,
)
from fluffydesk.records.booking import own_pet
from fluffydesk.records.dated import Dated
from fluffydesk.records.enums.medical import (
    DoseUnit,
    GivingRoute,
    InsightKind,
    InsightSeverity,
    InsightVerdict,
    MedicalRecordKind,
    ReminderChannel,
    ReminderKind,
    ReminderRepeat,
    ReminderStatus,
    Severity,
)
from fluffydesk.records.types import Key, now, today
from fluffydesk.records.vocabulary import Facts, Merge, OrganizationRecord, Record, field, link

_PET_OR_ANIMAL = "(pet_id is null) <> (animal_id is null)"
_ONE_GIVEN = (
    "case when animal_id is null then 0 else 1 end + case when flock_id is null then 0 else 1 end"
    " + case when batch_id is null then 0 else 1 end = 1"
)
_YEAR = 8760


class MedicalRecord(OrganizationRecord):
    """What a clinic found and did at one visit of a pet; once signed it is amended, not edited."""

    __tablename__ = "medical_records"
    # Only the clinic that wrote it reads what is not shared: no other clinic, and no owner.
    __access__ = Access(
        read=[
            Members(EVERYONE, column="organization_id"),
            Members(EVERYONE, "shared"),
            Of("pet_id", when="shared"),
        ],
        add=All(Members(WORKERS), Of("pet_id")),
        write=WORKERS,
        mirrored=CLINICS,
        audited="medical records are answered for, and several read them",
    )
    __scope__ = Through(
        Reach("clinic_patients", "pet_id", "ended_on is null", key="pet_id"),
        home="organization_id",
    )
    __titles__ = ("Medical record", "Medical records")
    __label__ = ("visited_on", "kind")
    __table_args__ = (
        Index("idx_medical_records_pet_id", "pet_id"),
        Index("ix_medical_records_day", "organization_id", "visited_on"),
        CheckConstraint("confidential_notes is null or not shared", name="confidential_not_shared"),
    )

    pet_id: Mapped[UUID] = link("pets", "Pet")
    appointment_id: Mapped[UUID | None] = link("appointments", "Appointment")
    visited_on: Mapped[date] = field("Date", default=today, maximum=today)
    kind: Mapped[MedicalRecordKind] = field("Kind", default=MedicalRecordKind.CONSULTATION)
    veterinarian_id: Mapped[UUID | None] = link("profiles", "Vet", via="organization_users.user_id")
    reason: Mapped[str | None] = field("Reason")
    history: Mapped[str | None] = field("History", merge=Merge.TEXT)
    examination: Mapped[str | None] = field("Examination", merge=Merge.TEXT)
    weight_kg: Mapped[Decimal | None] = field("Weight", unit="kg", places=2, minimum=0, maximum=500)
    temperature_c: Mapped[Decimal | None] = field(
        "Temperature", unit="°C", places=1, minimum=20, maximum=50
    )
    heart_rate: Mapped[int | None] = field("Heart rate", unit="/min", minimum=0, maximum=1000)
    respiratory_rate: Mapped[int | None] = field("Breathing", unit="/min", minimum=0, maximum=500)
    body_condition: Mapped[int | None] = field("Body condition", unit="of 9", minimum=1, maximum=9)
    diagnosis: Mapped[str | None] = field("Diagnosis", merge=Merge.TEXT)
    treatment: Mapped[str | None] = field("Treatment", merge=Merge.TEXT)
    prescription: Mapped[str | None] = field("Prescription", merge=Merge.TEXT)
    follow_up_on: Mapped[date | None] = field("Follow-up")
    shared: Mapped[bool] = field(
        "Shared", default=True, hint="With the owner and the pet's other clinics"
    )
    confidential_notes: Mapped[str | None] = field(
        "Confidential notes", merge=Merge.TEXT, hint="Only in a record that is not shared"
    )
    amends_id: Mapped[UUID | None] = link("medical_records", "Amends")
    signed_at: Mapped[datetime | None] = field(
        "Signed", merge=Merge.MIN, hint="It cannot be edited afterwards"
    )
    signed_by: Mapped[UUID | None] = link("profiles", "Signed by", kept=True)


def _made_by() -> Mapped[Any]:
    """Declare whose a row is that is no organization's: whoever adds it, at central."""
    facts = Facts("Person", target="profiles", merge=Merge.THEIRS, housekeeping=True)
    info = {"facts": facts, "link": ("profiles.id", "CASCADE")}
    return mapped_column(Key(), server_default=text("auth.uid()"), info=info)


class Reminder(Record):
    """Something to be done for a pet or farm animal by a day; an organization's or a person's."""

    __tablename__ = "reminders"
    __access__ = Access(
        read=[
            EVERYONE,
            Person(),
            own_pet("organization_id is not null and tells_owner"),
        ],
        add=[
            All(Members(WORKERS), Of("pet_id")),
            All(Members(WORKERS), Of("animal_id")),
            All(Person(), Of("pet_id")),
        ],
        write=[WORKERS, Person()],
        mirrored=CLINICS | FARMS,
    )
    __scope__ = Within()
    __titles__ = ("Reminder", "Reminders")
    __label__ = ("title", "due_on")
    __dated__ = Dated("due_on", "status", ("done", "cancelled"))
    __table_args__ = (
        CheckConstraint("(organization_id is null) <> (user_id is null)", name="one_keeper"),
        CheckConstraint(_PET_OR_ANIMAL, name="pet_or_animal"),
        CheckConstraint("animal_id is null or organization_id is not null", name="animal_of_farm"),
        CheckConstraint("(repeat_every is null) = (repeat_unit is null)", name="repeat_is_whole"),
        CheckConstraint("repeat_until >= due_on", name="repeats_after_due"),
        Index("ix_reminders_day", "organization_id", "due_on"),
        Index("ix_reminders_to_send", "due_on", postgresql_where=text("status = 'pending'")),
    )

    organization_id: Mapped[UUID | None] = link(
        "organizations", "Organization", on_delete="CASCADE", kept=True
    )
    user_id: Mapped[UUID | None] = _made_by()
    pet_id: Mapped[UUID | None] = link("pets", "Pet", on_delete="CASCADE")
    animal_id: Mapped[UUID | None] = link("livestock", "Animal", on_delete="CASCADE")
    kind: Mapped[ReminderKind] = field("Kind", default=ReminderKind.OTHER)
    title: Mapped[str] = field("What")
    message: Mapped[str | None] = field("Message", merge=Merge.TEXT)
    due_on: Mapped[date] = field("Due")
    repeat_every: Mapped[int | None] = field("Repeat every", minimum=1, maximum=1000)
    repeat_unit: Mapped[ReminderRepeat | None] = field("Days, weeks ..")
    repeat_until: Mapped[date | None] = field("Repeat until")
    step: Mapped[int] = field(
        "Step", default=1, minimum=1, maximum=9, merge=Merge.MAX, hint="First, second, third .."
    )
    status: Mapped[ReminderStatus] = field(
        "Status", default=ReminderStatus.PENDING, merge=Merge.LATTICE
    )
    done_at: Mapped[datetime | None] = field("Done", merge=Merge.MIN)
    assigned_to: Mapped[UUID | None] = link("profiles", "For", on_delete="SET NULL")
    channel: Mapped[ReminderChannel] = field("By", default=ReminderChannel.IN_APP)
    tells_owner: Mapped[bool] = field(
        "Tell the owner", default=True, hint="The pet's owner then reads all of it"
    )
    last_sent_at: Mapped[datetime | None] = field("Last sent", kept=True)


class AiInsight(Record):
    """What a model noticed in the data of a pet or farm animal, and what a person thought of it."""

    __tablename__ = "ai_insights"
    # A clinic's insight reaches the owner once one of its people has confirmed it. People answer
    # through review_insight(), so that none of them edits what the model said.
    __access__ = Access(
        read=[EVERYONE, own_pet("organization_id is null or verdict = 'confirmed'")], write=NOBODY
    )
    __scope__ = Within()
    __titles__ = ("Insight", "Insights")
    __label__ = ("title",)
    __table_args__ = (
        CheckConstraint(_PET_OR_ANIMAL, name="pet_or_animal"),
        CheckConstraint("animal_id is null or organization_id is not null", name="animal_of_farm"),
        Index("ix_ai_insights_day", "organization_id", "noticed_at"),
    )

    organization_id: Mapped[UUID | None] = link(
        "organizations", "Organization", on_delete="CASCADE", kept=True
    )
    pet_id: Mapped[UUID | None] = link("pets", "Pet", on_delete="CASCADE")
    animal_id: Mapped[UUID | None] = link("livestock", "Animal", on_delete="CASCADE")
    kind: Mapped[InsightKind] = field("Kind")
    severity: Mapped[InsightSeverity] = field("Severity", default=InsightSeverity.INFO)
    title: Mapped[str] = field("Title")
    body: Mapped[str] = field("What it says")
    confidence: Mapped[Decimal] = field("Confidence", places=3, minimum=0, maximum=1)
    evidence: Mapped[dict[str, Any]] = field("Evidence", default=dict)
    model_name: Mapped[str] = field("Model")
    model_version: Mapped[str] = field("Model version")
    noticed_at: Mapped[datetime] = field("Noticed", default=now)
    expires_at: Mapped[datetime | None] = field("Means nothing after")
    verdict: Mapped[InsightVerdict] = field("Verdict", default=InsightVerdict.OPEN)
    reviewed_by: Mapped[UUID | None] = link("profiles", "Reviewed by", on_delete="SET NULL")
    reviewed_at: Mapped[datetime | None] = field("Reviewed")
    is_dismissed: Mapped[bool] = field("Dismissed", default=False)


class VaccineLog(OrganizationRecord):
    """One vaccination of a farm animal, a flock or a group."""

    __tablename__ = "vaccine_logs"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Vaccination", "Vaccinations")
    __label__ = ("given_at", "vaccine")
    __table_args__ = (
        CheckConstraint(_ONE_GIVEN, name="one_animal_or_group"),
        # Which day it was given is for the farm's time zone to say (rule 25): west of Greenwich
        # an evening is the next day already.
        CheckConstraint(
            "next_due_on >= (given_at at time zone 'UTC')::date", name="next_due_later"
        ),
        Index("ix_vaccine_logs_day", "organization_id", "given_at"),
        Index("ix_vaccine_logs_due", "organization_id", "next_due_on"),
    )

    animal_id: Mapped[UUID | None] = link("livestock", "Animal")
    flock_id: Mapped[UUID | None] = link("flocks", "Flock")
    batch_id: Mapped[UUID | None] = link("livestock_batches", "Group")
    head_count: Mapped[int | None] = field("Head", minimum=1, maximum=1_000_000)
    vaccine: Mapped[str] = field("Vaccine")
    disease: Mapped[str | None] = field("Against")
    manufacturer: Mapped[str | None] = field("Manufacturer")
    lot: Mapped[str | None] = field("Lot")
    lot_expires_on: Mapped[date | None] = field("Lot expires")
    item_id: Mapped[UUID | None] = link("farm_inventory", "From store")
    dose: Mapped[Decimal | None] = field("Dose", places=3, minimum=0, maximum=1_000_000)
    dose_unit: Mapped[DoseUnit] = field("Dose in", default=DoseUnit.MILLILITRE)
    route: Mapped[GivingRoute] = field("Route", default=GivingRoute.SUBCUTANEOUS)
    site: Mapped[str | None] = field("Place", hint="Left neck, right thigh ..")
    given_at: Mapped[datetime] = field("Given", default=now)
    given_by: Mapped[UUID | None] = link("profiles", "By", via="organization_users.user_id")
    veterinarian: Mapped[str | None] = field("Vet")
    dose_number: Mapped[int] = field("Dose no.", default=1, minimum=1, maximum=20)
    next_due_on: Mapped[date | None] = field("Next due")
    milk_hours: Mapped[int] = field(
        "Milk withdrawal", unit="h", default=0, minimum=0, maximum=_YEAR
    )
    meat_hours: Mapped[int] = field(
        "Meat withdrawal", unit="h", default=0, minimum=0, maximum=_YEAR
    )
    egg_hours: Mapped[int] = field("Egg withdrawal", unit="h", default=0, minimum=0, maximum=_YEAR)
    milk_until: Mapped[datetime | None] = field("No milk until", kept=True)
    meat_until: Mapped[datetime | None] = field("No meat until", kept=True)
    eggs_until: Mapped[datetime | None] = field("No eggs until", kept=True)
    reaction: Mapped[str | None] = field("Reaction", hint="Swelling, fever ..")
    cost: Mapped[Decimal | None] = field("Cost", places=2, minimum=0, maximum=1_000_000)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class HealthDiagnosis(OrganizationRecord):
    """What was found wrong with a farm animal, a flock or a group, treated or not."""

    __tablename__ = "health_diagnoses"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Diagnosis", "Diagnoses")
    __label__ = ("seen_on", "condition")
    __table_args__ = (
        CheckConstraint(_ONE_GIVEN, name="one_animal_or_group"),
        CheckConstraint("recovered_on >= seen_on", name="recovered_later"),
        Index("ix_health_diagnoses_day", "organization_id", "seen_on"),
    )

    animal_id: Mapped[UUID | None] = link("livestock", "Animal")
    flock_id: Mapped[UUID | None] = link("flocks", "Flock")
    batch_id: Mapped[UUID | None] = link("livestock_batches", "Group")
    head_count: Mapped[int | None] = field("Head", minimum=1, maximum=1_000_000)
    seen_on: Mapped[date] = field("Seen", default=today, maximum=today)
    condition: Mapped[str] = field("Diagnosis", hint="Mastitis, lame, pneumonia ..")
    severity: Mapped[Severity | None] = field("Severity")
    site: Mapped[str | None] = field("Place", hint="Left hind quarter, right fore foot ..")
    temperature_c: Mapped[Decimal | None] = field(
        "Temperature", unit="°C", places=1, minimum=30, maximum=45
    )
    veterinarian: Mapped[str | None] = field("Vet", hint="Where a vet made it")
    recovered_on: Mapped[date | None] = field("Recovered", maximum=today)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class HealthTreatment(OrganizationRecord):
    """One course of a drug for a farm animal, a flock or a group, and its withdrawal (rule 16)."""

    __tablename__ = "health_treatments"
    # The medicine book keeps every line: a wrong one is voided, with a reason.
    __access__ = Access(
        write=WORKERS,
        delete=NOBODY,
        mirrored=FARMS,
        audited="the use of medicine, and what may be sold, is answered for to the authorities",
    )
    __titles__ = ("Treatment", "Treatments")
    __label__ = ("given_at", "product")
    __table_args__ = (
        CheckConstraint(_ONE_GIVEN, name="one_animal_or_group"),
        CheckConstraint("last_dose_at >= given_at", name="last_dose_later"),
        Index("ix_health_treatments_day", "organization_id", "given_at"),
    )

    animal_id: Mapped[UUID | None] = link("livestock", "Animal")
    flock_id: Mapped[UUID | None] = link("flocks", "Flock")
    batch_id: Mapped[UUID | None] = link("livestock_batches", "Group")
    head_count: Mapped[int | None] = field("Head", minimum=1, maximum=1_000_000)
    diagnosis_id: Mapped[UUID | None] = link("health_diagnoses", "Diagnosis")
    reason: Mapped[str] = field("Reason")
    product: Mapped[str] = field("Drug")
    substance: Mapped[str | None] = field("Active substance")
    is_antimicrobial: Mapped[bool] = field("Antimicrobial", default=False)
    lot: Mapped[str | None] = field("Lot")
    lot_expires_on: Mapped[date | None] = field("Lot expires")
    item_id: Mapped[UUID | None] = link("farm_inventory", "From store")
    dose: Mapped[Decimal] = field("Dose", places=3, minimum=0, maximum=1_000_000)
    dose_unit: Mapped[DoseUnit] = field("Dose in", default=DoseUnit.MILLILITRE)
    route: Mapped[GivingRoute] = field("Route", default=GivingRoute.INTRAMUSCULAR)
    given_at: Mapped[datetime] = field("First dose", default=now)
    doses: Mapped[int] = field("Doses in the course", default=1, minimum=1, maximum=500)
    hours_between: Mapped[int] = field(
        "From dose to dose", unit="h", default=24, minimum=1, maximum=2400
    )
    last_dose_at: Mapped[datetime | None] = field(
        "Last dose", merge=Merge.MAX, hint="Once the course is finished"
    )
    given_by: Mapped[UUID | None] = link("profiles", "By", via="organization_users.user_id")
    veterinarian: Mapped[str | None] = field("Vet")
    prescription_number: Mapped[str | None] = field("Prescription no.")
    milk_hours: Mapped[int] = field(
        "Milk withdrawal", unit="h", default=0, minimum=0, maximum=_YEAR
    )
    meat_hours: Mapped[int] = field(
        "Meat withdrawal", unit="h", default=0, minimum=0, maximum=_YEAR
    )
    egg_hours: Mapped[int] = field("Egg withdrawal", unit="h", default=0, minimum=0, maximum=_YEAR)
    milk_until: Mapped[datetime | None] = field("No milk until", kept=True)
    meat_until: Mapped[datetime | None] = field("No meat until", kept=True)
    eggs_until: Mapped[datetime | None] = field("No eggs until", kept=True)
    outcome: Mapped[str | None] = field("Outcome")
    cost: Mapped[Decimal | None] = field("Cost", places=2, minimum=0, maximum=1_000_000)
    void_reason: Mapped[str | None] = field("Void because", hint="It then never happened")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)
