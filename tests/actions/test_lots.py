"""Lots: which is used first, what is left of each, and how a drug is taken from one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.actions import saving
from fluffydesk.actions.stock import balance, lots, move_stock, take_from_lot
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.ledger import Lot, in_order, lots_left, worst_shortage
from fluffydesk.records.enums.farm_resources import StockMovement, StockUnit
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from tests.actions.barn import Barn, days_ago, today

SOON, LATER = today() + timedelta(days=20), today() + timedelta(days=300)


@pytest.fixture
def drug(barn: Barn) -> UUID:
    """Return a drug with 100 mL of lot LATE, and then 50 mL of lot SOON."""
    item, _ = saving.add(
        barn.mirror, FarmInventory, {"name": "Amoxicillin", "unit": StockUnit.COUNT}
    )
    receive(barn, item, "100", "LATE", LATER, 9)
    receive(barn, item, "50", "SOON", SOON, 8)
    return item


def receive(barn: Barn, item: UUID, much: str, lot: str, ends: date, days: int) -> None:
    move_stock(
        barn.mirror,
        item,
        StockMovement.RECEIPT,
        Decimal(much),
        days_ago(days),
        lot=lot,
        expires_on=ends,
    )


def take(barn: Barn, item: UUID, lot: str | None, much: str, on: date | None = None) -> None:
    with barn.mirror.unit("Treatment") as unit:
        take_from_lot(unit, item, lot, Decimal(much), on or today(), "Mastitis")


def left(barn: Barn, item: UUID) -> list[tuple[str | None, Decimal]]:
    with barn.mirror.read() as connection:
        return [(lot.name, lot.left) for lot in lots(connection, item)]


def test_rule_17_what_is_given_is_taken_from_that_lot(barn: Barn, drug: UUID) -> None:
    take(barn, drug, "LATE", "30")
    assert left(barn, drug) == [("SOON", 50), ("LATE", 70)]
    used = barn.rows(InventoryTransaction)[-1]
    assert (used.lot, used.quantity, used.reason) == ("LATE", -30, "Mastitis")


def test_rule_13_a_lot_gives_no_more_than_it_holds(barn: Barn, drug: UUID) -> None:
    with pytest.raises(InvalidValue, match="Only 50 pieces of Amoxicillin, lot SOON,") as refused:
        take(barn, drug, "SOON", "51")
    assert refused.value.field == "quantity"
    with pytest.raises(InvalidValue, match="nothing of lot TYPO") as refused:
        take(barn, drug, "TYPO", "1")
    assert "SOON, LATE" in refused.value.advice
    assert len(barn.rows(InventoryTransaction)) == 2


def test_rule_17_an_expired_lot_is_not_used_but_disposed_of(barn: Barn, drug: UUID) -> None:
    receive(barn, drug, "10", "OLD", days_ago(1), 30)
    for give in (
        lambda: take(barn, drug, "OLD", "1"),
        lambda: move_stock(
            barn.mirror,
            drug,
            StockMovement.USE,
            Decimal(1),
            today(),
            lot="OLD",
            reason="Expired",
        ),
        lambda: saving.add(
            barn.mirror,
            InventoryTransaction,
            {
                "item_id": drug,
                "movement": StockMovement.USE,
                "quantity": Decimal(-1),
                "lot": "OLD",
            },
        ),
    ):
        assert_refused(give)
    take(barn, drug, "OLD", "1", days_ago(1))  # it could be used until the day it expired
    gone = {"lot": "OLD", "reason": "Expired"}
    move_stock(barn.mirror, drug, StockMovement.DISPOSAL, Decimal(9), today(), **gone)
    assert left(barn, drug) == [("SOON", 50), ("LATE", 100)]


def assert_refused(give: Callable[[], object]) -> None:
    with pytest.raises(InvalidValue, match="Lot OLD expired") as refused:
        give()
    assert refused.value.field == "lot"


def test_what_is_taken_without_a_lot_is_of_the_first_to_expire(barn: Barn, drug: UUID) -> None:
    move_stock(barn.mirror, drug, StockMovement.USE, Decimal(60), today())
    assert left(barn, drug) == [("LATE", 90)]


def test_a_lot_is_counted_by_itself(barn: Barn, drug: UUID) -> None:
    move_stock(barn.mirror, drug, StockMovement.STOCKTAKE, Decimal(45), today(), lot="SOON")
    assert left(barn, drug) == [("SOON", 45), ("LATE", 100)]
    with barn.mirror.read() as connection:
        assert balance(connection, drug) == 145


lots_of_a_thing = st.lists(
    st.builds(
        Lot,
        st.sampled_from([None, "A", "B", "C"]),
        st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)),
        st.integers(-20, 50).map(Decimal),
    ),
    max_size=4,
    unique_by=lambda lot: lot.name,
)


@given(lots_of_a_thing)
def test_the_lots_make_the_balance(there: list[Lot]) -> None:
    shown = lots_left(there)
    assert sum(lot.left for lot in shown) == sum(lot.left for lot in there)
    dated = [lot.expires_on for lot in shown if lot.expires_on and lot.name]
    assert dated == sorted(dated)
    assert all(lot.left for lot in shown)


@given(st.lists(st.integers(0, 99).map(Decimal), max_size=6), st.integers(0, 300).map(Decimal))
def test_rule_14_the_oldest_leave_first(there: list[Decimal], wanted: Decimal) -> None:
    taken = in_order(there, wanted)
    if wanted > sum(there):
        assert taken is None
        return
    assert taken is not None
    assert sum(taken) == wanted
    begun = [n for n, part in enumerate(taken) if part]
    for older in range(begun[-1] if begun else 0):
        assert taken[older] == there[older]


def test_a_balance_that_was_negative_already_lets_stock_in() -> None:
    monday, tuesday = date(2026, 11, 2), date(2026, 11, 3)
    five = Decimal(5)
    # Two PCs took the last five bags: five are missing, and three come on Tuesday.
    assert worst_shortage(-five, [(tuesday, Decimal(3))], [(tuesday, Decimal(3))]) is None
    assert worst_shortage(-five, [(tuesday, -Decimal(1))], [(tuesday, -Decimal(1))]) == (
        tuesday,
        Decimal(-6),
    )
    # A receipt moved to a later day leaves the days between without it.
    steps = [(monday, -five), (tuesday, five)]
    assert worst_shortage(Decimal(0), steps, [(monday, -five), (tuesday, five)]) == (monday, -five)
