"""What breeders publish of their birds by age: laying %, egg weight and live weight."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from itertools import pairwise

from fluffydesk.files import travelling


class Measure(StrEnum):
    """What is told by age: hen-day % and egg weight by week, live weight by day."""

    LAYING = "hen_day_percent"
    EGG = "egg_weight_g"
    WEIGHT = "live_weight_g"


@dataclass(frozen=True)
class Standard:
    """A breed's published values at some ages, and where they are from.

    Ages are completed weeks, for live weight days. Where a range is published, `low` and `high`.
    """

    breed: str
    measure: Measure
    ages: Sequence[int]
    low: Sequence[Decimal]
    high: Sequence[Decimal]
    source: str

    def at(self, age: int) -> Decimal | None:
        """Return the middle of what is published at an age, read off the line between two ages.

        None before the first age and after the last.
        """
        points = [
            (at, (low + high) / 2)
            for at, low, high in zip(self.ages, self.low, self.high, strict=True)
        ]
        for (first, value), (then, next_value) in pairwise(points):
            if first <= age <= then:
                return value + (next_value - value) * (age - first) / (then - first)
        return None


def standard_of(breed: str, measure: Measure) -> Standard | None:
    """Return what is published of a breed by its name; None where nothing is kept of it."""
    return _standards().get((breed, measure))


@cache
def _standards() -> Mapping[tuple[str, Measure], Standard]:
    lines: dict[tuple[str, Measure], list[dict[str, str]]] = defaultdict(list)
    file = travelling("resources") / "reference" / "standards" / "flocks.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        for line in csv.DictReader(opened):
            lines[line["breed"], Measure(line["measure"])].append(line)
    return {
        (breed, measure): Standard(
            breed,
            measure,
            tuple(int(line["age"]) for line in found),
            tuple(Decimal(line["low"]) for line in found),
            tuple(Decimal(line["high"]) for line in found),
            found[0]["source"],
        )
        for (breed, measure), found in lines.items()
    }
