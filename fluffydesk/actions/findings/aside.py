"""Findings that a person set aside with a reason: known, looked into, and not to be said again.

They stay on this PC, for no table of the records is about several rows at once. One that changes,
as where another bird is missing, is another finding and is told again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.actions.findings.finding import Finding
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.types import from_microseconds, now, to_microseconds

_KEY = "findings_aside"


@dataclass(frozen=True)
class Aside:
    """Why a finding was set aside, by whom and when."""

    reason: str
    by: str
    at: datetime


def set_aside(mirror: Mirror, finding: Finding, reason: str) -> None:
    """Tell a finding no more on this PC, for a reason. InvalidValue without one."""
    said = " ".join(reason.split())
    if not said:
        raise InvalidValue(
            "Why it is set aside is missing.", "Type a reason, so that others know.", field="reason"
        )
    author = mirror.recall("author") or {}
    one = {"reason": said, "by": author.get("user_name") or "", "at": to_microseconds(now())}
    _write(mirror, {**_kept(mirror), str(finding.id): one})


def take_up(mirror: Mirror, finding: Finding) -> None:
    """Tell a finding again."""
    _write(mirror, {key: one for key, one in _kept(mirror).items() if key != str(finding.id)})


def put_aside(connection: Connection) -> dict[UUID, Aside]:
    """Return what was set aside on this PC, by the finding's id."""
    kept = Mirror.state.get(connection, _KEY) or {}
    return {
        UUID(key): Aside(one["reason"], one["by"], from_microseconds(one["at"]))
        for key, one in kept.items()
    }


def standing(connection: Connection, found: Iterable[Finding]) -> list[Finding]:
    """Return the findings that nobody set aside."""
    known = put_aside(connection)
    return [one for one in found if one.id not in known]


def _kept(mirror: Mirror) -> dict[str, Any]:
    return mirror.recall(_KEY) or {}


def _write(mirror: Mirror, kept: dict[str, Any]) -> None:
    mirror.remember(**{_KEY: kept or None})
