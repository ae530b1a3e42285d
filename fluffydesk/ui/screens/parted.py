"""A screen of several parts, of which one is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Segments, row
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.screen import Screen


class PartedScreen(Screen):
    """Ctrl+1 and so on turn to a part; N adds to it, and Ctrl+Z takes back what was done last."""

    def hold(self, titles: Sequence[tuple[str, str]], parts: Mapping[str, QWidget]) -> None:
        """Take the parts: (title, name) in the order of their keys, and what each name shows."""
        self._titles, self._held = titles, parts
        self.which = Segments("Part", titles)
        self.which.chosen.connect(self._turn)
        self.stack = QStackedWidget()
        for part in parts.values():
            self.stack.addWidget(part)
        turns = {
            f"Ctrl+{number}": partial(self._go_to, name)
            for number, (_, name) in enumerate(titles, 1)
        }
        bind(self, {**turns, "N": self.add_here, "Ctrl+Z": self.undo})
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        column.setSpacing(12)
        column.addLayout(row(self.which, None))
        column.addWidget(self.stack, 1)
        self.setFocusProxy(parts[self.shown])

    @property
    def shown(self) -> str:
        """The name of the part that is shown."""
        return str(self.which.value())

    @property
    def turns(self) -> tuple[tuple[str, str], ...]:
        """The keys that turn to the parts, for F1."""
        return tuple((f"Ctrl+{n}", title) for n, (title, _) in enumerate(self._titles, 1))

    def showEvent(self, event: QShowEvent) -> None:
        """The arrows move in the list at once."""
        super().showEvent(event)
        self._held[self.shown].setFocus()

    def _go_to(self, name: str) -> None:
        self.which.set_value(name)
        self._held[name].setFocus()

    def add_here(self) -> None:
        """Add what the shown part holds."""

    def _turn(self, _: object) -> None:
        self.stack.setCurrentWidget(self._held[self.shown])
        self.setFocusProxy(self._held[self.shown])
        self.primary_changed.emit()
        self.reload()
        self._held[self.shown].setFocus()
