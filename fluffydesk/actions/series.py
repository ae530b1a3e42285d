"""Series of visits: booked, changed and called off together, each time in one unit of work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions import rules
from fluffydesk.actions.appointments import change_visit, length_of
from fluffydesk.actions.booked import Slot, Taken, slot_of, whom
from fluffydesk.actions.rules.appointments import BEFORE, words_for
from fluffydesk.actions.rules.people import zone_of
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.recurrence import Frequency, Recurrence
from fluffydesk.figures.visits import STAMPS, repeated
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.types import new_id
from fluffydesk.records.vocabulary import record_columns
from fluffydesk.wording import counted

MOST = 200
"""How many visits a series may have."""
_BOOK = Appointment.__table__
_TIMES = ("scheduled_at", "ends_at")
_OWN = ("status", "series_id", "booked_by", *STAMPS.values())
"""What a visit has of its own, and a series does not share."""


class Which(StrEnum):
    """Which visits of a series are meant, seen from one of them."""

    ONE = "one"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True)
class Repeat:
    """Every so many days, weeks or months: so many `times`, or until a day, that day included."""

    every: int = 1
    unit: Frequency = Frequency.WEEKLY
    times: int | None = None
    until: date | None = None


@dataclass(frozen=True)
class LeftOut:
    """A visit of a series that could not be made or moved, at the time it was to have, and why."""

    slot: Slot
    why: Refusal
    id: UUID | None = None

    @property
    def asks(self) -> bool:
        """Whether it could be double-booked on purpose."""
        return isinstance(self.why, Taken) and self.why.shared


@dataclass(frozen=True)
class Done:
    """What was done to the visits of a series, and what `undo` needs to take it back."""

    changes: Changes
    done: tuple[UUID, ...]
    left_out: tuple[LeftOut, ...]
    series_id: UUID | None = None
    before: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)
    """Of each visit that was changed, what it had before."""
    after: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)
    made: tuple[UUID, ...] = ()

    @property
    def called_off(self) -> bool:
        """Whether visits were called off, and nothing else."""
        off = {"status": AppointmentStatus.CANCELLED}
        return bool(self.after) and all(values == off for values in self.after.values())


class _Looked(Exception):
    """Takes a unit of work back that was only to show what it would come to."""


def book_series(
    mirror: Mirror,
    values: Mapping[str, Any],
    repeat: Repeat,
    *,
    may_overlap: bool = False,
    look: bool = False,
) -> Done:
    """Book a visit again and again, at the same time of day by the clinic's clock (rule 25).

    What overlaps another (rule 19) is left out, and told; the others are made, in one unit of
    work. To `look` only, nothing is kept: `left_out` are the clashes. InvalidValue where the
    series has no end or more than `MOST` visits; Taken where not one of them can be.
    """
    return _book(mirror, values, repeat, may_overlap=may_overlap, look=look)


def repeat_visit(
    mirror: Mirror,
    appointment_id: UUID,
    repeat: Repeat,
    values: Mapping[str, Any] | None = None,
    *,
    may_overlap: bool = False,
    look: bool = False,
) -> Done:
    """Make a visit that is booked the first of a series, changed by `values` in the same unit of
    work; as `book_series` else."""
    with mirror.read() as connection:
        row = existing(connection, Appointment, appointment_id)
    if row.series_id is not None:
        raise InvalidValue("This visit is one of a series already.", "Change the series instead.")
    changed = check(Appointment, values or {}, partial=True)
    names = (column.name for column in record_columns(Appointment) if column.name not in _OWN)
    shared = {name: changed.get(name, getattr(row, name)) for name in names}
    if any(name in changed for name in (*_TIMES, "service_id")):
        shared["free_at"] = None  # by its service
    ways = {"may_overlap": may_overlap, "look": look}
    return _book(mirror, shared, repeat, **ways, first=row, changed=changed)


def change_series(
    mirror: Mirror,
    appointment_id: UUID,
    values: Mapping[str, Any],
    which: Which,
    *,
    may_overlap: bool = False,
    look: bool = False,
) -> Done:
    """Change one visit of a series, it and those that follow, or all, in one unit of work.

    A new time is a time of day and a number of days away: those that were at the same time of day
    go along, by the clinic's clock; one that had been moved on its own stays. What would overlap
    another stays as it was, and is told; visits that have begun or are over are never changed
    with the others. To `look` only, nothing is kept. InvalidValue or Taken where the visit itself
    cannot be changed so.
    """
    given = check(Appointment, values, partial=True)
    for name in _OWN:
        if name in given:
            raise InvalidValue("A series has no stages.", "Change that visit itself.", field=name)
    if may_overlap or any(name in given for name in _TIMES):
        given["may_overlap"] = may_overlap
    with mirror.read() as connection:
        chosen = existing(connection, Appointment, appointment_id)
        rows = _meant(connection, chosen, which)
        zone = zone_of(connection)
    if chosen.id not in {row.id for row in rows}:
        raise InvalidValue(
            f"This visit is {words_for(chosen.status).lower()} and stays as it is.",
            "Choose one of the series that is still to come.",
        )
    new = {row.id: _new_values(chosen, row, given, zone) for row in rows}
    before = {
        row.id: {name: getattr(row, name) for name in (*new[row.id], "free_at")} for row in rows
    }
    left: dict[UUID, LeftOut] = {}
    after: dict[UUID, dict[str, Any]] = {}

    def work(unit: Unit) -> None:
        for row in rows:
            unit.update(Appointment, row.id, new[row.id])
        _settle(unit, rows, before, left)
        if chosen.id in left:
            raise left[chosen.id].why
        for row in rows:
            if row.id not in left:
                found = existing(unit.connection, Appointment, row.id)
                after[row.id] = {name: getattr(found, name) for name in before[row.id]}

    title = f"Change {counted(len(rows), 'visit', 'visits')}"
    changes = _run(mirror, title, work, look=look)
    kept = {visit: values for visit, values in before.items() if visit in after}
    return Done(changes, tuple(after), tuple(left.values()), chosen.series_id, kept, after)


def cancel_series(mirror: Mirror, appointment_id: UUID, which: Which) -> Done:
    """Call off one visit, it and those that follow, or all that have not begun (rule 20)."""
    with mirror.read() as connection:
        chosen = existing(connection, Appointment, appointment_id)
        rows = _meant(connection, chosen, which)
    if not rows:
        raise InvalidValue(
            f"This visit is {words_for(chosen.status).lower()}.", "There is nothing to call off."
        )
    cancelled = {"status": AppointmentStatus.CANCELLED}
    with mirror.unit(f"Cancel {counted(len(rows), 'visit', 'visits')}") as unit:
        for row in rows:
            unit.update(Appointment, row.id, cancelled)
        for row in rows:
            _hold(unit, row)
    ids = tuple(row.id for row in rows)
    before = {row.id: {"status": row.status} for row in rows}
    after = dict.fromkeys(ids, cancelled)
    return Done(unit.changes, ids, (), chosen.series_id, before, after)


def undo(mirror: Mirror, done: Done) -> Done:
    """Take back what was done to a series, in one unit of work, where nobody changed it since.

    Refuses (Taken) where a visit's earlier time is another's by now.
    """
    took: list[UUID] = []
    with mirror.unit("Undo a change to a series") as unit:
        rows: list[Row[Any]] = []
        for visit, before in done.before.items():
            row = row_with(unit.connection, Appointment, id=visit)
            expected = done.after[visit]
            if row is not None and all(getattr(row, n) == v for n, v in expected.items()):
                unit.update(Appointment, visit, before)
                rows.append(row)
        for row in rows:
            _hold(unit, row)
            took.append(row.id)
        for visit in done.made:
            row = row_with(unit.connection, Appointment, id=visit)
            if row is not None and row.status in BEFORE and row.arrived_at is None:
                unit.delete(Appointment, visit)
                took.append(visit)
    return Done(unit.changes, tuple(took), (), done.series_id)


def series_of(connection: Connection, appointment_id: UUID) -> list[Row[Any]]:
    """Return the visits of the series that a visit is one of, by time; itself where it is none."""
    row = existing(connection, Appointment, appointment_id)
    if row.series_id is None:
        return [row]
    query = select(_BOOK).where(_BOOK.c.series_id == row.series_id)
    return list(connection.execute(query.order_by(_BOOK.c.scheduled_at, _BOOK.c.id)))


def _book(
    mirror: Mirror,
    values: Mapping[str, Any],
    repeat: Repeat,
    *,
    may_overlap: bool,
    look: bool,
    first: Row[Any] | None = None,
    changed: Mapping[str, Any] | None = None,
) -> Done:
    given = {**values, "may_overlap": True} if may_overlap else dict(values)
    with mirror.read() as connection:
        zone = zone_of(connection)
        starts = given.get("scheduled_at")
        if given.get("ends_at") is None and starts is not None:
            given["ends_at"] = starts + length_of(connection, given.get("service_id"))
        name = whom(connection, given.get("pet_id"), given.get("client_id")) or "an appointment"
    checked = check(Appointment, given)
    length = checked["ends_at"] - checked["scheduled_at"]
    clearing = (checked.get("free_at") or checked["ends_at"]) - checked["ends_at"]
    moments = _moments(checked["scheduled_at"], length, repeat, zone)
    series = new_id()
    kept = {**(changed or {}), "series_id": series}
    left_out: list[LeftOut] = []
    done: list[UUID] = []

    def work(unit: Unit) -> None:
        if first is not None:
            change_visit(unit, first, kept)
        for at in moments[0 if first is None else 1 :]:
            times = {"scheduled_at": at, "ends_at": at + length}
            if checked.get("free_at") is not None:
                times["free_at"] = at + length + clearing
            row_id = unit.insert(Appointment, {**checked, **times, "series_id": series})
            row = existing(unit.connection, Appointment, row_id)
            try:
                rules.hold(unit.connection, Appointment, None, row)
            except Taken as why:
                unit.delete(Appointment, row_id)
                left_out.append(LeftOut(slot_of(row), why))
            else:
                done.append(row_id)
        if not done:
            raise left_out[0].why

    title = f"Book {name}, {counted(len(moments), 'time', 'times')}"
    changes = _run(mirror, title, work, look=look)
    before = {} if first is None else {first.id: {name: getattr(first, name) for name in kept}}
    after = {} if first is None else {first.id: kept}
    return Done(changes, tuple(done), tuple(left_out), series, before, after, tuple(done))


def _moments(
    starts: datetime, length: timedelta, repeat: Repeat, zone: tzinfo
) -> Sequence[datetime]:
    if repeat.times is None and repeat.until is None:
        raise InvalidValue("This series has no end.", "Say how many times, or until which day.")
    if repeat.every < 1 or (repeat.times is not None and repeat.times < 1):
        raise InvalidValue("A series is at least one visit.", "Enter 1 or more.")
    rule = Recurrence(repeat.unit, repeat.every, until=repeat.until)
    found: list[datetime] = []
    for moment in repeated(starts, rule, zone, repeat.times):
        if len(found) == MOST:
            raise InvalidValue(
                f"A series has at most {MOST} visits.", "End it earlier, and book on from there."
            )
        if found and moment < found[-1] + length:
            raise InvalidValue(
                "The visit is longer than the time until the next.",
                "Make it shorter, or repeat it less often.",
                field="ends_at",
            )
        found.append(moment)
    return found


def _settle(
    unit: Unit,
    rows: Iterable[Row[Any]],
    before: Mapping[UUID, Mapping[str, Any]],
    left: dict[UUID, LeftOut],
) -> None:
    """Hold the rules of all that were changed; what clashes goes back, until nothing does.

    What goes back may stand in the way of another of the series, which then goes back too.
    """
    asked = list(rows)
    while asked:
        again = False
        for row in list(asked):
            try:
                _hold(unit, row)
            except Taken as why:
                found = existing(unit.connection, Appointment, row.id)
                left[row.id] = LeftOut(slot_of(found), why, row.id)
                unit.update(Appointment, row.id, before[row.id])
                asked.remove(row)
                again = True
        if not again:
            return


def _new_values(
    chosen: Row[Any], row: Row[Any], given: Mapping[str, Any], zone: tzinfo
) -> dict[str, Any]:
    """Return what a visit of the series gets where the chosen one gets `given`."""
    values = dict(given)
    if not any(name in given for name in _TIMES) or row.id == chosen.id:
        return values
    was, mine = chosen.scheduled_at.astimezone(zone), row.scheduled_at.astimezone(zone)
    starts = given.get("scheduled_at", chosen.scheduled_at)
    length = given.get("ends_at", chosen.ends_at + (starts - chosen.scheduled_at)) - starts
    for name in (*_TIMES, "free_at"):
        values.pop(name, None)
    if mine.time() != was.time():
        return values
    to = starts.astimezone(zone)
    at = _moment(mine.date() + (to.date() - was.date()), to.time(), zone)
    return values | {"scheduled_at": at, "ends_at": at + length}


def _moment(day: date, wall: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, wall.replace(fold=0), zone)


def _meant(connection: Connection, chosen: Row[Any], which: Which) -> list[Row[Any]]:
    """Return the visits that are meant and have not begun, by time."""
    rows = [chosen] if which is Which.ONE else series_of(connection, chosen.id)
    if which is Which.FOLLOWING:
        rows = [row for row in rows if row.scheduled_at >= chosen.scheduled_at]
    return [row for row in rows if row.status in BEFORE and row.arrived_at is None]


def _hold(unit: Unit, before: Row[Any]) -> None:
    after = existing(unit.connection, Appointment, before.id)
    rules.hold(unit.connection, Appointment, before, after)


def _run(mirror: Mirror, title: str, work: Callable[[Unit], None], *, look: bool) -> Changes:
    """Do the work in one unit; to look only, take it back."""
    try:
        with mirror.unit(title) as unit:
            work(unit)
            if look:
                raise _Looked
    except _Looked:
        return Changes({})
    return unit.changes
