"""A clinic's conversations and a person's notifications: answering, closing, reading."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, Row, or_, select

from fluffydesk.actions import rules
from fluffydesk.actions.saving import check, existing
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.communication import Conversation, Message, Notification
from fluffydesk.records.enums.communication import ConversationStatus
from fluffydesk.records.types import now

_MOST = 10_000
_SHORT = 40


def answer(
    mirror: Mirror, conversation_id: UUID, text: str, reply_to: UUID | None = None
) -> tuple[UUID, Changes]:
    """Write into a conversation as whoever is at this PC; a closed one opens again.

    Offline it waits like any edit. InvalidValue at `body` for one that says nothing or too much.
    """
    words = text.strip()
    if not words:
        raise InvalidValue("The answer is empty.", "Write something first.", field="body")
    if len(words) > _MOST:
        raise InvalidValue(
            f"The answer has {len(words):,} letters.",
            f"Say it in at most {_MOST:,}, or send two.",
            field="body",
        )
    values = check(
        Message,
        {
            "conversation_id": conversation_id,
            "sender_id": _me(mirror),
            "body": words,
            "reply_to_id": reply_to,
        },
    )
    with mirror.unit(f"Answer: {_short(words)}") as unit:
        there = existing(unit.connection, Conversation, conversation_id)
        key = unit.insert(Message, values)
        if there.status != ConversationStatus.OPEN:
            unit.update(Conversation, conversation_id, {"status": ConversationStatus.OPEN})
        after = existing(unit.connection, Message, key)
        rules.hold(unit.connection, Message, None, after)
    return key, unit.changes


def take_back(mirror: Mirror, message_id: UUID) -> Changes:
    """Take one's own message back: its place stays, empty. Refusal for somebody else's."""
    with mirror.read() as connection:
        message = existing(connection, Message, message_id)
    if message.sender_id != _me(mirror):
        raise Refusal("Only who wrote a message takes it back.", "Answer it instead.")
    if message.deleted_at is not None:
        raise Refusal("It is taken back already.")
    empty = dict.fromkeys(
        ("body", "attachment_url", "attachment_name", "attachment_type", "attachment_size")
    )
    with mirror.unit(f"Take back: {_short(message.body or 'a message')}") as unit:
        unit.update(Message, message_id, {**empty, "deleted_at": now()})
    return unit.changes


def set_status(mirror: Mirror, conversation_id: UUID, status: ConversationStatus) -> Changes:
    """Close a conversation in which nothing is left to say, or open it again."""
    with mirror.read() as connection:
        there = existing(connection, Conversation, conversation_id)
    if there.status == status:
        return Changes({})
    verb = "Close" if status == ConversationStatus.CLOSED else "Open"
    with mirror.unit(f"{verb} a conversation") as unit:
        unit.update(Conversation, conversation_id, {"status": status})
    return unit.changes


def read(mirror: Mirror, notification_id: UUID) -> Changes:
    """Note that a notification was read; one that was keeps its time."""
    with mirror.unit("Read a notification") as unit:
        if existing(unit.connection, Notification, notification_id).read_at is None:
            unit.update(Notification, notification_id, {"read_at": now()})
    return unit.changes


def read_all(mirror: Mirror) -> tuple[tuple[UUID, ...], Changes]:
    """Note that all notifications were read; return those that were not before."""
    with mirror.unit("Read all notifications") as unit:
        keys = tuple(row.id for row in _unread(unit.connection))
        for key in keys:
            unit.update(Notification, key, {"read_at": now()})
    return keys, unit.changes


def unread(mirror: Mirror, notifications: tuple[UUID, ...]) -> Changes:
    """Undo: these were not read."""
    with mirror.unit("Not read after all") as unit:
        for key in notifications:
            unit.update(Notification, key, {"read_at": None})
    return unit.changes


def _unread(connection: Connection) -> list[Row[tuple[UUID]]]:
    table = Notification.__table__
    of_use = or_(table.c.expires_at.is_(None), table.c.expires_at > now())
    query = select(table.c.id).where(table.c.read_at.is_(None), of_use)
    return list(connection.execute(query))


def _me(mirror: Mirror) -> UUID:
    return UUID((mirror.recall("author") or {})["user_id"])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else f"{line[: _SHORT - 1].rstrip()}…"
