"""A support bundle: what is needed to see why a sync does not work, and nothing of the records.

Versions, sums, states and times; texts only where the program itself wrote them, and the logs as
`scrub` leaves them. No name, address, note, value, title of a save, server or PC is in it.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import sys
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from fluffydesk import __version__
from fluffydesk.errors import DiskFull, Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.schema import JOURNAL
from fluffydesk.records.catalog import MIRRORED, RECORDS
from fluffydesk.records.types import from_microseconds, now
from fluffydesk.sync import ledger
from fluffydesk.sync.scrub import scrubbed

_LOGS = ("*.log", "*.log.?", "crash-*.txt")
_MOST_LOGS = 12
_LONGEST_LOG = 1_000_000
_PACKAGES = ("PySide6_Essentials", "SQLAlchemy", "psycopg", "sqlcipher3", "alembic")
_ABOUT = """\
A support bundle of FluffyDesk, made on {day}.

about.json   versions of the program, of Python and of the operating system
mirror.json  how many rows each table has, the sums of the ledger, how far the sync is
errors.json  conflicts and refused edits: how many, of which kind, when last
logs/        when something went wrong and where in the program

There are no names, addresses, numbers, notes or titles in it, nor where central is or what this
PC is called. Every file is plain text: look for yourself before you send it.
"""


def bundle(
    mirror: Mirror,
    logs: Path | None = None,
    *,
    findings: Sequence[str] | None = None,
    more: Mapping[str, str | int | float | bool | None] | None = None,
) -> dict[str, str]:
    """Return the files of a bundle by name.

    `findings` are those of `Mirror.check`, where they were asked for; `more` is put beside the
    versions and must be the program's own words.
    """
    with mirror.read() as connection:
        files = {
            "about.json": _json({**_about(mirror, connection), **(more or {})}),
            "mirror.json": _json({**_mirror(mirror, connection), "findings": findings}),
            "errors.json": _json(_errors(connection)),
        }
    files["read-me.txt"] = _ABOUT.format(day=f"{now():%Y-%m-%d}")
    for path in _log_files(logs):
        files[f"logs/{path.name}"] = "\n".join([*scrubbed(_tail(path)), ""])
    return files


def write_bundle(path: Path, files: Mapping[str, str]) -> Path:
    """Write a bundle as a zip file, for its owner alone to read; Refusal where it cannot be."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    try:
        path.write_bytes(packed.getvalue())
        path.chmod(0o600)
    except OSError as error:
        if error.errno == 28:
            raise DiskFull("The disk is full.", "Make room, then try again.") from error
        raise Refusal(
            f"{path} could not be written: {error.strerror}.", "Choose another folder."
        ) from error
    return path


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True) + "\n"


def _about(mirror: Mirror, connection: Connection) -> dict[str, Any]:
    organization = mirror.state.get(connection, "organization") or {}
    packages = {}
    for name in _PACKAGES:
        try:
            packages[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {
        "fluffydesk": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "sqlite": _word(connection.exec_driver_sql("SELECT sqlite_version()").scalar()),
        "packages": packages,
        "frozen": bool(getattr(sys, "frozen", False)),
        "made_at": f"{now():%Y-%m-%dT%H:%M:%SZ}",
        "kind_of_organization": _word(organization.get("type")),
        "role": _word(organization.get("role")),
        "schema_of_central": _word(mirror.state.get(connection, "schema")),
        "shape_of_mirror": _word(mirror.state.get(connection, "shape")),
    }


def _mirror(mirror: Mirror, connection: Connection) -> dict[str, Any]:
    def count(table: str) -> int:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())

    state = mirror.state
    books = ledger.books(connection)
    oldest = ledger.waiting(connection).oldest
    loading = state.get(connection, "baseline") or {}
    return {
        "rows": {record.__table__.name: count(record.__table__.name) for record in MIRRORED},
        "journal": {table: count(table) for table in JOURNAL if table != "state"},
        "ledger": {**books.counts, "made": books.made, "trouble": books.trouble},
        "oldest_waiting": None if oldest is None else _iso(oldest),
        "cursor": _hashed(state.get(connection, "cursor")),
        "epoch": _hashed(state.get(connection, "epoch")),
        "fingerprint": _hashed(state.get(connection, "fingerprint")),
        "loading_tables_done": len(loading.get("done", ())) if loading else None,
        "synced_at": _moment(state.get(connection, "synced_at")),
        "verified_at": _moment(state.get(connection, "verified_at")),
        "clock_offset_seconds": state.get(connection, "clock_offset"),
    }


def _errors(connection: Connection) -> dict[str, Any]:
    refused = (
        "SELECT code, constraint_name, table_name, column_name, outcome, count(*), max(at) "
        "FROM quarantine GROUP BY 1, 2, 3, 4, 5 ORDER BY 7 DESC"
    )
    asked = (
        "SELECT table_name, column_name, decision, count(*), max(noticed_at) "
        "FROM conflicts GROUP BY 1, 2, 3 ORDER BY 5 DESC"
    )
    return {
        "refused": [
            {
                "code": _word(code),
                "constraint": _word(constraint),
                "table": _declared(table),
                "column": _declared(table, column),
                "outcome": _word(outcome) or "open",
                "count": count,
                "last": _moment(last),
            }
            for code, constraint, table, column, outcome, count, last in (
                connection.exec_driver_sql(refused)
            )
        ],
        "conflicts": [
            {
                "table": _declared(table),
                "column": _declared(table, column) or "(the row)",
                "decision": _word(decision) or "open",
                "count": count,
                "last": _moment(last),
            }
            for table, column, decision, count, last in connection.exec_driver_sql(asked)
        ],
    }


_COLUMNS = {record.__table__.name: set(record.__table__.columns.keys()) for record in RECORDS}


def _declared(table: str | None, column: str | None = None) -> str | None:
    """Return the name of a table, or of its column, if it is one the program declares."""
    if column is None:
        return table if table in _COLUMNS else None
    return column if column in _COLUMNS.get(table or "", ()) else None


def _word(value: Any) -> str | None:
    """Return a code, the name of a rule or a revision; what is no single word is left out."""
    text = "" if value is None else str(value)
    return text if re.fullmatch(r"[\w.-]{1,80}", text, re.ASCII) else None


def _hashed(value: Any) -> str | None:
    """Return what tells two values apart and says nothing of either."""
    if value is None:
        return None
    text = json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _moment(microseconds: Any) -> str | None:
    return _iso(from_microseconds(microseconds)) if isinstance(microseconds, int) else None


def _iso(moment: Any) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _log_files(folder: Path | None) -> list[Path]:
    """Return the last logs and crash reports, all with names the program gave them."""
    if folder is None or not folder.is_dir():
        return []
    named = {path for pattern in _LOGS for path in folder.glob(pattern) if path.is_file()}
    ours = [
        path
        for path in named
        if re.fullmatch(r"fluffydesk\.log(\.\d)?|crash-\d{8}-\d{6}-\d+\.txt", path.name)
    ]
    return sorted(ours, key=lambda path: path.stat().st_mtime, reverse=True)[:_MOST_LOGS]


def _tail(path: Path) -> list[str]:
    try:
        data = path.read_bytes()[-_LONGEST_LOG:]
    except OSError:
        return []
    return data.decode("utf-8", "replace").splitlines()
