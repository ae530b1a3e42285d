"""One conversation: its messages, newest below, and the field to answer in."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from fluffydesk.ui.fields.texts import moment_text, number_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Page
from fluffydesk.ui.parts.controls import Button, Words, dismiss, put_in_place, row
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.screens.reading.messages import Said, Thread

_WIDE = 560
"""A message is no wider than this, px: longer lines are hard to read."""
_FIELD = 96
_QUOTED = 80


class AnswerField(QPlainTextEdit):
    """Where an answer is typed: Ctrl+Enter sends it, Esc leaves it as it is."""

    sent = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Answer")
        self.setPlaceholderText("Answer (Ctrl+Enter sends it)")
        self.setTabChangesFocus(True)
        self.setFixedHeight(_FIELD)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if held and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class ThreadView(QWidget):
    """A conversation. What is being typed is kept for each, also while another is shown."""

    def __init__(self, to_client: Callable[[], object], earlier: Callable[[], object]) -> None:
        super().__init__()
        self.shown: Thread | None = None
        self._to_client, self._earlier = to_client, earlier
        self._drafts: dict[UUID, str] = {}
        self.title = Words("", Type.HEADING, wrap=True)
        self.note = Words("", role="muted", wrap=True)
        self.client = Button("Client's card", to_client, kind="link")
        self.field = AnswerField()
        self.wrong = Words("", Type.SMALL, "danger", wrap=True)
        self.wrong.hide()
        self.send = Button("Send", self.field.sent.emit, kind="primary")
        self.send.setToolTip("Ctrl+Enter")
        self._body: QWidget = Empty("Choose a conversation", "Its messages are shown here.")
        self._foot = QWidget()
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(measures.STEP)
        foot.addWidget(self.field)
        foot.addWidget(self.wrong)
        foot.addLayout(row(None, self.send))
        head = row(self.title, self.client)
        head.setStretch(0, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(measures.STEP)
        self._column.addLayout(head)
        self._column.addWidget(self.note)
        self._column.addWidget(self._body, 1)
        self._column.addWidget(self._foot)
        self.field.textChanged.connect(self._typed)
        self.clear()

    def clear(self) -> None:
        """Show that nothing is chosen."""
        self._keep_draft()
        self.shown = None
        for part in (self.title, self.note, self.client, self._foot):
            part.hide()
        self._put(Empty("Choose a conversation", "Its messages are shown here."))

    def show_thread(self, found: Thread) -> None:
        """Show a conversation; what was typed into another is kept there."""
        other = self.shown is None or self.shown.talk.id != found.talk.id
        if other:
            self._keep_draft()
        self.shown = found
        talk = found.talk
        self.title.setText(talk.who)
        state = "" if talk.is_open else "Closed: an answer opens it again."
        self.note.setText(" · ".join(part for part in (talk.subject, state) if part))
        self.title.show()
        self.note.setVisible(bool(self.note.text()))
        self.client.setVisible(talk.client_id is not None)
        self._foot.show()
        if other:
            self.field.setPlainText(self._drafts.get(talk.id, ""))
            self.say("")
        self._put(self._page(found))

    def lock(self, why: str) -> None:
        """Shut the field for who may not answer; "" opens it."""
        self.field.setEnabled(not why)
        self.send.setEnabled(not why)
        self.field.setToolTip(why)
        self.field.setAccessibleDescription(why)

    def say(self, wrong: str) -> None:
        """Say under the field why an answer was not taken; "" takes it away."""
        self.wrong.setText(wrong)
        self.wrong.setVisible(bool(wrong))
        self.field.setAccessibleDescription(wrong)

    def sent(self, conversation: UUID) -> None:
        """Forget what was typed: it is written down."""
        self._drafts.pop(conversation, None)
        if self.shown is not None and self.shown.talk.id == conversation:
            self.field.clear()

    def lines(self) -> list[str]:
        """Return the texts that are shown, for tests and screen readers."""
        return [words.text() for words in self._body.findChildren(Words) if words.text()]

    def _page(self, found: Thread) -> Page:
        page = Page(measures.STEP)
        page.column.setContentsMargins(0, 0, measures.CARD, 0)
        if found.earlier:
            text = f"Show earlier ones ({number_text(found.earlier)})"
            page.add(Button(text, self._earlier, kind="link"))
        for one in found.said:
            page.add(_message(one))
        if not found.said:
            page.add(Words("Nothing was said yet.", role="muted"))
        page.column.addStretch(1)
        bar = page.verticalScrollBar()
        # The newest is below; its height is known once it is laid out.
        bar.rangeChanged.connect(lambda _, most: bar.setValue(most))
        return page

    def _put(self, body: QWidget) -> None:
        old, self._body = self._body, body
        put_in_place(self._column, old, body)
        self._column.setStretchFactor(body, 1)
        dismiss(old)

    def _keep_draft(self) -> None:
        if self.shown is not None:
            self._drafts[self.shown.talk.id] = self.field.toPlainText()

    def _typed(self) -> None:
        if self.wrong.text():
            self.say("")


def state_of(one: Said) -> str:
    """Return what is to be known of a message beside who and when; "" for nothing."""
    if one.refused:
        return "Refused by central: see the sync centre"
    if one.waits:
        return "Waits to be sent"
    return "Edited" if one.edited and not one.taken_back else ""


def _message(one: Said) -> QWidget:
    """Who, when and what; ours stand at the right."""
    box = QFrame()
    box.setProperty("role", "card")
    box.setMaximumWidth(_WIDE)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
    inside = QVBoxLayout(box)
    inside.setContentsMargins(12, measures.STEP, 12, measures.STEP)
    inside.setSpacing(measures.TIGHT)
    who = "You" if one.mine else one.who
    head = " · ".join(part for part in (who, moment_text(one.at), state_of(one)) if part)
    inside.addWidget(Words(head, Type.SMALL, "danger" if one.refused else "muted", wrap=True))
    if one.answers:
        quoted = one.answers if len(one.answers) <= _QUOTED else f"{one.answers[:_QUOTED]}…"
        inside.addWidget(Words(f"Answers: “{quoted}”", Type.SMALL, "muted", wrap=True))
    for text in _texts(one):
        words = Words(text, role="muted" if one.taken_back or one.from_system else "", wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside.addWidget(words)
    box.setAccessibleName(f"{head}: {' '.join(_texts(one))}")
    line = QWidget()
    beside = row(spacing=0)
    beside.addStretch(1 if one.ours else 0)
    beside.addWidget(box, 6)
    beside.addStretch(0 if one.ours else 1)
    line.setLayout(beside)
    return line


def _texts(one: Said) -> tuple[str, ...]:
    if one.taken_back:
        return ("Taken back",)
    attached = f"Attached: {one.attachment} (open it on the platform)" if one.attachment else ""
    return tuple(text for text in (one.text, attached) if text)
