"""Brings rows in by the page: plainly where the mirror has none yet, its indexes made at the end.

While a table is loaded its indexes may be missing, which is kept under `bare` in the state, so that
a killed process leaves no mirror without them: they are made again when it is next opened. Its
journal is never missing: what a page puts aside is back when its transaction ends, however it ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Connection

from fluffydesk.mirror import searched
from fluffydesk.mirror.engine import CACHE_KILOBYTES, bare
from fluffydesk.mirror.images import TextRow
from fluffydesk.mirror.schema import index_ddl, indexes, trigger_ddl
from fluffydesk.records.catalog import record_for

BARE = "bare"
"""The key of the state under which the table lies whose indexes are missing."""

SORT_BYTES = 84_000_000
"""What making an index may take: SQLite sorts its entries in memory, as no file may hold them in
clear. A table that would need more is loaded with its indexes in place from there on."""

_EMPTY = "\0"
"""Stands for NULL on its way in: no text of central's can have that character."""

_ENTRY_BYTES = 44
_SMALL_CACHE_KILOBYTES = 4096


def is_untouched(connection: Connection, table: str, after: str | None, last: str) -> bool:
    """Say whether no row with an id after `after`, up to `last`, is here or was edited here."""
    between = (after or "", last)
    row = f"SELECT 1 FROM {table} WHERE id > ? AND id <= ? LIMIT 1"
    edit = "SELECT 1 FROM pending_rows WHERE table_name = ? AND row_id > ? AND row_id <= ? LIMIT 1"
    return not (
        bare(connection).execute(row, between).fetchone()
        or bare(connection).execute(edit, (table, *between)).fetchone()
    )


def insert(connection: Connection, table: str, columns: Sequence[str], rows: list[TextRow]) -> None:
    """Insert rows that are not here, as their text came; the affinity makes numbers of it.

    The connection is that of `Mirror.apply`, whose transaction sees no trigger on the way: to
    ask one for each row whether it has anything to do would cost a tenth.
    """
    connection.exec_driver_sql(f"DROP TRIGGER journal_{table}_insert")
    _insert(connection, table, columns, rows)
    connection.exec_driver_sql(_insert_trigger(table))


def overwrite(
    connection: Connection, table: str, columns: Sequence[str], rows: list[TextRow]
) -> None:
    """Insert rows, or overwrite those that are here, as their text came."""
    if rows:
        others = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "id")
        _insert(connection, table, columns, rows, f" ON CONFLICT (id) DO UPDATE SET {others}")


def _insert(
    connection: Connection, table: str, columns: Sequence[str], rows: list[TextRow], tail: str = ""
) -> None:
    """Insert rows without binding a None, for which the driver takes longer than for ten texts."""
    marks: list[str] = []
    told: list[Sequence[str | None]] = []
    for values in zip(*rows, strict=True):
        empty = values.count(None)
        if empty == len(values):
            marks.append("NULL")
            continue
        marks.append("nullif(?, char(0))" if empty else "?")
        told.append([_EMPTY if v is None else v for v in values] if empty else values)
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(marks)}){tail}"
    bare(connection).executemany(sql, zip(*told, strict=True))


def strip(connection: Connection, table: str) -> None:
    """Drop a table's indexes until its rows are in; `table` must be kept as `BARE` with it."""
    searched.drop(bare(connection), table)
    for name in indexes(record_for(table).__table__):
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")


def make_next_index(connection: Connection, table: str) -> bool:
    """Make one index that a table lacks; False if it has them all."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
    there = set(connection.exec_driver_sql(sql, (table,)).scalars())
    record = record_for(table).__table__
    for name, statement in zip(indexes(record), index_ddl(record), strict=True):
        if name not in there:
            _make(connection, statement, _sort_kilobytes(connection, table))
            return True
    return False


def _make(connection: Connection, statement: str, sort_kilobytes: int) -> None:
    # A large sort needs the memory that the pages take which were read last.
    left = SORT_BYTES // 1000 - sort_kilobytes
    if left < CACHE_KILOBYTES:
        size = max(left, _SMALL_CACHE_KILOBYTES)
        connection.exec_driver_sql(f"PRAGMA cache_size = -{size}")
        connection.exec_driver_sql("PRAGMA shrink_memory")
    try:
        connection.exec_driver_sql(statement)
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")


def _sort_kilobytes(connection: Connection, table: str) -> int:
    """Return about how much memory a table's widest index takes while it is made."""
    columns = sorted(
        {name for names in indexes(record_for(table).__table__).values() for name in names}
    )
    shown = ", ".join(f"CAST({name} AS TEXT)" for name in columns)
    last = f"SELECT rowid, {shown} FROM {table} ORDER BY rowid DESC LIMIT 1"
    row = bare(connection).execute(last).fetchone()
    return 0 if row is None else row[0] * sort_bytes(table, columns, row[1:]) // 1000


def sort_bytes(table: str, columns: Sequence[str], row: TextRow) -> int:
    """Return about how much memory a row takes while the widest index is made."""
    wide = 0
    for names in indexes(record_for(table).__table__).values():
        wide = max(wide, sum(len(row[columns.index(name)] or "") for name in names))
    return wide + _ENTRY_BYTES


@cache
def _insert_trigger(table: str) -> str:
    return trigger_ddl(record_for(table).__table__)[0]
