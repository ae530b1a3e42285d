"""Copies of the mirror, encrypted like it, and the way back from one."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

from fluffydesk.errors import NotFound, Refusal
from fluffydesk.mirror import trouble
from fluffydesk.mirror.engine import connect
from fluffydesk.mirror.mirror import Mirror, set_aside


def backup(mirror: Mirror, path: Path) -> Path:
    """Write one consistent copy of an open mirror to `path`, under the same key; return the path.

    The copy appears whole or not at all; a file that is there already is refused.
    """
    if path.exists():
        raise Refusal(f"{path} is there already.", "Choose another name for the backup.")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        mirror.copy_into(part)
        _flush(part)
        part.rename(path)
    except OSError as error:
        raise Refusal(
            f"The backup could not be written: {error}.", "Choose another disk."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return path


def restore(source: Path, path: Path, key: bytes) -> Path | None:
    """Put a backup in the place of the mirror at `path` (closed); return where that one went.

    The backup is read to its end first. Edits in it that were sent since are recognised by
    central, so nothing is entered twice.
    """
    if not source.is_file():
        raise NotFound(f"There is no backup {source}.", "Choose another file.")
    part = path.with_name(path.name + ".part")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    shutil.copyfile(source, part)
    os.chmod(part, 0o600)
    try:
        _read_whole(part, source, key)
        _flush(part)
        aside = set_aside(path, word="replaced")
        part.rename(path)
    finally:
        for tail in ("", "-wal", "-shm"):
            part.with_name(part.name + tail).unlink(missing_ok=True)
    return aside


def _read_whole(part: Path, source: Path, key: bytes) -> None:
    try:
        with closing(connect(part, key)) as driver:
            driver.execute("SELECT count(*) FROM state").fetchone()
            findings = driver.execute("PRAGMA cipher_integrity_check").fetchall()
            findings += [row for row in driver.execute("PRAGMA integrity_check") if row[0] != "ok"]
    except trouble.DatabaseError as error:
        raise trouble.damaged(source) from error
    if findings:
        raise trouble.damaged(source, str(findings[0][0]))


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
