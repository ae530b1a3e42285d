"""What the stores of milk, eggs and wool share: their verbs, forms, and reading what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fluffydesk.errors import InvalidValue
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.ui.forms import Layout
from fluffydesk.ui.screens.stores_part import DISPOSAL, RECEIPT, STOCKTAKE, USE


@dataclass(frozen=True)
class Moved:
    """A form of a verb that was filled in: how much, which verb, when, and what else it says."""

    quantity: Any
    movement: StockMovement
    on: date
    more: dict[str, Any]


def verbs(receive: str, use: str, dispose: str, count: str) -> dict[StockMovement, str]:
    """Return what the four verbs are called in a store."""
    return {RECEIPT: receive, USE: use, DISPOSAL: dispose, STOCKTAKE: count}


def layouts(
    quantity: str, receive: Layout, use: tuple[str, ...] = ("reason",), *, count: Layout = ()
) -> dict[StockMovement, Layout]:
    """Return the forms of the four verbs: each asks for a quantity, its unit and the day."""
    first = (quantity, "entered_unit", "moved_on")
    return {
        RECEIPT: receive,
        USE: (*first, *use),
        DISPOSAL: (*first, "reason"),
        STOCKTAKE: (*first, *count, "notes"),
    }


def moved(values: Mapping[str, Any], quantity: str) -> Moved:
    """Return what a form holds; InvalidValue where the quantity is missing."""
    more = dict(values)
    much = more.pop(quantity, None)
    if much is None:
        raise InvalidValue("The quantity is missing.", "Enter it.", field=quantity)
    return Moved(much, more.pop("movement"), more.pop("moved_on"), more)
