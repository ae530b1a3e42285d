"""Giving out work, doing it, skipping it with a reason, and handing it over; each can be undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from fluffydesk.actions import rules
from fluffydesk.actions.rules.people import author_of, name_of, zone_of
from fluffydesk.actions.rules.tasks import HANDED_OVER, OVER
from fluffydesk.actions.saving import check, existing
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.enums.events import TaskStatus
from fluffydesk.records.events import Task
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import facts_of


@dataclass(frozen=True)
class Worked:
    """What was done to a task, and what its columns held before."""

    task_id: UUID
    title: str
    before: Mapping[str, Any]


def add_task(mirror: Mirror, values: Mapping[str, Any]) -> tuple[UUID, Changes]:
    """Add a piece of work; raises InvalidValue with the field. Return its id and what changed."""
    kept = check(Task, values)
    with mirror.unit(f"Add task: {kept['title']}") as unit:
        task_id = unit.insert(Task, kept)
        after = existing(unit.connection, Task, task_id)
        rules.hold(unit.connection, Task, None, after)
    return task_id, unit.changes


def change_task(mirror: Mirror, task_id: UUID, values: Mapping[str, Any]) -> Changes:
    """Change some columns of a piece of work; raises InvalidValue with the field."""
    kept = check(Task, values, partial=True)
    return _write(mirror, task_id, "Change task", kept)[1]


def assign(mirror: Mirror, task_id: UUID, person: UUID | None) -> tuple[Worked, Changes]:
    """Give open work to somebody who works here, or to nobody in particular."""
    with mirror.read() as connection:
        _must_be_open(existing(connection, Task, task_id))
        to = "nobody" if person is None else name_of(connection, person)
    return _write(mirror, task_id, f"Give to {to}", {"assigned_to": person})


def start(mirror: Mirror, task_id: UUID) -> tuple[Worked, Changes]:
    """Begin open work; what nobody had is from then on that of whoever is at this PC."""
    with mirror.read() as connection:
        task = existing(connection, Task, task_id)
        _must_be_open(task)
        who = task.assigned_to or author_of(connection)
    values = {"status": TaskStatus.IN_PROGRESS, "assigned_to": who}
    return _write(mirror, task_id, "Start task", values)


def done(
    mirror: Mirror, task_id: UUID, *, at: datetime | None = None, by: UUID | None = None
) -> tuple[Worked, Changes]:
    """Complete open work, now and by whoever is at this PC unless said (rule 26).

    Of a chore the next time is written, once: see `rules.tasks`. InvalidValue once it is over.
    """
    with mirror.read() as connection:
        _must_be_open(existing(connection, Task, task_id))
        by = by or author_of(connection)
    values = {"status": TaskStatus.DONE, "done_at": at or now(), "done_by": by}
    return _write(mirror, task_id, "Task done", values)


def skip(mirror: Mirror, task_id: UUID, reason: str) -> tuple[Worked, Changes]:
    """Call open work off, with the reason; a chore goes on with its next time."""
    with mirror.read() as connection:
        _must_be_open(existing(connection, Task, task_id))
    values = check(Task, {"skip_reason": reason}, partial=True)
    return _write(mirror, task_id, "Skip task", {**values, "status": TaskStatus.CANCELLED})


def reopen(mirror: Mirror, task_id: UUID) -> tuple[Worked, Changes]:
    """Open work that was done or skipped; the next time of a chore goes, if nobody touched it."""
    with mirror.read() as connection:
        task = existing(connection, Task, task_id)
    if task.status not in OVER:
        raise InvalidValue(f"“{task.title}” is open already.")
    return _write(mirror, task_id, "Reopen task", {"status": TaskStatus.TO_DO})


def hand_over(
    mirror: Mirror, task_id: UUID, person: UUID, note: str = ""
) -> tuple[Worked, Changes]:
    """Give open work to somebody else and write into its notes who gave it to whom, and why.

    The line is about this time: the next time of a chore does not have it.
    """
    with mirror.read() as connection:
        task = existing(connection, Task, task_id)
        _must_be_open(task)
        if task.assigned_to == person:
            raise InvalidValue(
                f"{name_of(connection, person)} has it already.",
                "Choose somebody else.",
                field="assigned_to",
            )
        giver = name_of(connection, author_of(connection))
        taker = name_of(connection, person)
        here = now().astimezone(zone_of(connection))
    line = f"{HANDED_OVER}by {giver} to {taker}, {here.day} {here:%B %H:%M}"
    line += f": {' '.join(note.split())}" if note.strip() else ""
    notes = f"{task.notes}\n{line}" if task.notes else line
    values = check(Task, {"assigned_to": person, "notes": notes}, partial=True)
    return _write(mirror, task_id, f"Hand over to {taker}", values)


def put_off(mirror: Mirror, task_id: UUID, due: datetime) -> tuple[Worked, Changes]:
    """Give open work a later time (or an earlier one)."""
    with mirror.read() as connection:
        _must_be_open(existing(connection, Task, task_id))
    return _write(mirror, task_id, "Put off task", {"due_at": due})


def undo(mirror: Mirror, worked: Worked) -> Changes:
    """Give a task back what it had before, as a unit of work of its own."""
    return _write(mirror, worked.task_id, "Undo task", dict(worked.before))[1]


def end_chore(mirror: Mirror, task_id: UUID) -> tuple[Worked, Changes]:
    """Let a chore repeat no more: what is open of it is its last time."""
    with mirror.read() as connection:
        task = existing(connection, Task, task_id)
    if task.recurrence is None:
        raise InvalidValue(f"“{task.title}” does not repeat.")
    return _write(mirror, task_id, "End chore", {"recurrence": None})


def _write(
    mirror: Mirror, task_id: UUID, verb: str, values: dict[str, Any]
) -> tuple[Worked, Changes]:
    with _changing(mirror, task_id, verb) as (unit, before):
        unit.update(Task, task_id, values)
        after = existing(unit.connection, Task, task_id)
        rules.hold(unit.connection, Task, before, after)
        # What a rule wrote beside it goes back too.
        after = existing(unit.connection, Task, task_id)
    former = {
        column.name: getattr(before, column.name)
        for column in Task.__table__.columns
        if not facts_of(column).housekeeping
        and getattr(before, column.name) != getattr(after, column.name)
    }
    return Worked(task_id, before.title, former), unit.changes


@contextmanager
def _changing(mirror: Mirror, task_id: UUID, verb: str) -> Iterator[tuple[Unit, Row[Any]]]:
    with mirror.read() as connection:
        title = existing(connection, Task, task_id).title
    with mirror.unit(f"{verb}: {title}") as unit:
        yield unit, existing(unit.connection, Task, task_id)


def _must_be_open(task: Row[Any]) -> None:
    if task.status not in OVER:
        return
    word = "done" if task.status == TaskStatus.DONE else "called off"
    raise InvalidValue(f"“{task.title}” is {word} already.", "Reopen it first.", field="status")
