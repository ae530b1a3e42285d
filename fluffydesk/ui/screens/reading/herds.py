"""Herds counted by head as their screen shows them: how many, how many were lost, and each move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from fluffydesk.actions.rules.flocks import steps_of
from fluffydesk.figures.flock import mortality_percent
from fluffydesk.records.enums.livestock import HerdMove, HerdStatus
from fluffydesk.records.farm_resources import FarmProductSale
from fluffydesk.records.livestock import HerdBatch, HerdMovement
from fluffydesk.ui.screens.reading.firsts import MOST, Firsts, first_of

_MOVED, _SOLD = HerdMovement.__table__.c, FarmProductSale.__table__.c
_JOINING = (HerdMove.BORN, HerdMove.BOUGHT, HerdMove.MOVED_IN)


@dataclass(frozen=True)
class HerdRow:
    """One herd on one day."""

    id: UUID
    name: str
    location: str
    active: bool
    started_on: date
    head: int
    dead: int
    mortality_percent: Decimal | None


@dataclass(frozen=True)
class HerdEvent:
    """A move or a sale of a herd; `head` is above zero for those that joined."""

    table: str
    id: UUID
    on: date
    what: str
    head: int
    weight_kg: Decimal | None
    words: str


def herd_rows(connection: Connection, on: date) -> list[HerdRow]:
    """Return every herd, those still kept first, by name."""
    herds, steps = HerdBatch.__table__, steps_of(HerdBatch).subquery()
    heads = dict(
        connection.execute(
            select(steps.c.of, func.sum(steps.c.head)).where(steps.c.on <= on).group_by(steps.c.of)
        ).all()
    )
    moved: dict[tuple[UUID, str], int] = {
        (row[0], row[1]): int(row[2])
        for row in connection.execute(
            select(_MOVED.herd_id, _MOVED.kind, func.sum(_MOVED.head))
            .where(_MOVED.moved_on <= on)
            .group_by(_MOVED.herd_id, _MOVED.kind)
        )
    }
    rows = []
    for row in connection.execute(select(herds).order_by(herds.c.status, herds.c.name)):
        dead = -moved.get((row.id, HerdMove.DIED), 0)
        came = row.head_count + sum(moved.get((row.id, kind), 0) for kind in _JOINING)
        rows.append(
            HerdRow(
                id=row.id,
                name=row.name,
                location=row.location or "",
                active=row.status == HerdStatus.ACTIVE,
                started_on=row.started_on,
                head=int(heads.get(row.id, 0)),
                dead=dead,
                mortality_percent=mortality_percent(dead, came),
            )
        )
    return rows


def herd_events(connection: Connection, herd: UUID, most: int | None = MOST) -> Firsts[HerdEvent]:
    """Return a herd's moves and sales, newest first; all where `most` is None."""
    herds = HerdBatch.__table__.c
    names = dict(connection.execute(select(herds.id, herds.name)).all())

    def moved(row: Row[Any]) -> HerdEvent:
        where = names.get(row.other_herd_id) or row.other_holding or row.cause or ""
        return HerdEvent(
            "herd_movements", row.id, row.moved_on, row.kind, row.head, row.weight_kg, where
        )

    def sold(row: Row[Any]) -> HerdEvent:
        return HerdEvent(
            "farm_product_sales",
            row.id,
            row.sold_on,
            HerdMove.SOLD,
            -row.head,
            row.weight_kg,
            row.customer or "",
        )

    moves = select(HerdMovement.__table__).where(_MOVED.herd_id == herd)
    sales = select(FarmProductSale.__table__).where(_SOLD.herd_id == herd, _SOLD.head.is_not(None))
    parts = (
        first_of(connection, moves.order_by(_MOVED.moved_on.desc()), moved, most),
        first_of(connection, sales.order_by(_SOLD.sold_on.desc()), sold, most),
    )
    rows = sorted(
        (one for part in parts for one in part.rows), key=lambda event: event.on, reverse=True
    )
    return Firsts(tuple(rows[:most]), sum(part.total for part in parts))
