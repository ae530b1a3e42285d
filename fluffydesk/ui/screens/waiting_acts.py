"""What is done to a patient in the waiting room, each with its notice and its way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject

from fluffydesk.actions import appointments
from fluffydesk.figures.visits import STAGES, Stage
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.reading.waiting import Guest

_NOW = {
    Stage.BOOKED: "is expected again",
    Stage.ARRIVED: "has arrived",
    Stage.IN_ROOM: "is in the room",
    Stage.WITH_VET: "is with the vet",
    Stage.TO_PAY: "is to pay",
    Stage.LEFT: "is done",
}


@dataclass(frozen=True)
class _Done:
    """What to say of an act, and the values that undo it."""

    words: str
    visit_id: UUID
    before: Mapping[str, Any]


class WaitingActs(QObject):
    """Moves patients from stage to stage."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._screen = screen

    def move(self, guest: Guest, stage: Stage) -> None:
        """Bring a patient to a stage, on or back."""
        if stage is guest.stage:
            return
        words = f"{guest.visit.pet} {_NOW[stage]}."
        self._act(words, guest, lambda mirror: appointments.set_stage(mirror, guest.id, stage))

    def on(self, guest: Guest) -> None:
        """Move a patient one stage on; who is done stays so."""
        number = STAGES.index(guest.stage) + 1
        if number < len(STAGES):
            self.move(guest, STAGES[number])

    def back(self, guest: Guest) -> None:
        """Move a patient one stage back; who is expected stays so."""
        number = STAGES.index(guest.stage) - 1
        if number >= 0:
            self.move(guest, STAGES[number])

    def missed(self, guest: Guest) -> None:
        """Mark who has not come as a no-show."""
        status = AppointmentStatus.NO_SHOW
        self._act(
            f"{guest.visit.pet} is marked as a no-show.",
            guest,
            lambda mirror: appointments.set_status(mirror, guest.id, status),
        )

    def _act(self, words: str, guest: Guest, job: Callable[[Mirror], Changes]) -> None:
        done = _Done(words, guest.id, guest.visit.progress)
        self._screen.work.act(lambda mirror: (done, job(mirror)), self._tell, self._screen.refuse)

    def _tell(self, result: tuple[_Done, Changes]) -> None:
        done, changes = result
        if changes:
            self._screen.tell(done.words, undo=partial(self._put_back, done))

    def _put_back(self, done: _Done) -> None:
        self._screen.work.act(
            lambda mirror: appointments.put_back(mirror, done.visit_id, done.before),
            None,
            self._screen.refuse,
        )
