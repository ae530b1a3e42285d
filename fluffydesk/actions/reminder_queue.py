"""Queueing what is due, noting what left by hand, and taking it back until it is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, select

from fluffydesk.actions import rules
from fluffydesk.actions.reminders import former
from fluffydesk.actions.reminding import DueReminder, due
from fluffydesk.actions.rules.reminders import queued_for_the_dead, stop_messages
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.clinic import ReminderMessage
from fluffydesk.records.enums.medical import ReminderStatus
from fluffydesk.records.medical import Reminder
from fluffydesk.records.types import now
from fluffydesk.wording import counted


@dataclass(frozen=True)
class Queued:
    """What one go queued: the messages, what the reminders held before, and how many stayed."""

    messages: tuple[UUID, ...]
    before: tuple[tuple[UUID, Mapping[str, Any]], ...]
    left_out: int


def message_id(reminder_id: UUID, step: int) -> UUID:
    """Return the key of one step's message: the same on every PC, so that it is queued once."""
    return uuid5(reminder_id, f"step {step}")


def queue(mirror: Mirror, reminders: Collection[UUID], today: date) -> tuple[Queued, Changes]:
    """Queue the next step of these reminders and move them on, in one unit of work.

    Refusal where none of them can be sent. What another PC has queued, what is not due within
    two weeks and what lacks an address is left out.
    """
    wanted = set(reminders)
    with mirror.read() as connection:
        found = due(connection, today, only=wanted)
    sendable = [one for one in found if not one.missing]
    if not sendable:
        why = found[0].missing if found else "They were sent, or are not due any more"
        raise Refusal("None of these can be sent.", f"{why}.")
    messages: list[UUID] = []
    before: list[tuple[UUID, Mapping[str, Any]]] = []
    with mirror.unit(f"Queue {counted(len(sendable), 'reminder', 'reminders')}") as unit:
        for one in sendable:
            if row_with(unit.connection, ReminderMessage, id=message_id(one.id, one.step)) is None:
                messages.append(_write_message(unit, one))
                before.append((one.id, _move_on(unit, one)))
    return Queued(tuple(messages), tuple(before), len(wanted) - len(messages)), unit.changes


def take_back(mirror: Mirror, queued: Queued) -> tuple[int, Changes]:
    """Undo: messages that the platform has not sent go, and their reminders wait again.

    Returns how many went; Refusal where all of them are sent.
    """
    went = 0
    with mirror.unit("Take reminders back") as unit:
        for key, (reminder_id, before) in zip(queued.messages, queued.before, strict=True):
            message = row_with(unit.connection, ReminderMessage, id=key)
            if message is None or message.sent_at is not None:
                continue
            unit.delete(ReminderMessage, key)
            rules.hold(unit.connection, ReminderMessage, message, None)
            reminder = row_with(unit.connection, Reminder, id=reminder_id)
            if reminder is not None and reminder.status == ReminderStatus.SENT:
                unit.update(Reminder, reminder_id, before)
            went += 1
    if not went and queued.messages:
        raise Refusal("They have been sent.", "Write to the clients that it is settled.")
    return went, unit.changes


def cancel_message(mirror: Mirror, key: UUID) -> tuple[int, Changes]:
    """Take one queued message back, whoever queued it; its reminder waits at that step again."""
    with mirror.read() as connection:
        message = existing(connection, ReminderMessage, key)
        if message.sent_at is not None:
            raise Refusal(
                f"“{message.subject}” has been sent.", "Write to the client that it is settled."
            )
        others = select(func.max(ReminderMessage.__table__.c.step)).where(
            ReminderMessage.__table__.c.reminder_id == message.reminder_id,
            ReminderMessage.__table__.c.step < message.step,
        )
        sent = connection.execute(others).scalar()
    before: dict[str, Any] = {"step": sent, "status": ReminderStatus.SENT}
    if sent is None:
        before = {"step": message.step, "status": ReminderStatus.PENDING}
    return take_back(mirror, Queued((key,), ((message.reminder_id, before),), 0))


def settled(mirror: Mirror, messages: Sequence[UUID], verb: str) -> tuple[int, Changes]:
    """Note that letters were printed, or that clients were telephoned: both leave by hand.

    Returns how many were noted; those that were before keep their time.
    """
    noted = 0
    title = f"{verb}: {counted(len(messages), 'reminder', 'reminders')}"
    with mirror.unit(title) as unit:
        for key in messages:
            row = row_with(unit.connection, ReminderMessage, id=key)
            if row is not None and row.printed_at is None:
                unit.update(ReminderMessage, key, {"printed_at": now()})
                noted += 1
    return noted, unit.changes


def astray(mirror: Mirror) -> bool:
    """Say whether a message waits about a pet that died: the one desk queued it, the other knew."""
    with mirror.read() as connection:
        return bool(queued_for_the_dead(connection))


def put_right(mirror: Mirror) -> Changes:
    """Take back what waits about pets that died (rule 22); any desk may, and does the same."""
    with mirror.unit("No reminders of pets that died") as unit:
        for pet in queued_for_the_dead(unit.connection):
            stop_messages(unit.connection, pet)
    return unit.changes


def _write_message(unit: Unit, one: DueReminder) -> UUID:
    values = check(
        ReminderMessage,
        {
            "reminder_id": one.id,
            "client_id": one.client_id,
            "step": one.step,
            "channel": one.channel,
            "sent_to": one.to,
            "subject": one.subject,
            "body": one.body,
            "queued_at": now(),
        },
    )
    key = unit.insert(ReminderMessage, values, message_id(one.id, one.step))
    after = existing(unit.connection, ReminderMessage, key)
    rules.hold(unit.connection, ReminderMessage, None, after)
    return key


def _move_on(unit: Unit, one: DueReminder) -> Mapping[str, Any]:
    before = existing(unit.connection, Reminder, one.id)
    unit.update(Reminder, one.id, {"step": one.step, "status": ReminderStatus.SENT})
    after = existing(unit.connection, Reminder, one.id)
    rules.hold(unit.connection, Reminder, before, after)
    return former(Reminder, before, after)
