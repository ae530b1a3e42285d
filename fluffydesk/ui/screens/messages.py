"""Messages of the clinic, read and answered, and the person's notifications."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from fluffydesk.actions import messages
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.communication import Message
from fluffydesk.records.enums.communication import ConversationStatus
from fluffydesk.ui.fields.texts import moment_text, number_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Button, Segments, Words, row
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.permits import Permit, why_not
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.firsts_table import FirstsTable
from fluffydesk.ui.screens.messages_notices import NoticesPart
from fluffydesk.ui.screens.messages_thread import ThreadView
from fluffydesk.ui.screens.reading.messages import (
    CLIENT,
    Talk,
    Talks,
    Thread,
    talks,
    thread,
    to_look_at,
)
from fluffydesk.ui.screens.rows_table import Shown
from fluffydesk.wording import counted
from fluffydesk.work import Work

_PARTS: list[tuple[str, object]] = [("Conversations", "talks"), ("Notifications", "told")]
_WHICH: list[tuple[str, object]] = [("Open", True), ("All", False)]
_TALK = 800
"""A conversation is no wider, px: its two sides stay near each other."""
_AT_ONCE = 40
"""Messages shown of a conversation; the earlier ones are asked for."""
_NEW = (
    "Clients write on the platform, and what they write stands here. A new conversation with "
    "somebody is begun there too, for it must be known who is in it: that needs central."
)


def state_of(talk: Talk) -> tuple[str, str | None]:
    """Return how a conversation stands, in words, and the tone of that."""
    if talk.waits:
        return "Waits to be sent", "info"
    if talk.unanswered:
        return "Unanswered", "warning"
    return ("Answered", "good") if talk.is_open else ("Closed", "plain")


def _who(talk: Talk) -> str:
    """Return whom it is with; of somebody nobody knows, what it is about."""
    return talk.subject if talk.subject and talk.who == CLIENT else talk.who


def _last(talk: Talk) -> str:
    line = " ".join(talk.last.split())
    return f"{talk.last_by}: {line}" if line and talk.last_by == "You" else line


_COLUMNS = (
    Shown("Who", _who, 130),
    Shown("State", lambda one: state_of(one)[0], 120, tone=lambda one: state_of(one)[1]),
    Shown("Last", _last, 150),
    Shown(
        "When",
        lambda one: moment_text(one.last_at) if one.last_at else "",
        130,
        sort=lambda one: one.last_at,
        spare=True,
    ),
    Shown("Subject", lambda one: one.subject, 130, spare=True),
)


class MessagesScreen(Screen):
    """The conversations, the chosen one beside them, and on the other part the notifications."""

    key = "messages"
    title = "Messages"
    icon = "messages"
    group = "Office"
    watches = frozenset(
        {"messages", "conversations", "notifications", "clinic_clients", "profiles"}
    )
    searches = "Who, subject or words"
    help = (
        "What clients write to the clinic; everybody who works here reads and answers. First come "
        "those unanswered: the last message is not from one of us. Enter goes to the answer, "
        "Ctrl+Enter sends it, Esc goes back to the list; what was typed stays.\n"
        "Offline an answer waits like any edit, and says so until it is sent. Two who answer at "
        "once are both heard.\n"
        "X closes a conversation, or opens it again; a new message opens it by itself. Taking "
        "one's own last message back leaves an empty place, for good.\n"
        "A new conversation is begun on the platform, for central must know who is in it.\n"
        "Notifications are one person's own: Enter reads one and goes where it leads."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._most = _AT_ONCE
        self._wanted: UUID | None = None
        self._sending = False
        self.which = Segments("Part", _PARTS)
        self.only = Segments("Which", _WHICH)
        self.count = Words("", role="muted")
        self.list = FirstsTable("Conversations", _COLUMNS)
        self.list.say_when_empty("No conversations yet", _NEW)
        self.list.current_changed.connect(self._chosen)
        self.list.opened.connect(lambda _: self.to_answer())
        self.list.wanted.connect(self.reload)
        self.view = ThreadView(self.to_client, self.more)
        self.view.field.sent.connect(self.answer)
        self.view.field.left.connect(self.list.setFocus)
        self.told_part = NoticesPart(self)
        self.buttons: dict[str, Button] = {}
        self.keys = (
            ("Answer", "R", "edit", "Go to the answer", self.to_answer),
            ("Close or open", "X", "good", "Close it, or open it again", self.turn_status),
            ("Take back", "T", "undo", "Take your last message in it back", self.take_back),
            ("Client", "C", "client", "Go to the client's card", self.to_client),
        )
        self._arrange()
        self.which.chosen.connect(self._turn)
        self.only.chosen.connect(self.reload)
        work.whose_changed.connect(self._lock)
        self._lock()

    @classmethod
    def counting(cls) -> Callable[[Mirror], int]:
        return to_look_at

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        parts = tuple((f"Ctrl+{n}", str(title)) for n, (title, _) in enumerate(_PARTS, 1))
        if self.which.value() == "told":
            return (*((key, tip) for _, key, _, tip, _ in self.told_part.keys), *parts)
        acts = tuple((key, tip) for _, key, _, tip, _ in self.keys)
        return (*acts, ("Ctrl+Enter", "Send the answer"), ("Esc", "Back to the list"), *parts)

    def reload(self, _: object = None) -> None:
        if self.which.value() == "told":
            self.told_part.reload()
            return
        job = partial(talks, only_open=bool(self.only.value()), most=self.list.most)
        self.work.on_mirror(job, self._show, latest=True)

    def showEvent(self, event: QShowEvent) -> None:
        """The arrows move in the list at once."""
        super().showEvent(event)
        self._to_list()

    def search(self, text: str) -> None:
        self.list.search(text)
        self.told_part.list.search(text)

    def primary(self) -> Primary | None:
        if self.which.value() == "told":
            return "Mark all as read", self.told_part.read_all, "tick"
        return "Answer", self.to_answer, "edit"

    def locked(self) -> str:
        return "" if self.which.value() == "told" else why_not(self.work.whose, Message)

    def arrive(self, place: Place) -> None:
        """Show a conversation, or the notifications."""
        if place.part in ("talks", "told"):
            self.which.set_value(place.part)
        if place.id is not None:
            self.which.set_value("talks")
            self.only.set_value(False)
            self._wanted = place.id
            self.reload()

    def chosen(self) -> Talk | None:
        """Return the chosen conversation."""
        found = self.list.current()
        return found if isinstance(found, Talk) else None

    def to_answer(self) -> None:
        """Go to the field of the chosen conversation."""
        if self.chosen() is not None:
            self.view.field.setFocus()

    def to_client(self) -> None:
        """Go to the client's card."""
        talk = self.chosen()
        if talk is not None and talk.client_id is not None:
            self.go.emit(Place("clients", talk.client_id))
        elif talk is not None:
            self.tell("No client of the clinic has this account.", tone="info")

    def answer(self) -> None:
        """Send what was typed; it waits while offline."""
        if self.view.shown is None or self._sending:
            return
        talk, text = self.view.shown.talk.id, self.view.field.toPlainText()
        self._sending = True
        self.work.act(partial(_answer, talk=talk, text=text), self._answered, self._refused)

    def take_back(self) -> None:
        """Take the person's own last message of the shown conversation back."""
        shown = self.view.shown
        own = [one for one in shown.said if one.mine and not one.taken_back] if shown else []
        if not own:
            self.tell("You have no message here to take back.", tone="info")
            return
        job = partial(messages.take_back, message_id=own[-1].id)
        self.work.act(job, self._took_back, self.refuse)

    def turn_status(self) -> None:
        """Close the chosen conversation, or open it again."""
        talk = self.chosen()
        if talk is not None:
            self._put_status(talk.id, closed=talk.is_open)

    def more(self) -> None:
        """Show twice as many of the earlier messages."""
        self._most *= 2
        self._read_thread(self.chosen())

    def _arrange(self) -> None:
        for text, key, icon, tip, act in self.keys:
            button = Button(text, act, icon_role=icon)
            button.setToolTip(f"{tip} ({key})")
            if text != "Client":
                Permit(button, self.work, Message)
            self.buttons[text] = button
            bind(self.list, {key: button.click})
        both = row(spacing=measures.GROUP)
        both.addWidget(self.list, 1)
        both.addWidget(self.view, 1)
        self.view.setMaximumWidth(_TALK)
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(measures.STEP)
        inside.addWidget(Flow(self.only, *self.buttons.values(), None, self.count))
        inside.addLayout(both, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(page)
        self.stack.addWidget(self.told_part)
        parts = enumerate(_PARTS, 1)
        bind(self, {f"Ctrl+{n}": partial(self._go_to, name) for n, (_, name) in parts})
        outer = QVBoxLayout(self)
        outer.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        outer.setSpacing(12)
        outer.addLayout(row(self.which, None))
        outer.addWidget(self.stack, 1)

    def _go_to(self, name: object) -> None:
        self.which.set_value(name)
        self._to_list()

    def _turn(self, _: object) -> None:
        self.stack.setCurrentIndex(1 if self.which.value() == "told" else 0)
        self.primary_changed.emit()
        self.reload()
        self._to_list()

    def _to_list(self) -> None:
        part = self.told_part if self.which.value() == "told" else self.list
        self.setFocusProxy(part)
        part.setFocus()

    def _lock(self, _: object = None) -> None:
        self.view.lock(why_not(self.work.whose, Message))

    def _show(self, found: Talks) -> None:
        self.list.show_firsts(found, select_first=self._wanted is None)
        if self._wanted is not None:
            self.list.select(self._wanted)
            self._wanted = None
        still = found.unanswered
        said = [counted(found.total, "conversation", "conversations")]
        said += [f"{number_text(still)} unanswered"] if still else []
        self.count.setText(" · ".join(said))
        self._read_thread(self.chosen())

    def _chosen(self, talk: object) -> None:
        self._most = _AT_ONCE
        self._read_thread(talk if isinstance(talk, Talk) else None)

    def _read_thread(self, talk: Talk | None) -> None:
        if talk is None:
            self.view.clear()
        else:
            job = partial(thread, conversation_id=talk.id, most=self._most)
            self.work.on_mirror(job, self._show_thread, latest=True)

    def _show_thread(self, found: Thread | None) -> None:
        talk = self.chosen()
        if found is None or talk is None:
            self.view.clear()
        elif found.talk.id == talk.id:
            self.view.show_thread(found)

    def _answered(self, done: tuple[UUID, Changes]) -> None:
        self._sending = False
        self.view.sent(done[0])

    def _refused(self, refusal: Refusal) -> None:
        self._sending = False
        self.view.say(str(refusal))

    def _took_back(self, _: Changes) -> None:
        self.tell("Your message is taken back.", "Its place stays, empty.")

    def _put_status(self, talk: UUID, *, closed: bool) -> None:
        status = ConversationStatus.CLOSED if closed else ConversationStatus.OPEN
        job = partial(_set_status, talk=talk, status=status)
        self.work.act(job, self._status_put, self.refuse)

    def _status_put(self, done: tuple[UUID, bool, Changes]) -> None:
        talk, closed, _ = done
        told = "The conversation is closed." if closed else "The conversation is open."
        self.tell(told, undo=partial(self._put_status, talk, closed=not closed))


def _answer(mirror: Mirror, talk: UUID, text: str) -> tuple[UUID, Changes]:
    return talk, messages.answer(mirror, talk, text)[1]


def _set_status(
    mirror: Mirror, talk: UUID, status: ConversationStatus
) -> tuple[UUID, bool, Changes]:
    changes = messages.set_status(mirror, talk, status)
    return talk, status == ConversationStatus.CLOSED, changes
