"""The sample clinic's reminders: its ladder, what is due, and what is on its way."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from fluffydesk.actions.reminder_ladder import USUAL
from fluffydesk.demo.patients import Patient
from fluffydesk.demo.sample import Maker, local
from fluffydesk.records.clinic import ReminderMessage, ReminderRule
from fluffydesk.records.enums.medical import (
    ReminderChannel,
    ReminderKind,
    ReminderRepeat,
    ReminderStatus,
)
from fluffydesk.records.medical import Reminder

_WHAT = {
    "dog": ("Canine DHPPi vaccination", "Rabies vaccination"),
    "cat": ("Feline tricat vaccination",),
    "rabbit": ("Myxomatosis vaccination",),
}
_OTHERS = (
    (ReminderKind.PARASITES, "Worming", ReminderRepeat.MONTH, 3),
    (ReminderKind.CHECK_UP, "Yearly check", ReminderRepeat.YEAR, 1),
    (ReminderKind.DENTAL, "Look at the teeth", None, None),
    (ReminderKind.FOLLOW_UP, "Second look at the ear", None, None),
)
_HARE = "{pet} is due for {what} on {due}. Rabbits are seen on Tuesdays: please call us on {phone}."
_BODY = (
    "Dear client,\n\n{what} is due on {due}. Please call us on 01632 960274 for a time.\n\n"
    "With kind regards\nRiverbend Veterinary Clinic"
)


def write_reminders(maker: Maker, patients: list[Patient]) -> None:
    """Add a ladder, a reminder of every third living patient, and some messages."""
    maker = maker.apart(seed=7_306)
    start = date(maker.today.year - 1, 2, 3)
    for kind, step, days, channel, subject, body in USUAL:
        maker.add(
            ReminderRule, start, kind=kind, step=step, days=days, channel=channel, subject=subject,
            body=body,
        )  # fmt: skip
    maker.add(
        ReminderRule, start, kind=ReminderKind.VACCINATION, species="Rabbit", step=1, days=-10,
        subject="{pet}: {what} is due", body=_HARE,
    )  # fmt: skip
    living = [patient for patient in patients if not patient.deceased]
    for number, patient in enumerate(living[::3]):
        key, what, due = _remind(maker, patient, number)
        if number % 9 == 4:
            _queue(maker, patient, key, what, due, number)


def _remind(maker: Maker, patient: Patient, number: int) -> tuple[UUID, str, date]:
    first, last = (-20, 6) if number % 6 == 0 else (18, 70)
    due = maker.today + timedelta(days=maker.random.randint(first, last))
    kind, every, unit = ReminderKind.VACCINATION, None, None
    what = maker.random.choice(_WHAT.get(patient.species, ("Yearly check",)))
    if number % 4 == 3:
        kind, what, unit, every = maker.random.choice(_OTHERS)
    elif patient.species not in _WHAT:
        kind = ReminderKind.CHECK_UP
    is_sent = number % 9 == 4
    key = maker.add(
        Reminder,
        max(patient.born, maker.today - timedelta(days=300)),
        pet_id=patient.pet_id,
        kind=kind,
        title=what,
        due_on=due,
        repeat_every=every,
        repeat_unit=unit,
        status=ReminderStatus.SENT if is_sent else ReminderStatus.PENDING,
    )
    return key, what, due


def _queue(maker: Maker, patient: Patient, key: UUID, what: str, due: date, number: int) -> None:
    """Queue the first step, by a way in turn; of the letters one in two is printed."""
    ways = (ReminderChannel.EMAIL, ReminderChannel.POST, ReminderChannel.PHONE, ReminderChannel.SMS)
    way = ways[number // 9 % 4]
    queued = local(maker.today - timedelta(days=number % 5), 8, 20)
    is_printed = way == ReminderChannel.POST and number % 2 == 0
    words = {"what": what, "due": f"{due.day} {due:%B %Y}"}
    maker.add(
        ReminderMessage,
        queued,
        reminder_id=key,
        client_id=patient.client_id,
        step=1,
        channel=way,
        sent_to={
            ReminderChannel.EMAIL: "client@post.example",
            ReminderChannel.POST: "4 Mill Lane\nAldermere",
        }.get(way, "01632 960 144"),
        subject=f"{what} is due",
        body=_BODY.format(**words),
        queued_at=queued,
        printed_at=queued + timedelta(minutes=9) if is_printed else None,
    )
