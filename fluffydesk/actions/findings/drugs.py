"""What was given and what left the store for it, after corrections on several PCs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.findings.finding import MOST, MOST_ENTRIES, Finding, Teller
from fluffydesk.actions.rules.drugs import is_of, needed, subject_of
from fluffydesk.actions.rules.rule import row_of
from fluffydesk.actions.rules.stores import amount
from fluffydesk.errors import InvalidValue
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.medical import HealthTreatment, VaccineLog
from fluffydesk.records.vocabulary import Record

_LEDGER = InventoryTransaction.__table__.c
_MOVED = (StockMovement.USE, StockMovement.RECEIPT)
_NEAR = timedelta(days=31)
"""How far the day of a course is corrected at most, for its rows to be looked for."""
_NONE = Decimal(0)


def given(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield courses for which another quantity left the store than they say (rule 17).

    Two PCs that correct one dose, or the dose here and the number of doses there, each take what
    their own correction asks for. A stocktake of the item written down after that settles it.
    """
    teller = Teller(connection)
    corrected = [
        one for record in (HealthTreatment, VaccineLog) for one in _corrected(teller, record, since)
    ]
    if not corrected:
        return
    moved = _moved(connection, min(teller.day(row.given_at) for _, row in corrected) - _NEAR)
    told = 0
    for record, row in corrected:
        on = teller.day(row.given_at)
        days = (on + timedelta(days=n) for n in range(-_NEAR.days, _NEAR.days + 1))
        mine = [one for day in days for one in moved.get(day, ()) if is_of(row.id, one)]
        if not mine or told >= MOST or _counted(connection, mine):
            continue
        finding = _told(teller, record, row, on, mine)
        if finding is not None:
            told += 1
            yield finding


def _corrected(
    teller: Teller, record: type[Record], since: date | None
) -> Iterator[tuple[type[Record], Row[Any]]]:
    table = record.__table__.c
    query = select(record.__table__).where(table.updated_at > table.created_at)
    if since is not None:
        query = query.where(table.given_at >= datetime.combine(since, time(), teller.zone))
    for row in teller.connection.execute(query.order_by(table.given_at)).all():
        yield record, row


def _moved(connection: Connection, first: date) -> dict[date, list[Row[Any]]]:
    """Return by day what left or came back without a feeding or a sale."""
    found: dict[date, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(
        select(InventoryTransaction.__table__).where(
            _LEDGER.moved_on >= first,
            _LEDGER.movement.in_(_MOVED),
            _LEDGER.feed_log_id.is_(None),
            _LEDGER.sale_id.is_(None),
            _LEDGER.reason.is_not(None),
        )
    ):
        found[row.moved_on].append(row)
    return found


def _counted(connection: Connection, mine: list[Row[Any]]) -> bool:
    """Say whether every item of these rows was counted after they were written down."""
    latest: dict[Any, datetime] = {}
    for row in mine:
        latest[row.item_id] = max(row.created_at, latest.get(row.item_id, row.created_at))
    return all(
        connection.execute(
            select(_LEDGER.id)
            .where(
                _LEDGER.item_id == item,
                _LEDGER.movement == StockMovement.STOCKTAKE,
                _LEDGER.created_at > written,
            )
            .limit(1)
        ).first()
        for item, written in latest.items()
    )


def _told(
    teller: Teller, record: type[Record], row: Row[Any], on: date, mine: list[Row[Any]]
) -> Finding | None:
    """Return what does not add up of one course; None where all does."""
    connection = teller.connection
    left: dict[Any, Decimal] = defaultdict(Decimal)
    for one in mine:
        left[one.item_id, one.lot] -= one.quantity
    try:
        needs = needed(connection, row)
    except InvalidValue:  # its head or its unit is missing: the form says so
        return None
    wrong = {
        key: (took, needs if key == (row.item_id, row.lot) else _NONE) for key, took in left.items()
    }
    if row.item_id is not None and needs:
        wrong.setdefault((row.item_id, row.lot), (_NONE, needs))
    differs = {key: pair for key, pair in wrong.items() if pair[0] != pair[1]}
    if not differs:
        return None
    (item_id, _), (took, asks) = next(iter(differs.items()))
    item = row_of(connection, FarmInventory, item_id)
    name, unit = ("", "") if item is None else (f" of {item.name}", _unit(item.unit))
    product = row.product if record is HealthTreatment else row.vaccine
    return Finding(
        rule=17,
        on=on,
        message=f"{subject_of(connection, row)} got {product} on {on:%d %B %Y}: it takes "
        f"{amount(asks)}{unit}{name}, and {amount(took)}{unit} left the store.",
        advice="It was corrected on two PCs. See to the treatment first; then delete what left "
        "too much or came back too much, or count the store.",
        entries=(
            teller.entry(record, row, f"{record.__titles__[0]} of {on:%d %B %Y}"),
            *(
                teller.entry(
                    InventoryTransaction,
                    one,
                    f"{'Used' if one.quantity < 0 else 'Given back'}: "
                    f"{amount(abs(one.quantity))}{unit} on {one.moved_on:%d %B %Y}",
                )
                for one in sorted(mine, key=lambda one: (one.created_at, one.id), reverse=True)[
                    : MOST_ENTRIES - 1
                ]
            ),
        ),
    )


def _unit(kept: str) -> str:
    return "" if str(kept) == "count" else f" {kept}"
