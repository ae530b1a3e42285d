"""The four verbs of every store: receive, use, dispose, count; the balance is the sum of rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from fluffydesk.actions import rules
from fluffydesk.actions.rules.stores import Ledger, balance
from fluffydesk.actions.saving import check, existing
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.stock import signed
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.enums.farm_resources import StockMovement

TITLES = {
    StockMovement.RECEIPT: "Stock received",
    StockMovement.USE: "Stock used",
    StockMovement.DISPOSAL: "Stock disposed of",
    StockMovement.STOCKTAKE: "Stock counted",
}


def post(
    unit: Unit,
    ledger: Ledger,
    movement: StockMovement,
    quantity: Decimal,
    moved_on: date,
    values: Mapping[str, Any],
    *,
    there: Decimal | None = None,
    id: UUID | None = None,
) -> UUID:
    """Post one movement of `quantity` (not negative) within a unit of work; returns its row.

    `values` are the row's other columns. For a stocktake `quantity` is what was counted of the
    first of the ledger's accounts, and the difference from the ledger on that day is posted, or
    from what is `there` where that account does not say it (a lot). `id`: the new row's.
    InvalidValue: a quantity that is not positive; Refusal: what a rule of the store forbids, as a
    balance below zero on any day (rule 13).
    """
    not_less_than_nothing(movement, quantity, ledger.quantity)
    counted = movement is StockMovement.STOCKTAKE
    if counted:
        mine = {name: values.get(name) for name in ledger.accounts[0]}
        quantity -= balance(unit.connection, ledger, mine, moved_on) if there is None else there
    posted = signed(movement, quantity)
    row = {
        **values,
        "movement": movement,
        "moved_on": moved_on,
        ledger.quantity: int(posted) if ledger.counted else posted,
    }
    row_id = unit.insert(ledger.record, check(ledger.record, row), id)
    after = existing(unit.connection, ledger.record, row_id)
    rules.hold(unit.connection, ledger.record, None, after)
    return row_id


def not_less_than_nothing(movement: StockMovement, quantity: Decimal, field: str) -> None:
    """Refuse a quantity whose sign would contradict its verb."""
    if quantity < 0 or (quantity == 0 and movement is not StockMovement.STOCKTAKE):
        raise InvalidValue(
            "The quantity must be more than zero.",
            "The verb says whether it comes or goes.",
            field=field,
        )
