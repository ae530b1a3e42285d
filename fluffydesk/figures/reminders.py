"""The ladder of reminders: which step is due on which day, in which words, and what comes next."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

PLACES = ("client", "pet", "what", "due", "clinic", "phone")
"""What a text may say in braces: {client}, {pet}, {what}, {due}, and who writes."""
LONGEST_DAYS = 365
"""What was due longer ago than this is not reminded of any more."""
_PLACE = re.compile(r"((?:[ \t]+(?:on|at|under))?[ \t]*)(\{\s*([^{}]*?)\s*\})")
"""A place in a text, with the word and the space that lead to it."""
_MOST_MONTHS = 12 * 1000
_LAST_YEAR = 9000


@dataclass(frozen=True)
class Rung:
    """One step of a ladder: sent `days` after the day something is due, before it if negative."""

    kind: str
    species: str
    """In lower case; "" is any."""
    step: int
    days: int
    channel: str = ""
    """"": as the client wants it."""
    subject: str = ""
    body: str = ""


def ladder(rungs: Iterable[Rung], kind: str, species: str) -> tuple[Rung, ...]:
    """Return the steps for a kind and a species, in order; those of the species alone if any."""
    of_kind = [rung for rung in rungs if rung.kind == kind]
    wanted = species.strip().casefold()
    own = [rung for rung in of_kind if rung.species and rung.species == wanted]
    chosen = own or [rung for rung in of_kind if not rung.species]
    return tuple(sorted(chosen, key=lambda rung: rung.step))


def day_of(rung: Rung, due_on: date) -> date:
    """Return the day on which a step is sent."""
    return due_on + timedelta(days=rung.days)


def next_step(steps: tuple[Rung, ...], due_on: date, sent: int, today: date) -> Rung | None:
    """Return the step that is to be sent next; None once there is none left.

    `sent` is the last step sent, 0 for none. Of steps whose days have all come the last stands
    for them: nobody gets three letters on one morning since a holiday was long. Nothing is sent
    about what was due over a year ago.
    """
    if (today - due_on).days > LONGEST_DAYS:
        return None
    left = [rung for rung in steps if rung.step > sent]
    come = [rung for rung in left if day_of(rung, due_on) <= today]
    if come:
        return come[-1]
    return left[0] if left else None


def filled(text: str, words: Mapping[str, str]) -> str:
    """Return a text with its places filled; a place of another name stays as it is.

    Of what is not known goes what leads to it, too: "call us on {phone}." becomes "call us.".
    """

    def put(found: re.Match[str]) -> str:
        known = words.get(found[3].lower(), found[2])
        return found[1] + known if known else ""

    return _PLACE.sub(put, text).rstrip()


def unknown_places(text: str) -> tuple[str, ...]:
    """Return the places of a text that nothing fills, as they stand there: {name}."""
    return tuple(found[2] for found in _PLACE.finditer(text) if found[3].lower() not in PLACES)


def next_due(due: date, every: int, unit: str, after: date, until: date | None) -> date | None:
    """Return the first day of a repetition later than `after`; None once it has ended.

    `unit` is day, week, month or year. Months and years are counted from `due`, so that what
    was due on the 31st takes the last day of a shorter month, and the 31st again after it.
    """
    if every < 1:
        raise ValueError(f"nothing repeats every {every}")
    found = _after_days(due, every, unit, after)
    if found is None:
        found = _after_months(due, every * (12 if unit == "year" else 1), after)
    return None if found is None or (until is not None and found > until) else found


def last_step_sent(step: int, *, pending: bool, written: Collection[int]) -> int:
    """Return the last step sent, 0 for none: by the reminder, and by its messages.

    A reminder that is pending names the step it begins with, another one its last one sent.
    """
    return max((step - 1 if pending else step), *written, 0)


def _after_days(due: date, every: int, unit: str, after: date) -> date | None:
    days = every * {"day": 1, "week": 7}.get(unit, 0)
    if not days:
        return None
    times = max(1, (after - due).days // days + 1)
    if (date.max - due).days < times * days:
        return None
    return due + timedelta(days=times * days)


def _after_months(due: date, months: int, after: date) -> date | None:
    passed = (after.year - due.year) * 12 + after.month - due.month
    times = max(1, passed // months)
    for number in (times, times + 1):
        found = _months_later(due, number * months)
        if found is None or found > max(after, due):
            return found
    return None


def _months_later(day: date, months: int) -> date | None:
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    if months > _MOST_MONTHS or year > _LAST_YEAR:
        return None
    return date(year, month, min(day.day, monthrange(year, month)[1]))
