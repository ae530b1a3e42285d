"""The closed lists of values of posts, groups and forums."""

from __future__ import annotations

from enum import StrEnum

from fluffydesk.records.enums.platform import State


class CommunityTopic(StrEnum):
    """What a group or a thread is about."""

    GENERAL = "general"
    HEALTH = "health"
    NUTRITION = "nutrition"
    TRAINING = "training"
    BREEDS = "breeds"
    BREEDING = "breeding"
    ADOPTION = "adoption"
    LOST_AND_FOUND = "lost_and_found"
    FARMING = "farming"
    EVENTS = "events"
    OTHER = "other"


class PostVisibility(StrEnum):
    """Who may read a post once it is published."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    GROUP = "group"
    PRIVATE = "private"


class PostStatus(StrEnum):
    """How far the author is with a post."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class ModerationState(StrEnum):
    """Whether moderators let something be seen: hidden may come back, removed is final for them."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    REMOVED = "removed"


class GroupVisibility(State):
    """Who finds a group and who may join; a group may close, but never opens again."""

    OPEN = "open"
    CLOSED = "closed"
    SECRET = "secret"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {cls.OPEN: (cls.CLOSED,), cls.CLOSED: (cls.SECRET,)}


class GroupRole(StrEnum):
    """What a member may do in a group."""

    MEMBER = "member"
    MODERATOR = "moderator"
    ADMIN = "admin"


class GroupMemberStatus(StrEnum):
    """Whether a person is in a group: has asked, was asked, is in, or may not come back."""

    PENDING = "pending"
    INVITED = "invited"
    ACTIVE = "active"
    BANNED = "banned"


class ReactionKind(StrEnum):
    """How a person reacts to a post."""

    LIKE = "like"
    LOVE = "love"
    LAUGH = "laugh"
    WOW = "wow"
    SAD = "sad"
    SUPPORT = "support"
