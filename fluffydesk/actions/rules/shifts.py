"""Rules of shifts: nobody works two at a time, and one ends within a day."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.rules.people import must_work_here, name_of, zone_of
from fluffydesk.actions.rules.rule import Rule
from fluffydesk.errors import InvalidValue
from fluffydesk.records.enums.organizations import StaffShiftStatus
from fluffydesk.records.organizations import StaffShift
from fluffydesk.records.vocabulary import Record

FREE = (StaffShiftStatus.CANCELLED, StaffShiftStatus.MISSED)
"""The states in which a shift takes no time of anybody's."""
LONGEST = timedelta(hours=24)
_SHIFTS = StaffShift.__table__


def _times(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A shift ends after it starts, over midnight if need be, and within a day."""
    if after is None:
        return
    if after.ends_at <= after.starts_at:
        raise InvalidValue(
            "The shift ends before it starts.",
            "Give a later end; one over midnight ends on the next day.",
            field="ends_at",
        )
    length = after.ends_at - after.starts_at
    if length > LONGEST:
        raise InvalidValue(
            "A shift is at most 24 hours long.", "Check the day it ends.", field="ends_at"
        )
    if timedelta(minutes=after.break_minutes or 0) >= length:
        raise InvalidValue(
            "The break is as long as the shift.", "Check the minutes.", field="break_minutes"
        )


def _alone(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Shifts of a person, `[start, end)`, do not overlap; called off or missed, they may."""
    if after is None or after.status in FREE:
        return
    if before is None or before.user_id != after.user_id:
        must_work_here(connection, after.user_id, "user_id")
    refuse_overlap(connection, after.user_id, (after.starts_at, after.ends_at), but=after.id)


def refuse_overlap(
    connection: Connection, person: UUID, span: tuple[datetime, datetime], but: UUID | None = None
) -> None:
    """Refuse (InvalidValue) a time in which somebody has another shift than `but`."""
    starts, ends = span
    c = _SHIFTS.c
    other = connection.execute(
        select(c.starts_at, c.ends_at)
        .where(
            c.user_id == person,
            c.starts_at > starts - LONGEST,
            c.starts_at < ends,
            c.ends_at > starts,
            c.status.not_in(FREE),
            *(() if but is None else (c.id != but,)),
        )
        .order_by(c.starts_at)
        .limit(1)
    ).first()
    if other is not None:
        when = span_text(other.starts_at, other.ends_at, zone_of(connection))
        raise InvalidValue(
            f"{name_of(connection, person)} already has a shift, {when}.",
            "Choose another time or somebody else, or change that shift.",
            field="starts_at",
        )


def span_text(starts: datetime, ends: datetime, zone: tzinfo) -> str:
    """Return when a shift is, in the farm's own time: "3 December 2026 from 06:00 to 14:00"."""
    starts, ends = starts.astimezone(zone), ends.astimezone(zone)
    return f"{starts.day} {starts:%B %Y} from {starts:%H:%M} to {ends:%H:%M}"


RULES: dict[type[Record], tuple[Rule, ...]] = {StaffShift: (_times, _alone)}
