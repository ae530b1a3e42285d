"""Animals, flocks and herds: who is on the farm, in which group, and how many came and went."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import FARMS, WORKERS, Access
from fluffydesk.records.enums import Sex, Status
from fluffydesk.records.enums.livestock import (
    FlockStatus,
    HerdMove,
    HerdStatus,
    IdentifierKind,
    LivestockStatus,
    MilkDestination,
    MilkLotStatus,
    Purpose,
    ResidueTest,
)
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
    __searched__ = (
        "tag_number",
        "name",
        "official_id",
        "eid",
        "came_from",
        "went_to",
        "left_reason",
        "colour",
        "notes",
    )
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
        # Who left in these days, and is written about since (rules 3 and 4).
        Index("ix_livestock_left_on", "organization_id", "left_on"),
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
    came_from: Mapped[str | None] = field("Came from", hint="The holding, as on the movement form")
    went_to: Mapped[str | None] = field("Went to", hint="The holding, as on the movement form")
    left_reason: Mapped[str | None] = field("Why it left", hint="Cause of death or of culling")
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
    weight_kg: Mapped[Decimal | None] = field(
        "Weight of them all", unit="kg", places=1, minimum=0, maximum=10_000_000
    )
    supplier: Mapped[str | None] = field("Supplier")
    from_flock_id: Mapped[UUID | None] = link("flocks", "Moved from")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class HerdBatch(OrganizationRecord):
    """A herd counted by head, not animal by animal; its number is the start and its moves."""

    __tablename__ = "herd_batches"
    __access__ = Access(
        write=WORKERS,
        mirrored=FARMS,
        audited="an animal and its official ids are answered for to the authorities",
    )
    __titles__ = ("Herd", "Herds")
    __label__ = ("name",)
    __table_args__ = (
        CheckConstraint("planned_end_on >= started_on", name="planned_end_after_start"),
        CheckConstraint("closed_on >= started_on", name="closed_after_start"),
    )

    name: Mapped[str] = field("Name")
    species_id: Mapped[UUID] = link("livestock_species", "Species")
    breed_id: Mapped[UUID | None] = link("livestock_breeds", "Breed")
    purpose: Mapped[Purpose] = field("Kept for", default=Purpose.FATTENING)
    sex: Mapped[Sex | None] = field("Sex", hint="Empty where they are mixed")
    batch_mark: Mapped[str | None] = field("Official mark", hint="As on the batch tags")
    origin: Mapped[str | None] = field("Came from", hint="The holding, as on the movement form")
    location: Mapped[str | None] = field("Barn or pasture")
    born_on: Mapped[date | None] = field("Born about", maximum=today)
    started_on: Mapped[date] = field("Started", default=today, maximum=today)
    head_count: Mapped[int] = field("Head at the start", minimum=0, maximum=1_000_000)
    start_weight_kg: Mapped[Decimal | None] = field(
        "Mean weight at the start", unit="kg", places=1, minimum=0, maximum=2000
    )
    target_weight_kg: Mapped[Decimal | None] = field(
        "Weight aimed at", unit="kg", places=1, minimum=0, maximum=2000
    )
    closed_on: Mapped[date | None] = field("Closed", maximum=today, merge=Merge.MIN)
    planned_end_on: Mapped[date | None] = field("Planned to leave")
    status: Mapped[HerdStatus] = field("Status", default=HerdStatus.ACTIVE, merge=Merge.LATTICE)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class HerdMovement(OrganizationRecord):
    """Animals that joined or left a herd on one day; the number is signed, joining is positive."""

    __tablename__ = "herd_movements"
    __access__ = Access(
        write=WORKERS,
        mirrored=FARMS,
        audited="an animal and its official ids are answered for to the authorities",
    )
    __titles__ = ("Herd movement", "Herd movements")
    __label__ = ("moved_on", "kind")
    __table_args__ = (
        CheckConstraint(
            "kind = 'counted' or head <> 0 and"
            " (kind in ('born', 'bought', 'moved_in')) = (head > 0)",
            name="sign_fits_kind",
        ),
        Index("ix_herd_movements_day", "organization_id", "moved_on"),
    )

    herd_id: Mapped[UUID] = link("herd_batches", "Herd")
    moved_on: Mapped[date] = field("Date", default=today, maximum=today)
    kind: Mapped[HerdMove] = field("What happened")
    head: Mapped[int] = field("Head", minimum=-1_000_000, maximum=1_000_000)
    weight_kg: Mapped[Decimal | None] = field(
        "Weight together", unit="kg", places=1, minimum=0, maximum=10_000_000
    )
    other_herd_id: Mapped[UUID | None] = link("herd_batches", "From or to herd")
    other_holding: Mapped[str | None] = field("From or to holding")
    movement_document: Mapped[str | None] = field("Movement document")
    cause: Mapped[str | None] = field("Cause", hint="Of death or of culling")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class LivestockBatchMember(OrganizationRecord):
    """An animal's move into a group or out of all; it lasts until the animal's next move."""

    __tablename__ = "livestock_batch_members"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Group move", "Group moves")
    __label__ = ("animal_id", "joined_on")
    __table_args__ = (
        # Rule 8: with one move a day and no end kept, no two memberships of an animal overlap,
        # whichever of two PCs sends first.
        UniqueConstraint("organization_id", "animal_id", "joined_on"),
        Index("ix_livestock_batch_members_batch", "organization_id", "batch_id", "joined_on"),
    )

    animal_id: Mapped[UUID] = link("livestock", "Animal", on_delete="CASCADE")
    batch_id: Mapped[UUID | None] = link("livestock_batches", "Group")
    joined_on: Mapped[date] = field("From", default=today, maximum=today)
    reason: Mapped[str | None] = field("Reason")


class LivestockIdentifier(OrganizationRecord):
    """A number an animal carries or carried: what a retag replaced stays (rule 5)."""

    __tablename__ = "livestock_identifiers"
    __access__ = Access(
        write=WORKERS,
        mirrored=FARMS,
        audited="an animal and its official ids are answered for to the authorities",
    )
    __titles__ = ("Identifier", "Identifiers")
    __label__ = ("value", "kind")
    __table_args__ = (
        CheckConstraint("ended_on >= given_on", name="ended_after_given"),
        CheckConstraint("kind <> 'eid' or value ~ '^[0-9]{15}$'", name="eid_has_15_digits"),
        # Visual tags come back in other years, official numbers do not.
        Index(
            "uq_livestock_identifiers_carried",
            "organization_id",
            "kind",
            "value",
            unique=True,
            postgresql_where=text("ended_on is null and kind in ('official', 'eid')"),
        ),
        Index("ix_livestock_identifiers_value", "organization_id", "value"),
    )

    animal_id: Mapped[UUID] = link("livestock", "Animal", on_delete="CASCADE")
    kind: Mapped[IdentifierKind] = field("Kind", default=IdentifierKind.OFFICIAL)
    value: Mapped[str] = field("Number", hint="An EID as its 15 digits")
    given_on: Mapped[date | None] = field("From", maximum=today)
    ended_on: Mapped[date | None] = field("To", maximum=today)
    carrier: Mapped[str | None] = field("Carried in", hint="As ear tag, bolus or collar")
    reason: Mapped[str | None] = field("Why it ended", hint="As lost, broken or replaced")


class DairyBatch(OrganizationRecord):
    """A lot of milk of one tank that is sold, processed or thrown away as one, and so traced."""

    __tablename__ = "dairy_batches"
    __access__ = Access(
        write=WORKERS,
        mirrored=FARMS,
        audited="which milk was let through to be eaten is answered for",
    )
    __titles__ = ("Milk lot", "Milk lots")
    __label__ = ("lot_number", "produced_on")
    __table_args__ = (
        UniqueConstraint("organization_id", "lot_number"),
        CheckConstraint("milked_from <= milked_to", name="milked_in_order"),
        CheckConstraint("milked_to <= produced_on", name="milked_before_produced"),
        CheckConstraint("best_before >= produced_on", name="best_before_after_produced"),
        Index("ix_dairy_batches_day", "organization_id", "produced_on"),
    )

    lot_number: Mapped[str] = field("Lot")
    tank_id: Mapped[UUID | None] = link("milk_storage", "Tank")
    milked_from: Mapped[date | None] = field("Milked from", maximum=today)
    milked_to: Mapped[date | None] = field("Milked to", maximum=today)
    produced_on: Mapped[date] = field("Date", default=today, maximum=today)
    quantity_l: Mapped[Decimal] = field(
        "Quantity", unit="L", places=1, minimum=0, maximum=1_000_000
    )
    fat_percent: Mapped[Decimal | None] = field("Fat", unit="%", places=2, minimum=0, maximum=15)
    protein_percent: Mapped[Decimal | None] = field(
        "Protein", unit="%", places=2, minimum=0, maximum=15
    )
    somatic_cells: Mapped[int | None] = field(
        "Cell count", unit="cells/mL", minimum=0, maximum=100_000_000
    )
    bacteria: Mapped[int | None] = field(
        "Plate count", unit="cfu/mL", minimum=0, maximum=1_000_000_000
    )
    residue_test: Mapped[ResidueTest] = field("Residue test", default=ResidueTest.NOT_TESTED)
    destination: Mapped[MilkDestination] = field("Goes to", default=MilkDestination.DAIRY)
    buyer: Mapped[str | None] = field("Dairy or buyer")
    ticket_number: Mapped[str | None] = field("Collection ticket")
    product: Mapped[str | None] = field("Made into", hint="As cheese or yoghurt")
    product_kg: Mapped[Decimal | None] = field(
        "Product", unit="kg", places=1, minimum=0, maximum=1_000_000
    )
    best_before: Mapped[date | None] = field("Best before")
    status: Mapped[MilkLotStatus] = field("Status", default=MilkLotStatus.OPEN, merge=Merge.LATTICE)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)
