"""Blocks of numbers that central reserved for this PC, handed out within the save that uses them.

A number goes with the save's own transaction: a save that is taken back takes its number back,
and one that is kept has it for good. Which numbers nobody used is central's to list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from fluffydesk.errors import Refusal
from fluffydesk.mirror.unit import Unit

COLUMNS = {"invoices": "number", "livestock": "tag_number"}
"""Which column of which table is numbered."""

_YEARLY = frozenset({"invoices"})


@dataclass(frozen=True)
class Block:
    """Numbers from `first` to `last`, of which those before `next` were handed out."""

    id: str
    series: str
    first: int
    last: int
    next: int
    noted: int
    """How far central knows this PC to be."""
    epoch: str | None
    """The life of central in which they were reserved."""


def series_of(table: str, on: date) -> str:
    """Return the series in which a row of a table is numbered on a day."""
    return f"{table}/{on.year}" if table in _YEARLY else table


def text_of(series: str, number: int) -> str:
    """Return a number as it is written: `2026-00042` in a yearly series, else plain."""
    _, _, year = series.partition("/")
    return f"{year}-{number:05d}" if year else str(number)


def blocks(connection: Connection) -> list[Block]:
    """Return the blocks of this PC, lowest numbers first."""
    sql = (
        'SELECT id, series, "first", "last", "next", noted, epoch FROM number_blocks '
        'ORDER BY series, "first"'
    )
    return [Block(*row) for row in connection.exec_driver_sql(sql).all()]


def keep(connection: Connection, found: Iterable[Block]) -> None:
    """Add blocks; one that is here already stays as it is."""
    for one in found:
        connection.exec_driver_sql(
            'INSERT INTO number_blocks (id, series, "first", "last", "next", noted, epoch) '
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (one.id, one.series, one.first, one.last, one.next, one.noted, one.epoch),
        )


def note(connection: Connection, told: Iterable[Block]) -> None:
    """Say what central knows now of some blocks."""
    for one in told:
        sql = "UPDATE number_blocks SET noted = ? WHERE id = ?"
        connection.exec_driver_sql(sql, (one.next, one.id))


def close(connection: Connection, ids: Iterable[str]) -> None:
    """Hand out nothing more of some blocks; how far they are is still known."""
    for id in ids:
        sql = 'UPDATE number_blocks SET "last" = "next" - 1 WHERE id = ?'
        connection.exec_driver_sql(sql, (id,))


def drop(connection: Connection, ids: Iterable[str]) -> None:
    """Forget blocks: nothing more is handed out of them."""
    for id in ids:
        connection.exec_driver_sql("DELETE FROM number_blocks WHERE id = ?", (id,))


def left(connection: Connection, series: str, without: Collection[str] = ()) -> int:
    """Return how many numbers of a series this PC can hand out, some blocks left aside."""
    return sum(
        block.last - block.next + 1
        for block in blocks(connection)
        if block.series == series and block.id not in without
    )


def upcoming(connection: Connection, series: str) -> str | None:
    """Return the number that would be handed out next, or None where none is left."""
    found = _next(connection, series)
    return None if found is None else text_of(series, found[1])


def take(unit: Unit, series: str) -> str:
    """Hand out the next number of a series, for good once the unit is kept.

    Refusal when none is left on this PC.
    """
    found = _next(unit.connection, series)
    if found is None:
        what = "invoice numbers" if series.startswith("invoices") else "tag numbers"
        raise Refusal(
            f"No {what} are left on this PC.", "Go online once: the next sync reserves more."
        )
    _advance(unit, found)
    return text_of(series, found[1])


def take_if(unit: Unit, series: str, text: str) -> None:
    """Count a number as handed out if it is the next one, as a form suggests it."""
    found = _next(unit.connection, series)
    if found is not None and text_of(series, found[1]) == text:
        _advance(unit, found)


def _advance(unit: Unit, found: tuple[str, int]) -> None:
    sql = 'UPDATE number_blocks SET "next" = ? WHERE id = ?'
    unit.connection.exec_driver_sql(sql, (found[1] + 1, found[0]))


def _next(connection: Connection, series: str) -> tuple[str, int] | None:
    """Return the block and the number that come next; what a row has already is passed over."""
    table = series.partition("/")[0]
    taken = f"SELECT 1 FROM {table} WHERE {COLUMNS[table]} = ?"
    for block in blocks(connection):
        if block.series == series:
            for number in range(block.next, block.last + 1):
                if connection.exec_driver_sql(taken, (text_of(series, number),)).first() is None:
                    return block.id, number
    return None
