"""Counts and numbers in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import bidirectional

_FROM_THE_RIGHT = {"R", "AL"}
_ISOLATE, _END = "\u2068", "\u2069"


def counted(count: int, one: str, many: str) -> str:
    """Return the number with the words that fit it: `1 edit is`, `1,234 edits are`."""
    return f"{count:,} {one if count == 1 else many}"


def within(title: str) -> str:
    """Return a title as it stands within a sentence: "stock item", but "API key" and "EID"."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


_LEADING = frozenset(
    [
        "as",
        "by",
        "every",
        "for",
        "from",
        "in",
        "into",
        "is",
        "of",
        "on",
        "once",
        "since",
        "sent",
        "until",
        "which",
        "who",
        "whom",
        "why",
        "with",
        "within",
    ]
)


def as_subject(label: str) -> str:
    """Return a label as a sentence begins with it: what is no noun, “Every” or “For”, in quotes."""
    return f"“{label}”" if label.partition(" ")[0].lower() in _LEADING else label


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them: "pet, client and day"."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def with_minus(text: str) -> str:
    """Return a number as it is printed, with a true minus, as wide as the plus: "−4"."""
    return f"\N{MINUS SIGN}{text[1:]}" if text[:1] == "-" and text[1:2].isdigit() else text


def apart(name: str) -> str:
    """Return a name as it stands within a sentence: one that runs from the right in isolation.

    Else it would draw the number or the next name that follows it to its own left.
    """
    if any(bidirectional(letter) in _FROM_THE_RIGHT for letter in name):
        return f"{_ISOLATE}{name}{_END}"
    return name
