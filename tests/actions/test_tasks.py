"""Work done, skipped and handed over; chores that go on once; shifts that do not overlap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Row, select

from fluffydesk.actions import saving, shifts, tasks
from fluffydesk.actions.rules.tasks import MISSED, next_id
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import Role, Status
from fluffydesk.records.enums.events import TaskStatus
from fluffydesk.records.enums.organizations import StaffShiftStatus
from fluffydesk.records.events import Task
from fluffydesk.records.organizations import StaffShift
from fluffydesk.records.types import new_id, now
from fluffydesk.records.users import OrganizationUser, Profile
from tests.mirrors import ORGANIZATION, USER, make_mirror

BERT = UUID("01900000-0000-7000-8000-0000000000b2")
ZONE = ZoneInfo("Europe/Amsterdam")
TO_DO, DONE, CANCELLED = TaskStatus.TO_DO, TaskStatus.DONE, TaskStatus.CANCELLED


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    """Anna's PC at a farm near Amsterdam, where Bert works too."""
    with make_mirror(tmp_path / "mirror.db") as opened:
        _hire(opened, BERT, "Bert Boom")
        organization = opened.recall("organization")
        opened.remember(organization={**organization, "time_zone": "Europe/Amsterdam"})
        yield opened


def _hire(mirror: Mirror, person: UUID, name: str, status: Status = Status.ACTIVE) -> None:
    member = {
        "id": person,
        "organization_id": ORGANIZATION,
        "user_id": person,
        "role": Role.STAFF,
        "status": status,
    }
    with mirror.apply() as connection:
        write_images(connection, Profile, [to_image(Profile, {"id": person, "full_name": name})])
        write_images(connection, OrganizationUser, [to_image(OrganizationUser, member)])


def _task(mirror: Mirror, task_id: UUID) -> Row[Any]:
    with mirror.read() as connection:
        return saving.existing(connection, Task, task_id)


def _all(mirror: Mirror) -> list[Row[Any]]:
    with mirror.read() as connection:
        table = Task.__table__
        return list(connection.execute(select(table).order_by(table.c.due_at)))


def _chore(mirror: Mirror, due: datetime, **values: Any) -> UUID:
    given = {"title": "Feed the calves", "due_at": due, "recurrence": "FREQ=DAILY", **values}
    return tasks.add_task(mirror, given)[0]


def _soon() -> datetime:
    return now().replace(microsecond=0) + timedelta(hours=1)


def test_done_says_by_whom_and_when_and_undo_takes_it_back(mirror: Mirror) -> None:
    task_id, _ = tasks.add_task(mirror, {"title": "Mend the gate"})
    worked, changes = tasks.done(mirror, task_id)
    assert changes == {"tasks": {task_id}}
    row = _task(mirror, task_id)
    assert (row.status, row.done_by) == (DONE, USER)
    assert abs(row.done_at - now()) < timedelta(minutes=1)
    tasks.undo(mirror, worked)
    row = _task(mirror, task_id)
    assert (row.status, row.done_at, row.done_by) == (TO_DO, None, None)


def test_rule_26_a_form_or_command_that_says_done_tells_who_and_when_too(mirror: Mirror) -> None:
    task_id, _ = saving.add(mirror, Task, {"title": "Mend the gate", "status": DONE})
    assert _task(mirror, task_id).done_by == USER
    saving.change(mirror, Task, task_id, {"status": TO_DO})
    assert _task(mirror, task_id).done_at is None
    with pytest.raises(InvalidValue, match="future"):
        saving.change(mirror, Task, task_id, {"status": DONE, "done_at": now() + timedelta(days=1)})


def test_what_is_over_is_not_done_again(mirror: Mirror) -> None:
    task_id, _ = tasks.add_task(mirror, {"title": "Mend the gate"})
    tasks.done(mirror, task_id)
    for act in (tasks.done, tasks.start):
        with pytest.raises(InvalidValue, match="done already"):
            act(mirror, task_id)
    tasks.reopen(mirror, task_id)
    with pytest.raises(InvalidValue, match="open already"):
        tasks.reopen(mirror, task_id)


def test_who_begins_what_nobody_had_has_it(mirror: Mirror) -> None:
    task_id, _ = tasks.add_task(mirror, {"title": "Mend the gate"})
    tasks.start(mirror, task_id)
    row = _task(mirror, task_id)
    assert (row.status, row.assigned_to) == (TaskStatus.IN_PROGRESS, USER)


def test_work_is_given_to_those_who_work_here(mirror: Mirror) -> None:
    task_id, _ = tasks.add_task(mirror, {"title": "Mend the gate"})
    tasks.assign(mirror, task_id, BERT)
    assert _task(mirror, task_id).assigned_to == BERT
    left = new_id()
    _hire(mirror, left, "Cora Past", Status.INACTIVE)
    with pytest.raises(InvalidValue, match="Cora Past does not work here") as refusal:
        tasks.assign(mirror, task_id, left)
    assert refusal.value.field == "assigned_to"
    with pytest.raises(InvalidValue, match="does not work here"):
        saving.change(mirror, Task, task_id, {"assigned_to": left})
    assert _task(mirror, task_id).assigned_to == BERT


def test_skipping_needs_a_reason_whichever_way(mirror: Mirror) -> None:
    task_id, _ = tasks.add_task(mirror, {"title": "Mend the gate"})
    for reason in ("", "  "):
        with pytest.raises(InvalidValue) as refusal:
            tasks.skip(mirror, task_id, reason)
        assert refusal.value.field == "skip_reason"
    with pytest.raises(InvalidValue):
        saving.change(mirror, Task, task_id, {"status": CANCELLED})
    worked, _ = tasks.skip(mirror, task_id, "It rains")
    row = _task(mirror, task_id)
    assert (row.status, row.skip_reason, row.done_at) == (CANCELLED, "It rains", None)
    tasks.undo(mirror, worked)
    row = _task(mirror, task_id)
    assert (row.status, row.skip_reason) == (TO_DO, None)


def test_handing_over_is_written_down_and_is_about_one_time_only(mirror: Mirror) -> None:
    task_id = _chore(mirror, _soon(), notes="The blue buckets", assigned_to=USER)
    tasks.hand_over(mirror, task_id, BERT, "I am at  the vet")
    row = _task(mirror, task_id)
    assert row.assigned_to == BERT
    first, line = row.notes.splitlines()
    assert first == "The blue buckets"
    assert line.startswith("Handed over by Anna Adams to Bert Boom, ")
    assert line.endswith(": I am at the vet")
    with pytest.raises(InvalidValue, match="has it already"):
        tasks.hand_over(mirror, task_id, BERT)
    tasks.done(mirror, task_id)
    assert _task(mirror, next_id(task_id)).notes == "The blue buckets"


def test_a_chore_goes_on_once(mirror: Mirror) -> None:
    due = _soon()
    task_id = _chore(mirror, due, assigned_to=BERT, expected_minutes=20)
    worked, changes = tasks.done(mirror, task_id)
    assert changes == {"tasks": {task_id, next_id(task_id)}}
    following = _task(mirror, next_id(task_id))
    wall = due.astimezone(ZONE) + timedelta(days=1)
    assert following.due_at.astimezone(ZONE) == wall
    assert (following.status, following.assigned_to, following.expected_minutes) == (
        TO_DO,
        BERT,
        20,
    )
    tasks.undo(mirror, worked)
    assert [row.id for row in _all(mirror)] == [task_id]
    tasks.done(mirror, task_id)
    tasks.done(mirror, next_id(task_id))
    assert [row.status for row in _all(mirror)] == [DONE, DONE, TO_DO]


def test_a_chore_goes_on_when_a_form_or_command_ends_it(mirror: Mirror) -> None:
    values = {"title": "Feed the calves", "due_at": _soon(), "recurrence": "FREQ=DAILY"}
    task_id, _ = saving.add(mirror, Task, values)
    saving.change(mirror, Task, task_id, {"status": DONE})
    saving.change(mirror, Task, task_id, {"notes": "All drank"})
    assert [row.status for row in _all(mirror)] == [DONE, TO_DO]


def test_a_next_time_that_somebody_touched_stays(mirror: Mirror) -> None:
    task_id = _chore(mirror, _soon())
    tasks.done(mirror, task_id)
    tasks.assign(mirror, next_id(task_id), BERT)
    tasks.reopen(mirror, task_id)
    assert len(_all(mirror)) == 2
    tasks.done(mirror, task_id)
    assert len(_all(mirror)) == 2


def test_times_nobody_did_are_missed_and_one_waits(mirror: Mirror) -> None:
    due = (now() - timedelta(days=3, hours=2)).replace(microsecond=0)
    task_id = _chore(mirror, due)
    tasks.skip(mirror, task_id, "No hands")
    rows = _all(mirror)
    assert [row.status for row in rows] == [CANCELLED, CANCELLED, CANCELLED, TO_DO]
    assert [row.skip_reason for row in rows] == ["No hands", MISSED, MISSED, None]
    tasks.reopen(mirror, task_id)
    assert [row.id for row in _all(mirror)] == [task_id]


def test_a_chore_ends(mirror: Mirror) -> None:
    last = _soon()
    task_id = _chore(mirror, last, recurrence=f"FREQ=DAILY;UNTIL={last.astimezone(ZONE):%Y%m%d}")
    tasks.done(mirror, task_id)
    assert len(_all(mirror)) == 1
    task_id = _chore(mirror, last)
    tasks.end_chore(mirror, task_id)
    tasks.done(mirror, task_id)
    assert len(_all(mirror)) == 2
    with pytest.raises(InvalidValue, match="does not repeat"):
        tasks.end_chore(mirror, task_id)


def test_rule_25_a_chore_keeps_its_time_of_day_over_a_change_of_the_clock(mirror: Mirror) -> None:
    task_id = _chore(mirror, datetime(2030, 3, 30, 6, tzinfo=ZONE))
    tasks.done(mirror, task_id)
    assert _task(mirror, next_id(task_id)).due_at == datetime(2030, 3, 31, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"recurrence": "every day"}, "recurrence"),
        ({"recurrence": "FREQ=DAILY;COUNT=3"}, "recurrence"),
        ({"due_at": None}, "due_at"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(
    mirror: Mirror, values: dict[str, Any], field: str
) -> None:
    given = {"title": "Feed", "due_at": _soon(), "recurrence": "FREQ=DAILY", **values}
    for add in (tasks.add_task, lambda mirror, given: saving.add(mirror, Task, given)):
        with pytest.raises(InvalidValue) as refusal:
            add(mirror, given)
        assert refusal.value.field == field
    assert _all(mirror) == []


DAY = date(2026, 12, 3)


def _shift(person: UUID, starts: time, ends: time, day: date = DAY, **more: Any) -> dict[str, Any]:
    first, last = shifts.shift_times(day, starts, ends, ZONE)
    return {"user_id": person, "starts_at": first, "ends_at": last, **more}


def _shifts(mirror: Mirror) -> list[Row[Any]]:
    with mirror.read() as connection:
        table = StaffShift.__table__
        return list(connection.execute(select(table).order_by(table.c.starts_at)))


def test_nobody_works_two_shifts_at_a_time(mirror: Mirror) -> None:
    shifts.plan(mirror, _shift(BERT, time(6), time(14)))
    shifts.plan(mirror, _shift(BERT, time(14), time(20)))  # one ends as the next begins
    shifts.plan(mirror, _shift(USER, time(6), time(14)))
    with pytest.raises(InvalidValue) as refusal:
        shifts.plan(mirror, _shift(BERT, time(5), time(6, 1)))
    assert refusal.value.message == (
        "Bert Boom already has a shift, 3 December 2026 from 06:00 to 14:00."
    )
    with pytest.raises(InvalidValue, match="already has a shift"):
        saving.add(mirror, StaffShift, _shift(BERT, time(13), time(15)))
    assert len(_shifts(mirror)) == 3


def test_a_night_shift_ends_the_next_morning(mirror: Mirror) -> None:
    night, _ = shifts.plan(mirror, _shift(BERT, time(22), time(6)))
    [row] = _shifts(mirror)
    assert row.ends_at - row.starts_at == timedelta(hours=8)
    with pytest.raises(InvalidValue, match="already has a shift"):
        shifts.plan(mirror, _shift(BERT, time(5), time(13), DAY + timedelta(days=1)))
    shifts.mark(mirror, night, StaffShiftStatus.CANCELLED)
    shifts.plan(mirror, _shift(BERT, time(5), time(13), DAY + timedelta(days=1)))
    with pytest.raises(InvalidValue, match="already has a shift"):
        saving.change(mirror, StaffShift, night, {"status": StaffShiftStatus.PLANNED})


def test_rule_25_a_night_on_which_the_clock_is_changed_is_shorter_or_longer(
    mirror: Mirror,
) -> None:
    spring = shifts.shift_times(date(2027, 3, 27), time(22), time(6), ZONE)
    autumn = shifts.shift_times(date(2027, 10, 30), time(22), time(6), ZONE)
    assert spring[1] - spring[0] == timedelta(hours=7)
    assert autumn[1] - autumn[0] == timedelta(hours=9)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_at": datetime(2026, 12, 3, 5, tzinfo=ZONE)}, "ends_at"),
        ({"ends_at": datetime(2026, 12, 5, 6, tzinfo=ZONE)}, "ends_at"),
        ({"break_minutes": 480}, "break_minutes"),
    ],
)
def test_a_shift_ends_within_a_day_and_is_longer_than_its_break(
    mirror: Mirror, change: dict[str, Any], field: str
) -> None:
    values = {**_shift(BERT, time(6), time(14)), **change}
    with pytest.raises(InvalidValue) as refusal:
        saving.add(mirror, StaffShift, values)
    assert refusal.value.field == field


def test_a_shift_moves_to_another_day_and_person(mirror: Mirror) -> None:
    night, _ = shifts.plan(mirror, _shift(BERT, time(22), time(6), date(2027, 3, 27)))
    shifts.move_shift(mirror, night, person=USER, day=date(2027, 3, 28))
    [row] = _shifts(mirror)
    assert row.user_id == USER
    assert row.ends_at - row.starts_at == timedelta(hours=8)
    assert row.starts_at == datetime(2027, 3, 28, 20, tzinfo=UTC)
    shifts.mark(mirror, night, StaffShiftStatus.WORKED)
    with pytest.raises(InvalidValue, match="cannot become"):
        shifts.mark(mirror, night, StaffShiftStatus.MISSED)
    shifts.remove_shift(mirror, night)
    assert _shifts(mirror) == []


def test_a_week_is_copied_once_with_its_times_of_day(mirror: Mirror) -> None:
    monday = date(2027, 3, 29)  # the clock is changed on the day before
    for person, day in ((BERT, date(2027, 3, 22)), (USER, date(2027, 3, 23))):
        shifts.plan(mirror, _shift(person, time(6), time(14), day, duty="Milking"))
    shifts.plan(mirror, _shift(USER, time(4), time(7), date(2027, 3, 30)))
    called_off = {"status": StaffShiftStatus.CANCELLED}
    shifts.plan(mirror, _shift(BERT, time(6), time(14), date(2027, 3, 24), **called_off))
    copied, changes = shifts.copy_week(mirror, monday)
    assert len(copied.added) == 1
    assert copied.left_out == (
        "Anna Adams already has a shift, 30 March 2027 from 04:00 to 07:00.",
    )
    assert changes == {"staff_shifts": set(copied.added)}
    [row] = [row for row in _shifts(mirror) if row.id == copied.added[0]]
    assert (row.user_id, row.duty) == (BERT, "Milking")
    assert row.starts_at == datetime(2027, 3, 29, 4, tzinfo=UTC)
    again, changes = shifts.copy_week(mirror, monday)
    assert (again.added, dict(changes)) == ((), {})
