"""Who is to be seen to on a day: due, to watch, to check, to dry off, open too long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache, partial
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Integer, Row, Text, and_, false, or_, select, type_coerce

from fluffydesk.figures.breeding import check_from, dry_days, open_days, repeat_days
from fluffydesk.figures.dates import dry_off_date, due_date
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.breeding import BreedingOutcome, PregnancyResult
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.livestock import Livestock, LivestockBatch, LivestockSpecies
from fluffydesk.records.reference import SpeciesReference
from fluffydesk.ui.screens.reading.animals import called
from fluffydesk.ui.screens.reading.breeding import sire_of

_FEMALES = Livestock.__table__.alias("females")
_MALES = Livestock.__table__.alias("males")
_SERVICES = BreedingRecord.__table__.c
_SPECIES = LivestockSpecies.__table__.c
_KNOWN = SpeciesReference.__table__.c
_GROUPS = LivestockBatch.__table__.c

DUE_DAYS = 21
"""How far ahead a birth is on the list."""
DRY_OFF_DAYS = 14
"""How far ahead drying off is on the list."""
LATE_DAYS = 40
"""For how long after her day a female that bore nothing stays on the list."""
_LONGEST_DAYS = 470


class Todo(StrEnum):
    """What is to be done with a female."""

    DUE = "due"
    WATCH = "watch"
    CHECK = "check"
    DRY_OFF = "dry_off"
    OPEN = "open"


@dataclass(frozen=True)
class Task:
    """One female on a worklist; `on` is the day it is about, `days` how many until then."""

    id: UUID
    """The female's."""
    todo: Todo
    name: str
    group: str
    species: str
    on: date
    days: int
    served_on: date | None
    sire: str


@dataclass(frozen=True)
class Worklists:
    """Who is to be seen to on a day, the most urgent first in each list."""

    due: tuple[Task, ...] = ()
    watch: tuple[Task, ...] = ()
    check: tuple[Task, ...] = ()
    dry_off: tuple[Task, ...] = ()
    open: tuple[Task, ...] = ()
    totals: Mapping[Todo, int] = field(default_factory=dict)
    """How many each list has, whether they were all read or only the first."""

    def total(self, todo: Todo | None = None) -> int:
        """Return how many tasks a list has, or all lists together."""
        return sum(self.totals.values()) if todo is None else self.totals.get(todo, 0)

    def all(self) -> list[Task]:
        """Return every task, list after list."""
        return [*self.due, *self.watch, *self.check, *self.dry_off, *self.open]


def worklists(connection: Connection, on: date, most: int | None = None) -> Worklists:
    """Return the worklists of a day: due, to watch, to check, to dry off, open too long.

    With `most`, only so many of each list, the most urgent, are told of by name.

    Due are those within 21 days and those overdue; to watch those whose next heat is due that day
    or the day beside it; to check those that nobody checked though it would tell; to dry off those
    within 14 days of it, 60 days before they are due; open too long by the species' limit.
    """
    lists: dict[Todo, list[tuple[date, str, Row[Any]]]] = {todo: [] for todo in Todo}
    served = _latest_open(connection, on)
    # Herds are served in batches: many females have the very same dates, and so the same to do.
    todos = cache(partial(_todos, on=on))
    for row in served.values():
        for todo, day in todos(*row[-len(_ABOUT) :]):
            lists[todo].append((day, called(row.tag_number, row.name), row))
    for row in _open_long(connection, on):
        limit = open_days(row.code)
        if limit is not None and row.female not in served:
            day = _day(row.calved_on) + timedelta(days=limit)
            lists[Todo.OPEN].append((day, called(row.tag_number, row.name), row))
    told = {}
    for todo, one in lists.items():
        one.sort(key=itemgetter(0, 1))
        told[todo.value] = tuple(_task(row, todo, day, on) for day, _, row in one[:most])
    return Worklists(**told, totals={todo: len(one) for todo, one in lists.items()})


def _latest_open(connection: Connection, on: date) -> dict[str, Row[Any]]:
    """Return the service each female on the farm may be pregnant of: found so, else the latest.

    Values are as they are stored: of 20,000 cows, most have nothing to do and are not shown.
    """
    females = _FEMALES.c
    query = (
        _of_females(_SERVICES.male_id, _SERVICES.sire_name, _MALES.c.tag_number, _MALES.c.name)
        .add_columns(*(_stored(column) for column in _ABOUT))
        .join(BreedingRecord.__table__, _SERVICES.female_id == females.id)
        .outerjoin(SpeciesReference.__table__, _KNOWN.code == _SPECIES.code)
        .outerjoin(_MALES, _MALES.c.id == _SERVICES.male_id)
        .where(
            _SERVICES.served_on > on - timedelta(days=_LONGEST_DAYS),
            _SERVICES.served_on <= on,
            _SERVICES.outcome.in_((BreedingOutcome.AWAITED, BreedingOutcome.PREGNANT)),
            or_(females.calved_on.is_(None), females.calved_on <= _SERVICES.served_on),
        )
        .order_by(_SERVICES.served_on, _SERVICES.id)
    )
    found: dict[str, Row[Any]] = {}
    for row in connection.execute(query):
        kept = found.get(row.female)
        if kept is None or kept.outcome != BreedingOutcome.PREGNANT:
            found[row.female] = row
    return found


def _todos(
    served: str,
    said: str | None,
    outcome: str,
    result: str | None,
    calved: str | None,
    dried_off: str | None,
    code: str,
    gestation_days: int | None,
    cycle_days: int | None,
    *,
    on: date,
) -> tuple[tuple[Todo, date], ...]:
    """Return what is to be done about a service, from the columns of _ABOUT."""
    return tuple(
        _todos_of(
            _day(served),
            _day(said) if said else due_date(_day(served), gestation_days),
            pregnant=outcome == BreedingOutcome.PREGNANT,
            seen=result is not None and result != PregnancyResult.DOUBTFUL,
            in_milk=calved is not None and (dried_off is None or dried_off < calved),
            code=code,
            cycle_days=cycle_days,
            on=on,
        )
    )


def _todos_of(
    served_on: date,
    due: date | None,
    *,
    pregnant: bool,
    seen: bool,
    in_milk: bool,
    code: str,
    cycle_days: int | None,
    on: date,
) -> Iterator[tuple[Todo, date]]:
    if due is not None and -LATE_DAYS <= (due - on).days <= DUE_DAYS:
        yield Todo.DUE, due
    first, last = repeat_days(served_on, cycle_days)
    if not pregnant and first <= on <= last:
        yield Todo.WATCH, last
    tells = check_from(served_on, code)
    if not pregnant and not seen and tells <= on and (due is None or on <= due):
        yield Todo.CHECK, tells
    days = dry_days(code)
    if days is not None and due is not None and in_milk:
        dry = dry_off_date(due, days)
        if (dry - on).days <= DRY_OFF_DAYS and (on - due).days <= LATE_DAYS:
            yield Todo.DRY_OFF, dry


def _task(row: Row[Any], todo: Todo, day: date, on: date) -> Task:
    served = todo is not Todo.OPEN
    return Task(
        UUID(row.female),
        todo,
        called(row.tag_number, row.name),
        row.group_name or "",
        row.species,
        day,
        (day - on).days,
        _day(row.served_on) if served else None,
        sire_of(row) if served else "",
    )


def _open_long(connection: Connection, on: date) -> Any:
    """Return the females on the farm that calved so long ago that they should be served."""
    females = _FEMALES.c
    codes = connection.execute(select(_SPECIES.id, _SPECIES.code)).all()
    limits = [(species, open_days(code)) for species, code in codes]
    late = [
        and_(females.species_id == species, females.calved_on <= on - timedelta(days=days))
        for species, days in limits
        if days is not None
    ]
    query = _of_females().add_columns(_stored(females.calved_on), _SPECIES.code)
    return connection.execute(
        query.where(females.sex.in_((Sex.FEMALE, Sex.UNKNOWN)), or_(false(), *late))
    )


def _of_females(*columns: Any) -> Any:
    """Select the females on the farm with species and group, and a male's or straw's columns."""
    females = _FEMALES.c
    sire = [_stored(column) for column in columns]
    if sire:
        sire[2:] = [sire[2].label("male_tag"), sire[3].label("male_name")]
    return (
        select(
            _stored(females.id).label("female"),
            females.tag_number,
            females.name,
            _SPECIES.name.label("species"),
            _GROUPS.name.label("group_name"),
            *sire,
        )
        .select_from(_FEMALES)
        .join(LivestockSpecies.__table__, _SPECIES.id == females.species_id)
        .outerjoin(LivestockBatch.__table__, _GROUPS.id == females.batch_id)
        .where(females.status == LivestockStatus.ACTIVE)
    )


def _stored(column: Any) -> Any:
    """Read a column as it is stored; for one that holds a number this is the number."""
    return column if isinstance(column.type, Integer) else type_coerce(column, Text)


@lru_cache(maxsize=4096)
def _day(stored: str) -> date:
    return date.fromisoformat(stored)


_ABOUT = (
    _SERVICES.served_on,
    _SERVICES.due_on,
    _SERVICES.outcome,
    _SERVICES.check_result,
    _FEMALES.c.calved_on,
    _FEMALES.c.dried_off_on,
    _SPECIES.code,
    _SPECIES.gestation_days,
    _KNOWN.cycle_days,
)
"""What decides what is to be done about a service."""
