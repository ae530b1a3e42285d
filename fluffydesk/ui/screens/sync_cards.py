"""The cards of the sync centre: one for a conflict, one for a refused edit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from fluffydesk.actions.appointments import Slot
from fluffydesk.actions.saving import check
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.records.catalog import record_for
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.texts import moment_text, zone
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner, Card
from fluffydesk.ui.parts.chip import Chip
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.screens.reading.sync import ConflictRow, RefusedRow
from fluffydesk.ui.screens.sync_twin import TwinPart
from fluffydesk.work import Work

_MENDED = "Mended on this PC. It goes to central with the next sync."


def _button(
    text: str, pressed: Callable[[], None], *, kind: str = "plain", icon_role: str = ""
) -> Button:
    """Return a button that holds its card weakly: a card must not be kept by what lies on it."""
    made = Button(text, kind=kind, icon_role=icon_role)
    made.clicked.connect(pressed)
    return made


class Decision(Card):
    """A card that takes the focus itself, so that its letters can be pressed."""

    opened = Signal(str, object)
    """A table and the id of a row to open."""
    history = Signal(str, object)
    """A table and the id of a row whose history is wanted."""

    def __init__(self, title: str, table: str, row_id: UUID) -> None:
        super().__init__(title, wrap=True)
        self._row = table, row_id
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("role", "tile")  # the look of a card that shows its focus
        self.trouble = Banner("", "danger")
        self.story = _button("History  (H)", self._tell_history, kind="quiet")

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
        return {"h": self.story}

    def refuse(self, refusal: Refusal) -> None:
        """Show on the card why a decision could not be carried out."""
        self.trouble.say(str(refusal), "danger")
        self.setEnabled(True)

    def _open(self) -> None:
        self.opened.emit(*self._row)

    def _tell_history(self) -> None:
        self.history.emit(*self._row)

    def _step(self, by: int) -> None:
        around = self.parentWidget()
        cards = [] if around is None else around.findChildren(Decision)
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


class ConflictCard(Decision):
    """Three sides of one column beside each other; a person keeps one, or types a third value."""

    decided = Signal(object, object)
    """The conflict's id, and "mine", "theirs", "both" or a value."""

    def __init__(self, work: Work, shown: ConflictRow, mine: str) -> None:
        """`mine` says who and where this side is: "you, on Farm office"."""
        conflict = shown.conflict
        super().__init__(f"{shown.what} · {shown.column}", conflict.table, conflict.row_id)
        self.shown = shown
        self.act(Chip("Conflict", "warning"))
        if shown.asked:
            self.add(Words(shown.asked, Type.STRONG, wrap=True))
        them = conflict.their_user or "Somebody"
        device = f" on {conflict.their_device}" if conflict.their_device else ""
        sides = QGridLayout()
        sides.setSpacing(measures.STEP)
        self.sides = (
            _Side("Before", shown.base, "What both started from", tone=""),
            _Side("Mine", shown.mine, shown.mine_by or mine, tone="info"),
            _Side("Theirs", shown.theirs, f"{them}{device}{_at(conflict.at)}", tone="warning"),
        )
        for number, side in enumerate(self.sides):
            sides.addWidget(side, 0, number)
            sides.setColumnStretch(number, 1)
        self.add(sides)
        first = ("plain", "primary") if shown.stays else ("primary", "plain")
        self.mine = _button("Keep mine  (M)", self._keep_mine, kind=first[0])
        self.theirs = _button("Keep theirs  (T)", self._keep_theirs, kind=first[1])
        self.both = _button("Keep both  (B)", self._keep_both)
        if shown.both is None:
            self.both.hide()
        self.both.setToolTip(shown.both or "")
        self.other = _button("Another value  (O)", self._show_third)
        self.look = _button("Open", self._open, kind="quiet")
        if not conflict.column and conflict.mine is None:
            self.look.hide()
        if not conflict.column:
            self.other.hide()
        if shown.stays:
            for button in (self.mine, self.both, self.other):
                button.hide()
        self.add(Flow(self.mine, self.theirs, self.both, self.other, None, self.story, self.look))
        self._third = self._third_value(work)
        self.add(self._third)
        self.add(self.trouble)

    def keys(self) -> dict[str, Button]:
        decides = {"m": self.mine, "t": self.theirs, "b": self.both, "o": self.other}
        return {**super().keys(), **decides}

    def _third_value(self, work: Work) -> QWidget:
        box = QWidget()
        box.hide()
        conflict = self.shown.conflict
        if not conflict.column:
            return box
        column = record_for(conflict.table).__table__.columns[conflict.column]
        self.editor = editor_for(column, work)
        self.editor.set_value(conflict.mine)
        self.use = _button("Use this value", self._use, kind="primary")
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

    def _keep_mine(self) -> None:
        self._decide("mine")

    def _keep_theirs(self) -> None:
        self._decide("theirs")

    def _keep_both(self) -> None:
        self._decide("both")

    def _decide(self, keep: Any) -> None:
        self.setEnabled(False)
        self.decided.emit(self.shown.conflict.id, keep)


class RefusedCard(Decision):
    """A refused edit: why in words, and mend, retry or discard; discarding says what goes."""

    retried = Signal(object)
    discarded = Signal(object, object)
    """The id of the refused edit, and the keys of the rows that go with it."""
    moved = Signal(object, object)
    """The id of the refused edit, and the Slot that its visit takes."""
    shared = Signal(object)
    """The id of the refused edit, whose visit is double-booked on purpose."""
    sent_without = Signal(object)
    """The id of the refused edit, whose link to a row that is gone is taken out."""
    joined = Signal(object, object)
    """The id of the refused edit, and the Twin that it is to be made one with."""

    def __init__(self, shown: RefusedRow) -> None:
        refused = shown.refused
        super().__init__(refused.title, refused.table, refused.row_id)
        self.shown = shown
        self.act(Chip("Mended", "info") if shown.mended else Chip("Refused", "danger"))
        self.add(Words(refused.message, Type.STRONG, wrap=True))
        self.add(Words(_MENDED if shown.mended else refused.advice, wrap=True))
        self.add(Words(f"{shown.what}{_at(refused.at)}", Type.SMALL, "muted", wrap=True))
        self.slots = self._offer(shown)
        self.twin = TwinPart()
        self.twin.setVisible(shown.double)
        self.twin.known.connect(self.show_twin)
        self.add(self.twin)
        self.join = _button("Make them one  (J)", self._join, kind="primary")
        self.join.setVisible(False)
        kind = "plain" if self.slots or shown.double or shown.mended else "primary"
        self.mend = _button("Mend it  (M)", self._open, kind=kind, icon_role="edit")
        self.retry = _button("Try again  (T)", self._retry)
        self.share = _button("Double-book on purpose  (B)", self._share)
        self.share.setVisible(shown.shared and not shown.mended)
        self.without = _button(f"Send without “{shown.without}”  (W)", self._send_without)
        self.without.setVisible(bool(shown.without) and not shown.mended)
        self.drop = _button("Discard  (D)", self._ask, kind="danger")
        if not shown.there:
            self.mend.hide()
        if shown.mended:
            self.mend.setText("Mend it again  (M)")
            self.retry.hide()
        acts = (self.join, self.mend, self.without, self.share, self.retry)
        self.add(Flow(*acts, None, self.story, self.drop))
        self.question = QFrame()
        self.question.hide()
        asked = QVBoxLayout(self.question)
        asked.setContentsMargins(0, 0, 0, 0)
        goes = "\n".join(shown.goes) or f"{shown.what} is again as central has it."
        asked.addWidget(Banner(f"Discarding cannot be undone.\n{goes}", "danger"))
        words = "Discard all" if shown.also else "Discard it"
        self.sure = _button(words, self._discard, kind="danger")
        asked.addLayout(row(self.sure, _button("Keep it", self._keep), None))
        self.add(self.question)
        self.add(self.trouble)

    def keys(self) -> dict[str, Button]:
        slots = {str(number): button for number, button in enumerate(self.slots, start=1)}
        acts = {"m": self.mend, "t": self.retry, "d": self.drop, "j": self.join, "b": self.share}
        return {**super().keys(), **acts, "w": self.without, **slots}

    def show_twin(self) -> None:
        """Offer to make the two rows one, now that the other is known."""
        self.join.setVisible(self.twin.view is not None)

    def _join(self) -> None:
        if self.twin.view is not None:
            self.setEnabled(False)
            self.joined.emit(self.shown.refused.id, self.twin.view.twin)

    def _offer(self, shown: RefusedRow) -> list[Button]:
        """Show who has the time, and a button for each of the next that are free."""
        if shown.taken:
            self.add(Words(f"{shown.taken} Both are in the calendar until you decide.", wrap=True))
        if not shown.slots:
            return []
        buttons = [
            _button(
                f"{slot_text(slot)}  ({number})",
                self._take_slot,
                kind="primary" if number == 1 else "plain",
            )
            for number, slot in enumerate(shown.slots, start=1)
        ]
        for button in buttons:
            button.setAccessibleName(f"Move it to {button.text()}")
        self.add(Words("Next free times", Type.STRONG))
        self.add(Flow(*buttons))
        return buttons

    def _take_slot(self) -> None:
        pressed = self.sender()
        slot = next(
            s for s, one in zip(self.shown.slots, self.slots, strict=True) if one is pressed
        )
        self.setEnabled(False)
        self.moved.emit(self.shown.refused.id, slot)

    def _keep(self) -> None:
        self.question.hide()
        self.setFocus()

    def _retry(self) -> None:
        self.setEnabled(False)
        self.retried.emit(self.shown.refused.id)

    def _share(self) -> None:
        self.setEnabled(False)
        self.shared.emit(self.shown.refused.id)

    def _send_without(self) -> None:
        self.setEnabled(False)
        self.sent_without.emit(self.shown.refused.id)

    def _ask(self) -> None:
        self.question.show()
        self.sure.setFocus()

    def _discard(self) -> None:
        self.setEnabled(False)
        self.discarded.emit(self.shown.refused.id, self.shown.also)


def slot_text(slot: Slot) -> str:
    """Return a free time with its weekday: "Wed 11/03/2026 09:20"."""
    there = slot.starts.astimezone(zone())
    day = QLocale().dayName(there.isoweekday(), QLocale.FormatType.ShortFormat)
    return f"{day} {moment_text(slot.starts)}"


def _at(moment: datetime | None) -> str:
    return "" if moment is None else f", {moment_text(moment)}"
