"""Takes over files of other programs: a plan first, which lists all it would do, then the deed.

A kind of file is one module here: the headings it goes by, the rows a line speaks of, and the
natural keys by which a row is known again. Ids follow from the organization and the natural key,
so importing a file twice, or on two PCs, makes nothing twice.
"""

from __future__ import annotations

from pathlib import Path

from fluffydesk.actions.importing.carrying import (
    Carried,
    Import,
    Kept,
    Undone,
    carry_out_rows,
    carry_out_table,
    imports,
    start,
    take_back,
)
from fluffydesk.actions.importing.dairy_test_days import DAIRY_TEST_DAYS
from fluffydesk.actions.importing.mapping import DAYS, remember, suggested
from fluffydesk.actions.importing.planning import make_plan
from fluffydesk.actions.importing.plans import (
    Batch,
    Duplicate,
    Kind,
    NewRow,
    Plan,
    Problem,
    Progress,
    carry_out,
)
from fluffydesk.actions.importing.sheets import RawSheet, read_raw
from fluffydesk.actions.importing.subjects import SUBJECTS, Subject, subject_of
from fluffydesk.actions.importing.tables import Planned, TablePlan, plan_table
from fluffydesk.errors import NotFound
from fluffydesk.mirror.mirror import Mirror

KINDS: dict[str, Kind] = {kind.name: kind for kind in (DAIRY_TEST_DAYS,)}

__all__ = [
    "DAYS",
    "KINDS",
    "SUBJECTS",
    "Batch",
    "Carried",
    "Duplicate",
    "Import",
    "Kept",
    "Kind",
    "NewRow",
    "Plan",
    "Planned",
    "Problem",
    "Progress",
    "RawSheet",
    "Subject",
    "TablePlan",
    "Undone",
    "carry_out",
    "carry_out_rows",
    "carry_out_table",
    "imports",
    "plan",
    "plan_table",
    "read_raw",
    "remember",
    "start",
    "subject_of",
    "suggested",
    "take_back",
]


def plan(mirror: Mirror, path: Path, kind: str) -> Plan:
    """Return what importing `path` as `kind` would do; nothing is written. Raises Refusal."""
    if kind not in KINDS:
        raise NotFound(f"There is no kind of file {kind!r}.", f"Choose one of: {', '.join(KINDS)}.")
    return make_plan(mirror, path, KINDS[kind])
