"""Reminders of patients: the next one after a dose or a visit, done, called off, begun anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from fluffydesk.actions import rules
from fluffydesk.actions.saving import existing
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.enums.medical import ReminderStatus
from fluffydesk.records.medical import Reminder
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import facts_of

OPEN = (ReminderStatus.PENDING, ReminderStatus.SENT)
"""The states in which a reminder may still be sent."""
_REPEAT = ("repeat_every", "repeat_unit", "repeat_until")


@dataclass(frozen=True)
class Ended:
    """What was done to a reminder, and what its columns held before."""

    reminder_id: UUID
    title: str
    before: Mapping[str, Any]


def done(mirror: Mirror, reminder_id: UUID) -> tuple[Ended, Changes]:
    """Complete an open reminder now; one that repeats makes the next, once (rule 18)."""
    return _end(mirror, reminder_id, "Done", {"status": ReminderStatus.DONE, "done_at": now()})


def cancel(mirror: Mirror, reminder_id: UUID) -> tuple[Ended, Changes]:
    """Call an open reminder off: it is sent no more, and makes no next one."""
    return _end(mirror, reminder_id, "Call off", {"status": ReminderStatus.CANCELLED})


def put_back(mirror: Mirror, ended: Ended) -> Changes:
    """Undo: a reminder has again what it had; the next one it made goes, if nobody touched it."""
    with mirror.unit(f"Undo: {ended.title}") as unit:
        _write(unit, ended.reminder_id, dict(ended.before))
    return unit.changes


def _end(
    mirror: Mirror, reminder_id: UUID, verb: str, values: dict[str, Any]
) -> tuple[Ended, Changes]:
    with mirror.read() as connection:
        before = existing(connection, Reminder, reminder_id)
    if before.status not in OPEN:
        word = "done" if before.status == ReminderStatus.DONE else "called off"
        raise InvalidValue(f"“{before.title}” is {word} already.", "Look at the list again.")
    with mirror.unit(f"{verb}: {before.title}") as unit:
        _write(unit, reminder_id, values)
        after = existing(unit.connection, Reminder, reminder_id)
    return Ended(reminder_id, before.title, former(Reminder, before, after)), unit.changes


def former(record: type[Any], before: Row[Any], after: Row[Any]) -> dict[str, Any]:
    """Return what the columns held that a change wrote, for the way back."""
    return {
        column.name: getattr(before, column.name)
        for column in record.__table__.columns
        if not facts_of(column).housekeeping
        and getattr(before, column.name) != getattr(after, column.name)
    }


def _write(unit: Unit, reminder_id: UUID, values: dict[str, Any]) -> None:
    before = existing(unit.connection, Reminder, reminder_id)
    unit.update(Reminder, reminder_id, values)
    after = existing(unit.connection, Reminder, reminder_id)
    rules.hold(unit.connection, Reminder, before, after)
