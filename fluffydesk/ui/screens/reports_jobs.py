"""What the reports screen has done away from the window: making a report, and writing it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Column

from fluffydesk.actions.own_fields import own_columns
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.reviews import CustomFieldSubject
from fluffydesk.ui.screens.reporting.catalog import Cancelled, kind_of, make_report
from fluffydesk.ui.screens.reporting.report import Period, Report, Stop


class Asked:
    """A report that is being made; `stop` ends it once it is not wanted any more."""

    def __init__(self) -> None:
        self.wanted = True

    def stop(self) -> None:
        if not self.wanted:
            raise Cancelled("The report was cancelled.")


@dataclass(frozen=True)
class Made:
    """A report, None where it was cancelled, and the own fields that it can show."""

    report: Report | None
    own: list[Column[Any]] = field(default_factory=list)


def make(mirror: Mirror, key: str, period: Period, stop: Stop, own: Collection[str]) -> Made:
    """Make a report, with the own fields of these names."""
    fields: list[Column[Any]] = []
    if kind_of(key).with_own is not None:
        with mirror.read() as connection:
            fields = own_columns(connection, CustomFieldSubject.ANIMALS)
    try:
        return Made(make_report(mirror, key, period, stop, own), fields)
    except Cancelled:
        return Made(None, fields)


def written(
    mirror: Mirror, write: Callable[[Report, Path], None], report: Report, path: Path
) -> Path:
    """Write a report into a file, and return it."""
    write(report, path)
    return path
