"""The closed lists of values, as the platform names them, and the order of the states."""

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


class LivestockStatus(State):
    """Whether an animal is on the farm, and how it left."""

    ACTIVE = "active"
    SOLD = "sold"
    DEAD = "dead"
    SLAUGHTERED = "slaughtered"
    LOST = "lost"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {
            cls.ACTIVE: (cls.LOST, cls.SOLD, cls.DEAD, cls.SLAUGHTERED),
            cls.LOST: (cls.SOLD, cls.DEAD, cls.SLAUGHTERED),
        }


class FlockStatus(State):
    """Whether a flock is laying or growing, or gone."""

    ACTIVE = "active"
    DEPLETED = "depleted"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {cls.ACTIVE: (cls.DEPLETED,)}


class Purpose(StrEnum):
    """What animals are kept for."""

    DAIRY = "dairy"
    BEEF = "beef"
    LAYERS = "layers"
    BROILERS = "broilers"
    BREEDING = "breeding"
    YOUNG_STOCK = "young_stock"
    OTHER = "other"


class MilkingSession(StrEnum):
    """Which milking of the day; a recording agency's test day counts the whole day."""

    MORNING = "morning"
    NOON = "noon"
    EVENING = "evening"
    WHOLE_DAY = "whole_day"


class EggRound(StrEnum):
    """Which collection of the day."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    WHOLE_DAY = "whole_day"


class WeighingMethod(StrEnum):
    """How a weight was found."""

    SCALE = "scale"
    TAPE = "tape"
    ESTIMATE = "estimate"


class InventoryCategory(StrEnum):
    """What kind of thing is in store."""

    FEED = "feed"
    MEDICINE = "medicine"
    BEDDING = "bedding"
    CONSUMABLE = "consumable"
    PRODUCT = "product"
    OTHER = "other"


class StockUnit(StrEnum):
    """The unit in which a stored thing is counted."""

    KILOGRAM = "kg"
    LITRE = "L"
    COUNT = "count"


class StockMovement(StrEnum):
    """The four verbs of a stock ledger (rule 13)."""

    RECEIPT = "receipt"
    USE = "use"
    DISPOSAL = "disposal"
    STOCKTAKE = "stocktake"


class RoomKind(StrEnum):
    """What a room or table is for."""

    CONSULTING = "consulting"
    SURGERY = "surgery"
    WARD = "ward"
    GROOMING = "grooming"
    BOARDING = "boarding"


class ServiceCategory(StrEnum):
    """What kind of service is offered."""

    CONSULTATION = "consultation"
    VACCINATION = "vaccination"
    SURGERY = "surgery"
    DENTAL = "dental"
    DIAGNOSTICS = "diagnostics"
    GROOMING = "grooming"
    BOARDING = "boarding"
    FARM_VISIT = "farm_visit"
    OTHER = "other"
