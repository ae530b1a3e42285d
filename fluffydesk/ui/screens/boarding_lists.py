"""Today's lists of boarding: who comes and goes, who is here, and the extras to be ticked off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal

from fluffydesk.actions.stays import NO_VACCINATION
from fluffydesk.records.enums.booking import BookingStatus
from fluffydesk.ui.fields.texts import clock_text, day_text, money_text, words
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Card, Page
from fluffydesk.ui.parts.controls import Button
from fluffydesk.ui.parts.flow import Tiles
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.screens.reading.stays import Chore, Lists, Stay
from fluffydesk.ui.screens.rows_table import RowsTable, Shown

_LOWEST, _LEAST = 168, 340
"""How low a list may be and how narrow its card, px: then they stand in one column and scroll."""


class BoardingLists(Page):
    """Four lists; a key each for what is done most: I, O and Space."""

    opened = Signal(object)
    """A stay's id."""
    acted = Signal(str, object)
    """What is done to a stay ("in", "out", "bill", "extras"), and its id."""
    ticked = Signal(object)
    """An extra that is ticked off, or opened again."""

    def __init__(self) -> None:
        super().__init__()
        self.lists: Lists | None = None
        self.coming = RowsTable("Coming today", self._coming_columns())
        self.going = RowsTable("Going home today", _going_columns())
        self.here = RowsTable("Here", _here_columns())
        self.chores = RowsTable("Extras today", _chore_columns())
        self.coming.say_when_empty("Nobody else comes", "Stays that begin today stand here.")
        self.going.say_when_empty("Nobody goes home", "Stays that end today stand here.")
        self.here.say_when_empty("Nobody is here", "Pets that are checked in stand here.")
        self.chores.say_when_empty("Nothing to do", "Baths and walks of today stand here.")
        going = _card("Going home", self.going, "Check out  (O)", "O", self._check_out)
        going.act(Button("Bill  (B)", self._bill))
        bind(self.going, {"B": self._bill})
        cards = (
            _card("Coming", self.coming, "Check in  (I)", "I", self._check_in),
            going,
            _card("Here now", self.here, "Extras  (E)", "E", self._extras),
            _card("To do", self.chores, "Done  (Space)", "Space", self._tick),
        )
        self.column.setContentsMargins(0, 0, 0, 0)
        self.add(Tiles(cards, (2, 1), _LEAST, measures.CARD), 1)
        for table in (self.coming, self.going, self.here):
            table.opened.connect(self._open)
        self.setFocusProxy(self.coming)

    def show_lists(self, lists: Lists) -> None:
        """Show a day's lists."""
        self.lists = lists
        self.coming.show_rows(lists.coming, select_first=True)
        self.going.show_rows(lists.going, select_first=True)
        self.here.show_rows(lists.here, select_first=True)
        self.chores.show_rows(lists.chores, select_first=True)

    def search(self, text: str) -> None:
        """Show only what has every word."""
        for table in (self.coming, self.going, self.here, self.chores):
            table.search(text)

    def _check_in(self) -> None:
        stay: Stay | None = self.coming.current()
        if stay is not None:
            self.acted.emit("in", stay.id)

    def _check_out(self) -> None:
        stay: Stay | None = self.going.current()
        if stay is not None and stay.status == BookingStatus.CHECKED_IN:
            self.acted.emit("out", stay.id)

    def _bill(self) -> None:
        stay: Stay | None = self.going.current()
        if stay is not None:
            self.acted.emit("bill", stay.id)

    def _extras(self) -> None:
        stay: Stay | None = self.here.current()
        if stay is not None:
            self.acted.emit("extras", stay.id)

    def _tick(self) -> None:
        chore: Chore | None = self.chores.current()
        if chore is not None:
            self.ticked.emit(chore)

    def _open(self, stay: Any) -> None:
        if stay is not None:
            self.opened.emit(stay.id)

    def _coming_columns(self) -> Sequence[Shown]:
        return (
            Shown("At", lambda one: _clock(one.brought), 76, sort=lambda one: one.brought),
            Shown("Pet", _pet, 110),
            Shown("Room", lambda one: one.room or _kind(one), 110),
            Shown("Client", lambda one: one.client, 120, spare=True),
            Shown("Vaccination", self._gap, 110, tone=self._gap_tone),
        )

    def _gap(self, stay: Stay) -> str:
        gap = "" if self.lists is None else self.lists.gaps.get(stay.pet_id, "")
        return "Missing" if gap == NO_VACCINATION else "Ran out" if gap else "In order"

    def _gap_tone(self, stay: Stay) -> str | None:
        return "good" if self._gap(stay) == "In order" else "warning"


def _card(title: str, table: RowsTable, label: str, keys: str, do: Callable[[], object]) -> Card:
    """A list with the button and the key of what is done in it."""
    table.setMinimumHeight(_LOWEST)
    card = Card(title)
    card.act(Button(label, do))
    card.add(table, 1)
    bind(table, {keys: do})
    return card


def _going_columns() -> Sequence[Shown]:
    return (
        Shown("At", lambda one: _clock(one.fetched), 76, sort=lambda one: one.fetched),
        Shown("Pet", _pet, 110),
        Shown("Client", lambda one: one.client, 120),
        Shown("State", lambda one: one.stage, 90, tone=_stage_tone),
        Shown("Price", _price, 80, right=True, sort=lambda one: one.price, spare=True),
    )


def _here_columns() -> Sequence[Shown]:
    return (
        Shown("Pet", _pet, 110),
        Shown("Room", lambda one: one.room or _kind(one), 90),
        Shown("Until", lambda one: day_text(one.last), 100, sort=lambda one: one.last),
        Shown("Feeding", lambda one: one.feeding, 120),
        Shown("Medication", lambda one: one.medication, 110, spare=True),
    )


def _chore_columns() -> Sequence[Shown]:
    return (
        Shown("At", lambda one: _clock(one.due_at), 76, sort=lambda one: one.due_at),
        Shown("What", lambda one: one.what, 110),
        Shown("Pet", lambda one: one.pet, 110),
        Shown("Room", lambda one: one.room, 90, spare=True),
        Shown("State", _done, 80, tone=lambda one: "good" if one.done_at else "info"),
    )


def _pet(stay: Stay) -> str:
    return f"{stay.pet} ⚠" if stay.alerts else stay.pet


def _clock(moment: Any) -> str:
    return "" if moment is None else clock_text(moment)


def _kind(stay: Stay) -> str:
    return words(stay.kind)


def _stage_tone(stay: Stay) -> str:
    return "good" if stay.status == BookingStatus.COMPLETED else "info"


def _price(stay: Stay) -> str:
    return "" if stay.price is None else money_text(stay.price)


def _done(chore: Chore) -> str:
    return "Done" if chore.done_at else "To do"
