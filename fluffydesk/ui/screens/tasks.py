"""People and tasks: what is to be done, who works when, the chores, and who did what."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from fluffydesk.mirror.changes import Changes
from fluffydesk.records.events import Task
from fluffydesk.records.organizations import StaffShift
from fluffydesk.ui.permits import why_not
from fluffydesk.ui.screen import Place, Primary
from fluffydesk.ui.screens.parted import PartedScreen
from fluffydesk.ui.screens.tasks_deeds import DeedsPart
from fluffydesk.ui.screens.tasks_list import ChoresPart, DuePart, TaskPart
from fluffydesk.ui.screens.tasks_week import KEYS, WeekPart
from fluffydesk.work import Work

_PARTS = [
    ("Today's tasks", "today"),
    ("Week", "week"),
    ("Chores", "chores"),
    ("Who did what", "deeds"),
]


class TasksScreen(PartedScreen):
    """What is to be done, the week's shifts, the chores, and who did what."""

    key = "tasks"
    title = "Tasks"
    icon = "tasks"
    group = "Stores"
    adds = Task
    watches = frozenset({"tasks", "staff_shifts", "organization_users", "profiles"})
    searches = "What, who or what about"
    help = (
        "What is to be done: late work first, then by time, then what has no time. Space says "
        "that it is done, by whom and when; Space again opens it. Everything can be undone.\n"
        "A chore repeats: done or skipped, its next time is written down once, also where two PCs "
        "did it while offline. Times nobody did are kept as missed. Six in the morning stays six "
        "when the clock is changed.\n"
        "Handing over writes into the notes who gave it to whom, and why; whoever has it then has "
        "the next times too. Skipping asks for a reason.\n"
        "The week shows who works when. A shift over midnight stands on the day it begins. Nobody "
        "works two shifts at a time; where two PCs planned that while offline it stands in red. "
        "Shifts are planned by owners and managers.\n"
        "Who did what lists a day's saves with person, PC and time."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.due = DuePart(self)
        self.week = WeekPart(self)
        self.chores = ChoresPart(self)
        self.deeds = DeedsPart(self)
        self.parts: dict[str, DuePart | WeekPart | ChoresPart | DeedsPart] = {
            "today": self.due,
            "week": self.week,
            "chores": self.chores,
            "deeds": self.deeds,
        }
        self.hold(_PARTS, self.parts)

    @property
    def part(self) -> DuePart | WeekPart | ChoresPart | DeedsPart:
        """The part that is shown."""
        return self.parts[self.shown]

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        own: tuple[tuple[str, str], ...] = ()
        if isinstance(self.part, TaskPart):
            own = tuple((key, tip) for _, key, _, tip, _ in self.part.keys)
        elif self.part is self.week:
            own = KEYS
        else:
            own = (("Ctrl+Left", "The day before"), ("Ctrl+Right", "The day after"))
        new = (("N", "New task"),) if self.part is self.due else ()
        return (*new, *own, ("Ctrl+Z", "Undo"), *self.turns)

    def reload(self) -> None:
        self.part.reload()

    def changed(self, changes: Changes) -> None:
        # What was done is about every table.
        if self.isVisible() and self.part is self.deeds:
            self.reload()
        else:
            super().changed(changes)

    def search(self, text: str) -> None:
        for part in (self.due, self.chores, self.deeds):
            part.list.search(text)

    def primary(self) -> Primary | None:
        words = {"week": "Plan a shift", "chores": "Add a chore"}.get(self.shown, "Add a task")
        return words, self.add

    def locked(self) -> str:
        return why_not(self.work.whose, StaffShift if self.part is self.week else Task)

    def arrive(self, place: Place) -> None:
        """Turn to a part; select a task, wherever in time it is."""
        if place.part in self.parts:
            self.which.set_value(place.part)
        elif place.id is not None:
            self.which.set_value("today")
        if place.id is not None:
            self.due.want(place.id)
            self.due.show_all()
            self.reload()

    def add(self) -> None:
        """Open a form for what the shown part holds."""
        if self.part is self.week:
            self.week.add()
        elif self.part is self.chores:
            self.chores.add_chore()
        else:
            self.due.acts.add()

    def add_here(self) -> None:
        """The same by key; a refusal is told where the button is shut."""
        locked = self.locked()
        if locked:
            self.tell(locked, tone="warning")
        else:
            self.add()
