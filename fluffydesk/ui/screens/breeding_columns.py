"""The columns of the breeding screen's lists."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fluffydesk.figures import kpi
from fluffydesk.figures.kpi import NOT_ENOUGH
from fluffydesk.records.enums.breeding import BreedingOutcome
from fluffydesk.ui.fields.texts import day_text, kpi_text, number_text, words
from fluffydesk.ui.screens.reading.breeding import ServiceRow
from fluffydesk.ui.screens.reading.worklists import Task, Todo
from fluffydesk.ui.screens.rows_table import Shown
from fluffydesk.wording import counted

TODO_WORDS = {
    Todo.DUE: "Due",
    Todo.WATCH: "Watch for heat",
    Todo.CHECK: "Check",
    Todo.DRY_OFF: "Dry off",
    Todo.OPEN: "Open too long",
}
_TODO_TONES = {
    Todo.DUE: "info",
    Todo.WATCH: "good",
    Todo.CHECK: "plain",
    Todo.DRY_OFF: "plain",
    Todo.OPEN: "warning",
}
_OUTCOME_TONES = {
    BreedingOutcome.PREGNANT: "good",
    BreedingOutcome.BORN: "good",
    BreedingOutcome.LOST: "danger",
    BreedingOutcome.OPEN: "warning",
}


def when_text(task: Task) -> str:
    """Return how far off the day of a task is: "in 3 days", "today", "2 days ago"."""
    if task.days == 0:
        return "today"
    days = counted(abs(task.days), "day", "days")
    return f"in {days}" if task.days > 0 else f"{days} ago"


def percent_text(value: Decimal | None, places: int = 0) -> str:
    """Return a share in %, or that there is not enough data."""
    return NOT_ENOUGH if value is None else number_text(value, places)


def todo_columns() -> tuple[Shown, ...]:
    return (
        Shown("Animal", lambda one: one.name, 172),
        Shown(
            "What",
            lambda one: TODO_WORDS[one.todo],
            140,
            tone=lambda one: _tone(one),
        ),
        Shown("Day", lambda one: day_text(one.on), 112, sort=lambda one: one.on),
        Shown("When", when_text, 132, sort=lambda one: one.days),
        Shown("Served", lambda one: _day(one.served_on), 112, sort=lambda one: one.served_on),
        Shown("Sire", lambda one: one.sire, 140, spare=True),
        Shown("Group", lambda one: one.group, 130, spare=True),
        Shown("Species", lambda one: one.species, 100, spare=True),
    )


def service_columns() -> tuple[Shown, ...]:
    return (
        Shown("Animal", lambda one: one.female, 172),
        Shown("Day", lambda one: day_text(one.on), 112, sort=lambda one: one.on),
        Shown("How", lambda one: "Heat seen" if one.heat else words(one.method), 190, spare=True),
        Shown("Sire", lambda one: one.sire, 150),
        Shown("Checked", lambda one: _day(one.checked_on), 112, sort=lambda one: one.checked_on),
        Shown(
            "Outcome",
            lambda one: "" if one.heat else words(one.outcome),
            112,
            tone=_outcome_tone,
        ),
        Shown("Due", lambda one: _day(one.due_on), 112, sort=lambda one: one.due_on, spare=True),
    )


def birth_columns() -> tuple[Shown, ...]:
    return (
        Shown("Dam", lambda one: one.dam, 172),
        Shown("Day", lambda one: day_text(one.on), 112, sort=lambda one: one.on),
        Shown("Alive", lambda one: str(one.alive), 76, True, lambda one: one.alive),
        Shown("Stillborn", lambda one: str(one.stillborn), 96, True, lambda one: one.stillborn),
        Shown("Parity", lambda one: _whole(one.parity), 80, True, lambda one: one.parity),
        Shown("Interval, d", lambda one: _whole(one.interval), 108, True, lambda one: one.interval),
        Shown("Ease", lambda one: _whole(one.ease), 72, True, lambda one: one.ease, spare=True),
        Shown("Species", lambda one: one.species, 100, spare=True),
        Shown("Sire", lambda one: one.sire, 150),
    )


def sire_columns() -> tuple[Shown, ...]:
    return (
        Shown("Sire", lambda one: one.name, 190),
        Shown("Services", lambda one: str(one.services), 96, True, lambda one: one.services),
        Shown("Awaited", lambda one: str(one.awaited), 96, True, lambda one: one.awaited),
        Shown("Conceived", lambda one: str(one.conceived), 104, True, lambda one: one.conceived),
        Shown(
            "Conception, %",
            lambda one: percent_text(one.percent),
            144,
            True,
            lambda one: one.percent,
        ),
        Shown("Births", lambda one: str(one.births), 84, True, lambda one: one.births),
        Shown("Born", lambda one: str(one.born), 76, True, lambda one: one.born),
        Shown("Alive", lambda one: str(one.alive), 76, True, lambda one: one.alive),
    )


def hatch_columns() -> tuple[Shown, ...]:
    def figure(name: str, which: kpi.Kpi) -> Any:
        def text(one: Any) -> str:
            value = getattr(one, name)
            return "" if value is None else kpi_text(which, value)

        return text

    return (
        Shown("Set", lambda one: day_text(one.set_on), 112, sort=lambda one: one.set_on),
        Shown("Species", lambda one: one.species, 100, spare=True),
        Shown("Incubator", lambda one: one.incubator, 110, spare=True),
        Shown("Eggs", lambda one: number_text(one.eggs), 76, True, lambda one: one.eggs),
        Shown(
            "Fertility, %",
            figure("fertility", kpi.FERTILITY),
            112,
            True,
            lambda one: one.fertility,
        ),
        Shown("Expected", lambda one: _day(one.expected_on), 112, sort=lambda one: one.expected_on),
        Shown("Hatched", lambda one: _whole(one.hatched), 92, True, lambda one: one.hatched),
        Shown(
            "Of fertile, %",
            figure("of_fertile", kpi.HATCH_OF_FERTILE),
            120,
            True,
            lambda one: one.of_fertile,
        ),
        Shown("Of set, %", figure("of_set", kpi.HATCH_OF_SET), 100, True, lambda one: one.of_set),
        Shown("Placed in", lambda one: one.placed_in, 140),
    )


def _tone(task: Task) -> str:
    late = task.todo in (Todo.DUE, Todo.DRY_OFF) and task.days < 0
    return "warning" if late else _TODO_TONES[task.todo]


def _outcome_tone(one: ServiceRow) -> str | None:
    return None if one.heat else _OUTCOME_TONES.get(one.outcome, "plain")


def _day(day: Any) -> str:
    return "" if day is None else day_text(day)


def _whole(number: int | None) -> str:
    return "" if number is None else number_text(number)
