"""The editor of how often work repeats: chosen and counted, kept as a rule of iCalendar."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QWidget
from sqlalchemy import Column

from fluffydesk.errors import InvalidValue
from fluffydesk.figures.recurrence import Frequency, Recurrence, parse
from fluffydesk.ui.fields.editors import Editor, SuffixedLine
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Button, DropDown, Words, row

_CHOICES: tuple[tuple[str, Frequency | None], ...] = (
    ("Does not repeat", None),
    ("Daily", Frequency.DAILY),
    ("Weekly", Frequency.WEEKLY),
    ("Monthly", Frequency.MONTHLY),
    ("Yearly", Frequency.YEARLY),
)
_UNITS = {
    Frequency.DAILY: ("day", "days"),
    Frequency.WEEKLY: ("week", "weeks"),
    Frequency.MONTHLY: ("month", "months"),
    Frequency.YEARLY: ("year", "years"),
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_COUNT_WIDTH = 88


class RepeatEditor(Editor):
    """How often, every how many, and for weeks on which days; what it cannot show it keeps."""

    def __init__(self, column: Column[Any]) -> None:
        super().__init__(column)
        self._rule: Recurrence | None = None
        self._odd: str | None = None
        """A text that says no rule, as it was imported: kept until another is chosen."""
        self.box = DropDown()
        self.box.addItems([words for words, _ in _CHOICES])
        self.count = SuffixedLine()
        self.count.setFixedWidth(_COUNT_WIDTH)
        self.count.setAccessibleName("Every how many")
        self.every = Words("every", role="muted")
        self.unit = Words("", role="muted")
        self.days = [self._day(number, name) for number, name in enumerate(_DAYS)]
        self.week = QWidget()
        days = row(*self.days, None, spacing=0)
        days.setContentsMargins(0, measures.TIGHT, 0, 0)
        self.week.setLayout(days)
        self._use(self.box)
        self._layout.removeWidget(self.box)
        line = row(self.box, self.every, self.count, self.unit)
        line.setStretch(0, 1)
        self._layout.addLayout(line)
        self._layout.addWidget(self.week)
        self.box.currentIndexChanged.connect(self._chosen)
        self.count.textEdited.connect(lambda: self.changed.emit())
        self.count.textChanged.connect(self._show_unit)
        self.set_value(None)

    def value(self) -> str | None:
        if self._odd is not None:
            return self._odd
        frequency = self._frequency()
        if frequency is None:
            return None
        rule = self._rule or Recurrence(frequency)
        days = tuple(number for number, button in enumerate(self.days) if button.isChecked())
        weekly, monthly = frequency is Frequency.WEEKLY, frequency is Frequency.MONTHLY
        return replace(
            rule,
            frequency=frequency,
            interval=self._interval(),
            weekdays=days if weekly else (),
            month_days=rule.month_days if monthly else (),
        ).text()

    def set_value(self, value: Any) -> None:
        self._rule, self._odd = None, None
        try:
            self._rule = parse(value) if value else None
        except ValueError:
            self._odd = str(value)
        with QSignalBlocker(self.box):
            while self.box.count() > len(_CHOICES):
                self.box.removeItem(self.box.count() - 1)
            if self._odd is not None:
                self.box.addItem(self._odd)
                self.box.setCurrentIndex(self.box.count() - 1)
            else:
                frequency = self._rule.frequency if self._rule else None
                self.box.setCurrentIndex([one for _, one in _CHOICES].index(frequency))
        self.count.setText(str(self._rule.interval if self._rule else 1))
        for number, button in enumerate(self.days):
            button.setChecked(self._rule is not None and number in self._rule.weekdays)
        self._lay_out()

    def set_read_only(self, locked: bool) -> None:
        for part in (self.box, self.count, *self.days):
            part.setEnabled(not locked)

    def _frequency(self) -> Frequency | None:
        """Return what is chosen; Qt would give an item's value back as plain text."""
        number = self.box.currentIndex()
        return _CHOICES[number][1] if 0 <= number < len(_CHOICES) else None

    def _day(self, number: int, name: str) -> Button:
        button = Button(name[:3], kind="segment")
        button.setCheckable(True)
        button.setAccessibleName(f"Repeats on {name}")
        button.setProperty("end", "first" if number == 0 else "last" if number == 6 else "")
        button.clicked.connect(lambda: self.changed.emit())
        return button

    def _interval(self) -> int:
        text = self.count.text().strip()
        if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 366:
            raise InvalidValue(
                "It repeats every how many?", "Type a number from 1 to 366.", field="recurrence"
            )
        return int(text)

    def _chosen(self) -> None:
        self._odd = None
        self._lay_out()
        self.changed.emit()

    def _lay_out(self) -> None:
        frequency = self._frequency()
        for part in (self.every, self.count, self.unit):
            part.setVisible(frequency is not None)
        self.week.setVisible(frequency is Frequency.WEEKLY)
        self._show_unit()

    def _show_unit(self) -> None:
        frequency = self._frequency()
        if frequency is not None:
            one, many = _UNITS[frequency]
            text = self.count.text().strip()
            self.unit.setText(one if text == "1" else many)
