"""Lets SIGTERM and Ctrl+C end the window in good order, as closing it would."""

from __future__ import annotations

import signal
import socket
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Signal

_NUMBERS = (signal.SIGINT, signal.SIGTERM)


class StopSignals(QObject):
    """Emits `came` on the GUI thread at SIGINT or SIGTERM; make one on the main thread.

    Qt's loop runs no Python while nothing happens, so a handler alone would wait for the next
    event. The interpreter therefore writes each signal to a socket, which wakes the loop.
    """

    came = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._notifier = QSocketNotifier(
            self._reader.fileno(), QSocketNotifier.Type.Read, parent=self
        )
        self._notifier.activated.connect(self._read)
        self._wakeup = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._handlers = {number: signal.signal(number, _nothing) for number in _NUMBERS}

    def close(self) -> None:
        """Put back how signals were handled before."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _read(self) -> None:
        if any(number in _NUMBERS for number in self._reader.recv(64)):
            self.came.emit()


def _nothing(number: int, frame: FrameType | None) -> None:
    """The socket tells; this only keeps Python from ending by itself."""
