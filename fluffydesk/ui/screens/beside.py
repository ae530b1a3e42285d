"""Reads what takes long from a connection of its own, so that typing elsewhere is not held up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from sqlalchemy import Connection

from fluffydesk.actions.importing import Door
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.trouble import Interrupted
from fluffydesk.work import Work

Read = Callable[[Connection], Any]


class Beside(QObject):
    """One reading at a time; asked again meanwhile, it reads once more after that.

    `found` gives what was read, `failed` a Refusal. While the app closes, neither comes.
    """

    found = Signal(object)
    failed = Signal(object)

    def __init__(self, work: Work, read: Read, parent: QObject) -> None:
        super().__init__(parent)
        self._work, self._read = work, read
        self._looking = self._again = False

    @property
    def looking(self) -> bool:
        """Whether it reads now."""
        return self._looking

    def ask(self) -> None:
        """Read, now or once what is being read is there."""
        if self._looking:
            self._again = True
            return
        self._looking = True
        job = partial(_look, self._work.mirror_door, self._work.stopping, self._read)
        self._work.on_network(job, self._show, self._refused)

    def _show(self, read: tuple[Any] | None) -> None:
        if read is not None:
            self.found.emit(read[0])
        self._ended()

    def _refused(self, refusal: Refusal) -> None:
        self.failed.emit(refusal)
        self._ended()

    def _ended(self) -> None:
        self._looking = False
        if self._again:
            self._again = False
            self.ask()


def _look(door: Door, stopping: Callable[[], bool], read: Read) -> tuple[Any] | None:
    with door(Mirror.beside) as mirror:
        try:
            with mirror.until(stopping), mirror.read() as connection:
                return (read(connection),)
        except Interrupted:  # the app is closing
            return None
