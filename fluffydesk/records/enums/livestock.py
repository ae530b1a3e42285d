"""The closed lists of values of farm animals and flocks."""

from __future__ import annotations

from enum import StrEnum

from fluffydesk.records.enums.platform import State


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
    FATTENING = "fattening"
    WOOL = "wool"


class HerdStatus(State):
    """Whether a herd counted by head is still kept."""

    ACTIVE = "active"
    CLOSED = "closed"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {cls.ACTIVE: (cls.CLOSED,)}


class HerdMove(StrEnum):
    """Why the number of a herd changed (rule 1); a count posts the difference it found."""

    BORN = "born"
    BOUGHT = "bought"
    MOVED_IN = "moved_in"
    DIED = "died"
    CULLED = "culled"
    SOLD = "sold"
    SLAUGHTERED = "slaughtered"
    MOVED_OUT = "moved_out"
    COUNTED = "counted"


class IdentifierKind(StrEnum):
    """What kind of number an animal carries."""

    OFFICIAL = "official"
    EID = "eid"
    VISUAL = "visual"
    HERDBOOK = "herdbook"


class MilkLotStatus(State):
    """How far a lot of milk is; one already sent may still be turned back."""

    OPEN = "open"
    RELEASED = "released"
    DISPATCHED = "dispatched"
    REJECTED = "rejected"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {
            cls.OPEN: (cls.RELEASED, cls.REJECTED),
            cls.RELEASED: (cls.DISPATCHED, cls.REJECTED),
            cls.DISPATCHED: (cls.REJECTED,),
        }


class MilkDestination(StrEnum):
    """Where a lot of milk goes."""

    DAIRY = "dairy"
    OWN_PROCESSING = "own_processing"
    DIRECT_SALE = "direct_sale"
    CALVES = "calves"
    DISCARDED = "discarded"


class ResidueTest(StrEnum):
    """What the test for residues of medicine said."""

    NOT_TESTED = "not_tested"
    NEGATIVE = "negative"
    POSITIVE = "positive"
