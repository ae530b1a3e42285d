"""The closed lists of values of the farm's day."""

from __future__ import annotations

from enum import StrEnum


class MilkingSession(StrEnum):
    """Which milking of the day; a recording agency's test day counts the whole day."""

    MORNING = "morning"
    NOON = "noon"
    EVENING = "evening"
    WHOLE_DAY = "whole_day"


class EggRound(StrEnum):
    """Which collection of the day."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    WHOLE_DAY = "whole_day"


class WeighingMethod(StrEnum):
    """How a weight was found."""

    SCALE = "scale"
    TAPE = "tape"
    ESTIMATE = "estimate"


class LossKind(StrEnum):
    """How birds were lost."""

    DIED = "died"
    CULLED = "culled"
    PREDATOR = "predator"


class TankKind(StrEnum):
    """What milk is kept in."""

    BULK_TANK = "bulk_tank"
    SILO = "silo"
    VAT = "vat"
    CAN = "can"


class MilkUnit(StrEnum):
    """The unit in which milk was entered; litres are kept."""

    LITRE = "L"
    KILOGRAM = "kg"
    US_GALLON = "gal_us"
    UK_GALLON = "gal_uk"


class MassUnit(StrEnum):
    """The unit in which a weight was entered; kilograms are kept."""

    KILOGRAM = "kg"
    GRAM = "g"
    TONNE = "t"
    POUND = "lb"
    OUNCE = "oz"


class EggUnit(StrEnum):
    """The unit in which eggs were entered; single eggs are kept."""

    EGG = "egg"
    DOZEN = "dozen"
    FLAT = "flat"
    CASE = "case"


class EggGrade(StrEnum):
    """What eggs in store are fit for."""

    A = "a"
    B = "b"
    HATCHING = "hatching"
    UNGRADED = "ungraded"


class EggSize(StrEnum):
    """The weight class of eggs: below 53, 63, 73 g, and from 73 g (EU 2023/2465)."""

    SMALL = "s"
    MEDIUM = "m"
    LARGE = "l"
    EXTRA_LARGE = "xl"
    MIXED = "mixed"


class FibreOrMilk(StrEnum):
    """What sheep and goats give."""

    WOOL = "wool"
    MOHAIR = "mohair"
    CASHMERE = "cashmere"
    OTHER_FIBRE = "other_fibre"
    MILK = "milk"


class ClipPart(StrEnum):
    """Which part of the clip, as wool is classed."""

    FLEECE = "fleece"
    LAMBSWOOL = "lambswool"
    PIECES = "pieces"
    BELLIES = "bellies"
    CRUTCHINGS = "crutchings"
    LOCKS = "locks"
    MIXED = "mixed"


class Mothering(StrEnum):
    """How a dam took to her young."""

    GOOD = "good"
    NEEDED_HELP = "needed_help"
    REFUSED = "refused"
