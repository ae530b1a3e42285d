"""Rules of milk: who can give any (rules 3 and 9)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.errors import Refusal
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.vocabulary import Record

_MALE = (Sex.MALE, Sex.NEUTERED_MALE)


def gives_milk(animal: Row[Any], on: date) -> None:
    """Refuse what cannot be: milk comes from females on the farm in lactation (rules 3 and 9)."""
    name = animal.name or animal.tag_number
    if animal.sex in _MALE:
        raise Refusal(f"{name} is male.", "Check the tag, or the sex on the animal's card.")
    if animal.birth_date is not None and on < animal.birth_date:
        raise Refusal(f"{name} was not born on {on:%d %B %Y}.", "Check the date.")
    gone = animal.status not in (LivestockStatus.ACTIVE, LivestockStatus.LOST)
    if gone and (animal.left_on is None or on > animal.left_on):
        raise Refusal(f"{name} had left by {on:%d %B %Y}.", "Check the date, or the tag.")
    if animal.calved_on is None:
        raise Refusal(
            f"{name} has no calving on record.", "Write on her card when she last calved."
        )
    dry = animal.dried_off_on
    if dry is not None and animal.calved_on <= dry < on:
        raise Refusal(
            f"{name} is dry since {dry:%d %B %Y}.",
            "Correct the date on her card if she is still milked.",
        )


def _milking(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    if after is None:
        return
    same = before is not None and (before.animal_id, before.milked_on) == (
        after.animal_id,
        after.milked_on,
    )
    animal = None if same else row_of(connection, Livestock, after.animal_id)
    if animal is not None:
        gives_milk(animal, after.milked_on)


RULES: dict[type[Record], tuple[Rule, ...]] = {MilkProductionLog: (_milking,)}
