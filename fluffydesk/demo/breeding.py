"""The sample's breeding: a year of services and calvings that fit the herd, and the incubator."""

from __future__ import annotations

import random
from datetime import date, timedelta
from uuid import UUID

from fluffydesk.demo.herd import Animal, Lactation
from fluffydesk.demo.sample import Maker
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.breeding import (
    BreedingMethod,
    BreedingOutcome,
    PregnancyCheck,
    PregnancyResult,
)
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import HatcheryRecord, LambingRecord
from fluffydesk.records.reference_data import reference_id

_GESTATION, _CHECKED_AFTER, _DRY = 283, 36, 58
_WAITS = 62
_STRAWS = (("Hollin Star", "HS-2207"), ("Meadow Prince", "MP-0114"), ("Brook Pilot", "BP-3350"))
_CHICKEN = reference_id("livestock_species", "chicken")
_SETS = (
    (96, 240, 17, 196, 4),
    (61, 300, 24, 251, 6),
    (33, 280, 19, 236, 3),
    (9, 320, None, None, 0),
)


def write_breeding(maker: Maker, herd: list[Animal]) -> None:
    """Add the calvings of the past year with their services, and what was served since.

    Draws from a source of its own, so that the sample's other rows stay as they are.
    """
    source = random.Random(f"breeding {maker.today}")
    for place, cow in enumerate(herd):
        if cow.sex is not Sex.FEMALE or not cow.lactations or cow.key is None:
            continue
        for before, lactation in zip([None, *cow.lactations], cow.lactations, strict=False):
            if 0 < (maker.today - lactation.calved_on).days < 365:
                _calving(maker, source, cow, lactation, before, herd)
        if cow.status is LivestockStatus.ACTIVE:
            _served_since(maker, source, cow, place)
    for days, eggs, infertile, hatched, culled in _SETS:
        _eggs(maker, maker.today - timedelta(days=days), eggs, infertile, hatched, culled)


def _calving(
    maker: Maker,
    source: random.Random,
    cow: Animal,
    lactation: Lactation,
    before: Lactation | None,
    herd: list[Animal],
) -> None:
    on = lactation.calved_on
    calves = [one for one in herd if one.dam is cow and one.born == on]
    sire = next((one.sire.key for one in calves if one.sire is not None), None)
    served = on - timedelta(days=_GESTATION + source.randint(-6, 6))
    if served > (cow.arrived_on or cow.born):
        _service(maker, source, cow.key, served, BreedingOutcome.BORN, on, sire)
    else:
        served = on
    maker.add(
        LambingRecord,
        on,
        dam_id=cow.key,
        sire_id=sire,
        served_on=served if served < on else None,
        lambed_on=on,
        previous_on=None if before is None else before.calved_on,
        parity=lactation.parity,
        born_alive=max(1, len(calves)),
        stillborn=int(source.random() < 0.05),
        ewes=sum(one.sex is Sex.FEMALE for one in calves) if calves else None,
        rams=sum(one.sex is Sex.MALE for one in calves) if calves else None,
        ease=source.choices((1, 2, 3, 4), (70, 22, 6, 2))[0],
    )


def _served_since(maker: Maker, source: random.Random, cow: Animal, place: int) -> None:
    """Dry cows are in calf; of those in milk most were served again, a few are open too long."""
    last = cow.lactations[-1]
    if last.dried_off_on is not None:
        due = last.dried_off_on + timedelta(days=_DRY)
        _pregnant(maker, source, cow, due - timedelta(days=_GESTATION))
        return
    days = (maker.today - last.calved_on).days
    if days < _WAITS or (days < 230 and place % 9 == 4):
        return
    first = last.calved_on + timedelta(days=_WAITS + place % 17)
    if first > maker.today:
        return
    ago = (maker.today - first).days
    if place % 3 == 1 and ago > 21:
        again = first + timedelta(days=21)
        _service(maker, source, cow.key, first, BreedingOutcome.OPEN, again, None)
        first, ago = again, ago - 21
    if ago > _CHECKED_AFTER + place % 12:
        _pregnant(maker, source, cow, first)
    else:
        _service(maker, source, cow.key, first, BreedingOutcome.AWAITED, None, None)


def _pregnant(maker: Maker, source: random.Random, cow: Animal, served: date) -> None:
    _service(maker, source, cow.key, served, BreedingOutcome.PREGNANT, None, None)


def _service(
    maker: Maker,
    source: random.Random,
    cow: UUID | None,
    served: date,
    outcome: BreedingOutcome,
    ended: date | None,
    sire: UUID | None,
) -> None:
    straw, batch = source.choice(_STRAWS)
    held = outcome in (BreedingOutcome.PREGNANT, BreedingOutcome.BORN)
    artificial = BreedingMethod.ARTIFICIAL_INSEMINATION
    maker.add(
        BreedingRecord,
        served,
        female_id=cow,
        method=BreedingMethod.NATURAL if sire else artificial,
        male_id=sire,
        sire_name=None if sire else straw,
        semen_batch=None if sire else batch,
        served_on=served,
        checked_on=served + timedelta(days=_CHECKED_AFTER) if held else None,
        check_method=PregnancyCheck.ULTRASOUND if held else None,
        check_result=PregnancyResult.PREGNANT if held else None,
        due_on=served + timedelta(days=_GESTATION),
        outcome=outcome,
        ended_on=ended,
    )


def _eggs(
    maker: Maker, on: date, eggs: int, infertile: int | None, hatched: int | None, culled: int
) -> None:
    done = hatched is not None
    maker.add(
        HatcheryRecord,
        on,
        incubator="Incubator 1",
        species_id=_CHICKEN,
        set_on=on,
        eggs_set=eggs,
        candled_on=on + timedelta(days=7) if done else None,
        infertile=infertile,
        dead_in_shell=eggs - infertile - hatched
        if infertile is not None and hatched is not None
        else None,
        hatched_on=on + timedelta(days=21) if done else None,
        hatched=hatched,
        culled=culled if done else None,
        expected_on=on + timedelta(days=21),
    )
