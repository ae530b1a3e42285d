"""The weight on an animal's card is its newest one, however weights are written or corrected."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select, update

from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.records.farm import WeightLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.vocabulary import Record

_WEIGHTS = WeightLog.__table__.c


def _card_follows(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """The card follows while it says what the weighings said; a weight typed there stays."""
    for row in (before, after):
        card = None if row is None else row_of(connection, Livestock, row.animal_id)
        if row is None or card is None:
            continue
        newest = _newest(connection, card.id, None)
        said = {None, _newest(connection, card.id, row.id)}
        if before is not None and before.animal_id == card.id:
            said.add(before.weight_kg)
        if card.weight_kg in said and card.weight_kg != newest:
            table = Livestock.__table__
            connection.execute(update(table).where(table.c.id == card.id).values(weight_kg=newest))


def _newest(connection: Connection, animal: Any, without: Any) -> Decimal | None:
    query = select(_WEIGHTS.weight_kg).where(_WEIGHTS.animal_id == animal)
    if without is not None:
        query = query.where(_WEIGHTS.id != without)
    query = query.order_by(_WEIGHTS.weighed_on.desc(), _WEIGHTS.id.desc()).limit(1)
    found: Decimal | None = connection.execute(query).scalar()
    return found


RULES: dict[type[Record], tuple[Rule, ...]] = {WeightLog: (_card_follows,)}
