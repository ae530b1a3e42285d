"""Python's garbage is swept on the GUI thread only: a window must not die on another thread."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500


class Sweeper(QObject):
    """Takes the cyclic collector over from Python, which runs it on whichever thread allocates.

    A widget that nobody refers to any more, but that is part of a cycle, would else be destroyed
    by the mirror's or the network's thread, and Qt with it.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._sweep)
        self._timer.start()

    def close(self) -> None:
        """Sweep once more and give the collector back."""
        self._timer.stop()
        gc.collect()
        gc.enable()

    def _sweep(self) -> None:
        """Collect what Python itself would, by its own thresholds."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return
