"""What can be done with a piece of work: each act says what it did and can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject

from fluffydesk.actions import tasks
from fluffydesk.actions.tasks import Worked
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.events import TaskStatus
from fluffydesk.records.events import Task
from fluffydesk.records.types import now
from fluffydesk.ui.forms import FormDialog, Layout, open_form
from fluffydesk.ui.permits import why_not
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.reading.tasks import TaskRow, When

LAYOUT: Layout = (
    ("Work", ("title", "kind", "priority", "expected_minutes")),
    ("When", ("due_at", "recurrence")),
    ("Who, and what about", ("assigned_to", "livestock_id", "batch_id", "flock_id")),
    ("More", ("notes",)),
)
_OVER: Layout = (
    ("Work", ("title", "kind", "priority", "expected_minutes")),
    ("When", ("due_at", "recurrence")),
    ("Who, and what about", ("assigned_to", "livestock_id", "batch_id", "flock_id")),
    ("How it ended", ("status", "done_at", "done_by", "skip_reason", "notes")),
)
_TITLE = 60
Act = Callable[..., tuple[Worked, Changes]]


def short(text: str, most: int) -> str:
    """Return a text of at most so many letters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


class TaskActs(QObject):
    """Acts on the work that `current` returns, or adds some."""

    def __init__(self, screen: Screen, current: Callable[[], TaskRow | None]) -> None:
        super().__init__(screen)
        self._screen, self._current = screen, current

    def add(self, **values: Any) -> FormDialog:
        """Open a form for new work."""
        title = "New chore" if values.get("recurrence") else "New task"
        return open_form(
            self._screen,
            self._screen.work,
            Task,
            values=values,
            layout=LAYOUT,
            title=title,
            saver=_save,
        )

    def edit(self, row: TaskRow | None = None) -> FormDialog | None:
        """Open the form of the chosen work."""
        chosen = row or self._chosen()
        if chosen is None:
            return None
        layout = _OVER if chosen.when is When.OVER else LAYOUT
        work = self._screen.work
        return open_form(
            self._screen, work, Task, chosen.id, layout=layout, title="Task", saver=_save
        )

    def done_or_open(self) -> None:
        """Complete the chosen work; open it again if it is over."""
        chosen = self._may_change()
        if chosen is not None:
            over = chosen.when is When.OVER
            self._do(tasks.reopen if over else tasks.done, "Opened" if over else "Done", chosen.id)

    def done_by(self) -> FormDialog | None:
        """Ask who did the chosen work, and when: for what was done away from this PC."""
        who = self._screen.work.whose.user_id
        first = {"done_by": lambda task: task.who_id or who, "done_at": lambda task: now()}
        return self._ask("Done: {}", ("done_by", "done_at"), _done_by, "Done", first)

    def start(self) -> None:
        """Begin the chosen work."""
        chosen = self._may_change()
        if chosen is not None and chosen.status == TaskStatus.IN_PROGRESS:
            self._screen.tell(f"“{short(chosen.title, _TITLE)}” has begun already.", tone="info")
        elif chosen is not None:
            self._do(tasks.start, "Begun", chosen.id)

    def assign(self) -> FormDialog | None:
        """Ask who is to do the chosen work."""
        return self._ask(
            "Give out: {}",
            ("assigned_to",),
            _give,
            "Given out",
            {"assigned_to": lambda task: task.who_id},
        )

    def hand_over(self) -> FormDialog | None:
        """Ask to whom the chosen work goes, and why."""
        return self._ask("Hand over: {}", ("assigned_to", "notes"), _hand_over, "Handed over")

    def put_off(self) -> FormDialog | None:
        """Ask when the chosen work is to be done instead."""
        return self._ask(
            "Put off: {}", ("due_at",), _put_off, "Put off", {"due_at": lambda task: task.due}
        )

    def skip(self) -> FormDialog | None:
        """Ask why the chosen work is not done."""
        return self._ask("Skip: {}", ("skip_reason",), _skip, "Skipped")

    def end(self) -> None:
        """Let the chosen chore repeat no more."""
        chosen = self._may_change()
        if chosen is not None:
            self._do(tasks.end_chore, "Repeats no more", chosen.id)

    def _chosen(self) -> TaskRow | None:
        chosen = self._current()
        if chosen is None:
            self._screen.tell("Nothing is chosen.", "Choose it in the list.", tone="info")
        return chosen

    def _may_change(self) -> TaskRow | None:
        locked = why_not(self._screen.work.whose, Task, "change")
        if locked:
            self._screen.tell(locked, tone="warning")
            return None
        return self._chosen()

    def _ask(
        self,
        title: str,
        layout: Layout,
        act: Callable[[Mirror, UUID, dict[str, Any]], tuple[Worked, Changes]],
        verb: str,
        first: Mapping[str, Callable[[TaskRow], Any]] | None = None,
    ) -> FormDialog | None:
        """Open a small form; what was typed stays where the act is refused."""
        chosen = self._may_change()
        if chosen is None:
            return None
        worked: list[Worked] = []

        def save(
            mirror: Mirror, row_id: UUID | None, values: dict[str, Any]
        ) -> tuple[UUID, Changes]:
            done, changes = act(mirror, chosen.id, values)
            worked.append(done)
            return chosen.id, changes

        dialog = open_form(
            self._screen,
            self._screen.work,
            Task,
            values={name: value(chosen) for name, value in (first or {}).items()},
            layout=layout,
            title=title.format(short(chosen.title, _TITLE)),
            saver=save,
        )
        dialog.saved.connect(lambda _: self._told(verb, worked[-1]))
        return dialog

    def _do(self, act: Act, verb: str, task_id: UUID) -> None:
        self._screen.work.act(partial(_acted, act, verb, task_id), self._acted, self._screen.refuse)

    def _acted(self, found: tuple[str, Worked, Changes]) -> None:
        self._told(found[0], found[1])

    def _told(self, verb: str, worked: Worked) -> None:
        self._screen.tell(
            f"{verb}: {short(worked.title, _TITLE)}", undo=partial(self._undo, worked)
        )

    def _undo(self, worked: Worked) -> None:
        self._screen.work.act(partial(tasks.undo, worked=worked), self._undone, self._screen.refuse)

    def _undone(self, changes: Changes) -> None:
        self._screen.tell("Taken back.", tone="info")


def _acted(act: Act, verb: str, task_id: UUID, mirror: Mirror) -> tuple[str, Worked, Changes]:
    worked, changes = act(mirror, task_id)
    return verb, worked, changes


def _save(
    mirror: Mirror, row_id: UUID | None, values: dict[str, Any]
) -> tuple[UUID, Changes] | Changes:
    if row_id is None:
        return tasks.add_task(mirror, values)
    return tasks.change_task(mirror, row_id, values)


def _done_by(mirror: Mirror, task_id: UUID, values: dict[str, Any]) -> tuple[Worked, Changes]:
    return tasks.done(mirror, task_id, at=values["done_at"], by=values["done_by"])


def _give(mirror: Mirror, task_id: UUID, values: dict[str, Any]) -> tuple[Worked, Changes]:
    return tasks.assign(mirror, task_id, values["assigned_to"])


def _hand_over(mirror: Mirror, task_id: UUID, values: dict[str, Any]) -> tuple[Worked, Changes]:
    if values["assigned_to"] is None:
        raise InvalidValue("Nobody is chosen.", "Choose who goes on.", field="assigned_to")
    return tasks.hand_over(mirror, task_id, values["assigned_to"], values["notes"] or "")


def _put_off(mirror: Mirror, task_id: UUID, values: dict[str, Any]) -> tuple[Worked, Changes]:
    if values["due_at"] is None:
        raise InvalidValue("No time is given.", "Enter when it is due.", field="due_at")
    return tasks.put_off(mirror, task_id, values["due_at"])


def _skip(mirror: Mirror, task_id: UUID, values: dict[str, Any]) -> tuple[Worked, Changes]:
    return tasks.skip(mirror, task_id, values["skip_reason"] or "")
