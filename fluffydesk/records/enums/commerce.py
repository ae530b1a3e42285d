"""The closed lists of values of the shop."""

from __future__ import annotations

from enum import StrEnum

from fluffydesk.records.enums.platform import State


class CartStatus(StrEnum):
    """Whether a cart is still being filled."""

    OPEN = "open"
    ORDERED = "ordered"
    ABANDONED = "abandoned"


class OrderStatus(State):
    """How far an order is; no step leads back."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {
            cls.PENDING: (cls.CONFIRMED, cls.CANCELLED),
            cls.CONFIRMED: (cls.PROCESSING, cls.CANCELLED),
            cls.PROCESSING: (cls.SHIPPED, cls.CANCELLED),
            cls.SHIPPED: (cls.DELIVERED, cls.RETURNED),
            cls.DELIVERED: (cls.RETURNED,),
        }


class CouponKind(StrEnum):
    """What a coupon takes off."""

    PERCENT = "percent"
    AMOUNT = "amount"
    FREE_SHIPPING = "free_shipping"


class ShippingKind(StrEnum):
    """How an order comes to its buyer."""

    POST = "post"
    COURIER = "courier"
    LOCAL_DELIVERY = "local_delivery"
    PICKUP = "pickup"
