"""A front desk as a process of its own: it books at random while offline, and syncs when told."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from fluffydesk.actions import appointments, saving
from fluffydesk.actions.booked import Slot, clashes, describe, slot_of
from fluffydesk.actions.free_slots import free_slots
from fluffydesk.central.gateway import PostgresGateway
from fluffydesk.errors import Refusal
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.sync import resolve
from tests.sync.desks import Desk

ZONE = ZoneInfo("Europe/Amsterdam")
CLAIMS = ("scheduled_at", "ends_at", "free_at", "veterinarian_id", "room_id", "pet_id", "status")
_BOOK = Appointment.__table__
_WAY = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
_PROCESSES = multiprocessing.get_context(_WAY)
_PROCESSES.set_forkserver_preload([__name__])


@dataclass(frozen=True)
class Place:
    """Where a desk stands: its file, its way to central, and who and what can be booked there."""

    path: Path
    url: str
    email: str
    password: str
    organization: UUID
    vets: Sequence[UUID]
    rooms: Sequence[UUID]
    pets: Sequence[UUID]
    farm: UUID
    """A client that is visited."""
    services: Sequence[UUID]


@dataclass(frozen=True)
class Refused:
    """A visit that central refused, as the desk shows it."""

    id: UUID
    code: str
    message: str
    taken: tuple[str, ...]
    """By whom its time is taken, in words."""
    mine: Slot
    slots: tuple[Slot, ...]
    movable: bool
    may_overlap: bool


@dataclass
class State:
    """What a desk has: the visits it made, the rows of its mirror, and what needs a person."""

    made: dict[UUID, dict[str, Any]]
    """The visits it booked, as it last left them."""
    rows: dict[UUID, dict[str, Any]]
    refused: list[Refused]
    conflicts: int
    waiting: int
    acts: int
    said: set[str] = field(default_factory=set)
    """What the desk's own rules refused, by kind."""


class Far:
    """A desk in another process, asked over a pipe."""

    def __init__(self, place: Place) -> None:
        self._pipe, theirs = _PROCESSES.Pipe()
        self._process = _PROCESSES.Process(target=_live, args=(place, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self.pid = self._process.pid

    def ask(self, verb: str, *words: Any) -> Any:
        """Have one thing done, and return its answer."""
        self._pipe.send((verb, *words))
        answer = self._pipe.recv()
        if isinstance(answer, str):
            raise AssertionError(answer)
        return answer

    def close(self) -> None:
        """End the process."""
        self._pipe.close()
        self._process.join(30)


def _live(place: Place, pipe: Pipe) -> None:
    desk = _Desk(place)
    while True:
        try:
            verb, *words = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(getattr(desk, verb)(*words))
        except Exception as error:  # the test that asked fails with it
            pipe.send(f"{verb}: {error!r}")
            raise


class _Desk:
    def __init__(self, place: Place) -> None:
        gateway = PostgresGateway(place.url, place.email, place.password)
        self.desk = Desk(place.path, gateway, place.organization, place.path.stem)
        self.place = place
        self.made: dict[UUID, dict[str, Any]] = {}
        self.acts = 0
        self.said: set[str] = set()

    def sync(self) -> tuple[int, int, int]:
        report = self.desk.sync()
        return report.pushed, report.quarantined, report.conflicts

    def act(self, seed: int, day: datetime) -> bool:
        """Do one thing a front desk does; what its own rules refuse is not done."""
        chance = random.Random(seed)
        visits = [row for row in self._rows() if row.scheduled_at.date() == day.date()]
        do = chance.choice((*3 * (self._book,), self._move, self._resize, self._turn))
        try:
            touched = do(chance, day, visits)
        except Refusal as refusal:
            self.said.add(type(refusal).__name__)
            return False
        if touched is not None:
            self.acts += 1
            self._note(touched)
        return touched is not None

    def state(self) -> State:
        rows = {row.id: _claims(row) for row in self._rows()}
        refused = [self._refused(one) for one in self.desk.quarantine()]
        conflicts, waiting = len(self.desk.conflicts()), self.desk.waiting()
        return State(self.made, rows, refused, conflicts, waiting, self.acts, self.said)

    def mend(self) -> list[UUID]:
        """Decide all that waits: the first free time for what was refused, theirs in a conflict."""
        moved = []
        for conflict in self.desk.conflicts():
            resolve.decide(self.desk.mirror, conflict.id, "theirs")
        for one in self.desk.quarantine():
            shown = self._refused(one)
            if one.code == "23P01" and shown.movable and shown.slots:
                starts = shown.slots[0].starts
                appointments.move_appointment(self.desk.mirror, one.row_id, starts=starts)
                resolve.retry(self.desk.mirror, one.id)
                self._note(one.row_id)
                moved.append(one.row_id)
            else:
                resolve.discard(self.desk.mirror, one.id)
                self.made.pop(one.row_id, None)
        return moved

    def _book(self, chance: random.Random, day: datetime, visits: list[Any]) -> UUID:
        pet = chance.choice((*self.place.pets, None))
        values = {
            "pet_id": pet,
            "client_id": self.place.farm if pet is None else None,
            "veterinarian_id": chance.choice((*self.place.vets, None)),
            "room_id": chance.choice((*self.place.rooms, None)),
            "service_id": chance.choice((*self.place.services, None)),
            "scheduled_at": day + timedelta(minutes=5 * chance.randrange(30)),
        }
        sure = chance.random() < 0.4
        changes = appointments.book(self.desk.mirror, values, may_overlap=sure)
        (made,) = changes["appointments"]
        self.made[made] = {}
        return made

    def _move(self, chance: random.Random, day: datetime, visits: list[Any]) -> UUID | None:
        if not visits:
            return None
        visit = chance.choice(visits).id
        place = {"veterinarian_id": chance.choice(self.place.vets)} if chance.random() < 0.3 else {}
        starts = day + timedelta(minutes=5 * chance.randrange(30))
        sure = chance.random() < 0.4
        appointments.move_appointment(
            self.desk.mirror, visit, starts=starts, place=place, may_overlap=sure
        )
        return visit

    def _resize(self, chance: random.Random, day: datetime, visits: list[Any]) -> UUID | None:
        if not visits:
            return None
        visit = chance.choice(visits)
        ends = visit.scheduled_at + timedelta(minutes=5 * chance.randint(1, 9))
        sure = chance.random() < 0.4
        appointments.resize_appointment(self.desk.mirror, visit.id, ends=ends, may_overlap=sure)
        return visit.id  # type: ignore[no-any-return]

    def _turn(self, chance: random.Random, day: datetime, visits: list[Any]) -> UUID | None:
        """Call off, miss, move on, or take one back that was called off."""
        if not visits:
            return None
        visit = chance.choice(visits)
        if visit.status in appointments.FREE:
            new = {"status": AppointmentStatus.SCHEDULED}
            saving.change(self.desk.mirror, Appointment, visit.id, new)
        elif chance.random() < 0.5:
            ended = chance.choice(appointments.FREE)
            appointments.set_status(self.desk.mirror, visit.id, ended)
        else:
            appointments.advance(self.desk.mirror, visit.id)
        return visit.id  # type: ignore[no-any-return]

    def _note(self, visit: UUID) -> None:
        row = self.desk.row("appointments", visit)
        assert row is not None
        if visit in self.made:
            self.made[visit] = {name: row[name] for name in CLAIMS}

    def _rows(self) -> list[Any]:
        with self.desk.mirror.read() as connection:
            return list(connection.execute(select(_BOOK).order_by(_BOOK.c.id)))

    def _refused(self, one: resolve.Refused) -> Refused:
        with self.desk.mirror.read() as connection:
            query = select(_BOOK).where(_BOOK.c.id == one.row_id)
            row = connection.execute(query).one()
            mine = slot_of(row)
            others = clashes(connection, mine, but=one.row_id, may_overlap=row.may_overlap)
            slots = free_slots(connection, one.row_id, ZONE)
        taken = tuple(describe(other, ZONE) for other in others)
        movable = row.status in (AppointmentStatus.SCHEDULED, AppointmentStatus.CONFIRMED)
        return Refused(
            one.row_id, one.code, one.message, taken, mine, tuple(slots), movable, row.may_overlap
        )


def _claims(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in CLAIMS}
