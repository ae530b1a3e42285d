"""What is usual at an examination: temperature, heart and breathing rates, body condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Usual:
    """The least and the most that is usual, in °C, beats or breaths a minute, or points of 9."""

    least: Decimal
    most: Decimal

    def side(self, value: Decimal | int) -> str:
        """Return "low" or "high" for a value outside, else ""."""
        if value < self.least:
            return "low"
        return "high" if value > self.most else ""


def _of(*ends: str) -> tuple[Usual | None, ...]:
    found: list[Usual | None] = []
    for text in ends:
        least, _, most = text.partition("-")
        found.append(Usual(Decimal(least), Decimal(most)) if most else None)
    return tuple(found)


VITALS = ("temperature_c", "heart_rate", "respiratory_rate", "body_condition")
_BODY = "4-5"
_USUAL: dict[str, tuple[Usual | None, ...]] = {
    "dog": _of("37.9-39.2", "70-120", "18-34", _BODY),
    "cat": _of("38.1-39.2", "120-140", "16-40", _BODY),
    "rabbit": _of("38.6-40.1", "180-350", "30-60", _BODY),
    "guinea pig": _of("37.2-39.5", "200-300", "42-104", _BODY),
    "hamster": _of("37.0-38.0", "300-600", "35-135", ""),
    "horse": _of("37.2-38.2", "28-40", "10-14", _BODY),
    "cattle": _of("38.0-39.3", "48-84", "26-50", ""),
    "goat": _of("38.6-40.0", "70-80", "15-30", ""),
    "sheep": _of("38.5-40.0", "70-80", "16-34", ""),
    "pig": _of("38.7-39.8", "70-120", "32-58", ""),
}
_ALSO = {"puppy": "dog", "kitten": "cat", "pony": "horse", "cow": "cattle"}


def usual_vitals(species: str) -> Mapping[str, Usual]:
    """Return what is usual for a species at rest, by the column of the record; empty if unknown.

    Merck Veterinary Manual, reference guides: rectal temperature ranges, resting heart rates,
    resting respiratory rates. Body condition on nine points, 4 to 5 ideal: WSAVA Global Nutrition
    Committee. A nervous cat's heart is faster: what is outside is marked, never refused.
    """
    name = species.strip().casefold().replace("_", " ")
    found = _USUAL.get(_ALSO.get(name, name), ())
    return {key: one for key, one in zip(VITALS, found, strict=False) if one is not None}
