"""What an import would do, as the screen lists it, for a kind of file and for any table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from fluffydesk.actions.importing import (
    Carried,
    Plan,
    Planned,
    Problem,
    RawSheet,
    Subject,
    TablePlan,
    Undone,
    carry_out,
    carry_out_rows,
    plan,
    plan_table,
    read_raw,
    remember,
    start,
    suggested,
    take_back,
)
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.ui.fields.texts import number_text, text_of
from fluffydesk.ui.screens.rows_table import Shown
from fluffydesk.wording import counted

CHUNK = 20
"""Units of work, or rows of a table, written before the screen hears of it."""


@dataclass(frozen=True)
class Line:
    """One line of the dry run."""

    id: UUID
    line: int | None
    what: str
    words: str


@dataclass(frozen=True)
class TableRead:
    """A table that was read: what it holds, what was chosen, and the plan or why there is none."""

    subject: Subject
    sheet: RawSheet
    chosen: Mapping[str, str]
    plan: TablePlan | None
    refusal: Refusal | None


@dataclass(frozen=True)
class Preview:
    """What the screen shows of a plan, and how it is carried out step by step."""

    lines: Mapping[str, list[Line]]
    steps: int
    counts: str
    """The whole in a sentence."""
    written: Callable[[int], str]
    """What the first so many steps came to, in words."""


def read_plan(mirror: Mirror, path: Path, kind: str) -> Plan:
    """Make the dry run of a kind of file."""
    return plan(mirror, path, kind)


def read_table(
    mirror: Mirror, path: Path, subject: Subject, chosen: Mapping[str, str] | None, update: bool
) -> TableRead:
    """Read a table, guess what its columns are unless they are chosen, and make the dry run."""
    sheet = read_raw(path)
    columns = suggested(mirror, subject, sheet.headings) if chosen is None else chosen
    try:
        made = plan_table(mirror, path, subject, columns, update=update)
    except Refusal as refusal:
        return TableRead(subject, sheet, columns, None, refusal)
    return TableRead(subject, sheet, columns, made, None)


def write_plan(mirror: Mirror, part: Plan) -> Changes:
    """Write some units of work of a kind of file."""
    return carry_out(mirror, part)


def write_rows(
    mirror: Mirror, made: TablePlan, import_id: UUID, rows: tuple[Planned, ...]
) -> tuple[Carried, Changes]:
    """Write some rows of a table."""
    carried = carry_out_rows(mirror, made, import_id, rows)
    return carried, carried.changes


def preview_of_plan(found: Plan) -> Preview:
    """Return the preview of a kind of file."""
    return Preview(
        {
            "create": _batches(found),
            "update": [],
            "duplicate": [Line(uuid4(), one.line, one.key, one.reason) for one in found.duplicates],
            "problem": [Line(uuid4(), one.line, "Left out", one.message) for one in found.problems],
        },
        len(found.batches),
        f"{_lines(found.rows)}: would create {created(found)} · "
        f"{_rest(len(found.duplicates), len(found.problems))}",
        partial(_written, found),
    )


def preview_of_table(found: TablePlan) -> Preview:
    """Return the preview of a table."""
    one, many = found.subject.record.__titles__
    changed = f", change {number_text(len(found.update))}" if found.update else ""
    fresh = counted(len(found.create), one.lower(), many.lower())
    return Preview(
        {
            "create": [_planned(found, row) for row in found.create],
            "update": [_planned(found, row) for row in found.update],
            "duplicate": [Line(uuid4(), one.line, one.key, one.reason) for one in found.duplicates],
            "problem": [Line(uuid4(), one.line, "Left out", one.message) for one in found.problems],
        },
        len(found.create) + len(found.update),
        f"{_lines(found.lines)}: would create {fresh}{changed} · "
        f"{_rest(len(found.duplicates), len(found.problems))}",
        lambda done: counted(done, one.lower(), many.lower()),
    )


def created(found: Plan) -> str:
    """Return what a plan creates, in words: `3 animals and 6 milkings`."""
    parts = [
        f"{number_text(count)} {record_for(table).__titles__[count != 1].lower()}"
        for table, count in found.create.items()
    ]
    return " and ".join(parts) or "nothing"


def _written(found: Plan, done: int) -> str:
    return created(replace(found, batches=found.batches[:done]))


def _batches(found: Plan) -> list[Line]:
    lines = []
    for batch in found.batches:
        names = [row.record.__titles__ for row in batch.rows]
        counts = {titles: names.count(titles) for titles in dict.fromkeys(names)}
        words = ", ".join(f"{n} {titles[n != 1].lower()}" for titles, n in counts.items())
        lines.append(Line(uuid4(), None, batch.title, words))
    return lines


def _planned(found: TablePlan, row: Planned) -> Line:
    columns = found.subject.record.__table__.c
    said = ", ".join(
        f"{facts_of(columns[name]).label} {text_of(columns[name], value, unit=True)}"
        for name, value in row.values.items()
        if value is not None and not facts_of(columns[name]).target
    )
    return Line(uuid4(), row.line, row.told, said)


def _lines(count: int) -> str:
    return f"{number_text(count)} lines"


def _rest(duplicates: int, problems: int) -> str:
    return (
        f"{number_text(duplicates)} {'duplicate' if duplicates == 1 else 'duplicates'} · "
        f"{number_text(problems)} {'problem' if problems == 1 else 'problems'}"
    )


EMPTY = {
    "create": ("Nothing to create", "Nothing in this file is new."),
    "update": ("Nothing to change", "Tick the box above to change what is here by the file."),
    "duplicate": ("No duplicates", "No line says again what is already there."),
    "problem": ("No problems", "Every line could be read."),
}


def dry_run_columns() -> tuple[Shown, ...]:
    """Return the columns of the dry run."""
    return (
        Shown(
            "Line",
            lambda one: "" if one.line is None else number_text(one.line),
            90,
            True,
            lambda one: one.line,
        ),
        Shown("What", lambda one: one.what, 240),
        Shown("Why, or with what", lambda one: one.words, 420),
    )


def rest_of(made: TablePlan, done: int, refused: list[Problem]) -> TablePlan:
    """Return what of a plan is still to be written, with the lines a rule kept out."""
    left = max(0, done - len(made.create))
    return replace(
        made,
        create=made.create[done:],
        update=made.update[left:],
        problems=(*made.problems, *refused),
    )


def start_import(mirror: Mirror, read: TableRead) -> UUID:
    """Note the import, and what its columns are for the next file."""
    assert read.plan is not None
    remember(mirror, read.subject, read.sheet.headings, read.chosen)
    return start(mirror, read.plan)


def take_back_import(mirror: Mirror, import_id: UUID) -> tuple[Undone, Changes]:
    """Take an import back."""
    undone = take_back(mirror, import_id)
    return undone, undone.changes


def undone_words(undone: Undone) -> str:
    """Return what taking back came to; of what was kept, the first three by name and reason."""
    words = f"Taken back: {number_text(undone.removed)} taken away"
    if undone.restored:
        words += f", {number_text(undone.restored)} as before"
    for one in undone.kept[:3]:
        words += f". {one.told} is kept: {one.reason[:1].lower()}{one.reason[1:]}".rstrip(".")
    if len(undone.kept) > 3:
        words += f". {number_text(len(undone.kept) - 3)} more are kept"
    return words + "."
