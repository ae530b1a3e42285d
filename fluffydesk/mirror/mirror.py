"""The mirror: one encrypted file, read, changed by units of work, brought up to date by sync."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection

from fluffydesk.errors import Busy, DiskFull, Refusal
from fluffydesk.mirror import loading, searched, trouble
from fluffydesk.mirror.engine import CENTRAL, Hand, bare, connect, lead, over
from fluffydesk.mirror.unit import Unit
from fluffydesk.mirror.upgrade import upgrade
from fluffydesk.records.access import Through
from fluffydesk.records.catalog import MIRRORED, mirrored_by, record_for
from fluffydesk.records.enums import OrgType
from fluffydesk.records.types import now, use_zone, zone_named
from fluffydesk.wording import counted

STEPS = 10_000
"""Of SQLite's own small steps, after which it is asked whether to go on reading."""

_ONE_MORE = (
    "INSERT INTO state (key, value) VALUES ('units_made', 1) "
    "ON CONFLICT (key) DO UPDATE SET value = value + 1"
)


_parsed = lru_cache(maxsize=16)(json.loads)


class State:
    """A small store of JSON values that lies in the mirror beside what it describes.

    Keys: author {user_id, user_name, device_id, device_name}, organization {id, name, type,
    time_zone, currency, role}, epoch, cursor, baseline, bare, fingerprint, schema, verified_at,
    synced_at, units_made, shape; `note <id>`, what is typed into a visit note and not saved.
    """

    def get(self, connection: Connection, key: str, default: Any = None) -> Any:
        """Return the value kept under a key, or the default."""
        sql = "SELECT value FROM state WHERE key = ?"
        row = bare(connection).execute(sql, (key,)).fetchone()
        return default if row is None or row[0] is None else json.loads(row[0])

    def several(self, connection: Connection, *keys: str) -> list[Any]:
        """Return the values kept under some keys, in their order; None for what is not there.

        They are for reading only: the same text is the same object.
        """
        sql = f"SELECT key, value FROM state WHERE key IN ({', '.join('?' * len(keys))})"
        found = dict(bare(connection).execute(sql, keys).fetchall())
        return [_parsed(found.get(key) or "null") for key in keys]

    def put(self, connection: Connection, key: str, value: Any) -> None:
        """Keep a JSON value under a key; None forgets it.

        The organization's time zone counts at once, for what "the day" is (rule 25).
        """
        if key == "organization":
            use_zone(zone_named((value or {}).get("time_zone")))
        if value is None:
            bare(connection).execute("DELETE FROM state WHERE key = ?", (key,))
            return
        bare(connection).execute(
            "INSERT INTO state (key, value) VALUES (?, ?) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, json.dumps(value)),
        )


class Mirror:
    """An open mirror, used by one thread at a time and one transaction at a time."""

    state = State()

    def __init__(self, path: Path, driver: Any, key: bytes) -> None:
        self.path = path
        self._key = key
        self._driver = driver
        self.hand = Hand()
        lead(driver, self.hand)
        self._connection = over(driver)
        self._busy = ""
        self._pragmas: dict[str, str] = {}
        self._stop: Callable[[], bool] | None = None

    @classmethod
    def open(cls, path: Path, key: bytes) -> Mirror:
        """Open the mirror at `path`, or make it; bring an older one to this version's tables.

        `key` has 32 bytes. Raises MirrorDamaged, DiskFull, Busy, or Refusal when the file or
        folder may not be written.
        """
        path = Path(path)
        driver = None
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            driver = connect(path, key)
            driver.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if driver.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                driver.execute("PRAGMA journal_mode = WAL")
            if upgrade(driver):
                driver.close()  # what it ran is not to be kept prepared
                driver = connect(path, key)
        except (*trouble.DatabaseError, OSError, Refusal) as error:
            if driver is not None:
                driver.close()
            if isinstance(error, Refusal):
                raise
            refusal = trouble.refusal_for(error, path)
            if refusal is None:
                raise
            raise refusal from error
        mirror = cls(path, driver, key)
        organization = mirror.recall("organization") or {}
        use_zone(zone_named(organization.get("time_zone")))
        with suppress(Busy, DiskFull):  # it serves without them, and slower
            while mirror.make_missing_index():
                pass
        return mirror

    def close(self) -> None:
        """Close the file; the last to close folds the write-ahead log into it."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that reads one unchanging state of the mirror.

        A row that is changed on it is a RuntimeError, and taken back. `PRAGMA query_only` would
        refuse it at once, but have every statement compiled again after each read.
        """
        with self._transaction("read", "BEGIN"):
            written = self._driver.total_changes
            if self._stop is not None:
                self._driver.set_progress_handler(self._stop, STEPS)
            try:
                yield self._connection
            finally:
                if self._stop is not None:
                    self._driver.set_progress_handler(None, 0)
            if self._driver.total_changes != written:
                raise RuntimeError("something was written while reading")

    @contextmanager
    def beside(self) -> Iterator[Mirror]:
        """Give another connection to the same file, that only reads and may be another thread's.

        What it reads within one `read` is of one moment, however long that takes and whatever is
        saved meanwhile. Raises MirrorDamaged or Busy where the file cannot be read.
        """
        driver = connect(self.path, self._key)
        try:
            driver.execute("PRAGMA query_only = ON")
        except trouble.DatabaseError as error:
            driver.close()
            raise trouble.refusal_for(error, self.path) or error from error
        with Mirror(self.path, driver, self._key) as other:
            yield other

    @contextmanager
    def until(self, stop: Callable[[], bool]) -> Iterator[None]:
        """Break off what is read in this block once `stop` says so, by `Interrupted`.

        It is asked every few milliseconds; what is written is never broken off.
        """
        self._stop = stop
        try:
            yield
        finally:
            self._stop = None

    @contextmanager
    def apply(self, *, durable: bool = False) -> Iterator[Connection]:
        """Give a connection for what comes from central: the journal is not written.

        One transaction; foreign keys are not checked. `durable` waits for the disk at the end,
        which what a person decided needs and what can be had from central again does not.
        """
        with self._transaction("apply", "BEGIN IMMEDIATE", durable=durable):
            self.hand.writer = CENTRAL
            yield self._connection

    @contextmanager
    def unit(self, title: str) -> Iterator[Unit]:
        """Give a unit of work: all that one save changes, kept together or not at all.

        Durable when the block ends; an exception takes everything back and goes on. Raises
        Refusal in words when a link would point nowhere, NotSignedIn when there is no author.
        """
        with self._transaction("unit", "BEGIN IMMEDIATE", durable=True, foreign_keys=True):
            recall = partial(self.state.several, self._connection)
            unit = Unit.begin(self._connection, self.hand, title, recall)
            yield unit
            unit.finish()
            if unit.changes:
                self._driver.execute(_ONE_MORE)
            unit.commit_or_explain()

    def recall(self, key: str, default: Any = None) -> Any:
        """Return one value of the state store, in a transaction of its own."""
        with self.read() as connection:
            return self.state.get(connection, key, default)

    def remember(self, **values: Any) -> None:
        """Keep values in the state store, in a transaction of its own."""
        with self.apply(durable=True) as connection:
            for key, value in values.items():
                self.state.put(connection, key, value)

    def open_units(self) -> int:
        """Return how many units of work central has not taken, or a person has to decide on."""
        with self.read() as connection:
            sql = "SELECT count(*) FROM units WHERE settled_at IS NULL"
            return int(connection.exec_driver_sql(sql).scalar_one())

    def make_missing_index(self) -> bool:
        """Make one index that a load has left out, or a part of a long one; False when there is
        none to make."""
        with self.read() as connection:
            if self.state.several(connection, loading.BARE, searched.UNFILLED) == [None, None]:
                return False
        with self.apply() as connection:
            table = self.state.get(connection, loading.BARE)
            if table is not None and loading.make_next_index(connection, table):
                return True
            self.state.put(connection, loading.BARE, None)
            return searched.fill_next(connection)

    def check(self) -> list[str]:
        """Return what is wrong with the file, in words; an empty list is a clean bill.

        Links to rows that are not here are findings only where this user sees every row they can
        point to: another's pet or person may be missing by design.
        """
        kind = (self.recall("organization") or {}).get("type")
        kept = mirrored_by(OrgType(kind)) if kind else MIRRORED
        return self.damage() or [
            counted(count, f"row of {table} points", f"rows of {table} point")
            + f" to rows of {target} that are not here."
            for (table, target), count in self.dangling().items()
            if record_for(target) in kept
            and target != "organizations"
            and not isinstance(record_for(target).__scope__, Through)
        ]

    def damage(self) -> list[str]:
        """Return what cannot be read or contradicts itself in the file; reads every page."""
        try:
            findings = [
                str(row[0]) for row in self._driver.execute("PRAGMA cipher_integrity_check")
            ]
            rows = self._driver.execute("PRAGMA integrity_check").fetchall()
        except trouble.DatabaseError as error:
            return [f"The file cannot be read to its end: {error}."]
        return findings + [str(row[0]) for row in rows if row[0] != "ok"]

    def dangling(self) -> dict[tuple[str, str], int]:
        """Count links whose row is not in the mirror, by (table, table pointed to).

        Not damage in itself: a row may point to one that this user may not see.
        """
        counts: dict[tuple[str, str], int] = {}
        with self.read() as connection:
            for table, _, target, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
                counts[table, target] = counts.get((table, target), 0) + 1
        return counts

    def copy_into(self, path: Path) -> None:
        """Write a consistent copy, under the same key, into a file that is not there yet."""
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        copy = connect(path, self._key)
        try:
            with self.read():
                self._driver.backup(copy)
        except trouble.DatabaseError as error:
            raise trouble.refusal_for(error, path) or error from error
        finally:
            copy.close()

    @contextmanager
    def _transaction(
        self,
        kind: str,
        begin: str,
        *,
        durable: bool = False,
        foreign_keys: bool = False,
    ) -> Iterator[None]:
        if self._busy:
            raise RuntimeError(f"a {kind} cannot start within a {self._busy}")
        self._busy = kind
        try:
            # Pragmas first: within a transaction they have no effect.
            if kind != "read":
                self._set("synchronous", "FULL" if durable else "NORMAL")
                self._set("foreign_keys", "ON" if foreign_keys else "OFF")
            self._driver.execute(begin)
            yield
            self._driver.commit()
        except trouble.DatabaseError as error:
            if kind == "read" and trouble.code_of(error) == "SQLITE_INTERRUPT":
                raise trouble.Interrupted from error
            refusal = trouble.refusal_for(error, self.path)
            if refusal is None:
                raise
            raise refusal from error
        finally:
            self._busy = ""
            self.hand.writer = None
            if self._driver.in_transaction:
                self._driver.rollback()
            if self._connection.in_transaction():  # begun by itself at its first statement
                self._connection.rollback()

    def _set(self, pragma: str, value: str) -> None:
        if self._pragmas.get(pragma) != value:
            self._driver.execute(f"PRAGMA {pragma} = {value}")
            self._pragmas[pragma] = value


def set_aside(path: Path, word: str = "damaged") -> Path | None:
    """Rename a mirror and its log to say that it is `word`; return the new name.

    None when there is no such file. The mirror must be closed.
    """
    if not path.exists():
        return None
    stamp = now().strftime("%Y%m%d-%H%M%S-%f")
    aside = path.with_name(f"{path.stem}.{word}-{stamp}{path.suffix}")
    try:
        for tail in ("", "-wal", "-shm"):
            part = path.with_name(path.name + tail)
            if part.exists():
                part.rename(aside.with_name(aside.name + tail))
    except OSError as error:
        raise Busy(
            f"The file {path} could not be set aside: {error.strerror}.",
            "Close the other windows and commands that use it, then try again.",
        ) from error
    return aside
