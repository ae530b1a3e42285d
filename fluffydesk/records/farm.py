"""The farm's day: what animals gave, ate, weighed and bore, what died, and what is in store.

Stores are ledgers with four verbs (rule 13): the balance is the sum of the signed rows.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import FARMS, WORKERS, Access
from fluffydesk.records.dated import Dated
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.farm import (
    ClipPart,
    EggGrade,
    EggRound,
    EggSize,
    EggUnit,
    FibreOrMilk,
    LossKind,
    MassUnit,
    MilkingSession,
    MilkUnit,
    Mothering,
    TankKind,
    WeighingMethod,
)
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Merge, OrganizationRecord, field, link

LET_THROUGH = "food under withdrawal can be let through here, and whoever did is asked why"


def _sign_fits(quantity: str) -> CheckConstraint:
    """A receipt adds, use and disposal take away, a stocktake posts the difference it found."""
    rule = (
        f"movement = 'stocktake' or {quantity} <> 0 and (movement = 'receipt') = ({quantity} > 0)"
    )
    return CheckConstraint(rule, name="sign_fits_movement")


def _no_withdrawal() -> CheckConstraint:
    """Rule 11: what is under withdrawal is thrown away, or somebody says why not."""
    return CheckConstraint(
        "not under_withdrawal or movement in ('disposal', 'stocktake')"
        " or override_reason is not null",
        name="withdrawal_is_overridden",
    )


class MilkProductionLog(OrganizationRecord):
    """What one animal gave at one milking."""

    __tablename__ = "milk_production_logs"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Milking", "Milkings")
    __label__ = ("milked_on", "session")
    __dated__ = Dated("milked_on")
    __table_args__ = (
        # Rule 10: one milking per animal, date and session.
        UniqueConstraint("organization_id", "animal_id", "milked_on", "session"),
        Index("ix_milk_production_logs_day", "organization_id", "milked_on"),
    )

    animal_id: Mapped[UUID] = link("livestock", "Animal")
    milked_on: Mapped[date] = field("Date", default=today, maximum=today)
    session: Mapped[MilkingSession] = field("Milking", default=MilkingSession.MORNING)
    yield_kg: Mapped[Decimal] = field("Yield", unit="kg", places=2, minimum=0, maximum=120)
    entered_unit: Mapped[MassUnit] = field("Entered in", default=MassUnit.KILOGRAM)
    fat_percent: Mapped[Decimal | None] = field("Fat", unit="%", places=2, minimum=0, maximum=15)
    protein_percent: Mapped[Decimal | None] = field(
        "Protein", unit="%", places=2, minimum=0, maximum=15
    )
    somatic_cells: Mapped[int | None] = field(
        "Cell count", unit="cells/mL", minimum=0, maximum=100_000_000
    )
    days_in_milk: Mapped[int | None] = field("Days in milk", unit="d", minimum=0, maximum=2000)
    parity: Mapped[int | None] = field("Parity", minimum=0, maximum=30)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class EggProductionLog(OrganizationRecord):
    """What one flock laid, as collected on one round."""

    __tablename__ = "egg_production_logs"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Egg round", "Egg rounds")
    __label__ = ("collected_on", "round")
    __dated__ = Dated("collected_on")
    __table_args__ = (
        UniqueConstraint("organization_id", "flock_id", "collected_on", "round"),
        # Rule 12: total = saleable + cracked + dirty + discarded; saleable is what remains.
        CheckConstraint("cracked + dirty + discarded <= total", name="parts_within_total"),
        Index("ix_egg_production_logs_day", "organization_id", "collected_on"),
    )

    flock_id: Mapped[UUID] = link("flocks", "Flock")
    collected_on: Mapped[date] = field("Date", default=today, maximum=today)
    round: Mapped[EggRound] = field("Round", default=EggRound.WHOLE_DAY)
    total: Mapped[int] = field("Eggs", unit="eggs", minimum=0, maximum=1_000_000)
    entered_unit: Mapped[EggUnit] = field("Entered in", default=EggUnit.EGG)
    cracked: Mapped[int] = field("Cracked", unit="eggs", default=0, minimum=0)
    dirty: Mapped[int] = field("Dirty", unit="eggs", default=0, minimum=0)
    discarded: Mapped[int] = field("Discarded", unit="eggs", default=0, minimum=0)
    weight_kg: Mapped[Decimal | None] = field(
        "Weight of them all", unit="kg", places=2, minimum=0, maximum=100_000
    )
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class FeedLog(OrganizationRecord):
    """Feed given to a group of animals."""

    __tablename__ = "feed_logs"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Feeding", "Feedings")
    __label__ = ("fed_on", "feed")
    __dated__ = Dated("fed_on")
    __table_args__ = (Index("ix_feed_logs_day", "organization_id", "fed_on"),)

    batch_id: Mapped[UUID] = link("livestock_batches", "Group")
    fed_on: Mapped[date] = field("Date", default=today, maximum=today)
    feed: Mapped[str] = field("Feed")
    quantity_kg: Mapped[Decimal] = field(
        "Quantity", unit="kg", places=1, minimum=0, maximum=100_000
    )
    entered_unit: Mapped[MassUnit] = field("Entered in", default=MassUnit.KILOGRAM)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class PoultryFeedLog(OrganizationRecord):
    """Feed and water given to a flock."""

    __tablename__ = "poultry_feed_logs"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Flock feeding", "Flock feedings")
    __label__ = ("fed_on", "feed")
    __dated__ = Dated("fed_on")
    __table_args__ = (Index("ix_poultry_feed_logs_day", "organization_id", "fed_on"),)

    flock_id: Mapped[UUID] = link("flocks", "Flock")
    fed_on: Mapped[date] = field("Date", default=today, maximum=today)
    feed: Mapped[str] = field("Feed")
    quantity_kg: Mapped[Decimal] = field(
        "Quantity", unit="kg", places=1, minimum=0, maximum=100_000
    )
    entered_unit: Mapped[MassUnit] = field("Entered in", default=MassUnit.KILOGRAM)
    water_l: Mapped[Decimal | None] = field(
        "Water", unit="L", places=1, minimum=0, maximum=1_000_000
    )
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class WeightLog(OrganizationRecord):
    """What one animal weighed on one day."""

    __tablename__ = "weight_logs"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Weighing", "Weighings")
    __label__ = ("weighed_on",)
    __dated__ = Dated("weighed_on")
    __table_args__ = (Index("ix_weight_logs_day", "organization_id", "weighed_on"),)

    animal_id: Mapped[UUID] = link("livestock", "Animal")
    weighed_on: Mapped[date] = field("Date", default=today, maximum=today)
    weight_kg: Mapped[Decimal] = field("Weight", unit="kg", places=1, minimum=0, maximum=2000)
    method: Mapped[WeighingMethod] = field("How", default=WeighingMethod.SCALE)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class MortalityLog(OrganizationRecord):
    """Birds of a flock that died or were culled on one day."""

    __tablename__ = "mortality_logs"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Loss", "Losses")
    __label__ = ("died_on", "cause")
    __table_args__ = (Index("ix_mortality_logs_day", "organization_id", "died_on"),)

    flock_id: Mapped[UUID] = link("flocks", "Flock")
    died_on: Mapped[date] = field("Date", default=today, maximum=today)
    head_count: Mapped[int] = field("Birds", minimum=1, maximum=1_000_000)
    weight_kg: Mapped[Decimal | None] = field(
        "Weight of them all", unit="kg", places=1, minimum=0, maximum=10_000_000
    )
    cause: Mapped[str | None] = field("Cause")
    kind: Mapped[LossKind] = field("How", default=LossKind.DIED)
    disposal: Mapped[str | None] = field("Disposed of by", hint="The collector and the ticket")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class MilkStorage(OrganizationRecord):
    """A tank, silo or can that milk is kept in."""

    __tablename__ = "milk_storage"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Milk tank", "Milk tanks")
    __label__ = ("name",)

    name: Mapped[str] = field("Name")
    kind: Mapped[TankKind] = field("Kind", default=TankKind.BULK_TANK)
    capacity_l: Mapped[Decimal] = field("Holds", unit="L", places=1, minimum=0, maximum=1_000_000)
    target_temperature_c: Mapped[Decimal | None] = field(
        "Kept at", unit="°C", places=1, minimum=-5, maximum=100
    )
    location: Mapped[str | None] = field("Stands in")
    serial_number: Mapped[str | None] = field("Serial number")
    calibrated_on: Mapped[date | None] = field("Calibrated", maximum=today)
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class MilkStorageLog(OrganizationRecord):
    """One movement of milk into or out of a tank; litres are signed, receipts are positive."""

    __tablename__ = "milk_storage_logs"
    __access__ = Access(write=WORKERS, mirrored=FARMS, audited=LET_THROUGH)
    __titles__ = ("Tank movement", "Tank movements")
    __label__ = ("moved_on", "movement")
    __table_args__ = (
        _sign_fits("litres"),
        _no_withdrawal(),
        Index("ix_milk_storage_logs_tank", "organization_id", "tank_id", "moved_on"),
    )

    tank_id: Mapped[UUID] = link("milk_storage", "Tank")
    moved_on: Mapped[date] = field("Date", default=today, maximum=today)
    session: Mapped[MilkingSession | None] = field("Milking")
    movement: Mapped[StockMovement] = field("Movement", default=StockMovement.RECEIPT)
    litres: Mapped[Decimal] = field(
        "Quantity", unit="L", places=1, minimum=-1_000_000, maximum=1_000_000
    )
    entered_unit: Mapped[MilkUnit] = field("Entered in", default=MilkUnit.LITRE)
    temperature_c: Mapped[Decimal | None] = field(
        "Temperature", unit="°C", places=1, minimum=-5, maximum=100
    )
    under_withdrawal: Mapped[bool] = field("Under withdrawal", default=False)
    override_reason: Mapped[str | None] = field("Why in spite of the withdrawal")
    lot_id: Mapped[UUID | None] = link("dairy_batches", "Milk lot")
    sale_id: Mapped[UUID | None] = link("farm_product_sales", "Sale")
    collected_by: Mapped[str | None] = field("Collected by", hint="The dairy and the driver")
    ticket_number: Mapped[str | None] = field("Ticket")
    reason: Mapped[str | None] = field("Reason")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class EggStorage(OrganizationRecord):
    """One movement of eggs of one kind and day into or out of a store; receipts are positive."""

    __tablename__ = "egg_storage"
    __access__ = Access(write=WORKERS, mirrored=FARMS, audited=LET_THROUGH)
    __titles__ = ("Egg movement", "Egg store")
    __label__ = ("moved_on", "movement", "grade")
    __table_args__ = (
        _sign_fits("eggs"),
        _no_withdrawal(),
        CheckConstraint("collected_on <= moved_on", name="moved_after_collected"),
        CheckConstraint("best_before >= collected_on", name="best_before_after_collected"),
        # Rule 14: past best-before cannot be sold.
        CheckConstraint("sale_id is null or moved_on <= best_before", name="sold_before_best"),
        Index("ix_egg_storage_store", "organization_id", "store", "moved_on"),
    )

    store: Mapped[str] = field("Store", hint="The room or cold store")
    grade: Mapped[EggGrade] = field("Grade", default=EggGrade.UNGRADED)
    size: Mapped[EggSize] = field("Size", default=EggSize.MIXED)
    flock_id: Mapped[UUID | None] = link("flocks", "Flock")
    collected_on: Mapped[date] = field(
        "Collected", default=today, maximum=today, hint="The oldest eggs leave first"
    )
    moved_on: Mapped[date] = field("Date", default=today, maximum=today)
    movement: Mapped[StockMovement] = field("Movement", default=StockMovement.RECEIPT)
    eggs: Mapped[int] = field("Eggs", unit="eggs", minimum=-1_000_000, maximum=1_000_000)
    entered_unit: Mapped[EggUnit] = field("Entered in", default=EggUnit.EGG)
    best_before: Mapped[date | None] = field("Best before")
    under_withdrawal: Mapped[bool] = field("Under withdrawal", default=False)
    override_reason: Mapped[str | None] = field("Why in spite of the withdrawal")
    sale_id: Mapped[UUID | None] = link("farm_product_sales", "Sale")
    lot: Mapped[str | None] = field("Lot or stamp")
    reason: Mapped[str | None] = field("Reason")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class WoolMilkProductionLog(OrganizationRecord):
    """Wool or milk that one sheep or goat, a group or a herd of them gave on one day."""

    __tablename__ = "wool_milk_production_logs"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Wool or milk yield", "Wool and milk yields")
    __label__ = ("produced_on", "product")
    __dated__ = Dated("produced_on")
    __table_args__ = (
        CheckConstraint("num_nonnulls(animal_id, batch_id, herd_id) = 1", name="one_source"),
        # Rule 10, for the milk of sheep and goats; nobody is shorn twice a day either.
        UniqueConstraint(
            "organization_id",
            "animal_id",
            "produced_on",
            "product",
            "session",
            name="uq_wool_milk_production_logs_once",
        ),
        Index("ix_wool_milk_production_logs_day", "organization_id", "produced_on"),
    )

    animal_id: Mapped[UUID | None] = link("livestock", "Animal")
    batch_id: Mapped[UUID | None] = link("livestock_batches", "Group")
    herd_id: Mapped[UUID | None] = link("herd_batches", "Herd")
    produced_on: Mapped[date] = field("Date", default=today, maximum=today)
    session: Mapped[MilkingSession] = field("Milking", default=MilkingSession.WHOLE_DAY)
    product: Mapped[FibreOrMilk] = field("What", default=FibreOrMilk.WOOL)
    quantity_kg: Mapped[Decimal] = field(
        "Quantity", unit="kg", places=2, minimum=0, maximum=1_000_000
    )
    entered_unit: Mapped[MassUnit] = field("Entered in", default=MassUnit.KILOGRAM)
    head: Mapped[int | None] = field("Animals shorn or milked", minimum=1, maximum=1_000_000)
    clip_part: Mapped[ClipPart | None] = field("Part of the clip")
    fibre_micron: Mapped[Decimal | None] = field(
        "Fibre", unit="µm", places=1, minimum=5, maximum=60
    )
    staple_mm: Mapped[int | None] = field("Staple", unit="mm", minimum=0, maximum=500)
    fat_percent: Mapped[Decimal | None] = field("Fat", unit="%", places=2, minimum=0, maximum=15)
    protein_percent: Mapped[Decimal | None] = field(
        "Protein", unit="%", places=2, minimum=0, maximum=15
    )
    somatic_cells: Mapped[int | None] = field(
        "Cell count", unit="cells/mL", minimum=0, maximum=100_000_000
    )
    under_withdrawal: Mapped[bool] = field("Under withdrawal", default=False)
    done_by: Mapped[str | None] = field("Shorn or milked by")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class WoolStorage(OrganizationRecord):
    """One movement of wool of one lot into or out of a store; kg are signed."""

    __tablename__ = "wool_storage"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Wool movement", "Wool store")
    __label__ = ("lot", "moved_on", "movement")
    __table_args__ = (
        _sign_fits("quantity_kg"),
        CheckConstraint("shorn_on <= moved_on", name="moved_after_shorn"),
        Index("ix_wool_storage_lot", "organization_id", "lot", "moved_on"),
    )

    lot: Mapped[str] = field("Lot or bale")
    store: Mapped[str | None] = field("Kept in")
    fibre: Mapped[FibreOrMilk] = field("Fibre", default=FibreOrMilk.WOOL)
    clip_part: Mapped[ClipPart] = field("Part of the clip", default=ClipPart.FLEECE)
    shorn_on: Mapped[date | None] = field("Shorn", maximum=today)
    moved_on: Mapped[date] = field("Date", default=today, maximum=today)
    movement: Mapped[StockMovement] = field("Movement", default=StockMovement.RECEIPT)
    quantity_kg: Mapped[Decimal] = field(
        "Quantity", unit="kg", places=2, minimum=-1_000_000, maximum=1_000_000
    )
    entered_unit: Mapped[MassUnit] = field("Entered in", default=MassUnit.KILOGRAM)
    bales: Mapped[int | None] = field("Bales", minimum=0, maximum=100_000)
    fibre_micron: Mapped[Decimal | None] = field(
        "Fibre", unit="µm", places=1, minimum=5, maximum=60
    )
    clean_percent: Mapped[Decimal | None] = field(
        "Clean yield", unit="%", places=1, minimum=0, maximum=100
    )
    certificate: Mapped[str | None] = field("Test certificate")
    sale_id: Mapped[UUID | None] = link("farm_product_sales", "Sale")
    reason: Mapped[str | None] = field("Reason")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class LambingRecord(OrganizationRecord):
    """A birth of any mammal: all that a dam bore on one day, and what became of them.

    Named after the ewes it was made for; cows, goats and sows have theirs here too.
    """

    __tablename__ = "lambing_records"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Birth", "Births")
    __label__ = ("lambed_on", "dam_id")
    __table_args__ = (
        # Rule 7: twins share dam and date; born is the sum of alive and stillborn.
        UniqueConstraint("organization_id", "dam_id", "lambed_on"),
        CheckConstraint("born_alive + stillborn >= 1", name="somebody_was_born"),
        CheckConstraint("coalesce(ewes, 0) + coalesce(rams, 0) <= born_alive", name="sexes_fit"),
        CheckConstraint("died_early + fostered_off + hand_reared <= born_alive", name="fates_fit"),
        CheckConstraint("served_on <= lambed_on", name="lambed_after_service"),
        CheckConstraint("previous_on < lambed_on", name="previous_birth_before"),
        Index("ix_lambing_records_day", "organization_id", "lambed_on"),
    )

    assisted_by: Mapped[str | None] = field("Helped by")
    dam_id: Mapped[UUID] = link("livestock", "Dam")
    sire_id: Mapped[UUID | None] = link("livestock", "Sire")
    served_on: Mapped[date | None] = field("Served", maximum=today)
    lambed_on: Mapped[date] = field("Born on", default=today, maximum=today)
    # So that the time between two births can be told, and a birth be taken back.
    previous_on: Mapped[date | None] = field("Gave birth before", maximum=today)
    parity: Mapped[int | None] = field("Parity", minimum=0, maximum=30)
    scanned: Mapped[int | None] = field("Scanned", unit="young", minimum=0, maximum=40)
    born_alive: Mapped[int] = field("Born alive", unit="young", minimum=0, maximum=40)
    stillborn: Mapped[int] = field("Stillborn", unit="young", default=0, minimum=0, maximum=40)
    ewes: Mapped[int | None] = field("Females of them", unit="young", minimum=0, maximum=40)
    rams: Mapped[int | None] = field("Males of them", unit="young", minimum=0, maximum=40)
    died_early: Mapped[int] = field(
        "Died within 2 days", unit="young", default=0, minimum=0, maximum=9
    )
    fostered_off: Mapped[int] = field("Given away", unit="young", default=0, minimum=0, maximum=40)
    fostered_on: Mapped[int] = field("Taken on", unit="young", default=0, minimum=0, maximum=40)
    hand_reared: Mapped[int] = field("Hand-reared", unit="young", default=0, minimum=0, maximum=40)
    litter_weight_kg: Mapped[Decimal | None] = field(
        "Weight together", unit="kg", places=1, minimum=0, maximum=250
    )
    ease: Mapped[int | None] = field(
        "Ease", minimum=1, maximum=5, hint="1 alone, 2 some help, 3 hard, 4 vet, 5 caesarean"
    )
    mothering: Mapped[Mothering | None] = field("Mothering")
    body_condition: Mapped[Decimal | None] = field(
        "Condition of the dam", places=1, minimum=1, maximum=5
    )
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class HatcheryRecord(OrganizationRecord):
    """Eggs set in an incubator on one day, and what hatched of them."""

    __tablename__ = "hatchery_records"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Hatch", "Hatches")
    __label__ = ("set_on", "incubator")
    __table_args__ = (
        # Rule 15: hatched <= fertile <= set; the fertile are those set less the infertile.
        CheckConstraint(
            "coalesce(infertile, 0) + coalesce(dead_in_shell, 0) + coalesce(hatched, 0)"
            " <= eggs_set",
            name="hatched_within_fertile",
        ),
        CheckConstraint(
            "coalesce(culled, 0) <= coalesce(hatched, 0)", name="culled_within_hatched"
        ),
        CheckConstraint("laid_from <= set_on", name="set_after_laid"),
        CheckConstraint("candled_on >= set_on", name="candled_after_set"),
        CheckConstraint("hatched_on >= set_on", name="hatched_after_set"),
        CheckConstraint("expected_on >= set_on", name="expected_after_set"),
        Index("ix_hatchery_records_day", "organization_id", "set_on"),
    )

    incubator: Mapped[str | None] = field("Incubator")
    species_id: Mapped[UUID] = link("livestock_species", "Species")
    flock_id: Mapped[UUID | None] = link("flocks", "Eggs of flock")
    supplier: Mapped[str | None] = field("Eggs bought from")
    laid_from: Mapped[date | None] = field("Laid from", maximum=today)
    set_on: Mapped[date] = field("Set", default=today, maximum=today)
    eggs_set: Mapped[int] = field("Eggs set", unit="eggs", minimum=1, maximum=1_000_000)
    candled_on: Mapped[date | None] = field("Candled", maximum=today)
    infertile: Mapped[int | None] = field("Infertile", unit="eggs", minimum=0, maximum=1_000_000)
    dead_in_shell: Mapped[int | None] = field(
        "Dead in shell", unit="eggs", minimum=0, maximum=1_000_000
    )
    hatched_on: Mapped[date | None] = field("Hatched", maximum=today)
    hatched: Mapped[int | None] = field("Chicks", unit="chicks", minimum=0, maximum=1_000_000)
    culled: Mapped[int | None] = field("Culled", unit="chicks", minimum=0, maximum=1_000_000)
    expected_on: Mapped[date | None] = field("Expected", hint="Set plus the species' incubation")
    placement_id: Mapped[UUID | None] = link("poultry_batches", "Placed as")
    temperature_c: Mapped[Decimal | None] = field(
        "Temperature", unit="°C", places=1, minimum=30, maximum=45
    )
    humidity_percent: Mapped[Decimal | None] = field(
        "Humidity", unit="%", places=1, minimum=0, maximum=100
    )
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)
