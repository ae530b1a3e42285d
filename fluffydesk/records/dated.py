"""Which records are logs, by what day their rows are dated, and which rows are open whatever it is.

A PC may keep the rows of the last months only. Declared so are tables that nothing else points to
and from which no balance is summed: stock, milk in the tank and eggs in store are sums of all their
rows, and a sum of the recent ones would be wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Date, Table

from fluffydesk.records.types import to_microseconds

FIRST_DAY = "0001-01-01"
FIRST_TIME = "0001-01-02"
"""Earlier than this a PC holds no value: it reads as empty, and a row without a date is kept."""
_END = "9999-12-31"


@dataclass(frozen=True)
class Dated:
    """A log: `column` says when; a row is open until `closed_by` is one of `final`.

    Without `final` any value of `closed_by` closes it; without `closed_by` every row is closed.
    """

    column: str
    closed_by: str | None = None
    final: tuple[str, ...] = ()


def central_rule(dated: Dated, table: Table) -> str:
    """Return the SQL by which central says whether a row `t` is kept; `%1$L` is the first day.

    It reads dates as a PC does, to which those that it cannot hold are empty.
    """
    column = f"t.{dated.column}"
    if _is_day(table.columns[dated.column]):
        rules = [f"{column} >= '{FIRST_DAY}'", f"{column} < %1$L::date"]
    else:
        rules = [f"{column} >= '{FIRST_TIME} UTC'", f"{column} < (%1$L || ' UTC')::timestamptz"]
    if dated.closed_by is not None:
        closed = f"t.{dated.closed_by}"
        if dated.final:
            rules.append(f"{closed}::text = any('{{{','.join(dated.final)}}}')")
        elif _is_day(table.columns[dated.closed_by]):
            rules.append(f"{closed} between '{FIRST_DAY}' and '{_END}'")
        else:
            rules.append(f"{closed} >= '{FIRST_TIME} UTC' and {closed} < '{_END} UTC'")
    return f"({' and '.join(rules)}) is not true"


def mirror_rule(dated: Dated) -> str:
    """Return the SQL by which a mirror says the same; its one parameter is `first`."""
    rules = [f"{dated.column} < ?"]
    if dated.closed_by is not None and dated.final:
        words = ", ".join(f"'{word}'" for word in dated.final)
        rules.append(f"{dated.closed_by} IN ({words})")
    elif dated.closed_by is not None:
        rules.append(f"{dated.closed_by} IS NOT NULL")
    return f"({' AND '.join(rules)}) IS NOT TRUE"


def first(dated: Dated, table: Table, since: date) -> str | int:
    """Return the first day kept as a mirror stores the column: a day's text or microseconds."""
    if _is_day(table.columns[dated.column]):
        return since.isoformat()
    return to_microseconds(datetime(since.year, since.month, since.day, tzinfo=UTC))


def is_kept(dated: Dated, table: Table, image: Mapping[str, Any], since: date) -> bool:
    """Say the same of a row's image."""
    when = image.get(dated.column)
    if when is None or when >= first(dated, table, since):
        return True
    if dated.closed_by is None:
        return False
    word = image.get(dated.closed_by)
    return word not in dated.final if dated.final else word is None


def _is_day(column: Column[Any]) -> bool:
    return isinstance(column.type, Date)
