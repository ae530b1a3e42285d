"""What a screen is: a page of the window that knows when its data is old."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Protocol, runtime_checkable
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QWidget

from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.types import local_now
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.permits import why_not
from fluffydesk.ui.undoing import Undoing, WayBack
from fluffydesk.work import Work

LATE_HOURS = 3
_MOST_UNDONE = 100

Primary = tuple[str, Callable[[], object]] | tuple[str, Callable[[], object], str]
"""The words of the one action, what it does, and its icon's role ("add" unless given)."""


@dataclass(frozen=True)
class Place:
    """Where to go: a screen, and what to show there."""

    key: str
    id: UUID | None = None
    text: str = ""
    """What to search for there."""
    part: str = ""
    """Which part of the screen, where it has several: the rows behind one tile of Today."""


@dataclass(frozen=True)
class Notice:
    """Something to tell in passing; `tone` is good, info, warning or danger."""

    text: str
    advice: str = ""
    tone: str = "good"
    undo: WayBack | None = None


def working_day() -> date:
    """Return the day whose work is done now: work that runs over midnight is done by three."""
    return (local_now() - timedelta(hours=LATE_HOURS)).date()


@runtime_checkable
class TakesFound(Protocol):
    """What shows more than a list, and goes by itself to what was searched for."""

    def take_found(self) -> None:
        """Take the keys, at the first that was found."""


class Screen(QWidget):
    """A page of the window.

    `group` puts it under a heading of the rail; a screen with an empty group is reached only by
    `go` (an animal's card). Reads go through `work`; `reload` is called before the screen is
    first seen, and again when a table it watches has changed, at once or when next seen.
    """

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    icon: ClassVar[str] = ""
    group: ClassVar[str] = ""
    watches: ClassVar[frozenset[str]] = frozenset()
    home: ClassVar[str] = ""
    """The screen of the rail that one without a group belongs to: an animal's card to animals."""
    sought: ClassVar[bool] = False
    """Ctrl+K finds it, though the rail does not lead to it: it needs no subject to show."""
    help: ClassVar[str] = ""
    """What F1 shows: plain sentences, a paragraph a line."""
    searches: ClassVar[str] = ""
    """The search field's hint ("Tag, name or group"); empty where there is nothing to search."""

    adds: ClassVar[type[Record] | None] = None
    """What the one action of the header adds: it is shut where the role may not."""

    go = Signal(object)
    told = Signal(object)
    titled = Signal(str)
    primary_changed = Signal()
    day_turned = Signal(object)
    """It is another day than this one (a date): what stands at it, for it was today, goes on."""

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.setObjectName("page")
        self.setAccessibleName(self.title)
        self._old = True
        self._ways_back: list[WayBack] = []
        self._undoing = Undoing(work, self)
        work.changed.connect(self.changed)

    @classmethod
    def counting(cls) -> Callable[[Mirror], int] | None:
        """Return what reads how many things wait here: the rail says it beside the title."""
        return None

    def reload(self) -> None:
        """Read everything anew, through `work.on_mirror`."""

    def search(self, text: str) -> None:
        """Show only what matches the text in the header's search field."""

    def go_to_found(self) -> None:
        """Give the keys to what a search has found: a calendar's first, or the first list."""
        shown = [one for one in self.findChildren(QAbstractScrollArea) if one.isVisible()]
        for area in shown:
            if isinstance(area, TakesFound):
                area.take_found()
                return
        lists = (one for one in shown if isinstance(one, QAbstractItemView))
        if (first := next(lists, None)) is not None:
            first.setFocus()

    def primary(self) -> Primary | None:
        """Return the one action of the header: its words and what it does."""
        return None

    def locked(self) -> str:
        """Return why the one action is shut for this person; "" if it is not."""
        return why_not(self.work.whose, self.adds)

    def arrive(self, place: Place) -> None:
        """Come here: show the row or the text that `place` names."""

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        """The screen's own keys and what they do, for F1: (("Ctrl+G", "Pick a group"),)."""
        return ()

    def changed(self, changes: Changes) -> None:
        """Note what was written; read anew if this screen shows it."""
        if self.watches.isdisjoint(changes):
            return
        if self.isVisible():
            self.reload()
        else:
            self._old = True

    def turn_day(self, before: date) -> None:
        """It is another day than `before`: what is said of today is read anew."""
        self.day_turned.emit(before)
        if self.isVisible():
            self.reload()
        else:
            self._old = True

    def tell(
        self,
        text: str,
        advice: str = "",
        *,
        tone: str = "good",
        undo: Callable[[], object] | None = None,
    ) -> None:
        """Show a notice at the bottom right, with Undo where there is a way back.

        What has one is also what `undo` takes back, the last first.
        """
        back = None if undo is None else WayBack(undo)
        if back is not None:
            self._ways_back = [*self._ways_back[1 - _MOST_UNDONE :], back]
        self.told.emit(Notice(text, advice, tone, back))

    def undo(self) -> None:
        """Take back what was told last with a way back, once all before is saved; Ctrl+Z."""
        self._undoing.ask(self._undo_last)

    def _undo_last(self) -> None:
        while self._ways_back:
            back = self._ways_back.pop()
            if back.is_open:
                back()
                return
        self.tell("There is nothing to undo here.", tone="info")

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal as a notice; fit to be a `failed` of `work`."""
        self.told.emit(Notice(refusal.message, refusal.advice, "warning"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._old:
            self._old = False
            self.reload()
