"""What an older central has no place for: asked when its schema changes, and never sent to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sqlalchemy import Column, Connection, Enum

from fluffydesk.central.messages import Hello
from fluffydesk.mirror import journal, pending
from fluffydesk.mirror.images import Value, to_storage
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.pending import OpenRefusal, Parcel, SentRow
from fluffydesk.records.catalog import MIRRORED, record_for
from fluffydesk.records.types import new_id
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.sync.parcels import Cell, gives, needs
from fluffydesk.sync.ports import Central, Door, Json

CENTRAL_OLDER = "central_older"
"""Not an SQLSTATE: central has no place yet for what was entered."""

ADVICE = (
    "Ask whoever runs central to run `fluffydesk central upgrade`: this is then sent by itself. "
    "Or take it out and save."
)
_STATE = "lacks"


@dataclass(frozen=True)
class Lacks:
    """What this version has and central has not: tables, columns, and words of closed lists."""

    tables: frozenset[str] = frozenset()
    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.tables or self.columns or self.words)


def learn(door: Door, central: Central, hello: Hello) -> None:
    """Ask central what it has, if its schema is another than when it was last asked.

    What it had no place for is tried again; and where it has places now that it had not, the
    mirror is compared with it column by column.
    """
    if door(partial(_is_known, schema=hello.schema)):
        return
    door(partial(_keep, schema=hello.schema, lacks=_compared(central.catalogue())))


def lacking(connection: Connection) -> Lacks:
    """Return what central lacked when it was last asked; nothing where it never was."""
    found: Json = Mirror.state.get(connection, _STATE) or {}

    def sets(name: str) -> dict[str, frozenset[str]]:
        return {key: frozenset(some) for key, some in found.get(name, {}).items()}

    return Lacks(frozenset(found.get("tables", ())), sets("columns"), sets("words"))


def without(wanted: Mapping[str, list[str]], missing: Lacks) -> dict[str, list[str]]:
    """Return those tables and columns that central has."""
    return {
        table: [name for name in columns if name not in missing.columns.get(table, ())]
        for table, columns in wanted.items()
        if table not in missing.tables
    }


def fitting(connection: Connection, parcels: Sequence[Parcel]) -> list[Parcel]:
    """Return the parcels that central has a place for, without columns that it lacks.

    The others go to quarantine in words, and what refers to them waits. The connection is that of
    `Mirror.apply`.
    """
    missing = lacking(connection)
    if not missing:
        return list(parcels)
    ready: list[Parcel] = []
    absent: set[Cell] = set()
    for parcel in parcels:
        waits = any(absent.intersection(needs(row)) for row in parcel.rows)
        unfit = next((u for row in parcel.rows if (u := _unfit(row, missing))), None)
        if waits or unfit:
            absent.update(cell for row in parcel.rows for cell in gives(row))
        if unfit and not waits:
            _refuse(connection, parcel, *unfit)
        elif not waits:
            ready.append(replace(parcel, rows=tuple(_stripped(r, missing) for r in parcel.rows)))
    return ready


def _compared(catalogue: Json) -> Lacks:
    there, words = catalogue["tables"], catalogue["words"]
    tables, columns, lists = set(), {}, {}
    for record in MIRRORED:
        table = record.__table__
        if table.name not in there:
            tables.add(table.name)
            continue
        absent = {c.name for c in table.columns} - set(there[table.name])
        if absent:
            columns[table.name] = frozenset(absent)
        for column in table.columns:
            if isinstance(column.type, Enum) and column.type.name in words:
                new = set(column.type.enums) - set(words[column.type.name])
                if new:
                    lists[str(column.type.name)] = frozenset(new)
    return Lacks(frozenset(tables), columns, lists)


def _is_known(mirror: Mirror, schema: str) -> bool:
    return bool((mirror.recall(_STATE) or {}).get("schema") == schema)


def _keep(mirror: Mirror, schema: str, lacks: Lacks) -> None:
    with mirror.apply(durable=True) as connection:
        before = _named(lacking(connection))
        mirror.state.put(
            connection,
            _STATE,
            {
                "schema": schema,
                "tables": sorted(lacks.tables),
                "columns": {table: sorted(some) for table, some in lacks.columns.items()},
                "words": {name: sorted(some) for name, some in lacks.words.items()},
            },
        )
        if before - _named(lacks):
            mirror.state.put(connection, "fingerprint", None)
        for refusal in pending.open_refusals(connection):
            if refusal.code == CENTRAL_OLDER:
                pending.close_refusal(connection, refusal, "retried")


def _named(lacks: Lacks) -> set[tuple[str, str]]:
    """Return the tables and columns in one set."""
    columns = {(table, name) for table, some in lacks.columns.items() for name in some}
    return columns | {(table, "") for table in lacks.tables}


def _unfit(row: SentRow, missing: Lacks) -> tuple[SentRow, Column[Any] | None, Value] | None:
    """Return the row, and the column and value that central has no place for; None if it has."""
    if row.table in missing.tables:
        return row, None, None
    columns = record_for(row.table).__table__.columns
    for name, value in row.values.items():
        column = columns[name]
        if value is None:
            continue
        if name in missing.columns.get(row.table, ()):
            if value != _default(column):
                return row, column, value
        elif isinstance(column.type, Enum) and value in missing.words.get(
            str(column.type.name), ()
        ):
            return row, column, value
    return None


def _default(column: Column[Any]) -> Value:
    default: Any = column.default
    return None if default is None or default.is_callable else to_storage(column, default.arg)


def _stripped(row: SentRow, missing: Lacks) -> SentRow:
    absent = missing.columns.get(row.table, frozenset())
    values = {name: value for name, value in row.values.items() if name not in absent}
    return replace(row, values=values)


def _refuse(
    connection: Connection, parcel: Parcel, row: SentRow, column: Column[Any] | None, value: Value
) -> None:
    one, several = (title.lower() for title in record_for(row.table).__titles__)
    if column is None:
        what = f"has no place for {several} yet"
    elif isinstance(column.type, Enum) and value is not None:
        word = str(value).replace("_", " ")
        what = f"does not know “{word}” yet, the {facts_of(column).label.lower()} of this {one}"
    else:
        what = f"has no place for the {facts_of(column).label.lower()} of this {one} yet"
    refusal = OpenRefusal(
        pending.retried(connection, parcel.units) or str(new_id()),
        parcel.units,
        parcel.rows,
        CENTRAL_OLDER,
        row.table,
        row.id,
        None if column is None else column.name,
        f"Central is older than this app and {what}.",
        ADVICE,
        journal.moment(),
    )
    pending.put_refusal(connection, refusal, None)
