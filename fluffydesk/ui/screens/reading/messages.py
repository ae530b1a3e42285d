"""Conversations of a clinic and notifications of a person, as their screen shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    case,
    func,
    literal_column,
    or_,
    select,
    text,
)

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
from fluffydesk.ui.screens.reading.firsts import MOST, Firsts, first_of

_TALKS, _SAID = Conversation.__table__.c, Message.__table__.alias("said").c
_KEY: ColumnElement[str] = literal_column("conversations.id").label("key")
_NEVER = datetime.min.replace(tzinfo=UTC)
_WRONG_CLOCK = timedelta(days=1)
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
class Talks(Firsts[Talk]):
    """The first conversations, and how many of all wait for an answer."""

    unanswered: int = 0


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
    """Who is who of some people: those who work here, clients with an account, and nobody known."""

    def __init__(self, connection: Connection, people: Iterable[UUID | None]) -> None:
        profiles, clients = Profile.__table__.c, ClinicClient.__table__.c
        self.us = set(connection.execute(select(OrganizationUser.__table__.c.user_id)).scalars())
        author = Mirror.state.get(connection, "author") or {}
        self.me = UUID(author["user_id"]) if author.get("user_id") else None
        asked = {person for person in people if person is not None}
        query = select(profiles.id, profiles.full_name, profiles.email)
        self._people = {
            row.id: row.full_name or row.email or ""
            for row in connection.execute(query.where(profiles.id.in_(asked)))
        }
        known = select(clients.user_id, clients.id, clients.full_name)
        self.clients = {
            row.user_id: row for row in connection.execute(known.where(clients.user_id.in_(asked)))
        }

    def of(self, person: UUID | None) -> str:
        if person in self.clients and person not in self.us:
            return str(self.clients[person].full_name)
        name = self._people.get(person, "") if person is not None else ""
        return name or ("Somebody who left" if person in self.us else CLIENT)


def talks(mirror: Mirror, *, only_open: bool, most: int | None = MOST) -> Talks:
    """Read the clinic's conversations: unanswered ones first, then the newest.

    Of all of them only their state is read, and when central last had a message for each.
    """
    unsent = select(Message.__table__.c.conversation_id)
    query = select(_KEY, _waits().label("waits"), _TALKS.last_message_at.label("had")).where(
        _TALKS.organization_id.is_not(None)
    )
    if only_open:
        query = query.where(_TALKS.status == ConversationStatus.OPEN)
    with mirror.read() as connection:
        unsent = unsent.where(Message.__table__.c.id.in_(_unsent(connection)))
        fresh = {str(key) for key in connection.execute(unsent).scalars()}
        rows = connection.execute(query).all()
        waiting = [row for row in rows if row.waits]
        keys = _newest(connection, waiting, fresh, most)
        left = None if most is None else most - len(keys)
        keys += _newest(connection, [row for row in rows if not row.waits], fresh, left)
        found: list[Talk] = []
        for start in range(0, len(keys), MOST):
            found += _talks(connection, [UUID(key) for key in keys[start : start + MOST]])
    return Talks(tuple(found), len(rows), len(waiting))


def _newest(
    connection: Connection, rows: Sequence[Row[Any]], fresh: Collection[str], most: int | None
) -> list[str]:
    """Return the conversations with the newest messages, the newest first.

    What was said last is looked up for those alone that may be among them: it was said before
    central had it, but where a clock is wrong or it is not sent yet.
    """
    last = datetime.max.replace(tzinfo=UTC)
    until = {row.key: last if row.key in fresh else _latest(row.had, last) for row in rows}
    likely = sorted(until, key=until.__getitem__, reverse=True)
    at = func.coalesce(_last(_SAID.created_at), _TALKS.last_message_at).label("at")
    found: list[tuple[datetime, str]] = []
    wanted = len(likely) if most is None else most
    for start in range(0, len(likely), MOST):
        if len(found) >= wanted and (not wanted or until[likely[start]] < found[wanted - 1][0]):
            break
        some = [UUID(key) for key in likely[start : start + MOST]]
        known = connection.execute(select(_KEY, at).where(_TALKS.id.in_(some)))
        found += [(row.at or _NEVER, row.key) for row in known]
        found.sort(reverse=True)
    return [key for _, key in found[:most]]


def _latest(had: datetime | None, last: datetime) -> datetime:
    """Return how late the last word of a conversation may have been said."""
    return last if had is None else had + _WRONG_CLOCK


def unanswered(connection: Connection) -> list[tuple[UUID, datetime]]:
    """Return the open conversations that wait for an answer, and since when, the oldest first.

    Those whose last word, taken back or the system's apart, is not from a member.
    """
    at = _last(_SAID.created_at).label("at")
    query = select(_TALKS.id, at).where(_TALKS.organization_id.is_not(None), _waits())
    return [(row[0], row[1]) for row in connection.execute(query.order_by(at))]


def thread(mirror: Mirror, conversation_id: UUID, most: int) -> Thread | None:
    """Read a conversation with its last messages; None where it is gone."""
    table = Message.__table__
    with mirror.read() as connection:
        found = _talks(connection, [conversation_id])
        if not found:
            return None
        here = table.c.conversation_id == conversation_id
        query = select(table).where(here).order_by(table.c.created_at.desc(), table.c.id.desc())
        rows = connection.execute(query.limit(most)).all()
        total = connection.execute(select(func.count()).where(here)).scalar_one()
        names = _Names(connection, {row.sender_id for row in rows})
        waits, refused = _unsent(connection), _refused(connection)
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
        return int(connection.execute(unread).scalar_one()) + len(unanswered(connection))


def _last(column: ColumnElement[Any], *order: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Return the subquery of the last that anybody said in a conversation and did not take back."""
    return (
        select(column)
        .where(
            _SAID.conversation_id == _TALKS.id,
            _SAID.deleted_at.is_(None),
            _SAID.kind != MessageKind.SYSTEM,
        )
        .order_by(_SAID.created_at.desc(), *order)
        .limit(1)
        .correlate(Conversation.__table__)
        .scalar_subquery()
    )


def _waits() -> ColumnElement[bool]:
    """Say that a conversation is open and its last word is not from one of those who work here."""
    members = select(OrganizationUser.__table__.c.user_id)
    ours = _SAID.sender_id.is_not(None) & _SAID.sender_id.in_(members)
    by_another = _last(case((ours, 0), else_=1), _SAID.id.desc())
    is_open = _TALKS.status == ConversationStatus.OPEN
    return case((is_open, func.coalesce(by_another, 0)), else_=0)


def _talks(connection: Connection, keys: Sequence[UUID]) -> list[Talk]:
    """Return some conversations, in the order of their keys; those that are gone are left out."""
    messages = Message.__table__
    members = select(OrganizationUser.__table__.c.user_id)
    here = messages.c.conversation_id == _TALKS.id
    other = (
        select(messages.c.sender_id)
        .where(here, messages.c.sender_id.not_in(members))
        .order_by(messages.c.created_at)
        .limit(1)
        .scalar_subquery()
    )
    chosen = _TALKS.id.in_(keys)
    rows = connection.execute(select(Conversation.__table__, other.label("other")).where(chosen))
    talks = {row.id: row for row in rows}
    last_id = _last(_SAID.id, _SAID.id.desc())
    spoken = select(messages).join_from(Conversation.__table__, messages, messages.c.id == last_id)
    last = {row.conversation_id: row for row in connection.execute(spoken.where(chosen))}
    unsent = select(messages.c.conversation_id).where(messages.c.id.in_(_unsent(connection)))
    waiting = Counter(connection.execute(unsent).scalars())
    people = [row.other or row.started_by for row in talks.values()]
    names = _Names(connection, [*people, *(row.sender_id for row in last.values())])
    return [_talk(talks[key], last.get(key), names, waiting[key]) for key in keys if key in talks]


def _talk(row: Row[Any], last: Row[Any] | None, names: _Names, waits: int) -> Talk:
    other = row.other
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
