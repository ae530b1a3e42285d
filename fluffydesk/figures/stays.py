"""Stays of pets: nights, hours, and how many places of a room are taken at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Span:
    """A while, `[starts, ends)`, in UTC."""

    starts: datetime
    ends: datetime

    def meets(self, other: Span) -> bool:
        """Say whether the two have a moment in common."""
        return self.starts < other.ends and other.starts < self.ends


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return the moment, in UTC, at which a day begins in a zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_span(day: date, zone: tzinfo) -> Span:
    """Return a calendar day of a zone: 23, 24 or 25 hours."""
    return Span(midnight(day, zone), midnight(day + timedelta(days=1), zone))


def span_of(
    first: date,
    last: date,
    zone: tzinfo,
    brought: datetime | None = None,
    fetched: datetime | None = None,
) -> Span:
    """Return when a stay takes its place, as central reckons it too.

    Without times it takes the nights between its days, and one within a day takes that day.
    """
    ends = fetched or midnight(max(last, first + timedelta(days=1)), zone)
    return Span(brought or midnight(first, zone), ends)


def nights(first: date, last: date) -> int:
    """Return the nights of a stay: its calendar days less one, whatever clocks do (rule 25)."""
    return max(0, (last - first).days)


def units_charged(first: date, last: date) -> int:
    """Return how often the price of a night is charged: a stay within a day counts once."""
    return max(1, nights(first, last))


def price_of(first: date, last: date, per_night: Decimal) -> Decimal:
    """Return the price of a stay, exact."""
    return per_night * units_charged(first, last)


def hours(span: Span) -> Decimal:
    """Return how long a while truly lasts, h: the hour that a spring night lacks is not in it."""
    return Decimal((span.ends - span.starts) // timedelta(minutes=1)) / 60


def most_at_once(taken: Iterable[Span], asked: Span) -> int:
    """Return how many of some whiles there are at the fullest moment of another."""
    there = [one for one in taken if one.meets(asked)]
    # The number is highest when one of them begins.
    moments = {asked.starts, *(one.starts for one in there if one.starts > asked.starts)}
    return max(
        (sum(one.starts <= moment < one.ends for one in there) for moment in moments), default=0
    )


def places_free(places: int, taken: Iterable[Span], asked: Span) -> int:
    """Return how many of a room's places nobody has at any time of a while; 0 where it is full."""
    return max(0, places - most_at_once(taken, asked))


def shifted(moment: datetime, days: int, zone: tzinfo) -> datetime:
    """Return the same time of the clock some days later in a zone, in UTC (rule 25)."""
    local = moment.astimezone(zone)
    later = datetime.combine(local.date() + timedelta(days=days), local.time(), zone)
    return later.astimezone(UTC)


def hours_of(day: date, first: int, last: int, zone: tzinfo) -> list[datetime]:
    """Return the moments of a day's whole hours from `first` to before `last` o'clock, in UTC.

    An hour that a spring day lacks is not among them, and one that an autumn day has twice is
    there twice.
    """
    span = day_span(day, zone)
    count = int((span.ends - span.starts) / _HOUR)
    every = [span.starts + _HOUR * number for number in range(count)]
    return [moment for moment in every if first <= moment.astimezone(zone).hour < last]
