"""Brings a mirror's file, new or of any older version, to this version's tables."""

from __future__ import annotations

import json
import re
from typing import Any

from fluffydesk import __version__
from fluffydesk.errors import Refusal
from fluffydesk.mirror import schema, searched
from fluffydesk.records.catalog import MIRRORED


def upgrade(driver: Any) -> bool:
    """Add what is missing, in one transaction; say whether anything had to be done.

    `driver` is the bare SQLCipher connection. Tables and columns that this version does not know
    stay. A mirror whose tables changed loses its fingerprint, so that the next sync compares it
    with central row by row and fills the new columns. Refusal, and nothing is touched, where
    a newer version made the file: what was entered there in its new columns would be lost.
    """
    driver.execute("PRAGMA foreign_keys = OFF")
    if _state_of(driver, "shape") == schema.shape():
        return False
    _refuse_newer(_state_of(driver, "version"))
    driver.execute("BEGIN IMMEDIATE")
    try:
        for statement in _journal_columns(driver):
            driver.execute(statement)
        _drop_triggers(driver)
        older = _older_edits(driver)
        for statement in schema.journal_ddl():
            driver.execute(statement)
        for table, names in older.items():
            driver.execute(f"INSERT INTO edits ({names}) SELECT {names} FROM old_{table}")
            driver.execute(f"DROP TABLE old_{table}")
        for record in MIRRORED:
            _bring_table(driver, record.__table__)
        for table in searched.searched_tables():
            searched.make(driver, table)
        for retired in schema.RETIRED:
            driver.execute(f"DROP {retired}")
        driver.execute("DELETE FROM state WHERE key IN ('fingerprint', 'lacks')")
        driver.executemany(
            "INSERT INTO state (key, value) VALUES (?, ?) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [("shape", json.dumps(schema.shape())), ("version", json.dumps(__version__))],
        )
        driver.execute("COMMIT")
    except BaseException:
        if driver.in_transaction:
            driver.rollback()
        raise
    return True


def _state_of(driver: Any, key: str) -> str | None:
    known = driver.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone()
    if known is None:
        return None
    row = driver.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(json.loads(row[0]))


def _refuse_newer(made_by: str | None) -> None:
    if made_by is not None and _order(made_by) > _order(__version__):
        raise Refusal(
            f"The copy on this PC belongs to FluffyDesk {made_by}, which is newer than this one "
            f"({__version__}).",
            f"Start FluffyDesk {made_by} or a newer one; nothing was changed.",
        )


def _order(version: str) -> tuple[int, ...]:
    """Return a version's numbers: 1.10.2 comes after 1.9."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _columns(driver: Any, table: str) -> set[str]:
    return {row[1] for row in driver.execute(f"PRAGMA table_info ({table})")}


def _journal_columns(driver: Any) -> list[str]:
    statements = []
    for name, columns in schema.JOURNAL.items():
        there = _columns(driver, name)
        for column in columns:
            word = column.partition(" ")[0].strip('"')
            if there and word != "PRIMARY" and word not in there:
                statements.append(f"ALTER TABLE {name} ADD COLUMN {column}")
    return statements


def _older_edits(driver: Any) -> dict[str, str]:
    """Put aside the two tables that `edits` was once; return their columns, by their names."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?"
    found = {}
    for table, (names, _) in schema.KINDS_OF_EDITS.items():
        if driver.execute(sql, (table,)).fetchone():
            there = _columns(driver, table)
            found[table] = ", ".join(name for name in names if name in there)
            driver.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    return found


def _drop_triggers(driver: Any) -> None:
    sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for (name,) in driver.execute(sql).fetchall():
        driver.execute(f"DROP TRIGGER {name}")
    driver.execute("DROP VIEW IF EXISTS touches")


def _bring_table(driver: Any, table: Any) -> None:
    there = _columns(driver, table.name)
    driver.execute(schema.table_ddl(table))
    for column in table.columns:
        if there and column.name not in there:
            driver.execute(f"ALTER TABLE {table.name} ADD COLUMN {schema.column_ddl(column)}")
            # A base image without the column would make the column look edited.
            driver.execute(
                "UPDATE edits SET base = json_insert(base, ?, NULL) "
                "WHERE table_name = ? AND base IS NOT NULL",
                (f"$.{column.name}", table.name),
            )
    for statement in [*schema.index_ddl(table), *schema.trigger_ddl(table)]:
        driver.execute(statement)
