"""Counts in sentences, for one and for many."""

from __future__ import annotations


def counted(count: int, one: str, many: str) -> str:
    """Return the number with the words that fit it: `1 edit is`, `1,234 edits are`."""
    return f"{count:,} {one if count == 1 else many}"
