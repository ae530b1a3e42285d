"""The sample's hens: two flocks, their placements, losses, feed and eggs along a laying curve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from fluffydesk.demo.sample import Maker, days, dec, local
from fluffydesk.figures.eggs import standard_laying_percent
from fluffydesk.records.enums.farm import EggRound
from fluffydesk.records.enums.livestock import Purpose
from fluffydesk.records.farm import EggProductionLog, MortalityLog, PoultryFeedLog
from fluffydesk.records.livestock import Flock, PoultryBatch
from fluffydesk.records.reference_data import reference_id

_CAUSES = ("Found dead", "Found dead", "Culled, lame", "Prolapse", "Smothered")


@dataclass(frozen=True)
class _House:
    name: str
    house: str
    breed: str
    age_weeks: int
    placed: tuple[int, ...]
    """Birds that came in, on one day after the other."""
    rounds: tuple[tuple[EggRound, float, int], ...]
    """Round, share of the day's eggs, hour."""


_HOUSES = (
    _House(
        "Barn layers 2025-A",
        "House 1",
        "Lohmann Brown",
        66,
        (1200, 1200),
        ((EggRound.MORNING, 0.78, 9), (EggRound.AFTERNOON, 0.22, 15)),
    ),
    _House(
        "Free-range layers",
        "House 2",
        "Hy-Line Brown",
        36,
        (850,),
        ((EggRound.WHOLE_DAY, 1.0, 10),),
    ),
)


def write_poultry(maker: Maker) -> None:
    """Add the flocks and their days; today only the first round of the first house is done."""
    for house in _HOUSES:
        _write_house(maker, house)


def _write_house(maker: Maker, house: _House) -> None:
    hatched = maker.today - timedelta(days=house.age_weeks * 7 + 3)
    placed = hatched + timedelta(days=17 * 7)
    flock = maker.add(
        Flock,
        placed,
        name=house.name.replace("2025", str(placed.year)),
        house=house.house,
        species_id=reference_id("livestock_species", "chicken"),
        breed_id=reference_id("livestock_breeds", f"chicken/{house.breed}"),
        purpose=Purpose.LAYERS,
        hatched_on=hatched,
    )
    for number, head in enumerate(house.placed):
        on = placed + timedelta(days=number)
        maker.add(
            PoultryBatch,
            local(on, 13),
            flock_id=flock,
            placed_on=on,
            head_count=head,
            supplier="Whinholt Pullets",
        )
    hens = sum(house.placed)
    ready = placed + timedelta(days=len(house.placed))
    for on in days(ready, maker.today):
        _eggs(maker, house, flock, on, hens, hatched)
        if on < maker.today:
            _feed(maker, flock, on, hens)
            hens -= _losses(maker, flock, on, hens, house)


def _eggs(maker: Maker, house: _House, flock: UUID, on: date, hens: int, hatched: date) -> None:
    percent = standard_laying_percent((on - hatched).days // 7)
    if percent is None:
        return
    laid = round(hens * min(float(percent) * maker.near(0.985, 0.012), 99.0) / 100)
    rounds = house.rounds
    if on == maker.today:
        rounds = rounds[:1] if len(rounds) > 1 else ()
    for egg_round, share, hour in rounds:
        total = round(laid * share)
        maker.add(
            EggProductionLog,
            local(on, hour, maker.random.randint(0, 50)),
            flock_id=flock,
            collected_on=on,
            round=egg_round,
            total=total,
            cracked=round(total * maker.near(0.012, 0.004)),
            dirty=round(total * maker.near(0.018, 0.006)),
            discarded=round(total * maker.near(0.003, 0.002)),
        )


def _feed(maker: Maker, flock: UUID, on: date, hens: int) -> None:
    kg = hens * maker.near(0.117, 0.003, 0.1)
    maker.add(
        PoultryFeedLog,
        local(on, 8, maker.random.randint(0, 50)),
        flock_id=flock,
        fed_on=on,
        feed="Layer mash",
        quantity_kg=dec(kg, 1),
        water_l=dec(kg * maker.near(1.85, 0.06, 1.4), 1),
    )


def _losses(maker: Maker, flock: UUID, on: date, hens: int, house: _House) -> int:
    """Deaths of the day, about 6 % in a year; once a fox got in."""
    dead = sum(maker.chance(0.06 / 365) for _ in range(hens))
    fox = house.house == "House 2" and (maker.today - on).days == 71
    if fox:
        dead = 9
    if dead:
        maker.add(
            MortalityLog,
            local(on, 8, 55),
            flock_id=flock,
            died_on=on,
            head_count=dead,
            cause="Fox" if fox else maker.random.choice(_CAUSES),
        )
    return dead
