"""The usual ladder of reminders: what a clinic without one of its own begins with."""

from __future__ import annotations

from uuid import UUID, uuid5

from fluffydesk.actions import rules
from fluffydesk.actions.saving import check, existing
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import ReminderRule
from fluffydesk.records.enums.medical import ReminderChannel, ReminderKind

_FIRST = (
    "Dear {client},\n\n{pet} is due for {what} on {due}. Please call us on {phone}, or "
    "book online, to find a time that suits you.\n\nWith kind regards\n{clinic}"
)
_SECOND = (
    "Dear {client},\n\n{pet} was due for {what} on {due}, and we have not seen you yet. "
    "Please call us on {phone} for a time.\n\nWith kind regards\n{clinic}"
)
_LAST = (
    "Dear {client},\n\n{what} of {pet} has been due since {due}. It may have to be begun anew "
    "if it waits much longer. Please call us on {phone}.\n\nWith kind regards\n{clinic}"
)
_SHORT = (
    "{client}, {pet} is due for {what} on {due}. Please call us on {phone} for a time. {clinic}"
)
_CALL = "{what} was due on {due}. Ask how {pet} is, and offer a time."
_POST, _SMS, _PHONE = ReminderChannel.POST, ReminderChannel.SMS, ReminderChannel.PHONE
_DUE, _STILL = "{pet}: {what} is due", "{pet}: {what} was due on {due}"

USUAL: tuple[tuple[ReminderKind, int, int, ReminderChannel | None, str, str], ...] = (
    (ReminderKind.VACCINATION, 1, -21, None, _DUE, _FIRST),
    (ReminderKind.VACCINATION, 2, 7, None, _STILL, _SECOND),
    (ReminderKind.VACCINATION, 3, 30, _POST, _STILL, _LAST),
    (ReminderKind.PARASITES, 1, -3, None, _DUE, _FIRST),
    (ReminderKind.PARASITES, 2, 10, None, _STILL, _SECOND),
    (ReminderKind.MEDICATION, 1, -5, None, _DUE, _FIRST),
    (ReminderKind.CHECK_UP, 1, -21, None, _DUE, _FIRST),
    (ReminderKind.CHECK_UP, 2, 21, None, _STILL, _SECOND),
    (ReminderKind.FOLLOW_UP, 1, -2, _SMS, _DUE, _SHORT),
    (ReminderKind.FOLLOW_UP, 2, 2, _PHONE, _STILL, _CALL),
    (ReminderKind.DENTAL, 1, -14, None, _DUE, _FIRST),
    (ReminderKind.DENTAL, 2, 30, None, _STILL, _SECOND),
    (ReminderKind.GROOMING, 1, -7, None, _DUE, _FIRST),
)
"""Kind, step, days after the day, channel (None: as the client wants it), subject and text."""


def add_usual(mirror: Mirror) -> Changes:
    """Write the usual ladder in one unit; two PCs that do so while offline write it once.

    Refusal where there is a ladder already.
    """
    organization = UUID(mirror.recall("organization")["id"])
    with mirror.unit("Begin with the usual ladder") as unit:
        table = ReminderRule.__table__
        if unit.connection.execute(table.select().limit(1)).first() is not None:
            raise Refusal("There is a ladder already.", "Change its steps, or add one.")
        for kind, step, days, channel, subject, body in USUAL:
            values = check(
                ReminderRule,
                {
                    "kind": kind,
                    "step": step,
                    "days": days,
                    "channel": channel,
                    "subject": subject,
                    "body": body,
                },
            )
            key = unit.insert(ReminderRule, values, uuid5(organization, f"usual {kind} {step}"))
            after = existing(unit.connection, ReminderRule, key)
            rules.hold(unit.connection, ReminderRule, None, after)
    return unit.changes
