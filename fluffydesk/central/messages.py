"""What a PC and central say to each other when they meet; no database in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fluffydesk.errors import Incompatible

SPEAKS = 1
"""The protocol of this version: raised by whatever an older PC or central could not follow."""

UNDERSTANDS = 1
"""The oldest protocol of a central that this version can still talk to."""


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


def refuse_strangers(protocol: Mapping[str, int]) -> None:
    """Raise Incompatible, with what to do, where central and this version cannot sync.

    `protocol` is what central says of itself: `speaks`, and the `least` of a PC that it serves;
    a central that says nothing speaks and serves the first.
    """
    if protocol.get("least", 1) > SPEAKS:
        raise Incompatible(
            "Central serves only versions of FluffyDesk that are newer than this one.",
            "Install the newest; your edits are kept here and are sent then.",
        )
    if protocol.get("speaks", 1) < UNDERSTANDS:
        raise Incompatible(
            "Central is too old for this version of FluffyDesk.",
            "Ask whoever runs it to run `fluffydesk central upgrade`; your edits are kept here and "
            "are sent then.",
        )
