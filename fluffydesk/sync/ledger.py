"""What became of every unit of work: none is ever missing from the count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from fluffydesk.records.types import from_microseconds

OUTCOMES = ("waiting", "applied", "merged", "conflict", "quarantined", "discarded")


@dataclass(frozen=True)
class Waiting:
    """How many units are still to be sent, and when the oldest of them was made."""

    count: int
    oldest: datetime | None


def counts(connection: Connection) -> dict[str, int]:
    """Return how many units ended how; they add up to the units ever made on this PC.

    A unit waits until all of it is settled, whatever is known of it by then.
    """
    sql = (
        "SELECT CASE WHEN settled_at IS NULL AND outcome NOT IN ('conflict', 'quarantined') "
        "THEN 'waiting' ELSE outcome END, count(*) FROM units GROUP BY 1"
    )
    found = {str(outcome): int(count) for outcome, count in connection.exec_driver_sql(sql)}
    return {outcome: found.get(outcome, 0) for outcome in OUTCOMES}


def waiting(connection: Connection) -> Waiting:
    """Return what is still to be sent; what waits for a person is not counted."""
    sql = (
        "SELECT count(*), min(made_at) FROM units "
        "WHERE settled_at IS NULL AND outcome NOT IN ('conflict', 'quarantined')"
    )
    count, oldest = connection.exec_driver_sql(sql).one()
    return Waiting(int(count), None if oldest is None else from_microseconds(oldest))
