"""Rules of reminders: none for the dead, texts that can be filled, the next of what repeats."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.rules.people import zone_of
from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.reminders import PLACES, next_due, unknown_places
from fluffydesk.mirror.images import to_image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment, Service
from fluffydesk.records.clinic import ReminderMessage, ReminderRule
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.enums.booking import ServiceCategory
from fluffydesk.records.enums.medical import ReminderKind, ReminderStatus
from fluffydesk.records.medical import Reminder
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import Record

_REMINDERS = Reminder.__table__
_MESSAGES = ReminderMessage.__table__
_WAITS = _MESSAGES.c.sent_at.is_(None) & _MESSAGES.c.printed_at.is_(None)
_EARLY_DAYS = 45
"""A visit settles what is due up to so many days after it: not the check-up of the next year."""
_SETTLES = {
    ReminderKind.CHECK_UP: ServiceCategory.CONSULTATION,
    ReminderKind.FOLLOW_UP: ServiceCategory.CONSULTATION,
    ReminderKind.DENTAL: ServiceCategory.DENTAL,
    ReminderKind.GROOMING: ServiceCategory.GROOMING,
}
_COPIED = (
    *("organization_id", "pet_id", "animal_id", "kind", "title", "message", "repeat_every"),
    *("repeat_unit", "repeat_until", "assigned_to", "channel", "tells_owner"),
)


def repeat_id(reminder: UUID, due_on: date) -> UUID:
    """Return the key of the reminder that follows one: the same on every PC."""
    return uuid5(reminder, f"next {due_on.isoformat()}")


def _of_the_living(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Rule 22: nobody is reminded of a pet that has died."""
    if after is None or after.pet_id is None or before is not None:
        return
    pet = row_of(connection, Pet, after.pet_id)
    if pet is not None and pet.deceased_on is not None:
        raise InvalidValue(
            f"{pet.name} died on {pet.deceased_on:%d %B %Y}.",
            "Choose another pet, or correct the pet's card.",
            field="pet_id",
        )


def _ending(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """What is done says when; opened again, it does not."""
    if after is None:
        return
    was = None if before is None else before.status
    if after.status == ReminderStatus.DONE and after.done_at is None:
        _write(connection, after, {"done_at": now()})
    elif was == ReminderStatus.DONE != after.status and after.done_at is not None:
        _write(connection, after, {"done_at": None})


def _repeats(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Rule 18: the end of one makes the next, once; taken back, it takes the next back.

    The day counts on from the day it was due to the first one after it was done. Two PCs make
    the same row.
    """
    if after is None or after.repeat_every is None or after.repeat_unit is None:
        return
    was = None if before is None else before.status
    if after.status == ReminderStatus.DONE != was:
        done_at = after.done_at or now()
        values = _following(connection, after, done_at.astimezone(zone_of(connection)).date())
        if values is not None and row_of(connection, Reminder, values["id"]) is None:
            _insert(connection, values)
    elif before is not None and was == ReminderStatus.DONE != after.status and before.done_at:
        day = before.done_at.astimezone(zone_of(connection)).date()
        values = _following(connection, after, day)
        made = None if values is None else row_of(connection, Reminder, values["id"])
        if (
            values is not None
            and made is not None
            and all(getattr(made, name) == value for name, value in values.items())
        ):
            connection.execute(_REMINDERS.delete().where(_REMINDERS.c.id == made.id))


def _following(connection: Connection, row: Row[Any], done_on: date) -> dict[str, Any] | None:
    pet = None if row.pet_id is None else row_of(connection, Pet, row.pet_id)
    if pet is not None and pet.deceased_on is not None:
        return None
    due = next_due(row.due_on, row.repeat_every, row.repeat_unit, done_on, row.repeat_until)
    if due is None:
        return None
    copied = {name: getattr(row, name) for name in _COPIED}
    return copied | {
        "id": repeat_id(row.id, due),
        "due_on": due,
        "step": 1,
        "status": ReminderStatus.PENDING,
    }


def _visit(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Rule 18: a visit that is over completes what it was for; not so any more, it is due again.

    A vaccination is completed by its dose alone, which says when the next one is due.
    """
    of = before if after is None else after
    if of is None or of.pet_id is None:
        return
    was = before is not None and before.status == AppointmentStatus.COMPLETED
    is_over = after is not None and after.status == AppointmentStatus.COMPLETED
    if is_over and not was:
        assert after is not None
        for row in _settled_by(connection, after):
            _set(connection, row, ReminderStatus.DONE, after.scheduled_at)
    elif was and not is_over:
        assert before is not None
        ended = select(_REMINDERS).where(
            _REMINDERS.c.pet_id == before.pet_id,
            _REMINDERS.c.status == ReminderStatus.DONE,
            _REMINDERS.c.done_at == before.scheduled_at,
        )
        for row in connection.execute(ended).all():
            messages = ReminderMessage.__table__.c
            sent = select(messages.id).where(messages.reminder_id == row.id).limit(1)
            is_sent = connection.execute(sent).first() is not None
            _set(connection, row, ReminderStatus.SENT if is_sent else ReminderStatus.PENDING, None)


def _settled_by(connection: Connection, visit: Row[Any]) -> list[Row[Any]]:
    """Return the open reminders of a visit's pet that it was for, due by some weeks after it."""
    service = None if visit.service_id is None else row_of(connection, Service, visit.service_id)
    words = f"{service.name if service else ''} {visit.reason or ''}".casefold()
    day = visit.scheduled_at.astimezone(zone_of(connection)).date()
    query = select(_REMINDERS).where(
        _REMINDERS.c.pet_id == visit.pet_id,
        _REMINDERS.c.status.in_((ReminderStatus.PENDING, ReminderStatus.SENT)),
        _REMINDERS.c.kind != ReminderKind.VACCINATION,
        _REMINDERS.c.due_on <= day + timedelta(days=_EARLY_DAYS),
    )
    return [
        row
        for row in connection.execute(query.order_by(_REMINDERS.c.id)).all()
        if row.title.casefold().strip() in words
        or (service is not None and _SETTLES.get(row.kind) == service.category)
    ]


def _set(
    connection: Connection, row: Row[Any], status: ReminderStatus, done_at: datetime | None
) -> None:
    """Write a reminder's state as a person would: what follows from it follows."""
    _write(connection, row, {"status": status, "done_at": done_at})
    after = row_of(connection, Reminder, row.id)
    for rule in RULES[Reminder]:
        rule(connection, row, after)


def _can_be_filled(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A text names only what there is to be filled in."""
    for name in ("subject", "body"):
        strange = unknown_places(getattr(after, name) or "") if after is not None else ()
        if strange:
            known = ", ".join(f"{{{place}}}" for place in PLACES)
            raise InvalidValue(f"Nothing fills {strange[0]}.", f"Write one of {known}.", field=name)


def _one_species(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """There is one rule of a kind, a species and a step."""
    if after is None:
        return
    rules = ReminderRule.__table__
    same = [
        row
        for row in connection.execute(
            rules.select().where(rules.c.kind == after.kind, rules.c.step == after.step)
        )
        if row.id != after.id and _folded(row.species) == _folded(after.species)
    ]
    if same:
        raise InvalidValue(
            f"There is a step {after.step} of this already.",
            "Give it another number.",
            field="step",
        )


def _folded(species: str | None) -> str:
    return (species or "").strip().casefold()


def _sent_stays(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """What the platform has sent cannot be taken back."""
    if before is not None and after is None and before.sent_at is not None:
        raise Refusal(
            f"“{before.subject}” has been sent.", "Write to the client that it is settled."
        )


def _told_no_more(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Rule 22: what is queued about a pet goes when it dies."""
    was = None if before is None else before.deceased_on
    if after is not None and after.deceased_on is not None and was is None:
        stop_messages(connection, after.id)


def queued_for_the_dead(connection: Connection) -> list[UUID]:
    """Return the pets that died and of which a message still waits: another desk queued it."""
    pets = Pet.__table__
    query = (
        select(pets.c.id)
        .join(_REMINDERS, _REMINDERS.c.pet_id == pets.c.id)
        .join(_MESSAGES, _MESSAGES.c.reminder_id == _REMINDERS.c.id)
        .where(pets.c.deceased_on.is_not(None), _WAITS)
    )
    return list(connection.execute(query.distinct().order_by(pets.c.id)).scalars())


def stop_messages(connection: Connection, pet_id: UUID) -> int:
    """Take back what is queued about a pet and has not left; returns how many.

    Their reminders wait at that step again, should the pet live after all.
    """
    query = (
        select(_MESSAGES.c.id, _MESSAGES.c.step, _MESSAGES.c.reminder_id, _REMINDERS.c.status)
        .join(_REMINDERS, _REMINDERS.c.id == _MESSAGES.c.reminder_id)
        .where(_REMINDERS.c.pet_id == pet_id, _WAITS)
    )
    found = connection.execute(query).all()
    for row in found:
        connection.execute(_MESSAGES.delete().where(_MESSAGES.c.id == row.id))
        if row.status == ReminderStatus.SENT:
            again = {"step": row.step, "status": ReminderStatus.PENDING}
            mine = _REMINDERS.c.id == row.reminder_id
            connection.execute(_REMINDERS.update().where(mine).values(again))
    return len(found)


def _write(connection: Connection, row: Row[Any], values: dict[str, Any]) -> None:
    connection.execute(_REMINDERS.update().where(_REMINDERS.c.id == row.id).values(values))


def _insert(connection: Connection, values: dict[str, Any]) -> None:
    author = Mirror.state.get(connection, "author") or {}
    kept = {
        "created_at": now(),
        "updated_at": now(),
        "updated_by": author.get("user_id"),
        "updated_device": author.get("device_name"),
        "row_version": 1,
    }
    image = to_image(Reminder, {**kept, **values})
    names, marks = ", ".join(image), ", ".join("?" * len(image))
    connection.exec_driver_sql(
        f"INSERT INTO {_REMINDERS.name} ({names}) VALUES ({marks})", tuple(image.values())
    )


RULES: dict[type[Record], tuple[Rule, ...]] = {
    Appointment: (_visit,),
    Reminder: (_of_the_living, _ending, _repeats),
    ReminderRule: (_can_be_filled, _one_species),
    ReminderMessage: (_sent_stays,),
    Pet: (_told_no_more,),
}
