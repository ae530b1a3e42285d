"""The closed lists of values of the breeding network."""

from __future__ import annotations

from enum import StrEnum

from fluffydesk.records.enums.platform import State


class BreedingProfileStatus(StrEnum):
    """Whether a profile is shown to other breeders."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    RETIRED = "retired"


class BreedingAvailability(StrEnum):
    """Whether an animal can be bred now."""

    AVAILABLE = "available"
    ON_REQUEST = "on_request"
    RESTING = "resting"
    UNAVAILABLE = "unavailable"


class BreedingMatchStatus(State):
    """How far two profiles are with each other."""

    SUGGESTED = "suggested"
    MATCHED = "matched"
    ENDED = "ended"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {cls.SUGGESTED: (cls.MATCHED, cls.ENDED), cls.MATCHED: (cls.ENDED,)}


class BreedingRequestStatus(State):
    """How far a request is: the recipient answers, the requester may withdraw."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {
            cls.PENDING: (cls.ACCEPTED, cls.DECLINED, cls.WITHDRAWN),
            cls.ACCEPTED: (cls.COMPLETED, cls.CANCELLED),
        }


class SwipeChoice(StrEnum):
    """What somebody thinks of another's profile."""

    LIKE = "like"
    SUPER_LIKE = "super_like"
    PASS = "pass"


class BreedingVerificationKind(StrEnum):
    """What a document proves."""

    IDENTITY = "identity"
    PEDIGREE = "pedigree"
    MICROCHIP = "microchip"
    DNA_TEST = "dna_test"
    HIP_ELBOW = "hip_elbow"
    EYES = "eyes"
    HEART = "heart"
    INFECTIOUS_DISEASE = "infectious_disease"
    SEMEN_QUALITY = "semen_quality"
    OTHER = "other"


class BreedingVerificationStatus(StrEnum):
    """What the platform found of a document."""

    PENDING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"
    EXPIRED = "expired"


class BreedingReportKind(StrEnum):
    """What somebody complains of."""

    ANIMAL_WELFARE = "animal_welfare"
    FRAUD = "fraud"
    FALSE_CLAIMS = "false_claims"
    HARASSMENT = "harassment"
    SPAM = "spam"
    OTHER = "other"


class BreedingReportStatus(StrEnum):
    """How far the platform is with a complaint."""

    OPEN = "open"
    IN_REVIEW = "in_review"
    ACTION_TAKEN = "action_taken"
    DISMISSED = "dismissed"


class BreedingMethod(StrEnum):
    """How a female was served."""

    NATURAL = "natural"
    ARTIFICIAL_INSEMINATION = "artificial_insemination"
    EMBRYO_TRANSFER = "embryo_transfer"


class PregnancyCheck(StrEnum):
    """How pregnancy was looked for."""

    ULTRASOUND = "ultrasound"
    PALPATION = "palpation"
    BLOOD_OR_MILK_TEST = "blood_or_milk_test"
    NON_RETURN = "non_return"


class PregnancyResult(StrEnum):
    """What a pregnancy check found."""

    PREGNANT = "pregnant"
    OPEN = "open"
    DOUBTFUL = "doubtful"


class BreedingOutcome(State):
    """What became of a service."""

    AWAITED = "awaited"
    PREGNANT = "pregnant"
    OPEN = "open"
    LOST = "lost"
    BORN = "born"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {
            cls.AWAITED: (cls.PREGNANT, cls.OPEN, cls.LOST, cls.BORN),
            cls.PREGNANT: (cls.OPEN, cls.LOST, cls.BORN),
        }
