"""The closed lists of values the whole platform shares, as its page names them; states in order."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """An enum whose values lead to one another; two values merge to the later of the two."""

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        """Return, for each value, the values it may turn into."""
        raise NotImplementedError

    @classmethod
    def later(cls, one: str, other: str) -> str | None:
        """Return whichever of two values can follow from the other; None where neither can."""
        if one == other or cls._leads(other, one):
            return one
        return other if cls._leads(one, other) else None

    @classmethod
    def _leads(cls, start: str, end: str) -> bool:
        return any(step == end or cls._leads(step, end) for step in cls.steps().get(start, ()))


class UserRole(StrEnum):
    """What a person is on the platform."""

    PET_OWNER = "pet_owner"
    VETERINARIAN = "veterinarian"
    SERVICE_PROVIDER = "service_provider"
    CLINIC_ADMIN = "clinic_admin"
    NGO_ADMIN = "ngo_admin"
    PLATFORM_ADMIN = "platform_admin"
    VOLUNTEER = "volunteer"
    BREEDER = "breeder"
    SELLER = "seller"


class OrgType(StrEnum):
    """What an organization is."""

    VETERINARY_CLINIC = "veterinary_clinic"
    PET_SERVICE_PROVIDER = "pet_service_provider"
    NGO = "ngo"
    BREEDING_FACILITY = "breeding_facility"
    PET_STORE = "pet_store"
    FARM = "farm"
    RESEARCH_FACILITY = "research_facility"


class Status(StrEnum):
    """Whether something is in use."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    PENDING = "pending"
    SUSPENDED = "suspended"
    ARCHIVED = "archived"


class PaymentStatus(StrEnum):
    """How far a payment is."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    REFUNDED = "refunded"
    DISPUTED = "disputed"


class AppointmentStatus(State):
    """How far an appointment is (rule 20)."""

    SCHEDULED = "scheduled"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {
            cls.SCHEDULED: (cls.CONFIRMED, cls.IN_PROGRESS, cls.CANCELLED, cls.NO_SHOW),
            cls.CONFIRMED: (cls.IN_PROGRESS, cls.CANCELLED, cls.NO_SHOW),
            cls.IN_PROGRESS: (cls.COMPLETED,),
        }


class Role(StrEnum):
    """What a member may do in one organization."""

    OWNER = "owner"
    MANAGER = "manager"
    VETERINARIAN = "veterinarian"
    STAFF = "staff"
    VIEWER = "viewer"


class Sex(StrEnum):
    """An animal's sex as recorded."""

    FEMALE = "female"
    MALE = "male"
    NEUTERED_FEMALE = "neutered_female"
    NEUTERED_MALE = "neutered_male"
    UNKNOWN = "unknown"
