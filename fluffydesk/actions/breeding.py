"""What a person does with breeding: heats, services, pregnancy checks, losses and drying off."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions import rules
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.dates import due_date
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums.breeding import (
    BreedingMethod,
    BreedingOutcome,
    PregnancyCheck,
    PregnancyResult,
)
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import Livestock, LivestockSpecies

_SERVICES = BreedingRecord.__table__.c
_OPEN = (BreedingOutcome.AWAITED, BreedingOutcome.PREGNANT)
_SAME_HEAT_DAYS = 4
_FOUND = {
    PregnancyResult.PREGNANT: BreedingOutcome.PREGNANT,
    PregnancyResult.OPEN: BreedingOutcome.OPEN,
    PregnancyResult.DOUBTFUL: BreedingOutcome.AWAITED,
}


def record_heat(
    mirror: Mirror, female_id: UUID, seen_at: datetime, *, notes: str | None = None
) -> tuple[UUID, Changes]:
    """Write down that a female was seen in heat and was not served.

    InvalidValue: a male, one too young, or one not on the farm that day (rules 3 and 6).
    """
    values = {"female_id": female_id, "heat_observed_at": seen_at, "notes": notes}
    with mirror.unit("Heat") as unit:
        existing(unit.connection, Livestock, female_id)
        return _added(unit, values), unit.changes


def record_service(
    mirror: Mirror,
    female_id: UUID,
    served_on: date,
    *,
    method: BreedingMethod = BreedingMethod.NATURAL,
    male_id: UUID | None = None,
    sire_name: str | None = None,
    semen_batch: str | None = None,
    **more: Any,
) -> tuple[UUID, Changes]:
    """Write down a service, due by the species' gestation; an earlier one she came back from ends.

    `more` are other columns of the record: `donor_id`, `technician`, `heat_observed_at`,
    `is_sexed_semen`, `notes`. Refusal: she is found pregnant already. InvalidValue: a female or
    male that is none, is too young, of another species or not there (rules 3 and 6).
    """
    values = {
        "female_id": female_id,
        "served_on": served_on,
        "method": method,
        "male_id": male_id,
        "sire_name": sire_name,
        "semen_batch": semen_batch,
        **more,
    }
    with mirror.unit("Service") as unit:
        female = existing(unit.connection, Livestock, female_id)
        days = gestation_days(unit.connection, female)
        _end_earlier(unit, female, served_on)
        return _added(unit, {**values, "due_on": due_date(served_on, days)}), unit.changes


def record_check(
    mirror: Mirror,
    female_id: UUID,
    checked_on: date,
    result: PregnancyResult,
    *,
    method: PregnancyCheck = PregnancyCheck.ULTRASOUND,
) -> Changes:
    """Write down what a pregnancy check of a female's latest service found.

    InvalidValue: no service awaits a check, or the day is before it.
    """
    with mirror.unit("Pregnancy check") as unit:
        female = existing(unit.connection, Livestock, female_id)
        service = _latest_open(unit.connection, female)
        if service is None:
            raise InvalidValue(
                f"{_name(female)} has no service that awaits a check.",
                "Write down the service first.",
                field="female_id",
            )
        _not_before(service, checked_on, "checked_on")
        values = {"checked_on": checked_on, "check_method": method, "check_result": result}
        outcome = _FOUND[result]
        ended = {"ended_on": checked_on} if outcome is BreedingOutcome.OPEN else {}
        _change(unit, service, {**values, "outcome": outcome, **ended})
    return unit.changes


def record_loss(mirror: Mirror, female_id: UUID, on: date, *, notes: str | None = None) -> Changes:
    """Write down that a female lost what she carried; it opens no lactation."""
    with mirror.unit("Pregnancy lost") as unit:
        female = existing(unit.connection, Livestock, female_id)
        service = _latest_open(unit.connection, female)
        if service is None:
            raise InvalidValue(
                f"{_name(female)} has no pregnancy on record.",
                "Write down the service first.",
                field="female_id",
            )
        _not_before(service, on, "ended_on")
        told = "\n".join(filter(None, (service.notes, notes))) or None
        ended = {"outcome": BreedingOutcome.LOST, "ended_on": on, "notes": told}
        _change(unit, service, ended)
    return unit.changes


def dry_off(mirror: Mirror, female_id: UUID, on: date) -> tuple[date | None, Changes]:
    """End a female's lactation (rule 9); returns when the lactation before was ended.

    InvalidValue: she is in no lactation on that day, or gave milk on a later one.
    """
    milk = MilkProductionLog.__table__.c
    with mirror.unit("Dry off") as unit:
        female = existing(unit.connection, Livestock, female_id)
        values = check(Livestock, {"dried_off_on": on}, partial=True)
        name, calved, dry = _name(female), female.calved_on, female.dried_off_on
        if female.status is not LivestockStatus.ACTIVE:
            raise InvalidValue(f"{name} is not on the farm any more.", "Check the tag.")
        if calved is None or on < calved:
            raise InvalidValue(
                f"{name} was not in milk on {on:%d %B %Y}.", "Check the date.", field="dried_off_on"
            )
        if dry is not None and dry >= calved:
            raise InvalidValue(f"{name} is dry since {dry:%d %B %Y}.", field="dried_off_on")
        later = select(milk.milked_on).where(milk.animal_id == female_id, milk.milked_on > on)
        milked = unit.connection.execute(later.order_by(milk.milked_on.desc()).limit(1)).scalar()
        if milked is not None:
            raise InvalidValue(
                f"{name} gave milk on {milked:%d %B %Y}.",
                "Choose that day or a later one, or take that milking back.",
                field="dried_off_on",
            )
        unit.update(Livestock, female_id, values)
        after = existing(unit.connection, Livestock, female_id)
        rules.hold(unit.connection, Livestock, female, after)
    return dry, unit.changes


def take_back_dry_off(mirror: Mirror, female_id: UUID, earlier: date | None) -> Changes:
    """Put a female back in milk, as she was before she was dried off by mistake.

    `earlier` is what `dry_off` returned: the end of the lactation before stays on her card.
    """
    with mirror.unit("Drying off taken back") as unit:
        female = existing(unit.connection, Livestock, female_id)
        unit.update(Livestock, female_id, {"dried_off_on": earlier})
        after = existing(unit.connection, Livestock, female_id)
        rules.hold(unit.connection, Livestock, female, after)
    return unit.changes


def take_back_service(mirror: Mirror, record_id: UUID) -> Changes:
    """Remove a heat or a service, and open again the one that it ended.

    Refusal: something was born of it.
    """
    with mirror.unit("Service taken back") as unit:
        service = existing(unit.connection, BreedingRecord, record_id)
        if service.outcome is BreedingOutcome.BORN:
            raise Refusal("Young were born of this service.", "Take that birth back first.")
        if service.served_on is not None:
            ended = row_with(
                unit.connection,
                BreedingRecord,
                female_id=service.female_id,
                outcome=BreedingOutcome.OPEN,
                ended_on=service.served_on,
                check_result=None,
            )
            if ended is not None:
                again = {"outcome": BreedingOutcome.AWAITED, "ended_on": None}
                unit.update(BreedingRecord, ended.id, again)
        unit.delete(BreedingRecord, record_id)
    return unit.changes


def gestation_days(connection: Connection, animal: Row[Any]) -> int | None:
    """Return the days that an animal's species carries its young; None where none are known."""
    species = row_with(connection, LivestockSpecies, id=animal.species_id)
    return None if species is None else species.gestation_days


def _added(unit: Unit, values: dict[str, Any]) -> UUID:
    row_id = unit.insert(BreedingRecord, check(BreedingRecord, values))
    after = existing(unit.connection, BreedingRecord, row_id)
    rules.hold(unit.connection, BreedingRecord, None, after)
    return row_id


def _change(unit: Unit, service: Row[Any], values: dict[str, Any]) -> None:
    unit.update(BreedingRecord, service.id, check(BreedingRecord, values, partial=True))
    after = existing(unit.connection, BreedingRecord, service.id)
    rules.hold(unit.connection, BreedingRecord, service, after)


def _open_ones(connection: Connection, female: Row[Any]) -> list[Row[Any]]:
    """Return services whose end is not known, newest first; a birth since has ended the older."""
    rows = connection.execute(
        select(BreedingRecord.__table__)
        .where(
            _SERVICES.female_id == female.id,
            _SERVICES.served_on.is_not(None),
            _SERVICES.outcome.in_(_OPEN),
        )
        .order_by(_SERVICES.served_on.desc(), _SERVICES.id.desc())
    )
    since = female.calved_on
    return [row for row in rows if since is None or row.served_on >= since]


def _latest_open(connection: Connection, female: Row[Any]) -> Row[Any] | None:
    found = _open_ones(connection, female)
    pregnant = [row for row in found if row.outcome is BreedingOutcome.PREGNANT]
    return next(iter(pregnant or found), None)


def _end_earlier(unit: Unit, female: Row[Any], served_on: date) -> None:
    """She came back: what she was served for before is open; twice in one heat is one service."""
    for row in _open_ones(unit.connection, female):
        days = (served_on - row.served_on).days
        if days < 0:
            continue
        if row.outcome is BreedingOutcome.PREGNANT:
            raise Refusal(
                f"{_name(female)} was found pregnant of {row.served_on:%d %B %Y}.",
                "If she lost it, write that down first.",
            )
        if days > _SAME_HEAT_DAYS:
            _change(unit, row, {"outcome": BreedingOutcome.OPEN, "ended_on": served_on})


def _not_before(service: Row[Any], on: date, field: str) -> None:
    if on < service.served_on:
        raise InvalidValue(
            f"She was served on {service.served_on:%d %B %Y}.", "Check the date.", field=field
        )


def _name(animal: Row[Any]) -> str:
    return str(animal.name or animal.tag_number)
