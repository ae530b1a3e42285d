"""What the imports screen has done away from the window: reading, writing, taking back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from fluffydesk.actions.importing import (
    Cancelled,
    Carried,
    Door,
    Planned,
    Progress,
    Tell,
    Undone,
    carry_out_rows,
    plan_kind,
    plan_sheet,
    read_raw,
    remember,
    sheets_of,
    start,
    suggested,
    take_back_through,
    with_own,
)
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.ui.screens.imports_preview import Found, Request, preview_of, subject_for

Parts = Sequence[tuple[str, tuple[Planned, ...]]]


@dataclass(eq=False)
class Wish:
    """Whether a job is still wanted; the window says so, and the job asks."""

    over: bool = False


def telling(wish: Wish, stopping: Callable[[], bool], tell: Tell) -> Tell:
    """Return what a job tells of its progress, and where it ends once it is not wanted."""

    def told(progress: Progress) -> None:
        if wish.over or stopping():
            raise Cancelled("Cancelled: nothing was written.", "Choose the file again to go on.")
        tell(progress)

    return told


def dry_run(door: Door, request: Request, tell: Tell) -> Found:
    """Read a file and make its dry run; runs for long, and asks the mirror in short goes."""
    sheets: tuple[str, ...] = ()
    try:
        sheets = sheets_of(request.path)
        subject = subject_for(request.kind)
        if subject is None:
            plan = plan_kind(door, request.path, request.kind, sheet=request.sheet, tell=tell)
            return Found(request, sheets, plan, preview_of(plan))
        subject = request.subject or door(partial(with_own, subject=subject))
        raw = request.raw or read_raw(request.path, request.sheet)
        chosen = request.chosen
        if chosen is None:
            chosen = door(partial(suggested, subject=subject, headings=raw.headings))
        request = replace(request, raw=raw, chosen=chosen, subject=subject)
        made = plan_sheet(
            door, request.path, raw, subject, chosen, update=request.update, tell=tell
        )
        return Found(request, sheets, made, preview_of(made))
    except Refusal as refusal:
        return Found(request, sheets, refusal=refusal)


def begin(mirror: Mirror, found: Found) -> UUID:
    """Note the import, and what its columns are for the next file."""
    request = found.request
    subject = subject_for(request.kind)
    if subject is not None and request.raw is not None and request.chosen is not None:
        remember(mirror, subject, request.raw.headings, request.chosen)
    return start(mirror, request.kind, request.path, found.records)


def write(mirror: Mirror, import_id: UUID, parts: Parts) -> tuple[list[Carried], Changes]:
    """Write some parts of an import, a unit of work each."""
    carried = [carry_out_rows(mirror, import_id, title, rows) for title, rows in parts]
    tables: dict[str, set[UUID]] = {}
    for one in carried:
        for table, ids in one.changes.items():
            tables.setdefault(table, set()).update(ids)
    return carried, Changes(tables)


def take_back(door: Door, import_id: UUID, tell: Tell) -> Undone:
    """Take an import back, in short goes."""
    return take_back_through(door, import_id, tell)
