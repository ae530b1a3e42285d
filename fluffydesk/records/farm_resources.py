"""What a farm has, spends and earns: stores and their ledger (rule 13), books, sales, machines.

Books are for those who keep the farm. A sale is entered by whoever works there, at the gate too,
and every change of it is in the audit trail. An amount without a currency is in the farm's own.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import ALL_KINDS, FARMS, KEEPERS, WORKERS, Access
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.farm_resources import (
    FarmExpenseCategory,
    FarmPayment,
    FarmProduct,
    FarmRevenueCategory,
    InventoryCategory,
    ResourceKind,
    ResourceStatus,
    ResourceUse,
    SaleUnit,
    StockMovement,
    StockUnit,
)
from fluffydesk.records.types import now, today
from fluffydesk.records.vocabulary import Merge, OrganizationRecord, field, link

OWN_CURRENCY = "Three letters; empty for the farm's own"


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
    sale_id: Mapped[UUID | None] = link("farm_product_sales", "Sale")
    invoice_id: Mapped[UUID | None] = link("invoices", "Invoice")
    # A row of feed_logs or poultry_feed_logs; no link, for a PC may keep the last months of those.
    feed_log_id: Mapped[UUID | None] = field("Feeding")
    reason: Mapped[str | None] = field("Reason")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class FarmExpense(OrganizationRecord):
    """One bill or payment of the farm: for what, to whom, how much, and when it was paid."""

    __tablename__ = "farm_expenses"
    __access__ = Access(
        read=KEEPERS, write=KEEPERS, mirrored=FARMS, audited="the farm's books are answered for"
    )
    __titles__ = ("Expense", "Expenses")
    __label__ = ("spent_on", "description")
    __table_args__ = (
        CheckConstraint("tax <= amount", name="tax_within_amount"),
        CheckConstraint("due_on >= spent_on", name="due_after_spent"),
        Index("ix_farm_expenses_day", "organization_id", "spent_on"),
    )

    description: Mapped[str] = field("For what")
    category: Mapped[FarmExpenseCategory] = field("Kind", default=FarmExpenseCategory.OTHER)
    supplier: Mapped[str | None] = field("Supplier")
    invoice_number: Mapped[str | None] = field("Invoice")
    spent_on: Mapped[date] = field("Date", default=today, maximum=today)
    amount: Mapped[Decimal] = field(
        "Amount", places=2, minimum=0, maximum=1_000_000_000, hint="With tax"
    )
    tax: Mapped[Decimal] = field(
        "Tax in it", places=2, default=Decimal(0), minimum=0, maximum=1_000_000_000
    )
    currency: Mapped[str | None] = field("Currency", hint=OWN_CURRENCY)
    due_on: Mapped[date | None] = field("Due")
    paid_on: Mapped[date | None] = field("Paid", maximum=today)
    paid_by: Mapped[FarmPayment | None] = field("Paid by")
    animal_id: Mapped[UUID | None] = link("livestock", "For animal")
    batch_id: Mapped[UUID | None] = link("livestock_batches", "For group")
    herd_id: Mapped[UUID | None] = link("herd_batches", "For herd")
    flock_id: Mapped[UUID | None] = link("flocks", "For flock")
    resource_id: Mapped[UUID | None] = link("resources", "For machine or place")
    stock_movement_id: Mapped[UUID | None] = link("inventory_transactions", "Stock received")
    receipt: Mapped[str | None] = field("Receipt", hint="Its file or where it is kept")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class FarmRevenue(OrganizationRecord):
    """One income of the farm: from what, from whom, how much, and when it was paid."""

    __tablename__ = "farm_revenues"
    __access__ = Access(
        read=KEEPERS, write=KEEPERS, mirrored=FARMS, audited="the farm's books are answered for"
    )
    __titles__ = ("Income", "Incomes")
    __label__ = ("earned_on", "description")
    __table_args__ = (
        CheckConstraint("tax <= amount", name="tax_within_amount"),
        CheckConstraint("due_on >= earned_on", name="due_after_earned"),
        Index("ix_farm_revenues_day", "organization_id", "earned_on"),
    )

    description: Mapped[str] = field("From what")
    category: Mapped[FarmRevenueCategory] = field("Kind", default=FarmRevenueCategory.OTHER)
    customer: Mapped[str | None] = field("Customer")
    invoice_number: Mapped[str | None] = field("Invoice")
    earned_on: Mapped[date] = field("Date", default=today, maximum=today)
    amount: Mapped[Decimal] = field(
        "Amount", places=2, minimum=0, maximum=1_000_000_000, hint="With tax"
    )
    tax: Mapped[Decimal] = field(
        "Tax in it", places=2, default=Decimal(0), minimum=0, maximum=1_000_000_000
    )
    currency: Mapped[str | None] = field("Currency", hint=OWN_CURRENCY)
    due_on: Mapped[date | None] = field("Due")
    paid_on: Mapped[date | None] = field("Paid", maximum=today)
    paid_by: Mapped[FarmPayment | None] = field("Paid by")
    sale_id: Mapped[UUID | None] = link("farm_product_sales", "Sale")
    animal_id: Mapped[UUID | None] = link("livestock", "From animal")
    batch_id: Mapped[UUID | None] = link("livestock_batches", "From group")
    herd_id: Mapped[UUID | None] = link("herd_batches", "From herd")
    flock_id: Mapped[UUID | None] = link("flocks", "From flock")
    resource_id: Mapped[UUID | None] = link("resources", "From machine or place")
    receipt: Mapped[str | None] = field("Receipt", hint="Its file or where it is kept")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class FarmProductSale(OrganizationRecord):
    """One product or animal sold to one customer: how much of it, at what price."""

    __tablename__ = "farm_product_sales"
    __access__ = Access(
        read=WORKERS,
        write=WORKERS,
        delete=KEEPERS,
        mirrored=FARMS,
        audited="a sale is money, and may be let through under withdrawal",
    )
    __titles__ = ("Farm sale", "Farm sales")
    __label__ = ("sold_on", "product", "customer")
    __table_args__ = (
        CheckConstraint("total = round(quantity * unit_price, 2)", name="total_is_of_price"),
        # Rule 11: what is under withdrawal is sold only where somebody says why.
        CheckConstraint(
            "not under_withdrawal or override_reason is not null", name="withdrawal_is_overridden"
        ),
        CheckConstraint("due_on >= sold_on", name="due_after_sold"),
        Index("ix_farm_product_sales_day", "organization_id", "sold_on"),
    )

    customer: Mapped[str | None] = field("Customer")
    product: Mapped[FarmProduct] = field("Product")
    description: Mapped[str | None] = field("What it is", hint="As on the invoice")
    sold_on: Mapped[date] = field("Date", default=today, maximum=today)
    quantity: Mapped[Decimal] = field("Quantity", places=3, minimum=0, maximum=10_000_000)
    unit: Mapped[SaleUnit] = field("Sold by", default=SaleUnit.KILOGRAM)
    unit_price: Mapped[Decimal] = field("Price of one", places=4, minimum=0, maximum=1_000_000)
    total: Mapped[Decimal] = field(
        "Total", places=2, minimum=0, maximum=100_000_000_000, hint="Quantity by price"
    )
    currency: Mapped[str | None] = field("Currency", hint=OWN_CURRENCY)
    tax_percent: Mapped[Decimal | None] = field("Tax", unit="%", places=2, minimum=0, maximum=100)
    head: Mapped[int | None] = field("Head", minimum=1, maximum=1_000_000, hint="Of live animals")
    weight_kg: Mapped[Decimal | None] = field(
        "Live weight together", unit="kg", places=1, minimum=0, maximum=10_000_000
    )
    animal_id: Mapped[UUID | None] = link("livestock", "Animal")
    batch_id: Mapped[UUID | None] = link("livestock_batches", "Group")
    herd_id: Mapped[UUID | None] = link("herd_batches", "Herd")
    flock_id: Mapped[UUID | None] = link("flocks", "Flock")
    milk_lot_id: Mapped[UUID | None] = link("dairy_batches", "Milk lot")
    under_withdrawal: Mapped[bool] = field("Under withdrawal", default=False)
    override_reason: Mapped[str | None] = field("Why in spite of the withdrawal")
    invoice_number: Mapped[str | None] = field("Invoice")
    due_on: Mapped[date | None] = field("Due")
    paid_on: Mapped[date | None] = field("Paid", maximum=today)
    paid_by: Mapped[FarmPayment | None] = field("Paid by")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class Resource(OrganizationRecord):
    """A machine, vehicle, tool, building or piece of land that the farm works with."""

    __tablename__ = "resources"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Machine or place", "Machines and places")
    __label__ = ("name",)
    __table_args__ = (CheckConstraint("disposed_on >= acquired_on", name="disposed_after_bought"),)

    name: Mapped[str] = field("Name")
    kind: Mapped[ResourceKind] = field("Kind", default=ResourceKind.EQUIPMENT)
    make: Mapped[str | None] = field("Make and model")
    serial_number: Mapped[str | None] = field("Serial or plate number")
    location: Mapped[str | None] = field("Kept at")
    area_ha: Mapped[Decimal | None] = field(
        "Area", unit="ha", places=4, minimum=0, maximum=1_000_000, hint="Of land"
    )
    places: Mapped[int | None] = field(
        "Places", minimum=0, maximum=1_000_000, hint="For animals, in a building"
    )
    acquired_on: Mapped[date | None] = field("Acquired", maximum=today)
    cost: Mapped[Decimal | None] = field("Cost", places=2, minimum=0, maximum=1_000_000_000)
    currency: Mapped[str | None] = field("Currency", hint=OWN_CURRENCY)
    serviced_on: Mapped[date | None] = field("Last service", maximum=today, merge=Merge.MAX)
    service_every_days: Mapped[int | None] = field(
        "Service every", unit="d", minimum=1, maximum=10_000
    )
    service_every_hours: Mapped[int | None] = field(
        "Service every", unit="h", minimum=1, maximum=100_000
    )
    next_service_on: Mapped[date | None] = field("Next service")
    disposed_on: Mapped[date | None] = field("Sold or scrapped", maximum=today)
    status: Mapped[ResourceStatus] = field("Status", default=ResourceStatus.AVAILABLE)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class ResourceTransaction(OrganizationRecord):
    """One use or service of a machine or place: by whom, for what, from when until when."""

    __tablename__ = "resource_transactions"
    __access__ = Access(write=WORKERS, mirrored=FARMS)
    __titles__ = ("Use", "Uses")
    __label__ = ("taken_at", "purpose")
    __table_args__ = (
        CheckConstraint("returned_at >= taken_at", name="returned_after_taken"),
        CheckConstraint("meter_end >= meter_start", name="meter_runs_up"),
        Index("ix_resource_transactions_resource", "organization_id", "resource_id", "taken_at"),
    )

    resource_id: Mapped[UUID] = link("resources", "Machine or place")
    use: Mapped[ResourceUse] = field("Why", default=ResourceUse.WORK)
    purpose: Mapped[str | None] = field("For what", hint="The job and the field")
    person_id: Mapped[UUID | None] = link("profiles", "Taken by", via="organization_users.user_id")
    outsider: Mapped[str | None] = field("Or by", hint="A contractor, a neighbour or a workshop")
    taken_at: Mapped[datetime] = field("From", default=now)
    returned_at: Mapped[datetime | None] = field("Back")
    hours: Mapped[Decimal | None] = field("Hours", unit="h", places=2, minimum=0, maximum=100_000)
    area_ha: Mapped[Decimal | None] = field(
        "Area worked", unit="ha", places=4, minimum=0, maximum=1_000_000
    )
    meter_start: Mapped[Decimal | None] = field(
        "Meter before", places=1, minimum=0, maximum=10_000_000
    )
    meter_end: Mapped[Decimal | None] = field(
        "Meter after", places=1, minimum=0, maximum=10_000_000
    )
    fuel_l: Mapped[Decimal | None] = field("Fuel", unit="L", places=1, minimum=0, maximum=100_000)
    cost: Mapped[Decimal | None] = field("Cost", places=2, minimum=0, maximum=1_000_000_000)
    currency: Mapped[str | None] = field("Currency", hint=OWN_CURRENCY)
    condition: Mapped[str | None] = field("Condition", hint="As it came back")
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)
