"""A report as a file: CSV that any program opens, a workbook, and lines for a terminal."""

from __future__ import annotations

import csv
import errno
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain
from pathlib import Path

from PySide6.QtCore import QLocale

from fluffydesk import workbook
from fluffydesk.errors import DiskFull, Refusal
from fluffydesk.figures.kpi import rounded
from fluffydesk.ui.fields.texts import day_format, day_text
from fluffydesk.ui.screens.reporting.report import Cells, Column, Report

_PLAIN = frozenset("dMy/-.")
"""What a date is written with, if a spreadsheet program can write it the same."""
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_FIGURE = re.compile(r"[-+]?[0-9.,][^=|!@(]*")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(report: Report) -> str:
    """Return a report as CSV: headings with units, the rows, the sums; a blank line, what it is.

    The cells are the strings of the screen. Text that a spreadsheet would run as a formula is
    preceded by an apostrophe; numbers stay as they are. The last lines hold one cell each: title,
    organization, period, units and conventions, then how the figures are worked out.
    """
    lines = (*report.rows, *report.sums)
    return "".join(_csv_lines(report.columns, lines, about(report)))


def about(report: Report) -> tuple[str, ...]:
    """Return what a file says of a report below its rows: what it is, and how it is reckoned."""
    blocks = (text for block in report.blocks for text in block)
    return tuple(filter(None, (report.title, *blocks, *report.subtitle, *report.notes)))


def write_workbook(report: Report, path: Path) -> None:
    """Write a report as a workbook: its table, its sums, a blank row, and what it is.

    As `put_workbook` does.
    """
    lines = (*report.rows, *report.sums)
    put_workbook(path, report.title, report.columns, lines, about(report))


def put_workbook(
    path: Path,
    title: str,
    columns: Sequence[Column],
    lines: Iterable[Cells],
    below: Sequence[str] = (),
) -> None:
    """Write lines, which may be a stream, as a workbook; `below` them a blank row and a row each.

    Numbers are numbers, with the decimals of the screen, days and moments are those, written as
    on the screen; all else is the text of the screen. The file appears whole or not at all.
    Raises DiskFull or Refusal.
    """
    table: Iterator[Sequence[workbook.Shown | str]] = (
        [_typed(column, text) for column, text in zip(columns, cells, strict=True)]
        for cells in lines
    )
    more = ([], *([text] for text in below)) if below else ()
    workbook.write(path, title, [column.heading for column in columns], chain(table, more))


def _typed(column: Column, text: str) -> workbook.Shown | str:
    locale = QLocale()
    value, is_number = locale.toDouble(text)
    if not column.right:
        return _day_or_words(text)
    if not is_number:
        return text
    decimals = text.rpartition(locale.decimalPoint())[2] if locale.decimalPoint() in text else ""
    form = "#,##0" + ("." + "0" * len(decimals) if decimals else "")
    return workbook.Shown(rounded(Decimal(repr(value)), len(decimals)), form)


def _day_or_words(text: str) -> workbook.Shown | str:
    """Return the day or the moment that a cell shows, in the same words; else the cell itself."""
    first, _, clock = text.partition(" ")
    read = QLocale("C").toDate(first, day_format())
    if not read.isValid() or not set(day_format()) <= _PLAIN:
        return text
    day = date(read.year(), read.month(), read.day())
    if day < workbook.FIRST_DAY or day_text(day) != first:
        return text
    form = "".join(f"\\{one}" if one in "/-. " else one for one in day_format().lower())
    if not clock:
        return workbook.Shown(day, form)
    if not _CLOCK.fullmatch(clock):
        return text
    hour, minute = map(int, clock.split(":"))
    return workbook.Shown(datetime.combine(day, time(hour, minute)), f"{form}\\ hh:mm")


def write_csv(report: Report, path: Path) -> None:
    """Write a report as CSV; see `csv_text` and `put_csv`."""
    put_csv(path, report.columns, (*report.rows, *report.sums), about(report))


def put_csv(
    path: Path, columns: Sequence[Column], lines: Iterable[Cells], below: Sequence[str] = ()
) -> None:
    """Write lines, which may be a stream, as CSV; `below` them a blank line and a line each.

    With a byte order mark, so that Excel reads it as UTF-8. The file appears whole or not at all.
    Raises DiskFull or Refusal.
    """
    aside = path.with_name(f".{path.name}.part")
    try:
        with aside.open("w", encoding="utf-8-sig", newline="") as file:
            file.writelines(_csv_lines(columns, lines, below))
        os.replace(aside, path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise told(error, path) from error
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def told(error: OSError, path: Path) -> Refusal:
    """Return a disk's complaint as what a person can act on."""
    if error.errno == errno.ENOSPC:
        return DiskFull("The disk is full.", "Make room, then try again.")
    return Refusal(f"{path} cannot be written: {error.strerror}.", "Choose another place.")


def text_lines(report: Report) -> Iterator[str]:
    """Yield a report as aligned lines for a terminal."""
    yield report.title
    yield from (text for block in report.blocks for text in block)
    yield from report.subtitle
    yield ""
    lines = (tuple(column.heading for column in report.columns), *report.rows, *report.sums)
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    for number, cells in enumerate(lines):
        if report.sums and number == len(report.rows) + 1:
            yield "  ".join("-" * width for width in widths)
        yield "  ".join(
            text.rjust(width) if column.right else text.ljust(width)
            for text, width, column in zip(cells, widths, report.columns, strict=True)
        ).rstrip()
    if not report.rows:
        yield report.empty
    yield from ("", *report.notes) if report.notes else ()


def _csv_lines(
    columns: Sequence[Column], lines: Iterable[Cells], below: Sequence[str]
) -> Iterator[str]:
    heads = [column.heading for column in columns]
    yield _csv_line(heads)
    for cells in lines:
        yield _csv_line(_harmless(columns, cells))
    for text in ("", *below) if below else ():
        yield _csv_line([f"'{text}" if text.startswith(_FORMULA) else text])


def _csv_line(cells: Iterable[str]) -> str:
    made = io.StringIO()
    csv.writer(made, lineterminator="\r\n").writerow(cells)
    return made.getvalue()


def _harmless(columns: Sequence[Column], cells: Cells) -> Iterator[str]:
    for column, text in zip(columns, cells, strict=True):
        is_figure = column.right and _FIGURE.fullmatch(text)
        yield f"'{text}" if text.startswith(_FORMULA) and not is_figure else text
