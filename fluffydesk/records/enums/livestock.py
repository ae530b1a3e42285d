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
