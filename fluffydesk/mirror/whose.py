"""Whose mirror this is: who works on it, on which PC, in which organization, as what."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import OrgType, Role
from fluffydesk.records.types import zone_named


@dataclass(frozen=True)
class Whose:
    """Whose mirror this is: the person, the PC, the organization and the person's role in it."""

    user_id: UUID | None = None
    user_name: str = ""
    device_name: str = ""
    organization_id: UUID | None = None
    organization_name: str = ""
    organization_type: OrgType = OrgType.FARM
    time_zone: str = "UTC"
    currency: str = "EUR"
    role: Role = Role.VIEWER

    @property
    def zone(self) -> ZoneInfo:
        """The organization's time zone; UTC where its name means nothing on this PC."""
        return zone_named(self.time_zone)


def whose(mirror: Mirror) -> Whose:
    """Read whose mirror this is from the mirror's own state."""
    with mirror.read() as connection:
        author = mirror.state.get(connection, "author")
        organization = mirror.state.get(connection, "organization")
    author, organization = author or {}, organization or {}
    return Whose(
        user_id=_uuid(author.get("user_id")),
        user_name=author.get("user_name") or "",
        device_name=author.get("device_name") or "",
        organization_id=_uuid(organization.get("id")),
        organization_name=organization.get("name") or "",
        organization_type=OrgType(organization.get("type") or OrgType.FARM),
        time_zone=organization.get("time_zone") or "UTC",
        currency=organization.get("currency") or "EUR",
        role=Role(organization.get("role") or Role.VIEWER),
    )


def _uuid(value: str | None) -> UUID | None:
    return UUID(value) if value else None
