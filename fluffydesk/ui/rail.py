"""The rail at the left: the screens by the user's day; it collapses to icons.

In a low window its rows stand closer, so that the last screens stay in sight.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QScrollArea, QVBoxLayout, QWidget

from fluffydesk.ui import memory
from fluffydesk.ui.fields.texts import number_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, IconButton, Words, row
from fluffydesk.ui.screen import Screen

_KEY = "window/rail-narrow"
_GAP = "  "
"""Between icon and word: style sheets know no such thing."""
_LEAST_ROW = 28
"""Closer than this the words would touch; then the rail scrolls, px."""
_SPACING = 2
_BOTTOM = 8


class Rail(QWidget):
    """A button for each screen that has a group, under the group's name."""

    chosen = Signal(str)
    wanted = Signal()
    """The palette is wanted."""

    def __init__(self, screens: list[type[Screen]]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Screens")
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, Button] = {}
        self._titles: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._headings: list[Words] = []
        self._narrow = self._little = False
        self._brand = Words("FluffyDesk", Type.HEADING)
        self.fold = IconButton("menu", "Fold the rail", self.toggle)
        self.finder = Button("Find anything", self.wanted.emit, kind="rail", icon_role="search")
        inner = QWidget()
        inner.setObjectName("scrolled")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(8, 0, 8, _BOTTOM)
        self._column.setSpacing(_SPACING)
        self._column.addWidget(self.finder)
        self._fill(screens)
        self._scroll = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        scroll.verticalScrollBar().rangeChanged.connect(self._see)
        self._head = head = row(self.fold, self._brand, None)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(scroll, 1)
        self.finder.setToolTip("Find anything (Ctrl+K)")
        self.set_narrow(memory.recall(_KEY) in (True, "true"))

    @property
    def keys(self) -> list[str]:
        """The keys of the screens, in order."""
        return list(self._buttons)

    @property
    def narrow(self) -> bool:
        return self._narrow

    def mark(self, key: str) -> None:
        """Show which screen is open; one that is not in the rail marks nothing."""
        self._group.setExclusive(False)
        for other, button in self._buttons.items():
            button.setChecked(other == key)
        self._group.setExclusive(True)
        self._see()

    def count(self, key: str, count: int) -> None:
        """Say beside a screen's word how many things wait there; 0 says nothing."""
        self._counts[key] = count
        if key in self._buttons:
            self._label(key, self._buttons[key])

    def toggle(self) -> None:
        """Fold to icons, or unfold."""
        self.set_narrow(not self._narrow)
        memory.remember(_KEY, self._narrow)

    def give_way(self, width: int) -> None:
        """Fold while the window is less wide than its screens need; what was chosen stays so."""
        little = width < measures.WINDOW_NARROW
        if little != self._little:
            self._little = little
            self.set_narrow(little or memory.recall(_KEY) in (True, "true"))

    def set_narrow(self, narrow: bool) -> None:
        """Fold to icons (64 px) or show words too (208 px)."""
        self._narrow = narrow
        self.setFixedWidth(measures.RAIL_NARROW if narrow else measures.RAIL)
        self._brand.setVisible(not narrow)
        for heading in self._headings:
            heading.setVisible(not narrow)
        self.finder.setText("" if narrow else f"{_GAP}Find anything")
        self._fit()
        for key, button in self._buttons.items():
            self._label(key, button)
        name = "Unfold the rail" if narrow else "Fold the rail"
        self.fold.setAccessibleName(name)
        self.fold.setToolTip(name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _see(self) -> None:
        """Keep the screen that is open in sight where the rail scrolls."""
        for button in self._buttons.values():
            if button.isChecked():
                self._scroll.ensureWidgetVisible(button, 0, _BOTTOM)
                self._scroll.horizontalScrollBar().setValue(0)

    def _label(self, key: str, button: Button) -> None:
        waiting = self._counts.get(key, 0)
        said = f"{self._titles[key]} · {number_text(waiting)}" if waiting else self._titles[key]
        button.setText("" if self._narrow else f"{_GAP}{said}")
        button.setAccessibleName(f"{self._titles[key]}, {number_text(waiting)} wait" if waiting
                                 else self._titles[key])  # fmt: skip

    def _fit(self) -> None:
        """Give the rows the height that there is for them, between the least and a target's."""
        above = measures.CARD - 2
        headings = [] if self._narrow else self._headings
        words = self.fontMetrics().height()
        for roomy in (True, False):
            over, under = (measures.STEP, 2) if roomy else (2, 0)
            top = (above, measures.STEP) if roomy else (measures.STEP, 2)
            rows = len(self._buttons) + 1
            taken = top[0] + top[1] + self.fold.minimumHeight() + _BOTTOM
            taken += len(headings) * (words + over + under)
            taken += (rows + len(headings) - 1) * _SPACING
            height = (self.height() - taken) // rows
            if height >= measures.TARGET:
                break
        height = min(max(height, _LEAST_ROW), measures.TARGET)
        self._head.setContentsMargins(above, top[0], measures.STEP, top[1])
        for heading in self._headings:
            heading.setContentsMargins(above, over, 0, under)
            heading.setFixedHeight(words + over + under)
        for button in (self.finder, *self._buttons.values()):
            button.setFixedHeight(height)

    def _fill(self, screens: list[type[Screen]]) -> None:
        group = ""
        for screen in screens:
            if not screen.group:
                continue
            if screen.group != group:
                group = screen.group
                heading = Words(group, Type.SMALL)
                heading.setProperty("role", "group")
                self._headings.append(heading)
                self._column.addWidget(heading)
            self._column.addWidget(self._button(screen))
        self._column.addStretch(1)

    def _button(self, screen: type[Screen]) -> Button:
        key = screen.key
        button = Button(
            screen.title, lambda: self.chosen.emit(key), kind="rail", icon_role=screen.icon
        )
        button.setCheckable(True)
        number = len(self._buttons) + 1
        button.setToolTip(f"{screen.title} (Alt+{number})" if number < 10 else screen.title)
        self._group.addButton(button)
        self._buttons[key] = button
        self._titles[key] = screen.title
        return button
