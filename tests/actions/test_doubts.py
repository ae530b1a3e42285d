"""Rule 12 and its like: what is hardly so is asked about once, and kept all the same."""

from __future__ import annotations

from argparse import Namespace
from contextlib import nullcontext
from decimal import Decimal
from typing import Any

import pytest

from fluffydesk.actions.saving import add, change, doubts
from fluffydesk.cli import rows
from fluffydesk.errors import Doubt
from fluffydesk.figures.growth import weight_doubt
from fluffydesk.records.enums.farm import EggRound, MilkingSession
from fluffydesk.records.farm import EggProductionLog, MilkProductionLog, WeightLog
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.records.vocabulary import Record
from tests.actions.barn import Barn, days_ago, today

EGGS, MILK, WEIGHT = "egg round", "milking", "weighing"


def case_of(barn: Barn, name: str) -> tuple[type[Record], dict[str, Any], str, Any, Any]:
    """Return a record, its values, the column in question, a usual value, and an odd one."""
    if name == EGGS:  # 200 hens: 211 eggs are more than 1.05 each
        return EggProductionLog, {"flock_id": barn.flock}, "total", 210, 211
    if name == MILK:
        for day in range(1, 5):
            milked = {"milked_on": days_ago(day), "yield_kg": Decimal(20)}
            add(barn.mirror, MilkProductionLog, {"animal_id": barn.cow, **milked})
        return MilkProductionLog, {"animal_id": barn.cow}, "yield_kg", Decimal(26), Decimal(27)
    weighed = {"weighed_on": days_ago(10), "weight_kg": Decimal(600)}
    add(barn.mirror, WeightLog, {"animal_id": barn.cow, **weighed})
    return WeightLog, {"animal_id": barn.cow}, "weight_kg", Decimal(610), Decimal(61)


@pytest.mark.parametrize("name", [EGGS, MILK, WEIGHT])
def test_rule_12_what_is_hardly_so_is_asked_about_and_kept_all_the_same(
    barn: Barn, name: str
) -> None:
    record, values, column, usual, odd = case_of(barn, name)
    before = len(barn.rows(record))
    with pytest.raises(Doubt) as asked:
        add(barn.mirror, record, {**values, column: odd}, sure=False)
    assert asked.value.field == column
    assert len(barn.rows(record)) == before  # nothing is kept of what is asked about
    row_id, _ = add(barn.mirror, record, {**values, column: usual}, sure=False)
    assert doubts(barn.mirror, record, row_id) == []
    with pytest.raises(Doubt):
        change(barn.mirror, record, row_id, {column: odd}, sure=False)
    change(barn.mirror, record, row_id, {column: odd})
    assert doubts(barn.mirror, record, row_id) == [str(asked.value)]
    change(barn.mirror, record, row_id, {"notes": "Seen"}, sure=False)  # of another column: none


def test_rule_12_the_rounds_of_a_day_count_together(barn: Barn) -> None:
    def laid(one: EggRound, total: int) -> dict[str, Any]:
        return {
            "flock_id": barn.flock,
            "round": one,
            "total": total,
        }

    add(barn.mirror, EggProductionLog, laid(EggRound.MORNING, 150), sure=False)
    with pytest.raises(Doubt, match="211 eggs of 200 hens"):
        add(barn.mirror, EggProductionLog, laid(EggRound.AFTERNOON, 61), sure=False)
    add(barn.mirror, EggProductionLog, laid(EggRound.AFTERNOON, 60), sure=False)


def test_a_cows_evenings_say_nothing_of_her_mornings(barn: Barn) -> None:
    for day in range(1, 5):
        evening = {"milked_on": days_ago(day), "session": MilkingSession.EVENING}
        values = {"animal_id": barn.cow, **evening, "yield_kg": Decimal(12)}
        add(barn.mirror, MilkProductionLog, values)
    morning = {"animal_id": barn.cow, "milked_on": today(), "yield_kg": Decimal(20)}
    add(barn.mirror, MilkProductionLog, morning, sure=False)


def test_a_weight_without_one_before_it_is_not_odd() -> None:
    assert weight_doubt(None, None, Decimal(600)) == ""
    assert weight_doubt(Decimal(600), 10, Decimal(610)) == ""
    assert weight_doubt(Decimal(600), 10, Decimal(61)) == "low"
    assert weight_doubt(Decimal(600), 10, Decimal(6100)) == "high"


def test_rule_12_a_command_saves_and_warns_in_a_line(
    barn: Barn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rows, "mirror_of", lambda _: nullcontext(barn.mirror))
    told = {"table": "egg_production_logs", "json": True}
    rows.add_row(Namespace(**told, values=[f"flock_id={barn.flock}", "total=210"]))
    assert capsys.readouterr().err == ""
    (row,) = barn.rows(EggProductionLog)
    rows.change_row(Namespace(**told, id=str(row.id), values=["total=211"]))
    said = capsys.readouterr()
    assert said.err == "Saved all the same. 211 eggs of 200 hens: count again.\n"
    assert '"total": 211' in said.out
    assert [one.total for one in barn.rows(EggProductionLog)] == [211]


def test_rule_11_a_course_after_which_nothing_is_withheld_is_asked_about(barn: Barn) -> None:
    course = {"animal_id": barn.cow, "product": "Amoxicillin", "reason": "Mastitis"}
    course |= {"dose": Decimal(10), "dose_unit": "mL"}
    with pytest.raises(Doubt, match="milk, meat and eggs may go at once"):
        add(barn.mirror, HealthTreatment, course, sure=False)
    row_id, _ = add(barn.mirror, HealthTreatment, {**course, "meat_hours": 240}, sure=False)
    assert doubts(barn.mirror, HealthTreatment, row_id) == []
