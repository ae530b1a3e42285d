"""`import` of any table, and `imports`: what was imported here, and taking one back."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from fluffydesk.actions import importing
from fluffydesk.actions.importing import Carried, Import, Progress, Subject, TablePlan, Undone
from fluffydesk.cli.here import mirror_of
from fluffydesk.cli.output import show, table, tell_progress
from fluffydesk.errors import InvalidValue, NotFound
from fluffydesk.wording import counted


def import_table(options: Namespace) -> None:
    """Import a table, or only list what that would do; the mapping is remembered."""
    with mirror_of(options) as mirror:
        subject = importing.with_own(mirror, importing.subject_of(options.kind))
        sheet = importing.read_raw(options.file, options.sheet)
        headings = sheet.headings
        chosen = importing.suggested(mirror, subject, headings)
        chosen = {**chosen, **_pairs(options.map, headings, subject, "--map")}
        chosen = {heading: column for heading, column in chosen.items() if column}
        constants = _pairs(options.set, None, subject, "--set")
        plan = importing.plan_sheet(
            importing.door_of(mirror),
            options.file,
            sheet,
            subject,
            chosen,
            constants=constants,
            update=options.update,
            tell=_tell_reading,
        )
        carried = None
        if not options.dry_run:
            importing.remember(mirror, subject, headings, chosen)
            carried = importing.carry_out_table(mirror, plan, _tell)
    show(options, _as_object(plan, chosen, carried), _told(plan, chosen, carried))


def list_imports(options: Namespace) -> None:
    """List what was imported on this PC, or take one import back."""
    with mirror_of(options) as mirror:
        if options.take_back is None:
            found = importing.imports(mirror)
            show(options, [_import(one) for one in found], _listed(found))
            return
        undone = importing.take_back(mirror, _id(options.take_back), _tell_back)
    kept = [{"what": one.told, "reason": one.reason} for one in undone.kept]
    data = {"removed": undone.removed, "restored": undone.restored, "kept": kept}
    show(options, data, _undone(undone))


def _pairs(
    texts: Sequence[str], names: Sequence[str] | None, subject: Subject, option: str
) -> dict[str, str]:
    """Return `HEADING=COLUMN` (or `COLUMN=VALUE`, without `names`) as pairs. Raises Refusal."""
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise InvalidValue(f"{option} {text} has no equals sign.", "Write NAME=VALUE.")
        column = name if names is None else value
        if column and column not in (*subject.names, importing.DAYS):
            columns = ", ".join(subject.names)
            raise NotFound(f"There is no column {column!r}.", f"Choose one of: {columns}.")
        if names is not None and name not in names:
            raise NotFound(
                f"The file has no column {name!r}.", f"Its columns are: {', '.join(names)}."
            )
        found[name] = value
    return found


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidValue(
            f"{text} is no import's id.", "`fluffydesk imports` lists them."
        ) from None


def _import(one: Import) -> dict[str, Any]:
    return {
        "id": one.id,
        "subject": one.subject,
        "file": one.file,
        "made_at": one.made_at,
        "by": one.by,
        "created": one.created,
        "updated": one.updated,
        "taken_back": one.taken_back,
    }


def _listed(found: Sequence[Import]) -> Iterator[str]:
    if not found:
        yield "Nothing was imported on this PC yet."
        return
    rows = [
        (one.id, one.made_at, one.subject, one.file, one.words, one.taken_back) for one in found
    ]
    yield from table(("ID", "WHEN", "WHAT", "FILE", "ROWS", "TAKEN BACK"), rows)


def _as_object(
    plan: TablePlan, chosen: Mapping[str, str], carried: Carried | None
) -> dict[str, Any]:
    refused = carried.refused if carried else ()
    return {
        "kind": plan.subject.name,
        "rows": plan.lines,
        "columns": dict(chosen),
        "create": importing.heads(plan.create) if carried is None else carried.created,
        "update": importing.heads(plan.update) if carried is None else carried.updated,
        "duplicates": [
            {"line": one.line, "key": one.key, "reason": one.reason} for one in plan.duplicates
        ],
        "problems": [
            {"line": one.line, "message": one.message} for one in (*plan.problems, *refused)
        ],
        "import": carried.id if carried else None,
    }


def _told(plan: TablePlan, chosen: Mapping[str, str], carried: Carried | None) -> Iterator[str]:
    yield f"{counted(plan.lines, 'line', 'lines')} read."
    for heading, column in chosen.items():
        what = "a day" if column == importing.DAYS else plan.subject.label(column)
        yield f"  {heading}: {what}"
    if carried is None:
        added, changed = importing.heads(plan.create), importing.heads(plan.update)
        yield f"{added:,} would be added, {changed:,} changed."
        yield from (f"  line {one.line}: {one.key}: {one.reason}" for one in plan.duplicates)
    else:
        yield f"{carried.created:,} added, {carried.updated:,} changed."
        yield f"{counted(len(plan.duplicates), 'line repeats', 'lines repeat')} what is there."
    problems = (*plan.problems, *(carried.refused if carried else ()))
    if problems:
        yield f"{counted(len(problems), 'line', 'lines')} cannot be taken over:"
        yield from (f"  line {one.line}: {one.message}" for one in problems)


def _undone(undone: Undone) -> Iterator[str]:
    yield f"{undone.removed:,} taken away, {undone.restored:,} as before."
    if undone.kept:
        yield f"{counted(len(undone.kept), 'row is', 'rows are')} kept:"
        yield from (f"  {one.told}: {one.reason}" for one in undone.kept)


def _tell_back(progress: Progress) -> None:
    tell_progress("Taking back", progress.done, progress.total)


def _tell_reading(progress: Progress) -> None:
    tell_progress("Reading", progress.done, progress.total)


def _tell(progress: Progress) -> None:
    tell_progress("Importing", progress.done, progress.total)
