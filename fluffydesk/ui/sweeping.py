"""Python's garbage is swept on the GUI thread only, and its threads take short turns."""

from __future__ import annotations

import gc
import sys
import time

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500
_REST = 100
"""A whole sweep stops the window; this many times as long as it took, there is no other."""


SWITCH_SECONDS = 0.0005
"""The window asks for Python many times while it draws once, and waits so long each time for a
worker that counts rows; Python's own 5 ms add up to a window that stands still."""


class Sweeper(QObject):
    """Takes the cyclic collector over from Python, which runs it on whichever thread allocates.

    A widget that nobody refers to any more, but that is part of a cycle, would else be destroyed
    by the mirror's or the network's thread, and Qt with it. What there is when it begins, the
    program's own modules, is left alone for good. Until it is closed, threads take turns every
    SWITCH_SECONDS.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        self._turns = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        self._rests_until = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._sweep)
        self._timer.start()

    def close(self) -> None:
        """Sweep once more and give the collector back."""
        self._timer.stop()
        gc.collect()
        gc.enable()
        sys.setswitchinterval(self._turns)

    def _sweep(self) -> None:
        """Collect what Python itself would, by its own thresholds."""
        begun = time.monotonic()
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            rests = generation == 2 and begun < self._rests_until
            if counts[generation] > thresholds[generation] and not rests:
                gc.collect(generation)
                if generation == 2:
                    ended = time.monotonic()
                    self._rests_until = ended + _REST * (ended - begun)
                return
