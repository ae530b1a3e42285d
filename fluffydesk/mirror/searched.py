"""Finds any part of a word in the texts of a long list, by an index that keeps itself.

A record that declares `__searched__` has beside its table one of FTS5, `search_<table>`, with the
folded texts cut into trigrams: those of its label apart, as other lists show them. Triggers keep
it with each row. A part of three letters and more is looked up; of a shorter one all trigrams that
begin with it are, which `words_<table>` lists.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    Text,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy import table as plain_table

from fluffydesk.mirror import crossing
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
_END = "char(10, 10)"
"""Stands behind each text, so that its last letters begin a trigram, too."""
_LAST = chr(0x10FFFF)
_NOTHING = f'"{chr(1) * _TRIGRAM}"'
"""What no text has."""


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
    unfilled = frozenset(_unfilled(bare(connection)))
    # Clients and pets are found by each other.
    waiting = unfilled & {crossing.NAME, *crossing.TABLES}
    return frozenset(searched_tables()) - unfilled - (crossing.TABLES if waiting else frozenset())


def rows_with(table: str, word: str, *, in_label: bool = False) -> Select[Any]:
    """Return a query for the row numbers of a table whose texts have a folded word in them, a
    number in one of its spellings."""
    told = _told(table, word)
    return _matching(table, literal(f"{{{_LABEL}}} : ").concat(told) if in_label else told)


def has(table: str, source: Any, key: Any, word: str) -> Select[Any]:
    """Return a query for rows of a source, where the folded texts of the row that it names by
    `key` have a word: they are read, not looked up."""
    kept = plain_table(f"{name_of(table)}_content", column("id"), column("c0"), column("c1"))
    texts = kept.c.c0.concat(kept.c.c1)
    found = or_(*[func.instr(texts, one) > 0 for one in spellings(word)])
    return select(literal(1)).select_from(source.join(kept, kept.c.id == key)).where(found)


def are_more(connection: Connection, query: Select[Any], most: int) -> bool:
    """Say whether a query finds more rows than `most`, without fetching them."""
    every = select(func.count()).select_from(query.limit(most + 1).subquery())
    return bool(connection.execute(every).scalar_one() > most)


def numbers(connection: Connection, query: Select[Any]) -> set[int]:
    """Return what a query without a limit finds: whole numbers, of which there may be thousands."""
    [one] = query.selected_columns
    together = query.with_only_columns(func.json_group_array(one), maintain_column_froms=True)
    return set(json.loads(connection.execute(together).scalar_one())) - {None}


def _matching(table: str, told: Any) -> Select[Any]:
    name = name_of(table)
    index = plain_table(name, column(name))
    rowid = literal_column(f"{name}.rowid", type_=Integer())
    return select(rowid).select_from(index).where(index.c[name].op("MATCH")(told))


def _told(table: str, word: str) -> Any:
    """Return what is looked up for a word, as SQL."""
    if len(word) >= _TRIGRAM:
        return literal("(" + " OR ".join(map(_quoted, spellings(word))) + ")")
    listed = plain_table(_words_of(table), column("term", Text()))
    begins = (listed.c.term >= word) & (listed.c.term < word + _LAST)
    quoted = func.replace(listed.c.term, '"', '""')
    every = select(func.group_concat(literal('"').concat(quoted).concat('"'), " OR ")).where(begins)
    return literal("(").concat(func.coalesce(every.scalar_subquery(), _NOTHING)).concat(")")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


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


def _words_of(table: str) -> str:
    return f"words_{table}"


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
        f"CREATE VIRTUAL TABLE {_words_of(table)} USING fts5vocab({name}, row)",
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
        driver.execute(f"DROP TABLE IF EXISTS {_words_of(table)}")
        driver.execute(f"DROP TABLE IF EXISTS {name_of(table)}")
        _note(driver, table, 0)
    if table in crossing.TABLES:
        crossing.drop(driver)
        _note(driver, crossing.NAME, 0)


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
        if table == crossing.NAME:
            _note(driver, table, crossing.fill(driver, last, AT_ONCE))
            return True
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
    return f"folded(concat_ws(char(10), {told})) || {_END}" if told else "''"


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
