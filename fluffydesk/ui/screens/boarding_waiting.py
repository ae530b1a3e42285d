"""What waits for an answer above the rooms: owners' requests, and stays that central refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.ui.fields.texts import day_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button, dismiss
from fluffydesk.ui.screens.reading.stays import Offer, Stay

MOST = 2
"""Refused stays in sight; of requests one: the others come up as these are answered."""
_ROOMS = 3


class BoardingWaiting(QWidget):
    """A line for each, with buttons; it hides where nothing waits."""

    confirmed = Signal(object)
    declined = Signal(object)
    opened = Signal(object)
    """A stay's id."""
    taken = Signal(object, object)
    """An offer, and the room that is taken."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Waiting for an answer")
        self.lines: list[Banner] = []
        self._shown: tuple[object, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(measures.STEP)
        self.hide()

    def show_waiting(self, requests: Sequence[Stay], offers: Sequence[Offer]) -> None:
        """Show what waits; lines that are there already stay, and so does the focus."""
        if self._shown == (tuple(requests), tuple(offers)):
            return
        self._shown = tuple(requests), tuple(offers)
        for line in self.lines:
            dismiss(line)
        self.lines = []
        for offer in offers[:MOST]:
            self._add(_offer_words(offer), "danger", self._offer_buttons(offer))
        for stay in requests[:1]:
            words = _request_words(stay, len(requests) - 1)
            self._add(words, "info", self._request_buttons(stay))
        self.setVisible(bool(self.lines))

    def _add(self, text: str, tone: str, buttons: Sequence[Button]) -> None:
        line = Banner(text, tone, self)
        for button in buttons:
            line.act(button)
        self._column.addWidget(line)
        self.lines.append(line)

    def _request_buttons(self, stay: Stay) -> list[Button]:
        return [
            _button("Confirm", stay, partial(self.confirmed.emit, stay)),
            _button("Decline", stay, partial(self.declined.emit, stay)),
            _button("Open", stay, partial(self.opened.emit, stay.id)),
        ]

    def _offer_buttons(self, offer: Offer) -> list[Button]:
        found = [
            _button(room.name, offer.stay, partial(self.taken.emit, offer, room.room_id))
            for room in offer.rooms[:_ROOMS]
        ]
        return [*found, _button("Open", offer.stay, partial(self.opened.emit, offer.stay.id))]


def _button(label: str, stay: Stay, do: Callable[[], object]) -> Button:
    button = Button(label, do)
    button.setAccessibleName(f"{label}: {stay.pet}")
    return button


def _request_words(stay: Stay, more: int) -> str:
    kind = str(stay.kind).replace("_", " ")
    until = "" if stay.last == stay.first else f" to {day_text(stay.last)}"
    words = f"{stay.pet} asks for {kind}, {day_text(stay.first)}{until}."
    if not more:
        return words
    return f"{words} {more} more {'waits' if more == 1 else 'wait'} behind it."


def _offer_words(offer: Offer) -> str:
    stay = offer.stay
    room = stay.room or "its room"
    words = (
        f"Central has no place for {stay.pet} in {room}, {day_text(stay.first)} to "
        f"{day_text(stay.last)}: another desk was first."
    )
    return f"{words} Free then:" if offer.rooms else f"{words} No other room is free: open it."
