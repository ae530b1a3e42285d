"""What an import would do, as the screen lists it, for a kind of file and for any table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from pathlib import Path
from uuid import UUID, uuid4

from fluffydesk.actions.importing import (
    FILES,
    SUBJECTS,
    Carried,
    Plan,
    Planned,
    RawSheet,
    Subject,
    TablePlan,
    Undone,
    heads,
    in_parts,
    own_said,
    records_of,
    title_of,
)
from fluffydesk.errors import Refusal
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import Record, facts_of
from fluffydesk.ui.fields.texts import label_text, number_text, text_of
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.wording import counted

CHUNK = 40
"""Rows written before the screen hears of it."""
MOST_LISTED = 2_000
"""Lines of each list that are shown; the command line lists all."""


@dataclass(frozen=True)
class Line:
    """One line of the dry run."""

    id: UUID
    line: int | None
    what: str
    words: str


@dataclass(frozen=True)
class Request:
    """What is to be read: a file, what it holds, and what was chosen of it."""

    path: Path
    kind: str
    sheet: str | None = None
    update: bool = False
    raw: RawSheet | None = None
    """The sheet, where it was read before."""
    chosen: Mapping[str, str] | None = None
    subject: Subject | None = None
    """What the lines are, with the farm's own fields; None for a kind of file."""


@dataclass(frozen=True)
class Preview:
    """What the screen shows of a plan."""

    lines: Mapping[str, list[Line]]
    counts: str
    """The whole in a sentence."""
    rows: int
    """How many would be written."""


@dataclass(frozen=True)
class Found:
    """What a request came to: a plan with its preview, or why there is none."""

    request: Request
    sheets: tuple[str, ...] = ()
    plan: Plan | TablePlan | None = None
    preview: Preview | None = None
    refusal: Refusal | None = None

    @property
    def parts(self) -> tuple[tuple[str, tuple[Planned, ...]], ...]:
        """What is saved together, each with what it is called."""
        if isinstance(self.plan, Plan):
            return tuple((batch.title, batch.rows) for batch in self.plan.batches)
        if self.plan is None:
            return ()
        rows, title = (*self.plan.create, *self.plan.update), title_of(self.plan)
        return tuple((title, part) for part in in_parts(rows, CHUNK))

    @property
    def records(self) -> list[type[Record]]:
        """Of which records it would write rows."""
        if isinstance(self.plan, TablePlan):
            return self.plan.records
        return records_of(self.plan) if self.plan else []


def subject_for(kind: str) -> Subject | None:
    """Return what lines are imported as; None for a kind of file with headings of its own."""
    return None if kind in FILES else SUBJECTS.get(kind)


def preview_of(found: Plan | TablePlan) -> Preview:
    """Return what is shown of a plan."""
    return _preview_of_plan(found) if isinstance(found, Plan) else _preview_of_table(found)


def rest_of(found: Found, carried: Sequence[Carried]) -> Found:
    """Return what of a plan is still to be written, with the lines a rule kept out."""
    done = {row.id for one in carried for row in one.rows}
    refused = tuple(problem for one in carried for problem in one.refused)
    out = {problem.line for problem in refused}
    plan = found.plan
    if isinstance(plan, Plan):
        batches = (
            replace(batch, rows=tuple(row for row in batch.rows if row.id not in done))
            for batch in plan.batches
        )
        left = tuple(
            batch
            for batch in batches
            if batch.rows and not all(row.line in out for row in batch.rows)
        )
        plan = replace(plan, batches=left, problems=(*plan.problems, *refused))
    elif plan is not None:
        left_rows = [
            tuple(row for row in rows if row.id not in done and row.line not in out)
            for rows in (plan.create, plan.update)
        ]
        plan = replace(
            plan,
            create=left_rows[0],
            update=left_rows[1],
            problems=(*plan.problems, *refused),
        )
    return replace(found, plan=plan, preview=preview_of(plan) if plan else None)


def written_words(carried: Iterable[Carried]) -> str:
    """Return what was written, in words: `3 animals and 6 milkings`."""
    rows = (row for one in carried for row in one.rows)
    return created(dict(Counter(row.record.__table__.name for row in rows)))


def created(counts: Mapping[str, int]) -> str:
    """Return how many rows of each table, in words: `3 animals and 6 milkings`."""
    parts = [
        f"{number_text(count)} {record_for(table).__titles__[count != 1].lower()}"
        for table, count in counts.items()
    ]
    if len(parts) > 2:
        return f"{', '.join(parts[:-1])} and {parts[-1]}"
    return " and ".join(parts) or "nothing"


def kept_lines(undone: Undone) -> list[Line]:
    """Return the rows that taking an import back left as they are, each with its reason."""
    return [
        Line(uuid4(), None, label_text(one.told), label_text(one.reason))
        for one in undone.kept[:MOST_LISTED]
    ]


def undone_words(undone: Undone) -> str:
    """Return what taking back came to, in a sentence."""
    words = f"Taken back: {number_text(undone.removed)} taken away"
    if undone.restored:
        words += f", {number_text(undone.restored)} as before"
    if undone.kept:
        verb = "row is" if len(undone.kept) == 1 else "rows are"
        words += f". {number_text(len(undone.kept))} {verb} kept, for the reasons below"
    return words + "."


def _preview_of_plan(found: Plan) -> Preview:
    return _preview(
        found,
        _batches(found),
        [],
        f"{_lines(found.rows)}: would create {created(found.create)}",
        sum(found.create.values()),
    )


def _preview_of_table(found: TablePlan) -> Preview:
    one, many = found.subject.record.__titles__
    new, other = heads(found.create), heads(found.update)
    changed = f", change {number_text(other)}" if other else ""
    fresh = counted(new, one.lower(), many.lower())
    return _preview(
        found,
        [_planned(found, rows) for rows in islice(_by_head(found.create), MOST_LISTED)],
        [_planned(found, rows) for rows in islice(_by_head(found.update), MOST_LISTED)],
        f"{_lines(found.lines)}: would create {fresh}{changed}",
        new + other,
    )


def _preview(
    found: Plan | TablePlan, create: list[Line], update: list[Line], would: str, rows: int
) -> Preview:
    duplicates, problems = len(found.duplicates), len(found.problems)
    counts = (
        f"{would} · {number_text(duplicates)} {'duplicate' if duplicates == 1 else 'duplicates'}"
        f" · {number_text(problems)} {'problem' if problems == 1 else 'problems'}"
    )
    if max(rows, duplicates, problems) > MOST_LISTED:
        counts += f" · the first {number_text(MOST_LISTED)} of each are listed"
    return Preview(
        {
            "create": create,
            "update": update,
            "duplicate": [
                Line(uuid4(), one.line, label_text(one.key), label_text(one.reason))
                for one in found.duplicates[:MOST_LISTED]
            ],
            "problem": [
                Line(uuid4(), one.line, "Left out", label_text(one.message))
                for one in found.problems[:MOST_LISTED]
            ],
            "unread": [
                Line(uuid4(), None, text, "Nothing here keeps it, or it was chosen for nothing.")
                for text in found.unread
            ],
        },
        counts,
        rows,
    )


def _batches(found: Plan) -> list[Line]:
    lines = []
    for batch in islice(found.batches, MOST_LISTED):
        names = [row.record.__titles__ for row in batch.rows]
        counts = {titles: names.count(titles) for titles in dict.fromkeys(names)}
        words = ", ".join(f"{n} {titles[n != 1].lower()}" for titles, n in counts.items())
        lines.append(Line(uuid4(), None, label_text(batch.title), words))
    return lines


def _by_head(rows: Iterable[Planned]) -> Iterator[list[Planned]]:
    """Yield the rows that a person counts as one."""
    for _, some in groupby(rows, lambda row: row.head):
        yield list(some)


def _planned(found: TablePlan, rows: Sequence[Planned]) -> Line:
    columns = found.subject.record.__table__.c
    said = []
    for row in rows:
        if row.of is not None:
            column, own, unit = own_said(row)
            words = f"{facts_of(column).label} {text_of(column, own)}"
            said.append(f"{words} {unit}" if unit else words)
            continue
        said += [
            f"{facts_of(columns[name]).label} {text_of(columns[name], value, unit=True)}"
            for name, value in row.values.items()
            if value is not None and not facts_of(columns[name]).target
        ]
    return Line(uuid4(), rows[0].line, label_text(rows[0].told), ", ".join(said))


def _lines(count: int) -> str:
    return f"{number_text(count)} {'line' if count == 1 else 'lines'}"


FILES_READ = "Tables and ADE (*.csv *.txt *.tsv *.xlsx *.xlsm *.json);;All files (*)"
SHOWN: list[tuple[str, object]] = [
    ("New", "create"),
    ("Changes", "update"),
    ("Duplicates", "duplicate"),
    ("Problems", "problem"),
    ("Unread", "unread"),
]
_TABLE_HEIGHT = 176
EMPTY = {
    "create": ("Nothing to create", "Nothing in this file is new."),
    "update": ("Nothing to change", "Tick the box above to change what is here by the file."),
    "duplicate": ("No duplicates", "No line says again what is already there."),
    "problem": ("No problems", "Every line could be read, and none is against a rule."),
    "unread": ("Nothing left unread", "Everything the file says has its place here."),
}


def dry_run_table() -> RowsTable:
    """Return the table of the dry run, never lower than a few rows."""
    made = RowsTable("Dry run", _dry_run_columns())
    made.setMinimumHeight(_TABLE_HEIGHT)
    return made


def _dry_run_columns() -> tuple[Shown, ...]:
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
