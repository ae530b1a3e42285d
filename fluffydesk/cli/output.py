"""How commands print: JSON that a script can trust, or aligned text that a person can read."""

from __future__ import annotations

import enum
import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

_WIDEST = 40


def show(options: Namespace, data: Any, text: Iterable[str]) -> None:
    """Print `data` as JSON where --json was said, else the lines of `text`."""
    if options.json:
        print(json_text(data))
    else:
        for line in text:
            print(line)


def json_text(value: Any) -> str:
    """Return JSON with decimals written exactly, times as ISO with Z, ids and dates as text."""
    if isinstance(value, Mapping):
        pairs = (f"{json.dumps(str(key))}: {json_text(one)}" for key, one in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(json_text(one) for one in value)}]"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, enum.Enum):
        return json.dumps(value.value, ensure_ascii=False)
    if isinstance(value, datetime | date | UUID):
        return json.dumps(_iso(value))
    return json.dumps(value, ensure_ascii=False)


def cell(value: Any) -> str:
    """Return a value as one line of readable text; control characters become spaces."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, enum.Enum):
        value = str(value.value).replace("_", " ")
    elif isinstance(value, datetime | date):
        value = _iso(value)
    return "".join(letter if letter.isprintable() else " " for letter in str(value))


def table(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the lines of an aligned table; long text is cut, ids (36 characters) never are."""
    cells = [[_cut(cell(value)) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(heading, *cells, strict=True)]
    for line in (heading, *cells):
        yield "  ".join(
            text.ljust(width) for text, width in zip(line, widths, strict=True)
        ).rstrip()


def pairs(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield `name  value` lines, aligned."""
    width = max(map(len, values), default=0)
    for name, value in values.items():
        yield f"{name.ljust(width)}  {cell(value)}".rstrip()


def tell_progress(doing: str, done: int, total: int) -> None:
    """Tell a person at a terminal how far it is, in a line that is overwritten."""
    if sys.stderr.isatty():
        count = f"{done} of {total}" if total else ""
        end = "\n" if total and done >= total else ""
        print(f"\r\x1b[K{doing} {count}".rstrip(), end=end, file=sys.stderr, flush=True)


def clear_progress() -> None:
    """Take the line of progress away."""
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _iso(value: datetime | date | UUID) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)
