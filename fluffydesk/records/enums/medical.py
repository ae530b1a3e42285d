"""The closed lists of values of health records."""

from __future__ import annotations

from enum import StrEnum

from fluffydesk.records.enums.platform import State


class MedicalRecordKind(StrEnum):
    """What a medical record is about."""

    CONSULTATION = "consultation"
    VACCINATION = "vaccination"
    SURGERY = "surgery"
    DENTAL = "dental"
    DIAGNOSTICS = "diagnostics"
    HOSPITALIZATION = "hospitalization"
    EMERGENCY = "emergency"
    FOLLOW_UP = "follow_up"
    OTHER = "other"


class Severity(StrEnum):
    """How ill an animal is."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


class ReminderKind(StrEnum):
    """What is to be done."""

    VACCINATION = "vaccination"
    PARASITES = "parasites"
    MEDICATION = "medication"
    CHECK_UP = "check_up"
    FOLLOW_UP = "follow_up"
    DENTAL = "dental"
    GROOMING = "grooming"
    FEEDING = "feeding"
    WEIGHING = "weighing"
    BREEDING = "breeding"
    OTHER = "other"


class ReminderRepeat(StrEnum):
    """The unit in which a reminder comes again."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class ReminderStatus(State):
    """How far a reminder is."""

    PENDING = "pending"
    SENT = "sent"
    DONE = "done"
    CANCELLED = "cancelled"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {
            cls.PENDING: (cls.SENT, cls.DONE, cls.CANCELLED),
            cls.SENT: (cls.DONE, cls.CANCELLED),
        }


class ReminderChannel(StrEnum):
    """How somebody is reminded."""

    IN_APP = "in_app"
    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    POST = "post"


class InsightKind(StrEnum):
    """What a model has noticed."""

    RISK = "risk"
    TREND = "trend"
    ANOMALY = "anomaly"
    ADVICE = "advice"
    SUMMARY = "summary"


class InsightSeverity(StrEnum):
    """How soon somebody should look."""

    INFO = "info"
    WATCH = "watch"
    WARNING = "warning"
    URGENT = "urgent"


class InsightVerdict(StrEnum):
    """What the person who looked at an insight thinks of it."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class DoseUnit(StrEnum):
    """The unit of a dose."""

    MILLILITRE = "mL"
    MILLIGRAM = "mg"
    GRAM = "g"
    INTERNATIONAL_UNIT = "IU"
    TABLET = "tablet"
    BOLUS = "bolus"
    TUBE = "tube"
    DOSE = "dose"


class GivingRoute(StrEnum):
    """The way a drug or vaccine is given."""

    SUBCUTANEOUS = "subcutaneous"
    INTRAMUSCULAR = "intramuscular"
    INTRAVENOUS = "intravenous"
    ORAL = "oral"
    INTRAMAMMARY = "intramammary"
    INTRAUTERINE = "intrauterine"
    INTRANASAL = "intranasal"
    TOPICAL = "topical"
    EYE_DROP = "eye_drop"
    SPRAY = "spray"
    DRINKING_WATER = "drinking_water"
    IN_FEED = "in_feed"
    WING_WEB = "wing_web"
    IN_OVO = "in_ovo"
    OTHER = "other"
