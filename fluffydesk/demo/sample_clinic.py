"""The sample clinic: clients and their pets, services, rooms, stores and a full diary."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from fluffydesk.demo.boarding import write_boarding
from fluffydesk.demo.diary import write_diary
from fluffydesk.demo.farm_calls import write_farm_calls
from fluffydesk.demo.households import write_households
from fluffydesk.demo.notes import write_notes
from fluffydesk.demo.patients import write_patients
from fluffydesk.demo.reminding import write_reminders
from fluffydesk.demo.rota import write_rota
from fluffydesk.demo.sample import Maker, Rows, dec, local
from fluffydesk.demo.shelves import Shelf, write_shelves
from fluffydesk.demo.stages import write_stages
from fluffydesk.demo.takings import TAX, write_takings
from fluffydesk.demo.talks import write_talks
from fluffydesk.records.booking import Room, Service
from fluffydesk.records.enums.booking import RoomKind, ServiceCategory
from fluffydesk.records.enums.farm_resources import InventoryCategory as Kind
from fluffydesk.records.enums.farm_resources import StockUnit

_COUNT, _L = StockUnit.COUNT, StockUnit.LITRE
_MEDICINE, _CONSUMABLE, _PRODUCT = Kind.MEDICINE, Kind.CONSUMABLE, Kind.PRODUCT
_TRADE = "Yarrowdale Veterinary Supplies"

_SERVICES = (
    ("Consultation", ServiceCategory.CONSULTATION, 20, 48, "#2f6f9f"),
    ("Repeat consultation", ServiceCategory.CONSULTATION, 15, 32, "#5b93bd"),
    ("Vaccination", ServiceCategory.VACCINATION, 15, 39, "#2f855a"),
    ("Puppy or kitten check", ServiceCategory.CONSULTATION, 30, 55, "#4a9c8c"),
    ("Neutering, cat", ServiceCategory.SURGERY, 45, 118, "#9b4d3a"),
    ("Neutering, dog", ServiceCategory.SURGERY, 75, 265, "#b3563f"),
    ("Lump removal", ServiceCategory.SURGERY, 60, 310, "#8c3b2a"),
    ("Dental cleaning", ServiceCategory.DENTAL, 60, 240, "#7a5ea8"),
    ("X-ray", ServiceCategory.DIAGNOSTICS, 30, 145, "#8a6d1f"),
    ("Blood test", ServiceCategory.DIAGNOSTICS, 15, 92, "#a38532"),
    ("Nail clipping", ServiceCategory.GROOMING, 10, 16, "#6b7280"),
    ("Farm visit", ServiceCategory.FARM_VISIT, 60, 130, "#4f7a2c"),
)
_ROOMS = (
    ("Consulting room 1", RoomKind.CONSULTING, 1),
    ("Consulting room 2", RoomKind.CONSULTING, 1),
    ("Surgery", RoomKind.SURGERY, 1),
)
_SHELVES = (
    Shelf("Canine DHPPi vaccine", _MEDICINE, _COUNT, 50, 9, 3, "6.4", _TRADE, "Fridge", 420),
    Shelf("Feline tricat vaccine", _MEDICINE, _COUNT, 40, 6, 3, "6.1", _TRADE, "Fridge", 420),
    Shelf("Rabies vaccine", _MEDICINE, _COUNT, 20, 2, 5, "5.2", _TRADE, "Fridge", 600, True),
    Shelf("Meloxicam 1.5 mg/mL", _MEDICINE, _COUNT, 24, 3, 4, "8.9", _TRADE, "Pharmacy", 700),
    Shelf("Co-amoxiclav 250 mg", _MEDICINE, _COUNT, 500, 42, 3, "0.34", _TRADE, "Pharmacy", 540),
    Shelf("Isoflurane, 250 mL", _MEDICINE, _COUNT, 6, 1, 12, "21.5", _TRADE, "Surgery", 900),
    Shelf("Flea and tick spot-on", _PRODUCT, _COUNT, 60, 8, 3, "7.5", _TRADE, "Front desk", 720),
    Shelf("Renal diet, cat, 2 kg", _PRODUCT, _COUNT, 12, 1, 4, "17.9", _TRADE, "Front desk", 400),
    Shelf("Suture 3-0", _CONSUMABLE, _COUNT, 72, 5, 4, "3.1", _TRADE, "Surgery", 1200),
    Shelf("Surgical gloves, pairs", _CONSUMABLE, _COUNT, 200, 12, 2, "0.62", _TRADE, "Surgery"),
    Shelf("Skin disinfectant", _CONSUMABLE, _L, 10, 0.6, 4, "9.2", _TRADE, "Surgery", 720),
    Shelf("Microchips", _CONSUMABLE, _COUNT, 50, 3, 4, "4.8", _TRADE, "Room 1", runs_short=True),
)


def rows(
    organization_id: UUID,
    today: date,
    members: Mapping[str, UUID],
    *,
    now: datetime | None = None,
) -> Rows:
    """Return the clinic's rows of every table, in an order in which links point backwards.

    The diary has each member whose name in `members` begins with "veterinarian" as a column, from
    a week before `today` to a week after. How far today's visits are depends on `now` (in UTC;
    half past eleven if not given). The same arguments give the same rows.
    """
    maker = Maker(organization_id, today, seed=7_303)
    start = date(today.year - 3, 1, 6)
    services = {
        name: maker.add(
            Service,
            start,
            name=name,
            category=category,
            duration_minutes=minutes,
            price=dec(price),
            tax_rate=TAX,
            colour=colour,
        )
        for name, category, minutes, price, colour in _SERVICES
    }
    rooms = [
        maker.add(Room, start, name=name, kind=kind, capacity=places)
        for name, kind, places in _ROOMS
    ]
    patients = write_patients(maker)
    vets = [key for name, key in members.items() if name.startswith("veterinarian")]
    assert vets, "a clinic needs a veterinarian"
    lengths = {name: minutes for name, _, minutes, _, _ in _SERVICES}
    write_diary(maker, patients, services, lengths, vets, rooms, now or local(today, 11, 30))
    write_rota(maker, vets)
    write_farm_calls(maker, vets[0], services["Farm visit"])
    write_boarding(maker, patients, now or local(today, 11, 30))
    write_shelves(maker, _SHELVES)
    write_takings(maker, now or local(today, 11, 30))
    write_reminders(maker, patients)
    write_notes(maker)
    write_talks(maker, vets)
    write_stages(maker, now or local(today, 11, 30))
    write_households(maker, patients)
    return maker.rows()
