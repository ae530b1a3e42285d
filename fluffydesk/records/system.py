"""Running the platform: its trails, reports, settings, keys, jobs and legal requests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fluffydesk.records.access import (
    KEEPERS,
    NOBODY,
    Access,
    All,
    Anyone,
    Members,
    Person,
    Platform,
    Scope,
    SignedIn,
    Within,
)
from fluffydesk.records.enums import Role, Status
from fluffydesk.records.enums.system import (
    DataRequestKind,
    DataRequestStatus,
    IntegrationCategory,
    IntegrationSignIn,
    JobStatus,
    ModerationAction,
    ReportReason,
    ReportStatus,
    SecurityEventKind,
    SecuritySeverity,
    SettingType,
    SignedDocumentKind,
)
from fluffydesk.records.types import now, today
from fluffydesk.records.vocabulary import Facts, Record, field, link, secret


def _table_name(column: str) -> CheckConstraint:
    """Say that a column holds a table's name: for rows that may be of any table."""
    return CheckConstraint(f"{column} ~ '^[a-z_]+$'", name=f"{column}_is_a_name")


# What is audited and an administrator of the platform reads: no one's books, nor medical records.
_IS_THE_PLATFORMS = (
    "entity_type in ('profile', 'profiles', 'organizations', 'platform_settings', 'data_requests',"
    " 'breeding_reports', 'breeding_verifications')"
)


class AuditLog(Record):
    """One change to a sensitive row; written by central alone, never changed, and outlives it."""

    __tablename__ = "audit_logs"
    # An entry holds whole rows, and is shown to nobody who does not read those.
    __access__ = Access(
        read=[
            Members(frozenset({Role.OWNER})),
            Members(KEEPERS, "entity_type not in ('invites', 'invite_codes')"),
            All(Platform(), SignedIn(_IS_THE_PLATFORMS)),
        ]
    )
    __scope__: ClassVar[Scope | None] = Within()
    __titles__ = ("Audit entry", "Audit trail")
    __label__ = ("action", "entity_type")
    __table_args__ = (
        Index("idx_audit_logs_actor_id", "actor_id"),
        Index("idx_audit_logs_created_at", "created_at"),
        Index("ix_audit_logs_organization_id_created_at", "organization_id", "created_at"),
        Index("ix_audit_logs_entity", "entity_type", "entity_id"),
    )

    # No foreign keys: the trail stays when the organization, the person or the row is gone.
    organization_id: Mapped[UUID | None] = field("Organization")
    actor_id: Mapped[UUID | None] = field("Who")
    action: Mapped[str] = field("Action")
    entity_type: Mapped[str] = field("Table")
    entity_id: Mapped[UUID] = field("Row")
    device: Mapped[str | None] = field("Device")
    details: Mapped[dict[str, Any] | None] = field("Before and after")


class SecurityEvent(Record):
    """Something that happened to an account, or was tried; added by the platform, never changed."""

    __tablename__ = "security_events"
    __access__ = Access(read=[Person(), Platform()])
    __titles__ = ("Security event", "Security events")
    __label__ = ("kind", "occurred_at")
    __table_args__ = (
        Index("idx_security_events_user_id", "user_id"),
        Index("ix_security_events_occurred_at", "occurred_at"),
        Index("ix_security_events_ip_address", "ip_address", "occurred_at"),
    )

    user_id: Mapped[UUID | None] = link("profiles", "Person", on_delete="SET NULL")
    email: Mapped[str | None] = field("E-mail tried", hint="Where no account was found")
    kind: Mapped[SecurityEventKind] = field("What happened")
    severity: Mapped[SecuritySeverity] = field("Severity", default=SecuritySeverity.INFO)
    succeeded: Mapped[bool] = field("Succeeded", default=True)
    ip_address: Mapped[str | None] = field("IP address")
    country: Mapped[str | None] = field("Country", hint="Two letters, found by the address")
    user_agent: Mapped[str | None] = field("Program")
    device: Mapped[str | None] = field("Device")
    details: Mapped[dict[str, Any]] = field("Details", default=dict)
    occurred_at: Mapped[datetime] = field("When", default=now)


class ModerationLog(Record):
    """One decision of a moderator about a row or a person; never changed."""

    __tablename__ = "moderation_logs"
    __access__ = Access(
        read=Platform(), add=All(Platform(), Person("moderator_id")), write=NOBODY, delete=NOBODY
    )
    __titles__ = ("Moderation", "Moderation log")
    __label__ = ("action", "target_table")
    __table_args__ = (
        _table_name("target_table"),
        Index("ix_moderation_logs_target", "target_table", "target_id"),
        Index("ix_moderation_logs_created_at", "created_at"),
    )

    moderator_id: Mapped[UUID] = link("profiles", "Moderator")
    action: Mapped[ModerationAction] = field("Decision")
    target_table: Mapped[str] = field("Table")
    target_id: Mapped[UUID] = field("Row")
    person_id: Mapped[UUID | None] = link("profiles", "Whose it was", on_delete="SET NULL")
    report_id: Mapped[UUID | None] = link("reports", "Report", on_delete="SET NULL")
    reason: Mapped[ReportReason] = field("Reason", default=ReportReason.OTHER)
    explanation: Mapped[str | None] = field("Explanation", hint="What the person is told")
    before: Mapped[dict[str, Any] | None] = field("Before")
    after: Mapped[dict[str, Any] | None] = field("After")
    ends_at: Mapped[datetime | None] = field("Ends", hint="Of a suspension")


class Report(Record):
    """A complaint of one person about a row, such as a post, a review or a provider."""

    __tablename__ = "reports"
    __access__ = Access(
        read=[Person("reporter_id"), Platform()],
        add=Person("reporter_id", "status = 'open' and handled_by is null and resolution is null"),
        write=Platform(),
        delete=NOBODY,
    )
    __titles__ = ("Report", "Reports")
    __label__ = ("reason", "target_table")
    __table_args__ = (
        _table_name("target_table"),
        Index("ix_reports_target", "target_table", "target_id"),
        Index("ix_reports_status", "status", "created_at"),
        # One person complains once about one thing, until that is settled.
        Index(
            "uq_reports_unsettled",
            "reporter_id",
            "target_table",
            "target_id",
            unique=True,
            postgresql_where=text("status in ('open', 'in_review')"),
        ),
    )

    reporter_id: Mapped[UUID | None] = link("profiles", "Reported by", on_delete="SET NULL")
    target_table: Mapped[str] = field("Table")
    target_id: Mapped[UUID] = field("Row")
    reason: Mapped[ReportReason] = field("Reason", default=ReportReason.OTHER)
    description: Mapped[str | None] = field("What is wrong")
    evidence_url: Mapped[str | None] = field("Evidence", hint="Address of a picture or file")
    status: Mapped[ReportStatus] = field("Status", default=ReportStatus.OPEN)
    handled_by: Mapped[UUID | None] = link("profiles", "Handled by", on_delete="SET NULL")
    handled_at: Mapped[datetime | None] = field("Handled")
    resolution: Mapped[str | None] = field("Outcome", hint="What the reporter is told")


class PlatformSetting(Record):
    """One setting of the whole platform."""

    __tablename__ = "platform_settings"
    __access__ = Access(
        read=[Anyone("is_public"), Platform()],
        write=Platform(),
        audited="a setting changes the platform for everybody",
    )
    __titles__ = ("Setting", "Settings")
    __label__ = ("key",)
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("jsonb_typeof(value) = value_type::text", name="value_is_of_its_type"),
    )

    key: Mapped[str] = field("Key", hint="As in bookings.cancel_hours")
    value_type: Mapped[SettingType] = field("Type", default=SettingType.OBJECT)
    value: Mapped[dict[str, Any]] = field("Value", default=dict)
    category: Mapped[str] = field("Group", default="general")
    description: Mapped[str | None] = field("What it does")
    is_public: Mapped[bool] = field("Everybody may read it", default=False)


class ApiKey(Record):
    """A key by which a program acts for an organization or a person; only its hash is kept."""

    __tablename__ = "api_keys"
    __access__ = Access(
        read=[KEEPERS, Person()],
        write=[KEEPERS, Person()],  # the name alone: all else is kept by the functions
        add=NOBODY,
        delete=NOBODY,
        audited="whoever holds a key reads and writes as its owner",
    )
    __scope__: ClassVar[Scope | None] = Within()
    __titles__ = ("API key", "API keys")
    __label__ = ("name", "prefix")
    __table_args__ = (
        CheckConstraint("num_nonnulls(organization_id, user_id) = 1", name="one_owner"),
        UniqueConstraint("key_hash"),
    )

    organization_id: Mapped[UUID | None] = link(
        "organizations", "Organization", on_delete="CASCADE", kept=True
    )
    user_id: Mapped[UUID | None] = link("profiles", "Person", on_delete="CASCADE", kept=True)
    name: Mapped[str] = field("Name", hint="What uses it")
    prefix: Mapped[str] = field("Begins with", default="", kept=True)
    key_hash: Mapped[str] = secret("SHA-256 of the key")
    scopes: Mapped[list[str]] = field("May do", default=list, kept=True)
    made_by: Mapped[UUID | None] = link("profiles", "Made by", on_delete="SET NULL", kept=True)
    last_used_at: Mapped[datetime | None] = field(
        "Last used", hint="To the day; each use is a security event", kept=True
    )
    expires_at: Mapped[datetime | None] = field("Ends", kept=True)
    revoked_at: Mapped[datetime | None] = field("Revoked", kept=True)


class Integration(Record):
    """A service of others that organizations may connect, such as a laboratory or a registry."""

    __tablename__ = "integrations"
    __access__ = Access(read=[Anyone("status = 'active'"), Platform()], write=Platform())
    __titles__ = ("Integration", "Integrations")
    __label__ = ("name",)
    __table_args__ = (UniqueConstraint("code"),)

    code: Mapped[str] = field("Code")
    name: Mapped[str] = field("Name")
    vendor: Mapped[str | None] = field("Made by")
    category: Mapped[IntegrationCategory] = field("Kind", default=IntegrationCategory.OTHER)
    description: Mapped[str | None] = field("What it does")
    sign_in: Mapped[IntegrationSignIn] = field("Signs in by", default=IntegrationSignIn.NONE)
    website_url: Mapped[str | None] = field("Website")
    documentation_url: Mapped[str | None] = field("Instructions")
    logo_url: Mapped[str | None] = field("Logo")
    countries: Mapped[list[str]] = field("Countries", default=list, hint="None: everywhere")
    settings_schema: Mapped[dict[str, Any]] = field(
        "Settings it needs", default=dict, hint="As a JSON schema"
    )
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)


class AsyncJob(Record):
    """A piece of work for the platform's background services, and how it went."""

    __tablename__ = "async_jobs"
    __access__ = Access(read=Platform())
    __titles__ = ("Job", "Jobs")
    __label__ = ("kind", "status")
    __table_args__ = (
        CheckConstraint("(status = 'running') = (locked_at is not null)", name="locked_if_running"),
        Index(
            "ix_async_jobs_waiting",
            "status",
            "run_after",
            postgresql_where=text("status in ('queued', 'running')"),
        ),
        # Asked for twice, done once.
        Index(
            "uq_async_jobs_waiting_key",
            "kind",
            "unique_key",
            unique=True,
            postgresql_where=text("status in ('queued', 'running')"),
        ),
    )

    kind: Mapped[str] = field("Kind", hint="As in send_reminder")
    unique_key: Mapped[str | None] = field("Once for", hint="No second such job while one waits")
    payload: Mapped[dict[str, Any]] = field("Input", default=dict)
    organization_id: Mapped[UUID | None] = link("organizations", "For", on_delete="CASCADE")
    status: Mapped[JobStatus] = field("Status", default=JobStatus.QUEUED)
    priority: Mapped[int] = field("Priority", default=0, hint="Higher goes first")
    attempts: Mapped[int] = field("Tries", default=0, minimum=0)
    max_attempts: Mapped[int] = field("Tries at most", default=5, minimum=1, maximum=100)
    run_after: Mapped[datetime] = field("Not before", default=now)
    locked_by: Mapped[str | None] = field("Taken by")
    locked_at: Mapped[datetime | None] = field("Taken")
    finished_at: Mapped[datetime | None] = field("Finished")
    result: Mapped[dict[str, Any] | None] = field("Outcome")
    error: Mapped[str | None] = field("Error")


class DataRequest(Record):
    """A person's request about their own data; the record outlives the account it is about."""

    __tablename__ = "data_requests"
    __access__ = Access(
        read=[Person(), Platform()],
        add=Person(
            when="status = 'received' and handled_by is null and completed_at is null"
            " and verified_at is null and answer is null and result_url is null"
            " and due_on = current_date + 30"
        ),
        write=Platform(),
        delete=NOBODY,
        audited="the law sets a term and asks for proof that it was kept",
    )
    __titles__ = ("Data request", "Data requests")
    __label__ = ("kind", "due_on")
    __table_args__ = (
        CheckConstraint(
            "(completed_at is not null) = (status in ('completed', 'refused'))",
            name="completed_when_settled",
        ),
        Index("ix_data_requests_due_on", "status", "due_on"),
        Index(
            "uq_data_requests_unsettled",
            "user_id",
            "kind",
            unique=True,
            postgresql_where=text("status in ('received', 'in_progress')"),
        ),
    )

    user_id: Mapped[UUID | None] = link("profiles", "Person", on_delete="SET NULL")
    kind: Mapped[DataRequestKind] = field("What is asked")
    description: Mapped[str | None] = field("In the person's words")
    status: Mapped[DataRequestStatus] = field("Status", default=DataRequestStatus.RECEIVED)
    # GDPR article 12(3): within one month; it may be prolonged by two further months.
    due_on: Mapped[date] = mapped_column(
        default=lambda: today() + timedelta(days=30),
        server_default=text("current_date + 30"),
        info={"facts": Facts("Due")},
    )
    verified_at: Mapped[datetime | None] = field("Identity verified")
    handled_by: Mapped[UUID | None] = link("profiles", "Handled by", on_delete="SET NULL")
    completed_at: Mapped[datetime | None] = field("Completed")
    answer: Mapped[str | None] = field("Answer", hint="With the ground, where it is refused")
    result_url: Mapped[str | None] = field("File with the data")


class SignedDocument(Record):
    """A document one person is asked to sign; once signed it can only be revoked."""

    __tablename__ = "signed_documents"
    __access__ = Access(
        read=[KEEPERS, Person("signed_by")],
        add=[KEEPERS, Person("signed_by", "organization_id is null")],
        write=[
            Members(KEEPERS, "signed_at is null"),
            Person("signed_by", "signed_at is null and organization_id is null"),
        ],
        audited="what was signed binds people before the law",
    )
    __scope__: ClassVar[Scope | None] = Within()
    __titles__ = ("Signed document", "Signed documents")
    __label__ = ("title", "version")
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_hex"),
        CheckConstraint("revoked_at >= signed_at", name="signed_before_revoked"),
    )

    organization_id: Mapped[UUID | None] = link("organizations", "Asked by", on_delete="SET NULL")
    kind: Mapped[SignedDocumentKind] = field("Kind", default=SignedDocumentKind.OTHER)
    title: Mapped[str] = field("Title")
    version: Mapped[str] = field("Version", default="1")
    language: Mapped[str | None] = field("Language", hint="Two letters, as in ISO 639: nl")
    file_url: Mapped[str] = field("File")
    sha256: Mapped[str] = field("SHA-256 of the file", hint="64 hexadecimal digits")
    signed_by: Mapped[UUID] = link("profiles", "Signer")
    valid_until: Mapped[date | None] = field("Valid until")
    signer_name: Mapped[str | None] = field("Name as signed", kept=True)
    signed_at: Mapped[datetime | None] = field("Signed", kept=True)
    ip_address: Mapped[str | None] = field("Signed from", kept=True)
    user_agent: Mapped[str | None] = field("Signed with", kept=True)
    revoked_at: Mapped[datetime | None] = field("Revoked", kept=True)
    revoked_by: Mapped[UUID | None] = link(
        "profiles", "Revoked by", on_delete="SET NULL", kept=True
    )
    revoke_reason: Mapped[str | None] = field("Why revoked", kept=True)
