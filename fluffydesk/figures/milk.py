"""Milk: days in milk, lactation yield, corrected milk, cell score, and what is usual for a cow."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from statistics import median

TestDay = tuple[int, Decimal]
"""Days in milk, kg that day."""


def days_in_milk(calved_on: date | None, on: date, *, calving_day: int = 0) -> int | None:
    """Return days since calving; the day of calving counts `calving_day` (0, or 1 as in France).

    None before the calving or without one.
    """
    if calved_on is None or on < calved_on:
        return None
    return (on - calved_on).days + calving_day


def is_in_milk(calved_on: date | None, dried_off_on: date | None, on: date) -> bool:
    """Say whether a female is in lactation (rule 9): calving opens it, drying off closes it.

    A drying off before the calving belongs to the lactation before.
    """
    if calved_on is None or on < calved_on:
        return False
    return dried_off_on is None or dried_off_on < calved_on or on < dried_off_on


def lactation_yield(test_days: Iterable[TestDay], *, to_day: int = 305) -> Decimal | None:
    """Return kg of milk from calving to `to_day` by the test-interval method.

    `I0*M1 + sum Ii*(Mi+Mi+1)/2 + In*Mn` with I in days and M in kg a day: ICAR Guidelines,
    section 2, procedure 2. An interval that `to_day` cuts is read off the line between
    its two test days; after the last one its yield is carried to `to_day`. None without a test day.
    """
    days = _ordered(test_days, to_day)
    if not days:
        return None
    first_day, first_kg = days[0]
    total = first_day * first_kg
    for (day, kg), (next_day, next_kg) in pairwise(days):
        total += (next_day - day) * (kg + next_kg) / 2
    last_day, last_kg = days[-1]
    return total + (to_day - last_day) * last_kg


def component_yield(
    test_days: Iterable[tuple[int, Decimal, Decimal | None]], *, to_day: int = 305
) -> Decimal | None:
    """Return kg of fat or protein from calving to `to_day`, from (days in milk, kg, %).

    By mass, as ICAR asks: the kg of each test day go through the test-interval method.
    Test days without a percentage are left out; None where none has one.
    """
    masses = [(day, kg * share / 100) for day, kg, share in test_days if share is not None]
    return lactation_yield(masses, to_day=to_day)


def fat_corrected_milk(milk_kg: Decimal, fat_percent: Decimal) -> Decimal:
    """Return kg of 4 % fat-corrected milk, `0.4*M + 15*F` with F the kg of fat.

    Gaines, Illinois Agricultural Experiment Station Bulletin 308, 1928.
    """
    return Decimal("0.4") * milk_kg + 15 * milk_kg * fat_percent / 100


def energy_corrected_milk(
    milk_kg: Decimal, fat_percent: Decimal, protein_percent: Decimal
) -> Decimal:
    """Return kg of energy-corrected milk, `M*(0.383*fat% + 0.242*protein% + 0.7832)/3.1138`.

    Milk of 4.0 % fat and 3.3 % protein is its own measure: after Sjaunja et al., A Nordic proposal
    for an energy corrected milk formula, 1990.
    """
    energy = Decimal("0.383") * fat_percent + Decimal("0.242") * protein_percent + Decimal("0.7832")
    return milk_kg * energy / Decimal("3.1138")


def somatic_cell_score(cells_per_ml: int | None) -> Decimal | None:
    """Return `log2(cells / 100,000) + 3`; None without cells.

    Ali and Shook, Journal of Dairy Science 63, 487, 1980.
    """
    return Decimal(math.log2(cells_per_ml / 100_000) + 3) if cells_per_ml else None


def mean(values: Iterable[Decimal]) -> Decimal | None:
    """Return the mean; None of nothing."""
    known = list(values)
    return sum(known, Decimal(0)) / len(known) if known else None


@dataclass(frozen=True)
class Range:
    """What is usual: from `low` to `high` kg around `usual`."""

    low: Decimal
    high: Decimal
    usual: Decimal

    def holds(self, value: Decimal) -> bool:
        return self.low <= value <= self.high

    def judge(self, value: Decimal) -> str | None:
        """Return "low" or "high" for a value outside; None for a usual one."""
        if value < self.low:
            return "low"
        return "high" if value > self.high else None


def usual_range(last_yields: Sequence[Decimal]) -> Range | None:
    """Return a cow's usual range from her last seven milkings of the same session, newest last.

    The median, give or take the largest of 30 % of it, three times the median distance from it
    (so that a restless cow is not flagged every day) and 1 kg (so that a cow near dry-off is not).
    None with fewer than three.
    """
    latest = list(last_yields)[-7:]
    if len(latest) < 3:
        return None
    usual = median(latest)
    spread = median(abs(value - usual) for value in latest)
    room = max(usual * 3 / 10, 3 * spread, Decimal(1))
    return Range(max(usual - room, Decimal(0)), usual + room, usual)


def wood(
    day: int, peak_kg: Decimal, peak_day: int = 60, shape: Decimal = Decimal("0.2")
) -> Decimal:
    """Return kg on a day of lactation by Wood's curve, `a * t^b * exp(-c*t)` (Nature 216, 1967).

    Given by its peak: `b` is `shape`, `c = b / peak_day`, and `a` makes the peak `peak_kg`.
    """
    if day < 1:
        return Decimal(0)
    exponent = float(shape)
    ratio = day / peak_day
    return peak_kg * Decimal(ratio**exponent * math.exp(exponent * (1 - ratio)))


def _ordered(test_days: Iterable[TestDay], to_day: int) -> list[TestDay]:
    """Test days in order, cut at `to_day`; two on one day count as their mean."""
    by_day: dict[int, list[Decimal]] = {}
    for day, kg in test_days:
        by_day.setdefault(day, []).append(kg)
    days = [(day, sum(kgs, Decimal(0)) / len(kgs)) for day, kgs in sorted(by_day.items())]
    within = [(day, kg) for day, kg in days if day <= to_day]
    if not within or len(within) == len(days) or within[-1][0] == to_day:
        return within or [(to_day, kg) for _, kg in days[:1]]
    (day, kg), (next_day, next_kg) = within[-1], days[len(within)]
    cut = kg + (next_kg - kg) * (to_day - day) / (next_day - day)
    return [*within, (to_day, cut)]
