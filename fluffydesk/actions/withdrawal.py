"""The withdrawal guard: whose milk, meat or eggs are withheld, asked at every exit (rule 11)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from fluffydesk.actions.given import Given, Moves, Names, until_of
from fluffydesk.errors import Refusal
from fluffydesk.figures.withdrawal import Food, last_dose
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.enums.livestock import FlockStatus, LivestockStatus
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import (
    Flock,
    Livestock,
)
from fluffydesk.records.types import zone_named

_HERE = (LivestockStatus.ACTIVE, LivestockStatus.LOST)
_ADVICE = "Leave it out, throw the product away, or give the reason why it may leave all the same."


@dataclass(frozen=True)
class Held:
    """One animal, flock or group whose product is withheld, by one treatment or vaccination.

    `until` is exact once the course is finished. While it is `open`, `until` is what is planned
    (dose by dose), and the product stays withheld whatever the clock says (rule 16).
    """

    food: Food
    animal_id: UUID | None
    flock_id: UUID | None
    batch_id: UUID | None
    name: str
    product: str
    given_at: datetime
    until: datetime
    open: bool
    treatment_id: UUID
    is_vaccine: bool = False

    @property
    def ends(self) -> str:
        """Until when, in words and in UTC: for a place's own time use `until`."""
        return ends_text(self.until, self.open, ZoneInfo("UTC"))


def held(
    connection: Connection,
    food: Food,
    on: datetime,
    *,
    animals: Collection[UUID] = (),
    flock: UUID | None = None,
    batch: UUID | None = None,
    through: datetime | None = None,
) -> list[Held]:
    """Return what withholds a product at `on`, or at any time from `on` to `through`.

    Asked are single animals, a flock, or a group with those who are its members at `on`. What
    was given to a group counts for its members of that date (rule 8). Latest end first.
    """
    wanted = set(animals)
    if batch is not None:
        wanted |= members(connection, batch, on)
    found = [
        one
        for one in all_held(connection, food, on, through=through, animals=wanted)
        if one.animal_id in wanted
        or (flock is not None and one.flock_id == flock)
        or (batch is not None and one.animal_id is None and one.batch_id == batch)
    ]
    return sorted(found, key=lambda one: (one.open, one.until, one.name), reverse=True)


def all_held(
    connection: Connection,
    food: Food,
    on: datetime,
    *,
    through: datetime | None = None,
    animals: Collection[UUID] | None = None,
    given: Given | None = None,
) -> list[Held]:
    """Return everything withheld at `on`: animals (also as members of a group), flocks, groups.

    With `animals`, members of treated groups other than these are left out. Birds that were
    moved carry what they were given into the flock they came into. Who asks about many moments
    reads once what was `given` in the whole of their time.
    """
    given = given or Given(connection, food, on, through or on, zone_of(connection))
    named, zone = given.names, given.zone
    found = []
    for row, is_vaccine in given.between(on, through or on):
        one = _held(food, row, is_vaccine, named, row.animal_id)
        found.append(one)
        if row.flock_id is not None:
            for flock in _reached(given.flights, one, through or on, zone):
                found.append(replace(one, flock_id=flock, name=named.flock(flock)))
        if row.batch_id is not None:
            inside = given.moves.members(row.batch_id, row.given_at)
            chosen = inside if animals is None else inside & set(animals)
            found += [_held(food, row, is_vaccine, named, one) for one in sorted(chosen)]
    return found


def still_here(connection: Connection, found: Iterable[Held], on: date) -> list[Held]:
    """Leave out who had left the farm by the end of a day: nothing more is to be done there."""
    animals, flocks = Livestock.__table__.c, Flock.__table__.c
    here = or_(animals.status.in_(_HERE), animals.left_on > on)
    named = list(found)
    gone = {
        *_ids(connection, animals.id, {one.animal_id for one in named}, ~here),
        *_ids(
            connection,
            flocks.id,
            {one.flock_id for one in named},
            flocks.status == FlockStatus.DEPLETED,
        ),
    }
    return [one for one in named if not {one.animal_id, one.flock_id} & gone]


def _ids(
    connection: Connection, column: Any, wanted: set[UUID | None], where: ColumnElement[bool]
) -> Iterator[UUID]:
    query = select(column).where(column.in_(wanted - {None}), where)
    yield from connection.execute(query).scalars()


def may_leave(
    connection: Connection,
    food: Food,
    on: datetime,
    *,
    animals: Collection[UUID] = (),
    flock: UUID | None = None,
    batch: UUID | None = None,
    override_reason: str | None = None,
    through: datetime | None = None,
) -> list[Held]:
    """Let a product leave (tank, egg store, sale, slaughter, transfer), or refuse (rule 11).

    Returns what withholds it: empty where nothing does. Where something does, it passes only
    with a reason, which the caller stores beside `under_withdrawal`, where it is audited.
    Refusal: names who is under withdrawal, by which product, and until when.
    """
    found = held(connection, food, on, animals=animals, flock=flock, batch=batch, through=through)
    if found and not (override_reason or "").strip():
        raise release_refusal(found, zone_of(connection))
    return found


def withheld_milk(
    connection: Connection, on: date, session: MilkingSession, given: Given | None = None
) -> dict[UUID, Held]:
    """Return whose milk of one milking must not go into the tank, by animal: the latest end.

    The day of the farm (rule 25) is halved at noon: what is withheld at any time of a milking's
    half counts for it, the safe way round. Milk that was written down before the drug was given
    was milked before it. The tank is filled by the same answer (rule 11).
    """
    zone = zone_of(connection)
    first = time(12) if session in (MilkingSession.NOON, MilkingSession.EVENING) else time()
    until_noon = session == MilkingSession.MORNING
    start = datetime.combine(on, first, zone).astimezone(UTC)
    next_day = datetime.combine(on + timedelta(days=1), time(), zone)
    end = datetime.combine(on, time(12), zone) if until_noon else next_day
    through = end.astimezone(UTC) - timedelta(seconds=1)
    milk = MilkProductionLog.__table__.c
    written = dict(
        connection.execute(
            select(milk.animal_id, milk.created_at).where(
                milk.milked_on == on, milk.session == session
            )
        ).all()
    )
    found: dict[UUID, Held] = {}
    for one in all_held(connection, Food.MILK, start, through=through, given=given):
        key = one.animal_id
        if key is None or (key in written and written[key] < one.given_at):
            continue
        if key not in found or (found[key].open, found[key].until) < (one.open, one.until):
            found[key] = one
    return found


def release_refusal(found: Collection[Held], zone: ZoneInfo | None = None) -> Refusal:
    """Return the refusal that names the animals, what they were given and until when."""
    first = max(found, key=lambda one: (one.open, one.until))
    who = {one.animal_id or one.flock_id or one.batch_id for one in found}
    others = f", and {len(who) - 1} more," if len(who) > 1 else ""
    verb = "are" if len(who) > 1 else "is"
    ends = ends_text(first.until, first.open, zone or ZoneInfo("UTC"))
    return Refusal(
        f"{first.name}{others} {verb} under withdrawal: no {first.food} {ends} ({first.product}).",
        _ADVICE,
        field="override_reason",
    )


def ends_text(until: datetime, is_open: bool, zone: ZoneInfo) -> str:
    """Return until when, in the farm's own time: `before 19 March 2026, 08:00`."""
    local = f"{until.astimezone(zone):%d %B %Y, %H:%M}".lstrip("0")
    if is_open:
        return f"before the course is finished, planned for {local}"
    return f"before {local}"


def zone_of(connection: Connection) -> ZoneInfo:
    """Return the farm's own time zone (rule 25)."""
    name = (Mirror.state.get(connection, "organization") or {}).get("time_zone")
    return zone_named(name)


def members(connection: Connection, batch: UUID, at: datetime) -> set[UUID]:
    """Return the animals that were in a group on the day of `at` (rule 8)."""
    return Moves(connection, zone_of(connection)).members(batch, at)


def _reached(flights: list[Row[Any]], one: Held, until: datetime, zone: ZoneInfo) -> list[UUID]:
    """Return the flocks that birds of a treated flock came into since they were treated."""
    first, last = one.given_at.astimezone(zone).date(), until.astimezone(zone).date()
    there = {one.flock_id}
    found = []
    for move in flights:
        if first <= move.placed_on <= last and move.from_flock_id in there:
            if move.flock_id not in there:
                found.append(move.flock_id)
            there.add(move.flock_id)
    return found


def _held(food: Food, row: Row[Any], is_vaccine: bool, named: Names, animal: UUID | None) -> Held:
    return Held(
        food=food,
        animal_id=animal,
        flock_id=row.flock_id,
        batch_id=row.batch_id,
        name=named.of(row, animal),
        product=row.product,
        given_at=row.given_at,
        until=until_of(row),
        open=last_dose(row.given_at, row.doses, row.last_dose_at) is None,
        treatment_id=row.id,
        is_vaccine=is_vaccine,
    )
