"""Reads an export of everything back in: every row of the organization, with what belongs to it.

The rows kept the rules where they were written, and the manifest says that no file was changed
since; they are taken as they are, without what a rule would write beside them a second time. In
the organization they came from they keep their ids, in another they get new ones that follow from
the old, so that the same export makes nothing twice, on any PC (rule 27).
"""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, select

from fluffydesk.actions.conventions import Conventions
from fluffydesk.actions.exporting import ATTACHED, CALVING_DAY, FILES, FORMAT, MANIFEST
from fluffydesk.actions.findings.aside import FINDINGS
from fluffydesk.actions.importing.plans import (
    Batch,
    Door,
    Duplicate,
    Plan,
    Planned,
    Problem,
    Progress,
    Tell,
)
from fluffydesk.actions.own_fields import definitions
from fluffydesk.actions.typed import value_of
from fluffydesk.errors import InvalidValue, NotFound, Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.whose import Whose, whose
from fluffydesk.records.access import ForAll
from fluffydesk.records.catalog import may, mirrored_by, record_for
from fluffydesk.records.enums.reviews import CustomFieldSubject
from fluffydesk.records.farm import WeightLog
from fluffydesk.records.reviews import CustomField, CustomFieldDefinition
from fluffydesk.records.vocabulary import Record, facts_of

NAME, TITLE = "everything", "Export of everything"
_IN_A_BATCH = 50
_CENTRALS = {c.name for c in WeightLog.__table__.c if facts_of(c).housekeeping} - {"id"}
"""Columns of every record that are filled in when a row is written."""
_ANY_TABLE = ("entity_table", "entity_id")
_LARGEST_FIELD = 2**24


@dataclass(frozen=True)
class _Export:
    """The manifest of an export: whose it is, and the rows of each table."""

    folder: Path
    organization: UUID
    name: str
    tables: Mapping[str, int]
    ways: Conventions
    """How its days in milk are counted."""


def plan_everything(door: Door, path: Path, tell: Tell) -> Plan:
    """Return what reading an export of everything would add; nothing is written.

    `path` is its folder, or the manifest in it. Raises NotFound or Refusal where it is none, or
    was changed since it was made.
    """
    export = _manifest(path)
    me: Whose = door(whose)
    reader = _Reader(export, me)
    done, total = 0, sum(export.tables.values())
    # Own fields last: what is taken back goes newest first, and an animal that has some stays.
    for record in sorted(mirrored_by(me.organization_type), key=lambda one: one is CustomField):
        table = record.__table__.name
        count = export.tables.get(table, 0)
        if count and reader.takes(record):
            door(partial(reader.take, record=record))
            done += count
            tell(Progress(done, total, "compared"))
    rows = reader.rows
    title = f"Import everything: {export.name}"
    batches = tuple(
        Batch(title, tuple(rows[at : at + _IN_A_BATCH])) for at in range(0, len(rows), _IN_A_BATCH)
    )
    unread = (*reader.untaken(), *(f"{what} ({n:,})" for what, n in sorted(reader.unread.items())))
    return Plan(
        NAME, path, total, batches, tuple(reader.duplicates), tuple(reader.problems), unread
    )


def _manifest(path: Path) -> _Export:
    folder = path if path.is_dir() else path.parent
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if found["format"] != FORMAT:
            raise ValueError
        sums = {entry["file"]: entry["sha256"] for entry in found["files"]}
        for name, sha256 in {**sums, **found.get(ATTACHED, {})}.items():
            with (folder / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                    raise Refusal(
                        f"{name} was changed since it was exported.",
                        "Import it by itself, as what it holds: then the rules look at each line.",
                    )
        tables = {entry["table"]: int(entry["rows"]) for entry in found["files"]}
        organization = found["organization"]
        ways = Conventions(calving_day=int(found.get(CALVING_DAY, 0)))
        return _Export(folder, UUID(organization["id"]), organization["name"], tables, ways)
    except FileNotFoundError as error:
        raise NotFound(
            f"There is no {Path(error.filename).name} in {folder}.", "Choose an export's folder."
        ) from None
    except OSError as error:
        raise Refusal(f"{folder} cannot be read: {error.strerror}.", "Choose another.") from None
    except (ValueError, KeyError, TypeError):
        raise Refusal(
            f"{folder / MANIFEST} is not of an export of everything.", "Choose an export's folder."
        ) from None


class _Reader:
    """Takes table after table, those that are pointed at first."""

    def __init__(self, export: _Export, me: Whose) -> None:
        self._export, self._me = export, me
        self._is_same = me.organization_id == export.organization
        self._ids: dict[str, set[str]] = {}
        self._taken: set[str] = set()
        self.rows: list[Planned] = []
        self.duplicates: list[Duplicate] = []
        self.problems: list[Problem] = []
        self.unread: Counter[str] = Counter()

    def takes(self, record: type[Record]) -> bool:
        """Say whether the rows of a record are this organization's, and may be added here."""
        return "organization_id" in record.__table__.c and may(record, "add", self._me.role)

    def untaken(self) -> Iterator[str]:
        """Yield the tables that hold rows and are not taken: people, reference data, trails."""
        for table, count in self._export.tables.items():
            if count and table not in self._taken:
                yield f"table {table} ({count:,})"

    def take(self, mirror: Mirror, record: type[Record]) -> None:
        """Plan the rows of one table."""
        table = record.__table__.name
        self._taken.add(table)
        with mirror.read() as connection:
            here = {row.id for row in connection.execute(select(record.__table__.c.id))}
            planned: dict[UUID, Planned] = {}
            for number, line in self._lines(table):
                row_id = self._id(table, line["id"])
                told = f"{table}, {line['id']}"
                if row_id in here or self._is_defined(connection, record, line):
                    self.duplicates.append(Duplicate(number, told, "It is here already."))
                    continue
                try:
                    values = self._values(connection, record, line)
                except InvalidValue as refusal:
                    self.problems.append(Problem(number, f"{table}: {refusal}"))
                else:
                    planned[row_id] = Planned(record, row_id, values, number, told, as_is=True)
            self.rows += _pointed_at_first(record, planned)

    def _is_defined(
        self, connection: Connection, record: type[Record], line: Mapping[str, str]
    ) -> bool:
        """Say whether a line is of an own field that is here: values go by its name."""
        if record is not CustomFieldDefinition:
            return False
        subject, name = CustomFieldSubject(line["subject"]), line["name"]
        return any(one.name == name for one in definitions(connection, subject))

    def _lines(self, table: str) -> Iterator[tuple[int, dict[str, str]]]:
        csv.field_size_limit(_LARGEST_FIELD)
        path = self._export.folder / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            for line in reader:
                yield reader.line_num, line

    def _id(self, table: str, old: str) -> UUID:
        if self._is_same:
            return UUID(old)
        assert self._me.organization_id is not None
        return uuid.uuid5(self._me.organization_id, f"{table}:{old}")

    def _in_export(self, table: str, old: str) -> UUID | None:
        """Return the id that a row of the export has here; None where it is not taken."""
        if table not in self._ids:
            record = record_for(table) if self._export.tables.get(table) else None
            there = record is not None and self.takes(record)
            self._ids[table] = {line["id"] for _, line in self._lines(table)} if there else set()
        return self._id(table, old) if old in self._ids[table] else None

    def _values(
        self, connection: Connection, record: type[Record], line: Mapping[str, str]
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column in record.__table__.columns:
            text = line.get(column.name) or ""
            if column.name in _CENTRALS or column.name == "id" or not text:
                continue
            if facts_of(column).target:
                values[column.name] = self._link(connection, column, text)
            elif facts_of(column).bulky:
                values[column.name] = self._file(text)
            else:
                value = value_of(column, text)
                values[column.name] = self._export.ways.uncounted(column.name, value)
        table, entity = (line.get(name) or "" for name in _ANY_TABLE)
        if table == FINDINGS:
            values["entity_id"] = UUID(entity)
        elif table and entity:
            values["entity_id"] = self._in_export(table, entity)
        return {name: value for name, value in values.items() if value is not None}

    def _file(self, text: str) -> str:
        """Return an attached file of the export in base64."""
        path = self._export.folder / FILES / Path(text).name  # in there and nowhere else
        try:
            return base64.b64encode(path.read_bytes()).decode()
        except OSError as error:
            raise InvalidValue(f"{text} cannot be read: {error.strerror}.") from error

    def _link(self, connection: Connection, column: Column[Any], text: str) -> UUID | None:
        """Return the row here that a link of the export means; None for what may be empty."""
        target = str(facts_of(column).target)
        if self._is_same or record_for(target).__scope__ == ForAll():
            there = record_for(target).__table__.c.id
            found = connection.execute(select(there).where(there == UUID(text))).scalar()
            found = found or self._in_export(target, text)
        else:
            found = self._in_export(target, text)
        if found is None:
            if not column.nullable:
                label = facts_of(column).label
                raise InvalidValue(f"{label} is not in the export, and not here.")
            self.unread[f"{column.table.name}.{column.name}"] += 1
        return found


def _pointed_at_first(record: type[Record], rows: dict[UUID, Planned]) -> Iterator[Planned]:
    """Yield rows after those of their own table that they point at: the dam before her calf."""
    name = record.__table__.name
    own = [c.name for c in record.__table__.c if facts_of(c).target == name]
    given: set[UUID] = set()
    for start in rows.values():
        waiting = [start]
        while waiting:
            row = waiting[-1]
            links = (row.values.get(column) for column in own)
            first = [
                rows[link]
                for link in links
                if link in rows and link not in given and rows[link] not in waiting
            ]
            if first and row.id not in given:
                waiting.append(first[0])
                continue
            waiting.pop()
            if row.id not in given:
                given.add(row.id)
                yield row
