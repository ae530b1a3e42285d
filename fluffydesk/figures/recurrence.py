"""Work that repeats: what an iCalendar rule says, and when it is due next."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LARGEST_INTERVAL = 366
_LAST = -1
_LAST_YEAR = 9000


class Frequency(StrEnum):
    """What a rule counts in."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


_UNITS = {
    Frequency.DAILY: ("day", "days"),
    Frequency.WEEKLY: ("week", "weeks"),
    Frequency.MONTHLY: ("month", "months"),
    Frequency.YEARLY: ("year", "years"),
}


@dataclass(frozen=True)
class Recurrence:
    """Every `interval` days, weeks, months or years, as RFC 5545 (3.3.10) writes it.

    `weekdays` (0 is Monday) are those of a week, `month_days` those of a month (-1 is its last
    day, and a month without the 31st takes its last too). `at` is the time of day meant where
    the clock was changed over it. Nothing comes after the day `until`.
    """

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    at: time | None = None
    until: date | None = None

    def text(self) -> str:
        """Return the rule as iCalendar writes it: FREQ=WEEKLY;BYDAY=MO,TH."""
        parts = [f"FREQ={self.frequency.value}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.weekdays:
            parts.append(f"BYDAY={','.join(_DAYS[day] for day in self.weekdays)}")
        if self.month_days:
            parts.append(f"BYMONTHDAY={','.join(str(day) for day in self.month_days)}")
        if self.at is not None:
            parts.append(f"BYHOUR={self.at.hour};BYMINUTE={self.at.minute}")
        if self.until is not None:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        return ";".join(parts)

    def words(self) -> str:
        """Return the rule as people say it: "Every 2 weeks on Mon, Thu"."""
        one, many = _UNITS[self.frequency]
        said = f"Every {one}" if self.interval == 1 else f"Every {self.interval} {many}"
        if self.weekdays:
            said += f" on {', '.join(_NAMES[day] for day in self.weekdays)}"
        if self.month_days:
            days = ["the last day" if day == _LAST else f"day {day}" for day in self.month_days]
            said += f" on {', '.join(days)}"
        if self.until is not None:
            said += f" until {self.until.day} {self.until:%B %Y}"
        return said

    def next_day(self, day: date) -> date | None:
        """Return the first day of the rule after `day`; None once it has ended."""
        found = {
            Frequency.DAILY: self._next_daily,
            Frequency.WEEKLY: self._next_weekly,
            Frequency.MONTHLY: self._next_monthly,
            Frequency.YEARLY: self._next_yearly,
        }[self.frequency](day)
        return None if self.until is not None and found > self.until else found

    def _next_daily(self, day: date) -> date:
        return day + timedelta(days=self.interval)

    def _next_weekly(self, day: date) -> date:
        wanted = sorted(self.weekdays) or [day.weekday()]
        later = [one for one in wanted if one > day.weekday()]
        monday = day - timedelta(days=day.weekday())
        if later:
            return monday + timedelta(days=later[0])
        return monday + timedelta(weeks=self.interval, days=wanted[0])

    def _next_monthly(self, day: date) -> date:
        wanted = self.month_days or (day.day,)
        here = [one for one in _days_of(day.year, day.month, wanted) if one > day]
        if here:
            return here[0]
        months = day.year * 12 + day.month - 1 + self.interval
        return _days_of(months // 12, months % 12 + 1, wanted)[0]

    def _next_yearly(self, day: date) -> date:
        return _days_of(day.year + self.interval, day.month, (day.day,))[0]


def parse(text: str) -> Recurrence:
    """Return the rule that a text of iCalendar says. ValueError, in words, where it says none.

    Understood are FREQ (DAILY to YEARLY), INTERVAL, BYDAY of a week, BYMONTHDAY of a month,
    UNTIL, and BYHOUR with BYMINUTE. What else iCalendar has is refused, never passed over.
    """
    given: dict[str, str] = {}
    for part in text.strip().removeprefix("RRULE:").rstrip(";").split(";"):
        name, sign, value = part.strip().upper().partition("=")
        if not sign or not value or name in given:
            raise ValueError(f"“{part.strip()}” is no part of a rule.")
        given[name] = value
    rule = Recurrence(
        frequency=_frequency(given.pop("FREQ", "")),
        interval=_whole("INTERVAL", given.pop("INTERVAL", "1"), 1, _LARGEST_INTERVAL),
        weekdays=_weekdays(given.pop("BYDAY", "")),
        month_days=_month_days(given.pop("BYMONTHDAY", "")),
        at=_at(given.pop("BYHOUR", None), given.pop("BYMINUTE", "0")),
        until=_until(given.pop("UNTIL", "")),
    )
    given.pop("WKST", None)  # weeks begin on Monday
    if given:
        raise ValueError(f"{next(iter(given))} is not understood.")
    if rule.weekdays and rule.frequency is not Frequency.WEEKLY:
        raise ValueError("BYDAY goes with FREQ=WEEKLY only.")
    if rule.month_days and rule.frequency is not Frequency.MONTHLY:
        raise ValueError("BYMONTHDAY goes with FREQ=MONTHLY only.")
    return rule


def next_due(rule: Recurrence, due: datetime, zone: tzinfo) -> tuple[datetime, Recurrence] | None:
    """Return when work that was due at `due` is due again, and the rule to keep with it.

    `due` has its zone; the result is UTC. The time of day is that of `zone`, whatever the clocks
    did between; one that is skipped in spring comes an hour later on that day only, and one that
    comes twice in autumn is the first. The rule keeps what that day or month could not show: the
    time of day, the 31st. None once the rule has ended.
    """
    here = due.astimezone(zone)
    wall = here.time()
    if rule.at is not None and _moment(here.date(), rule.at, zone) == due:
        wall = rule.at
    day = rule.next_day(here.date()) if here.year < _LAST_YEAR else None
    if day is None:
        return None
    found = _moment(day, wall, zone)
    moved = found.astimezone(zone).time() != wall
    kept = replace(rule, at=time(wall.hour, wall.minute) if moved else None)
    if kept.frequency is Frequency.MONTHLY and not kept.month_days and day.day != here.day:
        kept = replace(kept, month_days=(here.day,))
    return found, kept


def _moment(day: date, wall: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, wall.replace(fold=0), zone).astimezone(UTC)


def _days_of(year: int, month: int, wanted: tuple[int, ...]) -> list[date]:
    last = monthrange(year, month)[1]
    days = {last if one == _LAST else min(one, last) for one in wanted}
    return [date(year, month, day) for day in sorted(days)]


def _frequency(text: str) -> Frequency:
    try:
        return Frequency(text)
    except ValueError:
        listed = ", ".join(one.value for one in Frequency)
        raise ValueError(f"It must say how often, such as FREQ=WEEKLY: one of {listed}.") from None


def _whole(name: str, text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdecimal() or not least <= int(text) <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}.")
    return int(text)


def _weekdays(text: str) -> tuple[int, ...]:
    names = [name.strip() for name in text.split(",")] if text else []
    unknown = [name for name in names if name not in _DAYS]
    if unknown:
        raise ValueError(f"BYDAY has {unknown[0]}, and not one of {', '.join(_DAYS)}.")
    return tuple(sorted({_DAYS.index(name) for name in names}))


def _month_days(text: str) -> tuple[int, ...]:
    names = [name.strip() for name in text.split(",")] if text else []
    days = {_LAST if name == "-1" else _whole("BYMONTHDAY", name, 1, 31) for name in names}
    return tuple(sorted(days, key=lambda day: 32 if day == _LAST else day))


def _at(hour: str | None, minute: str) -> time | None:
    if hour is None:
        return None
    return time(_whole("BYHOUR", hour, 0, 23), _whole("BYMINUTE", minute, 0, 59))


def _until(text: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()
    except ValueError:
        raise ValueError("UNTIL must be a day, such as 20271231.") from None
