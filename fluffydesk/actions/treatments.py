"""What a person does with medicine: give it, finish, correct and void a course, vaccinate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.actions import rules
from fluffydesk.actions.conventions import conventions
from fluffydesk.actions.rules.health import next_due
from fluffydesk.actions.rules.rule import row_of
from fluffydesk.actions.rules.stores import expiry
from fluffydesk.actions.saving import check, existing
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.medical import HealthTreatment, VaccineLog
from fluffydesk.records.types import now
from fluffydesk.records.users import Profile
from fluffydesk.records.vocabulary import Record

_HOURS = ("milk_hours", "meat_hours", "egg_hours")
_WHO = ("animal_id", "flock_id", "batch_id")
_LAST_DOSE = 20


def treat(mirror: Mirror, values: Mapping[str, Any]) -> tuple[UUID, Changes]:
    """Write down a course for one animal, flock or group, and take it from the store.

    `values` are columns of HealthTreatment, with exactly one of animal_id, flock_id and batch_id;
    periods are the label's, and an organic farm's are longer. With `item_id` the whole course
    leaves the store's lot in the same unit of work (rules 16 and 17). Returns the row and changes.
    InvalidValue: an expired lot, or one that holds less; whoever is not on the farm (rule 3).
    """
    with mirror.unit("Treatment") as unit:
        chosen = conventions(unit.connection)
        longer = {n: chosen.withdrawal_hours(values.get(n) or 0) for n in _HOURS}
        kept = {"given_at": now(), **values, **(longer if chosen.is_organic else {})}
        row_id = _write(unit, HealthTreatment, kept)
    return row_id, unit.changes


def vaccinate(mirror: Mirror, values: Mapping[str, Any]) -> tuple[UUID, Changes]:
    """Write down a vaccination and when the next dose is due, and take it from the store.

    The next dose follows from the published schedule where `values` do not say; it is part of
    this dose's row, so that it is there once (rule 18). InvalidValue: too early, an expired lot.
    """
    with mirror.unit("Vaccination") as unit:
        row_id = _vaccinate(unit, values)
    return row_id, unit.changes


def _vaccinate(unit: Unit, values: Mapping[str, Any]) -> UUID:
    row_id = _write(unit, VaccineLog, {"given_at": now(), **values})
    row = existing(unit.connection, VaccineLog, row_id)
    due = None if row.next_due_on is not None else next_due(unit.connection, row)
    if due is not None:
        unit.update(VaccineLog, row_id, {"next_due_on": due})
    return row_id


def vaccinate_next(
    mirror: Mirror, shot_ids: Iterable[UUID], values: Mapping[str, Any]
) -> tuple[list[UUID], Changes]:
    """Write the dose after each of some vaccinations down, in one unit: all of them or none.

    `values` are what was given to all alike; who got it and the number of the dose follow from
    the vaccination before (rule 18). InvalidValue: too early for one, a store that has too little.
    """
    written = []
    with mirror.unit("Vaccination") as unit:
        for shot_id in shot_ids:
            before = existing(unit.connection, VaccineLog, shot_id)._mapping
            same = {name: before[name] for name in (*_WHO, "head_count", "vaccine", "disease")}
            more = {"dose_number": min(before["dose_number"] + 1, _LAST_DOSE)}
            written.append(_vaccinate(unit, {**values, **same, **more}))
    return written, unit.changes


def change_treatment(mirror: Mirror, row_id: UUID, values: Mapping[str, Any]) -> Changes:
    """Correct a course: withdrawal follows, and the store gets or gives the difference (rule 16).

    Periods are as they are kept, not doubled again. NotFound for a missing row.
    """
    with mirror.unit("Treatment corrected") as unit:
        _correct(unit, row_id, check(HealthTreatment, values, partial=True))
    return unit.changes


def finish_course(
    mirror: Mirror, row_id: UUID, last_dose_at: datetime, doses: int | None = None
) -> Changes:
    """Say when the last dose of a course was given, and how many there were if not as planned."""
    more = {} if doses is None else {"doses": doses}
    return change_treatment(mirror, row_id, {"last_dose_at": last_dose_at, **more})


def void_treatments(mirror: Mirror, row_ids: Iterable[UUID], reason: str) -> Changes:
    """Void courses that never happened, in one unit; what they took goes back (rules 16 and 17).

    InvalidValue without a reason. One that is void already stays as it is.
    """
    if not reason.strip():
        raise InvalidValue(
            "The reason is missing.", "Say why it never happened.", field="void_reason"
        )
    with mirror.unit("Treatment voided") as unit:
        for row_id in row_ids:
            if not existing(unit.connection, HealthTreatment, row_id).void_reason:
                _correct(unit, row_id, {"void_reason": reason.strip()})
    return unit.changes


def _write(unit: Unit, record: type[Record], values: Mapping[str, Any]) -> UUID:
    if sum(values.get(name) is not None for name in _WHO) != 1:
        raise InvalidValue(
            "Say who got it: one animal, one flock or one group.",
            "Treat others by rows of their own.",
            field="animal_id",
        )
    given = {"given_by": _author(unit.connection), **values}
    item, lot = given.get("item_id"), given.get("lot")
    if item is not None and lot and given.get("lot_expires_on") is None:
        given["lot_expires_on"] = expiry(unit.connection, item, lot)
    row_id = unit.insert(record, check(record, given))
    after = existing(unit.connection, record, row_id)
    rules.hold(unit.connection, record, None, after)
    return row_id


def _author(connection: Connection) -> UUID | None:
    """Return who is at the PC, if the mirror knows the person."""
    told = (Mirror.state.get(connection, "author") or {}).get("user_id")
    person = None if told is None else row_of(connection, Profile, UUID(told))
    return None if person is None else UUID(told)


def _correct(unit: Unit, row_id: UUID, values: Mapping[str, Any]) -> None:
    before = existing(unit.connection, HealthTreatment, row_id)
    unit.update(HealthTreatment, row_id, values)
    after = existing(unit.connection, HealthTreatment, row_id)
    rules.hold(unit.connection, HealthTreatment, before, after)
