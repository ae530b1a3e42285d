"""The farm's day: milk, eggs, feed, weights and deaths, one row for each thing that happened."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import FARMS, WORKERS, Access
from fluffydesk.records.enums.farm import EggRound, MilkingSession, WeighingMethod
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Merge, OrganizationRecord, field, link


class MilkProductionLog(OrganizationRecord):
    """What one animal gave at one milking."""

    __tablename__ = "milk_production_logs"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Milking", "Milkings")
    __label__ = ("milked_on", "session")
    __table_args__ = (
        # Rule 10: one milking per animal, date and session.
        UniqueConstraint("organization_id", "animal_id", "milked_on", "session"),
        Index("ix_milk_production_logs_day", "organization_id", "milked_on"),
    )

    animal_id: Mapped[UUID] = link("livestock", "Animal")
    milked_on: Mapped[date] = field("Date", default=today, maximum=today)
    session: Mapped[MilkingSession] = field("Milking", default=MilkingSession.MORNING)
    yield_kg: Mapped[Decimal] = field("Yield", unit="kg", places=2, minimum=0, maximum=120)
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
    cracked: Mapped[int] = field("Cracked", unit="eggs", default=0, minimum=0)
    dirty: Mapped[int] = field("Dirty", unit="eggs", default=0, minimum=0)
    discarded: Mapped[int] = field("Discarded", unit="eggs", default=0, minimum=0)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class FeedLog(OrganizationRecord):
    """Feed given to a group of animals."""

    __tablename__ = "feed_logs"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Feeding", "Feedings")
    __label__ = ("fed_on", "feed")
    __table_args__ = (Index("ix_feed_logs_day", "organization_id", "fed_on"),)

    batch_id: Mapped[UUID] = link("livestock_batches", "Group")
    fed_on: Mapped[date] = field("Date", default=today, maximum=today)
    feed: Mapped[str] = field("Feed")
    quantity_kg: Mapped[Decimal] = field(
        "Quantity", unit="kg", places=1, minimum=0, maximum=100_000
    )
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class PoultryFeedLog(OrganizationRecord):
    """Feed and water given to a flock."""

    __tablename__ = "poultry_feed_logs"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Flock feeding", "Flock feedings")
    __label__ = ("fed_on", "feed")
    __table_args__ = (Index("ix_poultry_feed_logs_day", "organization_id", "fed_on"),)

    flock_id: Mapped[UUID] = link("flocks", "Flock")
    fed_on: Mapped[date] = field("Date", default=today, maximum=today)
    feed: Mapped[str] = field("Feed")
    quantity_kg: Mapped[Decimal] = field(
        "Quantity", unit="kg", places=1, minimum=0, maximum=100_000
    )
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
    cause: Mapped[str | None] = field("Cause")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)
