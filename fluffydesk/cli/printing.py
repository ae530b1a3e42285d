"""`report`: the window's reports at a terminal, as lines, CSV or JSON."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from fluffydesk.actions.conventions import conventions
from fluffydesk.actions.own_fields import definitions
from fluffydesk.actions.typed import date_in
from fluffydesk.cli.here import mirror_of
from fluffydesk.cli.output import json_text
from fluffydesk.errors import InvalidValue, NotFound, Refusal
from fluffydesk.mirror.whose import whose
from fluffydesk.records.enums.reviews import CustomFieldSubject
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import use_conventions, use_place
from fluffydesk.ui.screens.reporting.catalog import EVERY_REPORT, kind_of, last_days, make_report
from fluffydesk.ui.screens.reporting.report import Period, Report
from fluffydesk.ui.screens.reporting.writing import (
    csv_text,
    text_lines,
    write_csv,
    write_workbook,
)


def report(options: Namespace) -> None:
    """Print a report or write it into a file; without a name, list the reports there are."""
    if options.name is None:
        _list(options)
        return
    kind_of(options.name)
    with mirror_of(options) as mirror:
        use_place(whose(mirror))
        with mirror.read() as connection:
            use_conventions(conventions(connection))
            _refuse_unknown(options.own, connection)
        made = make_report(mirror, options.name, _period(options), own=options.own)
    if options.out is not None:
        _write(made, options.out)
        print(f"{options.out} is written.")
    elif options.json:
        print(json_text(_as_object(made)))
    elif options.format == "csv":
        print(csv_text(made), end="")
    else:
        print("\n".join(text_lines(made)))


def _refuse_unknown(names: Sequence[str], connection: Connection) -> None:
    known = [one.name for one in definitions(connection, CustomFieldSubject.ANIMALS)]
    for name in names:
        if name not in known:
            there = f"Choose one of: {', '.join(known)}." if known else "None is defined."
            raise NotFound(f"There is no own field {name!r} of animals.", there)


def _list(options: Namespace) -> None:
    if options.json:
        print(json_text([{"name": kind.key, "title": kind.title} for kind in EVERY_REPORT]))
        return
    width = max(len(kind.key) for kind in EVERY_REPORT)
    for kind in EVERY_REPORT:
        print(f"{kind.key.ljust(width)}  {kind.about}")


def _write(made: Report, path: Path) -> None:
    write = {".csv": write_csv, ".xlsx": write_workbook}.get(path.suffix.lower())
    if write is None:
        raise Refusal(
            f"A report cannot be written as {path.suffix or 'a file without an ending'} here.",
            "Name a file that ends in .csv or .xlsx; the window writes PDF.",
        )
    write(made, path)


def _period(options: Namespace) -> Period:
    usual = last_days(7, today())
    first = _day(options.first, "--from") or usual.first
    last = _day(options.last, "--to") or (usual.last if first <= usual.last else today())
    return Period(first, last)


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    found = date_in(text)
    if found is None:
        raise InvalidValue(f"{option} {text} is no date.", "Write it as 2026-05-31.")
    return found


def _as_object(made: Report) -> dict[str, Any]:
    return {
        "title": made.title,
        "about": list(made.subtitle),
        "columns": [{"title": one.title, "unit": one.unit} for one in made.columns],
        "rows": [list(cells) for cells in made.rows],
        "sums": [list(cells) for cells in made.sums],
        "notes": list(made.notes),
    }
