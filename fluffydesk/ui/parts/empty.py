"""An empty place: says what belongs there and offers the first step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, IconLabel, Words

_WIDTH, _LEAST = 400, 160
_ICONS = {"Go": "next", "Try": "sync"}


class Empty(QWidget):
    """An icon, a heading, a sentence and, where there is one, the first step as a button.

    The keys come here when the last row of a list goes: its name then says which list (`of`) is
    empty, and in what words.
    """

    def __init__(
        self,
        title: str = "",
        text: str = "",
        *,
        icon_role: str = "empty",
        step: str = "",
        take: Callable[[], object] | None = None,
        of: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._take, self._of = take, of
        self._icon = IconLabel(icon_role, "muted", 40)
        self._title = Words(title, Type.HEADING)
        self._text = Words(text, role="muted", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = Button(step, self._go, kind="primary", icon_role="add")
        if not step:  # and never shown while it is in no window: it would be one itself
            self.button.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, measures.GROUP, measures.GROUP, measures.GROUP)
        column.setSpacing(measures.STEP)
        column.addStretch(1)
        for part in (self._icon, self._title, self._text, self.button):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.insertSpacing(column.count() - 1, measures.STEP)
        column.addStretch(2)
        self._name_it()
        self._fit()

    def say(
        self,
        title: str,
        text: str = "",
        step: str = "",
        take: Callable[[], object] | None = None,
    ) -> None:
        """Show other words and another first step."""
        self._title.setText(title)
        self._text.setText(text)
        self.button.setText(step)
        self.button.set_icon(_ICONS.get(step.partition(" ")[0], "add"))
        self.button.setAccessibleName(step)
        self.button.setVisible(bool(step))
        self._take = take
        self._name_it()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The words have the width that there is: they do not hold the window open at it."""
        parts = [part for part in (self._title, self.button) if not part.isHidden()]
        width = max(_LEAST, *(part.sizeHint().width() for part in parts)) + 2 * measures.GROUP
        return QSize(width, super().minimumSizeHint().height())

    def _name_it(self) -> None:
        said = (self._of, self._title.text(), self._text.text())
        self.setAccessibleName(". ".join(one.rstrip(".") for one in said if one))

    def _fit(self) -> None:
        """Centred in a box, a wrapped label would get the height of fewer lines than it has."""
        self._text.setFixedWidth(max(_LEAST, min(_WIDTH, self.width() - 2 * measures.GROUP)))
        self._text.setFixedHeight(max(0, self._text.heightForWidth(self._text.width())))

    def title(self) -> str:
        return self._title.text()

    def _go(self) -> None:
        if self._take is not None:
            self._take()
