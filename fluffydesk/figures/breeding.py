"""Breeding: who is old enough, when to watch, check and dry off, and what came of it in %."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

_YOUNGEST_DAYS: Mapping[str, int] = {
    "cattle": 240,
    "water_buffalo": 360,
    "sheep": 120,
    "goat": 90,
    "pig": 120,
    "horse": 300,
    "donkey": 300,
    "llama": 180,
    "alpaca": 180,
    "rabbit": 75,
}
"""Ages at which the earliest come into heat: MSD Veterinary Manual, reproductive physiology."""
_CYCLE_DAYS = 21
_CHECK_FROM_DAYS: Mapping[str, int] = {"cattle": 30, "sheep": 45, "goat": 45, "pig": 24}
"""From when a scan tells: MSD Veterinary Manual, pregnancy determination in animals."""
_DRY_DAYS: Mapping[str, int] = {"cattle": 60, "water_buffalo": 60, "goat": 60}
_OPEN_DAYS: Mapping[str, int] = {"cattle": 110, "water_buffalo": 150}


def lambing_percent(lambs_born: int, ewes: int) -> Decimal | None:
    """Return lambs born for 100 ewes; None without ewes.

    Which ewes count (mated, exposed to the ram, lambed) is the farm's setting: print it beside
    the figure, for it changes the figure.
    """
    return Decimal(100) * lambs_born / ewes if ewes > 0 else None


def conception_percent(conceived: int, known: int) -> Decimal | None:
    """Return services that led to pregnancy for 100 of which the end is known; None without."""
    return Decimal(100) * conceived / known if known > 0 else None


def least_age_days(species: str | None) -> int:
    """Return the days of life at which the earliest of a species (its code) can breed; 0 if
    unknown."""
    return _YOUNGEST_DAYS.get(species or "", 0)


def is_old_enough(species: str | None, born: date | None, on: date) -> bool:
    """Say whether an animal can breed on a day (rule 6); one whose birth is unknown can."""
    return born is None or (on - born).days >= least_age_days(species)


def repeat_days(served_on: date, cycle_days: int | None) -> tuple[date, date]:
    """Return the first and last day to watch for coming back: a day around the next heat.

    20 to 22 days after the service in a cow, whose cycle is 21 days.
    """
    middle = served_on + timedelta(days=cycle_days or _CYCLE_DAYS)
    return middle - timedelta(days=1), middle + timedelta(days=1)


def check_from(served_on: date, species: str | None) -> date:
    """Return the day from which a pregnancy check tells; two cycles where nothing is known."""
    return served_on + timedelta(days=_CHECK_FROM_DAYS.get(species or "", 2 * _CYCLE_DAYS))


def dry_days(species: str | None) -> int | None:
    """Return how many days before she is due a female is dried off; None where nobody does."""
    return _DRY_DAYS.get(species or "")


def open_days(species: str | None) -> int | None:
    """Return after how many days from calving an empty female is open too long.

    110 for cattle: with 283 days of gestation that is a calving interval of 13 months. None
    where females are bred by the season.
    """
    return _OPEN_DAYS.get(species or "")


def same_birth(first: date, second: date, gestation_days: int | None) -> bool:
    """Say whether young of one dam born on these days can only be of the same birth.

    Half a gestation apart or nearer: she cannot have borne twice (rule 7).
    """
    return abs((second - first).days) <= (gestation_days or 0) // 2
