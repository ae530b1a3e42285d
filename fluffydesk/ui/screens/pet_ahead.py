"""What a pet that died is still booked for: asked about on its card, and called off there."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.actions.calling_off import CalledOff, call_off, take_back
from fluffydesk.records.booking import Appointment
from fluffydesk.ui.fields.texts import day_text, moment_text
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button, row
from fluffydesk.ui.permits import Permit
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.reading.pets import PetPage
from fluffydesk.wording import apart, counted, listed


class StillBooked(QWidget):
    """Says what is booked, and calls all of it off; not there at all where nothing is."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self._page: PetPage | None = None
        self._undo: CalledOff | None = None
        self.banner = Banner("", "warning")
        self.button = Button("Call it off", self.call_off, kind="primary", icon_role="close")
        Permit(self.button, screen.work, Appointment, "change")
        line = row(self.banner, self.button)
        line.setStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(line)
        self.hide()

    def show_page(self, found: PetPage, *, ask: bool) -> None:
        """Show what a pet is booked for; to `ask` is to give the button the keys."""
        self._page = found
        told = [f"a visit on {moment_text(one.scheduled_at)}" for one in found.ahead.visits]
        told += [f"a stay from {day_text(one.start_date)}" for one in found.ahead.stays]
        name = apart(found.row.name)
        self.banner.say(f"{name} is still booked: {listed(told)}." if told else "", "warning")
        self.button.setText("Call it off" if len(told) == 1 else "Call them off")
        came = bool(told) and self.isHidden()
        self.setVisible(bool(told))
        if came and ask:
            self.button.setFocus()

    def call_off(self) -> None:
        """Call off all that the pet is booked for."""
        if self._page is not None:
            job = partial(call_off, pet_id=self._page.row.id)
            self._screen.work.act(job, self._called_off, self._screen.refuse)

    def _called_off(self, done: CalledOff) -> None:
        self._undo = done
        count = counted(len(done.before), "booking is", "bookings are")
        self._screen.tell(f"{count} called off.", undo=self._take_back)

    def _take_back(self) -> None:
        done, self._undo = self._undo, None
        if done is not None:
            self._screen.work.act(partial(take_back, done=done), None, self._screen.refuse)
