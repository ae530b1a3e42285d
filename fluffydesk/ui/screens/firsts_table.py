"""A table of a list that may be long: its first rows, how many more there are, and a search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fluffydesk.ui.fields.texts import number_text
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Words
from fluffydesk.ui.screens.reading.firsts import MOST, Firsts
from fluffydesk.ui.screens.rows_table import RowsTable, Shown


class FirstsTable(RowsTable):
    """Shows what was read, and below it how many more there are.

    A search or another order goes through all rows; `wanted` then asks for them to be read.
    """

    how = "Search, or order by a column, to look through"
    """How to reach those that are not shown."""
    wanted = Signal()
    """Read anew: `most` is another one than before."""

    def __init__(self, name: str, columns: Sequence[Shown], parent: QWidget | None = None) -> None:
        super().__init__(name, columns, parent)
        self._total = self._given = 0
        self.more = Words("", Type.SMALL, "muted", wrap=True)
        self.more.hide()
        self.column.addWidget(self.more)
        self.model.laid_out.connect(self._tell)

    @property
    def most(self) -> int | None:
        """How many rows to read; None for all."""
        return None if self.model.narrowed or self.model.ordered else MOST

    @property
    def count(self) -> int:
        """How many rows the list has; of a search, how many match."""
        return self.model.rowCount() if self.model.narrowed else self._total

    def show_firsts(self, found: Firsts[Any], *, select_first: bool = False) -> None:
        """Show other rows; the selected one stays selected."""
        self._total, self._given = found.total, len(found.rows)
        self.show_rows(found.rows, select_first=select_first)

    def search(self, text: str) -> None:
        before = self.most
        super().search(text)
        self._ask(before)

    def _sort(self, column: int) -> None:
        before = self.most
        super()._sort(column)
        self._ask(before)

    def _ask(self, before: int | None) -> None:
        if self.most != before and self._total > MOST:
            self.wanted.emit()

    def _tell(self) -> None:
        more = self._total - self._given
        every = number_text(self._total)
        self.more.setText(f"and {number_text(more)} more. {self.how} all {every}.")
        self.more.setVisible(more > 0)
        if more > 0 and self.model.narrowed and self.model.rowCount() == 0:
            self.empty.say("Looking through all of them", f"There are {every}.")


class SoughtTable(FirstsTable):
    """A list that is searched where it is read, by an index; `sought` is what was typed."""

    def __init__(self, name: str, columns: Sequence[Shown], parent: QWidget | None = None) -> None:
        super().__init__(name, columns, parent)
        self.sought = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.sought.strip())

    @property
    def count(self) -> int:
        return self._total

    def search(self, text: str) -> None:
        """Have the rows with every word read, unless they are shown."""
        before, self.sought = self.sought, text
        if text.split() != before.split():
            self.wanted.emit()
