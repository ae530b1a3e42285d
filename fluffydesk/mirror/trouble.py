"""What SQLite says when a file fails, turned into something a person can act on."""

from __future__ import annotations

import errno
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

from fluffydesk.errors import Busy, DiskFull, MirrorDamaged, Refusal

DatabaseError = (DBAPIError, dbapi2.Error)

_KINDS = {
    "SQLITE_CORRUPT": "damaged",
    "SQLITE_NOTADB": "damaged",
    "SQLITE_FULL": "full",
    "SQLITE_IOERR": "disk",
    "SQLITE_READONLY": "readonly",
    "SQLITE_CANTOPEN": "readonly",
    "SQLITE_PERM": "readonly",
    "SQLITE_BUSY": "busy",
    "SQLITE_LOCKED": "busy",
}


class Interrupted(Exception):
    """Reading was broken off because its answer is wanted no more."""


def code_of(error: BaseException) -> str:
    """Return SQLite's name of a database error, such as `SQLITE_FULL`, or an empty text."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlite_errorname", None) or "")


def refusal_for(error: BaseException, path: Path) -> Refusal | None:
    """Return the refusal that an error of SQLite or the disk means, or None when it is a bug."""
    if isinstance(error, OSError):
        full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
        name = "SQLITE_FULL" if full else "SQLITE_CANTOPEN"
    else:
        name = code_of(error)
    kind = next((k for n, k in _KINDS.items() if name == n or name.startswith(n + "_")), None)
    if kind == "damaged":
        return damaged(path)
    if kind == "full":
        return DiskFull(
            "The disk is full, so nothing of this was saved.",
            "Free some space and save again; what was saved before is safe.",
        )
    if kind == "disk":
        return DiskFull(
            f"The disk did not take or give the data of {path.name} (full, over quota or failing).",
            "Free some space, check the disk and save again; what was saved before is safe.",
        )
    if kind == "readonly":
        return Refusal(
            f"The file {path} cannot be opened for writing.",
            "Check who may write to it and its folder, and that the disk is not write-protected.",
        )
    if kind == "busy":
        return Busy(
            "Another window or command is writing to the local copy.",
            "Wait a moment and try again.",
        )
    return None


def damaged(path: Path, detail: str = "") -> MirrorDamaged:
    """Return the refusal for a mirror that cannot be read."""
    found = f" ({detail})" if detail else ""
    return MirrorDamaged(
        f"The local copy {path} cannot be read: its key does not fit, or it is damaged{found}.",
        "Sign in again: the file is then set aside, never deleted, and a fresh copy comes from "
        "central. Edits that were not sent yet are carried over as far as they can be read.",
    )
