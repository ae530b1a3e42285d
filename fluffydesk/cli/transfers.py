"""`import` and `export`: files in, files out."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from fluffydesk.actions import exporting, importing
from fluffydesk.actions.ade.writing import write_ade
from fluffydesk.actions.importing import Plan, Progress
from fluffydesk.cli.here import mirror_of
from fluffydesk.cli.output import show, tell_progress
from fluffydesk.cli.tables import import_table
from fluffydesk.records.catalog import record_for
from fluffydesk.wording import counted


def import_file(options: Namespace) -> None:
    """Import a file, or only list what that would do; lines with faults are told and left out."""
    if options.kind in importing.SUBJECTS:
        import_table(options)
        return
    with mirror_of(options) as mirror:
        plan = importing.plan(mirror, options.file, options.kind, sheet=options.sheet)
        carried = None
        if not options.dry_run and plan.batches:
            carried = importing.carry_out(mirror, plan, _tell)
    if carried is not None and carried.refused:
        plan = replace(plan, problems=(*plan.problems, *carried.refused))
    data = {**_as_object(plan), "import": carried.id if carried else None}
    show(options, data, _told(plan, dry=options.dry_run))


def export_all(options: Namespace) -> None:
    """Write everything of the organization as CSV files or a workbook, or its animals as ADE."""
    target: Path = options.target
    with mirror_of(options) as mirror:
        if options.format == "ade":
            written = write_ade(mirror, target)
            left = [f"{count:,} {what} left out." for what, count in written.left_out.items()]
            told = f"{counted(sum(written.counts.values()), 'resource is', 'resources are')} in"
            data = {"resources": written.counts, "left_out": written.left_out}
            show(options, {"files": [str(target)], **data}, [f"{told} {target}.", *left])
        elif options.format == "xlsx":
            rows = exporting.export_workbook(mirror, target)
            told = f"{counted(rows, 'row is', 'rows are')} in {target}."
            show(options, {"files": [str(target)], "rows": rows}, [told])
        else:
            paths = exporting.export(mirror, target)
            told = f"{counted(len(paths), 'file is', 'files are')} in {target}."
            show(options, {"files": [str(path) for path in paths]}, [told])


def _as_object(plan: Plan) -> dict[str, Any]:
    return {
        "kind": plan.kind,
        "rows": plan.rows,
        "create": plan.create,
        "duplicate_keys": plan.duplicate_keys,
        "duplicates": [
            {"line": one.line, "key": one.key, "reason": one.reason} for one in plan.duplicates
        ],
        "problems": [{"line": one.line, "message": one.message} for one in plan.problems],
        "unread": plan.unread,
    }


def _told(plan: Plan, *, dry: bool) -> Iterator[str]:
    """Tell the counts; a dry run tells every duplicate, and faults are always told."""
    yield f"{counted(plan.rows, 'line', 'lines')} read."
    verb = "would be created" if dry else "created"
    for table, count in plan.create.items():
        one, many = record_for(table).__titles__
        yield f"{counted(count, one.lower(), many.lower())} {verb}."
    if not plan.create:
        yield f"Nothing new {'would be' if dry else 'was'} created."
    if plan.duplicates:
        count = len(plan.duplicates)
        repeat = counted(count, "line repeats", "lines repeat")
        left = "is" if count == 1 else "are"
        yield f"{repeat} {counted(plan.duplicate_keys, 'key', 'keys')} and {left} left out."
        if dry:
            yield from (f"  line {one.line}: {one.key}: {one.reason}" for one in plan.duplicates)
    if plan.unread:
        yield "Nothing here keeps:"
        yield from (f"  {text}" for text in plan.unread)
    if plan.problems:
        yield f"{counted(len(plan.problems), 'line', 'lines')} cannot be taken over:"
        yield from (f"  line {one.line}: {one.message}" for one in plan.problems)


def _tell(progress: Progress) -> None:
    tell_progress("Importing", progress.done, progress.total)
