"""Reminders of patients: the next one after a dose or a visit, done, called off, begun anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Row, select

from fluffydesk.actions import rules
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.enums.medical import ReminderKind, ReminderStatus
from fluffydesk.records.medical import Reminder
from fluffydesk.records.pets import ClinicPatient, Pet
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


def next_id(pet_id: UUID, kind: str, what: str, due_on: date) -> UUID:
    """Return the key of a reminder that follows from a dose or a visit: the same on every PC.

    Two PCs that complete the same thing while offline thereby add one row, not two (rule 18).
    """
    words = " ".join(what.casefold().split())
    return uuid5(pet_id, f"reminder {kind!s} {words} {due_on.isoformat()}")


def next_after(
    unit: Unit,
    *,
    pet_id: UUID,
    kind: ReminderKind,
    what: str,
    done_on: date,
    due_on: date | None,
    message: str | None = None,
) -> UUID | None:
    """Write, in `unit`, that `what` was done for a pet, and remind of the next one once (rule 18).

    Open reminders of the same pet, kind and words that were due before the next one are done.
    Returns the id of the next reminder, also where it is there already; None where nothing is
    due, and for a pet that died or left the clinic (rule 22).
    """
    repeat: dict[str, Any] = {}
    for reminder in _open(unit, pet_id, kind, what):
        if due_on is None or reminder.due_on < due_on:
            ended = {"status": ReminderStatus.DONE, "done_at": now()}
            if due_on is not None:
                # The dose says when it is due again: the repetition goes on from there.
                repeat = {name: getattr(reminder, name) for name in _REPEAT}
                ended |= dict.fromkeys(_REPEAT)
            _write(unit, reminder.id, ended)
    if due_on is None or due_on <= done_on or not _is_patient(unit, pet_id):
        return None
    key = next_id(pet_id, kind, what, due_on)
    if row_with(unit.connection, Reminder, id=key) is None:
        until = repeat.get("repeat_until")
        values = {"pet_id": pet_id, "kind": kind, "title": what, "due_on": due_on}
        values |= {"message": message} | ({} if until and until < due_on else repeat)
        unit.insert(Reminder, check(Reminder, values), key)
        rules.hold(unit.connection, Reminder, None, existing(unit.connection, Reminder, key))
    return key


def withdraw_next(unit: Unit, *, pet_id: UUID, kind: ReminderKind, what: str, due_on: date) -> bool:
    """Take back, in `unit`, the reminder that `next_after` wrote: its dose was corrected or voided.

    Says whether it went; one that was sent or changed meanwhile is called off instead.
    """
    key = next_id(pet_id, kind, what, due_on)
    made = row_with(unit.connection, Reminder, id=key)
    if made is None:
        return False
    if made.status == ReminderStatus.PENDING and made.due_on == due_on:
        unit.delete(Reminder, key)
        return True
    if made.status in OPEN:
        _write(unit, key, {"status": ReminderStatus.CANCELLED})
    return False


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


def _open(unit: Unit, pet_id: UUID, kind: ReminderKind, what: str) -> list[Row[Any]]:
    table, words = Reminder.__table__, what.casefold().split()
    query = select(table).where(
        table.c.pet_id == pet_id, table.c.kind == kind, table.c.status.in_(OPEN)
    )
    rows = unit.connection.execute(query.order_by(table.c.due_on)).all()
    return [row for row in rows if row.title.casefold().split() == words]


def _is_patient(unit: Unit, pet_id: UUID) -> bool:
    pet = row_with(unit.connection, Pet, id=pet_id)
    linked = row_with(unit.connection, ClinicPatient, pet_id=pet_id, ended_on=None)
    return pet is not None and pet.deceased_on is None and linked is not None
