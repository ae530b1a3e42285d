"""A consulting room for the tests of notes, prescriptions, vaccinations and results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fluffydesk.actions.saving import add
from fluffydesk.actions.stock import balance, move_stock
from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.reference import SpeciesReference, VaccineSchedule
from fluffydesk.records.types import new_id, now, today
from fluffydesk.records.vocabulary import Record
from tests.clinic_sample import Sample, fill

TODAY = today()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@dataclass
class Room:
    """A clinic whose shelf has tablets in lots A (20 left), B (100 left) and OLD (expired)."""

    mirror: Mirror
    sample: Sample
    tablets: UUID
    vaccine: UUID

    @property
    def dog(self) -> UUID:
        return self.sample["Biscuit"]

    def rows(self, record: type[Record]) -> list[Any]:
        """Return all rows of a record, oldest first."""
        with self.mirror.read() as connection:
            return list(connection.execute(select(record.__table__).order_by("id")))

    def left(self, item: UUID) -> Decimal:
        """Return what is in store of an item."""
        with self.mirror.read() as connection:
            return balance(connection, item)

    def units(self) -> int:
        """Return how many units of work there are."""
        with self.mirror.read() as connection:
            return int(connection.exec_driver_sql("select count(*) from units").scalar_one())


def make_room(mirror: Mirror) -> Room:
    """Fill a new mirror: the sample clinic of today, its medicine, and the schedule of rabies."""
    sample = fill(mirror, TODAY)
    tablets = _item(mirror, "Carprofen 50 mg", {"OLD": (9, 30), "A": (20, -60), "B": (100, -300)})
    vaccine = _item(mirror, "Rabies vaccine", {"R1": (10, -200), "R0": (5, 10)})
    _schedule(mirror)
    return Room(mirror, sample, tablets, vaccine)


def _item(mirror: Mirror, name: str, lots: dict[str, tuple[int, int]]) -> UUID:
    kind = {"category": InventoryCategory.MEDICINE, "unit": StockUnit.COUNT}
    item, _ = add(mirror, FarmInventory, {"name": name, **kind})
    for lot, (quantity, expired_days_ago) in lots.items():
        receipt = (StockMovement.RECEIPT, Decimal(quantity), ago(40))
        move_stock(mirror, item, *receipt, lot=lot, expires_on=ago(expired_days_ago))
    return item


def _schedule(mirror: Mirror) -> None:
    """Two doses of rabies a year apart, then every three years; of DAP four weeks apart."""
    dog, when = new_id(), {"created_at": now(), "updated_at": now(), "row_version": 1}
    steps = (("Rabies", 1, 365, None), ("Rabies", 2, None, 1095), ("DAP", 1, 28, None))
    with mirror.apply() as connection:
        with_code = select(SpeciesReference.__table__.c.id).where(
            SpeciesReference.__table__.c.code == "dog"
        )
        known = connection.execute(with_code).scalar()
        if known is not None:
            return
        kind = {"id": dog, "code": "dog", "name": "Dog", **when}
        write_images(connection, SpeciesReference, [to_image(SpeciesReference, kind)])
        for vaccine, dose, interval, booster in steps:
            step = {
                "id": new_id(),
                "species_id": dog,
                "vaccine": vaccine,
                "protects_against": vaccine,
                "dose_number": dose,
                "interval_to_next_days": interval,
                "booster_interval_days": booster,
                **when,
            }
            write_images(connection, VaccineSchedule, [to_image(VaccineSchedule, step)])
