"""The closed lists of values of lost and found animals."""

from __future__ import annotations

from enum import StrEnum

from fluffydesk.records.enums.platform import State


class LfKind(StrEnum):
    """Whether somebody misses an animal or came upon one."""

    LOST = "lost"
    FOUND = "found"


class LfStatus(State):
    """How a search stands."""

    OPEN = "open"
    MATCHED = "matched"
    REUNITED = "reunited"
    CLOSED = "closed"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {
            cls.OPEN: (cls.MATCHED, cls.REUNITED, cls.CLOSED),
            cls.MATCHED: (cls.REUNITED, cls.CLOSED),
        }


class AnimalSize(StrEnum):
    """How large an animal looks, as a passer-by would say."""

    TINY = "tiny"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    GIANT = "giant"


class LfContact(StrEnum):
    """How the reporter wants to be reached; always by a message first."""

    MESSAGES = "messages"
    CALL_AFTER_MESSAGE = "call_after_message"
    THROUGH_ORGANIZATION = "through_organization"


class LfMatchStatus(State):
    """Whether two reports are of the same animal."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {cls.PROPOSED: (cls.CONFIRMED, cls.REJECTED)}


class LfAnswer(StrEnum):
    """What a reporter says of a match."""

    UNSURE = "unsure"
    YES = "yes"
    NO = "no"


class LfActionKind(StrEnum):
    """What was done, or seen, in a search."""

    SIGHTING = "sighting"
    SEARCH = "search"
    FLYER = "flyer"
    CALL = "call"
    SHELTER_VISIT = "shelter_visit"
    CHIP_SCAN = "chip_scan"
    TRAP = "trap"
    HANDOVER = "handover"
    OTHER = "other"
