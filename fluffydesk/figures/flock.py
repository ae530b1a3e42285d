"""Flocks: head counts, hen-days, mortality, feed conversion and EPEF."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Move:
    """Birds that came (`head` above zero) or died, were culled, sold or moved out (below)."""

    on: date
    head: int


def head_count(moves: Iterable[Move], on: date) -> int:
    """Return the birds alive at the end of a day: placed + in - dead - culled - sold - out."""
    return sum(move.head for move in moves if move.on <= on)


def hen_days(moves: Iterable[Move], first: date, last: date) -> int:
    """Return the birds alive, summed over the days from `first` to `last`, both included.

    A bird counts from the day after it came, and not on the day it died.
    """
    return sum(move.head * _days_counted(move, first, last) for move in moves)


def _days_counted(move: Move, first: date, last: date) -> int:
    """Arrivals count from the next day; losses are taken off from their own day."""
    start = move.on.toordinal() + (1 if move.head > 0 else 0)
    return max(0, last.toordinal() - max(start, first.toordinal()) + 1)


def mortality_percent(dead: int, placed: int) -> Decimal | None:
    """Return the dead for 100 placed; None where none were placed.

    Livability is 100 less it: Aviagen, Ross Broiler Management Handbook.
    """
    return Decimal(100) * dead / placed if placed > 0 else None


def livability_percent(dead: int, placed: int) -> Decimal | None:
    """Return 100 less the mortality in %; None where none were placed."""
    mortality = mortality_percent(dead, placed)
    return None if mortality is None else 100 - mortality


def feed_conversion(
    feed_kg: Decimal,
    live_weight_kg: Decimal,
    *,
    placed_kg: Decimal = Decimal(0),
    dead_kg: Decimal = Decimal(0),
) -> Decimal | None:
    """Return kg of feed for each kg of live weight.

    By convention the live weight alone; a farm may take off the weight placed and add that of the
    dead (Aviagen, Ross Broiler Management Handbook). None without weight.
    """
    gained = live_weight_kg - placed_kg + dead_kg
    return feed_kg / gained if gained > 0 else None


def epef(
    livability_percent: Decimal, weight_kg: Decimal, age_days: Decimal | int, conversion: Decimal
) -> Decimal | None:
    """Return the European production efficiency factor: `livability * kg / (days * FCR) * 100`.

    Aviagen, Ross Broiler Management Handbook. None for age or conversion of zero or less.
    """
    if age_days <= 0 or conversion <= 0:
        return None
    return livability_percent * weight_kg / (age_days * conversion) * 100


def feed_per_bird_g(feed_kg: Decimal, bird_days: int) -> Decimal | None:
    """Return g of feed a bird and day; None without birds."""
    return feed_kg * 1000 / bird_days if bird_days > 0 else None


def age_weeks(hatched_on: date | None, on: date) -> int | None:
    """Return completed weeks of life; None before the hatch or without one."""
    if hatched_on is None or on < hatched_on:
        return None
    return (on - hatched_on).days // 7
