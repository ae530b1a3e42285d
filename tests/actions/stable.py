"""A small flock of sheep, two cows and an incubator for the tests of breeding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fluffydesk.actions.saving import add
from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import Sex
from fluffydesk.records.livestock import Flock, Livestock, LivestockSpecies, PoultryBatch
from fluffydesk.records.vocabulary import Record
from tests.actions.barn import days_ago
from tests.actions.farm import settle_in

SPECIES = {
    "cattle": (UUID("0197f000-0000-7000-8000-00000000ca01"), 283, None),
    "sheep": (UUID("0197f000-0000-7000-8000-00000000ca02"), 147, None),
    "chicken": (UUID("0197f000-0000-7000-8000-00000000ca03"), None, 21),
}
CATTLE, SHEEP, CHICKEN = (SPECIES[code][0] for code in ("cattle", "sheep", "chicken"))


@dataclass(frozen=True)
class Stable:
    """Two ewes, a ram, a cow 300 days in milk, a bull, and 100 hens since 300 days."""

    mirror: Mirror
    ewe: UUID
    other: UUID
    ram: UUID
    cow: UUID
    bull: UUID
    flock: UUID

    def rows(self, record: type[Record]) -> list[Any]:
        """Return all rows of a record, as they were added."""
        with self.mirror.read() as connection:
            table = record.__table__
            return list(connection.execute(select(table).order_by(table.c.created_at, table.c.id)))

    def one(self, record: type[Record], row_id: UUID) -> Any:
        """Return one row."""
        return next(row for row in self.rows(record) if row.id == row_id)

    def animal(self, row_id: UUID) -> Any:
        return self.one(Livestock, row_id)

    def add(self, tag: str, species: UUID, sex: Sex, born: date | None = None, **more: Any) -> UUID:
        """Add an animal."""
        values = {"tag_number": tag, "species_id": species, "sex": sex, "birth_date": born, **more}
        return add(self.mirror, Livestock, values)[0]

    def units(self) -> int:
        with self.mirror.read() as connection:
            return int(connection.exec_driver_sql("select count(*) from units").scalar_one())


def make_stable(mirror: Mirror) -> Stable:
    """Fill a new mirror."""
    settle_in(mirror, species=False)
    with mirror.apply() as connection:
        for code, (key, gestation, incubation) in SPECIES.items():
            row = {
                "id": key,
                "code": code,
                "name": code.capitalize(),
                "gestation_days": gestation,
                "incubation_days": incubation,
            }
            write_images(connection, LivestockSpecies, [to_image(LivestockSpecies, row)])
    made = Stable(mirror, *(UUID(int=0) for _ in range(6)))
    old, calved = days_ago(1500), {"calved_on": days_ago(300), "parity": 2}
    flock, _ = add(mirror, Flock, {"name": "Layers", "species_id": CHICKEN})
    placed = {"flock_id": flock, "placed_on": days_ago(300), "head_count": 100}
    add(mirror, PoultryBatch, placed)
    return Stable(
        mirror,
        made.add("E1", SHEEP, Sex.FEMALE, old, name="Wool"),
        made.add("E2", SHEEP, Sex.FEMALE, old),
        made.add("R1", SHEEP, Sex.MALE, old, name="Ramses"),
        made.add("C1", CATTLE, Sex.FEMALE, old, name="Bella", **calved),
        made.add("B1", CATTLE, Sex.MALE, old, name="Bo"),
        flock,
    )
