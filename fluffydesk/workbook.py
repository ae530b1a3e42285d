"""Writes and reads XLSX workbooks: typed cells out, rows of text in, and no formula either way."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any, cast

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from fluffydesk.errors import DiskFull, NotFound, Refusal
from fluffydesk.wording import counted

MOST_ROWS = 1_048_576
"""Rows a sheet can hold, with its heading; what is more goes on in a second sheet."""
MOST_TEXT = 32_767
"""Characters a cell can hold; a longer text is cut there and ends with an ellipsis."""
_DIGITS = 15  # a workbook keeps numbers as floats: more digits than these would change
FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheet programs disagree by a day
_LOOKED_AT = 50
_NARROWEST, _WIDEST = 8, 48
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LIKE_A_FORMULA = ("=", "+", "-", "@", "#", "\t", "\r")
_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE = 31

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MOST_UNPACKED = 600 * 2**20
_MOST_STRINGS = 150 * 2**20
_MOST_PARTS = 5_000
_NEVER_COMPUTED = re.compile(
    # A formula whose result is an empty text is computed: its cell says t="str".
    rb'<c(?:\s(?![^<>]*\bt="str")[^<>]*)?>\s*<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)'
    rb"\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_CHUNK, _LONGEST_FORMULA = 2**20, 2**14
_BROKEN = (
    ValueError,  # and what defusedxml raises for entities
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    SyntaxError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
    InvalidFileException,
)
"""What a file that is no sound workbook makes the libraries raise."""

Cell = str | int | bool | Decimal | date | datetime | time | None


@dataclass(frozen=True)
class Shown:
    """A number or a day with a format of its own: `Shown(Decimal("0.42"), "0.0 %")`."""

    value: Decimal | int | date | datetime
    form: str


@dataclass(frozen=True)
class Sheet:
    """A sheet to be written: its title, its headings, and its rows, which may be a stream."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell | Shown]]


def write(
    path: Path, title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell | Shown]]
) -> None:
    """Write a workbook of one sheet; see `write_book`."""
    write_book(path, (Sheet(title, heads, rows),))


def write_book(path: Path, sheets: Iterable[Sheet]) -> None:
    """Write a workbook, which appears under `path` only when it is whole.

    Dates are dates; a decimal is a number shown with the places it has (`Decimal("23.50")` as
    23.50), unless it has more than 15 digits: then it is text, since a workbook would round it.
    So is a time with a zone (ISO 8601), which a workbook does not know, and a text that begins
    with `=`, `+`, `-` or `@`, which is never a formula. Raises Refusal, DiskFull.
    """
    book = openpyxl.Workbook(write_only=True)
    titles: set[str] = set()
    try:
        with tempfile.TemporaryDirectory(prefix=".workbook-", dir=path.parent) as aside:
            whole = Path(aside) / "whole.xlsx"
            try:
                for sheet in sheets:
                    _write_sheet(book, sheet, titles)
                book.save(whole)
            except BaseException:
                _forget(book)
                raise
            with whole.open("rb+") as file:
                os.fsync(file.fileno())
            os.replace(whole, path)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull("The disk is full.", "Make room, then try again.") from error
        raise Refusal(
            f"{path} cannot be written: {error.strerror}.",
            "Close it where it is open, or choose another name.",
        ) from error


def _forget(book: Any) -> None:
    """Remove the plain files in which the library keeps the sheets of a book until it is saved."""
    for sheet in book.worksheets:
        if sheet._writer is not None and os.path.exists(sheet._writer.out):
            sheet.close()
            sheet._writer.cleanup()


def is_workbook(path: Path) -> bool:
    """Say whether a file begins as a workbook does, of this or of an older format."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError:
        return False
    return start.startswith((_ZIP, _OLE))


def sheets(path: Path) -> tuple[str, ...]:
    """Return the titles of a workbook's sheets. Raises NotFound or Refusal as `read` does."""
    with _opened(path) as book:
        return tuple(sheet.title for sheet in book.worksheets)


def read(path: Path, sheet: str | None = None) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a sheet as text, blank ones too, so that they count as they are shown.

    Without `sheet` it is the first that holds anything. Dates are ISO, numbers have a point and
    no separator, a percentage keeps its sign ("4.2%"), what is merged stands in its first cell.
    One row is held at a time. Raises NotFound for a file or sheet that is not there, and Refusal
    for what is no workbook, is locked by a password, unpacks to too much, or has formulas that
    were never computed.
    """
    with _opened(path) as book, _told(path):
        found = _chosen(book, path, sheet)
        _refuse_uncomputed(path, found)
        found.reset_dimensions()
        for row in found.iter_rows():
            texts = [_text(cell.value, getattr(cell, "number_format", "")) for cell in row]
            while texts and not texts[-1]:
                texts.pop()
            yield tuple(texts)


def _write_sheet(book: Any, sheet: Sheet, titles: set[str]) -> None:
    rows = iter(sheet.rows)
    first = list(islice(rows, _LOOKED_AT))
    waiting = chain(first, rows)
    row = next(waiting, None)
    while True:
        made = book.create_sheet(_title(sheet.title, titles))
        made.freeze_panes = "A2"
        for at, width in enumerate(_widths(sheet.heads, first), 1):
            made.column_dimensions[get_column_letter(at)].width = width
        made.append([_head(made, text) for text in sheet.heads])
        written = 1
        while row is not None and written < MOST_ROWS:
            made.append([_cell(made, value) for value in row])
            row = next(waiting, None)
            written += 1
        if row is None:
            return


def _title(wanted: str, titles: set[str]) -> str:
    """Return a title a sheet can have and none here has yet, and keep it."""
    bare = _IN_A_TITLE.sub(" ", _UNPRINTABLE.sub("", wanted)).strip("' ") or "Sheet"
    number, title = 1, bare[:_LONGEST_TITLE].rstrip()
    while title.casefold() in titles:
        number += 1
        end = f" ({number})"
        title = bare[: _LONGEST_TITLE - len(end)].rstrip() + end
    titles.add(title.casefold())
    return title


def _widths(heads: Sequence[str], rows: Sequence[Sequence[Cell | Shown]]) -> list[int]:
    widths = [len(head) for head in heads]
    for row in rows:
        for at, value in enumerate(row[: len(widths)]):
            said = value.value if isinstance(value, Shown) else value
            widths[at] = max(widths[at], 0 if said is None else len(str(said)))
    return [min(max(width + 2, _NARROWEST), _WIDEST) for width in widths]


def _head(sheet: Any, text: str) -> Any:
    cell = _cell(sheet, text)
    if cell is not None:
        cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Cell | Shown) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, Shown):
        if isinstance(value.value, date):  # a moment is one too
            return _formed(sheet, value.value, value.form)
        return _number(sheet, value.value, value.form)
    if isinstance(value, bool):
        return WriteOnlyCell(sheet, value)
    if isinstance(value, int | Decimal):
        return _number(sheet, value)
    if isinstance(value, datetime):
        if value.tzinfo is None and value.date() >= FIRST_DAY:
            return _formed(sheet, value, "yyyy-mm-dd hh:mm")
        value = value.isoformat()
    elif isinstance(value, date):
        if value >= FIRST_DAY:
            return _formed(sheet, value, "yyyy-mm-dd")
        value = value.isoformat()
    elif isinstance(value, time):
        return _formed(sheet, value, "hh:mm")
    return _words(sheet, value)


def _number(sheet: Any, value: int | Decimal, form: str = "") -> Any:
    number = Decimal(value)
    if not number.is_finite() or len(number.as_tuple().digits) > _DIGITS:
        return _words(sheet, f"{value:f}" if isinstance(value, Decimal) else str(value))
    places = max(0, -int(number.as_tuple().exponent))
    return _formed(sheet, value, form or ("0." + "0" * places if places else "0"))


def _formed(sheet: Any, value: Any, form: str) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = form
    return cell


def _words(sheet: Any, text: str) -> Any:
    said = _UNPRINTABLE.sub("\ufffd", text)
    if len(said) > MOST_TEXT:
        said = said[: MOST_TEXT - 1] + "…"
    cell = WriteOnlyCell(sheet, said)
    cell.data_type = "s"  # whatever it looks like: a text from outside must not compute
    if said.startswith(_LIKE_A_FORMULA):
        cell.quotePrefix = True  # nor when somebody edits the cell
    return cell


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a workbook for reading, after a look at what it would unpack to."""
    _refuse_unfit(path)
    with _told(path):
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        yield book
    finally:
        book.close()


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise Refusal(
            f"{path.name} is damaged, or no workbook.",
            "Open it in a spreadsheet program and save it again as XLSX or CSV.",
        ) from error


def _refuse_unfit(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(8)
            rest = file.read(2**20) if start == _OLE else b""
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}.", "Check the name and the folder.") from None
    except OSError as error:
        raise Refusal(f"{path.name} cannot be read: {error.strerror}.", "Choose a file.") from None
    if start == _OLE:
        if _ENCRYPTED in rest:
            raise Refusal(f"{path.name} is locked by a password.", "Save it without one first.")
        raise Refusal(
            f"{path.name} is a workbook of the old format (.xls).", "Save it as XLSX or CSV first."
        )
    if not start.startswith(_ZIP):
        raise Refusal(f"{path.name} is no workbook.", "Save it as XLSX or CSV first.")
    try:
        with zipfile.ZipFile(path) as packed:
            parts = {part.filename: part for part in packed.infolist()}
    except _BROKEN as error:
        raise Refusal(f"{path.name} is damaged.", "Save it again, or copy it again.") from error
    if "xl/workbook.xml" not in parts:
        raise Refusal(
            f"{path.name} is an archive or a workbook of another format.",
            "Save the sheet as XLSX or CSV first.",
        )
    strings = sum(part.file_size for name, part in parts.items() if "sharedStrings" in name)
    unpacked = sum(part.file_size for part in parts.values())
    if unpacked > _MOST_UNPACKED or strings > _MOST_STRINGS or len(parts) > _MOST_PARTS:
        size = counted(unpacked // 2**20, "megabyte", "megabytes")
        raise Refusal(
            f"{path.name} unpacks to {size}, which is too much.", "Save the sheet as CSV instead."
        )


def _chosen(book: Any, path: Path, title: str | None) -> Any:
    found = book.worksheets
    if not found:
        raise Refusal(f"{path.name} has no sheet with cells.", "Save the table as CSV first.")
    if title is None:
        return next((one for one in found if _holds_anything(one)), found[0])
    for one in found:
        if one.title.casefold() == title.strip().casefold():
            return one
    names = ", ".join(one.title for one in found)
    raise NotFound(f"{path.name} has no sheet {title!r}.", f"Choose one of: {names}.")


def _holds_anything(sheet: Any) -> bool:
    sheet.reset_dimensions()
    return any(
        cell.value not in (None, "") for row in islice(sheet.iter_rows(), 100) for cell in row
    )


def _refuse_uncomputed(path: Path, sheet: Any) -> None:
    """Refuse formulas without a result: their cells would read as empty."""
    with zipfile.ZipFile(path) as packed:
        part = cast(str, sheet._worksheet_path).lstrip("/")
        with packed.open(part) as file:
            tail = b""
            while chunk := file.read(_CHUNK):
                if _NEVER_COMPUTED.search(tail + chunk):
                    raise Refusal(
                        f"{path.name} has formulas that were never computed.",
                        "Open it in a spreadsheet program and save it again.",
                    )
                tail = chunk[-_LONGEST_FORMULA:]


def _text(value: Any, form: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _figure(value, form)
    if isinstance(value, datetime):
        if value.time() == time(0):
            return value.date().isoformat()
        value = value.replace(microsecond=0)
        return str(value.isoformat(" ", "seconds" if value.second else "minutes"))
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value).strip()


def _figure(value: float, form: str) -> str:
    """Return a number as it is shown: 15 digits, without an exponent or an idle zero."""
    number = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")
    percent = "%" in (form or "").split(";")[0]
    if percent:
        number *= 100
    if number == number.to_integral_value():
        number = number.quantize(Decimal(1)) if abs(number) < 10**27 else number
    else:
        number = number.normalize()
    return f"{number:f}%" if percent else f"{number:f}"
