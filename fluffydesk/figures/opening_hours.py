"""Opening hours as people write them: "Mo-Fr 08:00-18:00; Sa 09:00-13:00"."""

from __future__ import annotations

import re
from collections.abc import Mapping

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MINUTES = 24 * 60
_SPAN = re.compile(r"([0-2]?\d)[:.]([0-5]\d)\s*[-–]\s*([0-2]?\d)[:.]([0-5]\d)")
_CLOSED = ("off", "closed")

Span = tuple[int, int]
"""From one minute of a day until another; the second is past 1440 where it is after midnight."""
Week = Mapping[int, tuple[Span, ...]]
"""The spans of each weekday, 0 being Monday; a day that is not there is closed."""


def parse_hours(text: str | None) -> Week | None:
    """Return the hours that a text says; None where it says none or cannot be read as a whole.

    A part is days and times: "Mo-We,Fr 09:00-12:00,13:00-17:00", "Su off", "24/7". A later part
    takes the place of an earlier one for its days. A time that ends at or before it begins ends
    on the next day.
    """
    week: dict[int, tuple[Span, ...]] = {}
    for part in (text or "").split(";"):
        said = " ".join(part.split())
        if not said:
            continue
        if said == "24/7":
            week |= dict.fromkeys(range(7), ((0, _MINUTES),))
            continue
        days, _, times = said.partition(" ")
        listed, spans = _days(days), _spans(times)
        if listed is None or spans is None:
            return None
        week |= dict.fromkeys(listed, spans)
    return week or None


def _days(text: str) -> list[int] | None:
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = (one.capitalize()[:2] for one in part.replace("–", "-").partition("-"))
        if first not in _DAYS or (dash and last not in _DAYS):
            return None
        start = _DAYS.index(first)
        end = _DAYS.index(last) if dash else start
        found += [(start + number) % 7 for number in range((end - start) % 7 + 1)]
    return found


def _spans(text: str) -> tuple[Span, ...] | None:
    if text.strip().lower() in _CLOSED:
        return ()
    found: list[Span] = []
    for part in text.split(","):
        match = _SPAN.fullmatch(part.strip())
        if match is None:
            return None
        hour, minute, last_hour, last_minute = (int(one) for one in match.groups())
        start, end = hour * 60 + minute, last_hour * 60 + last_minute
        if start >= _MINUTES or end > _MINUTES:
            return None
        found.append((start, end if end > start else end + _MINUTES))
    return tuple(sorted(found))
