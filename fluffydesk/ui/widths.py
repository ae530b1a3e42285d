"""How wide a table's columns are: what is cut gets room first, then each its share of the rest."""

from __future__ import annotations

from collections.abc import Sequence

MOST_SPREAD = 2.0
"""So many times its own width a column is at most; wider, and a row's words no longer belong
together."""


def shares(room: int, first: Sequence[int], full: Sequence[int]) -> list[int]:
    """Return the widths (px) of columns in `room` px.

    `first` are the widths they would have, `full` the ones at which no word in them is cut. Cut
    words get room before any column gets air, those that lack least first; only then are columns
    spread. Where even the least is too wide for the room, the table is as wide as that.
    """
    least = [min(pair) for pair in zip(first, full, strict=True)]
    widths = _filled(least, full, room - sum(least))
    roomy = [max(pair) for pair in zip(first, full, strict=True)]
    widths = _filled(widths, roomy, room - sum(widths))
    spread = min(MOST_SPREAD, max(1.0, room / max(1, sum(widths))))
    return [int(width * spread) for width in widths]


def _filled(widths: Sequence[int], wanted: Sequence[int], left: int) -> list[int]:
    """Widen columns to what they want, as far as `left` px go, those that want least first."""
    found = list(widths)
    wants = sorted(
        (want - now, at) for at, (now, want) in enumerate(zip(widths, wanted, strict=True))
    )
    for number, (want, at) in enumerate(wants):
        more = max(0, min(want, left // (len(wants) - number)))
        found[at] += more
        left -= more
    return found
