"""Central as a PC sees it: the sync functions over one Postgres connection, kept and renewed."""

from __future__ import annotations

import json
import select
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb

from fluffydesk.central.catalogue import CATALOGUE
from fluffydesk.central.connection import Bell, Line, parameters, refuse
from fluffydesk.central.failures import mapped, of_what_was_sent, too_much
from fluffydesk.central.lookups import Lookups
from fluffydesk.central.messages import Device, Hello, refuse_strangers
from fluffydesk.errors import Offline, Refusal, TooMuch
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import facts_of

Connection = psycopg.Connection[tuple[Any, ...]]
Image = dict[str, Any]
Batch = list[tuple[str | None, ...]]

_BATCH_ROWS = 5000
_CHUNK_ROWS = 8192
HEAVY_ROWS = 8
"""How many rows are read or compared at once of a table whose rows may be as long as a file."""

_POLL_SECONDS = 0.2
_BEAT_SECONDS = 15.0
"""So long nothing may have come on a line that listens before it is tried."""


class PostgresGateway(Lookups):
    """Central for one member, over Postgres.

    Every method raises Offline where central cannot be reached or the connection is lost, and
    SignInRefused where central says no to the person. Used by one thread at a time, except
    `listen`, which has a connection of its own. `timeout`, in seconds, is for connecting and
    for how long an unanswered packet is waited for.
    """

    def __init__(self, url: str, email: str, password: str, *, timeout: float = 10) -> None:
        self._parameters = parameters(url, email=email, password=password, seconds=timeout)
        self._connection: Line | None = None
        self._listener: tuple[str, Line] | None = None
        self._timeout = timeout

    def organizations(self) -> list[dict[str, Any]]:
        """Return `[{"id", "name", "type", "role"}]` of the organizations one works in."""
        found: list[dict[str, Any]] = self._ask("select sync.my_organizations()")
        return found

    def hello(self, organization_id: UUID, device: Device) -> Hello:
        """Say who asks and from which PC; learn one's role and the state of central."""
        sent = time.time()
        query = "select sync.hello(%s, %s)"
        return _hello(self._ask(query, organization_id, _greeting(device, sent)), sent)

    def poll(
        self, organization_id: UUID, device: Device, cursor: dict[str, Any] | None
    ) -> tuple[Hello, dict[str, Any] | None]:
        """Say hello and ask whether anything is new since `cursor`, in one round trip.

        Where nothing is, the cursor up to which that holds comes too.
        """
        sent = time.time()
        query = "select sync.poll(%s, %s, %s)"
        answer = self._ask(query, organization_id, _greeting(device, sent), _json(cursor))
        return _hello(answer, sent), answer["cursor"]

    def catalogue(self) -> dict[str, Any]:
        """Return `{"tables": {table: [column]}, "words": {closed list: [word]}}` of central."""
        found: dict[str, Any] = self._ask(CATALOGUE)
        return found

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Open one moment of central, within which everything read agrees."""
        return self._snapshot()

    def push(
        self,
        organization_id: UUID,
        device: Device,
        parcels: Sequence[dict[str, Any] | str],
        meanwhile: Callable[[], None] | None = None,
    ) -> list[dict[str, Any]]:
        """Send parcels, each as a value or as its JSON text; return a result for each, in order.

        `meanwhile` runs once they are on their way, before the answer is waited for.
        Refusal when central could not so much as read the call, or took it back at the end of
        its transaction; TooMuch when it gave up on it. None of it is applied then.
        """
        told = Jsonb(_device(device))
        texts = ",".join(one if isinstance(one, str) else json.dumps(one) for one in parcels)
        query = "select sync.push(%s, %s, %s)"
        try:
            with mapped():
                line = self._connected()
                with line.busy(meanwhile):
                    # Not prepared: that would be a round trip more, and nothing is planned.
                    row = line.execute(
                        query.encode(), (organization_id, told, f"[{texts}]"), prepare=False
                    ).fetchone()
                assert row is not None
                results: list[dict[str, Any]] = row[0]
        except Offline as offline:
            words = of_what_was_sent(offline.__cause__)
            if words is not None:
                raise Refusal(words, "Correct it and save, or discard it.") from offline.__cause__
            code = too_much(offline.__cause__)
            if code is not None:
                raise TooMuch(offline.message, offline.advice, code=code) from offline.__cause__
            raise
        return results

    def numbers(
        self,
        organization_id: UUID,
        device: Device,
        blocks: list[dict[str, Any]],
        wanted: list[dict[str, Any]],
    ) -> dict[str, Any]:
        """Note how far a PC is with its numbers and reserve more, as sync.numbers() answers."""
        told = Jsonb(_device(device)), Jsonb(blocks), Jsonb(wanted)
        answer: dict[str, Any] = self._ask(
            "select sync.numbers(%s, %s, %s, %s)", organization_id, *told
        )
        return answer

    def listen(
        self, channel: str, stop: Callable[[], bool], seconds: float, bell: Bell | None = None
    ) -> bool:
        """Wait up to `seconds` for news on `channel`; say whether there was any.

        Returns early when `bell` is rung, and within a moment when `stop` says so.
        """
        deadline = time.monotonic() + seconds
        with mapped():
            line = self._listening(channel)
            while not stop():
                if any(True for _ in line.notifies(timeout=0, stop_after=1)):
                    line.heard_at = time.monotonic()
                    return True
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                if time.monotonic() - line.heard_at > _BEAT_SECONDS:
                    line.execute("select")  # Offline where nothing comes back
                    continue
                ready, _, _ = select.select(
                    [line, *([bell] if bell else [])], [], [], min(left, _POLL_SECONDS)
                )
                if bell in ready:
                    return False
        return False

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        if self._connection is not None:
            self._connection.close()
        if self._listener is not None:
            self._listener[1].close()
        self._connection = self._listener = None

    def _ask(self, query: str, *arguments: Any) -> Any:
        with mapped():
            row = self._connected().execute(query.encode(), arguments).fetchone()
            assert row is not None
            return row[0]

    @contextmanager
    def _snapshot(self) -> Iterator[Snapshot]:
        with mapped():
            connection = self._connected()
            connection.execute("begin isolation level repeatable read read only")
            try:
                yield Snapshot(connection)
            finally:
                _end(connection)

    def _connected(self) -> Line:
        """Return the kept connection, or a new one where it was lost since it was last used."""
        kept = self._connection
        if kept is not None and not kept.closed and not _has_ended(kept):
            return kept
        self._connection = self._connect()
        return self._connection

    def _connect(self) -> Line:
        try:
            return Line.connect(**self._parameters, autocommit=True, row_factory=tuple_row)
        except psycopg.OperationalError as error:
            refuse(error)

    def _listening(self, channel: str) -> Line:
        if self._listener is not None:
            name, kept = self._listener
            if name == channel and not kept.closed:
                return kept
            kept.close()
            self._listener = None
        connection = self._connect()
        connection.patience = self._timeout
        connection.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
        self._listener = (channel, connection)
        return connection


class Snapshot:
    """One moment of central: a read-only transaction that always sees the same rows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def pull(
        self,
        organization_id: UUID,
        cursor: dict[str, Any] | None,
        tables: dict[str, list[str]],
        page: dict[str, Any] | None,
        limit: int = 2000,
    ) -> dict[str, Any]:
        """Return what changed since `cursor`, a page at a time, as `sync.pull` says it."""
        told = (organization_id, _json(cursor), Jsonb(tables), _json(page), limit)
        answer: dict[str, Any] = self._ask("select sync.pull(%s, %s, %s, %s, %s)", *told)
        return answer

    def copy(
        self,
        organization_id: UUID,
        table: str,
        columns: list[str],
        after: UUID | None = None,
        since: date | None = None,
    ) -> Generator[Batch, None, None]:
        """Yield batches of rows in storage form, as text, by id; `since`: the first day of logs."""
        told = (organization_id, table, columns, after, since)
        some = _BATCH_ROWS if _is_light(table, columns) else HEAVY_ROWS
        yield from self._batches("select sync.select_for(%s, %s, %s, %s, %s)", *told, rows=some)

    def whole(
        self, organization_id: UUID, tables: dict[str, list[str]], since: date | None = None
    ) -> dict[str, Batch]:
        """Return all rows of some tables, as `copy` yields them, in one question for all."""
        found: dict[str, Batch] = {table: [] for table in tables}
        told = (organization_id, Jsonb(tables), since)
        for batch in self._batches("select sync.select_together(%s, %s, %s)", *told):
            for table, *values in batch:
                found[table or ""].append(tuple(values[: len(tables[table or ""])]))
        return found

    def _batches(
        self, asked: str, *told: Any, rows: int = _BATCH_ROWS
    ) -> Generator[Batch, None, None]:
        """Ask for the SQL that selects rows, and yield these."""
        statement = f"copy ({self._ask(asked, *told)}) to stdout".encode()
        with mapped(), self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            # While a batch is used the server goes on sending, as far as the sockets hold it.
            while batch := self._connection.wait(_read(copy, rows)):
                yield batch

    def count(self, organization_id: UUID, table: str, since: date | None = None) -> int:
        """Return how many rows of a table the organization's mirror holds."""
        return self.counts(organization_id, [table], since)[table]

    def counts(
        self, organization_id: UUID, tables: list[str], since: date | None = None
    ) -> dict[str, int]:
        """Return how many rows of each table the organization's mirror holds."""
        asked = "select sync.counts(%s, %s, %s)"
        found: list[int] = self._ask(asked, organization_id, tables, since)
        return dict(zip(tables, found, strict=True))

    def digest(
        self,
        organization_id: UUID,
        table: str,
        columns: list[str],
        after: UUID | None = None,
        since: date | None = None,
    ) -> list[dict[str, Any]]:
        """Return `{"last", "rows", "hash"}` of the next chunks of rows in the order of their ids.

        `last` is the id that ends a chunk, None where nothing comes after.
        """
        some = _CHUNK_ROWS if _is_light(table, columns) else HEAVY_ROWS
        told = (organization_id, table, columns, after, since, some)
        query = "select sync.digest(%s, %s, %s, %s, %s, %s)"
        answer: list[dict[str, Any]] = self._ask(query, *told)
        return answer

    def keys(
        self,
        organization_id: UUID,
        table: str,
        columns: list[str],
        bounds: tuple[UUID | None, UUID | None],
        since: date | None = None,
    ) -> dict[str, str]:
        """Return what each row hashes to, by id, of those after one id and up to another."""
        told = (organization_id, table, columns, *bounds, since)
        answer: dict[str, str] = self._ask("select sync.keys(%s, %s, %s, %s, %s, %s)", *told)
        return answer

    def images(
        self, organization_id: UUID, table: str, columns: list[str], ids: list[UUID]
    ) -> list[Image]:
        """Return those of the rows that the organization's mirror holds."""
        told = (organization_id, table, columns, ids)
        answer: list[Image] = self._ask("select sync.images(%s, %s, %s, %s)", *told)
        return answer

    def _ask(self, query: str, *arguments: Any) -> Any:
        with mapped():
            row = self._connection.execute(query.encode(), arguments).fetchone()
            assert row is not None
            return row[0]


def _is_light(table: str, columns: Sequence[str]) -> bool:
    """Say whether none of these columns may be as long as a file."""
    kinds = record_for(table).__table__.columns
    return not any(facts_of(one).bulky for one in kinds if one.name in columns)


def _has_ended(connection: Connection) -> bool:
    """Say whether the server has closed its end, or left something unread that says so."""
    try:
        while select.select([connection.fileno()], [], [], 0)[0]:
            connection.pgconn.consume_input()  # raises at the end of the stream
    except psycopg.OperationalError:
        connection.close()
    return connection.closed


def _end(connection: Connection) -> None:
    """End a snapshot's transaction; a connection left in the middle of a COPY is given up.

    Also where all has come and only the last batch was not asked beyond: the COPY holds the lock.
    """
    if connection.info.transaction_status is TransactionStatus.ACTIVE or connection.lock.locked():
        connection.close()
    elif not connection.closed:
        connection.rollback()


def _read(copy: psycopg.Copy, rows: int) -> Generator[Any, Any, Batch]:
    """Take the driver's steps for many rows of a COPY at once: a wait for each costs a tenth."""
    batch: Batch = []
    while len(batch) < rows and (row := (yield from copy._read_row_gen())) is not None:
        batch.append(row)
    return batch


def _greeting(device: Device, sent: float) -> Jsonb:
    return Jsonb(_device(device) | {"clock": int(sent * 1_000_000)})


def _hello(answer: dict[str, Any], sent: float) -> Hello:
    """Return central's answer to a greeting that was sent at that time of this PC's clock."""
    # Central's clock is read about half-way between asking and hearing.
    here = (sent + time.time()) / 2
    refuse_strangers(answer.get("protocol") or {})
    user, organization = answer["user"], answer["organization"]
    return Hello(
        epoch=UUID(answer["epoch"]),
        schema=answer["schema"],
        fingerprint=answer["fingerprint"],
        role=answer["role"],
        user_id=UUID(user["id"]),
        user_email=user["email"],
        user_name=user["name"],
        organization_id=UUID(organization["id"]),
        organization_name=organization["name"],
        organization_type=organization["type"],
        time_zone=organization["time_zone"],
        currency=organization["currency"],
        channel=answer["channel"],
        clock_offset_seconds=here - answer["now"] / 1_000_000,
    )


def _device(device: Device) -> dict[str, Any]:
    return {"id": str(device.id), "name": device.name, "version": device.version}


def _json(value: dict[str, Any] | None) -> Jsonb | None:
    return None if value is None else Jsonb(value)
