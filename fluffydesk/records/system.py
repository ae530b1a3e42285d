"""The audit trail: who did what to which row, from which device, before and after."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from fluffydesk.records.access import KEEPERS, Access, Platform
from fluffydesk.records.types import Key
from fluffydesk.records.vocabulary import Facts, OrganizationRecord, field


class AuditLog(OrganizationRecord):
    """One change to a sensitive row; written by central alone and never changed."""

    __tablename__ = "audit_logs"
    __access__ = Access(read=[KEEPERS, Platform()])
    __titles__ = ("Audit entry", "Audit trail")
    __label__ = ("action", "entity_type")
    __table_args__ = (
        Index("idx_audit_logs_actor_id", "actor_id"),
        Index("idx_audit_logs_created_at", "organization_id", "created_at"),
    )

    actor_id: Mapped[UUID | None] = mapped_column(Key(), info={"facts": Facts("Who")})
    action: Mapped[str] = field("Action")
    entity_type: Mapped[str] = field("Table")
    entity_id: Mapped[UUID] = mapped_column(Key(), info={"facts": Facts("Row")})
    device: Mapped[str | None] = field("Device")
    details: Mapped[dict[str, Any] | None] = field("Before and after")
