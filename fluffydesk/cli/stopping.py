"""Ends what runs until it is told to stop, in good order."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_GLANCE_SECONDS = 0.1


class StopSignal:
    """Turns SIGINT and SIGTERM into a flag; make one before what must be ended is started.

    `ring` is called as well when one comes, to end a wait.
    """

    def __init__(self, ring: Callable[[], object] | None = None) -> None:
        self._came = False
        self._ring = ring
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note)

    def came(self) -> bool:
        """Say whether it is time to stop."""
        return self._came

    def wait(self, seconds: float) -> None:
        """Wait for the signal, so many seconds at most."""
        end = time.monotonic() + seconds
        while not self._came and time.monotonic() < end:
            time.sleep(_GLANCE_SECONDS)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._came = True
        if self._ring is not None:
            self._ring()

    def forget(self) -> None:
        """Ring no more: what was rung is gone."""
        self._ring = None


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """Have SIGTERM interrupt the block as Ctrl+C does, so that it leaves nothing half done."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
