"""The closed lists of values of organizations and their staff."""

from __future__ import annotations

from enum import StrEnum

from fluffydesk.records.enums.platform import State


class ShownMass(StrEnum):
    """The unit in which an organization reads and types weights; kilograms are kept."""

    KILOGRAM = "kg"
    POUND = "lb"


class ShownVolume(StrEnum):
    """The unit in which an organization reads and types volumes; litres are kept."""

    LITRE = "L"
    US_GALLON = "gal_us"
    UK_GALLON = "gal_uk"


class ShownTemperature(StrEnum):
    """The unit in which an organization reads and types temperatures; degrees Celsius are kept."""

    CELSIUS = "C"
    FAHRENHEIT = "F"


class FeedConversionBasis(StrEnum):
    """What feed conversion divides by."""

    LIVE_WEIGHT = "live_weight"
    GAIN = "gain"
    GAIN_WITH_DEAD = "gain_with_dead"


class LambingBasis(StrEnum):
    """Which ewes lambing % divides by."""

    MATED = "mated"
    EXPOSED = "exposed"
    LAMBED = "lambed"


class OfferPriceKind(StrEnum):
    """How the price of an offer is meant."""

    FIXED = "fixed"
    FROM = "from"
    PER_HOUR = "per_hour"
    PER_DAY = "per_day"
    ON_REQUEST = "on_request"


class OrganizationIntegrationStatus(StrEnum):
    """Whether a connection to another system works."""

    SETTING_UP = "setting_up"
    CONNECTED = "connected"
    PAUSED = "paused"
    FAILING = "failing"


class ProviderKind(StrEnum):
    """What a provider is to those who look for one."""

    CLINIC = "clinic"
    GROOMER = "groomer"
    BOARDING = "boarding"
    SITTER = "sitter"
    WALKER = "walker"
    TRAINER = "trainer"
    SHELTER = "shelter"
    BREEDER = "breeder"
    SHOP = "shop"
    OTHER = "other"


class StaffShiftStatus(State):
    """How far a shift is."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    WORKED = "worked"
    MISSED = "missed"
    CANCELLED = "cancelled"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {
            cls.PLANNED: (cls.CONFIRMED, cls.WORKED, cls.MISSED, cls.CANCELLED),
            cls.CONFIRMED: (cls.WORKED, cls.MISSED, cls.CANCELLED),
        }
