"""Takes over files of other programs: a plan first, which lists all it would do, then the deed.

A kind of file is one module here: the headings it goes by, the rows a line speaks of, and the
natural keys by which a row is known again. Ids follow from the organization and the natural key,
so importing a file twice, or on two PCs, makes nothing twice.
"""

from __future__ import annotations

from pathlib import Path

from fluffydesk.actions.importing import ade, everything
from fluffydesk.actions.importing.carrying import (
    Carried,
    Import,
    carry_out,
    carry_out_rows,
    carry_out_table,
    imports,
    records_of,
    start,
    title_of,
)
from fluffydesk.actions.importing.dairy_test_days import DAIRY_TEST_DAYS
from fluffydesk.actions.importing.mapping import DAYS, remember, suggested
from fluffydesk.actions.importing.own import own_said, with_own
from fluffydesk.actions.importing.planning import make_plan
from fluffydesk.actions.importing.plans import (
    Batch,
    Cancelled,
    Door,
    Duplicate,
    Kind,
    Plan,
    Planned,
    Problem,
    Progress,
    Tell,
    door_of,
    heads,
    in_parts,
    silent,
)
from fluffydesk.actions.importing.sheets import RawSheet, read_raw, sheets_of
from fluffydesk.actions.importing.subjects import SUBJECTS, Subject, subject_of
from fluffydesk.actions.importing.tables import TablePlan, plan_sheet, plan_table
from fluffydesk.actions.importing.taking_back import (
    Kept,
    Undone,
    take_back,
    take_back_through,
)
from fluffydesk.errors import NotFound
from fluffydesk.mirror.mirror import Mirror

KINDS: dict[str, Kind] = {kind.name: kind for kind in (DAIRY_TEST_DAYS,)}
FILES = (*KINDS, ade.NAME, everything.NAME)
"""The kinds of file whose columns or properties have a meaning of their own."""

__all__ = [
    "DAYS",
    "FILES",
    "KINDS",
    "SUBJECTS",
    "Batch",
    "Cancelled",
    "Carried",
    "Door",
    "Duplicate",
    "Import",
    "Kept",
    "Kind",
    "Plan",
    "Planned",
    "Problem",
    "Progress",
    "RawSheet",
    "Subject",
    "TablePlan",
    "Tell",
    "Undone",
    "carry_out",
    "carry_out_rows",
    "carry_out_table",
    "door_of",
    "heads",
    "imports",
    "in_parts",
    "own_said",
    "plan",
    "plan_kind",
    "plan_sheet",
    "plan_table",
    "read_raw",
    "records_of",
    "remember",
    "sheets_of",
    "silent",
    "start",
    "subject_of",
    "suggested",
    "take_back",
    "take_back_through",
    "title_for",
    "title_of",
    "with_own",
]


def plan(
    mirror: Mirror, path: Path, kind: str, *, sheet: str | None = None, tell: Tell = silent
) -> Plan:
    """Return what importing `path` as `kind` would do; nothing is written. Raises Refusal."""
    return plan_kind(door_of(mirror), path, kind, sheet=sheet, tell=tell)


def plan_kind(
    door: Door, path: Path, kind: str, *, sheet: str | None = None, tell: Tell = silent
) -> Plan:
    """Return what `plan` does, asking the mirror in short goes through its door."""
    if kind == ade.NAME:
        return ade.plan_ade(door, path, tell)
    if kind == everything.NAME:
        return everything.plan_everything(door, path, tell)
    if kind not in KINDS:
        raise NotFound(f"There is no kind of file {kind!r}.", f"Choose one of: {', '.join(FILES)}.")
    return make_plan(door, path, KINDS[kind], sheet, tell)


def title_for(name: str) -> str:
    """Return what a person calls what an import held: "Weighings", "Test days"."""
    if name == ade.NAME:
        return ade.TITLE
    if name == everything.NAME:
        return everything.TITLE
    if name in KINDS:
        return KINDS[name].title[:1].upper() + KINDS[name].title[1:]
    return subject_of(name).title
