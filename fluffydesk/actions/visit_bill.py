"""From visit to money: what was done at a visit and what its record holds becomes an invoice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.invoicing import NewLine, write_invoice, write_line
from fluffydesk.actions.rules.invoices import credited_for, lines_of
from fluffydesk.actions.saving import existing, row_with
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment, Service
from fluffydesk.records.clinic import LabResult, PetVaccination, Prescription
from fluffydesk.records.commerce import Product
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.records.payments import Invoice

_NONE = Decimal(0)
_Told = tuple[UUID | None, str, str | None]
"""What tells that a paper is on an invoice: its record, its words, its lot."""


def bill_visit(
    mirror: Mirror, appointment_id: UUID, kind: InvoiceKind = InvoiceKind.INVOICE
) -> tuple[UUID, Changes]:
    """Write the draft of a visit, or find the one there is and add what came since; returns it.

    Lines are the visit's service, what was prescribed and handed out, vaccinations and lab work,
    at the price list's prices. What the medical record took from the stores already is not taken
    again. A visit that has a posted invoice gives that one; what was handed out since comes on a
    new one, and where credit notes gave all of it back it is billed anew. An estimate is always a
    new one.
    """
    with mirror.unit(f"New {'estimate' if kind is InvoiceKind.ESTIMATE else 'invoice'}") as unit:
        visit = existing(unit.connection, Appointment, appointment_id)
        bills = bills_of_visit(unit.connection, visit.id) if kind is InvoiceKind.INVOICE else []
        lines = list(lines_for_visit(unit.connection, visit))
        if bills:
            lines = unbilled(unit.connection, lines, bills)
            draft = next((one for one in bills if one.status is InvoiceStatus.DRAFT), None)
            if draft is not None:
                for line in lines:
                    write_line(unit, draft.id, line)
                return draft.id, unit.changes
            lines = [line for line in lines if line.price]
            if not lines or any(credited_for(unit.connection, one.id) for one in bills):
                return bills[0].id, unit.changes
        values = {"client_id": visit.client_id, "appointment_id": visit.id, "kind": kind}
        return write_invoice(unit, values, lines), unit.changes


def bills_of_visit(connection: Connection, appointment_id: UUID) -> list[Row[Any]]:
    """Return the invoices of a visit that were not given back in full, latest first."""
    table = Invoice.__table__
    query = select(table).where(
        table.c.appointment_id == appointment_id,
        table.c.kind == InvoiceKind.INVOICE,
        table.c.status != InvoiceStatus.VOID,
    )
    found = connection.execute(query.order_by(table.c.created_at.desc(), table.c.id)).all()
    return [one for one in found if not _given_back(connection, one)]


def unbilled(
    connection: Connection, lines: Iterable[NewLine], bills: Iterable[Row[Any]]
) -> list[NewLine]:
    """Return what came from medical records and is on no bill.

    A line that somebody gave other words counts for one of the same record and quantity.
    """
    there = [line for bill in bills for line in lines_of(connection, bill.id)]
    missing = []
    for one in lines:
        same = next((line for line in there if _told(line) == _told(one)), None)
        if same is not None:
            there.remove(same)
        elif one.record_id is not None:
            missing.append(one)
    for one in tuple(missing):
        like = [
            line
            for line in there
            if line.record_id == one.record_id and line.quantity == one.quantity
        ]
        if like:
            there.remove(like[0])
            missing.remove(one)
    return missing


def lines_for_visit(connection: Connection, visit: Row[Any]) -> Iterator[NewLine]:
    """Yield what a visit is charged for: its service, then the papers of its medical record."""
    service = row_with(connection, Service, id=visit.service_id) if visit.service_id else None
    if service is not None:
        yield NewLine(
            service.name,
            service.price or _NONE,
            tax_rate=service.tax_rate,
            pet_id=visit.pet_id,
            service_id=service.id,
        )
    records = _records(connection, visit)
    for record in records:
        yield from _handed_out(connection, record)
        yield from _vaccinated(connection, record)
        yield from _examined(connection, record)


def _records(connection: Connection, visit: Row[Any]) -> list[UUID]:
    table = MedicalRecord.__table__.c
    query = select(table.id).where(table.appointment_id == visit.id)
    return list(connection.execute(query.order_by(table.created_at, table.id)).scalars())


def _handed_out(connection: Connection, record_id: UUID) -> Iterator[NewLine]:
    table = Prescription.__table__
    query = select(table).where(table.c.record_id == record_id, table.c.quantity > 0)
    for row in connection.execute(query.order_by(table.c.created_at, table.c.id)):
        yield _of_store(connection, row, row.product, row.quantity)


def _vaccinated(connection: Connection, record_id: UUID) -> Iterator[NewLine]:
    table = PetVaccination.__table__
    query = select(table).where(table.c.record_id == record_id)
    for row in connection.execute(query.order_by(table.c.created_at, table.c.id)):
        yield _of_store(connection, row, row.vaccine, Decimal(1))


def _of_store(connection: Connection, row: Row[Any], words: str, quantity: Decimal) -> NewLine:
    """Return the line of a drug that its paper took from the store: only its price is asked."""
    product = None
    if row.item_id is not None:
        product = row_with(connection, Product, stock_item_id=row.item_id)
    return NewLine(
        words,
        _NONE if product is None else product.price,
        quantity,
        _NONE if product is None else product.tax_rate,
        pet_id=row.pet_id,
        product_id=None if product is None else product.id,
        stock_item_id=row.item_id,
        lot=row.lot,
        record_id=row.record_id,
    )


def _examined(connection: Connection, record_id: UUID) -> Iterator[NewLine]:
    """Yield a line for each panel, or test of its own, at the price of the service of that name."""
    table = LabResult.__table__
    query = select(table).where(table.c.record_id == record_id)
    prices = {row.name.casefold(): row for row in connection.execute(select(Service.__table__))}
    seen: set[str] = set()
    for row in connection.execute(query.order_by(table.c.created_at, table.c.id)):
        words = row.panel or row.test
        if words.casefold() in seen:
            continue
        seen.add(words.casefold())
        service = prices.get(words.casefold())
        yield NewLine(
            words,
            _NONE if service is None else service.price or _NONE,
            tax_rate=_NONE if service is None else service.tax_rate,
            pet_id=row.pet_id,
            service_id=None if service is None else service.id,
            record_id=record_id,
        )


def _told(line: NewLine | Row[Any]) -> _Told:
    return line.record_id, line.description, line.lot


def _given_back(connection: Connection, invoice: Row[Any]) -> bool:
    return bool(invoice.total > 0 and credited_for(connection, invoice.id) >= invoice.total)
