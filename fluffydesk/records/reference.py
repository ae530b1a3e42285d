"""Reference data: the species and breeds of companion animals."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Mapped

from fluffydesk.records.vocabulary import ReferenceRecord, field, link


class CompanionSpecies(ReferenceRecord):
    """A species kept as a companion."""

    __tablename__ = "companion_species"
    __titles__ = ("Companion species", "Companion species")
    __label__ = ("name",)

    code: Mapped[str] = field("Code")
    name: Mapped[str] = field("Name")
    scientific_name: Mapped[str | None] = field("Scientific name")
    gestation_days: Mapped[int | None] = field("Gestation", unit="d", minimum=1, maximum=700)


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
