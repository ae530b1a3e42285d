"""A part of the screen of reminders: filters, acts by key, a list, and the chosen one's card."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.records.access import Verb
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.fields.texts import words
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Button, DropDown, Words, row
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.permits import Permit, why_not
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.firsts_table import FirstsTable
from fluffydesk.ui.screens.rows_table import Shown
from fluffydesk.ui.screens.side_card import SideCard

Key = tuple[str, str, str, str, Callable[[], object]]
"""Words, key, icon, what the key does in words, and what it does."""


class ReminderPart(QWidget):
    """A list with its acts as buttons and keys; a subclass says what stands on the card."""

    def __init__(self, screen: Screen, name: str, columns: Sequence[Shown], hint: str) -> None:
        super().__init__()
        self.page, self.work = screen, screen.work
        self.list = FirstsTable(name, columns)
        self.list.current_changed.connect(self.show_card)
        self.list.wanted.connect(self.reload)
        self.count = Words("", role="muted")
        self.card = SideCard(hint)
        self.buttons: dict[str, Button] = {}
        self.keys: tuple[Key, ...] = ()
        self.setFocusProxy(self.list)

    def reload(self, _: object = None) -> None:
        """Read the part anew."""
        raise NotImplementedError

    def show_card(self, chosen: object) -> None:
        """Show the chosen one, or that none is."""
        raise NotImplementedError

    def arrange(
        self, filters: Sequence[QWidget], keys: Sequence[Key], about: type[Record], verb: Verb
    ) -> None:
        """Lay out the filters, a button for each key, the list and the card."""
        self.keys = tuple(keys)
        for text, key, icon, tip, act in keys:
            button = Button(text, act, icon_role=icon)
            button.setToolTip(f"{tip} ({key})")
            Permit(button, self.work, about, verb)
            self.buttons[text] = button
            bind(self.list, {key: button.click})
        line = row(spacing=measures.CARD)
        line.addWidget(self.list, 1)
        line.addWidget(self.card)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.STEP)
        if filters:
            column.addWidget(Flow(*filters, None, self.count))
            column.addWidget(Flow(*self.buttons.values()))
        else:
            column.addWidget(Flow(*self.buttons.values(), None, self.count))
        column.addLayout(line, 1)

    def locked(self, about: type[Record]) -> Callable[[], str]:
        """Return what says why a first step is shut for this person."""
        return lambda: why_not(self.work.whose, about)


def choice(name: str, every: str, values: Sequence[str]) -> DropDown:
    """Return a filter by one of the values of a closed list; `every` is none of them."""
    found = DropDown()
    found.setAccessibleName(name)
    found.addItem(every, None)
    for value in values:
        found.addItem(words(value), value)
    return found
