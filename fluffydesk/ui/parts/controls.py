"""Labels, buttons and the search field, dressed and named alike everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QToolButton,
    QToolTip,
    QWidget,
)

from fluffydesk.ui.look import measures
from fluffydesk.ui.look.icons import icon
from fluffydesk.ui.look.measures import Type

SEARCH_DELAY_MS = 200
_BREAK = "\u200b"
_LONG_WORD = re.compile(r"\S{20,}")
_PIECE = re.compile(r"(?:\S{4,15}[@./_-]|\S{16})(?=\S{4})")
"""As much of a long word as goes on a line; an address ends it at one of its signs."""
_SHORTEST_LINK = 72
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute


class Words(QLabel):
    """A label in one of the types and roles ("", "muted", "danger", "warning", "accent")."""

    def __init__(
        self,
        text: str = "",
        kind: Type = Type.TEXT,
        role: str = "",
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setText(text)
        measures.dress(self, kind)
        # Names in Hebrew or Arabic read from the right but stay in their column.
        self.setAlignment(_LEFT)
        if role:
            self.setProperty("role", role)

    def setText(self, text: str) -> None:
        # A word that cannot be broken would make its page as wide as itself.
        super().setText(_LONG_WORD.sub(_breakable, text) if self.wordWrap() else text)

    def text(self) -> str:
        return super().text().replace(_BREAK, "")

    def set_role(self, role: str) -> None:
        """Change the role of the words' colour."""
        restyle(self, "role", role)


def _breakable(word: re.Match[str]) -> str:
    return _PIECE.sub(rf"\g<0>{_BREAK}", word[0])


class Title(Words):
    """One line that ends in "…" where there is no room for it; all of it is its tip."""

    def __init__(self, kind: Type = Type.TITLE) -> None:
        super().__init__("", kind)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawText(self.contentsRect(), int(self.alignment()), self._shown())
        painter.end()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self.setToolTip("" if self._shown() == self.text() else self.text())
        return super().event(event)

    def _shown(self) -> str:
        return _elided(self, self.text(), self.contentsRect().width())


def _elided(part: QWidget, text: str, width: int) -> str:
    return part.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)


class Button(QPushButton):
    """A push button; its icon follows the theme.

    `kind` is plain, primary, quiet, danger, link, filter, segment, rail or status. A link may hold
    a name of any length: where it has too little room it ends in "…".
    """

    def __init__(
        self,
        text: str,
        pressed: Callable[[], object] | None = None,
        *,
        kind: str = "plain",
        icon_role: str = "",
        icon_colour: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._icon_role, self._icon_colour = icon_role, icon_colour
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setAccessibleName(text)
        if kind == "link":
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setIconSize(QSize(measures.ICON, measures.ICON))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if pressed is not None:
            self.clicked.connect(lambda: pressed())
        self._draw_icon()

    def set_icon(self, role: str, colour: str = "") -> None:
        """Change the icon."""
        self._icon_role, self._icon_colour = role, colour
        self._draw_icon()

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        return least.boundedTo(QSize(_SHORTEST_LINK, least.height())) if self._is_link() else least

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._is_link() or self.width() >= self.sizeHint().width():
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self.shown_text()
        painter = QPainter(self)
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        painter.end()

    def shown_text(self) -> str:
        """Return as much of a link's words as there is room for within its frame."""
        around = self.sizeHint().width() - self.fontMetrics().horizontalAdvance(self.text())
        return _elided(self, self.text(), self.width() - around)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and self._is_link() and not self.toolTip():
            QToolTip.showText(event.globalPos(), self.text(), self)  # type: ignore[attr-defined]
            return True
        return super().event(event)

    def _is_link(self) -> bool:
        return bool(self.property("kind") == "link")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()
        super().changeEvent(event)

    def _draw_icon(self) -> None:
        if not self._icon_role:
            return
        colour = self._icon_colour
        if not colour:
            primary = self.property("kind") == "primary"
            colour = "on_accent" if primary else "text"
        beside = bool(self.text()) and self.property("kind") != "rail"
        self.setIcon(icon(self._icon_role, colour, beside=beside))


class IconButton(QToolButton):
    """A button that is only an icon; `name` is said aloud and shown as its tip."""

    def __init__(
        self,
        icon_role: str,
        name: str,
        pressed: Callable[[], object] | None = None,
        *,
        colour: str = "muted",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_role, self._colour = icon_role, colour
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setIconSize(QSize(measures.ICON, measures.ICON))
        self.setMinimumSize(measures.ROW, measures.ROW)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if pressed is not None:
            self.clicked.connect(lambda: pressed())
        self._draw_icon()

    def set_icon(self, icon_role: str, colour: str = "muted") -> None:
        """Change the icon."""
        self._icon_role, self._colour = icon_role, colour
        self._draw_icon()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()
        super().changeEvent(event)

    def _draw_icon(self) -> None:
        self.setIcon(icon(self._icon_role, self._colour))


class IconLabel(QLabel):
    """An icon that only stands there, beside words that say the same."""

    def __init__(self, icon_role: str, colour: str = "muted", size: int = measures.ICON) -> None:
        super().__init__()
        self._icon_role, self._colour, self._size = icon_role, colour, size
        self.setFixedSize(size, size)
        self._draw()

    def set_icon(self, icon_role: str, colour: str) -> None:
        """Change the icon."""
        self._icon_role, self._colour = icon_role, colour
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        self.setPixmap(icon(self._icon_role, self._colour).pixmap(self._size, self._size))


class ClearAction(QAction):
    """A cross at the end of a line that empties it; there while there is something to empty."""

    def __init__(self, line: QLineEdit) -> None:
        super().__init__("Clear", line)
        self._line = line
        line.addAction(self, QLineEdit.ActionPosition.TrailingPosition)
        line.textChanged.connect(self.show_if_needed)
        self.triggered.connect(line.clear)
        self.draw()
        self.show_if_needed()

    def draw(self) -> None:
        """Draw the cross in the theme's colours."""
        self.setIcon(icon("close", "muted"))

    def show_if_needed(self) -> None:
        """Show the cross, or hide it where the line is empty or locked."""
        self.setVisible(bool(self._line.text()) and not self._line.isReadOnly())


class SearchField(QLineEdit):
    """A search field: says `searched` soon, at once on Enter or when it is left; Esc clears."""

    searched = Signal(str)

    def __init__(self, hint: str = "Search", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "search")
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self._clear = ClearAction(self)
        self._action = QAction(self)
        self.addAction(self._action, QLineEdit.ActionPosition.LeadingPosition)
        self._draw_icon()
        self._said = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_DELAY_MS)
        self._timer.timeout.connect(self.say)
        self.textChanged.connect(lambda: self._timer.start())
        self.returnPressed.connect(self.say)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.say()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What is done next is done to what was searched for."""
        super().focusOutEvent(event)
        self.say()

    def set_quietly(self, text: str) -> None:
        """Show a text without saying `searched`."""
        self.setText(text)
        self._timer.stop()
        self._said = text.strip()

    def say(self) -> None:
        """Say at once what is searched for, if it was not said yet."""
        self._timer.stop()
        text = self.text().strip()
        if text != self._said:
            self._said = text
            self.searched.emit(text)

    def _draw_icon(self) -> None:
        if hasattr(self, "_action"):
            self._action.setIcon(icon("search", "muted"))
            self._clear.draw()


class Segments(QWidget):
    """A few choices side by side, of which one is chosen; arrows move between them."""

    chosen = Signal(object)

    def __init__(self, name: str, choices: Sequence[tuple[str, object]]) -> None:
        """`name` is said aloud; `choices` are words and values, the first is chosen."""
        super().__init__()
        self.setAccessibleName(name)
        self._values = [value for _, value in choices]
        self._group = QButtonGroup(self)
        layout = row(spacing=0)
        self.setLayout(layout)
        for number, (text, _) in enumerate(choices):
            button = Button(text, kind="segment")
            button.setCheckable(True)
            button.setAccessibleName(f"{name}: {text}")
            ends = ("first" if not number else "") + ("last" if text == choices[-1][0] else "")
            button.setProperty("end", ends)
            self._group.addButton(button, number)
            layout.addWidget(button)
        self._group.button(0).setChecked(True)
        self._group.idToggled.connect(self._toggled)

    def value(self) -> object:
        """Return the chosen value."""
        return self._values[self._group.checkedId()]

    def set_value(self, value: object) -> None:
        """Choose a value; the keys go with it where another value had them."""
        button = self._group.button(self._values.index(value))
        button.setChecked(True)
        if any(one.hasFocus() for one in self._group.buttons()):
            button.setFocus()

    def _toggled(self, number: int, on: bool) -> None:
        if on:
            self.chosen.emit(self._values[number])


class DropDown(QComboBox):
    """A choice of one, with an arrow; turning the wheel over it changes nothing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolling a form must not change a value

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        size = measures.ICON
        where = QRect(self.width() - size - measures.STEP, (self.height() - size) // 2, size, size)
        icon("down", "muted").paint(painter, where)
        painter.end()


class CheckBox(QCheckBox):
    """A box with a tick, or a dash where neither yes nor no was said."""

    _MARKS = {Qt.CheckState.Checked: "tick", Qt.CheckState.PartiallyChecked: "dash"}

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        mark = self._MARKS.get(self.checkState())
        if mark is None:
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        place = QStyle.SubElement.SE_CheckBoxIndicator
        painter = QPainter(self)
        drawn = icon(mark, "on_accent" if self.isEnabled() else "muted")
        drawn.paint(
            painter, self.style().subElementRect(place, option, self).adjusted(2, 2, -2, -2)
        )
        painter.end()


def place_beside(popup: QWidget, under: QWidget) -> None:
    """Put a popup below a widget, or above it where the screen ends before."""
    popup.adjustSize()
    room = under.screen().availableGeometry()
    top_left = under.mapToGlobal(QPoint(0, under.height() + 2))
    if top_left.y() + popup.height() > room.bottom():
        top_left.setY(under.mapToGlobal(QPoint(0, -2)).y() - popup.height())
    right = max(room.left(), room.right() - popup.width())
    popup.move(min(top_left.x(), right), max(room.top(), top_left.y()))


def hair_line() -> QFrame:
    """Return a horizontal line of one pixel."""
    line = QFrame()
    line.setProperty("role", "line")
    line.setFixedHeight(1)
    return line


def row(*parts: QWidget | QLayout | int | None, spacing: int = measures.STEP) -> QHBoxLayout:
    """Return a row: widgets and layouts, numbers for gaps in px, None for the stretch."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(part)
        elif isinstance(part, QLayout):
            layout.addLayout(part)
        else:
            layout.addWidget(part)
    return layout


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a property the style sheet asks about, and let it take effect."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def put_in_place(layout: QBoxLayout, old: QWidget, new: QWidget) -> None:
    """Put `new` where `old` is in a layout, and take that out of it.

    Not `replaceWidget`: it hands over an item whose end, in PySide, is the end of the widget too.
    """
    at = layout.indexOf(old)
    layout.removeWidget(old)
    layout.insertWidget(at, new)


def dismiss(part: QWidget) -> None:
    """Let go of a part that is shown no more.

    Out of the window first: what is deleted as its child PySide now and then destroys twice.
    """
    part.hide()
    part.setParent(None)
    part.deleteLater()
