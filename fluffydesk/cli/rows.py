"""`record list|show|add|set|delete`: the rows of any table of the mirror.

Nothing is refused early for a role or a taken slot: central decides, and what it refuses waits
in quarantine with the reason.
"""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from fluffydesk.actions import saving
from fluffydesk.actions.stored import in_kept_units
from fluffydesk.actions.typed import value_of
from fluffydesk.cli.here import mirror_of, zone_of
from fluffydesk.cli.output import pairs, show, table
from fluffydesk.errors import InvalidValue, NotFound
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import LABEL, OPERATORS, Filter, Listing, Order, one, page
from fluffydesk.records.catalog import MIRRORED, record_for
from fluffydesk.records.vocabulary import Record, facts_of, record_columns

_CONDITION = re.compile(r"(?P<column>\w+)\s*(?P<sign>!=|<=|>=|=|<|>|~)(?P<value>.*)", re.DOTALL)
_ALL = 2**31


def list_rows(options: Namespace) -> None:
    """Print the rows of a table."""
    record = mirrored_record(options.table)
    if options.limit is not None and options.limit < 0:
        raise InvalidValue("--limit must be 0 or more.")
    with mirror_of(options) as mirror, mirror.read() as connection:
        listing = Listing(
            record,
            options.search,
            _conditions(record, options.where, zone_of(mirror, connection)),
            tuple(_order(record, words) for words in options.order),
        )
        limit = _ALL if options.limit is None else options.limit
        rows = page(connection, listing, 0, limit)
    show(options, [as_object(record, row) for row in rows], _listed(record, rows))


def show_row(options: Namespace) -> None:
    """Print one row."""
    record = mirrored_record(options.table)
    row_id = row_id_in(options.id)
    with mirror_of(options) as mirror:
        _show(options, mirror, record, row_id)


def add_row(options: Namespace) -> None:
    """Add a row and print it."""
    record = mirrored_record(options.table)
    with mirror_of(options) as mirror:
        row_id, _ = saving.add(mirror, record, _values(mirror, record, options.values))
        _show(options, mirror, record, row_id)
        _warn(mirror, record, row_id)


def change_row(options: Namespace) -> None:
    """Change columns of a row and print it."""
    record = mirrored_record(options.table)
    row_id = row_id_in(options.id)
    with mirror_of(options) as mirror:
        saving.change(mirror, record, row_id, _values(mirror, record, options.values, row_id))
        _show(options, mirror, record, row_id)
        _warn(mirror, record, row_id)


def delete_row(options: Namespace) -> None:
    """Delete a row."""
    record = mirrored_record(options.table)
    row_id = row_id_in(options.id)
    with mirror_of(options) as mirror:
        saving.remove(mirror, record, row_id)
    name = record.__table__.name
    show(options, {"id": row_id, "table": name}, [f"Deleted {row_id} from {name}."])


def _warn(mirror: Mirror, record: type[Record], row_id: UUID) -> None:
    for words in saving.doubts(mirror, record, row_id):
        print(f"Saved all the same. {words}", file=sys.stderr)


def mirrored_record(name: str) -> type[Record]:
    """Return the record kept in a table of the mirror; NotFound names the tables."""
    names = [record.__table__.name for record in MIRRORED]
    if name not in names:
        raise NotFound(f"There is no table {name!r} here.", f"Choose one of: {', '.join(names)}.")
    return record_for(name)


def row_id_in(text: str) -> UUID:
    """Return the id in a word of the command line."""
    try:
        return UUID(text)
    except ValueError:
        raise InvalidValue(f"{text!r} is not an id.", "`record list` shows the ids.") from None


def as_object(record: type[Record], row: Row[Any]) -> dict[str, Any]:
    """Return a row as what is printed as JSON: every column with its typed value."""
    return {column.name: row._mapping[column.name] for column in record.__table__.columns}


def _show(options: Namespace, mirror: Mirror, record: type[Record], row_id: UUID) -> None:
    with mirror.read() as connection:
        row = one(connection, record, row_id)
    if row is None:
        raise NotFound(
            f"There is no {record.__titles__[0].lower()} {row_id}.", "`record list` shows the ids."
        )
    values = as_object(record, row)
    labelled = {name: _labelled(row, name, value) for name, value in values.items()}
    show(options, values, pairs(labelled))


def _labelled(row: Row[Any], name: str, value: Any) -> Any:
    label = row._mapping.get(name + LABEL)
    return f"{value} ({label})" if label else value


def _listed(record: type[Record], rows: Sequence[Row[Any]]) -> list[str]:
    if not rows:
        return [f"No {record.__titles__[1].lower()}."]
    columns = [
        column.name
        for column in record_columns(record)
        if not facts_of(column).bulky and any(row._mapping[column.name] is not None for row in rows)
    ]
    cells = [
        [row.id, *(row._mapping.get(name + LABEL) or row._mapping[name] for name in columns)]
        for row in rows
    ]
    return list(table(["id", *columns], cells))


def _values(
    mirror: Mirror, record: type[Record], words: Sequence[str], row_id: UUID | None = None
) -> dict[str, Any]:
    texts: dict[str, str] = {}
    for word in words:
        name, sign, text = word.partition("=")
        if not sign:
            raise InvalidValue(f"{word!r} is not column=value.", "Write it as name=Bella.")
        texts[name.strip()] = text
    with mirror.read() as connection:
        zone = zone_of(mirror, connection)
        texts = in_kept_units(connection, record, texts, row_id)
    return saving.parse(record, texts, zone)


def _conditions(record: type[Record], words: Sequence[str], zone: tzinfo) -> tuple[Filter, ...]:
    return tuple(_condition(record, word, zone) for word in words)


def _condition(record: type[Record], word: str, zone: tzinfo) -> Filter:
    parts = _CONDITION.fullmatch(word)
    if parts is None:
        raise InvalidValue(f"{word!r} is not a condition.", "Write it as status=active.")
    name, sign, text = parts["column"], parts["sign"], parts["value"]
    if name not in record.__table__.columns:
        columns = ", ".join(record.__table__.columns.keys())
        raise NotFound(
            f"{record.__titles__[0]} has no column {name!r}.", f"Choose one of: {columns}."
        )
    if sign == "~":
        linked = facts_of(record.__table__.c[name]).target
        return Filter(name + LABEL if linked else name, "contains", text)
    assert sign in OPERATORS
    return Filter(name, sign, value_of(record.__table__.c[name], text, zone))


def _order(record: type[Record], word: str) -> Order:
    name = word.removeprefix("-")
    if name not in record.__table__.columns:
        columns = ", ".join(record.__table__.columns.keys())
        raise NotFound(
            f"{record.__titles__[0]} has no column {name!r}.", f"Choose one of: {columns}."
        )
    return Order(name, word != name)
