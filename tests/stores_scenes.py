"""The stores with their forms, what is sold of them, and every report: for pictures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.reporting.catalog import REPORTS
from fluffydesk.ui.screens.reports import ReportsScreen
from fluffydesk.ui.screens.stores import StoresScreen
from fluffydesk.ui.shell import Shell

Scene = tuple[str, tuple[Callable[[Shell], object], ...]]
_PARTS = ("feed", "medicine", "tank", "eggs", "wool")


def stores_scenes(kind: str, visit: Callable[..., Any]) -> list[Scene]:
    """Return the parts of the stores, the form of each verb, the first lots, and the reports."""
    to = {part: partial(visit, place=Place("stores", part=part)) for part in _PARTS}
    reports = [
        (f"{kind}-reports-{one.key}", (partial(visit, place=Place("reports", part=one.key)),))
        for one in REPORTS
    ]
    sheet = (f"{kind}-stocktake", (partial(visit, place=Place("stocktake")),))
    parts = [(f"{kind}-stores-{part}", (to[part],)) for part in _PARTS]
    if "empty" in kind:
        return [*parts, sheet, *reports]
    forms = [
        (f"{kind}-stores-{part}-{verb}", (to[part], partial(_post, movement=verb)))
        for part in _PARTS
        for verb in StockMovement
    ]
    lots = [(f"{kind}-stores-{part}-lots", (to[part], _to_lots)) for part in ("medicine", "eggs")]
    adding = [(f"{kind}-stores-{part}-add", (to[part], _add)) for part in ("feed", "tank")]
    paper = (
        f"{kind}-reports-paper",
        (partial(visit, place=Place("reports", part="medicine")), _preview),
    )
    return [*parts, sheet, *forms, *lots, *adding, *reports, paper]


def _stores(shell: Shell) -> StoresScreen:
    screen = shell.screen_for("stores")
    assert isinstance(screen, StoresScreen)
    return screen


def _post(shell: Shell, movement: StockMovement) -> None:
    _stores(shell).post(movement)


def _to_lots(shell: Shell) -> None:
    _stores(shell).part.which.set_value(1)


def _preview(shell: Shell) -> None:
    screen = shell.screen_for("reports")
    assert isinstance(screen, ReportsScreen)
    screen.preview()


def _add(shell: Shell) -> None:
    _stores(shell).add()
