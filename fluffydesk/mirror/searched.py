"""Finds any part of a word in the texts of a long list, by an index that keeps itself.

A record that declares `__searched__` has beside its table one of FTS5, `search_<table>`, with the
folded texts cut into trigrams: those of its label apart, as other lists show them. Triggers keep
it with each row. A part of three letters and more is looked up; a shorter one is looked for in
the folded texts alone, which lie close together.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, Select, column, func, literal_column, select
from sqlalchemy import table as plain_table

from fluffydesk.mirror.dialled import COLUMNS, spellings
from fluffydesk.mirror.engine import bare
from fluffydesk.records.catalog import MIRRORED, record_for
from fluffydesk.records.vocabulary import facts_of

UNFILLED = "unfilled"
"""The key of the state under which the tables lie whose index lacks rows: table -> the number of
the last row that it has."""

AT_ONCE = 50_000
"""Rows put into the index in one transaction: about half a second."""

_TRIGRAM = 3
_LABEL, _MORE = "label", "more"


@cache
def is_searched(table: str) -> bool:
    """Say whether a table's texts have an index."""
    return bool(record_for(table).__searched__)


@cache
def searched_tables() -> tuple[str, ...]:
    """Return the mirrored tables whose texts have an index."""
    names = [record.__table__.name for record in MIRRORED]
    return tuple(name for name in names if is_searched(name))


@cache
def label_columns(table: str) -> tuple[str, ...]:
    """Return the columns of a table's label if all are texts of its own that are searched."""
    record = record_for(table)
    names = tuple(record.__label__)
    own = all(facts_of(record.__table__.c[name]).target is None for name in names)
    return names if own and set(names) <= set(record.__searched__) else ()


def ready(connection: Connection) -> frozenset[str]:
    """Return the tables whose index has every row."""
    return frozenset(searched_tables()) - frozenset(_unfilled(bare(connection)))


def is_looked_up(word: str) -> bool:
    """Say whether a word is long enough for the index."""
    return len(word) >= _TRIGRAM


def rows_with_all(table: str, words: Sequence[str]) -> Select[Any]:
    """Return a query for the row numbers of a table whose texts have all of some words, each of
    which `is_looked_up`."""
    return _matching(table, " AND ".join(f"({_told(word)})" for word in words))


def rows_with(table: str, word: str, *, in_label: bool = False) -> Select[Any]:
    """Return a query for the row numbers of a table whose texts have a folded word in them, a
    number in one of its spellings."""
    if is_looked_up(word):
        return _matching(table, f"{{{_LABEL}}} : ({_told(word)})" if in_label else _told(word))
    # What FTS5 keeps of the texts is read ten times quicker past it.
    kept = plain_table(
        f"{name_of(table)}_content", column("id", Integer()), column("c0"), column("c1")
    )
    has = func.instr(kept.c.c0, word) > 0
    if not in_label:
        has = has | (func.instr(kept.c.c1, word) > 0)
    return select(kept.c.id).where(has)


def _matching(table: str, told: str) -> Select[Any]:
    name = name_of(table)
    index = plain_table(name, column(name))
    rowid = literal_column(f"{name}.rowid", type_=Integer())
    return select(rowid).select_from(index).where(index.c[name].op("MATCH")(told))


def _told(word: str) -> str:
    return " OR ".join('"' + one.replace('"', '""') + '"' for one in spellings(word))


def key_of(table: Any) -> Any:
    """Return a table's row number as SQL."""
    return literal_column(f"{table.name}.rowid", type_=Integer())


def listed(keys: set[int]) -> Any:
    """Return keys as a query, whose text is the same however many they are."""
    each = func.json_each(json.dumps(sorted(keys))).table_valued("value")
    return select(each.c.value)


def name_of(table: str) -> str:
    """Return the name of a table's index."""
    return f"search_{table}"


@cache
def ddl(table: str) -> tuple[str, ...]:
    """Return the statements that make a table's index, empty, and the triggers that keep it."""
    name = name_of(table)
    drop = f"DELETE FROM {name} WHERE rowid = OLD.rowid;"
    texts = _texts(table, "NEW.")
    add = f"INSERT INTO {name} (rowid, {_LABEL}, {_MORE}) VALUES (NEW.rowid, {texts});"
    names = record_for(table).__searched__
    changed = " OR ".join(f"OLD.{one} IS NOT NEW.{one}" for one in names)
    return (
        f"CREATE VIRTUAL TABLE {name} USING fts5({_LABEL}, {_MORE},"
        " tokenize = 'trigram case_sensitive 1', columnsize = 0)",
        f"CREATE TRIGGER {name}_insert AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {name}_update AFTER UPDATE OF {', '.join(names)} ON {table}"
        f" WHEN {changed} BEGIN {drop} {add} END",
        f"CREATE TRIGGER {name}_delete AFTER DELETE ON {table} BEGIN {drop} END",
    )


def drop(driver: Any, table: str) -> None:
    """Drop a table's index and triggers; `fill_next` makes them again."""
    if is_searched(table):
        for event in ("insert", "update", "delete"):
            driver.execute(f"DROP TRIGGER IF EXISTS {name_of(table)}_{event}")
        driver.execute(f"DROP TABLE IF EXISTS {name_of(table)}")
        _note(driver, table, 0)


def make(driver: Any, table: str) -> None:
    """Make a table's index anew, empty, to be filled by `fill_next`."""
    drop(driver, table)
    for statement in ddl(table) if is_searched(table) else ():
        driver.execute(statement)
    if driver.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None:
        _note(driver, table, None)


def fill_next(connection: Connection) -> bool:
    """Put the next rows into an index that lacks some; False where none does.

    Triggers put rows in that come in between, and keep those that are in.
    """
    driver = bare(connection)
    for table, last in _unfilled(driver).items():
        if table not in searched_tables():
            _note(driver, table, None)
            return True
        name = name_of(table)
        if not driver.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone():
            for statement in ddl(table):
                driver.execute(statement)
        sql = f"SELECT rowid FROM {table} WHERE rowid > ? ORDER BY rowid LIMIT 1 OFFSET ?"
        found = driver.execute(sql, (last, AT_ONCE - 1)).fetchone()
        until = None if found is None else found[0]
        part = f"rowid > {last}" + ("" if until is None else f" AND rowid <= {until}")
        driver.execute(f"DELETE FROM {name} WHERE {part}")
        driver.execute(
            f"INSERT INTO {name} (rowid, {_LABEL}, {_MORE})"
            f" SELECT rowid, {_texts(table, '')} FROM {table} WHERE {part}"
        )
        _note(driver, table, until)
        return True
    return False


def _texts(table: str, row: str) -> str:
    label = label_columns(table)
    rest = [name for name in record_for(table).__searched__ if name not in label]
    return f"{_folded(label, row)}, {_folded(rest, row)}"


def _folded(names: Any, row: str) -> str:
    digits = [f"dialled({row}{name})" for name in names if name in COLUMNS]
    told = ", ".join([f"{row}{name}" for name in names] + digits)
    return f"folded(concat_ws(char(10), {told}))" if told else "''"


def _unfilled(driver: Any) -> dict[str, int]:
    row = driver.execute("SELECT value FROM state WHERE key = ?", (UNFILLED,)).fetchone()
    return {} if row is None else dict(json.loads(row[0]))


def _note(driver: Any, table: str, last: int | None) -> None:
    unfilled = _unfilled(driver)
    unfilled.pop(table, None)
    if last is not None:
        unfilled[table] = last
    if not unfilled:
        driver.execute("DELETE FROM state WHERE key = ?", (UNFILLED,))
        return
    driver.execute(
        "INSERT INTO state (key, value) VALUES (?, ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (UNFILLED, json.dumps(unfilled)),
    )
