"""Rules of tasks: who did it and when, why it was skipped, and the next of work that repeats."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row

from fluffydesk.actions.rules.people import author_of, must_work_here, zone_of
from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.recurrence import Recurrence, next_due, parse
from fluffydesk.mirror.images import to_image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.events import TaskStatus
from fluffydesk.records.events import Task
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import Record

OVER = (TaskStatus.DONE, TaskStatus.CANCELLED)
MISSED = "Missed: nobody did it before it was due again"
HANDED_OVER = "Handed over "
"""How a line of the notes begins that is about one time only, and not about the next."""
_MOST_MISSED = 400
_SLACK = timedelta(minutes=5)
_TASKS = Task.__table__
_COPIED = (
    *("title", "kind", "priority", "assigned_to", "expected_minutes", "livestock_id"),
    *("batch_id", "flock_id", "pet_id", "room_id"),
)


def rule_of(recurrence: str) -> Recurrence:
    """Return a task's rule; InvalidValue where the text says none."""
    try:
        return parse(recurrence)
    except ValueError as error:
        raise InvalidValue(
            f"How it repeats cannot be read: {error}",
            "Write it as FREQ=WEEKLY;BYDAY=MO,TH or FREQ=DAILY, or leave it empty.",
            field="recurrence",
        ) from error


def next_id(task: UUID) -> UUID:
    """Return the key of the work that follows a chore's: the same on every PC.

    Two PCs that complete a chore while offline thereby add one row, not two.
    """
    return uuid5(task, "next")


def _repeats(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """What repeats has a rule that can be read, and a first time."""
    if after is None or after.recurrence is None:
        return
    if before is None or before.recurrence != after.recurrence:
        rule_of(after.recurrence)
    if after.due_at is None:
        raise InvalidValue(
            "Work that repeats needs a day on which it is due first.",
            "Enter when it is due.",
            field="due_at",
        )


def _who(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Work is given to those who work here (rule 26 tells who did it)."""
    if after is not None and (before is None or before.assigned_to != after.assigned_to):
        must_work_here(connection, after.assigned_to, "assigned_to")


def _ending(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """What is done says by whom and when, what is skipped says why (rule 26)."""
    if after is None:
        return
    was = None if before is None else before.status
    if after.status == TaskStatus.CANCELLED != was and not after.skip_reason:
        raise InvalidValue(
            f"“{after.title}” is called off without a reason.",
            "Say in a few words why it is not done.",
            field="skip_reason",
        )
    if after.done_at is not None and after.done_at > now() + _SLACK:
        raise InvalidValue(
            "It cannot have been done in the future.", "Check the time.", field="done_at"
        )
    if after.status == TaskStatus.DONE != was:
        filled = {
            "done_at": after.done_at or now(),
            "done_by": after.done_by or author_of(connection),
        }
        _write(connection, after, filled)
    elif was == TaskStatus.DONE != after.status:
        _write(connection, after, {"done_at": None, "done_by": None})
    if was == TaskStatus.CANCELLED and after.status not in OVER:
        _write(connection, after, {"skip_reason": None})


def _goes_on(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """The end of one time of a chore makes the next, once; taken back, it takes the next back.

    Times that passed meanwhile are written down as missed, so that one waits and not a row of
    them. All of it follows from the row and nothing else: two PCs make the same rows.
    """
    if after is None or after.recurrence is None or after.due_at is None:
        return
    was_over = before is not None and before.status in OVER
    if after.status in OVER and not was_over:
        for values in _following(connection, after, now()):
            if row_of(connection, Task, values["id"]) is not None:
                return
            _insert(connection, after, values)
    elif was_over and after.status not in OVER:
        for values in _following(connection, after, now()):
            made = row_of(connection, Task, values["id"])
            if made is None or not _untouched(made, values):
                return
            connection.execute(_TASKS.delete().where(_TASKS.c.id == made.id))


def _following(connection: Connection, task: Row[Any], at: datetime) -> Iterator[dict[str, Any]]:
    """Yield the values of the times missed by `at`, and of the one that waits."""
    zone = zone_of(connection)
    key, following = task.id, next_due(rule_of(task.recurrence), task.due_at, zone)
    common = {name: getattr(task, name) for name in _COPIED} | {"notes": _standing(task.notes)}
    for _ in range(_MOST_MISSED):
        if following is None:
            return
        due, rule = following
        following = next_due(rule, due, zone)
        missed = following is not None and following[0] <= at
        key = next_id(key)
        yield common | {
            "id": key,
            "due_at": due,
            "recurrence": rule.text(),
            "status": TaskStatus.CANCELLED if missed else TaskStatus.TO_DO,
            "skip_reason": MISSED if missed else None,
        }
        if not missed:
            return


def _standing(notes: str | None) -> str | None:
    """Return the notes that are about every time of a chore."""
    lines = [line for line in (notes or "").splitlines() if not line.startswith(HANDED_OVER)]
    return "\n".join(lines).strip() or None


def _untouched(made: Row[Any], values: dict[str, Any]) -> bool:
    return all(getattr(made, name) == value for name, value in values.items())


def _write(connection: Connection, task: Row[Any], values: dict[str, Any]) -> None:
    new = {name: value for name, value in values.items() if getattr(task, name) != value}
    if new:
        connection.execute(_TASKS.update().where(_TASKS.c.id == task.id).values(new))


def _insert(connection: Connection, task: Row[Any], values: dict[str, Any]) -> None:
    author = Mirror.state.get(connection, "author") or {}
    kept = {
        "organization_id": task.organization_id,
        "created_at": now(),
        "updated_at": now(),
        "updated_by": author.get("user_id"),
        "updated_device": author.get("device_name"),
        "row_version": 1,
    }
    image = to_image(Task, {**kept, **values})
    names, marks = ", ".join(image), ", ".join("?" * len(image))
    connection.exec_driver_sql(
        f"INSERT INTO {_TASKS.name} ({names}) VALUES ({marks})", tuple(image.values())
    )


RULES: dict[type[Record], tuple[Rule, ...]] = {Task: (_repeats, _who, _ending, _goes_on)}
