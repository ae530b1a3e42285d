"""People: their profiles, and what they may do in which organization."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import (
    ALL_KINDS,
    EVERYONE,
    NOBODY,
    Access,
    Person,
    Platform,
    Reach,
    Through,
)
from fluffydesk.records.enums import Role, Status, UserRole
from fluffydesk.records.vocabulary import OrganizationRecord, Record, field, link


class Profile(Record):
    """A person with an account; the key is that of `auth.users`."""

    __tablename__ = "profiles"
    __access__ = Access(
        read=[EVERYONE, Person("id"), Platform()],
        write=Person("id"),
        add=NOBODY,
        delete=NOBODY,
        mirrored=ALL_KINDS,
        audited="a person's contact and role on the platform",
    )
    __scope__ = Through(Reach("organization_users", "user_id", "status = 'active'"))
    __titles__ = ("Person", "People")
    __label__ = ("full_name", "email")

    email: Mapped[str] = field("E-mail", kept=True)
    full_name: Mapped[str | None] = field("Name")
    phone: Mapped[str | None] = field("Phone")
    role: Mapped[UserRole] = field("Role on the platform", default=UserRole.PET_OWNER, kept=True)


class OrganizationUser(OrganizationRecord):
    """A person's membership of an organization, and the role in it."""

    __tablename__ = "organization_users"
    __access__ = Access(
        read=[EVERYONE, Person("user_id")],
        write=frozenset({Role.OWNER}),
        mirrored=ALL_KINDS,
        audited="it decides who sees an organization's rows",
    )
    __titles__ = ("Member", "Members")
    __label__ = ("user_id",)
    __table_args__ = (UniqueConstraint("organization_id", "user_id"),)

    user_id: Mapped[UUID] = link("profiles", "Person", on_delete="CASCADE")
    role: Mapped[Role] = field("Role")
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)
    title: Mapped[str | None] = field("Job title")
