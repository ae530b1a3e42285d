"""The bar above a list: a menu for each closed list of values, and how many rows match."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget
from sqlalchemy import Column

from fluffydesk.mirror.queries import Filter
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.ui.fields import texts
from fluffydesk.ui.parts.controls import Button, Words, restyle
from fluffydesk.ui.parts.flow import Flow


class _Menu(Button):
    """A chip that opens a menu of values, of which several may be ticked."""

    filtered = Signal()

    def __init__(self, column: Column[Any]) -> None:
        self._label = facts_of(column).label
        super().__init__(self._label, kind="filter", icon_role="down")
        self._column = column
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        menu = QMenu(self)
        self._all = menu.addAction("All")
        self._all.setCheckable(True)
        self._all.setChecked(True)
        self._all.triggered.connect(self.clear)
        menu.addSeparator()
        self._actions: list[QAction] = []
        for value in column.type.enum_class:  # type: ignore[attr-defined]
            action = menu.addAction(texts.words(value))
            action.setCheckable(True)
            action.setData(value)
            action.toggled.connect(self._picked)
            self._actions.append(action)
        self.setMenu(menu)
        self._show()

    def chosen(self) -> tuple[Any, ...]:
        kind: Any = self._column.type.enum_class  # type: ignore[attr-defined]
        return tuple(kind(action.data()) for action in self._actions if action.isChecked())

    def choose(self, values: tuple[Any, ...]) -> None:
        """Tick these values."""
        for action in self._actions:
            action.blockSignals(True)
            action.setChecked(action.data() in values)
            action.blockSignals(False)
        self._picked()

    def clear(self) -> None:
        """Tick none: all values are shown."""
        self.choose(())

    def filter(self) -> Filter | None:
        values = self.chosen()
        return Filter(self._column.name, "in", values) if values else None

    def _picked(self) -> None:
        self._show()
        self.filtered.emit()

    def _show(self) -> None:
        values = self.chosen()
        names = ", ".join(texts.words(value) for value in values[:2])
        more = f" +{len(values) - 2}" if len(values) > 2 else ""
        self.setText(f"{self._label}: {names}{more}" if values else self._label)
        self.setAccessibleName(f"Filter by {self._label.lower()}")
        self._all.setChecked(not values)
        restyle(self, "active", "true" if values else "false")
        self.set_icon("down", "accent" if values else "muted")


class FilterBar(Flow):
    """Menus side by side, "Clear" once something is picked, and the count at the right."""

    filtered = Signal()

    def __init__(self, columns: list[Column[Any]]) -> None:
        self._menus = {column.name: _Menu(column) for column in columns}
        self._clear = Button("Clear", self.clear, kind="link")
        self._clear.hide()
        self._count = Words("", role="muted")
        super().__init__(*self._menus.values(), self._clear, None, self._count)
        for menu in self._menus.values():
            menu.filtered.connect(self._picked)

    def lead(self, *parts: QWidget) -> None:
        """Put parts before the menus."""
        for number, part in enumerate(parts):
            self.put(part, number)

    def act(self, *parts: QWidget) -> None:
        """Put buttons at the right, before the count."""
        for part in parts:
            self.put(part, self.count() - 1)

    def filters(self) -> tuple[Filter, ...]:
        """Return the filters picked."""
        found = (menu.filter() for menu in self._menus.values())
        return tuple(one for one in found if one is not None)

    def choose(self, column: str, *values: Any) -> None:
        """Pick values of one column, as a click would."""
        self._menus[column].choose(values)

    def clear(self) -> None:
        """Pick nothing."""
        for menu in self._menus.values():
            menu.blockSignals(True)
            menu.clear()
            menu.blockSignals(False)
        self._picked()

    def show_count(self, count: int | None, titles: tuple[str, str]) -> None:
        """Say how many rows match; None while they are counted."""
        if count is None:
            self._count.setText("Counting ..")
            return
        self._count.setText(f"{texts.number_text(count)} {titles[count != 1].lower()}")

    def _picked(self) -> None:
        self._clear.setVisible(bool(self.filters()))
        self.filtered.emit()
