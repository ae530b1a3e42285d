"""Brings rows in by the page: plainly where the mirror has none yet, its indexes made at the end.

While a table is loaded its indexes may be missing, which is kept under `bare` in the state, so that
a killed process leaves no mirror without them: they are made again when it is next opened. Its
journal is never missing: what a page puts aside is back when its transaction ends, however it ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Connection

from fluffydesk.mirror.engine import CACHE_KILOBYTES
from fluffydesk.mirror.images import TextRow
from fluffydesk.mirror.schema import index_ddl, indexes, trigger_ddl
from fluffydesk.records.catalog import record_for

BARE = "bare"
"""The key of the state under which the table lies whose indexes are missing."""

SORT_BYTES = 84_000_000
"""What making an index may take: SQLite sorts its entries in memory, as no file may hold them in
clear. A table that would need more is loaded with its indexes in place from there on."""

_ENTRY_BYTES = 44
_SMALL_CACHE_KILOBYTES = 4096


def is_untouched(connection: Connection, table: str, after: str | None, last: str) -> bool:
    """Say whether no row with an id after `after`, up to `last`, is here or was edited here."""
    between = (after or "", last)
    row = f"SELECT 1 FROM {table} WHERE id > ? AND id <= ? LIMIT 1"
    edit = "SELECT 1 FROM pending_rows WHERE table_name = ? AND row_id > ? AND row_id <= ? LIMIT 1"
    return not (
        connection.exec_driver_sql(row, between).first()
        or connection.exec_driver_sql(edit, (table, *between)).first()
    )


def insert(connection: Connection, table: str, columns: Sequence[str], rows: list[TextRow]) -> None:
    """Insert rows that are not here, as their text came; the affinity makes numbers of it.

    The connection is that of `Mirror.apply`, whose transaction sees no trigger on the way: to
    ask one for each row whether it has anything to do would cost a tenth.
    """
    marks = ", ".join("?" * len(columns))
    connection.exec_driver_sql(f"DROP TRIGGER journal_{table}_insert")
    connection.exec_driver_sql(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", list(rows)
    )
    connection.exec_driver_sql(_insert_trigger(table))


def overwrite(
    connection: Connection, table: str, columns: Sequence[str], rows: list[TextRow]
) -> None:
    """Insert rows, or overwrite those that are here, as their text came."""
    if rows:
        marks = ", ".join("?" * len(columns))
        others = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "id")
        connection.exec_driver_sql(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) "
            f"ON CONFLICT (id) DO UPDATE SET {others}",
            list(rows),
        )


def strip(connection: Connection, table: str) -> None:
    """Drop a table's indexes until its rows are in; `table` must be kept as `BARE` with it."""
    for name in indexes(record_for(table).__table__):
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")


def make_next_index(connection: Connection, table: str) -> bool:
    """Make one index that a table lacks; False if it has them all."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
    there = set(connection.exec_driver_sql(sql, (table,)).scalars())
    record = record_for(table).__table__
    for name, statement in zip(indexes(record), index_ddl(record), strict=True):
        if name not in there:
            _make(connection, statement)
            return True
    return False


def _make(connection: Connection, statement: str) -> None:
    # The sort needs the memory that pages would take, each of which is read once.
    connection.exec_driver_sql(f"PRAGMA cache_size = -{_SMALL_CACHE_KILOBYTES}")
    connection.exec_driver_sql("PRAGMA shrink_memory")
    try:
        connection.exec_driver_sql(statement)
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")


def sort_bytes(table: str, columns: Sequence[str], row: TextRow) -> int:
    """Return about how much memory a row takes while the widest index is made."""
    wide = 0
    for names in indexes(record_for(table).__table__).values():
        wide = max(wide, sum(len(row[columns.index(name)] or "") for name in names))
    return wide + _ENTRY_BYTES


@cache
def _insert_trigger(table: str) -> str:
    return trigger_ddl(record_for(table).__table__)[0]
