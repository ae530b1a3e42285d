"""Unsent edits on their way to central: kept in the outbox until the answer is in the mirror."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.central.messages import Device
from fluffydesk.errors import Offline, Refusal, SignInRefused, TooMuch
from fluffydesk.mirror import journal, pending
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.images import read_image, write_images
from fluffydesk.mirror.journal import Key
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.pending import OpenRefusal, Packed, Parcel, SentRow
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import new_id
from fluffydesk.sync.meet import differs, meet, tidy
from fluffydesk.sync.parcels import Cell, files_waiting, gives, make_parcels, needs
from fluffydesk.sync.ports import Central, Door, Json
from fluffydesk.sync.skew import fitting
from fluffydesk.sync.words import Refused, in_words

ROWS_AT_ONCE = 1000
"""How many rows a call carries, unless one parcel has more."""


BYTES_AT_ONCE = 4_000_000
"""How long the texts of a call's rows are in all, unless one parcel has longer ones."""


@dataclass(frozen=True)
class Sent:
    """What came of sending: parcels answered, rows applied, rows changed here by the answers."""

    parcels: int = 0
    applied: int = 0
    changes: Changes = field(default_factory=Changes)
    gone: frozenset[Key] = frozenset()
    """Rows that central has no more, as it said when they were to be changed."""

    def __add__(self, other: Sent) -> Sent:
        return Sent(
            self.parcels + other.parcels,
            self.applied + other.applied,
            self.changes | other.changes,
            self.gone | other.gone,
        )


def fill_outbox(mirror: Mirror) -> int:
    """Make parcels of what waits, if the outbox is empty, and return how many lie in it.

    Durable before anything is sent: what may have reached central must be known after a crash.
    """
    with _no_collector(), mirror.apply(durable=True) as connection:
        if not pending.count_parcels(connection):
            pending.put_parcels(connection, fitting(connection, make_parcels(connection)))
        return pending.count_parcels(connection)


def refilled(door: Door, stopped: Callable[[], bool]) -> Iterator[int]:
    """Fill the outbox with the files it had no room for, as long as each filling takes some.

    Yields how many wait, each time for what lies there to be sent.
    """
    left = door(_files_waiting)
    while left and not stopped() and door(fill_outbox):
        yield left
        before, left = left, door(_files_waiting)
        if left >= before:
            return


def _files_waiting(mirror: Mirror) -> int:
    with mirror.read() as connection:
        return files_waiting(connection)


def empty_outbox(
    door: Door,
    central: Central,
    organization_id: UUID,
    device: Device,
    stopped: Callable[[], bool],
) -> Sent:
    """Send what lies in the outbox, unchanged, and settle each answer; Offline leaves the rest."""
    sending = _Sending(door, central, organization_id, device)
    while sending.batch and not stopped():
        sending.send()
    sending.catch_up()
    return sending.total


class _Sending:
    """Batch after batch on its way: while central works on one, the answers to the one before it
    are settled and the next is read."""

    def __init__(self, door: Door, central: Central, organization_id: UUID, device: Device) -> None:
        self.door, self.central = door, central
        self.organization_id, self.device = organization_id, device
        self.total = Sent()
        # What refers to what was refused would be refused for that reason only: it waits instead.
        self.refused = door(_quarantined)
        self.places = door(_places)
        self.answered: tuple[list[Packed], list[Json]] | None = None
        self.failed: Exception | None = None
        self.batch = self._next()

    def send(self) -> None:
        """Send a batch and hear what came of it."""
        batch, self.batch = self.batch, []
        try:
            answers = self._ask(batch)
        finally:  # if the line is cut too: what was answered is known
            self.catch_up()
        self.answered = batch, answers
        self.batch = self.batch or self._next()

    def catch_up(self) -> None:
        """Settle what was answered."""
        if self.answered is not None:
            (batch, answers), self.answered = self.answered, None
            settle = partial(_settle, batch=batch, answers=answers, refused=self.refused)
            self.total += self.door(settle)

    def _meanwhile(self) -> None:
        """Do what can be done before the answer comes; a second time there is nothing to do."""
        try:
            self.catch_up()
            self.batch = self.batch or self._next()
        except Exception as error:
            self.failed = error
            raise

    def _next(self) -> list[Packed]:
        batch = self.door(partial(_read, places=self.places))
        del self.places[: len(batch)]
        return batch

    def _ask(self, batch: list[Packed], again: bool = False) -> list[Json]:
        parcels = [_asked(parcel) for parcel in batch]
        try:
            return self.central.push(self.organization_id, self.device, parcels, self._meanwhile)
        except SignInRefused:
            raise
        except Refusal as refusal:
            too_much = isinstance(refusal, TooMuch)
            if refusal is self.failed or (isinstance(refusal, Offline) and not too_much):
                raise  # the mirror's own, or the line's
            # Central could not read the call, or gave up: find the parcel that it stumbles over.
            if len(batch) > 1:
                half = len(batch) // 2
                return [*self._ask(batch[:half]), *self._ask(batch[half:])]
            if too_much and not again:  # it may have had too much else to do
                return self._ask(batch, again=True)
            row = batch[0].open().rows[0]
            code = refusal.code if isinstance(refusal, TooMuch) else "P0001"
            told = {"code": code, "message": refusal.message}
            told |= {"table": row.table, "row_id": row.id}
            return [{"id": batch[0].id, "result": "rejected", **told}]


def _places(mirror: Mirror) -> list[int]:
    with mirror.read() as connection:
        return pending.in_order(connection)


def _read(mirror: Mirror, places: list[int]) -> list[Packed]:
    with _no_collector(), mirror.read() as connection:
        return pending.packed(connection, places, ROWS_AT_ONCE, BYTES_AT_ONCE)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Spare a burst of rows, none of which refer to each other, the search for cycles in them:
    it looks through all that is there again and again, and takes a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _asked(packed: Packed) -> str:
    """Return a parcel as central is asked for it."""
    text = packed.text
    if not packed.only_inserts:
        rows = [
            {"table": r.table, "id": r.id, "op": r.op, "version": r.version, "values": r.values}
            for r in packed.open().rows
        ]
        text = json.dumps(rows)
    return f'{{"id":"{packed.id}","rows":{text}}}'


def _settle(mirror: Mirror, batch: list[Packed], answers: list[Json], refused: set[Cell]) -> Sent:
    """Bring the answers to one batch into the mirror, in one transaction."""
    by_id = {answer["id"]: answer for answer in answers}
    done = _Done()
    others: list[Parcel] = []
    for packed in batch:
        answer = by_id[packed.id]
        if answer["result"] == "applied":
            done.add(packed, answer["versions"])
        else:
            others.append(packed.open())
    with _no_collector(), mirror.apply() as connection:
        _applied(connection, done)
        for parcel in others:
            answer = by_id[parcel.id]
            waits = any(refused.intersection(needs(row)) for row in parcel.rows)
            refused.update(cell for row in parcel.rows for cell in gives(row))
            if answer["result"] == "stale":
                _stale(connection, answer["rows"])
            elif not waits:
                _rejected(connection, parcel, answer)
        pending.drop_parcels(connection, [packed.id for packed in batch])
    touched = {table: set(map(UUID, rows)) for table, rows in done.versions.items()}
    for row in (row for parcel in others for row in parcel.rows):
        touched.setdefault(row.table, set()).add(UUID(row.id))
    stale = (row for a in answers if a["result"] == "stale" for row in a["rows"])
    gone = frozenset((row["table"], row["id"]) for row in stale if row["image"] is None)
    return Sent(len(batch), sum(map(len, done.versions.values())), Changes(touched), gone)


class _Done:
    """What central took of a batch."""

    def __init__(self) -> None:
        self.parcels: list[Packed] = []
        self.units: list[str] = []
        self.versions: dict[str, dict[str, int | None]] = {}
        """Table -> id -> version; None of what is deleted."""

    def add(self, packed: Packed, versions: dict[str, int]) -> None:
        """Add a parcel with the versions that central gave its rows."""
        self.parcels.append(packed)
        self.units += packed.units
        if packed.only_inserts and len(versions) == packed.size:
            for name, version in versions.items():
                table, _, id = name.partition("/")
                self.versions.setdefault(table, {})[id] = version
            return
        for row in packed.open().rows:
            version = versions.get(f"{row.table}/{row.id}", row.version or 1)
            kept = self.versions.setdefault(row.table, {})
            kept[row.id] = None if row.image is None else version


def _applied(connection: Connection, done: _Done) -> None:
    """What was sent is central's now; what was edited since then stays to be sent."""
    asked = {one.key for one in pending.open_conflicts(connection)}
    edited: set[Key] = set()
    for table, versions in done.versions.items():
        as_sent = journal.touched_only_by(connection, done.units, table, versions)
        as_sent.difference_update(id for name, id in asked if name == table)
        journal.clear_sent(connection, table, {id: versions[id] for id in as_sent})
        edited.update((table, id) for id in versions.keys() - as_sent)
    journal.settle(connection, done.units)
    if edited:
        for packed in done.parcels:
            parcel = packed.open()
            rows = [row for row in parcel.rows if row.key in edited]
            _applied_before(connection, rows, parcel.units, done.versions, asked)


def _applied_before(
    connection: Connection,
    rows: list[SentRow],
    units: tuple[str, ...],
    versions: dict[str, dict[str, int | None]],
    asked: set[Key],
) -> None:
    """What was sent of these rows is the base of what was edited since then."""
    for row in rows:
        table, record = row.table, record_for(row.table)
        here = read_image(connection, record, row.id)
        version = versions[table][row.id]
        if here is not None and version is not None:
            write_images(connection, record, [{"id": row.id, "row_version": version}])
        if row.key not in asked and not differs(table, row.image, here):
            journal.clear(connection, row.key)
        else:
            now = None if row.image is None else {**row.image, "row_version": version}
            journal.keep_base(connection, row.key, now)
            tidy(connection, row.key)
            _release(connection, row.key, units)


def _release(connection: Connection, key: Key, units: tuple[str, ...]) -> None:
    """Take a row off the units that were sent, save those a person is still asked about."""
    if pending.open_conflicts(connection, key):
        units = tuple(journal.not_in_conflict(connection, units))
    journal.release(connection, key, units)


def _quarantined(mirror: Mirror) -> set[Cell]:
    """Return what central would have if it had not been refused earlier."""
    with mirror.read() as connection:
        found = pending.open_refusals(connection)
    held = [one for one in found if one.code not in pending.GONE]
    return {cell for one in held for row in one.rows for cell in gives(row)}


def _stale(connection: Connection, rows: list[Json]) -> None:
    """Merge what central has now; what is gone there comes with the next pull, which knows why."""
    for row in rows:
        if row["image"] is not None:
            meet(connection, row["table"], {row["id"]: row["image"]})


def _rejected(connection: Connection, parcel: Parcel, answer: Json) -> None:
    first = parcel.rows[0]
    refused = Refused(
        answer["code"],
        answer.get("message"),
        answer.get("table") or first.table,
        answer.get("column"),
        answer.get("constraint"),
        answer.get("detail"),
    )
    words = in_words(refused)
    refusal = OpenRefusal(
        # Refused again: under the same id, so that whoever retried it can follow it.
        pending.retried(connection, parcel.units) or str(new_id()),
        parcel.units,
        parcel.rows,
        refused.code,
        refused.table or first.table,
        answer.get("row_id") or first.id,
        words.column,
        *words.told,
        journal.moment(),
    )
    pending.put_refusal(connection, refusal, refused.constraint)
