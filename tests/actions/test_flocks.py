"""Head counts by date, and that no more leave than there are, whichever way it is entered."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluffydesk.actions import saving
from fluffydesk.actions.eggs import record_egg_round
from fluffydesk.actions.flocks import (
    deplete,
    head_count,
    record_loss,
    record_placement,
    thin,
    transfer,
)
from fluffydesk.actions.herds import close_herd, count_herd, move_herd
from fluffydesk.actions.herds import head_count as herd_count
from fluffydesk.actions.rules.flocks import too_many_eggs
from fluffydesk.actions.treatments import treat
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.records.enums.farm import EggRound, LossKind
from fluffydesk.records.enums.farm_resources import FarmProduct
from fluffydesk.records.enums.livestock import FlockStatus, HerdMove, HerdStatus
from fluffydesk.records.farm import EggProductionLog, MortalityLog
from fluffydesk.records.farm_resources import FarmProductSale
from fluffydesk.records.livestock import Flock, HerdBatch, HerdMovement, PoultryBatch
from fluffydesk.records.types import now
from tests.actions.barn import Barn, days_ago, today
from tests.actions.farm import CATTLE


def heads(barn: Barn, flock: UUID, days: int = 0) -> int:
    with barn.mirror.read() as connection:
        return head_count(connection, flock, days_ago(days))


@pytest.fixture
def other(barn: Barn) -> UUID:
    row_id, _ = saving.add(barn.mirror, Flock, {"name": "Second house", "species_id": CATTLE})
    return row_id


@pytest.fixture
def herd(barn: Barn) -> UUID:
    values = {"name": "Fatteners", "species_id": CATTLE, "head_count": 40}
    return saving.add(barn.mirror, HerdBatch, {**values, "started_on": days_ago(30)})[0]


def herd_heads(barn: Barn, herd: UUID, days: int = 0) -> int:
    with barn.mirror.read() as connection:
        return herd_count(connection, herd, days_ago(days))


def sale(flock: UUID, head: int, days: int = 0, **values: Any) -> dict[str, Any]:
    price: dict[str, Any] = {"quantity": Decimal(head), "unit_price": Decimal(0)}
    what = {"product": FarmProduct.LIVE_ANIMALS, "flock_id": flock, "head": head}
    return {**what, **price, "total": Decimal(0), "sold_on": days_ago(days), **values}


def test_rule_1_the_head_count_is_placed_and_in_less_dead_culled_sold_and_out(
    barn: Barn, other: UUID
) -> None:
    record_placement(barn.mirror, barn.flock, days_ago(50), 100)
    record_loss(barn.mirror, barn.flock, days_ago(40), 7)
    record_loss(barn.mirror, barn.flock, days_ago(39), 3, kind=LossKind.CULLED)
    transfer(barn.mirror, barn.flock, other, days_ago(30), 60)
    thin(barn.mirror, barn.flock, days_ago(20), 30, weight_kg=Decimal("55.5"))
    assert [heads(barn, barn.flock, days) for days in (61, 60, 50, 40, 39, 30, 20, 0)] == [
        0, 200, 300, 293, 290, 230, 200, 200,
    ]  # fmt: skip
    assert [heads(barn, other, days) for days in (31, 30, 0)] == [0, 60, 60]
    assert barn.units()[-2:] == ["Birds moved", "Flock thinned"]
    assert len(barn.rows(PoultryBatch)) == 3


@settings(max_examples=25)
@given(
    moves=st.lists(
        st.tuples(st.sampled_from("pltdm"), st.integers(0, 40), st.integers(1, 150)), max_size=8
    )
)
def test_rule_1_no_flock_is_below_none_on_any_day_whatever_is_tried(
    barn: Barn, moves: list[tuple[str, int, int]]
) -> None:
    flock, _ = saving.add(barn.mirror, Flock, {"name": "Tried", "species_id": CATTLE})
    to, _ = saving.add(barn.mirror, Flock, {"name": "Other", "species_id": CATTLE})
    for verb, days, head in moves:
        on = days_ago(days)
        with suppress(InvalidValue):
            match verb:
                case "p":
                    record_placement(barn.mirror, flock, on, head)
                case "l":
                    record_loss(barn.mirror, flock, on, head)
                case "t":
                    transfer(barn.mirror, flock, to, on, head)
                case "m":
                    transfer(barn.mirror, to, flock, on, head)
                case _:
                    saving.add(barn.mirror, FarmProductSale, sale(flock, head, days))
    for one in (flock, to):
        assert all(heads(barn, one, days) >= 0 for days in range(42))


def test_rule_2_no_loss_sale_or_move_is_larger_than_the_head_count_of_its_date(
    barn: Barn, other: UUID
) -> None:
    with pytest.raises(InvalidValue, match="Only 200 birds were in Layers") as refused:
        record_loss(barn.mirror, barn.flock, days_ago(5), 201)
    assert refused.value.field == "head_count"
    with pytest.raises(InvalidValue, match="Only 200 birds were"):
        transfer(barn.mirror, barn.flock, other, today(), 201)
    with pytest.raises(InvalidValue, match="Only 200 birds were"):
        thin(barn.mirror, barn.flock, today(), 201)
    with pytest.raises(InvalidValue, match="into itself"):
        transfer(barn.mirror, barn.flock, barn.flock, today(), 5)
    assert heads(barn, other) == 0
    assert barn.rows(FarmProductSale) == []
    record_loss(barn.mirror, barn.flock, days_ago(5), 150)
    with pytest.raises(InvalidValue, match="Only 50 birds were"):
        record_loss(barn.mirror, barn.flock, days_ago(20), 51)


def test_rules_1_and_2_hold_for_the_form_and_the_command_too(barn: Barn, other: UUID) -> None:
    mirror = barn.mirror
    loss = {"flock_id": barn.flock, "died_on": days_ago(1)}
    with pytest.raises(InvalidValue, match="Only 200 birds were"):
        saving.add(mirror, MortalityLog, {**loss, "head_count": 201})
    row_id, _ = saving.add(mirror, MortalityLog, {**loss, "head_count": 199})
    with pytest.raises(InvalidValue, match="Only 200 birds were"):
        saving.change(mirror, MortalityLog, row_id, {"head_count": 201})
    with pytest.raises(InvalidValue):
        saving.change(mirror, MortalityLog, row_id, {"flock_id": other})
    with pytest.raises(InvalidValue, match="Only 1 bird was in Layers"):
        saving.add(mirror, FarmProductSale, sale(barn.flock, 2))
    (placed,) = barn.rows(PoultryBatch)
    with pytest.raises(InvalidValue, match="Layers would be 199 birds short"):
        saving.remove(mirror, PoultryBatch, placed.id)
    with pytest.raises(InvalidValue):
        saving.change(mirror, PoultryBatch, placed.id, {"placed_on": today()})
    assert heads(barn, barn.flock) == 1


def test_what_mends_a_count_that_is_below_none_is_not_refused(barn: Barn) -> None:
    (placed,) = barn.rows(PoultryBatch)
    record_loss(barn.mirror, barn.flock, days_ago(3), 100)
    with barn.mirror.unit("A merge of two PCs") as unit:
        unit.update(PoultryBatch, placed.id, {"head_count": 20})
    assert heads(barn, barn.flock) == -80
    record_placement(barn.mirror, barn.flock, days_ago(10), 30)
    assert heads(barn, barn.flock) == -50
    with pytest.raises(InvalidValue, match="Only 0 birds were"):
        record_loss(barn.mirror, barn.flock, days_ago(1), 1)


def test_rule_3_a_flock_lays_only_while_it_has_birds(barn: Barn) -> None:
    eggs = {"flock_id": barn.flock, "total": 9}
    with pytest.raises(InvalidValue, match="no birds"):
        saving.add(barn.mirror, EggProductionLog, {**eggs, "collected_on": days_ago(61)})
    deplete(barn.mirror, barn.flock, days_ago(2), sold=False)
    saving.add(barn.mirror, EggProductionLog, {**eggs, "collected_on": days_ago(2)})
    with pytest.raises(InvalidValue, match="no birds"):
        saving.add(barn.mirror, EggProductionLog, {**eggs, "collected_on": days_ago(1)})


def test_depletion_takes_all_that_are_left_and_closes_the_flock(barn: Barn, other: UUID) -> None:
    record_loss(barn.mirror, barn.flock, days_ago(9), 20)
    with pytest.raises(InvalidValue, match="came or left"):
        deplete(barn.mirror, barn.flock, days_ago(10), sold=True)
    deplete(
        barn.mirror,
        barn.flock,
        days_ago(1),
        sold=True,
        weight_kg=Decimal("333.3"),
        unit_price=Decimal("0.45"),
    )
    (sold,) = barn.rows(FarmProductSale)
    assert (sold.head, sold.weight_kg, sold.total) == (180, Decimal("333.3"), Decimal("149.99"))
    assert heads(barn, barn.flock) == 0
    flocks = {row.id: row.status for row in barn.rows(Flock)}
    assert flocks == {barn.flock: FlockStatus.DEPLETED, other: FlockStatus.ACTIVE}
    with pytest.raises(InvalidValue, match="depleted already"):
        deplete(barn.mirror, barn.flock, today(), sold=False)


def test_rule_12_bad_eggs_within_the_total_in_the_form_too(barn: Barn) -> None:
    with pytest.raises(InvalidValue, match="make 7 eggs, but the total is 6"):
        saving.add(
            barn.mirror, EggProductionLog, {"flock_id": barn.flock, "total": 6, "cracked": 7}
        )


def test_rule_12_more_than_1_05_a_hen_and_day_warns(barn: Barn) -> None:
    record_egg_round(barn.mirror, barn.flock, today(), EggRound.MORNING, total=150)
    record_egg_round(barn.mirror, barn.flock, today(), EggRound.AFTERNOON, total=60)
    with barn.mirror.read() as connection:
        assert too_many_eggs(connection, barn.flock, today()) == ""
    record_egg_round(barn.mirror, barn.flock, today(), EggRound.AFTERNOON, total=61)
    with barn.mirror.read() as connection:
        words = too_many_eggs(connection, barn.flock, today())
    assert words == "211 eggs of 200 hens: count again."


def test_rule_1_a_herd_is_its_start_and_its_moves(barn: Barn, herd: UUID) -> None:
    move_herd(barn.mirror, herd, HerdMove.BOUGHT, 12, days_ago(20), weight_kg=Decimal(480))
    move_herd(barn.mirror, herd, HerdMove.DIED, 2, days_ago(10), cause="Bloat")
    count_herd(barn.mirror, herd, 49, days_ago(5))
    saving.add(barn.mirror, FarmProductSale, sale(herd, 9, 1, flock_id=None, herd_id=herd))
    counts = [herd_heads(barn, herd, days) for days in (31, 30, 20, 10, 5, 1)]
    assert counts == [0, 40, 52, 50, 49, 40]
    assert sorted(row.head for row in barn.rows(HerdMovement)) == [-2, -1, 12]


def test_rule_2_no_move_of_a_herd_is_larger_than_the_herd(barn: Barn, herd: UUID) -> None:
    move_herd(barn.mirror, herd, HerdMove.SOLD, 35, days_ago(3))
    with pytest.raises(InvalidValue, match="Only 5 animals were in Fatteners"):
        move_herd(barn.mirror, herd, HerdMove.DIED, 6, days_ago(12))
    dead = {"herd_id": herd, "kind": HerdMove.DIED, "moved_on": days_ago(1)}
    with pytest.raises(InvalidValue, match="Only 5 animals were"):
        saving.add(barn.mirror, HerdMovement, {**dead, "head": -6})
    with pytest.raises(InvalidValue, match="above zero"):
        saving.add(barn.mirror, HerdMovement, {**dead, "head": 3})
    with pytest.raises(InvalidValue, match="Only 40 animals were"):
        saving.add(barn.mirror, FarmProductSale, sale(herd, 41, 9, flock_id=None, herd_id=herd))
    with pytest.raises(InvalidValue, match="Fatteners would be 1 animal short"):
        saving.change(barn.mirror, HerdBatch, herd, {"head_count": 34})
    assert herd_heads(barn, herd) == 5


def test_a_move_between_herds_is_one_unit_at_both_ends(barn: Barn, herd: UUID) -> None:
    values = {"name": "Finishers", "species_id": CATTLE, "head_count": 0}
    to, _ = saving.add(barn.mirror, HerdBatch, {**values, "started_on": days_ago(30)})
    move_herd(barn.mirror, herd, HerdMove.MOVED_OUT, 15, days_ago(4), other_herd_id=to)
    assert (herd_heads(barn, herd), herd_heads(barn, to)) == (25, 15)
    assert barn.units()[-1] == "Herd move"
    with pytest.raises(InvalidValue, match="Only 25 animals were"):
        move_herd(barn.mirror, to, HerdMove.MOVED_IN, 26, days_ago(3), other_herd_id=herd)
    assert (herd_heads(barn, herd), herd_heads(barn, to)) == (25, 15)


def test_rule_3_a_herd_moves_only_between_its_start_and_its_end(barn: Barn, herd: UUID) -> None:
    with pytest.raises(InvalidValue, match="started on"):
        move_herd(barn.mirror, herd, HerdMove.BOUGHT, 1, days_ago(31))
    with pytest.raises(InvalidValue, match="40 are still in Fatteners"):
        close_herd(barn.mirror, herd, days_ago(2))
    move_herd(barn.mirror, herd, HerdMove.SLAUGHTERED, 40, days_ago(3))
    close_herd(barn.mirror, herd, days_ago(2))
    (row,) = barn.rows(HerdBatch)
    assert (row.status, row.closed_on) == (HerdStatus.CLOSED, today() - timedelta(days=2))
    with pytest.raises(InvalidValue, match="was closed on"):
        move_herd(barn.mirror, herd, HerdMove.BOUGHT, 1, days_ago(1))


@pytest.mark.parametrize("way", ["thin", "deplete"])
def test_rule_11_birds_under_meat_withdrawal_are_sold_only_with_a_reason_that_is_kept(
    barn: Barn, way: str
) -> None:
    course = {"flock_id": barn.flock, "reason": "Worms", "product": "Drench", "dose": Decimal(1)}
    when = {"given_at": now() - timedelta(days=2), "meat_hours": 240}
    treat(barn.mirror, {**course, **when, "head_count": 200})

    def sell(**why: str) -> None:
        if way == "thin":
            thin(barn.mirror, barn.flock, today(), 30, **why)
        else:
            deplete(barn.mirror, barn.flock, today(), sold=True, **why)

    with pytest.raises(Refusal, match="under withdrawal: no meat") as refused:
        sell()
    assert refused.value.field == "override_reason"
    assert barn.rows(FarmProductSale) == []
    sell(override_reason="To the rendering plant")
    (sale,) = barn.rows(FarmProductSale)
    assert (sale.under_withdrawal, sale.override_reason) == (True, "To the rendering plant")


def test_birds_that_nobody_treated_are_sold_without_a_word_of_withdrawal(barn: Barn) -> None:
    thin(barn.mirror, barn.flock, today(), 30)
    (sale,) = barn.rows(FarmProductSale)
    assert (sale.under_withdrawal, sale.override_reason) == (False, None)
