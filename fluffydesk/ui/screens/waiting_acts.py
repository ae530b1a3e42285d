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
from fluffydesk.ui.screens.undoing import Undoing

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
    """Moves patients from stage to stage; Ctrl+Z takes back one act after the other."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._screen = screen
        self._undoing = Undoing(screen.work, self)
        self._done: list[Callable[[], object]] = []

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

    def remember(self, take_back: Callable[[], object]) -> None:
        """Ctrl+Z takes this back next."""
        self._done.append(take_back)

    def undo(self) -> None:
        """Take back what was done last here."""
        self._undoing.ask(self._undo_last)

    def _undo_last(self) -> None:
        if self._done:
            self._done.pop()()
        else:
            self._screen.tell("There is nothing to undo here.", tone="info")

    def _act(self, words: str, guest: Guest, job: Callable[[Mirror], Changes]) -> None:
        done = _Done(words, guest.id, guest.visit.progress)
        self._screen.work.act(lambda mirror: (done, job(mirror)), self._tell, self._screen.refuse)

    def _tell(self, result: tuple[_Done, Changes]) -> None:
        done, changes = result
        if not changes:
            return
        take_back = partial(self._put_back, done)
        self.remember(take_back)
        self._screen.tell(done.words, undo=partial(self.take_back, take_back))

    def take_back(self, take_back: Callable[[], object]) -> None:
        """Undo of a notice: Ctrl+Z does not take it back once more."""
        if take_back in self._done:
            self._done.remove(take_back)
            take_back()

    def _put_back(self, done: _Done) -> None:
        self._screen.work.act(
            lambda mirror: appointments.put_back(mirror, done.visit_id, done.before),
            None,
            self._screen.refuse,
        )
