"""Ends what runs until it is told to stop, in good order."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from types import FrameType

_GLANCE_SECONDS = 0.1


class StopSignal:
    """Turns SIGINT and SIGTERM into a flag; make one before what must be ended is started."""

    def __init__(self) -> None:
        self._came = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note)

    def came(self) -> bool:
        """Say whether it is time to stop."""
        return self._came

    def wait(self, seconds: float | None = None, until: Callable[[], bool] | None = None) -> None:
        """Wait for the signal, for some seconds at most, or until something else is so."""
        end = None if seconds is None else time.monotonic() + seconds
        while not self._came and (end is None or time.monotonic() < end):
            if until is not None and until():
                return
            time.sleep(_GLANCE_SECONDS)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._came = True
