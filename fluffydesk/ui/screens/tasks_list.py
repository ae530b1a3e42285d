"""The work as lists: what is due with its acts, and the chores with their next dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import UUID

from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.figures.recurrence import parse
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.access import KEEPERS, WORKERS
from fluffydesk.records.enums.events import TaskPriority, TaskStatus
from fluffydesk.records.events import Task
from fluffydesk.records.types import now, today
from fluffydesk.ui.fields.texts import clock_text, day_text, number_text, words, zone
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.controls import Button, Segments, Words
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.permits import Permit, why_not
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.reading.tasks import Span, TaskRow, When, chores, work_list
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.ui.screens.tasks_acts import TaskActs, short

_WHOSE: list[tuple[str, object]] = [("Everybody's", False), ("Mine", True)]
_SPANS: list[tuple[str, object]] = [
    ("Today", Span.TODAY),
    ("7 days", Span.WEEK),
    ("All open", Span.ALL),
]
_HEADING, _TITLE, _STORY = 80, 160, 800
_LOW, _LOWEST, _NO_LIMIT = 460, 440, 16_777_215
"""Lower than this a part is low, px; Qt's own greatest height."""
"""So many letters of a title surely fit the card's heading; so many of it and of its notes stand
there at most: the form has all."""
_TONES = {When.LATE: "danger", When.TODAY: "info", When.LATER: "plain", When.ANY_TIME: "plain"}
_PRESSING = {TaskPriority.URGENT: "danger", TaskPriority.HIGH: "warning"}


def moment_words(moment: datetime) -> str:
    """Return a time of today by its clock, another with its day."""
    day = moment.astimezone(zone()).date()
    if day == today():
        return clock_text(moment)
    return f"{near_day_text(day)} {clock_text(moment)}"


def near_day_text(day: date) -> str:
    """Return a day with its weekday, and the year only where it is another: "Wed 18 Nov"."""
    pattern = "ddd d MMM" if day.year == today().year else "d MMM yyyy"
    return QLocale().toString(QDate(day.year, day.month, day.day), pattern)


def repeats_words(recurrence: str) -> str:
    """Return how work repeats in words; a text that says no rule as it is."""
    try:
        return parse(recurrence).words() if recurrence else ""
    except ValueError:
        return recurrence


def when_words(task: TaskRow) -> str:
    """Return how work stands to the clock: "Late 06:00", "14:30", "Any time", "Done 06:12"."""
    if task.status == TaskStatus.DONE:
        return f"Done {moment_words(task.done_at)}" if task.done_at else "Done"
    if task.status == TaskStatus.CANCELLED:
        return "Skipped"
    if task.due is None:
        return "Any time"
    late = "Late " if task.when is When.LATE else ""
    return late + moment_words(task.due)


def _tone(task: TaskRow) -> str:
    return _TONES.get(task.when) or ("good" if task.status == TaskStatus.DONE else "plain")


def _state(task: TaskRow) -> str:
    if task.status == TaskStatus.IN_PROGRESS:
        return "Begun"
    return words(task.priority) if task.priority in _PRESSING and task.when is not When.OVER else ""


def _state_tone(task: TaskRow) -> str | None:
    if not _state(task):
        return None
    return "info" if task.status == TaskStatus.IN_PROGRESS else _PRESSING.get(task.priority)


def _minutes(task: TaskRow) -> str:
    return "" if task.minutes is None else number_text(task.minutes)


def _missed(task: TaskRow) -> str:
    return number_text(task.missed) if task.missed else ""


def _who(task: TaskRow) -> str:
    return task.done_by or task.who if task.when is When.OVER else task.who


_COLUMNS = (
    Shown("When", when_words, 200, sort=lambda one: one.due, tone=_tone),
    Shown("What", lambda one: one.title, 316),
    Shown("Who", _who, 150),
    Shown("State", _state, 92, tone=_state_tone),
    Shown("About", lambda one: one.about, 110, spare=True),
    Shown("Takes, min", _minutes, 112, True, lambda one: one.minutes, spare=True),
    Shown("Repeats", lambda one: repeats_words(one.recurrence), 170, spare=True),
)
_CHORES = (
    Shown("Chore", lambda one: one.title, 300),
    Shown("Repeats", lambda one: repeats_words(one.recurrence), 210),
    Shown("Next", when_words, 200, sort=lambda one: one.due, tone=_tone),
    Shown("Who", lambda one: one.who, 150),
    Shown("Missed, 30 d", _missed, 124, True, lambda one: one.missed, spare=True),
    Shown("Takes, min", _minutes, 112, True, lambda one: one.minutes, spare=True),
    Shown("About", lambda one: one.about, 130, spare=True),
)

Key = tuple[str, str, str, str, Callable[[], object]]
"""Words, key, icon, what the key does in words, and what it does."""


class TaskPart(QWidget):
    """A list of work, its acts as buttons and keys, and what is known of the chosen one."""

    def __init__(self, screen: Screen, name: str, columns: Sequence[Shown]) -> None:
        super().__init__()
        self.page, self.work = screen, screen.work
        self.list = RowsTable(name, columns)
        self.list.current_changed.connect(self._chosen)
        self.card = Card(" ")
        self.about = Words("", role="muted", wrap=True)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.buttons: dict[str, Button] = {}
        self._wanted: UUID | None = None
        self._stay: tuple[UUID, int] | None = None
        self.acts = TaskActs(screen, self.chosen)
        self.setFocusProxy(self.list)

    def chosen(self) -> TaskRow | None:
        """Return the chosen work."""
        found = self.list.current()
        return found if isinstance(found, TaskRow) else None

    def want(self, task_id: UUID) -> None:
        """Choose some work once it is there."""
        self._wanted = task_id

    def stay(self) -> None:
        """Choose what takes the place of the chosen one when it moves down the list."""
        chosen = self.chosen()
        number = None if chosen is None else self.list.model.number_of(chosen.id)
        self._stay = None if chosen is None or number is None else (chosen.id, number)

    def show_tasks(self, found: Sequence[TaskRow]) -> None:
        """Show other rows; the choice stays, or goes on to what is next."""
        self.list.show_rows(found, select_first=self._wanted is None)
        if self._wanted is not None and self.list.model.number_of(self._wanted) is not None:
            self.list.select(self._wanted)
            self._wanted = None
        elif self._stay is not None and self.list.model.rowCount():
            key, number = self._stay
            if not any(task.id == key and task.when is not When.OVER for task in found):
                place = min(number, self.list.model.rowCount() - 1)
                self.list.table.setCurrentIndex(self.list.model.index(place, 0))
        self._stay = None
        self._chosen(self.list.current())

    def arrange(self, bar: QWidget, keys: Sequence[Key]) -> None:
        """Lay out the bar, the list, and the card with a button for each key."""
        buttons = []
        for text, key, icon, tip, act in keys:
            button = Button(text, act, icon_role=icon)
            button.setToolTip(f"{tip} ({key})")
            Permit(button, self.work, Task, "change")
            self.buttons[text] = button
            buttons.append(button)
            bind(self.list, {key: act})
        self.card.add(self.about)
        self.card.add(Flow(*buttons))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.STEP)
        column.addWidget(bar)
        column.addWidget(self.list, 1)
        column.addWidget(self.card)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the list and the keys keep their room: the words give way."""
        super().resizeEvent(event)
        line = self.about.fontMetrics().lineSpacing()
        lines = 2 if self.height() >= _LOWEST else 1
        self.about.setMaximumHeight(lines * line if self.height() < _LOW else _NO_LIMIT)

    def _chosen(self, task: TaskRow | None) -> None:
        self.card.setVisible(task is not None)
        if task is None:
            return
        self.card.heading.setText(short(task.title, _TITLE))
        self.about.setText(short(_story(task), _STORY))
        self.about.setToolTip(self.about.text())


def _story(task: TaskRow) -> str:
    facts = [words(task.kind)]
    if task.when is When.OVER:
        if task.status == TaskStatus.DONE:
            facts.append(f"done by {task.done_by or 'somebody'}")
        else:
            facts.append(f"skipped: {task.skip_reason or 'no reason given'}")
    if task.due is not None:
        facts.append(f"due {day_text(task.due.astimezone(zone()).date())} {clock_text(task.due)}")
    if task.recurrence:
        facts.append(repeats_words(task.recurrence).lower())
    whole = [task.title] if len(task.title) > _HEADING else []
    lines = [*whole, " · ".join(facts), *([task.notes] if task.notes else [])]
    return "\n".join(lines)


class DuePart(TaskPart):
    """What is late and due, and what was done today; of everybody, or only mine."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen, "Today's tasks", _COLUMNS)
        self.whose = Segments("Whose", _WHOSE)
        self.span = Segments("How far", _SPANS)
        self.count = Words("", Type.TEXT, "muted")
        self.whose.set_value(self.work.whose.role in WORKERS - KEEPERS)
        bar = Flow(self.whose, self.span, None, self.count)
        self.list.say_when_empty(
            "Nothing to do",
            "What is due stands here, late work first. Add a task, or a chore that repeats.",
            "Add a task",
            self.acts.add,
            locked=lambda: why_not(self.work.whose, Task),
        )
        keys: tuple[Key, ...] = (
            ("Done", "Space", "tick", "Done; or open it again", self._tick(self.acts.done_or_open)),
            (
                "Done by",
                "D",
                "tasks",
                "Done by somebody, at a time",
                self._tick(self.acts.done_by),
            ),
            ("Begin", "B", "next", "Begin it", self.acts.start),
            ("Give to", "A", "person", "Give it to somebody", self.acts.assign),
            ("Hand over", "H", "clients", "Hand it over with a word why", self.acts.hand_over),
            ("Put off", "P", "clock", "Do it at another time", self.acts.put_off),
            ("Skip", "S", "close", "Skip it with a reason", self._tick(self.acts.skip)),
        )
        self.keys = keys
        self.arrange(bar, keys)
        self.list.opened.connect(lambda _: self.acts.edit())
        for one in (self.whose, self.span):
            one.chosen.connect(self.reload)

    def reload(self, _: object = None) -> None:
        """Read the work anew."""
        person = self.work.whose.user_id if self.whose.value() else None
        job = partial(_read, span=Span(str(self.span.value())), person=person)
        self.work.on_mirror(job, self._show, latest=True)

    def show_all(self) -> None:
        """Show all open work of everybody."""
        self.whose.set_value(False)
        self.span.set_value(Span.ALL)

    def _tick(self, act: Callable[[], object]) -> Callable[[], object]:
        def ticked() -> None:
            self.stay()
            act()

        return ticked

    def _show(self, found: tuple[TaskRow, ...]) -> None:
        self.show_tasks(found)
        late = sum(task.when is When.LATE for task in found)
        still = sum(task.when is not When.OVER for task in found)
        over = len(found) - still
        late_words = f"{number_text(late)} late · " if late else ""
        self.count.setText(
            f"{late_words}{number_text(still)} to do · {number_text(over)} done or skipped today"
        )
        self.count.set_role("danger" if late else "muted")


class ChoresPart(TaskPart):
    """Work that repeats, each chore once, with its next date."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen, "Chores", _CHORES)
        bar = Words(
            "Done or skipped, a chore waits for its next time. One that nobody did is "
            "written down as missed.",
            role="muted",
            wrap=True,
        )
        self.list.say_when_empty(
            "No chores yet",
            "Work that repeats stands here once, with its next date: feeding, cleaning, the "
            "weekly order.",
            "Add a chore",
            self.add_chore,
            locked=lambda: why_not(self.work.whose, Task),
        )
        keys: tuple[Key, ...] = (
            ("Edit", "E", "edit", "Change it", self.acts.edit),
            ("Give to", "A", "person", "Give it to somebody", self.acts.assign),
            ("Repeats no more", "Shift+X", "close", "End it after this time", self.acts.end),
        )
        self.keys = keys
        self.arrange(bar, keys)
        self.list.opened.connect(lambda _: self.acts.edit())

    def add_chore(self) -> object:
        """Open a form for a new chore, of every day unless another rule is chosen."""
        return self.acts.add(recurrence="FREQ=DAILY", due_at=_next_morning())

    def reload(self, _: object = None) -> None:
        """Read the chores anew."""
        self.work.on_mirror(_read_chores, self.show_tasks, latest=True)


def _next_morning() -> datetime:
    return datetime.combine(today() + timedelta(days=1), time(6), zone())


def _read(mirror: Mirror, span: Span, person: UUID | None) -> tuple[TaskRow, ...]:
    with mirror.read() as connection:
        return work_list(connection, now(), span, person)


def _read_chores(mirror: Mirror) -> tuple[TaskRow, ...]:
    with mirror.read() as connection:
        return chores(connection, now())
