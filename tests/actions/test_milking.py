from __future__ import annotations

from decimal import Decimal

import pytest

from fluffydesk.actions.milking import record_milking, take_back_milking
from fluffydesk.actions.saving import change
from fluffydesk.actions.weighing import weigh
from fluffydesk.errors import InvalidValue, NotFound, Refusal
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import MilkProductionLog, WeightLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import new_id
from tests.actions.barn import Barn, days_ago, today

MORNING, EVENING = MilkingSession.MORNING, MilkingSession.EVENING


def test_a_milking_knows_its_lactation(barn: Barn) -> None:
    changes = record_milking(barn.mirror, barn.cow, today(), MORNING, Decimal("12.4"))
    (row,) = barn.rows(MilkProductionLog)
    assert changes["milk_production_logs"] == {row.id}
    assert (row.yield_kg, row.session, row.days_in_milk, row.parity) == (
        Decimal("12.40"),
        MORNING,
        100,
        2,
    )


def test_typing_again_changes_the_same_row_and_each_save_is_a_unit(barn: Barn) -> None:
    before = len(barn.units())
    record_milking(barn.mirror, barn.cow, today(), MORNING, Decimal("12.4"))
    record_milking(barn.mirror, barn.cow, today(), MORNING, Decimal("21.4"))
    record_milking(barn.mirror, barn.cow, today(), EVENING, Decimal("9"))
    kg = {row.session: row.yield_kg for row in barn.rows(MilkProductionLog)}
    assert kg == {MORNING: Decimal("21.4"), EVENING: Decimal("9")}
    assert barn.units()[before:] == ["Milking"] * 3


def test_taking_back_removes_the_row_and_is_harmless_twice(barn: Barn) -> None:
    record_milking(barn.mirror, barn.cow, today(), MORNING, Decimal("12.4"))
    assert take_back_milking(barn.mirror, barn.cow, today(), MORNING)
    assert barn.rows(MilkProductionLog) == []
    assert not take_back_milking(barn.mirror, barn.cow, today(), MORNING)


@pytest.mark.parametrize("kg", ["-0.1", "120.01", "12.345"])
def test_a_yield_that_cannot_be_is_refused(barn: Barn, kg: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        record_milking(barn.mirror, barn.cow, today(), MORNING, Decimal(kg))
    assert refused.value.field == "yield_kg"
    assert barn.rows(MilkProductionLog) == []


def test_the_future_is_refused(barn: Barn) -> None:
    with pytest.raises(InvalidValue) as refused:
        record_milking(barn.mirror, barn.cow, days_ago(-1), MORNING, Decimal(12))
    assert refused.value.field == "milked_on"


def test_milk_comes_from_females_in_lactation_on_the_farm(barn: Barn) -> None:
    def milk(animal: object, days: int = 0) -> None:
        record_milking(barn.mirror, animal, days_ago(days), MORNING, Decimal(10))  # type: ignore[arg-type]

    with pytest.raises(Refusal, match="male"):
        milk(barn.bull)
    with pytest.raises(NotFound):
        milk(new_id())
    with pytest.raises(Refusal, match="not born"):
        milk(barn.cow, 1501)
    change(barn.mirror, Livestock, barn.cow, {"dried_off_on": days_ago(5)})
    with pytest.raises(Refusal, match="dry since"):
        milk(barn.cow)
    milk(barn.cow, 5)
    change(barn.mirror, Livestock, barn.cow, {"dried_off_on": None, "calved_on": None})
    with pytest.raises(Refusal, match="no calving"):
        milk(barn.cow)
    change(
        barn.mirror,
        Livestock,
        barn.cow,
        {"calved_on": days_ago(100), "status": LivestockStatus.SOLD, "left_on": days_ago(3)},
    )
    with pytest.raises(Refusal, match="had left"):
        milk(barn.cow)
    milk(barn.cow, 3)
    assert len(barn.rows(MilkProductionLog)) == 2


def test_the_newest_weight_stands_on_the_card(barn: Barn) -> None:
    weigh(barn.mirror, barn.cow, days_ago(1), Decimal("651.5"))
    weigh(barn.mirror, barn.cow, days_ago(30), Decimal("612"))
    weights = {row.id: row.weight_kg for row in barn.rows(Livestock)}
    assert weights[barn.cow] == Decimal("651.5")
    assert len(barn.rows(WeightLog)) == 2
    assert barn.units()[-2:] == ["Weighing", "Weighing"]


def test_nothing_is_weighed_before_birth_or_after_leaving(barn: Barn) -> None:
    with pytest.raises(InvalidValue, match="was born") as refused:
        weigh(barn.mirror, barn.cow, days_ago(1501), Decimal(40))
    assert refused.value.field == "weighed_on"
    gone = {"status": LivestockStatus.DEAD, "left_on": days_ago(3)}
    change(barn.mirror, Livestock, barn.cow, gone)
    with pytest.raises(InvalidValue, match="left on"):
        weigh(barn.mirror, barn.cow, days_ago(2), Decimal(600))
    with pytest.raises(InvalidValue, match="2000"):
        weigh(barn.mirror, barn.cow, days_ago(4), Decimal(2001))
    assert barn.rows(WeightLog) == []
