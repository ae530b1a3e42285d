"""Records that contradict each other: what two PCs wrote down in good faith, and cannot both be.

Each save keeps the rules of the trade by what its own PC knows (`actions/rules`). Central refuses
a later one only where it cannot be true in itself (a number that two living animals have, one
milking twice, an animal that is its own ancestor). What may well have happened it takes from both,
and here is said what then does not add up, with the rows to correct.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from sqlalchemy import Connection

from fluffydesk.actions.findings import animals, bills, births, counts, desk, drugs, health, rooms
from fluffydesk.actions.findings.finding import Entry, Finding
from fluffydesk.actions.papers import NEEDS

__all__ = ["RECENT_DAYS", "WATCHED", "Entry", "Finding", "findings"]

Check = Callable[[Connection, date | None], Iterator[Finding]]
RECENT_DAYS = 60
"""How far back is looked where a look has to be quick."""
_QUICK: tuple[Check, ...] = (
    counts.heads,
    counts.stores,
    counts.eggs,
    counts.old_eggs,
    animals.after_leaving,
    animals.sold_twice,
    births.births,
    health.withheld_eggs,
    health.withheld_meat,
    health.withheld_milk,
    health.twice,
    health.expired,
    desk.vaccinated_twice,
    desk.handed_out_twice,
    desk.given_twice,
    desk.gone,
    desk.moved,
    bills.stays,
    bills.visits,
    rooms.rooms,
)
_THOROUGH: tuple[Check, ...] = (
    animals.before_coming,
    animals.dry_cows,
    animals.groups,
    animals.parents,
    animals.tags,
    births.young,
    desk.seen,
    drugs.given,
)
WATCHED = frozenset(
    {
        *("livestock", "livestock_batch_members", "flocks", "poultry_batches", "mortality_logs"),
        *("herd_batches", "herd_movements", "farm_product_sales", "milk_production_logs"),
        *("egg_production_logs", "weight_logs", "wool_milk_production_logs", "lambing_records"),
        *("breeding_records", "health_treatments", "vaccine_logs", "inventory_transactions"),
        *("milk_storage_logs", "egg_storage", "wool_storage"),
        *("pet_vaccinations", "pets", "clinic_patients", "appointments", "bookings"),
        *("booking_items", "invoices", "invoice_items", "rooms", "room_availability"),
        *("medical_records", "prescriptions", "lab_results"),
        *(record.__tablename__ for record in NEEDS),
        "custom_fields",  # where what is set aside is kept
    }
)
"""The tables that findings come from."""


def findings(
    connection: Connection, since: date | None = None, *, quick: bool = False
) -> list[Finding]:
    """Return what contradicts itself, latest first: since a day, or of all time.

    `quick` leaves out what has to read every animal.
    """
    checks = _QUICK if quick else (*_QUICK, *_THOROUGH)
    found = [one for check in checks for one in check(connection, since)]
    return sorted(found, key=lambda one: (one.on, one.rule, one.message), reverse=True)
