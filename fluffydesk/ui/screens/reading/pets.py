"""A pet's card: its facts, weights, vaccinations, people, bills, and all that happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select

from fluffydesk.actions.balances import balances
from fluffydesk.actions.calling_off import Ahead, ahead
from fluffydesk.actions.merged import kept_of
from fluffydesk.records.booking import Booking
from fluffydesk.records.clinic import LabResult, PatientPerson, PetVaccination, Prescription
from fluffydesk.records.enums.clinic import OwnerRelation
from fluffydesk.records.enums.payments import InvoiceKind
from fluffydesk.records.medical import MedicalRecord, Reminder
from fluffydesk.records.payments import Invoice, InvoiceItem
from fluffydesk.records.pets import ClinicClient, ClinicPatient, EmergencyContact, Pet
from fluffydesk.records.types import used_zone
from fluffydesk.records.users import Profile
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.fields.texts import day_text, money_text, quantity_text, words
from fluffydesk.ui.screens.reading.alerts import Alert, alerts_of
from fluffydesk.ui.screens.visits import Visit, visits_of

MOST = 500
"""So many lines of each kind are shown of one pet, the newest: more than a life holds."""


@dataclass(frozen=True)
class Person:
    """Somebody who has to do with a pet: a client of the clinic, or a contact for emergencies."""

    id: UUID
    """Of the row that names them, by which it is changed."""
    client_id: UUID | None
    name: str
    role: str
    phone: str
    until: date | None = None
    may_decide: bool = False
    ended: bool = False


@dataclass(frozen=True)
class Past:
    """One line of a pet's history. `place` is the table whose row `row_id` it is of."""

    id: str
    on: date
    kind: str
    title: str
    words: str
    table: str
    row_id: UUID


@dataclass(frozen=True)
class Given:
    """A vaccination: what against, when, and when it is due again."""

    id: UUID
    vaccine: str
    given_on: date
    lot: str
    due_on: date | None
    overdue: bool


@dataclass(frozen=True)
class PetPage:
    """All that is shown of one pet."""

    row: Row[Any]
    file_number: str
    link_id: UUID | None
    left_on: date | None
    account: str
    """Who owns its account on the platform, "" where nobody does."""
    alerts: tuple[Alert, ...]
    client: Row[Any] | None
    people: tuple[Person, ...]
    contacts: tuple[Person, ...]
    weights: tuple[tuple[date, Decimal], ...]
    vaccinations: tuple[Given, ...]
    past: tuple[Past, ...]
    visits: tuple[Visit, ...]
    next: Visit | None
    owed: Decimal
    billed: Decimal
    """What invoices name this pet for, without tax."""
    ahead: Ahead
    """What one that died is still booked for; nothing of one that lives."""


def pet_page(connection: Connection, pet_id: UUID, on: date, now: datetime) -> PetPage | None:
    """Read a pet's page; None where the pet is gone or out of sight."""
    pets, links = Pet.__table__, ClinicPatient.__table__
    row = connection.execute(select(pets).where(pets.c.id == pet_id)).one_or_none()
    if row is None:
        return None
    link = connection.execute(
        select(links).where(links.c.pet_id == pet_id).order_by(links.c.ended_on.is_not(None))
    ).first()
    client = _client(connection, None if link is None else link.client_id)
    visits = visits_of(connection, pet_id=pet_id)
    records = _newest(connection, MedicalRecord, pet_id, "visited_on")
    vaccinations = _newest(connection, PetVaccination, pet_id, "given_on")
    bills = _bills(connection, pet_id)
    past = [
        *(_visit_line(visit, used_zone()) for visit in visits[-MOST:]),
        *(_record_line(one) for one in records),
        *(_vaccination_line(one) for one in vaccinations),
        *_papers(connection, pet_id),
        *(_bill_line(one) for one in bills),
    ]
    return PetPage(
        row=row,
        file_number="" if link is None else link.file_number or "",
        link_id=None if link is None else link.id,
        left_on=None if link is None else link.ended_on,
        account=_account(connection, row.owner_id),
        alerts=alerts_of(connection, [pet_id], on)[pet_id],
        client=client,
        people=_people(connection, pet_id, on),
        contacts=_contacts(connection, pet_id),
        weights=tuple(
            sorted((one.visited_on, one.weight_kg) for one in records if one.weight_kg is not None)
        ),
        vaccinations=tuple(_given(one, vaccinations, on) for one in vaccinations),
        past=tuple(sorted(past, key=lambda one: (one.on, one.id), reverse=True)),
        visits=visits[::-1],
        next=next((visit for visit in visits if visit.open and visit.ends >= now), None),
        ahead=Ahead((), ()) if row.deceased_on is None else ahead(connection, pet_id),
        owed=Decimal(0) if client is None else balances(connection, [client.id])[client.id],
        billed=sum((one.amount for one in bills), Decimal(0)),
    )


def _client(connection: Connection, client_id: UUID | None) -> Row[Any] | None:
    if client_id is None:
        return None
    table = ClinicClient.__table__
    kept = kept_of(connection, [client_id])[client_id]
    return connection.execute(select(table).where(table.c.id == kept)).one_or_none()


def _account(connection: Connection, owner_id: UUID | None) -> str:
    if owner_id is None:
        return ""
    people = Profile.__table__.c
    query = select(people.full_name, people.email).where(people.id == owner_id)
    found = connection.execute(query).first()
    return "Somebody" if found is None else found.full_name or found.email or "Somebody"


def _people(connection: Connection, pet_id: UUID, on: date) -> tuple[Person, ...]:
    """Who else has to do with the pet; those whose time is over last, and said so."""
    people, clients = PatientPerson.__table__, ClinicClient.__table__
    rows = connection.execute(select(people).where(people.c.pet_id == pet_id)).all()
    kept = kept_of(connection, [row.client_id for row in rows])
    found = connection.execute(select(clients).where(clients.c.id.in_(set(kept.values()))))
    named = {row.id: row for row in found}
    told = []
    for row in rows:
        client = named.get(kept[row.client_id])
        told.append(
            Person(
                row.id,
                kept[row.client_id],
                "Somebody" if client is None else client.full_name,
                words(row.relation),
                "" if client is None else client.phone or client.other_phone or "",
                row.until,
                bool(row.may_decide),
                row.until is not None and row.until < on,
            )
        )
    rank = [words(one) for one in OwnerRelation]
    return tuple(sorted(told, key=lambda one: (one.ended, rank.index(one.role), one.name)))


def _contacts(connection: Connection, pet_id: UUID) -> tuple[Person, ...]:
    table = EmergencyContact.__table__
    query = select(table).where(table.c.pet_id == pet_id).order_by(table.c.call_order, table.c.id)
    return tuple(
        Person(
            row.id,
            None,
            row.full_name,
            words(row.relation),
            ", ".join(one for one in (row.phone, row.other_phone) if one),
            may_decide=bool(row.may_decide),
        )
        for row in connection.execute(query)
    )


def _newest(connection: Connection, record: type[Record], pet_id: UUID, day: str) -> list[Row[Any]]:
    table = record.__table__
    query = select(table).where(table.c.pet_id == pet_id)
    return list(connection.execute(query.order_by(table.c[day].desc(), table.c.id).limit(MOST)))


def _given(one: Row[Any], all_of_it: list[Row[Any]], on: date) -> Given:
    """A vaccination is due again unless a later one of the same was given."""
    later = any(
        other.vaccine == one.vaccine and other.given_on > one.given_on for other in all_of_it
    )
    due = None if later else one.next_due_on
    return Given(one.id, one.vaccine, one.given_on, one.lot or "", due, bool(due and due < on))


def _visit_line(visit: Visit, zone: tzinfo) -> Past:
    told = " · ".join(part for part in (visit.vet, visit.stage, visit.reason) if part)
    on = visit.starts.astimezone(zone).date()
    title = visit.service or "Visit"
    return Past(f"v{visit.id}", on, "Visit", title, told, "appointments", visit.id)


def _record_line(one: Row[Any]) -> Past:
    weight = "" if one.weight_kg is None else quantity_text(one.weight_kg, "kg", 2)
    parts = (weight, one.diagnosis or one.reason or "", one.treatment or "")
    told = " · ".join(" ".join(part.split()) for part in parts if part)
    signed = "" if one.signed_at is None else ", signed"
    title = f"{words(one.kind)}{signed}"
    return Past(f"m{one.id}", one.visited_on, "Record", title, told, "medical_records", one.id)


def _vaccination_line(one: Row[Any]) -> Past:
    due = f"due again {day_text(one.next_due_on)}" if one.next_due_on else ""
    told = " · ".join(part for part in (f"lot {one.lot}" if one.lot else "", due) if part)
    table = "pet_vaccinations"
    return Past(f"p{one.id}", one.given_on, "Vaccination", one.vaccine, told, table, one.id)


def _papers(connection: Connection, pet_id: UUID) -> list[Past]:
    """Prescriptions, results of laboratories, stays and reminders as lines."""
    found = []
    for row in _newest(connection, Prescription, pet_id, "prescribed_on"):
        told = " ".join((row.instructions or "").split())
        line = (row.prescribed_on, "Prescription", row.product, told, "prescriptions", row.id)
        found.append(Past(f"r{row.id}", *line))
    for row in _newest(connection, LabResult, pet_id, "taken_on"):
        value = row.finding if row.value is None else f"{row.value.normalize():f} {row.unit or ''}"
        line = (row.taken_on, "Result", row.test, (value or "").strip(), "lab_results", row.id)
        found.append(Past(f"l{row.id}", *line))
    for row in _newest(connection, Booking, pet_id, "start_date"):
        told = f"until {day_text(row.end_date)} · {words(row.status)}"
        line = (row.start_date, "Stay", words(row.kind), told, "bookings", row.id)
        found.append(Past(f"b{row.id}", *line))
    for row in _newest(connection, Reminder, pet_id, "due_on"):
        line = (row.due_on, "Reminder", row.title, words(row.status), "reminders", row.id)
        found.append(Past(f"e{row.id}", *line))
    return found


def _bills(connection: Connection, pet_id: UUID) -> list[Any]:
    """The invoices that name the pet, with what they name it for."""
    bills, lines = Invoice.__table__, InvoiceItem.__table__
    query: Select[Any] = (
        select(bills, lines.c.line_total, lines.c.description)
        .join(lines, lines.c.invoice_id == bills.c.id)
        .where(lines.c.pet_id == pet_id)
        .order_by(bills.c.issue_date.desc(), bills.c.id, lines.c.position)
        .limit(MOST)
    )
    found: dict[UUID, _Bill] = {}
    for row in connection.execute(query):
        one = found.setdefault(row.id, _Bill(row))
        sign = -1 if row.kind is InvoiceKind.CREDIT_NOTE else 1
        if row.kind is not InvoiceKind.ESTIMATE:
            one.amount += sign * row.line_total
        one.named.append(row.description)
    return list(found.values())


class _Bill:
    """An invoice while its lines for one pet are gathered."""

    def __init__(self, row: Row[Any]) -> None:
        self.row = row
        self.amount = Decimal(0)
        self.named: list[str] = []


def _bill_line(one: _Bill) -> Past:
    row = one.row
    told = f"{money_text(row.total)} · {words(row.status)} · {', '.join(one.named)}"
    title = f"{words(row.kind)} {row.number or ''}".strip()
    return Past(f"i{row.id}", row.issue_date, "Money", title, told, "invoices", row.id)
