"""Reads a table from a text file as people have them: any usual encoding and separator."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fluffydesk.errors import NotFound, Refusal
from fluffydesk.wording import counted

_SEPARATORS = (",", ";", "\t")
_LINE_END = re.compile(r"\r\n|\r|\n")
_MOST_LINES_IN_A_FIELD = 20
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


def read_sheet(path: Path, headings: Sequence[Heading]) -> list[Line]:
    """Return the lines of a CSV file below its heading; blank lines are left out.

    UTF-8 (with or without a byte order mark), UTF-16 with one, and Windows-1252; separated by
    comma, semicolon or tab. Raises NotFound or Refusal where the file as a whole cannot be read.
    """
    text = _decoded(path)
    lines = _LINE_END.split(text)
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise Refusal(f"{path.name} is empty.", "Export it again, with a heading and lines.")
    separator = _separator_of(lines[first], headings)
    names = _names(lines[first], separator, headings)
    lacking = [one.shown for one in headings if one.required and one.name not in names]
    if lacking:
        has = ", ".join(_split(lines[first], separator) or [""])[:200]
        raise Refusal(
            f"{path.name} has no column {' and no column '.join(lacking)}.",
            f"Its first line must name the columns; it reads: {has}.",
        )
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


def read_raw(path: Path) -> RawSheet:
    """Return a CSV file with whatever headings it has, decoded and split as `read_sheet` does.

    The separator is the one that gives the heading most fields. Raises NotFound or Refusal.
    """
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


def _decoded(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}.", "Check the name and the folder.") from None
    except OSError as error:
        raise Refusal(f"{path.name} cannot be read: {error.strerror}.", "Choose a file.") from None
    if raw.startswith(b"PK\x03\x04"):
        raise Refusal(f"{path.name} is a workbook or an archive.", "Save the sheet as CSV first.")
    encodings = [name for mark, name in _BOMS if raw.startswith(mark)] or ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NEVER_IN_TEXT.search(text):
            return text
    raise Refusal(f"{path.name} is not a text file.", "Export it as CSV first.")


def _separator_of(heading: str, headings: Sequence[Heading]) -> str:
    return max(_SEPARATORS, key=lambda separator: len(_names(heading, separator, headings)))


def _names(line: str, separator: str, headings: Sequence[Heading]) -> dict[str, int]:
    """Return which field of a heading line is which column."""
    known = {_bare(alias): one.name for one in headings for alias in one.known_as}
    names: dict[str, int] = {}
    for at, field in enumerate(_split(line, separator) or []):
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
