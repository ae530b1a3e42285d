"""The work to do as the screens show it: what is late, due and done, and what repeats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from fluffydesk.actions.rules.tasks import MISSED
from fluffydesk.actions.withdrawal import zone_of
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.events import TaskKind, TaskPriority, TaskStatus
from fluffydesk.records.events import Task
from fluffydesk.records.livestock import Flock, Livestock, LivestockBatch
from fluffydesk.records.users import OrganizationUser, Profile

MOST = 5000
"""So many rows of work are listed at once; what is due first comes first."""
FEW = 5
MISSED_SINCE = timedelta(days=30)
OPEN = (TaskStatus.TO_DO, TaskStatus.IN_PROGRESS)
_PRESSING = {TaskPriority.URGENT: 0, TaskPriority.HIGH: 1, TaskPriority.NORMAL: 2}
_TASKS = Task.__table__.c
_LAST = datetime.max.replace(tzinfo=ZoneInfo("UTC"))


class When(StrEnum):
    """How a piece of work stands to the clock."""

    LATE = "late"
    TODAY = "today"
    LATER = "later"
    ANY_TIME = "any_time"
    OVER = "over"


class Span(StrEnum):
    """How far ahead the list of work looks."""

    TODAY = "today"
    WEEK = "week"
    ALL = "all"


@dataclass(frozen=True)
class TaskRow:
    """A piece of work: what, when, who, and what it is about."""

    id: UUID
    title: str
    kind: TaskKind
    priority: TaskPriority
    status: TaskStatus
    when: When
    due: datetime | None
    who_id: UUID | None
    who: str
    about: str
    recurrence: str
    minutes: int | None
    done_at: datetime | None
    done_by: str
    skip_reason: str
    notes: str
    missed: int = 0
    """Of a chore: how many times nobody did it in the last 30 days."""


@dataclass(frozen=True)
class DueToday:
    """What waits to be done today: how much is late, how much still comes, and the first few."""

    late: int
    today: int
    first: tuple[TaskRow, ...]


@dataclass(frozen=True)
class Person:
    """Somebody who works here now."""

    id: UUID
    name: str


def day_bounds(day: date, zone: ZoneInfo, days: int = 1) -> tuple[datetime, datetime]:
    """Return when a day of the organization begins, and when `days` later (rule 25).

    A day on which the clock is changed has 23 or 25 hours.
    """
    ends = day + timedelta(days=days)
    return datetime.combine(day, time(), zone), datetime.combine(ends, time(), zone)


def due_today(connection: Connection, at: datetime, person: UUID | None = None) -> DueToday:
    """Return the open work that is late at `at`, or due later on that day of the organization.

    With `person`, of what is theirs or nobody's. At most five rows come, the latest first.
    """
    zone = zone_of(connection)
    ends = day_bounds(at.astimezone(zone).date(), zone)[1]
    due = and_(_TASKS.status.in_(OPEN), _TASKS.due_at < ends, *_whose(person))
    counted = select(func.count(), func.count().filter(_TASKS.due_at < at)).where(due)
    every, late = connection.execute(counted).one()
    rows = connection.execute(_rows().where(due).order_by(_TASKS.due_at, _TASKS.id).limit(FEW))
    first = tuple(_task(row, at, ends) for row in rows)
    return DueToday(late, every - late, first)


def work_list(
    connection: Connection, at: datetime, span: Span, person: UUID | None = None
) -> tuple[TaskRow, ...]:
    """Return the open work of a span, and what was done or skipped today: late work first.

    Work without a time stands after what is due. With `person`, only what is theirs or nobody's.
    """
    zone = zone_of(connection)
    day = at.astimezone(zone).date()
    starts, ends = day_bounds(day, zone)
    until = {Span.TODAY: ends, Span.WEEK: day_bounds(day, zone, 7)[1], Span.ALL: None}[span]
    due = _TASKS.due_at < until if until is not None else _TASKS.due_at.is_not(None)
    still = _TASKS.status.in_(OPEN)
    parts = (
        _rows().where(still, due, *_whose(person)).order_by(_TASKS.due_at, _TASKS.id).limit(MOST),
        _rows().where(still, _TASKS.due_at.is_(None), *_whose(person)).limit(MOST),
        _rows().where(_TASKS.done_at >= starts, _TASKS.done_at < ends, *_whose(person)),
        _rows().where(
            _TASKS.status == TaskStatus.CANCELLED,
            _TASKS.due_at >= starts,
            _TASKS.due_at < ends,
            *_whose(person),
        ),
    )
    found = {row.id: _task(row, at, ends) for query in parts for row in connection.execute(query)}
    return tuple(sorted(found.values(), key=_order))


def chores(connection: Connection, at: datetime) -> tuple[TaskRow, ...]:
    """Return the work that repeats, each chore once with its next date, soonest first."""
    zone = zone_of(connection)
    ends = day_bounds(at.astimezone(zone).date(), zone)[1]
    query = _rows().where(_TASKS.status.in_(OPEN), _TASKS.recurrence.is_not(None))
    rows = connection.execute(query.order_by(_TASKS.due_at, _TASKS.id).limit(MOST))
    missed = _missed(connection, at)
    found = (_task(row, at, ends) for row in rows)
    return tuple(replace(task, missed=missed.get(task.title, 0)) for task in found)


def _missed(connection: Connection, at: datetime) -> dict[str, int]:
    """Return how often each chore was missed in the last 30 days, by its title."""
    query = (
        select(_TASKS.title, func.count())
        .where(
            _TASKS.status == TaskStatus.CANCELLED,
            _TASKS.due_at >= at - MISSED_SINCE,
            _TASKS.due_at < at,
            _TASKS.skip_reason == MISSED,
        )
        .group_by(_TASKS.title)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def people(connection: Connection) -> tuple[Person, ...]:
    """Return who works here now, by name."""
    members, names = OrganizationUser.__table__.c, Profile.__table__.c
    rows = connection.execute(
        select(names.id, names.full_name, names.email)
        .join(OrganizationUser.__table__, members.user_id == names.id)
        .where(members.status == Status.ACTIVE)
    )
    found = [Person(row.id, row.full_name or row.email or "Somebody") for row in rows]
    return tuple(sorted(found, key=lambda person: (person.name.casefold(), str(person.id))))


def _whose(person: UUID | None) -> tuple[ColumnElement[bool], ...]:
    if person is None:
        return ()
    return (or_(_TASKS.assigned_to == person, _TASKS.assigned_to.is_(None)),)


def _rows() -> Select[tuple[object, ...]]:
    who = Profile.__table__.alias("who")
    doer = Profile.__table__.alias("doer")
    animal, group = Livestock.__table__, LivestockBatch.__table__
    flock = Flock.__table__
    names = (
        func.coalesce(who.c.full_name, who.c.email, "").label("who"),
        func.coalesce(doer.c.full_name, doer.c.email, "").label("doer"),
        animal.c.tag_number.label("tag"),
        animal.c.name.label("animal"),
        group.c.name.label("group"),
        flock.c.name.label("flock"),
    )
    return select(Task.__table__, *names).select_from(
        Task.__table__.outerjoin(who, who.c.id == _TASKS.assigned_to)
        .outerjoin(doer, doer.c.id == _TASKS.done_by)
        .outerjoin(animal, animal.c.id == _TASKS.livestock_id)
        .outerjoin(group, group.c.id == _TASKS.batch_id)
        .outerjoin(flock, flock.c.id == _TASKS.flock_id)
    )


def _task(row: Row[tuple[object, ...]], at: datetime, ends: datetime) -> TaskRow:
    animal = " ".join(word for word in (row.tag, row.animal) if word)
    return TaskRow(
        id=row.id,
        title=row.title,
        kind=row.kind,
        priority=row.priority,
        status=row.status,
        when=_when(row.status, row.due_at, at, ends),
        due=row.due_at,
        who_id=row.assigned_to,
        who=row.who,
        about=", ".join(word for word in (animal, row.group, row.flock) if word),
        recurrence=row.recurrence or "",
        minutes=row.expected_minutes,
        done_at=row.done_at,
        done_by=row.doer,
        skip_reason=row.skip_reason or "",
        notes=row.notes or "",
    )


def _when(status: TaskStatus, due: datetime | None, at: datetime, ends: datetime) -> When:
    if status not in OPEN:
        return When.OVER
    if due is None:
        return When.ANY_TIME
    if due < at:
        return When.LATE
    return When.TODAY if due < ends else When.LATER


def _order(task: TaskRow) -> tuple[int, datetime, int, str, str]:
    """Late, then by time, then what has no time, then what is over."""
    place = {When.ANY_TIME: 1, When.OVER: 2}.get(task.when, 0)
    due = task.due or _LAST
    return place, due, _PRESSING.get(task.priority, 3), task.title.casefold(), str(task.id)
