"""The closed lists of values of conversations and notifications."""

from __future__ import annotations

from enum import StrEnum


class ConversationKind(StrEnum):
    """Who talks to whom."""

    DIRECT = "direct"
    GROUP = "group"
    SUPPORT = "support"
    CLINIC = "clinic"


class ConversationStatus(StrEnum):
    """Whether something is still to be said; a new message opens a conversation again."""

    OPEN = "open"
    CLOSED = "closed"


class MessageKind(StrEnum):
    """What a message carries; those of the system say who came, left or changed what."""

    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"
    LOCATION = "location"
    SYSTEM = "system"


class NotificationKind(StrEnum):
    """What a notification is about; people choose by it what reaches them."""

    MESSAGE = "message"
    APPOINTMENT = "appointment"
    BOOKING = "booking"
    REMINDER = "reminder"
    HEALTH = "health"
    ORDER = "order"
    PAYMENT = "payment"
    COMMUNITY = "community"
    LOST_FOUND = "lost_found"
    BREEDING = "breeding"
    LIVESTOCK = "livestock"
    EVENT = "event"
    TASK = "task"
    SECURITY = "security"
    SYSTEM = "system"


class NotificationChannel(StrEnum):
    """The way a notification takes."""

    IN_APP = "in_app"
    PUSH = "push"
    EMAIL = "email"
    SMS = "sms"


class NotificationPriority(StrEnum):
    """How much a notification may disturb; an urgent one ignores quiet hours."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class NotificationRhythm(StrEnum):
    """How often notifications are sent: each by itself, or several gathered."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
