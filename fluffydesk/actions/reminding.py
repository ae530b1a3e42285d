"""The ladder at work: who is due to be reminded of what, by which way and in which words."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from fluffydesk.actions.reminders import OPEN
from fluffydesk.actions.rules.people import zone_of
from fluffydesk.actions.saving import row_with
from fluffydesk.figures.reminders import (
    LONGEST_DAYS,
    Rung,
    day_of,
    filled,
    ladder,
    last_step_sent,
    next_step,
)
from fluffydesk.mirror.engine import bare
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import ReminderRule
from fluffydesk.records.enums import AppointmentStatus, Status
from fluffydesk.records.enums.booking import ServiceCategory
from fluffydesk.records.enums.medical import ReminderChannel, ReminderKind, ReminderStatus
from fluffydesk.records.organizations import Organization
from fluffydesk.records.types import from_microseconds, to_microseconds

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
_OPEN_ROWS = """
WITH merged (id, into_id) AS MATERIALIZED (
  SELECT id, merged_into_id FROM clinic_clients WHERE merged_into_id > '')
SELECT r.id, r.kind, p.species, r.due_on, r.step, r.status,
  (SELECT max(m.step) FROM reminder_messages AS m WHERE m.reminder_id = r.id),
  r.title, p.id, p.name, c.id, coalesce(c.full_name, ''), coalesce(c.contact_by, 'email'),
  c.email, coalesce(c.phone, c.other_phone), c.address, c.user_id
FROM reminders AS r JOIN pets AS p ON p.id = r.pet_id
  JOIN clinic_patients AS l ON l.pet_id = p.id AND l.ended_on IS NULL
  LEFT JOIN merged ON merged.id = l.client_id
  LEFT JOIN clinic_clients AS c ON c.id = coalesce(merged.into_id, l.client_id)
WHERE r.organization_id = ? AND r.status IN (?, ?) AND r.tells_owner
  AND r.due_on BETWEEN ? AND ? AND p.deceased_on IS NULL
  AND coalesce(c.status, 'active') = 'active'"""
_ONLY = " AND r.id IN (SELECT value FROM json_each(?))"
_VISITS = """
SELECT a.pet_id, a.scheduled_at, a.reason, s.name, s.category
FROM appointments AS a LEFT JOIN services AS s ON s.id = a.service_id
WHERE a.scheduled_at >= ? AND a.status IN (?, ?, ?)"""
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


class _Told(NamedTuple):
    """A reminder with its pet, and the client who is told of it, as the mirror keeps them."""

    id: str
    kind: str
    species: str
    due_on: str
    step: int
    status: str
    written: int | None
    title: str
    pet_id: str
    pet: str
    client_id: str | None
    client: str
    contact_by: str
    email: str | None
    phone: str | None
    address: str | None
    user_id: str | None


class Writer(NamedTuple):
    """The clinic as a text names it."""

    clinic: str
    phone: str


class DueStep(NamedTuple):
    """One step of one reminder, of which `written` makes the words: there may be thousands."""

    send_on: date
    channel: str
    to: str
    missing: str
    told: _Told
    following: _Next
    writer: Writer

    @property
    def id(self) -> UUID:
        """That of the reminder."""
        return UUID(self.told.id)

    def written(self) -> DueReminder:
        """Return it with its subject and text."""
        told, rung = self.told, self.following.rung
        due_on = date.fromisoformat(told.due_on)
        words = _words(self.writer, told.client, told.pet, told.title, due_on)
        return DueReminder(
            id=self.id,
            pet_id=UUID(told.pet_id),
            pet=told.pet,
            species=told.species,
            client_id=None if told.client_id is None else UUID(told.client_id),
            client=told.client,
            kind=ReminderKind(told.kind),
            what=told.title,
            due_on=due_on,
            send_on=self.send_on,
            step=self.following.step,
            steps=self.following.steps,
            channel=ReminderChannel(self.channel),
            to=self.to,
            missing=self.missing,
            subject=filled(rung.subject, words) if rung else "",
            body=filled(rung.body, words) if rung else "",
        )


def _in_order(step: DueStep) -> tuple[date, str, str, str]:
    told = step.told
    return step.send_on, told.client.casefold(), told.pet, told.id


class _Visit(NamedTuple):
    at: int
    category: str | None
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
    return [one.written() for one in due_steps(connection, today, ahead=ahead, only=only)]


def due_steps(
    connection: Connection,
    today: date,
    *,
    ahead: int = AHEAD_DAYS,
    only: Collection[UUID] | None = None,
) -> list[DueStep]:
    """As `due`, without the words of each: a large clinic has many thousands due."""
    found, zone = _nexts(connection, today, ahead, only), zone_of(connection)
    writes = writer(connection)
    visits = _visits(connection, datetime.combine(today, time(), zone), found)
    result = []
    for told, following in found:
        if told.pet_id in visits and _is_booked(told, visits[told.pet_id], today, zone):
            continue
        rung, send_on = following.rung, following.send_on
        channel = (rung.channel if rung else "") or told.contact_by
        to, missing = _address(told, channel)
        missing = missing if rung else NO_STEP
        result.append(DueStep(send_on, channel, to, missing, told, following, writes))
    result.sort(key=_in_order)
    return result


def preview(
    values: Mapping[str, Any], writes: Writer, client: str, pet: str, what: str, due_on: date
) -> Rung:
    """Return a rule's step with its subject and text filled for a pet."""
    rung, words = rung_of(values), _words(writes, client, pet, what, due_on)
    return Rung(
        rung.kind,
        rung.species,
        rung.step,
        rung.days,
        rung.channel,
        filled(rung.subject, words),
        filled(rung.body, words),
    )


def writer(connection: Connection) -> Writer:
    """Return who writes: this mirror's clinic, and where it is called."""
    kept = Mirror.state.get(connection, "organization") or {}
    row = row_with(connection, Organization, id=UUID(kept["id"])) if "id" in kept else None
    return Writer(row.name, (row.phone or "").strip()) if row else Writer(kept.get("name", ""), "")


def _words(writes: Writer, client: str, pet: str, what: str, due_on: date) -> dict[str, str]:
    due_words = {"what": what, "due": day_words(due_on)}
    return {"client": client, "pet": pet, **due_words, **writes._asdict()}


def day_words(day: date) -> str:
    """Return a day as it stands in a letter: no reader takes the month for the day."""
    return f"{day.day} {day:%B %Y}"


def _nexts(
    connection: Connection, today: date, ahead: int, only: Collection[UUID] | None
) -> list[tuple[_Told, _Next]]:
    """Return each open reminder of a living patient with its next step, where that is near enough.

    The same kind, species, day and last step have the same next one: it is found once.
    """
    steps = rungs(connection)
    kept = Mirror.state.get(connection, "organization") or {}
    # A step may be sent a year before the day, and at most that long after it.
    last = today + timedelta(days=ahead + max([0, *(-rung.days for rung in steps)]))
    first = today - timedelta(days=LONGEST_DAYS)
    asked: tuple[str, ...] = (str(kept.get("id")), *OPEN, first.isoformat(), last.isoformat())
    sql = _OPEN_ROWS
    if only is not None:
        sql, asked = sql + _ONLY, (*asked, json.dumps([str(key) for key in only]))
    known: dict[tuple[Any, ...], _Next | None] = {}
    found = []
    for told in map(_Told._make, bare(connection).execute(sql, asked).fetchall()):
        about = told[1:7]
        if about not in known:
            known[about] = _next_of(steps, told, today, ahead)
        following = known[about]
        if following is not None:
            found.append((told, following))
    return found


def _next_of(steps: Sequence[Rung], told: _Told, today: date, ahead: int) -> _Next | None:
    way = ladder(steps, told.kind, told.species)
    due_on = date.fromisoformat(told.due_on)
    sent = last_step_sent(
        told.step,
        pending=told.status == ReminderStatus.PENDING,
        written=() if told.written is None else (told.written,),
    )
    rung = next_step(way, due_on, sent, today)
    if rung is None and way:
        return None
    send_on = due_on if rung is None else day_of(rung, due_on)
    if (send_on - today).days > ahead:
        return None
    return _Next(rung, send_on, sent + 1 if rung is None else rung.step, len(way))


def _address(told: _Told, channel: str) -> tuple[str, str]:
    """Return where a client is reached by a channel, or else what is missing for it."""
    if told.client_id is None:
        return "", "No client"
    if channel == ReminderChannel.EMAIL:
        to, missing = told.email, "No e-mail address"
    elif channel == ReminderChannel.POST:
        to, missing = told.address, "No address"
    elif channel == ReminderChannel.IN_APP:
        to, missing = told.user_id and told.client, "No account on the platform"
    else:
        to, missing = told.phone, "No phone number"
    return (to, "") if to else ("", missing)


def _visits(
    connection: Connection, midnight: datetime, found: Sequence[tuple[_Told, _Next]]
) -> dict[str, list[_Visit]]:
    """Return the visits to come of these pets: those of the clinic's today and later (rule 25)."""
    pets = {told.pet_id for told, _ in found}
    coming: dict[str, list[_Visit]] = {}
    if not pets:
        return coming
    asked = (to_microseconds(midnight), *_COMING)
    for pet, at, reason, service, category in bare(connection).execute(_VISITS, asked).fetchall():
        if pet in pets:
            words = f"{service or ''} {reason or ''}".casefold()
            coming.setdefault(pet, []).append(_Visit(at, category, words))
    return coming


@lru_cache(maxsize=1024)
def _asked_for(kind: str, title: str) -> tuple[ServiceCategory | None, str]:
    """Return the kind of service and the words of a visit that quiets a reminder."""
    return _SERVED_BY.get(ReminderKind(kind)), title.casefold().strip()


def _is_booked(told: _Told, coming: Sequence[_Visit], today: date, zone: ZoneInfo) -> bool:
    """Say whether a visit is for what a reminder is about: its kind of service, or its words."""
    served, title = _asked_for(told.kind, told.title)
    for visit in coming:
        if (served is not None and visit.category == served) or title in visit.words:
            on = from_microseconds(visit.at).astimezone(zone).date()
            if (on - max(date.fromisoformat(told.due_on), today)).days <= _BOOKED_DAYS:
                return True
    return False
