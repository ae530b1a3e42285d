"""The journal of unsent edits: which rows differ from central's, and how each unit of work ends.

A unit is open until it is settled. What it will be called then is kept in its `outcome` as soon
as it is known (`merged`, `discarded`); in `conflict` and `quarantined` a person is waited for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from fluffydesk.mirror.images import Image
from fluffydesk.records.types import now, to_microseconds

Key = tuple[str, str]
"""A row: its table and its id."""


@dataclass(frozen=True)
class Pending:
    """A row with unsent edits: as central has it (None: not at all) and in which version."""

    table: str
    id: str
    base: Image | None
    version: int | None

    @property
    def key(self) -> Key:
        return self.table, self.id


def moment() -> int:
    """Return this moment in storage form."""
    return to_microseconds(now())


def pending_rows(connection: Connection, table: str | None = None) -> dict[Key, Pending]:
    """Return every row with unsent edits, of one table or of all, oldest edit first."""
    sql = "SELECT table_name, row_id, base, base_version FROM pending_rows"
    if table is None:
        found = connection.exec_driver_sql(f"{sql} ORDER BY since, row_id")
    else:
        found = connection.exec_driver_sql(f"{sql} WHERE table_name = ? ORDER BY since", (table,))
    rows = [Pending(t, id, _image(base), version) for t, id, base, version in found.all()]
    return {row.key: row for row in rows}


def pending_row(connection: Connection, key: Key) -> Pending | None:
    """Return the unsent edit of one row, if there is one."""
    sql = "SELECT base, base_version FROM pending_rows WHERE table_name = ? AND row_id = ?"
    row = connection.exec_driver_sql(sql, key).fetchone()
    return None if row is None else Pending(*key, _image(row[0]), row[1])


def pending_between(
    connection: Connection, table: str, after: str, last: str
) -> dict[str, Pending]:
    """Return the rows of a table with unsent edits after one id and up to another, by id."""
    sql = (
        "SELECT table_name, row_id, base, base_version FROM pending_rows "
        "WHERE table_name = ? AND row_id > ? AND row_id <= ?"
    )
    found = connection.exec_driver_sql(sql, (table, after, last))
    return {id: Pending(name, id, _image(base), version) for name, id, base, version in found}


def keep_base(connection: Connection, key: Key, base: Image | None) -> None:
    """Say what central has of a row with unsent edits; adds it to the journal if need be."""
    version = None if base is None else base["row_version"]
    connection.exec_driver_sql(
        "INSERT INTO edits (table_name, row_id, base, base_version, since) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (table_name, row_id, unit_id) "
        "DO UPDATE SET base = excluded.base, base_version = excluded.base_version",
        (*key, None if base is None else json.dumps(base), version, moment()),
    )


def units_on(connection: Connection, key: Key) -> list[str]:
    """Return the open units that touched a row."""
    sql = "SELECT unit_id FROM unit_rows WHERE table_name = ? AND row_id = ?"
    return [row[0] for row in connection.exec_driver_sql(sql, key)]


def refused_rows(connection: Connection, table: str) -> set[str]:
    """Return the ids of a table's rows in saves that central refused, and nobody has decided on:
    the row at fault, and those that were saved with it."""
    sql = (
        "SELECT row_id FROM unit_rows JOIN units ON units.id = unit_id "
        "WHERE table_name = ? AND outcome = 'quarantined'"
    )
    return set(connection.exec_driver_sql(sql, (table,)).scalars())


def entangled(connection: Connection, key: Key) -> tuple[set[str], set[Key]]:
    """Return the units that cannot be told apart from those on a row, and their unsent rows."""
    units: set[str] = set()
    keys: set[Key] = set()
    new = {key}
    sql = (
        "SELECT table_name, row_id FROM unit_rows "
        "JOIN pending_rows USING (table_name, row_id) WHERE unit_id = ?"
    )
    while new:
        keys |= new
        more = {unit for one in new for unit in units_on(connection, one)} - units
        units |= more
        found = {tuple(row) for unit in more for row in connection.exec_driver_sql(sql, (unit,))}
        new = {(table, id) for table, id in found} - keys
    return units, keys


def not_in_conflict(connection: Connection, units: Iterable[str]) -> list[str]:
    """Return those units of which nothing waits for a person to decide."""
    sql = "SELECT 1 FROM units WHERE id = ? AND outcome = 'conflict'"
    return [unit for unit in units if not connection.exec_driver_sql(sql, (unit,)).first()]


def unit_rows(connection: Connection) -> list[tuple[Key, str]]:
    """Return each row and unit that touched it, of the units that are open, oldest unit first."""
    sql = "SELECT table_name, row_id, unit_id FROM unit_rows ORDER BY unit_id"
    return [((table, row), unit) for table, row, unit in connection.exec_driver_sql(sql).all()]


def units_by_row(connection: Connection, table: str, ids: Iterable[str]) -> dict[str, set[str]]:
    """Return the open units that touched some rows of a table, by the id of the row."""
    sql = (
        "SELECT row_id, unit_id FROM unit_rows "
        "WHERE table_name = ? AND row_id IN (SELECT value FROM json_each(?))"
    )
    found: dict[str, set[str]] = {}
    for row, unit in connection.exec_driver_sql(sql, (table, json.dumps(list(ids)))).all():
        found.setdefault(row, set()).add(unit)
    return found


def touch(connection: Connection, unit: str, key: Key) -> None:
    """Count a row among those of a unit."""
    connection.exec_driver_sql(
        "INSERT INTO edits (table_name, row_id, unit_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (*key, unit),
    )


_FROM = {
    "waiting": "('quarantined')",
    "merged": "('waiting', 'merged')",
    "conflict": "('waiting', 'merged')",
    "quarantined": "('waiting', 'merged', 'conflict')",
    "discarded": "('waiting', 'merged', 'conflict', 'quarantined')",
}
"""From which outcome an open unit may pass to which."""


def mark(connection: Connection, units: Iterable[str], outcome: str, by: str | None = None) -> None:
    """Keep how open units will end, or that a person is waited for; a discard is not unsaid."""
    rows = [(outcome, by, unit) for unit in units]
    if rows:
        connection.exec_driver_sql(
            "UPDATE units SET outcome = ?, settled_by = coalesce(?, settled_by) "
            f"WHERE id = ? AND settled_at IS NULL AND outcome IN {_FROM[outcome]}",
            rows,
        )


def release(connection: Connection, key: Key, units: Iterable[str]) -> None:
    """Take a row off some units; those that are left with none are settled."""
    wanted = list(units)
    if wanted:
        connection.exec_driver_sql(
            "DELETE FROM edits WHERE table_name = ? AND row_id = ? AND unit_id = ?",
            [(*key, unit) for unit in wanted],
        )
        settle(connection, wanted)


def clear(connection: Connection, key: Key) -> None:
    """Forget a row's edits: nothing of it differs from central's any more."""
    sql = "DELETE FROM edits WHERE table_name = ? AND row_id = ? AND unit_id = ''"
    connection.exec_driver_sql(sql, key)
    release(connection, key, units_on(connection, key))


def clear_all(connection: Connection, keys: list[Key]) -> None:
    """Forget the edits of many rows, none of which anybody is asked about."""
    by_table: dict[str, list[str]] = {}
    for table, id in keys:
        by_table.setdefault(table, []).append(id)
    units: set[str] = set()
    for table, ids in by_table.items():
        units.update(*units_by_row(connection, table, ids).values())
        connection.exec_driver_sql(
            "DELETE FROM edits WHERE table_name = ? AND row_id IN (SELECT value FROM json_each(?))",
            (table, json.dumps(ids)),
        )
    settle(connection, units)


def touched_only_by(
    connection: Connection, units: Iterable[str], table: str, ids: Iterable[str]
) -> set[str]:
    """Return those of some rows of a table that these open units have touched, and no others."""
    sql = (
        "SELECT row_id FROM unit_rows WHERE table_name = ? "
        "AND row_id IN (SELECT value FROM json_each(?)) GROUP BY row_id "
        "HAVING min(unit_id IN (SELECT value FROM json_each(?)))"
    )
    told = (table, json.dumps(list(ids)), json.dumps(list(units)))
    return set(connection.exec_driver_sql(sql, told).scalars())


def clear_sent(connection: Connection, table: str, versions: dict[str, int | None]) -> None:
    """Forget the edits of rows of a table that central took as they are, and keep its versions.

    `versions` is by id, None for what was deleted. The units are still to be settled.
    """
    told = (json.dumps(versions),)
    connection.exec_driver_sql(
        f"UPDATE {table} SET row_version = told.value FROM json_each(?) AS told "
        f"WHERE {table}.id = told.key AND {table}.row_version IS NOT told.value "
        "AND told.value IS NOT NULL",
        told,
    )
    connection.exec_driver_sql(
        "DELETE FROM edits WHERE table_name = ? AND row_id IN (SELECT key FROM json_each(?))",
        (table, *told),
    )


def settle(connection: Connection, units: Iterable[str]) -> None:
    """End the units of which no row is left to send, each once, unless a person is waited for."""
    wanted = list(units)
    if wanted:
        connection.exec_driver_sql(
            "UPDATE units SET settled_at = ?, "
            "outcome = CASE outcome WHEN 'waiting' THEN 'applied' ELSE outcome END "
            "WHERE id IN (SELECT value FROM json_each(?)) "
            "AND settled_at IS NULL AND outcome NOT IN ('quarantined', 'conflict') "
            "AND NOT EXISTS (SELECT 1 FROM unit_rows WHERE unit_id = units.id)",
            (moment(), json.dumps(wanted)),
        )


def _image(text: str | None) -> Image | None:
    return None if text is None else json.loads(text)
