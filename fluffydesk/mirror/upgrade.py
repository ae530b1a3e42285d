"""Brings a mirror's file, new or of any older version, to this version's tables."""

from __future__ import annotations

import json
from typing import Any

from fluffydesk.mirror import schema
from fluffydesk.records.catalog import MIRRORED


def upgrade(driver: Any) -> bool:
    """Add what is missing, in one transaction; say whether anything had to be done.

    `driver` is the bare SQLCipher connection. Tables and columns that this version does not know
    stay. A mirror whose tables changed loses its fingerprint, so that the next sync compares it
    with central row by row and fills the new columns.
    """
    driver.execute("PRAGMA foreign_keys = OFF")
    if _shape_of(driver) == schema.shape():
        return False
    driver.execute("BEGIN IMMEDIATE")
    try:
        for statement in _journal_columns(driver):
            driver.execute(statement)
        for statement in schema.journal_ddl():
            driver.execute(statement)
        _drop_triggers(driver)
        driver.execute("UPDATE context SET unit_id = NULL, quiet = 1")
        for record in MIRRORED:
            _bring_table(driver, record.__table__)
        driver.execute("UPDATE context SET quiet = 0")
        driver.execute("DELETE FROM state WHERE key = 'fingerprint'")
        driver.execute(
            "INSERT INTO state (key, value) VALUES ('shape', ?) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (json.dumps(schema.shape()),),
        )
        driver.execute("COMMIT")
    except BaseException:
        if driver.in_transaction:
            driver.rollback()
        raise
    return True


def _shape_of(driver: Any) -> str | None:
    known = driver.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone()
    if known is None:
        return None
    row = driver.execute("SELECT value FROM state WHERE key = 'shape'").fetchone()
    return None if row is None else str(json.loads(row[0]))


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


def _drop_triggers(driver: Any) -> None:
    sql = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'journal_*'"
    for (name,) in driver.execute(sql).fetchall():
        driver.execute(f"DROP TRIGGER {name}")


def _bring_table(driver: Any, table: Any) -> None:
    there = _columns(driver, table.name)
    driver.execute(schema.table_ddl(table))
    for column in table.columns:
        if there and column.name not in there:
            driver.execute(f"ALTER TABLE {table.name} ADD COLUMN {schema.column_ddl(column)}")
            # A base image without the column would make the column look edited.
            driver.execute(
                "UPDATE pending_rows SET base = json_insert(base, ?, NULL) "
                "WHERE table_name = ? AND base IS NOT NULL",
                (f"$.{column.name}", table.name),
            )
    for statement in [*schema.index_ddl(table), *schema.trigger_ddl(table)]:
        driver.execute(statement)
