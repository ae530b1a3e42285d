"""Writes everything of an organization as CSV files or a workbook that any program can read."""

from __future__ import annotations

import base64
import csv
import enum
import errno
import hashlib
import json
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BufferedReader
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Column, Connection, literal, select

from fluffydesk import workbook
from fluffydesk.actions.attachments import SUFFIXES, media_type
from fluffydesk.actions.conventions import conventions
from fluffydesk.errors import DiskFull, Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import label
from fluffydesk.records.catalog import MIRRORED, record_for
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import Facts, Record, facts_of
from fluffydesk.workbook import Cell, Sheet

T = TypeVar("T")
MANIFEST = "manifest.json"
FORMAT, _VERSION = "fluffydesk-export", 1
FILES = "files"
"""The folder beside the tables in which attached files lie, each under the id of its row."""
ATTACHED = "attached"
"""The key of the manifest under which their hashes stand."""
_IN_FILES = "In the export as CSV, as a file."
CALVING_DAY = "calving_day"
"""What the manifest calls the day in milk of a calving; 0 where it does not say."""
OFTEN = 500
"""Rows between two words of progress, and so between two chances to stop."""


def export(
    mirror: Mirror, folder: Path, progress: Callable[[str], None] = lambda table: None
) -> list[Path]:
    """Write a CSV file for each table, and a manifest, into `folder`; returns their paths.

    Plain UTF-8 with the column names in the first line. Dates and times are ISO (times in UTC,
    ending in Z), decimals have a point, and beside each link stands what it is called, in a
    column `<link>_label`. Days in milk are as the farm counts them; the manifest says from which.
    Attached files lie in the folder `files`, and their column says under which name.
    All files show the same moment. They appear in the folder only once all are written, and
    replace nothing but an earlier export.

    `progress` hears the table every OFTEN rows; what it raises ends the export, and nothing of
    it stays. Raises Refusal, DiskFull.
    """
    names = [f"{record.__table__.name}.csv" for record in MIRRORED]
    _refuse_to_overwrite(folder, [*names, MANIFEST])
    with _disk_told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".export-", dir=folder))
        try:
            _write_all(mirror, aside, progress)
            # The manifest first: it makes the others ours, should this be cut short.
            attached = [f"{FILES}/{path.name}" for path in (aside / FILES).iterdir()]
            if attached:
                (folder / FILES).mkdir(exist_ok=True)
            for name in (MANIFEST, *attached, *names):
                os.replace(aside / name, folder / name)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return [folder / name for name in (*names, MANIFEST)]


def export_workbook(
    mirror: Mirror, path: Path, progress: Callable[[str], None] = lambda table: None
) -> int:
    """Write everything as one workbook; returns how many rows it holds.

    The first sheet says what is in it: organization, moment, and each table with its number of
    rows and its sheet. Each table that holds anything has a sheet under its column names, with
    dates and numbers as such, times as ISO text in UTC, and beside each link what it is called.
    All sheets show one moment; the file appears once it is whole. Its rows are put aside beside
    `path` first: to make a workbook takes four times as long as to read them. `progress` is as in
    `export`. Raises Refusal, DiskFull.
    """
    with (
        _disk_told(path.parent),
        tempfile.TemporaryDirectory(prefix=".export-", dir=path.parent) as folder,
    ):
        aside = Path(folder)
        organization, counts = _put_aside(mirror, aside, progress)
        sheets = (
            Sheet(record.__titles__[1], _heading(record), _from_aside(record, aside, progress))
            for record, count in counts.items()
            if count
        )
        about = Sheet("Contents", ("What", "Sheet", "Rows"), _contents(organization, counts))
        workbook.write_book(path, chain((about,), sheets))
    return sum(counts.values())


def _put_aside(
    mirror: Mirror, folder: Path, progress: Callable[[str], None]
) -> tuple[Mapping[str, Any], dict[type[Record], int]]:
    """Write the cells of each table's rows to a file, all of one moment; returns how many."""
    counts: dict[type[Record], int] = {}
    with mirror.read() as connection:
        organization = mirror.state.get(connection, "organization")
        day = conventions(connection).calving_day
        organization = {**organization, CALVING_DAY: day}
        for record in MIRRORED:
            counts[record] = 0
            with (folder / record.__table__.name).open("wb") as file:
                for cells in _told(_typed(connection, record), record, progress):
                    pickle.dump(cells, file)
                    counts[record] += 1
    return organization, counts


def _from_aside(
    record: type[Record], folder: Path, progress: Callable[[str], None]
) -> Iterator[list[Cell]]:
    with (folder / record.__table__.name).open("rb") as file:
        yield from _told(_unpickled(file), record, progress)


def _unpickled(file: BufferedReader) -> Iterator[list[Cell]]:
    while file.peek(1):
        yield pickle.load(file)


def _told(rows: Iterable[T], record: type[Record], progress: Callable[[str], None]) -> Iterator[T]:
    """Yield the rows of a table, and tell of it before the first and every OFTEN rows."""
    progress(record.__table__.name)
    for number, row in enumerate(rows, 1):
        yield row
        if number % OFTEN == 0:
            progress(record.__table__.name)


def _contents(
    organization: Mapping[str, Any], counts: Mapping[type[Record], int]
) -> list[tuple[str | int, ...]]:
    found: list[tuple[str | int, ...]] = [
        ("Organization", organization["name"]),
        ("Organization's id", organization["id"]),
        ("Made at", plain(now())),
        ("Format", f"{FORMAT} {_VERSION}"),
        ("Day in milk of the calving", organization[CALVING_DAY]),
    ]
    for record, count in counts.items():
        found.append((record.__table__.name, record.__titles__[1] if count else "", count))
    return found


def _typed(connection: Connection, record: type[Record]) -> Iterator[list[Cell]]:
    table, labels = record.__table__, _Labels(connection)
    linked = [facts_of(column).target for column in table.columns]
    for row in _counted(connection, record, told=_IN_FILES):
        cells: list[Cell] = []
        for target, value in zip(linked, row, strict=True):
            is_typed = isinstance(value, bool | int | Decimal) or type(value) is date
            cells.append(value if is_typed else plain(value))
            if target:
                cells.append(labels.of(target, value))
        yield cells


def _heading(record: type[Record]) -> list[str]:
    heading: list[str] = []
    for column in record.__table__.columns:
        heading.append(column.name)
        if facts_of(column).target:
            heading.append(f"{column.name}_label")
    return heading


def _refuse_to_overwrite(folder: Path, names: list[str]) -> None:
    if folder.exists() and not folder.is_dir():
        raise Refusal(f"{folder} is a file.", "Name a folder to export into.")
    ours = _written_before(folder)
    foreign = [name for name in names if (folder / name).exists() and name not in ours]
    if foreign:
        raise Refusal(
            f"{folder} already holds {foreign[0]}, which is not from an earlier export.",
            "Choose another folder.",
        )


def _written_before(folder: Path) -> frozenset[str]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            return frozenset()
        return frozenset({MANIFEST, *(entry["file"] for entry in manifest["files"])})
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


@contextmanager
def _disk_told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull("The disk is full.", "Make room, then export again.") from error
        raise Refusal(
            f"{folder} cannot be written: {error.strerror}.", "Choose another folder."
        ) from error


def _write_all(mirror: Mirror, aside: Path, progress: Callable[[str], None]) -> None:
    (aside / FILES).mkdir()
    with mirror.read() as connection:
        organization = mirror.state.get(connection, "organization")
        files = []
        for record in MIRRORED:
            files.append(_write_table(connection, record, aside, progress))
        day = conventions(connection).calving_day
    manifest = {
        "format": FORMAT,
        "version": _VERSION,
        "made_at": plain(now()),
        "organization": {"id": organization["id"], "name": organization["name"]},
        CALVING_DAY: day,
        "files": files,
        ATTACHED: {f"{FILES}/{one.name}": _sha256(one) for one in (aside / FILES).iterdir()},
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    (aside / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _write_table(
    connection: Connection, record: type[Record], aside: Path, progress: Callable[[str], None]
) -> dict[str, Any]:
    table = record.__table__
    columns = [facts_of(column) for column in table.columns]
    path = aside / f"{table.name}.csv"
    labels = _Labels(connection)
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_heading(record))
        for row in _told(_counted(connection, record), record, progress):
            writer.writerow(_fields(columns, row, labels, aside))
            rows += 1
    return {
        "file": path.name,
        "table": table.name,
        "title": record.__titles__[1],
        "rows": rows,
        "sha256": _sha256(path),
        "columns": [_described(column) for column in table.columns],
    }


def _counted(
    connection: Connection, record: type[Record], told: str | None = None
) -> Iterator[list[Any]]:
    """Yield the values of each row of a table, days in milk as the farm counts them.

    With `told`, this stands for files.
    """
    table, ways = record.__table__, conventions(connection)
    names = list(table.columns.keys())
    asked = [literal(told) if told and facts_of(one).bulky else one for one in table.columns]
    for row in connection.execute(select(*asked).order_by(table.c.id)):
        yield [ways.counted(name, value) for name, value in zip(names, row, strict=True)]


def _fields(
    columns: Sequence[Facts], row: Sequence[Any], labels: _Labels, folder: Path
) -> Iterator[str]:
    """Yield what a row says, and beside each link what it is called; a file is written out."""
    for facts, value in zip(columns, row, strict=True):
        yield _filed(row[0], value, folder) if facts.bulky else plain(value)
        if facts.target:
            yield labels.of(facts.target, value)


def _filed(row_id: UUID, value: str, folder: Path) -> str:
    """Write an attached file, and return where it lies in the export."""
    content = base64.b64decode(value)
    name = f"{FILES}/{row_id}{SUFFIXES.get(media_type(content) or '', '.bin')}"
    (folder / name).write_bytes(content)
    return name


def plain(value: Any) -> str:
    """Return a value as open formats write it; nothing is an empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


class _Labels:
    """What linked rows are called, each looked up once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, UUID], str] = {}

    def of(self, table: str, row_id: UUID | None) -> str:
        if row_id is None:
            return ""
        if (table, row_id) not in self._known:
            self._known[table, row_id] = label(self._connection, record_for(table), row_id)
        return self._known[table, row_id]


def _described(column: Column[Any]) -> dict[str, str]:
    facts = facts_of(column)
    told = {"name": column.name, "label": facts.label}
    return {**told, "unit": facts.unit} if facts.unit else told


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
