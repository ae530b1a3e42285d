"""The rules of single animals (3, 4, 5 and 8) hold for the form, the command and the actions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions import saving
from fluffydesk.actions.exits import Exit, leave, leave_together, take_back
from fluffydesk.actions.groups import members_on, move
from fluffydesk.actions.identifiers import retag
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums.breeding import BreedingMethod
from fluffydesk.records.enums.livestock import IdentifierKind, LivestockStatus
from fluffydesk.records.farm import (
    LambingRecord,
    MilkProductionLog,
    WeightLog,
    WoolMilkProductionLog,
)
from fluffydesk.records.livestock import (
    Livestock,
    LivestockBatch,
    LivestockBatchMember,
    LivestockIdentifier,
)
from fluffydesk.records.medical import HealthDiagnosis, HealthTreatment, VaccineLog
from fluffydesk.records.vocabulary import Record
from tests.actions.barn import Barn, days_ago, today

LOGS: list[tuple[type[Record], str, str, dict[str, Any]]] = [
    (MilkProductionLog, "animal_id", "milked_on", {"yield_kg": Decimal(20)}),
    (WeightLog, "animal_id", "weighed_on", {"weight_kg": Decimal(600)}),
    (WoolMilkProductionLog, "animal_id", "produced_on", {"quantity_kg": Decimal(2)}),
    (LambingRecord, "dam_id", "lambed_on", {"born_alive": 1}),
    (BreedingRecord, "female_id", "served_on", {}),
    (VaccineLog, "animal_id", "given_at", {"vaccine": "Rotavec"}),
    (HealthDiagnosis, "animal_id", "seen_on", {"condition": "Lame"}),
    (
        HealthTreatment,
        "animal_id",
        "given_at",
        {"reason": "Mastitis", "product": "Penicillin", "dose": Decimal(10)},
    ),
]


def animal(barn: Barn, key: UUID) -> Any:
    (found,) = [row for row in barn.rows(Livestock) if row.id == key]
    return found


def group(barn: Barn, name: str) -> UUID:
    return saving.add(barn.mirror, LivestockBatch, {"name": name})[0]


def when(name: str, days: int) -> Any:
    moment = datetime.now(UTC) - timedelta(days=days)
    return moment if name.endswith("_at") else days_ago(days)


@pytest.mark.parametrize(
    ("record", "key", "on", "values"), LOGS, ids=lambda value: getattr(value, "__tablename__", "")
)
def test_rule_3_nothing_happens_to_an_animal_after_it_left_or_before_it_was_born(
    barn: Barn, record: type[Record], key: str, on: str, values: dict[str, Any]
) -> None:
    leave(barn.mirror, barn.cow, Exit.DEATH, days_ago(10), reason="Milk fever")
    for days in (3, 1600):
        with pytest.raises(Refusal, match=r"died|left|born"):
            saving.add(barn.mirror, record, {**values, key: barn.cow, on: when(on, days)})
    assert barn.rows(record) == []
    row_id, _ = saving.add(barn.mirror, record, {**values, key: barn.cow, on: when(on, 20)})
    with pytest.raises(Refusal, match=r"died|left"):
        saving.change(barn.mirror, record, row_id, {on: when(on, 2)})


def test_rule_3_nothing_happens_before_arrival(barn: Barn) -> None:
    saving.change(barn.mirror, Livestock, barn.cow, {"arrived_on": days_ago(50)})
    with pytest.raises(InvalidValue, match="arrived on") as refused:
        saving.add(
            barn.mirror,
            WeightLog,
            {"animal_id": barn.cow, "weighed_on": days_ago(60), "weight_kg": Decimal(5)},
        )
    assert refused.value.field == "weighed_on"


def test_rule_3_a_dead_bull_serves_nobody_but_his_semen_does(barn: Barn) -> None:
    leave(barn.mirror, barn.bull, Exit.CULL, days_ago(30), reason="Lame")
    service = {"female_id": barn.cow, "male_id": barn.bull, "served_on": days_ago(5)}
    with pytest.raises(Refusal, match="died"):
        saving.add(barn.mirror, BreedingRecord, service)
    semen = {**service, "method": BreedingMethod.ARTIFICIAL_INSEMINATION}
    saving.add(barn.mirror, BreedingRecord, semen)
    assert len(barn.rows(BreedingRecord)) == 1


def test_rule_3_nobody_leaves_before_the_last_entry_or_arrives_after_the_first(
    barn: Barn,
) -> None:
    weight = {"animal_id": barn.cow, "weighed_on": days_ago(5), "weight_kg": Decimal(600)}
    saving.add(barn.mirror, WeightLog, weight)
    with pytest.raises(InvalidValue, match="weighed on"):
        leave(barn.mirror, barn.cow, Exit.DEATH, days_ago(6), reason="Bloat")
    with pytest.raises(InvalidValue, match="entry before"):
        saving.change(barn.mirror, Livestock, barn.cow, {"arrived_on": days_ago(4)})
    leave(barn.mirror, barn.cow, Exit.DEATH, days_ago(5), reason="Bloat")
    assert animal(barn, barn.cow).status == LivestockStatus.DEAD


@pytest.mark.parametrize(
    ("how", "status", "kept"),
    [
        (Exit.DEATH, LivestockStatus.DEAD, "Bloat"),
        (Exit.CULL, LivestockStatus.DEAD, "Culled: Bloat"),
        (Exit.SALE, LivestockStatus.SOLD, "Bloat"),
        (Exit.SLAUGHTER, LivestockStatus.SLAUGHTERED, "Bloat"),
        (Exit.TRANSFER, LivestockStatus.SOLD, "Transferred: Bloat"),
    ],
)
def test_rule_4_an_exit_ends_the_record(
    barn: Barn, how: Exit, status: LivestockStatus, kept: str
) -> None:
    leave(barn.mirror, barn.cow, how, days_ago(1), went_to="NL 123", reason="Bloat")
    one = animal(barn, barn.cow)
    assert (one.status, one.left_on, one.went_to) == (status, days_ago(1), "NL 123")
    assert one.left_reason == kept
    with pytest.raises(Refusal, match="take it back"):
        leave(barn.mirror, barn.cow, Exit.DEATH, today(), reason="Again")
    with pytest.raises(InvalidValue, match="ends its record"):
        saving.change(
            barn.mirror, Livestock, barn.cow, {"status": LivestockStatus.ACTIVE, "left_on": None}
        )
    assert animal(barn, barn.cow).status == status


@pytest.mark.parametrize(
    ("how", "field"),
    [(Exit.DEATH, "left_reason"), (Exit.CULL, "left_reason"), (Exit.SALE, "went_to")],
)
def test_an_exit_says_why_or_where_to(barn: Barn, how: Exit, field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        leave(barn.mirror, barn.cow, how, today())
    assert refused.value.field == field
    with pytest.raises(InvalidValue, match="future"):
        leave(
            barn.mirror,
            barn.cow,
            how,
            today() + timedelta(days=1),
            reason="Bloat",
            went_to="NL 123",
        )


def test_rule_4_a_status_that_ends_needs_its_day_in_the_form_too(barn: Barn) -> None:
    with pytest.raises(InvalidValue, match="day is missing"):
        saving.change(barn.mirror, Livestock, barn.cow, {"status": LivestockStatus.SOLD})


def test_rule_4_a_correction_with_a_reason_reverses_an_exit(barn: Barn) -> None:
    leave(barn.mirror, barn.cow, Exit.SALE, days_ago(1), went_to="NL 123")
    with pytest.raises(InvalidValue, match="reason"):
        take_back(barn.mirror, barn.cow, " ")
    take_back(barn.mirror, barn.cow, "It was her sister")
    one = animal(barn, barn.cow)
    assert (one.status, one.left_on, one.went_to) == (LivestockStatus.ACTIVE, None, None)
    assert "It was her sister" in one.notes
    assert "NL 123" in one.notes
    assert barn.units()[-1] == "Exit taken back"
    with pytest.raises(Refusal, match="is here"):
        take_back(barn.mirror, barn.cow, "Again")


def test_several_leave_together_or_none(barn: Barn) -> None:
    leave(barn.mirror, barn.bull, Exit.DEATH, days_ago(1), reason="Old")
    with pytest.raises(Refusal):
        leave_together(barn.mirror, [barn.cow, barn.bull], Exit.SALE, today(), went_to="NL 123")
    assert animal(barn, barn.cow).status == LivestockStatus.ACTIVE


@pytest.mark.parametrize("column", ["official_id", "eid"])
def test_rule_5_one_living_animal_per_number(barn: Barn, column: str) -> None:
    number = "528000000000001"
    saving.change(barn.mirror, Livestock, barn.cow, {column: number})
    with pytest.raises(InvalidValue, match="Bella carries") as refused:
        saving.change(barn.mirror, Livestock, barn.bull, {column: number})
    assert refused.value.field == column
    species = animal(barn, barn.cow).species_id
    with pytest.raises(InvalidValue, match="Bella carries"):
        saving.add(
            barn.mirror, Livestock, {"tag_number": "9", "species_id": species, column: number}
        )
    leave(barn.mirror, barn.cow, Exit.DEATH, today(), reason="Bloat")
    saving.change(barn.mirror, Livestock, barn.bull, {column: number})
    with pytest.raises(InvalidValue, match="Bo carries"):
        take_back(barn.mirror, barn.cow, "She lives")


def test_rule_5_a_number_in_the_list_of_identifiers_is_taken_too(barn: Barn) -> None:
    given = {"animal_id": barn.cow, "kind": IdentifierKind.EID, "value": "528000000000001"}
    saving.add(barn.mirror, LivestockIdentifier, given)
    with pytest.raises(InvalidValue, match="Bella carries"):
        saving.add(barn.mirror, LivestockIdentifier, {**given, "animal_id": barn.bull})
    with pytest.raises(InvalidValue, match="Bella carries"):
        saving.change(barn.mirror, Livestock, barn.bull, {"eid": "528000000000001"})


def test_rule_5_a_retag_keeps_the_old_number(barn: Barn) -> None:
    saving.change(barn.mirror, Livestock, barn.cow, {"eid": "528000000000001"})
    with pytest.raises(InvalidValue, match="why does it end"):
        retag(barn.mirror, barn.cow, IdentifierKind.EID, "528000000000002", today())
    retag(
        barn.mirror,
        barn.cow,
        IdentifierKind.EID,
        "LA 528 000000000002",
        days_ago(2),
        reason="Lost",
    )
    retag(barn.mirror, barn.cow, IdentifierKind.EID, "528000000000003", today(), reason="Broken")
    assert animal(barn, barn.cow).eid == "528000000000003"
    kept = {row.value: (row.ended_on, row.reason) for row in barn.rows(LivestockIdentifier)}
    assert kept == {
        "528000000000001": (days_ago(2), "Lost"),
        "528000000000002": (today(), "Broken"),
        "528000000000003": (None, None),
    }
    with pytest.raises(InvalidValue, match="no EID"):
        retag(barn.mirror, barn.cow, IdentifierKind.EID, "12", today(), reason="Lost")


def test_rule_5_a_number_typed_over_in_the_form_stays_in_the_history(barn: Barn) -> None:
    saving.change(barn.mirror, Livestock, barn.cow, {"official_id": "NL 1", "eid": "no number"})
    saving.change(barn.mirror, Livestock, barn.cow, {"official_id": "NL 2", "eid": None})
    saving.change(barn.mirror, Livestock, barn.cow, {"notes": "Calm"})
    assert [(row.value, row.ended_on) for row in barn.rows(LivestockIdentifier)] == [
        ("NL 1", today())
    ]
    saving.add(barn.mirror, LivestockIdentifier, {"animal_id": barn.cow, "value": "NL 2"})
    saving.change(barn.mirror, Livestock, barn.cow, {"official_id": "NL 3"})
    assert {row.value: row.ended_on for row in barn.rows(LivestockIdentifier)} == {
        "NL 1": today(),
        "NL 2": today(),
    }


def test_a_visual_tag_is_replaced_and_shown(barn: Barn) -> None:
    retag(barn.mirror, barn.cow, IdentifierKind.VISUAL, "70", today(), reason="Torn out")
    assert animal(barn, barn.cow).tag_number == "70"
    assert {row.value for row in barn.rows(LivestockIdentifier)} == {"7", "70"}


def test_rule_8_a_move_writes_its_dated_row_and_the_card(barn: Barn) -> None:
    dry, milk = group(barn, "Dry"), group(barn, "Milk")
    move(barn.mirror, [barn.cow, barn.bull], dry, days_ago(20))
    move(barn.mirror, [barn.cow], milk, days_ago(10), reason="Calved")
    assert animal(barn, barn.cow).batch_id == milk
    with barn.mirror.read() as connection:
        assert set(members_on(connection, dry, days_ago(15))) == {barn.cow, barn.bull}
        assert members_on(connection, dry) == [barn.bull]
        assert members_on(connection, milk, days_ago(11)) == []
        assert members_on(connection, milk, days_ago(10)) == [barn.cow]
    with pytest.raises(InvalidValue, match="was moved on"):
        move(barn.mirror, [barn.cow], dry, days_ago(12))
    with pytest.raises(InvalidValue, match="was moved on"):
        saving.add(
            barn.mirror,
            LivestockBatchMember,
            {"animal_id": barn.cow, "batch_id": dry, "joined_on": days_ago(10)},
        )


def test_rule_8_a_group_changed_in_the_form_leaves_its_row_too(barn: Barn) -> None:
    dry, milk = group(barn, "Dry"), group(barn, "Milk")
    saving.change(barn.mirror, Livestock, barn.cow, {"batch_id": dry})
    saving.change(barn.mirror, Livestock, barn.cow, {"batch_id": milk})
    moves = barn.rows(LivestockBatchMember)
    assert [(row.animal_id, row.batch_id, row.joined_on) for row in moves] == [
        (barn.cow, milk, today())
    ]


def test_rule_8_the_group_before_the_first_move_is_dated_from_birth(barn: Barn) -> None:
    dry, milk = group(barn, "Dry"), group(barn, "Milk")
    species = animal(barn, barn.cow).species_id
    calf, _ = saving.add(
        barn.mirror,
        Livestock,
        {"tag_number": "9", "species_id": species, "batch_id": dry, "birth_date": days_ago(90)},
    )
    move(barn.mirror, [calf], milk, days_ago(3))
    with barn.mirror.read() as connection:
        assert members_on(connection, dry, days_ago(4)) == [calf]
        assert members_on(connection, dry, days_ago(91)) == []
        assert members_on(connection, milk) == [calf]


def test_rule_8_a_move_added_by_command_moves_the_animal(barn: Barn) -> None:
    dry = group(barn, "Dry")
    move_id, _ = saving.add(
        barn.mirror,
        LivestockBatchMember,
        {"animal_id": barn.cow, "batch_id": dry, "joined_on": days_ago(1)},
    )
    assert animal(barn, barn.cow).batch_id == dry
    with pytest.raises(Refusal, match="was born"):
        saving.change(barn.mirror, LivestockBatchMember, move_id, {"joined_on": days_ago(1600)})
    leave(barn.mirror, barn.bull, Exit.DEATH, days_ago(5), reason="Old")
    with pytest.raises(Refusal, match="no longer here"):
        move(barn.mirror, [barn.bull], dry, today())


def treat(barn: Barn, days: int, meat_days: int) -> None:
    given = datetime.now(UTC) - timedelta(days=days)
    course = {
        "animal_id": barn.cow,
        "reason": "Mastitis",
        "product": "Penicillin",
        "dose": Decimal(10),
        "given_at": given,
        "last_dose_at": given,
        "meat_hours": 24 * meat_days,
    }
    saving.add(barn.mirror, HealthTreatment, course)


@pytest.mark.parametrize("how", [Exit.SALE, Exit.SLAUGHTER, Exit.TRANSFER])
def test_rule_11_no_meat_leaves_under_withdrawal_without_a_reason(barn: Barn, how: Exit) -> None:
    treat(barn, 3, 14)
    with pytest.raises(Refusal, match=r"Bella.*withdrawal.*Penicillin") as refused:
        leave(barn.mirror, barn.cow, how, today(), went_to="NL 123")
    assert refused.value.field == "override_reason"
    with pytest.raises(Refusal, match="withdrawal"):
        saving.change(
            barn.mirror,
            Livestock,
            barn.cow,
            {"status": LivestockStatus.SLAUGHTERED, "left_on": today()},
        )
    leave(barn.mirror, barn.cow, how, today(), went_to="NL 123", override_reason="Buyer was told")
    assert "Under withdrawal: Buyer was told" in animal(barn, barn.cow).left_reason


def test_rule_11_what_is_over_or_dead_is_not_withheld(barn: Barn) -> None:
    treat(barn, 20, 14)
    leave(barn.mirror, barn.cow, Exit.SLAUGHTER, today(), went_to="NL 123")
    assert animal(barn, barn.cow).status == LivestockStatus.SLAUGHTERED
    take_back(barn.mirror, barn.cow, "Not she")
    treat(barn, 1, 14)
    leave(barn.mirror, barn.cow, Exit.DEATH, today(), reason="Mastitis")
    assert animal(barn, barn.cow).status == LivestockStatus.DEAD
