"""A line of what there is to do: how many, of what, and what comes first; it opens its rows."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from fluffydesk.ui.fields.texts import number_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import IconLabel, Title, Words, row

HEIGHT = 46


class TodoLine(QFrame):
    """An icon, a title with its first case below it, and how many there are.

    `pressed` is emitted by a click, Enter or Space.
    """

    pressed = Signal()

    def __init__(
        self, title: str, nothing: str, icon_role: str, tip: str = "", parent: QWidget | None = None
    ) -> None:
        """`nothing` says what is so when there is nothing to do; `tip` what is counted."""
        super().__init__(parent)
        self.setProperty("role", "todo")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(HEIGHT)
        self.setToolTip(tip)
        self._title, self._nothing, self._icon_role = title, nothing, icon_role
        self._icon = IconLabel(icon_role, "muted")
        self.heading = Words(title)
        self.words = Title(Type.SMALL)
        self.words.setMinimumWidth(40)
        self.count = Words("", Type.HEADING)
        texts = QVBoxLayout()
        texts.setContentsMargins(0, 0, 0, 0)
        texts.setSpacing(0)
        texts.addWidget(self.heading)
        texts.addWidget(self.words)
        line = row(self._icon, 4, texts, self.count)
        line.setStretch(2, 1)
        line.setContentsMargins(measures.STEP, 2, measures.STEP, 2)
        self.setLayout(line)
        self.show_count(0)

    def show_count(self, count: int, words: str = "", *, pressing: bool = False) -> None:
        """Show how many there are and what is first; `pressing` where that is late."""
        said = words[:1].upper() + words[1:] if count else self._nothing
        self.count.setText(number_text(count))
        self.count.set_role("" if count else "muted")
        self.heading.set_role("" if count else "muted")
        self.words.setText(said)
        self.words.setToolTip(said)
        self.words.set_role("warning" if pressing else "muted")
        self._icon.set_icon(
            "warning" if pressing else self._icon_role,
            "warning" if pressing else "accent" if count else "muted",
        )
        late = "Presses: " if pressing else ""
        self.setAccessibleName(f"{self._title}: {number_text(count)}. {late}{said}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.pressed.emit()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
            return
        super().keyPressEvent(event)
