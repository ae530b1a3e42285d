"""Plans the import of any table: what each line would add or change, or why it brings nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from fluffydesk.actions.importing.links import Links
from fluffydesk.actions.importing.mapping import DAYS
from fluffydesk.actions.importing.own import own_rows, own_value, without_own
from fluffydesk.actions.importing.plans import (
    Door,
    Duplicate,
    Planned,
    Problem,
    Progress,
    Tell,
    door_of,
    silent,
)
from fluffydesk.actions.importing.sheets import RawLine, RawSheet, read_raw
from fluffydesk.actions.importing.subjects import Subject
from fluffydesk.actions.importing.trying import AT_ONCE, try_out
from fluffydesk.actions.rules.animals import HERE, NUMBERS
from fluffydesk.actions.saving import check, missing
from fluffydesk.actions.typed import date_in, value_of
from fluffydesk.actions.withdrawal import zone_of
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.own import is_own
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import UtcTime
from fluffydesk.records.vocabulary import Record, facts_of

_PARENTS = ("dam_id", "sire_id")


@dataclass(frozen=True)
class TablePlan:
    """What importing a table would do."""

    subject: Subject
    path: Path
    lines: int
    create: tuple[Planned, ...]
    update: tuple[Planned, ...]
    duplicates: tuple[Duplicate, ...]
    problems: tuple[Problem, ...]
    unread: tuple[str, ...] = ()
    """The headings that were chosen for nothing."""

    @property
    def records(self) -> list[type[Record]]:
        """Of which records it writes rows."""
        rows = (row.record for row in (*self.create, *self.update))
        return list(dict.fromkeys((self.subject.record, *rows)))


def plan_table(
    mirror: Mirror,
    path: Path,
    subject: Subject,
    chosen: Mapping[str, str],
    *,
    sheet: str | None = None,
    constants: Mapping[str, str] | None = None,
    update: bool = False,
) -> TablePlan:
    """Return what a file would add and, with `update`, change; nothing is written.

    `chosen` says which heading is which column, `constants` what columns hold that the file does
    not have. Animals are known by official id, EID or tag, other rows by their natural key. An
    empty cell never erases what is here. What a rule of the trade refuses is among the problems.
    Raises Refusal where the file cannot be read.
    """
    raw = read_raw(path, sheet)
    door = door_of(mirror)
    return plan_sheet(door, path, raw, subject, chosen, constants=constants, update=update)


def plan_sheet(
    door: Door,
    path: Path,
    sheet: RawSheet,
    subject: Subject,
    chosen: Mapping[str, str],
    *,
    constants: Mapping[str, str] | None = None,
    update: bool = False,
    tell: Tell = silent,
) -> TablePlan:
    """Return what a sheet that was read would add or change, as `plan_table` does.

    The mirror is asked in short goes through its `door`, so that others get in between.
    """
    fixed = constants or {}
    _refuse_lacking(subject, chosen, fixed)
    planner = Planner(subject, update=update)
    lines = len(sheet.lines)
    for first in range(0, lines, AT_ONCE):
        some = _texts(replace(sheet, lines=sheet.lines[first : first + AT_ONCE]), subject,
                      chosen, fixed)  # fmt: skip
        door(partial(planner.take_some, lines=some))
        tell(Progress(min(first + AT_ONCE, lines), lines, "compared"))
    door(planner.take_those_that_waited)
    good, bad = try_out(door, (*planner.create, *planner.update), tell)
    problems = sorted((*planner.problems, *bad), key=lambda one: one.line)
    new = {row.id for row in planner.create}
    return TablePlan(
        subject,
        path,
        lines,
        tuple(row for row in good if row.id in new),
        tuple(row for row in good if row.id not in new),
        tuple(planner.duplicates),
        tuple(problems),
        tuple(one for one in dict.fromkeys(sheet.headings) if one and not chosen.get(one)),
    )


def _refuse_lacking(
    subject: Subject, chosen: Mapping[str, str], constants: Mapping[str, str]
) -> None:
    columns = {*chosen.values(), *constants, *(name for name, _ in subject.usual)}
    if DAYS in columns:
        columns |= {subject.day, subject.value}  # type: ignore[arg-type]
    lacking = [name for name in subject.key if name not in columns]
    if subject.record is Livestock and {"official_id", "eid"} & columns:
        lacking = []
    if lacking:
        words = " and ".join(subject.label(name) for name in lacking if name != "cause")
        if words:
            raise Refusal(
                f"No column of the file is chosen for {words}.", "Choose which column it is."
            )


def _texts(
    sheet: RawSheet, subject: Subject, chosen: Mapping[str, str], constants: Mapping[str, str]
) -> Iterator[tuple[RawLine, dict[str, str]]]:
    """Yield what each line says of each column; a line of a wide file once for each day."""
    fixed = {**dict(subject.usual), **constants}
    places = [(at, chosen.get(heading, "")) for at, heading in enumerate(sheet.headings)]
    days = [at for at, column in places if column == DAYS]
    for line in sheet.lines:
        if line.fault:
            yield line, {}
            continue
        said = {
            column: line.cells[at]
            for at, column in places
            if column and column != DAYS and line.cells[at]
        }
        if not days:
            yield line, {**fixed, **said}
        for at in days:
            if line.cells[at]:
                assert subject.day is not None
                assert subject.value is not None
                more = {subject.day: sheet.headings[at], subject.value: line.cells[at]}
                yield line, {**fixed, **said, **more}


class Planner:
    """Takes the lines one by one against what is here, and against a planner before it."""

    connection: Connection
    _organization: UUID
    _zone: ZoneInfo
    _links: Links

    def __init__(self, subject: Subject, *, update: bool, after: Planner | None = None) -> None:
        self._after = after
        self.subject = subject
        self.update_wanted = update
        self.create: list[Planned] = []
        self.update: list[Planned] = []
        self.duplicates: list[Duplicate] = []
        self.problems: list[Problem] = []
        self._columns = subject.record.__table__.c
        self._begun = False
        self._seen: dict[tuple[Any, ...], tuple[int, Mapping[str, Any]]] = {}
        self._lines_of: dict[UUID, int] = {}
        self._waiting: list[tuple[RawLine, Mapping[str, str], InvalidValue]] = []

    def take_some(self, mirror: Mirror, lines: Iterable[tuple[RawLine, Mapping[str, str]]]) -> None:
        """Plan the next lines against what is here."""
        with self._open(mirror):
            for line, texts in lines:
                self.take(line, texts)

    def take_those_that_waited(self, mirror: Mirror) -> None:
        """Plan the animals whose parents stand further down in the file."""
        with self._open(mirror):
            while self._waiting:
                before, self._waiting = self._waiting, []
                for line, texts, _ in before:
                    self.take(line, texts)
                if len(self._waiting) == len(before):
                    break
        self.problems += [Problem(line.number, str(why)) for line, _, why in self._waiting]
        self._waiting = []

    def take(self, line: RawLine, texts: Mapping[str, str]) -> None:
        """Plan one line, or note why it brings nothing."""
        if line.fault:
            self.problems.append(Problem(line.number, line.fault))
            return
        try:
            self._take(line.number, self._values(texts))
        except InvalidValue as refusal:
            if refusal.field in _PARENTS and self.subject.record is Livestock:
                self._waiting.append((line, texts, refusal))
            else:
                self.problems.append(Problem(line.number, str(refusal)))

    @contextmanager
    def _open(self, mirror: Mirror) -> Iterator[None]:
        with mirror.read() as connection:
            self.connection = connection
            if not self._begun:
                self._organization = UUID(mirror.state.get(connection, "organization")["id"])
                self._zone = zone_of(connection)
                self._links = self._after._links if self._after else Links(connection)
                self._begun = True
            self._links.connection = connection
            yield

    def _values(self, texts: Mapping[str, str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, text in texts.items():
            column = self.subject.column(name)
            if is_own(name):
                values[name] = own_value(self.subject.own_field(name), text)
            elif facts_of(column).target:
                values[name] = self._links.of(column, text)
            elif isinstance(column.type, UtcTime) and (day := date_in(text)) is not None:
                values[name] = datetime.combine(day, time(12), self._zone)
            else:
                values[name] = value_of(column, text, self._zone)
        if self.subject.record is Livestock:
            values.setdefault("tag_number", values.get("official_id") or values.get("eid"))
            if self._columns.species_id.name not in values:
                values["species_id"] = self._links.usual_species()
        return {name: value for name, value in values.items() if value is not None}

    def _take(self, number: int, values: dict[str, Any]) -> None:
        for name in self.subject.key:
            if values.get(name) is None and not self._columns[name].nullable:
                raise missing(self._columns[name])
        key = tuple(values.get(name) for name in self.subject.key)
        told = self._told(values)
        if key in self._seen:
            first, said = self._seen[key]
            differs = self._differing(values, said)
            reason = f"Line {first} says the same."
            if differs:
                reason = f"Line {first} has it with another {differs}; the first is kept."
            self.duplicates.append(Duplicate(number, told, reason))
            return
        here = self._here(values, key)
        row_id = self._id(key, values)
        if here is None and self._is_taken(row_id):
            reason = "It came with an earlier import and was changed since; what is here is kept."
            self.duplicates.append(Duplicate(number, told, reason))
        elif here is None:
            kept = check(self.subject.record, without_own(values))
            new = Planned(self.subject.record, row_id, kept, number, told)
            self._lines_of[new.id] = number
            self.create += (new, *self._own_rows(new.id, values, number, told).values())
            if self.subject.record is Livestock:
                self._links.learn(new.id, kept)
        else:
            self._take_known(number, told, here, values)
        self._seen[key] = (number, values)

    def _take_known(
        self, number: int, told: str, here: Mapping[str, Any], values: dict[str, Any]
    ) -> None:
        known = check(self.subject.record, without_own(values), partial=True)
        if self.subject.record is Livestock and known.get("species_id") != here["species_id"]:
            known.pop("species_id", None)  # it may be the usual one, and never changes
        changed = {name: value for name, value in known.items() if here[name] != value}
        if self.subject.record is Livestock and self._found_by_number(here, values):
            changed.pop("tag_number", None)
        own = self._own_rows(here["id"], values, number, told)
        if (changed or own) and self.update_wanted:
            before = {name: here[name] for name in changed}
            record = self.subject.record
            if changed:
                self.update.append(Planned(record, here["id"], changed, number, told, before))
            self.update += own.values()
            return
        reason = "It is here already."
        if changed or own:
            differs = self._differing({**changed, **own}, here)
            reason = f"It is here already with another {differs}; what is here is kept."
        self.duplicates.append(Duplicate(number, told, reason))

    def _own_rows(
        self, of: UUID, values: Mapping[str, Any], number: int, told: str
    ) -> dict[str, Planned]:
        said = [(one, values[one.column.name]) for one in self.subject.own
                if one.column.name in values]  # fmt: skip
        if not said:
            return {}
        head = (self.subject.record, of)
        return own_rows(self.connection, self._organization, head, said, number, told)

    def _found_by_number(self, here: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
        """Say whether the tag was only filled in from the official number."""
        return values["tag_number"] in (values.get("official_id"), values.get("eid")) and (
            here["tag_number"] != values["tag_number"]
        )

    def _here(self, values: Mapping[str, Any], key: tuple[Any, ...]) -> Mapping[str, Any] | None:
        table = self.subject.record.__table__
        if self.subject.record is Livestock:
            found = self._links.animal_with(values)
            if found is not None and self._is_another(found, values):
                found = None
            if found in self._lines_of:
                raise InvalidValue(
                    f"Line {self._lines_of[found]} is of an animal with the same number.",
                    "Make them one line, or correct the number.",
                )
            same = [table.c.id == found] if found else []
        else:
            pairs = zip(self.subject.key, key, strict=True)
            same = [table.c[name].is_not_distinct_from(value) for name, value in pairs]
        if not same:
            return None
        row = self.connection.execute(select(table).where(*same).limit(1)).first()
        return None if row is None else row._asdict()

    def _id(self, key: tuple[Any, ...], values: Mapping[str, Any]) -> UUID:
        """Return an id that follows from the key: two PCs that import a file make one row.

        Tags come back in other years: an animal is told from one before it by its number.
        """
        words = ":".join((self.subject.record.__table__.name, *map(_plain, key)))
        row_id = uuid.uuid5(self._organization, words)
        number = values.get("official_id") or values.get("eid")
        if self.subject.record is Livestock and number and self._is_taken(row_id):
            row_id = uuid.uuid5(self._organization, f"{words}:{_plain(number)}")
        return row_id

    def _is_taken(self, row_id: UUID) -> bool:
        there = self.subject.record.__table__.c.id
        found = self.connection.execute(select(there).where(there == row_id)).first()
        return found is not None

    def _is_another(self, found: UUID, values: Mapping[str, Any]) -> bool:
        """Say whether an animal that left had the tag of a line, and another number (rule 5)."""
        query = select(Livestock.__table__).where(Livestock.__table__.c.id == found)
        row = self.connection.execute(query).first()
        if row is None or row.status in HERE:
            return False
        numbers = [(getattr(row, name), values.get(name)) for name in NUMBERS]
        return any(mine and theirs and mine != theirs for mine, theirs in numbers) and not any(
            mine and mine == theirs for mine, theirs in numbers
        )

    def _told(self, values: Mapping[str, Any]) -> str:
        parts = []
        for name in self.subject.key:
            value = values.get(name)
            if value is not None:
                parts.append(self._links.name_of(value) if isinstance(value, UUID) else
                             _plain(value))  # fmt: skip
        return ", ".join(parts)

    def _differing(self, values: Mapping[str, Any], other: Mapping[str, Any]) -> str:
        return " and ".join(
            f"{facts_of(self.subject.column(name)).label.lower()}"
            for name, value in values.items()
            if other.get(name) != value
        )


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value).strip().casefold()
