"""Animals and flocks: who is on the farm, in which group, and how the number came about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import FARMS, WORKERS, Access
from fluffydesk.records.enums import Sex, Status
from fluffydesk.records.enums.livestock import FlockStatus, LivestockStatus, Purpose
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Merge, OrganizationRecord, ReferenceRecord, field, link


class LivestockSpecies(ReferenceRecord):
    """A species kept on farms."""

    __tablename__ = "livestock_species"
    __titles__ = ("Species", "Species")
    __label__ = ("name",)

    code: Mapped[str] = field("Code")
    name: Mapped[str] = field("Name")
    scientific_name: Mapped[str | None] = field("Scientific name")
    gestation_days: Mapped[int | None] = field("Gestation", unit="d", minimum=1, maximum=700)
    incubation_days: Mapped[int | None] = field("Incubation", unit="d", minimum=1, maximum=100)


class LivestockBreed(ReferenceRecord):
    """A breed of a farm species."""

    __tablename__ = "livestock_breeds"
    __titles__ = ("Breed", "Breeds")
    __label__ = ("name",)

    species_id: Mapped[UUID] = link("livestock_species", "Species")
    name: Mapped[str] = field("Name")
    purpose: Mapped[Purpose | None] = field("Kept for")


class LivestockBatch(OrganizationRecord):
    """A group of animals that are housed, fed or milked together."""

    __tablename__ = "livestock_batches"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Group", "Groups")
    __label__ = ("name",)

    name: Mapped[str] = field("Name")
    species_id: Mapped[UUID | None] = link("livestock_species", "Species")
    purpose: Mapped[Purpose] = field("Kept for", default=Purpose.OTHER)
    location: Mapped[str | None] = field("Barn or pasture")
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class Livestock(OrganizationRecord):
    """One animal of the farm."""

    __tablename__ = "livestock"
    __access__ = Access(
        write=WORKERS,
        mirrored=FARMS,
        audited="an animal and its official ids are answered for to the authorities",
    )
    __titles__ = ("Animal", "Animals")
    __label__ = ("tag_number", "name")
    __table_args__ = (
        # Rule 5: one living animal per official id or EID.
        Index(
            "uq_livestock_living_official_id",
            "organization_id",
            "official_id",
            unique=True,
            postgresql_where=text("status = 'active'"),
        ),
        Index(
            "uq_livestock_living_eid",
            "organization_id",
            "eid",
            unique=True,
            postgresql_where=text("status = 'active'"),
        ),
    )

    tag_number: Mapped[str] = field("Tag", hint="The number you call it by")
    name: Mapped[str | None] = field("Name")
    official_id: Mapped[str | None] = field("Official id")
    eid: Mapped[str | None] = field("EID", hint="15 digits, as the reader prints it")
    species_id: Mapped[UUID] = link("livestock_species", "Species")
    breed_id: Mapped[UUID | None] = link("livestock_breeds", "Breed")
    sex: Mapped[Sex] = field("Sex", default=Sex.UNKNOWN)
    birth_date: Mapped[date | None] = field("Born", maximum=today)
    batch_id: Mapped[UUID | None] = link("livestock_batches", "Group")
    status: Mapped[LivestockStatus] = field(
        "Status", default=LivestockStatus.ACTIVE, merge=Merge.LATTICE
    )
    weight_kg: Mapped[Decimal | None] = field(
        "Weight", unit="kg", places=1, minimum=0, maximum=2000
    )
    parity: Mapped[int | None] = field("Parity", minimum=0, maximum=30, merge=Merge.MAX)
    calved_on: Mapped[date | None] = field("Last calved", maximum=today, merge=Merge.MAX)
    dried_off_on: Mapped[date | None] = field("Dried off", maximum=today, merge=Merge.MAX)
    dam_id: Mapped[UUID | None] = link("livestock", "Dam")
    sire_id: Mapped[UUID | None] = link("livestock", "Sire")
    arrived_on: Mapped[date | None] = field("Arrived", maximum=today)
    left_on: Mapped[date | None] = field("Left", maximum=today, merge=Merge.MIN)
    colour: Mapped[str | None] = field("Colour")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class Flock(OrganizationRecord):
    """Birds kept as one; how many is the sum of what was placed less what left or died."""

    __tablename__ = "flocks"
    __access__ = Access(
        write=WORKERS,
        mirrored=FARMS,
        audited="an animal and its official ids are answered for to the authorities",
    )
    __titles__ = ("Flock", "Flocks")
    __label__ = ("name",)

    name: Mapped[str] = field("Name")
    house: Mapped[str | None] = field("House")
    species_id: Mapped[UUID] = link("livestock_species", "Species")
    breed_id: Mapped[UUID | None] = link("livestock_breeds", "Breed")
    purpose: Mapped[Purpose] = field("Kept for", default=Purpose.LAYERS)
    hatched_on: Mapped[date | None] = field("Hatched", maximum=today)
    status: Mapped[FlockStatus] = field("Status", default=FlockStatus.ACTIVE, merge=Merge.LATTICE)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class PoultryBatch(OrganizationRecord):
    """Birds that came into a flock on one day."""

    __tablename__ = "poultry_batches"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Placement", "Placements")
    __label__ = ("placed_on",)

    flock_id: Mapped[UUID] = link("flocks", "Flock")
    placed_on: Mapped[date] = field("Placed", default=today, maximum=today)
    head_count: Mapped[int] = field("Birds", minimum=1, maximum=1_000_000)
    supplier: Mapped[str | None] = field("Supplier")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)
