"""The notifications of the person at this PC: read by a key, which goes where they lead."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.actions import messages
from fluffydesk.mirror.changes import Changes
from fluffydesk.records.enums.communication import NotificationPriority
from fluffydesk.ui.fields.texts import moment_text, words
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.controls import Button, Segments, Words
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.firsts_table import FirstsTable
from fluffydesk.ui.screens.reading.firsts import Firsts
from fluffydesk.ui.screens.reading.messages import Told, notifications
from fluffydesk.ui.screens.rows_table import Shown
from fluffydesk.wording import counted

_WHICH: list[tuple[str, object]] = [("All", False), ("Unread", True)]
_PRESSING = {NotificationPriority.HIGH: "warning", NotificationPriority.URGENT: "danger"}


def _state(one: Told) -> str:
    pressing = words(one.priority) if one.priority in _PRESSING else "New"
    return "Read" if one.read_at else pressing


def _tone(one: Told) -> str:
    return "plain" if one.read_at else _PRESSING.get(one.priority, "info")


_COLUMNS = (
    Shown("State", _state, 100, tone=_tone),
    Shown("What", lambda one: one.title, 300),
    Shown("About", lambda one: words(one.kind), 130),
    Shown("When", lambda one: moment_text(one.at), 150, sort=lambda one: one.at),
    Shown("Leads to", lambda one: words(one.screen), 120, spare=True),
)


class NoticesPart(QWidget):
    """The list, and the chosen one in full below."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self.page, self.work = screen, screen.work
        self.which = Segments("Which notifications", _WHICH)
        self.which.chosen.connect(self.reload)
        self.count = Words("", role="muted")
        self.list = FirstsTable("Notifications", _COLUMNS)
        self.list.say_when_empty(
            "No notifications",
            "What the platform tells you stands here: bookings, messages, orders.",
        )
        self.list.current_changed.connect(self._chosen)
        self.list.opened.connect(lambda _: self.open())
        self.list.wanted.connect(self.reload)
        self.card = Card(" ", wrap=True)
        self.body = Words("", role="muted", wrap=True)
        self.body.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.card.add(self.body)
        self.card.hide()
        self.keys = (
            ("Open", "O", "next", "Read it, and go where it leads", self.open),
            ("Read", "Space", "tick", "It is read", self.read),
            ("All read", "A", "list", "All of them are read", self.read_all),
        )
        buttons = []
        for text, key, icon, tip, act in self.keys:
            button = Button(text, act, icon_role=icon)
            button.setToolTip(f"{tip} ({key})")
            buttons.append(button)
            bind(self.list, {key: button.click})
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.STEP)
        column.addWidget(Flow(self.which, *buttons, None, self.count))
        column.addWidget(self.list, 1)
        column.addWidget(self.card)
        self.setFocusProxy(self.list)

    def reload(self, _: object = None) -> None:
        """Read them anew."""
        job = partial(notifications, only_unread=bool(self.which.value()), most=self.list.most)
        self.work.on_mirror(job, self._show, latest=True)

    def chosen(self) -> Told | None:
        """Return the chosen notification."""
        found = self.list.current()
        return found if isinstance(found, Told) else None

    def open(self) -> None:
        """Read the chosen one, and go where it leads."""
        one = self.chosen()
        if one is None:
            return
        self.read()
        if one.screen:
            self.page.go.emit(Place(one.screen, one.target))
        else:
            self.page.tell("It leads nowhere on this PC.", one.body, tone="info")

    def read(self) -> None:
        """Note that the chosen one was read."""
        one = self.chosen()
        if one is not None and one.read_at is None:
            self.work.act(partial(messages.read, notification_id=one.id), None, self.page.refuse)

    def read_all(self) -> None:
        """Note that all were read."""
        self.work.act(messages.read_all, self._all_read, self.page.refuse)

    def _all_read(self, done: tuple[tuple[UUID, ...], Changes]) -> None:
        count = len(done[0])
        undo = partial(self._unread, done[0]) if count else None
        told = f"{counted(count, 'notification is', 'notifications are')} read."
        self.page.tell(told, undo=undo)

    def _unread(self, keys: tuple[UUID, ...]) -> None:
        job = partial(messages.unread, notifications=keys)
        self.work.act(job, None, self.page.refuse)

    def _show(self, found: Firsts[Told]) -> None:
        self.list.show_firsts(found, select_first=True)
        self.count.setText(counted(found.total, "notification", "notifications"))
        self._chosen(self.list.current())

    def _chosen(self, chosen: object) -> None:
        self.card.setVisible(isinstance(chosen, Told))
        if isinstance(chosen, Told):
            self.card.heading.setText(chosen.title)
            self.body.setText(chosen.body or "Nothing more is said.")
