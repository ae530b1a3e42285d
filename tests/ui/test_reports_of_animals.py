from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm_resources import (
    FarmProduct,
    InventoryCategory,
    SaleUnit,
    StockUnit,
)
from fluffydesk.records.enums.livestock import HerdMove, LivestockStatus
from fluffydesk.records.farm import MortalityLog, WeightLog
from fluffydesk.records.farm_resources import FarmInventory, FarmProductSale
from fluffydesk.records.livestock import (
    Flock,
    HerdBatch,
    HerdMovement,
    Livestock,
    LivestockSpecies,
    PoultryBatch,
)
from fluffydesk.records.medical import HealthTreatment, VaccineLog
from fluffydesk.records.types import now, today
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.screens.reporting.catalog import make_report
from fluffydesk.ui.screens.reporting.report import Period


def month() -> Period:
    return Period(today() - timedelta(days=29), today())


class Barn:
    """A mirror that rows are put into."""

    def __init__(self, mirror: Mirror) -> None:
        self.mirror = mirror
        with mirror.read() as connection:
            species = LivestockSpecies.__table__.c
            self.species: UUID = connection.execute(
                select(species.id).where(species.code == "cattle")
            ).scalar_one()

    def put(self, record: type[Record], **values: Any) -> UUID:
        with self.mirror.unit("Put") as unit:
            return unit.insert(record, values)

    def cow(self, tag: str, **values: Any) -> UUID:
        given = {"tag_number": tag, "species_id": self.species, "sex": Sex.FEMALE, **values}
        return self.put(Livestock, **given)


@pytest.fixture
def barn(mirror: Mirror) -> Barn:
    return Barn(mirror)


def ago(days: int) -> date:
    return today() - timedelta(days=days)


def test_the_movement_book_has_births_arrivals_departures_and_deaths(barn: Barn) -> None:
    dam = barn.cow("7", official_id="UK700", arrived_on=ago(400))
    barn.cow("70", birth_date=ago(9), dam_id=dam)
    barn.cow("8", birth_date=ago(900), arrived_on=ago(8), came_from="Low Farm")
    barn.cow("9", status=LivestockStatus.SOLD, left_on=ago(7), went_to="Market", official_id="UK9")
    barn.cow("10", status=LivestockStatus.DEAD, left_on=ago(6), left_reason="Bloat")
    herd = barn.put(
        HerdBatch, name="Store lambs", species_id=barn.species, started_on=ago(200), head_count=50
    )
    barn.put(HerdMovement, herd_id=herd, moved_on=ago(5), kind=HerdMove.SOLD, head=-12)
    flock = barn.put(Flock, name="House 1", species_id=barn.species)
    barn.put(PoultryBatch, flock_id=flock, placed_on=ago(4), head_count=900)
    barn.put(MortalityLog, flock_id=flock, died_on=ago(3), head_count=2, cause="Heat")
    book = make_report(barn.mirror, "movements", month())
    assert [row[1:6] for row in book.rows] == [
        ("Born", "70", "", "1", ""),
        ("Arrived", "8", "", "1", ""),
        ("Sold", "9", "UK9", "", "1"),
        ("Died", "10", "", "", "1"),
        ("Sold", "Store lambs", "", "", "12"),
        ("Placed", "House 1", "", "900", ""),
        ("Died", "House 1", "", "", "2"),
    ]
    assert book.rows[0][7] == "Dam 7"
    assert book.rows[1][6] == "Low Farm"
    assert (book.sum("Sum", "In"), book.sum("Sum", "Out")) == ("902", "16")


def test_the_herd_list_is_of_its_day(barn: Barn) -> None:
    barn.cow("12", arrived_on=ago(400))
    barn.cow("7", arrived_on=ago(400))
    barn.cow("13", status=LivestockStatus.SOLD, left_on=ago(3))
    barn.cow("14", arrived_on=ago(2))
    tags = [row[0] for row in make_report(barn.mirror, "herd", Period(ago(9), ago(5))).rows]
    assert tags == ["7", "12", "13"]
    tags = [row[0] for row in make_report(barn.mirror, "herd", Period(ago(9), ago(0))).rows]
    assert tags == ["7", "12", "14"]


def test_daily_gain_is_from_the_first_weight_to_the_last(barn: Barn) -> None:
    calf, single = barn.cow("7"), barn.cow("8")
    barn.put(WeightLog, animal_id=calf, weighed_on=ago(20), weight_kg=Decimal(100))
    barn.put(WeightLog, animal_id=calf, weighed_on=ago(10), weight_kg=Decimal(104))
    barn.put(WeightLog, animal_id=calf, weighed_on=ago(0), weight_kg=Decimal(120))
    barn.put(WeightLog, animal_id=single, weighed_on=ago(1), weight_kg=Decimal(90))
    gains = make_report(barn.mirror, "gains", month())
    assert [row[-1] for row in gains.rows] == ["1.000", "not enough data"]


def test_the_parlour_list_and_the_medicine_book_name_who_was_treated(barn: Barn) -> None:
    """Rules 11 and 16: the latest end counts, and an unfinished course is still withheld."""
    cow, other, meat_only = barn.cow("7", name="Bella"), barn.cow("8"), barn.cow("9")
    dose = {"reason": "Mastitis", "dose": Decimal("20.5"), "lot": "B12"}
    at = now() - timedelta(hours=30)
    barn.put(HealthTreatment, animal_id=cow, product="Penicillin", given_at=at, milk_hours=96,
             meat_hours=336, **dose)  # fmt: skip
    barn.put(HealthTreatment, animal_id=cow, product="Short", given_at=at, milk_hours=40, **dose)
    barn.put(HealthTreatment, animal_id=other, product="Course", given_at=at, doses=3,
             milk_hours=24, **dose)  # fmt: skip
    barn.put(
        HealthTreatment, animal_id=meat_only, product="Oil", given_at=at, meat_hours=48, **dose
    )
    barn.put(HealthTreatment, animal_id=meat_only, product="Wrong", given_at=at, milk_hours=96,
             void_reason="Wrong cow", **dose)  # fmt: skip
    held = make_report(barn.mirror, "parlour", month())
    assert [(row[0], row[2], row[3]) for row in held.rows] == [
        ("7 Bella", "Finished", "Penicillin"),
        ("8", "Not finished", "Course"),
    ]
    book = make_report(barn.mirror, "medicine", month())
    assert len(book.rows) == 5
    at_drug = {row[5]: number for number, row in enumerate(book.rows)}

    def told(drug: str, title: str) -> str:
        return book.cell(at_drug[drug], title)

    assert told("Penicillin", "Animal or group") == "Bella · 7"
    assert told("Penicillin", "Dose, route") == "20.5 mL, intramuscular"
    assert told("Penicillin", "Quantity") == "20.5 mL"
    assert told("Penicillin", "Milk free") not in ("", "none", told("Short", "Milk free"))
    assert told("Penicillin", "Eggs free") == "none"
    assert told("Penicillin", "Days") == "1"
    assert told("Course", "Dose, route") == "3 × 20.5 mL, intramuscular"
    assert told("Course", "Quantity") == "61.5 mL"
    assert told("Course", "Last dose") == "not finished"
    assert told("Wrong", "Reason") == "Void: Wrong cow. Mastitis"
    assert told("Wrong", "Milk free") == ""
    assert make_report(barn.mirror, "medicine", Period(ago(90), ago(60))).rows == ()


def test_the_medicine_book_has_what_article_108_asks_and_vaccinations(barn: Barn) -> None:
    """Regulation (EU) 2019/6, Article 108(2), of an animal treated from the store."""
    cow = barn.cow("7", official_id="UK700")
    item = barn.put(
        FarmInventory, name="Orbenin", category=InventoryCategory.MEDICINE,
        unit=StockUnit.LITRE, supplier="Vet Supplies",
    )  # fmt: skip
    start = now() - timedelta(days=4)
    barn.put(
        HealthTreatment, animal_id=cow, product="Orbenin", reason="Mastitis", dose=Decimal(10),
        doses=3, given_at=start, last_dose_at=start + timedelta(days=2), lot="B12", item_id=item,
        lot_expires_on=ago(-90), meat_hours=240, veterinarian="Dr Vale",
        prescription_number="P-7",
    )  # fmt: skip
    barn.put(VaccineLog, animal_id=cow, vaccine="Bovilis", disease="BVD", given_at=now())
    book = make_report(barn.mirror, "medicine", month())
    asked = {
        "Official id": "UK700", "Product": "Orbenin", "Supplier": "Vet Supplies",
        "Quantity": "30 mL", "Reason": "Mastitis", "Days": "3", "Milk free": "none",
        "Eggs free": "none", "Vet, prescription": "Dr Vale, P-7",
    }  # fmt: skip
    assert {title: book.cell(0, title) for title in asked} == asked
    assert book.cell(0, "Batch").startswith("B12 ")
    assert book.cell(0, "Meat free")
    assert (book.cell(1, "Product"), book.cell(1, "Reason")) == ("Bovilis", "Vaccination: BVD")


def test_birds_that_were_sold_or_moved_stand_in_the_movement_book(barn: Barn) -> None:
    one, other = (barn.put(Flock, name=name, species_id=barn.species) for name in ("A", "B"))
    barn.put(PoultryBatch, flock_id=one, placed_on=ago(9), head_count=900)
    barn.put(PoultryBatch, flock_id=other, from_flock_id=one, placed_on=ago(5), head_count=100)
    barn.put(
        FarmProductSale, flock_id=one, sold_on=ago(3), head=800, product=FarmProduct.LIVE_ANIMALS,
        quantity=Decimal(800), unit=SaleUnit.HEAD, unit_price=Decimal(0), total=Decimal(0),
        customer="Butcher",
    )  # fmt: skip
    book = make_report(barn.mirror, "movements", month())
    assert [(row[1], row[2], row[4], row[5], row[6]) for row in book.rows] == [
        ("Placed", "A", "900", "", ""),
        ("Moved out", "A", "", "100", "B"),
        ("Moved in", "B", "100", "", "A"),
        ("Sold", "A", "", "800", "Butcher"),
    ]
