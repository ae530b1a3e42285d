"""Figures of health: what a course takes from the store and its lots, episodes of an illness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

GAP_DAYS = 14
"""Treatments for the same reason this far apart at most are one episode of an illness."""
_LEAST = Decimal("0.001")
_PIECES = ("tablet", "bolus", "tube", "dose")
_IN_STORE = {
    ("mL", "L"): Decimal("0.001"),
    ("g", "kg"): Decimal("0.001"),
    ("mg", "kg"): Decimal("0.000001"),
    **{(piece, "count"): Decimal(1) for piece in _PIECES},
}


def drawn(dose: Decimal, dose_unit: str, stock_unit: str, doses: int, head: int) -> Decimal | None:
    """Return what a course takes from the store, in its unit (kg, L, count), to 0.001.

    `dose` is for one animal, `doses` how many each gets, `head` how many animals. Never rounded
    to nothing. None where a dose in that unit does not tell how much of the store's unit it is.
    """
    share = _IN_STORE.get((dose_unit, stock_unit))
    if share is None:
        return None
    exact = dose * share * doses * head
    rounded = exact.quantize(_LEAST, ROUND_HALF_UP)
    return max(rounded, _LEAST) if exact > 0 else Decimal(0)


@dataclass(frozen=True)
class Portion:
    """What some animals get of one lot: `dose` for each of them, `quantity` of the store's."""

    lot: int
    """The lot's place among those that were asked about."""
    head: int
    dose: Decimal
    quantity: Decimal


def portions(dose: Decimal, head: int, lots: Sequence[Decimal]) -> list[Portion]:
    """Return what each animal gets where a drug is of several lots, which give so much of it.

    One animal after the other is given its course of the first lot while that lasts; whose course
    is of two lots gets a part of its dose of each. Each animal's dose, each lot and the whole come
    to the same in all, to 0.001.
    """
    whole = Fraction(sum(lots))
    found: list[Portion] = []
    given = Fraction(0)
    for number, lot in enumerate(lots):
        first, last = given / whole * head, (given + Fraction(lot)) / whole * head
        for start, end in _animals(first, last):
            count = max(1, int(end - start))
            part = _upto(dose, _within(end, start)) - _upto(dose, start - int(start))
            share = [(one - first) / (last - first) for one in (start, end)]
            quantity = _upto(lot, share[1]) - _upto(lot, share[0])
            found.append(Portion(number, count, part, quantity))
        given += Fraction(lot)
    return found


def _animals(first: Fraction, last: Fraction) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield the rest of an animal's course, then whole animals, then the beginning of one's."""
    up = min(Fraction(-(-first // 1)), last)
    down = max(Fraction(last // 1), up)
    yield from (pair for pair in ((first, up), (up, down), (down, last)) if pair[0] < pair[1])


def _within(end: Fraction, start: Fraction) -> Fraction:
    """Return how much of the course of one animal is over at the end of its part."""
    return min(end - int(start), Fraction(1))


def _upto(amount: Decimal, share: Fraction) -> Decimal:
    exact = Fraction(amount) * share / Fraction(_LEAST)
    return Decimal(round(exact)) * _LEAST


def episodes(
    spans: Iterable[tuple[date, date]], gap_days: int = GAP_DAYS
) -> list[tuple[date, date]]:
    """Merge spans of days into episodes: one that begins within `gap_days` of the last end joins.

    Returns first and last day of each episode, in order.
    """
    found: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if found and first - found[-1][1] <= timedelta(days=gap_days):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found
