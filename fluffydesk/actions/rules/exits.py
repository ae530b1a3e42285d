"""Rules of leaving: no animal is eaten, sold or moved away under withdrawal without a reason."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Connection, Row

from fluffydesk.actions import withdrawal
from fluffydesk.actions.rules.rule import Rule
from fluffydesk.figures.withdrawal import Food
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import Record

OVERRIDDEN = "Under withdrawal: "
"""Stands before the reason why an animal left all the same, in the audited reason it left."""
EATEN = (LivestockStatus.SOLD, LivestockStatus.SLAUGHTERED)


def meat_withheld(connection: Connection, animal: Row[Any]) -> list[withdrawal.Held]:
    """Return what withholds the meat of an animal at any time of the day it left (rule 11)."""
    zone = withdrawal.zone_of(connection)
    if animal.left_on is None:
        return []
    first = datetime.combine(animal.left_on, time.min, zone)
    last = datetime.combine(animal.left_on, time.max, zone)
    moment = now()
    if first <= moment <= last:
        first = last = moment
    return withdrawal.held(
        connection, Food.MEAT, first.astimezone(UTC), animals=[animal.id], through=last
    )


def _guard(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    if before is None or after is None or after.status not in EATEN:
        return
    if (before.status, before.left_on) == (after.status, after.left_on):
        return
    if OVERRIDDEN in (after.left_reason or ""):
        return
    found = meat_withheld(connection, after)
    if found:
        raise withdrawal.release_refusal(found, withdrawal.zone_of(connection))


RULES: dict[type[Record], tuple[Rule, ...]] = {Livestock: (_guard,)}
"""Rule 11 at the exits of single animals."""
