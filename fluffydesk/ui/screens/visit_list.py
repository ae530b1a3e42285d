"""Visits one below another: time, pet, with whom, and how far they are; moved on by one key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from fluffydesk.ui.fields.texts import clock_text, day_text, zone
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.pages import ID, TONE
from fluffydesk.ui.screens.visits import Visit
from fluffydesk.ui.table import PAD, Table

_Index = QModelIndex | QPersistentModelIndex
_STAGE = "Stage"
_FIXED = {"Day": 116, "Time": 68, "Pet": 92, "Room": 172, _STAGE: 176}
_TONES = {
    "Waiting": "warning",
    "In room": "info",
    "With vet": "info",
    "To pay": "warning",
    "Done": "good",
    "Confirmed": "good",
    "No-show": "danger",
}


def wait_words(visit: Visit, now: datetime) -> str:
    """Return how long an arrived patient has waited, or nothing."""
    if visit.stage != "Waiting" or visit.arrived_at is None:
        return ""
    return f"{max(0, int((now - visit.arrived_at).total_seconds() // 60))} min"


class _Rows(QAbstractTableModel):
    def __init__(self, dated: bool, clock: Callable[[], datetime], parent: QWidget) -> None:
        super().__init__(parent)
        self.visits: tuple[Visit, ...] = ()
        self._clock = clock
        first = ("Day", self._day) if dated else None
        cells: list[tuple[str, Callable[[Visit], str]]] = [] if first is None else [first]
        cells += [
            ("Time", lambda visit: clock_text(visit.starts)),
            ("Pet", lambda visit: f"{visit.pet} ⚠" if visit.alerts else visit.pet),
            ("Client", lambda visit: visit.client),
            ("Service", lambda visit: visit.service or visit.reason),
            ("Vet", lambda visit: visit.vet),
            ("Room", lambda visit: visit.room),
            (_STAGE, self._stage),
        ]
        self.cells = cells

    def show_visits(self, visits: Sequence[Visit]) -> None:
        self.beginResetModel()
        self.visits = tuple(visits)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.visits)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.cells)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.cells[section][0]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        visit = self.visits[index.row()]
        name, text = self.cells[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text(visit)
        if role == ID:
            return visit.id
        if role == TONE and name == _STAGE:
            return _TONES.get(visit.stage, "plain")
        if role == Qt.ItemDataRole.ToolTipRole and name == "Pet":
            return visit.alerts or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _stage(self, visit: Visit) -> str:
        marks = (visit.stage, wait_words(visit, self._clock()))
        provisional = "refused" if visit.refused else "provisional" if visit.provisional else ""
        return " · ".join(part for part in (*marks, provisional) if part)

    @staticmethod
    def _day(visit: Visit) -> str:
        return day_text(visit.starts.astimezone(zone()).date())


class VisitList(Table):
    """A short list of visits. A or Space moves the selected one on, Enter opens it, R its pet."""

    picked = Signal(object)
    """A visit's id: opened."""
    advanced = Signal(object)
    """A Visit to move on."""
    recorded = Signal(object)
    """A visit's id: the pet's medical record is wanted."""

    def __init__(self, name: str, clock: Callable[[], datetime], *, dated: bool = False) -> None:
        super().__init__(name)
        self.rows = _Rows(dated, clock, self)
        self.setModel(self.rows)
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        for number, (title, _) in enumerate(self.rows.cells):
            if title in _FIXED:
                self.setColumnWidth(number, _FIXED[title])
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        self.opened.connect(lambda index: self.picked.emit(index.data(ID)))

    def show_visits(self, visits: Sequence[Visit]) -> None:
        """Show other visits; the selected one stays selected."""
        if tuple(visits) == self.rows.visits:
            self.viewport().update()
            return
        chosen, row = self.visit(), self.currentIndex().row()
        self._make_room(visits)
        self.rows.show_visits(visits)
        ids = [visit.id for visit in self.rows.visits]
        if chosen is not None and chosen.id in ids:
            row = ids.index(chosen.id)
        if ids:
            self.setCurrentIndex(self.rows.index(max(0, min(row, len(ids) - 1)), 0))

    def _make_room(self, visits: Sequence[Visit]) -> None:
        """Widen the column of the stages until no chip in it is cut."""
        metrics = QFontMetrics(measures.font(Type.SMALL))
        number, text = next(
            (n, one[1]) for n, one in enumerate(self.rows.cells) if one[0] == _STAGE
        )
        widest = max((metrics.horizontalAdvance(text(visit)) for visit in visits), default=0)
        self.setColumnWidth(number, max(_FIXED[_STAGE], widest + 4 * PAD))

    def visit(self) -> Visit | None:
        """Return the selected visit."""
        row = self.currentIndex().row()
        return self.rows.visits[row] if 0 <= row < len(self.rows.visits) else None

    def choose(self, visit_id: UUID) -> None:
        """Select a visit."""
        for number, visit in enumerate(self.rows.visits):
            if visit.id == visit_id:
                self.setCurrentIndex(self.rows.index(number, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        visit = self.visit()
        if plain and visit is not None and event.key() in (Qt.Key.Key_A, Qt.Key.Key_Space):
            self.advanced.emit(visit)
            return
        if plain and visit is not None and event.key() == Qt.Key.Key_R:
            self.recorded.emit(visit.id)
            return
        super().keyPressEvent(event)
