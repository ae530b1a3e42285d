"""A small barn for the tests of milking, weighing, eggs and stores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from fluffydesk.actions.saving import add
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockUnit
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.livestock import Flock, Livestock, PoultryBatch
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import Record
from tests.actions.farm import CATTLE, settle_in


@dataclass(frozen=True)
class Barn:
    """A cow 100 days in milk, a bull, a flock of 200 hens since 60 days, and a silo."""

    mirror: Mirror
    cow: UUID
    bull: UUID
    flock: UUID
    mash: UUID

    def rows(self, record: type[Record]) -> list[Any]:
        """Return all rows of a record."""
        with self.mirror.read() as connection:
            return list(connection.execute(select(record.__table__)))

    def units(self) -> list[str]:
        """Return the titles of the units of work, oldest first."""
        with self.mirror.read() as connection:
            found = connection.exec_driver_sql("select title from units order by made_at, id")
            return [row[0] for row in found]


def today() -> date:
    """Return the day where the farm is (rule 25)."""
    return now().astimezone(ZoneInfo("Europe/Amsterdam")).date()


def days_ago(days: int) -> date:
    return today() - timedelta(days=days)


def make_barn(mirror: Mirror) -> Barn:
    """Fill a new mirror."""
    settle_in(mirror)
    cow, _ = add(
        mirror,
        Livestock,
        {
            "tag_number": "7",
            "name": "Bella",
            "species_id": CATTLE,
            "sex": Sex.FEMALE,
            "birth_date": days_ago(1500),
            "calved_on": days_ago(100),
            "parity": 2,
        },
    )
    bull, _ = add(
        mirror, Livestock, {"tag_number": "8", "name": "Bo", "species_id": CATTLE, "sex": Sex.MALE}
    )
    flock, _ = add(mirror, Flock, {"name": "Layers", "species_id": CATTLE})
    add(
        mirror,
        PoultryBatch,
        {"flock_id": flock, "placed_on": days_ago(60), "head_count": 200},
    )
    mash, _ = add(
        mirror,
        FarmInventory,
        {
            "name": "Layer mash",
            "category": InventoryCategory.FEED,
            "unit": StockUnit.KILOGRAM,
            "reorder_level": Decimal(500),
        },
    )
    return Barn(mirror, cow, bull, flock, mash)
