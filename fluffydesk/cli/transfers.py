"""`import` and `export`: files in, files out."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from fluffydesk.actions import exporting, importing
from fluffydesk.actions.importing import Plan, Progress
from fluffydesk.cli.here import mirror_of
from fluffydesk.cli.output import show


def import_file(options: Namespace) -> None:
    """Import a file, or only list what that would do; lines with faults are told and left out."""
    with mirror_of(options) as mirror:
        plan = importing.plan(mirror, options.file, options.kind)
        if not options.dry_run:
            importing.carry_out(mirror, plan, _tell_progress)
    show(options, _as_object(plan), _told(plan, dry=options.dry_run))


def export_all(options: Namespace) -> None:
    """Write everything of the organization as CSV files."""
    with mirror_of(options) as mirror:
        paths = exporting.export(mirror, options.folder)
    told = f"{len(paths)} files are in {options.folder}."
    show(options, {"files": [str(path) for path in paths]}, [told])


def _as_object(plan: Plan) -> dict[str, Any]:
    return {
        "kind": plan.kind,
        "rows": plan.rows,
        "create": plan.create,
        "duplicates": [
            {"line": one.line, "key": one.key, "reason": one.reason} for one in plan.duplicates
        ],
        "problems": [{"line": one.line, "message": one.message} for one in plan.problems],
    }


def _told(plan: Plan, *, dry: bool) -> Iterator[str]:
    """Tell the counts; a dry run tells every duplicate, and faults are always told."""
    yield f"{plan.rows} lines read."
    verb = "would be created" if dry else "created"
    for table, count in plan.create.items():
        yield f"{count} {table} {verb}."
    if not plan.create:
        yield f"Nothing new {'would be' if dry else 'was'} created."
    if plan.duplicates:
        yield f"{len(plan.duplicates)} lines are duplicates and are left out."
        if dry:
            yield from (f"  line {one.line}: {one.key}: {one.reason}" for one in plan.duplicates)
    if plan.problems:
        yield f"{len(plan.problems)} lines cannot be taken over:"
        yield from (f"  line {one.line}: {one.message}" for one in plan.problems)


def _tell_progress(progress: Progress) -> None:
    if sys.stderr.isatty():
        end = "\n" if progress.done == progress.total else ""
        print(f"\r{progress.done} of {progress.total}", end=end, file=sys.stderr, flush=True)
