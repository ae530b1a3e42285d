"""The sample herd's year: milkings along lactation curves, weighings and feedings."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta
from uuid import UUID

from fluffydesk.demo.herd import Animal, Lactation
from fluffydesk.demo.sample import Maker, days, dec, local
from fluffydesk.figures.milk import wood
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm import MilkingSession, WeighingMethod
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import FeedLog, MilkProductionLog, WeightLog

_PEAKS = {1: (29.0, 75, "0.15"), 2: (36.5, 58, "0.19")}
"""Peak kg, its day and Wood's shape by parity; later lactations as the default."""
_MATURE = (40.5, 52, "0.21")
_BREED_YIELD = {"Jersey": 0.72, "Montbéliarde": 0.84}
_FEEDS: dict[str, tuple[tuple[str, float], ...]] = {
    "high": (("Total mixed ration", 48.0), ("Dairy nuts 18 %", 6.0)),
    "low": (("Total mixed ration", 42.0), ("Dairy nuts 18 %", 2.2)),
    "dry": (("Dry cow ration", 32.0),),
    "heifers": (("Grass silage", 21.0),),
    "calves": (("Calf starter", 1.4), ("Meadow hay", 0.8)),
}
"""Feed and kg for one head and day."""


def write_milkings(maker: Maker, herd: list[Animal]) -> None:
    """Add a year of milkings, twice a day; this morning only the high yielders are done."""
    first = maker.today - timedelta(days=365)
    cows = [animal for animal in herd if animal.lactations]
    curves: dict[tuple[int, int], list[float]] = {}
    ill: dict[int, int] = {}
    for on in days(first, maker.today):
        season = 1 + 0.025 * math.cos((on.timetuple().tm_yday - 120) / 365 * 2 * math.pi)
        weather = maker.near(season, 0.012)
        is_test_day = (maker.today - on).days % 30 == 9
        for cow in cows:
            lactation = cow.lactation(on)
            if lactation is None or not cow.is_here(on):
                continue
            if on == maker.today and cow.group(on) != "high":
                continue
            if (id(cow), lactation.parity) not in curves:
                curves[id(cow), lactation.parity] = _curve(cow, lactation)
            curve = curves[id(cow), lactation.parity]
            ill[id(cow)] = _illness(maker, ill.get(id(cow), 0))
            kg = curve[(on - lactation.calved_on).days] * weather
            _milk(maker, cow, lactation, on, kg, ill[id(cow)], is_test_day)


def _curve(cow: Animal, lactation: Lactation) -> list[float]:
    peak, peak_day, shape = _PEAKS.get(lactation.parity, _MATURE)
    peak_kg = dec(peak * cow.vigour * _BREED_YIELD.get(cow.breed, 1.0), 3)
    return [float(wood(day, peak_kg, peak_day, dec(float(shape), 2))) for day in range(420)]


def _illness(maker: Maker, left: int) -> int:
    """Days an illness still lasts; about one cow in four falls ill in a year."""
    if left > 0:
        return left - 1
    return maker.random.randint(4, 8) if maker.chance(0.0007) else 0


def _milk(
    maker: Maker, cow: Animal, lactation: Lactation, on: date, kg: float, ill: int, tested: bool
) -> None:
    day = (on - lactation.calved_on).days
    if ill:
        kg *= 0.68 + 0.03 * (8 - ill)
    fat = maker.near(4.55 - 0.55 * math.exp(-(((day - 60) / 70) ** 2)), 0.22, 2.8)
    cells = 60 + 14 * lactation.parity + day * 0.12
    sessions = ((MilkingSession.MORNING, 0.535, 6), (MilkingSession.EVENING, 0.465, 17))
    for session, share, hour in sessions:
        if on == maker.today and session is MilkingSession.EVENING:
            continue
        sample = {
            "fat_percent": dec(fat + (0.12 if hour > 12 else -0.1)),
            "protein_percent": dec(maker.near(3.15 + day * 0.0011, 0.08, 2.4)),
            "somatic_cells": round(cells * math.exp(maker.random.gauss(0, 0.45)))
            * 1000
            * (9 if ill else 1),
        }
        maker.add(
            MilkProductionLog,
            local(on, hour, maker.random.randint(0, 59)),
            animal_id=cow.key,
            milked_on=on,
            session=session,
            yield_kg=dec(round(kg * share * maker.near(1, 0.045, 0.7), 1)),
            days_in_milk=day,
            parity=lactation.parity,
            notes="Flakes in the right hind quarter, milk kept apart" if ill > 6 else None,
            **(sample if tested else {}),
        )


def weigh_days(maker: Maker, herd: list[Animal]) -> list[tuple[Animal, date, float]]:
    """Return a year of monthly weighings, and give each animal its last weight."""
    weighings = []
    month_starts = {
        on.replace(day=4) for on in days(maker.today - timedelta(days=365), maker.today)
    }
    for on in sorted(each for each in month_starts if each <= maker.today):
        for animal in herd:
            if not animal.is_here(on) or (animal.sex is Sex.MALE and not animal.name):
                continue
            animal.weight_kg = round(_weight(animal, on) * maker.near(1, 0.008), 1)
            weighings.append((animal, on, animal.weight_kg))
    for animal in herd:
        if animal.weight_kg is None and animal.status is LivestockStatus.ACTIVE:
            animal.weight_kg = round(_weight(animal, animal.born), 1)
            weighings.append((animal, animal.born, animal.weight_kg))
    return weighings


def write_weighings(maker: Maker, weighings: list[tuple[Animal, date, float]]) -> None:
    """Add the weighings; cows are measured by tape, young stock walk over the scale."""
    for animal, on, kg in weighings:
        is_cow = bool(animal.lactations) and animal.lactations[0].calved_on <= on
        maker.add(
            WeightLog,
            local(on, 10, maker.random.randint(0, 59)),
            animal_id=animal.key,
            weighed_on=on,
            weight_kg=dec(kg, 1),
            method=WeighingMethod.TAPE if is_cow else WeighingMethod.SCALE,
        )


def _weight(animal: Animal, on: date) -> float:
    """Growth after Brody to a mature weight; a cow loses flesh after calving and finds it again."""
    mature = 690 * (0.72 if animal.breed == "Jersey" else 1.0) * (0.6 + 0.4 * animal.vigour)
    birth = 41 * (0.68 if animal.breed == "Jersey" else 1.0)
    kg = mature - (mature - birth) * math.exp(-0.00163 * (on - animal.born).days)
    lactation = animal.lactation(on)
    if lactation is not None:
        day = (on - lactation.calved_on).days
        kg -= 42 * math.exp(-(((day - 60) / 75) ** 2))
    return kg


def write_feedings(maker: Maker, herd: list[Animal], groups: dict[str, UUID]) -> None:
    """Add a year of feedings, a row for each group, feed and day, up to yesterday."""
    for on in days(maker.today - timedelta(days=365), maker.today - timedelta(days=1)):
        heads = Counter(animal.group(on) for animal in herd if animal.is_here(on))
        for group, feeds in _FEEDS.items():
            for feed, kg in feeds:
                if heads[group]:
                    maker.add(
                        FeedLog,
                        local(on, 7, maker.random.randint(0, 59)),
                        batch_id=groups[group],
                        fed_on=on,
                        feed=feed,
                        quantity_kg=dec(heads[group] * kg * maker.near(1, 0.03, 0.8), 1),
                    )
