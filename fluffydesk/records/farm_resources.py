"""What is in store: things, and the ledger whose sum is their balance (rule 13)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import ALL_KINDS, WORKERS, Access
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Merge, OrganizationRecord, field, link


class FarmInventory(OrganizationRecord):
    """A thing kept in store: a feed, a medicine, a product."""

    __tablename__ = "farm_inventory"
    __access__ = Access(
        write=WORKERS, mirrored=ALL_KINDS, audited="stock is money, and medicine is answered for"
    )
    __titles__ = ("Stock item", "Stores")
    __label__ = ("name",)

    name: Mapped[str] = field("Name")
    category: Mapped[InventoryCategory] = field("Kind", default=InventoryCategory.OTHER)
    unit: Mapped[StockUnit] = field("Counted in", default=StockUnit.COUNT)
    reorder_level: Mapped[Decimal | None] = field(
        "Reorder below", places=3, minimum=0, maximum=10_000_000
    )
    daily_use: Mapped[Decimal | None] = field(
        "Used per day", places=3, minimum=0, maximum=1_000_000, hint="For days of cover"
    )
    supplier: Mapped[str | None] = field("Supplier")
    location: Mapped[str | None] = field("Kept in")
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class InventoryTransaction(OrganizationRecord):
    """One movement of a stored thing; the quantity is signed, receipts are positive."""

    __tablename__ = "inventory_transactions"
    __access__ = Access(
        write=WORKERS, mirrored=ALL_KINDS, audited="stock is money, and medicine is answered for"
    )
    __titles__ = ("Stock movement", "Stock movements")
    __label__ = ("moved_on", "movement")
    __table_args__ = (
        CheckConstraint(
            "movement = 'stocktake' or (movement = 'receipt') = (quantity >= 0) or quantity = 0",
            name="sign_fits_movement",
        ),
        Index("ix_inventory_transactions_day", "organization_id", "moved_on"),
    )

    item_id: Mapped[UUID] = link("farm_inventory", "Stock item")
    moved_on: Mapped[date] = field("Date", default=today, maximum=today)
    movement: Mapped[StockMovement] = field("Movement", default=StockMovement.USE)
    quantity: Mapped[Decimal] = field("Quantity", places=3, minimum=-10_000_000, maximum=10_000_000)
    unit_cost: Mapped[Decimal | None] = field(
        "Cost per unit", places=4, minimum=0, maximum=1_000_000
    )
    lot: Mapped[str | None] = field("Lot")
    expires_on: Mapped[date | None] = field("Expires")
    reason: Mapped[str | None] = field("Reason")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)
