"""The cards of the sync centre: one for a conflict, one for a refused edit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from fluffydesk.actions.saving import check
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.records.catalog import record_for
from fluffydesk.ui.fields import editor_for
from fluffydesk.ui.fields.texts import moment_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner, Card
from fluffydesk.ui.parts.chip import Chip
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.screens.reading.sync import ConflictRow, RefusedRow
from fluffydesk.work import Work


class _Decision(Card):
    """A card that takes the focus itself, so that its letters can be pressed."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("role", "tile")  # the look of a card that shows its focus
        self.trouble = Banner("", "danger")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = event.text().lower()
        button = self.keys().get(letter)
        if button is not None and button.isEnabled() and not button.isHidden():
            button.click()
            return
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if event.key() == Qt.Key.Key_Down else -1)
            return
        super().keyPressEvent(event)

    def keys(self) -> dict[str, Button]:
        """Return the letters that press a button."""
        return {}

    def refuse(self, refusal: Refusal) -> None:
        """Show on the card why a decision could not be carried out."""
        self.trouble.say(str(refusal), "danger")
        self.setEnabled(True)

    def _step(self, by: int) -> None:
        around = self.parentWidget()
        cards = [] if around is None else around.findChildren(_Decision)
        at = cards.index(self) + by if self in cards else -1
        if 0 <= at < len(cards):
            cards[at].setFocus()


class _Side(QFrame):
    """One side of a conflict: whose it is, the value, and when."""

    def __init__(self, whose: str, value: str, note: str, *, tone: str) -> None:
        super().__init__()
        self.setProperty("role", "banner" if tone else "card")
        self.setProperty("tone", tone)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(measures.TIGHT)
        column.addWidget(Words(whose, Type.SMALL, "muted"))
        self.value = Words(value, Type.STRONG, wrap=True)
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.value)
        column.addStretch(1)
        column.addWidget(Words(note, Type.SMALL, "muted", wrap=True))
        self.setAccessibleName(f"{whose}: {value}. {note}")


class ConflictCard(_Decision):
    """Three sides of one column beside each other; a person keeps one, or types a third value."""

    decided = Signal(object, object)
    """The conflict's id, and "mine", "theirs" or a value."""
    opened = Signal(str, object)

    def __init__(self, work: Work, shown: ConflictRow, mine: str) -> None:
        """`mine` says who and where this side is: "you, on Farm office"."""
        super().__init__(f"{shown.what} · {shown.column}")
        self.shown = shown
        conflict = shown.conflict
        self.act(Chip("Conflict", "warning"))
        them = conflict.their_user or "Somebody"
        device = f" on {conflict.their_device}" if conflict.their_device else ""
        sides = QGridLayout()
        sides.setSpacing(measures.STEP)
        self.sides = (
            _Side("Before", shown.base, "What both started from", tone=""),
            _Side("Mine", shown.mine, mine, tone="info"),
            _Side("Theirs", shown.theirs, f"{them}{device}{_at(conflict.at)}", tone="warning"),
        )
        for number, side in enumerate(self.sides):
            sides.addWidget(side, 0, number)
            sides.setColumnStretch(number, 1)
        self.add(sides)
        self.mine = Button("Keep mine  (M)", lambda: self._decide("mine"), kind="primary")
        self.theirs = Button("Keep theirs  (T)", lambda: self._decide("theirs"))
        self.other = Button("Another value  (O)", self._show_third)
        self.look = Button("Open", self._open, kind="quiet")
        self.other.setVisible(bool(conflict.column))
        self.add(row(self.mine, self.theirs, self.other, None, self.look))
        self._third = self._third_value(work)
        self.add(self._third)
        self.add(self.trouble)

    def keys(self) -> dict[str, Button]:
        return {"m": self.mine, "t": self.theirs, "o": self.other}

    def _third_value(self, work: Work) -> QWidget:
        box = QWidget()
        box.hide()
        conflict = self.shown.conflict
        if not conflict.column:
            return box
        column = record_for(conflict.table).__table__.columns[conflict.column]
        self.editor = editor_for(column, work)
        self.editor.set_value(conflict.mine)
        self.use = Button("Use this value", self._use, kind="primary")
        line = row(self.editor, self.use, None)
        line.setAlignment(self.use, Qt.AlignmentFlag.AlignTop)
        self.editor.setFixedWidth(360)
        box.setLayout(line)
        return box

    def _show_third(self) -> None:
        self._third.show()
        self.editor.setFocus()

    def _use(self) -> None:
        conflict = self.shown.conflict
        try:
            typed = {conflict.column: self.editor.value()}
            value = check(record_for(conflict.table), typed, partial=True)[conflict.column]
        except InvalidValue as problem:
            self.editor.set_wrong(True)
            self.trouble.say(str(problem), "danger")
            return
        self._decide(value)

    def _decide(self, keep: Any) -> None:
        self.setEnabled(False)
        self.decided.emit(self.shown.conflict.id, keep)

    def _open(self) -> None:
        self.opened.emit(self.shown.conflict.table, self.shown.conflict.row_id)


class RefusedCard(_Decision):
    """A refused edit: why in words, and mend, retry or discard; discarding says what goes."""

    mended = Signal(str, object)
    retried = Signal(object)
    discarded = Signal(object)

    def __init__(self, shown: RefusedRow) -> None:
        super().__init__(shown.refused.title)
        self.shown = shown
        refused = shown.refused
        self.act(Chip("Refused", "danger"))
        self.add(Words(refused.message, Type.STRONG, wrap=True))
        self.add(Words(refused.advice, wrap=True))
        self.add(Words(f"{shown.what}{_at(refused.at)}", Type.SMALL, "muted", wrap=True))
        self.mend = Button("Mend it  (M)", self._mend, kind="primary", icon_role="edit")
        self.retry = Button("Try again  (T)", self._retry)
        self.drop = Button("Discard  (D)", self._ask, kind="danger")
        self.mend.setVisible(shown.there)
        self.add(row(self.mend, self.retry, None, self.drop))
        self.question = QFrame()
        self.question.hide()
        asked = QVBoxLayout(self.question)
        asked.setContentsMargins(0, 0, 0, 0)
        goes = "\n".join(shown.goes) or f"{shown.what} is again as central has it."
        asked.addWidget(Banner(f"Discarding cannot be undone.\n{goes}", "danger"))
        self.sure = Button("Discard it", self._discard, kind="danger")
        asked.addLayout(row(self.sure, Button("Keep it", self.question.hide), None))
        self.add(self.question)
        self.add(self.trouble)

    def keys(self) -> dict[str, Button]:
        return {"m": self.mend, "t": self.retry, "d": self.drop}

    def _mend(self) -> None:
        self.mended.emit(self.shown.refused.table, self.shown.refused.row_id)

    def _retry(self) -> None:
        self.setEnabled(False)
        self.retried.emit(self.shown.refused.id)

    def _ask(self) -> None:
        self.question.show()
        self.sure.setFocus()

    def _discard(self) -> None:
        self.setEnabled(False)
        self.discarded.emit(self.shown.refused.id)


def _at(moment: datetime | None) -> str:
    return "" if moment is None else f", {moment_text(moment)}"
