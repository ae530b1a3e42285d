"""What is thrown away says why: medicine is answered for, milk and eggs are money (rule 13)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from fluffydesk.actions.rules.rule import Rule
from fluffydesk.actions.rules.stores import LEDGERS
from fluffydesk.errors import InvalidValue
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.vocabulary import Record


def _says_why(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    if after is None or after.movement != StockMovement.DISPOSAL or (after.reason or "").strip():
        return
    if before is not None and (before.movement, before.reason) == (after.movement, after.reason):
        return
    raise InvalidValue(
        "Why it was thrown away is missing.",
        "Say it in a word: expired, spilt, spoilt, under withdrawal.",
        field="reason",
    )


RULES: dict[type[Record], tuple[Rule, ...]] = dict.fromkeys(LEDGERS, (_says_why,))
