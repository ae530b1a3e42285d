"""A vet's visit to a farm: treatments, what leaves the store and the draft, in one unit of work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, select

from fluffydesk.actions import rules
from fluffydesk.actions.appointments import change_visit
from fluffydesk.actions.booked import FREE
from fluffydesk.actions.invoicing import NewLine, write_invoice, write_line
from fluffydesk.actions.rules.animals import day_of
from fluffydesk.actions.rules.stores import expiry
from fluffydesk.actions.rules.taken import parts_of
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.health import drawn, portions
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
from fluffydesk.records.enums.payments import InvoiceStatus
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.payments import Invoice
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
    drug of the store without a lot is taken from the first to expire that has enough, and where
    none has, from several, each a treatment of its own (rule 17). The withdrawal hours are the
    label's: a farm that is organic waits longer by itself. The appointment by which it stood in
    the calendar (`appointment_id`) is then done (rule 20), and the visit's id follows from it:
    written down at two desks, it is one visit with what was given at both.
    InvalidValue: an expired lot, too little in store (rule 13), neither animal nor group (rule 16).
    """
    charged = charges or Charges()
    with mirror.unit("Farm visit") as unit:
        visited = {"visited_at": now(), "veterinarian_id": _author(unit.connection), **values}
        before, visit = _write(unit, check(FarmVisit, visited))
        rows = [row for one in given for row in _give(unit, visit, one)]
        if charged.bill:
            call = _call_lines(unit.connection, visit, charged) if before is None else ()
            _bill(unit, visit, [*call, *_lines(unit.connection, rows, charged)])
    return visit.id, unit.changes


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


def _write(unit: Unit, values: Mapping[str, Any]) -> tuple[Row[Any] | None, Row[Any]]:
    """Write a visit, or what is new of one that another desk has written down; returns the row
    before that and after."""
    booked = values.get("appointment_id")
    visit_id = None if booked is None else uuid5(booked, "the farm visit")
    before = None if visit_id is None else row_with(unit.connection, FarmVisit, id=visit_id)
    if before is None:
        visit_id = unit.insert(FarmVisit, values, visit_id)
        _carried_out(unit, booked)
    else:
        unit.update(FarmVisit, before.id, _added(before, values))
        visit_id = before.id
    after = existing(unit.connection, FarmVisit, visit_id)
    rules.hold(unit.connection, FarmVisit, before, after)
    return before, after


def _added(before: Row[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a visit gains: the words of both, and else what was not said."""
    found = {name: value for name, value in values.items() if getattr(before, name) is None}
    for name in ("findings", "advice"):
        said, more = getattr(before, name), values.get(name)
        if said and more and more not in said:
            found[name] = f"{said}\n{more}"
    return found


def _bill(unit: Unit, visit: Row[Any], lines: Sequence[NewLine]) -> None:
    """Put lines onto the draft of a visit; one that has none, or a posted one, gets another."""
    draft = row_with(unit.connection, Invoice, id=visit.invoice_id)
    if draft is not None and draft.status is InvoiceStatus.DRAFT:
        for line in lines:
            write_line(unit, draft.id, line)
        return
    booked = row_with(unit.connection, Appointment, id=visit.appointment_id)
    about = {"client_id": visit.client_id, "appointment_id": booked and booked.id}
    invoice = write_invoice(unit, about, lines) if lines or draft is None else None
    if draft is None:
        unit.update(FarmVisit, visit.id, {"invoice_id": invoice})


def _carried_out(unit: Unit, appointment_id: UUID | None) -> None:
    if appointment_id is None:
        return
    row = row_with(unit.connection, Appointment, id=appointment_id)
    if row is not None and row.status not in (*FREE, AppointmentStatus.COMPLETED):
        change_visit(unit, row, {"status": AppointmentStatus.COMPLETED})


def _give(unit: Unit, visit: Row[Any], values: Mapping[str, Any]) -> Iterator[Row[Any]]:
    """Write a treatment, and yield it for each lot it is of."""
    given = {"visit_id": visit.id, "given_at": visit.visited_at, **values}
    connection = unit.connection
    if given.get("item_id") is not None:
        given["quantity"] = given.get("quantity") or _quantity(connection, given)
        item = existing(connection, FarmInventory, given["item_id"])
        given["product"] = given.get("product") or item.name
    kept = check(FarmVisitTreatment, given)
    for lot in _by_lot(connection, kept):
        row_id = unit.insert(FarmVisitTreatment, {**kept, **lot})
        row = existing(connection, FarmVisitTreatment, row_id)
        rules.hold(connection, FarmVisitTreatment, None, row)
        yield row


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


def _by_lot(connection: Connection, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return how a treatment without a lot is given of the lots: one that has enough, the first to
    expire, or several (FEFO). A course that is of two lots is a part of the dose of each."""
    if given.get("item_id") is None or given.get("lot") or not given.get("quantity"):
        return [{}]
    item = existing(connection, FarmInventory, given["item_id"])
    on = day_of(connection, given["given_at"])
    parts = parts_of(connection, item, given["quantity"], on, whole=True)
    lots = [
        {"lot": part.lot, "lot_expires_on": part.lot and expiry(connection, item.id, part.lot)}
        for part in parts
    ]
    if len(parts) == 1:
        return lots
    head = given.get("head_count")
    return [
        {
            **lots[one.lot],
            "dose": one.dose,
            "quantity": one.quantity,
            "head_count": None if head is None else one.head,
        }
        for one in portions(given["dose"], head or 1, [part.quantity for part in parts])
    ]


def _call_lines(connection: Connection, visit: Row[Any], charges: Charges) -> Iterator[NewLine]:
    """Yield what a visit is charged for whatever is given: the call and the way."""
    service = call_service(connection, charges.service_id)
    if service is not None:
        price = service.price or _NONE
        yield NewLine(service.name, price, tax_rate=service.tax_rate, service_id=service.id)
    if visit.distance_km and charges.per_km:
        distance = Decimal(visit.distance_km)
        yield NewLine("Way, km", charges.per_km, distance, _rate(service))


def _lines(
    connection: Connection, given: Sequence[Row[Any]], charges: Charges
) -> Iterator[NewLine]:
    """Yield the medicine by lot; the treatment took it from the store, the line says how much."""
    rate = _rate(call_service(connection, charges.service_id))
    for row in given:
        product = None
        if row.item_id is not None:
            product = row_with(connection, Product, stock_item_id=row.item_id)
        yield NewLine(
            f"{row.product} for {who_got(row)}",
            _NONE if product is None else product.price,
            Decimal(1) if row.quantity is None else Decimal(row.quantity),
            rate if product is None else product.tax_rate,
            product_id=None if product is None else product.id,
            lot=row.lot,
        )


def _rate(service: Row[Any] | None) -> Decimal:
    return _NONE if service is None else service.tax_rate


def call_service(connection: Connection, service_id: UUID | None = None) -> Row[Any] | None:
    """Return the service that a visit is charged as: the usual one, or another."""
    if service_id is not None:
        return row_with(connection, Service, id=service_id)
    return row_with(connection, Service, category=ServiceCategory.FARM_VISIT, status="active")


def _author(connection: Connection) -> UUID | None:
    told = (Mirror.state.get(connection, "author") or {}).get("user_id")
    person = None if told is None else row_with(connection, Profile, id=UUID(told))
    return None if person is None else UUID(str(person.id))
