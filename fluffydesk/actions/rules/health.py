"""Rules of health: treatments are answered for, batches expire, boosters wait (rules 16 to 18)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.rules.animals import day_of
from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.records.clinic import FarmVisitTreatment
from fluffydesk.records.livestock import Flock, Livestock, LivestockBatch, LivestockSpecies
from fluffydesk.records.medical import HealthTreatment, VaccineLog
from fluffydesk.records.reference import SpeciesReference, VaccineSchedule
from fluffydesk.records.vocabulary import Record

SUBJECTS = ("animal_id", "flock_id", "batch_id")
_SUBJECT_RECORDS: dict[str, type[Record]] = {
    "animal_id": Livestock,
    "flock_id": Flock,
    "batch_id": LivestockBatch,
}


def _kept(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A treatment is never deleted: it is voided with a reason (rule 16)."""
    if before is not None and after is None:
        raise Refusal("A treatment stays in the medicine book.", "Void it instead, and say why.")


def _in_order(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """The last dose of a course does not come before its first (rule 16)."""
    if after is None or after.last_dose_at is None:
        return
    if after.last_dose_at < after.given_at:
        raise InvalidValue(
            "The last dose comes before the first.", "Check both times.", field="last_dose_at"
        )


def _not_expired(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """An expired batch cannot be given (rule 17)."""
    if after is None or after.lot_expires_on is None or getattr(after, "void_reason", None):
        return
    names = ("lot_expires_on", "given_at")
    if before is not None and all(getattr(before, n) == getattr(after, n) for n in names):
        return
    if after.lot_expires_on < day_of(connection, after.given_at):
        lot = f"Lot {after.lot}" if after.lot else "This lot"
        raise InvalidValue(
            f"{lot} expired on {after.lot_expires_on:%d %B %Y}.",
            "Take another one, and dispose of this one in the stores.",
            field="lot",
        )


def least_interval(connection: Connection, row: Row[Any], dose: int) -> int | None:
    """Return the fewest days from a dose of a vaccine to the next, by the schedule of its species.

    After the last dose of a series that of the series counts; None where none is published.
    """
    steps = _schedule(connection, row)
    exact = [step.interval_to_next_days for step in steps if step.dose_number == dose]
    known = [step.interval_to_next_days for step in steps if step.interval_to_next_days]
    return next((days for days in exact if days), min(known, default=None))


def next_due(connection: Connection, row: Row[Any]) -> date | None:
    """Return when the dose after `row` (a VaccineLog) is due by the schedule; None if none is."""
    for step in _schedule(connection, row):
        if step.dose_number == row.dose_number:
            days = step.interval_to_next_days or step.booster_interval_days
            return None if days is None else _later(day_of(connection, row.given_at), days)
    boosters = [step.booster_interval_days for step in _schedule(connection, row)]
    days = next((days for days in reversed(boosters) if days), None)
    return None if days is None else _later(day_of(connection, row.given_at), days)


def _later(on: date, days: int) -> date:
    return on + timedelta(days=days)


def _schedule(connection: Connection, row: Row[Any]) -> list[Row[Any]]:
    species = _species_code(connection, row)
    if species is None:
        return []
    steps, kinds = VaccineSchedule.__table__.c, SpeciesReference.__table__.c
    return list(
        connection.execute(
            select(steps.dose_number, steps.interval_to_next_days, steps.booster_interval_days)
            .join(SpeciesReference.__table__, kinds.id == steps.species_id)
            .where(kinds.code == species, steps.vaccine == row.vaccine)
            .order_by(steps.dose_number)
        )
    )


def _species_code(connection: Connection, row: Row[Any]) -> str | None:
    for name in SUBJECTS:
        subject: UUID | None = getattr(row, name)
        if subject is not None:
            found = row_of(connection, _SUBJECT_RECORDS[name], subject)
            if found is None or found.species_id is None:
                return None
            species = row_of(connection, LivestockSpecies, found.species_id)
            return None if species is None else str(species.code)
    return None


def _waits(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A booster never comes before its minimum interval (rule 18)."""
    names = (*SUBJECTS, "vaccine", "given_at", "dose_number")
    if after is None or (
        before is not None and all(getattr(before, n) == getattr(after, n) for n in names)
    ):
        return
    if not _schedule(connection, after):
        return
    shots = VaccineLog.__table__
    same = [shots.c[name].is_not_distinct_from(getattr(after, name)) for name in SUBJECTS]
    others = connection.execute(
        select(shots).where(*same, shots.c.vaccine == after.vaccine, shots.c.id != after.id)
    ).all()
    on = day_of(connection, after.given_at)
    for other in others:
        there = day_of(connection, other.given_at)
        first, second = sorted((there, on))
        days = least_interval(connection, other if there <= on else after, _earlier(other, after))
        if days is not None and (second - first).days < days:
            raise InvalidValue(
                f"{after.vaccine} was given on {there:%d %B %Y}: "
                f"the next dose comes {days} days after the one before at the earliest.",
                f"Give it from {_later(first, days):%d %B %Y} on, or correct the date.",
                field="given_at",
            )


def _earlier(one: Row[Any], other: Row[Any]) -> int:
    return int((one if one.given_at <= other.given_at else other).dose_number)


def _next_later(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """The next dose is due after the one that was given (rule 18)."""
    if after is None or after.next_due_on is None:
        return
    if after.next_due_on <= day_of(connection, after.given_at):
        raise InvalidValue(
            "The next dose is due before this one was given.",
            "Check the dates.",
            field="next_due_on",
        )


RULES: dict[type[Record], tuple[Rule, ...]] = {
    HealthTreatment: (_kept, _in_order, _not_expired),
    VaccineLog: (_not_expired, _waits, _next_later),
    FarmVisitTreatment: (_not_expired,),
}
