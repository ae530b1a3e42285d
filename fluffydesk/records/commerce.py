"""The shop: products, carts, orders and coupons.

Prices are what the buyer pays, tax included. An order is placed by `public.place_order`, which
reads every price and the stock itself; nobody adds orders, or changes their amounts, by hand.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import (
    CLINICS,
    EVERYONE,
    KEEPERS,
    NOBODY,
    WORKERS,
    Access,
    All,
    Anyone,
    Of,
    Person,
    Platform,
)
from fluffydesk.records.enums import PaymentStatus, Status
from fluffydesk.records.enums.commerce import CartStatus, CouponKind, OrderStatus, ShippingKind
from fluffydesk.records.money import currency, known_currency, money, percent
from fluffydesk.records.vocabulary import (
    Merge,
    OrganizationRecord,
    PersonalRecord,
    ReferenceRecord,
    field,
    link,
)


class ProductCategory(ReferenceRecord):
    """A branch of the platform's tree of what is sold."""

    __tablename__ = "product_categories"
    __access__ = Access(read=Anyone(), write=Platform(), mirrored=CLINICS)
    __titles__ = ("Product category", "Product categories")
    __label__ = ("name",)
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )

    parent_id: Mapped[UUID | None] = link("product_categories", "Within")
    name: Mapped[str] = field("Name")
    slug: Mapped[str] = field("Short name", hint="For web addresses: dog-food")
    description: Mapped[str | None] = field("Description", merge=Merge.TEXT)
    image_url: Mapped[str | None] = field("Picture")
    position: Mapped[int] = field("Place in the list", default=0, minimum=0, maximum=10_000)
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)


class Product(OrganizationRecord):
    """Something an organization sells; everybody sees it while it is active."""

    __tablename__ = "products"
    __access__ = Access(
        read=[EVERYONE, Anyone("status = 'active'")], write=KEEPERS, mirrored=CLINICS
    )
    __titles__ = ("Product", "Products")
    __label__ = ("name",)
    __table_args__ = (
        UniqueConstraint("organization_id", "sku"),
        Index("ix_products_barcode", "organization_id", "barcode"),
        known_currency(),
    )

    name: Mapped[str] = field("Name")
    category_id: Mapped[UUID | None] = link("product_categories", "Category")
    brand: Mapped[str | None] = field("Brand")
    sku: Mapped[str | None] = field("Article number")
    barcode: Mapped[str | None] = field("Barcode", hint="EAN or UPC, as scanned")
    description: Mapped[str | None] = field("Description", merge=Merge.TEXT)
    price: Mapped[Decimal] = money("Price", hint="Tax included")
    list_price: Mapped[Decimal | None] = money("List price", hint="Shown crossed out")
    currency: Mapped[str] = currency()
    tax_rate: Mapped[Decimal] = percent("Tax in the price")
    weight_kg: Mapped[Decimal | None] = field(
        "Weight", unit="kg", places=3, minimum=0, maximum=10_000
    )
    stock_item_id: Mapped[UUID | None] = link("farm_inventory", "Taken from stock of")
    is_prescription_only: Mapped[bool] = field(
        "On prescription only", default=False, hint="Not sold in the web shop"
    )
    status: Mapped[Status] = field(
        "Status", default=Status.INACTIVE, hint="What is active is in the web shop"
    )


class ProductVariant(OrganizationRecord):
    """One size, colour or taste in which a product is sold."""

    __tablename__ = "product_variants"
    __access__ = Access(read=[EVERYONE, Anyone("is_public")], write=KEEPERS)
    __titles__ = ("Variant", "Variants")
    __label__ = ("name",)
    __table_args__ = (UniqueConstraint("organization_id", "sku"),)

    product_id: Mapped[UUID] = link("products", "Product", on_delete="CASCADE")
    name: Mapped[str] = field("Name", hint="As in Salmon, 2 kg")
    size: Mapped[str | None] = field("Size")
    colour: Mapped[str | None] = field("Colour")
    options: Mapped[dict[str, Any]] = field("Other options", default=dict)
    sku: Mapped[str | None] = field("Article number")
    barcode: Mapped[str | None] = field("Barcode")
    price: Mapped[Decimal | None] = money("Price", hint="Empty: that of the product")
    weight_kg: Mapped[Decimal | None] = field(
        "Weight", unit="kg", places=3, minimum=0, maximum=10_000
    )
    stock_item_id: Mapped[UUID | None] = link("farm_inventory", "Taken from stock of")
    position: Mapped[int] = field("Place in the list", default=0, minimum=0, maximum=10_000)
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)
    is_public: Mapped[bool] = field("Everybody sees it", default=False, kept=True)


class ProductImage(OrganizationRecord):
    """A picture of a product; the first is the one in lists."""

    __tablename__ = "product_images"
    __access__ = Access(read=[EVERYONE, Anyone("is_public")], write=KEEPERS)
    __titles__ = ("Product picture", "Product pictures")
    __label__ = ("alt_text",)

    product_id: Mapped[UUID] = link("products", "Product", on_delete="CASCADE")
    variant_id: Mapped[UUID | None] = link("product_variants", "Variant", on_delete="CASCADE")
    url: Mapped[str] = field("Address")
    alt_text: Mapped[str | None] = field("In words", hint="For who cannot see it")
    width_px: Mapped[int | None] = field("Width", unit="px", minimum=1, maximum=100_000)
    height_px: Mapped[int | None] = field("Height", unit="px", minimum=1, maximum=100_000)
    position: Mapped[int] = field("Place in the list", default=0, minimum=0, maximum=10_000)
    is_public: Mapped[bool] = field("Everybody sees it", default=False, kept=True)


class Order(OrganizationRecord):
    """What one buyer ordered of one shop, at the prices of that moment."""

    __tablename__ = "orders"
    __access__ = Access(
        read=[EVERYONE, Person()],
        write=WORKERS,
        add=NOBODY,
        delete=NOBODY,
        audited="it is money, and a buyer's address",
    )
    __titles__ = ("Order", "Orders")
    __label__ = ("number",)
    __table_args__ = (
        UniqueConstraint("organization_id", "number"),
        Index("ix_orders_status", "organization_id", "status"),
        CheckConstraint("total = subtotal - discount + shipping", name="total_adds_up"),
        CheckConstraint("discount <= subtotal", name="discount_within_subtotal"),
        known_currency(),
    )

    number: Mapped[int] = field("Number", default=0, kept=True)
    user_id: Mapped[UUID | None] = link("profiles", "Buyer", on_delete="SET NULL", kept=True)
    status: Mapped[OrderStatus] = field("Status", default=OrderStatus.PENDING, merge=Merge.LATTICE)
    status_note: Mapped[str | None] = field("Told to the buyer", hint="Kept with the next status")
    payment_status: Mapped[PaymentStatus] = field(
        "Payment", default=PaymentStatus.PENDING, kept=True
    )
    currency: Mapped[str] = currency(kept=True)
    subtotal: Mapped[Decimal] = money("Items", default=0, kept=True)
    discount: Mapped[Decimal] = money("Discount", default=0, kept=True)
    shipping: Mapped[Decimal] = money("Shipping", default=0, kept=True)
    total: Mapped[Decimal] = money("Total", default=0, kept=True)
    tax: Mapped[Decimal] = money("Tax in the total", default=0, kept=True)
    paid: Mapped[Decimal] = money("Paid", default=0, kept=True)
    coupon_id: Mapped[UUID | None] = link("coupons", "Coupon", kept=True)
    shipping_method_id: Mapped[UUID | None] = link("shipping_methods", "Shipping", kept=True)
    ship_to_name: Mapped[str | None] = field("Ship to")
    ship_to_street: Mapped[str | None] = field("Street")
    ship_to_postcode: Mapped[str | None] = field("Postcode")
    ship_to_city: Mapped[str | None] = field("City")
    ship_to_region: Mapped[str | None] = field("Region")
    ship_to_country: Mapped[str | None] = field("Country", kept=True)
    ship_to_phone: Mapped[str | None] = field("Phone")
    bill_to_name: Mapped[str | None] = field("Bill to", kept=True)
    bill_to_street: Mapped[str | None] = field("Street on the bill", kept=True)
    bill_to_postcode: Mapped[str | None] = field("Postcode on the bill", kept=True)
    bill_to_city: Mapped[str | None] = field("City on the bill", kept=True)
    bill_to_region: Mapped[str | None] = field("Region on the bill", kept=True)
    bill_to_country: Mapped[str | None] = field("Country on the bill", kept=True)
    bill_to_tax_number: Mapped[str | None] = field("Buyer's tax number", kept=True)
    buyer_note: Mapped[str | None] = field("Buyer's wish", kept=True)
    carrier: Mapped[str | None] = field("Carrier")
    tracking_number: Mapped[str | None] = field("Tracking number")
    tracking_url: Mapped[str | None] = field("Tracking page")
    shipped_at: Mapped[datetime | None] = field("Shipped", kept=True)
    delivered_at: Mapped[datetime | None] = field("Delivered", kept=True)
    cancelled_at: Mapped[datetime | None] = field("Cancelled", kept=True)


class OrderItem(OrganizationRecord):
    """A line of an order, with the product's name and price as they were."""

    __tablename__ = "order_items"
    __access__ = Access(read=[EVERYONE, Person()])
    __titles__ = ("Order line", "Order lines")
    __label__ = ("name",)

    order_id: Mapped[UUID] = link("orders", "Order", on_delete="CASCADE")
    user_id: Mapped[UUID | None] = link("profiles", "Buyer", on_delete="SET NULL")
    product_id: Mapped[UUID | None] = link("products", "Product", on_delete="SET NULL")
    variant_id: Mapped[UUID | None] = link("product_variants", "Variant", on_delete="SET NULL")
    stock_item_id: Mapped[UUID | None] = link("farm_inventory", "Taken from stock of")
    name: Mapped[str] = field("Name")
    sku: Mapped[str | None] = field("Article number")
    quantity: Mapped[int] = field("Quantity", default=1, minimum=1, maximum=10_000)
    unit_price: Mapped[Decimal] = money("Price", default=0)
    discount: Mapped[Decimal] = money("Discount", default=0)
    line_total: Mapped[Decimal] = money("Together", default=0)
    tax_rate: Mapped[Decimal] = percent("Tax rate")
    tax: Mapped[Decimal] = money("Tax in it", default=0)


class OrderStatusHistory(OrganizationRecord):
    """A step of an order, as it was taken; never changed."""

    __tablename__ = "order_status_history"
    __access__ = Access(read=[EVERYONE, Person()])
    __titles__ = ("Order step", "Order steps")
    __label__ = ("to_status", "changed_at")

    order_id: Mapped[UUID] = link("orders", "Order", on_delete="CASCADE")
    user_id: Mapped[UUID | None] = link("profiles", "Buyer", on_delete="SET NULL")
    from_status: Mapped[OrderStatus | None] = field("From")
    to_status: Mapped[OrderStatus] = field("To")
    changed_by: Mapped[UUID | None] = link("profiles", "By", on_delete="SET NULL")
    changed_at: Mapped[datetime] = field("At")
    note: Mapped[str | None] = field("Note")


class Cart(PersonalRecord):
    """What a person gathers in one shop before ordering it; one at a time is open."""

    __tablename__ = "carts"
    __access__ = Access(read=Person(), write=Person())
    __titles__ = ("Cart", "Carts")
    __label__ = ("organization_id", "status")
    __table_args__ = (
        Index(
            "uq_carts_open",
            "user_id",
            "organization_id",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
    )

    organization_id: Mapped[UUID] = link("organizations", "Shop", on_delete="CASCADE")
    status: Mapped[CartStatus] = field("Status", default=CartStatus.OPEN, kept=True)
    note: Mapped[str | None] = field("Wish", hint="Goes into the order")
    ordered_at: Mapped[datetime | None] = field("Ordered", kept=True)


class CartItem(PersonalRecord):
    """A product in a person's cart, and how many of it."""

    __tablename__ = "cart_items"
    __access__ = Access(
        read=Person(),
        write=Person(),
        add=All(Person(), Of("cart_id"), Of("product_id")),
        delete=Person(),
    )
    __titles__ = ("Cart line", "Cart lines")
    __label__ = ("product_id", "quantity")
    __table_args__ = (
        UniqueConstraint("cart_id", "product_id", "variant_id", postgresql_nulls_not_distinct=True),
    )

    organization_id: Mapped[UUID] = link("organizations", "Shop", on_delete="CASCADE")
    cart_id: Mapped[UUID] = link("carts", "Cart", on_delete="CASCADE")
    product_id: Mapped[UUID] = link("products", "Product", on_delete="CASCADE")
    variant_id: Mapped[UUID | None] = link("product_variants", "Variant", on_delete="CASCADE")
    quantity: Mapped[int] = field("Quantity", default=1, minimum=1, maximum=10_000)


class Coupon(OrganizationRecord):
    """A code that takes something off an order; nobody but the shop can list them."""

    __tablename__ = "coupons"
    __access__ = Access(
        read=WORKERS, write=KEEPERS, audited="it is as good as money to whoever knows the code"
    )
    __titles__ = ("Coupon", "Coupons")
    __label__ = ("code",)
    __table_args__ = (
        UniqueConstraint("organization_id", "code"),
        CheckConstraint("code = upper(code)", name="code_in_capitals"),
        CheckConstraint("kind <> 'percent' or value <= 100", name="at_most_everything"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        known_currency(),
    )

    code: Mapped[str] = field("Code", hint="In capitals")
    description: Mapped[str | None] = field("For what")
    kind: Mapped[CouponKind] = field("Takes off", default=CouponKind.PERCENT)
    value: Mapped[Decimal] = money("Percent or amount", default=0)
    currency: Mapped[str] = currency()
    minimum_spend: Mapped[Decimal] = money("From an order of", default=0)
    most_off: Mapped[Decimal | None] = money("Takes off at most")
    starts_at: Mapped[datetime | None] = field("Valid from")
    ends_at: Mapped[datetime | None] = field("Valid until")
    most_uses: Mapped[int | None] = field("Times in all", minimum=1, maximum=1_000_000)
    most_uses_each: Mapped[int | None] = field("Times for each buyer", minimum=1, maximum=1000)
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)


class Wishlist(PersonalRecord):
    """A product that a person would like to have, on one of their lists."""

    __tablename__ = "wishlists"
    __access__ = Access(read=Person(), write=Person(), add=All(Person(), Of("product_id")))
    __titles__ = ("Wish", "Wishlist")
    __label__ = ("product_id", "list_name")
    __table_args__ = (
        UniqueConstraint(
            "user_id",
            "list_name",
            "product_id",
            "variant_id",
            postgresql_nulls_not_distinct=True,
        ),
    )

    list_name: Mapped[str] = field("List", default="Wishes")
    product_id: Mapped[UUID] = link("products", "Product", on_delete="CASCADE")
    variant_id: Mapped[UUID | None] = link("product_variants", "Variant", on_delete="CASCADE")
    quantity: Mapped[int] = field("Quantity", default=1, minimum=1, maximum=10_000)
    note: Mapped[str | None] = field("Note")
    tell_when_cheaper: Mapped[bool] = field("Tell me when it is cheaper", default=False)
    tell_when_back: Mapped[bool] = field("Tell me when it is back in stock", default=False)


class ShippingMethod(OrganizationRecord):
    """A way in which a shop sends orders, and what it costs."""

    __tablename__ = "shipping_methods"
    __access__ = Access(read=[EVERYONE, Anyone("status = 'active'")], write=KEEPERS)
    __titles__ = ("Shipping method", "Shipping methods")
    __label__ = ("name",)
    __table_args__ = (
        CheckConstraint("longest_days >= shortest_days", name="days_in_order"),
        known_currency(),
    )

    name: Mapped[str] = field("Name")
    kind: Mapped[ShippingKind] = field("Kind", default=ShippingKind.POST)
    carrier: Mapped[str | None] = field("Carrier")
    price: Mapped[Decimal] = money("Price", default=0, hint="Tax included")
    free_from: Mapped[Decimal | None] = money("Free from an order of")
    currency: Mapped[str] = currency()
    tax_rate: Mapped[Decimal] = percent("Tax in the price")
    most_kg: Mapped[Decimal | None] = field(
        "Heaviest order", unit="kg", places=3, minimum=0, maximum=100_000
    )
    countries: Mapped[list[str] | None] = field(
        "Countries", hint="Two letters each, as in NL; empty: everywhere"
    )
    shortest_days: Mapped[int | None] = field("Takes from", unit="d", minimum=0, maximum=365)
    longest_days: Mapped[int | None] = field("Takes up to", unit="d", minimum=0, maximum=365)
    position: Mapped[int] = field("Place in the list", default=0, minimum=0, maximum=10_000)
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)
