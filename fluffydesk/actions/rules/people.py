"""What rules ask about people: who works here, and who is at this PC."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import Status
from fluffydesk.records.types import zone_named
from fluffydesk.records.users import OrganizationUser, Profile

_MEMBERS = OrganizationUser.__table__


def must_work_here(connection: Connection, person: UUID | None, field: str) -> None:
    """Refuse (InvalidValue at `field`) somebody who is no member any more, or not active."""
    member = _member(connection, person)
    if member is not None and member.status != Status.ACTIVE:
        raise InvalidValue(
            f"{name_of(connection, person)} does not work here now.",
            "Choose somebody else.",
            field=field,
        )


def name_of(connection: Connection, person: UUID | None) -> str:
    """Return what a person is called."""
    people = Profile.__table__.c
    query = select(people.full_name, people.email).where(people.id == person)
    found = connection.execute(query).first()
    return "Somebody" if found is None else found.full_name or found.email or "Somebody"


def author_of(connection: Connection) -> UUID | None:
    """Return who is at this PC; None where they are no member of the organization."""
    kept = (Mirror.state.get(connection, "author") or {}).get("user_id")
    person = UUID(kept) if kept else None
    return person if _member(connection, person) is not None else None


def zone_of(connection: Connection) -> ZoneInfo:
    """Return the organization's time zone (rule 25); UTC where its name means nothing here."""
    kept = Mirror.state.get(connection, "organization") or {}
    return zone_named(kept.get("time_zone"))


def _member(connection: Connection, person: UUID | None) -> Row[Any] | None:
    if person is None:
        return None
    query = select(_MEMBERS).where(_MEMBERS.c.user_id == person).order_by(_MEMBERS.c.id)
    return connection.execute(query).first()
