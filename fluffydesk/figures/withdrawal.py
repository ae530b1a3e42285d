"""Until when milk, meat and eggs of a treated animal are withheld, to the hour (rules 11, 16)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from fluffydesk.figures.dates import withdrawal_end


class Food(StrEnum):
    """What a withdrawal withholds."""

    MILK = "milk"
    MEAT = "meat"
    EGGS = "eggs"


def last_dose(given_at: datetime, doses: int, last_dose_at: datetime | None) -> datetime | None:
    """Return when the last dose of a course was given; None while the course is not finished.

    A course of one dose is finished with it; a longer one when its last dose is written down.
    """
    return last_dose_at or (given_at if doses == 1 else None)


def free_from(
    given_at: datetime, doses: int, last_dose_at: datetime | None, hours: int
) -> datetime | None:
    """Return when a product is free again: the course's last dose + the period in `hours`.

    None where there is no period, and while the course is not finished: then it is withheld
    with no end yet. What central keeps as `milk_until`, `meat_until` and `eggs_until`.
    """
    last = last_dose(given_at, doses, last_dose_at)
    return None if hours <= 0 or last is None else withdrawal_end(last, hours)


def planned_last_dose(given_at: datetime, doses: int, hours_between: int = 24) -> datetime:
    """Return when the last dose is due if one is given every `hours_between` hours."""
    return given_at + timedelta(hours=hours_between * (max(doses, 1) - 1))


def planned_end(
    given_at: datetime,
    doses: int,
    last_dose_at: datetime | None,
    hours: int,
    hours_between: int = 24,
) -> datetime:
    """Return when a product is free, an unfinished course taken as it is planned.

    `hours_between` its doses, a dose a day where nothing else is said.
    """
    last = last_dose(given_at, doses, last_dose_at)
    last = last or planned_last_dose(given_at, doses, hours_between)
    return withdrawal_end(last, hours)


def doses_due(given_at: datetime, doses: int, moment: datetime, hours_between: int = 24) -> int:
    """Return how many doses of a course are due by a moment, the first with `given_at`."""
    if moment < given_at:
        return 0
    return min(doses, (moment - given_at) // timedelta(hours=hours_between) + 1)
