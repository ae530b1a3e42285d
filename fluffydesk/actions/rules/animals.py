"""Rules of single animals: when they are here, how they leave, and their numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Row, func, select

from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.identifiers import eid
from fluffydesk.mirror.images import to_image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums.breeding import BreedingMethod
from fluffydesk.records.enums.livestock import IdentifierKind, LivestockStatus
from fluffydesk.records.farm import (
    LambingRecord,
    MilkProductionLog,
    WeightLog,
    WoolMilkProductionLog,
)
from fluffydesk.records.livestock import Livestock, LivestockIdentifier
from fluffydesk.records.medical import HealthDiagnosis, HealthTreatment, VaccineLog
from fluffydesk.records.types import new_id, today, zone_named
from fluffydesk.records.vocabulary import Record

HERE = (LivestockStatus.ACTIVE, LivestockStatus.LOST)
NUMBERS = {"official_id": IdentifierKind.OFFICIAL, "eid": IdentifierKind.EID}
"""The columns of an animal that are numbers only one living animal has."""

_ANIMALS = Livestock.__table__.c
_IDENTIFIERS = LivestockIdentifier.__table__.c
CHANGED = "Changed on the animal's card"
_CALLED_BY = {IdentifierKind.OFFICIAL: "official id", IdentifierKind.EID: "EID"}


@dataclass(frozen=True)
class Log:
    """A record of what an animal did or had: which column names it, and which says when."""

    record: type[Record]
    animal: str
    on: str
    done: str
    """What was done, as in "Bella was milked on .."."""
    counts: Callable[[Row[Any]], bool] = lambda row: True

    @property
    def animal_column(self) -> Column[Any]:
        return self.record.__table__.c[self.animal]

    @property
    def on_column(self) -> Column[Any]:
        return self.record.__table__.c[self.on]


LOGS = (
    Log(MilkProductionLog, "animal_id", "milked_on", "milked"),
    Log(WeightLog, "animal_id", "weighed_on", "weighed"),
    Log(WoolMilkProductionLog, "animal_id", "produced_on", "milked or shorn"),
    Log(LambingRecord, "dam_id", "lambed_on", "lambing"),
    Log(BreedingRecord, "female_id", "served_on", "served"),
    # Semen outlives the bull it came from.
    Log(
        BreedingRecord,
        "male_id",
        "served_on",
        "serving",
        lambda row: row.method == BreedingMethod.NATURAL,
    ),
    Log(VaccineLog, "animal_id", "given_at", "vaccinated"),
    Log(HealthDiagnosis, "animal_id", "seen_on", "diagnosed"),
    Log(
        HealthTreatment,
        "animal_id",
        "given_at",
        "treated",
        lambda row: not row.void_reason,
    ),
)
"""All that rule 3 is about."""


def must_be_here(animal: Row[Any], on: date, field: str | None = None) -> None:
    """Refuse a day before an animal's birth or arrival, or after it left or died (rule 3)."""
    name = animal.name or animal.tag_number
    if animal.birth_date is not None and on < animal.birth_date:
        raise InvalidValue(
            f"{name} was born on {animal.birth_date:%d %B %Y}.", "Check the date.", field=field
        )
    if animal.arrived_on is not None and on < animal.arrived_on:
        raise InvalidValue(
            f"{name} arrived on {animal.arrived_on:%d %B %Y}.", "Check the date.", field=field
        )
    if animal.status in HERE:
        return
    if animal.left_on is None:
        raise InvalidValue(
            f"{name} is {animal.status} and no longer here.", "Check the tag.", field=field
        )
    if on > animal.left_on:
        word = "died" if animal.status == LivestockStatus.DEAD else "left"
        raise InvalidValue(
            f"{name} {word} on {animal.left_on:%d %B %Y}.",
            "Check the date, or the tag.",
            field=field,
        )


def day_of(connection: Connection, moment: date | datetime) -> date:
    """Return the organization's calendar day of a moment (rule 25); a day stays as it is."""
    if not isinstance(moment, datetime):
        return moment
    kept = Mirror.state.get(connection, "organization") or {}
    return moment.astimezone(zone_named(kept.get("time_zone"))).date()


def last_day(connection: Connection, animal: UUID) -> tuple[date, str] | None:
    """Return the last day anything was written down of an animal, and what; None if never."""
    return _outermost(connection, animal, max)


def carrier_of(
    connection: Connection, kind: IdentifierKind, number: str, other_than: UUID
) -> Row[Any] | None:
    """Return the living animal that carries an official id or EID already (rule 5)."""
    column = {kind: name for name, kind in NUMBERS.items()}.get(kind)
    if column is None:
        return None
    alive = _ANIMALS.status == LivestockStatus.ACTIVE
    own = (
        select(Livestock.__table__)
        .where(_ANIMALS[column] == number, alive, _ANIMALS.id != other_than)
        .limit(1)
    )
    kept = (
        select(Livestock.__table__)
        .join(LivestockIdentifier.__table__, _IDENTIFIERS.animal_id == _ANIMALS.id)
        .where(
            _IDENTIFIERS.value == number,
            _IDENTIFIERS.kind == kind,
            _IDENTIFIERS.ended_on.is_(None),
            alive,
            _ANIMALS.id != other_than,
        )
        .limit(1)
    )
    return connection.execute(own).first() or connection.execute(kept).first()


def must_be_free(
    connection: Connection, kind: IdentifierKind, number: str, animal: UUID, field: str
) -> None:
    """Refuse a number that another living animal carries (rule 5)."""
    other = carrier_of(connection, kind, number, animal)
    if other is not None:
        raise InvalidValue(
            f"{other.name or other.tag_number} carries the {_CALLED_BY[kind]} {number} already.",
            "Check the number, or retag the other animal first.",
            field=field,
        )


def _outermost(
    connection: Connection, animal: UUID, which: Callable[..., tuple[date, str]]
) -> tuple[date, str] | None:
    edge = func.max if which is max else func.min
    found = []
    for log in LOGS:
        query = select(edge(log.on_column)).where(log.animal_column == animal)
        table = log.record.__table__.c
        if log.record is HealthTreatment:
            query = query.where(table.void_reason.is_(None))
        if log.animal == "male_id":
            query = query.where(table.method == BreedingMethod.NATURAL)
        value = connection.execute(query).scalar()
        if value is not None:
            found.append((day_of(connection, value), log.done))
    return which(found) if found else None


def _written(log: Log) -> Rule:
    """Return the rule of one log: its animal was here that day (rule 3)."""

    def rule(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
        if after is None or not log.counts(after):
            return
        key, when = getattr(after, log.animal), getattr(after, log.on)
        same = before is not None and (getattr(before, log.animal), getattr(before, log.on)) == (
            key,
            when,
        )
        if same or key is None or when is None:
            return
        animal = row_of(connection, Livestock, key)
        if animal is not None:
            must_be_here(animal, day_of(connection, when), log.on)

    return rule


def _dates(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """An animal's dates are in order, and all that was written down lies within (rule 3)."""
    names = ("birth_date", "arrived_on", "left_on", "status")
    if after is None or (
        before is not None and all(getattr(before, n) == getattr(after, n) for n in names)
    ):
        return
    name = after.name or after.tag_number
    in_order = [d for d in (after.birth_date, after.arrived_on, after.left_on) if d is not None]
    if in_order != sorted(in_order):
        raise InvalidValue(
            f"{name} cannot arrive before it was born, or leave before it came.",
            "Check the dates.",
            field="left_on" if after.left_on is not None else "arrived_on",
        )
    if before is None:
        return
    gone = after.status not in HERE
    last = last_day(connection, after.id) if gone and after.left_on is not None else None
    if last is not None and last[0] > after.left_on:
        raise InvalidValue(
            f"{name} has an entry after that day: {last[1]} on {last[0]:%d %B %Y}.",
            "Check the date, or correct that entry first.",
            field="left_on",
        )
    came = [d for d in (after.birth_date, after.arrived_on) if d is not None]
    first = _outermost(connection, after.id, min) if came else None
    if first is not None and first[0] < max(came):
        raise InvalidValue(
            f"{name} has an entry before that day: {first[1]} on {first[0]:%d %B %Y}.",
            "Check the date, or correct that entry first.",
            field="arrived_on" if after.arrived_on == max(came) else "birth_date",
        )


def _ending(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Death, sale and slaughter have a day and end the record (rule 4)."""
    if after is None:
        return
    name = after.name or after.tag_number
    if before is not None and before.status not in HERE and after.status != before.status:
        raise InvalidValue(
            f"{name} is {before.status}, which ends its record.",
            "If that is wrong, take it back on the animal's card, with the reason.",
            field="status",
        )
    left = after.status not in HERE
    new = before is None or before.status != after.status or before.left_on is not None
    if left and after.left_on is None and new:
        raise InvalidValue(
            f"{name} is {after.status}: the day is missing.",
            "Enter the day it died or left.",
            field="left_on",
        )


def _numbers(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """One living animal per official id or EID, and a retag keeps the old one (rule 5)."""
    if after is None:
        return
    came_alive = before is None or before.status != after.status
    for name, kind in NUMBERS.items():
        number, old = getattr(after, name), None if before is None else getattr(before, name)
        if old is not None and number != old:
            _keep_number(connection, after, kind, old)
        alive = number is not None and after.status == LivestockStatus.ACTIVE
        if alive and (came_alive or number != old):
            must_be_free(connection, kind, number, after.id, name)


def _keep_number(
    connection: Connection, animal: Row[Any], kind: IdentifierKind, number: str
) -> None:
    """End a number that was typed over, as of today; `identifiers.retag` says when and why."""
    rows = LivestockIdentifier.__table__
    same = (rows.c.animal_id == animal.id) & (rows.c.kind == kind) & (rows.c.value == number)
    found = connection.execute(select(rows.c.id, rows.c.ended_on).where(same)).all()
    ended = {"ended_on": today(), "reason": CHANGED}
    if any(row.ended_on is not None for row in found):
        return
    if found:
        connection.execute(rows.update().where(same).values(**ended))
    elif kind is not IdentifierKind.EID or eid(number) == number:
        values = {"animal_id": animal.id, "kind": kind, "value": number, **ended}
        write_beside(connection, LivestockIdentifier, animal, values)


def _identifier(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A number in use is in use by one living animal (rule 5)."""
    if after is None or after.ended_on is not None or after.kind not in NUMBERS.values():
        return
    animal = row_of(connection, Livestock, after.animal_id)
    if animal is not None and animal.status == LivestockStatus.ACTIVE:
        must_be_free(connection, after.kind, after.value, after.animal_id, "value")


def write_beside(
    connection: Connection, record: type[Record], animal: Row[Any], values: dict[str, Any]
) -> None:
    """Add a row to those of an animal, by the same hand that is changing it."""
    given = {
        "id": new_id(),
        "organization_id": animal.organization_id,
        "updated_by": animal.updated_by,
        "updated_device": animal.updated_device,
    }
    image = to_image(record, {**given, **values})
    names = ", ".join(image)
    marks = ", ".join("?" * len(image))
    table = record.__table__.name
    connection.exec_driver_sql(
        f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(image.values())
    )


def _logged() -> dict[type[Record], tuple[Rule, ...]]:
    found: dict[type[Record], tuple[Rule, ...]] = {}
    for log in LOGS:
        found[log.record] = (*found.get(log.record, ()), _written(log))
    return found


RULES: dict[type[Record], tuple[Rule, ...]] = {
    **_logged(),
    Livestock: (_dates, _ending, _numbers),
    LivestockIdentifier: (_identifier,),
}
