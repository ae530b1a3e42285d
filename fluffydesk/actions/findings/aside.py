"""Findings that a person set aside with a reason: known, looked into, and not to be said again.

The reason is an own field of the finding (`custom_fields`), whose id is the same on every PC, so it
counts for all of the organization. One that changes, as where another bird is missing, is another
finding and is told again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.findings.finding import Finding
from fluffydesk.actions.saving import check, row_with
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.reviews import CustomField
from fluffydesk.records.users import Profile

FINDINGS = "findings"
"""What `custom_fields.entity_table` says of a finding, which has no table."""
_FIELDS, _PEOPLE = CustomField.__table__, Profile.__table__
_AT_ONCE = 500


@dataclass(frozen=True)
class Aside:
    """Why a finding was set aside, by whom and when."""

    reason: str
    by: str
    at: datetime


def set_aside(mirror: Mirror, finding: Finding, reason: str) -> Changes:
    """Tell a finding no more, for a reason. InvalidValue without one.

    Each person has a row of their own: set aside on two PCs, it has both reasons.
    """
    said = " ".join(reason.split())
    if not said:
        raise InvalidValue(
            "Why it is set aside is missing.", "Type a reason, so that others know.", field="reason"
        )
    who = str((mirror.recall("author") or {}).get("user_id") or "")
    row_id = uuid5(finding.id, who)
    with mirror.unit("Contradiction set aside") as unit:
        if row_with(unit.connection, CustomField, id=row_id) is not None:
            unit.update(CustomField, row_id, check(CustomField, {"text_value": said}, partial=True))
        else:
            about = {"entity_table": FINDINGS, "entity_id": finding.id}
            values = {**about, "name": f"Set aside {who}".strip(), "text_value": said}
            unit.insert(CustomField, check(CustomField, values), row_id)
    return unit.changes


def take_up(mirror: Mirror, finding: Finding) -> Changes:
    """Tell a finding again, whoever set it aside."""
    with mirror.unit("Contradiction taken up again") as unit:
        for row in _rows(unit.connection, [finding.id]):
            unit.delete(CustomField, row.id)
    return unit.changes


def put_aside(connection: Connection, found: Iterable[Finding]) -> dict[UUID, Aside]:
    """Return those of some findings that were set aside, by their ids, the last reason of each."""
    rows = _rows(connection, [one.id for one in found])
    return {
        row.entity_id: Aside(row.text_value, str(row.full_name or row.email or ""), row.updated_at)
        for row in rows
    }


def standing(connection: Connection, found: Sequence[Finding]) -> list[Finding]:
    """Return the findings that nobody set aside."""
    known = put_aside(connection, found)
    return [one for one in found if one.id not in known]


def _rows(connection: Connection, ids: Sequence[UUID]) -> list[Row[Any]]:
    query = select(_FIELDS, _PEOPLE.c.full_name, _PEOPLE.c.email).select_from(
        _FIELDS.outerjoin(_PEOPLE, _PEOPLE.c.id == _FIELDS.c.updated_by)
    )
    query = query.where(_FIELDS.c.entity_table == FINDINGS).order_by(_FIELDS.c.updated_at)
    found: list[Row[Any]] = []
    for at in range(0, len(ids), _AT_ONCE):
        some = _FIELDS.c.entity_id.in_(ids[at : at + _AT_ONCE])
        found += connection.execute(query.where(some))
    return found
