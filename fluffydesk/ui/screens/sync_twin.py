"""On the card of a refused edit: the row that is there already, beside this one."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from fluffydesk.errors import Refusal
from fluffydesk.sync import twins
from fluffydesk.sync.ports import Central, Door
from fluffydesk.ui.link import ask_central
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Words
from fluffydesk.ui.screens.reading.sync_twin import TwinView, read_twin
from fluffydesk.work import Work

_HEADINGS = ("", "Mine", "There already")


class TwinPart(QWidget):
    """Says who wrote the other row, and what differs; empty until it is known."""

    known = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = Words("Looking at what is there already …", role="muted", wrap=True)
        self.view: TwinView | None = None
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(measures.GROUP)
        self._grid.setVerticalSpacing(measures.TIGHT)
        self._grid.setColumnStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.STEP)
        column.addWidget(self.words)
        column.addLayout(self._grid)

    def show_twin(self, view: TwinView | None) -> None:
        """Show the other row; None where it is not to be seen."""
        self.view = view
        self.known.emit()
        if view is None:
            self.words.setText("The row that is there already is not yours to see.")
            return
        told = f"It was written down already: {view.by}."
        if not view.differs:
            self.words.setText(f"{told} Both say the same.")
            return
        self.words.setText(f"{told} This is what differs:")
        for number, line in enumerate((_HEADINGS, *view.differs)):
            for place, text in enumerate(line):
                kind = Type.SMALL if not number else Type.TEXT if not place else Type.STRONG
                role = "muted" if not number or not place else ""
                self._grid.addWidget(Words(text, kind, role, wrap=place == 2), number, place)

    def show_refusal(self, refusal: Refusal) -> None:
        """Say why the other row could not be looked at."""
        self.words.setText(
            f"{refusal.message} What is there already can be looked at, and joined with this one, "
            "when this PC is online."
        )


class Seeker(QObject):
    """Looks for the row that is there already, for one card; lives as long as the card does."""

    def __init__(self, part: TwinPart, work: Work, refusal_id: object) -> None:
        super().__init__(part)
        self._part = part

        def seek(door: Door, central: Central) -> TwinView | None:
            twin = twins.find(door, central, str(refusal_id))
            return None if twin is None else door(lambda mirror: read_twin(mirror, twin))

        ask_central(work, seek, self._found, part.show_refusal)

    def _found(self, view: TwinView | None) -> None:
        self._part.show_twin(view)
