"""Ledgers of every store: where a balance falls below zero, and which lot is to be used first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

_NONE = Decimal(0)
Step = tuple[date, Decimal]
"""A day and the sum of what came (positive) and went (negative) on it."""


@dataclass(frozen=True)
class Lot:
    """What is left of one lot, in the thing's unit; a lot without a name was never labelled."""

    name: str | None
    expires_on: date | None
    left: Decimal


def worst_shortage(
    opening: Decimal, steps: Sequence[Step], change: Sequence[Step]
) -> tuple[date, Decimal] | None:
    """Return the day and balance that a change makes lowest below zero; None where it does not.

    `opening` is the balance before the first of `steps`, which are days in order and hold the
    change already; `change` says by day how much of them is new. A balance that was as low
    without the change is not its fault: after two PCs took the same last bags, what comes in can
    still be written down.
    """
    by_day = dict(steps)
    turned: dict[date, Decimal] = {}
    for on, quantity in change:
        turned[on] = turned.get(on, _NONE) + quantity
    left, worse = opening, _NONE
    worst: tuple[date, Decimal] | None = None
    for on in sorted(by_day.keys() | turned.keys()):
        left += by_day.get(on, _NONE)
        worse += turned.get(on, _NONE)
        if worse < 0 and left < 0 and (worst is None or left < worst[1]):
            worst = (on, left)
    return worst


def first_to_use(lots: Iterable[Lot]) -> list[Lot]:
    """Return lots as they are to be used: earliest expiry first, those without one last (FEFO)."""
    return sorted(
        lots, key=lambda lot: (lot.expires_on is None, lot.expires_on or date.max, lot.name or "")
    )


def lots_left(lots: Iterable[Lot]) -> list[Lot]:
    """Return the lots that hold something, first to use first.

    What was taken without naming a lot (a negative quantity of the nameless one) is taken off the
    lots that were to be used first; what remains below zero stays with the nameless one.
    """
    known = list(lots)
    owed = -sum((lot.left for lot in known if lot.name is None), _NONE)
    left: list[Lot] = []
    for lot in first_to_use(lot for lot in known if lot.name is not None):
        taken = min(max(owed, _NONE), max(lot.left, _NONE))
        owed -= taken
        if lot.left != taken:
            left.append(replace(lot, left=lot.left - taken))
    if owed:
        left.append(Lot(None, None, -owed))
    return left


def expired(expires_on: date | None, on: date) -> bool:
    """Say whether a lot has expired on a day; on the day it expires it may still be used."""
    return expires_on is not None and on > expires_on


def in_order(there: Sequence[Decimal], wanted: Decimal) -> list[Decimal] | None:
    """Return how much to take of each of `there`, the first first; None where it is not enough.

    First in, first out is this with the oldest day of collection first (rule 14).
    """
    taken = []
    for left in there:
        taken.append(max(min(left, wanted), _NONE))
        wanted -= taken[-1]
    return None if wanted > 0 else taken
