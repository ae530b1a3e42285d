"""The rules of the trade: they hold whichever way a row is saved, by screen, form or command."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from fluffydesk.actions.rules import milk, organizations
from fluffydesk.actions.rules.rule import Rule
from fluffydesk.records.vocabulary import Record

RULES: dict[type[Record], tuple[Rule, ...]] = {**milk.RULES, **organizations.RULES}


def hold(
    connection: Connection, record: type[Record], before: Row[Any] | None, after: Row[Any] | None
) -> None:
    """Refuse a row of `record` that was just added, changed or deleted against a rule.

    Called within the unit of work, after the row was written: what the rules read is what would
    be kept. `before` is None for a row that was added, `after` for one that was deleted. Raises
    Refusal, or InvalidValue with the field, which takes the whole unit back.
    """
    for rule in RULES.get(record, ()):
        rule(connection, before, after)
