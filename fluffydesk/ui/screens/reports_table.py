"""A report as a table on the screen: its columns, its rows and the lines of its sums."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QFontMetrics

from fluffydesk.figures.kpi import NOT_ENOUGH
from fluffydesk.records.types import new_id
from fluffydesk.ui.fields.texts import MONTH, day_format
from fluffydesk.ui.look import measures
from fluffydesk.ui.screens.reporting.report import Cells, Column, Report
from fluffydesk.ui.screens.rows_table import Shown
from fluffydesk.ui.table import PAD

_BESIDE = 2 * PAD + 16
"""Room around a cell's text and for the arrow of a heading, px; columns can be dragged."""
_LONGEST = 360


@dataclass(frozen=True)
class ReportRow:
    """One row of the table."""

    id: UUID
    cells: Cells


def report_rows(report: Report) -> list[ReportRow]:
    """Return the rows; they have no id of their own."""
    return [ReportRow(new_id(), cells) for cells in report.rows]


def report_columns(report: Report) -> tuple[Shown, ...]:
    """Return the columns, each wide enough for its heading and most of its cells."""
    return tuple(_column(report, place, column) for place, column in enumerate(report.columns))


def sum_words(report: Report) -> str:
    """Return the sums in words, a line each: `Sum: Milk 1,234.5 kg`."""
    return "\n".join(_sum_words(report.columns, cells) for cells in report.sums)


def _column(report: Report, place: int, column: Column) -> Shown:
    longest = max((row[place] for row in report.rows), key=len, default="")
    metrics = QFontMetrics(measures.font())
    width = max(map(metrics.horizontalAdvance, (column.heading, longest))) + _BESIDE
    return Shown(
        column.heading,
        partial(_text, place=place),
        min(width, _LONGEST),
        column.right,
        partial(_sorts_by, place=place, column=column),
    )


def _text(one: ReportRow, place: int) -> str:
    return one.cells[place]


def _sorts_by(one: ReportRow, place: int, column: Column) -> float | str | None:
    """Return what a row sorts by: numbers by their value, words by their letters."""
    text = one.cells[place]
    if not column.right:
        return _day_in(text) or text.casefold() or None
    value, is_number = QLocale().toDouble(text)
    return value if is_number else None


def _day_in(text: str) -> str:
    """Return a cell's day, moment or month as it sorts: 2026-11-21 07:30; nothing for words."""
    first, _, clock = text.partition(" ")
    day = QLocale("C").toDate(first, day_format())
    if day.isValid():
        return f"{day.toString(Qt.DateFormat.ISODate)} {clock}"
    return QLocale().toDate(text, MONTH).toString(Qt.DateFormat.ISODate)


def _sum_words(columns: tuple[Column, ...], cells: Cells) -> str:
    parts = [
        f"{column.title} {text}{f' {column.unit}' if column.unit and text != NOT_ENOUGH else ''}"
        for column, text in zip(columns[1:], cells[1:], strict=True)
        if text
    ]
    return f"{cells[0]}: {', '.join(parts)}" if parts else cells[0]
