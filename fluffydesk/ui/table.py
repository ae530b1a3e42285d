"""A table in the house's manner, for any model whose cells say their text and their chip's tone."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from fluffydesk.ui.look import measures, theme
from fluffydesk.ui.pages import TONE, Index
from fluffydesk.ui.parts.chip import paint_chip
from fluffydesk.wording import with_minus

PAD = 12


class CellDelegate(QStyledItemDelegate):
    """Paints a cell: quiet selection, hair line below, states as chips."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        now = theme.colours()
        rect: Any = option.rect
        state: Any = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(now.selected))
            widget: Any = option.widget
            if index.column() == widget.horizontalHeader().logicalIndex(0):
                painter.fillRect(rect.left(), rect.top(), 4, rect.height(), QColor(now.accent))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(now.surface))
        painter.setPen(QPen(QColor(now.line), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if text:
            inside = rect.adjusted(PAD, 0, -PAD, -1)
            tone = index.data(TONE)
            if tone is not None:
                paint_chip(painter, QRectF(inside), text, tone)
            else:
                painter.setPen(QColor(now.text))
                painter.setFont(option.font)
                metrics = option.fontMetrics
                align = index.data(Qt.ItemDataRole.TextAlignmentRole)
                if int(align) & Qt.AlignmentFlag.AlignRight.value:
                    text = with_minus(text)
                shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inside.width())
                painter.drawText(inside, int(align), shown)
        painter.restore()

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """What is cut off is told in full under the pointer."""
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        said = index.data(Qt.ItemDataRole.ToolTipRole)
        if event.type() != QEvent.Type.ToolTip or said or not text:
            return super().helpEvent(event, view, option, index)
        rect: Any = option.rect
        width = QFontMetrics(view.font()).horizontalAdvance(text)
        tip = text if width > rect.width() - 2 * PAD else ""
        QToolTip.showText(event.globalPos(), tip, view)
        return True


class Table(QTableView):
    """A table in the house's manner: rows of 36 px, hair lines only between them, no grid."""

    opened = Signal(object)
    """QModelIndex that Enter or a double click opened."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        self.setItemDelegate(CellDelegate(self))
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(measures.ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(56)
        header.setFixedHeight(measures.ROW + 4)
        self.doubleClicked.connect(lambda index: self.opened.emit(index))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and plain and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
            return
        several = self.selectionMode() == QAbstractItemView.SelectionMode.ExtendedSelection
        if several and event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._toggle()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Rows go on to the edge of the table where its columns end before it."""
        super().paintEvent(event)
        header, view = self.horizontalHeader(), self.viewport()
        turned = self.isRightToLeft()
        rest = view.width() - header.length()
        if rest <= 0:
            return
        left = 0 if turned else header.length()
        now = theme.colours()
        painter = QPainter(view)
        first, last = self.rowAt(event.rect().top()), self.rowAt(event.rect().bottom())
        rows = self.model().rowCount() if self.model() is not None else 0
        for row in range(max(0, first), (last if last >= 0 else rows - 1) + 1):
            top, height = self.rowViewportPosition(row), self.rowHeight(row)
            if self.selectionModel().isRowSelected(row, QModelIndex()):
                painter.fillRect(left, top, rest, height, QColor(now.selected))
            painter.setPen(QPen(QColor(now.line), 1))
            painter.drawLine(left, top + height - 1, left + rest, top + height - 1)
        painter.end()

    def _toggle(self) -> None:
        """Choose the current row, or no more, and go on to the next."""
        flag = QItemSelectionModel.SelectionFlag
        now = self.currentIndex()
        self.selectionModel().select(now, flag.Toggle | flag.Rows)
        below = now.siblingAtRow(now.row() + 1)
        if below.isValid():
            self.selectionModel().setCurrentIndex(below, flag.NoUpdate)
