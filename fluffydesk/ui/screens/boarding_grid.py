"""The rooms in the hand: keys and mouse choose, open, book, move and lengthen stays."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from fluffydesk.ui.screens.boarding_layout import Bar, Cell
from fluffydesk.ui.screens.boarding_view import BoardingView, Held

MOVE_FROM = 6
"""How far the mouse goes, px, before a press becomes a drag."""
EDGE = 8
"""How near to its end a bar is held to be lengthened, px."""
_QUARTERS = 4
_VERBS = {
    Qt.Key.Key_I: "in",
    Qt.Key.Key_O: "out",
    Qt.Key.Key_C: "confirm",
    Qt.Key.Key_Delete: "cancel",
    Qt.Key.Key_M: "miss",
    Qt.Key.Key_E: "extras",
    Qt.Key.Key_B: "bill",
}


class BoardingGrid(BoardingView):
    """Tells what a person wants with the stays; whoever listens does it and shows them anew."""

    opened = Signal(object)
    """A stay's id: Enter or a double click."""
    wanted = Signal(object, int, int)
    """A room's id, and the first and last column in which a new stay is wanted."""
    moved = Signal(object, object, int, int)
    """A stay's id, its room's, and by how many days or quarters its ends were moved."""
    refused = Signal(str)
    """Why a stay that was dropped or nudged cannot be there."""
    acted = Signal(str, object)
    """What a key does to a stay: "in", "out", "confirm", "cancel", "miss", "extras", "bill"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._press = QPointF()

    def to_now(self) -> None:
        """Put the cursor on this day or hour, where it is shown."""
        column = None if self.plan is None else self.plan.scale.column_of(self.clock())
        if column is not None:
            self.chosen_id = None
            self.move_cursor(Cell(self.cell.line, column))

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.plan is None or not self.plan.rows:
            super().keyPressEvent(event)
            return
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = Qt.Key(event.key())
        alt, shift = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
        if modifiers == alt and self._nudge(key):
            return
        if modifiers == alt | shift and self._lengthen(key):
            return
        if modifiers == Qt.KeyboardModifier.NoModifier and (self._walk(key) or self._do(key)):
            return
        super().keyPressEvent(event)

    def _walk(self, key: Qt.Key) -> bool:
        assert self.plan is not None
        at, plan = self.cell, self.plan
        last = len(plan.scale.columns) - 1
        steps: dict[Qt.Key, Callable[[], Cell]] = {
            Qt.Key.Key_Down: lambda: Cell(min(plan.lines - 1, at.line + 1), at.column),
            Qt.Key.Key_Up: lambda: Cell(max(0, at.line - 1), at.column),
            Qt.Key.Key_Left: lambda: Cell(at.line, max(0, at.column - 1)),
            Qt.Key.Key_Right: lambda: Cell(at.line, min(last, at.column + 1)),
            Qt.Key.Key_Home: lambda: Cell(at.line, 0),
            Qt.Key.Key_End: lambda: Cell(at.line, last),
        }
        if key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._to_neighbour(1 if key == Qt.Key.Key_PageDown else -1)
            return True
        if key not in steps:
            return False
        if self.held is None:
            self.chosen_id = None
            self.move_cursor(steps[key]())
        return True

    def _to_neighbour(self, by: int) -> None:
        """Go to the next or the previous stay, line by line."""
        assert self.plan is not None
        bars = sorted(self.plan.bars, key=lambda bar: (bar.line, bar.left))
        places = [(bar.line, bar.left) for bar in bars]
        current = self.bar()
        here = (self.cell.line, float(self.cell.column))
        if current is not None:
            here = (current.line, current.left)
        found = [n for n, place in enumerate(places) if (place > here if by > 0 else place < here)]
        if found:
            self.choose(bars[found[0] if by > 0 else found[-1]].stay.id)

    def _do(self, key: Qt.Key) -> bool:
        if key == Qt.Key.Key_Escape and self.held is not None:
            self.snap_back()
            return True
        stay, row = self.stay(), self.row()
        room_id = None if row is None else row.id
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and stay is not None:
            self.opened.emit(stay.id)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_N):
            self.wanted.emit(room_id, self.cell.column, self.cell.column)
            return True
        verb = _VERBS.get(key)
        if verb is None or stay is None:
            return False
        self.acted.emit(verb, stay.id)
        return True

    def _nudge(self, key: Qt.Key) -> bool:
        """Move the chosen stay by a column's step, or to the room above or below."""
        bar, plan = self.bar(), self.plan
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0)
        rooms = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key, 0)
        if bar is None or plan is None or not (by or rooms):
            return False
        ids = [row.id for row in plan.rows if row.id is not None]
        room_id = bar.stay.room_id
        if rooms:
            at = ids.index(room_id) + rooms if room_id in ids else 0
            if not 0 <= at < len(ids):
                return True
            room_id = ids[at]
        self._offer(bar, room_id, by, by)
        return True

    def _lengthen(self, key: Qt.Key) -> bool:
        """Move only the end of the chosen stay."""
        bar = self.bar()
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0)
        if bar is None or not by:
            return False
        self._offer(bar, bar.stay.room_id, 0, by)
        return True

    def _offer(self, bar: Bar, room_id: UUID | None, first_by: int, last_by: int) -> None:
        """Tell where a stay is wanted, or why it cannot be there."""
        wrong = self.why_not(bar.stay, room_id, first_by, last_by)
        if wrong:
            self.snap_back()
            self.refused.emit(wrong)
        else:
            self.moved.emit(bar.stay.id, room_id, first_by, last_by)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.held is not None:
            return
        point = event.position()
        bar, cell = self.bar_under(point), self.cell_at(point)
        self._press = point
        if bar is not None:
            self.chosen_id = bar.stay.id
            column = int(bar.left) if cell is None else cell.column
            self.move_cursor(Cell(bar.line, column))
            self.held = Held(bar, self._end_at(bar, point), point, bar.stay.room_id)
        elif cell is not None:
            self.chosen_id = None
            self.move_cursor(cell)

    def _end_at(self, bar: Bar, point: QPointF) -> str:
        box = self.box_of(bar)
        if box.width() > 3 * EDGE and point.x() > box.right() - EDGE:
            return "end"
        return "start" if box.width() > 3 * EDGE and point.x() < box.left() + EDGE else "move"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point, held = event.position(), self.held
        if held is None or held.dropped:
            self._shape(point)
            return
        if not held.begun and (point - self._press).manhattanLength() < MOVE_FROM:
            return
        held.begun = True
        step = self.column_width()
        if self.plan is not None and self.plan.scale.hourly:
            step /= _QUARTERS
        by = round((point.x() - held.grip.x()) / step)
        held.first_by = by if held.end in ("move", "start") else 0
        held.last_by = by if held.end in ("move", "end") else 0
        cell = self.cell_at(QPointF(max(point.x(), self.x_of(0) + 1), point.y()))
        if held.end == "move" and cell is not None and self.plan is not None:
            row = self.plan.row_of(cell.line)
            held.room_id = held.room_id if row is None or row.id is None else row.id
        held.wrong = self.why_not(held.bar.stay, held.room_id, held.first_by, held.last_by)
        self.viewport().setCursor(
            Qt.CursorShape.ForbiddenCursor if held.wrong else Qt.CursorShape.ClosedHandCursor
        )
        self.viewport().update()

    def _shape(self, point: QPointF) -> None:
        bar = self.bar_under(point)
        shape = Qt.CursorShape.ArrowCursor
        if bar is not None:
            is_end = self._end_at(bar, point) != "move"
            shape = Qt.CursorShape.SizeHorCursor if is_end else Qt.CursorShape.PointingHandCursor
        self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held = self.held
        self.viewport().unsetCursor()
        if held is None or held.dropped:
            return
        still = not (held.first_by or held.last_by) and held.room_id == held.bar.stay.room_id
        if not held.begun or still:
            self.snap_back()
            return
        held.dropped = True
        self._offer(held.bar, held.room_id, held.first_by, held.last_by)

    def snap_back(self) -> None:
        """Let go of a held bar: it lies where it was."""
        self.held = None
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        bar, cell = self.bar_under(event.position()), self.cell_at(event.position())
        self.held = None
        if bar is not None:
            self.opened.emit(bar.stay.id)
        elif cell is not None and self.plan is not None:
            row = self.plan.row_of(cell.line)
            self.wanted.emit(None if row is None else row.id, cell.column, cell.column)
