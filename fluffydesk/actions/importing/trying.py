"""Writes a planned row as the rules of the trade allow, and tries rows out before any is kept."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from functools import cache, partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, bindparam, select

from fluffydesk.actions import rules
from fluffydesk.actions.importing.plans import (
    Door,
    Planned,
    Problem,
    Progress,
    Tell,
    in_parts,
)
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.schema import links_from
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.vocabulary import Record, facts_of

AT_ONCE = 500
"""Rows tried in one go: other screens read in between."""


class _TakenBack(Exception):
    """Ends a unit of work of which nothing is to be kept."""


def write_row(unit: Unit, row: Planned) -> bool:
    """Write one row and ask the rules; False where it came, or went, since it was planned.

    Raises Refusal where a rule forbids it, or what it points at is not there.
    """
    before = row_of(unit.connection, row.record, row.id)
    if (before is None) != (row.before is None):
        return False
    if row.of is not None and row_of(unit.connection, *row.of) is None:
        return False
    _refuse_broken_links(unit.connection, row)
    if before is None:
        unit.insert(row.record, row.values, row.id)
    else:
        unit.update(row.record, row.id, row.values)
    if not row.as_is:
        after = row_of(unit.connection, row.record, row.id)
        rules.hold(unit.connection, row.record, before, after)
    return True


def row_of(connection: Connection, record: type[Record], row_id: UUID) -> Row[Any] | None:
    """Return a row with every column; None where it is not there."""
    return connection.execute(_by_id(record), {"row": row_id}).first()


@cache
def _by_id(record: type[Record]) -> Select[Any]:
    table = record.__table__
    return select(table).where(table.c.id == bindparam("row"))


def write_or_tell(unit: Unit, row: Planned) -> tuple[bool, Problem | None]:
    """Write one row, or take it back and return why: nothing of it stays in the unit."""
    unit.connection.exec_driver_sql("SAVEPOINT line")
    problem = None
    try:
        written = write_row(unit, row)
    except Refusal as refusal:
        unit.connection.exec_driver_sql("ROLLBACK TO line")
        problem, written = Problem(row.line, str(refusal)), False
    unit.connection.exec_driver_sql("RELEASE line")
    return written, problem


def try_out(door: Door, rows: Sequence[Planned], tell: Tell) -> tuple[list[Planned], list[Problem]]:
    """Return the rows that the rules would let in, and why they would not the others.

    The rows are written as an import writes them, and taken back, some hundred at a time: a rule
    that adds up over many rows (heads of a flock) sees those of its own go, and what remains is
    refused at the import. Rows that a row points at are there when it is tried.
    """
    passed: dict[UUID, Planned] = {}
    problems: list[Problem] = []
    done = 0
    for some in in_parts(rows, AT_ONCE):
        good, bad = door(partial(_tried, rows=some, passed=passed))
        passed.update((row.id, row) for row in good)
        problems += bad
        done += len(some)
        tell(Progress(done, len(rows), "tried"))
    return list(passed.values()), problems


def _tried(
    mirror: Mirror, rows: Sequence[Planned], passed: dict[UUID, Planned]
) -> tuple[list[Planned], list[Problem]]:
    good: list[Planned] = []
    bad: list[Problem] = []
    left_out: set[int] = set()
    with contextlib.suppress(_TakenBack), mirror.unit("Dry run of an import") as unit:
        for row in rows:
            if row.of is not None and row.line in left_out:
                continue
            _bring(unit, row, passed)
            written, problem = write_or_tell(unit, row)
            if problem:
                bad.append(problem)
                left_out.add(row.line)
            elif written:
                good.append(row)
        raise _TakenBack
    return good, bad


def _bring(unit: Unit, row: Planned, passed: dict[UUID, Planned]) -> None:
    """Write first what the row points at and an earlier go had tried and taken back."""
    for link in links_from(row.record.__table__.name):
        target = passed.get(row.values.get(link.column))  # type: ignore[arg-type]
        if target is not None and target.before is None:
            _bring(unit, target, passed)
            write_or_tell(unit, target)


def _refuse_broken_links(connection: Connection, row: Planned) -> None:
    """Refuse a row by itself, before the link spoils the unit it is saved in."""
    for link in links_from(row.record.__table__.name):
        value = row.values.get(link.column)
        if value is None or link.via is not None:
            continue
        sql = f"SELECT 1 FROM {link.target} WHERE id = ?"
        if connection.exec_driver_sql(sql, (str(value),)).first() is None:
            label = facts_of(row.record.__table__.c[link.column]).label
            raise Refusal(
                f"{label} is not here: its own line was left out, or it was deleted.",
                "See why, correct it, and import the file again.",
                field=link.column,
            )
