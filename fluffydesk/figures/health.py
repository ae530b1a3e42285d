"""Figures of health: what a course takes from the store, and episodes of an illness."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

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
