"""The states of the screens of boarding and of visits to farms that are rendered."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import QPointF

from fluffydesk.records.enums.medical import DoseUnit
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.boarding import BoardingScreen
from fluffydesk.ui.screens.boarding_extras import open_extras
from fluffydesk.ui.screens.boarding_view import Held
from fluffydesk.ui.screens.farm_visits import FarmVisitsScreen
from fluffydesk.ui.screens.farm_visits_form import FarmVisitForm
from fluffydesk.ui.shell import Shell

_GIVEN = {
    "animal_tag": "UK 301234 500123",
    "reason": "Mastitis",
    "product": "Oxytetracycline",
    "dose": Decimal(20),
    "dose_unit": DoseUnit.MILLILITRE,
    "milk_hours": 168,
}


def boarding_scenes(kind: str, visit: Callable[..., object]) -> list[Any]:
    """Return the scenes of a clinic, or of one with long words."""
    rooms = partial(visit, place=Place("boarding", part="rooms"))
    farms = partial(visit, place=Place("farm_visits"))
    return [
        (f"{kind}-boarding-rooms", (rooms,)),
        (f"{kind}-boarding-hours", (partial(visit, place=Place("boarding", part="hours")),)),
        (f"{kind}-boarding-today", (partial(visit, place=Place("boarding", part="today")),)),
        (f"{kind}-boarding-new", (rooms, lambda shell: _screen(shell).book())),
        (f"{kind}-boarding-open", (rooms, _open)),
        (f"{kind}-boarding-extras", (rooms, _extras)),
        (f"{kind}-boarding-held", (rooms, _hold)),
        (f"{kind}-farm_visits", (farms,)),
        (f"{kind}-farm_visits-new", (farms, _new_visit)),
        (f"{kind}-farm_visits-treat", (farms, _new_visit, _treat)),
    ]


def _screen(shell: Shell) -> BoardingScreen:
    screen = shell.current
    assert isinstance(screen, BoardingScreen)
    return screen


def _open(shell: Shell) -> None:
    screen = _screen(shell)
    if screen.board is not None and screen.board.stays:
        screen.open(screen.board.stays[-1].id)


def _extras(shell: Shell) -> None:
    screen = _screen(shell)
    if screen.board is not None and screen.board.stays:
        stays = screen.board.stays
        open_extras(screen, screen.work, stays[min(2, len(stays) - 1)])


def _hold(shell: Shell) -> None:
    """A stay that is held over another one."""
    grid = _screen(shell).grid
    if grid.plan is None or not grid.plan.bars:
        return
    bar = grid.plan.bars[:2][-1]
    held = Held(bar, "move", QPointF(), bar.stay.room_id, first_by=-2, last_by=-2, begun=True)
    held.wrong = grid.why_not(bar.stay, bar.stay.room_id, -2, -2)
    grid.held = held
    grid.viewport().update()


def _new_visit(shell: Shell) -> None:
    screen = shell.current
    assert isinstance(screen, FarmVisitsScreen)
    screen.add()


def _treat(shell: Shell) -> None:
    assert shell.current is not None
    form = shell.current.findChildren(FarmVisitForm)[-1]
    form.given.append(_GIVEN)
    form._show_given()
    form.treat()
