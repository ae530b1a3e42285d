"""How many things wait on a screen that is not open: the number beside its word in the rail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject

from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.ui.rail import Rail
from fluffydesk.ui.screen import Screen
from fluffydesk.work import Work

Counts = tuple[tuple[str, int], ...]


class RailCounts(QObject):
    """Reads them anew when a table that such a screen watches has changed."""

    def __init__(self, work: Work, screens: Sequence[type[Screen]], rail: Rail) -> None:
        super().__init__(rail)
        self._work, self._rail = work, rail
        self._asked: dict[str, Callable[[Mirror], int]] = {}
        self._watched: frozenset[str] = frozenset()
        for one in screens:
            count = one.counting()
            if count is not None:
                self._asked[one.key] = count
                self._watched |= one.watches
        work.changed.connect(self._changed)
        self._look()

    def _changed(self, changes: Changes) -> None:
        if not self._watched.isdisjoint(changes):
            self._look()

    def _look(self) -> None:
        if self._asked:
            self._work.on_mirror(partial(_read, asked=self._asked), self._show, latest=True)

    def _show(self, found: Counts) -> None:
        for key, count in found:
            self._rail.count(key, count)


def _read(mirror: Mirror, asked: dict[str, Callable[[Mirror], int]]) -> Counts:
    return tuple((key, count(mirror)) for key, count in asked.items())
