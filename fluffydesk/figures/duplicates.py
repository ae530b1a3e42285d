"""Whether two cards are of one person: how much alike names and addresses are."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

ALIKE = 0.8
"""From here on two texts are nearly the same: a letter or two of a name, its words turned."""

_WORDS = re.compile(r"\w+")


def likeness(one: str, other: str) -> float:
    """Return how much alike two folded texts are, 0 to 1, in whatever order their words stand.

    Twice the letters they share, in order, over the letters they have (Ratcliff and Obershelp).
    """
    first, second = (" ".join(sorted(_WORDS.findall(text))) for text in (one, other))
    if not first or not second:
        return 0.0
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def are_alike(one: str, other: str) -> bool:
    """Say whether two folded texts are nearly the same; two empty ones are not."""
    return likeness(one, other) >= ALIKE
