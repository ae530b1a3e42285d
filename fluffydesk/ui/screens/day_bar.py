"""The calendar's bar: which day, by vet or room, as a day or a list, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from fluffydesk.records.types import today
from fluffydesk.ui.fields.date_editors import CalendarPopup
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, IconButton, Segments, Words, restyle, row
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.screens.day_time import week_start
from fluffydesk.ui.screens.day_words import day_words
from fluffydesk.wording import counted

_AROUND = 36
"""What a button has around its words, px."""


class Pick(Button):
    """A filter button with a menu: one of several values, or all of them."""

    picked = Signal(object)

    def __init__(self, everything: str) -> None:
        """`everything` is said while nothing is left out ("All vets")."""
        super().__init__(everything, kind="filter", icon_role="filter", icon_colour="muted")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._everything = everything
        self._value: object = None
        self._choices: tuple[tuple[str, object], ...] = ()
        self._menu = QMenu(self)
        self.setMenu(self._menu)

    def value(self) -> object:
        """Return the picked value; None where nothing is left out."""
        return self._value

    def offer(self, choices: Sequence[tuple[str, object]]) -> None:
        """Offer other choices; the picked one stays if it is among them."""
        if tuple(choices) == self._choices:
            return
        self._choices = tuple(choices)
        self._menu.clear()
        for words, value in ((self._everything, None), *self._choices):
            action = QAction(words, self._menu)
            action.setData(value)
            action.triggered.connect(self._triggered)
            self._menu.addAction(action)
        if self._value not in [value for _, value in self._choices]:
            self.pick(None)

    def pick(self, value: object) -> None:
        """Pick a value, as the menu does."""
        words = next((text for text, known in self._choices if known == value), self._everything)
        self._value = None if words == self._everything else value
        self.setText(words)
        self.setAccessibleName(words)
        restyle(self, "active", "true" if self._value is not None else "false")
        self.picked.emit(self._value)

    def _triggered(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.pick(action.data())


class Week(QWidget):
    """Seven days side by side with the number of their visits; a press goes to that day."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Days of the week")
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(measures.TIGHT)
        self._days: list[date] = []
        self._said: list[tuple[date, bool, int]] = []
        self.buttons: list[Button] = []
        for number in range(7):
            button = Button("", kind="segment")
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, n=number: self._pick(n))
            layout.addWidget(button, 0, number)
            layout.setColumnStretch(number, 1)
            self.buttons.append(button)

    def show_week(self, day: date, today: date, counts: Mapping[date, int]) -> None:
        """Show the week that holds `day`, from the day on which the locale begins it."""
        self._days = [week_start(day) + timedelta(days=n) for n in range(7)]
        self._said = []
        for button, one in zip(self.buttons, self._days, strict=True):
            count = counts.get(one, 0)
            self._said.append((one, one == today, count))
            visits = counted(count, "visit", "visits")
            button.setAccessibleName(f"{day_words(one)}, {visits}")
            button.setChecked(one == day)
        self._write()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._write()

    def _write(self) -> None:
        """Say as much of each day as there is room for."""
        room = self.width() / 7 - _AROUND
        for button, (one, is_today, count) in zip(self.buttons, self._said, strict=False):
            name = "Today" if is_today else day_words(one, "ddd d")
            wide = button.fontMetrics().horizontalAdvance
            ways = (f"{name} · {count}" if count else name, name, day_words(one, "d"))
            button.setText(next((way for way in ways if wide(way) <= room), ways[-1]))
            button.setToolTip(button.accessibleName())

    def _pick(self, number: int) -> None:
        if self._days:
            self.picked.emit(self._days[number])


class DayBar(QWidget):
    """Says which day is meant (`day_picked`) and how it is shown (`changed`)."""

    day_picked = Signal(object)
    changed = Signal()

    def __init__(self, statuses: Sequence[tuple[str, object]]) -> None:
        super().__init__()
        self.day = today()
        self.title = Words("", Type.HEADING)
        self.week = Week()
        self.week.picked.connect(self.day_picked)
        self.today_button = Button("Today", self._to_today)
        self.date_button = IconButton("date", "Go to a date (G)", self.pick_date)
        self.by = Segments("Columns", [("Vets", "vet"), ("Rooms", "room"), ("Both", "both")])
        self.view = Segments("View", [("Day", "day"), ("Week", "week"), ("List", "list")])
        self.vet, self.status = Pick("All vets"), Pick("Every status")
        self.find_button = IconButton("clock", "Find a free time (F)")
        self.status.offer(statuses)
        self.by.chosen.connect(self._changed)
        self.view.chosen.connect(self._changed)
        self.vet.picked.connect(self._changed)
        self.status.picked.connect(self._changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.STEP)
        days = QWidget()
        days.setLayout(
            row(
                IconButton("previous", "Previous (Ctrl+Left)", lambda: self.turn(-1)),
                IconButton("next", "Next (Ctrl+Right)", lambda: self.turn(1)),
                self.today_button,
                self.date_button,
                measures.TIGHT,
                self.title,
            )
        )
        column.addWidget(Flow(days, None, self.find_button, self.by, self.view))
        line = row(self.week, self.vet, self.status, None)
        line.setStretch(0, 1_000)  # while a week is shown, the gap behind has it
        column.addLayout(line)
        self.today = self.day

    def show_day(self, day: date, today: date, counts: Mapping[date, int]) -> None:
        """Show another day, or its week, and how many visits each day of it has."""
        self.day, self.today = day, today
        first = week_start(day)
        if self.is_week:
            last = first + timedelta(days=6)
            form = "d" if first.month == last.month else "d MMMM"
            words = f"{day_words(first, form)} – {day_words(last, 'd MMMM yyyy')}"
        else:
            words = day_words(day, "dddd d MMMM yyyy")
        self.title.setText(words)
        self.today_button.setEnabled(week_start(today) != first if self.is_week else day != today)
        self.week.show_week(day, today, counts)

    @property
    def is_week(self) -> bool:
        return self.view.value() == "week"

    def days(self) -> tuple[date, ...]:
        """Return the days that are to be shown."""
        if not self.is_week:
            return (self.day,)
        return tuple(week_start(self.day) + timedelta(days=n) for n in range(7))

    def go(self, days: int) -> None:
        """Go so many days on, or back."""
        self.day_picked.emit(self.day + timedelta(days=days))

    def go_on(self, before: date) -> None:
        """Go on to today, where the day stood at `before`, which was today."""
        if self.day == before:
            self.day = today()

    def turn(self, by: int) -> None:
        """Go to the next (1) or previous (-1) day or week, whichever is shown."""
        self.go(by * (7 if self.is_week else 1))

    def pick_date(self) -> None:
        """Open a month to go to a date; it can be typed, too."""
        popup = CalendarPopup(self.date_button)
        popup.picked.connect(self.day_picked)
        popup.open_at(self.day)

    def _to_today(self) -> None:
        self.day_picked.emit(self.today)

    def _changed(self, _: object) -> None:
        self.changed.emit()
