from __future__ import annotations

from datetime import timedelta

import pytest

from fluffydesk.actions.flocks import head_count, record_loss
from fluffydesk.actions.hatching import candle, record_hatch, set_eggs, take_back_hatch
from fluffydesk.actions.saving import add, change
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.farm import HatcheryRecord
from fluffydesk.records.livestock import PoultryBatch
from tests.actions.barn import days_ago
from tests.actions.stable import CHICKEN, SHEEP, Stable, make_stable


@pytest.fixture
def stable(mirror: Mirror) -> Stable:
    return make_stable(mirror)


def birds(stable: Stable) -> int:
    with stable.mirror.read() as connection:
        return head_count(connection, stable.flock, days_ago(0))


def test_eggs_set_are_expected_by_the_incubation_of_the_species(stable: Stable) -> None:
    row_id, _ = set_eggs(stable.mirror, CHICKEN, days_ago(10), 300, incubator="North")
    row = stable.one(HatcheryRecord, row_id)
    assert (row.expected_on, row.incubator) == (days_ago(10) + timedelta(days=21), "North")


def test_a_hatch_places_the_chicks_in_one_unit(stable: Stable) -> None:
    row_id, _ = set_eggs(stable.mirror, CHICKEN, days_ago(21), 300)
    candle(stable.mirror, row_id, days_ago(14), 20)
    before = stable.units()
    record_hatch(
        stable.mirror,
        row_id,
        days_ago(0),
        250,
        dead_in_shell=30,
        culled=4,
        into_flock_id=stable.flock,
    )
    assert stable.units() == before + 1
    row = stable.one(HatcheryRecord, row_id)
    placed = stable.one(PoultryBatch, row.placement_id)
    assert (placed.head_count, placed.placed_on, placed.flock_id) == (
        246,
        days_ago(0),
        stable.flock,
    )
    assert birds(stable) == 346
    with pytest.raises(Refusal, match="are placed"):
        record_hatch(stable.mirror, row_id, days_ago(0), 250)


def test_rule_15_hatched_is_at_most_fertile_and_fertile_at_most_set(stable: Stable) -> None:
    row_id, _ = set_eggs(stable.mirror, CHICKEN, days_ago(21), 100)
    with pytest.raises(InvalidValue, match="Only 100 eggs were set"):
        candle(stable.mirror, row_id, days_ago(14), 101)
    candle(stable.mirror, row_id, days_ago(14), 10)
    with pytest.raises(InvalidValue, match="Only 85 eggs could hatch"):
        record_hatch(stable.mirror, row_id, days_ago(0), 86, dead_in_shell=5)
    record_hatch(stable.mirror, row_id, days_ago(0), 85, dead_in_shell=5)
    assert stable.one(HatcheryRecord, row_id).hatched == 85


def test_rule_15_in_the_form(stable: Stable) -> None:
    values = {"species_id": CHICKEN, "set_on": days_ago(21), "eggs_set": 100, "infertile": 10}
    row_id, _ = add(stable.mirror, HatcheryRecord, values)
    for wrong, words in (
        ({"hatched": 91}, "Only 90 eggs could hatch"),
        ({"dead_in_shell": 91}, "Only 90 eggs were fertile"),
        ({"infertile": 101}, "Only 100 eggs were set"),
        ({"culled": 1}, "More chicks were culled"),
    ):
        with pytest.raises(InvalidValue, match=words):
            change(stable.mirror, HatcheryRecord, row_id, wrong)
    change(stable.mirror, HatcheryRecord, row_id, {"hatched": 90})


def test_chicks_go_to_a_flock_of_their_species(stable: Stable) -> None:
    row_id, _ = set_eggs(stable.mirror, SHEEP, days_ago(21), 10)
    with pytest.raises(InvalidValue, match="another species"):
        record_hatch(stable.mirror, row_id, days_ago(0), 5, into_flock_id=stable.flock)


def test_taking_a_hatch_back_takes_its_placement_back(stable: Stable) -> None:
    row_id, _ = set_eggs(stable.mirror, CHICKEN, days_ago(31), 300)
    record_hatch(stable.mirror, row_id, days_ago(10), 250, into_flock_id=stable.flock)
    take_back_hatch(stable.mirror, row_id)
    row = stable.one(HatcheryRecord, row_id)
    assert (row.hatched, row.hatched_on, row.placement_id) == (None, None, None)
    assert birds(stable) == 100


def test_rule_1_a_hatch_whose_birds_were_lost_is_not_taken_back(stable: Stable) -> None:
    row_id, _ = set_eggs(stable.mirror, CHICKEN, days_ago(31), 300)
    record_hatch(stable.mirror, row_id, days_ago(10), 250, into_flock_id=stable.flock)
    record_loss(stable.mirror, stable.flock, days_ago(5), 101)
    with pytest.raises(Refusal, match="were lost since"):
        take_back_hatch(stable.mirror, row_id)
    assert birds(stable) == 249
