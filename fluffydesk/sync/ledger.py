"""What became of every unit of work: none is ever missing from the count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.types import from_microseconds
from fluffydesk.wording import counted

OUTCOMES = ("waiting", "applied", "merged", "conflict", "quarantined", "discarded")
_REFUSED = (
    "(SELECT value FROM quarantine, json_each(quarantine.units) WHERE quarantine.outcome IS NULL)"
)


@dataclass(frozen=True)
class Waiting:
    """How many units are still to be sent, and when the oldest of them was made."""

    count: int
    oldest: datetime | None


@dataclass(frozen=True)
class Discarded:
    """A unit that a person gave up: whose it was, and who gave it up when."""

    id: UUID
    title: str
    who: str
    made_at: datetime
    by: str
    at: datetime | None
    """None while other rows of the unit are not settled."""


@dataclass(frozen=True)
class Books:
    """The ledger as a whole: units ever made, how many ended how, and whether that adds up."""

    made: int
    counts: Mapping[str, int]
    unnamed: int = 0
    """Discarded units without the name of who discarded them."""

    @property
    def accounted(self) -> int:
        return sum(self.counts.values())

    @property
    def trouble(self) -> str:
        """What is wrong with the books, in a sentence; empty where they add up."""
        if self.accounted != self.made:
            return (
                f"The ledger does not add up: {counted(self.made, 'save was', 'saves were')} made, "
                f"{counted(self.accounted, 'is', 'are')} accounted for."
            )
        if self.unnamed:
            were = counted(self.unnamed, "save was", "saves were")
            return f"{were} discarded, and nobody's name stands beside it."
        return ""


def books(connection: Connection) -> Books:
    """Return the ledger's sums, counted two ways: as units were made, and as they ended."""
    made = int(Mirror.state.get(connection, "units_made", 0))
    sql = "SELECT count(*) FROM units WHERE outcome = 'discarded' AND coalesce(settled_by, '') = ''"
    unnamed = int(connection.exec_driver_sql(sql).scalar_one())
    return Books(made, counts(connection), unnamed)


def discarded(connection: Connection, limit: int = 200) -> list[Discarded]:
    """Return the units that a person discarded, the last first."""
    sql = (
        "SELECT id, title, user_name, made_at, settled_by, settled_at FROM units "
        "WHERE outcome = 'discarded' ORDER BY coalesce(settled_at, made_at) DESC, id DESC LIMIT ?"
    )
    return [
        Discarded(
            UUID(id),
            title or "Edit",
            who or "",
            from_microseconds(made),
            by or "",
            None if at is None else from_microseconds(at),
        )
        for id, title, who, made, by, at in connection.exec_driver_sql(sql, (limit,))
    ]


def counts(connection: Connection) -> dict[str, int]:
    """Return how many units ended how; they add up to the units ever made on this PC.

    A unit waits until all of it is settled, whatever is known of it by then, unless the rest of
    it was refused.
    """
    sql = (
        "SELECT CASE WHEN settled_at IS NULL AND outcome NOT IN ('conflict', 'quarantined') "
        f"THEN CASE WHEN id IN {_REFUSED} THEN 'quarantined' ELSE 'waiting' END "
        "ELSE outcome END, count(*) FROM units GROUP BY 1"
    )
    found = {str(outcome): int(count) for outcome, count in connection.exec_driver_sql(sql)}
    return {outcome: found.get(outcome, 0) for outcome in OUTCOMES}


def waiting(connection: Connection) -> Waiting:
    """Return what is still to be sent; what waits for a person is not counted."""
    sql = (
        "SELECT count(*), min(made_at) FROM units "
        "WHERE settled_at IS NULL AND outcome NOT IN ('conflict', 'quarantined') "
        f"AND id NOT IN {_REFUSED}"
    )
    count, oldest = connection.exec_driver_sql(sql).one()
    return Waiting(int(count), None if oldest is None else from_microseconds(oldest))
