"""The closed lists of values of reference data, automation and compliance."""

from __future__ import annotations

from enum import StrEnum


class AnimalClass(StrEnum):
    """The large groups of animals."""

    MAMMAL = "mammal"
    BIRD = "bird"
    REPTILE = "reptile"
    AMPHIBIAN = "amphibian"
    FISH = "fish"
    INVERTEBRATE = "invertebrate"


class AnimalKeeping(StrEnum):
    """As what people keep a species."""

    LIVESTOCK = "livestock"
    COMPANION = "companion"
    BOTH = "both"


class BreedUse(StrEnum):
    """What a breed was bred for."""

    DAIRY = "dairy"
    MEAT = "meat"
    DUAL = "dual"
    EGGS = "eggs"
    FIBRE = "fibre"
    RIDING = "riding"
    DRAUGHT = "draught"
    HERDING = "herding"
    HUNTING = "hunting"
    GUARDING = "guarding"
    COMPANION = "companion"
    ORNAMENTAL = "ornamental"


class AutomationTrigger(StrEnum):
    """What sets an automation rule going."""

    SCHEDULE = "schedule"
    RECORD_ADDED = "record_added"
    RECORD_CHANGED = "record_changed"
    APPOINTMENT_BOOKED = "appointment_booked"
    APPOINTMENT_COMPLETED = "appointment_completed"
    APPOINTMENT_MISSED = "appointment_missed"
    BOOKING_CREATED = "booking_created"
    ORDER_PLACED = "order_placed"
    INVOICE_OVERDUE = "invoice_overdue"
    STOCK_LOW = "stock_low"
    STOCK_EXPIRING = "stock_expiring"
    VACCINATION_DUE = "vaccination_due"
    BIRTH_DUE = "birth_due"
    WITHDRAWAL_ENDED = "withdrawal_ended"
    MORTALITY_HIGH = "mortality_high"
    READING_OUT_OF_RANGE = "reading_out_of_range"
    COMPLIANCE_EXPIRING = "compliance_expiring"
    REVIEW_RECEIVED = "review_received"


class ComplianceKind(StrEnum):
    """What kind of duty a compliance record shows was met."""

    LICENCE = "licence"
    REGISTRATION = "registration"
    PERMIT = "permit"
    CERTIFICATION = "certification"
    INSPECTION = "inspection"
    AUDIT = "audit"
    MOVEMENT = "movement"
    RESIDUE_TEST = "residue_test"
    DISEASE_TEST = "disease_test"
    TRAINING = "training"
    INSURANCE = "insurance"
    WASTE = "waste"
    OTHER = "other"


class ComplianceStatus(StrEnum):
    """Whether what a regulation asks for is in order."""

    PENDING = "pending"
    VALID = "valid"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REFUSED = "refused"


class InspectionResult(StrEnum):
    """What an inspection found."""

    PASSED = "passed"
    PASSED_WITH_CONDITIONS = "passed_with_conditions"
    FAILED = "failed"


class VaccineNeed(StrEnum):
    """Whether every animal of the kind is given a vaccine, or those at risk."""

    CORE = "core"
    OPTIONAL = "optional"


class VaccineRoute(StrEnum):
    """How a vaccine is given."""

    SUBCUTANEOUS = "subcutaneous"
    INTRAMUSCULAR = "intramuscular"
    INTRANASAL = "intranasal"
    ORAL = "oral"
    EYE_DROP = "eye_drop"
    DRINKING_WATER = "drinking_water"
    SPRAY = "spray"
    WING_WEB = "wing_web"
    IN_OVO = "in_ovo"
    AS_LABELLED = "as_labelled"


class UnitQuantity(StrEnum):
    """What a unit measures; units of one quantity convert into one another."""

    MASS = "mass"
    VOLUME = "volume"
    COUNT = "count"
    LENGTH = "length"
    AREA = "area"
    TEMPERATURE = "temperature"
    TIME = "time"
    EGG_COUNT = "egg_count"
