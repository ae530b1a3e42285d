"""The egg room and the wool store: in from the rounds, out oldest first, counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fluffydesk.actions import saving
from fluffydesk.actions.egg_room import BEST_BEFORE_DAYS, move_eggs, receive_eggs, rounds
from fluffydesk.actions.eggs import record_egg_round
from fluffydesk.actions.wool import move_wool
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.records.enums.farm import ClipPart, EggGrade, EggRound, EggSize, MassUnit
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm import EggStorage, WoolStorage
from fluffydesk.records.medical import HealthTreatment
from tests.actions.barn import Barn, days_ago, today

USE, DISPOSAL = StockMovement.USE, StockMovement.DISPOSAL
LARGE = {"grade": EggGrade.A, "size": EggSize.LARGE}


def lay(barn: Barn, eggs: int, days: int = 0) -> None:
    record_egg_round(barn.mirror, barn.flock, days_ago(days), EggRound.MORNING, total=eggs)


def receive(barn: Barn, eggs: int, days: int = 0, **more: Any) -> None:
    on = days_ago(days)
    flock = barn.flock
    receive_eggs(barn.mirror, "Room", eggs, on, on, flock_id=flock, **{**LARGE, **more})


def take(barn: Barn, eggs: int, movement: StockMovement = USE, **more: Any) -> None:
    why = {"reason": "Past their date"} if movement is DISPOSAL else {}
    move_eggs(barn.mirror, "Room", movement, eggs, today(), **LARGE, **why, **more)


def left(barn: Barn) -> dict[int, int]:
    """Return the eggs in store by how many days ago they were laid."""
    found: dict[int, int] = {}
    for row in barn.rows(EggStorage):
        age = (today() - row.collected_on).days
        found[age] = found.get(age, 0) + row.eggs
    return {age: eggs for age, eggs in found.items() if eggs}


def test_eggs_of_a_round_come_in_once(barn: Barn) -> None:
    record_egg_round(
        barn.mirror, barn.flock, today(), EggRound.MORNING, total=180, cracked=4, dirty=6
    )
    with barn.mirror.read() as connection:
        (waiting,) = rounds(connection, today())
    assert (waiting.flock, waiting.due) == ("Layers", 170)
    receive(barn, 150)
    with pytest.raises(InvalidValue, match="Only 20 saleable eggs of Layers"):
        receive(barn, 21, grade=EggGrade.B)
    receive(barn, 20, grade=EggGrade.B)
    with barn.mirror.read() as connection:
        assert rounds(connection, today()) == []


def test_rule_14_the_oldest_eggs_leave_first(barn: Barn) -> None:
    for days, eggs in ((3, 100), (2, 90), (1, 80)):
        lay(barn, eggs, days)
        receive(barn, eggs, days)
    take(barn, 150)
    assert left(barn) == {2: 40, 1: 80}
    fresh = {
        "store": "Room",
        **LARGE,
        "flock_id": barn.flock,
        "collected_on": days_ago(1),
        "movement": USE,
        "eggs": -1,
    }
    with pytest.raises(Refusal, match="are still in Room"):
        saving.add(barn.mirror, EggStorage, fresh)


def test_rule_14_past_best_before_cannot_be_sold(barn: Barn) -> None:
    old = BEST_BEFORE_DAYS + 1
    lay(barn, 100, old)
    receive(barn, 100, old)
    lay(barn, 50)
    receive(barn, 50)
    with pytest.raises(InvalidValue, match="Only 50 eggs grade A can leave") as refused:
        take(barn, 51)
    assert "100 more are past their best-before" in refused.value.advice
    take(barn, 10)  # the old ones do not stand in the way
    assert left(barn) == {old: 100, 0: 40}
    stale = {
        "store": "Room",
        **LARGE,
        "flock_id": barn.flock,
        "collected_on": days_ago(old),
        "movement": USE,
        "eggs": -1,
    }
    with pytest.raises(InvalidValue, match="cannot be sold"):
        saving.add(barn.mirror, EggStorage, stale)
    take(barn, 100, DISPOSAL)
    assert left(barn) == {0: 40}


def test_rule_13_eggs_are_never_fewer_than_none(barn: Barn) -> None:
    lay(barn, 100)
    receive(barn, 100)
    with pytest.raises(InvalidValue, match="Only 100 eggs"):
        take(barn, 101)
    (row,) = barn.rows(EggStorage)
    gone = {**LARGE, "store": "Room", "flock_id": barn.flock, "eggs": -101, "movement": DISPOSAL}
    gone["reason"] = "Past their date"
    with pytest.raises(InvalidValue, match="Only 100 eggs of grade A size L"):
        saving.add(barn.mirror, EggStorage, gone)
    take(barn, 60)
    with pytest.raises(InvalidValue, match="Then 10 eggs"):
        saving.change(barn.mirror, EggStorage, row.id, {"eggs": 50})
    with pytest.raises(InvalidValue, match="Then 60 eggs"):
        saving.remove(barn.mirror, EggStorage, row.id)
    assert left(barn) == {0: 40}


def test_a_count_posts_its_difference(barn: Barn) -> None:
    for days in (2, 1):
        lay(barn, 100, days)
        receive(barn, 100, days)
    take(barn, 80, StockMovement.STOCKTAKE)
    assert left(barn) == {1: 80}
    take(barn, 85, StockMovement.STOCKTAKE)
    assert left(barn) == {1: 85}
    counts = [row.eggs for row in barn.rows(EggStorage) if row.movement == "stocktake"]
    assert sorted(counts) == [-100, -20, 5]


def test_rule_11_eggs_under_withdrawal_need_a_reason(barn: Barn) -> None:
    given = datetime.combine(days_ago(1), datetime.min.time(), UTC)
    treatment = {
        "flock_id": barn.flock,
        "reason": "Worms",
        "product": "Wormer",
        "dose": Decimal(1),
        "given_at": given,
        "egg_hours": 96,
    }
    saving.add(barn.mirror, HealthTreatment, treatment)
    lay(barn, 100)
    with barn.mirror.read() as connection:
        assert rounds(connection, today())[0].withheld
    with pytest.raises(Refusal, match="under withdrawal: no eggs") as refused:
        receive(barn, 100)
    assert refused.value.field == "override_reason"
    bare = {"store": "Room", **LARGE, "flock_id": barn.flock, "eggs": 100}
    with pytest.raises(Refusal, match="under withdrawal"):
        saving.add(barn.mirror, EggStorage, {**bare, "movement": StockMovement.RECEIPT})
    receive(barn, 100, override_reason="For the dogs")
    (row,) = barn.rows(EggStorage)
    assert (row.under_withdrawal, row.override_reason) == (True, "For the dogs")
    with pytest.raises(Refusal, match="are under withdrawal"):
        take(barn, 10)
    take(barn, 10, override_reason="For the dogs")
    take(barn, 90, DISPOSAL)


def test_hatching_eggs_have_no_best_before(barn: Barn) -> None:
    lay(barn, 100)
    receive(barn, 60, grade=EggGrade.HATCHING)
    receive(barn, 40)
    dates = [row.best_before for row in barn.rows(EggStorage)]
    assert dates == [None, today() + timedelta(days=BEST_BEFORE_DAYS)]


def wool(barn: Barn, movement: StockMovement, much: str, **more: Any) -> None:
    move_wool(barn.mirror, "Bale 7", movement, Decimal(much), today(), **more)


def test_a_lot_of_wool_is_a_ledger(barn: Barn) -> None:
    with pytest.raises(InvalidValue, match="Nothing of lot Bale 7"):
        wool(barn, USE, "1")
    wool(
        barn,
        StockMovement.RECEIPT,
        "100",
        entered_unit=MassUnit.POUND,
        clip_part=ClipPart.BELLIES,
        store="Loft",
    )
    wool(barn, USE, "5.36")
    received, taken = barn.rows(WoolStorage)
    assert (received.quantity_kg, received.entered_unit) == (Decimal("45.36"), MassUnit.POUND)
    assert (taken.quantity_kg, taken.clip_part, taken.store) == (
        Decimal("-5.36"),
        ClipPart.BELLIES,
        "Loft",
    )
    with pytest.raises(InvalidValue, match="Only 40 kg of lot Bale 7 left"):  # rule 13
        wool(barn, DISPOSAL, "40.01", reason="Wet")
    wool(barn, StockMovement.STOCKTAKE, "39")
    assert sum(row.quantity_kg for row in barn.rows(WoolStorage)) == 39
