"""Filters a person named and keeps: chosen from a menu or by Ctrl and a digit."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from fluffydesk.ui import memory
from fluffydesk.ui.parts.controls import Button
from fluffydesk.ui.parts.keys import bind

MOST = 9
_ASKED = 400
Kept = dict[str, Any]


class SavedFilters(Button):
    """A menu of filters kept for this person on this PC; `recalled` gets what was kept."""

    recalled = Signal(object)

    def __init__(self, key: str, now: Callable[[], Kept], screen: QWidget) -> None:
        """`now` returns the filters as they stand, of texts, lists and numbers alone."""
        super().__init__("Saved", kind="filter", icon_role="down")
        self.setAccessibleName("Saved filters")
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._key, self._now = key, now
        self.question: QInputDialog | None = None
        self.menu_of_names = QMenu(self)
        self.setMenu(self.menu_of_names)
        digits = range(1, MOST + 1)
        bind(screen, {f"Ctrl+{digit}": partial(self.recall, digit) for digit in digits})
        self._fill()

    def names(self) -> list[str]:
        """Return the names, in the order of their digits."""
        return [str(one["name"]) for one in self._kept()]

    def keep(self, name: str) -> None:
        """Keep the filters as they stand under a name; one of that name is replaced."""
        name = name.strip()
        if not name:
            return
        kept = [one for one in self._kept() if one["name"] != name]
        self._write([*kept, {"name": name, "filters": self._now()}][-MOST:])

    def forget(self, name: str) -> None:
        """Keep it no more."""
        self._write([one for one in self._kept() if one["name"] != name])

    def recall(self, digit: int) -> None:
        """Show what the filter of a digit shows; nothing happens where there is none."""
        kept = self._kept()
        if digit <= len(kept):
            self.recalled.emit(kept[digit - 1]["filters"])

    def ask(self) -> None:
        """Ask for a name, then keep the filters as they stand."""
        ask = QInputDialog(self)
        ask.setWindowTitle("Keep this filter")
        ask.setLabelText("Keep this filter under the name")
        ask.setMinimumWidth(_ASKED)
        ask.setOkButtonText("Keep")
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.textValueSelected.connect(self.keep)
        self.question = ask
        ask.open()

    def _kept(self) -> list[Kept]:
        try:
            found = json.loads(memory.recall(self._key) or "[]")
        except ValueError:
            return []
        fits = isinstance(found, list) and all(
            isinstance(one, dict) and {"name", "filters"} <= one.keys() for one in found
        )
        return found if fits else []

    def _write(self, kept: list[Kept]) -> None:
        memory.remember(self._key, json.dumps(kept))
        self._fill()

    def _fill(self) -> None:
        menu = self.menu_of_names
        menu.clear()
        names = self.names()
        for digit, name in enumerate(names, start=1):
            one = menu.addAction(f"{name}\tCtrl+{digit}")
            one.triggered.connect(partial(self._recall, digit))
        if names:
            menu.addSeparator()
        menu.addAction("Keep this filter ..").triggered.connect(self._ask)
        for name in names:
            menu.addAction(f"Forget “{name}”").triggered.connect(partial(self._forget, name))

    def _recall(self, digit: int, checked: bool = False) -> None:
        self.recall(digit)

    def _forget(self, name: str, checked: bool = False) -> None:
        self.forget(name)

    def _ask(self, checked: bool = False) -> None:
        self.ask()
