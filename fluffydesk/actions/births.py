"""What a person does at a birth: the dam's, with each live young as an animal; and fostering."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions import numbering, rules
from fluffydesk.actions.breeding import gestation_days
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror import numbers
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.breeding import BreedingOutcome, PregnancyResult
from fluffydesk.records.enums.farm import Mothering
from fluffydesk.records.farm import LambingRecord, WeightLog
from fluffydesk.records.livestock import Livestock, LivestockBatchMember
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record
from fluffydesk.wording import counted

_ANIMALS = Livestock.__table__.c
_BIRTHS = LambingRecord.__table__.c
_SERVICES = BreedingRecord.__table__.c
_FEW_DAYS = 10


class Fate(StrEnum):
    """What became of one of the young within two days."""

    ALIVE = "alive"
    HAND_REARED = "hand_reared"
    DIED = "died"
    STILLBORN = "stillborn"


@dataclass(frozen=True)
class Young:
    """One of the young; without a tag it gets the next one reserved for this PC."""

    sex: Sex = Sex.UNKNOWN
    fate: Fate = Fate.ALIVE
    tag: str = ""
    weight_kg: Decimal | None = None
    name: str | None = None
    eid: str | None = None

    @property
    def lives(self) -> bool:
        return self.fate in (Fate.ALIVE, Fate.HAND_REARED)


@dataclass(frozen=True)
class Birth:
    """A dam's birth as it is written down.

    `born` is how many there were in all, where that was counted apart; without `tagged` the live
    young are counted and no animals are made of them, as with piglets.
    """

    dam_id: UUID
    born_on: date
    young: tuple[Young, ...]
    born: int | None = None
    sire_id: UUID | None = None
    batch_id: UUID | None = None
    tagged: bool = True
    ease: int | None = None
    mothering: Mothering | None = None
    assisted_by: str | None = None
    notes: str | None = None
    scanned: int | None = None


def record_birth(mirror: Mirror, birth: Birth) -> tuple[UUID, Changes]:
    """Write down a birth and its young in one unit of work; returns the birth's id.

    Born alive + stillborn = born, twins share dam and date (rule 7). The dam's lactation opens
    and her parity grows by one (rule 9). Her service that fits the day ends as born, and names
    the sire where none is given. InvalidValue: what does not add up, a dam that is none
    (rules 3 and 6), or no tag left for one of the young.
    """
    with mirror.unit("Birth") as unit:
        dam = existing(unit.connection, Livestock, birth.dam_id)
        service = _service(unit.connection, dam, birth.born_on)
        sire_id = birth.sire_id or (None if service is None else service.male_id)
        values = check(LambingRecord, _values(birth, dam, service, sire_id))
        row_id = unit.insert(LambingRecord, values)
        _hold(unit, LambingRecord, None, row_id)
        if service is not None:
            ended = {"outcome": BreedingOutcome.BORN, "ended_on": birth.born_on}
            unit.update(BreedingRecord, service.id, ended)
        # Who carried an embryo is not its dam.
        donor = None if service is None else service.donor_id
        common = {
            "species_id": dam.species_id,
            "breed_id": _breed(unit.connection, donor or dam.id, sire_id),
            "birth_date": birth.born_on,
            "dam_id": donor or dam.id,
            "sire_id": sire_id,
            "batch_id": birth.batch_id,
        }
        for one in birth.young if birth.tagged else ():
            if one.lives:
                _add_young(unit, one, common)
    return row_id, unit.changes


def take_back_birth(mirror: Mirror, birth_id: UUID) -> Changes:
    """Undo a birth in one step: its young go, the dam and her service are as before.

    Refusal: something else refers to one of the young, one was fostered, or she gave birth again
    since.
    """
    with mirror.unit("Birth taken back") as unit:
        birth = existing(unit.connection, LambingRecord, birth_id)
        dam = existing(unit.connection, Livestock, birth.dam_id)
        service = row_with(
            unit.connection,
            BreedingRecord,
            female_id=dam.id,
            outcome=BreedingOutcome.BORN,
            ended_on=birth.lambed_on,
        )
        if birth.parity is not None and dam.calved_on != birth.lambed_on:
            raise Refusal(
                f"{_name(dam)} has calved again since, on {dam.calved_on:%d %B %Y}."
                if dam.calved_on
                else f"The card of {_name(dam)} has no calving any more.",
                "Take the later one back first, or correct her card.",
            )
        if birth.fostered_off or birth.fostered_on:
            raise Refusal(
                f"{_name(dam)} gave young to another dam, or took some on.",
                "Correct “Given away” and “Taken on” of both births first.",
            )
        for young in _young_of(unit.connection, birth, service):
            _remove_young(unit, young, birth.lambed_on)
        if service is not None:
            found = service.check_result is PregnancyResult.PREGNANT
            outcome = BreedingOutcome.PREGNANT if found else BreedingOutcome.AWAITED
            unit.update(BreedingRecord, service.id, {"outcome": outcome, "ended_on": None})
        unit.delete(LambingRecord, birth_id)
        rules.hold(unit.connection, LambingRecord, birth, None)
    return unit.changes


def foster(mirror: Mirror, young_id: UUID, to_dam_id: UUID, on: date) -> Changes:
    """Give one of the young to another dam that gave birth; its own dam stays in its pedigree.

    InvalidValue: a young without a birth on record, or a dam without one.
    """
    with mirror.unit("Fostering") as unit:
        young = existing(unit.connection, Livestock, young_id)
        nurse = existing(unit.connection, Livestock, to_dam_id)
        own = row_with(
            unit.connection, LambingRecord, dam_id=young.dam_id, lambed_on=young.birth_date
        )
        hers = unit.connection.execute(
            select(LambingRecord.__table__)
            .where(_BIRTHS.dam_id == to_dam_id, _BIRTHS.lambed_on <= on)
            .order_by(_BIRTHS.lambed_on.desc())
            .limit(1)
        ).first()
        if young.dam_id is None or own is None or on < own.lambed_on:
            raise InvalidValue(
                f"{_name(young)} has no birth on record by {on:%d %B %Y}.", "Check the tag."
            )
        if hers is None or nurse.id == young.dam_id or nurse.species_id != young.species_id:
            raise InvalidValue(
                f"{_name(nurse)} is no other dam that gave birth.",
                "Choose one of the same species that did.",
                field="dam_id",
            )
        for row, column in ((own, "fostered_off"), (hers, "fostered_on")):
            more = {column: getattr(row, column) + 1}
            unit.update(LambingRecord, row.id, check(LambingRecord, more, partial=True))
            _hold(unit, LambingRecord, row, row.id)
        told = f"Reared by {_name(nurse)} since {on:%d %B %Y}."
        notes = "\n".join(filter(None, (young.notes, told)))
        unit.update(Livestock, young.id, {"notes": notes})
    return unit.changes


def _values(
    birth: Birth, dam: Row[Any], service: Row[Any] | None, sire_id: UUID | None
) -> dict[str, Any]:
    young = birth.young
    if birth.born is not None and birth.born != len(young):
        raise InvalidValue(
            f"{counted(birth.born, 'was', 'were')} born, and {len(young)} are listed.",
            "Born alive and stillborn together are all that were born.",
            field="born_alive",
        )
    alive = [one for one in young if one.fate is not Fate.STILLBORN]
    weights = [one.weight_kg for one in young if one.weight_kg is not None]
    return {
        "dam_id": dam.id,
        "sire_id": sire_id,
        "served_on": None if service is None else service.served_on,
        "lambed_on": birth.born_on,
        "scanned": birth.scanned,
        "born_alive": len(alive),
        "stillborn": len(young) - len(alive),
        "ewes": sum(one.sex is Sex.FEMALE for one in alive),
        "rams": sum(one.sex is Sex.MALE for one in alive),
        "died_early": sum(one.fate is Fate.DIED for one in young),
        "hand_reared": sum(one.fate is Fate.HAND_REARED for one in young),
        "litter_weight_kg": sum(weights, Decimal(0)) if weights else None,
        "ease": birth.ease,
        "mothering": birth.mothering,
        "assisted_by": birth.assisted_by,
        "notes": birth.notes,
    }


def _service(connection: Connection, dam: Row[Any], born_on: date) -> Row[Any] | None:
    """Return the dam's open service whose due date is nearest, within a tenth of gestation."""
    days = gestation_days(connection, dam)
    if days is None:
        return None
    rows = connection.execute(
        select(BreedingRecord.__table__).where(
            _SERVICES.female_id == dam.id,
            _SERVICES.served_on < born_on,
            _SERVICES.outcome.in_((BreedingOutcome.AWAITED, BreedingOutcome.PREGNANT)),
        )
    )
    off = {row: abs((born_on - row.served_on).days - days) for row in rows}
    near = [row for row, by in off.items() if by <= max(_FEW_DAYS, days // 10)]
    return min(near, key=lambda row: off[row], default=None)


def _breed(connection: Connection, dam_id: UUID, sire_id: UUID | None) -> UUID | None:
    """Return the dam's breed; none where the sire is known to be of another."""
    dam = existing(connection, Livestock, dam_id)
    sire = None if sire_id is None else existing(connection, Livestock, sire_id)
    crossed = sire is not None and sire.breed_id != dam.breed_id
    return None if crossed else dam.breed_id


def _add_young(unit: Unit, young: Young, common: dict[str, Any]) -> None:
    tag = young.tag.strip() or numbers.upcoming(unit.connection, _series())
    if tag is None:
        raise InvalidValue(
            "No reserved tag is left on this PC.",
            "Type a tag for each of the young, or go online once.",
            field="tag_number",
        )
    values = {
        **common,
        "tag_number": tag,
        "name": young.name,
        "eid": young.eid,
        "sex": young.sex,
        "weight_kg": young.weight_kg,
    }
    if row_with(unit.connection, Livestock, tag_number=tag, status="active") is not None:
        raise InvalidValue(
            f"An animal with the tag {tag} is here already.", "Type another.", field="tag_number"
        )
    kept = numbering.numbered(unit, Livestock, check(Livestock, values))
    row_id = unit.insert(Livestock, kept)
    _hold(unit, Livestock, None, row_id)
    born_on = common["birth_date"]
    if young.weight_kg is not None:
        weight = {"animal_id": row_id, "weighed_on": born_on, "weight_kg": young.weight_kg}
        log = unit.insert(WeightLog, check(WeightLog, weight))
        _hold(unit, WeightLog, None, log)
    if common["batch_id"] is not None:
        move = {"animal_id": row_id, "batch_id": common["batch_id"], "joined_on": born_on}
        _hold(
            unit,
            LivestockBatchMember,
            None,
            unit.insert(LivestockBatchMember, check(LivestockBatchMember, move)),
        )


def _young_of(
    connection: Connection, birth: Row[Any], service: Row[Any] | None
) -> Iterator[Row[Any]]:
    """Return the animals born then, refusing to guess which of a donor's young are meant."""
    donor = None if service is None else service.donor_id
    rows = connection.execute(
        select(Livestock.__table__).where(
            _ANIMALS.dam_id == (donor or birth.dam_id), _ANIMALS.birth_date == birth.lambed_on
        )
    ).all()
    if len(rows) > birth.born_alive:
        raise Refusal(
            "Other young of the same donor were born that day.",
            "Delete the young of this birth first, each from its card.",
        )
    yield from rows


def _remove_young(unit: Unit, young: Row[Any], born_on: date) -> None:
    """Remove an animal with what its birth wrote; the unit refuses it if more refers to it."""
    marks: tuple[tuple[type[Record], str], ...] = (
        (WeightLog, "weighed_on"),
        (LivestockBatchMember, "joined_on"),
    )
    for record, column in marks:
        found = row_with(unit.connection, record, **{"animal_id": young.id, column: born_on})
        if found is not None:
            unit.delete(record, found.id)
    unit.delete(Livestock, young.id)


def _hold(unit: Unit, record: type[Record], before: Row[Any] | None, row_id: UUID) -> None:
    rules.hold(unit.connection, record, before, existing(unit.connection, record, row_id))


def _series() -> str:
    return numbers.series_of(Livestock.__tablename__, today())


def _name(animal: Row[Any]) -> str:
    return str(animal.name or animal.tag_number)
