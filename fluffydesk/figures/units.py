"""Units: exact conversions of mass, volume, eggs and temperature; milk between litres and kg."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from fluffydesk.figures.kpi import rounded

_KINDS: dict[str, dict[str, Decimal]] = {
    # The pound is exact since 1959, the gallons by US and UK law.
    "mass": {
        "kg": Decimal(1),
        "g": Decimal("0.001"),
        "t": Decimal(1000),
        "lb": Decimal("0.45359237"),
        "oz": Decimal("0.028349523125"),
    },
    "volume": {
        "L": Decimal(1),
        "mL": Decimal("0.001"),
        "gal_us": Decimal("3.785411784"),
        "gal_uk": Decimal("4.54609"),
    },
    "eggs": {"egg": Decimal(1), "dozen": Decimal(12), "flat": Decimal(30), "case": Decimal(360)},
    "count": {"count": Decimal(1)},
}
_TEMPERATURES = ("C", "F")
_MILK_KG_PER_L = Decimal("1.03")


@dataclass(frozen=True)
class EggCount:
    """Eggs as they stand in the room: whole cases, flats and dozens, and single ones."""

    cases: int = 0
    flats: int = 0
    dozens: int = 0
    eggs: int = 0

    @property
    def total(self) -> int:
        """The eggs in all: 12 a dozen, 30 a flat, 360 a case."""
        return self.cases * 360 + self.flats * 30 + self.dozens * 12 + self.eggs


def egg_count(eggs: int, *, dozens: bool = False) -> EggCount:
    """Return a number of eggs as cases, flats and single eggs, or with `dozens` cases and dozens.

    ValueError below zero.
    """
    if eggs < 0:
        raise ValueError("no count of eggs is below zero")
    cases, rest = divmod(eggs, 360)
    if dozens:
        return EggCount(cases=cases, dozens=rest // 12, eggs=rest % 12)
    return EggCount(cases=cases, flats=rest // 30, eggs=rest % 30)


def convert(value: Decimal, source: str, target: str) -> Decimal:
    """Return a value in another unit of the same kind; ValueError for unlike kinds.

    Units: kg g t lb oz; L mL gal_us gal_uk; egg dozen flat case; count; C F.
    """
    if source in _TEMPERATURES and target in _TEMPERATURES:
        return _temperature(value, source, target)
    for units in _KINDS.values():
        if source in units and target in units:
            return value * units[source] / units[target]
    raise ValueError(f"{source} cannot be told in {target}")


def as_entered(value: Decimal, kept: str, entered: str, places: int) -> Decimal:
    """Return what is kept in one unit, to so many decimals, in the unit it was entered in.

    With the fewest decimals that are kept as just this: 45.4 kg of 100 lb are 100 lb again, not
    100.1. ValueError for unlike kinds.
    """
    exact = convert(value, kept, entered)
    for decimals in range(places + 4):
        short = rounded(exact, decimals)
        if rounded(convert(short, entered, kept), places) == value:
            return short
    return exact


def milk_kg(litres: Decimal) -> Decimal:
    """Return kg of milk, at the 1.03 kg/L that recording agencies reckon with."""
    return litres * _MILK_KG_PER_L


def milk_litres(kg: Decimal) -> Decimal:
    """Return litres of milk, at 1.03 kg/L."""
    return kg / _MILK_KG_PER_L


def _temperature(value: Decimal, source: str, target: str) -> Decimal:
    """32 F are 0 C, and 212 F are 100 C: by definition."""
    if source == target:
        return value
    return (value - 32) * 5 / 9 if source == "F" else value * 9 / 5 + 32
