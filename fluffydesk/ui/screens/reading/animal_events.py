"""One line of an animal's timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Happening:
    """One line of the timeline; `title` says what, `words` the rest."""

    on: date
    kind: str
    title: str
    words: str
