"""How an animal leaves: it dies, is sold, slaughtered, culled or moved away; and taking that back.

Each ends the animal's record (rule 4): the day, where it went and why stand on its card, nothing
can be written down of it after that day (rule 3), and only a correction with a reason reverses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from fluffydesk.actions import rules
from fluffydesk.actions.rules.animals import HERE, NUMBERS, must_be_free
from fluffydesk.actions.rules.exits import OVERRIDDEN
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.enums.farm_resources import FarmProduct
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm_resources import FarmProductSale
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import today


class Exit(StrEnum):
    """The ways an animal leaves the farm for good."""

    DEATH = "death"
    SALE = "sale"
    SLAUGHTER = "slaughter"
    CULL = "cull"
    TRANSFER = "transfer"


@dataclass(frozen=True)
class Manner:
    """What a way of leaving makes of an animal, and what has to be said of it."""

    status: LivestockStatus
    title: str
    wants_reason: bool = False
    wants_place: bool = False
    is_eaten: bool = False
    """Whether its meat may be eaten, so that a withdrawal stands in the way (rule 11)."""


MANNERS = {
    Exit.DEATH: Manner(LivestockStatus.DEAD, "Death", wants_reason=True),
    Exit.SALE: Manner(LivestockStatus.SOLD, "Sale", wants_place=True, is_eaten=True),
    Exit.SLAUGHTER: Manner(
        LivestockStatus.SLAUGHTERED, "Slaughter", wants_place=True, is_eaten=True
    ),
    Exit.CULL: Manner(LivestockStatus.DEAD, "Cull", wants_reason=True),
    Exit.TRANSFER: Manner(LivestockStatus.SOLD, "Transfer", wants_place=True, is_eaten=True),
}


def leave(
    mirror: Mirror,
    animal_id: UUID,
    how: Exit,
    left_on: date,
    *,
    went_to: str | None = None,
    reason: str | None = None,
    override_reason: str | None = None,
) -> Changes:
    """Write down that an animal died, was sold, slaughtered, culled or moved away (rule 4).

    InvalidValue: a day in the future, before its birth or arrival, or before the last entry of it
    (rule 3), no cause of a death or cull, no holding it went to. Refusal: it has left already, or
    is under withdrawal and not merely dead, without an `override_reason` (rule 11).
    """
    return leave_together(
        mirror,
        [animal_id],
        how,
        left_on,
        went_to=went_to,
        reason=reason,
        override_reason=override_reason,
    )


def leave_together(
    mirror: Mirror,
    animal_ids: Iterable[UUID],
    how: Exit,
    left_on: date,
    *,
    went_to: str | None = None,
    reason: str | None = None,
    override_reason: str | None = None,
) -> Changes:
    """Write down that several animals left in one way: all of them, or none (rule 4)."""
    with mirror.unit(MANNERS[how].title) as unit:
        for animal_id in animal_ids:
            end(
                unit,
                animal_id,
                how,
                left_on,
                went_to=went_to,
                reason=reason,
                override_reason=override_reason,
            )
    return unit.changes


def end(
    unit: Unit,
    animal_id: UUID,
    how: Exit,
    left_on: date,
    *,
    went_to: str | None = None,
    reason: str | None = None,
    override_reason: str | None = None,
) -> None:
    """End an animal's record within a unit of work, as `leave` does: for a sale with its money."""
    must_be_said(how, left_on, went_to, reason)
    animal = existing(unit.connection, Livestock, animal_id)
    name = animal.name or animal.tag_number
    if animal.status not in HERE:
        on = f" on {animal.left_on:%d %B %Y}" if animal.left_on else ""
        raise Refusal(
            f"{name} is {animal.status} since{on}." if on else f"{name} is {animal.status}.",
            "If that is wrong, take it back on its card first.",
        )
    values = check(
        Livestock,
        {
            "status": MANNERS[how].status,
            "left_on": left_on,
            "went_to": went_to,
            "left_reason": _said(how, reason, override_reason),
        },
        partial=True,
    )
    unit.update(Livestock, animal_id, values)
    after = existing(unit.connection, Livestock, animal_id)
    rules.hold(unit.connection, Livestock, animal, after)


def must_be_said(
    how: Exit, left_on: date, went_to: str | None = None, reason: str | None = None
) -> None:
    """Refuse what is true of no animal: a day to come, no cause or no holding where one is due."""
    manner = MANNERS[how]
    check(Livestock, {"left_on": left_on}, partial=True)
    if manner.wants_reason and not (reason or "").strip():
        raise InvalidValue("The cause is missing.", "Say why.", field="left_reason")
    if manner.wants_place and not (went_to or "").strip():
        raise InvalidValue("Where it went is missing.", "Name the holding.", field="went_to")


def take_back(mirror: Mirror, animal_id: UUID, reason: str) -> Changes:
    """Reverse an exit that was wrong; what it said and why it was wrong stay in the notes (rule 4).

    InvalidValue: no reason. Refusal: the animal is here, or another has its number now (rule 5).
    """
    with mirror.unit("Exit taken back") as unit:
        bring_back(unit, animal_id, reason)
    return unit.changes


def bring_back(unit: Unit, animal_id: UUID, reason: str) -> None:
    """Reverse an exit within a unit of work, as `take_back` does: with a sale's money."""
    why = (reason or "").strip()
    if not why:
        raise InvalidValue("The reason is missing.", "Say what was wrong.", field="reason")
    animal = existing(unit.connection, Livestock, animal_id)
    name = animal.name or animal.tag_number
    if animal.status in HERE:
        raise Refusal(f"{name} is here.", "There is nothing to take back.")
    sold = row_with(
        unit.connection,
        FarmProductSale,
        animal_id=animal_id,
        product=FarmProduct.LIVE_ANIMALS,
        sold_on=animal.left_on,
    )
    if sold is not None and animal.left_on is not None:
        raise Refusal(
            f"{name} was sold with its money on {animal.left_on:%d %B %Y}.",
            "Undo the sale under Money: the animal comes back with it.",
        )
    for column, kind in NUMBERS.items():
        number = getattr(animal, column)
        if number is not None:
            must_be_free(unit.connection, kind, number, animal_id, column)
    line = f"{today():%Y-%m-%d}: {_told(animal)} taken back: {why}"
    values: dict[str, Any] = {
        "status": LivestockStatus.ACTIVE,
        "left_on": None,
        "went_to": None,
        "left_reason": None,
        "notes": f"{animal.notes}\n{line}" if animal.notes else line,
    }
    unit.update(Livestock, animal_id, check(Livestock, values, partial=True))


def _said(how: Exit, reason: str | None, override: str | None) -> str | None:
    """Return the reason as it is kept: a cull is a death by decision, and says so."""
    text = (reason or "").strip()
    if how is Exit.CULL:
        text = f"Culled: {text}"
    if how is Exit.TRANSFER:
        text = f"Transferred: {text}" if text else "Transferred"
    why = (override or "").strip()
    if why and MANNERS[how].is_eaten:
        text = f"{text}. {OVERRIDDEN}{why}" if text else f"{OVERRIDDEN}{why}"
    return text or None


def _told(animal: Row[Any]) -> str:
    parts = [str(animal.status)]
    if animal.left_on is not None:
        parts.append(f"on {animal.left_on:%Y-%m-%d}")
    if animal.went_to:
        parts.append(f"to {animal.went_to}")
    if animal.left_reason:
        parts.append(f"({animal.left_reason})")
    return " ".join(parts)
