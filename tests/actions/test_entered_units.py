"""Rule 24: kg, L and eggs are kept with the unit they were entered in; feed and its store."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.actions.eggs import record_egg_round
from fluffydesk.actions.feeding import record_feeding, take_back_feeding
from fluffydesk.actions.milking import record_milking
from fluffydesk.actions.saving import add, change, parse, remove
from fluffydesk.actions.stock import balance, move_stock
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.kpi import rounded
from fluffydesk.figures.units import as_entered, convert
from fluffydesk.records.enums.farm import EggRound, EggUnit, MassUnit, MilkingSession, MilkUnit
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm import (
    EggProductionLog,
    EggStorage,
    FeedLog,
    MilkProductionLog,
    MilkStorageLog,
    PoultryFeedLog,
)
from fluffydesk.records.farm_resources import InventoryTransaction
from fluffydesk.records.livestock import LivestockBatch
from fluffydesk.records.vocabulary import Record, entered_column
from fluffydesk.ui.fields.texts import entered_text
from fluffydesk.ui.record_history import read_story
from tests.actions.barn import Barn, days_ago, today

LB, KG = MassUnit.POUND, MassUnit.KILOGRAM


@pytest.fixture
def group(barn: Barn) -> UUID:
    return add(barn.mirror, LivestockBatch, {"name": "High yielders"})[0]


@given(st.integers(0, 10_000), st.sampled_from(["lb", "oz", "t"]), st.sampled_from([1, 2]))
def test_what_was_typed_is_told_again(tenths: int, unit: str, places: int) -> None:
    typed = Decimal(tenths) / 10
    kept = rounded(convert(typed, unit, "kg"), places)
    told = as_entered(kept, "kg", unit, places)
    assert rounded(convert(told, unit, "kg"), places) == kept
    assert -told.as_tuple().exponent <= 1 or told == kept  # type: ignore[operator]


def test_a_hundred_pounds_are_not_a_hundred_and_a_bit() -> None:
    assert as_entered(Decimal("45.4"), "kg", "lb", 1) == 100
    assert as_entered(Decimal("20.55"), "kg", "lb", 2) == Decimal("45.3")
    with pytest.raises(ValueError, match="cannot be told"):
        as_entered(Decimal(1), "L", "kg", 1)


def test_rule_24_milkings_feedings_and_egg_rounds_keep_the_unit(barn: Barn, group: UUID) -> None:
    milked = (barn.mirror, barn.cow, today(), MilkingSession.MORNING)
    record_milking(*milked, Decimal("20.55"), LB)
    record_feeding(barn.mirror, FeedLog, group, today(), "Hay", Decimal("45.4"), entered_unit=LB)
    flock = (barn.mirror, PoultryFeedLog, barn.flock, today(), "Mash")
    record_feeding(*flock, Decimal("22.7"), entered_unit=LB)
    laid = (barn.mirror, barn.flock, today(), EggRound.MORNING)
    record_egg_round(*laid, total=150, entered_unit=EggUnit.FLAT)
    records = (MilkProductionLog, FeedLog, PoultryFeedLog, EggProductionLog)
    rows = {record: barn.rows(record)[0] for record in records}
    assert [rows[record].entered_unit for record in records] == [LB, LB, LB, EggUnit.FLAT]
    said = [read_story(barn.mirror, one.__tablename__, rows[one].id).entered for one in records]
    assert said == [f"Entered as {text}" for text in ("45.3 lb", "100 lb", "50 lb", "5 flats")]
    record_milking(*milked, Decimal(21))  # corrected, in kg
    record_feeding(barn.mirror, FeedLog, group, today(), "Hay", Decimal(40))
    record_egg_round(*laid, total=140)
    units = [barn.rows(one)[0].entered_unit for one in (MilkProductionLog, FeedLog)]
    assert units == [KG, KG]
    assert barn.rows(EggProductionLog)[0].entered_unit == EggUnit.EGG
    assert read_story(barn.mirror, "feed_logs", rows[FeedLog].id).entered == ""


def test_rule_24_each_entered_unit_stands_behind_its_quantity() -> None:
    named = {
        record.__tablename__: column.name
        for record in (MilkProductionLog, EggProductionLog, FeedLog, PoultryFeedLog)
        if (column := entered_column(record)) is not None
    }
    assert named == {
        "milk_production_logs": "yield_kg",
        "egg_production_logs": "total",
        "feed_logs": "quantity_kg",
        "poultry_feed_logs": "quantity_kg",
    }
    assert entered_column(LivestockBatch) is None


@pytest.mark.parametrize(
    ("record", "texts", "kept", "unit"),
    [
        (FeedLog, {"quantity_kg": "100 lb"}, Decimal("45.4"), LB),
        (FeedLog, {"quantity_kg": "1,5 t"}, Decimal(1500), MassUnit.TONNE),
        (MilkProductionLog, {"yield_kg": "45.3lb"}, Decimal("20.55"), LB),
        (EggProductionLog, {"total": "5 flats"}, 150, EggUnit.FLAT),
        (MilkStorageLog, {"litres": "100 gal_us"}, Decimal("378.5"), MilkUnit.US_GALLON),
        (EggStorage, {"eggs": "2 dozen"}, 24, EggUnit.DOZEN),
    ],
)
def test_rule_24_a_command_takes_the_unit_that_is_typed(
    record: type[Record], texts: dict[str, str], kept: Decimal | int, unit: str
) -> None:
    (name,) = texts
    assert parse(record, texts) == {name: kept, "entered_unit": unit}


def test_the_kept_unit_and_nonsense_are_read_as_before() -> None:
    assert parse(FeedLog, {"quantity_kg": "45 kg"}) == {"quantity_kg": Decimal(45)}
    assert parse(EggProductionLog, {"total": "12 eggs"}) == {"total": 12}
    for text in ("45 L", "5 stone", "lb"):
        with pytest.raises(InvalidValue, match="must be a number"):
            parse(FeedLog, {"quantity_kg": text})
    with pytest.raises(InvalidValue, match="must be a whole number"):
        parse(EggProductionLog, {"total": "0.1 dozen"})


def test_a_row_of_a_newer_central_or_of_weighed_milk_is_told_without_a_number() -> None:
    litres, eggs = entered_column(MilkStorageLog), entered_column(EggProductionLog)
    assert litres is not None
    assert eggs is not None
    assert entered_text(litres, Decimal(103), MilkUnit.KILOGRAM) == "Entered in kg"
    assert entered_text(litres, Decimal(103), MilkUnit.LITRE) == ""
    assert entered_text(eggs, 125, EggUnit.FLAT) == "Entered in flats"


def left(barn: Barn) -> Decimal:
    with barn.mirror.read() as connection:
        return balance(connection, barn.mash)


def test_rule_13_what_was_fed_is_tied_to_the_ledger_whatever_it_is_called(
    barn: Barn, group: UUID
) -> None:
    move_stock(barn.mirror, barn.mash, StockMovement.RECEIPT, Decimal(1000), days_ago(9))
    fed = (barn.mirror, FeedLog, group, today(), "Layer mash")
    record_feeding(*fed, Decimal(100), item_id=barn.mash)
    (row,) = barn.rows(FeedLog)
    used = [one for one in barn.rows(InventoryTransaction) if one.movement == StockMovement.USE]
    assert [one.feed_log_id for one in used] == [row.id]
    # Neither its words nor the group's name are what ties it.
    change(barn.mirror, InventoryTransaction, used[0].id, {"reason": "Fed in the morning"})
    change(barn.mirror, LivestockBatch, group, {"name": "Low yielders"})
    record_feeding(*fed, Decimal(90), item_id=barn.mash)
    assert left(barn) == 910
    by_hand = {"item_id": barn.mash, "moved_on": today(), "movement": StockMovement.USE}
    said = {"quantity": Decimal(-5), "reason": "Layer mash fed to Low yielders"}
    add(barn.mirror, InventoryTransaction, {**by_hand, **said})
    take_back_feeding(*fed)
    assert left(barn) == 995  # what was posted by hand stays


def test_rule_13_a_feeding_that_is_deleted_anywhere_gives_its_feed_back(
    barn: Barn, group: UUID
) -> None:
    move_stock(barn.mirror, barn.mash, StockMovement.RECEIPT, Decimal(1000), days_ago(9))
    record_feeding(
        barn.mirror, FeedLog, group, today(), "Layer mash", Decimal(100), item_id=barn.mash
    )
    remove(barn.mirror, FeedLog, barn.rows(FeedLog)[0].id)
    assert left(barn) == 1000
    assert len(barn.rows(InventoryTransaction)) == 1
