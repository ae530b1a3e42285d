"""Breeding: how many young a flock of ewes brought, by the denominator the farm chose."""

from __future__ import annotations

from decimal import Decimal


def lambing_percent(lambs_born: int, ewes: int) -> Decimal | None:
    """Return lambs born for 100 ewes; None without ewes.

    Which ewes count (mated, exposed to the ram, lambed) is the farm's setting: print it beside
    the figure, for it changes the figure.
    """
    return Decimal(100) * lambs_born / ewes if ewes > 0 else None
