"""Reminders as the screen shows them: what is due, what is queued and sent, and the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select

from fluffydesk.actions.reminding import DueReminder, DueStep, Writer, due_steps, writer
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import ReminderMessage, ReminderRule
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.medical import ReminderChannel, ReminderKind
from fluffydesk.records.medical import Reminder
from fluffydesk.records.organizations import Organization
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.ui.screens.reading.firsts import MOST, Firsts, first_of


class Span(StrEnum):
    """Which of what is due is listed."""

    TODAY = "today"
    LATE = "late"
    AHEAD = "ahead"


@dataclass(frozen=True)
class Wanted:
    """What of it is listed; None is all."""

    span: Span = Span.TODAY
    kind: ReminderKind | None = None
    species: str | None = None
    channel: ReminderChannel | None = None

    def among(self, every: Sequence[DueStep], today: date) -> list[DueStep]:
        """Return those of them, in their order."""
        day = timedelta(days=1)
        first, last = {
            Span.TODAY: (date.min, today),
            Span.LATE: (date.min, today - day),
            Span.AHEAD: (today + day, date.max),
        }[self.span]
        kind, species, channel = self.kind, self.species, self.channel
        return [
            one
            for one in every
            if first <= one.send_on <= last
            and (kind is None or one.told.kind == kind)
            and (species is None or one.told.species == species)
            and (channel is None or one.channel == channel)
        ]


@dataclass(frozen=True)
class DueFound:
    """What is due, of those wanted; `keys` are of all that can be sent, listed or not."""

    rows: Firsts[DueReminder]
    keys: frozenset[str]
    species: tuple[str, ...]
    today: date
    is_ladder: bool

    @property
    def sendable(self) -> tuple[UUID, ...]:
        """Return all that can be sent."""
        return tuple(UUID(key) for key in self.keys)


@dataclass(frozen=True)
class MessageRow:
    """One message on its way, or on its way no more."""

    id: UUID
    reminder_id: UUID
    client_id: UUID | None
    client: str
    pet: str
    what: str
    due_on: date
    channel: ReminderChannel
    to: str
    address: str
    subject: str
    body: str
    step: int
    queued_at: datetime
    printed_at: datetime | None
    sent_at: datetime | None
    failure: str

    @property
    def by_hand(self) -> bool:
        """Whether a person prints it, or telephones."""
        return self.channel in _BY_HAND

    @property
    def waits(self) -> bool:
        """Whether it has not left yet."""
        return (self.printed_at if self.by_hand else self.sent_at) is None


@dataclass(frozen=True)
class RuleRow:
    """One step of a ladder."""

    id: UUID
    kind: ReminderKind
    species: str
    step: int
    days: int
    channel: ReminderChannel | None
    subject: str
    body: str
    active: bool


@dataclass(frozen=True)
class Example:
    """A pet in whose words a step is shown, and who writes."""

    writer: Writer
    client: str
    pet: str
    what: str
    due_on: date
    invented: bool = False


@dataclass(frozen=True)
class Sender:
    """Who writes: the clinic as it stands on a letter."""

    name: str
    lines: tuple[str, ...]


_BY_HAND = (ReminderChannel.POST, ReminderChannel.PHONE)
_WHAT = {
    ReminderKind.VACCINATION: "the yearly vaccination",
    ReminderKind.PARASITES: "worming",
    ReminderKind.DENTAL: "a look at the teeth",
    ReminderKind.CHECK_UP: "the yearly check",
    ReminderKind.FOLLOW_UP: "a second look",
}


def due_list(mirror: Mirror, wanted: Wanted, today: date, most: int | None = MOST) -> DueFound:
    """Read what is due on the clinic's day, with what it can be narrowed to."""
    with mirror.read() as connection:
        every = due_steps(connection, today)
        rule = connection.execute(select(ReminderRule.__table__.c.id).limit(1)).first()
    rows = wanted.among(every, today)
    return DueFound(
        Firsts(tuple(one.written() for one in rows[:most]), len(rows)),
        frozenset(one.told.id for one in rows if not one.missing),
        tuple(sorted({one.told.species for one in every}, key=str.casefold)),
        today,
        rule is not None,
    )


def message_list(
    mirror: Mirror, *, waiting: bool, channel: ReminderChannel | None, most: int | None = MOST
) -> Firsts[MessageRow]:
    """Read the messages, newest first; with `waiting`, only those that have not left."""
    with mirror.read() as connection:
        table = ReminderMessage.__table__
        query = _messages().order_by(table.c.queued_at.desc(), table.c.id)
        if waiting:
            by_hand = table.c.channel.in_(_BY_HAND)
            query = query.where(
                or_(
                    and_(by_hand, table.c.printed_at.is_(None)),
                    and_(~by_hand, table.c.sent_at.is_(None)),
                )
            )
        if channel is not None:
            query = query.where(table.c.channel == channel)
        return first_of(connection, query, _message, most)


def rule_list(mirror: Mirror) -> tuple[RuleRow, ...]:
    """Read every step, in the order of the ladders."""
    table = ReminderRule.__table__
    with mirror.read() as connection:
        found = [
            RuleRow(
                row.id,
                row.kind,
                row.species or "",
                row.step,
                row.days,
                row.channel,
                row.subject,
                row.body or "",
                row.status == Status.ACTIVE,
            )
            for row in connection.execute(select(table))
        ]
    kinds = list(ReminderKind)
    return tuple(
        sorted(found, key=lambda one: (kinds.index(one.kind), one.species.casefold(), one.step))
    )


def example(mirror: Mirror, kind: str, species: str, today: date) -> Example:
    """Return a pet in whose words a step is shown: best one that is due for it.

    It is invented where the clinic has no patient of the species.
    """
    pets, links, clients = Pet.__table__, ClinicPatient.__table__, ClinicClient.__table__
    reminders = Reminder.__table__
    about = and_(reminders.c.pet_id == pets.c.id, reminders.c.kind == kind)
    query = (
        select(pets.c.name, clients.c.full_name, reminders.c.title, reminders.c.due_on)
        .join(links, links.c.pet_id == pets.c.id)
        .join(clients, clients.c.id == links.c.client_id)
        .outerjoin(reminders, about)
        .where(pets.c.deceased_on.is_(None), links.c.ended_on.is_(None))
        .order_by(reminders.c.due_on.is_(None), reminders.c.due_on.desc(), pets.c.name)
        .limit(1)
    )
    if species.strip():
        query = query.where(func.lower(pets.c.species) == species.strip().lower())
    with mirror.read() as connection:
        row, writes = connection.execute(query).first(), writer(connection)
    if row is None:
        return invented(writes, today)
    what = row.title or _WHAT.get(ReminderKind(kind), "a visit")
    return Example(writes, row.full_name, row.name, what, row.due_on or today)


def invented(writes: Writer, today: date) -> Example:
    """Return somebody for a clinic that has no such patient yet."""
    what = _WHAT[ReminderKind.VACCINATION]
    return Example(writes, "Ada Quill", "Biscuit", what, today, invented=True)


def sender(mirror: Mirror) -> Sender:
    """Return the clinic's name and address."""
    table = Organization.__table__
    with mirror.read() as connection:
        row = connection.execute(select(table)).first()
    if row is None:
        return Sender("", ())
    lines = (*(row.address or "").splitlines(), row.phone or "", row.email or "")
    return Sender(row.name, tuple(line.strip() for line in lines if line.strip()))


def _messages() -> Select[tuple[object, ...]]:
    table, clients = ReminderMessage.__table__, ClinicClient.__table__
    reminders, pets = Reminder.__table__, Pet.__table__
    return (
        select(
            table,
            clients.c.full_name,
            clients.c.address,
            pets.c.name.label("pet"),
            reminders.c.title,
            reminders.c.due_on,
        )
        .join(reminders, reminders.c.id == table.c.reminder_id)
        .outerjoin(clients, clients.c.id == table.c.client_id)
        .outerjoin(pets, pets.c.id == reminders.c.pet_id)
    )


def _message(row: object) -> MessageRow:
    found = row._mapping  # type: ignore[attr-defined]
    return MessageRow(
        found["id"],
        found["reminder_id"],
        found["client_id"],
        found["full_name"] or "",
        found["pet"] or "",
        found["title"],
        found["due_on"],
        found["channel"],
        found["sent_to"] or "",
        found["address"] or "",
        found["subject"],
        found["body"] or "",
        found["step"],
        found["queued_at"],
        found["printed_at"],
        found["sent_at"],
        found["failure"] or "",
    )
