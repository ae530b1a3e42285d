"""Eggs: laying percentages, what can be sold, what cannot be true, and hatching."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

_STANDARD = (
    (18, "8"), (19, "30"), (20, "56"), (21, "75"), (22, "86"), (23, "91"), (24, "93"),
    (26, "94.5"), (28, "95"), (32, "95"), (36, "94.3"), (40, "93.4"), (46, "91.8"), (52, "89.9"),
    (60, "86.9"), (68, "83.4"), (76, "79.5"), (84, "75.2"), (92, "71"), (100, "67"),
)  # fmt: skip
"""Age in weeks, laying %: brown layers in a barn, between the breeders' guides."""


def hen_day_percent(eggs: int, hen_days: int) -> Decimal | None:
    """Return eggs for 100 hen-days (hens alive, summed over the days); None without hens.

    North and Bell, Commercial Chicken Production Manual, 4th edition; `flock.hen_days` counts them.
    """
    return _percent(eggs, hen_days)


def hen_housed_percent(eggs: int, housed: int, days: int) -> Decimal | None:
    """Return eggs for 100 hens housed at the start and days, dead ones counted on.

    North and Bell, as for hen-day %. None without hens or days.
    """
    return _percent(eggs, housed * days)


def egg_weight_g(weight_kg: Decimal, eggs: int) -> Decimal | None:
    """Return the mean weight of an egg in g from eggs weighed together; None without eggs."""
    return weight_kg * 1000 / eggs if eggs > 0 else None


def saleable(total: int, cracked: int, dirty: int, discarded: int) -> int:
    """Return what remains to sell: total = saleable + cracked + dirty + discarded (rule 12)."""
    return total - cracked - dirty - discarded


def more_than_can_be(eggs: int, hens: int) -> bool:
    """Say whether a day's eggs are over 1.05 a hen, and so worth a second look (rule 12)."""
    return eggs > hens * Decimal("1.05")


def standard_laying_percent(age_weeks: int) -> Decimal | None:
    """Return the usual hen-day % of brown layers at an age in completed weeks.

    A line through known ages, from week 18 to week 100; None outside.
    """
    ages = [(week, Decimal(percent)) for week, percent in _STANDARD]
    for (week, percent), (next_week, next_percent) in pairwise(ages):
        if week <= age_weeks <= next_week:
            rise = (next_percent - percent) / (next_week - week)
            return percent + rise * (age_weeks - week)
    return None


def fertility_percent(set_: int, infertile: int) -> Decimal | None:
    """Return fertile eggs for 100 set; None where none were set.

    This and the two below as in North and Bell, Commercial Chicken Production Manual.
    """
    return _percent(set_ - infertile, set_)


def hatch_of_fertile_percent(set_: int, infertile: int, hatched: int) -> Decimal | None:
    """Return hatched chicks for 100 fertile eggs; None without a fertile one."""
    return _percent(hatched, set_ - infertile)


def hatch_of_set_percent(set_: int, hatched: int) -> Decimal | None:
    """Return hatched chicks for 100 eggs set; None where none were set."""
    return _percent(hatched, set_)


def _percent(part: int, whole: int) -> Decimal | None:
    return Decimal(100) * part / whole if whole > 0 else None
