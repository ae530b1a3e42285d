"""A farm on the evening before: 120 cows in milk, ewes, four houses of hens, and full stores."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.breeding import PregnancyResult
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.enums.livestock import Purpose
from fluffydesk.records.farm import FeedLog, MilkStorage, PoultryFeedLog
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.livestock import (
    Flock,
    Livestock,
    LivestockBatch,
    LivestockSpecies,
    PoultryBatch,
)
from tests.sync.desks import Desk

COWS = [str(1001 + number) for number in range(120)]
DAMS = ["2001", "2002"]
EWES = [f"E{number:02}" for number in range(1, 43)]
STICK = {tag: f"8260000000{number:05}" for number, tag in enumerate(EWES, start=101)}
HOUSES = {"House 1": 500, "House 2": 480, "House 3": 450, "House 4": 300}
LOTS = {
    "Dairy pellets": [("P-1", 400, None), ("P-2", 3000, None)],
    "Layer mash": [("M-1", 150, None), ("M-2", 2000, None)],
    "Straw": [("", 900, None)],
    "Milk penicillin": [("PEN-7", "0.5", 200)],
    "Ewe drench": [("W-1", 1, 90), ("W-2", 1, 300)],
}
"""What is in the stores by item: lot, quantity, days until it expires."""
MEDICINES = ("Milk penicillin", "Ewe drench")
PELLETS_YESTERDAY, MASH_YESTERDAY = Decimal(600), Decimal(58)
TANK = "Tank 1"

# What the paper on the clipboard says at the end of the morning.
MILKED = [str(Decimal(100 + (7 * number) % 60) / 10) for number in range(120)]
"""kg by cow, in the order of COWS."""
TREATED = ["1003", "1050", "1117"]
CALVES = {
    "2001": [("f", "a", "3001", "41")],
    "2002": [("m", "a", "3002", "38"), ("f", "s")],
}
"""By dam: sex, fate, tag and kg of each of the young."""
EGGS = {
    "House 1": ("15f 20", "6", "9", "2"),
    "House 2": ("1c 2f 5", "4", "7", "1"),
    "House 3": ("13f", "3", "0", "0"),
    "House 4": ("20d 3", "2", "5", "4"),
}
"""By house: total, cracked, dirty, discarded; f is a flat of 30, c a case of 360, d a dozen."""
EGG_ROOM = "Cold store"
FED = {
    "Milkers": ("640",),
    "Hens 1": ("58", "110"),
    "Hens 2": ("56.5", "104"),
    "Hens 3": ("53", "98"),
    "Hens 4": ("35.5", "66"),
}
"""kg, and litres of water of hens."""
DEAD_HENS = 3
DEAD_COW, DIED_OF = "1077", "Bloat"
DRENCHED = EWES[2:]
STRAW_COUNTED = "864.5"


def fill(central: Any, organization: UUID, email: str, folder: Path, on: date) -> None:
    """Write the farm at central, as the office's PC of a member does, on the day before `on`."""
    desk = Desk(folder / "office.db", central.gateway(email), organization, "office-pc")
    desk.sync()
    with desk.mirror.read() as connection:
        table = LivestockSpecies.__table__
        species = dict(connection.execute(select(table.c.code, table.c.id)).all())
    with desk.mirror.unit("The farm") as unit:
        _cows(unit, species["cattle"], on)
        _ewes(unit, species["sheep"], on)
        _hens(unit, species["chicken"], on)
        _stores(unit, on)
        unit.insert(MilkStorage, {"name": TANK, "capacity_l": Decimal(5000)})
    desk.sync()
    assert desk.waiting() == 0
    desk.mirror.close()


def _cows(unit: Any, cattle: UUID, on: date) -> None:
    herd = unit.insert(
        LivestockBatch, {"name": "Milkers", "species_id": cattle, "purpose": Purpose.DAIRY}
    )
    cow = {"species_id": cattle, "sex": Sex.FEMALE, "birth_date": on - timedelta(days=1500)}
    calved = {"calved_on": on - timedelta(days=100), "parity": 2}
    for tag in COWS:
        unit.insert(Livestock, {**cow, **calved, "tag_number": tag, "batch_id": herd})
    fed = {"batch_id": herd, "feed": "Dairy pellets", "quantity_kg": PELLETS_YESTERDAY}
    unit.insert(FeedLog, {**fed, "fed_on": on - timedelta(days=1)})
    dry = unit.insert(LivestockBatch, {"name": "Dry cows", "species_id": cattle})
    for number, tag in enumerate(DAMS):
        dates = {
            "calved_on": on - timedelta(days=380),
            "dried_off_on": on - timedelta(days=50),
            "parity": 3,
        }
        dam = unit.insert(Livestock, {**cow, **dates, "tag_number": tag, "batch_id": dry})
        served = on - timedelta(days=283 + number)
        service = {
            "female_id": dam,
            "served_on": served,
            "sire_name": "Elm Lad",
            "checked_on": served + timedelta(days=40),
            "check_result": PregnancyResult.PREGNANT,
            "due_on": served + timedelta(days=283),
        }
        unit.insert(BreedingRecord, service)


def _ewes(unit: Any, sheep: UUID, on: date) -> None:
    flock = unit.insert(LivestockBatch, {"name": "Ewes", "species_id": sheep})
    for tag in EWES:
        ewe = {
            "tag_number": tag,
            "eid": STICK[tag],
            "species_id": sheep,
            "sex": Sex.FEMALE,
            "birth_date": on - timedelta(days=900),
            "batch_id": flock,
        }
        unit.insert(Livestock, ewe)


def _hens(unit: Any, chicken: UUID, on: date) -> None:
    for house, head in HOUSES.items():
        flock = unit.insert(
            Flock,
            {
                "name": f"Hens {house[-1]}",
                "house": house,
                "species_id": chicken,
                "hatched_on": on - timedelta(days=250),
            },
        )
        placed = {"flock_id": flock, "placed_on": on - timedelta(days=110), "head_count": head}
        unit.insert(PoultryBatch, placed)
        fed = {"flock_id": flock, "feed": "Layer mash", "quantity_kg": MASH_YESTERDAY}
        unit.insert(PoultryFeedLog, {**fed, "fed_on": on - timedelta(days=1)})


def _stores(unit: Any, on: date) -> None:
    for name, lots in LOTS.items():
        drug = name in MEDICINES
        item = unit.insert(
            FarmInventory,
            {
                "name": name,
                "category": InventoryCategory.MEDICINE if drug else InventoryCategory.FEED,
                "unit": StockUnit.LITRE if drug else StockUnit.KILOGRAM,
            },
        )
        for number, (lot, quantity, days) in enumerate(lots):
            receipt = {
                "item_id": item,
                "moved_on": on - timedelta(days=30 - number),
                "movement": StockMovement.RECEIPT,
                "quantity": Decimal(quantity),
                "lot": lot or None,
                "expires_on": None if days is None else on + timedelta(days=days),
            }
            unit.insert(InventoryTransaction, receipt)


def kg_in_tank() -> tuple[Decimal, Decimal]:
    """Return the kg that go into the tank, and those that are poured away."""
    bad = sum((Decimal(MILKED[COWS.index(tag)]) for tag in TREATED), Decimal(0))
    return sum(map(Decimal, MILKED), Decimal(0)) - bad, bad


def litres(kg: Decimal) -> Decimal:
    """Return litres of milk at 1.03 kg each, to a tenth."""
    return (kg / Decimal("1.03")).quantize(Decimal("0.1"))


def eggs_laid() -> list[tuple[str, int, int, int, int]]:
    """Return total, cracked, dirty and discarded eggs by house."""
    packs = {"c": 360, "f": 30, "d": 12}
    found = []
    for house, (total, *bad) in EGGS.items():
        eggs = sum(int(one.rstrip("cfd")) * packs.get(one[-1], 1) for one in total.split())
        cracked, dirty, discarded = map(int, bad)
        found.append((house, eggs, cracked, dirty, discarded))
    return found


def fed() -> list[tuple[str, str, Decimal, Decimal | None]]:
    """Return who was fed what, in kg, and their water."""
    return sorted(
        (who, _feed_of(who), Decimal(given[0]), Decimal(given[1]) if given[1:] else None)
        for who, given in FED.items()
    )


def lots_left() -> list[tuple[str, str, Decimal]]:
    """Return what is left of each lot: the oldest is used first."""
    used = {"Milk penicillin": Decimal("0.020") * len(TREATED)}
    used["Ewe drench"] = Decimal("0.010") * len(DRENCHED)
    used["Straw"] = 900 - Decimal(STRAW_COUNTED)
    for _, feed, kg, _ in fed():
        used[feed] = used.get(feed, Decimal(0)) + kg
    found = []
    for item, lots in LOTS.items():
        rest = used[item]
        for lot, quantity, _ in lots:
            taken = min(rest, Decimal(quantity))
            rest -= taken
            found.append((item, lot, Decimal(quantity) - taken))
    return sorted(found)


def saves() -> int:
    """Return how often something was kept: each number of a grid, each scan, each form."""
    grids = [MILKED, *EGGS.values(), *FED.values()]
    scans = len(TREATED) + 3 + len(DRENCHED)
    forms = len(CALVES) + len(EGGS) + len(("tank", "hens", "cow", "straw", "undone"))
    numbers = sum(number != "0" for grid in grids for number in grid)  # none cracked is no news
    return numbers + scans + forms


def _feed_of(who: str) -> str:
    return "Dairy pellets" if who == "Milkers" else "Layer mash"
