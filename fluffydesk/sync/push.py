"""Unsent edits on their way to central: kept in the outbox until the answer is in the mirror."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.central.messages import Device
from fluffydesk.errors import Offline, Refusal, SignInRefused
from fluffydesk.mirror import journal, pending
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.images import Image, read_images, write_images
from fluffydesk.mirror.journal import Key
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.pending import OpenRefusal, Parcel, SentRow
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import new_id
from fluffydesk.sync.meet import differs, meet, tidy
from fluffydesk.sync.parcels import Cell, gives, make_parcels, needs
from fluffydesk.sync.ports import Central, Door, Json
from fluffydesk.sync.skew import fitting
from fluffydesk.sync.words import Refused, in_words

ROWS_AT_ONCE = 1000
"""How many rows a call carries, unless one parcel has more."""


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


def empty_outbox(
    door: Door,
    central: Central,
    organization_id: UUID,
    device: Device,
    stopped: Callable[[], bool],
) -> Sent:
    """Send what lies in the outbox, unchanged, and settle each answer; Offline leaves the rest."""
    total = Sent()
    # What refers to what was refused would be refused for that reason only: it waits instead.
    refused = door(_quarantined)
    while not stopped():
        batch = door(_next)
        if not batch:
            break
        answers = _send(central, organization_id, device, batch)
        total += door(partial(_settle, batch=batch, answers=answers, refused=refused))
    return total


def _next(mirror: Mirror) -> list[Parcel]:
    with _no_collector(), mirror.read() as connection:
        return pending.parcels(connection, ROWS_AT_ONCE)


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


def _send(
    central: Central, organization_id: UUID, device: Device, batch: list[Parcel]
) -> list[Json]:
    try:
        return central.push(organization_id, device, [_asked(parcel) for parcel in batch])
    except (Offline, SignInRefused):
        raise
    except Refusal as refusal:
        # Central could not read the call at all: find the parcel that it stumbles over.
        if len(batch) > 1:
            half = len(batch) // 2
            return [
                answer
                for part in (batch[:half], batch[half:])
                for answer in _send(central, organization_id, device, part)
            ]
        row = batch[0].rows[0]
        told = {"code": "P0001", "message": refusal.message, "table": row.table, "row_id": row.id}
        return [{"id": batch[0].id, "result": "rejected", **told}]


def _asked(parcel: Parcel) -> Json:
    rows = [
        {"table": r.table, "id": r.id, "op": r.op, "version": r.version, "values": r.values}
        for r in parcel.rows
    ]
    return {"id": parcel.id, "rows": rows}


def _settle(mirror: Mirror, batch: list[Parcel], answers: list[Json], refused: set[Cell]) -> Sent:
    """Bring the answers to one batch into the mirror, in one transaction."""
    by_id = {answer["id"]: answer for answer in answers}
    applied = [parcel for parcel in batch if by_id[parcel.id]["result"] == "applied"]
    touched: dict[str, set[UUID]] = {}
    for parcel in batch:
        for row in parcel.rows:
            touched.setdefault(row.table, set()).add(UUID(row.id))
    with _no_collector(), mirror.apply() as connection:
        versions = {k: v for p in applied for k, v in by_id[p.id]["versions"].items()}
        _applied(connection, applied, versions)
        for parcel in batch:
            answer = by_id[parcel.id]
            if answer["result"] == "applied":
                continue
            waits = any(refused.intersection(needs(row)) for row in parcel.rows)
            refused.update(cell for row in parcel.rows for cell in gives(row))
            if answer["result"] == "stale":
                _stale(connection, answer["rows"])
            elif not waits:
                _rejected(connection, parcel, answer)
        pending.drop_parcels(connection, [parcel.id for parcel in batch])
    stale = (row for a in answers if a["result"] == "stale" for row in a["rows"])
    gone = frozenset((row["table"], row["id"]) for row in stale if row["image"] is None)
    return Sent(len(batch), sum(len(p.rows) for p in applied), Changes(touched), gone)


def _applied(connection: Connection, parcels: list[Parcel], versions: dict[str, int]) -> None:
    """What was sent is central's now; what was edited since then stays to be sent."""
    by_table: dict[str, list[SentRow]] = {}
    for parcel in parcels:
        for row in parcel.rows:
            by_table.setdefault(row.table, []).append(row)
    asked = {one.key for one in pending.open_conflicts(connection)}
    done: list[Key] = []
    for table, rows in by_table.items():
        record = record_for(table)
        as_sent = _as_sent(connection, table, parcels, asked)
        _keep_versions(connection, table, versions, as_sent)
        done += [(table, id) for id in as_sent]
        rows = [row for row in rows if row.id not in as_sent]
        mine = read_images(connection, record, [row.id for row in rows])
        new: list[Image] = []
        for row in rows:
            here = mine.get(row.id)
            version = versions.get(f"{table}/{row.id}", row.version or 1)
            if here is not None and row.image is not None:
                new.append({"id": row.id, "row_version": version})
            if row.key not in asked and not differs(table, row.image, here):
                done.append(row.key)
            else:
                now = None if row.image is None else {**row.image, "row_version": version}
                journal.keep_base(connection, row.key, now)
                tidy(connection, row.key)
        write_images(connection, record, new)
    journal.clear_all(connection, done)
    cleared = set(done)
    for parcel in parcels:
        left = [row.key for row in parcel.rows if row.key not in cleared]
        for key in left:
            _release(connection, key, parcel.units)


def _as_sent(
    connection: Connection, table: str, parcels: list[Parcel], asked: set[Key]
) -> dict[str, SentRow]:
    """Return the rows that no unit of work has touched since they were sent, by id."""
    sent = {
        row.id: (row, parcel.units)
        for parcel in parcels
        for row in parcel.rows
        if row.table == table and row.key not in asked
    }
    touched = journal.units_by_row(connection, table, sent)
    return {id: sent[id][0] for id, units in touched.items() if units.issubset(sent[id][1])}


def _keep_versions(
    connection: Connection, table: str, versions: dict[str, int], rows: dict[str, SentRow]
) -> None:
    """Give rows that are as they were sent the version that central gave them."""
    kept = [
        (versions.get(f"{table}/{id}", row.version or 1), id)
        for id, row in rows.items()
        if row.image is not None
    ]
    if kept:
        sql = f"UPDATE {table} SET row_version = ? WHERE id = ? AND row_version IS NOT ?"
        connection.exec_driver_sql(sql, [(version, id, version) for version, id in kept])


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
