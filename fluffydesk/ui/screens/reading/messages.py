"""Conversations of a clinic and notifications of a person, as their screen shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, or_, select, text

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.pending import open_refusals
from fluffydesk.records.communication import Conversation, Message, Notification
from fluffydesk.records.enums.communication import (
    ConversationStatus,
    MessageKind,
    NotificationKind,
    NotificationPriority,
)
from fluffydesk.records.pets import ClinicClient
from fluffydesk.records.types import now
from fluffydesk.records.users import OrganizationUser, Profile
from fluffydesk.ui.screens.reading.firsts import MOST, Firsts, cut, first_of

CLIENT = "Client"
"""What somebody is called of whom no more is known here."""
SCREENS = {
    "appointments": "calendar",
    "bookings": "boarding",
    "clinic_clients": "clients",
    "conversations": "messages",
    "farm_inventory": "stores",
    "invoices": "money",
    "pets": "pets",
    "reminders": "reminders",
}
"""Which screen shows the rows of a table."""


@dataclass(frozen=True)
class Talk:
    """One conversation as a line."""

    id: UUID
    who: str
    client_id: UUID | None
    subject: str
    last: str
    last_by: str
    last_at: datetime | None
    is_open: bool
    unanswered: bool
    """The last message is not from one of those who work here."""
    waits: int
    """Messages of this PC that central has not seen."""


@dataclass(frozen=True)
class Said:
    """One message of a conversation."""

    id: UUID
    who: str
    mine: bool
    """Of the person at this PC."""
    ours: bool
    """Of somebody who works here."""
    at: datetime
    text: str
    attachment: str
    answers: str
    taken_back: bool
    edited: bool
    from_system: bool
    waits: bool
    refused: bool


@dataclass(frozen=True)
class Thread:
    """A conversation with its last messages, oldest first."""

    talk: Talk
    said: tuple[Said, ...]
    earlier: int


@dataclass(frozen=True)
class Told:
    """One notification as a line."""

    id: UUID
    kind: NotificationKind
    title: str
    body: str
    priority: NotificationPriority
    at: datetime
    read_at: datetime | None
    screen: str
    """Where it leads: the key of a screen, "" for nowhere."""
    target: UUID | None


class _Names:
    """Who is who: those who work here, clients with an account, and nobody known."""

    def __init__(self, connection: Connection) -> None:
        members, people = OrganizationUser.__table__.c, Profile.__table__.c
        clients = ClinicClient.__table__.c
        self.us = {row[0] for row in connection.execute(select(members.user_id))}
        self._people = {
            row.id: row.full_name or row.email or ""
            for row in connection.execute(select(people.id, people.full_name, people.email))
        }
        known = select(clients.user_id, clients.id, clients.full_name).where(
            clients.user_id.is_not(None)
        )
        self.clients = {row.user_id: row for row in connection.execute(known)}
        author = Mirror.state.get(connection, "author") or {}
        self.me = UUID(author["user_id"]) if author.get("user_id") else None

    def of(self, person: UUID | None) -> str:
        if person in self.clients and person not in self.us:
            return str(self.clients[person].full_name)
        name = self._people.get(person, "") if person is not None else ""
        return name or ("Somebody who left" if person in self.us else CLIENT)


def talks(mirror: Mirror, *, only_open: bool, most: int | None = MOST) -> Firsts[Talk]:
    """Read the clinic's conversations: unanswered ones first, then the newest."""
    with mirror.read() as connection:
        every = _talks(connection)
    found = [talk for talk in every if talk.is_open or not only_open]
    found.sort(key=lambda talk: (talk.unanswered, talk.last_at is not None, talk.last_at, talk.id),
               reverse=True)  # fmt: skip
    return cut(found, most)


def thread(mirror: Mirror, conversation_id: UUID, most: int) -> Thread | None:
    """Read a conversation with its last messages; None where it is gone."""
    table = Message.__table__
    with mirror.read() as connection:
        found = _talks(connection, conversation_id)
        if not found:
            return None
        here = table.c.conversation_id == conversation_id
        query = select(table).where(here).order_by(table.c.created_at.desc(), table.c.id.desc())
        rows = connection.execute(query.limit(most)).all()
        total = connection.execute(select(func.count()).where(here)).scalar_one()
        names, waits, refused = _Names(connection), _unsent(connection), _refused(connection)
        asked = {row.reply_to_id for row in rows if row.reply_to_id is not None}
        of = select(table.c.id, table.c.body).where(table.c.id.in_(asked))
        answered = {row.id: row.body or "" for row in connection.execute(of)} if asked else {}
    said = tuple(
        Said(
            row.id,
            names.of(row.sender_id),
            row.sender_id is not None and row.sender_id == names.me,
            row.sender_id in names.us,
            row.created_at,
            row.body or "",
            row.attachment_name or row.attachment_url or "",
            answered.get(row.reply_to_id, ""),
            row.deleted_at is not None,
            row.edited_at is not None,
            row.kind == MessageKind.SYSTEM,
            str(row.id) in waits,
            str(row.id) in refused,
        )
        for row in reversed(rows)
    )
    return Thread(found[0], said, total - len(said))


def notifications(mirror: Mirror, *, only_unread: bool, most: int | None = MOST) -> Firsts[Told]:
    """Read the person's notifications that are still of use: unread ones first, then the newest."""
    table = Notification.__table__
    query = (
        select(table)
        .where(_of_use())
        .order_by(table.c.read_at.is_not(None), table.c.created_at.desc(), table.c.id)
    )
    if only_unread:
        query = query.where(table.c.read_at.is_(None))
    with mirror.read() as connection:
        found = first_of(connection, query, _told, most)
        messages = Message.__table__.c
        rows = [row for row in found if row.screen == "message"]
        of = select(messages.id, messages.conversation_id).where(
            messages.id.in_([row.target for row in rows])
        )
        where = {row.id: row.conversation_id for row in connection.execute(of)} if rows else {}
    return Firsts(tuple(_led(row, where) for row in found), found.total)


def to_look_at(mirror: Mirror) -> int:
    """Return how many conversations are unanswered and notifications unread."""
    table = Notification.__table__
    with mirror.read() as connection:
        unread = select(func.count()).where(_of_use(), table.c.read_at.is_(None))
        return int(connection.execute(unread).scalar_one()) + sum(
            talk.unanswered for talk in _talks(connection)
        )


def _talks(connection: Connection, only: UUID | None = None) -> list[Talk]:
    """Return conversations, in no order. SQLite gives the row that the greatest time stands in."""
    table, messages = Conversation.__table__, Message.__table__
    query = select(table).where(table.c.organization_id.is_not(None))
    spoken = (
        select(messages, func.max(messages.c.created_at).label("latest"))
        .where(messages.c.kind != MessageKind.SYSTEM, messages.c.deleted_at.is_(None))
        .group_by(messages.c.conversation_id)
    )
    senders = select(messages.c.conversation_id, messages.c.sender_id).distinct()
    if only is not None:
        query = query.where(table.c.id == only)
        spoken = spoken.where(messages.c.conversation_id == only)
        senders = senders.where(messages.c.conversation_id == only)
    names, waits = _Names(connection), _unsent(connection)
    last = {row.conversation_id: row for row in connection.execute(spoken)}
    others: dict[UUID, UUID] = {}
    for conversation, person in connection.execute(senders):
        if person is not None and person not in names.us:
            others.setdefault(conversation, person)
    unsent = select(messages.c.conversation_id, messages.c.id).where(messages.c.id.in_(waits))
    waiting: dict[UUID, int] = {}
    for conversation, _ in connection.execute(unsent) if waits else ():
        waiting[conversation] = waiting.get(conversation, 0) + 1
    return [
        _talk(row, last.get(row.id), others.get(row.id), names, waiting.get(row.id, 0))
        for row in connection.execute(query)
    ]


def _talk(
    row: Row[Any], last: Row[Any] | None, other: UUID | None, names: _Names, waits: int
) -> Talk:
    if other is None and row.started_by is not None and row.started_by not in names.us:
        other = row.started_by
    client = names.clients.get(other) if other is not None else None
    is_open = row.status == ConversationStatus.OPEN
    by = "" if last is None else "You" if last.sender_id == names.me else names.of(last.sender_id)
    return Talk(
        row.id,
        names.of(other),
        None if client is None else client.id,
        row.subject or "",
        "" if last is None else last.body or last.attachment_name or "An attachment",
        by,
        row.last_message_at if last is None else last.created_at,
        is_open,
        is_open and last is not None and last.sender_id not in names.us,
        waits,
    )


def _unsent(connection: Connection) -> set[str]:
    """Return the messages that central has not seen."""
    sql = "select row_id from pending_rows where table_name = 'messages' and base is null"
    return {row[0] for row in connection.execute(text(sql))}


def _refused(connection: Connection) -> set[str]:
    return {
        row.id
        for refusal in open_refusals(connection)
        for row in refusal.rows
        if row.table == "messages"
    }


def _of_use() -> Any:
    table = Notification.__table__
    return or_(table.c.expires_at.is_(None), table.c.expires_at > now())


def _told(row: Row[Any]) -> Told:
    table = row.target_table or ""
    return Told(
        row.id,
        row.kind,
        row.title,
        row.body or "",
        row.priority,
        row.created_at,
        row.read_at,
        "message" if table == "messages" else SCREENS.get(table, ""),
        row.target_id,
    )


def _led(row: Told, conversations: dict[UUID, UUID]) -> Told:
    """Return a notification of a message with the conversation it is in."""
    if row.screen != "message":
        return row
    there = conversations.get(row.target) if row.target is not None else None
    screen = "messages" if there is not None else ""
    return Told(row.id, row.kind, row.title, row.body, row.priority, row.at, row.read_at, screen,
                there)  # fmt: skip
