"""The grid of a week's plan: a row for each person, a column for each day, the hours at the end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fluffydesk.records.enums.organizations import StaffShiftStatus
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import clock_text, day_text, number_text, words
from fluffydesk.ui.look import measures, theme
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.pages import ID, Index
from fluffydesk.ui.parts.chip import HEIGHT, paint_chip
from fluffydesk.ui.screens.reading.shifts import DAYS, PersonWeek, ShiftCell, Week
from fluffydesk.ui.table import PAD, Table

SHIFTS = Qt.ItemDataRole.UserRole + 40
"""The shifts of a cell."""
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TONES = {
    StaffShiftStatus.PLANNED: "info",
    StaffShiftStatus.CONFIRMED: "good",
    StaffShiftStatus.WORKED: "good",
    StaffShiftStatus.MISSED: "warning",
    StaffShiftStatus.CANCELLED: "plain",
}
_PAD = 6
_LINE = 18
_NAME, _HOURS, _DAY = 148, 72, 114
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def shift_words(shift: ShiftCell) -> str:
    """Return a shift in words: "06:00–14:00 Milking, planned"; one that clashes says so."""
    text = f"{clock_text(shift.starts)}–{clock_text(shift.ends)}"
    text += f" {shift.duty}" if shift.duty else ""
    text += ", on call" if shift.on_call else ""
    return f"{text}, {words(shift.status).lower()}{', overlaps another' if shift.clashes else ''}"


def _below(shift: ShiftCell) -> str:
    """Return what stands below the times of a shift: what is out of the ordinary comes first."""
    said = ["Overlaps"] if shift.clashes else []
    if shift.status in (StaffShiftStatus.MISSED, StaffShiftStatus.CANCELLED):
        said.append("Called off" if shift.status is StaffShiftStatus.CANCELLED else "Missed")
    said += ["Worked"] if shift.status is StaffShiftStatus.WORKED else []
    said += ["On call"] if shift.on_call else []
    return " · ".join([*said, *([shift.duty] if shift.duty else [])])


class PlanModel(QAbstractTableModel):
    """A week as a table."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.week: Week | None = None

    def show_week(self, week: Week) -> None:
        """Show another week."""
        self.beginResetModel()
        self.week = week
        self.endResetModel()

    def person(self, number: int) -> PersonWeek | None:
        """Return who stands in a row."""
        people = self.week.people if self.week else ()
        return people[number] if 0 <= number < len(people) else None

    def rowCount(self, parent: Index | None = None) -> int:
        inside = parent is not None and parent.isValid()
        return 0 if inside or self.week is None else len(self.week.people)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else DAYS + 2

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section == DAYS + 1 else _LEFT
        if role != Qt.ItemDataRole.DisplayRole or self.week is None:
            return None
        if section == 0:
            return "Who"
        if section == DAYS + 1:
            return "Hours"
        day = self.week.monday + timedelta(days=section - 1)
        name = "Today" if day == today() else _NAMES[section - 1]
        return f"{name} {day.day}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        person = self.person(index.row())
        if person is None or self.week is None:
            return None
        column = index.column()
        cell = person.days[column - 1] if 0 < column <= DAYS else ()
        if role == SHIFTS:
            return cell
        if role == ID:
            return person.id
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column == DAYS + 1 else _LEFT
        if role == Qt.ItemDataRole.DisplayRole:
            if column == 0:
                return person.name
            worked = column == DAYS + 1 and person.hours
            return number_text(person.hours, 1) if worked else ""
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            if not 0 < column <= DAYS:
                return None
            if role == Qt.ItemDataRole.ToolTipRole and not cell:
                return None
            day = self.week.monday + timedelta(days=column - 1)
            said = "; ".join(shift_words(one) for one in cell) or "no shift"
            return f"{person.name}, {_NAMES[column - 1]} {day_text(day)}: {said}"
        return None


class _CellPainter(QStyledItemDelegate):
    """Paints each shift of a cell as a chip with its times, and its duty below."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        now = theme.colours()
        rect: Any = option.rect
        state: Any = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(now.selected))
        painter.setPen(QPen(QColor(now.line), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(now.accent), 2))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        pad = PAD if index.column() == 0 else _PAD
        inside = rect.adjusted(pad, 0, -_PAD, 0)
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if text:
            painter.setPen(QColor(now.text))
            painter.setFont(option.font)
            shown = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, inside.width())
            painter.drawText(inside, int(index.data(Qt.ItemDataRole.TextAlignmentRole)), shown)
        top = rect.top() + _PAD
        for shift in index.data(SHIFTS) or ():
            top += self._shift(painter, QRectF(inside.left(), top, inside.width(), HEIGHT), shift)
        painter.restore()

    def _shift(self, painter: QPainter, where: QRectF, shift: ShiftCell) -> int:
        times = f"{clock_text(shift.starts)}–{clock_text(shift.ends)}"
        tone = "danger" if shift.clashes else _TONES.get(shift.status, "plain")
        paint_chip(painter, where, times, tone)
        small = measures.font(Type.SMALL)
        painter.setFont(small)
        painter.setPen(theme.colour("danger" if shift.clashes else "muted"))
        text = QFontMetrics(small).elidedText(
            _below(shift), Qt.TextElideMode.ElideRight, int(where.width())
        )
        below = QRectF(where.left() + 2, where.bottom(), where.width() - 2, _LINE)
        painter.drawText(below, int(_LEFT), text)
        return HEIGHT + _LINE


class Plan(Table):
    """The table of the plan; the arrows move from cell to cell, Enter opens one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Plan of the week", parent)
        self.weeks = PlanModel(self)
        self.setModel(self.weeks)
        self.setItemDelegate(_CellPainter(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def show_week(self, week: Week) -> None:
        """Show a week; the cell stays, and is at first that of today or Monday."""
        now = self.currentIndex()
        place = (now.row(), now.column()) if now.isValid() else None
        self.weeks.show_week(week)
        for number, person in enumerate(week.people):
            most = max((len(cell) for cell in person.days), default=0)
            height = 2 * _PAD + most * (HEIGHT + _LINE)
            self.setRowHeight(number, max(measures.ENTRY_ROW + _PAD, height))
        if not week.people:
            return
        if place is None:
            days = (today() - week.monday).days
            place = (0, 1 + (days if 0 <= days < DAYS else 0))
        row, column = place
        self.setCurrentIndex(self.weeks.index(min(row, len(week.people) - 1), column))

    def people(self) -> tuple[PersonWeek, ...]:
        """Return everybody on the plan."""
        return self.weeks.week.people if self.weeks.week else ()

    def cell(self) -> tuple[PersonWeek, int] | None:
        """Return whose cell is current and its day, 0 for Monday; None beside the days."""
        index = self.currentIndex()
        person = self.weeks.person(index.row()) if index.isValid() else None
        number = index.column() - 1
        return (person, number) if person is not None and 0 <= number < DAYS else None

    def cell_shifts(self) -> tuple[ShiftCell, ...]:
        """Return the shifts in the current cell."""
        cell = self.cell()
        return cell[0].days[cell[1]] if cell is not None else ()

    def cell_corner(self) -> QPoint:
        """Return the lower left corner of the current cell, in the viewport."""
        return self.visualRect(self.currentIndex()).bottomLeft()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = max(_NAME, self.viewport().width() // 8)
        self.setColumnWidth(0, wide)
        self.setColumnWidth(DAYS + 1, _HOURS)
        left = self.viewport().width() - wide - _HOURS
        for number in range(DAYS):
            self.setColumnWidth(number + 1, max(_DAY, left // DAYS))
