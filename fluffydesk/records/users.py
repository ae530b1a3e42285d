"""People: their profiles, what they may do in which organization, and what they agreed to."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
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
from fluffydesk.records.enums.booking import DoubleBooking
from fluffydesk.records.enums.users import ConsentPurpose, ConsentSource
from fluffydesk.records.types import now, today
from fluffydesk.records.vocabulary import (
    OrganizationRecord,
    PersonalRecord,
    Record,
    field,
    link,
    secret,
)

_OWNERS = frozenset({Role.OWNER})


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
    # Members see each other, and a clinic sees who owns its patients.
    __scope__ = Through(
        Reach("organization_users", "user_id", "status = 'active'"),
        Reach("clinic_patients", "owner_id", "ended_on is null"),
    )
    __titles__ = ("Person", "People")
    __label__ = ("full_name", "email")
    __table_args__ = (Index("idx_profiles_email", "email"),)

    # Who signs up by phone has no e-mail address.
    email: Mapped[str | None] = field("E-mail", kept=True)
    full_name: Mapped[str | None] = field("Name")
    phone: Mapped[str | None] = field("Phone")
    role: Mapped[UserRole] = field("Role on the platform", default=UserRole.PET_OWNER, kept=True)
    avatar_url: Mapped[str | None] = field("Picture", hint="Address of the picture")
    locale: Mapped[str | None] = field("Language", hint="As in en-GB")
    time_zone: Mapped[str | None] = field("Time zone", hint="As in Europe/Amsterdam")
    deactivated_at: Mapped[datetime | None] = field("Deactivated", kept=True)


class OrganizationUser(OrganizationRecord):
    """A person's membership of an organization, and the role in it."""

    __tablename__ = "organization_users"
    __access__ = Access(
        read=[EVERYONE, Person("user_id")],
        # Nobody is made a member: who is invited joins (`accept_invite`, `redeem_invite_code`).
        add=NOBODY,
        write=_OWNERS,
        mirrored=ALL_KINDS,
        audited="it decides who sees an organization's rows",
    )
    __titles__ = ("Member", "Members")
    __label__ = ("user_id",)
    __table_args__ = (
        UniqueConstraint("organization_id", "user_id"),
        # Nobody takes back who left: they come by another invitation.
        CheckConstraint("not left_by_choice or status <> 'active'", name="left_by_choice"),
        Index("idx_organization_users_user_id", "user_id"),
        Index("idx_organization_users_org_id", "organization_id"),
    )

    user_id: Mapped[UUID] = link("profiles", "Person", on_delete="CASCADE")
    role: Mapped[Role] = field("Role")
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)
    title: Mapped[str | None] = field("Job title")
    double_booking: Mapped[DoubleBooking] = field(
        "Double booking", default=DoubleBooking.NEVER, hint="Two visits at one time, for a vet"
    )
    joined_on: Mapped[date | None] = field("Joined", default=today, maximum=today)
    left_on: Mapped[date | None] = field("Left", maximum=today)
    left_by_choice: Mapped[bool] = field("Left of their own accord", default=False, kept=True)
    invited_by: Mapped[UUID | None] = link(
        "profiles", "Invited by", on_delete="SET NULL", kept=True
    )


class Invite(OrganizationRecord):
    """An e-mailed invitation to one person to join an organization in a role.

    `public.invite_member` makes it and tells the token once; `public.accept_invite` takes it.
    """

    __tablename__ = "invites"
    __access__ = Access(
        read=_OWNERS,
        write=_OWNERS,
        add=NOBODY,
        audited="it decides who joins an organization",
    )
    __titles__ = ("Invitation", "Invitations")
    __label__ = ("email",)
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower"),
        Index("ix_invites_token_hash", "token_hash"),
        Index(
            "uq_invites_open",
            "organization_id",
            "email",
            unique=True,
            postgresql_where=text("accepted_at is null and revoked_at is null"),
        ),
    )

    email: Mapped[str] = field("E-mail")
    role: Mapped[Role] = field("Role")
    title: Mapped[str | None] = field("Job title")
    message: Mapped[str | None] = field("Message")
    token_hash: Mapped[str] = secret("Token")
    invited_by: Mapped[UUID | None] = link(
        "profiles", "Invited by", on_delete="SET NULL", kept=True
    )
    expires_at: Mapped[datetime] = field("Expires")
    accepted_by: Mapped[UUID | None] = link(
        "profiles", "Accepted by", on_delete="SET NULL", kept=True
    )
    accepted_at: Mapped[datetime | None] = field("Accepted", kept=True)
    revoked_at: Mapped[datetime | None] = field("Revoked")


class InviteCode(OrganizationRecord):
    """A code that several people may use to join an organization, such as on a notice board.

    Central thinks of the code, so that none can be guessed; `public.redeem_invite_code` takes it.
    """

    __tablename__ = "invite_codes"
    __access__ = Access(read=_OWNERS, write=_OWNERS, audited="it decides who joins an organization")
    __titles__ = ("Invitation code", "Invitation codes")
    __label__ = ("label", "code")
    __table_args__ = (
        CheckConstraint("role not in ('owner', 'manager')", name="role_is_modest"),
        Index("ix_invite_codes_code", "code"),
    )

    label: Mapped[str] = field("What it is for")
    code: Mapped[str | None] = field("Code", kept=True)
    role: Mapped[Role] = field("Role", default=Role.VIEWER)
    needs_approval: Mapped[bool] = field("An owner must approve", default=True)
    max_uses: Mapped[int | None] = field("May be used", unit="times", minimum=1, maximum=10_000)
    uses: Mapped[int] = field("Used", unit="times", default=0, minimum=0, kept=True)
    expires_at: Mapped[datetime | None] = field("Expires")
    revoked_at: Mapped[datetime | None] = field("Revoked")


class UserConsent(PersonalRecord):
    """What a person agreed to, in which version and when; withdrawn, never changed or deleted."""

    __tablename__ = "user_consents"
    __access__ = Access(
        read=Person(),
        write=NOBODY,
        add=Person(),
        audited="it proves what a person agreed to",
    )
    __titles__ = ("Consent", "Consents")
    __label__ = ("purpose", "policy_version")
    __table_args__ = (
        CheckConstraint("withdrawn_at >= granted_at", name="withdrawn_after_granted"),
        Index("ix_user_consents_user_id_purpose", "user_id", "purpose", "granted_at"),
        Index(
            "uq_user_consents_in_force",
            "user_id",
            "purpose",
            "policy_version",
            unique=True,
            postgresql_where=text("withdrawn_at is null"),
        ),
    )

    purpose: Mapped[ConsentPurpose] = field("Agreed to")
    policy_version: Mapped[str] = field("Version", hint="Of the text that was shown")
    policy_url: Mapped[str | None] = field("Where the text is")
    locale: Mapped[str | None] = field("Language of the text", hint="As in en-GB")
    source: Mapped[ConsentSource] = field("Where", default=ConsentSource.SETTINGS)
    program: Mapped[str | None] = field("Program or browser")
    ip_address: Mapped[str | None] = field("IP address", kept=True)
    granted_at: Mapped[datetime] = field("Given", default=now, kept=True)
    withdrawn_at: Mapped[datetime | None] = field("Withdrawn", kept=True)
