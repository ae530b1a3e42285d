"""Undo that waits for what is still being saved: the last one is what the person did last."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from fluffydesk.work import Work


class WayBack(QObject):
    """Takes one act back, once: by its notice or by Ctrl+Z, whichever is first."""

    used = Signal()

    def __init__(self, take_back: Callable[[], object]) -> None:
        super().__init__()
        self._take_back = take_back
        self.is_open = True

    def __call__(self) -> None:
        """Take the act back, if that has not been done yet."""
        if self.is_open:
            self.is_open = False
            self.used.emit()
            self._take_back()


class Undoing(QObject):
    """Takes back one after the other, each once nothing is looked up or saved any more."""

    def __init__(self, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self._wanted: list[Callable[[], object]] = []
        work.idle.connect(self._go_on)

    def ask(self, take_back: Callable[[], object]) -> None:
        """Take back now, or as soon as all that was done before is saved."""
        self._wanted.append(take_back)
        self._go_on()

    def _go_on(self) -> None:
        while self._wanted and not self._work.busy_here:
            self._wanted.pop(0)()
