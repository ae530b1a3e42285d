"""The rules of the trade: they hold whichever way a row is saved, by screen, form or command."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from fluffydesk.actions.rules import (
    animals,
    appointments,
    attachments,
    births,
    bookings,
    breeding,
    dispensing,
    disposals,
    drugs,
    exits,
    farm_visits,
    feeding,
    flocks,
    groups,
    health,
    invoices,
    medical,
    milk,
    money,
    organizations,
    patients,
    refunds,
    reminders,
    shifts,
    stores,
    tasks,
    weights,
)
from fluffydesk.actions.rules.doubts import doubts
from fluffydesk.actions.rules.rule import Rule
from fluffydesk.records.vocabulary import Record


def _together(
    *subjects: dict[type[Record], tuple[Rule, ...]],
) -> dict[type[Record], tuple[Rule, ...]]:
    """Return the rules of each record from every subject, in the order of the subjects."""
    found: dict[type[Record], tuple[Rule, ...]] = {}
    for rules in subjects:
        for record, more in rules.items():
            found[record] = (*found.get(record, ()), *more)
    return found


__all__ = ["RULES", "doubts", "hold"]

RULES = _together(
    milk.RULES,
    organizations.RULES,
    patients.RULES,
    reminders.RULES,
    animals.RULES,
    groups.RULES,
    exits.RULES,
    health.RULES,
    drugs.RULES,
    flocks.RULES,
    stores.RULES,
    disposals.RULES,
    births.RULES,
    breeding.RULES,
    money.RULES,
    invoices.RULES,
    refunds.RULES,
    tasks.RULES,
    shifts.RULES,
    attachments.RULES,
    weights.RULES,
    feeding.RULES,
    medical.RULES,
    dispensing.RULES,
    appointments.RULES,
    bookings.RULES,
    farm_visits.RULES,
)


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
