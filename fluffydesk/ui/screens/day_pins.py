"""The ways between the calendar and its pinboard: cut, taken up, dragged there and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, QPoint

from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.day_grid import DayGrid
from fluffydesk.ui.screens.day_pinboard import Pinboard
from fluffydesk.ui.screens.visit_acts import VisitActs
from fluffydesk.ui.screens.visits import Visit

_NOT_BEGUN = ("Booked", "Confirmed")


class Pins(QObject):
    """Carries bookings to the pinboard and back; `find` gives a visit that is shown or pinned."""

    def __init__(
        self,
        screen: Screen,
        grid: DayGrid,
        board: Pinboard,
        acts: VisitActs,
        find: Callable[[UUID], Visit | None],
    ) -> None:
        super().__init__(screen)
        self._screen, self._grid, self._board, self._find = screen, grid, board, find
        board.list.taken.connect(self._take)
        board.list.unpinned.connect(self.unpin)
        board.list.dragged.connect(self._drag)
        board.list.dropped.connect(self._drop)
        grid.dropped_outside.connect(self._dropped_outside)
        acts.done.connect(self._done)

    def pin(self, visit: Visit) -> None:
        """Cut a visit to the pinboard, or take it down where it is there already."""
        if visit.id in self._board.ids:
            self.unpin(visit.id)
        elif visit.stage not in _NOT_BEGUN:
            words = f"{visit.pet}'s visit is {visit.stage.lower()}."
            self._screen.tell(words, "Only what has not begun is put elsewhere.", tone="warning")
        else:
            self._board.pin(visit.id)
            self._grid.say(f"{visit.pet} is on the pinboard, and keeps its time until it is put.")
            self._screen.reload()

    def unpin(self, visit_id: UUID) -> None:
        """Take a visit down; its time is what it was."""
        self._board.unpin(visit_id)
        self._grid.say("Taken off the pinboard.")
        self._screen.reload()

    def take_marked(self) -> None:
        """Take the marked visit of the pinboard into the hand, at the cursor."""
        marked = self._board.list.current_id()
        if marked is None:
            self._screen.tell("The pinboard is empty.", "X cuts a visit to it.", tone="info")
        else:
            self._take(marked)

    def _take(self, visit_id: UUID) -> None:
        visit = self._find(visit_id)
        if visit is not None:
            self._grid.setFocus()
            self._grid.hold(visit)

    def _drag(self, visit_id: UUID, where: QPoint) -> None:
        visit, view = self._find(visit_id), self._grid.viewport()
        point = view.mapFromGlobal(where)
        if visit is None or (self._grid.hand is None and not view.rect().contains(point)):
            return
        if self._grid.hand is None:
            self._grid.hold(visit, by_mouse=True)
        self._grid.drag_over(point.toPointF())

    def _drop(self, visit_id: UUID, where: QPoint) -> None:
        view = self._grid.viewport()
        if view.rect().contains(view.mapFromGlobal(where)):
            self._grid.put_down()
        elif self._grid.hand is not None:
            self._grid.snap_back()

    def _dropped_outside(self, visit_id: UUID, where: QPoint) -> None:
        board, visit = self._board, self._find(visit_id)
        over = board.isVisible() and board.rect().contains(board.mapFromGlobal(where))
        if over and visit is not None and visit_id not in board.ids:
            self.pin(visit)

    def _done(self, visit_id: UUID, before: Mapping[str, Any]) -> None:
        if "scheduled_at" in before:
            self._board.unpin(visit_id)
