"""The rules of the trade hold for the generic form and the command too."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fluffydesk.actions import saving
from fluffydesk.errors import Refusal
from fluffydesk.records.farm import MilkProductionLog
from tests.actions.barn import Barn, days_ago


def test_rule_9_a_bull_gives_no_milk_in_the_form_either(barn: Barn) -> None:
    with pytest.raises(Refusal, match="is male"):
        saving.add(
            barn.mirror, MilkProductionLog, {"animal_id": barn.bull, "yield_kg": Decimal(20)}
        )
    assert barn.rows(MilkProductionLog) == []
    milking = {"animal_id": barn.cow, "yield_kg": Decimal(20), "milked_on": days_ago(1)}
    row_id, _ = saving.add(barn.mirror, MilkProductionLog, milking)
    with pytest.raises(Refusal, match="is male"):
        saving.change(barn.mirror, MilkProductionLog, row_id, {"animal_id": barn.bull})
    (kept,) = barn.rows(MilkProductionLog)
    assert kept.animal_id == barn.cow
