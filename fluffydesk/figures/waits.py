"""How long patients wait: from stage to stage, the middle and the longest tenth, and the limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from fluffydesk.figures.kpi import Kpi

NO_SHOW_AFTER = timedelta(minutes=20)
"""Who has not come so long after the time of a visit has missed it."""

STAGE_MEDIAN = Kpi(
    "stage_median",
    "Median",
    "min",
    0,
    "The middle of the times that visits were in a stage: half of them were no longer.",
)
STAGE_P90 = Kpi(
    "stage_p90",
    "90th percentile",
    "min",
    0,
    "Nine of ten visits were no longer in the stage; between two times it is interpolated, as a "
    "spreadsheet's PERCENTILE does.",
)


class Level(StrEnum):
    """How a wait stands to its limits."""

    FINE = "fine"
    LONG = "long"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class Limits:
    """From how many minutes on a wait is long, and too long."""

    long: int
    too_long: int

    def level(self, minutes: int) -> Level:
        """Return how so many minutes stand to the limits."""
        if minutes >= self.too_long:
            return Level.TOO_LONG
        return Level.LONG if minutes >= self.long else Level.FINE


def minutes_between(since: datetime, until: datetime) -> int:
    """Return the whole minutes from one moment to another; 0 where a clock was ahead."""
    return max(0, int(_gone(since, until).total_seconds()) // 60)


def is_missed(starts: datetime, at: datetime) -> bool:
    """Say whether who was to come at `starts` and is not here has missed the visit."""
    return _gone(starts, at) >= NO_SHOW_AFTER


def _gone(since: datetime, until: datetime) -> timedelta:
    """Two moments of one zone are apart by what its clocks say, unless both are told in UTC."""
    return until.astimezone(UTC) - since.astimezone(UTC)


def percentile(values: Sequence[Decimal | int], share: Fraction) -> Decimal | None:
    """Return the value below which a share (0 to 1) of the values lies; None without values.

    Between two of them it is interpolated on a line: type 7 of Hyndman and Fan, Sample Quantiles
    in Statistical Packages, The American Statistician 50 (1996), as spreadsheets do. At one half
    it is the median. ValueError for a share that is none.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"{share} is no share of a whole")
    if not values:
        return None
    ordered = sorted(Fraction(value) for value in values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    found = ordered[low] + (ordered[high] - ordered[low]) * (place - low)
    return Decimal(found.numerator) / Decimal(found.denominator)


def median(values: Sequence[Decimal | int]) -> Decimal | None:
    """Return the middle of some values; None without any."""
    return percentile(values, Fraction(1, 2))


def ninetieth(values: Sequence[Decimal | int]) -> Decimal | None:
    """Return the value that nine of ten do not exceed; None without any."""
    return percentile(values, Fraction(9, 10))
