"""The sample farm's people at work: tasks, chores with a past, and the shifts of three weeks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from fluffydesk.demo.sample import Maker, local
from fluffydesk.records.enums import Role
from fluffydesk.records.enums.events import TaskKind, TaskPriority, TaskStatus
from fluffydesk.records.enums.organizations import StaffShiftStatus
from fluffydesk.records.events import Task
from fluffydesk.records.organizations import StaffShift

_DAYS_BACK = 14
_DAILY = (
    ("Feed the calves", TaskKind.FEEDING, 6, 30, "staff", 25),
    ("Scrape the cubicle barn", TaskKind.CLEANING, 9, 0, "staff", 40),
    ("Walk the hens' range and shut the pop holes", TaskKind.GENERAL, 16, 30, "manager", 20),
)
_WEEKLY = (
    ("Foot bath for the milking herd", TaskKind.HOOF_CARE, 0, 10, "staff", 60),
    ("Order feed and straw", TaskKind.ORDERING, 2, 11, "manager", 30),
    ("Grease the parlour's gates", TaskKind.MAINTENANCE, 4, 14, None, 45),
)
_ONCE = (
    ("Mend the fence of the lower paddock", TaskKind.MAINTENANCE, TaskPriority.HIGH, -2, 15, None),
    (
        "Ring the creamery about the tank",
        TaskKind.ORDERING,
        TaskPriority.URGENT,
        0,
        12,
        "staff",
    ),
    ("Fill in the movement forms", TaskKind.PAPERWORK, TaskPriority.NORMAL, 0, 17, "manager"),
    ("Check the heifers for ringworm", TaskKind.HEALTH_CHECK, TaskPriority.NORMAL, 1, 9, "staff"),
    ("Service the slurry pump", TaskKind.MAINTENANCE, TaskPriority.NORMAL, 5, 10, None),
)
_SHIFTS = (
    ("staff", "Milking and calves", 5, 13, (0, 1, 2, 3, 4, 5)),
    ("manager", "Herd and hens", 7, 16, (0, 1, 2, 3, 4)),
    ("manager", "Milking", 5, 9, (6,)),
    ("owner", "Evening milking", 15, 20, (0, 2, 4, 6)),
)


def write_people(maker: Maker, members: Mapping[str, UUID]) -> None:
    """Add the work of the people in `members`: what is over is done, what is late is late."""
    for chore in _DAILY:
        _chore(maker, members, "FREQ=DAILY", 1, maker.today, *chore)
    for title, kind, weekday, hour, who, minutes in _WEEKLY:
        last = maker.today - timedelta(days=(maker.today.weekday() - weekday) % 7)
        _chore(maker, members, "FREQ=WEEKLY", 7, last, title, kind, hour, 0, who, minutes)
    for title, kind, priority, days, hour, whose in _ONCE:
        maker.add(
            Task,
            maker.today - timedelta(days=4),
            title=title,
            kind=kind,
            priority=priority,
            due_at=local(maker.today + timedelta(days=days), hour),
            assigned_to=members[whose] if whose else None,
        )
    _shut(maker, members)
    _nights(maker, members)
    monday = maker.today - timedelta(days=maker.today.weekday() + 7)
    for shift in _SHIFTS:
        for week in range(3):
            _plan(maker, members, monday + timedelta(weeks=week), *shift)


def _chore(
    maker: Maker,
    members: Mapping[str, UUID],
    recurrence: str,
    step: int,
    last: date,
    title: str,
    kind: TaskKind,
    hour: int,
    minute: int,
    who: str | None,
    minutes: int,
) -> None:
    """Add a chore's times up to `last`; that of today is done where it is early in the day."""
    day = last - timedelta(days=_DAYS_BACK // step * step)
    common: dict[str, Any] = {
        "title": title,
        "kind": kind,
        "recurrence": recurrence,
        "expected_minutes": minutes,
        "assigned_to": members[who] if who else None,
    }
    while day < last or (day == last and hour < 9):
        due = local(day, hour, minute)
        done = due + timedelta(minutes=maker.random.randint(5, 50))
        ended = {"status": TaskStatus.DONE, "done_at": done, "done_by": members[who or "staff"]}
        maker.add(Task, day, due_at=due, **common, **ended)
        day += timedelta(days=step)
    maker.add(Task, min(day, maker.today), due_at=local(day, hour, minute), **common)


def _shut(maker: Maker, members: Mapping[str, UUID]) -> None:
    """One thing that was skipped, with its reason."""
    maker.add(
        Task,
        maker.today - timedelta(days=3),
        title="Spread the straw in the young stock barn",
        kind=TaskKind.CLEANING,
        due_at=local(maker.today, 8),
        assigned_to=members["staff"],
        status=TaskStatus.CANCELLED,
        skip_reason="No straw: the lorry comes tomorrow",
    )


def _nights(maker: Maker, members: Mapping[str, UUID]) -> None:
    """Two nights in the calving barn, over midnight."""
    for days in (1, 3):
        day = maker.today + timedelta(days=days)
        _shift(
            maker,
            members["owner"],
            "Calving watch",
            local(day, 22),
            local(day + timedelta(days=1), 4),
            is_on_call=True,
        )


def _plan(
    maker: Maker,
    members: Mapping[str, UUID],
    monday: date,
    who: str,
    duty: str,
    starts: int,
    ends: int,
    weekdays: tuple[int, ...],
) -> None:
    for weekday in weekdays:
        day = monday + timedelta(days=weekday)
        over = day < maker.today
        _shift(
            maker,
            members[who],
            duty,
            local(day, starts),
            local(day, ends),
            role={"staff": Role.STAFF, "manager": Role.MANAGER, "owner": Role.OWNER}[who],
            status=StaffShiftStatus.WORKED if over else StaffShiftStatus.PLANNED,
            break_minutes=30 if ends - starts > 6 else 0,
        )


def _shift(
    maker: Maker, person: UUID, duty: str, starts: datetime, ends: datetime, **more: Any
) -> None:
    written = min(starts - timedelta(days=10), local(maker.today, 6))
    maker.add(
        StaffShift, written, user_id=person, duty=duty, starts_at=starts, ends_at=ends, **more
    )
