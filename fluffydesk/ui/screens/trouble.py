"""The window when the app cannot open: what is the matter, and the ways out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from fluffydesk.errors import Refusal
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, IconLabel, Words, row

_WIDTH = 560


class TroubleWindow(QWidget):
    """One refusal in words, with a button for each way out, the first one first."""

    closed = Signal()

    def __init__(
        self, refusal: Refusal, ways: tuple[tuple[str, Callable[[], object]], ...]
    ) -> None:
        super().__init__()
        self.refusal = refusal
        self.setObjectName("page")
        self.setWindowTitle("FluffyDesk")
        self.resize(960, 640)
        card = QFrame()
        card.setProperty("role", "card")
        card.setFixedWidth(_WIDTH)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(32, 32, 32, 32)
        inside.setSpacing(measures.CARD)
        title = row(IconLabel("danger", "danger", 32), Words("FluffyDesk cannot open", Type.TITLE))
        title.addStretch(1)
        inside.addLayout(title)
        for text, role in ((refusal.message, ""), (refusal.advice, "muted")):
            if text:
                words = Words(text, role=role, wrap=True)
                words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                inside.addWidget(words)
        self.buttons = [
            Button(text, take, kind="primary" if number == 0 else "plain")
            for number, (text, take) in enumerate(ways)
        ]
        inside.addSpacing(measures.STEP)
        inside.addLayout(row(*self.buttons, None))
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        outer.addLayout(row(None, card, None))
        outer.addStretch(1)
        if self.buttons:
            self.buttons[0].setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()
