"""Dates and times as people type them: "21.11", "today", "fri", "+7", "14:30"."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from PySide6.QtCore import QLocale

from fluffydesk.actions.typed import date_in
from fluffydesk.mirror.engine import folded
from fluffydesk.ui.fields.texts import day_format

_DAY_ONLY = re.compile(r"([0-9]{1,2})[-./ ]([0-9]{1,2})[.]?")
_SHORT_YEAR = re.compile(r"([0-9]{1,2})[-./ ]([0-9]{1,2})[-./ ]([0-9]{2})")
_SHIFT = re.compile(r"([+-])\s*([0-9]{1,4})")
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.h]?([0-9]{2}))?\s*([ap]m?)?", re.IGNORECASE)
_LETTERS = 2
"""With so many letters begins the shortest way to write a weekday."""
_NAMED = {"today": 0, "t": 0, "yesterday": -1, "y": -1, "tomorrow": 1}


def month_first() -> bool:
    """Say whether this PC's locale writes the month before the day."""
    short = QLocale().dateFormat(QLocale.FormatType.ShortFormat)
    return -1 < short.find("M") < short.find("d") and not short.startswith("y")


def day_of(text: str, today: date) -> date | None:
    """Return the day that was typed, or None where it is none.

    A day without a year is the nearest one to `today`. What the locale writes first is read
    first; ISO dates and the words of `actions.typed` always work. A weekday ("fri", "friday", in
    the locale's words or in English) is the next one after `today`, "+3" the day in three days.
    """
    written = QLocale().toDate(text.strip(), day_format())
    if written.isValid():
        return date(written.year(), written.month(), written.day())
    text = text.strip().lower()
    if text in _NAMED:
        return today + timedelta(days=_NAMED[text])
    if shift := _SHIFT.fullmatch(text):
        return today + timedelta(days=int(f"{shift[1]}{shift[2]}"))
    if (weekday := _weekday(text)) is not None:
        return today + timedelta(days=(weekday - today.isoweekday() - 1) % 7 + 1)
    if bare := _DAY_ONLY.fullmatch(text):
        return _nearest(int(bare[1]), int(bare[2]), today)
    if short := _SHORT_YEAR.fullmatch(text):
        year = 2000 + int(short[3])
        if year > today.year + 20:
            year -= 100
        return _date(int(short[1]), int(short[2]), year)
    if month_first() and (parts := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)):
        return _date(int(parts[1]), int(parts[2]), int(parts[3]))
    return date_in(text)


def clock_of(text: str) -> time | None:
    """Return the time of day that was typed ("9", "930", "9:30", "9.30", "9:30 pm"), or None."""
    parts = _CLOCK.fullmatch(text.strip())
    if parts is None:
        return None
    hour, minute = int(parts[1]), int(parts[2] or 0)
    half = (parts[3] or "").lower()[:1]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def moment_of(day: date, clock: time, zone: tzinfo) -> datetime | None:
    """Return the moment a clock in `zone` shows this; None for an hour that is skipped."""
    naive = datetime.combine(day, clock)
    moment = naive.replace(tzinfo=zone)
    utc = moment.astimezone(UTC)
    return utc if utc.astimezone(zone).replace(tzinfo=None) == naive else None


def _weekday(text: str) -> int | None:
    """Return the weekday (1 is Monday) that is called so, in the locale or else in English.

    The first letters are enough where no other day begins with them.
    """
    wanted = _plain(text)
    for locale in (QLocale(), QLocale(QLocale.Language.English)):
        names = {day: _names(locale, day) for day in range(1, 8)}
        found = [day for day, forms in names.items() if wanted in forms]
        if not found and len(wanted) >= _LETTERS:
            found = [day for day in names if any(one.startswith(wanted) for one in names[day])]
        if len(found) == 1:
            return found[0]
    return None


def _names(locale: QLocale, day: int) -> set[str]:
    forms = (QLocale.FormatType.LongFormat, QLocale.FormatType.ShortFormat)
    ways = (locale.dayName, locale.standaloneDayName)
    return {_plain(way(day, form)) for way in ways for form in forms}


def _plain(text: str) -> str:
    return (folded(text) or "").removesuffix(".")


def _nearest(first: int, second: int, today: date) -> date | None:
    found = [_date(first, second, today.year + shift) for shift in (-1, 0, 1)]
    known = [day for day in found if day is not None]
    return min(known, key=lambda day: abs(day - today)) if known else None


def _date(first: int, second: int, year: int) -> date | None:
    day, month = (second, first) if month_first() else (first, second)
    try:
        return date(year, month, day)
    except ValueError:
        return None
