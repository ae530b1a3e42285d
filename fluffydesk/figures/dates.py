"""Dates the trade reckons with: due and hatch dates, drying off, withdrawal, ages."""

from __future__ import annotations

from datetime import date, datetime, timedelta

_DRY_DAYS = 60
_ORGANIC_HOURS = 48


def due_date(served_on: date, gestation_days: int | None) -> date | None:
    """Return service + gestation (days of the species); None where the species has none."""
    return None if gestation_days is None else served_on + timedelta(days=gestation_days)


def hatch_date(set_on: date, incubation_days: int | None) -> date | None:
    """Return the day set + incubation (days of the species); None where the species has none."""
    return None if incubation_days is None else set_on + timedelta(days=incubation_days)


def dry_off_date(due_on: date, dry_days: int = _DRY_DAYS) -> date:
    """Return the day to dry a cow off so that she has `dry_days` before she is due."""
    return due_on - timedelta(days=dry_days)


def repeat_watch(served_on: date) -> tuple[date, date]:
    """Return the first and last day to watch a served cow for coming back: 20 to 22 days."""
    return served_on + timedelta(days=20), served_on + timedelta(days=22)


def withdrawal_end(last_dose: datetime, hours: int) -> datetime:
    """Return when milk, meat or eggs are free again: the course's last dose + the product's hours.

    Give a time with its zone, best in UTC: hours pass through a change of the clock unharmed.
    """
    return last_dose + timedelta(hours=hours)


def withdrawal_hours(hours: int, *, organic: bool = False) -> int:
    """Return for how long food is withheld after the last dose, in hours.

    An organic farm doubles the period on the label and waits at least 48 hours, also where the
    label asks for none: Regulation (EU) 2018/848, Annex II, part II, 1.5.2.5. That is for
    medicines made by chemistry; vaccines keep their own period.
    """
    return max(2 * hours, _ORGANIC_HOURS) if organic else hours


def withdrawal_last_day(last_dose: date, days: int) -> date:
    """Return the day on which a withdrawal told in whole days ends."""
    return last_dose + timedelta(days=days)


def age_days(born: date | None, on: date) -> int | None:
    """Return days of life; None before the birth or without one."""
    if born is None or on < born:
        return None
    return (on - born).days


def age_in_words(born: date | None, on: date) -> str:
    """Return an age as it is said: "12 d", "5 m", "3 y 2 m"; empty without a birth date."""
    days = age_days(born, on)
    if born is None or days is None:
        return ""
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    if months < 2:
        return f"{days} d"
    years, rest = divmod(months, 12)
    if years == 0:
        return f"{months} m"
    return f"{years} y {rest} m" if rest else f"{years} y"
