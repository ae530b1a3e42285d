"""Planning who works when: shifts, the week before copied, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Row, select

from fluffydesk.actions import rules
from fluffydesk.actions.rules.people import must_work_here, name_of, zone_of
from fluffydesk.actions.rules.shifts import FREE, refuse_overlap
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.organizations import StaffShiftStatus
from fluffydesk.records.organizations import StaffShift
from fluffydesk.records.vocabulary import record_columns

_WEEK = timedelta(days=7)
_COPIED = ("user_id", "role", "duty", "break_minutes", "is_on_call", "room_id", "location", "notes")


@dataclass(frozen=True)
class Copied:
    """What copying a week did: how many shifts, and whose did not fit (one sentence each)."""

    added: tuple[UUID, ...]
    left_out: tuple[str, ...]


def shift_times(day: date, starts: time, ends: time, zone: Any) -> tuple[datetime, datetime]:
    """Return a shift's moments; an end at or before the start is on the next day (rule 25).

    A night on which the clock is changed is an hour shorter or longer.
    """
    last = day + timedelta(days=1) if ends <= starts else day
    return (
        datetime.combine(day, starts, zone).astimezone(UTC),
        datetime.combine(last, ends, zone).astimezone(UTC),
    )


def plan(mirror: Mirror, values: Mapping[str, Any]) -> tuple[UUID, Changes]:
    """Plan a shift. InvalidValue where the person has one at that time already."""
    kept = check(StaffShift, values)
    with mirror.read() as connection:
        who = name_of(connection, kept["user_id"])
    with mirror.unit(f"Plan a shift of {who}") as unit:
        shift_id = unit.insert(StaffShift, kept)
        after = existing(unit.connection, StaffShift, shift_id)
        rules.hold(unit.connection, StaffShift, None, after)
    return shift_id, unit.changes


def change_shift(
    mirror: Mirror, shift_id: UUID, values: Mapping[str, Any], verb: str = "Change"
) -> Changes:
    """Change a shift: its time, its person, or what became of it."""
    kept = check(StaffShift, values, partial=True)
    with mirror.read() as connection:
        who = name_of(connection, existing(connection, StaffShift, shift_id).user_id)
    with mirror.unit(f"{verb} a shift of {who}") as unit:
        before = existing(unit.connection, StaffShift, shift_id)
        unit.update(StaffShift, shift_id, kept)
        after = existing(unit.connection, StaffShift, shift_id)
        rules.hold(unit.connection, StaffShift, before, after)
    return unit.changes


def mark(mirror: Mirror, shift_id: UUID, status: StaffShiftStatus) -> Changes:
    """Say that a shift is confirmed, was worked or missed, or is called off."""
    with mirror.read() as connection:
        shift = existing(connection, StaffShift, shift_id)
    if shift.status != status and StaffShiftStatus.later(shift.status, status) != status:
        raise InvalidValue(
            f"A shift that is {shift.status} cannot become {status}.",
            "Open it to correct what was written down.",
            field="status",
        )
    return change_shift(mirror, shift_id, {"status": status}, verb=f"Mark as {status}")


def move_shift(mirror: Mirror, shift_id: UUID, *, person: UUID, day: date) -> Changes:
    """Give a shift to a person on a day, at the same time of day as it was."""
    with mirror.read() as connection:
        shift = existing(connection, StaffShift, shift_id)
        times = _on_day(shift, day, zone_of(connection))
    return change_shift(mirror, shift_id, {**times, "user_id": person}, verb="Move")


def remove_shift(mirror: Mirror, shift_id: UUID) -> tuple[dict[str, Any], Changes]:
    """Take a shift off the plan; return what it held, so that it can be planned again."""
    with mirror.read() as connection:
        who = name_of(connection, existing(connection, StaffShift, shift_id).user_id)
    with mirror.unit(f"Take off a shift of {who}") as unit:
        before = existing(unit.connection, StaffShift, shift_id)
        unit.delete(StaffShift, shift_id)
        rules.hold(unit.connection, StaffShift, before, None)
    former = {column.name: getattr(before, column.name) for column in record_columns(StaffShift)}
    return former, unit.changes


def copy_week(mirror: Mirror, monday: date) -> tuple[Copied, Changes]:
    """Plan the week from `monday` as the week before it: the same people at the same times.

    Times of day stay, whatever the clocks do (rule 25). What was called off or missed is not
    copied; what would overlap is left out and said. Copied twice, also on two PCs, a shift is
    there once: its key follows from the one it copies.
    """
    added: list[UUID] = []
    left_out: list[str] = []
    with mirror.unit("Plan the week as the one before") as unit:
        connection = unit.connection
        zone = zone_of(connection)
        starts = datetime.combine(monday - _WEEK, time(), zone)
        ends = datetime.combine(monday, time(), zone)
        c = StaffShift.__table__.c
        query = select(StaffShift.__table__).where(
            c.starts_at >= starts, c.starts_at < ends, c.status.not_in(FREE)
        )
        for shift in connection.execute(query.order_by(c.starts_at, c.id)).all():
            key = uuid5(shift.id, "a week later")
            if row_with(connection, StaffShift, id=key) is not None:
                continue
            day = shift.starts_at.astimezone(zone).date() + _WEEK
            times = _on_day(shift, day, zone)
            try:
                must_work_here(connection, shift.user_id, "user_id")
                refuse_overlap(connection, shift.user_id, (times["starts_at"], times["ends_at"]))
            except InvalidValue as refusal:
                left_out.append(refusal.message)
                continue
            values = {name: getattr(shift, name) for name in _COPIED}
            added.append(unit.insert(StaffShift, values | times, key))
    return Copied(tuple(added), tuple(left_out)), unit.changes


def _on_day(shift: Row[Any], day: date, zone: Any) -> dict[str, datetime]:
    starts, ends = shift.starts_at.astimezone(zone), shift.ends_at.astimezone(zone)
    last = day + (ends.date() - starts.date())
    return {
        "starts_at": datetime.combine(day, starts.time(), zone).astimezone(UTC),
        "ends_at": datetime.combine(last, ends.time(), zone).astimezone(UTC),
    }
