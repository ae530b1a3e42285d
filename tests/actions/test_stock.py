from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluffydesk.actions import saving
from fluffydesk.actions.rules import disposals
from fluffydesk.actions.stock import balance, move_stock
from fluffydesk.errors import InvalidValue, NotFound
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm import EggStorage, MilkStorageLog, WoolStorage
from fluffydesk.records.farm_resources import InventoryTransaction
from fluffydesk.records.types import new_id
from tests.actions.barn import Barn, days_ago, today

RECEIPT, USE = StockMovement.RECEIPT, StockMovement.USE
DISPOSAL, STOCKTAKE = StockMovement.DISPOSAL, StockMovement.STOCKTAKE


def left(barn: Barn) -> Decimal:
    with barn.mirror.read() as connection:
        return balance(connection, barn.mash)


def move(barn: Barn, movement: StockMovement, quantity: str, days: int = 0) -> None:
    why = {"reason": "Spoilt"} if movement is DISPOSAL else {}
    move_stock(barn.mirror, barn.mash, movement, Decimal(quantity), days_ago(days), **why)


def test_the_four_verbs_sum_up_to_the_balance(barn: Barn) -> None:
    assert left(barn) == 0
    move(barn, RECEIPT, "6000", 9)
    move(barn, USE, "373.5", 8)
    move(barn, DISPOSAL, "26.5", 7)
    assert left(barn) == Decimal("5600")
    move(barn, STOCKTAKE, "5580.25", 6)
    assert left(barn) == Decimal("5580.25")
    quantities = [row.quantity for row in barn.rows(InventoryTransaction)]
    assert sorted(quantities) == [
        Decimal("-373.5"),
        Decimal("-26.5"),
        Decimal("-19.75"),
        Decimal(6000),
    ]


def test_a_count_that_agrees_is_written_down_too(barn: Barn) -> None:
    move(barn, RECEIPT, "10")
    move(barn, STOCKTAKE, "10")
    assert [row.quantity for row in barn.rows(InventoryTransaction)][-1] == 0


def test_more_than_there_is_is_refused_in_words(barn: Barn) -> None:
    move(barn, RECEIPT, "100")
    for movement in (USE, DISPOSAL):
        with pytest.raises(InvalidValue, match="Only 100 kg of Layer mash") as refused:
            move(barn, movement, "100.001")
        assert refused.value.field == "quantity"
    move(barn, USE, "100")
    assert left(barn) == 0


def test_the_balance_is_not_negative_on_any_later_day(barn: Barn) -> None:
    move(barn, RECEIPT, "100", 10)
    move(barn, USE, "90", 2)
    with pytest.raises(InvalidValue, match="Only 10 kg"):
        move(barn, USE, "11", 5)
    with pytest.raises(InvalidValue, match="Only 0 kg"):
        move(barn, USE, "1", 11)
    with pytest.raises(InvalidValue):
        move(barn, STOCKTAKE, "50", 5)  # 50 then, but 90 were used since
    move(barn, USE, "10", 5)


@pytest.mark.parametrize("movement", [RECEIPT, USE, DISPOSAL])
@pytest.mark.parametrize("quantity", ["0", "-5"])
def test_the_verb_gives_the_sign(barn: Barn, movement: StockMovement, quantity: str) -> None:
    with pytest.raises(InvalidValue, match="more than zero"):
        move(barn, movement, quantity)


def test_an_item_that_is_gone_is_named(barn: Barn) -> None:
    with pytest.raises(NotFound):
        move_stock(barn.mirror, new_id(), RECEIPT, Decimal(1), today())


moves = st.tuples(
    st.sampled_from(list(StockMovement)),
    st.decimals(0, 50, places=1),
    st.integers(0, 5),
)


@settings(max_examples=25)
@given(st.lists(moves, max_size=8))
def test_no_day_ever_ends_below_zero(
    barn: Barn, entered: list[tuple[StockMovement, Decimal, int]]
) -> None:
    for movement, quantity, days in entered:
        try:
            move_stock(barn.mirror, barn.mash, movement, quantity, days_ago(days))
        except InvalidValue as refused:
            assert refused.message  # noqa: PT017 - refusing is half of what is tested
    with barn.mirror.read() as connection:
        ends = [balance(connection, barn.mash, today() - timedelta(days=n)) for n in range(7)]
    assert min(ends) >= 0


def test_rule_13_what_is_thrown_away_says_why_in_every_store(barn: Barn) -> None:
    move(barn, RECEIPT, "10")
    with pytest.raises(InvalidValue, match="Why it was thrown away") as refused:
        move_stock(barn.mirror, barn.mash, DISPOSAL, Decimal(1), today(), reason="  ")
    assert refused.value.field == "reason"
    row = {"item_id": barn.mash, "movement": DISPOSAL, "quantity": Decimal(-1)}
    with pytest.raises(InvalidValue, match="Why it was thrown away"):
        saving.add(barn.mirror, InventoryTransaction, row)
    assert left(barn) == 10
    assert disposals.RULES.keys() == {InventoryTransaction, MilkStorageLog, EggStorage, WoolStorage}
