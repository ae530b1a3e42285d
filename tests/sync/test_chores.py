"""A chore that two PCs complete while offline goes on once, whatever each knew."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fluffydesk.actions import shifts, tasks
from fluffydesk.actions.rules.tasks import next_id
from fluffydesk.records.types import now
from fluffydesk.sync import resolve
from tests.sync.desks import Desk
from tests.sync.farms import Farm

TITLE = "Scrub the trough"


def _rows(farm: Farm) -> list[tuple[str, str | None]]:
    with farm.central.admin() as connection:
        return [
            tuple(row)
            for row in connection.execute(
                "SELECT status::text, skip_reason FROM tasks WHERE organization_id = %s "
                "AND title = %s ORDER BY due_at",
                (farm.id, TITLE),
            )
        ]


def _chore(farm: Farm, barn: Desk, office: Desk, due: datetime) -> Any:
    values = {"title": TITLE, "due_at": due, "recurrence": "FREQ=DAILY"}
    task_id, _ = tasks.add_task(barn.mirror, values)
    barn.sync()
    office.sync()
    return task_id


def test_two_pcs_that_complete_a_chore_offline_make_its_next_time_once(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    task_id = _chore(farm, barn, office, now() + timedelta(hours=1))
    for desk in (barn, office):
        tasks.done(desk.mirror, task_id)
    farm.settle()
    assert _rows(farm) == [("done", None), ("to_do", None)]
    assert barn.row("tasks", next_id(task_id)) == office.row("tasks", next_id(task_id))
    _one_says_who_it_was(farm, barn, office)


def test_one_skips_what_the_other_did_and_it_is_done(farm: Farm, barn: Desk, office: Desk) -> None:
    task_id = _chore(farm, barn, office, now() + timedelta(hours=1))
    tasks.skip(office.mirror, task_id, "No water")
    tasks.done(barn.mirror, task_id)
    farm.settle()
    assert [status for status, _ in _rows(farm)] == ["done", "to_do"]
    farm.assert_quiet()


def test_one_does_it_on_its_day_and_the_other_days_later(
    farm: Farm, barn: Desk, office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = now()
    task_id = _chore(farm, barn, office, today - timedelta(days=3, hours=2))
    with monkeypatch.context() as patch:
        patch.setattr("fluffydesk.actions.rules.tasks.now", lambda: today - timedelta(days=3))
        tasks.done(barn.mirror, task_id, at=today - timedelta(days=3))
    assert len(_of(barn)) == 2
    tasks.done(office.mirror, task_id, at=today - timedelta(days=3))
    assert len(_of(office)) == 4
    farm.settle()
    assert [status for status, _ in _rows(farm)] == ["done", "cancelled", "cancelled", "to_do"]
    _one_says_who_it_was(farm, barn, office)


def _one_says_who_it_was(farm: Farm, barn: Desk, office: Desk) -> None:
    """Both did it, and the row holds one of them: nothing else is asked."""
    assert not barn.conflicts()
    [conflict] = office.conflicts()
    assert (conflict.table, conflict.column) == ("tasks", "done_by")
    resolve.decide(office.mirror, conflict.id, "theirs")
    farm.settle()
    farm.assert_quiet()


def test_two_pcs_that_copy_a_week_plan_it_once(farm: Farm, barn: Desk, office: Desk) -> None:
    monday = date(2027, 6, 7)
    starts, ends = shifts.shift_times(monday, time(6), time(14), ZoneInfo("UTC"))
    shifts.plan(barn.mirror, {"user_id": barn.user, "starts_at": starts, "ends_at": ends})
    farm.settle()
    for desk in (barn, office):
        shifts.copy_week(desk.mirror, monday + timedelta(days=7))
    farm.settle()
    assert farm.value("SELECT count(*) FROM staff_shifts WHERE organization_id = %s", farm.id) == 2
    farm.assert_quiet()


def _of(desk: Desk) -> list[Any]:
    with desk.mirror.read() as connection:
        sql = "SELECT id FROM tasks WHERE title = ?"
        return list(connection.exec_driver_sql(sql, (TITLE,)))
