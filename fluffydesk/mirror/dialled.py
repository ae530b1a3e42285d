"""Telephone numbers as they are searched: by their digits, however they were written or typed."""

from __future__ import annotations

import re
from functools import lru_cache

COLUMNS = frozenset({"phone", "other_phone"})
"""The columns whose digits are searched as well as what stands there."""

_TYPED = re.compile(r"[+(]?[\d\s()/.\-+]*\d[\d\s()/.\-]*")
_TRUNK = re.compile(r"\(\s*0\s*\)")
_NOT_DIGITS = re.compile(r"\D+")
_LEAST = 3
_WHOLE, _LOCAL = 10, 8
"""A number with its country has ten digits and more; the last eight of it are the same where it
was written without."""


class Number(str):
    """A searched word that may be a telephone number: its digits, and what was `typed`."""

    typed: str = ""


@lru_cache(maxsize=65_536)
def dialled(text: str | None) -> str | None:
    """Return the digits of a number; `+31 (0)20 555` and `0031 20 555` as 3120555."""
    if text is None or not isinstance(text, str):
        return text
    return _NOT_DIGITS.sub("", _TRUNK.sub("", text)).removeprefix("00")


def number_of(search: str) -> Number | None:
    """Return what was typed as a number to look for; None where it is not one.

    The 0 that a country's code takes the place of is left out; of a whole number with its country
    the last eight digits are looked for, for it may have been written down without.
    """
    text = search.strip()
    if not _TYPED.fullmatch(text):
        return None
    digits = dialled(text) or ""
    if len(digits) < _LEAST:
        return None
    abroad = text.startswith(("+", "00"))
    sought = digits[-_LOCAL:] if abroad and len(digits) >= _WHOLE else digits.lstrip("0")
    if len(sought) < _LEAST:
        return None
    found = Number(sought)
    found.typed = " ".join(text.split())
    return found


def spellings(word: str) -> tuple[str, ...]:
    """Return the texts of which one has to be there for a searched word to be found."""
    if isinstance(word, Number):
        return tuple(dict.fromkeys((str(word), word.typed)))
    return (word,)
