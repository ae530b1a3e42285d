"""The next times at which a vet, a room and a patient are free, as far as this PC knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from uuid import UUID

from sqlalchemy import Connection, or_, select

from fluffydesk.actions.appointments import FREE, Slot
from fluffydesk.actions.saving import existing
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums.organizations import StaffShiftStatus
from fluffydesk.records.organizations import StaffShift
from fluffydesk.records.types import now

STEP = timedelta(minutes=5)
DAYS = 28
"""How far ahead is looked, and how far around for the hours that are kept."""
_OPENS, _CLOSES = time(8), time(18)


@dataclass(frozen=True)
class _Hours:
    """When visits are taken, in the clinic's own time: from, until, and on which weekdays."""

    opens: time
    closes: time
    weekdays: frozenset[int]


def free_slots(
    connection: Connection,
    appointment_id: UUID,
    zone: tzinfo,
    count: int = 4,
    *,
    moment: datetime | None = None,
) -> list[Slot]:
    """Return the next free times for an appointment, as long as it is, its own time not among
    them if it is taken.

    They begin at its own time or now (`moment`), whichever is later, in steps of five minutes,
    within the hours and weekdays at which this clinic has visits around that day, and within the
    vet's shifts on days that have any. NotFound if the appointment is not there.
    """
    wanted = existing(connection, Appointment, appointment_id)
    length = wanted.ends_at - wanted.scheduled_at
    start = _whole(max(wanted.scheduled_at, moment or now()))
    until = start + timedelta(days=DAYS)
    busy = _busy(connection, wanted, start, until)
    hours = _hours(connection, wanted.scheduled_at, zone)
    shifts = _shifts(connection, wanted.veterinarian_id, start, until)
    found: list[Slot] = []
    for opens, closes in _open_times(start, hours, zone):
        at = max(start, opens)
        while at + length <= closes and len(found) < count:
            blocked = _blocked(busy, at, at + length)
            if blocked is not None:
                at = _whole(blocked)
            elif not _on_shift(shifts, at, at + length, zone):
                at += STEP
            else:
                mine = wanted.veterinarian_id, wanted.room_id, wanted.pet_id
                found.append(Slot(at, at + length, *mine))
                at += length
        if len(found) >= count:
            break
    return found


def _whole(moment: datetime) -> datetime:
    """Return the moment, or the next that is a whole number of steps."""
    past = timedelta(minutes=moment.minute % 5, seconds=moment.second)
    past += timedelta(microseconds=moment.microsecond)
    return moment if not past else moment - past + STEP


def _busy(
    connection: Connection, wanted: object, start: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    book = Appointment.__table__
    same = [
        book.c[name] == value
        for name in ("veterinarian_id", "room_id", "pet_id")
        if (value := getattr(wanted, name)) is not None
    ]
    query = (
        select(book.c.scheduled_at, book.c.ends_at)
        .where(
            or_(*same),
            book.c.id != wanted.id,  # type: ignore[attr-defined]
            book.c.ends_at > start,
            book.c.scheduled_at < until,
            book.c.status.not_in(FREE),
        )
        .order_by(book.c.scheduled_at)
    )
    return [(row.scheduled_at, row.ends_at) for row in connection.execute(query)] if same else []


def _blocked(
    busy: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime
) -> datetime | None:
    """Return when what takes some of this time is over; None where it is free."""
    return max((b for a, b in busy if a < end and b > start), default=None)


def _hours(connection: Connection, around: datetime, zone: tzinfo) -> _Hours:
    book, days = Appointment.__table__, timedelta(days=DAYS)
    query = select(book.c.scheduled_at, book.c.ends_at).where(
        book.c.scheduled_at > around - days,
        book.c.scheduled_at < around + days,
        book.c.status.not_in(FREE),
    )
    visits = [
        (starts.astimezone(zone), ends.astimezone(zone))
        for starts, ends in connection.execute(query)
    ]
    # One emergency at night, or on one Sunday, makes no opening hours.
    rare = len(visits) // 20
    first = sorted(starts.time() for starts, _ in visits)
    last = sorted(ends.time() for starts, ends in visits if ends.date() == starts.date())
    days_used = Counter(starts.weekday() for starts, _ in visits)
    return _Hours(
        min(_OPENS, first[rare]) if first else _OPENS,
        max(_CLOSES, last[-1 - rare]) if len(last) > rare else _CLOSES,
        frozenset({*range(5), *(day for day, used in days_used.items() if used > max(1, rare))}),
    )


def _open_times(
    start: datetime, hours: _Hours, zone: tzinfo
) -> Iterator[tuple[datetime, datetime]]:
    first = start.astimezone(zone).date()
    for number in range(DAYS):
        day = first + timedelta(days=number)
        if day.weekday() in hours.weekdays:
            opens = datetime.combine(day, hours.opens, zone).astimezone(UTC)
            yield opens, datetime.combine(day, hours.closes, zone).astimezone(UTC)


def _shifts(
    connection: Connection, vet: UUID | None, start: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    table = StaffShift.__table__
    query = select(table.c.starts_at, table.c.ends_at).where(
        table.c.user_id == vet,
        table.c.ends_at > start,
        table.c.starts_at < until,
        table.c.status != StaffShiftStatus.CANCELLED,
    )
    return [(row.starts_at, row.ends_at) for row in connection.execute(query)] if vet else []


def _on_shift(
    shifts: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime, zone: tzinfo
) -> bool:
    """Say whether a time lies in a shift, or on a day for which none is planned."""

    def day(moment: datetime) -> date:
        return moment.astimezone(zone).date()

    that_day = [(a, b) for a, b in shifts if day(a) <= day(start) <= day(b)]
    return not that_day or any(a <= start and end <= b for a, b in that_day)
