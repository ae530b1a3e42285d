"""Reference data: species, breeds, vaccines and units; and an organization's rules and duties."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import CLINICS, FARMS, KEEPERS, Access
from fluffydesk.records.enums.reference import (
    AnimalClass,
    AnimalKeeping,
    AutomationTrigger,
    BreedUse,
    ComplianceKind,
    ComplianceStatus,
    InspectionResult,
    UnitQuantity,
    VaccineNeed,
    VaccineRoute,
)
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Merge, OrganizationRecord, ReferenceRecord, field, link

_YEARS = 36_500


class SpeciesReference(ReferenceRecord):
    """A species of animal that people keep."""

    __tablename__ = "species_reference"
    __titles__ = ("Animal species", "Animal species")
    __label__ = ("name",)
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint(
            "lifespan_min_years <= lifespan_max_years and temperature_low_c <= temperature_high_c",
            name="ranges",
        ),
    )

    code: Mapped[str] = field("Code")
    name: Mapped[str] = field("Name")
    scientific_name: Mapped[str | None] = field("Scientific name")
    animal_class: Mapped[AnimalClass] = field("Class", default=AnimalClass.MAMMAL)
    keeping: Mapped[AnimalKeeping] = field("Kept as", default=AnimalKeeping.COMPANION)
    gestation_days: Mapped[int | None] = field("Gestation", unit="d", minimum=1, maximum=700)
    incubation_days: Mapped[int | None] = field("Incubation", unit="d", minimum=1, maximum=100)
    cycle_days: Mapped[int | None] = field("Oestrous cycle", unit="d", minimum=1, maximum=400)
    lifespan_min_years: Mapped[int | None] = field("Lives from", unit="y", minimum=1, maximum=200)
    lifespan_max_years: Mapped[int | None] = field("Lives up to", unit="y", minimum=1, maximum=200)
    temperature_low_c: Mapped[Decimal | None] = field(
        "Normal temperature from", unit="°C", places=1, minimum=10, maximum=50
    )
    temperature_high_c: Mapped[Decimal | None] = field(
        "Normal temperature up to", unit="°C", places=1, minimum=10, maximum=50
    )
    notes: Mapped[str | None] = field("Notes")


class BreedReference(ReferenceRecord):
    """A breed of an animal species."""

    __tablename__ = "breed_reference"
    __titles__ = ("Animal breed", "Animal breeds")
    __label__ = ("name",)
    __table_args__ = (UniqueConstraint("species_id", "name"),)

    species_id: Mapped[UUID] = link("species_reference", "Species")
    name: Mapped[str] = field("Name")
    origin: Mapped[str | None] = field("Comes from")
    bred_for: Mapped[BreedUse | None] = field("Bred for")
    adult_weight_kg: Mapped[Decimal | None] = field(
        "Adult weight", unit="kg", places=2, minimum=0, maximum=2000, hint="Typical, not a limit"
    )


class CompanionSpecies(ReferenceRecord):
    """A species kept as a companion."""

    __tablename__ = "companion_species"
    __titles__ = ("Companion species", "Companion species")
    __label__ = ("name",)

    code: Mapped[str] = field("Code")
    name: Mapped[str] = field("Name")
    scientific_name: Mapped[str | None] = field("Scientific name")
    gestation_days: Mapped[int | None] = field("Gestation", unit="d", minimum=1, maximum=700)
    incubation_days: Mapped[int | None] = field("Incubation", unit="d", minimum=1, maximum=100)


class CompanionBreed(ReferenceRecord):
    """A breed of a companion species."""

    __tablename__ = "companion_breeds"
    __titles__ = ("Companion breed", "Companion breeds")
    __label__ = ("name",)

    species_id: Mapped[UUID] = link("companion_species", "Species")
    name: Mapped[str] = field("Name")
    adult_weight_kg: Mapped[Decimal | None] = field(
        "Adult weight", unit="kg", places=1, minimum=0, maximum=120
    )


class AutomationRule(OrganizationRecord):
    """What an organization wants done by itself when something happens."""

    __tablename__ = "automation_rules"
    __access__ = Access(
        read=KEEPERS,
        write=KEEPERS,
        audited="a rule acts in the organization's name when nobody looks",
    )
    __titles__ = ("Automation rule", "Automation rules")
    __label__ = ("name",)
    __table_args__ = (
        CheckConstraint(
            "jsonb_typeof(conditions) = 'object' and jsonb_typeof(actions) = 'object'",
            name="conditions_and_actions_are_objects",
        ),
        CheckConstraint("trigger_event <> 'schedule' or schedule is not null", name="when_it_runs"),
        Index(
            "ix_automation_rules_organization_id_trigger_event",
            "organization_id",
            "trigger_event",
            "position",
        ),
    )

    name: Mapped[str] = field("Name")
    description: Mapped[str | None] = field("What it is for")
    trigger_event: Mapped[AutomationTrigger] = field("When", default=AutomationTrigger.RECORD_ADDED)
    entity_table: Mapped[str | None] = field("In which table", hint="As in appointments")
    schedule: Mapped[str | None] = field("Times", hint="As in cron: 0 6 * * 1 is Mondays at six")
    conditions: Mapped[dict[str, Any]] = field("Only if", default=dict)
    actions: Mapped[dict[str, Any]] = field("What to do", default=dict)
    delay_minutes: Mapped[int] = field("After", unit="min", default=0, minimum=0, maximum=527_040)
    position: Mapped[int] = field("Place in the order", default=0, minimum=0, maximum=1000)
    is_enabled: Mapped[bool] = field("On", default=True)
    last_run_at: Mapped[datetime | None] = field("Last ran", kept=True)
    last_error: Mapped[str | None] = field("Last error", kept=True)
    run_count: Mapped[int] = field("Times it ran", default=0, minimum=0, kept=True)
    failure_count: Mapped[int] = field("Times it failed", default=0, minimum=0, kept=True)


class ComplianceRecord(OrganizationRecord):
    """One duty an authority lays on an organization, and the paper that shows it was met."""

    __tablename__ = "compliance_records"
    __access__ = Access(
        write=KEEPERS,
        mirrored=FARMS | CLINICS,
        audited="licences and inspections are answered for to the authorities",
    )
    __titles__ = ("Compliance record", "Compliance records")
    __label__ = ("regulation", "reference_number")
    __table_args__ = (
        CheckConstraint("valid_until >= issued_on", name="valid_after_issue"),
        Index(
            "ix_compliance_records_organization_id_valid_until", "organization_id", "valid_until"
        ),
    )

    regulation: Mapped[str] = field("Regulation", hint="As in Regulation (EU) 2016/429")
    kind: Mapped[ComplianceKind] = field("Kind", default=ComplianceKind.LICENCE)
    subject: Mapped[str | None] = field("What it covers", hint="A building, a herd, a product")
    authority: Mapped[str | None] = field("Authority")
    reference_number: Mapped[str | None] = field("Reference number")
    issued_on: Mapped[date | None] = field("Issued")
    valid_until: Mapped[date | None] = field("Valid until")
    status: Mapped[ComplianceStatus] = field("Status", default=ComplianceStatus.VALID)
    responsible_id: Mapped[UUID | None] = link(
        "profiles", "Responsible", via="organization_users.user_id", on_delete="SET NULL"
    )
    inspected_on: Mapped[date | None] = field("Inspected", maximum=today)
    inspector: Mapped[str | None] = field("Inspector")
    inspection_result: Mapped[InspectionResult | None] = field("Result")
    findings: Mapped[str | None] = field("Findings", merge=Merge.TEXT)
    correct_by: Mapped[date | None] = field("To be put right by")
    corrected_on: Mapped[date | None] = field("Put right", maximum=today)
    document: Mapped[str | None] = field("Document", hint="Where the paper or the file lies")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class VaccineSchedule(ReferenceRecord):
    """One dose of a vaccine as commonly published for a species; confirm with your vet."""

    __tablename__ = "vaccine_schedules"
    __titles__ = ("Vaccine dose", "Vaccine schedule")
    __label__ = ("vaccine", "dose_number")
    __table_args__ = (UniqueConstraint("species_id", "vaccine", "dose_number"),)

    species_id: Mapped[UUID] = link("species_reference", "Species")
    vaccine: Mapped[str] = field("Vaccine")
    protects_against: Mapped[str | None] = field("Protects against")
    need: Mapped[VaccineNeed] = field("Need", default=VaccineNeed.OPTIONAL)
    dose_number: Mapped[int] = field("Dose", minimum=1, maximum=20)
    minimum_age_days: Mapped[int | None] = field(
        "Not before age", unit="d", minimum=0, maximum=_YEARS
    )
    days_before_birth: Mapped[int | None] = field(
        "Before giving birth", unit="d", minimum=1, maximum=700
    )
    interval_to_next_days: Mapped[int | None] = field(
        "Next dose after", unit="d", minimum=1, maximum=_YEARS
    )
    booster_interval_days: Mapped[int | None] = field(
        "Booster every", unit="d", minimum=1, maximum=_YEARS
    )
    route: Mapped[VaccineRoute] = field("Given", default=VaccineRoute.AS_LABELLED)
    advice: Mapped[str] = field("Advice", default="Confirm with your vet")
    notes: Mapped[str | None] = field("Notes")
    source: Mapped[str | None] = field("Source")


class MeasurementUnit(ReferenceRecord):
    """A unit; a value in it is (value + shift) * factor / divisor in its base unit."""

    __tablename__ = "measurement_units"
    __titles__ = ("Unit", "Units")
    __label__ = ("name", "symbol")
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("factor > 0", name="factor_positive"),
    )

    code: Mapped[str] = field("Code")
    name: Mapped[str] = field("Name")
    symbol: Mapped[str] = field("Symbol")
    quantity: Mapped[UnitQuantity] = field("Measures", default=UnitQuantity.COUNT)
    base_unit_id: Mapped[UUID | None] = link("measurement_units", "Base unit")
    factor: Mapped[Decimal] = field(
        "Factor", places=9, default=Decimal(1), minimum=0, maximum=99_999
    )
    divisor: Mapped[int] = field("Divisor", default=1, minimum=1, maximum=1_000_000)
    shift: Mapped[Decimal] = field(
        "Shift", places=2, default=Decimal(0), minimum=-1000, maximum=1000
    )
