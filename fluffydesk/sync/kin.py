"""What belongs to a row waits with it while a person is asked whether it is deleted.

A deletion is of a row and of what points to it, so the answer is for all of them: what was deleted
here together waits here, and what central deleted with it stays here, until a person has decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.errors import Refusal
from fluffydesk.mirror import journal, pending, queries
from fluffydesk.mirror.images import Image, read_image, read_images, write_images
from fluffydesk.mirror.journal import Key
from fluffydesk.mirror.pending import OpenConflict
from fluffydesk.mirror.schema import Link, links_from, links_to
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.catalog import record_for
from fluffydesk.wording import within

_KEPT_FOR_ANOTHER = (
    "SELECT table_name, row_id FROM pending_rows AS mine WHERE base IS NULL AND EXISTS ("
    "SELECT 1 FROM unit_rows WHERE table_name = mine.table_name AND row_id = mine.row_id) "
    "AND NOT EXISTS (SELECT 1 FROM unit_rows WHERE table_name = mine.table_name "
    "AND row_id = mine.row_id AND op IS NOT NULL)"
)
"""Rows that nobody wrote here, and that central has not: `stay_with` kept them."""


def stay_with(connection: Connection, table: str, ids: Sequence[str]) -> set[str]:
    """Keep those rows, which central has deleted, that belong to a row a person is asked about.

    They go back to central with it if it is kept, and go with it if not. Returns their ids.
    """
    sql = (
        "SELECT table_name, row_id FROM conflicts WHERE decision IS NULL AND column_name = '' "
        "AND theirs = 'null' AND mine <> 'null'"
    )
    asked: set[Key] = {(name, id) for name, id in connection.exec_driver_sql(sql)}
    if not asked or not ids:
        return set()
    asked |= {(name, id) for name, id in connection.exec_driver_sql(_KEPT_FOR_ANOTHER)}
    stay = set()
    for id, image in read_images(connection, record_for(table), ids).items():
        for link in _belonging(table):
            parent = (link.target, str(image[link.column]))
            if parent in asked:
                journal.keep_base(connection, (table, id), None)
                for unit in journal.units_on(connection, parent):
                    journal.touch(connection, unit, (table, id))
                stay.add(id)
    return stay


def waits(connection: Connection, key: Key) -> bool:
    """Say whether a row that central has not is here only until a person has decided on another."""
    sql = f"{_KEPT_FOR_ANOTHER} AND mine.table_name = ? AND mine.row_id = ?"
    image = read_image(connection, record_for(key[0]), key[1])
    if image is None or connection.exec_driver_sql(sql, key).first() is None:
        return False
    parents = [(link.target, str(image[link.column])) for link in _belonging(key[0])]
    return any(
        any(one.column == "" for one in pending.open_conflicts(connection, parent))
        or waits(connection, parent)
        for parent in parents
    )


def kept_with(connection: Connection, key: Key) -> list[Key]:
    """Return the rows that wait with one, those that belong to them too."""
    kept = {(name, row) for name, row in connection.exec_driver_sql(_KEPT_FOR_ANOTHER)}
    found = [child for child in _saved_with(connection, key) if child in kept]
    return [*found, *(one for child in found for one in kept_with(connection, child))]


def keep_mine(unit: Unit, conflict: OpenConflict, by: str) -> None:
    """Decide for the side here: a deletion takes along what was added since, a row that stays
    keeps what was asked about with it."""
    connection, (table, id) = unit.connection, conflict.key
    if read_image(connection, record_for(table), id) is None:
        for link in links_to(table):
            sql = f"SELECT id FROM {link.table} WHERE {link.column} = ?"
            if link.on_delete == "CASCADE":
                for child in connection.exec_driver_sql(sql, (id,)).scalars().all():
                    unit.delete(record_for(link.table), UUID(child))
    for key in _saved_with(connection, conflict.key):
        for asked in pending.open_conflicts(connection, key):
            if asked.column == "" and (asked.mine is None) == (conflict.mine is None):
                pending.close_conflict(connection, asked, "mine", by)


def take_theirs(unit: Unit, conflict: OpenConflict) -> None:
    """Bring the row back as central has it, or let it go with central's."""
    connection, (table, id) = unit.connection, conflict.key
    if conflict.theirs is not None:
        _bring_back(connection, conflict.key)
        return
    _refuse_before_parent(connection, conflict.key)
    kept = {(name, row) for name, row in connection.exec_driver_sql(_KEPT_FOR_ANOTHER)}
    for key in list(_saved_with(connection, conflict.key)):
        if key in kept:
            unit.delete(record_for(key[0]), UUID(key[1]))
    unit.delete(record_for(table), UUID(id))


def _refuse_before_parent(connection: Connection, key: Key) -> None:
    """A line that goes first would change the invoice that may stay, posted and paid as it is."""
    image = read_image(connection, record_for(key[0]), key[1]) or {}
    for link in _belonging(key[0]):
        parent = (link.target, str(image.get(link.column)))
        if any(one.column == "" for one in pending.open_conflicts(connection, parent)):
            record = record_for(link.target)
            raise Refusal(
                f"It belongs to the {within(record.__titles__[0])} "
                f"{queries.label(connection, record, UUID(parent[1]))}, which was deleted with it.",
                "Decide on that first: this stays or goes with it.",
            )


def _bring_back(connection: Connection, key: Key) -> None:
    """Undo a deletion here, of what the row points to as well, and of what went with that."""
    edit = journal.pending_row(connection, key)
    if edit is None or edit.base is None or read_image(connection, record_for(key[0]), key[1]):
        return
    write_images(connection, record_for(key[0]), [edit.base])
    for link in links_from(key[0]):
        if edit.base.get(link.column) is not None:
            _bring_back(connection, (link.target, str(edit.base[link.column])))
    for child in list(_saved_with(connection, key)):
        _bring_back(connection, child)


def _saved_with(connection: Connection, key: Key) -> Iterator[Key]:
    """Yield the rows with unsent edits that point to a row and were saved together with it."""
    with_it = set(journal.units_on(connection, key))
    for link in links_to(key[0]):
        for child, other in journal.pending_rows(connection, link.table).items():
            if not with_it.intersection(journal.units_on(connection, child)):
                continue
            image: Image | None = other.base
            if image is None:
                image = read_image(connection, record_for(child[0]), child[1])
            if image is not None and image.get(link.column) == key[1]:
                yield child


@cache
def _belonging(table: str) -> tuple[Link, ...]:
    """Return the links by which a row belongs to another, which cannot be deleted without it."""
    links = links_from(table)
    return tuple(
        one for one in links if one.on_delete != "SET NULL" and one.column != "organization_id"
    )
