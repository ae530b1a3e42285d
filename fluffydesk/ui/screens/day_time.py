"""The calendar's time axis: one for all days shown, with hours that a day lacks or has twice."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from PySide6.QtCore import QLocale, QTime

from fluffydesk.ui.screens.visits import span

SLOT = 5
"""The axis is made of slots of so many minutes; whatever a clock jumps by is a multiple of it."""
_SLOT = timedelta(minutes=SLOT)

_Key = tuple[int, int]
"""A wall-clock minute and its fold: 1 the second time it comes."""


@dataclass(frozen=True)
class Tick:
    """An hour's name on the axis; `again` where the clock shows it for the second time."""

    minute: int
    words: str
    again: bool


def clock_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return the time as the locale writes it; the hour that comes twice is told apart."""
    local = moment.astimezone(zone)
    words = _clock(local.hour, local.minute)
    if local.fold:
        return f"{words} (2nd)"
    later = local.replace(fold=1)
    return f"{words} (1st)" if later.utcoffset() != local.utcoffset() else words


def week_start(day: date) -> date:
    """Return the first day of the week that holds `day`, as the locale counts weeks."""
    first = QLocale().firstDayOfWeek().value - 1
    return day - timedelta(days=(day.weekday() - first) % 7)


class Axis:
    """Minutes from top to bottom for some days: 1440, less on a day of 23 hours, more on one of 25.

    Where several days stand side by side, an hour that one of them has twice, or lacks, is a gap
    in the others, or in it.
    """

    def __init__(self, days: Sequence[date], zone: ZoneInfo) -> None:
        self.zone = zone
        self.days = tuple(days)
        own = {day: _keys(day, zone) for day in days}
        keys = sorted({key for each in own.values() for key in each if not key[1]})
        for each in own.values():
            for before, key in pairwise(each):
                if key[1] and key not in keys:
                    keys.insert(keys.index(before) + 1, key)
        self._keys = keys
        at = {key: index for index, key in enumerate(keys)}
        self._rows = {day: [at[key] for key in each] for day, each in own.items()}
        self._spans = {day: span(day, zone) for day in days}
        self.length = len(keys) * SLOT

    def of(self, day: date, moment: datetime) -> int:
        """Return where a moment lies on the axis in a day's column; within the day."""
        start, end = self._spans[day]
        if moment <= start:
            return self._rows[day][0] * SLOT
        if moment >= end:
            return self._rows[day][-1] * SLOT + SLOT
        slots, rest = divmod(moment - start, _SLOT)
        return self._rows[day][slots] * SLOT + int(rest.total_seconds()) // 60

    def end_of(self, day: date, moment: datetime) -> int:
        """Return where something that ends at a moment ends: before a gap, not after it."""
        start, end = self._spans[day]
        if moment <= start or moment > end:
            return self.of(day, moment)
        return self.of(day, moment - timedelta(minutes=1)) + 1

    def moment(self, day: date, minute: float) -> datetime:
        """Return the moment (UTC) at a place of the axis; in a gap, that after it."""
        rows = self._rows[day]
        row, rest = int(minute) // SLOT, int(minute) % SLOT
        slot = bisect_right(rows, row) - 1
        start, end = self._spans[day]
        if slot < 0:
            return start
        if rows[slot] != row:
            slot, rest = slot + 1, 0
        return min(start + slot * _SLOT + timedelta(minutes=rest), end)

    def gaps(self, day: date) -> list[tuple[int, int]]:
        """Return the stretches of the axis that a day does not have."""
        has = set(self._rows[day])
        gaps: list[tuple[int, int]] = []
        for row in range(len(self._keys)):
            if row in has:
                continue
            if gaps and gaps[-1][1] == row * SLOT:
                gaps[-1] = (gaps[-1][0], row * SLOT + SLOT)
            else:
                gaps.append((row * SLOT, row * SLOT + SLOT))
        return gaps

    def ticks(self) -> list[Tick]:
        """Return the whole hours of the axis."""
        return [
            Tick(index * SLOT, _clock(wall // 60, 0), bool(fold))
            for index, (wall, fold) in enumerate(self._keys)
            if wall % 60 == 0
        ]

    def wall(self, clock: int) -> int:
        """Return where a minute of the clock lies; the first time, where it comes twice."""
        return next(
            (
                index * SLOT
                for index, key in enumerate(self._keys)
                if key[0] >= clock and not key[1]
            ),
            self.length,
        )


@lru_cache(maxsize=64)
def _keys(day: date, zone: ZoneInfo) -> tuple[_Key, ...]:
    start, end = span(day, zone)
    if end - start == timedelta(days=1) and _offset(start, zone) == _offset(end, zone):
        return tuple((minute, 0) for minute in range(0, 1440, SLOT))
    keys: list[_Key] = []
    moment = start
    while moment < end:
        local = moment.astimezone(zone)
        keys.append((local.hour * 60 + local.minute, local.fold))
        moment += _SLOT
    return tuple(keys)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta | None:
    return moment.astimezone(UTC).astimezone(zone).utcoffset()


def _clock(hour: int, minute: int) -> str:
    clock = QTime(hour, minute)
    if QLocale().language() == QLocale.Language.C:
        return clock.toString("HH:mm")
    return QLocale().toString(clock, QLocale.FormatType.ShortFormat)
