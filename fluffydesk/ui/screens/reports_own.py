"""Which of the farm's own fields a report shows as columns: ticked in a menu, kept on this PC."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget
from sqlalchemy import Column

from fluffydesk.mirror.own import named
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.ui import memory
from fluffydesk.ui.parts.controls import Button

_KEY = "reports/own-fields"


class OwnColumns(Button):
    """A menu of the own fields; hidden where the report takes none, or the farm defined none."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Own fields", icon_role="list", parent=parent)
        self.setAccessibleName("Own fields in the report")
        self.setToolTip("Choose which own fields the report shows (Ctrl+Shift+O)")
        self.setMenu(QMenu("Own fields in the report", self))
        self._names = [name for name in str(memory.recall(_KEY) or "").splitlines() if name]
        self._offered: list[str] | None = None
        self.hide()

    def names(self) -> tuple[str, ...]:
        """Return the names of the fields that are chosen."""
        return tuple(self._names)

    def offer(self, columns: list[Column[Any]]) -> None:
        """Offer these fields; none of them hides the menu."""
        self.setVisible(bool(columns))
        labels = [facts_of(column).label for column in columns]
        if labels == self._offered:
            return
        self._offered = labels
        self.menu().clear()
        for column, label in zip(columns, labels, strict=True):
            name = named(column.name)[1]
            tick = self.menu().addAction(label)
            tick.setCheckable(True)
            tick.setChecked(name in self._names)
            tick.toggled.connect(partial(self._tick, name))

    def _tick(self, name: str, ticked: bool) -> None:
        others = [one for one in self._names if one != name]
        self._names = [*others, name] if ticked else others
        memory.remember(_KEY, "\n".join(self._names))
        self.chosen.emit()
