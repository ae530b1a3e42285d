"""A grid to type into row after row: Enter goes on, Shift+Enter back, Esc undoes the cell."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QHelpEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type, font
from fluffydesk.ui.parts.controls import restyle
from fluffydesk.ui.screens.entry_model import NAME, PROBLEM, Entry, EntryModel, Index
from fluffydesk.ui.screens.entry_paint import box_in, paint_cell, rect_of, remark_of
from fluffydesk.ui.screens.entry_words import RowWords

_PADS, _MOST_MEASURED = 26, 500


class EntryGrid(QTableView):
    """The view: the current cell is always open for typing, and unmistakable."""

    moved = Signal(int)

    def __init__(self, model: EntryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = model
        self._editor: QLineEdit | None = None
        self._typing: tuple[Entry, str, int] | None = None
        self.setModel(model)
        model.renewing.connect(self._put_by)
        self.setItemDelegate(EntryDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.CurrentChanged
            | QAbstractItemView.EditTrigger.SelectedClicked
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(measures.ENTRY_ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        for number, head in enumerate(model.heads):
            if head.width:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Fixed)
                self.setColumnWidth(number, head.width)
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        self.words = RowWords(self.viewport())
        model.modelReset.connect(self._share_room)
        model.dataChanged.connect(self._say_words)
        self.verticalScrollBar().valueChanged.connect(self._say_words)
        self.moved.connect(self._say_words)

    @property
    def editor(self) -> QLineEdit | None:
        """The field that is being typed into."""
        return self._editor

    def start(self, row: int = 0) -> None:
        """Open the first cell of a row for typing, or go on with what is being typed."""
        columns = self._columns()
        if self._go_on_typing():
            return
        if columns and 0 <= row < self._entries.rowCount():
            self._open(row, columns[0])

    def set_editor(self, editor: QLineEdit | None) -> None:
        self._editor = editor

    def is_number(self, column: int) -> bool:
        """Say whether what is typed into a column stands at its right end."""
        return self._entries.heads[column].right

    def is_remark(self, column: int) -> bool:
        """Say whether a column tells what the row says of itself."""
        return self._entries.heads[column].remark

    def go_on(self, step: int) -> None:
        """Keep what was typed and go to the next (1) or previous (-1) cell that is shown."""
        if self._keep():
            self._step(step)

    def go_row(self, step: int) -> None:
        """Keep what was typed and go down (1) or up (-1) in the same column."""
        if not self._keep():
            return
        current = self.currentIndex()
        row = self._shown(current.row(), step)
        if row is not None:
            self._open(row, current.column())

    def undo(self) -> None:
        """Put back what the current cell held."""
        current = self.currentIndex()
        self._entries.undo(current)
        if self._editor is not None:
            self._editor.setText(current.data(Qt.ItemDataRole.EditRole) or "")
            self._editor.setModified(False)
            self._editor.selectAll()
            restyle(self._editor, "wrong", False)

    def leave(self, forward: bool) -> None:
        """Keep what was typed and give the focus to what lies after or before the grid."""
        if self._keep():
            self.focusNextPrevChild(forward)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._editor is None and self._entries.rowCount():
            current = self.currentIndex()
            if current.isValid() and self._entries.heads[current.column()].entry:
                self.edit(current)
            else:
                self.start()

    def _put_by(self, same_sheet: bool) -> None:
        """Keep what is being typed while the rows are exchanged: nothing typed is lost.

        On another sheet it would be another cow's: there it is saved first, as by Enter.
        """
        current, editor = self.currentIndex(), self._editor
        self._typing = None
        if editor is None or not current.isValid() or not editor.isModified():
            return
        entry = self._entries.entry_at(current)
        if not same_sheet or entry is None:
            self._keep()
            return
        entry.draft = editor.text()
        self._typing = entry, editor.text(), editor.cursorPosition()

    def _go_on_typing(self) -> bool:
        if self._typing is None:
            return False
        entry, text, cursor = self._typing
        self._typing = None
        place = self._entries.index_of(entry)
        if place is None:
            return False
        self._open(place.row(), place.column())
        if self._editor is None:
            return False
        entry.draft = None
        self._editor.setText(text)
        self._editor.setModified(True)
        self._editor.setCursorPosition(cursor)
        return True

    def _share_room(self) -> None:
        """Give headings their room, and words that grow what is left, as far as they need it."""
        heads, rows = self._entries.heads, min(self._entries.rowCount(), _MOST_MEASURED)
        titles = QFontMetrics(font(Type.TEXT))
        # A unit may make a heading longer than was thought of: it is never cut.
        widths = [
            max(head.width, titles.horizontalAdvance(head.words) + _PADS) if head.width else 0
            for head in heads
        ]
        spare = self._leave_out(widths)
        for number, head in enumerate(heads):
            if head.width and not head.grows:
                self.setColumnWidth(number, widths[number])
            elif head.grows:
                metrics = QFontMetrics(font(Type.STRONG if head.entry else Type.TEXT))
                texts = (self._entries.index(one, number).data() or "" for one in range(rows))
                longest = max(map(metrics.horizontalAdvance, map(str, texts)), default=0)
                more = max(0, min(spare, longest + _PADS - widths[number]))
                self.setColumnWidth(number, widths[number] + more)
                spare -= more
        self._say_words()

    def _leave_out(self, widths: Sequence[int]) -> int:
        """Hide columns that can be spared until the rest has room; return what is left, in px."""
        heads = self._entries.heads
        needed = sum(widths) + sum(one.least for one in heads if one.remark)
        room = self.viewport().width()
        for number in sorted(
            (number for number, head in enumerate(heads) if head.spare),
            key=lambda number: heads[number].spare,
        ):
            self.setColumnHidden(number, needed > room)
            needed -= widths[number] if needed > room else 0
        return room - needed

    def _say_words(self) -> None:
        """Tell in full what the row says that is typed into, where its cell is too narrow."""
        current = self.currentIndex()
        remark = next((n for n, head in enumerate(self._entries.heads) if head.remark), None)
        if remark is None or not current.isValid():
            self.words.say("")
            return
        index = current.siblingAtColumn(remark)
        self.words.show_of(index, self.visualRect(index))
        if self._editor is not None:
            self._editor.setAccessibleDescription(remark_of(index)[0])

    def _columns(self) -> list[int]:
        return [number for number, head in enumerate(self._entries.heads) if head.entry]

    def _keep(self) -> bool:
        current, editor = self.currentIndex(), self._editor
        if editor is None or not current.isValid() or not editor.isModified():
            return True
        if not self._entries.commit(current, editor.text()):
            restyle(editor, "wrong", True)
            editor.selectAll()
            return False
        restyle(editor, "wrong", False)
        editor.setModified(False)
        return True

    def _step(self, step: int) -> None:
        current, columns = self.currentIndex(), self._columns()
        place = columns.index(current.column()) + step
        if 0 <= place < len(columns):
            self._open(current.row(), columns[place])
            return
        row = self._shown(current.row(), step)
        if row is None:
            if self._editor is not None:
                self._editor.selectAll()
            return
        self._open(row, columns[0 if step > 0 else -1])

    def _shown(self, row: int, step: int) -> int | None:
        row += step
        while 0 <= row < self._entries.rowCount():
            if not self.isRowHidden(row):
                return row
            row += step
        return None

    def _open(self, row: int, column: int) -> None:
        index = self._entries.index(row, column)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        if self._editor is None:
            self.edit(index)
        self.moved.emit(row)


class EntryDelegate(QStyledItemDelegate):
    """Draws the cells and turns keys into the grid's movements."""

    def __init__(self, grid: EntryGrid) -> None:
        super().__init__(grid)
        self._grid = grid

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QLineEdit:
        editor = QLineEdit(parent)
        right = self._grid.is_number(index.column())
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        editor.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        editor.setFont(font(Type.STRONG))
        editor.setProperty("role", "cell")  # the cell's own frame is drawn around it
        editor.setAccessibleName(index.data(NAME) or "")
        editor.setProperty("wrong", bool(index.data(PROBLEM)))
        editor.textEdited.connect(self._typed)
        self._grid.set_editor(editor)
        return editor

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        if editor is self._grid.editor:
            self._grid.set_editor(None)
        super().destroyEditor(editor, index)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        # Qt asks again whenever the row's data change; what is being typed must survive that.
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(index.data(Qt.ItemDataRole.EditRole) or "")
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QLineEdit) and isinstance(model, EntryModel) and editor.isModified():
            model.commit(index, editor.text())
            editor.setModified(False)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        editor.setGeometry(box_in(rect_of(option)).adjusted(3, 3, -3, -3))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), measures.ENTRY_ROW)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._pressed(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            # Esc belongs to the cell, not to whatever else listens for it in the window.
            event.setAccepted(event.key() == Qt.Key.Key_Escape)
            return event.isAccepted()
        return super().eventFilter(watched, event)

    def _pressed(self, event: QKeyEvent) -> bool:
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._grid.go_on(-1 if back else 1)
            case Qt.Key.Key_Escape:
                self._grid.undo()
            case Qt.Key.Key_Down:
                self._grid.go_row(1)
            case Qt.Key.Key_Up:
                self._grid.go_row(-1)
            case Qt.Key.Key_Tab:
                self._grid.leave(forward=True)
            case Qt.Key.Key_Backtab:
                self._grid.leave(forward=False)
            case _:
                return False
        return True

    def _typed(self, text: str) -> None:
        editor, index = self._grid.editor, self._grid.currentIndex()
        model = index.model()
        if editor is None or not isinstance(model, EntryModel):
            return
        restyle(editor, "wrong", bool(model.objection(index, text)))

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """A remark, and a name that is cut off, are told in full under the pointer."""
        remark = self._grid.is_remark(index.column())
        tip = remark_of(index)[0] if remark else str(index.data() or "")
        QToolTip.showText(event.globalPos(), tip, view)
        return True

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        paint_cell(painter, rect_of(option), index, self._grid.currentIndex())
