"""The waiting room as its screen shows it: who is where since when, and how long stages took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.findings.bills import unbilled_visits
from fluffydesk.figures.visits import STAMPS, Stage, stage_of
from fluffydesk.figures.waits import is_missed, minutes_between
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.users import Profile
from fluffydesk.ui.screens.reading.alerts import Alert, AlertKind, alerts_of
from fluffydesk.ui.screens.visits import Visit, span, visits_between

TIMED = (Stage.ARRIVED, Stage.IN_ROOM, Stage.WITH_VET, Stage.TO_PAY)
"""The stages that last: each ends as a later one begins."""
TOLD = frozenset(AlertKind) - {AlertKind.CONTACT, AlertKind.INSURED}
"""What whoever takes hold of a patient must know; the rest can wait for its card."""
OVERNIGHT = timedelta(days=1)
"""Who came so long ago and has not left is still in the house, whatever day it was."""


@dataclass(frozen=True)
class Guest:
    """A patient of today on the board, with what whoever takes hold of it must know."""

    visit: Visit
    stage: Stage
    since: datetime | None = None
    """When its stage began, in UTC; None where nobody stamped it, or it has not come."""
    alerts: tuple[Alert, ...] = ()
    unbilled: tuple[str, ...] = ()
    """What came after its invoice was posted and is on none."""

    @property
    def id(self) -> UUID:
        return self.visit.id

    def minutes(self, at: datetime) -> int | None:
        """Return the minutes in its stage, of who has left those in the house; None unknown."""
        if self.stage is Stage.LEFT:
            came, left = self.visit.arrived_at, self.visit.left_at
            return minutes_between(came, left) if came is not None and left is not None else None
        return None if self.since is None else minutes_between(self.since, at)

    def is_late(self, at: datetime) -> bool:
        """Say whether it should be here by now."""
        return self.stage is Stage.BOOKED and at > self.visit.starts

    def is_missed(self, at: datetime) -> bool:
        """Say whether its time has passed by so much that it is taken for a no-show."""
        return self.stage is Stage.BOOKED and is_missed(self.visit.starts, at)


@dataclass(frozen=True)
class Board:
    """The guests of a day by stage, each stage in the order in which it is looked at."""

    on: date
    guests: tuple[Guest, ...] = ()

    def of(self, stage: Stage) -> tuple[Guest, ...]:
        """Return who is in a stage: who is expected by time, who waits by how long."""
        found = [guest for guest in self.guests if guest.stage is stage]
        if stage is Stage.LEFT:
            return tuple(sorted(found, key=_left, reverse=True))
        return tuple(sorted(found, key=_since))

    def missed(self, at: datetime) -> tuple[Guest, ...]:
        """Return who is taken for a no-show."""
        return tuple(guest for guest in self.of(Stage.BOOKED) if guest.is_missed(at))


@dataclass(frozen=True)
class Passed:
    """One stage of one visit that is over: whose, of which day, and how long."""

    vet_id: UUID | None
    vet: str
    on: date
    stage: Stage
    minutes: Decimal
    """Exact; rounded where it is shown."""


def read_board(mirror: Mirror, on: date, zone: ZoneInfo) -> Board:
    """Read the board of a day in the organization's zone, and who is left over from the night."""
    with mirror.read() as connection:
        return Board(on, guests_of(connection, on, zone))


def guests_of(connection: Connection, on: date, zone: ZoneInfo) -> tuple[Guest, ...]:
    """Return today's visits that are to come, in the house or done, and last night's in it."""
    starts, ends = span(on, zone)
    booked = visits_between(connection, starts - OVERNIGHT, ends)
    visits = [(one, one.pet_id) for one in booked if one.pet_id is not None]  # nobody else comes
    alerts = alerts_of(connection, {pet for _, pet in visits}, on)
    seen = [one.id for one, _ in visits if stage_in(one) in (Stage.TO_PAY, Stage.LEFT)]
    left = unbilled_visits(connection, among=seen) if seen else {}
    found = []
    for visit, pet_id in visits:
        stage = stage_in(visit)
        over_midnight = stage is Stage.BOOKED and visit.ends > starts
        here = visit.starts >= starts or stage in TIMED or over_midnight
        if stage is None or not here:
            continue
        since = getattr(visit, STAMPS[stage]) if stage in STAMPS else None
        told = tuple(one for one in alerts[pet_id] if one.kind in TOLD)
        found.append(Guest(visit, stage, since, told, tuple(left.get(visit.id, ()))))
    return tuple(found)


def stage_in(visit: Visit) -> Stage | None:
    """Return the furthest stage that a visit has reached; None for one that is off."""
    if not visit.takes_time:
        return None
    if visit.status == AppointmentStatus.COMPLETED:
        return Stage.LEFT
    stage = stage_of({name: getattr(visit, name) for name in STAMPS.values()})
    begun = visit.status == AppointmentStatus.IN_PROGRESS
    return Stage.IN_ROOM if begun and stage in (Stage.BOOKED, Stage.ARRIVED) else stage


def stages_passed(connection: Connection, first: date, last: date, zone: ZoneInfo) -> list[Passed]:
    """Return every stage that was passed in the visits of some days, both included.

    A stage lasts until the next one that was stamped. One that was skipped has the stamp of the
    next, and stamps that contradict each other, by the clocks of two PCs, tell nothing: both are
    left out.
    """
    starts, ends = span(first, zone, (last - first).days + 1)
    book, people = Appointment.__table__, Profile.__table__
    query = (
        select(
            book.c.scheduled_at,
            book.c.veterinarian_id,
            people.c.full_name,
            people.c.email,
            *(book.c[name] for name in STAMPS.values()),
        )
        .select_from(book.outerjoin(people, people.c.id == book.c.veterinarian_id))
        .where(
            book.c.scheduled_at >= starts,
            book.c.scheduled_at < ends,
            book.c.arrived_at.is_not(None),
        )
        .order_by(book.c.scheduled_at, book.c.id)
    )
    found = []
    for row in connection.execute(query):
        vet = row.full_name or row.email or ""
        on = row.scheduled_at.astimezone(zone).date()
        for stage, minutes in _durations(row):
            found.append(Passed(row.veterinarian_id, vet, on, stage, minutes))
    return found


def minutes_by(passed: Iterable[Passed]) -> dict[Stage, list[Decimal]]:
    """Return the minutes of each stage that lasts, in the order of the stages."""
    found: dict[Stage, list[Decimal]] = {stage: [] for stage in TIMED}
    for one in passed:
        found[one.stage].append(one.minutes)
    return found


def _durations(row: Row[Any]) -> list[tuple[Stage, Decimal]]:
    stamped: Sequence[tuple[Stage, datetime]] = [
        (stage, moment)
        for stage, name in STAMPS.items()
        if (moment := getattr(row, name)) is not None
    ]
    found = []
    for (stage, begun), (_, ended) in pairwise(stamped):
        microseconds = (ended - begun) // timedelta(microseconds=1)
        if microseconds > 0:
            found.append((stage, Decimal(microseconds) / 60_000_000))
    return found


def _since(guest: Guest) -> tuple[datetime, str]:
    return (guest.since or guest.visit.starts, guest.visit.pet)


def _left(guest: Guest) -> tuple[datetime, str]:
    return (guest.since or guest.visit.ends, guest.visit.pet)
