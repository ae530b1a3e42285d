"""What a PC and central say to each other when they meet; no database in it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Device:
    """The PC that asks: `name` is what people call it, `version` that of the program."""

    id: UUID
    name: str
    version: str


@dataclass(frozen=True)
class Hello:
    """Who the caller is at one organization, and the state of central.

    `clock_offset_seconds` is how far this PC's clock is ahead of central's (negative: behind).
    """

    epoch: UUID
    schema: str
    fingerprint: str
    role: str
    user_id: UUID
    user_email: str
    user_name: str | None
    organization_id: UUID
    organization_name: str
    organization_type: str
    time_zone: str
    currency: str
    channel: str
    clock_offset_seconds: float
