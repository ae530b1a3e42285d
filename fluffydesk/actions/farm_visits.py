"""A vet's visit to a farm: treatments, what leaves the store and the draft, in one unit of work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions import rules
from fluffydesk.actions.appointments import change_visit
from fluffydesk.actions.booked import FREE
from fluffydesk.actions.invoicing import NewLine, write_invoice
from fluffydesk.actions.rules.animals import day_of
from fluffydesk.actions.rules.taken import lots_in_store
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.health import drawn
from fluffydesk.figures.ledger import expired
from fluffydesk.figures.withdrawal import planned_end
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.booking import Appointment, Service
from fluffydesk.records.clinic import FarmVisit, FarmVisitTreatment
from fluffydesk.records.commerce import Product
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.enums.booking import ServiceCategory
from fluffydesk.records.enums.medical import DoseUnit
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.types import now
from fluffydesk.records.users import Profile

_NONE = Decimal(0)
_TABLE = FarmVisitTreatment.__table__


@dataclass(frozen=True)
class Charges:
    """What a visit is charged beside the medicine; `per_km` and prices are with tax."""

    service_id: UUID | None = None
    per_km: Decimal = _NONE
    bill: bool = True
    """Whether a draft is written at all."""


def record_visit(
    mirror: Mirror,
    values: Mapping[str, Any],
    given: Sequence[Mapping[str, Any]],
    charges: Charges | None = None,
) -> tuple[UUID, Changes]:
    """Write down a visit with all that was given, take it from the store, and draft its invoice.

    All of it or none. `values` are columns of FarmVisit, each of `given` those of a treatment: a
    drug of the store without a lot is taken from the first to expire that has enough (rule 17).
    The withdrawal hours are the label's: a farm that is organic waits longer by itself. The
    appointment by which it stood in the calendar (`appointment_id`) is then done (rule 20).
    InvalidValue: an expired lot, too little in store (rule 13), neither animal nor group (rule 16).
    """
    charged = charges or Charges()
    with mirror.unit("Farm visit") as unit:
        visited = {"visited_at": now(), "veterinarian_id": _author(unit.connection), **values}
        visit_id = unit.insert(FarmVisit, check(FarmVisit, visited))
        visit = existing(unit.connection, FarmVisit, visit_id)
        rules.hold(unit.connection, FarmVisit, None, visit)
        _carried_out(unit, visit.appointment_id)
        for one in given:
            _give(unit, visit, one)
        if charged.bill:
            lines = list(_lines(unit.connection, visit, charged))
            invoice = write_invoice(unit, {"client_id": visit.client_id}, lines)
            unit.update(FarmVisit, visit_id, {"invoice_id": invoice})
    return visit_id, unit.changes


def correct_treatment(mirror: Mirror, row_id: UUID, values: Mapping[str, Any]) -> Changes:
    """Correct a treatment; store and the farm's book follow (rules 16 and 17).

    One that the farm could not place is asked about again: with the number as on the ear.
    """
    with mirror.unit("Farm treatment corrected") as unit:
        before = existing(unit.connection, FarmVisitTreatment, row_id)
        if before.void_reason:
            raise InvalidValue(
                "This treatment was voided, and the farm has read it.",
                "Write it down again instead.",
                field="void_reason",
            )
        kept = check(FarmVisitTreatment, values, partial=True)
        if {"dose", "doses", "dose_unit", "head_count"} & kept.keys() and "quantity" not in kept:
            kept["quantity"] = _quantity(unit.connection, {**before._mapping, **kept})
        unit.update(FarmVisitTreatment, row_id, kept)
        after = existing(unit.connection, FarmVisitTreatment, row_id)
        rules.hold(unit.connection, FarmVisitTreatment, before, after)
    return unit.changes


def void_treatment(mirror: Mirror, row_id: UUID, reason: str) -> Changes:
    """Void what never happened: it goes back to the store, and the farm's book says so (rule 16).

    InvalidValue without a reason.
    """
    if not reason.strip():
        raise InvalidValue(
            "The reason is missing.", "Say why it never happened.", field="void_reason"
        )
    return correct_treatment(mirror, row_id, {"void_reason": reason.strip()})


def planned(connection: Connection, appointment_id: UUID) -> tuple[UUID | None, dict[str, Any]]:
    """Return the visit that an appointment became, if it has been written down, and the values
    with which it is: whose farm, which vet and why. NotFound where the appointment is gone.
    """
    row = existing(connection, Appointment, appointment_id)
    written = row_with(connection, FarmVisit, appointment_id=appointment_id)
    values = {
        "client_id": row.client_id,
        "veterinarian_id": row.veterinarian_id,
        "visited_at": min(row.scheduled_at, now()),
        "reason": row.reason,
        "appointment_id": row.id,
    }
    return (None if written is None else written.id), values


def treatments_of(connection: Connection, visit_id: UUID) -> list[Row[Any]]:
    """Return what was given at a visit, in the order in which it was."""
    query = select(_TABLE).where(_TABLE.c.visit_id == visit_id)
    return list(connection.execute(query.order_by(_TABLE.c.given_at, _TABLE.c.id)))


def free_again(row: Row[Any], food: str) -> datetime | None:
    """Return when milk, meat or eggs are free again, the course taken as it is planned (rule 16).

    By the label's hours; None where there are none, or it never happened.
    """
    hours = int(getattr(row, f"{food}_hours"))
    if hours <= 0 or row.void_reason:
        return None
    return planned_end(row.given_at, row.doses, None, hours, row.hours_between)


def who_got(row: Any) -> str:
    """Return who got it: the number on the ear, or the group with its head."""
    if row.animal_tag:
        return str(row.animal_tag)
    return f"{row.group_name} ({row.head_count})" if row.head_count else str(row.group_name)


def _carried_out(unit: Unit, appointment_id: UUID | None) -> None:
    if appointment_id is None:
        return
    row = row_with(unit.connection, Appointment, id=appointment_id)
    if row is not None and row.status not in (*FREE, AppointmentStatus.COMPLETED):
        change_visit(unit, row, {"status": AppointmentStatus.COMPLETED})


def _give(unit: Unit, visit: Row[Any], values: Mapping[str, Any]) -> None:
    given = {"visit_id": visit.id, "given_at": visit.visited_at, **values}
    connection = unit.connection
    if given.get("item_id") is not None:
        given["quantity"] = given.get("quantity") or _quantity(connection, given)
        if not given.get("lot"):
            given |= _first_lot(connection, given)
        item = existing(connection, FarmInventory, given["item_id"])
        given["product"] = given.get("product") or item.name
    row_id = unit.insert(FarmVisitTreatment, check(FarmVisitTreatment, given))
    row = existing(connection, FarmVisitTreatment, row_id)
    rules.hold(connection, FarmVisitTreatment, None, row)


def _quantity(connection: Connection, given: Mapping[str, Any]) -> Decimal | None:
    """Return what a course takes from the store, in the store's unit."""
    if given.get("item_id") is None or given.get("dose") is None:
        return None
    item = existing(connection, FarmInventory, given["item_id"])
    unit = given.get("dose_unit") or DoseUnit.MILLILITRE
    doses, head = given.get("doses") or 1, given.get("head_count") or 1
    if given.get("group_name") and not given.get("head_count"):
        raise InvalidValue(
            "How many animals got it is missing.",
            "Enter the head, so that the store is right.",
            field="head_count",
        )
    found = drawn(given["dose"], unit, item.unit, doses, head)
    if found is None:
        counted = "pieces" if item.unit == "count" else item.unit
        raise InvalidValue(
            f"{item.name} is counted in {counted}, and the dose is in {unit}.",
            "Give the dose in a unit that fits, or say what was taken from the store.",
            field="dose_unit",
        )
    return found


def _first_lot(connection: Connection, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the lot to take from: the first to expire that has enough, else the first (FEFO)."""
    on = day_of(connection, given["given_at"])
    there = [
        lot
        for lot in lots_in_store(connection, given["item_id"])
        if lot.left > 0 and lot.name and not expired(lot.expires_on, on)
    ]
    enough = [lot for lot in there if lot.left >= (given["quantity"] or _NONE)]
    first = next(iter(enough or there), None)
    return {} if first is None else {"lot": first.name, "lot_expires_on": first.expires_on}


def _lines(connection: Connection, visit: Row[Any], charges: Charges) -> Iterator[NewLine]:
    """Yield what a visit is charged for: the call, the way, and the medicine by lot."""
    service = call_service(connection, charges.service_id)
    if service is not None:
        price = service.price or _NONE
        yield NewLine(service.name, price, tax_rate=service.tax_rate, service_id=service.id)
    rate = _NONE if service is None else service.tax_rate
    if visit.distance_km and charges.per_km:
        distance = Decimal(visit.distance_km)
        yield NewLine("Way, km", charges.per_km, distance, rate)
    for row in treatments_of(connection, visit.id):
        product = None
        if row.item_id is not None:
            product = row_with(connection, Product, stock_item_id=row.item_id)
        # The treatment took it from the store: the line only says what and how much.
        quantity = Decimal(1) if row.quantity is None else Decimal(row.quantity)
        yield NewLine(
            f"{row.product} for {who_got(row)}",
            _NONE if product is None else product.price,
            quantity,
            rate if product is None else product.tax_rate,
            product_id=None if product is None else product.id,
            lot=row.lot,
        )


def call_service(connection: Connection, service_id: UUID | None = None) -> Row[Any] | None:
    """Return the service that a visit is charged as: the usual one, or another."""
    if service_id is not None:
        return row_with(connection, Service, id=service_id)
    return row_with(connection, Service, category=ServiceCategory.FARM_VISIT, status="active")


def _author(connection: Connection) -> UUID | None:
    told = (Mirror.state.get(connection, "author") or {}).get("user_id")
    person = None if told is None else row_with(connection, Profile, id=UUID(told))
    return None if person is None else UUID(str(person.id))
