"""The imports that were made on this PC, each with the way to take it back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.actions.importing import Import, title_for
from fluffydesk.ui.fields.texts import moment_text
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.screens.rows_table import RowsTable, Shown


class ImportsList(QWidget):
    """A line for each import; `wanted` names the one to be taken back."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = RowsTable("Earlier imports", _columns())
        self.table.current_changed.connect(self._chosen)
        self.back = Button("Take back", self._take_back, icon_role="undo")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(row(Words("Earlier imports", Type.STRONG), None, self.back))
        column.addWidget(
            Words(
                "These were made on this PC. Their rows go to every PC; the list itself stays "
                "here, and an import is taken back where it was made.",
                role="muted",
                wrap=True,
            )
        )
        column.addWidget(self.table, 1)
        self._locked = ""
        self._chosen(None)

    def lock(self, why: str) -> None:
        """Keep taking back shut, and say why; "" opens it."""
        self._locked = why
        self.back.setToolTip(why)
        self.back.setAccessibleDescription(why)
        self._chosen(self.table.current())

    def show_imports(self, found: Sequence[Import]) -> None:
        """Show the imports, newest first."""
        self.table.show_rows(found, select_first=True)
        self._chosen(self.table.current())

    def _chosen(self, one: Import | None) -> None:
        self.back.setEnabled(one is not None and not one.taken_back and not self._locked)

    def _take_back(self) -> None:
        one = self.table.current()
        if one is not None:
            row_id: UUID = one.id
            self.wanted.emit(row_id)


def _columns() -> tuple[Shown, ...]:
    return (
        Shown("When", lambda one: moment_text(one.made_at), 160, sort=lambda one: one.made_at),
        Shown("What", lambda one: title_for(one.subject), 150),
        Shown("File", lambda one: one.file, 200),
        Shown("Rows", lambda one: one.words, 210),
        Shown(
            "State",
            lambda one: "Taken back" if one.taken_back else "Partly back" if one.partly else "",
            110,
            tone=lambda one: "plain",
        ),
        Shown("By", lambda one: one.by, 140),
    )
