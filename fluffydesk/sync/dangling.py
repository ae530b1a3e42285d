"""Links that would lead nowhere: to a row that central has not, or that is to be given up."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from sqlalchemy import Connection

from fluffydesk.mirror import journal
from fluffydesk.mirror.images import read_image
from fluffydesk.mirror.journal import Key
from fluffydesk.mirror.pending import OpenRefusal
from fluffydesk.records.catalog import MIRRORED, record_for
from fluffydesk.sync.meet import edit_on
from fluffydesk.sync.parcels import Cell, gives, links_of

_NOT_THERE = "23503"
"""The SQLSTATE of a foreign key to a row that is not there."""


def needing(connection: Connection, keys: Iterable[Key]) -> list[Key]:
    """Return the unsent rows that cannot be once these are given up, without these themselves.

    They refer to a row that would vanish, or were saved together with one that does.
    """
    going = set(keys)
    found: list[Key] = []
    new = going
    while new:
        edits = (edit_on(connection, key) for key in new)
        vanishing = {cell for row in edits if row and row.op == "insert" for cell in gives(row)}
        more = {key for cell in vanishing for key, _ in _naming(connection, cell)} - going
        new = {row for key in more for row in journal.entangled(connection, key)[1]} - going
        going = going | new
        found += sorted(new)
    return found


def lost(connection: Connection, refusal: OpenRefusal) -> Cell | None:
    """Return the row that a refused one names and that is gone, where the link may be empty."""
    column = refusal.column
    if refusal.code != _NOT_THERE or column is None or not _optional(refusal.table, column):
        return None
    mine = read_image(connection, record_for(refusal.table), refusal.row_id)
    value = None if mine is None else mine.get(column)
    return None if value is None else (*links_of(refusal.table)[column], value)


def naming(connection: Connection, cell: Cell) -> list[tuple[Key, str]]:
    """Return the unsent rows, each with a link that names this row and may be empty."""
    return [one for one in _naming(connection, cell) if _optional(one[0][0], one[1])]


def _naming(connection: Connection, cell: Cell) -> list[tuple[Key, str]]:
    found: list[tuple[Key, str]] = []
    for table, column in _links_to(cell[0], cell[1]):
        sql = (
            f"SELECT id FROM {table} JOIN pending_rows ON row_id = id AND table_name = ? "
            f"WHERE {column} = ? ORDER BY id"
        )
        ids = connection.exec_driver_sql(sql, (table, cell[2])).scalars()
        found += [((table, id), column) for id in ids]
    return found


@cache
def _links_to(table: str, column: str) -> tuple[tuple[str, str], ...]:
    names = [record.__table__.name for record in MIRRORED]
    links = ((name, own, end) for name in names for own, end in links_of(name).items())
    return tuple((name, own) for name, own, end in links if end == (table, column))


def _optional(table: str, column: str) -> bool:
    return column in links_of(table) and bool(record_for(table).__table__.c[column].nullable)
