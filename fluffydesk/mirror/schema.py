"""The mirror's own tables: every mirrored record, the journal beside them, and what keeps it.

The mirror holds one organization, so `organization_id` leads no index here. There are no checks
and no unique keys but the id: what central holds must always apply. The journal (`edits`, `units`
..) is written by triggers, so that no write escapes it, and is only ever migrated forward.

A row that was inserted and deleted again before central heard of it leaves no `pending_rows`;
its `unit_rows` stay until the sync settles them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from fluffydesk.mirror import crossing, searched
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.records.types import ExactDecimal, UtcTime
from fluffydesk.records.vocabulary import facts_of

LISTED = {
    "livestock": ("tag_number", "id", "status"),
    "clinic_clients": ("full_name", "id", "status", "merged_into_id"),
    "pets": ("name", "id", "sex"),
}
"""Tables that may have a million rows and are listed by a text: an index has it as it is sorted,
with what the list is filtered by at first, so that a page needs no sorting and no other rows."""

COVERING = {
    "milk_production_logs": ("milked_on", "animal_id", "session", "yield_kg"),
    "egg_production_logs": ("collected_on", "flock_id", "total"),
    "feed_logs": ("fed_on", "quantity_kg"),
    "poultry_feed_logs": ("fed_on", "quantity_kg"),
    "inventory_transactions": ("item_id", "moved_on", "lot", "quantity", "expires_on"),
    "appointments": ("scheduled_at", "status"),
    "payments": ("invoice_id", "id", "amount", "status"),
    "messages": ("conversation_id", "created_at", "sender_id", "kind", "deleted_at"),
}
"""Tables that may have a million rows and are summed by the day or the item: the index has all
that the sum needs, so that no row is fetched. It takes the place of the one on its first column,
so a save writes to no more indexes than before."""

PARTLY = {
    "invoices": (
        "unsettled",
        ("status", "kind", "issue_date", "id", "total", "currency", "due_date"),
        "status IN ('draft', 'posted')",
    ),
    "medical_records": (
        "unsigned",
        ("visited_on", "id", "veterinarian_id", "organization_id"),
        "signed_at IS NULL",
    ),
}
"""Tables that may have a million rows of which a few are asked for: a name, the columns and the
condition of an index that has those few, so that other saves do not write to it."""

NO_UNIT = "a row is changed only within a unit of work"

JOURNAL: dict[str, tuple[str, ...]] = {
    "state": ("key TEXT PRIMARY KEY", "value TEXT"),
    "units": (
        "id TEXT PRIMARY KEY",
        "title TEXT",
        "user_id TEXT",
        "user_name TEXT",
        "device TEXT",
        "made_at INTEGER",
        "outcome TEXT NOT NULL DEFAULT 'waiting'",
        "settled_at INTEGER",
        "settled_by TEXT",
    ),
    "edits": (
        "table_name TEXT NOT NULL",
        "row_id TEXT NOT NULL",
        "unit_id TEXT NOT NULL DEFAULT ''",
        "op TEXT",
        "changed TEXT",
        "base TEXT",
        "base_version INTEGER",
        "since INTEGER",
        "PRIMARY KEY (table_name, row_id, unit_id)",
    ),
    "unit_history": (
        "table_name TEXT NOT NULL",
        "row_id TEXT NOT NULL",
        "unit_id TEXT NOT NULL",
        "op TEXT",
        "changed TEXT",
        "PRIMARY KEY (table_name, row_id, unit_id)",
    ),
    "number_blocks": (
        "id TEXT PRIMARY KEY",
        "series TEXT NOT NULL",
        '"first" INTEGER',
        '"last" INTEGER',
        '"next" INTEGER',
        "noted INTEGER",
        "epoch TEXT",
    ),
    "outbox": (
        "parcel_id TEXT PRIMARY KEY",
        "position INTEGER",
        "units TEXT",
        "rows TEXT",
        "made_at INTEGER",
    ),
    "conflicts": (
        "id TEXT PRIMARY KEY",
        "table_name TEXT",
        "row_id TEXT",
        "column_name TEXT NOT NULL DEFAULT ''",
        "base TEXT",
        "mine TEXT",
        "theirs TEXT",
        "their_user TEXT",
        "their_device TEXT",
        "their_at INTEGER",
        "noticed_at INTEGER",
        "decision TEXT",
        "decided_by TEXT",
        "decided_at INTEGER",
    ),
    "quarantine": (
        "id TEXT PRIMARY KEY",
        "units TEXT",
        "rows TEXT",
        "code TEXT",
        "constraint_name TEXT",
        "table_name TEXT",
        "row_id TEXT",
        "column_name TEXT",
        "message TEXT",
        "advice TEXT",
        "at INTEGER",
        "outcome TEXT",
        "settled_by TEXT",
        "settled_at INTEGER",
    ),
}

_KEYED_BY_TEXT = ("state", "units", "edits", "unit_history")

KINDS_OF_EDITS = {
    "pending_rows": (("table_name", "row_id", "base", "base_version", "since"), "unit_id = ''"),
    "unit_rows": (("table_name", "row_id", "unit_id", "op", "changed"), "unit_id <> ''"),
}
"""Two tables in one, so that a save writes one page for both: of each row with unsent edits its
base, and beside it a line for each open unit that touched it. By either name they are read."""

JOURNAL_INDEXES = (
    "CREATE INDEX IF NOT EXISTS ix_units_discarded ON units (settled_at)"
    " WHERE outcome = 'discarded'",
    "CREATE INDEX IF NOT EXISTS ix_edits_unit ON edits (unit_id) WHERE unit_id <> ''",
    "CREATE INDEX IF NOT EXISTS ix_conflicts_row ON conflicts (table_name, row_id)",
    "CREATE INDEX IF NOT EXISTS ix_quarantine_row ON quarantine (table_name, row_id)",
)

RETIRED = (
    "TABLE IF EXISTS context",
    "INDEX IF EXISTS ix_units_outcome",
    "INDEX IF EXISTS mirror_payments_refunded",
    "INDEX IF EXISTS mirror_invoices_open",
    *(f"INDEX IF EXISTS mirror_{table}_{columns[0]}" for table, columns in COVERING.items()),
)
"""What older mirrors have beside that and no longer need."""

HISTORY_TRIGGER = """CREATE TRIGGER IF NOT EXISTS history_of_units AFTER DELETE ON edits
  WHEN OLD.unit_id <> '' BEGIN
  INSERT OR REPLACE INTO unit_history (table_name, row_id, unit_id, op, changed)
    VALUES (OLD.table_name, OLD.row_id, OLD.unit_id, OLD.op, OLD.changed);
END"""
"""What a unit touched is remembered when it is settled, by name of column and without values."""

TOUCHES = """CREATE VIEW IF NOT EXISTS touches AS
  SELECT table_name, row_id, base, base_version, op, changed FROM edits"""
"""What the triggers of the tables write to: a row, as it was, what is done to it, and to what."""

TOUCH_TRIGGER = f"""CREATE TRIGGER IF NOT EXISTS journal_touches INSTEAD OF INSERT ON touches
  WHEN NEW.op <> 'update' OR NEW.changed <> '' BEGIN
  SELECT RAISE(ABORT, '{NO_UNIT}')
    WHERE NOT EXISTS (SELECT 1 FROM units WHERE id = writer());
  INSERT INTO edits (table_name, row_id, base, base_version, since)
    SELECT NEW.table_name, NEW.row_id, NEW.base, NEW.base_version, units.made_at
    FROM units WHERE units.id = writer() AND NOT EXISTS (
      SELECT 1 FROM pending_rows WHERE table_name = NEW.table_name AND row_id = NEW.row_id);
  INSERT INTO edits (table_name, row_id, unit_id, op, changed)
    VALUES (NEW.table_name, NEW.row_id, writer(), NEW.op, NEW.changed)
    ON CONFLICT (table_name, row_id, unit_id) DO UPDATE
    SET op = CASE excluded.op WHEN 'delete' THEN 'delete' ELSE op END,
      changed = changed || excluded.changed;
END"""
"""The first touch of a row keeps its base; each unit's line of it is what the unit did in all."""


@dataclass(frozen=True)
class Link:
    """One column that names a row of another mirrored table."""

    table: str
    column: str
    target: str
    """The table whose row is meant."""
    via: tuple[str, str] | None
    """The table and column that must also hold the value: a pet must be a patient."""
    on_delete: str


@cache
def links_from(table: str) -> tuple[Link, ...]:
    """Return the links of a mirrored table to mirrored tables."""
    tables = {record.__table__.name: record.__table__ for record in MIRRORED}
    found = []
    for column in tables[table].columns:
        target = facts_of(column).target
        if "link" not in column.info or target not in tables:
            continue
        key, on_delete = column.info["link"]
        key_table, _, key_column = key.partition(".")
        via = None if key_column == "id" else (key_table, key_column)
        found.append(Link(table, column.name, target, via, on_delete))
    return tuple(found)


@cache
def links_to(table: str) -> tuple[Link, ...]:
    """Return the links of mirrored tables that name rows of this one."""
    names = [record.__table__.name for record in MIRRORED]
    return tuple(link for name in names for link in links_from(name) if link.target == table)


def column_type(column: Column[Any]) -> str:
    """Return TEXT or INTEGER: the affinity of a column's storage form."""
    whole = (ExactDecimal, UtcTime, Boolean, BigInteger, Integer)
    return "INTEGER" if isinstance(column.type, whole) else "TEXT"


def column_ddl(column: Column[Any]) -> str:
    """Return a column's definition, with its foreign key where it is a link."""
    if column.primary_key:
        return f"{column.name} TEXT PRIMARY KEY NOT NULL"
    words = [column.name, column_type(column)]
    for link in links_from(column.table.name):
        if link.column == column.name:
            words.append(f"REFERENCES {link.target} (id)")
            if link.on_delete in ("CASCADE", "SET NULL"):
                words.append(f"ON DELETE {link.on_delete}")
            words.append("DEFERRABLE INITIALLY DEFERRED")
    return " ".join(words)


def table_ddl(table: Table) -> str:
    """Return the statement that makes a mirrored table."""
    columns = ",\n  ".join(column_ddl(column) for column in table.columns)
    return f"CREATE TABLE IF NOT EXISTS {table.name} (\n  {columns}\n)"


@cache
def indexes(table: Table) -> dict[str, tuple[str, ...]]:
    """Return a table's indexes, name -> columns: links, declared keys, sums, its list.

    None is unique.
    """
    wanted: set[tuple[str, ...]] = set()
    for one in [*table.indexes, *table.constraints]:
        if isinstance(one, ForeignKeyConstraint | ExcludeConstraint):
            continue
        if isinstance(one, Index | UniqueConstraint):
            names = tuple(column.name for column in one.columns)
            wanted.add(tuple(n for n in names if n != "organization_id" or table.name == n))
    wanted |= {(link.column,) for link in links_from(table.name)} - {("organization_id",)}
    wanted |= {COVERING[table.name]} if table.name in COVERING else set()
    wanted -= {(), ("id",)}
    kept = [a for a in wanted if not any(a != b and b[: len(a)] == a for b in wanted)]
    named = {f"mirror_{table.name}_{'_'.join(names)}": names for names in sorted(kept)}
    if table.name in LISTED:
        named[_listed(table)] = LISTED[table.name]
    if table.name in PARTLY:
        named[_partly(table)] = PARTLY[table.name][1]
    return named


def _listed(table: Table) -> str:
    return f"mirror_{table.name}_listed"


def _partly(table: Table) -> str:
    return f"mirror_{table.name}_{PARTLY[table.name][0]}" if table.name in PARTLY else ""


def index_ddl(table: Table) -> list[str]:
    """Return the statements that make a table's indexes."""
    statements = []
    for name, names in indexes(table).items():
        first = f"natural({names[0]})" if name == _listed(table) else names[0]
        terms = ", ".join((first, *names[1:]))
        some = f" WHERE {PARTLY[table.name][2]}" if name == _partly(table) else ""
        statements.append(f"CREATE INDEX IF NOT EXISTS {name} ON {table.name} ({terms}){some}")
    return statements


def image_sql(table: Table, row: str) -> str:
    """Return the SQL expression of a row's image as JSON; `row` is OLD, NEW or a table's name."""
    pairs = ", ".join(f"'{column.name}', {row}.{column.name}" for column in table.columns)
    return f"json_object({pairs})"


def trigger_ddl(table: Table) -> list[str]:
    """Return the statements that make the three triggers by which the journal is kept.

    Each says which row is written to, as it was, and `TOUCH_TRIGGER` does the rest for all of
    them: every trigger is parsed whenever a mirror is opened, so they are kept short.
    """
    name = table.name
    loud = "writer() IS NOT 'central'"
    never_sent = f"""
  DELETE FROM edits WHERE table_name = '{name}' AND row_id = OLD.id AND unit_id = ''
    AND base IS NULL
    AND NOT EXISTS (SELECT 1 FROM outbox WHERE instr(outbox.rows, OLD.id) > 0);"""
    same_key = "\n  SELECT RAISE(ABORT, 'the key of a row never changes') WHERE OLD.id <> NEW.id;"
    before = f"{image_sql(table, 'OLD')}, OLD.row_version"
    names = " || ".join(
        f"CASE WHEN OLD.{c.name} IS NOT NEW.{c.name} THEN ' {c.name}' ELSE '' END"
        for c in table.columns
    )
    touch = f"\n  INSERT INTO touches VALUES ('{name}',"
    return [
        f"CREATE TRIGGER journal_{name}_insert AFTER INSERT ON {name} WHEN {loud} BEGIN"
        f"{touch} NEW.id, NULL, NULL, 'insert', '');\nEND",
        f"CREATE TRIGGER journal_{name}_update AFTER UPDATE ON {name} WHEN {loud} BEGIN"
        f"{touch} OLD.id, {before}, 'update', {names});{same_key}\nEND",
        # First touch, then forget what was never sent: the other way round would journal it anew.
        f"CREATE TRIGGER journal_{name}_delete AFTER DELETE ON {name} WHEN {loud} BEGIN"
        f"{touch} OLD.id, {before}, 'delete', '');{never_sent}\nEND",
    ]


def journal_ddl() -> Iterator[str]:
    """Yield the statements that make the journal's tables and indexes."""
    for name, columns in JOURNAL.items():
        # Keyed by text alone, so a hidden row number would only double what a save writes.
        tail = " WITHOUT ROWID" if name in _KEYED_BY_TEXT else ""
        yield f"CREATE TABLE IF NOT EXISTS {name} ({', '.join(columns)}){tail}"
    for name, (names, which) in KINDS_OF_EDITS.items():
        listed = ", ".join(names)
        yield f"CREATE VIEW IF NOT EXISTS {name} AS SELECT {listed} FROM edits WHERE {which}"
    yield from JOURNAL_INDEXES
    yield HISTORY_TRIGGER
    yield TOUCHES
    yield TOUCH_TRIGGER


@cache
def shape() -> str:
    """Return a short text that differs between versions whose tables differ."""
    statements = [*journal_ddl()]
    for record in MIRRORED:
        table = record.__table__
        statements += [table_ddl(table), *index_ddl(table), *trigger_ddl(table)]
    for name in searched.searched_tables():
        statements += searched.ddl(name)
    statements += crossing.ddl()
    return hashlib.sha256("\n".join(statements).encode()).hexdigest()[:16]
