"""The trade's common knowledge as rows: one file a table in `resources/reference`.

A file's columns are those of the table; `species_code` stands for the link `species_id`, and an
empty cell for the column's default or nothing. The key of a row follows from its code alone, or
from what it belongs to and its name, so that every central and every PC gives it the same key.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import BigInteger, Boolean, Column, Enum, Text

from fluffydesk.files import travelling
from fluffydesk.records.catalog import RECORDS, record_for
from fluffydesk.records.types import ExactDecimal
from fluffydesk.records.vocabulary import Record, ReferenceRecord, facts_of, record_columns

_NAMESPACE = UUID("5e0a7b64-6d0a-5a0e-9f0e-6a1c5be9c0de")


def reference_id(table: str, code_or_name: str) -> UUID:
    """Return the key of a reference row: by its code, or by `species_code/name` as a breed's."""
    return uuid5(_NAMESPACE, f"{table}/{code_or_name}")


@cache
def reference_rows() -> Mapping[type[Record], Sequence[Mapping[str, Any]]]:
    """Return the rows of every reference table, species before the breeds that point to them.

    They are read once, and for reading only.
    """
    return {
        record: [_row(record, line) for line in _lines(file)]
        for record in RECORDS
        if issubclass(record, ReferenceRecord) and (file := reference_file(record)).exists()
    }


def reference_file(record: type[Record]) -> Path:
    """Return where the rows of a reference table are, or would be."""
    return travelling("resources") / "reference" / f"{record.__table__.name}.csv"


def _lines(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def _row(record: type[Record], line: dict[str, str]) -> dict[str, Any]:
    columns = {column.name: column for column in record_columns(record)}
    unknown = set(line) - {_heading(column) for column in columns.values()}
    assert not unknown, f"{record.__table__.name} has no {', '.join(sorted(unknown))}"
    values = {name: _value(column, line.get(_heading(column))) for name, column in columns.items()}
    return {"id": reference_id(record.__table__.name, _name(record, line)), **values}


def _heading(column: Column[Any]) -> str:
    return f"{column.name.removesuffix('_id')}_code" if facts_of(column).target else column.name


def _name(record: type[Record], line: dict[str, str]) -> str:
    """Return what tells a row from every other: its code, or its owner's code and its label."""
    if "code" in line:
        return line["code"]
    owners = [_heading(c) for c in record_columns(record) if facts_of(c).target]
    return "/".join(line[name] for name in (*owners, *record.__label__))


def _value(column: Column[Any], word: str | None) -> Any:
    if not word:
        return getattr(column.default, "arg", None)
    target = facts_of(column).target
    if target:
        assert "code" in record_for(target).__table__.columns, f"{target} has no codes"
        return reference_id(target, word)
    if isinstance(column.type, Enum):
        assert column.type.enum_class is not None
        return column.type.enum_class(word)
    return next(read for kind, read in _READERS if isinstance(column.type, kind))(word)


_READERS: tuple[tuple[type[Any], Callable[[str], Any]], ...] = (
    (ExactDecimal, Decimal),
    (BigInteger, int),
    (Boolean, lambda word: word == "true"),
    (Text, str),
)
