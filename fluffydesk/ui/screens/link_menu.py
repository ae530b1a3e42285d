"""A filter by a linked row: one group, one species, picked from a menu of those there are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget
from sqlalchemy import Column, select

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Choice, Filter, choices
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.ui.parts.controls import Button, restyle
from fluffydesk.work import Work

MOST = 60


class LinkMenu(Button):
    """A button that opens the menu; `filtered` follows a choice."""

    filtered = Signal()

    def __init__(self, work: Work, column: Column[Any], parent: QWidget | None = None) -> None:
        self._label = facts_of(column).label
        super().__init__(self._label, kind="filter", icon_role="down", parent=parent)
        self._work, self._column = work, column
        self._chosen: UUID | None = None
        self._found: list[Choice] = []
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setMenu(QMenu(self))
        self.setAccessibleName(f"Filter by {self._label.lower()}")
        self._show()

    def reload(self) -> None:
        """Read the rows that are linked to, in words."""
        column = self._column
        target = record_for(facts_of(column).target or "")

        def read(mirror: Mirror) -> list[Choice]:
            with mirror.read() as connection:
                used = set(connection.execute(select(column).distinct()).scalars())
                found = choices(connection, target, limit=2000)
            return [choice for choice in found if choice.id in used][:MOST]

        self._work.on_mirror(read, self._fill, latest=True)

    def filter(self) -> Filter | None:
        """Return the condition picked."""
        return Filter(self._column.name, "=", self._chosen) if self._chosen else None

    def choose(self, row_id: UUID | None) -> None:
        """Pick a row, or all of them."""
        self._chosen = row_id
        self._show()
        self.filtered.emit()

    def _fill(self, found: list[Choice]) -> None:
        self._found = found
        self._show()

    def _show(self) -> None:
        menu = self.menu()
        menu.clear()
        group = QActionGroup(menu)
        self._act(menu, group, "All", None)
        menu.addSeparator()
        for choice in self._found:
            self._act(menu, group, choice.label, choice.id)
        named = {choice.id: choice.label for choice in self._found}
        name = named.get(self._chosen) if self._chosen else None
        self.setText(f"{self._label}: {name}" if name else self._label)
        restyle(self, "active", "true" if self._chosen else "false")
        self.set_icon("down", "accent" if self._chosen else "muted")

    def _act(self, menu: QMenu, group: QActionGroup, text: str, row_id: UUID | None) -> QAction:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(row_id == self._chosen)
        action.triggered.connect(lambda: self.choose(row_id))
        group.addAction(action)
        return action
