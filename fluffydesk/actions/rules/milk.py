"""Rules of milk: who can give any, and the lactation it counts in (rules 3 and 9)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, update

from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.errors import Refusal
from fluffydesk.figures.breeding import same_birth
from fluffydesk.figures.milk import days_in_milk
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import LambingRecord, MilkProductionLog
from fluffydesk.records.livestock import Livestock, LivestockSpecies
from fluffydesk.records.vocabulary import Record, facts_of

_MILK = MilkProductionLog.__table__
_BIRTHS = LambingRecord.__table__.c
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


def follow_card(connection: Connection, before: Row[Any], after: Row[Any]) -> None:
    """Let milkings count from the calving that a card now says, and be of its parity (rule 9).

    A calving long after the one before is a new one; any other change is a correction, and the
    date before was none.
    """
    gone, come = before.calved_on, after.calved_on
    if gone is not None and come is not None and come > gone:
        species = row_of(connection, LivestockSpecies, after.species_id)
        days = None if species is None else species.gestation_days
        gone = gone if same_birth(gone, come, days) else None
    follow_calving(connection, after.id, gone, come)


def follow_calving(
    connection: Connection, animal_id: UUID, gone: date | None, come: date | None
) -> None:
    """Count the milkings of an animal anew once a calving is on `come`, and not on `gone`.

    Each counts from the last calving known by its day. Those of other lactations stay as they are.
    """
    animal = row_of(connection, Livestock, animal_id)
    edges = [on for on in (gone, come) if on is not None]
    if animal is None or not edges:
        return
    begun = _calvings(connection, animal)
    if gone not in (come, animal.calved_on):
        begun.pop(gone, None)
    table = _MILK.c
    found = select(table.id, table.milked_on, table.days_in_milk, table.parity).where(
        table.animal_id == animal_id, table.milked_on >= min(edges)
    )
    for row in connection.execute(found).all():
        was = None if row.days_in_milk is None else row.milked_on - timedelta(row.days_in_milk)
        now = max((on for on in begun if on is not None and on <= row.milked_on), default=None)
        mine = was == gone or was == now == come
        if mine or (now is not None and (was is None or was < now)):
            _count(connection, row, now, begun.get(now))


def _count(connection: Connection, row: Any, calved_on: date | None, parity: Any) -> None:
    days, most = days_in_milk(calved_on, row.milked_on), facts_of(_MILK.c.days_in_milk).maximum
    assert isinstance(most, int)
    values = {"days_in_milk": days if days is None or days <= most else None, "parity": parity}
    if any(getattr(row, name) != value for name, value in values.items()):
        connection.execute(update(_MILK).where(_MILK.c.id == row.id).values(**values))


def _calvings(connection: Connection, animal: Row[Any]) -> dict[date | None, int | None]:
    """Return the calvings that are known of an animal with their parity; the card says the last."""
    found: dict[date | None, int | None] = {}
    births = select(_BIRTHS.lambed_on, _BIRTHS.parity, _BIRTHS.previous_on).where(
        _BIRTHS.dam_id == animal.id, _BIRTHS.parity.is_not(None)
    )
    for row in connection.execute(births.order_by(_BIRTHS.lambed_on)):
        if row.previous_on is not None:
            found.setdefault(row.previous_on, row.parity - 1)
        found[row.lambed_on] = row.parity
    if animal.calved_on is None:
        return found
    before = {
        on: parity for on, parity in found.items() if on is not None and on < animal.calved_on
    }
    return {**before, animal.calved_on: animal.parity}


def _calving(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    if before is None or after is None:
        return
    if (before.calved_on, before.parity) != (after.calved_on, after.parity):
        follow_card(connection, before, after)


def _milking(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    if after is None:
        return
    same = before is not None and (before.animal_id, before.milked_on) == (
        after.animal_id,
        after.milked_on,
    )
    animal = None if same else row_of(connection, Livestock, after.animal_id)
    if animal is None:
        return
    gives_milk(animal, after.milked_on)
    if before is not None and before.days_in_milk == after.days_in_milk:
        known = {on: n for on, n in _calvings(connection, animal).items() if on is not None}
        now = max((on for on in known if on <= after.milked_on), default=None)
        _count(connection, after, now, None if now is None else known[now])


RULES: dict[type[Record], tuple[Rule, ...]] = {
    MilkProductionLog: (_milking,),
    Livestock: (_calving,),
}
