"""Moves old entries of the audit trail into compressed files, and deletes only what is in one."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from fluffydesk.central.archive import beside
from fluffydesk.central.entrance import Connection, as_owner
from fluffydesk.central.tally import Tally, stopwatch
from fluffydesk.errors import Refusal
from fluffydesk.records.types import now

TASK = "audit-archive"
_TABLE = "public.audit_logs"
_BATCH = 5000
_OLD = f"from {_TABLE} t where t.created_at < now() - pg_catalog.make_interval(days => %s)"


def archive_audit(connection: Connection, folder: Path, days: int, *, dry: bool) -> Iterator[Tally]:
    """Write what is older than so many days to a file in `folder`, read it again, delete it here.

    Whatever interrupts this, an entry is in the table or in a file; it may then be in two files.
    """
    done = stopwatch()
    if not folder.is_dir():
        raise Refusal(f"There is no folder {folder}.", "Make it, for the administrator alone.")
    [(rows, size)] = connection.execute(
        f"select count(*), coalesce(sum(pg_column_size(t.*)), 0)::bigint {_OLD}", (days,)
    ).fetchall()
    if dry or not rows:
        yield done(Tally(TASK, _TABLE, f"older than {days} days", rows, size))
        return
    path = folder / f"audit_logs-{now():%Y%m%dT%H%M%S%f}.jsonl.gz"
    with beside(path, force=False) as partial:
        written, digest = _write(connection, days, partial)
        _require_whole(partial, written, digest)
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n", encoding="ascii")
    did = f"older than {days} days, moved to {path}"
    yield done(Tally(TASK, _TABLE, did, _delete(connection, path), path.stat().st_size))


def entries(path: Path) -> Iterator[str]:
    """Yield the ids of the entries in a file; an error where one cannot be read."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["id"]


def _write(connection: Connection, days: int, path: Path) -> tuple[int, str]:
    """Write the entries, oldest first, and return how many, and the file's SHA-256."""
    written = 0
    with path.open("wb") as file:
        with (
            gzip.open(file, "wb") as packed,
            connection.transaction(),
            connection.cursor("old_entries") as cursor,
        ):
            cursor.itersize = _BATCH
            query = f"select pg_catalog.to_jsonb(t)::text {_OLD} order by t.created_at, t.id"
            for (entry,) in cursor.execute(query, (days,)):
                packed.write(f"{entry}\n".encode())
                written += 1
        file.flush()
        os.fsync(file.fileno())
    return written, _sha256(path)


def _require_whole(path: Path, written: int, digest: str) -> None:
    """Read the file again, before anything is deleted for its sake."""
    found = len(set(entries(path)))
    if found != written or _sha256(path) != digest:
        raise Refusal(
            f"The file holds {found} of {written} entries; nothing was deleted.",
            "Check the disk, then try again.",
        )


def _delete(connection: Connection, path: Path) -> int:
    """Delete what the file holds, a batch at a time."""
    deleted = 0
    rest = entries(path)
    with as_owner(connection, _TABLE):
        while batch := list(islice(rest, _BATCH)):
            query = f"delete from {_TABLE} where id = any(%s::uuid[])"
            deleted += connection.execute(query, (batch,)).rowcount
    return deleted


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
