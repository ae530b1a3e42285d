"""Milkings follow a calving whose date is corrected, and stay with theirs at a new one (rule 9)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from fluffydesk.actions.births import Birth, Young, record_birth, take_back_birth
from fluffydesk.actions.milking import record_milking
from fluffydesk.actions.saving import change
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.farm import LambingRecord, MilkProductionLog
from fluffydesk.records.livestock import Livestock
from tests.actions.barn import days_ago
from tests.actions.stable import Stable, make_stable

MORNING = MilkingSession.MORNING


@pytest.fixture
def stable(mirror: Mirror) -> Stable:
    """A cow calved 300 days ago, her second time, and milked 290, 60 and 5 days ago."""
    made = make_stable(mirror)
    for days in (290, 60, 5):
        record_milking(mirror, made.cow, days_ago(days), MORNING, Decimal(20))
    return made


def counted(stable: Stable) -> list[tuple[int | None, int | None]]:
    """Return days in milk and parity of each milking, oldest first."""
    milkings = sorted(stable.rows(MilkProductionLog), key=lambda row: row.milked_on)
    return [(row.days_in_milk, row.parity) for row in milkings]


def calve(stable: Stable, days: int) -> UUID:
    young = (Young(Sex.FEMALE, tag=f"K{days}"),)
    return record_birth(stable.mirror, Birth(stable.cow, days_ago(days), young))[0]


def test_rule_9_a_calving_corrected_on_the_card_moves_her_milkings(stable: Stable) -> None:
    assert counted(stable) == [(10, 2), (240, 2), (295, 2)]
    units = stable.units()
    change(stable.mirror, Livestock, stable.cow, {"calved_on": days_ago(310)})
    assert counted(stable) == [(20, 2), (250, 2), (305, 2)]
    assert stable.units() == units + 1
    change(stable.mirror, Livestock, stable.cow, {"calved_on": days_ago(280), "parity": 3})
    assert counted(stable) == [(None, None), (220, 3), (275, 3)], "the first was before it"
    change(stable.mirror, Livestock, stable.cow, {"calved_on": days_ago(295), "parity": 2})
    assert counted(stable) == [(5, 2), (235, 2), (290, 2)]


def test_rule_9_a_birth_written_late_takes_the_milkings_since(stable: Stable) -> None:
    before = counted(stable)
    birth = calve(stable, 8)
    assert counted(stable) == [*before[:2], (3, 3)], "those before stay in their lactation"
    change(stable.mirror, LambingRecord, birth, {"lambed_on": days_ago(6)})
    assert counted(stable) == [*before[:2], (1, 3)]
    change(stable.mirror, LambingRecord, birth, {"lambed_on": days_ago(4)})
    assert counted(stable) == before, "that milking was of the lactation before"
    take_back_birth(stable.mirror, birth)
    assert counted(stable) == before


def test_rule_9_a_birth_of_a_lactation_that_is_over_is_corrected(stable: Stable) -> None:
    first = calve(stable, 299)  # on her card already, give or take a day: parity grows
    change(stable.mirror, Livestock, stable.cow, {"parity": 2})
    second = calve(stable, 7)
    change(stable.mirror, LambingRecord, first, {"lambed_on": days_ago(298)})
    (old, middle, new) = counted(stable)
    assert (old[0], middle[0], new[0]) == (8, 238, 2)
    kept = stable.one(LambingRecord, second)
    assert kept.previous_on == days_ago(298), "the calving interval follows too"


def test_rule_9_a_milking_put_on_another_day_counts_from_that_day(stable: Stable) -> None:
    last = max(stable.rows(MilkProductionLog), key=lambda row: row.milked_on)
    earlier = last.milked_on - timedelta(days=2)
    change(stable.mirror, MilkProductionLog, last.id, {"milked_on": earlier})
    assert counted(stable)[-1] == (293, 2)
