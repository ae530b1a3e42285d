"""A clinic on the evening before a busy day, and what the paper on the desk says at its end."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fluffydesk.records.booking import Appointment, Room, Service
from fluffydesk.records.commerce import Product
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.booking import ServiceCategory
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from tests.sync.desks import Desk

VETS = {"vera": "Vera Birk", "otto": "Otto Lind"}
SERVICES = {
    "Check-up": (ServiceCategory.CONSULTATION, 15, "45.00", "21"),
    "Vaccination": (ServiceCategory.VACCINATION, 15, "38.50", "9"),
    "Dental cleaning": (ServiceCategory.DENTAL, 15, "189.00", "21"),
}
"""By name: minutes, price with tax, tax in percent."""
PRODUCTS = {
    "Flea drops": ("24.95", "21", [("F-1", 5, 30), ("F-2", 40, 300)]),
    "Kidney diet": ("31.40", "9", [("K-1", 12, 200)]),
}
"""By name: price with tax, tax in percent; lot, quantity and days until it expires."""

BOOKED = 36
"""Visits that are in the diary when the day begins, a quarter of an hour each, by turns."""
BY_PHONE = {"Pet37": "13:30", "Pet38": "13:45", "Pet39": "14:00", "Pet40": "14:15"}
"""Booked at the desk in the course of the day, with the first vet."""
WALK_INS = tuple(f"Pet{number}" for number in range(41, 47))
FIRST = time(8)

MOVED = {"Pet33": 60, "Pet34": 75}
"""Carried on by the mouse, by so many minutes."""
MISSED = "Pet36"

BILLS: dict[str, tuple[tuple[tuple[str, str], ...], str, tuple[tuple[str, str], ...]]] = {
    "Pet01": ((("Check-up", "1"),), "45.00", (("cash", "45.00"),)),
    "Pet02": ((("Vaccination", "1"),), "38.50", (("card", "38.50"),)),
    "Pet03": ((("Check-up", "1"), ("Flea drops", "2")), "94.90", (("card", "94.90"),)),
    "Pet04": ((("Dental cleaning", "1"),), "189.00", (("cash", "100.00"),)),
    "Pet05": ((("Check-up", "1"), ("Kidney diet", "1")), "76.40", (("cash", "76.40"),)),
    "Pet06": ((("Vaccination", "1"), ("Flea drops", "1")), "63.45", (("card", "30.00"),)),
    "Pet07": ((("Check-up", "1"),), "45.00", (("cash", "45.00"),)),
    "Pet08": ((("Vaccination", "1"),), "38.50", (("cash", "38.50"),)),
    "Pet09": ((("Check-up", "1"), ("Flea drops", "3")), "119.85", (("card", "119.85"),)),
    "Pet10": ((("Dental cleaning", "1"),), "189.00", (("cash", "60.00"),)),
    "Pet41": ((("Check-up", "1"),), "45.00", (("cash", "45.00"),)),
    "Pet42": ((("Vaccination", "1"),), "38.50", (("card", "38.50"),)),
}
"""By pet: what is on the bill and how many, what it comes to, what was paid of it and how."""
OFFLINE = ("Pet05", "Pet06", "Pet07", "Pet08")
"""Billed and paid while there was no network."""

# Added up by hand, and once more from the bottom.
CASH = Decimal("409.90")
CARD = Decimal("321.75")
BILLED = Decimal("983.10")
OPEN = Decimal("251.45")
FLOAT, IN_THE_TILL = Decimal("150.00"), Decimal("559.90")
REPORT = (
    ("Cash", "409.90", "0.00", "409.90"),
    ("Card", "321.75", "0.00", "321.75"),
)
REPORT_SUMS = (
    ("All", "731.65", "0.00", "731.65"),
    ("Front desk: in the morning", "", "", "150.00"),
    ("Front desk: cash received", "", "", "409.90"),
    ("Front desk: cash paid back", "", "", "0.00"),
    ("Front desk: should be in it", "", "", "559.90"),
    ("Front desk: counted", "", "", "559.90"),
    ("Front desk: difference", "", "", "0.00"),
    ("Invoices posted, 12", "", "", "983.10"),
    ("Credit notes, 0", "", "", "0.00"),
    ("Of these invoices not paid yet, 3", "", "", "251.45"),
)
LOTS_LEFT = [
    ("Flea drops", "F-1", Decimal(0)),
    ("Flea drops", "F-2", Decimal(39)),
    ("Kidney diet", "K-1", Decimal(11)),
]


def hours(pet: str) -> float:
    """Return when a visit begins, as the diary had it: hours after midnight."""
    return FIRST.hour + (int(pet.removeprefix("Pet")) - 1) // 2 / 4


def service_of(number: int) -> str:
    """Return what the pet of that number comes for, as the bills say."""
    pet = f"Pet{number:02}"
    return BILLS[pet][0][0][0] if pet in BILLS else "Check-up"


def fill(desk: Desk, vets: list[UUID], on: date, zone: str) -> None:
    """Write the clinic at central, from the PC of a member, on the day before `on`."""
    desk.sync()
    with desk.mirror.unit("The clinic") as unit:
        services = _services(unit)
        _shelves(unit, on)
        for name in ("Room 1", "Room 2"):
            unit.insert(Room, {"name": name})
        pets = _patients(unit)
        begins = datetime.combine(on, FIRST, ZoneInfo(zone))
        for number in range(1, BOOKED + 1):
            vet, place = (number - 1) % 2, (number - 1) // 2
            starts = begins + timedelta(minutes=15 * place)
            pet, client = pets[number]
            visit = {
                "pet_id": pet,
                "client_id": client,
                "service_id": services[service_of(number)],
                "veterinarian_id": vets[vet],
                "scheduled_at": starts,
                "ends_at": starts + timedelta(minutes=15),
            }
            unit.insert(Appointment, visit)
    desk.sync()
    assert desk.waiting() == 0
    desk.mirror.close()


def _services(unit: Any) -> dict[str, UUID]:
    return {
        name: unit.insert(
            Service,
            {
                "name": name,
                "category": category,
                "duration_minutes": minutes,
                "price": Decimal(price),
                "tax_rate": Decimal(tax),
            },
        )
        for name, (category, minutes, price, tax) in SERVICES.items()
    }


def _shelves(unit: Any, on: date) -> None:
    for name, (price, tax, lots) in PRODUCTS.items():
        item = unit.insert(
            FarmInventory,
            {"name": name, "category": InventoryCategory.MEDICINE, "unit": StockUnit.COUNT},
        )
        sold = {"price": Decimal(price), "tax_rate": Decimal(tax), "status": Status.ACTIVE}
        unit.insert(Product, {"name": name, **sold, "stock_item_id": item})
        for lot, quantity, days in lots:
            receipt = {
                "item_id": item,
                "moved_on": on - timedelta(days=20),
                "movement": StockMovement.RECEIPT,
                "quantity": Decimal(quantity),
                "lot": lot,
                "expires_on": on + timedelta(days=days),
            }
            unit.insert(InventoryTransaction, receipt)


def _patients(unit: Any) -> dict[int, tuple[UUID, UUID]]:
    found = {}
    for number in range(1, BOOKED + len(BY_PHONE) + len(WALK_INS) + 1):
        phone = f"020 555 {number:04}"
        client = unit.insert(ClinicClient, {"full_name": f"Client {number:02}", "phone": phone})
        pet = unit.insert(Pet, {"name": f"Pet{number:02}", "species": "Dog"})
        unit.insert(ClinicPatient, {"pet_id": pet, "client_id": client})
        found[number] = (pet, client)
    return found
