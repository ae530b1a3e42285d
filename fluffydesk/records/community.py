"""Posts, groups, forums, comments and tags."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import (
    KEEPERS,
    NOBODY,
    Access,
    All,
    Anyone,
    Members,
    Named,
    Of,
    Person,
    Platform,
    Scope,
    SignedIn,
    Within,
)
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.community import (
    CommunityTopic,
    GroupMemberStatus,
    GroupRole,
    GroupVisibility,
    ModerationState,
    PostStatus,
    PostVisibility,
    ReactionKind,
)
from fluffydesk.records.enums.reviews import MediaType
from fluffydesk.records.moderation import UNTOUCHED, moderated, moderation_reason, own_file
from fluffydesk.records.vocabulary import PersonalRecord, Record, field, link

_SHOWN = f"status = 'published' and {UNTOUCHED}"
_SLUG = "slug = lower(slug) and slug !~ '[\\s/?#]'"


def _named(name: str, active: str, key: str = "group_id", when: str | None = None) -> Named:
    return Named(name, "group_members", "group_id", active=active, key=key, when=when)


def members(when: str | None = None) -> All:
    """Return the members of the group of a row, as long as the platform lets the group be."""
    return All(_named("groups_i_am_in", "status = 'active'", when=when), Of("group_id"))


def moderators(when: str | None = None) -> Named:
    """Return those who keep order in the group of a row."""
    active = "status = 'active' and role in ('moderator', 'admin')"
    return _named("groups_i_moderate", active, when=when)


class CommunityGroup(Record):
    """A group of people with a common interest."""

    __tablename__ = "community_groups"
    __access__ = Access(
        read=[
            Anyone(f"visibility <> 'secret' and {UNTOUCHED}"),
            _named("groups_i_know", "status in ('active', 'invited')", "id", UNTOUCHED),
            Person("owner_id"),
            Platform(),
        ],
        add=Person("owner_id"),
        write=[
            Person("owner_id", UNTOUCHED),
            _named("groups_i_administer", "status = 'active' and role = 'admin'", "id", UNTOUCHED),
        ],
        delete=Person("owner_id"),
    )
    __titles__ = ("Group", "Groups")
    __label__ = ("name",)
    __table_args__ = (
        CheckConstraint(_SLUG, name="slug_plain"),
        # A secret group's name in an address could be guessed by trying to take it.
        Index(
            "uq_community_groups_slug",
            "slug",
            unique=True,
            postgresql_where=text("visibility <> 'secret'"),
        ),
    )

    name: Mapped[str] = field("Name")
    slug: Mapped[str] = field("Name in the address", hint="As in beagle-friends")
    topic: Mapped[CommunityTopic] = field("About", default=CommunityTopic.GENERAL)
    about: Mapped[str | None] = field("Description")
    rules: Mapped[str | None] = field("Rules")
    visibility: Mapped[GroupVisibility] = field("Who may join", default=GroupVisibility.OPEN)
    location: Mapped[str | None] = field("Place or region")
    language: Mapped[str | None] = field("Language", hint="As in en or pt-BR")
    cover_id: Mapped[UUID | None] = link("media_files", "Cover picture", on_delete="SET NULL")
    owner_id: Mapped[UUID] = link("profiles", "Founder")
    moderation: Mapped[ModerationState] = moderated()
    moderation_reason: Mapped[str | None] = moderation_reason()


class GroupMember(Record):
    """A person's place in a group; central alone sets role and status, asked by functions."""

    __tablename__ = "group_members"
    __access__ = Access(
        read=[Person(), members(when="status = 'active'"), moderators()],
        add=All(Person(), Of("group_id")),
        write=Person(),
        # Who was banned does not come back by leaving.
        delete=[Person(when="status <> 'banned'"), moderators("role = 'member'")],
    )
    __titles__ = ("Group member", "Group members")
    __label__ = ("user_id", "group_id")
    __table_args__ = (UniqueConstraint("group_id", "user_id"),)

    group_id: Mapped[UUID] = link("community_groups", "Group", on_delete="CASCADE")
    user_id: Mapped[UUID] = link("profiles", "Person", on_delete="CASCADE")
    role: Mapped[GroupRole] = field("Role", default=GroupRole.MEMBER, kept=True)
    status: Mapped[GroupMemberStatus] = field(
        "Status", default=GroupMemberStatus.PENDING, kept=True
    )
    joined_at: Mapped[datetime | None] = field("Joined", kept=True)
    invited_by: Mapped[UUID | None] = link(
        "profiles", "Invited by", on_delete="SET NULL", kept=True
    )
    message: Mapped[str | None] = field("Why I want to join")
    wants_news: Mapped[bool] = field("Notify me of new posts", default=True)


class CommunityPost(Record):
    """Something a person, or an organization through its keepers, tells others."""

    __tablename__ = "community_posts"
    __access__ = Access(
        read=[
            Anyone(f"visibility = 'public' and {_SHOWN}"),
            SignedIn(f"visibility = 'signed_in' and {_SHOWN}"),
            members(when=f"visibility = 'group' and {_SHOWN}"),
            moderators("status = 'published'"),
            Person("author_id", "organization_id is null"),
            Members(KEEPERS),
            All(Platform(), SignedIn("status <> 'draft' and visibility <> 'private'")),
        ],
        add=[
            Person("author_id", "organization_id is null and group_id is null"),
            All(Person("author_id", "organization_id is null"), members()),
            All(Person("author_id", "group_id is null"), Members(KEEPERS)),
        ],
        write=[
            Person("author_id", f"organization_id is null and group_id is null and {UNTOUCHED}"),
            All(Person("author_id", f"organization_id is null and {UNTOUCHED}"), members()),
            Members(KEEPERS, f"group_id is null and {UNTOUCHED}"),
        ],
        delete=[Person("author_id", "organization_id is null"), Members(KEEPERS)],
    )
    __scope__: ClassVar[Scope | None] = Within()
    __titles__ = ("Post", "Posts")
    __label__ = ("title", "body")
    __table_args__ = (
        Index("ix_community_posts_group_id", "group_id", "published_at"),
        Index("ix_community_posts_author_id", "author_id", "published_at"),
        Index("ix_community_posts_published_at", "published_at"),
    )

    author_id: Mapped[UUID] = link("profiles", "Author", on_delete="CASCADE")
    organization_id: Mapped[UUID | None] = link(
        "organizations", "In the name of", on_delete="CASCADE"
    )
    group_id: Mapped[UUID | None] = link("community_groups", "Group")
    title: Mapped[str | None] = field("Title")
    body: Mapped[str] = field("Text")
    visibility: Mapped[PostVisibility] = field("Who may read it", default=PostVisibility.PUBLIC)
    status: Mapped[PostStatus] = field("Status", default=PostStatus.DRAFT)
    location: Mapped[str | None] = field("Place")
    language: Mapped[str | None] = field("Language", hint="As in en or pt-BR")
    comments_closed: Mapped[bool] = field("No more comments", default=False)
    pinned: Mapped[bool] = field("Pinned", default=False, kept=True)
    published_at: Mapped[datetime | None] = field("Published", kept=True)
    moderation: Mapped[ModerationState] = moderated()
    moderation_reason: Mapped[str | None] = moderation_reason()


class ForumPost(Record):
    """A thread of the forum, or of a group's own; it stays when its author's account is gone."""

    __tablename__ = "forum_posts"
    __access__ = Access(
        read=[
            Anyone(f"group_id is null and {UNTOUCHED}"),
            members(when=UNTOUCHED),
            moderators(),
            Person("author_id"),
            Platform(),
        ],
        add=[Person("author_id", "group_id is null"), All(Person("author_id"), members())],
        write=[
            Person("author_id", f"group_id is null and not locked and {UNTOUCHED}"),
            All(Person("author_id", f"not locked and {UNTOUCHED}"), members()),
        ],
        delete=Person("author_id"),
    )
    __titles__ = ("Thread", "Threads")
    __label__ = ("title",)
    __table_args__ = (
        Index("ix_forum_posts_category", "category", "created_at"),
        Index("ix_forum_posts_group_id", "group_id", "created_at"),
    )

    author_id: Mapped[UUID | None] = link("profiles", "Author", on_delete="SET NULL")
    group_id: Mapped[UUID | None] = link("community_groups", "Group")
    category: Mapped[CommunityTopic] = field("Category", default=CommunityTopic.GENERAL)
    title: Mapped[str] = field("Title")
    body: Mapped[str] = field("Text")
    language: Mapped[str | None] = field("Language", hint="As in en or pt-BR")
    is_question: Mapped[bool] = field("A question", default=False)
    is_solved: Mapped[bool] = field("Answered", default=False)
    locked: Mapped[bool] = field("No more replies", default=False, kept=True)
    pinned: Mapped[bool] = field("Pinned", default=False, kept=True)
    moderation: Mapped[ModerationState] = moderated()
    moderation_reason: Mapped[str | None] = moderation_reason()


class ForumComment(Record):
    """A reply in a thread."""

    __tablename__ = "forum_comments"
    __access__ = Access(
        read=[
            Of("post_id", when=UNTOUCHED),
            Person("author_id"),
            All(Platform(), Of("post_id")),
        ],
        add=All(Person("author_id"), Of("post_id")),
        write=All(Person("author_id", UNTOUCHED), Of("post_id")),
        delete=Person("author_id"),
    )
    __titles__ = ("Reply", "Replies")
    __label__ = ("body",)
    __table_args__ = (
        UniqueConstraint("post_id", "id"),
        ForeignKeyConstraint(
            ["post_id", "parent_id"],
            ["forum_comments.post_id", "forum_comments.id"],
            ondelete="SET NULL (parent_id)",
        ),
        Index(None, "post_id", "parent_id"),
    )

    # A thread with replies is not its author's alone any more, so it cannot be deleted.
    post_id: Mapped[UUID] = link("forum_posts", "Thread")
    author_id: Mapped[UUID | None] = link("profiles", "Author", on_delete="SET NULL")
    parent_id: Mapped[UUID | None] = link("forum_comments", "In reply to", on_delete="SET NULL")
    body: Mapped[str] = field("Text")
    moderation: Mapped[ModerationState] = moderated()
    moderation_reason: Mapped[str | None] = moderation_reason()


class Comment(Record):
    """What a person says to a post; the post's author may take it away."""

    __tablename__ = "comments"
    __access__ = Access(
        read=[
            Of("post_id", when=UNTOUCHED),
            Person("author_id"),
            All(Platform(), Of("post_id")),
        ],
        add=All(Person("author_id"), Of("post_id")),
        write=All(Person("author_id", UNTOUCHED), Of("post_id")),
        delete=[Person("author_id"), Of("post_id", may="change")],
    )
    __titles__ = ("Comment", "Comments")
    __label__ = ("body",)
    __table_args__ = (
        UniqueConstraint("post_id", "id"),
        ForeignKeyConstraint(
            ["post_id", "parent_id"],
            ["comments.post_id", "comments.id"],
            ondelete="SET NULL (parent_id)",
        ),
        Index(None, "post_id", "parent_id"),
    )

    post_id: Mapped[UUID] = link("community_posts", "Post", on_delete="CASCADE")
    author_id: Mapped[UUID] = link("profiles", "Author", on_delete="CASCADE")
    parent_id: Mapped[UUID | None] = link("comments", "In reply to", on_delete="SET NULL")
    body: Mapped[str] = field("Text")
    moderation: Mapped[ModerationState] = moderated()
    moderation_reason: Mapped[str | None] = moderation_reason()


class Reaction(PersonalRecord):
    """A person's like, or another sign, on a post."""

    __tablename__ = "reactions"
    __access__ = Access(
        read=[Person(), Of("post_id")],
        add=All(Person(), Of("post_id")),
        delete=Person(),
    )
    __titles__ = ("Reaction", "Reactions")
    __label__ = ("kind",)
    __table_args__ = (UniqueConstraint("post_id", "user_id", "kind"),)

    post_id: Mapped[UUID] = link("community_posts", "Post", on_delete="CASCADE")
    kind: Mapped[ReactionKind] = field("Kind", default=ReactionKind.LIKE)


class Bookmark(PersonalRecord):
    """A post that a person keeps for later; nobody else knows."""

    __tablename__ = "bookmarks"
    __access__ = Access(read=Person(), add=All(Person(), Of("post_id")), write=Person())
    __titles__ = ("Bookmark", "Bookmarks")
    __label__ = ("post_id", "folder")
    __table_args__ = (UniqueConstraint("user_id", "post_id"),)

    post_id: Mapped[UUID] = link("community_posts", "Post", on_delete="CASCADE")
    folder: Mapped[str | None] = field("Folder")
    note: Mapped[str | None] = field("Note to myself")


class Tag(Record):
    """A word by which posts are found; anybody makes one, the platform tidies."""

    __tablename__ = "tags"
    __access__ = Access(
        read=[Anyone("status = 'active'"), Platform()],
        add=Person("made_by", "status = 'active'"),
        write=Platform(),
    )
    __titles__ = ("Tag", "Tags")
    __label__ = ("name",)
    __table_args__ = (UniqueConstraint("slug"), CheckConstraint(_SLUG, name="slug_plain"))

    name: Mapped[str] = field("Name")
    slug: Mapped[str] = field("Name in the address", hint="As in guide-dogs")
    about: Mapped[str | None] = field("Description")
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)
    made_by: Mapped[UUID | None] = link("profiles", "Made by", on_delete="SET NULL")


class PostTag(Record):
    """A tag on a post, put there by whoever may change the post."""

    __tablename__ = "post_tags"
    __access__ = Access(
        read=Of("post_id"),
        add=All(Of("post_id", may="change"), Of("tag_id")),
        write=NOBODY,
        delete=Of("post_id", may="change"),
    )
    __titles__ = ("Tag of a post", "Tags of posts")
    __label__ = ("tag_id",)
    __table_args__ = (UniqueConstraint("post_id", "tag_id"),)

    post_id: Mapped[UUID] = link("community_posts", "Post", on_delete="CASCADE")
    tag_id: Mapped[UUID] = link("tags", "Tag", on_delete="CASCADE")


class PostMedia(Record):
    """A picture or another file shown with a post."""

    __tablename__ = "post_media"
    __access__ = Access(
        read=Of("post_id"),
        add=All(Person("added_by"), Of("post_id", may="change")),
        write=All(Person("added_by"), Of("post_id", may="change")),
        delete=Of("post_id", may="change"),
    )
    __titles__ = ("Attachment", "Attachments")
    __label__ = ("caption", "path")
    __table_args__ = (
        own_file("path", "added_by"),
        Index("ix_post_media_post_id", "post_id", "position"),
    )

    post_id: Mapped[UUID] = link("community_posts", "Post", on_delete="CASCADE")
    added_by: Mapped[UUID] = link("profiles", "Added by", on_delete="CASCADE")
    media_type: Mapped[MediaType] = field("Type", default=MediaType.IMAGE)
    path: Mapped[str] = field("Path", hint="Begins with the id of who adds it")
    mime_type: Mapped[str | None] = field("MIME type")
    size_bytes: Mapped[int | None] = field("Size", unit="B", minimum=0)
    width: Mapped[int | None] = field("Width", unit="px", minimum=1)
    height: Mapped[int | None] = field("Height", unit="px", minimum=1)
    caption: Mapped[str | None] = field("Caption")
    alt_text: Mapped[str | None] = field("In words, for who cannot see it")
    position: Mapped[int] = field("Place in the row", default=0, minimum=0, maximum=1000)
