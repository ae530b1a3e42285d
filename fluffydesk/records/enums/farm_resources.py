"""The closed lists of values of stores, expenses and sales."""

from __future__ import annotations

from enum import StrEnum


class InventoryCategory(StrEnum):
    """What kind of thing is in store."""

    FEED = "feed"
    MEDICINE = "medicine"
    BEDDING = "bedding"
    CONSUMABLE = "consumable"
    PRODUCT = "product"
    OTHER = "other"


class StockUnit(StrEnum):
    """The unit in which a stored thing is counted."""

    KILOGRAM = "kg"
    LITRE = "L"
    COUNT = "count"


class StockMovement(StrEnum):
    """The four verbs of a stock ledger (rule 13)."""

    RECEIPT = "receipt"
    USE = "use"
    DISPOSAL = "disposal"
    STOCKTAKE = "stocktake"
