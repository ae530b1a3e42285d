from __future__ import annotations

import pytest

from fluffydesk.actions.eggs import eggs_in, packed, record_egg_round, take_back_egg_round
from fluffydesk.actions.flocks import head_count, record_loss, record_placement
from fluffydesk.errors import InvalidValue
from fluffydesk.records.enums.farm import EggRound
from fluffydesk.records.farm import EggProductionLog, MortalityLog
from tests.actions.barn import Barn, days_ago, today

MORNING = EggRound.MORNING


def test_a_round_is_written_once_and_then_changed(barn: Barn) -> None:
    record_egg_round(barn.mirror, barn.flock, today(), MORNING, total=180, cracked=3)
    record_egg_round(barn.mirror, barn.flock, today(), MORNING, total=181, cracked=2, dirty=1)
    record_egg_round(barn.mirror, barn.flock, today(), EggRound.AFTERNOON, total=5)
    rows = {row.round: row for row in barn.rows(EggProductionLog)}
    first = rows[MORNING]
    assert (first.total, first.cracked, first.dirty, first.discarded) == (181, 2, 1, 0)
    assert len(rows) == 2
    take_back_egg_round(barn.mirror, barn.flock, today(), MORNING)
    assert [row.total for row in barn.rows(EggProductionLog)] == [5]


def test_the_bad_ones_are_part_of_the_total(barn: Barn) -> None:
    with pytest.raises(InvalidValue, match="make 7 eggs"):
        record_egg_round(
            barn.mirror, barn.flock, today(), MORNING, total=6, cracked=3, dirty=3, discarded=1
        )
    assert barn.rows(EggProductionLog) == []


def test_a_flock_without_birds_lays_nothing(barn: Barn) -> None:
    with pytest.raises(InvalidValue, match="no birds"):
        record_egg_round(barn.mirror, barn.flock, days_ago(61), MORNING, total=1)
    record_egg_round(barn.mirror, barn.flock, days_ago(61), MORNING, total=0)
    assert len(barn.rows(EggProductionLog)) == 1


@pytest.mark.parametrize(
    ("text", "unit", "eggs"),
    [
        ("827", "egg", 827),
        ("2c 3f 1d 5", "egg", 827),
        ("2c 3f 1d 5e", "flat", 827),
        ("27", "flat", 810),
        ("27.5", "flat", 825),
        ("0,5", "dozen", 6),
        ("2", "case", 720),
        (" 3f ", "egg", 90),
        ("0", "case", 0),
    ],
)
def test_eggs_are_typed_in_any_unit(text: str, unit: str, eggs: int) -> None:
    assert eggs_in(text, unit) == eggs
    assert eggs_in(packed(eggs, unit), unit) == eggs


@pytest.mark.parametrize(
    ("text", "unit"),
    [("ab", "egg"), ("-1", "egg"), ("27.55", "flat"), ("1.5", "egg"), ("f", "egg")],
)
def test_what_is_no_count_of_eggs_is_refused(text: str, unit: str) -> None:
    with pytest.raises(InvalidValue):
        eggs_in(text, unit)


def test_packs_are_named_where_they_are_not_full() -> None:
    assert packed(1446, "flat") == "48f 6"
    assert packed(5, "flat") == "5e"
    assert packed(60, "flat") == "2"


def test_heads_are_placed_less_lost_on_each_day(barn: Barn) -> None:
    record_loss(barn.mirror, barn.flock, days_ago(10), 4, cause="Found dead")
    record_placement(barn.mirror, barn.flock, days_ago(5), 10)
    with barn.mirror.read() as connection:
        counts = [head_count(connection, barn.flock, days_ago(n)) for n in (61, 60, 10, 5, 0)]
    assert counts == [0, 200, 196, 206, 206]


def test_no_loss_is_larger_than_the_birds_there_are_or_that_later_losses_leave(
    barn: Barn,
) -> None:
    record_loss(barn.mirror, barn.flock, days_ago(2), 190)
    with pytest.raises(InvalidValue, match="Only 10 birds") as refused:
        record_loss(barn.mirror, barn.flock, days_ago(30), 11)
    assert refused.value.field == "head_count"
    with pytest.raises(InvalidValue, match="Only 0 birds"):
        record_loss(barn.mirror, barn.flock, days_ago(70), 1)
    record_loss(barn.mirror, barn.flock, days_ago(30), 10)
    assert len(barn.rows(MortalityLog)) == 2
