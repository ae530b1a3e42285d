"""What is unusual about the time of a visit: past, while it is closed, off the vet's shift."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo

Times = tuple[datetime, datetime]

_JUST = timedelta(minutes=5)
"""What began so little ago is now: it was typed while somebody stood at the desk."""


def past_words(starts: datetime, now: datetime) -> str:
    """Return a sentence where a visit would begin in the past; "" where it does not."""
    return "This begins in the past." if starts + _JUST <= now else ""


def closed_words(
    starts: datetime, ends: datetime, opening: Sequence[Times] | None, zone: tzinfo
) -> str:
    """Return a sentence where not all of `[starts, ends)` lies in the opening hours around it.

    `opening` is when it is open on that day and the days beside it; None says nothing, for nobody
    wrote the hours down. Times are told in `zone`, the organization's.
    """
    if opening is None or _within(starts, ends, opening):
        return ""
    hours = _hours(opening, starts.astimezone(zone).date(), zone)
    if not hours:
        return "The clinic is closed that day."
    return f"Outside the opening hours of that day, {hours}."


def off_words(
    starts: datetime, ends: datetime, shifts: Sequence[Times], vet: str, zone: tzinfo
) -> str:
    """Return a sentence where not all of `[starts, ends)` lies in a vet's shifts.

    `shifts` are the vet's of that week; with none at all nobody plans them, and nothing is said.
    """
    if not shifts or _within(starts, ends, shifts):
        return ""
    hours = _hours(shifts, starts.astimezone(zone).date(), zone)
    if not hours:
        return f"{vet} has no shift that day."
    return f"Outside the shift of {vet} that day, {hours}."


def _within(starts: datetime, ends: datetime, spans: Iterable[Times]) -> bool:
    reached = starts
    for first, last in sorted(spans):
        if first <= reached < last:
            reached = last
    return reached >= ends


def _hours(spans: Iterable[Times], day: date, zone: tzinfo) -> str:
    there = ((first.astimezone(zone), last.astimezone(zone)) for first, last in sorted(spans))
    said = [f"{first:%H:%M} to {last:%H:%M}" for first, last in there if first.date() == day]
    return " and ".join(said)
