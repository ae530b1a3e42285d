"""People: their profiles, and what they may do in which organization."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from fluffydesk.records.enums import Role, Status, UserRole
from fluffydesk.records.vocabulary import (
    Access,
    OrganizationRecord,
    Record,
    Through,
    field,
    link,
)


class Profile(Record):
    """A person with an account; the key is that of `auth.users`."""

    __tablename__ = "profiles"
    __access__ = Access()
    __scope__ = Through("organization_users", "user_id", "status = 'active'", person="id")
    __titles__ = ("Person", "People")
    __label__ = ("full_name", "email")

    email: Mapped[str] = field("E-mail")
    full_name: Mapped[str | None] = field("Name")
    phone: Mapped[str | None] = field("Phone")
    role: Mapped[UserRole] = field("Role on the platform", default=UserRole.PET_OWNER)


class OrganizationUser(OrganizationRecord):
    """A person's membership of an organization, and the role in it."""

    __tablename__ = "organization_users"
    __access__ = Access(write=frozenset({Role.OWNER}), audited=True)
    __titles__ = ("Member", "Members")
    __label__ = ("user_id",)
    __table_args__ = (UniqueConstraint("organization_id", "user_id"),)

    user_id: Mapped[UUID] = link("profiles", "Person", on_delete="CASCADE")
    role: Mapped[Role] = field("Role")
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)
    title: Mapped[str | None] = field("Job title")
