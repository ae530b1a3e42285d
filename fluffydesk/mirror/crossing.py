"""Which pets are whose, by their row numbers: what leads from pets with a word to their clients.

The links name rows by their ids, which lie scattered: to follow 30,000 of them takes a quarter of
a second, by the numbers kept here a twentieth of that. Triggers keep them with each row.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, column
from sqlalchemy import table as plain_table

from fluffydesk.records.clinic import PatientPerson
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet

NAME = "search_crossed"
CROSSED = plain_table(
    NAME, *(column(name, Integer()) for name in ("shared", "link", "pet_row", "client_row"))
)
"""A row for each link of a pet and a client: whether it is somebody who shares the pet, and the
numbers of the link's row and of what it links, of which one may be missing."""

_PETS, _CLIENTS = Pet.__table__.name, ClinicClient.__table__.name
_LINKS = (ClinicPatient.__table__.name, PatientPerson.__table__.name)
_ENDS = ((_PETS, "pet"), (_CLIENTS, "client"))
TABLES = frozenset({_PETS, _CLIENTS, *_LINKS})
"""What the numbers are of."""


def ddl() -> list[str]:
    """Return the statements that make the table, empty, and the triggers that keep it."""
    statements = [
        f"CREATE TABLE {NAME} (shared INTEGER, link INTEGER, pet_row INTEGER, client_row INTEGER,"
        " PRIMARY KEY (shared, link)) WITHOUT ROWID",
        f"CREATE INDEX {NAME}_pets ON {NAME} (pet_row, client_row)",
        f"CREATE INDEX {NAME}_clients ON {NAME} (client_row, pet_row)",
    ]
    pet = f"(SELECT rowid FROM {_PETS} WHERE id = NEW.pet_id)"
    client = f"(SELECT rowid FROM {_CLIENTS} WHERE id = NEW.client_id)"
    for shared, table in enumerate(_LINKS):
        found = f"shared = {shared} AND link = OLD.rowid"
        statements += [
            _trigger("insert", "INSERT", table)
            + f"INSERT INTO {NAME} VALUES ({shared}, NEW.rowid, {pet}, {client}); END",
            _trigger("update", "UPDATE OF pet_id, client_id", table)
            + f"UPDATE {NAME} SET pet_row = {pet}, client_row = {client} WHERE {found}; END",
            _trigger("delete", "DELETE", table) + f"DELETE FROM {NAME} WHERE {found}; END",
        ]
    for table, end in _ENDS:
        comes = "".join(  # a link may come before what it links
            f"UPDATE {NAME} SET {end}_row = NEW.rowid WHERE shared = {shared}"
            f" AND link IN (SELECT rowid FROM {links} WHERE {end}_id = NEW.id); "
            for shared, links in enumerate(_LINKS)
        )
        goes = f"UPDATE {NAME} SET {end}_row = NULL WHERE {end}_row = OLD.rowid; "
        statements += [
            _trigger("insert", "INSERT", table) + comes + "END",
            _trigger("delete", "DELETE", table) + goes + "END",
        ]
    return statements


def drop(driver: Any) -> None:
    """Drop the table and its triggers."""
    for table in TABLES:
        for event in ("insert", "update", "delete"):
            driver.execute(f"DROP TRIGGER IF EXISTS crossed_{table}_{event}")
    driver.execute(f"DROP TABLE IF EXISTS {NAME}")


def fill(driver: Any, last: int, at_once: int) -> int | None:
    """Put in the next patients after row `last`, with the first of them all who share a pet, and
    return the last one that is in; None once all are, or where the mirror keeps no such tables.

    Triggers put rows in that come in between, and keep those that are in.
    """
    patients, people = _LINKS
    found = driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    there = {name for (name,) in found}
    if not there >= TABLES:
        return None
    if NAME not in there:
        for statement in ddl():
            driver.execute(statement)
        _put(driver, 1, people, "")
    sql = f"SELECT rowid FROM {patients} WHERE rowid > ? ORDER BY rowid LIMIT 1 OFFSET ?"
    found = driver.execute(sql, (last, at_once - 1)).fetchone()
    until = None if found is None else int(found[0])
    part = f" WHERE l.rowid > {last}" + ("" if until is None else f" AND l.rowid <= {until}")
    _put(driver, 0, patients, part)
    return until


def _put(driver: Any, shared: int, links: str, part: str) -> None:
    driver.execute(
        f"INSERT OR REPLACE INTO {NAME} SELECT {shared}, l.rowid, p.rowid, c.rowid"
        f" FROM {links} AS l LEFT JOIN {_PETS} AS p ON p.id = l.pet_id"
        f" LEFT JOIN {_CLIENTS} AS c ON c.id = l.client_id{part}"
    )


def _trigger(event: str, after: str, table: str) -> str:
    return f"CREATE TRIGGER crossed_{table}_{event} AFTER {after} ON {table} BEGIN "
