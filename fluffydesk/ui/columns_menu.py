"""A menu of a list's columns: those ticked are shown, and kept so on this PC."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from fluffydesk.ui.fields import texts
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.parts.controls import Button


class ColumnsMenu(Button):
    """Shows and hides the columns of a list; the first, which names the row, always stays."""

    def __init__(self, rows: RecordList, first: Sequence[str]) -> None:
        """`first` are the columns shown until a person chooses others."""
        super().__init__("", kind="quiet", icon_role="list")
        self.setAccessibleName("Choose columns")
        self.setToolTip("Choose which columns the list shows")
        self._list = rows
        if not rows.recalled:
            for column in rows.model.columns:
                rows.show_column(column.name, column.name in first, keep=False)
        menu = QMenu(self)
        self.ticks: dict[str, QAction] = {}
        for column in rows.model.columns[1:]:
            tick = menu.addAction(texts.header_of(column))
            tick.setCheckable(True)
            tick.setChecked(rows.shows_column(column.name))
            tick.toggled.connect(partial(rows.show_column, column.name))
            self.ticks[column.name] = tick
        self.setMenu(menu)
