"""The words of ICAR ADE-1, release 1.4.1, and what they are here."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from fluffydesk.figures.identifiers import eid, is_uk_tag
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm import MilkingSession, WeighingMethod
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.enums.medical import DoseUnit

ANIMAL = "icarAnimalCoreResource"
LACTATION = "icarLactationResource"
WEIGHT = "icarWeightEventResource"
VISIT = "icarMilkingVisitEventResource"
TEST_DAY = "icarTestDayResultEventResource"
TREATMENT = "icarTreatmentEventResource"

OURS = "x-fluffydesk"
"""The property that carries what ADE has no place for."""
RFID, UK_TAG = "std.iso.11785", "uk.cts.eartag"
OFFICIAL, TAG = "fluffydesk.official", "fluffydesk.tag"
"""Schemes of identifiers: the first two are among ADE's well-known ones, the others are ours."""
BREED, PRODUCT, FARM = "fluffydesk.breed", "fluffydesk.product", "fluffydesk.organization"
MEDICINE_FAMILY = "Veterinary Supplies"

SPECIES = {
    "cattle": "Cattle",
    "water_buffalo": "Buffalo",
    "red_deer": "Deer",
    "goat": "Goat",
    "horse": "Horse",
    "pig": "Pig",
    "sheep": "Sheep",
}
"""Our code of each species that ADE names; it has none for the others."""
GENDERS = {
    Sex.FEMALE: "Female",
    Sex.MALE: "Male",
    Sex.NEUTERED_FEMALE: "FemaleNeuter",
    Sex.NEUTERED_MALE: "MaleNeuter",
    Sex.UNKNOWN: "Unknown",
}
OTHER_GENDERS = {"Freemartin": Sex.FEMALE, "MaleCryptorchid": Sex.MALE}
"""What is read as something wider, and told."""
STATUSES = {LivestockStatus.ACTIVE: "Alive", LivestockStatus.LOST: "Unknown"}
METHODS = {
    WeighingMethod.SCALE: "LoadCell",
    WeighingMethod.TAPE: "Girth",
    WeighingMethod.ESTIMATE: "Assessed",
}
OTHER_METHODS = {
    "WalkOver": WeighingMethod.SCALE,
    "Predicted": WeighingMethod.ESTIMATE,
    "Imaged": WeighingMethod.ESTIMATE,
    "FrontEndCorrelated": WeighingMethod.ESTIMATE,
    "GroupAverage": WeighingMethod.ESTIMATE,
}
KILOGRAMS = {
    "KGM": Decimal(1),
    "GRM": Decimal("0.001"),
    "LBR": Decimal("0.45359237"),
    "TNE": Decimal(1000),
    "MGM": Decimal("0.000001"),
}
"""UN/CEFACT recommendation 20: what one of each weighs in kg."""
DOSES = {
    DoseUnit.MILLILITRE: "MLT",
    DoseUnit.MILLIGRAM: "MGM",
    DoseUnit.GRAM: "GRM",
    DoseUnit.TUBE: "XTU",
}
OTHER_DOSES = {
    "LTR": (DoseUnit.MILLILITRE, Decimal(1000)),
    "TU": (DoseUnit.TUBE, Decimal(1)),
    "EA": (DoseUnit.DOSE, Decimal(1)),
    "XVI": (DoseUnit.DOSE, Decimal(1)),
    "XAR": (DoseUnit.DOSE, Decimal(1)),
    "XCQ": (DoseUnit.DOSE, Decimal(1)),
    "SYR": (DoseUnit.DOSE, Decimal(1)),
}
SHIFTS = {MilkingSession.MORNING: 1, MilkingSession.NOON: 2, MilkingSession.EVENING: 3}
BEGINS = {
    MilkingSession.MORNING: time(6),
    MilkingSession.NOON: time(12),
    MilkingSession.EVENING: time(18),
}
"""When a milking is said to begin, since only its part of the day is kept here."""
_NOON_FROM, _EVENING_FROM = time(10, 30), time(15)
WITHDRAWALS = {"Milk": "milk_hours", "Meat": "meat_hours", "Eggs": "egg_hours"}
_MIDNIGHT = time(0)


def scheme_of(official: str, species: str | None) -> str:
    """Return the scheme of an official id: that of British cattle, or ours for all others."""
    return UK_TAG if species == "cattle" and is_uk_tag(official) else OFFICIAL


def number_of(scheme: str, number: str) -> tuple[str, str]:
    """Return the column an identifier of a scheme belongs in, and how it is kept there."""
    if scheme == TAG:
        return "tag_number", number
    if scheme == RFID:
        return "eid", eid(number) or number
    return "official_id", number


def of_day(day: date) -> str:
    """Return a day without a clock time as ADE's RFC 3339 date and time: midnight UTC."""
    return f"{day.isoformat()}T00:00:00Z"


def day_of(text: str, zone: ZoneInfo) -> date | None:
    """Return the day of a date and time; at midnight UTC it is the day as written."""
    found = moment_of(text)
    if found is None:
        return None
    if found.tzinfo is None or (found.time() == _MIDNIGHT and not found.utcoffset()):
        return found.date()
    return found.astimezone(zone).date()


def moment_of(text: str) -> datetime | None:
    """Return a date and time of RFC 3339, or a date; None where it is neither."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def session_at(clock: time) -> MilkingSession:
    """Return in which part of the day a milking began."""
    if clock < _NOON_FROM:
        return MilkingSession.MORNING
    return MilkingSession.NOON if clock < _EVENING_FROM else MilkingSession.EVENING
