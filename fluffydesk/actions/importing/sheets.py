"""Reads a table as people have them: a workbook, or text in any usual encoding and separator."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from fluffydesk import workbook
from fluffydesk.errors import NotFound, Refusal
from fluffydesk.wording import counted

_SEPARATORS = (",", ";", "\t")
_LINE_END = re.compile(r"\r\n|\r|\n")
_MOST_LINES_IN_A_FIELD = 20
_LOOKED_AT = 20
_GUESSED_BY = 2000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NEVER_IN_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class Heading:
    """A column of a kind of file, and its names; case, spaces and signs do not count in them."""

    name: str
    known_as: tuple[str, ...]
    required: bool = True

    @property
    def shown(self) -> str:
        return self.known_as[0]


@dataclass(frozen=True)
class Line:
    """One line of a file: its number as an editor shows it, and its fields by heading name.

    `fault` says why the line cannot be read; the fields are then empty.
    """

    number: int
    fields: Mapping[str, str]
    fault: str | None = None


def read_sheet(path: Path, headings: Sequence[Heading], sheet: str | None = None) -> list[Line]:
    """Return the lines of a CSV file or workbook below its heading; blank lines are left out.

    CSV in UTF-8, UTF-16 (with or without a byte order mark) or Windows-1252; separated by
    comma, semicolon or tab. Raises NotFound or Refusal where the file as a whole cannot be read.
    """
    if workbook.is_workbook(path):
        return _lines_of_book(path, headings, sheet)
    text = _decoded(path)
    lines = _LINE_END.split(text)
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise Refusal(f"{path.name} is empty.", "Export it again, with a heading and lines.")
    separator = _separator_of(lines[first], headings)
    names = _names(lines[first], separator, headings)
    _refuse_lacking(path, headings, names, _split(lines[first], separator) or [""])
    found = list(_lines(lines, first + 1, separator, names))
    if not found:
        raise Refusal(f"{path.name} has a heading and no lines below it.", "Export it again.")
    return found


@dataclass(frozen=True)
class RawLine:
    """One line of a file under whatever headings; `fault` says why it cannot be read."""

    number: int
    cells: tuple[str, ...]
    fault: str | None = None


@dataclass(frozen=True)
class RawSheet:
    """A file as it is: its headings, and its lines below them."""

    headings: tuple[str, ...]
    lines: tuple[RawLine, ...]


def sheets_of(path: Path) -> tuple[str, ...]:
    """Return the sheets of a workbook, none for a text file. Raises NotFound or Refusal."""
    return workbook.sheets(path) if workbook.is_workbook(path) else ()


def read_raw(path: Path, sheet: str | None = None) -> RawSheet:
    """Return a file with whatever headings it has, decoded and split as `read_sheet` does.

    The separator is the one that gives the heading most fields. Of a workbook it is the named
    sheet, else the first that holds anything; what stands above the table (a title, a date) is
    passed over. Raises NotFound or Refusal.
    """
    if workbook.is_workbook(path):
        return _raw_of_book(path, sheet)
    if sheet is not None:
        raise Refusal(f"{path.name} is no workbook and has no sheets.", "Leave the sheet out.")
    lines = _LINE_END.split(_decoded(path))
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise Refusal(f"{path.name} is empty.", "Export it again, with a heading and lines.")
    separator = max(_SEPARATORS, key=lambda one: len(_split(lines[first], one) or []))
    headings = [text.strip() for text in _split(lines[first], separator) or []]
    places = {str(place): place for place in range(len(headings))}
    found = tuple(
        RawLine(
            line.number, tuple(line.fields.get(str(n), "") for n in places.values()), line.fault
        )
        for line in _lines(lines, first + 1, separator, places)
    )
    if not found:
        raise Refusal(f"{path.name} has a heading and no lines below it.", "Export it again.")
    return RawSheet(tuple(headings), found)


def _raw_of_book(path: Path, sheet: str | None) -> RawSheet:
    rows = enumerate(workbook.read(path, sheet), 1)
    first = list(islice(rows, _LOOKED_AT))
    widest = max((_filled(cells) for _, cells in first), default=0)
    if not widest:
        raise Refusal(f"{path.name} is empty.", "Choose another sheet or file.")
    place = next(at for at, (_, cells) in enumerate(first) if 2 * _filled(cells) >= widest)
    headings = first[place][1]
    lines = tuple(
        _raw_line(number, cells, len(headings))
        for number, cells in chain(first[place + 1 :], rows)
        if any(cells)
    )
    if not lines:
        raise Refusal(f"{path.name} has a heading and no lines below it.", "Export it again.")
    return RawSheet(headings, lines)


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell)


def _raw_line(number: int, cells: tuple[str, ...], width: int) -> RawLine:
    if len(cells) > width:
        has = counted(len(cells), "cell", "cells")
        return RawLine(number, (), f"It has {has}, and the heading has {width}.")
    return RawLine(number, cells + ("",) * (width - len(cells)))


def _lines_of_book(path: Path, headings: Sequence[Heading], sheet: str | None) -> list[Line]:
    raw = _raw_of_book(path, sheet)
    names = _places(raw.headings, headings)
    _refuse_lacking(path, headings, names, raw.headings)
    return [
        Line(
            line.number,
            {} if line.fault else {name: line.cells[at] for name, at in names.items()},
            line.fault,
        )
        for line in raw.lines
    ]


def _refuse_lacking(
    path: Path, headings: Sequence[Heading], names: Mapping[str, int], fields: Sequence[str]
) -> None:
    lacking = [one.shown for one in headings if one.required and one.name not in names]
    if lacking:
        raise Refusal(
            f"{path.name} has no column {' and no column '.join(lacking)}.",
            f"Its first line must name the columns; it reads: {', '.join(fields)[:200]}.",
        )


def _decoded(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}.", "Check the name and the folder.") from None
    except OSError as error:
        raise Refusal(f"{path.name} cannot be read: {error.strerror}.", "Choose a file.") from None
    encodings = [name for mark, name in _BOMS if raw.startswith(mark)]
    for encoding in encodings or _guessed(raw):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NEVER_IN_TEXT.search(text):
            return text
    raise Refusal(f"{path.name} is not a text file.", "Export it as CSV first.")


def _guessed(raw: bytes) -> list[str]:
    """Return the encodings a file without a mark may have, the likeliest first."""
    start = raw[:_GUESSED_BY]
    for encoding, letters in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
        if letters and letters.count(0) * 2 > len(letters):
            return [encoding]
    return ["utf-8", "cp1252"]


def _separator_of(heading: str, headings: Sequence[Heading]) -> str:
    return max(_SEPARATORS, key=lambda separator: len(_names(heading, separator, headings)))


def _names(line: str, separator: str, headings: Sequence[Heading]) -> dict[str, int]:
    """Return which field of a heading line is which column."""
    return _places(_split(line, separator) or [], headings)


def _places(fields: Sequence[str], headings: Sequence[Heading]) -> dict[str, int]:
    known = {_bare(alias): one.name for one in headings for alias in one.known_as}
    names: dict[str, int] = {}
    for at, field in enumerate(fields):
        name = known.get(_bare(field))
        if name is not None:
            names.setdefault(name, at)
    return names


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _lines(
    lines: Sequence[str], start: int, separator: str, names: Mapping[str, int]
) -> Iterator[Line]:
    width = len(_split(lines[start - 1], separator) or [])
    at = start
    while at < len(lines):
        end = _end_of_record(lines, at)
        if end is None:
            yield Line(at + 1, {}, "A quotation mark is opened and not closed.")
            at += 1
            continue
        record, number = "\n".join(lines[at:end]), at + 1
        at = end
        if not record.strip(" \t;,"):
            continue
        fields = _split(record, separator)
        if fields is None:
            yield Line(number, {}, "Text follows a closing quotation mark.")
        elif len(fields) < width or any(field.strip() for field in fields[width:]):
            has = counted(len(fields), "field", "fields")
            yield Line(number, {}, f"It has {has}, and the heading has {width}.")
        else:
            yield Line(number, {name: fields[place].strip() for name, place in names.items()})


def _end_of_record(lines: Sequence[str], start: int) -> int | None:
    """Return where the record that starts here ends: a quoted field may hold line ends."""
    quotes = 0
    for end in range(start, min(start + _MOST_LINES_IN_A_FIELD, len(lines))):
        quotes += lines[end].count('"')
        if quotes % 2 == 0:
            return end + 1
    return None


def _split(record: str, separator: str) -> list[str] | None:
    try:
        return next(csv.reader([record], delimiter=separator, strict=True), [])
    except csv.Error:
        return None
