"""Every record there is, in an order in which each comes after the ones it points to."""

from __future__ import annotations

from functools import cache

from fluffydesk.errors import NotFound
from fluffydesk.records.booking import Appointment, Room, Service
from fluffydesk.records.farm import (
    EggProductionLog,
    FeedLog,
    MilkProductionLog,
    MortalityLog,
    PoultryFeedLog,
    WeightLog,
)
from fluffydesk.records.livestock import (
    Flock,
    Livestock,
    LivestockBatch,
    LivestockBreed,
    LivestockSpecies,
    PoultryBatch,
)
from fluffydesk.records.organizations import Organization
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.reference import CompanionBreed, CompanionSpecies
from fluffydesk.records.stores import FarmInventory, InventoryTransaction
from fluffydesk.records.system import AuditLog
from fluffydesk.records.users import OrganizationUser, Profile
from fluffydesk.records.vocabulary import Record, Through, record_columns, tie

RECORDS: tuple[type[Record], ...] = (
    Organization,
    Profile,
    OrganizationUser,
    CompanionSpecies,
    CompanionBreed,
    LivestockSpecies,
    LivestockBreed,
    LivestockBatch,
    Livestock,
    Flock,
    PoultryBatch,
    MilkProductionLog,
    EggProductionLog,
    FeedLog,
    PoultryFeedLog,
    WeightLog,
    MortalityLog,
    FarmInventory,
    InventoryTransaction,
    ClinicClient,
    Pet,
    ClinicPatient,
    Service,
    Room,
    Appointment,
    AuditLog,
)

MIRRORED: tuple[type[Record], ...] = tuple(
    record for record in RECORDS if record.__access__.mirrored
)

for _record in RECORDS:
    tie(_record)

_BY_TABLE = {record.__table__.name: record for record in RECORDS}


@cache
def set_once(record: type[Record]) -> frozenset[str]:
    """Return the columns that decide who sees a row: given when it is added, never changed."""
    own = record.__scope__
    names = {own.person, own.registrar} if isinstance(own, Through) else set()
    for other in RECORDS:
        scope = other.__scope__
        if isinstance(scope, Through) and scope.table == record.__table__.name:
            names.add(scope.column)
    return frozenset(c.name for c in record_columns(record) if c.name in names)


def record_for(table: str) -> type[Record]:
    """Return the record kept in `table`; NotFound names the tables there are."""
    if table not in _BY_TABLE:
        raise NotFound(f"There is no table {table!r}.", f"Choose one of: {', '.join(_BY_TABLE)}.")
    return _BY_TABLE[table]
