"""Words of what people show each other: whether moderators let it be, and whose file it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from fluffydesk.records.enums.community import ModerationState
from fluffydesk.records.vocabulary import field

UNTOUCHED = "moderation = 'visible'"
"""Moderators left it alone; what they hid or removed nobody edits."""


def moderated() -> Mapped[Any]:
    """Declare whether moderators let a row be seen; they say so by `public.moderate`."""
    return field("Moderation", default=ModerationState.VISIBLE, kept=True)


def moderation_reason() -> Mapped[Any]:
    """Declare what moderators tell the author."""
    return field("Why moderated", kept=True)


def own_file(path: str, person: str) -> CheckConstraint:
    """Hold a file's path within the folder of whoever adds it: a path opens what lies there."""
    rule = f"starts_with({path}, {person}::text || '/') and {path} !~ '(^|/)[.][.](/|$)'"
    return CheckConstraint(rule, name=f"{path}_of_{person}")
