"""Rules of a patient's papers: signed stays signed, boosters wait, no expired lot (17, 18, 22)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, func, select

from fluffydesk.actions.rules.animals import write_beside
from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.records.clinic import LabResult, PetVaccination, Prescription
from fluffydesk.records.enums.medical import ReminderChannel, ReminderKind, ReminderStatus
from fluffydesk.records.medical import MedicalRecord, Reminder
from fluffydesk.records.pets import Pet
from fluffydesk.records.reference import SpeciesReference, VaccineSchedule
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import Record, record_columns

_SHOTS = PetVaccination.__table__
_REMINDERS = Reminder.__table__
_SAID_TOO = ("vaccine", "vaccination", "booster")
_FREE = {"shared"}
"""What of a signed record may change: with whom it is shared is not part of what was signed."""


def _signed_stays(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A signed record is amended, never edited or deleted (rule 22)."""
    if before is None or before.signed_at is None:
        return
    names = {column.name for column in record_columns(MedicalRecord)} - _FREE
    if after is None or any(getattr(before, n) != getattr(after, n) for n in names):
        raise Refusal(
            "This record is signed, and stays as it is.",
            "Amend it: what you write then stands beside it.",
        )


def _amends_signed(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Only a signed record is amended, by one of the same pet and clinic (rule 22)."""
    if after is None or after.amends_id is None:
        return
    if before is not None and before.amends_id == after.amends_id:
        return
    first = row_of(connection, MedicalRecord, after.amends_id)
    same = first is not None and (first.pet_id, first.organization_id) == (
        after.pet_id,
        after.organization_id,
    )
    if first is None or not same or first.signed_at is None:
        raise InvalidValue(
            "Only a signed record of the same pet is amended.",
            "What is not signed yet can be edited.",
            field="amends_id",
        )


def _weighs(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """The card's weight is that of the last visit at which the pet was weighed."""
    if after is None or after.weight_kg is None:
        return
    if not _changed(before, after, "weight_kg", "visited_on", "pet_id"):
        return
    notes, pets = MedicalRecord.__table__, Pet.__table__
    later = (notes.c.pet_id == after.pet_id) & (notes.c.visited_on > after.visited_on)
    query = select(notes.c.id).where(later, notes.c.weight_kg.is_not(None)).limit(1)
    if connection.execute(query).first() is None:
        mine = (pets.c.id == after.pet_id) & pets.c.weight_kg.is_distinct_from(after.weight_kg)
        connection.execute(pets.update().where(mine).values(weight_kg=after.weight_kg))


def _kept_private(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Confidential words stand only in a record that is not shared."""
    if after is not None and after.shared and after.confidential_notes:
        raise InvalidValue(
            "This note is shared, and its confidential words would be read.",
            "Take the tick off Shared first, or leave them out.",
            field="confidential_notes",
        )


def _in_order(first: str, last: str, words: str) -> Rule:
    def rule(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
        """What ends does so after it begins; central holds the same by its checks."""
        if after is None:
            return
        begins, ends = getattr(after, first), getattr(after, last)
        if begins is not None and ends is not None and ends < begins:
            raise InvalidValue(words, "Check both.", field=last)

    return rule


def _alive(name: str) -> Rule:
    def rule(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
        """Nothing is given to a pet that has died (rule 3)."""
        if after is None or not _changed(before, after, name, "pet_id"):
            return
        pet = row_of(connection, Pet, after.pet_id)
        if pet is not None and pet.deceased_on and getattr(after, name) > pet.deceased_on:
            raise InvalidValue(
                f"{pet.name} died on {pet.deceased_on:%d %B %Y}.",
                "Correct the date, or the pet's card if it lives.",
                field=name,
            )

    return rule


def _not_expired(name: str) -> Rule:
    def rule(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
        """An expired lot cannot be given (rule 17)."""
        if after is None or after.lot_expires_on is None:
            return
        if not _changed(before, after, "lot_expires_on", name):
            return
        if after.lot_expires_on < getattr(after, name):
            lot = f"Lot {after.lot}" if after.lot else "This lot"
            raise InvalidValue(
                f"{lot} expired on {after.lot_expires_on:%d %B %Y}.",
                "Take another one, and dispose of this one in the stores.",
                field="lot",
            )

    return rule


def _changed(before: Row[Any] | None, after: Row[Any], *names: str) -> bool:
    return before is None or any(getattr(before, n) != getattr(after, n) for n in names)


def schedule_of(connection: Connection, pet_id: UUID, vaccine: str | None = None) -> list[Row[Any]]:
    """Return the published doses for a pet's species, of one vaccine or of all, in their order."""
    pet = row_of(connection, Pet, pet_id)
    if pet is None:
        return []
    steps, kinds = VaccineSchedule.__table__.c, SpeciesReference.__table__.c
    species = pet.species.strip().casefold()
    query = (
        select(VaccineSchedule.__table__)
        .join(SpeciesReference.__table__, kinds.id == steps.species_id)
        .where((kinds.code == species.replace(" ", "_")) | (func.lower(kinds.name) == species))
        .order_by(steps.vaccine, steps.dose_number)
    )
    if vaccine is not None:
        query = query.where(func.lower(steps.vaccine) == vaccine.strip().casefold())
    return list(connection.execute(query))


def next_due(steps: list[Row[Any]], dose: int, given_on: date) -> date | None:
    """Return when the dose after `dose` is due by a vaccine's published steps; None if none is."""
    for step in steps:
        if step.dose_number == dose:
            days = step.interval_to_next_days or step.booster_interval_days
            return None if days is None else given_on + timedelta(days=days)
    days = next((one.booster_interval_days for one in reversed(steps)), None)
    return (
        None
        if days is None or (steps and dose < steps[0].dose_number)
        else (given_on + timedelta(days=days))
    )


def _least_days(steps: list[Row[Any]], dose: int) -> int | None:
    """Return the fewest days after a dose; after the series what lies between its doses."""
    exact = [one.interval_to_next_days for one in steps if one.dose_number == dose]
    known = [one.interval_to_next_days for one in steps if one.interval_to_next_days]
    return next((days for days in exact if days), min(known, default=None))


def _waits(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A booster never comes before its minimum interval (rule 18)."""
    if after is None or not _changed(before, after, "pet_id", "vaccine", "given_on", "dose_number"):
        return
    steps = schedule_of(connection, after.pet_id, after.vaccine)
    same = [_SHOTS.c.pet_id == after.pet_id, _SHOTS.c.id != after.id]
    same.append(func.lower(_SHOTS.c.vaccine) == after.vaccine.casefold())
    for other in connection.execute(select(_SHOTS).where(*same)) if steps else ():
        first, second = sorted((other, after), key=lambda one: one.given_on)
        days = _least_days(steps, first.dose_number)
        if days is not None and (second.given_on - first.given_on).days < days:
            raise InvalidValue(
                f"{after.vaccine} was given on {other.given_on:%d %B %Y}: "
                f"the next dose comes {days} days after the one before at the earliest.",
                f"Give it from {first.given_on + timedelta(days=days):%d %B %Y} on, "
                "or correct the date.",
                field="given_on",
            )


def _next_later(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """The next dose is due after the one that was given (rule 18)."""
    if after is not None and after.next_due_on and after.next_due_on <= after.given_on:
        raise InvalidValue(
            "The next dose is due before this one was given.",
            "Check the dates.",
            field="next_due_on",
        )


def reminder_id(pet_id: UUID, vaccine: str, dose: int) -> UUID:
    """Return the key of the reminder of one dose: it follows from pet, vaccine and dose.

    Two desks that write the dose before it down while offline thereby add one reminder, not two.
    """
    return uuid5(pet_id, f"vaccination {vaccine.strip().casefold()} {dose}")


def _reminds(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A dose ends its own reminder and makes that of the next, once (rule 18)."""
    names = ("pet_id", "vaccine", "dose_number", "next_due_on")
    if before is not None and after is not None and not _changed(before, after, *names):
        return
    if before is not None:
        was = _next_key(before)
        if after is None or was != _next_key(after) or after.next_due_on is None:
            stale = _REMINDERS.c.id == was
            asked = _REMINDERS.c.status == ReminderStatus.SENT
            connection.execute(
                _REMINDERS.update().where(stale, asked).values(status=ReminderStatus.CANCELLED)
            )
            waits = _REMINDERS.c.status == ReminderStatus.PENDING
            connection.execute(_REMINDERS.delete().where(stale, waits))
    if after is None:
        return
    _end_reminders(connection, after)
    pet = row_of(connection, Pet, after.pet_id)
    if after.next_due_on is None or pet is None or pet.deceased_on is not None:
        return
    key = _next_key(after)
    there = row_of(connection, Reminder, key)
    if there is None:
        write_beside(connection, Reminder, after, _reminder(after, key))
    elif there.status == ReminderStatus.PENDING and there.due_on != after.next_due_on:
        due = {"due_on": after.next_due_on}
        connection.execute(_REMINDERS.update().where(_REMINDERS.c.id == key).values(**due))


def _end_reminders(connection: Connection, row: Row[Any]) -> None:
    """What the dose was asked for by is done: whoever wrote it, it has the vaccine's name."""
    waits = _REMINDERS.c.status.in_((ReminderStatus.PENDING, ReminderStatus.SENT))
    mine = (_REMINDERS.c.pet_id == row.pet_id) & (_REMINDERS.c.kind == ReminderKind.VACCINATION)
    words, later = _named(row.vaccine), row.next_due_on or date.max
    for one in connection.execute(select(_REMINDERS).where(mine, waits)).all():
        if _named(one.title) == words and one.due_on < later:
            done = {"status": ReminderStatus.DONE, "done_at": now()}
            if row.next_due_on is not None:
                # The dose says when it is due again: the repetition goes on from there.
                done |= {"repeat_every": None, "repeat_unit": None, "repeat_until": None}
            connection.execute(_REMINDERS.update().where(_REMINDERS.c.id == one.id).values(**done))


def _named(text: str) -> list[str]:
    """Return the words of a vaccine, as people write a reminder of it: "Rabies vaccination"."""
    return [word for word in text.casefold().split() if word not in _SAID_TOO]


def _next_key(row: Row[Any]) -> UUID:
    return reminder_id(row.pet_id, row.vaccine, row.dose_number + 1)


def _reminder(row: Row[Any], key: UUID) -> dict[str, Any]:
    return {
        "id": key,
        "step": 1,
        "status": ReminderStatus.PENDING,
        "channel": ReminderChannel.IN_APP,
        "tells_owner": True,
        "pet_id": row.pet_id,
        "kind": ReminderKind.VACCINATION,
        "title": row.vaccine,
        "message": f"Dose {row.dose_number + 1}",
        "due_on": row.next_due_on,
        "created_at": now(),
        "updated_at": now(),
    }


RULES: dict[type[Record], tuple[Rule, ...]] = {
    MedicalRecord: (_signed_stays, _amends_signed, _kept_private, _weighs),
    LabResult: (
        _in_order("usual_from", "usual_to", "The usual range ends below where it begins."),
    ),
    Prescription: (
        _alive("prescribed_on"),
        _not_expired("prescribed_on"),
        _in_order("prescribed_on", "valid_until", "It is valid until before it was written."),
    ),
    PetVaccination: (_alive("given_on"), _not_expired("given_on"), _waits, _next_later, _reminds),
}
