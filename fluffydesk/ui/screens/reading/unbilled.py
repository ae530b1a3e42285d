"""What came to a visit after its invoice was posted and is on none, as the screens say it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.actions.findings.bills import unbilled_visits
from fluffydesk.ui.screens.visits import visits_by_id
from fluffydesk.wording import apart

UNBILLED = frozenset(
    {
        "appointments",
        "medical_records",
        "prescriptions",
        "pet_vaccinations",
        "lab_results",
        "invoices",
        "invoice_items",
    }
)
"""The tables of which it is read."""
DAYS = 60
"""For how long after it was billed it is told."""
_NAMED = 3


@dataclass(frozen=True)
class Left:
    """A visit of which something is not billed yet."""

    visit_id: UUID
    pet: str
    things: tuple[str, ...]


def left_to_bill(connection: Connection, on: date) -> tuple[Left, ...]:
    """Return the visits up to a day of which something is not billed yet, the latest first."""
    found = unbilled_visits(connection, on - timedelta(days=DAYS))
    visits = visits_by_id(connection, found)
    return tuple(Left(one.id, one.pet, tuple(found[one.id])) for one in reversed(visits))


def things_words(things: Iterable[str]) -> str:
    """Return things by name, the first of many: "Urea, Rabies and 2 more"."""
    return _some([" ".join(one.split()) for one in things])


def left_words(left: Sequence[Left]) -> str:
    """Return which visits have what to bill: "Biscuit (Urea), Mango (Rabies) and 2 more"."""
    return _some([f"{apart(one.pet)} ({things_words(one.things)})" for one in left])


def _some(words: Sequence[str]) -> str:
    more = len(words) - _NAMED
    return ", ".join(words[:_NAMED]) + (f" and {more} more" if more > 0 else "")
