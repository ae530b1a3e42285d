"""What needs doing on the farm now: how many rows wait in each list, and what is first in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Connection

from fluffydesk.figures.withdrawal import Food
from fluffydesk.mirror.pending import open_conflicts, open_refusals
from fluffydesk.sync.ledger import waiting
from fluffydesk.ui.fields.texts import day_text, moment_text, number_text
from fluffydesk.ui.screens.reading.health import Withheld, vaccinations_due, withheld_now
from fluffydesk.ui.screens.reading.milk import LongInMilk, long_in_milk
from fluffydesk.ui.screens.reading.stores import ItemRow, item_rows, runs_out
from fluffydesk.ui.screens.reading.tasks import DueToday, due_today
from fluffydesk.ui.screens.reading.worklists import Task, worklists
from fluffydesk.wording import apart, counted

ENDS_SOON = timedelta(hours=48)
"""A withdrawal that ends within this is about to end."""


class Matter(StrEnum):
    """What there is to do on a farm, by the list in which it stands."""

    DUE = "due"
    WATCH = "watch"
    CHECK = "check"
    DRY_OFF = "dry_off"
    VACCINATE = "vaccinate"
    WITHHELD = "withheld"
    TANK = "tank"
    LONG = "long"
    RUNS_OUT = "runs_out"
    ORDER = "order"
    TASKS = "tasks"
    SYNC = "sync"


@dataclass(frozen=True)
class Doing:
    """How many rows a list has, what presses in it, and whether that is late or in danger."""

    matter: Matter
    count: int
    words: str = ""
    pressing: bool = False


def doing(connection: Connection, on: date, at: datetime) -> tuple[Doing, ...]:
    """Return every matter of the farm in the order of Matter, also those with nothing to do."""
    breeding = worklists(connection, on)
    withheld = withheld_now(connection, at)
    items = [item for item in item_rows(connection, on) if item.active]
    return (
        _days(Matter.DUE, breeding.due, on, late="overdue"),
        _days(Matter.WATCH, breeding.watch, on),
        _days(Matter.CHECK, breeding.check, on),
        _days(Matter.DRY_OFF, breeding.dry_off, on, late="late"),
        _vaccinations(connection, on),
        _withheld(withheld, at),
        _tank(withheld),
        _long(long_in_milk(connection, on)),
        _running_out([item for item in items if runs_out(item)]),
        _order([item for item in items if item.low]),
        _tasks(due_today(connection, at)),
        _sync(connection),
    )


def _days(matter: Matter, tasks: Sequence[Task], on: date, late: str = "") -> Doing:
    """The first of a worklist with her day, and how many are past theirs where that is late."""
    past = sum(task.on < on for task in tasks) if late else 0
    parts = [f"{number_text(past)} {late}"] if past else []
    if tasks:
        coming = next((task for task in tasks if task.on >= on), None)
        if coming is not None:
            parts.append(f"{_when(coming.on, on)}: {apart(coming.name)}")
        elif not parts:
            parts.append(apart(tasks[0].name))
    return Doing(matter, len(tasks), ", ".join(parts), bool(past))


def _when(day: date, on: date) -> str:
    near = {0: "today", 1: "tomorrow"}
    return near.get((day - on).days, day_text(day))


def _vaccinations(connection: Connection, on: date) -> Doing:
    shots = vaccinations_due(connection, on)
    late = sum(shot.days < 0 for shot in shots)
    parts = [f"{number_text(late)} late"] if late else []
    coming = next((shot for shot in shots if shot.days >= 0), None)
    if coming is not None:
        parts.append(f"{_when(coming.due_on, on)}: {apart(coming.vaccine)}")
    return Doing(Matter.VACCINATE, len(shots), ", ".join(parts), bool(late))


def _withheld(found: Sequence[Withheld], at: datetime) -> Doing:
    """Who is free next, and how many more within two days; an open course ends with its doses."""
    closed = [one for one in found if not one.open]
    soon = [one for one in closed if one.last <= at + ENDS_SOON]
    parts = []
    if soon:
        parts.append(f"{number_text(len(soon))} ending within 2 days")
    if closed:
        parts.append(f"{moment_text(closed[0].last)}: {apart(closed[0].who)}")
    elif found:
        parts.append(counted(len(found), "course is not finished", "courses are not finished"))
    return Doing(Matter.WITHHELD, len(found), ", ".join(parts))


def _tank(found: Sequence[Withheld]) -> Doing:
    """Whose milk stays out of the tank: the rows of the parlour's list."""
    milk = [one for one in found if Food.MILK in one.until]
    names = ", ".join(apart(one.who) for one in milk[:2])
    more = f" and {number_text(len(milk) - 2)} more" if len(milk) > 2 else ""
    return Doing(Matter.TANK, len(milk), names + more, bool(milk))


def _long(cows: Sequence[LongInMilk]) -> Doing:
    words = f"day {number_text(cows[0].days)}: {apart(cows[0].name or cows[0].tag)}" if cows else ""
    return Doing(Matter.LONG, len(cows), words)


def _running_out(items: Sequence[ItemRow]) -> Doing:
    first = min(items, key=lambda item: item.cover_days or Decimal(0), default=None)
    if first is None:
        return Doing(Matter.RUNS_OUT, 0)
    days = first.cover_days or Decimal(0)
    lasts = f"{number_text(days, 0)} {'day' if round(days) == 1 else 'days'} left"
    return Doing(Matter.RUNS_OUT, len(items), f"{lasts}: {apart(first.name)}", pressing=True)


def _order(items: Sequence[ItemRow]) -> Doing:
    names = ", ".join(apart(item.name) for item in items[:2])
    more = f" and {number_text(len(items) - 2)} more" if len(items) > 2 else ""
    return Doing(Matter.ORDER, len(items), names + more)


def _tasks(due: DueToday) -> Doing:
    parts = [f"{number_text(due.late)} late"] if due.late else []
    parts += [apart(due.first[0].title)] if due.first else []
    return Doing(Matter.TASKS, due.late + due.today, ", ".join(parts), bool(due.late))


def _sync(connection: Connection) -> Doing:
    conflicts, refused = len(open_conflicts(connection)), len(open_refusals(connection))
    unsent = waiting(connection)
    parts = []
    if conflicts:
        parts.append(counted(conflicts, "conflict needs you", "conflicts need you"))
    if refused:
        parts.append(counted(refused, "edit was refused", "edits were refused"))
    if unsent.count:
        oldest = f", since {moment_text(unsent.oldest)}" if unsent.oldest and not parts else ""
        parts.append(f"{number_text(unsent.count)} to be sent{oldest}")
    total = conflicts + refused + unsent.count
    return Doing(Matter.SYNC, total, ", ".join(parts), bool(conflicts or refused))
