"""Editors for days and moments: typed as people write them, moved by arrows, or picked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from PySide6.QtCore import QDate, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QFrame, QToolButton, QVBoxLayout, QWidget
from sqlalchemy import Column

from fluffydesk.actions.typed import refusal
from fluffydesk.records.types import now, today
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.ui.fields import texts
from fluffydesk.ui.fields.dates import clock_of, day_of, moment_of
from fluffydesk.ui.fields.editors import Editor, SuffixedLine
from fluffydesk.ui.look import theme
from fluffydesk.ui.look.icons import icon
from fluffydesk.ui.parts.controls import IconButton, place_beside, restyle, row


class CalendarPopup(QFrame):
    """A month to pick a day from; closes on a choice or Esc."""

    picked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._under = parent
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.month = QCalendarWidget()
        self.month.setGridVisible(False)
        self.month.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self._dress()
        self.month.activated.connect(self._picked)
        self.month.clicked.connect(self._picked)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self.month)

    def open_at(self, day: date) -> None:
        """Show the month of `day` below the field."""
        self.month.setSelectedDate(QDate(day.year, day.month, day.day))
        place_beside(self, self._under)
        self.show()
        self.month.setFocus()

    def _dress(self) -> None:
        """Weekends and the two arrows in the theme's colours, not in Qt's own red and black."""
        plain, head = QTextCharFormat(), QTextCharFormat()
        plain.setForeground(theme.colour("text"))
        head.setForeground(theme.colour("muted"))
        self.month.setHeaderTextFormat(head)
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.month.setWeekdayTextFormat(day, plain)
        for name, role in (("prev", "previous"), ("next", "next")):
            arrow = self.month.findChild(QToolButton, f"qt_calendar_{name}month")
            if isinstance(arrow, QToolButton):
                arrow.setIcon(icon(role, "text"))
                arrow.setAccessibleName(f"{role.title()} month")

    def _picked(self, day: QDate) -> None:
        self.picked.emit(date(day.year(), day.month(), day.day()))
        self.close()


_HINTS = ("today, fri, +3 or 21.11", "today, fri, +3", "today, fri", "today", "21.11")
"""How a day may be typed, the longest first: as much of it is shown as there is room for."""
_AROUND = 28
"""What the frame of a line and its margins take of its width, px."""


class DateEditor(Editor):
    """A day: "21.11", "today", "fri", "+7"; Up and Down move it, Alt+Down opens a month."""

    def __init__(self, column: Column[Any]) -> None:
        super().__init__(column)
        self.line = SuffixedLine()
        self.line.setPlaceholderText(_HINTS[0])
        self.line.textEdited.connect(lambda: self.changed.emit())
        self.line.editingFinished.connect(self._tidy)
        self.line.installEventFilter(self)
        self._button = IconButton("date", f"Pick {facts_of(column).label.lower()}", self.pick)
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._use(self.line)
        self._layout.removeWidget(self.line)
        self._layout.addLayout(row(self.line, self._button, spacing=4))

    def value(self) -> date | None:
        text = self.line.text().strip()
        if not text:
            return None
        day = day_of(text, today())
        if day is None:
            raise refusal(
                self.column, f"cannot be read as a date: {text}.", "Try 21.11, today, fri or +3."
            )
        return day

    def set_value(self, value: Any) -> None:
        self.line.setText("" if value is None else texts.day_text(value))
        self.line.setCursorPosition(0)

    def set_read_only(self, locked: bool) -> None:
        self.line.setReadOnly(locked)
        self._button.setVisible(not locked)

    def pick(self) -> None:
        """Open a month to pick the day from."""
        popup = CalendarPopup(self)
        popup.picked.connect(self._take)
        popup.open_at((not self.text_error and self.value()) or today())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
            step = steps.get(Qt.Key(event.key()))
            if step and not self.line.isReadOnly():
                if event.modifiers() & Qt.KeyboardModifier.AltModifier:
                    self.pick()
                else:
                    day = None if self.text_error else self.value()
                    self._take(today() if day is None else day + timedelta(days=step))
                return True
        if event.type() == QEvent.Type.Resize and watched is self.line:
            room, wide = self.line.width() - _AROUND, self.line.fontMetrics().horizontalAdvance
            hint = next((one for one in _HINTS if wide(one) <= room), "")
            self.line.setPlaceholderText(hint)
        return super().eventFilter(watched, event)

    def _take(self, day: date) -> None:
        self.set_value(day)
        self.changed.emit()

    def _tidy(self) -> None:
        """Show what was understood, once the field is left."""
        if not self.text_error and (day := self.value()) is not None:
            self.set_value(day)


class MomentEditor(Editor):
    """A day and a time of day, in the organization's time zone."""

    def __init__(self, column: Column[Any]) -> None:
        super().__init__(column)
        label = facts_of(column).label
        self._given: tuple[datetime | None, date | None, str] = (None, None, "")
        self.day = DateEditor(column)
        self.day.changed.connect(self.changed)
        self.day.line.editingFinished.connect(self._tidy)
        self.clock = SuffixedLine()
        self.clock.setPlaceholderText("14:30")
        self.clock.setFixedWidth(112)
        self.clock.setAccessibleName(f"{label}, time of day")
        self.clock.textEdited.connect(lambda: self.changed.emit())
        self.clock.editingFinished.connect(self._tidy)
        self.clock.installEventFilter(self)
        self._layout.addLayout(row(self.day, self.clock))
        self._lead_to(self.day.line)

    def value(self) -> datetime | None:
        day, text = self._typed()
        if day is None and not text:
            return None
        if (day, text) == self._given[1:]:  # as it was, to the second, in the hour that comes twice
            return self._given[0]
        clock = clock_of(text)
        if text and clock is None:
            raise refusal(self.column, f"has no time of day in {text}.", "Try 14:30.")
        if day is None or clock is None:
            missing = "day" if day is None else "time of day"
            raise refusal(self.column, f"needs a {missing} as well.")
        moment = moment_of(day, clock, texts.zone())
        if moment is None:
            raise refusal(self.column, "falls into the hour the clock skips that day.")
        return moment

    def set_value(self, value: Any) -> None:
        there = None if value is None else value.astimezone(texts.zone())
        self.day.set_value(there and there.date())
        self.clock.setText("" if value is None else texts.clock_text(value))
        self._given = (value, there and there.date(), self.clock.text())

    def set_read_only(self, locked: bool) -> None:
        self.day.set_read_only(locked)
        self.clock.setReadOnly(locked)

    def set_wrong(self, wrong: bool) -> None:
        for line in (self.day.line, self.clock):
            restyle(line, "wrong", "true" if wrong else "false")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Up: 5, Qt.Key.Key_Down: -5}
            step = steps.get(Qt.Key(event.key()))
            if step and not self.clock.isReadOnly():
                self._move(step)
                return True
        return super().eventFilter(watched, event)

    def _typed(self) -> tuple[date | None, str]:
        """Return the day and the time; a time typed where the day stood is of that day."""
        text = self.day.line.text().strip()
        if ":" in text and clock_of(text) is not None:
            return self._given[1] or today(), text
        return self.day.value(), self.clock.text().strip()

    def _move(self, minutes: int) -> None:
        moment = None if self.text_error else self.value()
        if moment is None:
            start = now()
            moment = start - timedelta(minutes=start.minute % 5 + minutes)
        self.set_value(moment + timedelta(minutes=minutes))
        self.changed.emit()

    def _tidy(self) -> None:
        if not self.text_error and (moment := self.value()) is not None:
            self.set_value(moment)
