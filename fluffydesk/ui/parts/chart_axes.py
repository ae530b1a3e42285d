"""The axes of charts: of days, and of numbers as the locale writes them."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta

import pyqtgraph
from PySide6.QtCore import QDate, QLocale

from fluffydesk.ui.fields.texts import number_text

DAY = 86_400.0
_LABEL_PX = 72
X = float | date


def seconds_of(at: X) -> float:
    """Return where a day, or a number, stands on an axis."""
    if isinstance(at, datetime):
        return at.timestamp()
    if isinstance(at, date):
        return datetime.combine(at, time(), UTC).timestamp()
    return float(at)


class DayAxis(pyqtgraph.AxisItem):  # type: ignore[misc]
    """An axis of days whose labels never touch: "4 Sep", or "Sep 2026" for long spans."""

    _STEPS = (1, 2, 7, 14)
    _MONTHS = (1, 3, 6, 12, 24, 60)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        most = max(2, int(size / _LABEL_PX))
        first, last = day_of(low) + timedelta(days=1), day_of(high)
        days = (last - first).days
        for step in self._STEPS:
            if days / step <= most:
                shift = -first.toordinal() % step
                at = [first + timedelta(days=shift + n) for n in range(0, days + 1 - shift, step)]
                return [(step * DAY, [seconds_of(day) for day in at])]
        months = next((m for m in self._MONTHS if days / 30.4 / m <= most), 120)
        numbers = range(first.year * 12 + first.month, last.year * 12 + last.month)
        starts = [date(n // 12, n % 12 + 1, 1) for n in numbers if n % months == 0]
        return [(months * 30 * DAY, [seconds_of(day) for day in starts])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        form = "d MMM" if spacing < 28 * DAY else "MMM yyyy"
        days = (day_of(value) for value in values)
        return [QLocale().toString(QDate(day.year, day.month, day.day), form) for day in days]


class NumberAxis(pyqtgraph.AxisItem):  # type: ignore[misc]
    """An axis of numbers as the locale writes them."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        places = max(0, -math.floor(math.log10(spacing))) if spacing else 0
        return [number_text(float(value), places) for value in values]


def day_of(seconds: float) -> date:
    """Return the day of a place on an axis of days."""
    return datetime.fromtimestamp(seconds, UTC).date()
