"""A menu of a list's columns: those ticked are shown, and kept so on this PC; it saves the list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from fluffydesk.mirror.own import is_own
from fluffydesk.ui.fields import texts
from fluffydesk.ui.list_saving import KEYS, WHAT
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.parts.controls import Button


class ColumnsMenu(Button):
    """Shows and hides the columns of a list; the first, which names the row, always stays."""

    def __init__(self, rows: RecordList, first: Sequence[str], more: QMenu | None = None) -> None:
        """`first` are the columns shown until a person chooses others; `more` is a menu that
        follows them where there are own fields."""
        super().__init__("", kind="quiet", icon_role="list")
        self.setAccessibleName("Choose columns")
        self.setToolTip("Choose which columns the list shows, or save it as a file")
        self._list, self._more = rows, more
        if not rows.recalled:
            for column in rows.model.columns:
                rows.show_column(column.name, column.name in first, keep=False)
        self.ticks: dict[str, QAction] = {}
        self.setMenu(QMenu(self))
        rows.columns_changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        """Name every column, those of the farm's own fields last."""
        menu, rows = self.menu(), self._list
        menu.clear()
        self.ticks = {}
        for column in rows.model.columns[1:]:
            if is_own(column.name) and not any(map(is_own, self.ticks)):
                menu.addSeparator()
            tick = menu.addAction(texts.header_of(column))
            tick.setCheckable(True)
            tick.setChecked(rows.shows_column(column.name))
            tick.toggled.connect(partial(rows.show_column, column.name))
            self.ticks[column.name] = tick
        if self._more is not None and any(map(is_own, self.ticks)):
            menu.addSeparator()
            menu.addMenu(self._more)
        menu.addSeparator()
        self.save = menu.addAction(f"{WHAT} ({KEYS})")
        self.save.triggered.connect(rows.saver.ask)
