"""Conversations, messages and notifications."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import (
    ALL_KINDS,
    CLINICS,
    NOBODY,
    WORKERS,
    Access,
    All,
    Members,
    Named,
    Person,
    Platform,
    SignedIn,
    Within,
)
from fluffydesk.records.dated import Dated
from fluffydesk.records.enums.communication import (
    ConversationKind,
    ConversationStatus,
    MessageKind,
    NotificationChannel,
    NotificationKind,
    NotificationPriority,
    NotificationRhythm,
)
from fluffydesk.records.vocabulary import Merge, PersonalRecord, Record, field, link


def _participants(key: str) -> Named:
    """Return whoever takes part in the conversation that the column `key` names."""
    return Named(
        "conversations_i_am_in",
        "conversation_participants",
        "conversation_id",
        active="left_at is null",
        key=key,
    )


class Conversation(Record):
    """A talk between people: two, a group, a clinic and its client, or with the platform's support.

    Begun by `public.start_conversation`; who takes part is changed by `add_to_conversation` and
    `leave_conversation`, so nobody enters another's by themselves.
    """

    __tablename__ = "conversations"
    # A clinic's talks with its clients are its front desk's, whoever of it was asked.
    __access__ = Access(
        read=[
            _participants("id"),
            WORKERS,
            All(Platform(), SignedIn("kind = 'support'")),
        ],
        write=[
            Named(
                "conversations_i_run",
                "conversation_participants",
                "conversation_id",
                active="left_at is null and is_admin",
            ),
            WORKERS,
        ],
        add=NOBODY,
        delete=NOBODY,
        mirrored=CLINICS,
    )
    __scope__ = Within()
    __titles__ = ("Conversation", "Conversations")
    __label__ = ("subject", "kind")
    __table_args__ = (Index("ix_conversations_last_message_at", "last_message_at"),)

    kind: Mapped[ConversationKind] = field("Kind", default=ConversationKind.DIRECT, kept=True)
    subject: Mapped[str | None] = field("Subject")
    picture_url: Mapped[str | None] = field("Picture")
    status: Mapped[ConversationStatus] = field("Status", default=ConversationStatus.OPEN)
    organization_id: Mapped[UUID | None] = link(
        "organizations", "Clinic", on_delete="SET NULL", kept=True
    )
    started_by: Mapped[UUID | None] = link(
        "profiles", "Started by", on_delete="SET NULL", kept=True
    )
    last_message_at: Mapped[datetime | None] = field("Last message", kept=True)


class ConversationParticipant(Record):
    """A person's part in one conversation, until they leave it."""

    __tablename__ = "conversation_participants"
    __access__ = Access(
        read=[Person(), _participants("conversation_id")],
        write=Person(when="left_at is null"),
        add=NOBODY,
        delete=NOBODY,
    )
    __titles__ = ("Participant", "Participants")
    __label__ = ("user_id",)
    __table_args__ = (UniqueConstraint("user_id", "conversation_id"),)

    conversation_id: Mapped[UUID] = link("conversations", "Conversation", on_delete="CASCADE")
    user_id: Mapped[UUID] = link("profiles", "Person", on_delete="CASCADE")
    is_admin: Mapped[bool] = field("Runs the conversation", default=False, kept=True)
    joined_at: Mapped[datetime | None] = field("Joined", kept=True)
    left_at: Mapped[datetime | None] = field("Left", kept=True)
    last_read_at: Mapped[datetime | None] = field("Read until", merge=Merge.MAX)
    is_muted: Mapped[bool] = field("Muted", default=False)


class Message(Record):
    """What one person says in a conversation; who takes it back leaves an empty place."""

    __tablename__ = "messages"
    __access__ = Access(
        read=[_participants("conversation_id"), WORKERS],
        write=[
            All(Person("sender_id", "kind <> 'system'"), _participants("conversation_id")),
            All(Person("sender_id", "kind <> 'system'"), Members(WORKERS)),
        ],
        delete=NOBODY,
        mirrored=CLINICS,
    )
    __scope__ = Within()
    __titles__ = ("Message", "Messages")
    __label__ = ("body", "kind")
    __table_args__ = (
        CheckConstraint(
            "coalesce(body, attachment_url) is not null or deleted_at is not null",
            name="says_something",
        ),
        Index("idx_messages_conversation_id", "conversation_id"),
    )

    # That of the conversation: central sees to it.
    organization_id: Mapped[UUID | None] = link(
        "organizations", "Clinic", on_delete="SET NULL", kept=True
    )
    conversation_id: Mapped[UUID] = link("conversations", "Conversation", on_delete="CASCADE")
    sender_id: Mapped[UUID | None] = link("profiles", "From", on_delete="SET NULL")
    kind: Mapped[MessageKind] = field("Kind", default=MessageKind.TEXT)
    body: Mapped[str | None] = field("Text")
    reply_to_id: Mapped[UUID | None] = link("messages", "Answers", on_delete="SET NULL")
    attachment_url: Mapped[str | None] = field("Attachment")
    attachment_name: Mapped[str | None] = field("File name")
    attachment_type: Mapped[str | None] = field("File type", hint="As in image/jpeg")
    attachment_size: Mapped[int | None] = field(
        "File size", unit="bytes", minimum=0, maximum=5_000_000_000
    )
    edited_at: Mapped[datetime | None] = field("Edited", kept=True)
    deleted_at: Mapped[datetime | None] = field("Taken back")


class Notification(PersonalRecord):
    """Something the platform tells a person, by one channel."""

    __tablename__ = "notifications"
    __access__ = Access(read=Person(), write=Person(), add=NOBODY, mirrored=ALL_KINDS)
    __titles__ = ("Notification", "Notifications")
    __label__ = ("title", "kind")
    __dated__ = Dated("created_at", "read_at")
    __table_args__ = (Index("idx_notifications_user_id", "user_id"),)

    kind: Mapped[NotificationKind] = field("About", default=NotificationKind.SYSTEM, kept=True)
    title: Mapped[str] = field("Title", default="", kept=True)
    body: Mapped[str | None] = field("Text", kept=True)
    priority: Mapped[NotificationPriority] = field(
        "Priority", default=NotificationPriority.NORMAL, kept=True
    )
    channel: Mapped[NotificationChannel] = field(
        "Channel", default=NotificationChannel.IN_APP, kept=True
    )
    organization_id: Mapped[UUID | None] = link(
        "organizations", "Organization", on_delete="CASCADE", kept=True
    )
    target_table: Mapped[str | None] = field("Leads to a row of", kept=True)
    target_id: Mapped[UUID | None] = field("Leads to the row", kept=True)
    sent_at: Mapped[datetime | None] = field("Sent", kept=True)
    expires_at: Mapped[datetime | None] = field("Of no use after", kept=True)
    read_at: Mapped[datetime | None] = field("Read", merge=Merge.MIN)


class NotificationPreference(PersonalRecord):
    """Whether, how and when a person wants to be told about one kind of thing."""

    __tablename__ = "notification_preferences"
    __access__ = Access(read=Person(), write=Person(), mirrored=ALL_KINDS)
    __titles__ = ("Notification setting", "Notification settings")
    __label__ = ("kind", "channel")
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "channel"),
        CheckConstraint(
            "(quiet_from is null) = (quiet_until is null)", name="quiet_hours_have_both_ends"
        ),
    )

    kind: Mapped[NotificationKind] = field("About", default=NotificationKind.REMINDER)
    channel: Mapped[NotificationChannel] = field("Channel", default=NotificationChannel.PUSH)
    is_wanted: Mapped[bool] = field("Wanted", default=True)
    rhythm: Mapped[NotificationRhythm] = field("Sent", default=NotificationRhythm.AT_ONCE)
    least_priority: Mapped[NotificationPriority] = field(
        "Only from this priority", default=NotificationPriority.LOW
    )
    quiet_from: Mapped[int | None] = field(
        "Quiet from", unit="min", minimum=0, maximum=1439, hint="Minutes after midnight: 1320 is 22"
    )
    quiet_until: Mapped[int | None] = field(
        "Quiet until", unit="min", minimum=0, maximum=1439, hint="Minutes after midnight: 420 is 7"
    )
