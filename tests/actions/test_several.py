"""Many animals leave or move by one unit of work; who may not is left out, with the reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from fluffydesk.actions import saving
from fluffydesk.actions.exits import Exit, leave
from fluffydesk.actions.groups import members_on, move
from fluffydesk.actions.several import leave_several, move_several, take_back_several, undo_moves
from fluffydesk.errors import InvalidValue, NotFound
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import WeightLog
from fluffydesk.records.livestock import Livestock, LivestockBatch, LivestockBatchMember
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.records.types import new_id
from tests.actions.barn import Barn, days_ago


def herd(barn: Barn, count: int) -> list[UUID]:
    """Add animals of the cow's species, tagged H0, H1 .."""
    (cow,) = [row for row in barn.rows(Livestock) if row.id == barn.cow]
    values = {"species_id": cow.species_id, "birth_date": days_ago(900)}
    return [
        saving.add(barn.mirror, Livestock, {**values, "tag_number": f"H{n}"})[0]
        for n in range(count)
    ]


def statuses(barn: Barn, ids: list[UUID]) -> list[LivestockStatus]:
    found = {row.id: row.status for row in barn.rows(Livestock)}
    return [found[one] for one in ids]


def test_rules_3_4_and_11_who_may_not_leave_is_left_out_and_the_others_go_in_one_unit(
    barn: Barn,
) -> None:
    free, treated, weighed, gone = ids = herd(barn, 4)
    given = datetime.now(UTC) - timedelta(days=2)
    course = {"animal_id": treated, "reason": "Lame", "product": "Penicillin", "dose": Decimal(9)}
    dates = {"given_at": given, "last_dose_at": given, "meat_hours": 400}
    saving.add(barn.mirror, HealthTreatment, {**course, **dates})
    scales = {"animal_id": weighed, "weighed_on": days_ago(0), "weight_kg": Decimal(400)}
    saving.add(barn.mirror, WeightLog, scales)
    leave(barn.mirror, gone, Exit.DEATH, days_ago(5), reason="Bloat")
    units = len(barn.units())
    done = leave_several(barn.mirror, ids, Exit.SALE, days_ago(1), went_to="NL 123")
    assert len(barn.units()) == units + 1
    assert done.done == (free,)
    assert [one.id for one in done.left_out] == [treated, weighed, gone]
    assert [one.name for one in done.left_out] == ["H1", "H2", "H3"]
    whys = [one.why for one in done.left_out]
    assert "withdrawal" in whys[0]
    assert "weigh" in whys[1].lower()
    assert "dead" in whys[2]
    active = LivestockStatus.ACTIVE
    assert statuses(barn, ids) == [LivestockStatus.SOLD, active, active, LivestockStatus.DEAD]
    again = leave_several(
        barn.mirror, [treated], Exit.SALE, days_ago(1), went_to="NL 123", override_reason="Told"
    )
    assert again.left_out == ()
    (row,) = [one for one in barn.rows(Livestock) if one.id == treated]
    assert row.left_reason == "Under withdrawal: Told"
    back = take_back_several(barn.mirror, [free, weighed], "Not sold")
    assert (back.done, [one.id for one in back.left_out]) == ((free,), [weighed])
    assert statuses(barn, [free]) == [active]


def test_what_is_missing_for_all_is_refused_at_its_field(barn: Barn) -> None:
    ids = herd(barn, 2)
    for how, on, field in (
        (Exit.SALE, days_ago(0), "went_to"),
        (Exit.CULL, days_ago(0), "left_reason"),
        (Exit.CULL, days_ago(-1), "left_on"),
    ):
        with pytest.raises(InvalidValue) as refused:
            leave_several(barn.mirror, ids, how, on)
        assert refused.value.field == field
    assert statuses(barn, ids) == [LivestockStatus.ACTIVE] * 2


def test_rule_8_many_are_moved_and_who_moved_later_is_left_out(barn: Barn) -> None:
    ids = herd(barn, 3)
    dry, milking = (saving.add(barn.mirror, LivestockBatch, {"name": n})[0] for n in ("Dry", "In"))
    move(barn.mirror, ids[2:], milking, days_ago(1))
    units = len(barn.units())
    done = move_several(barn.mirror, ids, dry, days_ago(3))
    assert (done.done, [one.id for one in done.left_out]) == (tuple(ids[:2]), ids[2:])
    assert "moved on" in done.left_out[0].why
    assert len(barn.units()) == units + 1
    with barn.mirror.read() as connection:
        assert set(members_on(connection, dry, days_ago(2))) == set(ids[:2])
        assert set(members_on(connection, dry, days_ago(4))) == set()
    with pytest.raises(NotFound):
        move_several(barn.mirror, ids, new_id(), days_ago(0))
    with pytest.raises(InvalidValue):
        move_several(barn.mirror, ids, dry, days_ago(-1))


def test_rule_8_a_move_of_many_is_taken_back_and_leaves_no_dated_row(barn: Barn) -> None:
    """Where each was before: in a group, in none, moved that same day already."""
    first, second, third, fourth = ids = herd(barn, 4)
    dry, sick = (
        saving.add(barn.mirror, LivestockBatch, {"name": name})[0] for name in ("Dry", "Sick bay")
    )
    move(barn.mirror, [first], dry, days_ago(30))
    move(barn.mirror, [third], dry, days_ago(2), reason="Dried off")

    def rows() -> list[object]:
        found = [row for row in barn.rows(LivestockBatchMember) if row.animal_id in ids]
        return sorted(str((r.animal_id, r.batch_id, r.joined_on, r.reason)) for r in found)

    def groups() -> list[UUID | None]:
        found = {row.id: row.batch_id for row in barn.rows(Livestock)}
        return [found[one] for one in ids]

    before = rows(), groups()
    done = move_several(barn.mirror, ids, sick, days_ago(2), reason="Cough")
    assert groups() == [sick] * 4
    units = len(barn.units())
    undone = undo_moves(barn.mirror, done)
    assert len(barn.units()) == units + 1
    assert (undone.done, undone.left_out) == (tuple(ids), ())
    assert (rows(), groups()) == before
    again = move_several(barn.mirror, ids, sick, days_ago(2))
    move(barn.mirror, [fourth], dry, days_ago(1))
    partly = undo_moves(barn.mirror, again)
    assert [one.id for one in partly.left_out] == [fourth]
    assert groups() == [dry, None, dry, dry]
    assert second in partly.done
