"""The rooms as they are drawn: a row for each, days or hours as columns, stays as bars."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from fluffydesk.figures.stays import Span, shifted
from fluffydesk.ui.look import theme
from fluffydesk.ui.screens import boarding_paint
from fluffydesk.ui.screens.boarding_layout import (
    QUARTER,
    Bar,
    Cell,
    Plan,
    RoomRow,
    when_words,
    why_not_there,
)
from fluffydesk.ui.screens.frozen_area import FrozenArea
from fluffydesk.ui.screens.reading.stays import Board, Stay

HEADER, LINE, GAP, STRIP = 52, 32, 6, 18
LEAST_COLUMN, NAMES = 58, 156


@dataclass
class Held:
    """A bar on its way: which end is held ("move", "start" or "end"), and where it is now."""

    bar: Bar
    end: str
    grip: QPointF
    room_id: UUID | None
    first_by: int = 0
    last_by: int = 0
    begun: bool = False
    dropped: bool = False
    wrong: str = ""


class BoardingView(FrozenArea):
    """Shows a plan of rooms. The stay under the cursor, if any, is the chosen one."""

    chosen = Signal(object)
    """The stay under the cursor, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Rooms and stays", parent)
        self.board: Board | None = None
        self.plan: Plan | None = None
        self.cell = Cell(0, 0)
        self.chosen_id: UUID | None = None
        self.held: Held | None = None
        theme.notifier().changed.connect(self.viewport().update)

    # What is shown

    def show_plan(self, board: Board, plan: Plan) -> None:
        """Show rooms and stays; the cursor stays with its stay, or begins at today."""
        another = self.plan is None or self.plan.scale != plan.scale
        self.board, self.plan, self.held = board, plan, None
        self.fit()
        kept = plan.bar_of(self.chosen_id)
        column = min(self.cell.column, len(plan.scale.columns) - 1)
        if kept is not None:
            inside = max(0, min(int(kept.left), len(plan.scale.columns) - 1))
            column = column if kept.covers(column) else inside
            self.move_cursor(Cell(kept.line, column))
        else:
            today = plan.scale.column_of(self.clock())
            if another:
                column = 0 if today is None else today
            self.move_cursor(Cell(max(0, min(self.cell.line, plan.lines - 1)), column))
        self.viewport().update()

    def stay(self) -> Stay | None:
        """Return the chosen stay."""
        bar = self.bar()
        return None if bar is None else bar.stay

    def bar(self) -> Bar | None:
        """Return the bar under the cursor; of two, the one chosen before."""
        if self.plan is None:
            return None
        kept = self.plan.bar_of(self.chosen_id)
        if kept is not None and kept.line == self.cell.line and kept.covers(self.cell.column):
            return kept
        return self.plan.bar_at(self.cell.line, self.cell.column)

    def choose(self, stay_id: UUID) -> bool:
        """Put the cursor on a stay; False if it is not shown."""
        bar = None if self.plan is None else self.plan.bar_of(stay_id)
        if bar is None:
            return False
        self.chosen_id = stay_id
        self.move_cursor(Cell(bar.line, int(bar.left)))
        return True

    def take_found(self) -> None:
        """Take the keys, with the cursor on the first stay shown."""
        if self.plan is not None and self.plan.bars:
            self.choose(min(self.plan.bars, key=lambda bar: bar.stay.span.starts).stay.id)
        self.setFocus()

    def move_cursor(self, cell: Cell) -> None:
        """Put the cursor on a cell, scroll to it and say what is there."""
        self.cell = cell
        bar = self.bar()
        self.chosen_id = None if bar is None else bar.stay.id
        self._reveal()
        self.say(self.words())
        self.chosen.emit(None if bar is None else bar.stay)
        self.viewport().update()

    def words(self) -> str:
        """Return in words what the cursor is on: room, day, who is there, and what is free."""
        row = self.row()
        if self.plan is None or row is None:
            return ""
        scale, column = self.plan.scale, self.cell.column
        on = scale.columns[column].starts.astimezone(scale.zone)
        when = f"{on:%H:%M}" if scale.hourly else f"{on:%A} {on.day} {on:%B}"
        if not scale.hourly and scale.column_of(self.clock()) == column:
            when += ", today"
        bar = self.bar()
        parts = [row.name, when]
        if bar is not None:
            stay = bar.stay
            until = f"until {stay.last.day} {stay.last:%B}"
            parts += [stay.pet, stay.client, stay.stage, stay.mark, until]
        parts.append(row.words(column).lower())
        return ", ".join(part for part in parts if part)

    def row(self) -> RoomRow | None:
        """Return the room of the cursor."""
        return None if self.plan is None else self.plan.row_of(self.cell.line)

    # What a held bar comes to

    def span_of(self, stay: Stay, first_by: int, last_by: int) -> Span:
        """Return when a stay would be, its ends moved by days, or by quarters of an hour."""
        assert self.plan is not None
        if self.plan.scale.hourly:
            span = stay.span
            return Span(span.starts + QUARTER * first_by, span.ends + QUARTER * last_by)
        zone = self.plan.scale.zone
        return Span(
            shifted(stay.span.starts, first_by, zone), shifted(stay.span.ends, last_by, zone)
        )

    def why_not(self, stay: Stay, room_id: UUID | None, first_by: int, last_by: int) -> str:
        """Say why a stay cannot be there; "" where it can, as far as this PC knows."""
        if self.board is None:
            return ""
        span = self.span_of(stay, first_by, last_by)
        if not stay.takes_place:
            return f"{stay.pet} is {stay.stage.lower()}, so the stay cannot be moved."
        return why_not_there(self.board, stay, room_id, span)

    # Geometry

    def column_width(self) -> float:
        """Return the width of a column, px."""
        count = 1 if self.plan is None else max(1, len(self.plan.scale.columns))
        return max(float(LEAST_COLUMN), (self.viewport().width() - NAMES) / count)

    def x_of(self, place: float) -> float:
        """Return where a place of the scale is, px."""
        return NAMES + place * self.column_width() - self.horizontalScrollBar().value()

    def row_top(self, row: RoomRow) -> float:
        """Return the top of a room, px."""
        top = float(HEADER - self.verticalScrollBar().value())
        for one in self.plan.rows if self.plan is not None else ():
            if one.first == row.first:
                break
            top += self.row_height(one)
        return top

    @staticmethod
    def row_height(row: RoomRow) -> float:
        """Return the height of a room, px: its lines, and a strip of words if it has places."""
        return row.lines * LINE + GAP + (STRIP if _has_strip(row) else 0)

    def line_top(self, line: int) -> float:
        """Return the top of a line, px."""
        row = None if self.plan is None else self.plan.row_of(line)
        return 0.0 if row is None else self.row_top(row) + GAP / 2 + (line - row.first) * LINE

    def box_of(self, bar: Bar) -> QRectF:
        """Return where a bar is drawn."""
        left, right = self.x_of(bar.left) + 1, self.x_of(bar.right) - 1
        return QRectF(left, self.line_top(bar.line) + 2, max(6.0, right - left), LINE - 4)

    def bar_under(self, point: QPointF) -> Bar | None:
        """Return the bar under a point."""
        if self.plan is None or point.y() < HEADER or point.x() < NAMES:
            return None
        return next((b for b in self.plan.bars if self.box_of(b).contains(point)), None)

    def cell_at(self, point: QPointF) -> Cell | None:
        """Return the cell under a point; None beside them."""
        if self.plan is None or point.y() < HEADER or point.x() < NAMES:
            return None
        column = int((point.x() - self.x_of(0)) // self.column_width())
        if not 0 <= column < len(self.plan.scale.columns):
            return None
        for row in self.plan.rows:
            top = self.row_top(row)
            if top <= point.y() < top + self.row_height(row):
                line = int((point.y() - top - GAP / 2) // LINE)
                return Cell(row.first + max(0, min(line, row.lines - 1)), column)
        return None

    def fit(self) -> None:
        if self.plan is not None:
            tall = HEADER + sum(self.row_height(row) for row in self.plan.rows)
            wide = NAMES + self.column_width() * len(self.plan.scale.columns)
            self.stretch(QSizeF(wide, tall), LEAST_COLUMN, LINE)

    def _reveal(self) -> None:
        top, left = self.line_top(self.cell.line), self.x_of(self.cell.column)
        self.scroll_to(QRectF(left, top, self.column_width(), LINE), NAMES, HEADER, GAP / 2)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        view = QRectF(self.viewport().rect())
        painter.fillRect(view, theme.colour("raised"))
        plan = self.plan
        if plan is None:
            return
        painter.save()
        painter.setClipRect(view.adjusted(NAMES, HEADER, 0, 0))
        for row in plan.rows:
            self._paint_row(painter, row, view)
        self._paint_columns(painter, view)
        self._paint_cursor(painter)
        self._paint_bars(painter, view)
        painter.restore()
        self._paint_frozen(painter, view)

    def _paint_row(self, painter: QPainter, row: RoomRow, view: QRectF) -> None:
        assert self.plan is not None
        top, tall = self.row_top(row), self.row_height(row)
        if top > view.bottom() or top + tall < HEADER or row.room is None:
            return
        strip = _has_strip(row)
        last = len(self.plan.scale.columns)
        column = 0
        while column < last:
            why = row.blocked[column]
            after = column + 1
            while why and after < last and row.blocked[after] == why:
                after += 1
            box = QRectF(self.x_of(column), top, self.column_width() * (after - column), tall)
            shown = row.words(column) if strip or why else ""
            boarding_paint.paint_cell(painter, box, shown, blocked=bool(why), low=strip)
            column = after

    def _paint_columns(self, painter: QPainter, view: QRectF) -> None:
        assert self.plan is not None
        scale = self.plan.scale
        bottom = min(view.bottom(), self._bottom())
        for column in range(len(scale.columns)):
            x = self.x_of(column)
            monday = not scale.hourly and scale.day(column).weekday() == 0
            painter.setPen(QPen(theme.colour("edge" if monday else "line"), 1))
            painter.drawLine(QPointF(x, HEADER), QPointF(x, bottom))
        painter.setPen(QPen(theme.colour("line"), 1))
        for row in self.plan.rows:
            y = self.row_top(row) + self.row_height(row)
            painter.drawLine(QPointF(NAMES, y), QPointF(view.right(), y))
        if scale.column_of(self.clock()) is not None:
            x = self.x_of(scale.place_of(self.clock()))
            painter.setPen(QPen(theme.colour("danger"), 1.5))
            painter.drawLine(QPointF(x, HEADER), QPointF(x, bottom))

    def _bottom(self) -> float:
        assert self.plan is not None
        return HEADER - self.verticalScrollBar().value() + sum(map(self.row_height, self.plan.rows))

    def _paint_cursor(self, painter: QPainter) -> None:
        if self.bar() is not None or self.plan is None or not self.plan.rows:
            return
        top, left = self.line_top(self.cell.line), self.x_of(self.cell.column)
        box = QRectF(left + 2, top + 2, self.column_width() - 4, LINE - 4)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.setBrush(theme.colour("accent_soft"))
        else:
            painter.setPen(QPen(theme.colour("edge"), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 4, 4)

    def _paint_bars(self, painter: QPainter, view: QRectF) -> None:
        assert self.plan is not None
        current, held = self.bar(), self.held
        for bar in self.plan.bars:
            if held is not None and held.begun and held.bar.stay.id == bar.stay.id:
                continue
            box = self.box_of(bar)
            if box.bottom() >= HEADER and box.top() <= view.bottom():
                boarding_paint.paint_bar(painter, box, bar.stay, selected=bar is current)
        if held is not None and held.begun:
            self._paint_held(painter, held, view)

    def _paint_held(self, painter: QPainter, held: Held, view: QRectF) -> None:
        assert self.plan is not None
        span = self.span_of(held.bar.stay, held.first_by, held.last_by)
        scale = self.plan.scale
        row = next((one for one in self.plan.rows if one.id == held.room_id), None)
        line = held.bar.line if row is None or row.id == held.bar.stay.room_id else row.first
        bar = Bar(held.bar.stay, line, scale.place_of(span.starts), scale.place_of(span.ends))
        box = self.box_of(bar)
        painter.setOpacity(0.9)
        boarding_paint.paint_bar(painter, box, bar.stay, selected=True, wrong=bool(held.wrong))
        painter.setOpacity(1.0)
        words = held.wrong or when_words(span, scale.zone, hourly=scale.hourly)
        at = QPointF(box.left(), box.bottom() + 4)
        boarding_paint.paint_hint(painter, at, words, view.adjusted(NAMES, HEADER, 0, 0))

    def _paint_frozen(self, painter: QPainter, view: QRectF) -> None:
        assert self.plan is not None
        painter.save()
        painter.setClipRect(QRectF(0, HEADER, NAMES, view.height() - HEADER))
        painter.fillRect(QRectF(0, HEADER, NAMES, view.height()), theme.colour("raised"))
        for row in self.plan.rows:
            box = QRectF(0, self.row_top(row), NAMES, self.row_height(row))
            boarding_paint.paint_name(painter, box, row)
            painter.setPen(QPen(theme.colour("line"), 1))
            painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.restore()
        painter.fillRect(QRectF(0, 0, view.width(), HEADER), theme.colour("raised"))
        painter.save()
        painter.setClipRect(QRectF(NAMES, 0, view.width() - NAMES, HEADER))
        self._paint_heads(painter)
        painter.restore()
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(QPointF(0, HEADER), QPointF(view.width(), HEADER))
        painter.drawLine(QPointF(NAMES, 0), QPointF(NAMES, view.height()))

    def _paint_heads(self, painter: QPainter) -> None:
        assert self.plan is not None
        scale = self.plan.scale
        today = scale.column_of(self.clock())
        for column in range(len(scale.columns)):
            box = QRectF(self.x_of(column), 0, self.column_width(), HEADER)
            on = scale.columns[column].starts.astimezone(scale.zone)
            top = f"{on:%H:%M}" if scale.hourly else f"{on:%a} {on.day}"
            if not scale.hourly and (column == 0 or on.day == 1):
                top = f"{on.day} {on:%b}"
            below = f"{self.plan.free(column)} free"
            boarding_paint.paint_head(painter, box, top, below, today=column == today)


def _has_strip(row: RoomRow) -> bool:
    return row.room is not None and row.room.places > 1
