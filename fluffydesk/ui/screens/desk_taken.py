"""The payments that are taken at this desk, each told with its way back."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from fluffydesk.actions import payments
from fluffydesk.actions.payments import Paid
from fluffydesk.actions.tills import FIRST_TILL
from fluffydesk.ui import memory
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.reporting.bills import amount

_TILL = "till/name"


def till_here() -> str:
    """Return the till that this PC's cash goes into."""
    return str(memory.recall(_TILL) or FIRST_TILL)


def name_till(till: str) -> None:
    """Remember which till this PC's cash goes into."""
    memory.remember(_TILL, till)


class Taken(QObject):
    """Tells of each payment that was taken."""

    took = Signal()

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._screen = screen

    def tell(self, paid: Paid, words: str, advice: str = "") -> None:
        """Tell of a payment: the change first, and Undo."""
        self.took.emit()
        change = f"Change: {amount(paid.change)}. " if paid.change else ""
        undo = partial(self._take_back, paid.payments)
        self._screen.tell(f"{change}{words}", advice, undo=undo)

    def _take_back(self, taken: tuple[UUID, ...]) -> None:
        job = partial(payments.take_back, payments=taken)
        self._screen.work.act(job, self._told, self._screen.refuse)

    def _told(self, _: object) -> None:
        self._screen.tell(
            "The payment is taken back: it counts no more.", "Give back what was handed over."
        )
