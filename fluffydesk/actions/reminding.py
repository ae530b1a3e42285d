"""The ladder at work: who is due to be reminded of what, by which way and in which words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from fluffydesk.actions.reminders import OPEN
from fluffydesk.actions.rules.people import zone_of
from fluffydesk.figures.reminders import (
    LONGEST_DAYS,
    Rung,
    day_of,
    filled,
    ladder,
    last_step_sent,
    next_step,
)
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment, Service
from fluffydesk.records.clinic import ReminderRule
from fluffydesk.records.enums import AppointmentStatus, Status
from fluffydesk.records.enums.booking import ServiceCategory
from fluffydesk.records.enums.medical import ReminderChannel, ReminderKind, ReminderStatus
from fluffydesk.records.medical import Reminder
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet

AHEAD_DAYS = 14
"""How far the list of what is due looks forward."""
NO_STEP = "No step in the ladder"
_BOOKED_DAYS = 60
"""A visit up to so many days after the due day, or today, quiets a reminder of the same thing."""
_SERVED_BY: Mapping[ReminderKind, ServiceCategory] = {
    ReminderKind.VACCINATION: ServiceCategory.VACCINATION,
    ReminderKind.DENTAL: ServiceCategory.DENTAL,
    ReminderKind.GROOMING: ServiceCategory.GROOMING,
    ReminderKind.CHECK_UP: ServiceCategory.CONSULTATION,
    ReminderKind.FOLLOW_UP: ServiceCategory.CONSULTATION,
    ReminderKind.MEDICATION: ServiceCategory.CONSULTATION,
    ReminderKind.PARASITES: ServiceCategory.CONSULTATION,
    ReminderKind.WEIGHING: ServiceCategory.CONSULTATION,
}
_AT_ONCE = 500
_OPEN_ROWS = """
SELECT r.id, r.kind, p.species, r.due_on, r.step, r.status,
  (SELECT max(m.step) FROM reminder_messages AS m WHERE m.reminder_id = r.id)
FROM reminders AS r JOIN pets AS p ON p.id = r.pet_id
WHERE r.organization_id = ? AND r.status IN (?, ?) AND r.tells_owner
  AND r.due_on BETWEEN ? AND ? AND p.deceased_on IS NULL"""
_COMING = (
    AppointmentStatus.SCHEDULED,
    AppointmentStatus.CONFIRMED,
    AppointmentStatus.IN_PROGRESS,
)


@dataclass(frozen=True)
class DueReminder:
    """One step of one reminder: to whom it goes and in which words, or what is missing for it."""

    id: UUID
    """That of the reminder."""
    pet_id: UUID
    pet: str
    species: str
    client_id: UUID | None
    client: str
    kind: ReminderKind
    what: str
    due_on: date
    send_on: date
    step: int
    steps: int
    """How many steps its ladder has."""
    channel: ReminderChannel
    to: str
    missing: str
    """"": it can be sent."""
    subject: str
    body: str


@dataclass(frozen=True)
class _Next:
    rung: Rung | None
    """None: its kind has no ladder."""
    send_on: date
    step: int
    steps: int


@dataclass(frozen=True)
class _Visit:
    on: date
    category: ServiceCategory | None
    words: str


def rungs(connection: Connection) -> tuple[Rung, ...]:
    """Return every step of the clinic's ladders that is in use."""
    table = ReminderRule.__table__
    query = select(table).where(table.c.status == Status.ACTIVE)
    return tuple(rung_of(row._mapping) for row in connection.execute(query))


def rung_of(values: Mapping[Any, Any]) -> Rung:
    """Return the step that the columns of a rule say."""
    return Rung(
        str(values["kind"]),
        (values["species"] or "").strip().casefold(),
        values["step"],
        values["days"],
        str(values["channel"] or ""),
        values["subject"] or "",
        values["body"] or "",
    )


def due(
    connection: Connection,
    today: date,
    *,
    ahead: int = AHEAD_DAYS,
    only: Collection[UUID] | None = None,
) -> list[DueReminder]:
    """Return what is to be sent up to `ahead` days from `today`, the clinic's day, by its day.

    Left out are pets that died or left, clients who are not active (rule 22), what the owner is
    not told, and what a visit is booked for already. `only` asks about some reminders.
    """
    steps = rungs(connection)
    nexts = _nexts(connection, steps, today, ahead)
    if only is not None:
        nexts = {str(key): nexts[str(key)] for key in only if str(key) in nexts}
    visits = _visits(connection, today) if nexts else {}
    result = [
        _due_of(row, nexts[str(row.id)])
        for row in _told(connection, list(nexts))
        if not any(_same_thing(row, visit, today) for visit in visits.get(row.pet_id, ()))
    ]
    return sorted(result, key=lambda one: (one.send_on, one.client.casefold(), one.pet, one.id))


def preview(values: Mapping[str, Any], client: str, pet: str, what: str, due_on: date) -> Rung:
    """Return a rule's step with its subject and text filled for a pet."""
    rung = rung_of(values)
    words = {"client": client, "pet": pet, "what": what, "due": day_words(due_on)}
    return Rung(
        rung.kind,
        rung.species,
        rung.step,
        rung.days,
        rung.channel,
        filled(rung.subject, words),
        filled(rung.body, words),
    )


def day_words(day: date) -> str:
    """Return a day as it stands in a letter: no reader takes the month for the day."""
    return f"{day.day} {day:%B %Y}"


def _nexts(
    connection: Connection, steps: Sequence[Rung], today: date, ahead: int
) -> dict[str, _Next]:
    """Return the next step of each open reminder of a living patient that is near enough.

    A large clinic has tens of thousands open: their texts and clients are read of few.
    """
    kept = Mirror.state.get(connection, "organization") or {}
    # A step may be sent a year before the day, and at most that long after it.
    last = today + timedelta(days=ahead + max([0, *(-rung.days for rung in steps)]))
    first = today - timedelta(days=LONGEST_DAYS)
    found = connection.exec_driver_sql(
        _OPEN_ROWS, (str(kept.get("id")), *OPEN, first.isoformat(), last.isoformat())
    )
    ways: dict[tuple[str, str], tuple[Rung, ...]] = {}
    nexts = {}
    for key, kind, species, day, step, status, written in found:
        way = ways.get((kind, species))
        if way is None:
            way = ways[kind, species] = ladder(steps, kind, species)
        due_on = date.fromisoformat(day)
        sent = last_step_sent(
            step,
            pending=status == ReminderStatus.PENDING,
            written=() if written is None else (written,),
        )
        rung = next_step(way, due_on, sent, today)
        if rung is None and way:
            continue
        send_on = due_on if rung is None else day_of(rung, due_on)
        if (send_on - today).days <= ahead:
            nexts[key] = _Next(rung, send_on, sent + 1 if rung is None else rung.step, len(way))
    return nexts


def _told(connection: Connection, keys: Sequence[str]) -> Iterator[Any]:
    """Yield these reminders with their pets and active clients, who are told of them."""
    reminders, pets, links = Reminder.__table__, Pet.__table__, ClinicPatient.__table__
    brought, clients = ClinicClient.__table__.alias("brought"), ClinicClient.__table__
    query = (
        select(
            *(reminders.c[name] for name in ("id", "pet_id", "kind", "title", "due_on")),
            pets.c.name.label("pet"),
            pets.c.species,
            clients.c.id.label("client_id"),
            *(clients.c[name] for name in ("full_name", "phone", "other_phone", "email")),
            *(clients.c[name] for name in ("address", "contact_by", "user_id")),
        )
        .join(pets, pets.c.id == reminders.c.pet_id)
        .join(links, links.c.pet_id == pets.c.id)
        .outerjoin(brought, brought.c.id == links.c.client_id)
        .outerjoin(clients, clients.c.id == func.coalesce(brought.c.merged_into_id, brought.c.id))
        .where(
            links.c.ended_on.is_(None),
            func.coalesce(clients.c.status, Status.ACTIVE) == Status.ACTIVE,
        )
    )
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        yield from connection.execute(query.where(reminders.c.id.in_(some)))


def _due_of(row: Any, following: _Next) -> DueReminder:
    rung = following.rung
    channel = ReminderChannel((rung.channel if rung else "") or row.contact_by or "email")
    to, missing = _address(row, channel)
    words = {
        "client": row.full_name or "",
        "pet": row.pet,
        "what": row.title,
        "due": day_words(row.due_on),
    }
    return DueReminder(
        id=row.id,
        pet_id=row.pet_id,
        pet=row.pet,
        species=row.species,
        client_id=row.client_id,
        client=row.full_name or "",
        kind=row.kind,
        what=row.title,
        due_on=row.due_on,
        send_on=following.send_on,
        step=following.step,
        steps=following.steps,
        channel=channel,
        to=to,
        missing=missing if rung else NO_STEP,
        subject=filled(rung.subject, words) if rung else "",
        body=filled(rung.body, words) if rung else "",
    )


def _address(row: Row[Any], channel: ReminderChannel) -> tuple[str, str]:
    """Return where a client is reached by a channel, or else what is missing for it."""
    if row.client_id is None:
        return "", "No client"
    phone = row.phone or row.other_phone
    to, missing = {
        ReminderChannel.EMAIL: (row.email, "No e-mail address"),
        ReminderChannel.SMS: (phone, "No phone number"),
        ReminderChannel.PHONE: (phone, "No phone number"),
        ReminderChannel.POST: (row.address, "No address"),
        ReminderChannel.IN_APP: (row.user_id and row.full_name, "No account on the platform"),
    }[channel]
    return (to, "") if to else ("", missing)


def _visits(connection: Connection, today: date) -> dict[UUID, list[_Visit]]:
    """Return the visits to come of each pet: those of the clinic's today and later (rule 25)."""
    book, services, zone = Appointment.__table__, Service.__table__, zone_of(connection)
    midnight = datetime.combine(today, time(), zone).astimezone(UTC)
    query = (
        select(book.c.pet_id, book.c.scheduled_at, book.c.reason, services.c.category)
        .add_columns(services.c.name.label("service"))
        .outerjoin(services, services.c.id == book.c.service_id)
        .where(book.c.scheduled_at >= midnight, book.c.status.in_(_COMING))
    )
    found: dict[UUID, list[_Visit]] = {}
    for row in connection.execute(query):
        words = f"{row.service or ''} {row.reason or ''}".casefold()
        day = row.scheduled_at.astimezone(zone).date()
        found.setdefault(row.pet_id, []).append(_Visit(day, row.category, words))
    return found


def _same_thing(row: Row[Any], visit: _Visit, today: date) -> bool:
    """Say whether a visit is for what a reminder is about: its kind of service, or its words."""
    if (visit.on - max(row.due_on, today)).days > _BOOKED_DAYS:
        return False
    served = _SERVED_BY.get(row.kind)
    return (served is not None and visit.category == served) or (
        row.title.casefold().strip() in visit.words
    )
