"""The reports of figures: every KPI for a period, flocks, births, hatches and money by month."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from fluffydesk.actions.conventions import Conventions, choose
from fluffydesk.figures import kpi
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm import LossKind, MilkingSession
from fluffydesk.records.enums.farm_resources import (
    FarmExpenseCategory,
    FarmProduct,
    FarmRevenueCategory,
    InventoryCategory,
    SaleUnit,
    StockMovement,
    StockUnit,
)
from fluffydesk.records.enums.organizations import FeedConversionBasis, ShownVolume
from fluffydesk.records.farm import (
    EggProductionLog,
    HatcheryRecord,
    LambingRecord,
    MilkProductionLog,
    MortalityLog,
    PoultryFeedLog,
    WeightLog,
)
from fluffydesk.records.farm_resources import (
    FarmExpense,
    FarmInventory,
    FarmProductSale,
    FarmRevenue,
    InventoryTransaction,
)
from fluffydesk.records.livestock import Flock, Livestock, LivestockSpecies, PoultryBatch
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.fields.texts import use_conventions
from fluffydesk.ui.screens.reporting.catalog import REPORTS, make_report
from fluffydesk.ui.screens.reporting.kpis import READ
from fluffydesk.ui.screens.reporting.paper import Printing, pdf_device
from fluffydesk.ui.screens.reporting.report import Period, Report
from fluffydesk.ui.screens.reporting.writing import csv_text

D = Decimal


def ago(days: int) -> date:
    return today() - timedelta(days=days)


class Barn:
    """A mirror that rows are put into."""

    def __init__(self, mirror: Mirror) -> None:
        self.mirror = mirror
        with mirror.read() as connection:
            species = LivestockSpecies.__table__.c
            self.species: dict[str, UUID] = dict(
                connection.execute(select(species.code, species.id)).all()
            )

    def put(self, record: type[Record], **values: Any) -> UUID:
        with self.mirror.unit("Put") as unit:
            return unit.insert(record, values)

    def animal(self, tag: str, code: str = "cattle", **values: Any) -> UUID:
        given = {"tag_number": tag, "species_id": self.species[code], "sex": Sex.FEMALE, **values}
        return self.put(Livestock, **given)

    def flock(self, name: str, placed: int, on: date, **values: Any) -> UUID:
        flock = self.put(Flock, name=name, species_id=self.species["chicken"], hatched_on=on)
        self.put(PoultryBatch, flock_id=flock, placed_on=on, head_count=placed, **values)
        return flock

    def choose(self, **values: Any) -> None:
        told = self.mirror.recall("organization")
        choose(self.mirror, UUID(told["id"]), values)

    def report(self, key: str, period: Period | None = None) -> Report:
        period = period or Period(ago(29), today())
        return make_report(self.mirror, key, period)

    def figure(self, one: kpi.Kpi) -> str:
        report = self.report("figures")
        place = [row[0] for row in report.rows].index(one.title)
        return report.cell(place, "Value")


@pytest.fixture
def barn(mirror: Mirror) -> Barn:
    return Barn(mirror)


def test_every_kpi_is_in_a_report_of_a_period(barn: Barn) -> None:
    assert READ.keys() == kpi.KPIS.keys()
    rows = barn.report("figures").rows
    assert [row[0] for row in rows] == [one.title for one in kpi.KPIS.values()]
    assert {row[1] for row in rows} == {kpi.NOT_ENOUGH}, "an empty farm knows none, and none is 0"
    assert all(row[4] and row[5] for row in rows)


def test_the_milk_figures_of_a_period(barn: Barn) -> None:
    calved = ago(305)
    cow = barn.animal("7", calved_on=calved, parity=2)
    for day, kg, fat, protein in ((10, 30, 4, "3.3"), (305, 20, 5, "3.3")):
        barn.put(
            MilkProductionLog, animal_id=cow, milked_on=calved + timedelta(days=day),
            session=MilkingSession.WHOLE_DAY, yield_kg=D(kg), fat_percent=D(fat),
            protein_percent=D(protein), days_in_milk=day, somatic_cells=200_000,
        )  # fmt: skip
    assert barn.figure(kpi.LACTATION_YIELD) == "7,675"
    assert barn.figure(kpi.LACTATION_FAT) == "336.5"
    assert barn.figure(kpi.DAYS_IN_MILK) == "305"
    barn.choose(calving_day=1)
    assert barn.figure(kpi.DAYS_IN_MILK) == "306"
    assert "Days in milk: the day of calving is day 1" in barn.report("lactations").subtitle
    assert barn.report("lactations").cell(0, "In milk") == "306"
    assert barn.figure(kpi.FAT_CORRECTED) == "23.0"
    assert barn.figure(kpi.CELL_SCORE) == "4.0"
    assert barn.figure(kpi.MILK_PER_COW) == "20.0"
    with barn.mirror.apply() as connection:  # another PC corrects her card, and not our milkings
        connection.exec_driver_sql("update livestock set calved_on = date(calved_on, '-10 days')")
    assert barn.figure(kpi.LACTATION_YIELD) == "7,773", "30 and 20 kg on days 20 and 315"


def test_a_flock_that_was_sold_out_by_each_basis_of_feed_conversion(barn: Barn) -> None:
    flock = barn.flock("Broilers", 1000, ago(44), weight_kg=D(40))
    barn.put(MortalityLog, flock_id=flock, died_on=ago(20), head_count=50, weight_kg=D(20))
    barn.put(PoultryFeedLog, flock_id=flock, fed_on=ago(9), feed="Grower", quantity_kg=D("3304.1"))
    barn.put(
        FarmProductSale, flock_id=flock, sold_on=today(), head=950, weight_kg=D("1757.5"),
        product=FarmProduct.LIVE_ANIMALS, quantity=D(950), unit=SaleUnit.HEAD,
        unit_price=D(0), total=D(0),
    )  # fmt: skip
    sold = barn.report("fattened")
    assert sold.rows[0][3:9] == ("1,000", "950", "1,757.5", "1.850", "44.0", "95.0")
    assert sold.cell(0, "Feed conversion") == "1.880"
    assert sold.cell(0, kpi.EPEF.title) == barn.figure(kpi.EPEF) == "212"
    assert barn.figure(kpi.MORTALITY) == "5.0"
    assert barn.figure(kpi.LIVABILITY) == "95.0"
    barn.choose(feed_conversion_basis=FeedConversionBasis.GAIN)
    assert barn.figure(kpi.FEED_CONVERSION) == "1.924"
    barn.choose(feed_conversion_basis=FeedConversionBasis.GAIN_WITH_DEAD)
    assert barn.figure(kpi.FEED_CONVERSION) == "1.902"
    assert "less the weight placed, and with that of the dead" in " ".join(
        barn.report("fattened").subtitle
    )


def test_without_the_weight_placed_the_gain_is_not_known_and_it_is_said(barn: Barn) -> None:
    flock = barn.flock("Broilers", 100, ago(40))
    barn.put(PoultryFeedLog, flock_id=flock, fed_on=ago(9), feed="Grower", quantity_kg=D(300))
    barn.put(
        FarmProductSale, flock_id=flock, sold_on=ago(1), head=100, weight_kg=D(200),
        product=FarmProduct.LIVE_ANIMALS, quantity=D(100), unit=SaleUnit.HEAD,
        unit_price=D(0), total=D(0),
    )  # fmt: skip
    assert barn.report("fattened").cell(0, "Feed conversion") == "1.500"
    barn.choose(feed_conversion_basis=FeedConversionBasis.GAIN)
    report = barn.report("fattened")
    assert report.cell(0, "Feed conversion") == kpi.NOT_ENOUGH
    assert report.cell(0, "Missing").startswith("Not every placement has its weight")


def test_culled_sold_and_moved_birds_did_not_die(barn: Barn) -> None:
    first, second = barn.flock("A", 1000, ago(60)), barn.flock("B", 1000, ago(60))
    for kind, head in ((LossKind.DIED, 8), (LossKind.PREDATOR, 2), (LossKind.CULLED, 40)):
        barn.put(MortalityLog, flock_id=first, died_on=ago(5), head_count=head, kind=kind)
    barn.put(PoultryBatch, flock_id=second, from_flock_id=first, placed_on=ago(4), head_count=150)
    rows = {row[0]: row for row in barn.report("mortality").rows}
    assert rows["A"][2:] == ("1,000", "0", "10", "40", "800", "1.0", "99.0", "1.0")
    assert rows["B"][2:] == ("1,000", "150", "0", "0", "1,150", "0.0", "100.0", "0.0")
    laid = {row[0]: row for row in barn.report("flocks").rows}
    assert laid["A"][7] == rows["A"][7]


def test_laying_egg_weight_and_feed_of_a_flock(barn: Barn) -> None:
    flock = barn.flock("A", 100, ago(200))
    for days, kg in ((1, D("5.4")), (2, None)):
        barn.put(EggProductionLog, flock_id=flock, collected_on=ago(days), total=90, weight_kg=kg)
        barn.put(PoultryFeedLog, flock_id=flock, fed_on=ago(days), feed="Mash", quantity_kg=D(12))
    report = barn.report("flocks", Period(ago(2), ago(1)))
    assert report.rows[0][3:] == (
        "180", "90.0", "90.0", "60.0", "0.0", "24.0", "120",
    )  # fmt: skip
    assert report.sums[0][3:] == report.rows[0][3:]


def test_births_and_hatches(barn: Barn) -> None:
    ewe, other = barn.animal("1", "sheep"), barn.animal("2", "sheep")
    for dam, alive in ((ewe, 2), (other, 1)):
        barn.put(LambingRecord, dam_id=dam, lambed_on=ago(3), born_alive=alive, stillborn=0)
    report = barn.report("lambing")
    assert len(report.rows) == 2
    assert report.sum("Sheep: 2 births", "Lambing") == barn.figure(kpi.LAMBING) == "150"
    barn.put(
        HatcheryRecord, species_id=barn.species["chicken"], set_on=ago(24), eggs_set=2000,
        infertile=93, hatched_on=ago(3), hatched=1728,
    )  # fmt: skip
    hatches = barn.report("hatchery")
    figures = (kpi.FERTILITY, kpi.HATCH_OF_FERTILE, kpi.HATCH_OF_SET)
    assert hatches.rows[0][7:10] == ("95.35", "90.6", "86.4")
    assert tuple(hatches.sum("Sum", one.title) for one in figures) == hatches.rows[0][7:10]
    assert tuple(map(barn.figure, figures)) == hatches.rows[0][7:10]


def test_gain_weaning_weight_inbreeding_and_feed_cover(barn: Barn) -> None:
    sire = barn.animal("B", sex=Sex.MALE)
    dam = barn.animal("D", sire_id=sire)
    calf = barn.animal("C", birth_date=ago(210), sire_id=sire, dam_id=dam)
    barn.put(WeightLog, animal_id=calf, weighed_on=ago(210), weight_kg=D(95))
    barn.put(WeightLog, animal_id=calf, weighed_on=ago(10), weight_kg=D(700))
    barn.put(WeightLog, animal_id=calf, weighed_on=today(), weight_kg=D(710))
    assert barn.figure(kpi.DAILY_GAIN) == barn.report("gains").sums[0][-1] == "1.000"
    # At 200 and at 210 days: both are five days from 205, the first one stands.
    assert barn.figure(kpi.WEIGHT_205) == "715.13"
    barn.animal("Y", birth_date=ago(3), sire_id=sire, dam_id=dam)
    assert barn.figure(kpi.INBREEDING) == "25.00"
    feed = barn.put(
        FarmInventory, name="Mash", category=InventoryCategory.FEED, unit=StockUnit.KILOGRAM,
        daily_use=D("48.3"),
    )  # fmt: skip
    barn.put(
        InventoryTransaction, item_id=feed, moved_on=ago(2), movement=StockMovement.RECEIPT,
        quantity=D(1850),
    )  # fmt: skip
    assert barn.figure(kpi.FEED_COVER) == "38.3"


def test_money_by_month_is_of_whole_months_and_by_the_farms_volume(barn: Barn) -> None:
    first = today().replace(day=1)
    cow = barn.animal("7", arrived_on=ago(400))
    barn.put(
        MilkProductionLog, animal_id=cow, milked_on=first, session=MilkingSession.WHOLE_DAY,
        yield_kg=D(103),
    )  # fmt: skip
    barn.put(
        FarmRevenue, earned_on=first, category=FarmRevenueCategory.MILK, description="Milk",
        amount=D(60), tax=D(10),
    )  # fmt: skip
    barn.put(
        FarmExpense, spent_on=first, category=FarmExpenseCategory.FEED, description="Hay",
        amount=D(20), tax=D(0),
    )  # fmt: skip
    report = barn.report("money", Period(first, today()))
    assert report.rows[0][1:] == ("50.00", "20.00", "30.00", "30.00", "20.00", "0.2000", "0.5000")
    assert report.sum("Sum", "Result") == "30.00"
    assert report.columns[1].heading.startswith("Revenues, ")
    use_conventions(Conventions(volume_unit=ShownVolume.US_GALLON))
    try:
        gallons = barn.report("money", Period(first, today()))
    finally:
        use_conventions(Conventions())
    assert gallons.cell(0, "Milk, per gal (US)") == "1.8927"
    said = "Revenues of milk / gal (US) milked in the month, at 1.03 kg/L."
    assert f"Milk, per gal (US): {said}" in gallons.notes
    assert not [note for note in gallons.notes if "litre" in note]


def test_the_same_figure_is_the_same_string_in_every_report_paper_and_file(
    sample_farm: Mirror, tmp_path: Path, qtbot: object
) -> None:
    period = Period(ago(30), ago(1))
    made = {kind.key: make_report(sample_farm, kind.key, period) for kind in REPORTS}
    every = {row[0]: row[1] for row in made["figures"].rows}
    key = {row[0]: row[1] for row in made["key-figures"].rows}
    flocks, lived = made["flocks"], made["mortality"]
    assert every[kpi.HEN_DAY.title] == key["Hen-day"]
    assert every[kpi.HEN_DAY.title] == made["eggs"].sum("Mean a day", "Hen-day")
    assert every[kpi.MILK_PER_COW.title] == key["Milk a cow and day"]
    assert every[kpi.MILK_PER_COW.title] == made["milk"].sum("Mean a day", "Per cow")
    assert every[kpi.MORTALITY.title] == flocks.sum("Sum", kpi.MORTALITY.title)
    assert every[kpi.MORTALITY.title] == lived.sum("Sum", kpi.MORTALITY.title)
    assert every[kpi.LIVABILITY.title] == lived.sum("Sum", kpi.LIVABILITY.title)
    assert every[kpi.HEN_HOUSED.title] == flocks.sum("Sum", kpi.HEN_HOUSED.title)
    assert every[kpi.FEED_PER_BIRD.title] == flocks.sum("Sum", kpi.FEED_PER_BIRD.title)
    assert every[kpi.DAILY_GAIN.title] == made["gains"].sums[0][-1]
    written = {
        row[0]: row[1] for row in csv.reader(io.StringIO(csv_text(made["figures"]))) if row[1:]
    }
    printing = Printing(made["figures"], pdf_device(made["figures"], tmp_path / "all.pdf"))
    printing.step(printing.total)
    drawn = {text for page in range(printing.total) for text in printing.paper.texts(page)}
    assert all(written[title] == text and text in drawn for title, text in every.items())
    known = [title for title, text in every.items() if text != kpi.NOT_ENOUGH]
    assert len(known) >= 12, known


@pytest.mark.parametrize(
    ("key", "words", "titles"),
    [
        ("milk", "Sum", ("Milk",)),
        ("eggs", "Sum", ("Eggs",)),
        ("feed", "Sum", ("Groups", "Flocks", "Feed")),
        ("mortality", "Sum", ("Came", "Died", "Culled")),
        ("movements", "Sum", ("In", "Out")),
        ("losses", "Sum", ("Head",)),
    ],
)
def test_two_parts_of_a_period_add_up_to_the_whole(
    sample_farm: Mirror, key: str, words: str, titles: tuple[str, ...]
) -> None:
    """Additivity, through the reports, at any place where the period is cut."""
    first, last = ago(40), ago(1)
    whole = make_report(sample_farm, key, Period(first, last))
    for cut in (ago(40), ago(23), ago(2)):
        parts = [
            make_report(sample_farm, key, one)
            for one in (Period(first, cut), Period(cut + timedelta(days=1), last))
        ]
        for title in titles:
            told = [D(part.sum(words, title).replace(",", "") or 0) for part in parts]
            assert sum(told) == D(whole.sum(words, title).replace(",", "") or 0), (title, cut)
