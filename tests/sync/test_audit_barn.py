"""One thing done on two PCs apart: it is there once, or somebody is told."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from fluffydesk.actions.feeding import fed, record_feeding, take_back_feeding
from fluffydesk.actions.sales import Deal, sell_animals, undo_sale
from fluffydesk.actions.stock import balance, move_stock
from fluffydesk.actions.treatments import treat, void_treatments
from fluffydesk.records.enums.farm_resources import (
    FarmProduct,
    InventoryCategory,
    SaleUnit,
    StockMovement,
    StockUnit,
)
from fluffydesk.records.enums.medical import DoseUnit
from fluffydesk.records.farm import FeedLog
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.livestock import LivestockBatch
from tests.sync.farms import Farm
from tests.sync.pairs import Pair, ago


@pytest.fixture(scope="module")
def pair(shared_central: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    farm = Farm(shared_central, tmp_path_factory.mktemp("audited"))
    yield Pair(farm)
    farm.close()


def test_a_course_voided_on_both_pcs_gives_its_drug_back_once_rule_17(pair: Pair) -> None:
    item = pair.add(
        FarmInventory,
        name="Penicillin",
        category=InventoryCategory.MEDICINE,
        unit=StockUnit.LITRE,
    )
    receipt = (StockMovement.RECEIPT, Decimal("0.5"), ago(30))
    move_stock(pair.barn.mirror, item, *receipt, lot="A1")
    course = {"animal_id": pair.cow(), "reason": "Lame", "product": "Penicillin", "lot": "A1"}
    dose = {"dose": Decimal(20), "dose_unit": DoseUnit.MILLILITRE, "item_id": item}
    row, _ = treat(pair.barn.mirror, {**course, **dose})
    pair.sync()
    with pair.apart() as both:
        for mirror in both:
            void_treatments(mirror, [row], "not given")
    for desk in (pair.barn, pair.office):
        with desk.mirror.read() as connection:
            assert balance(connection, item) == Decimal("0.5")
        assert (desk.quarantine(), desk.conflicts()) == ([], [])


def test_an_animal_sold_on_both_pcs_is_told_and_one_sale_undone_rule_4(pair: Pair) -> None:
    cow = pair.cow()
    price = (Decimal(1), SaleUnit.HEAD, Decimal(900), ago(0))
    deal = Deal(FarmProduct.LIVE_ANIMALS, *price, customer="Jo Field")
    sales = []
    with pair.apart() as both:
        for mirror in both:
            sales += sell_animals(mirror, deal, [cow])[0]
    [finding] = pair.found(cow)
    assert (finding.rule, finding.message.endswith("was sold 2 times.")) == (4, True)
    assert {one.id for one in finding.entries} == set(sales)
    undo_sale(pair.office.mirror, sales[1])
    pair.sync()
    assert pair.found(cow) == []
    row = pair.barn.row("livestock", cow)
    assert row is not None
    assert row["status"] == "sold"


def test_feed_written_on_both_pcs_is_corrected_as_the_one_line_it_is_shown_as(pair: Pair) -> None:
    item = pair.add(
        FarmInventory, name="Hay", category=InventoryCategory.FEED, unit=StockUnit.KILOGRAM
    )
    move_stock(pair.barn.mirror, item, StockMovement.RECEIPT, Decimal(1000), ago(30))
    batch = pair.add(LivestockBatch, name="Heifers")
    line = (FeedLog, batch, ago(0), "Hay")
    with pair.apart() as both:
        for mirror, kg in zip(both, (100, 90), strict=True):
            record_feeding(mirror, *line, Decimal(kg), item_id=item)
    mirror = pair.barn.mirror

    def now() -> tuple[Decimal, list[Decimal]]:
        with mirror.read() as connection:
            rows = fed(connection, *line)
            return balance(connection, item), sorted(row.quantity_kg for row in rows)

    assert now() == (Decimal(810), [Decimal(90), Decimal(100)])
    record_feeding(mirror, *line, Decimal(150), item_id=item)
    assert now() == (Decimal(850), [Decimal(150)])
    take_back_feeding(mirror, *line)
    assert now() == (Decimal(1000), [])
    pair.sync()
