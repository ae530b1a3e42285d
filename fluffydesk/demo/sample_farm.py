"""The sample farm: a dairy herd and two flocks of hens with a year behind them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from fluffydesk.demo.books import write_books
from fluffydesk.demo.breeding import write_breeding
from fluffydesk.demo.health import write_health
from fluffydesk.demo.herd import make_herd, write_herd
from fluffydesk.demo.herd_days import (
    weigh_days,
    write_feedings,
    write_milkings,
    write_weighings,
)
from fluffydesk.demo.people import write_people
from fluffydesk.demo.poultry import write_poultry
from fluffydesk.demo.sample import Maker, Rows
from fluffydesk.demo.sheep import write_sheep
from fluffydesk.demo.shelves import Shelf, write_shelves
from fluffydesk.demo.stores import write_stores
from fluffydesk.records.enums.farm_resources import InventoryCategory as Kind
from fluffydesk.records.enums.farm_resources import StockUnit

_KG, _L, _COUNT = StockUnit.KILOGRAM, StockUnit.LITRE, StockUnit.COUNT
_MILL, _VET, _SHOP = "Marrowby Mill", "Riverbend Veterinary Clinic", "Whinholt Farm Supplies"

_SHELVES = (
    Shelf("Dairy nuts 18 %", Kind.FEED, _KG, 6000, 1610, 7, "0.3650", _MILL, "Silo 1", 120),
    Shelf("Maize meal", Kind.FEED, _KG, 5000, 1150, 7, "0.2680", _MILL, "Silo 2", 180),
    Shelf("Soya 48", Kind.FEED, _KG, 4000, 820, 7, "0.4420", _MILL, "Silo 3", 180),
    Shelf(
        "Layer mash", Kind.FEED, _KG, 6000, 1120, 3, "0.3380", _MILL, "Silo 4", 90, runs_short=True
    ),
    Shelf("Calf starter", Kind.FEED, _KG, 500, 72, 7, "0.4900", _MILL, "Feed room", 120),
    Shelf("Calf milk replacer", Kind.FEED, _KG, 250, 24, 3, "2.1500", _MILL, "Feed room", 365),
    Shelf("Dry cow minerals", Kind.FEED, _KG, 200, 14, 7, "1.1800", _MILL, "Feed room", 540),
    Shelf("Meadow hay", Kind.FEED, _KG, 5000, 420, 7, "0.1600", "Own meadow", "Hay loft"),
    Shelf("Rock salt licks", Kind.FEED, _COUNT, 24, 2, 14, "6.4000", _SHOP, "Feed room"),
    Shelf("Straw bales", Kind.BEDDING, _COUNT, 120, 18, 7, "18.5000", "Yarrowdale", "Straw barn"),
    Shelf("Sawdust", Kind.BEDDING, _KG, 2000, 260, 7, "0.1450", _SHOP, "Cubicle barn"),
    Shelf("Teat dip, iodine", Kind.CONSUMABLE, _L, 60, 7, 7, "3.9000", _SHOP, "Dairy", 730),
    Shelf("Parlour detergent", Kind.CONSUMABLE, _L, 100, 12, 7, "2.6500", _SHOP, "Dairy", 730),
    Shelf("Milk filter socks", Kind.CONSUMABLE, _COUNT, 400, 14, 7, "0.2100", _SHOP, "Dairy"),
    Shelf(
        "Paper towels",
        Kind.CONSUMABLE,
        _COUNT,
        48,
        4,
        7,
        "2.9500",
        _SHOP,
        "Dairy",
        runs_short=True,
    ),
    Shelf("Nitrile gloves", Kind.CONSUMABLE, _COUNT, 1000, 70, 7, "0.0750", _SHOP, "Dairy"),
    Shelf("Egg flats", Kind.CONSUMABLE, _COUNT, 3000, 480, 7, "0.0920", _SHOP, "Egg room"),
    Shelf("Oxytetracycline spray", Kind.MEDICINE, _COUNT, 12, 1, 17, "9.8000", _VET, "Office", 540),
    Shelf(
        "Calcium borogluconate 40 %", Kind.MEDICINE, _L, 6, 0.8, 23, "8.7500", _VET, "Office", 720
    ),
    Shelf(
        "Intramammary dry cow tubes",
        Kind.MEDICINE,
        _COUNT,
        60,
        8,
        15,
        "3.4500",
        _VET,
        "Office",
        600,
        runs_short=True,
    ),
    Shelf("Pour-on wormer", Kind.MEDICINE, _L, 5, 0.6, 21, "42.0000", _VET, "Office", 720),
)


def rows(organization_id: UUID, today: date, members: Mapping[str, UUID]) -> Rows:
    """Return the farm's rows of every table, in an order in which links point backwards.

    Every morning's work up to yesterday is done; of today, the high yielders are milked and one
    round of eggs is in. The same arguments give the same rows. `members` are those who have tasks
    and shifts; the other rows do not say who did the work.
    """
    maker = Maker(organization_id, today, seed=20_11)
    herd = make_herd(maker)
    weighings = weigh_days(maker, herd)
    groups = write_herd(maker, herd)
    write_milkings(maker, herd)
    write_weighings(maker, weighings)
    write_feedings(maker, herd, groups)
    write_poultry(maker)
    write_shelves(maker, _SHELVES)
    write_breeding(maker, herd)
    write_health(maker, herd)
    write_stores(maker)
    write_sheep(maker)
    write_books(maker)
    write_people(maker, members)
    return maker.rows()
