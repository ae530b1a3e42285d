"""Reads visits to farms: the list, one with what was given, and how a drug was given last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, case, func, select

from fluffydesk.actions.farm_visits import treatments_of
from fluffydesk.actions.rules.taken import lots_in_store
from fluffydesk.actions.saving import row_with
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.clinic import FarmVisit, FarmVisitTreatment
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.payments import Invoice
from fluffydesk.records.pets import ClinicClient
from fluffydesk.records.types import now
from fluffydesk.records.users import Profile
from fluffydesk.ui.screens.visits import unconfirmed

WATCHED = frozenset(
    {
        "appointments",
        "farm_visits",
        "farm_visit_treatments",
        "clinic_clients",
        "invoices",
        "profiles",
    }
)
MOST = 500
_VISITS, _GIVEN = FarmVisit.__table__, FarmVisitTreatment.__table__
_OVERDUE = timedelta(days=90)
"""How long a visit that was planned is asked for."""
_TO_COME = (
    AppointmentStatus.SCHEDULED,
    AppointmentStatus.CONFIRMED,
    AppointmentStatus.IN_PROGRESS,
)
AS_LAST = (
    "dose",
    "dose_unit",
    "route",
    "doses",
    "hours_between",
    "substance",
    "is_antimicrobial",
    "milk_hours",
    "meat_hours",
    "egg_hours",
)
"""What belongs to a drug, and is filled in as it was when the drug was given last."""


@dataclass(frozen=True)
class VisitRow:
    """One visit of the list."""

    id: UUID
    client_id: UUID
    farm: str
    at: datetime
    vet: str
    reason: str
    given: int
    unplaced: int
    """How many treatments the farm's book has not got."""
    invoice: str
    provisional: bool = False
    planned: bool = False
    """In the calendar, and not written down yet: `id` is its appointment's."""


@dataclass(frozen=True)
class OneVisit:
    """A visit with everything that was given."""

    row: VisitRow
    findings: str
    advice: str
    distance_km: Decimal | None
    invoice_id: UUID | None
    is_on_platform: bool
    treatments: tuple[Row[Any], ...] = ()


@dataclass(frozen=True)
class Drug:
    """A drug of the store: what is there of which lot, and how it was given last."""

    id: UUID
    name: str
    lots: str
    last: dict[str, Any]


def read_visits(mirror: Mirror) -> tuple[VisitRow, ...]:
    """Read the latest visits and those that are planned, newest first."""
    with mirror.read() as connection:
        waiting, _ = unconfirmed(connection, "farm_visits")
        rows = [_row(row, str(row.id) in waiting) for row in connection.execute(_select())]
        waiting, _ = unconfirmed(connection, "appointments")
        rows += [_plan(row, str(row.id) in waiting) for row in connection.execute(_planned())]
    return tuple(sorted(rows, key=lambda one: one.at, reverse=True))


def read_visit(mirror: Mirror, visit_id: UUID) -> OneVisit | None:
    """Read one visit; None where it is gone."""
    with mirror.read() as connection:
        waiting, _ = unconfirmed(connection, "farm_visits")
        found = connection.execute(_select().where(_VISITS.c.id == visit_id)).one_or_none()
        if found is None:
            return None
        given = tuple(treatments_of(connection, visit_id))
    return OneVisit(
        _row(found, str(found.id) in waiting),
        found.findings or "",
        found.advice or "",
        found.distance_km,
        found.invoice_id,
        found.farm_id is not None,
        given,
    )


def read_drug(mirror: Mirror, item_id: UUID) -> Drug | None:
    """Read a drug of the store; None where it is gone."""
    with mirror.read() as connection:
        item = row_with(connection, FarmInventory, id=item_id)
        if item is None:
            return None
        query = select(_GIVEN).where(_GIVEN.c.item_id == item_id, _GIVEN.c.void_reason.is_(None))
        last = connection.execute(query.order_by(_GIVEN.c.given_at.desc()).limit(1)).first()
        there = [one for one in lots_in_store(connection, item_id) if one.left > 0]
    unit = "pieces" if item.unit == "count" else item.unit
    words = [
        f"lot {one.name or '?'}: {one.left.normalize():f} {unit}"
        + (f" until {one.expires_on:%d %b %Y}" if one.expires_on else "")
        for one in there[:3]
    ]
    known = {} if last is None else {name: last._mapping[name] for name in AS_LAST}
    return Drug(item_id, item.name, "; ".join(words) or "Nothing left in store.", known)


def _select() -> Any:
    people, clients, bills = Profile.__table__, ClinicClient.__table__, Invoice.__table__
    lost = _GIVEN.c.is_in_farm_book.is_(False) & _GIVEN.c.void_reason.is_(None)
    counts = (
        select(
            _GIVEN.c.visit_id,
            func.count().label("given"),
            func.sum(case((lost, 1), else_=0)).label("unplaced"),
        )
        .group_by(_GIVEN.c.visit_id)
        .subquery()
    )
    joined = (
        _VISITS.outerjoin(clients, clients.c.id == _VISITS.c.client_id)
        .outerjoin(people, people.c.id == _VISITS.c.veterinarian_id)
        .outerjoin(bills, bills.c.id == _VISITS.c.invoice_id)
        .outerjoin(counts, counts.c.visit_id == _VISITS.c.id)
    )
    return (
        select(
            _VISITS,
            clients.c.full_name.label("farm"),
            clients.c.farm_id,
            people.c.full_name.label("vet"),
            bills.c.status.label("bill"),
            func.coalesce(counts.c.given, 0).label("given"),
            func.coalesce(counts.c.unplaced, 0).label("unplaced"),
        )
        .select_from(joined)
        .order_by(_VISITS.c.visited_at.desc(), _VISITS.c.id)
        .limit(MOST)
    )


def _planned() -> Any:
    """Return the query of the farm visits in the calendar that nobody has written down."""
    book, people, clients = Appointment.__table__, Profile.__table__, ClinicClient.__table__
    written = select(_VISITS.c.appointment_id).where(_VISITS.c.appointment_id.is_not(None))
    joined = book.outerjoin(clients, clients.c.id == book.c.client_id).outerjoin(
        people, people.c.id == book.c.veterinarian_id
    )
    return (
        select(book, clients.c.full_name.label("farm"), people.c.full_name.label("vet"))
        .select_from(joined)
        .where(
            book.c.pet_id.is_(None),
            book.c.scheduled_at > now() - _OVERDUE,
            book.c.status.in_(_TO_COME),
            book.c.id.not_in(written),
        )
        .order_by(book.c.scheduled_at, book.c.id)
        .limit(MOST)
    )


def _plan(row: Any, provisional: bool) -> VisitRow:
    told = (row.id, row.client_id, row.farm or "A farm", row.scheduled_at, row.vet or "")
    return VisitRow(*told, row.reason or "", 0, 0, "planned", provisional, planned=True)


def _row(row: Any, provisional: bool) -> VisitRow:
    return VisitRow(
        row.id,
        row.client_id,
        row.farm or "A farm",
        row.visited_at,
        row.vet or "",
        row.reason or "",
        row.given,
        row.unplaced,
        str(row.bill or "none").replace("_", " "),
        provisional,
    )
