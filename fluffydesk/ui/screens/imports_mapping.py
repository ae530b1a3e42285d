"""Which column of a file is which: a choice under each heading, with a value as an example."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from fluffydesk.actions.importing import DAYS, RawSheet, Subject
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import DropDown, Words, dismiss

A_ROW, FEW = 4, 2
_WIDE = 720
"""Below so many px, FEW choices stand in a row."""
_LONGEST = 26
_HEIGHT = 168


class ColumnsChoice(QWidget):
    """The headings of a file; `changed` says that another column was chosen."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices: dict[str, DropDown] = {}
        self.update_rows = QCheckBox("Change what is here where the file differs")
        self.update_rows.toggled.connect(self._tell)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setMaximumHeight(_HEIGHT)
        self._cells: list[tuple[QWidget, QWidget]] = []
        self._grid: QGridLayout | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.STEP)
        column.addWidget(self._area)
        column.addWidget(self.update_rows)

    def show_sheet(self, subject: Subject, sheet: RawSheet, chosen: Mapping[str, str]) -> None:
        """Show a choice for each heading of a file."""
        self.choices = {}
        inside = QWidget()
        self._grid = grid = QGridLayout(inside)
        self._cells = []
        grid.setContentsMargins(0, 0, measures.STEP, 0)
        grid.setHorizontalSpacing(measures.CARD)
        grid.setVerticalSpacing(measures.TIGHT)
        named = [heading for heading in dict.fromkeys(sheet.headings) if heading]
        for heading in named:
            choice = self._choice(subject, heading, chosen.get(heading, ""))
            self._cells.append((Words(_heading(sheet, heading), Type.SMALL, "muted"), choice))
            self.choices[heading] = choice
        old = self._area.takeWidget()
        if old is not None:
            dismiss(old)
        self._area.setWidget(inside)
        for part in (inside, self._area.viewport()):
            part.setAutoFillBackground(False)  # the card shows through
        self._lay()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def _lay(self) -> None:
        """Put as many choices into a row as there is room for."""
        if self._grid is None:
            return
        a_row = A_ROW if self.width() >= _WIDE else FEW
        for number, (heading, choice) in enumerate(self._cells):
            down, across = number // a_row * 2, number % a_row
            self._grid.addWidget(heading, down, across)
            self._grid.addWidget(choice, down + 1, across)
        for across in range(A_ROW):
            self._grid.setColumnStretch(across, 1 if across < a_row else 0)
        rows = (len(self._cells) + a_row - 1) // a_row
        self._area.setFixedHeight(min(_HEIGHT, rows * 68))

    def chosen(self) -> dict[str, str]:
        """Return which heading is which column; those that mean nothing are left out."""
        found = {heading: str(one.currentData()) for heading, one in self.choices.items()}
        return {heading: column for heading, column in found.items() if column}

    def _choice(self, subject: Subject, heading: str, column: str) -> DropDown:
        made = DropDown()
        made.setAccessibleName(f"What {heading} is")
        made.setMinimumWidth(120)
        made.addItem("Leave out", "")
        if subject.value is not None:
            made.addItem("A day, in a wide file", DAYS)
        for name in subject.names:
            made.addItem(subject.label(name), name)
        made.setCurrentIndex(max(0, made.findData(column)))
        made.activated.connect(self._tell)
        return made

    def _tell(self, chosen: object = None) -> None:
        self.changed.emit()


def _heading(sheet: RawSheet, heading: str) -> str:
    """Return a heading with the first value below it: `Gewicht · 612,5`."""
    place = sheet.headings.index(heading)
    cells = (line.cells[place] for line in sheet.lines if len(line.cells) > place)
    example = next((cell for cell in cells if cell), "")
    text = f"{heading} · {example}" if example else heading
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
