"""Days and rounds that go on with the farm's clock where nobody chose others."""

from __future__ import annotations

from datetime import date
from enum import Enum

from PySide6.QtCore import QObject, QTimer

from fluffydesk.records.types import local_now, today
from fluffydesk.ui.fields.date_editors import DateEditor
from fluffydesk.ui.parts.controls import Segments
from fluffydesk.ui.screen import LATE_HOURS
from fluffydesk.ui.screens.day_picker import DayPicker

_NOON = 12
_LOOK_MS = 60_000


def go_on(editor: DateEditor, before: date) -> None:
    """Let a day that stands at `before`, which was today, be today; another one stays."""
    if not editor.text_error and editor.value() == before:
        editor.set_value(today())


class RoundByClock(QObject):
    """Chooses the first round before noon and the later one after it; what a person chose stays.

    A round that runs over noon has until three. A new day begins by the clock again.
    """

    def __init__(self, rounds: Segments, day: DayPicker, first: Enum, later: Enum) -> None:
        super().__init__(rounds)
        self._rounds, self._day = rounds, day
        self._first, self._later = first, later
        self._stands = self._by_clock()
        rounds.set_value(self._stands)
        self._minute = QTimer(self)
        self._minute.setInterval(_LOOK_MS)
        self._minute.timeout.connect(self.go_on)
        self._minute.start()

    def go_on(self) -> None:
        """Go on to the later round, once the first one is over."""
        over = local_now().hour >= _NOON + LATE_HOURS and self._day.day() == today()
        if over and self._stands == self._first == self._rounds.value():
            self._choose(self._later)

    def turn(self, before: date) -> None:
        """Begin a new day with the round of its hour, where the day before stood at `before`."""
        if self._day.day() == before and self._rounds.value() in (self._first, self._later):
            self._choose(self._by_clock())
        self._day.turn(before)

    def _by_clock(self) -> Enum:
        return self._first if local_now().hour < _NOON else self._later

    def _choose(self, one: Enum) -> None:
        self._stands = one
        self._rounds.set_value(one)
