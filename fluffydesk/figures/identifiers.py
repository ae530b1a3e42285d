"""Animal identifiers: electronic ids in any reader's form, and UK cattle tags."""

from __future__ import annotations

import re

_LARGEST_NUMBER = 274_877_906_943
"""38 bits, ISO 11784."""


def eid(text: str) -> str | None:
    """Return the 15 digits (3 of country or manufacturer, 12 of number) of an ISO 11784 id.

    Takes what readers emit: 15 digits, 16 with a leading animal flag (0 or 1), with spaces, after
    letters (`LA 982 000017383201`, `A 00000 0 982 000017383201`), or 16 hex digits of the
    64-bit code. None when it is no such id.
    """
    packed = re.sub(r"[\s.\-]", "", text.upper())
    digits = re.sub(r"^[A-Z]{1,3}", "", packed)
    if re.fullmatch(r"[0-9]{15}", digits):
        return _checked(digits)
    if re.fullmatch(r"[01][0-9]{15}", digits):
        return _checked(digits[1:])
    # Allflex and others print tag type, five of user data, the animal flag and then the id.
    if packed != digits and re.fullmatch(r"[0-9]{5}[01][0-9]{15}", digits):
        return _checked(digits[6:])
    if re.fullmatch(r"[0-9A-F]{16}", packed):
        return _from_code(int(packed, 16))
    return None


def eid_code(digits: str, *, animal: bool = True) -> str:
    """Return the 64-bit code of 15 digits as 16 hex digits: ISO 11784, the animal flag first.

    ValueError where the digits are no id.
    """
    known = _checked(digits) if re.fullmatch(r"[0-9]{15}", digits) else None
    if known is None:
        raise ValueError(f"{digits} is no ISO 11784 id")
    return f"{int(animal) << 63 | int(known[:3]) << 38 | int(known[3:]):016X}"


def eid_words(digits: str) -> str:
    """Return 15 digits as they are printed: country or manufacturer, a space, the number."""
    return f"{digits[:3]} {digits[3:]}"


def uk_check_digit(herd: str, number: str) -> int:
    """Return the check digit of a UK cattle tag: (herd 6 digits + number 5) mod 7 + 1."""
    if not (re.fullmatch(r"[0-9]{6}", herd) and re.fullmatch(r"[0-9]{5}", number)):
        raise ValueError("a UK cattle tag has a herd of six digits and a number of five")
    return int(herd + number) % 7 + 1


def is_uk_tag(text: str) -> bool:
    """Say whether a text is a UK cattle tag (`UK 302541 400123`) with the right check digit."""
    match = re.fullmatch(r"UK([0-9]{6})([0-9])([0-9]{5})", re.sub(r"[\s\-]", "", text.upper()))
    return match is not None and uk_check_digit(match[1], match[3]) == int(match[2])


def _from_code(code: int) -> str | None:
    """The 64 bits: animal flag first, 10 bits of country or manufacturer and 38 of number last."""
    country, number = code >> 38 & 0x3FF, code & _LARGEST_NUMBER
    is_animal = bool(code >> 63)
    return _checked(f"{country:03d}{number:012d}") if is_animal and country <= 999 else None


def _checked(digits: str) -> str | None:
    in_range = int(digits[:3]) > 0 and int(digits[3:]) <= _LARGEST_NUMBER
    return digits if in_range else None
