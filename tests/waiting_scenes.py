"""The waiting room and the desk's dashboard in the states that pictures are taken of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from fluffydesk.figures.visits import Stage
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.waiting_walk_in import WalkInDialog
from fluffydesk.ui.shell import Shell

Scene = tuple[str, tuple[Callable[[Shell], object], ...]]


def waiting_scenes(visit: Callable[..., object]) -> list[Scene]:
    """Return the states of the board, its dialogs and its times, and the rows behind a tile."""
    board = partial(visit, place=Place("waiting"))
    return [
        ("clinic-waiting-now", (board, partial(_at, minutes=0))),
        ("clinic-waiting-later", (board, partial(_at, minutes=130))),
        ("clinic-waiting-walk-in", (board, _walk_in, _find, _take)),
        ("clinic-waiting-limits", (board, lambda shell: _screen(shell).open_limits())),
        ("clinic-waiting-times", (board, partial(_times, by=0))),
        ("clinic-waiting-by-day", (board, partial(_times, by=1))),
        (
            "clinic-desk-rows",
            (partial(visit, place=Place("desk_rows", part="visits_today")),),
        ),
        (
            "clinic-desk-later",
            (partial(visit, place=Place("clinic_today")), partial(_at, minutes=130)),
        ),
        ("clinic-waiting-drag", (board, partial(_at, minutes=20), _drag)),
    ]


def _screen(shell: Shell) -> Any:
    return shell.current


def _at(shell: Shell, minutes: int) -> None:
    """Let the desk's clock stand so long after half past eleven."""
    moment = datetime.now(UTC).replace(hour=11, minute=30) + timedelta(minutes=minutes)
    screen = _screen(shell)
    screen.clock = lambda: moment
    screen.reload()


def _drag(shell: Shell) -> None:
    board = _screen(shell).board
    one, to = board.lists[Stage.ARRIVED], board.lists[Stage.WITH_VET]
    one.choose(0)
    board._drag(one, to.viewport().mapToGlobal(QPoint(80, 120)))


def _walk_in(shell: Shell) -> None:
    _screen(shell).open_walk_in()


def _dialog() -> WalkInDialog:
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, WalkInDialog)]
    return found[-1]


def _find(shell: Shell) -> None:
    _dialog().who.setText("be")
    _dialog()._search()


def _take(shell: Shell) -> None:
    _dialog().reason.setText("Limps since this morning")


def _times(shell: Shell, by: int) -> None:
    screen = _screen(shell)
    screen.view.set_value("times")
    screen.times.by.set_value(("stage-times", "stage-times-by-day")[by])
    screen.times.spans.set_value(screen.times.spans._values[1])
