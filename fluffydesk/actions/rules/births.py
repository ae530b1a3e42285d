"""A birth that is corrected takes along what was written with it: its young and its service."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, case, select, update

from fluffydesk.actions.rules import animals, breeding
from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums.breeding import BreedingOutcome, PregnancyResult
from fluffydesk.records.farm import LambingRecord, WeightLog
from fluffydesk.records.livestock import Livestock, LivestockBatchMember
from fluffydesk.records.vocabulary import Record

_ANIMALS = Livestock.__table__
_SERVICES = BreedingRecord.__table__.c
_MARKS = ((WeightLog.__table__, "weighed_on"), (LivestockBatchMember.__table__, "joined_on"))
"""What a birth writes of its young, on its day."""


def _corrected(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Its young have the dam and the day of their birth, and her service ended on it (rule 7)."""
    if before is None or after is None:
        return
    if (before.dam_id, before.lambed_on) == (after.dam_id, after.lambed_on):
        return
    _young_follow(connection, before, after)
    ended: dict[str, Any] = {"ended_on": after.lambed_on}
    if before.dam_id != after.dam_id:
        found = _SERVICES.check_result == PregnancyResult.PREGNANT
        open_again = case((found, BreedingOutcome.PREGNANT), else_=BreedingOutcome.AWAITED)
        ended = {"ended_on": None, "outcome": open_again}
    connection.execute(
        update(BreedingRecord.__table__)
        .where(
            _SERVICES.female_id == before.dam_id,
            _SERVICES.ended_on == before.lambed_on,
            _SERVICES.outcome == BreedingOutcome.BORN,
        )
        .values(**ended)
    )


def _young_follow(connection: Connection, before: Row[Any], after: Row[Any]) -> None:
    mine = (_ANIMALS.c.dam_id == before.dam_id) & (_ANIMALS.c.birth_date == before.lambed_on)
    young = connection.execute(select(_ANIMALS).where(mine)).all()
    connection.execute(
        update(_ANIMALS).where(mine).values(dam_id=after.dam_id, birth_date=after.lambed_on)
    )
    for one in young:
        for table, on in _MARKS:
            mark = (table.c.animal_id == one.id) & (table.c[on] == before.lambed_on)
            connection.execute(update(table).where(mark).values(**{on: after.lambed_on}))
    for one in young:
        now = row_of(connection, Livestock, one.id)
        for rule in (*animals.RULES[Livestock], *breeding.RULES[Livestock]):
            rule(connection, one, now)


RULES: dict[type[Record], tuple[Rule, ...]] = {LambingRecord: (_corrected,)}
