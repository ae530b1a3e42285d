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


class FarmExpenseCategory(StrEnum):
    """What a farm spends money on."""

    FEED = "feed"
    LIVESTOCK = "livestock"
    VETERINARY = "veterinary"
    BREEDING = "breeding"
    BEDDING = "bedding"
    SEED_AND_FERTILIZER = "seed_and_fertilizer"
    FUEL_AND_ENERGY = "fuel_and_energy"
    WATER = "water"
    MACHINERY = "machinery"
    BUILDINGS = "buildings"
    LAND = "land"
    CONTRACTORS = "contractors"
    WAGES = "wages"
    INSURANCE = "insurance"
    FEES_AND_TAXES = "fees_and_taxes"
    INTEREST = "interest"
    OTHER = "other"


class FarmRevenueCategory(StrEnum):
    """What a farm earns money with."""

    MILK = "milk"
    EGGS = "eggs"
    WOOL = "wool"
    LIVESTOCK = "livestock"
    MEAT = "meat"
    PROCESSED_PRODUCTS = "processed_products"
    CROPS = "crops"
    BREEDING = "breeding"
    SERVICES = "services"
    SUBSIDY = "subsidy"
    INSURANCE = "insurance"
    RENT = "rent"
    OTHER = "other"


class FarmProduct(StrEnum):
    """What a farm sells."""

    MILK = "milk"
    EGGS = "eggs"
    WOOL = "wool"
    LIVE_ANIMALS = "live_animals"
    MEAT = "meat"
    DAIRY_PRODUCTS = "dairy_products"
    HATCHING_EGGS = "hatching_eggs"
    CHICKS = "chicks"
    MANURE = "manure"
    CROPS = "crops"
    OTHER = "other"


class SaleUnit(StrEnum):
    """The unit a price is for."""

    KILOGRAM = "kg"
    TONNE = "t"
    POUND = "lb"
    LITRE = "L"
    US_GALLON = "gal_us"
    UK_GALLON = "gal_uk"
    EGG = "egg"
    DOZEN = "dozen"
    FLAT = "flat"
    CASE = "case"
    HEAD = "head"
    COUNT = "count"


class FarmPayment(StrEnum):
    """How a farm pays or is paid."""

    TRANSFER = "transfer"
    CASH = "cash"
    CARD = "card"
    CHEQUE = "cheque"
    DIRECT_DEBIT = "direct_debit"
    OFFSET = "offset"


class ResourceKind(StrEnum):
    """What kind of thing a farm works with."""

    MACHINERY = "machinery"
    VEHICLE = "vehicle"
    EQUIPMENT = "equipment"
    BUILDING = "building"
    LAND = "land"
    OTHER = "other"


class ResourceStatus(StrEnum):
    """Whether a thing can be used."""

    AVAILABLE = "available"
    IN_REPAIR = "in_repair"
    OUT_OF_USE = "out_of_use"
    DISPOSED = "disposed"


class ResourceUse(StrEnum):
    """Why a thing was taken."""

    WORK = "work"
    LENT = "lent"
    SERVICE = "service"
    REPAIR = "repair"
    INSPECTION = "inspection"
