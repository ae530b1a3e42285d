"""Which part of a chart is in sight: nearer, further, along, by wheel, drag and keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyqtgraph
from PySide6.QtCore import Signal

NEARER = 0.7
"""What remains in sight of a span that is seen from nearer."""
PACE = 0.25
"""How much of what is in sight passes by in one step along."""


@dataclass(frozen=True)
class Span:
    """The part from `low` to `high` of a chart whose points lie from `first` to `last`."""

    first: float
    last: float
    low: float
    high: float
    least: float
    """No less than this is ever in sight."""

    @classmethod
    def whole(cls, first: float, last: float, least: float) -> Span:
        """Return all of it."""
        return cls(first, last, first, last, min(least, last - first))

    @property
    def is_whole(self) -> bool:
        return self.low <= self.first and self.high >= self.last

    def zoomed(self, factor: float, at: float) -> Span:
        """Return the span that is `factor` times as wide, with `at` where it was on the screen."""
        wide = self.high - self.low
        wanted = min(max(wide * factor, self.least), self.last - self.first)
        share = (at - self.low) / wide if wide else 0.5
        low = at - min(max(share, 0.0), 1.0) * wanted
        return self.between(low, low + wanted)

    def along(self, share: float) -> Span:
        """Return the span moved by a share of its width, as far as there are points."""
        by = (self.high - self.low) * share
        return self.between(self.low + by, self.high + by)

    def holding(self, at: float) -> Span:
        """Return the span moved just so far that `at` is in sight."""
        by = min(at - self.low, 0.0) + max(at - self.high, 0.0)
        return self.between(self.low + by, self.high + by)

    def between(self, low: float, high: float) -> Span:
        """Return the span from `low` to `high`, no narrower than the least, moved inside."""
        wide = min(max(high - low, self.least), self.last - self.first)
        low = min(max((low + high - wide) / 2, self.first), self.last - wide)
        return Span(self.first, self.last, low, low + wide, self.least)


class ZoomBox(pyqtgraph.ViewBox):  # type: ignore[misc]
    """The inside of a chart: says when the wheel turns over it and what a drag passed over."""

    turned = Signal(float, float)
    """How often nearer (negative: further), and at which x."""
    dragged = Signal(float, float)
    wanted_whole = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.is_whole = True
        self._band: Any = None

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        steps = event.delta() / 120
        if steps < 0 and self.is_whole:
            event.ignore()  # the page scrolls on
            return
        self.turned.emit(steps, self.mapSceneToView(event.scenePos()).x())
        event.accept()

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        event.accept()
        start = self.mapToView(event.buttonDownPos()).x()
        now = self.mapToView(event.pos()).x()
        if self._band is None:
            self._band = pyqtgraph.LinearRegionItem(movable=False)
            self.addItem(self._band, ignoreBounds=True)
        self._band.setRegion((start, now))
        if event.isFinish():
            self.removeItem(self._band)
            self._band = None
            self.dragged.emit(min(start, now), max(start, now))

    def mouseDoubleClickEvent(self, event: Any) -> None:
        event.accept()
        self.wanted_whole.emit()
